"""Sessions that are kept: questions and answers in one SQLite file, `sessions.db`.

What was refused is kept as refused, never in its words.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from agent.answer import Answer, AnswerStatus
from agent.errors import AgentError
from ingest.record import Record

SESSIONS_FILE: Final = "sessions.db"  # in the data folder
WITHHELD: Final = "A request that was refused"
MAX_TITLE_CHARS: Final = 80
_WAIT_S: Final = 30.0  # for another process that writes
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY, library TEXT NOT NULL, title TEXT NOT NULL, made_at TEXT NOT NULL,
    used_at TEXT NOT NULL, owner TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS turns (
    row INTEGER PRIMARY KEY, session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    turn TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS turns_of ON turns (session, row);
"""


_COLUMNS: Final = "PRAGMA table_info(sessions)"
_OWNER: Final = "ALTER TABLE sessions ADD COLUMN owner TEXT NOT NULL DEFAULT ''"


class TurnState(StrEnum):
    """How a turn ended."""

    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class Turn(Record):
    """A question and what came of it."""

    question: str  # as it was asked; ``WITHHELD`` where it was refused
    state: TurnState
    answer: Answer | None = None  # None unless done
    note: str = ""  # what was shown before it was stopped, or why it failed
    asked_at: datetime

    @property
    def is_refused(self) -> bool:
        """Whether the gate stopped it."""
        return self.answer is not None and self.answer.status is AnswerStatus.REFUSED


class KeptSession(Record):
    """One session of the list."""

    id: str
    library: str
    title: str
    made_at: datetime
    used_at: datetime
    n_turns: int


class SessionMissing(AgentError):
    """There is no session with that id."""


class SessionStore:
    """The sessions of one data folder. Safe for several threads and processes.

    Args:
        path: The file; made when the first session is kept.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path, timeout=_WAIT_S)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # deleted means gone from the file
            connection.executescript(_SCHEMA)
            if "owner" not in {row[1] for row in connection.execute(_COLUMNS)}:
                connection.execute(_OWNER)  # a file from before sessions had owners
            with connection:
                yield connection

    def sessions(
        self, library: str, limit: int = 200, *, owner: str = ""
    ) -> tuple[KeptSession, ...]:
        """The sessions that an owner has over a library, last used first."""
        if not self.path.exists():
            return ()
        with self._open() as connection:
            rows = connection.execute(
                "SELECT id, library, title, made_at, used_at, "
                "(SELECT count(*) FROM turns WHERE session = id) FROM sessions "
                "WHERE library = ? AND owner = ? ORDER BY used_at DESC, id LIMIT ?",
                (library, owner, limit),
            ).fetchall()
        return tuple(map(_session, rows))

    def session(self, session_id: str) -> KeptSession:
        """The session with that id.

        Raises:
            SessionMissing: There is none.
        """
        row = None
        if self.path.exists():
            with self._open() as connection:
                row = connection.execute(
                    "SELECT id, library, title, made_at, used_at, "
                    "(SELECT count(*) FROM turns WHERE session = id) FROM sessions WHERE id = ?",
                    (session_id,),
                ).fetchone()
        if row is None:
            raise SessionMissing("there is no such session; it may have been deleted")
        return _session(row)

    def turns(self, session_id: str) -> tuple[Turn, ...]:
        """The turns of a session, oldest first; none where it does not exist.

        A turn that another version of elute wrote otherwise is left out.
        """
        if not self.path.exists():
            return ()
        with self._open() as connection:
            rows = connection.execute(
                "SELECT turn FROM turns WHERE session = ? ORDER BY row", (session_id,)
            ).fetchall()
        turns = []
        for (text,) in rows:
            try:
                turns.append(Turn.model_validate_json(text))
            except ValidationError:
                continue
        return tuple(turns)

    def add(self, session_id: str, library: str, turn: Turn, *, owner: str = "") -> Turn:
        """Keep a turn, and its session with the first; returns it as it is kept.

        Args:
            session_id: Of the session, from `new_session_id`.
            library: Which was asked.
            turn: The question and what came of it.
            owner: Whose session a first turn begins; "" on a machine of one's own.
        """
        kept = _withheld(turn)
        now = datetime.now(UTC).isoformat()
        with self._open() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO sessions VALUES (?, ?, ?, ?, ?, ?)",
                (session_id, library, _title(kept.question), now, now, owner),
            )
            connection.execute(
                "INSERT INTO turns (session, turn) VALUES (?, ?)",
                (session_id, kept.model_dump_json()),
            )
            connection.execute("UPDATE sessions SET used_at = ? WHERE id = ?", (now, session_id))
        return kept

    def rename(self, session_id: str, title: str) -> None:
        """Give a session another title; an empty one changes nothing."""
        shown = _title(title)
        if shown:
            with self._open() as connection:
                connection.execute(
                    "UPDATE sessions SET title = ? WHERE id = ?", (shown, session_id)
                )

    def delete(self, session_id: str) -> None:
        """Delete a session and its turns."""
        with self._open() as connection:
            connection.execute("DELETE FROM sessions WHERE id = ?", (session_id,))

    def export(self, session_id: str) -> str:
        """A session as JSON: its title, times and turns.

        Raises:
            SessionMissing: There is none.
        """
        session = self.session(session_id).model_dump(mode="json")
        turns: list[Any] = [turn.model_dump(mode="json") for turn in self.turns(session_id)]
        return json.dumps({**session, "turns": turns}, ensure_ascii=False, indent=2)


def new_session_id() -> str:
    """An id that nobody guesses: whoever has it can open the session."""
    return secrets.token_hex(8)


def _withheld(turn: Turn) -> Turn:
    if not turn.is_refused or turn.answer is None:
        return turn
    verdict = turn.answer.verdict
    if verdict is not None:
        verdict = verdict.model_copy(update={"query": "", "unread": ()})
    answer = turn.answer.model_copy(
        update={"question": WITHHELD, "verdict": verdict, "plan": None, "unused": ()}
    )
    return turn.model_copy(update={"question": WITHHELD, "answer": answer, "note": ""})


def _title(text: str) -> str:
    folded = " ".join(text.split())
    if len(folded) <= MAX_TITLE_CHARS:
        return folded
    return folded[: MAX_TITLE_CHARS - 2].rsplit(" ", 1)[0] + " …"


def _session(row: tuple[Any, ...]) -> KeptSession:
    names = ("id", "library", "title", "made_at", "used_at", "n_turns")
    return KeptSession.model_validate(dict(zip(names, row, strict=True)))
