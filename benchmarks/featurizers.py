"""Speed of featurizing, with the gate in front: ``python -m benchmarks featurizers``.

CPU seconds of one process, the best of several runs, once everything is loaded. The bars are 2 s
for 1,000 compositions and 1 s for 1,000 SMILES (Morgan) on an idle core.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from agent.tools import compare_elements, featurize, generate_molecules

T = TypeVar("T")

N = 1000
RUNS = 3
BARS = {"magpie": 2.0, "morgan": 1.0}

ELEMENTS = ["Li", "Na", "Mg", "Al", "Si", "Ti", "Fe", "Cu", "Zn", "Sr", "Ba", "La"]
DIVALENT = ["Mg", "Ca", "Sr", "Ba", "Fe", "Ni", "Zn", "Cu"]
ANIONS = ["O", "S", "F", "Cl", "N"]


def main(argv: Sequence[str] | None = None) -> int:
    argparse.ArgumentParser(
        prog="python -m benchmarks.featurizers", description=__doc__
    ).parse_args(argv)
    formulas = compositions(N)
    smiles = molecules(N)
    print(f"import of agent.tools: {import_seconds('import agent.tools'):.2f} CPU s")
    seconds = import_seconds("from agent.tools import featurize")
    print(f"the same with featurize: {seconds:.2f} CPU s\n")
    print("featurizer              items  columns  first, s  warm, s  bar, s")
    missed = 0
    for featurizer in ("magpie", "mat2vec", "crystallm", "xenonpy", "atomic"):
        missed += row(featurizer, formulas)
    missed += row(
        "skipspecies", [f"({a}2+){n}(O2-){n}" for n in range(1, 126) for a in DIVALENT][:N]
    )
    for featurizer in ("morgan", "maccs", "atom_pair", "topological_torsion"):
        missed += row(featurizer, smiles)
    missed += row("rdkit_descriptors", smiles[:100])
    structures = [rocksalt(4.0 + n / 100) for n in range(100)]
    for featurizer in ("sine_matrix", "ewald_matrix", "acsf", "mbtr", "soap"):
        missed += row(featurizer, structures)
    missed += row("coulomb_matrix", smiles[:50])
    warm = best(lambda: compare_elements(ELEMENTS, "magpie"))
    print(f"\ncompare_elements of {len(ELEMENTS)}: {warm:.3f} CPU s")
    return 1 if missed else 0


def row(featurizer: str, inputs: list[str]) -> int:
    """Print one line; 1 where a bar is missed."""
    first, table = timed(lambda: featurize(inputs, featurizer))
    warm = best(lambda: featurize(inputs, featurizer))
    bar = BARS.get(featurizer)
    shown = "" if bar is None else f"{bar:8.1f}"
    print(f"{featurizer:22}{len(inputs):7}{table.shape[1]:9}{first:10.2f}{warm:9.2f}{shown}")
    return int(bar is not None and warm > bar)


def compositions(n: int) -> list[str]:
    """Different oxides, sulfides and halides of two cations."""
    found = [
        f"{a}{i}{b}{j}{x}{i + j}"
        for i in range(1, 5)
        for j in range(1, 5)
        for a in ELEMENTS
        for b in ELEMENTS
        if a < b
        for x in ANIONS
    ]
    return found[:n]


def molecules(n: int) -> list[str]:
    """Molecules that the generator makes from known ones: as large as a user's, and unlisted."""
    return [m.smiles for m in generate_molecules(n=n, seed=1).molecules]


def rocksalt(a: float) -> str:
    """A POSCAR of the eight atoms of NaCl with this cell length in angstrom."""
    sites = ["0 0 0", "0 .5 .5", ".5 0 .5", ".5 .5 0", ".5 .5 .5", ".5 0 0", "0 .5 0", "0 0 .5"]
    cell = f"{a} 0 0\n0 {a} 0\n0 0 {a}"
    return "\n".join(["NaCl", "1.0", cell, "Na Cl", "4 4", "Direct", *sites, ""])


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """CPU seconds of this process, and what came out."""
    started = time.process_time()
    made = work()
    return time.process_time() - started, made


def best(work: Callable[[], object]) -> float:
    return min(timed(work)[0] for _ in range(RUNS))


def import_seconds(statement: str) -> float:
    """CPU seconds of an import in a fresh process, without the interpreter's own start."""
    code = f"import time; t = time.process_time(); {statement}; print(time.process_time() - t)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(run.stdout)


if __name__ == "__main__":
    raise SystemExit(main())
