"""Session: questions in, events and cited answers out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

from agent.answer import Answer
from agent.errors import AgentError, QuestionError
from agent.events import Answered, Event

if TYPE_CHECKING:
    from agent.settings import Settings
    from ingest.library import Library

MAX_QUESTION_CHARS = 4000  # longer is a pasted text, not a question


class Session:
    """Asks one library. ``ask`` yields events as work goes on; ``answer`` waits for the end."""

    def __init__(self, library: Library) -> None:
        self.library = library

    @classmethod
    def open(cls, name: str = "default", *, settings: Settings | None = None) -> Self:
        """A session over the library of that name, with the settings in force.

        Args:
            name: The library's name.
            settings: Instead of ``Settings.load()``.

        Raises:
            LibraryMissing: There is no library of that name.
        """
        from agent.settings import Settings
        from ingest.library import Library

        return cls(Library.open((settings or Settings.load()).library(name), create=False))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.library.close()

    def ask(self, question: str) -> Iterator[Event]:
        """Answer ``question`` from the library's papers, saying what happens meanwhile.

        Raises:
            QuestionError: ``question`` is empty or longer than MAX_QUESTION_CHARS.
        """
        from agent.literature.answering import answer_question

        yield from answer_question(checked_question(question), self.library)

    def answer(self, question: str) -> Answer:
        """The answer to ``question``; the same as the last event of ``ask``."""
        for event in self.ask(question):
            if isinstance(event, Answered):
                return event.answer
        raise AgentError("the session ended without an answer")


def checked_question(question: str) -> str:
    """``question`` without outer white space, when it can be asked."""
    stripped = question.strip()
    if not stripped:
        raise QuestionError("the question is empty. Ask in a sentence, e.g. elute ask 'What ...?'")
    if len(stripped) > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"the question has {len(stripped):,} characters; at most {MAX_QUESTION_CHARS:,} can be"
            " asked. Put long texts into a file and ingest it."
        )
    return stripped
