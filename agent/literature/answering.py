"""A question to a cited answer, by quoting the papers."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from agent.answer import (
    Answer,
    AnswerStatus,
    Claim,
    ClaimVerdict,
    RankedPage,
)
from agent.answer import (
    Evidence as EvidenceItem,
)
from agent.literature.citing import Citer
from agent.literature.evidence import Evidence, find_evidence
from agent.literature.extractive import Chosen, choose_sentences
from agent.literature.names import SubstanceKeys
from agent.literature.question import read_question
from agent.literature.silence import Silence, reason_for_silence
from agent.literature.training import weights_of
from ingest.citation import Citation
from ingest.library import Library
from ingest.paper import Paper

PLANNER = "rules"
NEAREST_SHOWN: Final = 3  # passages shown as unused where there is no answer
MARKS: Final = {ClaimVerdict.PARTLY: "partly supported", ClaimVerdict.UNSUPPORTED: "unsupported"}


@dataclass(frozen=True, eq=False)
class Found:
    """What the papers hold on a question: the same whoever writes the answer."""

    question: str
    evidence: Evidence
    cited: tuple[tuple[Chosen, Citation], ...]  # the sentences that answer, best first
    silence: Silence | None  # why no answer is given
    papers: Collection[str] | None = None  # ids of those that were looked in; None: all

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What is shown as found; the nearest passages where no answer is given."""
        citations = tuple(citation for _, citation in self.cited)
        return citations if self.silence is None else citations[:NEAREST_SHOWN]


def answer_question(
    text: str,
    library: Library,
    substance_keys: SubstanceKeys | None = None,
    *,
    papers: Collection[str] | None = None,
) -> Answer:
    """Answer ``text`` from the library's papers, by quoting them.

    Args:
        text: The question.
        library: What is asked.
        substance_keys: Finds the other names of a substance that the question names.
        papers: Ids of the papers to look in; None: all.
    """
    started = time.monotonic()
    return quoting_answer(find_answer(text, library, substance_keys, papers=papers), started)


def find_answer(
    text: str,
    library: Library,
    substance_keys: SubstanceKeys | None = None,
    *,
    papers: Collection[str] | None = None,
) -> Found:
    """What the library's papers hold on ``text``; the arguments are those of `answer_question`."""
    whole = library.retriever if papers is None else library.retriever.within(papers)
    retriever = whole.still()
    evidence = find_evidence(read_question(text), retriever, weights_of(library))
    silence = reason_for_silence(evidence, retriever, substance_keys)
    citer = Citer(library.catalog)
    cited = tuple(
        (chosen, citation)
        for chosen in choose_sentences(evidence)
        if (citation := citer.cite(chosen.candidate)) is not None
    )
    if silence is None and not cited:
        silence = Silence(missing=(), why="No sentence could be found again on its page.")
    return Found(question=text, evidence=evidence, cited=cited, silence=silence, papers=papers)


def quoting_answer(found: Found, started: float) -> Answer:
    """The answer that quotes what was found.

    Args:
        found: What the papers hold.
        started: When the question was asked, by ``time.monotonic``.
    """
    if found.silence is not None:
        return no_evidence(found, found.silence.why, started)
    citations = found.citations
    claims = tuple(
        # A verbatim sentence is what its page says: supported by its own quote.
        Claim(text=chosen.shown, verdict=ClaimVerdict.SUPPORTED, citations=(index,))
        for index, (chosen, _) in enumerate(found.cited)
    )
    return Answer(
        question=found.question,
        status=AnswerStatus.ANSWERED,
        text=" ".join(claim_with_citations(claim, citations) for claim in claims),
        citations=citations,
        claims=claims,
        passages=ranked_pages(found.evidence),
        references=cited_papers(chosen.candidate.paper for chosen, _ in found.cited),
        planner=PLANNER,
        elapsed_s=time.monotonic() - started,
    )


def cited_papers(papers: Iterable[Paper]) -> tuple[Paper, ...]:
    """Each paper once, in the order of first citation."""
    return tuple({paper.paper_id: paper for paper in papers}.values())


def no_evidence(found: Found, why: str, started: float) -> Answer:
    """The finding that the papers do not answer, with the nearest passages.

    Args:
        found: What the papers hold.
        why: A sentence.
        started: When the question was asked, by ``time.monotonic``.
    """
    return Answer(
        question=found.question,
        status=AnswerStatus.NO_EVIDENCE,
        text=f"The papers do not answer this. {why}",
        unused=tuple(
            EvidenceItem(citation=citation, relevance=chosen.score)
            for chosen, citation in found.cited[:NEAREST_SHOWN]
        ),
        passages=ranked_pages(found.evidence),
        planner=PLANNER,
        elapsed_s=time.monotonic() - started,
    )


def claim_with_citations(claim: Claim, citations: tuple[Citation, ...]) -> str:
    """One sentence with its citation before the full stop, as ``82 % (Li2020 page 3).``.

    A sentence that its quotes do not bear out has the reason behind it:
    ``82 % (Li2020 page 3) [unsupported: The quote gives 28 %, the claim 82 %.]``.
    """
    said = claim.text.rstrip(". ")
    marks = " ".join(dict.fromkeys(str(citations[index]) for index in claim.citations))
    shown = f"{said} {marks}" if marks else said
    if claim.verdict is ClaimVerdict.SUPPORTED:
        return f"{shown}."
    return f"{shown} [{MARKS[claim.verdict]}: {claim.why}]"


def ranked_pages(evidence: Evidence, limit: int = 20) -> tuple[RankedPage, ...]:
    """The ranked retrieval list; no page stands twice."""
    return tuple(
        RankedPage(file=page.paper.file, page=page.page, score=page.score, rank=rank)
        for rank, page in enumerate(evidence.pages[:limit], start=1)
    )
