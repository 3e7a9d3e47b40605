"""The lists of regulated substances: the packaged ones, and those a user adds beside them.

A packaged list is one file ``data/<id>.jsonl``: its first line describes the list, every further
line is one entry. Lines are parsed at once and records are made when they are asked for, because
validating every record would cost more than screening a text.

A user's file lies in the config folder's ``lists/``: either this form, or a table (``.csv``,
``.tsv``) with a ``name`` column and any of ``smiles``, ``cas``, ``names``, ``level``,
``citation``, ``code``. It can add substances and tighten levels and never loosens anything, since
the strictest level of all lists decides and exemptions are read from the package alone.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple, overload

from platformdirs import user_config_path
from pydantic import ValidationError

from safety.errors import ListInvalid, ListMissing
from safety.substance import Level, ListEntry, Name, Record, Scope, Structure

PACKAGED = (
    "us-csa",
    "us-chemicals",
    "cwc",
    "atf",
    "eu-precursors",
    "australia-group",
    "stockholm",
    "rotterdam",
    "class-members",
)
"""Ids of the packaged lists; all must be there, or nothing could be called safe.

``class-members`` holds the names of compounds that fall under a class rule of one of the others;
its lines carry the list, jurisdiction and edition of that rule."""

_SCOPE_LETTERS = {
    "s": "salts",
    "i": "isomers",
    "e": "esters",
    "o": "ethers",
}
_COUNTER_ION = "x"
_TABLE_SUFFIXES = {".csv": ",", ".tsv": "\t"}


class ListInfo(Record):
    """What a list is, how new it is, and how much of it is covered."""

    id: str
    title: str
    jurisdiction: str
    citation: str
    edition: str
    """Date (YYYY-MM-DD) of the text that was read."""
    n_regulation: int
    """Entries by the regulation's own numbering."""
    n_covered: int
    """How many of those have an entry here."""


class Exemption(Record):
    """A structure that shares its connectivity with a listed one and is expressly not listed."""

    name: str
    inchikey: str
    lists: tuple[str, ...]
    """Ids of the lists it is exempt from."""
    citation: str


class RawName(NamedTuple):
    """A name as the recogniser indexes it."""

    text: str
    entry: int
    """Ordinal in ``ListSet.entries``."""
    kind: str
    case_sensitive: bool
    context_required: bool


class _Entries(Sequence[ListEntry]):
    """The entries of all lists, each made when it is first asked for."""

    def __init__(self, rows: Sequence[tuple[ListInfo, dict[str, Any]]]) -> None:
        self._rows = rows
        self._made: dict[int, ListEntry] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> ListEntry: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[ListEntry]: ...

    def __getitem__(self, index: int | slice) -> ListEntry | Sequence[ListEntry]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        ordinal = index + len(self) if index < 0 else index
        if ordinal not in self._made:
            self._made[ordinal] = _entry(*self._rows[ordinal])
        return self._made[ordinal]


class ListSet:
    """All lists together, with the indexes that recognition starts from.

    The indexes map to ordinals of ``entries``; one substance may stand on several lists, so every
    index gives a tuple.
    """

    def __init__(
        self,
        infos: Sequence[ListInfo],
        rows: Sequence[tuple[ListInfo, dict[str, Any]]],
        exemptions: Sequence[Exemption] = (),
        innocent_names: frozenset[str] = frozenset(),
        *,
        n_packaged: int = 0,
    ) -> None:
        self.infos = tuple(infos)
        self.entries: Sequence[ListEntry] = _Entries(rows)
        self.exemptions: Mapping[str, Exemption] = {e.inchikey: e for e in exemptions}
        self.innocent_names = innocent_names
        """Lower-case names of unlisted things that look like a misspelt listed name."""
        self.n_packaged = n_packaged
        """How many entries, the first ones, are of the packaged lists."""
        self._rows = rows

    def names(self) -> Iterator[RawName]:
        """Every name of every entry, the preferred one first, without making the records."""
        for ordinal, (_, row) in enumerate(self._rows):
            yield RawName(row["name"], ordinal, "common", *_flags(row.get("flags", "")))
            for group, texts in row.get("names", {}).items():
                kind = group.rstrip("!?")
                cased, in_context = _flags(group)
                for text in texts:
                    yield RawName(text, ordinal, kind, cased, in_context)

    @cached_property
    def cas(self) -> Mapping[str, tuple[int, ...]]:
        """CAS number (with hyphens) to entries."""
        return _grouped((c, i) for i, (_, row) in enumerate(self._rows) for c in row.get("cas", ()))

    @cached_property
    def inchikeys(self) -> Mapping[str, tuple[int, ...]]:
        """Full standard InChIKey to entries."""
        return _grouped((s[1], i) for i, s in self._structures())

    @cached_property
    def skeletons(self) -> Mapping[str, tuple[int, ...]]:
        """First block of the InChIKey (connectivity without stereo or isotopes) to entries."""
        return _grouped((s[1][:14], i) for i, s in self._structures())

    @cached_property
    def formulas(self) -> Mapping[str, tuple[int, ...]]:
        """Hill formula of a listed structure to entries."""
        return _grouped((s[2], i) for i, s in self._structures())

    @cached_property
    def smiles(self) -> Mapping[str, tuple[int, ...]]:
        """SMILES as written in the lists to entries."""
        return _grouped((s[0], i) for i, s in self._structures())

    def level(self, ordinal: int) -> Level:
        """Level of an entry, without making its record."""
        return Level(self._rows[ordinal][1]["level"])

    def structures(self) -> Iterator[tuple[int, str, str]]:
        """Ordinal of the entry, SMILES and formula of every listed structure."""
        return ((i, s[0], s[2]) for i, s in self._structures())

    def _structures(self) -> Iterator[tuple[int, list[Any]]]:
        for ordinal, (_, row) in enumerate(self._rows):
            for structure in row.get("structures", ()):
                yield ordinal, structure


def load_lists(extra_folder: Path | None = None) -> ListSet:
    """All packaged lists and the user's own.

    Args:
        extra_folder: Where the user's list files lie; the config folder's ``lists/`` if None.

    Raises:
        ListMissing: A packaged list is not there.
        ListInvalid: A list file cannot be read.
    """
    data = resources.files("safety") / "data"
    infos: list[ListInfo] = []
    rows: list[tuple[ListInfo, dict[str, Any]]] = []
    for list_id in PACKAGED:
        file = data / f"{list_id}.jsonl"
        if not file.is_file():
            raise ListMissing(
                f"the packaged list {list_id!r} is missing, so nothing can be screened. "
                "Install elute again"
            )
        info, entries = _parse(file.read_text(encoding="utf-8"), file.name)
        infos.append(info)
        rows.extend((info, entry) for entry in entries)
    exemptions = [
        Exemption.model_validate_json(line)
        for line in (data / "exemptions.jsonl").read_text(encoding="utf-8").splitlines()
        if line
    ]
    innocent = frozenset((data / "innocent_names.txt").read_text(encoding="utf-8").splitlines())
    n_packaged = len(rows)
    for path in _user_files(extra_folder):
        info, entries = _read_user_file(path)
        infos.append(info)
        rows.extend((info, entry) for entry in entries)
    return ListSet(infos, rows, exemptions, innocent, n_packaged=n_packaged)


def user_folder() -> Path:
    """Where a user's own list files are looked for."""
    return user_config_path("elute", appauthor=False) / "lists"


def _user_files(folder: Path | None) -> list[Path]:
    folder = user_folder() if folder is None else folder
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.suffix in {".jsonl", *_TABLE_SUFFIXES})


def _parse(text: str, where: str) -> tuple[ListInfo, list[dict[str, Any]]]:
    """The description and the raw entries of a list file."""
    lines = text.splitlines()
    if not lines:
        raise ListInvalid(f"{where!r} is empty: its first line must describe the list")
    try:
        info = ListInfo.model_validate_json(lines[0])
    except ValidationError as error:
        raise ListInvalid(f"{where!r} line 1 does not describe a list: {error}") from error
    entries = []
    for number, line in enumerate(lines[1:], start=2):
        try:
            entry = json.loads(line)
        except json.JSONDecodeError as error:
            raise ListInvalid(f"{where!r} line {number} is not JSON: {error}") from error
        entries.append(entry)
    return info, entries


def _read_user_file(path: Path) -> tuple[ListInfo, list[dict[str, Any]]]:
    """A user's list; every entry is made once here, so that a bad line is told now."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ListInvalid(f"cannot read {str(path)!r}: {error}") from error
    if path.suffix == ".jsonl":
        info, entries = _parse(text, str(path))
    else:
        info, entries = _parse_table(text, path)
    for number, entry in enumerate(entries, start=2):
        try:
            _entry(info, entry)
        except (ValidationError, KeyError, TypeError, ValueError, IndexError) as error:
            raise ListInvalid(f"{str(path)!r} line {number} is not an entry: {error}") from error
    return info, entries


def _parse_table(text: str, path: Path) -> tuple[ListInfo, list[dict[str, Any]]]:
    """A table of a user: one substance a row, columns in any order."""
    from rdkit import Chem
    from rdkit.Chem.rdMolDescriptors import CalcMolFormula

    reader = csv.DictReader(text.splitlines(), delimiter=_TABLE_SUFFIXES[path.suffix])
    if "name" not in (reader.fieldnames or ()):
        raise ListInvalid(f"{str(path)!r} has no column 'name'")
    entries: list[dict[str, Any]] = []
    for number, row in enumerate(reader, start=2):
        cell = {k: (v or "").strip() for k, v in row.items() if isinstance(k, str)}
        entry: dict[str, Any] = {
            "name": cell["name"],
            "code": cell.get("code", "") or f"line {number}",
            "schedule": cell.get("schedule", ""),
            "level": cell.get("level", "") or "block",
            "scope": "sieo",
        }
        if cell.get("cas"):
            entry["cas"] = cell["cas"].split(";")
        if cell.get("names"):
            entry["names"] = {"common": [n.strip() for n in cell["names"].split(";") if n.strip()]}
        if cell.get("citation"):
            entry["citation"] = cell["citation"]
        if cell.get("smiles"):
            mol = Chem.MolFromSmiles(cell["smiles"])
            if mol is None:
                raise ListInvalid(
                    f"{str(path)!r} line {number}: {cell['smiles']!r} is not a SMILES"
                )
            key = Chem.MolToInchiKey(mol)  # type: ignore[no-untyped-call]
            entry["structures"] = [[cell["smiles"], key, CalcMolFormula(mol), ["user"]]]
        entries.append(entry)
    info = ListInfo(
        id=path.stem,
        title=f"own list {path.name}",
        jurisdiction="own",
        citation=f"own list {path.name}",
        edition="",
        n_regulation=len(entries),
        n_covered=len(entries),
    )
    return info, entries


def _entry(info: ListInfo, row: Mapping[str, Any]) -> ListEntry:
    """The record of one raw line."""
    names: list[Name] = []
    for group, texts in row.get("names", {}).items():
        case_sensitive, context_required = _flags(group)
        names.extend(
            Name(
                text=text,
                kind=group.rstrip("!?"),
                case_sensitive=case_sensitive,
                context_required=context_required,
            )
            for text in texts
        )
    letters = row.get("scope", "")
    scope = {field: True for letter, field in _SCOPE_LETTERS.items() if letter in letters}
    return ListEntry(
        name=row["name"],
        names=tuple(names),
        cas=tuple(row.get("cas", ())),
        structures=tuple(
            Structure(smiles=s[0], inchikey=s[1], formula=s[2], sources=tuple(s[3]))
            for s in row.get("structures", ())
        ),
        scope=Scope(**scope),
        counter_ion=_COUNTER_ION in letters,
        list=row.get("list", info.id),
        code=row["code"],
        schedule=row["schedule"],
        jurisdiction=row.get("jurisdiction", info.jurisdiction),
        citation=row.get("citation", info.citation),
        edition=row.get("edition", info.edition),
        level=Level(row["level"]),
    )


def _flags(group: str) -> tuple[bool, bool]:
    """``!`` behind a group's name: upper and lower case count; ``?``: needs context."""
    return "!" in group, "?" in group


def _grouped(pairs: Iterator[tuple[str, int]]) -> Mapping[str, tuple[int, ...]]:
    groups: dict[str, tuple[int, ...]] = {}
    for key, ordinal in pairs:
        known = groups.get(key, ())
        if ordinal not in known:
            groups[key] = (*known, ordinal)
    return groups
