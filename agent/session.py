"""Session: questions in, events and cited answers out."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from agent.answer import Answer, AnswerStatus
from agent.conversation import Conversation
from agent.errors import AgentError, ModelError, QuestionError
from agent.events import (
    Answered,
    Completed,
    Event,
    Planned,
    Refused,
    Screened,
)
from agent.plan import Plan, Reading
from agent.turn import Turn, told
from safety.substance import Decision

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from agent.history import History
    from agent.langchain_planner import Acted
    from agent.literature.comparison import Comparison
    from agent.literature.generative import Writer
    from agent.planner import Planner
    from agent.settings import ModelSettings, Settings
    from agent.tools.base import ToolResult
    from agent.tools.registry import ToolFailure
    from ingest.library import Library
    from safety.gate import Gate

MAX_QUESTION_CHARS = 4000  # longer is a pasted text, not a question


AUDIT_FILE = "audit.jsonl"  # in the data folder: what the gate decided


@dataclass
class _Shared:
    """What the sessions that came of one have in common; each is opened when it is needed."""

    gate: Gate | None
    planner: Planner | None
    models: list[BaseChatModel] = field(default_factory=list)  # the one, once it is open
    opening: threading.Lock = field(default_factory=threading.Lock)


class Session:
    """Asks one library. ``ask`` yields events as work goes on; ``answer`` waits for the end.

    Every question and every answer passes the gate; nothing is shown before it has.

    Args:
        library: What is asked.
        gate: What decides; by default one that logs to the library's data folder.
        planner: What reads questions; by default the rules planner.
        model: The chat model that chooses tools and writes; None: work is done by rules alone.
        thread: Name of a conversation that is kept in the data folder, and gone on with where it
            was left; None: it is forgotten with this object.
    """

    def __init__(
        self,
        library: Library,
        *,
        gate: Gate | None = None,
        planner: Planner | None = None,
        model: ModelSettings | None = None,
        thread: str | None = None,
    ) -> None:
        self.library = library
        self._shared = _Shared(gate, planner)
        self._model_settings = model if model is not None and model.is_configured else None
        self._history: History | None = None
        if self._model_settings is not None or thread is not None:
            from agent.history import CONVERSATIONS_FILE, History

            kept = None if thread is None else library.settings.data_dir / CONVERSATIONS_FILE
            self._history = History(kept, thread or "default")
        # The user's earlier questions, for the gate.
        self._turns = [] if self._history is None or thread is None else self._history.questions()

    @property
    def gate(self) -> Gate:
        """The gate of this session."""
        with self._shared.opening:
            if self._shared.gate is None:
                from safety.gate import Gate

                self._shared.gate = Gate(audit=self.library.settings.data_dir / AUDIT_FILE)
            return self._shared.gate

    @property
    def planner(self) -> Planner:
        """The planner of this session."""
        with self._shared.opening:
            if self._shared.planner is None:
                from agent.intents import USER_FILE
                from agent.planner import RulesPlanner
                from agent.settings import cache_folder, config_folder

                self._shared.planner = RulesPlanner.open(
                    embedder=self.library.embedder,
                    cache=cache_folder(),
                    user_file=config_folder() / USER_FILE,
                    library=self.library.settings.name,
                )
            return self._shared.planner

    def plan(self, question: str) -> Plan:
        """How ``question`` is read, and which tools would be run; nothing is run.

        Raises:
            QuestionError: ``question`` is empty or longer than MAX_QUESTION_CHARS.
        """
        return self.planner.plan(checked_question(question))

    @classmethod
    def open(
        cls,
        name: str = "default",
        *,
        settings: Settings | None = None,
        thread: str | None = None,
        create: bool = False,
    ) -> Self:
        """A session over the library of that name, with the settings in force.

        Args:
            name: The library's name.
            settings: Instead of ``Settings.load()``.
            thread: Name of a conversation to begin or to go on with.
            create: Make the library where there is none of that name.

        Raises:
            LibraryMissing: There is no library of that name, and ``create`` is false.
        """
        from agent.settings import Settings
        from ingest.library import Library

        loaded = settings or Settings.load()
        library = Library.open(loaded.library(name), create=create)
        return cls(library, model=loaded.model, thread=thread)

    def fresh(self, earlier: Sequence[Answer] = ()) -> Session:
        """A session over the same library that knows none but these earlier answers."""
        session = Session(self.library, model=self._model_settings)
        session._shared = self._shared
        for answer in earlier:
            session._turns.append(answer.question)
            if session._history is not None:
                session._history.add(answer.question, answer)
        return session

    @property
    def conversation(self) -> Conversation:
        """What this session knows of its conversation."""
        lines = () if self._history is None else self._history.lines()
        return Conversation(questions=tuple(self._turns), lines=lines)

    @conversation.setter
    def conversation(self, known: Conversation) -> None:
        self._turns = list(known.questions)
        if self._history is not None and self._history.lines() != known.lines:
            self._history.replace(known.lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.library.close()

    def ask(
        self,
        question: str,
        *,
        papers: Collection[str] | None = None,
        reading: Reading | None = None,
    ) -> Iterator[Event]:
        """Answer ``question`` from the library's papers, saying what happens meanwhile.

        Args:
            question: In words; a follow-up is completed from the question before it.
            papers: Ids of the papers to answer from; None: all.
            reading: How a person wants the question to be read; None: as the planner reads it.

        Raises:
            QuestionError: ``question`` is empty or longer than MAX_QUESTION_CHARS.
        """
        from agent.followup import in_context

        turn = Turn(asked=checked_question(question), papers=papers)
        turn.verdict = self.gate.check_request(turn.asked, conversation=self._turns)
        whole = in_context(turn.asked, self._turns)
        if whole != turn.asked and turn.verdict.decision is not Decision.BLOCK:
            turn.verdict = self.gate.check_request(whole, conversation=self._turns)
        blocked = turn.verdict.decision is Decision.BLOCK
        self._turns.append(turn.asked if blocked else whole)
        yield Screened(verdict=turn.verdict)
        if blocked:
            yield turn.refused(turn.verdict)
            return
        if whole != turn.asked:
            turn.asked = whole
            yield Completed(question=whole)
        if reading is None:
            turn.plan = self.planner.plan(turn.asked)
        else:
            turn.plan = self._plan_as(turn.asked, reading)
        for event in self._worked(turn) if reading is None else self._as_chosen(turn):
            if isinstance(event, Answered):
                event = Answered(answer=self._kept(turn, event.answer))
            yield event

    def _worked(self, turn: Turn) -> Iterator[Event]:
        """The model's way where there is one, then the tools' by rules, then the papers'."""
        from agent.acting import runs_tools

        by_tools = self.planner.binding or runs_tools(turn.plan, turn.asked, self.library)
        acted = yield from self._by_model(turn, by_tools=by_tools)
        if acted is not None and acted.refused is not None:
            yield turn.refused(acted.refused)
            return
        followed = acted is not None and acted.note is None
        if acted is not None and followed and by_tools and not acted.wants_papers:
            yield from told(turn, acted.text, acted.fields(self._name_of_model()), self.gate)
            return
        if not followed:
            yield Planned(plan=turn.plan)
            if by_tools and (yield from self._by_tools(turn)):
                return
        yield from self._by_papers(turn, acted if followed else None)

    def _plan_as(self, asked: str, reading: Reading) -> Plan:
        """The plan in a reading that a person chose; made by rules, whoever plans otherwise."""
        from agent.planner import RulesPlanner

        planner = self.planner
        if not isinstance(planner, RulesPlanner):
            planner = RulesPlanner.open(
                embedder=self.library.embedder, library=self.library.settings.name
            )
        return planner.plan_as(asked, reading)

    def _as_chosen(self, turn: Turn) -> Iterator[Event]:
        """The way of the reading that a person chose."""
        yield Planned(plan=turn.plan)
        if turn.plan.reading is not Reading.LITERATURE:
            if turn.plan.missing is not None:
                lacking = Answer(
                    question=turn.asked,
                    status=AnswerStatus.NO_EVIDENCE,
                    text=turn.plan.missing,
                    **turn.fields(turn.verdict),
                )
                yield Answered(answer=lacking)
                return
            if (yield from self._by_tools(turn)):
                return
        yield from self._by_papers(turn, None)

    def _by_model(self, turn: Turn, *, by_tools: bool) -> Generator[Event, None, Acted | None]:
        """Let the model choose tools; None where none is configured or needed."""
        from agent.acting import surely_of_papers

        if self.planner.binding or turn.plan.reading is Reading.HELP:
            return None
        if not by_tools and surely_of_papers(turn.plan, turn.asked):
            return None
        model = self._chat_model(turn)
        if model is None or self._model_settings is None:
            return None
        from agent.langchain_planner import Acted, LangChainPlanner

        planner = LangChainPlanner(model, self._model_settings, self.gate)
        acted = Acted(plan=turn.plan)
        earlier = self._history.messages() if self._history is not None else []
        yield from planner.act(turn.asked, turn.plan, acted, earlier=earlier)
        if acted.note is not None:
            turn.notes.append(acted.note)
        elif not acted.planned and acted.refused is None:
            yield Planned(plan=acted.plan)
        turn.usage = acted.usage
        return acted

    def _chat_model(self, turn: Turn) -> BaseChatModel | None:
        """The chat model, opened when it is first needed; a note where it cannot be."""
        if not self._shared.models and self._model_settings is not None:
            from agent.chat import open_chat_model

            try:
                opened = open_chat_model(self._model_settings)
            except ModelError as error:
                turn.notes.append(f"{error}.")
            else:
                self._shared.models += [opened] if opened is not None else []
        return self._shared.models[0] if self._shared.models else None

    def _name_of_model(self) -> str | None:
        return getattr(self._shared.models[0], "model_name", None) if self._shared.models else None

    def _by_papers(self, turn: Turn, acted: Acted | None) -> Iterator[Event]:
        """Answer from the library's papers, with what tools gave behind it."""
        from agent.paper_answers import PaperAnswers

        answers = PaperAnswers(self.library, self.gate, self._writer, self._name_of_model)
        yield from answers.by_papers(turn, acted)

    def _writer(self, turn: Turn) -> Writer | None:
        """The model that writes from the papers; None where there is none."""
        model = self._chat_model(turn)
        if model is None or self._model_settings is None:
            return None
        from agent.literature.generative import Writer
        from agent.tools.substance_keys import substance_keys

        return Writer(model, self._model_settings, self.gate, substance_keys, turn.usage)

    def _by_tools(self, turn: Turn) -> Generator[Event, None, bool]:
        """Answer by the plan's tools. False where they gave nothing: then the papers are asked."""
        from agent.acting import HELP_TEXT, gave_something, run_steps
        from agent.slots import descriptors_in
        from agent.telling import tell
        from agent.tools.registry import ToolFailure

        results: list[ToolResult[Any] | ToolFailure] = []
        steps = [step for step in turn.plan.steps if step.tool != "ask_papers"]
        yield from run_steps(steps, results)
        for one in results:
            if isinstance(one, ToolFailure):
                if one.kind == "refused" and one.verdict is not None:
                    yield turn.refused(one.verdict)
                    return True
                return False
        given = [one for one in results if not isinstance(one, ToolFailure)]
        lines = (
            HELP_TEXT.splitlines()
            if turn.plan.reading is Reading.HELP and not given
            else tell(given, fields=descriptors_in(turn.asked))
        )
        if not lines or (given and not gave_something(given)):
            return False
        by = {"planner": self.planner.name, "tools": tuple(given), "plan": turn.plan}
        yield from told(turn, lines, by, self.gate)
        return True

    def _kept(self, turn: Turn, answer: Answer) -> Answer:
        """The answer, once the conversation holds it."""
        if self._history is not None:
            try:
                self._history.add(turn.asked, answer)
            except sqlite3.Error as error:
                turn.notes.append(f"This turn of the conversation could not be kept: {error}.")
        return answer.model_copy(update={"notes": (*answer.notes, *turn.notes)})

    def compare(self, request: str) -> Comparison:
        """What the papers say of a property of materials, side by side; gated as `ask` is.

        Args:
            request: ``property of material``; several of either with commas or "and".

        Raises:
            QuestionError: It is empty, too long, or names no property.
        """
        from agent.literature.compare import compare_papers
        from agent.literature.comparison import Comparison
        from agent.tools.substance_keys import substance_keys

        asked = checked_question(request)
        verdict = self.gate.check_request(asked, conversation=self._turns)
        self._turns.append(asked)
        refused = AnswerStatus.REFUSED
        if verdict.decision is Decision.BLOCK:
            return Comparison(question=asked, status=refused, text=verdict.reason, verdict=verdict)
        found = compare_papers(asked, self.library, substance_keys=substance_keys)
        shown = [found.text, *(row.citation.quote for row in found.rows)]
        after = self.gate.check_answer("\n".join(shown), request=asked)
        if after.decision is Decision.BLOCK:
            return Comparison(question=asked, status=refused, text=after.reason, verdict=after)
        stands = verdict if verdict.decision is Decision.WARN else after
        return found.model_copy(update={"verdict": stands})

    def answer(self, question: str) -> Answer:
        """The answer to ``question``; the same as the last event of ``ask``."""
        for event in self.ask(question):
            if isinstance(event, Answered | Refused):
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
