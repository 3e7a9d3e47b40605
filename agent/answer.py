"""An answer and what stands behind it: evidence, claims, citations."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from agent.plan import Plan, Reading
from ingest.citation import Citation
from ingest.paper import Paper
from ingest.record import Record
from safety.substance import Verdict


class AnswerStatus(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    NO_EVIDENCE = "no_evidence"
    REFUSED = "refused"


class ClaimVerdict(StrEnum):
    """What the deterministic check of a claim against its quotes found."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    UNSUPPORTED = "unsupported"


class Evidence(Record):
    """A verbatim sentence that bears on a question."""

    citation: Citation
    relevance: float  # comparable within one answer only


class Claim(Record):
    """One statement of an answer and the citations it rests on."""

    text: str
    verdict: ClaimVerdict
    citations: tuple[int, ...]  # indices into ``Answer.citations``
    why: str = ""  # the reason where the verdict is not "supported"


class RankedPage(Record):
    """One row of the ranked retrieval list; no (file, page) stands twice in a list."""

    file: str
    page: int = Field(ge=1)
    score: float
    rank: int = Field(ge=1)


class Usage(Record):
    """What a chat model was used for one answer."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = None  # in the currency of the prices in the settings; None: no prices


class Answer(Record):
    """An answer; every sentence of ``text`` carries its citation, and a quote stands behind each.

    ``text`` is the prose with inline citations; the list of references is `references`.
    """

    question: str
    status: AnswerStatus
    text: str
    citations: tuple[Citation, ...] = ()
    claims: tuple[Claim, ...] = ()
    unused: tuple[Evidence, ...] = ()  # with no_evidence: the nearest passages, not used
    passages: tuple[RankedPage, ...] = ()
    references: tuple[Paper, ...] = ()  # cited papers, in the order of first citation
    planner: str  # "rules", or the planner that made the plan
    model: str | None = None  # None: written without a model
    usage: Usage | None = None  # None: no model was asked
    notes: tuple[str, ...] = ()  # what went otherwise than asked, a sentence each
    elapsed_s: float
    verdict: Verdict | None = None  # the gate's; None where no gate was asked
    tools: tuple[Any, ...] | None = None  # results of the tools that were run; None: none was
    plan: Plan | None = None  # how the question was read; None where no planner was asked

    @property
    def other_readings(self) -> tuple[Reading, ...]:
        """What else the question may have meant, likeliest first; a person can ask for one."""
        if self.plan is None:
            return ()
        by_tools = self.tools is not None or self.plan.reading is Reading.HELP
        taken = self.plan.reading if by_tools else Reading.LITERATURE
        others = [self.plan.reading, *(other.reading for other in self.plan.alternatives)]
        if by_tools:
            others.insert(1, Reading.LITERATURE)
        return tuple(dict.fromkeys(one for one in others if one not in (taken, Reading.HELP)))

    def reference_lines(self) -> list[str]:
        """The References list: one line a cited paper, with title, authors, year and DOI."""
        return [reference_line(paper) for paper in self.references]


def reference_line(paper: Paper) -> str:
    """One paper as a line of a References list."""
    authors = ", ".join(paper.authors[:6]) + (", et al." if len(paper.authors) > 6 else "")
    parts = [authors or None, f"({paper.year})" if paper.year else None]
    head = " ".join(part for part in parts if part)
    tail = [paper.title or paper.file, paper.journal, f"doi:{paper.doi}" if paper.doi else None]
    body = ". ".join(part.rstrip(".") for part in tail if part)
    return f"{paper.key}: {head}. {body}." if head else f"{paper.key}: {body}."
