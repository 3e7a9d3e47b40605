"""The hand-written source tables: what a regulation names, by its own numbers.

A table is tab-separated, without a head line: number, name, CAS, names, systematic name, SMILES.
A line ``#! key=value | ...`` holds for the lines below it (section, schedule, scope, level,
citation). In the fourth column names stand between semicolons, each with an optional kind and
flags in front: ``n:`` INN, ``i:`` IUPAC, ``b:`` brand, ``s:`` street, ``c:`` code, ``f:`` foreign,
``m:`` formula; ``!`` means that upper and lower case count, ``?`` that context is needed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

KINDS = {
    "n": "inn",
    "i": "iupac",
    "b": "brand",
    "s": "street",
    "c": "code",
    "f": "foreign",
    "m": "formula",
    "": "common",
}
_NAME = re.compile(r"(?:(?P<kind>[nibscfm])(?P<flags>[!?]*):)?(?P<text>.+)", re.DOTALL)


class TableError(ValueError):
    """A line of a source table that cannot be read; says which."""


@dataclass(frozen=True)
class SourceName:
    """A name as the table writes it."""

    text: str
    kind: str
    flags: str = ""


@dataclass(frozen=True)
class SourceRow:
    """One line of a regulation."""

    where: str
    number: str
    name: str
    cas: str
    names: tuple[SourceName, ...]
    systematic: str
    smiles: str
    about: dict[str, str] = field(hash=False)


def cas_is_valid(cas: str) -> bool:
    """Whether the check digit of a CAS number is right."""
    if not re.fullmatch(r"\d{2,7}-\d\d-\d", cas):
        return False
    digits = cas.replace("-", "")
    return sum(i * int(d) for i, d in enumerate(reversed(digits[:-1]), 1)) % 10 == int(digits[-1])


def read_table(path: Path) -> list[SourceRow]:
    """The lines of a source table.

    Raises:
        TableError: A line has not six columns, a bad CAS number or an unreadable name.
    """
    about: dict[str, str] = {}
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        where = f"{path.name} line {number}"
        if line.startswith("#!"):
            pairs = (pair.split("=", 1) for pair in line[2:].split(" | "))
            about = {key.strip(): value.strip() for key, value in pairs}
            continue
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 6:
            raise TableError(f"{where} has {len(cells)} columns, not 6: {line!r}")
        code, name, cas, names, systematic, smiles = cells
        if cas and not cas_is_valid(cas):
            raise TableError(f"{where}: {cas!r} of {name!r} is no CAS number (check digit)")
        rows.append(
            SourceRow(
                where=where,
                number=code,
                name=name,
                cas=cas,
                names=tuple(_names(names, where)),
                systematic=systematic,
                smiles=smiles,
                about=about,
            )
        )
    return rows


def _names(cell: str, where: str) -> list[SourceName]:
    found = []
    for part in filter(None, (p.strip() for p in cell.split(";"))):
        match = _NAME.fullmatch(part)
        if match is None or not match["text"].strip():
            raise TableError(f"{where}: {part!r} is no name")
        kind = KINDS[match["kind"] or ""]
        found.append(SourceName(match["text"].strip(), kind, match["flags"] or ""))
    return found
