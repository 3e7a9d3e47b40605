"""Readers that fail in every way a reader of hostile files can; called in children only."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from pathlib import Path

from ingest.paper import Page, ReadOutcome, ReadPaper
from ingest.settings import ReaderSettings


def echo(path: Path, settings: ReaderSettings) -> ReadPaper:
    page = Page(number=1, label=None, text=path.name, start=0)
    return ReadPaper(outcome=ReadOutcome.OK, pages=(page,), engine=str(os.getpid()))


def by_name(path: Path, settings: ReaderSettings) -> ReadPaper:
    """Does what the file's name says."""
    return {"abort": abort, "hang": hang, "raise": raises}.get(path.stem, echo)(path, settings)


def abort(path: Path, settings: ReaderSettings) -> ReadPaper:
    os.abort()


def segfault(path: Path, settings: ReaderSettings) -> ReadPaper:
    ctypes.string_at(0)
    raise AssertionError("unreachable")


def hang(path: Path, settings: ReaderSettings) -> ReadPaper:
    while True:
        time.sleep(60)


def hang_deaf(path: Path, settings: ReaderSettings) -> ReadPaper:
    """Hangs deep in C, deaf to signals that Python would have to handle."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    ctypes.CDLL(None).pause()
    return hang(path, settings)


def spin(path: Path, settings: ReaderSettings) -> ReadPaper:
    while True:
        pass


def eat_memory(path: Path, settings: ReaderSettings) -> ReadPaper:
    hoard = []
    while True:
        hoard.append(bytearray(16 * 1024 * 1024))


def raises(path: Path, settings: ReaderSettings) -> ReadPaper:
    raise KeyError("no such font")


def leave(path: Path, settings: ReaderSettings) -> ReadPaper:
    os._exit(3)


def babble(path: Path, settings: ReaderSettings) -> ReadPaper:
    page = Page(number=1, label=None, text="x" * (6 * settings.max_text_mb * 1024 * 1024), start=0)
    return ReadPaper(outcome=ReadOutcome.OK, pages=(page,))


def dawdle(path: Path, settings: ReaderSettings) -> ReadPaper:
    time.sleep(0.3)
    return echo(path, settings)


def hear_and_say_nothing() -> None:
    """A process beside that answers nothing."""
    sys.stdin.read()
