"""Which files a folder offers, and what was seen of each."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.errors import FolderError
from ingest.stored import Place
from ingest.suffixes import SUFFIXES

# A file written this shortly before it was looked at may have changed since within one tick of
# the file system's clock, so that size and time do not tell: it is hashed once more.
_SETTLED_NS: Final = 2_000_000_000


@dataclass(frozen=True)
class Scan:
    """What a walk over the paths a user named has found."""

    files: tuple[Path, ...]  # sorted; each once
    roots: tuple[Path, ...]  # the folders among the named paths
    named: frozenset[Path]  # the files among them
    unreadable: tuple[str, ...]  # a sentence for each folder that could not be listed


def scan(paths: Iterable[Path | str]) -> Scan:
    """Find the papers under ``paths``: files with a known suffix, hidden ones left out.

    Links to folders are followed, each folder once, so that loops end. A file named itself is
    taken whatever its suffix.

    Raises:
        FolderError: A path does not exist or cannot be listed.
    """
    files: dict[Path, None] = {}
    roots: list[Path] = []
    named: list[Path] = []
    unreadable: list[str] = []
    seen: set[tuple[int, int]] = set()
    for given in paths:
        path = Path(given).expanduser()
        try:
            found = path.stat()
            path = path.resolve()
        except (OSError, RuntimeError) as error:  # resolve() calls a loop of links a RuntimeError
            why = "there is no such file or folder"
            if not isinstance(error, FileNotFoundError):
                why = getattr(error, "strerror", None) or str(error)
            raise FolderError(
                f"cannot ingest {str(given)!r}: {why}. Name a folder of PDF files, or a PDF file"
            ) from error
        if stat.S_ISDIR(found.st_mode):
            roots.append(path)
            refused: list[str] = []
            for file in _walk(path, seen, refused):
                files[file] = None
            if refused and refused[0].startswith(f"{str(path)!r}:"):
                raise FolderError(f"cannot ingest {refused[0]}. Allow reading it")
            unreadable += refused
        else:
            named.append(path)
            files[path] = None
    return Scan(
        files=tuple(sorted(files)),
        roots=tuple(roots),
        named=frozenset(named),
        unreadable=tuple(unreadable),
    )


def _walk(folder: Path, seen: set[tuple[int, int]], unreadable: list[str]) -> Iterator[Path]:
    pending = [folder]
    while pending:
        here = pending.pop()
        try:
            status = here.stat()
            if (status.st_dev, status.st_ino) in seen and status.st_ino:
                continue
            seen.add((status.st_dev, status.st_ino))
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError as error:
            unreadable.append(f"{str(here)!r}: {error.strerror}")
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            try:
                is_folder = entry.is_dir()
            except OSError:
                is_folder = False
            if is_folder:
                pending.append(here / entry.name)
            elif Path(entry.name).suffix.lower() in SUFFIXES:
                yield here / entry.name


def look(path: Path) -> Place:
    """What can be seen of a file without opening it.

    Raises:
        OSError: It is gone or cannot be seen.
    """
    now = time.time_ns()
    found = path.stat()
    return Place(path=place_text(path), size=found.st_size, mtime_ns=found.st_mtime_ns, seen_ns=now)


def is_regular(path: Path) -> bool:
    """Whether ``path`` is a plain file, which can be opened without waiting or harm."""
    return stat.S_ISREG(path.stat().st_mode)


def looks_unchanged(before: Place, now: Place) -> bool:
    """Whether size and time say that the bytes are the same as when ``before`` was seen."""
    settled = before.seen_ns - before.mtime_ns > _SETTLED_NS
    return settled and (before.size, before.mtime_ns) == (now.size, now.mtime_ns)


def with_hash(path: Path, place: Place) -> Place:
    """``place`` with the SHA-256 of the file's bytes.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return place.model_copy(update={"sha256": digest})


def place_text(path: Path) -> str:
    """A path as the catalog keeps it: bytes that are no UTF-8 are written as in a URL, ``%E9``."""
    return re.sub("[\udc80-\udcff]", lambda m: f"%{ord(m.group()) - 0xDC00:X}", str(path))


def place_path(text: str) -> Path:
    """The file that ``place_text`` wrote as ``text``."""
    path = Path(text)
    if "%" in text and not path.exists():
        return Path(re.sub("%([89A-F][0-9A-F])", lambda m: chr(0xDC00 + int(m.group(1), 16)), text))
    return path
