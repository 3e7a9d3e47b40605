"""One writer a library: a lock the operating system drops when its holder ends, however it ends."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from pydantic import ValidationError

from ingest.errors import LibraryLocked, LibraryReadOnly
from ingest.record import Record

_RETRY_S: Final = 0.2
_LOCKED_BYTE: Final = 1 << 20  # Windows keeps others from reading what is locked: lock beyond it


class Holder(Record):
    """Who is writing to a library."""

    pid: int
    host: str
    since: datetime

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.since:%Y-%m-%d %H:%M:%S} UTC"


class WriteLock:
    """The lock of one library, held from ``acquire`` to ``release``.

    Args:
        path: A small file beside the catalog; it says who holds the lock and is never deleted.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def acquire(self, wait_s: float) -> Iterator[Holder | None]:
        """Take the lock; yields once who holds it (None: not known) if that means waiting.

        Raises:
            LibraryLocked: It is still held after ``wait_s`` seconds.
            LibraryReadOnly: The lock's file cannot be written.
        """
        deadline = time.monotonic() + wait_s
        told = False
        while not self._try():
            if not told:
                told = True
                yield self.holder()
            if time.monotonic() >= deadline:
                who = self.holder()
                raise LibraryLocked(
                    f"the library {str(self._path.parent)!r} is being written by "
                    f"{who or 'another process'}. Waited {wait_s:.0f} s; wait until it has "
                    "finished, or end it, then run the same command again"
                )
            time.sleep(min(_RETRY_S, max(0.0, deadline - time.monotonic())))

    @contextmanager
    def held(self, wait_s: float) -> Iterator[None]:
        """The lock for the length of a ``with`` block."""
        for _ in self.acquire(wait_s):
            continue
        try:
            yield
        finally:
            self.release()

    def holder(self) -> Holder | None:
        """Who wrote itself into the lock's file last; None where that cannot be read."""
        try:
            return Holder.model_validate_json(self._path.read_bytes())
        except (OSError, ValidationError):
            return None

    def _try(self) -> bool:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644), "r+b")
        except OSError as error:
            raise LibraryReadOnly(
                f"cannot write the library {str(self._path.parent)!r}: {error.strerror}. Allow "
                "writing there, or name another data folder, e.g. with ELUTE_DATA_DIR"
            ) from error
        if not _lock(file):
            file.close()
            return False
        self._file = file
        me = Holder(pid=os.getpid(), host=socket.gethostname(), since=datetime.now(UTC))
        with suppress(OSError):  # on a full disk the lock holds; only its holder stays unnamed
            file.truncate(0)
            file.write(me.model_dump_json().encode())
            file.flush()
        return True

    def release(self) -> None:
        """Let others write."""
        if self._file is not None:
            file, self._file = self._file, None
            with suppress(OSError):
                file.truncate(0)
            file.close()  # drops the lock with it


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> bool:
        file.seek(_LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        file.seek(0)
        return True

else:
    import fcntl

    def _lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
