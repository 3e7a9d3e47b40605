"""The search behind `inverse_design`: changes, selection, and the screen in its loop.

Nothing enters the population before it was screened, so a listed substance is neither returned nor
a parent of what is returned.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from agent.tools.composition_properties import MODELLED, values_of
from agent.tools.composition_space import Counts, changed, drawn, formula_of
from agent.tools.errors import ToolFailed
from agent.tools.molecule_search import Screen, may_be_given
from agent.tools.objective import Objective
from agent.tools.progress import report

__all__ = ["Candidate", "CompositionSearch", "Stopped", "random_composition"]

_POPULATION = 100
_BATCH = 100
_PATIENCE = 15  # batches without progress
_TOLERANCE = 1e-3  # share of a target within which it is met

Stopped = Literal["targets met", "no progress", "tries", "time"]


class Candidate(NamedTuple):
    """A composition that passed the screen."""

    counts: Counts
    score: float
    values: Mapping[str, float]


@dataclass
class CompositionSearch:
    """One run; ``run`` fills ``found``, best first, and the counts.

    Attributes:
        objective: What is aimed at.
        elements: Symbols that may be used.
        max_elements: In one composition.
        screen: The gate's recognition.
        n: How many compositions are wanted.
        rng: The only source of chance.
        max_tries: Compositions that are looked at, at most.
        deadline: By ``clock``, when the best so far are given.
    """

    objective: Objective
    elements: Sequence[str]
    max_elements: int
    screen: Screen
    n: int
    rng: random.Random
    max_tries: int
    deadline: float
    clock: Callable[[], float] = time.monotonic
    found: list[Candidate] = field(default_factory=list)
    n_tries: int = 0
    n_withheld: int = 0
    stopped: Stopped = "tries"

    def run(self) -> None:
        """Search until the targets are met, nothing gets better, or tries or time are used up."""
        wanted = [target.property for target in self.objective.targets]
        seen: set[Counts] = set()
        population: list[Candidate] = []
        idle, before = 0, math.inf
        while self.n_tries < self.max_tries:
            batch = self._batch(population, seen)
            if not batch:
                self.stopped = "no progress"
                break
            self.n_tries += len(batch)
            report("compositions tried", self.n_tries, self.max_tries)
            seen.update(batch)
            valued = [
                Candidate(counts, self.objective.score(values), values)
                for counts, values in zip(batch, values_of(batch, wanted), strict=True)
            ]
            population += self._screened([one for one in valued if math.isfinite(one.score)])
            population.sort(key=lambda one: (one.score, one.counts))
            del population[max(_POPULATION, self.n) :]
            now = sum(one.score for one in population[: self.n])
            idle = idle + 1 if len(population) >= self.n and now >= before * 0.999 else 0
            before = min(before, now) if len(population) >= self.n else math.inf
            if len(population) >= self.n and all(map(self._is_met, population[: self.n])):
                self.stopped = "targets met"
                break
            if idle >= _PATIENCE:
                self.stopped = "no progress"
                break
            if self.clock() > self.deadline:
                self.stopped = "time"
                break
        self.found = population[: self.n]

    def _batch(self, population: Sequence[Candidate], seen: set[Counts]) -> list[Counts]:
        made: list[Counts] = []
        limit = population[-1].score if len(population) >= _POPULATION else math.inf
        for _ in range(20 * _BATCH):
            if len(made) == min(_BATCH, self.max_tries - self.n_tries):
                break
            child: Counts | None
            if len(population) < 20 or self.rng.random() < 0.15:
                child = random_composition(self.rng, self.elements, self.max_elements)
            else:
                parent = min(self.rng.sample(population, 3), key=lambda one: one.score)
                child = changed(self.rng, parent.counts, self.elements)
            if child and len(child) <= self.max_elements and child not in seen:
                seen.add(child)
                if self._at_least(child) < limit:
                    made.append(child)
        return made

    def _at_least(self, counts: Counts) -> float:
        """What the terms that cost nothing add; a composition cannot score better than that."""
        cheap = tuple(t for t in self.objective.targets if t.property not in MODELLED)
        if not cheap:
            return 0.0
        return Objective(targets=cheap).score(values_of([counts], [t.property for t in cheap])[0])

    def _screened(self, candidates: list[Candidate]) -> list[Candidate]:
        verdicts = self.screen([formula_of(one.counts) for one in candidates])
        allowed = [one for one, v in zip(candidates, verdicts, strict=True) if may_be_given(v)]
        self.n_withheld += len(candidates) - len(allowed)
        return allowed

    def _is_met(self, candidate: Candidate) -> bool:
        return all(
            abs(candidate.values[t.property] - t.value) <= _TOLERANCE * max(1.0, abs(t.value))
            for t in self.objective.targets
        )


def random_composition(rng: random.Random, elements: Sequence[str], max_elements: int) -> Counts:
    """A composition that smact allows, of 2 to ``max_elements`` of the elements, each as likely.

    Raises:
        ToolFailed: No ratio of these elements is allowed.
    """
    sizes = dict.fromkeys(range(2, max_elements + 1), 1.0)
    try:
        return drawn(rng, dict.fromkeys(elements, 1.0), sizes)
    except ValueError as error:
        raise ToolFailed(f"{error}: {', '.join(elements)}. Name others") from None
