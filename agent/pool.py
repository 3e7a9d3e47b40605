"""Processes that answer questions side by side, for a chat with many visitors.

One is started with the pool, others where several sessions ask, up to a number; when they ask no
more, all but one are ended, and so is one whose memory has grown, once another has taken its
place. A question goes to the first that is free, in the order in which they were asked; which one
it is makes no difference, since each question brings its conversation.

A process that ends in the middle of a question is replaced and the question asked again, once:
what ended two processes is not tried in this one, where it would end the chat. Where none can be
started `ask` says so at once, and its caller answers for itself.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator
from typing import Final
from weakref import WeakKeyDictionary

from pydantic import ValidationError

from agent.errors import AgentError, WorkerLost
from agent.events import Answered, Event, Refused, Restarted
from agent.plan import Reading
from agent.session import Session
from agent.settings import ModelSettings, Settings
from agent.worker import ENTRY, REPLIES, Ended, Failed, Opening, Question, Ready, Reply, Said, Stop
from ingest.coprocess import Coprocess
from ingest.settings import LibrarySettings

MAX_WORKERS: Final = 4  # by default; each takes some 300 MB
WITH_MODEL: Final = 16  # questions at once in one process where a model elsewhere is waited for
STOP_S: Final = 3.0  # how long a question that was stopped may take to end
IDLE_S: Final = 60.0  # how long a session counts as one that asks, and a process is kept for it
MAX_FAILURES: Final = 3  # processes that end before they answer anything; then no more are started
_LOOK_S: Final = 0.25  # how soon a question that waits notices that it was stopped


class NoWorkers(AgentError):
    """No process can be started here; the question has to be answered in this one."""


class _Gone(Exception):
    """The process ended; how, in words."""


class _Job:
    """One question: waiting for a process, then in its hands."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.replies: queue.SimpleQueue[Reply | None] = queue.SimpleQueue()  # None: it is gone
        self.taken = threading.Event()
        self.hand: _Hand | None = None
        self.is_answered = self.is_stopped = False


class _Hand:
    """One process, as the pool sees it."""

    def __init__(
        self,
        opening: Opening,
        replied: Callable[[_Hand, Reply], None],
        gone: Callable[[_Hand], None],
    ) -> None:
        self.jobs: dict[int, _Job] = {}
        self.is_ready = self.is_worn = self.is_dismissed = False
        self.idle_since = time.monotonic()
        self.how = ""  # it ended
        self._replied, self._gone = replied, gone
        self._started = threading.Event()
        self.process = Coprocess(ENTRY, self._hear)
        self._started.set()
        with contextlib.suppress(OSError):  # it is gone already, and will be heard to be
            self.process.say(opening.model_dump_json())

    def _hear(self, line: str) -> None:
        if not line:
            self._started.wait()
            self.how = self.how or self.process.how_it_ended()
            self._gone(self)
            self.process.close()
            return
        try:
            reply = REPLIES.validate_json(line)
        except ValidationError:
            self.process.kill()
            return
        self._replied(self, reply)


class Pool:
    """Processes that answer the questions of sessions over one library.

    Args:
        library: The library; it exists.
        model: The chat model of the sessions.
        size: How many processes there may be.
        tell: Called with a sentence where no process can be started.
    """

    def __init__(
        self,
        library: LibrarySettings,
        model: ModelSettings | None,
        size: int,
        *,
        tell: Callable[[str], object],
    ) -> None:
        self.size = size
        self._opening = Opening.of(library, model)
        self._at_once = WITH_MODEL if model is not None and model.is_configured else 1
        self._tell = tell
        self._lock = threading.Lock()
        self._hands: list[_Hand] = []
        self._waiting: deque[_Job] = deque()
        self._asked_at: WeakKeyDictionary[Session, float] = WeakKeyDictionary()
        self._n_asked = 0
        self._n_failures = 0
        self._is_closed = size < 1

    @property
    def pids(self) -> list[int]:
        """The processes that run now."""
        with self._lock:
            return [hand.process.pid for hand in self._hands]

    def start(self) -> None:
        """Start a process, so that the first question need not wait for it."""
        with self._lock:
            if not self._hands:
                self._hire()

    def ask(
        self,
        session: Session,
        question: str,
        *,
        papers: Collection[str] | None,
        reading: Reading | None,
        stopped: threading.Event,
    ) -> Iterator[Event]:
        """What `Session.ask` yields, worked out in another process.

        Args:
            session: Whose conversation is gone on with; it knows of the question afterwards.
            question: As it was typed.
            papers: Ids of the papers to answer from; None: all.
            reading: How a person wants it to be read; None: as the planner reads it.
            stopped: Ends the work when it is set.

        Raises:
            NoWorkers: No process can be started; nothing that was yielded counts.
            WorkerLost: Two processes ended at this question.
        """
        before = session.conversation
        with self._lock:
            self._asked_at[session] = time.monotonic()
        for attempt in (1, 2):
            try:
                yield from self._asked(session, question, papers, reading, stopped)
                return
            except _Gone as gone:
                session.conversation = before
                if attempt == 2:
                    raise WorkerLost(
                        f"two processes that worked on this question ended ({gone}). Ask for less"
                        " at once, or see what 'elute ask' says to it in a terminal"
                    ) from None
                why = f"The process that worked on it ended ({gone}); it is asked again"
                yield Restarted(why=why)

    def _asked(
        self,
        session: Session,
        question: str,
        papers: Collection[str] | None,
        reading: Reading | None,
        stopped: threading.Event,
    ) -> Iterator[Event]:
        job = self._queued()
        try:
            while not job.taken.wait(_LOOK_S):
                if stopped.is_set():
                    return
            if job.hand is None:
                raise NoWorkers("no process can be started for this question")
            asked = Question(
                number=job.number,
                question=question,
                papers=None if papers is None else tuple(papers),
                reading=reading,
                conversation=session.conversation,
            )
            with contextlib.suppress(OSError):  # it is gone, and the job will be told
                job.hand.process.say(asked.model_dump_json())
            while not stopped.is_set():
                try:
                    reply = job.replies.get(timeout=_LOOK_S)
                except queue.Empty:
                    continue
                if reply is None:
                    raise _Gone(job.hand.how)
                if isinstance(reply, Failed):
                    raise reply.exception()
                if not isinstance(reply, Said):
                    return
                if reply.conversation is not None:
                    session.conversation = reply.conversation
                job.is_answered = isinstance(reply.event, Answered | Refused)
                yield reply.event
        finally:
            self._leave(job)

    def tidy(self) -> None:
        """End processes that are not needed any more; one stays."""
        now = time.monotonic()
        with self._lock:
            kept = [hand for hand in self._hands if not hand.is_dismissed]
            idle = [h for h in kept if h.is_ready and not h.jobs and now - h.idle_since > IDLE_S]
            for hand in idle[: max(0, len(kept) - self._n_needed())]:
                self._dismiss(hand)

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            self._give_up()
            hands = list(self._hands)
            for hand in hands:
                self._dismiss(hand)
        for hand in hands:
            hand.process.close()

    # What is below is called with the lock held, but for those that say otherwise.

    def _queued(self) -> _Job:
        """A job that waits for a process or has one. Takes the lock."""
        with self._lock:
            self._n_asked += 1
            job = _Job(self._n_asked)
            if self._is_closed:
                job.taken.set()
                return job
            self._waiting.append(job)
            self._hand_out()
            n_whole = len([h for h in self._hands if not h.is_worn and not h.is_dismissed])
            if n_whole < self._n_needed():
                self._hire()
        return job

    def _n_needed(self) -> int:
        """As many processes as sessions asked lately, and one for what was stopped and goes on."""
        since = time.monotonic() - IDLE_S
        n_asking = sum(asked_at > since for asked_at in self._asked_at.values())
        n_stopped = sum(job.is_stopped for hand in self._hands for job in hand.jobs.values())
        return min(max(n_asking, 1) + n_stopped, self.size)

    def _leave(self, job: _Job) -> None:
        """Nobody follows this job any more. Takes the lock."""
        with self._lock:
            if job in self._waiting:
                self._waiting.remove(job)
            hand = job.hand
            if hand is None or job.is_answered or job.number not in hand.jobs:
                return
            job.is_stopped = True
            with contextlib.suppress(OSError):
                hand.process.say(Stop(number=job.number).model_dump_json())
        timer = threading.Timer(STOP_S, self._end_deaf, [hand, job])
        timer.daemon = True
        timer.start()

    def _end_deaf(self, hand: _Hand, job: _Job) -> None:
        """End a process that goes on with what nobody waits for. Takes the lock."""
        with self._lock:
            if job.number in hand.jobs and all(one.is_stopped for one in hand.jobs.values()):
                hand.is_dismissed = True
                hand.process.kill()

    def _replied(self, hand: _Hand, reply: Reply) -> None:
        """A process said something. Takes the lock."""
        with self._lock:
            if isinstance(reply, Ready):
                hand.is_ready, hand.idle_since = True, time.monotonic()
                self._hand_out()
                self._dismiss_worn()
                return
            if isinstance(reply, Failed) and not reply.number:
                hand.how = reply.message.rstrip(".")
                return
            job = hand.jobs.get(reply.number)
            if isinstance(reply, Ended):
                hand.jobs.pop(reply.number, None)
                hand.idle_since = time.monotonic()
                self._n_failures = 0
                if reply.is_worn and not hand.is_worn:
                    hand.is_worn = True
                    self._hire()
                self._hand_out()
                self._dismiss_worn()
        if job is not None:
            job.replies.put(reply)

    def _was_lost(self, hand: _Hand) -> None:
        """A process has ended. Takes the lock."""
        with self._lock:
            if hand in self._hands:
                self._hands.remove(hand)
            for job in hand.jobs.values():
                job.replies.put(None)
            if not hand.jobs and not hand.is_dismissed:
                self._failed(hand.how)
            hand.jobs.clear()
            if not self._is_closed and (self._waiting or not self._hands):
                self._hire()

    def _hire(self) -> None:
        if self._is_closed:
            return
        try:
            self._hands.append(_Hand(self._opening, self._replied, self._was_lost))
        except OSError as error:
            self._n_failures = MAX_FAILURES
            self._failed(str(error))

    def _failed(self, why: str) -> None:
        self._n_failures += 1
        if self._n_failures < MAX_FAILURES or self._is_closed:
            return
        self._give_up()
        self._tell(
            f"answers are worked out one after another, since no process beside comes up: {why}."
        )

    def _give_up(self) -> None:
        self._is_closed = True
        while self._waiting:
            self._waiting.popleft().taken.set()

    def _hand_out(self) -> None:
        """Give the questions that wait to processes that are free."""
        while self._waiting:
            free = [
                hand
                for hand in self._hands
                if hand.is_ready and not hand.is_dismissed and len(hand.jobs) < self._at_once
            ]
            if not free:
                return
            job = self._waiting.popleft()
            job.hand = min(free, key=lambda hand: (hand.is_worn, len(hand.jobs)))
            job.hand.jobs[job.number] = job
            job.taken.set()

    def _dismiss_worn(self) -> None:
        """End worn processes that have nothing to do, where a fresh one is there."""
        if any(hand.is_ready and not hand.is_worn for hand in self._hands):
            for hand in self._hands:
                if hand.is_worn and not hand.jobs:
                    self._dismiss(hand)

    def _dismiss(self, hand: _Hand) -> None:
        hand.is_dismissed = True
        hand.process.hang_up()


def chat_workers(settings: Settings) -> int:
    """How many processes answer in `elute chat`.

    Without a setting as many as the chat may use cores, at most four; none on a single core.
    """
    if settings.chat_workers is not None:
        return settings.chat_workers
    own = getattr(os, "sched_getaffinity", None)  # Linux's; a container may have fewer cores
    n_cores = len(own(0)) if own is not None else os.cpu_count() or 1
    return 0 if n_cores < 2 else min(n_cores, MAX_WORKERS)
