"""The search behind `generate_molecules`: edits, crossover, selection, and the screen in its loop.

Nothing enters the population before it was screened, so a listed substance is neither returned nor
a parent of what is returned.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from agent.tools.molecule_edits import (
    alphabet,
    cross,
    edit_graph,
    edit_selfies,
    is_plausible,
    parse,
)
from agent.tools.molecule_measures import Measure, measure, sa_score
from agent.tools.objective import Objective
from agent.tools.progress import report
from agent.tools.reference_molecules import ORGANIC
from safety.substance import Decision, Verdict

Method = Literal["both", "selfies", "graph"]
Screen = Callable[[Sequence[str]], Sequence[Verdict]]
Stopped = Literal["enough", "targets met", "time", "tries", "no progress"]

_BATCH = 100
_PATIENCE = 25  # batches without progress, after which the search has converged
_PROGRESS = 1e-3  # share by which the sum of the wanted scores falls, to count as progress
_TOLERANCE = 1e-3  # share of a target within which it is met


class Candidate(NamedTuple):
    """A molecule that passed every check but, at first, the screen."""

    smiles: str  # canonical, with stereo
    mol: Any
    score: float  # the objective's; 0 where nothing is aimed at
    values: Mapping[str, float]
    sa: float
    like_listed: bool = False


@dataclass
class Search:
    """One run. ``run`` fills ``found`` and the counts.

    Attributes:
        seeds: Where it starts; molecules that were read, and are never given back.
        known: More molecules that are never given back.
        objective: What is aimed at; no targets for a search that only spreads.
        measures: How the objective's properties are measured.
        screen: The gate's recognition.
        n: How many molecules are wanted.
        rng: The only source of chance.
        scaffold: A part that every molecule keeps, or None.
        max_sa: Synthetic accessibility above which a molecule is left out.
        method: Kinds of change.
        max_tries: Changes that are made at most.
        time_budget_s: Seconds after which the best so far are given back.
    """

    seeds: Sequence[Any]
    objective: Objective
    measures: Mapping[str, Measure]
    screen: Screen
    n: int
    rng: random.Random
    known: Sequence[Any] = ()
    scaffold: Any = None
    max_sa: float = 6.0
    method: Method = "both"
    max_tries: int = 20_000
    time_budget_s: float = 60.0
    clock: Callable[[], float] = time.monotonic
    found: list[Candidate] = field(default_factory=list)
    n_tries: int = 0
    n_valid: int = 0
    n_distinct: int = 0
    n_withheld: int = 0
    stopped: Stopped = "tries"

    def run(self) -> None:
        """Search until enough is found, the targets are met, or time or tries are used up."""
        from rdkit import Chem

        self._deadline = self.clock() + self.time_budget_s
        # Without stereo: mirror images of one molecule are not counted as two.
        self._seen = {
            Chem.MolToSmiles(mol, isomericSmiles=False) for mol in (*self.seeds, *self.known)
        }
        self._elements = ORGANIC | {a.GetAtomicNum() for m in self.seeds for a in m.GetAtoms()}
        self._largest_ring = max(
            [8, *(len(ring) for m in self.seeds for ring in m.GetRingInfo().AtomRings())]
        )
        self._tokens = alphabet([Chem.MolToSmiles(mol) for mol in self.seeds])
        if self.objective.targets:
            self._evolve()
        else:
            self._spread()

    def _spread(self) -> None:
        """Neighbours of the seeds, and from them further out where seeds are few."""
        while self.n_tries < self.max_tries:
            self.found += self._screened(self._children(self._parents_of_spread))
            if len(self.found) >= self.n:
                self.found = self.found[: self.n]
                self.stopped = "enough"
                return
            if self._out_of_time():
                return

    def _evolve(self) -> None:
        """A genetic algorithm: children of the better ones, and of all the best are kept."""
        from rdkit import Chem

        size = max(self.n, _BATCH)
        seeds = [
            Candidate(Chem.MolToSmiles(mol), mol, self.objective.score(v), v, 0.0)
            for mol in self.seeds
            for v in (measure(mol, self.measures),)
        ]
        self._parents = sorted(seeds, key=_rank)[:size]
        best, idle = math.inf, 0
        met = _TOLERANCE * sum(t.weight * max(1.0, abs(t.value)) for t in self.objective.targets)
        while self.n_tries < self.max_tries:
            children = sorted(self._children(self._parents_of_evolution), key=_rank)
            # Only what would be kept is screened: the screen costs more than the rest.
            limit = self.found[-1].score if len(self.found) >= size else math.inf
            children = self._screened([c for c in children if c.score < limit])
            self.found = sorted([*self.found, *children], key=_rank)[:size]
            self._parents = sorted([*self.found, *seeds], key=_rank)[:size]
            if len(self.found) < self.n:
                now = math.inf
            else:
                now = sum(c.score for c in self.found[: self.n])
                if self.found[self.n - 1].score <= met:
                    self.stopped = "targets met"
                    break
            idle = idle + 1 if now > best * (1 - _PROGRESS) else 0
            best = min(best, now)
            if idle >= _PATIENCE:
                self.stopped = "no progress"
                break
            if self._out_of_time():
                break
        self.found = self.found[: self.n]

    def _parents_of_spread(self) -> tuple[Any, Any]:
        pool = self.found if self.found and self.rng.random() < 0.2 else None
        first = self.rng.choice(pool).mol if pool else self.rng.choice(self.seeds)
        return first, self.rng.choice(self.seeds)

    def _parents_of_evolution(self) -> tuple[Any, Any]:
        # Ranks drawn with a square: the best tenth is a parent in a third of the cases.
        picks = [int(len(self._parents) * self.rng.random() ** 2) for _ in range(2)]
        return self._parents[picks[0]].mol, self._parents[picks[1]].mol

    def _children(self, parents: Callable[[], tuple[Any, Any]]) -> list[Candidate]:
        from rdkit import Chem

        report("molecules tried", self.n_tries, self.max_tries)
        made = []
        for _ in range(_BATCH):
            if self.n_tries >= self.max_tries or self.clock() > self._deadline:
                break
            self.n_tries += 1
            mol = self._changed(*parents())
            if mol is None:
                continue
            self.n_valid += 1
            flat = Chem.MolToSmiles(mol, isomericSmiles=False)
            if flat in self._seen:
                continue
            self._seen.add(flat)
            self.n_distinct += 1
            candidate = self._candidate(Chem.MolToSmiles(mol), mol)
            if candidate is not None:
                made.append(candidate)
        return made

    def _changed(self, first: Any, second: Any) -> Any:
        kind = self.rng.random()
        if self.method == "selfies" or (self.method == "both" and kind < 0.3):
            return edit_selfies(first, self._tokens, self.rng)
        if kind < 0.65 and len(self.seeds) > 1:
            child = cross(first, second, self.rng)
            if child is not None:
                return child
        return edit_graph(first, self.rng)

    def _candidate(self, smiles: str, mol: Any) -> Candidate | None:
        if not is_plausible(mol, self._elements, self._largest_ring):
            return None
        if self.scaffold is not None and not mol.HasSubstructMatch(self.scaffold):
            return None
        sa = sa_score(mol)
        if sa > self.max_sa:
            return None
        values = measure(mol, self.measures)
        score = self.objective.score(values)
        return Candidate(smiles, mol, score, values, sa) if math.isfinite(score) else None

    def _screened(self, candidates: list[Candidate]) -> list[Candidate]:
        """Those that no list names. What could not be screened is left out too."""
        verdicts = self.screen([c.smiles for c in candidates]) if candidates else []
        kept = []
        for candidate, verdict in zip(candidates, verdicts, strict=True):
            if may_be_given(verdict):
                kept.append(candidate._replace(like_listed=bool(verdict.hits)))
            else:
                self.n_withheld += 1
        return kept

    def _out_of_time(self) -> bool:
        if self.clock() > self._deadline:
            self.stopped = "time"
            return True
        return False


def may_be_given(verdict: Verdict) -> bool:
    """Whether a molecule that nobody asked for may be given back.

    Listed ones may not, at whatever level, nor what could not be read. One that only resembles a
    listed substance may, with a note.
    """
    if verdict.decision is Decision.BLOCK or verdict.unread:
        return False
    return verdict.decision is Decision.ALLOW or all(h.how == "similar" for h in verdict.hits)


def read_seed(smiles: str) -> Any | None:
    """The largest part of a seed, without charges of salts, or None where it is too small."""
    from rdkit import Chem
    from rdkit.Chem.MolStandardize import rdMolStandardize

    mol = parse(smiles)
    if mol is None:
        return None
    parts = Chem.GetMolFrags(mol, asMols=True)
    largest = max(parts, key=lambda part: part.GetNumHeavyAtoms())
    if len(parts) > 1 or any(atom.GetFormalCharge() for atom in largest.GetAtoms()):
        largest = parse(Chem.MolToSmiles(rdMolStandardize.Uncharger().uncharge(largest)))
    return largest


def _rank(candidate: Candidate) -> tuple[float, float, str]:
    """Best first; of equals the easier to make, then by name, so that the order is always one."""
    return candidate.score, candidate.sa, candidate.smiles
