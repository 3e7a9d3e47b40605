"""Session: questions in, events and cited answers out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

from agent.answer import Answer, AnswerStatus
from agent.errors import AgentError, QuestionError
from agent.events import (
    Answered,
    Event,
    EvidenceFound,
    Refused,
    Screened,
    Searching,
    TextDelta,
)
from safety.substance import Decision, Verdict

if TYPE_CHECKING:
    from agent.settings import Settings
    from ingest.library import Library
    from safety.gate import Gate

MAX_QUESTION_CHARS = 4000  # longer is a pasted text, not a question


AUDIT_FILE = "audit.jsonl"  # in the data folder: what the gate decided


class Session:
    """Asks one library. ``ask`` yields events as work goes on; ``answer`` waits for the end.

    Every question and every answer passes the gate; nothing is shown before it has.

    Args:
        library: What is asked.
        gate: What decides; by default one that logs to the library's data folder.
    """

    def __init__(self, library: Library, *, gate: Gate | None = None) -> None:
        self.library = library
        self._gate = gate
        self._turns: list[str] = []  # the user's earlier questions, for the gate

    @property
    def gate(self) -> Gate:
        """The gate of this session."""
        if self._gate is None:
            from safety.gate import Gate

            self._gate = Gate(audit=self.library.settings.data_dir / AUDIT_FILE)
        return self._gate

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

    def fresh(self) -> Session:
        """A session over the same library that knows none of the earlier questions."""
        return Session(self.library, gate=self._gate)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.library.close()

    def ask(self, question: str) -> Iterator[Event]:
        """Answer ``question`` from the library's papers, saying what happens meanwhile.

        Raises:
            QuestionError: ``question`` is empty or longer than MAX_QUESTION_CHARS.
        """
        from agent.literature.answering import answer_question, claim_with_citations

        started = time.monotonic()
        asked = checked_question(question)
        verdict = self.gate.check_request(asked, conversation=self._turns)
        self._turns.append(asked)
        yield Screened(verdict=verdict)
        if verdict.decision is Decision.BLOCK:
            yield Refused(answer=_refused(asked, verdict, started))
            return
        yield Searching(papers=len(self.library.papers()))
        answer = answer_question(asked, self.library)
        shown = [answer.text, *(item.citation.quote for item in answer.unused)]
        after = self.gate.check_answer("\n".join(shown), request=asked)
        if after.decision is Decision.BLOCK:
            yield Refused(answer=_refused(asked, after, started))
            return
        # The question's own verdict tells what was asked about; the answer's only what papers name.
        stands = verdict if verdict.decision is Decision.WARN else after
        answer = answer.model_copy(update={"verdict": stands})
        cited = answer.citations or tuple(item.citation for item in answer.unused)
        yield EvidenceFound(citations=cited)
        for claim in answer.claims:
            yield TextDelta(text=claim_with_citations(claim, answer.citations) + " ")
        yield Answered(answer=answer)

    def answer(self, question: str) -> Answer:
        """The answer to ``question``; the same as the last event of ``ask``."""
        for event in self.ask(question):
            if isinstance(event, Answered | Refused):
                return event.answer
        raise AgentError("the session ended without an answer")


def _refused(question: str, verdict: Verdict, started: float) -> Answer:
    return Answer(
        question=question,
        status=AnswerStatus.REFUSED,
        text=verdict.reason,
        planner="rules",
        elapsed_s=time.monotonic() - started,
        verdict=verdict,
    )


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
