"""Whether a composition can be: charge balance, electronegativity order, masses, misprints."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, Literal

from agent.tools.base import tool
from agent.tools.elements import element_data
from agent.tools.errors import ArgumentError
from agent.tools.formula import FormulaError, parse_formula
from agent.tools.quantity import Quantity
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

__all__ = ["CompositionReport", "Ion", "MassFraction", "check_composition"]

OxidationSet = Literal["icsd24", "icsd16", "smact14", "pymatgen_sp"]

MAX_ELEMENTS = 8
MAX_SHOWN = 10
MAX_ATOMS = 2_000  # in the reduced formula; more is no composition of a crystal
_MAX_TRIED = 200_000


class Ion(Record):
    """An element with an oxidation state, and how many there are in the reduced formula."""

    element: Annotated[str, VOCABULARY]
    charge: int
    count: int


class MassFraction(Record):
    """Share of an element by mass and by atoms."""

    element: Annotated[str, VOCABULARY]
    mass: Quantity
    atoms: Quantity


class CompositionReport(Record):
    """What smact's rules say of a composition, and with which oxidation states."""

    composition: str
    reduced_formula: str
    n_atoms: int  # in the reduced formula
    molar_mass: Quantity  # of the formula as given
    fractions: tuple[MassFraction, ...]
    is_charge_neutral: bool
    is_electronegativity_ordered: bool  # in one of the neutral assignments
    is_valid: bool
    oxidation_set: Annotated[str, VOCABULARY]
    oxidation_states: dict[str, tuple[int, ...]]  # what the set holds for each element
    mixed_valence: bool
    states_used: Annotated[str | None, VOCABULARY]  # the verdict rests on them
    assignments: tuple[tuple[Ion, ...], ...]  # neutral ones, those in order first
    n_assignments: int
    warnings: Annotated[tuple[str, ...], VOCABULARY] = ()


@tool(intent="property", requires=("smact", "pymatgen", "mendeleev"))
def check_composition(
    composition: str, oxidation_set: OxidationSet = "icsd24", mixed_valence: bool = False
) -> CompositionReport:
    """Charge balance, electronegativity order, reduced formula and mass fractions of a composition.

    Says which oxidation states make it neutral. A misprint such as Fe203 is caught.

    Args:
        composition: A formula, e.g. "Fe2O3", "CsPbI3" or "Li0.5CoO2".
        oxidation_set: The table of oxidation states (smact): icsd24, icsd16, smact14, pymatgen_sp.
        mixed_valence: Let one element have two oxidation states, as iron has in Fe3O4.
    """
    amounts = read_formula(composition, argument="composition")
    counts = whole_counts(amounts)
    warnings = []
    if sum(counts.values()) > MAX_ATOMS or len(counts) > MAX_ELEMENTS:
        raise ArgumentError(
            "composition",
            f"composition: {composition!r} reduces to {sum(counts.values()):,} atoms of "
            f"{len(counts)} elements; at most {MAX_ATOMS:,} and {MAX_ELEMENTS} are checked",
        )
    states = _states(tuple(counts), oxidation_set)
    unknown = [symbol for symbol, held in states.items() if not held]
    if unknown:
        warnings.append(f"{oxidation_set} holds no oxidation state of {', '.join(unknown)}")
    neutral = list(_assignments(counts, states, mixed_valence)) if not unknown else []
    neutral.sort(key=_strangeness)
    ordered = [ions for ions in neutral if _is_ordered(ions)]
    others = [ions for ions in neutral if ions not in ordered]
    is_alloy = _is_alloy(tuple(counts))
    if is_alloy:
        warnings.append("all elements are metals: an alloy needs no charge balance")
    if len(counts) == 1:
        warnings.append("an element needs no charge balance")
    if not neutral and not mixed_valence and not is_alloy and len(counts) > 1:
        trial = min(_assignments(counts, states, True), key=_strangeness, default=None)
        if trial is not None:
            warnings.append(f"neutral with mixed_valence=true: {_written(trial)}")
    chosen = (ordered or others or [()])[0]
    if any(ion.element == "O" and ion.charge == -1 for ion in chosen):
        warnings.append("oxygen counts as O1-, as in a peroxide: look at the states first")
    return CompositionReport(
        composition=composition,
        reduced_formula=_reduced(counts),
        n_atoms=sum(counts.values()),
        molar_mass=molar_mass(amounts),
        fractions=tuple(_fractions(amounts)),
        is_charge_neutral=bool(neutral),
        is_electronegativity_ordered=bool(ordered),
        is_valid=bool(ordered) or is_alloy or len(counts) == 1,
        oxidation_set=_SETS[oxidation_set],
        oxidation_states=states,
        mixed_valence=mixed_valence,
        states_used=_written(chosen) or None,
        assignments=tuple((ordered + others)[:MAX_SHOWN]),
        n_assignments=len(neutral),
        warnings=tuple(warnings),
    )


def read_formula(text: str, *, argument: str) -> dict[str, float]:
    """Amounts of the elements; a misprint is told with what was probably meant.

    Raises:
        ArgumentError: It is no formula.
    """
    try:
        amounts = parse_formula(text)
    except FormulaError as error:
        raise ArgumentError(argument, f"{argument}: {error}") from error
    if any(symbol[-1] in "+-" for symbol in amounts):
        raise ArgumentError(argument, f"{argument}: give {text!r} without charges")
    return amounts


def molar_mass(amounts: Mapping[str, float]) -> Quantity:
    """Average molar mass of a formula from the standard atomic weights, with their uncertainty."""
    total, variance = 0.0, 0.0
    for symbol, amount in amounts.items():
        mass = _atomic_mass(symbol)
        total += amount * mass.value
        variance += (amount * (mass.uncertainty or 0.0)) ** 2
    return Quantity(
        value=total,
        unit="g/mol",
        uncertainty=math.sqrt(variance) or None,
        method="computed",
        source="IUPAC standard atomic weights (mendeleev)",
        conditions="average over natural isotopes",
    )


def _atomic_mass(symbol: str) -> Quantity:
    return next(q for name, q in element_data(symbol).quantities if name == "atomic_mass")


def _fractions(amounts: Mapping[str, float]) -> Iterator[MassFraction]:
    total = molar_mass(amounts).value
    n_atoms = sum(amounts.values())
    for symbol, amount in amounts.items():
        share = amount * _atomic_mass(symbol).value / total
        yield MassFraction(
            element=symbol,
            mass=_share(share, "IUPAC standard atomic weights (mendeleev)"),
            atoms=_share(amount / n_atoms, "the formula"),
        )


def _share(value: float, source: str) -> Quantity:
    return Quantity(value=value, unit="1", method="computed", source=source)


def whole_counts(amounts: Mapping[str, float]) -> dict[str, int]:
    """The smallest whole numbers in this ratio; smact itself cuts 0.5 to 0."""
    exact = {s: Fraction(n).limit_denominator(1000) for s, n in amounts.items()}
    scale = math.lcm(*(n.denominator for n in exact.values()))
    whole = {s: int(n * scale) for s, n in exact.items()}
    shared = math.gcd(*whole.values())
    return {s: n // shared for s, n in whole.items()}


def _reduced(counts: Mapping[str, int]) -> str:
    import warnings

    from pymatgen.core.composition import Composition

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that helium has no electronegativity
        return str(Composition(dict(counts)).reduced_formula)


_SETS: dict[str, str] = {
    "icsd24": "icsd24: states in at least 3 entries of the ICSD 2024, of at least low commonality",
    "icsd16": "icsd16: states in the ICSD 2016",
    "smact14": "smact14: smact's list of 2014",
    "pymatgen_sp": "pymatgen_sp: pymatgen's structure predictor",
}
_ATTRIBUTES = {
    "icsd16": "oxidation_states_icsd16",
    "smact14": "oxidation_states_smact14",
    "pymatgen_sp": "oxidation_states_sp",
}


@cache
def _icsd24() -> dict[str, tuple[int, ...]]:
    """The states that `smact.screening.smact_validity` takes when it is not told otherwise."""
    from smact.utils.oxidation import ICSD24OxStatesFilter

    table = ICSD24OxStatesFilter().filter(consensus=3, include_zero=False, commonality="low")
    found = {}
    for symbol, held in zip(table["element"], table["oxidation_state"], strict=True):
        found[str(symbol)] = tuple(sorted(int(state) for state in str(held).split() if state))
    return found


@cache
def _states(symbols: tuple[str, ...], oxidation_set: OxidationSet) -> dict[str, tuple[int, ...]]:
    if oxidation_set == "icsd24":
        return {symbol: _icsd24().get(symbol, ()) for symbol in symbols}
    import smact

    attribute = _ATTRIBUTES[oxidation_set]
    return {
        symbol: tuple(sorted(getattr(smact.Element(symbol), attribute) or ())) for symbol in symbols
    }


def _assignments(
    counts: Mapping[str, int], states: Mapping[str, tuple[int, ...]], mixed_valence: bool
) -> Iterator[tuple[Ion, ...]]:
    """Every way to give the elements states so that the charges add up to nothing."""
    if len(counts) < 2:
        return
    from smact.screening import MIXED_VALENCE_ELEMENTS

    ways = []
    for symbol, count in counts.items():
        own: list[tuple[Ion, ...]] = [
            (Ion(element=symbol, charge=state, count=count),) for state in states[symbol]
        ]
        if mixed_valence and symbol in MIXED_VALENCE_ELEMENTS:
            own += [
                (
                    Ion(element=symbol, charge=low, count=share),
                    Ion(element=symbol, charge=high, count=count - share),
                )
                for low, high in itertools.combinations(states[symbol], 2)
                for share in range(1, count)
            ]
        ways.append(own)
    for way in itertools.islice(itertools.product(*ways), _MAX_TRIED):
        ions = tuple(ion for part in way for ion in part)
        if sum(ion.charge * ion.count for ion in ions) == 0:
            yield ions


def _strangeness(ions: tuple[Ion, ...]) -> tuple[float, float, int]:
    """Sorts O2- before O1-, and Fe2+ with Fe3+ before Fe1+ with Fe6+."""
    negative = sum(ion.charge * ion.count for ion in ions if ion.charge < 0)
    states: dict[str, list[int]] = {}
    for ion in ions:
        states.setdefault(ion.element, []).append(ion.charge)
    spread = sum(max(held) - min(held) for held in states.values())
    wrong = sum(1 for ion in ions if ion.charge < 0 and ion.element in _METALS_SELDOM_ANIONS)
    return (wrong, negative, spread)


# Metals for which the ICSD counts a few entries with a negative state.
_METALS_SELDOM_ANIONS = frozenset(
    "Ti V Cr Mn Fe Co Ni Cu Zn Al Ga In Tl Sn Pb Ru Rh Re Os Mo W".split()
)


def _is_ordered(ions: tuple[Ion, ...]) -> bool:
    """Whether every cation is less electronegative than every anion (Pauling's test, by smact)."""
    import smact
    from smact.screening import pauling_test

    negativities = [smact.Element(ion.element).pauling_eneg for ion in ions]
    if any(value is None for value in negativities):
        return True  # not known for He, Ne and others: smact lets it pass too
    symbols = [ion.element for ion in ions]
    return bool(pauling_test([ion.charge for ion in ions], negativities, symbols=symbols))


def _is_alloy(symbols: tuple[str, ...]) -> bool:
    from smact import metals

    return len(symbols) > 1 and all(symbol in metals for symbol in symbols)


def _written(ions: tuple[Ion, ...]) -> str:
    return ", ".join(f"{ion.count} {ion.element}{abs(ion.charge)}{_sign(ion)}" for ion in ions)


def _sign(ion: Any) -> str:
    return "+" if ion.charge > 0 else "-"


def known_charges(symbols: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    """The oxidation states of each element that `likely_charges` takes into account."""
    return _states(symbols, "icsd24")


def likely_charges(
    counts: Mapping[str, int], *, mixed_valence: bool = True
) -> dict[str, float] | None:
    """Mean charge of each element in the likeliest neutral assignment, or None where there is none.

    Args:
        counts: Whole numbers of atoms. One element may have two states where no other way is
            neutral, as iron has in Fe3O4.
        mixed_valence: Whether such ways, of which there are many more, are looked at.
    """
    states = _states(tuple(counts), "icsd24")
    if len(counts) < 2 or not all(states.values()) or _is_alloy(tuple(counts)):
        return None
    for mixed in (False, True) if mixed_valence else (False,):
        found = sorted(_assignments(counts, states, mixed), key=_strangeness)
        ordered = [ions for ions in found if _is_ordered(ions)]
        if ordered:
            charges: dict[str, float] = {}
            for ion in ordered[0]:
                share = ion.charge * ion.count / counts[ion.element]
                charges[ion.element] = charges.get(ion.element, 0.0) + share
            return charges
    return None
