"""One SQLite file: a connection for each thread, transactions, and errors told in a sentence."""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ingest.errors import LibraryDamaged, LibraryError, LibraryLocked, LibraryReadOnly
from ingest.schema import SCHEMA, migrate, schema_of

BUSY_S: Final = 30.0  # how long SQLite waits for another process's transaction

_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
_READ_ONLY = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})


class _Held:
    """A thread's connection, closed with the thread: an app may start one for every question."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class Database:
    """A catalog's file. Safe for several threads: each has a connection of its own.

    Args:
        path: The file; made, with its folder, where it is missing and the folder can be written.

    Raises:
        LibraryDamaged: The file is no catalog, is damaged, or is from a newer elute.
        LibraryReadOnly: It does not exist and cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read_only = False
        self._why = ""  # it can only be read
        self._local = threading.local()
        self._all: weakref.WeakSet[_Held] = weakref.WeakSet()
        self._guard = threading.Lock()
        self._closed = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryReadOnly(
                f"cannot make the library's folder {str(path.parent)!r}: {error.strerror}. "
                "Name another data folder, e.g. with ELUTE_DATA_DIR"
            ) from error
        try:
            with self._telling():
                self._open_first()
        except BaseException:
            self.close()
            raise

    def _open_first(self) -> None:
        try:
            connection = self._connection()
            if schema_of(connection) < SCHEMA:
                migrate(connection)
        except sqlite3.OperationalError as error:
            # Where SQLite cannot make its files beside the catalog, on a read-only or a full disk,
            # a finished catalog can still be read.
            if not self.path.is_file() or _code(error) not in _READ_ONLY | _FULL:
                raise
            self.close()
            self._closed = False
            self.read_only = True
            self._why = "the disk is full" if _code(error) in _FULL else "it is read-only"
            connection = self._connection()
        found = schema_of(connection)
        if found != SCHEMA:
            raise LibraryDamaged(
                f"the library {str(self.path)!r} has schema {found}, this elute reads {SCHEMA}. "
                + (
                    "Update elute, or name another library"
                    if found > SCHEMA
                    else "Its folder is read-only: make it writable once, so that it can be updated"
                )
            )

    def _connection(self) -> sqlite3.Connection:
        held: _Held | None = getattr(self._local, "held", None)
        if held is not None:
            return held.connection
        if self._closed:
            raise LibraryError(f"the library {str(self.path)!r} has been closed")
        if self.read_only:
            # What was not finished lies in the file beside it, which immutable would pass over.
            beside = self.path.with_name(f"{self.path.name}-wal")
            unfinished = beside.exists() and beside.stat().st_size > 0
            made = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?{'mode=ro' if unfinished else 'immutable=1'}",
                uri=True,
                timeout=BUSY_S,
                isolation_level=None,
                check_same_thread=False,
            )
        else:
            # Autocommit: transactions are begun by name. Closed by close(), from any thread.
            made = sqlite3.connect(
                self.path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
            )
            made.execute("PRAGMA journal_mode = WAL")
            made.execute("PRAGMA synchronous = NORMAL")
            made.execute("PRAGMA foreign_keys = ON")
        held = _Held(made)
        self._local.held = held
        with self._guard:
            self._all.add(held)
        return made

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn SQLite's errors into this floor's, with the file and what to do."""
        try:
            yield
        except sqlite3.Error as error:
            raise _told(error, self.path) from error

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows that a SELECT gives."""
        with self._telling():
            return self._connection().execute(sql, values).fetchall()

    def one(self, sql: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row that a SELECT gives."""
        with self._telling():
            row: tuple[Any, ...] | None = self._connection().execute(sql, values).fetchone()
            return row

    def each(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a SELECT one by one, so that large blobs need not all be held."""
        with self._telling():
            yield from self._connection().execute(sql, values)

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one statement; returns the last row's number."""
        with self._telling():
            return self._connection().execute(sql, values).lastrowid or 0

    def run_many(self, sql: str, values: Iterator[Sequence[Any]]) -> None:
        """Run one statement for each of ``values``."""
        with self._telling():
            self._connection().executemany(sql, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside become visible at once, or none does. Not nested."""
        if self.read_only:
            raise LibraryReadOnly(_cannot_write(self.path, self._why))
        with self._telling():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # a full disk has rolled it back already
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reads inside, in this thread, see one state of the catalog. May be nested."""
        connection = self._connection()
        if connection.in_transaction:
            yield
            return
        with self._telling():
            connection.execute("BEGIN")
            try:
                yield
            finally:
                if connection.in_transaction:
                    connection.execute("COMMIT")

    def close(self) -> None:
        """Close the connections of all threads. Reading afterwards raises LibraryError."""
        with self._guard:
            self._closed = True
            for held in list(self._all):
                held.connection.close()
            self._all.clear()
            self._local = threading.local()


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary error code; -1 where the error is of Python's own making."""
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else -1


def _cannot_write(path: Path, why: str) -> str:
    return (
        f"cannot write the library {str(path)!r}: {why}. Nothing written so far is lost; free "
        "space or allow writing there, then run the same command again"
    )


def _told(error: sqlite3.Error, path: Path) -> Exception:
    code = _code(error)
    if code in _FULL:
        return LibraryReadOnly(_cannot_write(path, f"the disk is full or failing ({error})"))
    if code in _READ_ONLY or (code == -1 and not os.access(path.parent, os.W_OK)):
        return LibraryReadOnly(_cannot_write(path, f"it is read-only ({error})"))
    if code in _BUSY:
        return LibraryLocked(
            f"the library {str(path)!r} is held by another process for more than {BUSY_S:.0f} s. "
            "Wait until it has finished, then run the same command again"
        )
    if code in _DAMAGED:
        return LibraryDamaged(
            f"the library {str(path)!r} cannot be read ({error}). Move the file away and ingest "
            "the papers again; the papers themselves are untouched"
        )
    return error
