"""What a Session says while it works. Chat, command line and MCP draw the same stream."""

from __future__ import annotations

from typing import Literal

from agent.answer import Answer, Evidence
from ingest.record import Record


class Searching(Record):
    """The library is being searched."""

    kind: Literal["searching"] = "searching"
    papers: int  # papers in the library


class EvidenceFound(Record):
    """Sentences that bear on the question, best first."""

    kind: Literal["evidence_found"] = "evidence_found"
    evidence: tuple[Evidence, ...]


class TextDelta(Record):
    """The next checked sentence of the answer, with its inline citation."""

    kind: Literal["text_delta"] = "text_delta"
    text: str


class Answered(Record):
    """The end: an answer, or the finding that the papers hold no evidence."""

    kind: Literal["answered"] = "answered"
    answer: Answer


Event = Searching | EvidenceFound | TextDelta | Answered
