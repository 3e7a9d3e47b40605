"""Which compositions a request for crystals means: its formula, or of the elements it names."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping

from agent.tools.base import missing
from agent.tools.compositions import likely_charges, read_formula
from agent.tools.errors import ArgumentError
from agent.tools.formula import ATOMIC_NUMBERS
from agent.tools.structure_types import structure_types

__all__ = ["asked_compositions", "named_elements", "reduced_formula", "whole_counts"]

MAX_CELL_ATOMS = 120
N_COMPOSITIONS = 4  # looked at where only elements are named
DEFAULT_CELL_ATOMS = 12  # where only elements are named
_ANIONS = {
    **dict.fromkeys(("F", "Cl", "Br", "I"), -1.0),
    **dict.fromkeys(("O", "S", "Se", "Te"), -2.0),
    **dict.fromkeys(("N", "P", "As"), -3.0),
}


def named_elements(text: str) -> list[str] | None:
    """The elements that a text names one by one, or None where it does not."""
    words = [word for word in re.split(r"[\s,;\-]+", text.strip()) if word]
    if len(words) < 2 or not all(word in ATOMIC_NUMBERS for word in words):
        return None
    return list(dict.fromkeys(words))


def asked_compositions(text: str, n_atoms: int | None, *, balanced: bool) -> list[dict[str, int]]:
    """The formula, or compositions of the elements that a text names one by one.

    Args:
        text: A formula such as "TiO2", or elements such as "Ti O S".
        n_atoms: Atoms in the primitive cell at most.
        balanced: Leave out those that cannot balance their charges.

    Raises:
        ArgumentError: The text is neither, or nothing of these elements will do.
    """
    symbols = named_elements(text)
    if symbols is None:
        amounts = read_formula(text, argument="composition")
        return [whole_counts(amounts, text)]
    if len(symbols) > 5:
        raise ArgumentError("composition", f"{len(symbols)} elements; give a formula, or 2 to 5")
    limit = min(n_atoms or DEFAULT_CELL_ATOMS, 20)
    found: list[dict[str, int]] = []
    for numbers in itertools.product(range(1, 9), repeat=len(symbols)):
        if sum(numbers) <= limit and math.gcd(*numbers) == 1:
            found.append(dict(zip(symbols, numbers, strict=True)))

    def is_known(counts: Mapping[str, int]) -> bool:
        return bool(structure_types(anonymous_formula(counts)))

    def unlikely(counts: Mapping[str, int]) -> tuple[bool, int, list[int]]:
        """Sorts sulfides before persulfides, and small formulas before large ones."""
        charges = likely_charges(counts) or {}
        odd = any(charge < 0 and charge != _ANIONS.get(s, charge) for s, charge in charges.items())
        return (odd or not charges, sum(counts.values()), sorted(counts.values()))

    may_be_random = missing("pyxtal", what="random trials") is None
    chosen: list[dict[str, int]] = []
    for counts in sorted(found, key=unlikely):
        if len(chosen) >= N_COMPOSITIONS:
            break
        neutral = likely_charges(counts) is not None
        if (neutral or not balanced) and (is_known(counts) or may_be_random):
            chosen.append(counts)
    if not chosen:
        raise ArgumentError(
            "composition",
            f"no composition of {' '.join(symbols)} with at most {limit} atoms balances its "
            "charges. Give a formula, more n_atoms, or balanced=false",
        )
    return chosen


def whole_counts(amounts: Mapping[str, float], text: str) -> dict[str, int]:
    """A formula's amounts in the smallest whole numbers.

    Raises:
        ArgumentError: They are none, or a cell of them would be too large.
    """
    counts = {symbol: round(amount) for symbol, amount in amounts.items()}
    uneven = any(not math.isclose(counts[s], amounts[s], abs_tol=1e-6) for s in amounts)
    if uneven or len(counts) < 2 or len(counts) > 6:
        raise ArgumentError(
            "composition",
            f"composition: {text!r} must have 2 to 6 elements in whole numbers, as in TiO2",
        )
    shared = math.gcd(*counts.values())
    if sum(counts.values()) // shared > MAX_CELL_ATOMS:
        raise ArgumentError(
            "composition",
            f"composition: {text!r} has {sum(counts.values()) // shared:,} atoms in its formula; "
            f"at most {MAX_CELL_ATOMS} are taken",
        )
    return {symbol: count // shared for symbol, count in counts.items()}


def reduced_formula(counts: Mapping[str, int]) -> str:
    """As chemists write it, e.g. TiO2."""
    from pymatgen.core import Composition

    return str(Composition(dict(counts)).reduced_formula)


def anonymous_formula(counts: Mapping[str, int]) -> str:
    """The ratio of the elements without their names, e.g. AB2."""
    from pymatgen.core import Composition

    return str(Composition(dict(counts)).anonymized_formula)
