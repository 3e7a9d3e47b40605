"""The gate's log: append-only JSON lines, each chained to the one before by its hash.

A line holds the digest of what was asked, never its words, and what the gate decided. The digest
is salted with a value of the log, so that two logs cannot be compared and a dictionary made for
one fits no other. Changing, dropping or reordering a line breaks the chain at that line; what a
crash left of a last line is closed off and told, and the chain goes on behind it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import Field

from safety.errors import AuditError
from safety.substance import Record, Verdict

GENESIS = "0" * 64


class AuditReport(Record):
    """What a check of a log found."""

    path: str
    ok: bool
    n_records: int = Field(ge=0)
    n_torn: int = Field(default=0, ge=0)
    """Lines that a crash left incomplete and that were closed off."""
    broken_at: int | None = None
    """The first line (from 1) that does not follow from the one before."""
    reason: str = ""


class AuditLog:
    """A log of the gate's verdicts that several processes may write at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(
        self, *, point: str, tool: str | None, intent: str, text: str, verdict: Verdict
    ) -> None:
        """Add one verdict.

        Raises:
            AuditError: The log cannot be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a+b") as file, _locked(file):
                self._append(file, point, tool, intent, text, verdict)
        except OSError as error:
            raise AuditError(f"cannot write the audit log {str(self.path)!r}: {error}") from error

    def _append(
        self,
        file: BinaryIO,
        point: str,
        tool: str | None,
        intent: str,
        text: str,
        verdict: Verdict,
    ) -> None:
        previous, torn = _last_line(file)
        lines: list[dict[str, Any]] = []
        if previous is None:
            first = {"event": "begin", "salt": secrets.token_hex(16)}
            lines.append(_sealed(first, GENESIS, 0))
            salt = str(first["salt"])
        else:
            salt = _salt(file)
        if torn:
            note = {"event": "torn", "bytes": len(torn), "sha256": hashlib.sha256(torn).hexdigest()}
            lines.append(_sealed(note, *_tip(lines, previous)))
        digest = hashlib.sha256((salt + text).encode("utf-8", "surrogatepass")).hexdigest()
        entry = {
            "event": "verdict",
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "point": point,
            "tool": tool,
            "intent": intent,
            "decision": verdict.decision.value,
            "digest": digest,
            "chars": len(text),
            "lists": sorted({f"{h.list}:{h.schedule}" for h in verdict.hits}),
            "how": sorted({h.how for h in verdict.hits}),
            "unread": len(verdict.unread),
        }
        lines.append(_sealed(entry, *_tip(lines, previous)))
        file.seek(0, os.SEEK_END)
        body = b"".join(_line(line) + b"\n" for line in lines)
        file.write(b"\n" + body if torn else body)
        file.flush()
        os.fsync(file.fileno())


def verify_audit(path: Path | str) -> AuditReport:
    """Whether every line of a log follows from the one before.

    Raises:
        AuditError: There is no such log, or it cannot be read.
    """
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise AuditError(f"cannot read the audit log {str(path)!r}: {error}") from error
    tip, count, n_torn = GENESIS, 0, 0
    lines = raw.split(b"\n")
    unfinished = lines.pop()  # what stands behind the last line feed
    pending_torn: bytes | None = None
    for number, line in enumerate(lines, start=1):
        record = _parsed(line)
        if record is not None and _line(record) != line:
            record = {**record, "hash": ""}  # the same values in other bytes are a change too
        if record is None and pending_torn is None:
            pending_torn = line  # allowed where the next line owns up to it
            continue
        problem = _problem(record, tip, count, pending_torn)
        if problem:
            return AuditReport(
                path=str(path), ok=False, n_records=count, n_torn=n_torn,
                broken_at=number - (pending_torn is not None), reason=problem,
            )  # fmt: skip
        assert record is not None
        n_torn += pending_torn is not None
        pending_torn = None
        tip, count = str(record["hash"]), count + 1
    if pending_torn is not None:
        return AuditReport(
            path=str(path), ok=False, n_records=count, n_torn=n_torn,
            broken_at=len(lines), reason="a line that is no record of this log",
        )  # fmt: skip
    return AuditReport(
        path=str(path),
        ok=True,
        n_records=count,
        n_torn=n_torn + bool(unfinished),
        reason="the last line is incomplete" if unfinished else "",
    )


def _problem(record: dict[str, Any] | None, tip: str, count: int, torn: bytes | None) -> str:
    if record is None:
        return "a line that is no record of this log"
    if torn is not None:
        digest = hashlib.sha256(torn).hexdigest()
        if record.get("event") != "torn" or record.get("sha256") != digest:
            return "a line that is no record of this log"
    if record.get("previous") != tip or record.get("number") != count:
        return "it does not follow from the line before: a line is missing, added or moved"
    if record.get("hash") != _hash(record):
        return "it was changed after it was written"
    return ""


def _sealed(record: dict[str, Any], previous: str, number: int) -> dict[str, Any]:
    sealed = {**record, "previous": previous, "number": number}
    return {**sealed, "hash": _hash(sealed)}


def _line(record: dict[str, Any]) -> bytes:
    """A record as its line holds it, without the line feed."""
    return json.dumps(record, sort_keys=True).encode()


def _hash(record: dict[str, Any]) -> str:
    body = {k: v for k, v in record.items() if k != "hash"}
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _tip(lines: list[dict[str, Any]], previous: dict[str, Any] | None) -> tuple[str, int]:
    last = lines[-1] if lines else previous
    return (GENESIS, 0) if last is None else (str(last["hash"]), int(last["number"]) + 1)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) and "hash" in record else None


def _last_line(file: BinaryIO) -> tuple[dict[str, Any] | None, bytes]:
    """The last whole record, and the bytes of a torn line behind it."""
    file.seek(0, os.SEEK_END)
    size = file.tell()
    reach = 8192
    while True:
        start = max(0, size - reach)
        file.seek(start)
        lines = file.read(size - start).split(b"\n")
        torn = lines.pop()
        whole = lines if start == 0 else lines[1:]
        for line in reversed(whole):
            record = _parsed(line)
            if record is not None:
                return record, torn
        if start == 0:
            return None, torn
        reach *= 4


def _salt(file: BinaryIO) -> str:
    file.seek(0)
    for line in file:
        record = _parsed(line)
        if record is not None and record.get("event") == "begin":
            return str(record.get("salt", ""))
    return ""


@contextmanager
def _locked(file: BinaryIO) -> Iterator[None]:
    """Hold the file for this process alone."""
    if os.name == "nt":  # pragma: no cover - the suite runs on POSIX
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined]
        try:
            yield
        finally:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined]
        return
    import fcntl

    fcntl.flock(file.fileno(), fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
