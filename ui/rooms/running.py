"""A question while it is answered: beside the page, so that a visitor can stop it or look around.

A process of the pool works the answer out, or, where there is none, this process in a thread.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime

from agent.answer import Answer
from agent.events import (
    Answered,
    Completed,
    Event,
    EvidenceFound,
    Planned,
    Refused,
    Restarted,
    Screened,
    Searching,
    TextDelta,
    ToolFinished,
    ToolProgress,
    ToolStarted,
)
from agent.plan import Reading
from agent.pool import NoWorkers, Pool
from agent.session import Session
from agent.session_store import Turn, TurnState
from ui.exits import explain
from ui.render import plural

# More questions at once than cores make every one of them slower; a model elsewhere is waited for.
_AT_ONCE = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))
_WITH_MODEL = threading.BoundedSemaphore(32)


class Run:
    """One question on its way to a turn.

    Args:
        session: Who is asked; its earlier questions are this visitor's.
        question: As it was typed.
        papers: Ids of the papers to answer from; None: all.
        reading: How the visitor wants it to be read; None: as the planner reads it.
        uses_model: Whether the answer is waited for rather than worked out here.
        pool: Processes that can answer; None: it is answered in this one.
        on_end: Called once with the turn, from the thread or from `stop`; returns it as kept.
    """

    def __init__(
        self,
        session: Session,
        question: str,
        *,
        papers: Collection[str] | None = None,
        reading: Reading | None = None,
        uses_model: bool = False,
        pool: Pool | None = None,
        on_end: Callable[[Turn], Turn] = lambda turn: turn,
    ) -> None:
        self.question = question
        self.text = ""  # checked sentences so far
        self.doing = "Waiting for another question to finish"
        self.since = self.started = time.monotonic()
        self.turn: Turn | None = None
        self._session = session
        self._papers = papers
        self._reading = reading
        self._pool = pool
        self._turnstile = _WITH_MODEL if uses_model else _AT_ONCE
        self._on_end = on_end
        self._asked_at = datetime.now(UTC)
        self._guard = threading.Lock()
        self._news = threading.Event()
        self._ended = threading.Event()
        threading.Thread(target=self._work, name="elute question", daemon=True).start()

    @property
    def is_ended(self) -> bool:
        """Whether the turn stands."""
        return self._ended.is_set()

    def news(self, timeout_s: float) -> bool:
        """Wait until there is something new to show, not longer than that; whether there is."""
        came = self._news.wait(timeout_s)
        self._news.clear()
        return came

    def stop(self) -> None:
        """End now, with what has been shown; what still comes is dropped."""
        self._end(TurnState.STOPPED, note=self.text.strip())

    def _work(self) -> None:
        try:
            for event in self._events():
                if self._ended.is_set():
                    return
                if isinstance(event, Answered | Refused):
                    self._end(TurnState.DONE, answer=event.answer)
                    return
                self._note(event)
            self._end(TurnState.FAILED, note="The session ended without an answer. Ask again.")
        except Exception as error:  # a front door: what breaks is told in a sentence
            self._end(TurnState.FAILED, note=explain(error)[0])

    def _events(self) -> Iterator[Event]:
        if self._pool is not None:
            try:
                yield from self._pool.ask(
                    self._session,
                    self.question,
                    papers=self._papers,
                    reading=self._reading,
                    stopped=self._ended,
                )
                return
            except NoWorkers:
                self.text = ""
        with self._turnstile:
            yield from self._session.ask(self.question, papers=self._papers, reading=self._reading)

    def _note(self, event: Event) -> None:
        if isinstance(event, TextDelta):
            self.text += event.text
            self._do("Writing, each sentence checked")
        elif isinstance(event, Screened):
            self._do("Screened; reading the question")
        elif isinstance(event, Restarted):
            self.text = ""
            self._do(event.why)
        elif isinstance(event, Completed):
            self._do(f"Understood as: {event.question}")
        elif isinstance(event, Planned):
            self._do(f"Read as {event.plan.reading.value}")
        elif isinstance(event, Searching):
            self._do(f"Searching {plural(event.papers, 'paper')}")
        elif isinstance(event, EvidenceFound):
            self._do(f"{plural(len(event.citations), 'sentence')} found; checking")
        elif isinstance(event, ToolStarted):
            self._do(f"Running {event.tool}")
        elif isinstance(event, ToolProgress):
            of = "" if event.total is None else f" of {event.total:,}"
            self.doing = f"Running {event.tool}: {event.doing}: {event.done:,}{of}"
        elif isinstance(event, ToolFinished):
            took = time.monotonic() - self.since
            self._do(f"{event.tool} {'ran' if event.ok else 'gave nothing'} in {took:.1f} s")

    def _do(self, what: str) -> None:
        self.doing, self.since = what, time.monotonic()
        self._news.set()

    def _end(self, state: TurnState, *, answer: Answer | None = None, note: str = "") -> None:
        with self._guard:
            if self.turn is not None:
                return
            turn = Turn(
                question=self.question,
                state=state,
                answer=answer,
                note=note,
                asked_at=self._asked_at,
            )
            self.turn = turn
        try:
            self.turn = self._on_end(turn)
        except Exception as error:  # the answer is shown even where it cannot be kept
            note = f"This turn could not be kept: {explain(error)[0]}"
            self.turn = turn.model_copy(update={"note": note})
        finally:
            self._ended.set()
            self._news.set()
