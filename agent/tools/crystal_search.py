"""Looking for the crystal of a composition: known types with other elements, and random trials.

Trials are sized and scored by rules (`agent.tools.crystal_rules`). With a force field the best of
them are scanned over volumes, because the one that a rule guesses can be far off and a ranking at
the wrong volume is wrong, and the lowest are relaxed. Everything is seeded.
"""

from __future__ import annotations

import itertools
import math
import random
import time
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from agent.tools.base import missing
from agent.tools.crystal_rules import judge_crystal
from agent.tools.force_fields import ForceField, relax
from agent.tools.progress import report
from agent.tools.structure_types import MIN_RATIO, closest_ratio, structure_types

if TYPE_CHECKING:
    from pymatgen.core import Structure

__all__ = ["CrystalSearch", "Stopped", "Trial"]

Stopped = Literal["done", "time_budget"]

N_SCANNED = 20  # trials whose volume is scanned
N_RELAXED = 6  # trials that are relaxed
RELAX_STEPS = 15
WINDOW = 0.4  # eV/atom above the lowest after the scan; trials higher than that are not relaxed
MAX_RANDOM_ATOMS = 24  # in the primitive cell of a random trial
_VOLUMES = (0.78, 0.88, 0.98, 1.09, 1.21)
_STEP = 1.11
_MAX_WIDENED = 5


@dataclass(frozen=True)
class Trial:
    """One structure on its way."""

    structure: Structure
    origin: str
    score: float  # by rules
    energy: float | None = None  # eV per atom
    relaxed: bool = False
    converged: bool = False
    n_tried: int = 1  # energies that were spent on it


class CrystalSearch:
    """The search for one composition.

    Attributes:
        found: The structures, best first, all different.
        n_trials: Trials made, before equal ones were taken together.
        n_close: Trials dropped because two atoms came too close.
        stopped: Why it ended.
    """

    def __init__(
        self,
        counts: Mapping[str, int],
        charges: Mapping[str, float] | None,
        *,
        field: ForceField | None,
        n: int,
        n_atoms: int | None,
        n_random: int,
        seed: int,
        deadline: float,
        without: Collection[str] = (),
        given: Sequence[tuple[Structure, str]] | None = None,
    ) -> None:
        self.counts = dict(counts)
        self.charges = charges
        self.field = field
        self.n = n
        self.n_atoms = n_atoms
        self.n_random = n_random
        self.rng = random.Random(seed)
        self.deadline = deadline
        self.without = frozenset(without)
        self.given = given  # structures of a model with its name, instead of a search for them
        self.found: list[Trial] = []
        self.n_trials = 0
        self.n_close = 0
        self.stopped: Stopped = "done"

    def run(self) -> None:
        """Search; the results stand in ``found``."""
        known = self._from_types() if self.given is None else self._from_given(self.given)
        unknown = self._at_random() if self.given is None else ()
        limit = max(N_SCANNED, self.n)
        of_types = self._distinct(known, limit=limit)
        at_random = self._distinct(unknown, limit=limit)
        if self.field is None:
            self.found = self._distinct([*of_types, *at_random], limit=self.n, last=True)
            return
        scanned = self._scanned([*of_types[:N_SCANNED], *at_random], self.field)
        relaxed = self._relaxed(scanned, self.field)
        self.found = self._distinct(relaxed, limit=self.n, last=True)

    def _late(self) -> bool:
        if time.perf_counter() > self.deadline:
            self.stopped = "time_budget"
        return self.stopped == "time_budget"

    def _from_types(self) -> Iterator[Trial]:
        from pymatgen.core import Composition

        anonymous = Composition(self.counts).anonymized_formula
        for one in structure_types(anonymous):
            if one.compound in self.without or not self._has_size(one.n_atoms):
                continue
            structure = one.structure()
            for given in _assignments(structure, self.counts):
                # A few are looked at however late it is, so that something can be given.
                if self.n_trials >= N_RELAXED and self._late():
                    return
                changed = structure.copy()
                changed.replace_species(given)
                yield from self._judged(changed, f"structure type {one.name}, as in {one.compound}")

    def _from_given(self, given: Iterable[tuple[Structure, str]]) -> Iterator[Trial]:
        for structure, origin in given:
            self.n_trials += 1
            score = judge_crystal(structure, self.charges).score
            if closest_ratio(structure) < MIN_RATIO or not math.isfinite(score):
                self.n_close += 1
                continue
            # The model's own cell stays; the rules' cell is used for the score alone.
            yield Trial(structure=structure, origin=f"made by {origin}", score=score)

    def _at_random(self) -> Iterator[Trial]:
        if missing("pyxtal", what="random search") is not None:
            return
        per_unit = sum(self.counts.values())
        sizes = [z for z in (1, 2, 3, 4, 6, 8) if self._has_size(z * per_unit)]
        sizes = [z for z in sizes if z * per_unit <= MAX_RANDOM_ATOMS]
        if not sizes:
            return
        made = 0
        for _ in range(8 * self.n_random):
            if made >= self.n_random or self._late():
                return
            structure = self._one_at_random(self.rng.choice(sizes))
            if structure is None:
                continue
            made += 1
            report("random trials", made, self.n_random)
            yield from self._judged(structure[0], f"random trial in space group {structure[1]}")

    def _one_at_random(self, units: int) -> tuple[Any, int] | None:
        from pyxtal import pyxtal
        from pyxtal.msg import Comp_CompatibilityError, VolumeError

        group = self.rng.randint(2, 230)
        seed = self.rng.randrange(2**31)
        symbols = list(self.counts)
        amounts = [self.counts[symbol] * units for symbol in symbols]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            crystal = pyxtal()
            try:
                # The amounts are of the primitive cell.
                crystal.from_random(
                    3, group, symbols, amounts, conventional=False, random_state=seed, max_count=3
                )
            except (Comp_CompatibilityError, VolumeError):
                return None
            if not crystal.valid:
                return None
            return crystal.to_pymatgen().get_primitive_structure(), group

    def _has_size(self, n: int) -> bool:
        return self.n_atoms is None or n <= self.n_atoms

    def _judged(self, structure: Any, origin: str) -> Iterator[Trial]:
        self.n_trials += 1
        if self.n_trials % 10 == 0:
            report("structures tried", self.n_trials)
        judged = judge_crystal(structure, self.charges)
        if closest_ratio(judged.structure) < MIN_RATIO or not math.isfinite(judged.score):
            self.n_close += 1
            return
        yield Trial(structure=judged.structure, origin=origin, score=judged.score)

    def _scanned(self, trials: Sequence[Trial], field: ForceField) -> list[Trial]:
        done: list[Trial] = []
        for n, trial in enumerate(trials):
            if self._late():
                return [*done, *trials[n:]]
            report("volumes scanned", n, len(trials))
            best = scan_volume(trial, field)
            if best is None:
                self.n_close += 1
            else:
                done.append(best)
        return done

    def _relaxed(self, trials: Sequence[Trial], field: ForceField) -> list[Trial]:
        """The lowest of the scan relaxed, as far as time goes; the others as the scan left them."""
        ordered = sorted(trials, key=_by_energy)
        unlike = self._distinct(ordered, limit=len(ordered))
        done: list[Trial] = []
        for n, trial in enumerate(unlike):
            high = trial.energy is None or trial.energy > (unlike[0].energy or 0.0) + WINDOW
            if n >= N_RELAXED or high or self._late():
                return [*sorted(done, key=_by_energy), *unlike[n:]]
            report("crystals relaxed", n, min(N_RELAXED, len(unlike)))
            end = relax(trial.structure, field, max_steps=RELAX_STEPS, fmax=0.05)
            if closest_ratio(end.structure) < MIN_RATIO or not math.isfinite(end.energy):
                self.n_close += 1
                continue
            done.append(
                replace(
                    trial,
                    structure=end.structure,
                    energy=end.energy,
                    relaxed=True,
                    converged=end.converged,
                )
            )
        return sorted(done, key=_by_energy)

    def _distinct(self, trials: Iterable[Trial], *, limit: int, last: bool = False) -> list[Trial]:
        """The best trials, no two of them the same crystal.

        Before the ``last`` time two that look alike and score differently both stay: one may relax
        to another crystal.
        """
        from pymatgen.analysis.structure_matcher import StructureMatcher

        matcher = StructureMatcher(ltol=0.2, stol=0.3, angle_tol=5, primitive_cell=last)
        kept: list[Trial] = []
        for trial in sorted(trials, key=_by_energy):
            if len(kept) >= limit:
                break
            alike = (
                matcher.fit(trial.structure, other.structure)
                for other in kept
                if last or _may_be_one(trial, other)
            )
            if not any(alike):
                kept.append(trial)
        return kept


def scan_volume(trial: Trial, field: ForceField) -> Trial | None:
    """The trial at the volume where its energy is lowest, atoms and angles as they are.

    Returns:
        None where the lowest volume brings two atoms too close, or the model gives no energy.
    """
    import numpy as np

    start = trial.structure.volume
    factors = list(_VOLUMES)
    energies = dict(zip(factors, _energies(trial, field, start, factors), strict=True))
    for _ in range(_MAX_WIDENED):
        ordered = sorted(energies)
        lowest = min(ordered, key=lambda factor: energies[factor])
        if not math.isfinite(energies[lowest]):
            return None
        if lowest == ordered[0]:
            extra = lowest / _STEP
        elif lowest == ordered[-1]:
            extra = lowest * _STEP
        else:
            break
        energies[extra] = _energies(trial, field, start, [extra])[0]
    ordered = sorted(energies)
    at = ordered.index(min(ordered, key=lambda factor: energies[factor]))
    best, energy = ordered[at], energies[ordered[at]]
    near = ordered[max(0, at - 1) : at + 2]
    if len(near) == 3 and all(math.isfinite(energies[factor]) for factor in near):
        a, b, c = np.polyfit(near, [energies[factor] for factor in near], 2)
        if a > 0:
            best = float(-b / (2 * a))
            energy = float(c - b * b / (4 * a))
    sized = trial.structure.copy()
    sized.scale_lattice(start * best)
    if closest_ratio(sized) < MIN_RATIO:
        return None
    return replace(trial, structure=sized, energy=energy, n_tried=len(energies))


def _energies(
    trial: Trial, field: ForceField, start: float, factors: Sequence[float]
) -> list[float]:
    sized = []
    for factor in factors:
        copy = trial.structure.copy()
        copy.scale_lattice(start * factor)
        sized.append(copy)
    # Below the shortest allowed distance a model was never taught, and may see a deep hole there.
    allowed = [one for one in sized if closest_ratio(one) >= MIN_RATIO]
    found = iter(field.energies(allowed) if allowed else [])
    return [next(found) if closest_ratio(one) >= MIN_RATIO else math.inf for one in sized]


def _by_energy(trial: Trial) -> tuple[bool, float, float]:
    """Trials with an energy first, lowest first; the others by their score."""
    if trial.energy is None:
        return (True, trial.score, 0.0)
    return (False, trial.energy, trial.score)


def _may_be_one(one: Trial, other: Trial) -> bool:
    """Whether size and energy (or score) are near enough to compare the atoms."""
    if len(one.structure) != len(other.structure):
        return False
    if one.energy is not None and other.energy is not None:
        return abs(one.energy - other.energy) <= 0.05
    return abs(one.score - other.score) <= 0.1 * max(1.0, abs(one.score))


def _assignments(structure: Any, counts: Mapping[str, int]) -> Iterator[dict[str, str]]:
    """Every way to put the wanted elements in the places of a structure's own."""
    own = structure.composition.reduced_composition
    places = [element.symbol for element in own]
    for order in itertools.permutations(counts):
        if all(round(own[p]) == counts[s] for p, s in zip(places, order, strict=True)):
            yield dict(zip(places, order, strict=True))
