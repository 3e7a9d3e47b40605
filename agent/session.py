"""Session: questions in, events and cited answers out."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, Self

from agent.answer import Answer, AnswerStatus
from agent.errors import AgentError, ModelError, QuestionError
from agent.events import (
    Answered,
    Event,
    EvidenceFound,
    Planned,
    Refused,
    Screened,
    Searching,
    TextDelta,
)
from agent.plan import Plan, Reading
from safety.substance import Decision, Verdict

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from agent.literature.answering import Found
    from agent.literature.generative import Writer
    from agent.planner import Planner
    from agent.settings import ModelSettings, Settings
    from agent.tools.base import ToolResult
    from agent.tools.registry import ToolFailure
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
        planner: What reads questions; by default the rules planner.
        model: The chat model that writes answers from the papers; by default none.
    """

    def __init__(
        self,
        library: Library,
        *,
        gate: Gate | None = None,
        planner: Planner | None = None,
        model: ModelSettings | None = None,
    ) -> None:
        self.library = library
        self._gate = gate
        self._planner = planner
        self._model = model
        self._chat: BaseChatModel | None = None
        self._turns: list[str] = []  # the user's earlier questions, for the gate

    @property
    def gate(self) -> Gate:
        """The gate of this session."""
        if self._gate is None:
            from safety.gate import Gate

            self._gate = Gate(audit=self.library.settings.data_dir / AUDIT_FILE)
        return self._gate

    @property
    def planner(self) -> Planner:
        """The planner of this session."""
        if self._planner is None:
            from agent.intents import USER_FILE
            from agent.planner import RulesPlanner
            from agent.settings import cache_folder, config_folder

            self._planner = RulesPlanner.open(
                embedder=self.library.embedder,
                cache=cache_folder(),
                user_file=config_folder() / USER_FILE,
                library=self.library.settings.name,
            )
        return self._planner

    def plan(self, question: str) -> Plan:
        """How ``question`` is read, and which tools would be run; nothing is run.

        Raises:
            QuestionError: ``question`` is empty or longer than MAX_QUESTION_CHARS.
        """
        return self.planner.plan(checked_question(question))

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

        given = settings or Settings.load()
        return cls(Library.open(given.library(name), create=False), model=given.model)

    def fresh(self) -> Session:
        """A session over the same library that knows none of the earlier questions."""
        return Session(self.library, gate=self._gate, planner=self.planner, model=self._model)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.library.close()

    def ask(self, question: str) -> Iterator[Event]:
        """Answer ``question`` from the library's papers, saying what happens meanwhile.

        Raises:
            QuestionError: ``question`` is empty or longer than MAX_QUESTION_CHARS.
        """
        from agent.acting import runs_tools

        started = time.monotonic()
        asked = checked_question(question)
        verdict = self.gate.check_request(asked, conversation=self._turns)
        self._turns.append(asked)
        yield Screened(verdict=verdict)
        if verdict.decision is Decision.BLOCK:
            yield Refused(answer=_refused(asked, verdict, started))
            return
        plan = self.planner.plan(asked)
        yield Planned(plan=plan)
        if runs_tools(plan, asked, self.library):
            ended = yield from self._by_tools(asked, plan, verdict, started)
            if ended:
                return
        yield from self._by_papers(asked, plan, verdict, started)

    def _by_papers(
        self, asked: str, plan: Plan, verdict: Verdict, started: float
    ) -> Iterator[Event]:
        """Answer from the library's papers."""
        from agent.literature.answering import claim_with_citations, find_answer, quoting_answer

        yield Searching(papers=len(self.library.papers()))
        found = find_answer(asked, self.library)
        notes: tuple[str, ...] = ()
        if found.silence is None and self._model is not None and self._model.is_configured:
            try:
                writer = self._writer(self._model)
            except ModelError as error:
                notes = (f"No model wrote this: {error}.",)
            else:
                yield from self._by_model(found, writer, plan, verdict, started)
                return
        answer = quoting_answer(found, started).model_copy(update={"notes": notes})
        shown = [answer.text, *(item.citation.quote for item in answer.unused)]
        after = self.gate.check_answer("\n".join(shown), request=asked)
        if after.decision is Decision.BLOCK:
            yield Refused(answer=_refused(asked, after, started, plan))
            return
        yield EvidenceFound(citations=found.citations)
        for claim in answer.claims:
            yield TextDelta(text=claim_with_citations(claim, answer.citations) + " ")
        yield Answered(answer=_judged(answer, plan, verdict, after))

    def _by_model(
        self, found: Found, writer: Writer, plan: Plan, verdict: Verdict, started: float
    ) -> Iterator[Event]:
        """Let a model write from what was found; each sentence passes the gate by itself."""
        from agent.literature.generative import write_answer

        quotes = "\n".join(citation.quote for citation in found.citations)
        after = self.gate.check_answer(quotes, request=found.question)
        if after.decision is Decision.BLOCK:
            yield Refused(answer=_refused(found.question, after, started, plan))
            return
        yield EvidenceFound(citations=found.citations)
        writing = write_answer(found, self.library, writer, started)
        while True:
            try:
                said = next(writing)
            except StopIteration as end:
                written = end.value
                break
            yield TextDelta(text=said.text + " ")
        if isinstance(written, Verdict):
            yield Refused(answer=_refused(found.question, written, started, plan))
        else:
            yield Answered(answer=_judged(written, plan, verdict, written.verdict or after))

    def _writer(self, settings: ModelSettings) -> Writer:
        """What writes answers.

        Raises:
            ModelError: The endpoint does not say which model it serves.
        """
        from agent.chat import open_chat_model
        from agent.literature.generative import Writer
        from agent.tools.substance_keys import substance_keys

        if self._chat is None:
            self._chat = open_chat_model(settings)
        assert self._chat is not None
        return Writer(self._chat, settings, self.gate, substance_keys)

    def _by_tools(
        self, asked: str, plan: Plan, verdict: Verdict, started: float
    ) -> Generator[Event, None, bool]:
        """Answer by the plan's tools. False where they gave nothing: then the papers are asked."""
        from agent.acting import HELP_TEXT, gave_something, run_steps
        from agent.slots import descriptors_in
        from agent.telling import tell
        from agent.tools.registry import ToolFailure

        results: list[ToolResult[Any] | ToolFailure] = []
        yield from run_steps(plan.steps, results)
        for one in results:
            if isinstance(one, ToolFailure):
                if one.kind == "refused" and one.verdict is not None:
                    yield Refused(answer=_refused(asked, one.verdict, started, plan))
                    return True
                return False
        given = [one for one in results if not isinstance(one, ToolFailure)]
        lines = (
            HELP_TEXT.splitlines()
            if plan.reading is Reading.HELP
            else tell(given, fields=descriptors_in(asked))
        )
        if not lines or (given and not gave_something(given)):
            return False
        after = self.gate.check_answer("\n".join(lines), request=asked)
        if after.decision is Decision.BLOCK:
            yield Refused(answer=_refused(asked, after, started, plan))
            return True
        for line in lines:
            yield TextDelta(text=line + "\n")
        yield Answered(
            answer=Answer(
                question=asked,
                status=AnswerStatus.ANSWERED,
                text="\n".join(lines),
                planner=self.planner.name,
                elapsed_s=time.monotonic() - started,
                verdict=verdict if verdict.decision is Decision.WARN else after,
                tools=tuple(given),
                plan=plan,
            )
        )
        return True

    def answer(self, question: str) -> Answer:
        """The answer to ``question``; the same as the last event of ``ask``."""
        for event in self.ask(question):
            if isinstance(event, Answered | Refused):
                return event.answer
        raise AgentError("the session ended without an answer")


def _judged(answer: Answer, plan: Plan, asked: Verdict, after: Verdict) -> Answer:
    """The answer with its plan and the verdict that stands.

    The question's own verdict tells what was asked about; the answer's only what papers name.
    """
    stands = asked if asked.decision is Decision.WARN else after
    return answer.model_copy(update={"verdict": stands, "plan": plan})


def _refused(question: str, verdict: Verdict, started: float, plan: Plan | None = None) -> Answer:
    return Answer(
        question=question,
        status=AnswerStatus.REFUSED,
        text=verdict.reason,
        planner="rules",
        elapsed_s=time.monotonic() - started,
        verdict=verdict,
        plan=plan,
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
