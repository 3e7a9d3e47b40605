"""What a Session says while it works. Chat, command line and MCP draw the same stream."""

from __future__ import annotations

from typing import Literal

from agent.answer import Answer
from ingest.citation import Citation
from ingest.record import Record
from safety.substance import Verdict


class Screened(Record):
    """The gate has judged the question."""

    kind: Literal["screened"] = "screened"
    verdict: Verdict


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


class Answered(Record):
    """The end: an answer, or the finding that the papers hold no evidence."""

    kind: Literal["answered"] = "answered"
    answer: Answer


class Refused(Record):
    """The end: the gate stopped the question or its answer; ``answer.text`` says on what ground."""

    kind: Literal["refused"] = "refused"
    answer: Answer


Event = Screened | Searching | EvidenceFound | TextDelta | Answered | Refused
