"""What the user's own papers say about making something: their sentences, and nothing else.

No route is proposed, completed or ranked. The product is screened before anything is looked up,
and every sentence and every substance named in it before it is shown; what cannot be screened is
not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from agent.tools.base import tool
from agent.tools.errors import ArgumentError, ToolError
from agent.tools.identifiers import fold
from agent.tools.papers import open_library
from agent.tools.procedures import Condition, ConditionKind, conditions, is_procedure
from agent.tools.resolution import resolve
from agent.tools.vocabulary import VOCABULARY
from ingest.citation import Citation
from ingest.record import Record
from safety.substance import Decision, Verdict

if TYPE_CHECKING:
    from ingest.candidates import Candidate
    from ingest.library import Library

__all__ = [
    "Condition",
    "ConditionDifference",
    "PaperProcedure",
    "SynthesisReport",
    "suggest_synthesis",
]

MAX_TARGET_CHARS = 200
MAX_SENTENCES = 8  # of one paper
PAGES_READ = 24
NEAR = 6  # sentences between the target's name and a sentence that is taken to be about it
_KINDS: tuple[ConditionKind, ...] = ("temperature", "time", "solvent", "atmosphere")


class PaperProcedure(Record):
    """One paper's own sentences on making the target, in their order, with what they state."""

    key: str
    title: str | None
    quotes: tuple[Citation, ...]
    conditions: tuple[Condition, ...]
    n_withheld: int = 0  # sentences that the gate refused or that could not be screened


class ConditionDifference(Record):
    """A condition that the papers state differently: paper's key to what it says."""

    kind: Annotated[ConditionKind, VOCABULARY]
    said: dict[str, tuple[str, ...]]


class SynthesisReport(Record):
    """What the papers say; "refused" and "no_evidence" carry no sentence at all."""

    target: str
    status: Annotated[Literal["found", "no_evidence", "refused"], VOCABULARY]
    papers: tuple[PaperProcedure, ...] = ()
    differences: tuple[ConditionDifference, ...] = ()
    note: Annotated[str, VOCABULARY]
    refusal: Annotated[Verdict | None, VOCABULARY] = None


@tool(intent="making")
def suggest_synthesis(
    target: str,
    library: str = "default",
    max_papers: Annotated[int, Field(ge=1, le=20)] = 5,
) -> SynthesisReport:
    """What the user's own papers say about making a substance: verbatim sentences with citations.

    Grouped by paper, with temperature, time, solvent and atmosphere, and where papers differ.
    Proposes nothing that no paper says; refuses regulated substances.

    Args:
        target: Name or formula of what is to be made, e.g. "CsPbI3".
        library: Name of the library.
        max_papers: How many papers at most.
    """
    asked = target.strip()
    if not asked or len(asked) > MAX_TARGET_CHARS:
        raise ArgumentError("target", f"target must have 1 to {MAX_TARGET_CHARS} characters")
    names = _names(asked)
    refusal = _verdict(names)
    if refusal is not None:
        return SynthesisReport(target=asked, status="refused", note=refusal.reason, refusal=refusal)
    found = _by_paper(open_library(library), asked, names)
    procedures, refused = [], None
    for sentences in found[:max_papers]:
        procedure, verdict = _procedure(open_library(library), sentences)
        refused = refused or verdict
        if procedure is not None:
            procedures.append(procedure)
    if not procedures and refused is not None:
        return SynthesisReport(target=asked, status="refused", note=refused.reason, refusal=refused)
    if not procedures:
        return SynthesisReport(
            target=asked,
            status="no_evidence",
            note="No paper of the library tells how this was made, and nothing else is proposed.",
        )
    return SynthesisReport(
        target=asked,
        status="found",
        papers=tuple(procedures),
        differences=tuple(_differences(procedures)),
        note="Only what the papers say, word by word. It is not checked in a lab: read the papers "
        "and assess the hazards before any work.",
    )


def _names(target: str) -> tuple[str, ...]:
    """The target as it may stand in a paper: as asked, and its names and formula."""
    names = [target]
    try:
        reading = resolve(target, argument="target").substance
    except ArgumentError:
        reading = None
    if reading is not None:
        names += [reading.name, *reading.names[:8]]
        if reading.kind == "composition" and reading.formula:
            names.append(reading.formula)
    kept = [name for name in dict.fromkeys(names) if len(name) >= 3 or name == target]
    return tuple(kept)


def _verdict(texts: Iterable[str]) -> Verdict | None:
    """Why one of these texts may not be shown for making; None where all may."""
    from safety.gate import Gate

    verdict = Gate().check_result(list(texts), tool="suggest_synthesis", intent="making")
    return verdict if verdict.decision is Decision.BLOCK else None


def _by_paper(library: Library, target: str, names: Sequence[str]) -> list[list[Candidate]]:
    """The procedure sentences about the target, by paper, the paper that says most first."""
    from ingest.errors import IngestError

    held: dict[str, dict[int, Candidate]] = {}
    try:
        retriever = library.retriever
        for query in (
            f"{target} was prepared by",
            f"synthesis and preparation of {target}",
        ):
            ranking = retriever.rank(retriever.query(query))
            for one in retriever.candidates(ranking, ranking.pages[:PAGES_READ]):
                held.setdefault(one.paper.paper_id, {})[one.ordinal] = one
    except IngestError as error:
        raise ToolError(str(error)) from error
    named = _named(names)
    papers = []
    for sentences in held.values():
        near = [o for o, one in sentences.items() if named.search(_folded(one.text))]
        about = [
            one
            for o, one in sorted(sentences.items())
            if is_procedure(one.text) and any(0 <= o - n <= NEAR or n - o == 1 for n in near)
        ]
        # A paper that names the target only beside another's preparation has no own sentence on it.
        if about and any(named.search(_folded(one.text)) for one in about):
            papers.append(about[:MAX_SENTENCES])
    return sorted(papers, key=len, reverse=True)


def _named(names: Sequence[str]) -> re.Pattern[str]:
    words = sorted((re.escape(_folded(name)) for name in names), key=len, reverse=True)
    return re.compile(rf"(?<![\w])(?:{'|'.join(words)})(?![\w])")


_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def _folded(text: str) -> str:
    return fold(text.translate(_SUBSCRIPTS))


def _procedure(
    library: Library, sentences: Sequence[Candidate]
) -> tuple[PaperProcedure | None, Verdict | None]:
    """One paper's quotes, each found again on its page and screened by itself."""
    from agent.literature.citing import Citer

    citer = Citer(library.catalog)
    quotes: list[Citation] = []
    stated: list[Condition] = []
    refused: Verdict | None = None
    n_withheld = 0
    for sentence in sentences:
        citation = citer.cite(sentence)
        if citation is None:
            continue
        verdict = _verdict([citation.quote, *_reagents(citation.quote)])
        if verdict is not None:
            refused = refused or verdict
            n_withheld += 1
            continue
        stated += conditions(citation.quote, source=str(citation), quote=len(quotes))
        quotes.append(citation)
    if not quotes:
        return None, refused
    paper = sentences[0].paper
    procedure = PaperProcedure(
        key=paper.key,
        title=paper.title,
        quotes=tuple(quotes),
        conditions=tuple(stated),
        n_withheld=n_withheld,
    )
    return procedure, refused


_WORD = re.compile(r"[A-Za-z0-9][\w,()'\[\]–-]*")


def _reagents(sentence: str) -> list[str]:
    """SMILES of the substances that a sentence names, so that names the lists lack count too."""
    from agent.tools.identifiers import identifiers

    words = [w.group().rstrip(",") for w in _WORD.finditer(sentence)]
    found: list[str] = []
    for size in (3, 2, 1):
        for at in range(len(words) - size + 1):
            name = " ".join(words[at : at + size])
            if len(name) >= 4:
                found += [row.smiles for row in identifiers().by_name(name)[:2] if row.smiles]
    return list(dict.fromkeys(found))


def _differences(procedures: Sequence[PaperProcedure]) -> Iterable[ConditionDifference]:
    """Conditions that at least two papers state, and not alike."""
    for kind in _KINDS:
        said = {
            procedure.key: tuple(
                dict.fromkeys(one.text for one in procedure.conditions if one.kind == kind)
            )
            for procedure in procedures
        }
        stated = {key: texts for key, texts in said.items() if texts}
        if len(stated) > 1 and len({frozenset(map(fold, texts)) for texts in stated.values()}) > 1:
            yield ConditionDifference(kind=kind, said=stated)
