"""When to say nothing: names and numbers of the question that the papers do not bring together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from agent.literature.asked import Gap, find_gap, read_asked
from agent.literature.evidence import Evidence
from agent.literature.mentions import folded_text, holds, question_names
from agent.literature.names import SubstanceKeys
from ingest.paper import Paper
from ingest.retrieval import Retriever

PAPERS_LOOKED_AT: Final = 3  # best papers, one of which must hold every name
# Below both of these the question shares neither words nor meaning with the best page.
LITTLE_COVERED: Final = 0.25
FAR_AWAY: Final = 0.37
OUT_OF_SIGHT: Final = 0.33  # below this the words alone do not count either


@dataclass(frozen=True)
class Silence:
    """Why no answer is given."""

    missing: tuple[str, ...]  # names of the question that no likely paper holds; may be empty
    why: str  # one sentence for the user


def reason_for_silence(
    evidence: Evidence, retriever: Retriever, substance_keys: SubstanceKeys | None = None
) -> Silence | None:
    """Why the library cannot answer, or None where it may.

    ``substance_keys`` finds the other names of a substance; without it elements, formulae and
    simple compounds are still known under theirs.
    """
    papers = retriever.shelf.papers
    if not papers or not any(topic.sentences for topic in evidence.topics):
        return Silence(missing=(), why="The library holds no text that could be quoted.")
    names = question_names(evidence.question.text)
    if names:
        missing = _missing(names, evidence, retriever)
        if missing:
            return Silence(missing=missing, why=_explain(missing, retriever))
    gap = _gap(evidence, retriever, substance_keys)
    if gap is not None:
        return Silence(missing=gap.missing, why=gap.why)
    if _is_far(evidence, retriever):
        return Silence(missing=(), why="No page of the library bears on what is asked.")
    return None


def _missing(names: Sequence[str], evidence: Evidence, retriever: Retriever) -> tuple[str, ...]:
    """The names that the likeliest paper, or pair of papers, does not hold."""
    named = [topic.paper for topic in evidence.topics if topic.paper is not None]
    likely = list(dict.fromkeys(page.paper.paper_id for page in evidence.ranking.pages[:10]))
    by_id = {paper.paper_id: paper for paper in retriever.shelf.papers}
    groups: list[list[Paper]] = [[by_id[paper_id]] for paper_id in likely[:PAPERS_LOOKED_AT]]
    if named:
        groups.append(named)
    best: tuple[str, ...] | None = None
    for group in groups:
        texts = [folded_text(retriever.shelf.text(paper)) for paper in group]
        absent = tuple(name for name in names if not any(holds(text, name) for text in texts))
        if best is None or len(absent) < len(best):
            best = absent
    return best or ()


def _gap(
    evidence: Evidence, retriever: Retriever, substance_keys: SubstanceKeys | None
) -> Gap | None:
    """The property, or the thing it is asked of, that the likeliest papers lack."""
    asked = read_asked(evidence.question, substance_keys)
    likely = list(dict.fromkeys(page.paper for page in evidence.ranking.pages[:10]))
    papers = dict.fromkeys(likely[:PAPERS_LOOKED_AT])
    papers |= dict.fromkeys(topic.paper for topic in evidence.topics if topic.paper is not None)
    return find_gap(
        asked,
        tuple(papers),
        retriever.shelf,
        evidence.query,
        substance_keys,
        evidence.ranking.windows_met,
    )


def _explain(missing: Sequence[str], retriever: Retriever) -> str:
    """One sentence: what is missing altogether, or not found together."""
    texts = [folded_text(retriever.shelf.text(paper)) for paper in retriever.shelf.papers]
    nowhere = [name for name in missing if not any(holds(text, name) for text in texts)]
    if nowhere:
        return f"No paper of the library mentions {_listed(nowhere)}."
    return f"No paper that bears on the question mentions {_listed(missing)}."


def _listed(names: Iterable[str]) -> str:
    quoted = [repr(name) for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " or " + quoted[-1]


def _is_far(evidence: Evidence, retriever: Retriever) -> bool:
    """Whether neither words nor meaning lead from the question to its best pages."""
    query = evidence.query
    candidates = retriever.candidates(evidence.ranking, evidence.ranking.pages[:5])
    if not candidates or not query.weight:
        return True
    by_page: dict[tuple[str, int], set[str]] = {}
    for candidate in candidates:
        by_page.setdefault((candidate.paper.paper_id, candidate.page), set()).update(
            candidate.terms
        )
    covered = max(
        sum(query.idf[term] for term in query.terms if term in terms) / query.weight
        for terms in by_page.values()
    )
    if query.vector is None:
        return covered < LITTLE_COVERED
    nearest = max(max(candidate.cosine, candidate.window) for candidate in candidates)
    return nearest < OUT_OF_SIGHT or (covered < LITTLE_COVERED and nearest < FAR_AWAY)
