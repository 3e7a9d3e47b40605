"""Random known molecules: a start where no seed is given, and what a search has to beat.

They come from the identifiers table of the package `chemicals` (C. Bell, MIT licence), whose
structures are PubChem's. The file is read without importing the package, which loads every table.
"""

from __future__ import annotations

import random
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from agent.tools.errors import MissingPackage
from agent.tools.molecule_edits import is_plausible, parse

SOURCE = "random molecules of PubChem in the identifiers table of the package chemicals"

ORGANIC = frozenset({1, 6, 7, 8, 9, 16, 17, 35})
"""Atomic numbers of which these molecules are made."""


@lru_cache(maxsize=8)
def random_molecules(n: int, *, seed: int) -> tuple[str, ...]:
    """SMILES of ``n`` different molecules of 6 to 40 heavy atoms, the same for the same seed.

    Raises:
        MissingPackage: chemicals is not installed.
    """
    table = _table()
    order = random.Random(seed).sample(range(len(table)), len(table))
    found: dict[str, None] = {}
    for row in order:
        if len(found) >= n:
            break
        mol = parse(table[row])
        if mol is not None and 6 <= mol.GetNumHeavyAtoms() <= 40 and is_plausible(mol, ORGANIC, 8):
            found[table[row]] = None
    return tuple(found)


@cache
def _table() -> tuple[str, ...]:
    """The SMILES column, with charged and many-part entries left out."""
    spec = find_spec("chemicals")
    if spec is None or not spec.submodule_search_locations:
        raise MissingPackage(
            "a start without seeds needs the package 'chemicals'. Run: pip install chemicals, "
            "or give seeds"
        )
    folder = Path(spec.submodule_search_locations[0]) / "Identifiers"
    text = (folder / "chemical identifiers pubchem large.tsv").read_text(encoding="utf-8")
    columns = (line.split("\t", 5) for line in text.splitlines())
    return tuple(
        parts[4]
        for parts in columns
        if len(parts) == 6 and 6 <= len(parts[4]) <= 120 and not set(".+-") & set(parts[4])
    )
