"""A question to a cited answer, by quoting the papers."""

from __future__ import annotations

import time
from collections.abc import Collection

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
from agent.literature.question import read_question
from agent.literature.silence import Silence, reason_for_silence
from ingest.citation import Citation
from ingest.library import Library
from ingest.paper import Paper

PLANNER = "rules"
NEAREST_SHOWN = 3  # passages shown as unused where there is no answer


def answer_question(
    text: str, library: Library, *, papers: Collection[str] | None = None
) -> Answer:
    """Answer ``text`` from the library's papers, by quoting them.

    Args:
        text: The question.
        library: What is asked.
        papers: Ids of the papers to look in; None: all.
    """
    started = time.monotonic()
    retriever = library.retriever if papers is None else library.retriever.within(papers)
    evidence = find_evidence(read_question(text), retriever)
    silence = reason_for_silence(evidence, retriever)
    citer = Citer(library.catalog)
    cited = [
        (chosen, citation)
        for chosen in choose_sentences(evidence)
        if (citation := citer.cite(chosen.candidate)) is not None
    ]
    if silence is None and not cited:
        silence = Silence(missing=(), why="No sentence could be found again on its page.")
    if silence is None:
        return _answered(text, cited, evidence, started)
    return _no_evidence(text, silence, cited, evidence, started)


def _answered(
    question: str, cited: list[tuple[Chosen, Citation]], evidence: Evidence, started: float
) -> Answer:
    citations = tuple(citation for _, citation in cited)
    claims = tuple(
        # A verbatim sentence is what its page says: supported by its own quote.
        Claim(text=chosen.shown, verdict=ClaimVerdict.SUPPORTED, citations=(index,))
        for index, (chosen, _) in enumerate(cited)
    )
    references: dict[str, Paper] = {
        chosen.candidate.paper.paper_id: chosen.candidate.paper for chosen, _ in cited
    }
    return Answer(
        question=question,
        status=AnswerStatus.ANSWERED,
        text=" ".join(claim_with_citations(claim, citations) for claim in claims),
        citations=citations,
        claims=claims,
        passages=ranked_pages(evidence),
        references=tuple(references.values()),
        planner=PLANNER,
        elapsed_s=time.monotonic() - started,
    )


def _no_evidence(
    question: str,
    silence: Silence,
    nearest: list[tuple[Chosen, Citation]],
    evidence: Evidence,
    started: float,
) -> Answer:
    return Answer(
        question=question,
        status=AnswerStatus.NO_EVIDENCE,
        text=f"The papers do not answer this. {silence.why}",
        unused=tuple(
            EvidenceItem(citation=citation, relevance=chosen.score)
            for chosen, citation in nearest[:NEAREST_SHOWN]
        ),
        passages=ranked_pages(evidence),
        planner=PLANNER,
        elapsed_s=time.monotonic() - started,
    )


def claim_with_citations(claim: Claim, citations: tuple[Citation, ...]) -> str:
    """One sentence with its citation before the full stop, as ``82 % (Li2020 page 3).``."""
    marks = " ".join(str(citations[index]) for index in claim.citations)
    return f"{claim.text.rstrip('. ')} {marks}."


def ranked_pages(evidence: Evidence, limit: int = 20) -> tuple[RankedPage, ...]:
    """The ranked retrieval list; no page stands twice."""
    return tuple(
        RankedPage(file=page.paper.file, page=page.page, score=page.score, rank=rank)
        for rank, page in enumerate(evidence.pages[:limit], start=1)
    )
