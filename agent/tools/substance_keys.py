"""Keys of a name: two names with a key in common are names of one substance.

Only exact names of the tables count; nothing is parsed or guessed, so that a look-up takes
microseconds and an ordinary word is no substance.
"""

from __future__ import annotations

from functools import lru_cache

from agent.tools.common_names import common_names
from agent.tools.identifiers import identifiers

__all__ = ["substance_keys"]

MAX_ROWS = 8


@lru_cache(maxsize=8192)
def substance_keys(name: str) -> frozenset[str]:
    """InChIKey skeletons, CAS numbers and formulae of what ``name`` may mean; empty if unknown."""
    keys: set[str] = set()
    own = common_names(name)
    for entry in own:
        if entry.kind == "cas":
            keys |= _of_rows(entry.value)
        elif entry.kind in ("formula", "smiles", "polymer"):
            keys.add(f"{entry.kind}:{entry.value}")
        if entry.preferred:
            keys.add(f"name:{entry.preferred.lower()}")
    if own or len(name) < 3:
        return frozenset(keys)
    for row in identifiers().by_name(name)[:MAX_ROWS]:
        keys |= {row.inchikey[:14], row.cas, f"formula:{row.formula}"} - {"", "formula:"}
    return frozenset(keys)


def _of_rows(cas: str) -> set[str]:
    keys = {cas}
    for row in identifiers().by_cas(cas)[:MAX_ROWS]:
        keys |= {row.inchikey[:14], f"formula:{row.formula}"} - {"", "formula:"}
    return keys
