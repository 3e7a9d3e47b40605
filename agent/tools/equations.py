"""Balancing of chemical equations, exactly, by elements and charge."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Annotated

from agent.tools.base import tool
from agent.tools.errors import ArgumentError, ToolError
from agent.tools.formula import FormulaError, parse_formula
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

__all__ = ["BalancedEquation", "Species", "balance_equation"]

MAX_SPECIES = 20
_ARROW = re.compile(r"\s*(?:<=>|<->|-+>|=+>|⇌|⇄|→|⟶|=)\s*")
# A plus between species: with spaces, or closed up before the next formula; not a charge.
_PLUS = re.compile(r"\s+\+\s+|(?<=[^\s^])\+(?=[A-Z(\[])")
_STATE = re.compile(r"\s*\((?:aq|s|l|g|cr|am)\)$")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")


class Species(Record):
    """One species of an equation with its coefficient, elements and charge."""

    formula: str
    coefficient: int
    side: Annotated[str, VOCABULARY]  # "reactant" or "product"
    charge: int
    elements: dict[str, float]


class BalancedEquation(Record):
    """The equation with the smallest whole coefficients.

    Where ``is_unique`` is False there are several independent ways to balance it, and the one with
    the fewest molecules is shown.
    """

    equation: str
    species: tuple[Species, ...]
    is_unique: bool
    n_ways: int  # dimension of the space of solutions
    warnings: Annotated[tuple[str, ...], VOCABULARY] = ()


@tool(intent="property", requires=("scipy",))
def balance_equation(equation: str) -> BalancedEquation:
    """Whole-number coefficients that balance elements and charge on both sides.

    Args:
        equation: E.g. "Fe + O2 -> Fe2O3" or "MnO4^- + Fe^2+ + H^+ -> Mn^2+ + Fe^3+ + H2O"; a charge
            stands behind "^", and "e-" is an electron.
    """
    left, right = _sides(equation)
    names = [*left, *right]
    sides = [1] * len(left) + [-1] * len(right)
    read = [_read_species(name) for name in names]
    rows = _rows(read, sides)
    basis = _null_space(rows, len(names))
    if not basis:
        raise ToolError(_why_not(read, sides) or f"{equation!r} cannot be balanced")
    if len(basis) == 1:
        coefficients = _whole(basis[0])
        if min(coefficients) <= 0:
            wrong = [n for n, c in zip(names, coefficients, strict=True) if c <= 0]
            raise ToolError(
                f"{equation!r} balances only with {' and '.join(wrong)} left out or on the other "
                "side. Move or remove it"
            )
    else:
        fewest = _fewest(rows, len(names))
        if fewest is None:
            raise ToolError(
                f"{equation!r} cannot be balanced with every species in it. Remove or move one"
            )
        coefficients = fewest
    species = tuple(
        Species(
            formula=name,
            coefficient=count,
            side="reactant" if side == 1 else "product",
            charge=charge,
            elements=elements,
        )
        for name, count, side, (elements, charge) in zip(
            names, coefficients, sides, read, strict=True
        )
    )
    unique = len(basis) == 1
    note = (
        f"not unique: {len(basis)} independent reactions are mixed in this equation. The one with "
        "the fewest molecules is shown; split it to get each"
    )
    return BalancedEquation(
        equation=_written(species),
        species=species,
        is_unique=unique,
        n_ways=len(basis),
        warnings=() if unique else (note,),
    )


def _sides(equation: str) -> tuple[list[str], list[str]]:
    text = equation.strip().translate(_SUPERSCRIPTS)
    parts = _ARROW.split(text)
    if len(parts) != 2 or not all(parts):
        raise ArgumentError(
            "equation", f"equation: {equation!r} needs one arrow, as in 'H2 + O2 -> H2O'"
        )
    left, right = ([_bare(species) for species in _PLUS.split(part)] for part in parts)
    if len(left) + len(right) > MAX_SPECIES:
        raise ArgumentError("equation", f"equation: more than {MAX_SPECIES} species")
    return left, right


def _bare(species: str) -> str:
    """A species without its coefficient and its state."""
    text = _STATE.sub("", species.strip())
    return re.sub(r"^\d+\s*(?=[A-Z(\[e])", "", text)


def _read_species(text: str) -> tuple[dict[str, float], int]:
    if re.fullmatch(r"e\^?-|e", text):
        return {}, -1
    formula, charge = _split_charge(text)
    try:
        return parse_formula(formula), charge
    except FormulaError as error:
        raise ArgumentError("equation", f"equation: {error}") from error


def _split_charge(text: str) -> tuple[str, int]:
    """Formula and charge: "SO4^2-", "SO42-", "Fe3+", "MnO4-", "[Fe(CN)6]4-"."""
    if found := re.fullmatch(r"(.+?)\^\(?(\d*)([+-])\)?", text):
        return found[1], _signed(found[2], found[3])
    if found := re.fullmatch(r"(.+?)\((\d*)([+-])\)", text):
        return found[1], _signed(found[2], found[3])
    if found := re.fullmatch(r"(\[.+\])(\d*)([+-])", text):
        return found[1], _signed(found[2], found[3])
    if found := re.fullmatch(r"([A-Z][a-z]?)(\d?)([+-])", text):
        return found[1], _signed(found[2], found[3])  # Fe3+ is an ion of one atom
    if found := re.fullmatch(r"(.*[A-Za-z)]\d)(\d)([+-])", text):
        return found[1], _signed(found[2], found[3])  # SO42-: the last digit is the charge
    if found := re.fullmatch(r"(.+?)([+-]+)", text):
        return found[1], sum(1 if sign == "+" else -1 for sign in found[2])
    return text, 0


def _signed(size: str, sign: str) -> int:
    return (int(size) if size else 1) * (1 if sign == "+" else -1)


def _rows(
    read: Sequence[tuple[Mapping[str, float], int]], sides: Sequence[int]
) -> list[list[Fraction]]:
    symbols = dict.fromkeys(symbol for elements, _ in read for symbol in elements)
    rows = [
        [
            side * Fraction(elements.get(symbol, 0.0)).limit_denominator(10_000)
            for (elements, _), side in zip(read, sides, strict=True)
        ]
        for symbol in symbols
    ]
    charges = [Fraction(side * charge) for (_, charge), side in zip(read, sides, strict=True)]
    return [*rows, charges] if any(charges) else rows


def _null_space(rows: Sequence[Sequence[Fraction]], n: int) -> list[list[Fraction]]:
    """Basis of the vectors that every row maps to zero, by exact elimination."""
    matrix = [list(row) for row in rows]
    pivots: list[int] = []
    for column in range(n):
        at = len(pivots)
        swap = next((r for r in range(at, len(matrix)) if matrix[r][column]), None)
        if swap is None:
            continue
        matrix[at], matrix[swap] = matrix[swap], matrix[at]
        lead = matrix[at][column]
        matrix[at] = [value / lead for value in matrix[at]]
        for r, row in enumerate(matrix):
            if r != at and row[column]:
                factor = row[column]
                matrix[r] = [a - factor * b for a, b in zip(row, matrix[at], strict=True)]
        pivots.append(column)
    basis = []
    for free in (c for c in range(n) if c not in pivots):
        vector = [Fraction(0)] * n
        vector[free] = Fraction(1)
        for r, column in enumerate(pivots):
            vector[column] = -matrix[r][free]
        basis.append(vector)
    return basis


def _whole(vector: Sequence[Fraction]) -> list[int]:
    """The smallest whole numbers in this ratio, the first that is not zero positive."""
    scale = math.lcm(*(value.denominator for value in vector))
    whole = [int(value * scale) for value in vector]
    shared = math.gcd(*whole)
    sign = -1 if sum(1 for value in whole if value < 0) > len(whole) / 2 else 1
    return [sign * value // shared for value in whole]


def _fewest(rows: Sequence[Sequence[Fraction]], n: int) -> list[int] | None:
    """The solution of positive whole numbers with the smallest sum, checked exactly."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    scale = math.lcm(*(value.denominator for row in rows for value in row))
    matrix = np.array([[float(value * scale) for value in row] for row in rows])
    found = milp(
        c=np.ones(n),
        constraints=LinearConstraint(matrix, 0, 0),
        integrality=np.ones(n),
        bounds=Bounds(1, 10_000),
        options={"time_limit": 5.0},
    )
    if found.x is None:
        return None
    whole = [round(value) for value in found.x]
    exact = all(sum(a * c for a, c in zip(row, whole, strict=True)) == 0 for row in rows)
    return whole if exact else None


def _why_not(read: Sequence[tuple[Mapping[str, float], int]], sides: Sequence[int]) -> str | None:
    """The element that stands on one side only, where that is the reason."""
    left: set[str] = set()
    right: set[str] = set()
    for (elements, _), side in zip(read, sides, strict=True):
        (left if side == 1 else right).update(elements)
    alone = sorted(left ^ right)
    if not alone:
        return None
    where = "left" if alone[0] in left else "right"
    return f"{alone[0]} stands only on the {where} side. Add the species that holds it on the other"


def _written(species: Sequence[Species]) -> str:
    def side(name: str) -> str:
        return " + ".join(
            (f"{one.coefficient} " if one.coefficient != 1 else "") + one.formula
            for one in species
            if one.side == name
        )

    return f"{side('reactant')} -> {side('product')}"
