"""Forty known crystals looked for by composition alone: ``python -m benchmarks crystals``.

For each compound of ``known_crystals.yaml`` the generator gets the composition, and no structure
type that was taken from that compound itself. The experimental structure is found when one of the
first three matches it (pymatgen's StructureMatcher). Beside the rank stands by how much the force
field puts the experimental structure above the best one found: where that is positive, experiment
and force field disagree, and no search could bring it first.

``--rules`` leaves the force field out; ``--fast`` takes six; ``--types`` checks the AFLOW
prototypes that pymatgen carries with the force field. ``--keep FILE`` writes each compound's
outcome as it comes, one JSON object a line, and takes those it finds there as done: a run that was
stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

FAST = ("NaCl", "ZnO", "CaF2", "SnO2", "SrTiO3", "TiNiSn")
BARS = {"found": 0.70, "distinct": 0.95, "cpu_s": 90.0, "cpu_s_rules": 2.0}
TOP = 3
N_ASKED = 5
SEED = 0


class Outcome(NamedTuple):
    """What came of one compound."""

    compound: str
    structure_type: str
    rank: int | None  # of the experimental structure, from 1; None when it is not among the first
    cpu_s: float
    n_trials: int
    n_given: int
    n_distinct: int
    closest: float  # shortest distance over the sum of radii, over all given
    best: str  # where the first one came from
    above: float | None  # eV/atom, experimental structure relaxed against the best found

    @property
    def found(self) -> bool:
        """Whether it is among the first three."""
        return self.rank is not None and self.rank <= TOP


def known() -> list[Mapping[str, Any]]:
    """The compounds and their experimental structures, in the order of the file."""
    import yaml

    text = (Path(__file__).parent / "known_crystals.yaml").read_text("utf-8")
    return list(yaml.safe_load(text))


def look_for(row: Mapping[str, Any], field: Any, *, time_budget_s: float = 600.0) -> Outcome:
    """Look for one compound's structure from its composition."""
    from pymatgen.analysis.structure_matcher import StructureMatcher
    from pymatgen.core import Composition

    from agent.tools.compositions import likely_charges
    from agent.tools.crystal_search import CrystalSearch
    from agent.tools.force_fields import relax
    from agent.tools.structure_types import build, closest_ratio, structure_types

    composition = Composition(row["compound"]).reduced_composition
    counts = {element.symbol: round(n) for element, n in composition.items()}
    structure_types(composition.anonymized_formula)  # read once a process, not once a compound
    experiment = build(row).get_primitive_structure()
    started = time.process_time()
    search = CrystalSearch(
        counts,
        likely_charges(counts),
        field=field,
        n=N_ASKED,
        n_atoms=None,
        n_random=8,
        seed=SEED,
        deadline=time.perf_counter() + time_budget_s,
        without=(composition.reduced_formula,),
    )
    search.run()
    spent = time.process_time() - started
    matcher = StructureMatcher()
    found = search.found
    ranks = (n for n, one in enumerate(found, 1) if matcher.fit(one.structure, experiment))
    rank = next(ranks, None)
    above = None
    if field is not None and found and found[0].energy is not None:
        above = relax(experiment, field, max_steps=25).energy - found[0].energy
    distinct = sum(
        not any(matcher.fit(one.structure, other.structure) for other in found[:n])
        for n, one in enumerate(found)
    )
    return Outcome(
        compound=row["compound"],
        structure_type=row["type"],
        rank=rank,
        cpu_s=spent,
        n_trials=search.n_trials,
        n_given=len(found),
        n_distinct=distinct,
        closest=min((closest_ratio(one.structure) for one in found), default=1.0),
        best=found[0].origin if found else "nothing",
        above=above,
    )


def report(outcomes: Sequence[Outcome], *, rules: bool) -> bool:
    """Print the summary; whether every bar is reached."""
    n = len(outcomes)
    found = sum(one.found for one in outcomes)
    given = sum(one.n_given for one in outcomes)
    distinct = sum(one.n_distinct for one in outcomes) / max(1, given)
    cpu = statistics.median(one.cpu_s for one in outcomes)
    limit = BARS["cpu_s_rules" if rules else "cpu_s"]
    closest = min(one.closest for one in outcomes)
    print(f"\nexperimental structure among the first {TOP}: {found} of {n} ({found / n:.0%})")
    print(f"first: {sum(one.rank == 1 for one in outcomes)} of {n}")
    print(f"median CPU seconds a composition: {cpu:.1f} (bar {limit:g})")
    print(f"distinct: {distinct:.1%} of {given}; closest atoms {closest:.2f} of the sum of radii")
    against = [one for one in outcomes if one.above is not None and one.above > 0.002]
    if against:
        print("the force field puts another structure below the experimental one:")
        for one in against:
            print(f"  {one.compound} {one.structure_type}: by {one.above:.3f} eV/atom; {one.best}")
    fine = cpu <= limit and distinct >= BARS["distinct"] and closest >= 0.6
    return fine and (rules or found / n >= BARS["found"])


def check_prototypes(field: Any) -> None:
    """Print the AFLOW prototypes whose own compound is far from rest, by the force field."""
    import numpy as np
    from pymatgen.io.ase import AseAtomsAdaptor

    from agent.tools.force_fields import quiet
    from agent.tools.structure_types import _aflow, _from_aflow

    for row in _aflow():
        made = _from_aflow(row)
        if made is None or len(set(made.species)) == 1 or made.n_atoms > 60:
            continue
        atoms = AseAtomsAdaptor.get_atoms(made.structure(), msonable=False)
        atoms.calc = field.calculator()
        with quiet():
            force = float(np.abs(atoms.get_forces()).max())
            pressure = -float(atoms.get_stress()[:3].mean()) * 160.2177
        if force > 3.0 or abs(pressure) > 100.0:
            print(f"{made.name:48} {made.compound:12} {force:6.1f} eV/A {pressure:8.0f} GPa")


def _kept(path: Path | None) -> dict[tuple[str, str], Outcome]:
    """The outcomes in a file of an earlier run, by compound and type."""
    if path is None or not path.is_file():
        return {}
    rows = [Outcome(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    return {(one.compound, one.structure_type): one for one in rows}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crystals", description=__doc__)
    parser.add_argument("--rules", action="store_true", help="without a force field")
    parser.add_argument("--fast", action="store_true", help="six compounds")
    parser.add_argument("--types", action="store_true", help="check the prototypes")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="write outcomes there, and go on")
    parser.add_argument("compounds", nargs="*", help="only these, e.g. TiO2")
    options = parser.parse_args(argv)
    from agent.tools.force_fields import force_field, has_force_field

    rules = options.rules or not has_force_field("chgnet")
    if rules and not options.rules:
        print("no force field here (pip install 'elute[mlff]'): ranked by rules alone")
    field = None if rules else force_field("chgnet")
    if options.types:
        check_prototypes(field or force_field("chgnet"))
        return 0
    wanted = options.compounds or (FAST if options.fast else [r["compound"] for r in known()])
    done = _kept(options.keep)
    print(f"{'compound':12} {'type':28} rank  CPU s trials  above  first found")
    outcomes = []
    for row in known():
        if row["compound"] not in wanted:
            continue
        one = done.get((row["compound"], row["type"]))
        if one is None:
            one = look_for(row, field)
            if options.keep is not None:
                with options.keep.open("a", encoding="utf-8") as opened:
                    opened.write(json.dumps(one._asdict()) + "\n")
        outcomes.append(one)
        above = "" if one.above is None else f"{one.above:6.3f}"
        print(
            f"{one.compound:12} {one.structure_type:28} {one.rank or '-':>4} {one.cpu_s:6.1f} "
            f"{one.n_trials:6} {above:>6}  {one.best}",
            flush=True,
        )
    return 0 if report(outcomes, rules=rules) else 1


if __name__ == "__main__":
    raise SystemExit(main())
