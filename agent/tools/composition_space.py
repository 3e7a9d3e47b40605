"""Compositions that smact allows, drawn by chance or one step away from another."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from functools import lru_cache

from agent.tools.compositions import known_charges, likely_charges
from agent.tools.formula import ATOMIC_NUMBERS

__all__ = ["Counts", "changed", "drawn", "formula_of", "is_allowed"]

Counts = tuple[tuple[str, int], ...]
"""Elements and whole numbers of atoms without a common divisor, sorted by symbol."""

MAX_COUNT = 12  # of one element in a drawn composition
MAX_CELL = 30  # atoms in it
_TRIES = 200


def normalised(amounts: Mapping[str, int]) -> Counts:
    """The same ratio in the smallest whole numbers."""
    divisor = math.gcd(*amounts.values())
    return tuple(sorted((symbol, n // divisor) for symbol, n in amounts.items()))


@lru_cache(maxsize=100_000)
def is_allowed(counts: Counts) -> bool:
    """Whether smact's states, one an element, make it neutral with the anions' being the greedier.

    Mixed valence, as in Fe3O4, is not looked for: it would make most ratios of a metal neutral.
    """
    return likely_charges(dict(counts), mixed_valence=False) is not None


@lru_cache(maxsize=100_000)
def formula_of(counts: Counts) -> str:
    """The reduced formula as chemists write it."""
    from pymatgen.core import Composition

    return str(Composition(dict(counts)).reduced_formula)


def drawn(
    rng: random.Random, elements: Mapping[str, float], n_elements: Mapping[int, float]
) -> Counts:
    """A composition that smact allows: elements by their weights, charges by their states.

    Args:
        rng: The only source of chance.
        elements: Symbol -> how often it is drawn, relative to the others.
        n_elements: How many elements -> how often, relative to the others.

    Raises:
        ValueError: None is found, since no ratio of these elements is allowed.
    """
    symbols, weights = list(elements), list(elements.values())
    sizes, shares = list(n_elements), list(n_elements.values())
    for _ in range(_TRIES * 10):
        size = min(rng.choices(sizes, shares)[0], len(symbols))
        chosen: set[str] = set()
        for _ in range(_TRIES):
            chosen.add(rng.choices(symbols, weights)[0])
            if len(chosen) == size:
                break
        found = balanced(rng, sorted(chosen))
        if found is not None:
            return found
    raise ValueError("no composition of these elements balances its charges")


def balanced(rng: random.Random, symbols: Sequence[str]) -> Counts | None:
    """Whole numbers of atoms for these elements with which smact allows them, or None.

    Every element gets one of its states; the last cation or anion takes up what is left.
    """
    if len(symbols) < 2:
        return None
    states = known_charges(tuple(symbols))
    if not all(states.values()):
        return None
    for _ in range(12):
        charges = {symbol: rng.choice(states[symbol]) for symbol in symbols}
        if min(charges.values()) > 0 or max(charges.values()) < 0:
            continue
        counts = {symbol: rng.choices((1, 2, 3, 4), (8, 4, 2, 1))[0] for symbol in symbols}
        last = rng.choice(symbols)
        rest = sum(charges[s] * n for s, n in counts.items() if s != last)
        if charges[last] == 0 or rest == 0 or (rest > 0) == (charges[last] > 0):
            continue
        # Everything else is repeated until the last element's charge divides what is left.
        repeat = abs(charges[last]) // math.gcd(abs(rest), abs(charges[last]))
        counts = {symbol: n * repeat for symbol, n in counts.items()}
        counts[last] = abs(rest) * repeat // abs(charges[last])
        made = normalised(counts)
        if max(n for _, n in made) > MAX_COUNT or sum(n for _, n in made) > MAX_CELL:
            continue
        if is_allowed(made):
            return made
    return None


def changed(rng: random.Random, counts: Counts, elements: Sequence[str]) -> Counts | None:
    """One step away: an element exchanged, added or left out, or another ratio; None if not found.

    Args:
        rng: The only source of chance.
        counts: Where to start.
        elements: What may be put in; near neighbours in a group or row come more often.
    """
    symbols = [symbol for symbol, _ in counts]
    kind = rng.choices(("exchange", "ratio", "add", "leave_out"), (6, 2, 1, 1))[0]
    others = [symbol for symbol in elements if symbol not in symbols]
    if kind == "exchange" and others:
        old = rng.choice(symbols)
        new = _near(rng, old, others)
        kept = normalised({new if s == old else s: n for s, n in counts})
        if is_allowed(kept):
            return kept
        return balanced(rng, [new if s == old else s for s in symbols])
    if kind == "add" and others and len(symbols) < 5:
        return balanced(rng, [*symbols, rng.choice(others)])
    if kind == "leave_out" and len(symbols) > 2:
        symbols.remove(rng.choice(symbols))
        return balanced(rng, symbols)
    return balanced(rng, symbols)


def _near(rng: random.Random, symbol: str, others: Sequence[str]) -> str:
    """Half of the time one of the five nearest on the modified Pettifor scale, else any."""
    if rng.random() < 0.5:
        return rng.choice(others)
    places = _pettifor()
    here = places.get(symbol, ATOMIC_NUMBERS[symbol])
    near = sorted(others, key=lambda other: abs(places.get(other, 0) - here))[:5]
    return rng.choice(near)


@lru_cache(maxsize=1)
def _pettifor() -> Mapping[str, int]:
    from agent.tools.element_schemes import load_scheme

    return {symbol: place for place, symbol in enumerate(load_scheme("mod_petti").names)}
