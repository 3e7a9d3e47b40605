"""A process that answers questions for another one: a Session, and what is said about it in lines.

The whole Session works here, its gate with it, so that nothing that was not checked is ever said to
the process that draws. The first line that comes says what to open, API keys among it; each further
one asks a question or ends one. `agent.pool` holds the other end.
"""

from __future__ import annotations

import gc
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import IO, Final, Literal, cast

from pydantic import ConfigDict, Field, SecretStr, TypeAdapter

from agent.conversation import Conversation
from agent.errors import AgentError
from agent.events import Answered, Event, Refused
from agent.plan import Reading
from agent.session import Session
from agent.settings import ModelSettings
from ingest.coprocess import conversing
from ingest.errors import IngestError
from ingest.library import Library
from ingest.record import Record
from ingest.settings import LibrarySettings
from safety.errors import SafetyError
from safety.gate import check_requests

ENTRY: Final = "agent.worker:main"
WORN_ANSWERS: Final = 1_000  # then another process takes over, whatever this one has gathered
WORN_MB: Final = 512  # or when its memory has grown by so much since it was ready


class Opening(Record):
    """What to open."""

    model_config = ConfigDict(hide_input_in_errors=True)  # it holds keys

    library: LibrarySettings
    model: ModelSettings | None = None  # without its key, which does not survive JSON
    key: str | None = Field(default=None, repr=False)

    @classmethod
    def of(cls, library: LibrarySettings, model: ModelSettings | None) -> Opening:
        """Settings as they go through a pipe."""
        if model is None or model.api_key is None:
            return cls(library=library, model=model)
        bare = model.model_copy(update={"api_key": None})
        return cls(library=library, model=bare, key=model.api_key.get_secret_value())

    def whole_model(self) -> ModelSettings | None:
        """The model's settings with their key."""
        if self.model is None or self.key is None:
            return self.model
        return self.model.model_copy(update={"api_key": SecretStr(self.key)})


class Question(Record):
    """A question of one conversation."""

    kind: Literal["question"] = "question"
    number: int
    question: str
    papers: tuple[str, ...] | None
    reading: Reading | None
    conversation: Conversation


class Stop(Record):
    """Nobody waits for that question's answer any more."""

    kind: Literal["stop"] = "stop"
    number: int


class Ready(Record):
    """Questions are answered from now on."""

    kind: Literal["ready"] = "ready"


class Said(Record):
    """The session said something."""

    kind: Literal["said"] = "said"
    number: int
    event: Event = Field(discriminator="kind")
    conversation: Conversation | None = None  # None: as it was


class Failed(Record):
    """A question's work ended in an error, or (number 0) nothing could be opened."""

    kind: Literal["failed"] = "failed"
    number: int = 0
    error: str
    message: str
    errno: int | None = None
    filename: str | None = None

    @classmethod
    def by(cls, error: Exception, number: int = 0) -> Failed:
        """How an error is told."""
        name = type(error).__name__
        if isinstance(error, OSError) and error.errno is not None:
            where = None if error.filename is None else str(error.filename)
            text = error.strerror or str(error)
            return cls(number=number, error=name, message=text, errno=error.errno, filename=where)
        family = next((one for one in _FAMILIES if isinstance(error, one)), None)
        return cls(number=number, error=family.__name__ if family else name, message=str(error))

    def exception(self) -> Exception:
        """An error that is explained as the one was that is told of."""
        if self.errno is not None:
            return OSError(self.errno, self.message, self.filename)
        other: type[Exception] = type(self.error, (Exception,), {})
        family = next((one for one in _FAMILIES if one.__name__ == self.error), other)
        return family(self.message)


class Ended(Record):
    """That question is done with, however it ended."""

    kind: Literal["ended"] = "ended"
    number: int
    is_worn: bool  # whether another process should take over


Request = Question | Stop
Reply = Ready | Said | Failed | Ended
REQUESTS: Final[TypeAdapter[Request]] = TypeAdapter(Request)
REPLIES: Final[TypeAdapter[Reply]] = TypeAdapter(Reply)
_FAMILIES: Final[tuple[type[Exception], ...]] = (
    AgentError,
    IngestError,
    SafetyError,
    sqlite3.Error,
    MemoryError,
)


class Worker:
    """Answers questions, each in a thread of its own.

    Args:
        session: What others are made from; never asked itself.
        answers: Where replies are written to.
    """

    def __init__(self, session: Session, answers: IO[str]) -> None:
        self._session = session
        self._answers = answers
        self._speaking = threading.Lock()
        self._stopped: dict[int, threading.Event] = {}
        self._n_answered = 0
        self._ready_mb = peak_mb()

    def serve(self, lines: Iterator[str]) -> None:
        """Answer until nobody asks any more."""
        self._say(Ready())
        for line in lines:
            request = REQUESTS.validate_json(line)
            if isinstance(request, Stop):
                if request.number in self._stopped:
                    self._stopped[request.number].set()
                continue
            stopped = self._stopped[request.number] = threading.Event()
            threading.Thread(target=self._answer, args=(request, stopped), daemon=True).start()

    def _answer(self, asked: Question, stopped: threading.Event) -> None:
        try:
            session = self._session.fresh()
            session.conversation = known = asked.conversation
            asking = session.ask(asked.question, papers=asked.papers, reading=asked.reading)
            events = cast(Generator[Event, None, None], asking)
            with closing(events):  # so that a tool that runs has ended when that is said
                for event in events:
                    if stopped.is_set():
                        break
                    now = session.conversation
                    changed = None if now == known else now
                    self._say(Said(number=asked.number, event=event, conversation=changed))
                    known = now
                    if isinstance(event, Answered | Refused):
                        break
        except Exception as error:  # a front door: the other end tells it in a sentence
            self._say(Failed.by(error, asked.number))
        finally:
            del self._stopped[asked.number]
            self._n_answered += 1
            self._say(Ended(number=asked.number, is_worn=self._is_worn()))

    def _is_worn(self) -> bool:
        return self._n_answered >= WORN_ANSWERS or peak_mb() - self._ready_mb > WORN_MB

    def _say(self, reply: Reply) -> None:
        line = reply.model_dump_json()
        with self._speaking:
            self._answers.write(line + "\n")
            self._answers.flush()


def peak_mb() -> float:
    """The most memory that this process has had, in MB; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0.0
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def main() -> None:
    """Body of the process; ends when the other end is gone, in the middle of work too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the chat, which ends this one
    lines, answers = conversing()
    try:
        opening = Opening.model_validate_json(next(lines))
        library = Library.open(opening.library, create=False)
        session = Session(library, model=opening.whole_model())
        check_requests(["What is the band gap of silicon?"])  # loads the lists; is not logged
        session.plan("What is the band gap of silicon?")
        if library.papers():
            library.search("band gap", limit=1)
    except Exception as error:  # a front door
        answers.write(Failed.by(error).model_dump_json() + "\n")
        answers.flush()
        os._exit(1)
    gc.collect()
    gc.freeze()  # what is loaded stays
    Worker(session, answers).serve(lines)
    os._exit(0)  # whatever thread is still at work
