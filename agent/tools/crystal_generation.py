"""New crystals of a composition or of some elements, behind the gate."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from agent.tools.base import missing, tool
from agent.tools.compositions import likely_charges, read_formula
from agent.tools.crystal import Crystal, describe_crystal
from agent.tools.crystal_compositions import (
    DEFAULT_CELL_ATOMS,
    MAX_CELL_ATOMS,
    asked_compositions,
    named_elements,
    reduced_formula,
    whole_counts,
)
from agent.tools.crystal_models import crystals_of_model
from agent.tools.crystal_search import CrystalSearch, Stopped, Trial
from agent.tools.errors import ArgumentError, ToolFailed
from agent.tools.force_fields import (
    ForceField,
    energy_quantity,
    force_field,
    has_force_field,
    seconds,
)
from agent.tools.molecule_search import Screen, may_be_given
from agent.tools.objective import Objective, Target, Term
from agent.tools.quantity import Quantity
from agent.tools.structure_types import closest_ratio, matching_types
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

__all__ = ["GeneratedCrystal", "GeneratedCrystals", "generate_crystals"]

Ranking = Literal["auto", "chgnet", "sevennet", "mace", "allegro", "rules"]
CrystalSource = Literal["search", "chemeleon", "crystallm"]

MAX_CRYSTALS = 50
N_RANDOM = 8
_CALLS = 170  # energies that a search of one composition spends, about
_RULES = "bond valences, charges and radii (agent.tools.crystal_rules)"
_PROPERTIES = ("density", "volume_per_atom", "energy", "n_atoms", "space_group_number")


class GeneratedCrystal(Record):
    """A crystal that was made up; whether it exists or can be made is not known."""

    crystal: Crystal
    origin: Annotated[str, VOCABULARY]  # the structure type it was made from, or a random trial
    energy: Quantity | None = None  # per atom; None where rules alone ranked
    above_lowest: Quantity | None = None  # per atom, over the lowest of its composition here
    relaxed: bool  # False: only the volume was scanned, or only rules were used
    converged: bool  # all forces below 0.05 eV/angstrom
    rule_score: Quantity  # smaller is better among structures of one composition; no energy
    charges: Annotated[str | None, VOCABULARY]  # that balance, e.g. "Ti+4 O-2"; None for an alloy
    closest: Quantity  # shortest distance over the sum of the two covalent radii
    structure_types: Annotated[tuple[str, ...], VOCABULARY]  # known ones that it has
    novel: bool  # it has none of the known structure types
    score: float | None = None  # the objective, 0 is best; None where nothing was aimed at
    terms: tuple[Term, ...] = ()


class GeneratedCrystals(Record):
    """Crystals, best first, and how they were come by."""

    crystals: tuple[GeneratedCrystal, ...]
    compositions: tuple[str, ...]  # that were looked at
    ranked_by: Annotated[str, VOCABULARY]
    objective: Objective
    n_trials: int  # made, before equal ones were taken together
    n_too_close: int  # dropped because two atoms came too close
    n_withheld: int  # compositions left out by the safety screen
    stopped: Annotated[Stopped, VOCABULARY]
    elapsed_limit_s: float
    seed: int
    sources: Annotated[tuple[str, ...], VOCABULARY]
    warnings: Annotated[tuple[str, ...], VOCABULARY] = ()


@tool(
    intent="structure",
    generative=True,
    requires=("pymatgen", "smact", "ase"),
    optional=("chgnet", "pyxtal", "sevenn", "mace", "nequip", "chemeleon", "crystallm"),
)
def generate_crystals(
    composition: str,
    n_atoms: int | None = None,
    n: int = 5,
    targets: list[Target] | None = None,
    ranking: Ranking = "auto",
    balanced: bool = True,
    seed: int = 0,
    time_budget_s: float = 120.0,
    source: CrystalSource = "search",
    space_group: str | None = None,
) -> GeneratedCrystals:
    """Make up crystal structures of a composition or of some elements, best first.

    Known structure types are filled with the wanted elements, random symmetric ones are added, and
    with the extra elute[mlff] a force field scans volumes, relaxes and ranks; without it rules do.

    Args:
        composition: A formula such as "TiO2", or elements such as "Ti O S", of which compositions
            are chosen that balance their charges.
        n_atoms: Atoms in the primitive cell at most.
        n: How many crystals.
        targets: Properties to reach instead of the lowest energy: density (g/cm3), volume_per_atom
            (angstrom3), energy (eV per atom), n_atoms, space_group_number.
        ranking: chgnet, sevennet, mace or allegro (force fields), rules, or auto: chgnet where it
            is installed.
        balanced: Leave out compositions of elements that cannot balance their charges.
        seed: Start of the random numbers; the same call with the same seed gives the same result
            unless it stops by time.
        time_budget_s: Seconds after which the best so far are given.
        source: search (structure types and random trials), or a model whose weights you have
            fetched: chemeleon (elements or a formula) or crystallm (a formula).
        space_group: For crystallm: the Hermann-Mauguin symbol to begin with, e.g. Fd-3m.
    """
    from safety.screening import screen_many

    return search_crystals(
        composition=composition,
        n_atoms=n_atoms,
        n=n,
        targets=targets or (),
        ranking=ranking,
        balanced=balanced,
        seed=seed,
        time_budget_s=time_budget_s,
        screen=screen_many,
        source=source,
        space_group=space_group,
    )


def search_crystals(
    *,
    composition: str,
    n_atoms: int | None,
    n: int,
    targets: Sequence[Target],
    ranking: Ranking,
    balanced: bool,
    seed: int,
    time_budget_s: float,
    screen: Screen,
    source: CrystalSource = "search",
    space_group: str | None = None,
) -> GeneratedCrystals:
    """What `generate_crystals` does, with the screen given: the gate's own, or a test's.

    Raises:
        ArgumentError: An argument cannot be used, or asks for more than is given at once.
        ToolFailed: Nothing was found, or no composition may be used.
    """
    started = time.perf_counter()
    field = _field(ranking)
    _refuse_too_much(n, n_atoms, field)
    if not time_budget_s > 0:
        raise ArgumentError("time_budget_s", f"time_budget_s is {time_budget_s}; give more than 0")
    _check_targets(targets, field)
    if source == "search":
        if space_group is not None:
            raise ArgumentError("space_group", "space_group is for source crystallm; leave it out")
        of_model = None
        compositions = asked_compositions(composition, n_atoms, balanced=balanced)
    else:
        symbols = named_elements(composition)
        of_model = crystals_of_model(
            source,
            composition,
            symbols or whole_counts(read_formula(composition, argument="composition"), composition),
            n_atoms=n_atoms,
            n=n,
            space_group=space_group,
            seed=seed,
        )
        compositions = [dict(counts) for counts in of_model.given]
    names = [reduced_formula(counts) for counts in compositions]
    verdicts = screen(names)
    allowed = [c for c, v in zip(compositions, verdicts, strict=True) if may_be_given(v)]
    if not allowed:
        raise ToolFailed("no composition may be used: each is listed, or could not be screened")
    objective = Objective(targets=tuple(targets))
    searches: list[tuple[CrystalSearch, dict[str, float] | None]] = []
    for place, counts in enumerate(allowed):
        charges = likely_charges(counts)
        # Each composition gets its share of what is left.
        left = started + time_budget_s - time.perf_counter()
        search = CrystalSearch(
            counts,
            charges,
            field=field,
            n=n,
            n_atoms=n_atoms or (None if len(compositions) == 1 else DEFAULT_CELL_ATOMS),
            n_random=N_RANDOM,
            seed=seed,
            deadline=time.perf_counter() + left / (len(allowed) - place),
            given=of_model and of_model.given[tuple(sorted(counts.items()))],
        )
        search.run()
        searches.append((search, charges))
    made = [
        _crystal(trial, charges, field, objective, lowest=_lowest(search))
        for search, charges in searches
        for trial in search.found
    ]
    if not made:
        raise ToolFailed(
            f"no structure of {' or '.join(names)} was found: no known structure type has this "
            "ratio of elements"
            + ("" if n_atoms is None else f" with at most {n_atoms} atoms")
            + (". Run: pip install 'elute[materials]' for random trials" if _no_pyxtal() else "")
        )
    chosen = _best(made, n, objective)
    stopped: Stopped = (
        "time_budget" if any(s.stopped == "time_budget" for s, _ in searches) else "done"
    )
    return GeneratedCrystals(
        crystals=tuple(chosen),
        compositions=tuple(reduced_formula(counts) for counts in allowed),
        ranked_by=_RULES if field is None else field.source,
        objective=objective,
        n_trials=sum(search.n_trials for search, _ in searches),
        n_too_close=sum(search.n_close for search, _ in searches),
        n_withheld=len(compositions) - len(allowed),
        stopped=stopped,
        elapsed_limit_s=time_budget_s,
        seed=seed,
        sources=_sources(field, of_model and of_model.source),
        warnings=_notes(chosen, n, field, ranking, stopped, compositions)
        + (() if of_model is None else of_model.notes),
    )


def _field(ranking: Ranking) -> ForceField | None:
    if ranking == "rules" or (ranking == "auto" and not has_force_field("chgnet")):
        return None
    return force_field("chgnet" if ranking == "auto" else ranking)


def _refuse_too_much(n: int, n_atoms: int | None, field: ForceField | None) -> None:
    """Says what a request would cost before it is refused."""
    if n < 1 or (n_atoms is not None and n_atoms < 1):
        raise ArgumentError("n", f"n is {n} and n_atoms {n_atoms}; give 1 or more")
    if n <= MAX_CRYSTALS and (n_atoms is None or n_atoms <= MAX_CELL_ATOMS):
        return
    each = n_atoms or DEFAULT_CELL_ATOMS
    # One search spends its energies on about 30 trials; each further crystal asked for is one more.
    hours = seconds("chgnet", n_atoms=each, n_calls=_CALLS * max(1.0, n / 30)) / 3600
    with_what = "with CHGNet" if field is not None else "with a force field"
    argument = "n" if n > MAX_CRYSTALS else "n_atoms"
    raise ArgumentError(
        argument,
        f"{n:,} crystals of up to {each:,} atoms would take about {hours:,.0f} CPU hours "
        f"{with_what}; at most {MAX_CRYSTALS} crystals of {MAX_CELL_ATOMS} atoms are made at once",
    )


def _check_targets(targets: Sequence[Target], field: ForceField | None) -> None:
    for target in targets:
        if target.property not in _PROPERTIES or target.reference is not None:
            raise ArgumentError(
                "targets",
                f"targets: no crystal has {target.property!r} here; "
                f"there are {', '.join(_PROPERTIES)}",
            )
        if target.property == "energy" and field is None:
            raise ArgumentError(
                "targets", "targets: energy needs a force field. Run: pip install 'elute[mlff]'"
            )


def _crystal(
    trial: Trial,
    charges: Mapping[str, float] | None,
    field: ForceField | None,
    objective: Objective,
    *,
    lowest: float | None,
) -> GeneratedCrystal:
    structure = trial.structure
    crystal = describe_crystal(structure, symprec=0.05)
    types = tuple(one.name for one in matching_types(structure))
    energy = above = None
    if field is not None and trial.energy is not None and lowest is not None:
        state = "relaxed" if trial.relaxed else "volume scanned, atoms not relaxed"
        energy = energy_quantity(trial.energy, field, conditions=f"per atom, {state}")
        above = energy_quantity(
            trial.energy - lowest, field, conditions="per atom, over the lowest found here"
        )
    values = {
        "density": crystal.density.value,
        "volume_per_atom": crystal.volume.value / crystal.n_atoms,
        "n_atoms": float(crystal.n_atoms),
        "space_group_number": float(crystal.space_group_number),
        **({} if energy is None else {"energy": energy.value}),
    }
    aimed = bool(objective.targets) and math.isfinite(objective.score(values))
    return GeneratedCrystal(
        crystal=crystal,
        origin=trial.origin,
        energy=energy,
        above_lowest=above,
        relaxed=trial.relaxed,
        converged=trial.converged,
        rule_score=Quantity(value=trial.score, unit="1", method="computed", source=_RULES),
        charges=None if charges is None else _written(charges),
        closest=Quantity(
            value=closest_ratio(structure),
            unit="1",
            method="computed",
            source="covalent radii: B. Cordero et al., Dalton Trans. 2832 (2008)",
        ),
        structure_types=types,
        novel=not types,
        score=objective.score(values) if aimed else None,
        terms=objective.terms(values) if aimed else (),
    )


def _best(made: Sequence[GeneratedCrystal], n: int, objective: Objective) -> list[GeneratedCrystal]:
    if objective.targets:
        return sorted(made, key=lambda one: math.inf if one.score is None else one.score)[:n]
    # Energies of different compositions cannot be compared: the best of each come first.
    by_composition: dict[str, list[GeneratedCrystal]] = {}
    for one in made:
        by_composition.setdefault(one.crystal.formula, []).append(one)
    turns = itertools.zip_longest(*by_composition.values())
    return [one for turn in turns for one in turn if one is not None][:n]


def _lowest(search: CrystalSearch) -> float | None:
    return min((one.energy for one in search.found if one.energy is not None), default=None)


def _sources(field: ForceField | None, of_model: str | None) -> tuple[str, ...]:
    if of_model is not None:
        said = (of_model, "charges: smact, states of the ICSD 2024", _RULES)
        return said if field is None else (*said, field.source)
    found = [
        "structure types: AFLOW prototypes (M. J. Mehl et al., Comput. Mater. Sci. 136, S1 (2017)) "
        "in pymatgen, and agent/tools/data/structure_types.yaml",
        "charges: smact, states of the ICSD 2024",
        _RULES,
    ]
    if not _no_pyxtal():
        found.append("random trials: PyXtal (S. Fredericks et al., CPC 261, 107810 (2021))")
    return (*found, field.source) if field is not None else tuple(found)


def _notes(
    chosen: Sequence[GeneratedCrystal],
    n: int,
    field: ForceField | None,
    ranking: Ranking,
    stopped: Stopped,
    compositions: Sequence[Mapping[str, int]],
) -> tuple[str, ...]:
    notes = []
    if field is None:
        notes.append("ranked by rules alone, without energies; sizes of cells are estimates")
        if ranking == "auto":
            notes.append("for energies run: pip install 'elute[mlff]'")
    elif any(c.get("Ti") and c.get("O") == 2 * c["Ti"] and len(c) == 2 for c in compositions):
        notes.append("force fields put anatase below rutile, against experiment")
    if _no_pyxtal():
        notes.append("no random trials: pip install 'elute[materials]'")
    if len(chosen) < n:
        notes.append(f"{len(chosen)} of {n} crystals were found")
    if stopped == "time_budget":
        notes.append("stopped by time_budget_s: not all trials were looked at")
    if any(one.charges is None for one in chosen):
        notes.append("no charges balance here: taken as an alloy of touching spheres")
    return tuple(notes)


def _no_pyxtal() -> bool:
    return missing("pyxtal", what="random trials") is not None


def _written(charges: Mapping[str, float]) -> str:
    return " ".join(f"{symbol}{charge:+g}" for symbol, charge in charges.items())
