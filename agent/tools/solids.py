"""Measured band gaps of inorganic compounds by their composition."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from agent.tools.formula import parse_formula
from agent.tools.quantity import Quantity

SOURCE = "Zhuo, Mansouri Tehrani and Brgoch, J. Phys. Chem. Lett. 9, 1668 (2018)"

_Key = tuple[tuple[str, float], ...]


def band_gaps(amounts: Mapping[str, float]) -> list[Quantity]:
    """Every measured band gap of a composition in eV, smallest first.

    The spread between them is that of samples, phases and methods; the source does not say which.

    Args:
        amounts: Elements and their amounts, of any multiple of the formula.
    """
    return [
        Quantity(value=gap, unit="eV", method="measured", source=SOURCE)
        for gap in _table().get(_key(amounts), ())
    ]


def _key(amounts: Mapping[str, float]) -> _Key:
    """Atomic fractions, rounded so that Cd0.5Zn0.5S and CdZnS2 are one."""
    total = sum(amounts.values())
    return tuple(sorted((symbol, round(n / total, 4)) for symbol, n in amounts.items()))


@cache
def _table() -> dict[_Key, tuple[float, ...]]:
    text = resources.files("agent.tools").joinpath("data/band_gaps.tsv").read_text("utf-8")
    found: dict[_Key, tuple[float, ...]] = {}
    for line in text.splitlines():
        if line.startswith(("#", "composition\t")):
            continue
        composition, gaps = line.split("\t")
        key = _key(parse_formula(composition))
        found[key] = tuple(sorted((*found.get(key, ()), *map(float, gaps.split()))))
    return found
