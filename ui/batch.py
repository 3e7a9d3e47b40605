"""Files given with --batch: one JSON object a line, each with an id and a text."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ui.exits import BatchError


@dataclass(frozen=True)
class BatchLine:
    """One line of a batch file. ``error`` says why it cannot be used."""

    number: int  # counted from 1
    id: Any = None  # as given; None where the line has none
    text: str = ""
    field: str = ""  # the name under which the text stood
    error: str | None = None


def open_batch(path: Path) -> Iterable[bytes]:
    """The lines of a batch file; ``-`` is standard input, read as it comes.

    Raises:
        BatchError: The file cannot be read.
    """
    if str(path) == "-":
        return sys.stdin.buffer
    try:
        return path.read_bytes().split(b"\n")
    except OSError as error:
        raise BatchError(
            f"cannot read the batch file {str(path)!r}: {error.strerror}. It holds one JSON object"
            " a line, with 'id' and 'question'"
        ) from error


def read_batch(lines: Iterable[bytes], *fields: str) -> Iterator[BatchLine]:
    """Each line that is not blank, with its id and its text.

    Args:
        lines: JSON objects, one a line, in UTF-8.
        *fields: Names under which the text may stand; a line has one of them.
    """
    for number, raw in enumerate(lines, start=1):
        if raw.removeprefix(b"\xef\xbb\xbf").strip():
            yield _batch_line(number, raw.removeprefix(b"\xef\xbb\xbf"), fields)


def _batch_line(number: int, raw: bytes, fields: tuple[str, ...]) -> BatchLine:
    wanted = " or ".join(repr(field) for field in fields)
    try:
        found = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        return BatchLine(number, error=f"line {number} is not UTF-8 text")
    except (ValueError, RecursionError) as error:
        return BatchLine(number, error=f"line {number} is not JSON: {error}")
    if not isinstance(found, dict):
        return BatchLine(number, error=f"line {number} is not a JSON object with 'id' and {wanted}")
    name = found.get("id")
    field = next((field for field in fields if field in found), None)
    if "id" not in found:
        return BatchLine(number, error=f"line {number} has no 'id'")
    if field is None:
        return BatchLine(number, name, error=f"line {number} (id {name!r}) has no {wanted}")
    text = found[field]
    if not isinstance(text, str):
        return BatchLine(
            number, name, error=f"line {number} (id {name!r}): {field!r} is not a text"
        )
    return BatchLine(number, name, readable(text), field)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


def readable(text: str) -> str:
    """``text`` without lone surrogates, as a shell in another encoding hands them over."""
    return text.encode("utf-8", "replace").decode("utf-8")
