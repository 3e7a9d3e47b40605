"""How far a long tool is, told while it works to whoever listens.

A tool calls `report` where a piece of its work is done. Nobody listens unless a front door opened
`listening` around the call; then a report costs one function call, and else a look-up. A listener
belongs to the thread (and the task) that opened it, so two calls at once never mix.

    with listening(lambda progress: print(progress.text)):
        generate_crystals("TiO2")
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from pydantic import Field

from ingest.record import Record

__all__ = ["Listener", "Progress", "listening", "report"]


class Progress(Record):
    """How far a tool is."""

    doing: str  # e.g. "relaxing"
    done: int = Field(ge=0)
    total: int | None = None  # None: it is not known how many there will be

    @property
    def text(self) -> str:
        """For a status line, e.g. "relaxing: 3 of 6"."""
        of = "" if self.total is None else f" of {self.total:,}"
        return f"{self.doing}: {self.done:,}{of}"


Listener = Callable[[Progress], None]

_listener: ContextVar[Listener | None] = ContextVar("elute_progress", default=None)


@contextmanager
def listening(listener: Listener | None) -> Iterator[None]:
    """Hear the reports of the tools that run inside.

    Args:
        listener: Called in the thread of the tool, so it must be quick. What it raises ends the
            tool. None: nobody hears them.
    """
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)


def report(doing: str, done: int, total: int | None = None) -> None:
    """Tell the listener, where there is one.

    Args:
        doing: What is done, in a word or two.
        done: How many pieces are done.
        total: How many there are, where it is known.
    """
    listener = _listener.get()
    if listener is not None:
        listener(Progress(doing=doing, done=done, total=total))
