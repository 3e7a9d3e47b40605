"""Common names that the tables of ``chemicals`` lack, or hold for something else.

The tables have no THF and no CsPbI3, and they call hydrogen peroxide "PEO", ceresan "EMC" and
styrene "polystyrene". A name that stands here is read from here alone.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal, NamedTuple, cast

from agent.tools.identifiers import fold

NameKind = Literal["cas", "smiles", "formula", "polymer", "material"]


class CommonName(NamedTuple):
    """What one line says: a row of the tables, a structure, a solid, a polymer, or a mixture."""

    kind: NameKind
    value: str  # CAS number, SMILES, formula, formula of the repeat unit, or empty
    preferred: str
    basis: str


def common_names(name: str) -> tuple[CommonName, ...]:
    """The readings of a name; none where it does not stand in the table.

    Upper and lower case count where they tell names apart: "In" is indium and "in" is a word,
    "PBS" is a buffer and "PbS" is lead sulfide.
    """
    found = _table().get(fold(name), ())
    written = {one for one, as_written in found if as_written == name}
    if written:
        return tuple(one for one, _ in found if one in written)
    if len(name) <= 2 or (len(name) <= 5 and not (name.islower() or name.isupper())):
        found = tuple((one, text) for one, text in found if len(text) > 5)
    return tuple(one for one, _ in found)


@cache
def _table() -> dict[str, tuple[tuple[CommonName, str], ...]]:
    """Folded name to its readings, each with the name as written."""
    text = resources.files("agent.tools").joinpath("data/common_names.tsv").read_text("utf-8")
    found: dict[str, tuple[tuple[CommonName, str], ...]] = {}
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for line in lines[1:]:
        names, kind, *rest = line.split("\t")
        value, preferred, basis = (*rest, "", "", "")[:3]
        reading = CommonName(cast(NameKind, kind), value, preferred, basis)
        for name in names.split("; "):
            found[fold(name)] = (*found.get(fold(name), ()), (reading, name))
    return found
