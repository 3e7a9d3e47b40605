"""What runs in the children that read files: limits, one task, and the server that forks them.

Nothing here is called by the process that wants the paper; see `ingest.isolation`.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.citation import Box
from ingest.paper import ReadOutcome, ReadPaper
from ingest.settings import ReaderSettings

DEFAULT_READER: Final = "ingest.pdf:read_paper"
EXIT_MEMORY: Final = 77
# Behind the child's own bytes the server says how it ended: a mark, wait status, peak in KiB.
TRAILER: Final = struct.Struct("<8siq")
MARK: Final = b"\0\0ended\0"  # no JSON and no PNG ends like this
_MB: Final = 1024 * 1024


@dataclass(frozen=True)
class Task:
    """What a child is asked to do."""

    path: Path
    settings: ReaderSettings
    function: str  # module:function
    arguments: str | None = None  # JSON of more arguments; None for a reader

    def message(self) -> bytes:
        """The task as it goes to the child."""
        parts = [os.fspath(self.path), self.settings.model_dump_json(), self.function]
        return json.dumps([*parts, self.arguments]).encode("utf-8", "surrogateescape")

    @classmethod
    def of(cls, message: bytes) -> Task:
        """The task in a message."""
        path, settings, function, arguments = json.loads(message.decode("utf-8", "surrogateescape"))
        return cls(Path(path), ReaderSettings.model_validate_json(settings), function, arguments)


def serve(channel_fd: int) -> None:
    """Fork a child for every request until the caller is gone."""
    _prepare()
    channel = socket.socket(fileno=channel_fd)
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    children: dict[int, int] = {}  # process id -> where its answer goes
    trailers: dict[
        int, bytes
    ] = {}  # where the answers of ended children go -> what is still to say
    poller = select.poll()
    poller.register(channel, select.POLLIN)
    poller.register(wake_read, select.POLLIN)
    while True:
        ready = [fd for fd, _ in poller.poll()]
        if wake_read in ready:
            os.read(wake_read, 4096)
            for fd, trailer in _reap(children):
                trailers[fd] = trailer
                # The pipe may be full; waiting for one caller would keep all others waiting.
                poller.register(fd, select.POLLOUT)
        for fd in ready:
            if fd in trailers:
                poller.unregister(fd)
                with contextlib.suppress(OSError):  # the caller may have gone
                    os.write(fd, trailers.pop(fd))
                os.close(fd)
        if channel.fileno() not in ready:
            continue
        message, fds, _flags, _address = socket.recv_fds(channel, 1 << 16, 1)
        if not message:
            break
        pid = os.fork()
        if pid == 0:
            channel.close()
            for fd in (wake_read, wake_write, *children.values(), *trailers):
                os.close(fd)
            _child(message, fds[0])
        children[pid] = fds[0]
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _prepare() -> None:
    """Load once what every child needs, and leave the collector nothing to look through."""
    importlib.import_module(DEFAULT_READER.partition(":")[0])
    importlib.import_module("ingest.cleaning").english()
    gc.collect()
    gc.freeze()
    gc.disable()  # a child ends before its garbage matters; its memory is limited all the same


def _reap(children: dict[int, int]) -> Iterator[tuple[int, bytes]]:
    """Where to write how each ended child ended, and the bytes that say it."""
    while children:
        pid, status, usage = os.wait4(-1, os.WNOHANG)
        if pid == 0:
            return
        yield children.pop(pid), TRAILER.pack(MARK, status, usage.ru_maxrss)


def _child(message: bytes, out: int) -> None:
    """Do one task under limits and end; never returns."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        task = Task.of(message)
        _limit(task.settings)
        data = _call(task)
        view = memoryview(data)
        while view:
            view = view[os.write(out, view) :]
        code = 0
    except MemoryError:
        code = EXIT_MEMORY
    finally:
        os._exit(code)


def _limit(settings: ReaderSettings) -> None:
    """Limits that the kernel keeps, even while the reader is deep in C."""
    import resource

    for kind, value in (
        (resource.RLIMIT_AS, settings.memory_mb * _MB),
        (resource.RLIMIT_CPU, settings.cpu_s),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        # macOS refuses RLIMIT_AS below what is mapped already; the other limits still hold.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, hard))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, settings.timeout_s)


def _call(task: Task) -> bytes:
    """The answer of the child, as bytes."""
    module, _, name = task.function.partition(":")
    function = getattr(importlib.import_module(module), name)
    try:
        if task.arguments is not None:
            return _render(function, task)
        paper: ReadPaper = function(task.path, task.settings)
    except MemoryError:
        raise
    except Exception as error:  # the child's front door: any fault costs this file only
        paper = crashed(task.path, f"the reader failed with {type(error).__name__}: {error}")
    return paper.model_dump_json().encode()


def _render(function: Callable[..., bytes], task: Task) -> bytes:
    arguments = json.loads(task.arguments or "{}")
    boxes = [Box.model_validate(box) for box in arguments.pop("boxes")]
    try:
        return function(task.path, boxes=boxes, **arguments)
    except ValueError as error:
        return str(error).encode()


def read_one() -> None:
    """Body of a spawned child: one task on standard input, its answer on standard output."""
    task = Task.of(sys.stdin.buffer.read())
    out = sys.stdout.buffer
    code = 0
    try:
        if sys.platform != "win32":
            _limit(task.settings)
        out.write(_call(task))
        out.flush()
    except MemoryError:
        code = EXIT_MEMORY
    os._exit(code)


def crashed(path: Path, how: str) -> ReadPaper:
    """What is returned for a file whose reader broke down."""
    return ReadPaper(
        outcome=ReadOutcome.CRASHED,
        message=f"cannot read {path.name!r}: {how}. The file may be damaged; print it to a new "
        "PDF and add that",
    )
