"""Inverse design: compositions, and crystals of them, towards target properties."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from agent.tools.base import tool
from agent.tools.composition_properties import (
    PROPERTIES,
    band_gap_model,
    electronegativities,
    source_of,
    values_of,
)
from agent.tools.composition_search import (
    Candidate,
    CompositionSearch,
    Stopped,
    random_composition,
)
from agent.tools.composition_space import Counts, formula_of
from agent.tools.compositions import likely_charges
from agent.tools.crystal_generation import GeneratedCrystal, Ranking, search_crystals
from agent.tools.errors import ArgumentError, ToolError, ToolFailed
from agent.tools.formula import ATOMIC_NUMBERS
from agent.tools.molecule_search import Screen
from agent.tools.objective import Objective, Target, Term
from agent.tools.positive_unlabelled import features_of
from agent.tools.quantity import Quantity
from agent.tools.solids import band_gaps
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

__all__ = ["DesignedComposition", "DesignedCompositions", "inverse_design"]

MAX_COMPOSITIONS = 100
MAX_CRYSTALS = 10
N_RANDOM = 1_000  # random compositions that the search has to beat
_OF_CRYSTALS: Mapping[str, str] = {"density": "g/cm**3", "volume_per_atom": "angstrom**3"}
_ELEMENTS = (
    "Li Be B C N O F Na Mg Al Si P S Cl K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Rb Sr Y "
    "Zr Nb Mo Ag Cd In Sn Sb Te I Cs Ba La Ce Nd Sm Gd Hf Ta W Hg Tl Pb Bi"
).split()


class CompositionProperty(Record):
    """One property of a designed composition."""

    name: Annotated[str, VOCABULARY]
    quantity: Quantity


class DesignedComposition(Record):
    """A composition that was made up; whether it exists or can be made is not known."""

    composition: str
    score: float | None  # the objective; 0 is best; None where a target needs a crystal it lacks
    terms: tuple[Term, ...]
    properties: tuple[CompositionProperty, ...]
    charges: Annotated[str, VOCABULARY]  # that balance, e.g. "Ti+4 O-2"
    measured_band_gaps: tuple[Quantity, ...]  # of it, where it is in the packaged table
    inside_domain: bool | None  # of the band gaps' model; None where that was not used
    crystals: tuple[GeneratedCrystal, ...] = ()


class DesignedCompositions(Record):
    """Compositions, best first, and whether the search was worth it."""

    compositions: tuple[DesignedComposition, ...]
    objective: Objective
    n_tries: int
    n_withheld: int  # left out by the safety screen
    stopped: Annotated[Stopped, VOCABULARY]
    elapsed_limit_s: float
    seed: int
    best: float
    best_of_random: float | None = None  # of the random compositions; None where time ran out
    n_random: int = 0
    beats_random: bool | None = None
    sources: Annotated[tuple[str, ...], VOCABULARY]
    warnings: Annotated[tuple[str, ...], VOCABULARY] = ()


@tool(
    intent="structure",
    generative=True,
    requires=("numpy", "sklearn", "smact", "pymatgen", "elementembeddings"),
    optional=("ase", "chgnet", "pyxtal"),
)
def inverse_design(
    targets: list[Target],
    elements: list[str] | None = None,
    without: list[str] | None = None,
    max_elements: int = 4,
    n: int = 10,
    n_crystals: int = 0,
    ranking: Ranking = "rules",
    seed: int = 0,
    max_tries: int = 10_000,
    time_budget_s: float = 60.0,
) -> DesignedCompositions:
    """Design inorganic compositions, and crystals of them, that have wanted properties.

    The sum of weighted deviations |P - P_target| is made small by a genetic algorithm over
    compositions that smact allows, and compared with the best of 1,000 random ones. Listed
    substances are never given back.

    Args:
        targets: Properties to reach: band_gap (eV), electronegativity, synthesizability (0 to 1),
            molar_mass (g/mol), n_elements, n_atoms; with n_crystals also density (g/cm3) and
            volume_per_atom (angstrom3). Each has a value and a weight.
        elements: Symbols that may be used; about sixty common ones where not given.
        without: Symbols that may not be used, e.g. ["Pb", "Cd"].
        max_elements: Elements in a composition at most.
        n: How many compositions.
        n_crystals: For how many of the best compositions a crystal is made as well.
        ranking: How crystals are ranked: rules, chgnet or another force field.
        seed: Start of the random numbers; the same call with the same seed gives the same result
            unless it stops by time.
        max_tries: Compositions that are looked at, at most.
        time_budget_s: Seconds after which the best so far are given.
    """
    from safety.screening import screen_many

    return search_compositions(
        targets=targets,
        elements=elements,
        without=without or (),
        max_elements=max_elements,
        n=n,
        n_crystals=n_crystals,
        ranking=ranking,
        seed=seed,
        max_tries=max_tries,
        time_budget_s=time_budget_s,
        screen=screen_many,
    )


def search_compositions(
    *,
    targets: Sequence[Target],
    elements: Sequence[str] | None,
    without: Sequence[str],
    max_elements: int,
    n: int,
    n_crystals: int,
    ranking: Ranking,
    seed: int,
    max_tries: int,
    time_budget_s: float,
    screen: Screen,
) -> DesignedCompositions:
    """What `inverse_design` does, with the screen given: the gate's own, or a test's.

    Raises:
        ArgumentError: An argument cannot be used.
        ToolFailed: No composition was found, or none may be given.
    """
    _check(targets, n, n_crystals, max_elements, max_tries, time_budget_s)
    deadline = time.monotonic() + time_budget_s
    symbols = _symbols(elements, without)
    of_compositions = tuple(t for t in targets if t.property in PROPERTIES)
    search = CompositionSearch(
        objective=Objective(targets=of_compositions),
        elements=symbols,
        max_elements=min(max_elements, len(symbols)),
        screen=screen,
        n=max(n, n_crystals),
        rng=random.Random(seed),
        max_tries=max_tries,
        # Crystals take their share.
        deadline=deadline if not n_crystals else time.monotonic() + time_budget_s / 2,
    )
    search.run()
    if not search.found:
        raise ToolFailed(
            f"no composition was found in {search.n_tries} tries (stopped: {search.stopped}). "
            "Name more elements, or raise max_elements or time_budget_s"
        )
    objective = Objective(targets=tuple(targets))
    crystals = _crystals(search.found[:n_crystals], ranking, seed, deadline, screen)
    made = [_designed(one, objective, crystals.get(one.counts, ())) for one in search.found]
    made.sort(key=lambda one: math.inf if one.score is None else one.score)
    notes = _notes(search, made[:n], n, n_crystals, targets)
    compared = _compared(search, symbols, seed=seed, deadline=deadline)
    if compared.get("beats_random") is False:
        notes.append(
            f"the search did not beat the best of {compared['n_random']} random compositions "
            f"({search.found[0].score:.4g} against {compared['best_of_random']:.4g})"
        )
    return DesignedCompositions(
        compositions=tuple(made[:n]),
        objective=objective,
        n_tries=search.n_tries,
        n_withheld=search.n_withheld,
        stopped=search.stopped,
        elapsed_limit_s=time_budget_s,
        seed=seed,
        best=search.found[0].score,
        sources=tuple(dict.fromkeys(source_of(t.property) for t in of_compositions)),
        warnings=tuple(notes),
        **compared,
    )


def _check(
    targets: Sequence[Target],
    n: int,
    n_crystals: int,
    max_elements: int,
    max_tries: int,
    time_budget_s: float,
) -> None:
    for target in targets:
        known = target.property in PROPERTIES or (n_crystals and target.property in _OF_CRYSTALS)
        if not known or target.reference is not None:
            raise ArgumentError(
                "targets",
                f"targets: {target.property!r} cannot be aimed at; there are "
                f"{', '.join(PROPERTIES)}, and with n_crystals {', '.join(_OF_CRYSTALS)}",
            )
    if not any(target.property in PROPERTIES for target in targets):
        raise ArgumentError(
            "targets", f"targets: name at least one of {', '.join(PROPERTIES)} with a value"
        )
    if not 1 <= n <= MAX_COMPOSITIONS:
        raise ArgumentError("n", f"n is {n}; give 1 to {MAX_COMPOSITIONS}")
    if not 0 <= n_crystals <= MAX_CRYSTALS:
        raise ArgumentError("n_crystals", f"n_crystals is {n_crystals}; give 0 to {MAX_CRYSTALS}")
    if not 2 <= max_elements <= 5:
        raise ArgumentError("max_elements", f"max_elements is {max_elements}; give 2 to 5")
    if not 1 <= max_tries <= 100_000:
        raise ArgumentError("max_tries", f"max_tries is {max_tries}; give 1 to 100,000")
    if not time_budget_s > 0:
        raise ArgumentError("time_budget_s", f"time_budget_s is {time_budget_s}; give more than 0")


def _symbols(elements: Sequence[str] | None, without: Sequence[str]) -> list[str]:
    for name, given in (("elements", elements or ()), ("without", without)):
        if unknown := [one for one in given if one not in ATOMIC_NUMBERS]:
            raise ArgumentError(name, f"{name}: {unknown[0]!r} is no element's symbol")
    left = [one for one in dict.fromkeys(elements or _ELEMENTS) if one not in without]
    if lacking := [one for one in left if one not in electronegativities()]:
        raise ArgumentError("elements", f"elements: nothing is known here of {lacking[0]}")
    if len(left) < 2:
        raise ArgumentError("elements", f"{len(left)} elements are left; give 2 or more")
    return left


def _crystals(
    found: Sequence[Candidate], ranking: Ranking, seed: int, deadline: float, screen: Screen
) -> dict[Counts, tuple[GeneratedCrystal, ...]]:
    """The best crystal of each composition, as far as time goes."""
    made = {}
    for place, one in enumerate(found):
        left = (deadline - time.monotonic()) / (len(found) - place)
        if left <= 0:
            break
        try:
            made[one.counts] = search_crystals(
                composition=formula_of(one.counts),
                n_atoms=None,
                n=1,
                targets=(),
                ranking=ranking,
                balanced=True,
                seed=seed,
                time_budget_s=left,
                screen=screen,
            ).crystals
        except ArgumentError:
            raise
        except ToolError:  # no structure type has this ratio
            continue
    return made


def _designed(
    candidate: Candidate, objective: Objective, crystals: tuple[GeneratedCrystal, ...]
) -> DesignedComposition:
    values = dict(candidate.values)
    if crystals:
        crystal = crystals[0].crystal
        values["density"] = crystal.density.value
        values["volume_per_atom"] = crystal.volume.value / crystal.n_atoms
    score = objective.score(values)
    known = [t for t in objective.targets if t.property in values]
    charges = likely_charges(dict(candidate.counts), mixed_valence=False) or {}
    gap = "band_gap" in candidate.values
    inside = None
    if gap:
        features, _ = features_of([candidate.counts])
        inside = bool(band_gap_model().domain.distances(features)[0] <= 1.0)
    return DesignedComposition(
        composition=formula_of(candidate.counts),
        score=score if math.isfinite(score) else None,
        terms=Objective(targets=tuple(known)).terms(values),
        properties=tuple(
            CompositionProperty(name=name, quantity=_quantity(name, value))
            for name, value in candidate.values.items()
        ),
        charges=" ".join(f"{symbol}{charge:+g}" for symbol, charge in charges.items()),
        measured_band_gaps=tuple(band_gaps(dict(candidate.counts))) if gap else (),
        inside_domain=inside,
        crystals=crystals,
    )


def _quantity(name: str, value: float) -> Quantity:
    about = PROPERTIES[name]
    return Quantity(
        value=value,
        unit=about.unit,
        uncertainty=band_gap_model().rmse if name == "band_gap" else None,
        method=about.method,
        source=source_of(name),
        conditions=about.about,
    )


def _notes(
    search: CompositionSearch,
    made: Sequence[DesignedComposition],
    n: int,
    n_crystals: int,
    targets: Sequence[Target],
) -> list[str]:
    notes = ["made up: whether a composition exists or can be made is not known"]
    if any(target.property == "band_gap" for target in targets):
        held = band_gap_model()
        notes.append(
            f"band gaps have a held-out error of {held.rmse:.2f} eV ({held.baseline:.2f} for "
            "always saying the mean), learned from compounds that have one: a metal gets one too"
        )
    outside = [one.composition for one in made if one.inside_domain is False]
    if outside:
        notes.append(f"outside what the band gaps' model was taught: {', '.join(outside[:3])}")
    if len(made) < n:
        notes.append(f"{len(made)} of {n} compositions were found")
    if n_crystals and (lacking := n_crystals - sum(bool(one.crystals) for one in made)) > 0:
        notes.append(f"no crystal was found for {lacking} of the best {n_crystals}")
    if search.stopped == "time":
        notes.append("stopped by time_budget_s: the best so far")
    return notes


def _compared(
    search: CompositionSearch, symbols: Sequence[str], *, seed: int, deadline: float
) -> dict[str, Any]:
    """The best found against the best of as many random compositions; nothing where time is up."""
    if search.clock() > deadline:
        return {}
    # Another seed than the search's, so that the picks are not its start again.
    rng = random.Random(seed + 1_000_003)
    picked = [random_composition(rng, symbols, search.max_elements) for _ in range(N_RANDOM)]
    wanted = [target.property for target in search.objective.targets]
    of_random = search.objective.best(values_of(picked, wanted))
    return {
        "best_of_random": of_random if math.isfinite(of_random) else None,
        "n_random": len(picked),
        "beats_random": search.found[0].score < of_random,
    }
