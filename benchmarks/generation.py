"""Molecules that are made up, against random picks: ``python -m benchmarks generation``.

The first part makes 1,000 molecules from 200 seeds and measures them as MOSES does (D. Polykovskiy
et al., Front. Pharmacol. 11, 565644 (2020)); the gate screens all of them a second time. The second
sets targets away from the seeds and compares the best found with the best of 1,000 random known
molecules and of 1,000 random edits of the seeds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

from agent.tools import generate_molecules
from agent.tools.molecule_measures import measure, measures_of
from agent.tools.molecule_search import read_seed
from agent.tools.objective import Objective, Target
from agent.tools.reference_molecules import random_molecules
from agent.tools.structures import read_mol
from safety.gate import Gate
from safety.substance import Decision

N = 1000
SEED = 7
BARS = {"unique": 0.98, "novel": 0.95, "internal_diversity": 0.85}

# Value, weight and property; each away from what the seeds have (see the column "seeds").
TASKS: dict[str, tuple[Target, ...]] = {
    "logP 8": (Target(property="logp", value=8.0),),
    "QED 0.94": (Target(property="qed", value=0.94),),
    "mass 500, TPSA 180": (
        Target(property="mass", value=500.0, weight=0.01),
        Target(property="tpsa", value=180.0, weight=0.02),
    ),
    "TPSA 250, logP 4": (
        Target(property="tpsa", value=250.0, weight=0.01),
        Target(property="logp", value=4.0),
    ),
    "6 donors, logP 5": (
        Target(property="NumHDonors", value=6.0),
        Target(property="logp", value=5.0),
    ),
    "like celecoxib": (
        Target(
            property="similarity",
            value=1.0,
            reference="Cc1ccc(cc1)-c1cc(nn1-c1ccc(cc1)S(N)(=O)=O)C(F)(F)F",
        ),
    ),
    "logP 2 (easy)": (Target(property="logp", value=2.0),),
}


def main(argv: Sequence[str] | None = None) -> int:
    argparse.ArgumentParser(prog="python -m benchmarks.generation", description=__doc__).parse_args(
        argv
    )
    seeds = [s for s in random_molecules(400, seed=SEED) if allowed(s)][:200]
    missed = spread(seeds)
    aim(seeds)
    return 1 if missed else 0


def spread(seeds: list[str]) -> int:
    """1,000 molecules near the seeds; 1 where a bar is missed."""
    print(f"{N} molecules from {len(seeds)} seeds")
    print(f"{'method':10}{'valid':>7}{'unique':>8}{'novel':>7}{'diverse':>9}{'SA':>6}", end="")
    print(f"{'withheld':>10}{'blocked':>9}{'CPU s':>7}")
    missed = 0
    for method in ("both", "selfies", "graph"):
        started = time.process_time()
        made = generate_molecules(n=N, seeds=seeds, method=method, seed=SEED, time_budget_s=600.0)
        seconds = time.process_time() - started
        report = made.report
        blocked = sum(not allowed(m.smiles) for m in made.molecules)
        print(
            f"{method:10}{report.valid:7.3f}{report.unique:8.3f}{report.novel:7.3f}"
            f"{report.internal_diversity:9.3f}{report.mean_sa_score:6.2f}"
            f"{report.n_withheld:10}{blocked:9}{seconds:7.1f}"
        )
        values = report.model_dump()
        missed += blocked or len(made.molecules) < N or any(values[k] < v for k, v in BARS.items())
    return int(bool(missed))


def aim(seeds: list[str]) -> None:
    """Targets: the objective of the best found and of what could have been picked (0 is best)."""
    print(f"\n{'target':22}{'found':>9}{'tenth':>9}{'seeds':>9}{'random':>9}{'edits':>9}", end="")
    print(f"{'wins':>6}{'tries':>8}{'CPU s':>7}  stopped")
    edits = generate_molecules(n=N, seeds=seeds, seed=SEED, time_budget_s=600.0)
    for name, targets in TASKS.items():
        started = time.process_time()
        made = generate_molecules(
            n=10, seeds=seeds, targets=list(targets), seed=SEED, time_budget_s=120.0
        )
        seconds = time.process_time() - started
        report = made.report
        objective = Objective(targets=targets)
        measures = measures_of(targets, read_mol)
        of_edits = objective.best(measure(read_seed(m.smiles), measures) for m in edits.molecules)
        wins = "yes" if report.beats_random and report.best < of_edits else "no"
        print(
            f"{name:22}{report.best:9.4f}{made.molecules[-1].score:9.4f}"
            f"{report.best_of_seeds:9.4f}{report.best_of_random:9.4f}{of_edits:9.4f}"
            f"{wins:>6}{report.n_tries:8}{seconds:7.1f}  {report.stopped}"
        )
        for note in report.notes:
            print(f"    {note}")


def allowed(smiles: str) -> bool:
    """Whether the gate would let this structure be given."""
    return Gate().check_result([smiles], intent="structure").decision is not Decision.BLOCK


if __name__ == "__main__":
    raise SystemExit(main())
