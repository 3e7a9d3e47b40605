"""A process beside this one that is spoken to in lines, each a JSON object.

What may end its process, or would hold this one up, runs in one. `Coprocess` is this end; its body
calls `conversing`. A fresh interpreter, not a fork: nothing of this process's threads, locks and
models gets there, and it works alike on every system. What is said goes through the two pipes
alone, never into the command line, where others on the machine could read it.
"""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

ROOT: Final = str(Path(__file__).resolve().parent.parent)
_CLOSE_S: Final = 0.5  # how long a process may take to end by itself


class Coprocess:
    """A process that runs a function, and what it says.

    Args:
        entry: The function, as ``module:function``.
        heard: Called from a thread of its own with each line, and with "" when there are no more.

    Raises:
        OSError: No process can be started here.
    """

    def __init__(self, entry: str, heard: Callable[[str], None]) -> None:
        module, _, name = entry.partition(":")
        # With -P and this path it imports this package, never a file of the current folder.
        code = f"import sys; sys.path.insert(0, sys.argv[1]); from {module} import {name}; {name}()"
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", code, ROOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for this process; the other one ends with it
            text=True,
            encoding="utf-8",
        )
        self._heard = heard
        self._speaking = threading.Lock()
        threading.Thread(target=self._listen, name="elute coprocess", daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(ValueError, OSError):  # closed while it is read
            for line in self._process.stdout:
                self._heard(line)
        self._heard("")

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def say(self, line: str) -> None:
        """Send one line.

        Raises:
            OSError: The process has ended.
        """
        assert self._process.stdin is not None
        with self._speaking:
            try:
                self._process.stdin.write(line + "\n")
                self._process.stdin.flush()
            except ValueError as error:  # it was closed here
                raise BrokenPipeError(str(error)) from error

    def how_it_ended(self) -> str:
        """How the process ended, in words; waits for it a little."""
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "it closed its output"
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def kill(self) -> None:
        """End the process now; what it was about to say is lost."""
        self._process.kill()

    def hang_up(self) -> None:
        """End its input, which ends the process; does not wait for that."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def close(self) -> None:
        """End the process: by the end of its input, or else by force."""
        self.hang_up()
        try:
            self._process.wait(timeout=_CLOSE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def conversing() -> tuple[Iterator[str], IO[str]]:
    """In the process beside: the lines that come, and where to answer.

    Whatever else prints goes to standard error, so that it does not mix with answers. When the
    other end is gone while a line is worked at, the process ends in the middle of its work: else it
    would go on writing, while the next process takes the lock and writes as well.
    """
    answers = sys.stdout
    sys.stdout = sys.stderr
    for stream in (sys.stdin, answers):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    return _lines_while_wanted(), answers


def _lines_while_wanted() -> Iterator[str]:
    lines: queue.Queue[str] = queue.Queue()
    busy = threading.Event()

    def listen() -> None:
        for line in sys.stdin:
            busy.set()
            lines.put(line)
        if busy.is_set():
            os._exit(1)
        lines.put("")

    threading.Thread(target=listen, daemon=True).start()
    while line := lines.get():
        yield line
        busy.clear()
