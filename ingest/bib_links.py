"""A reference manager's BibTeX export as the source of keys and metadata: its links to files.

A paper is found by the whole path that an entry links to, read from the folder of the list where it
is relative; else, since lists come from other machines and folders move, by the longest end of a
path that only one entry has: ``ABCD1234/paper.pdf`` of a Zotero storage, or the file's name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from ingest.errors import BibFileError
from ingest.overrides import MAX_BYTES, BibEntry, Override, read_bib_entries
from ingest.plaintext import decode

_ENDS = (3, 2, 1)  # parts of a path that are compared, most telling first


@dataclass
class BibLinks:
    """The entries of one or more lists, by the files they link to."""

    problems: list[str] = field(default_factory=list)
    _entries: list[tuple[str, BibEntry]] = field(default_factory=list)  # name of the list, entry
    _by_path: dict[Path, int] = field(default_factory=dict)
    _by_end: dict[tuple[str, ...], set[int]] = field(default_factory=dict)
    _by_key: dict[str, set[int]] = field(default_factory=dict)  # entries without links

    @classmethod
    def read(cls, paths: Sequence[Path | str]) -> Self:
        """The lists in these files.

        Raises:
            BibFileError: One cannot be read, or holds no entry.
        """
        links = cls()
        for given in paths:
            path = Path(given).expanduser().absolute()
            before = len(links._entries)
            for entry in read_bib_entries(path.name, _text(path), links.problems):
                links._take(path, entry)
            if len(links._entries) == before:
                raise BibFileError(
                    f"{str(given)!r} holds no entry that can be read. Export the papers as BibTeX"
                    " or BibLaTeX, with links to their files"
                )
        return links

    def _take(self, source: Path, entry: BibEntry) -> None:
        number = len(self._entries)
        self._entries.append((source.name, entry))
        for file in entry.files:
            parts = _parts(file)
            self._by_path.setdefault(_resolved(source.parent / Path(file).expanduser()), number)
            for size in _ENDS:
                if size <= len(parts):
                    self._by_end.setdefault(parts[-size:], set()).add(number)
        if not entry.files and entry.key:
            self._by_key.setdefault(unicodedata.normalize("NFC", entry.key), set()).add(number)

    def get(self, path: Path) -> Override | None:
        """What is said of the file at ``path``; None where no entry is surely its own."""
        number = self._find(path)
        return None if number is None else self._entries[number][1].override

    def existing(self) -> list[Path]:
        """The linked files that are there."""
        return [path for path in self._by_path if path.is_file()]

    def unmet(self, files: Iterable[Path]) -> list[str]:
        """A sentence for each list that has entries which none of ``files`` belongs to."""
        met = {self._find(path) for path in files}
        sentences = []
        for name in dict.fromkeys(name for name, _ in self._entries):
            numbers = [n for n, (source, _) in enumerate(self._entries) if source == name]
            missing = [self._entries[n][1].key for n in numbers if n not in met]
            if missing:
                shown = ", ".join(missing[:3]) + (", ..." if len(missing) > 3 else "")
                sentences.append(
                    f"{name!r}: {len(missing)} of {len(numbers)} entries are of no file that was"
                    f" given: {shown}"
                )
        return sentences

    def _find(self, path: Path) -> int | None:
        if not self._entries:
            return None
        exact = self._by_path.get(_resolved(path))
        if exact is not None:
            return exact
        parts = _parts(str(path))
        for size in _ENDS:
            found = self._by_end.get(parts[-size:], set()) if size <= len(parts) else set()
            if len(found) == 1:
                return next(iter(found))
            if found:
                return None  # of two entries with such an end, neither is surely it
        named = self._by_key.get(unicodedata.normalize("NFC", path.stem), set())
        return next(iter(named)) if len(named) == 1 else None


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BibFileError(f"{str(path)!r} is too large to be a list of papers")
        text = decode(path.read_bytes())
    except OSError as error:
        raise BibFileError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    if text is None:
        raise BibFileError(f"{str(path)!r} is not text")
    return text


def _parts(path: str) -> tuple[str, ...]:
    """The parts of a path of any system, for comparing."""
    return tuple(unicodedata.normalize("NFC", path).replace("\\", "/").split("/"))


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a loop of links
        return path
