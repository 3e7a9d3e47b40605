"""Each file is read in a child process of its own, under limits: one hostile file costs one file.

On Linux a small reader process is started once, clean and with one thread, so that it may fork; it
forks a child for every file (about 9 ms). The child sets its own limits (address space, CPU, wall
clock), reads, writes the record as JSON to a pipe and ends. Elsewhere every file starts a fresh
interpreter (about 0.3 s), ended when its time is up.

The caller may hold threads, models and locks: nothing of it is forked.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Final, Literal

from ingest.child import DEFAULT_READER, EXIT_MEMORY, MARK, TRAILER, Task, crashed
from ingest.citation import Box
from ingest.paper import ReadOutcome, ReadPaper
from ingest.settings import ReaderSettings

Method = Literal["fork", "spawn"]
METHOD: Final[Method] = "fork" if sys.platform == "linux" else "spawn"
_RENDERER: Final = "ingest.boxes:render_page"
_PNG: Final = b"\x89PNG"

_MB = 1024 * 1024
_GRACE_S = 5.0  # what a child may need beyond its limits to start and to end
_MEMORY_SHARE = 0.5  # a crash at more than this share of its memory is put down to memory
_ROOT = str(Path(__file__).resolve().parent.parent)


class _Cancelled(Exception):
    """The caller no longer wants the result."""


def read_isolated(
    path: Path,
    settings: ReaderSettings,
    *,
    reader: str = DEFAULT_READER,
    method: Method | None = None,
) -> ReadPaper:
    """`ingest.pdf.read_paper` in a child process under the limits of ``settings``.

    Args:
        path: The file to read.
        settings: Limits; a file that passes one is returned with the outcome that names it.
        reader: What the child calls, as ``module:function``.
        method: How children are made; None takes the platform's.

    Returns:
        The paper, or the outcome that says why there is none. Never raises for what a file does.
    """
    return _read(path, settings, reader, method or METHOD, threading.Event())


def read_many(
    paths: Iterable[Path],
    settings: ReaderSettings,
    workers: int,
    *,
    reader: str = DEFAULT_READER,
    method: Method | None = None,
) -> Iterator[tuple[Path, ReadPaper]]:
    """Read files side by side, each in its own child; yields them as they are done.

    At most ``workers`` children run at once and at most twice as many results wait to be taken, so
    a slow consumer holds the readers back. Closing the iterator ends what still runs.
    """
    todo = iter(paths)
    stop = threading.Event()
    running: dict[Future[ReadPaper], Path] = {}
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="elute-read")
    try:
        exhausted = False
        while True:
            while not exhausted and len(running) < 2 * workers:
                path = next(todo, None)
                if path is None:
                    exhausted = True
                else:
                    job = pool.submit(_read, path, settings, reader, method or METHOD, stop)
                    running[job] = path
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for job in done:
                yield running.pop(job), job.result()
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def render_isolated(
    path: Path,
    page: int,
    settings: ReaderSettings,
    *,
    boxes: Sequence[Box] = (),
    scale: float = 2.0,
    method: Method | None = None,
) -> bytes:
    """`ingest.boxes.render_page` in a child process: a page's pictures may be hostile too.

    Raises:
        ValueError: There is no picture; the message says why.
    """
    target = {
        "page": page,
        "boxes": [box.model_dump() for box in boxes],
        "scale": scale,
    }
    task = Task(path.absolute(), settings, _RENDERER, json.dumps(target))
    answer = _run(task, method or METHOD, threading.Event())
    if isinstance(answer, ReadPaper):
        raise ValueError(answer.message)
    if not answer.startswith(_PNG):
        raise ValueError(answer.decode("utf-8", "replace"))
    return answer


def _read(
    path: Path, settings: ReaderSettings, reader: str, method: Method, stop: threading.Event
) -> ReadPaper:
    task = Task(path.absolute(), settings, reader)
    answer = _run(task, method, stop)
    if isinstance(answer, ReadPaper):
        return answer
    try:
        return ReadPaper.model_validate_json(answer)
    except ValueError:
        return crashed(path, "the reader's answer cannot be read")


def _run(task: Task, method: Method, stop: threading.Event) -> bytes | ReadPaper:
    """What the child answered, or the outcome that says why there is no answer."""
    if method == "fork":
        return _run_forked(task, stop)
    return _run_spawned(task, stop)


def _python(call: str) -> list[str]:
    """Command that calls a function of `ingest.child` in a fresh interpreter.

    ``-P`` and the inserted path: it imports this package, never a file of the current folder.
    """
    code = f"import sys; sys.path.insert(0, sys.argv[1]); from ingest import child; child.{call}"
    return [sys.executable, "-P", "-c", code, _ROOT]


def _result_cap(settings: ReaderSettings) -> int:
    return 4 * settings.max_text_mb * _MB + _MB


# ------------------------------------------------------------------ the caller's side, forking


def _run_forked(task: Task, stop: threading.Event) -> bytes | ReadPaper:
    path, settings = task.path, task.settings
    for attempt in (1, 2):
        read_end = _server.request(task)
        try:
            data = _drain(read_end, settings, stop)
        except TimeoutError:
            return _too_slow(path, settings)
        except OverflowError:
            return _too_much(path, settings)
        except _Cancelled:
            return crashed(path, "reading was stopped")
        finally:
            os.close(read_end)
        if len(data) >= TRAILER.size and data[-TRAILER.size :].startswith(MARK):
            _, status, peak_kib = TRAILER.unpack(data[-TRAILER.size :])
            return _judge(path, settings, data[: -TRAILER.size], status, peak_kib)
        _server.restart()  # it ended without a word: killed from outside
        if attempt == 2:
            break
    return crashed(path, "the reader process was ended from outside")


def _drain(fd: int, settings: ReaderSettings, stop: threading.Event) -> bytes:
    """All that is written to ``fd`` until its last writer closes it."""
    chunks: list[bytes] = []
    size, cap = 0, _result_cap(settings)
    deadline = time.monotonic() + settings.timeout_s + _GRACE_S
    poller = select.poll()  # select() knows no descriptor above 1023
    poller.register(fd, select.POLLIN | select.POLLHUP)
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if stop.is_set():
            raise _Cancelled
        if not poller.poll(1000 * min(left, 0.25)):
            continue
        chunk = os.read(fd, 1 << 20)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
        size += len(chunk)
        if size > cap:
            raise OverflowError


class _Server:
    """The process that forks: started at the first file, ended with this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._owner = 0  # a forked copy of this process starts a server of its own

    def request(self, task: Task) -> int:
        """Ask for a task to be done; the answer comes out of the returned descriptor."""
        for attempt in (1, 2):
            read_end, write_end = os.pipe()
            try:
                with self._lock:
                    channel = self._running()
                    socket.send_fds(channel, [task.message()], [write_end])
                return read_end
            except OSError:
                os.close(read_end)
                if attempt == 2:
                    raise
                self.restart()
            finally:
                os.close(write_end)
        raise AssertionError("unreachable")

    def restart(self) -> None:
        """End the server; the next request starts another."""
        with self._lock:
            self._end()

    def _running(self) -> socket.socket:
        process = self._process
        if self._socket is None or process is None or self._owner != os.getpid():
            return self._start()
        if process.poll() is not None:
            self._end()
            return self._start()
        return self._socket

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [*_python("serve(int(sys.argv[2]))"), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for the caller; the server ends with it
            )
        self._socket = ours
        self._owner = os.getpid()
        return ours

    def _end(self) -> None:
        if self._owner != os.getpid():
            return
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._process is not None:
            try:
                self._process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def close(self) -> None:
        """End the server, at the end of this process."""
        with self._lock:
            self._end()


_server = _Server()
atexit.register(_server.close)


def stop() -> None:
    """End the reader process, if one runs; the next file starts another."""
    _server.close()


# ---------------------------------------------------------------------------------- spawning


def _run_spawned(task: Task, stop: threading.Event) -> bytes | ReadPaper:
    path, settings = task.path, task.settings
    process = subprocess.Popen(
        _python("read_one()"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + settings.timeout_s + _GRACE_S
    payload: bytes | None = task.message()
    while True:
        try:
            data, _ = process.communicate(payload, timeout=0.25)
            break
        except subprocess.TimeoutExpired:
            payload = None
            if stop.is_set() or time.monotonic() > deadline:
                process.kill()
                process.communicate()
                if stop.is_set():
                    return crashed(path, "reading was stopped")
                return _too_slow(path, settings)
    if process.returncode < 0:
        return _judge(path, settings, data, -process.returncode, 0)
    return _judge(path, settings, data, process.returncode << 8, 0)


# ---------------------------------------------------------------------------------- outcomes


def _judge(
    path: Path, settings: ReaderSettings, data: bytes, status: int, peak_kib: int
) -> bytes | ReadPaper:
    """A child's answer, if the way it ended is a good one; else the outcome."""
    number = status & 0x7F  # as POSIX codes a wait status: the signal, else the exit code above it
    if number:
        if number in (signal.SIGALRM, signal.SIGXCPU):
            return _too_slow(path, settings)
        starved = peak_kib > _MEMORY_SHARE * settings.memory_mb * 1024
        if number == signal.SIGKILL or starved:
            return _too_large(path, settings)
        return crashed(path, f"the reader ended with {signal.Signals(number).name}")
    code = status >> 8
    if code == EXIT_MEMORY:
        return _too_large(path, settings)
    if code != 0:
        return crashed(path, f"the reader ended with exit code {code}")
    if len(data) > _result_cap(settings):
        return _too_much(path, settings)
    return data


def _too_slow(path: Path, settings: ReaderSettings) -> ReadPaper:
    return ReadPaper(
        outcome=ReadOutcome.LIMIT_TIME,
        message=f"cannot read {path.name!r}: it takes more than {settings.timeout_s:g} s "
        f"({settings.cpu_s} s of CPU). Raise reader.timeout_s and reader.cpu_s if the file is "
        "trusted",
    )


def _too_large(path: Path, settings: ReaderSettings) -> ReadPaper:
    return ReadPaper(
        outcome=ReadOutcome.LIMIT_MEMORY,
        message=f"cannot read {path.name!r}: it needs more than {settings.memory_mb} MB of memory. "
        "Raise reader.memory_mb if the file is trusted",
    )


def _too_much(path: Path, settings: ReaderSettings) -> ReadPaper:
    return ReadPaper(
        outcome=ReadOutcome.LIMIT_SIZE,
        message=f"cannot read {path.name!r}: it gives more than {settings.max_text_mb} MB of text. "
        "Raise reader.max_text_mb if the file is trusted",
    )
