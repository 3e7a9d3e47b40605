"""What a Session says while it works. Chat, command line and MCP draw the same stream."""

from __future__ import annotations

from typing import Literal

from agent.answer import Answer
from agent.plan import Plan
from ingest.citation import Citation
from ingest.record import Record
from safety.substance import Verdict


class Screened(Record):
    """The gate has judged the question."""

    kind: Literal["screened"] = "screened"
    verdict: Verdict


class Planned(Record):
    """The question has been read."""

    kind: Literal["planned"] = "planned"
    plan: Plan


class Completed(Record):
    """A follow-up has been completed from the question before it; this is what is asked."""

    kind: Literal["completed"] = "completed"
    question: str


class ToolStarted(Record):
    """A step of the plan begins."""

    kind: Literal["tool_started"] = "tool_started"
    tool: str
    why: str


class ToolProgress(Record):
    """A long step is so far: "crystals relaxed", 3 of 6."""

    kind: Literal["tool_progress"] = "tool_progress"
    tool: str
    doing: str
    done: int
    total: int | None = None  # None: it is not known how many there will be


class ToolFinished(Record):
    """A step of the plan has ended; its result stands in the answer."""

    kind: Literal["tool_finished"] = "tool_finished"
    tool: str
    ok: bool


class Searching(Record):
    """The library is being searched."""

    kind: Literal["searching"] = "searching"
    papers: int  # papers in the library


class EvidenceFound(Record):
    """Sentences that bear on the question, best first."""

    kind: Literal["evidence_found"] = "evidence_found"
    citations: tuple[Citation, ...]


class TextDelta(Record):
    """The next checked sentence of the answer, with its inline citation."""

    kind: Literal["text_delta"] = "text_delta"
    text: str


class Restarted(Record):
    """The work began anew; what was said of this question before is void."""

    kind: Literal["restarted"] = "restarted"
    why: str


class Answered(Record):
    """The end: an answer, or the finding that the papers hold no evidence."""

    kind: Literal["answered"] = "answered"
    answer: Answer


class Refused(Record):
    """The end: the gate stopped the question or its answer; ``answer.text`` says on what ground."""

    kind: Literal["refused"] = "refused"
    answer: Answer


Event = (
    Screened
    | Restarted
    | Completed
    | Planned
    | ToolStarted
    | ToolProgress
    | ToolFinished
    | Searching
    | EvidenceFound
    | TextDelta
    | Answered
    | Refused
)
