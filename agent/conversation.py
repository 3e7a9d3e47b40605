"""What a session knows of its conversation, as it goes to the process that answers it."""

from __future__ import annotations

from ingest.record import Record


class Conversation(Record):
    """The user's questions so far, and what a model may read of them and of their answers."""

    questions: tuple[str, ...] = ()  # for the gate and for follow-ups; refused ones among them
    lines: tuple[tuple[str, str], ...] = ()  # (who, text), as `agent.history` keeps them
