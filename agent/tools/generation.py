"""New molecules near seeds, around a scaffold, or towards target properties, behind the gate."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from agent.tools.base import tool
from agent.tools.errors import ArgumentError, ToolFailed
from agent.tools.molecule_measures import fingerprint, internal_diversity, measure, measures_of
from agent.tools.molecule_search import (
    Candidate,
    Method,
    Screen,
    Search,
    Stopped,
    may_be_given,
    read_seed,
)
from agent.tools.objective import Objective, Target, Term
from agent.tools.reference_molecules import SOURCE, random_molecules
from agent.tools.structures import read_mol
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record
from safety.substance import Verdict

__all__ = [
    "GeneratedMolecule",
    "GeneratedMolecules",
    "GenerationReport",
    "generate_molecules",
]

MAX_MOLECULES = 4_000  # the gate takes 5,000 texts at once
N_START = 200  # molecules to start from where none are given
N_RANDOM = 1000  # random molecules that a search for targets has to beat


class GeneratedMolecule(Record):
    """A molecule that was made up; whether it exists or can be made is not known."""

    smiles: str
    score: float | None  # the objective, 0 is best; None where nothing was aimed at
    terms: tuple[Term, ...] = ()  # what each target adds to the score
    sa_score: float  # synthetic accessibility, 1 (easy) to 10 (hard)
    like_listed: bool = False  # resembles a listed substance without being one


class GenerationReport(Record):
    """How good the molecules are as a set. Shares are from 0 to 1, as MOSES defines them."""

    n_tries: int  # changes made
    valid: float  # share of them that gave a molecule
    distinct: float  # share of the valid that were neither a seed nor seen before
    unique: float  # share of the molecules given that differ from all others given
    novel: float  # share of the molecules given that are no seed
    internal_diversity: float | None  # 1 - mean Tanimoto similarity of all pairs; None for none
    mean_sa_score: float | None
    n_withheld: int  # left out by the safety screen
    stopped: Annotated[Stopped, VOCABULARY]
    elapsed_limit_s: float
    best: float | None = None  # smallest objective found
    best_of_seeds: float | None = None
    best_of_random: float | None = None
    n_random: int = 0
    beats_random: bool | None = None  # None where no comparison was made
    notes: Annotated[tuple[str, ...], VOCABULARY] = ()


class GeneratedMolecules(Record):
    """Molecules, best first where targets were set, and a report on them."""

    molecules: tuple[GeneratedMolecule, ...]
    report: GenerationReport
    objective: Objective
    seed: int
    method: Annotated[Method, VOCABULARY]
    n_seeds: int = Field(ge=1)
    sources: Annotated[tuple[str, ...], VOCABULARY]


@tool(intent="structure", generative=True, requires=("rdkit", "selfies"), optional=("chemicals",))
def generate_molecules(
    n: int = 10,
    seeds: list[str] | None = None,
    targets: list[Target] | None = None,
    scaffold: str | None = None,
    method: Method = "both",
    max_sa: float = 5.0,
    seed: int = 0,
    max_tries: int = 20_000,
    time_budget_s: float = 60.0,
) -> GeneratedMolecules:
    """Make up new molecules near given ones, around a scaffold, or towards target properties.

    With targets the sum of weighted deviations |P - P_target| is made small by a genetic algorithm,
    and the result is compared with the best of 1,000 random molecules. Listed substances are never
    given back.

    Args:
        n: How many molecules.
        seeds: SMILES to start from; random common molecules where none are given.
        targets: Properties to reach: qed, logp, tpsa, mass, sa, similarity (with a reference
            SMILES), or any RDKit descriptor, each with a value and a weight.
        scaffold: SMILES of a part that every molecule keeps.
        method: Changes that are made: edits of SELFIES, edits and crossover of graphs, or both.
        max_sa: Synthetic accessibility score (1 easy, 10 hard) above which molecules are left out.
        seed: Start of the random numbers; the same call with the same seed gives the same result.
        max_tries: Changes that are tried at most.
        time_budget_s: Seconds after which the best so far are given.
    """
    from safety.screening import screen_many

    return search_molecules(
        n=n,
        seeds=seeds,
        targets=targets or (),
        scaffold=scaffold,
        method=method,
        max_sa=max_sa,
        seed=seed,
        max_tries=max_tries,
        time_budget_s=time_budget_s,
        screen=screen_many,
    )


def search_molecules(
    *,
    n: int,
    seeds: Sequence[str] | None,
    targets: Sequence[Target],
    scaffold: str | None,
    method: Method,
    max_sa: float,
    seed: int,
    max_tries: int,
    time_budget_s: float,
    screen: Screen,
) -> GeneratedMolecules:
    """What `generate_molecules` does, with the screen given: the gate's own, or a test's.

    Raises:
        ArgumentError: An argument cannot be used.
        ToolFailed: Nothing could be found, or nothing of the start may be used.
    """
    if not 1 <= n <= MAX_MOLECULES:
        raise ArgumentError("n", f"n is {n}; give 1 to {MAX_MOLECULES}")
    if not time_budget_s > 0:
        raise ArgumentError("time_budget_s", f"time_budget_s is {time_budget_s}; give more than 0")
    if max_tries < 1:
        raise ArgumentError("max_tries", f"max_tries is {max_tries}; give 1 or more")
    core = _read(scaffold, "scaffold") if scaffold is not None else None
    start = _start(seeds, core, seed=seed, screen=screen)
    objective = Objective(targets=tuple(targets))
    search = Search(
        seeds=start,
        objective=objective,
        measures=measures_of(targets, lambda smiles: _read(smiles, "targets")),
        screen=screen,
        n=n,
        rng=random.Random(seed),
        known=[_read(t.reference, "targets") for t in targets if t.reference is not None],
        scaffold=core,
        max_sa=max_sa,
        method=method,
        max_tries=max_tries,
        time_budget_s=time_budget_s,
    )
    search.run()
    if not search.found:
        raise ToolFailed(
            f"no molecule was found in {search.n_tries} tries (stopped: {search.stopped}). "
            "Raise max_sa, max_tries or time_budget_s, or give other seeds"
        )
    sources = ["SELFIES: M. Krenn et al., Mach. Learn.: Sci. Technol. 1, 045024 (2020)"]
    sources += ["crossover after J. H. Jensen, Chem. Sci. 10, 3567 (2019)"]
    sources += ["measures: D. Polykovskiy et al., Front. Pharmacol. 11, 565644 (2020); RDKit"]
    if seeds is None and core is None:
        sources.append(f"start: {SOURCE}")
    return GeneratedMolecules(
        molecules=tuple(_molecule(c, objective) for c in search.found),
        report=_report(search, seed=seed),
        objective=objective,
        seed=seed,
        method=method,
        n_seeds=len(start),
        sources=tuple(sources),
    )


def _start(seeds: Sequence[str] | None, core: Any, *, seed: int, screen: Screen) -> list[Any]:
    """Molecules to start from, different, screened, in the order given."""
    from rdkit import Chem

    if seeds is not None and not seeds:
        raise ArgumentError("seeds", "seeds is empty. Give SMILES, or leave it out")
    given = list(seeds) if seeds is not None else []
    if seeds is None and core is None:
        given = list(random_molecules(N_START, seed=seed))
    mols: dict[str, Any] = {}
    for one in given:
        _read(one, "seeds")
        mol = read_seed(one)
        if mol is not None:
            mols.setdefault(Chem.MolToSmiles(mol), mol)
    if core is not None:
        mols = {k: m for k, m in mols.items() if m.HasSubstructMatch(core)}
        mols.setdefault(Chem.MolToSmiles(core), core)
    verdicts: Sequence[Verdict] = screen(list(mols))
    allowed = [m for m, v in zip(mols.values(), verdicts, strict=True) if may_be_given(v)]
    if not allowed:
        raise ToolFailed(
            "none of the start may be used: each is listed, or could not be screened. "
            "Give other seeds"
        )
    return allowed


def _read(smiles: str, argument: str) -> Any:
    try:
        return read_mol(smiles)
    except ArgumentError as error:
        raise ArgumentError(argument, f"{argument}: {error}") from None


def _molecule(candidate: Candidate, objective: Objective) -> GeneratedMolecule:
    aimed = bool(objective.targets)
    return GeneratedMolecule(
        smiles=candidate.smiles,
        score=candidate.score if aimed else None,
        terms=objective.terms(candidate.values),
        sa_score=candidate.sa,
        like_listed=candidate.like_listed,
    )


def _report(search: Search, *, seed: int) -> GenerationReport:
    from rdkit import Chem

    found = search.found
    start = {Chem.MolToSmiles(mol) for mol in search.seeds}
    names = [c.smiles for c in found]
    notes = []
    if len(found) < search.n:
        notes.append(
            f"{len(found)} of {search.n} molecules were found (stopped: {search.stopped}); "
            "raise max_tries, time_budget_s or max_sa for more"
        )
    if any(c.like_listed for c in found):
        notes.append("molecules marked like_listed resemble a listed substance; check before use")
    compared: dict[str, Any] = {}
    if search.objective.targets:
        compared = _compared(search, seed=seed)
        if compared["beats_random"] is False:
            notes.append(
                f"the search did not beat the best of {compared['n_random']} random molecules "
                f"({compared['best']:.4g} against {compared['best_of_random']:.4g}); picking from "
                "known molecules is as good here"
            )
        elif compared["beats_random"] is None:
            notes.append("not compared with random molecules: they do not hold the scaffold")
    return GenerationReport(
        n_tries=search.n_tries,
        valid=search.n_valid / max(1, search.n_tries),
        distinct=search.n_distinct / max(1, search.n_valid),
        unique=len(set(names)) / len(names),
        novel=sum(name not in start for name in names) / len(names),
        internal_diversity=internal_diversity([fingerprint(c.mol) for c in found]),
        mean_sa_score=sum(c.sa for c in found) / len(found),
        n_withheld=search.n_withheld,
        stopped=search.stopped,
        elapsed_limit_s=search.time_budget_s,
        notes=tuple(notes),
        **compared,
    )


def _compared(search: Search, *, seed: int) -> dict[str, Any]:
    """The best found against the best of the seeds and of as many random molecules."""
    objective = search.objective
    best = search.found[0].score
    of_seeds = objective.best(measure(mol, search.measures) for mol in search.seeds)
    outcome: dict[str, Any] = {
        "best": best,
        "best_of_seeds": of_seeds if math.isfinite(of_seeds) else None,
        "beats_random": None,
    }
    if search.scaffold is None:
        # Another seed than the start's, so that the picks are not the start again.
        mols = [read_seed(s) for s in random_molecules(N_RANDOM, seed=seed + 1_000_003)]
        of_random = objective.best(measure(mol, search.measures) for mol in mols)
        outcome |= {
            "best_of_random": of_random,
            "n_random": len(mols),
            "beats_random": best < of_random,
        }
    return outcome
