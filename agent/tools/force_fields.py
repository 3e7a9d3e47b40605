"""Energies and forces of crystals from force fields.

The weights of CHGNet and SevenNet come inside their packages; MACE and Allegro take weights that
the user fetched. Energies of two models stand on two scales, so a number never leaves here without
its model's name.
"""

from __future__ import annotations

import contextlib
import io
import math
import warnings
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from agent.tools.base import missing, require
from agent.tools.model_weights import require_model, why_no_model
from agent.tools.progress import report
from agent.tools.quantity import Quantity

if TYPE_CHECKING:
    from pymatgen.core import Structure

__all__ = ["ForceField", "ForceFieldName", "Relaxed", "force_field", "has_force_field"]

ForceFieldName = Literal["chgnet", "sevennet", "mace", "allegro"]

_PACKAGES: dict[str, str] = {"chgnet": "chgnet", "sevennet": "sevenn"}

# CPU seconds for energy and forces of one atom, one thread of an ordinary processor; for estimates.
# MACE and Allegro were not timed: they are taken to be as slow as SevenNet.
_SECONDS_PER_ATOM: dict[str, float] = {
    "chgnet": 0.015, "sevennet": 0.06, "mace": 0.06, "allegro": 0.06,
}  # fmt: skip
_SECONDS_PER_CALL: dict[str, float] = {
    "chgnet": 0.05, "sevennet": 0.10, "mace": 0.10, "allegro": 0.10,
}  # fmt: skip


class Relaxed(NamedTuple):
    """A structure after some steps downhill."""

    structure: Structure
    energy: float  # eV per atom
    n_steps: int
    converged: bool
    largest_force: float  # eV/angstrom


class ForceField(Protocol):
    """What gives energies; its name, version and training stand in ``source``."""

    name: ForceFieldName
    source: str

    def energies(self, structures: Sequence[Structure]) -> list[float]:
        """Energies in eV per atom; infinite where the model has none (atoms out of its reach)."""

    def calculator(self) -> Any:
        """The model as a calculator of ASE."""


class _Chgnet:
    name: ForceFieldName = "chgnet"

    def __init__(self) -> None:
        with quiet():
            from chgnet.model import CHGNet

            self._model: Any = CHGNet.load(use_device="cpu", verbose=False)
        self.source = (
            f"CHGNet {self._model.version} (package chgnet {version('chgnet')}), learned from "
            "PBE and PBE+U calculations of MPtrj"
        )

    def energies(self, structures: Sequence[Structure]) -> list[float]:
        with quiet(), one_thread():
            try:
                found = self._model.predict_structure(
                    list(structures), task="e", batch_size=max(1, 160 // len(structures[0]))
                )
                return [float(one["e"]) for one in found]
            except Exception:  # one structure without neighbours fails the whole batch
                return [self._energy(one) for one in structures]

    def _energy(self, structure: Structure) -> float:
        try:
            return float(self._model.predict_structure(structure, task="e")["e"])
        except Exception:  # the graph's maker raises ValueError, the model RuntimeError
            return math.inf

    def calculator(self) -> Any:
        with quiet():
            from chgnet.model.dynamics import CHGNetCalculator

            return CHGNetCalculator(self._model, use_device="cpu", on_isolated_atoms="error")


class _SevenNet:
    name: ForceFieldName = "sevennet"

    def __init__(self) -> None:
        self._calculator: Any = None
        self.source = (
            f"SevenNet-0 (11 July 2024; package sevenn {version('sevenn')}), learned from PBE and "
            "PBE+U calculations of MPtrj"
        )

    def energies(self, structures: Sequence[Structure]) -> list[float]:
        from pymatgen.io.ase import AseAtomsAdaptor

        found = []
        for one in structures:
            atoms = AseAtomsAdaptor.get_atoms(one, msonable=False)
            atoms.calc = self.calculator()
            with quiet(), one_thread():
                found.append(float(atoms.get_potential_energy()) / len(atoms))
        return found

    def calculator(self) -> Any:
        if self._calculator is None:
            with quiet():
                from sevenn.calculator import SevenNetCalculator

                self._calculator = SevenNetCalculator("7net-0", device="cpu")
        return self._calculator


@cache
def _loaded(name: ForceFieldName) -> ForceField:
    if name == "mace" or name == "allegro":
        from agent.tools.force_field_adapters import Allegro, Mace

        return Mace() if name == "mace" else Allegro()
    return _Chgnet() if name == "chgnet" else _SevenNet()


def force_field(name: ForceFieldName) -> ForceField:
    """The model of that name, loaded once.

    Raises:
        MissingPackage: Its package is not installed; the message names the extra.
        MissingWeights: Its weights are not there; the message says how to get them.
    """
    if name not in _PACKAGES:
        require_model(name)
        return _loaded(name)
    require("torch", _PACKAGES[name], what=f"the force field {name}")
    return _loaded(name)


def has_force_field(name: ForceFieldName) -> bool:
    """Whether the model's package is installed, and its weights are there."""
    if name not in _PACKAGES:
        return why_no_model(name) is None
    return missing("torch", _PACKAGES[name], what=name) is None


def seconds(name: ForceFieldName, *, n_atoms: int, n_calls: float) -> float:
    """About how many CPU seconds so many energies with forces take."""
    return n_calls * (_SECONDS_PER_CALL[name] + _SECONDS_PER_ATOM[name] * n_atoms)


def relax(
    structure: Structure,
    field: ForceField,
    *,
    max_steps: int,
    fmax: float = 0.05,
    cell: bool = True,
    pressure: float = 0.0,
    told: bool = False,
) -> Relaxed:
    """Move atoms (and the cell) downhill; symmetry that is there stays.

    Args:
        structure: Where to start.
        field: The model.
        max_steps: Steps at most.
        fmax: Largest force at which to stop, in eV/angstrom.
        cell: Whether the cell changes too.
        pressure: In GPa.
        told: Whether each step is reported; no where relaxing is one piece of a longer work.

    Source:
        BFGS over atoms and cell, as in ASE; a third of the steps that FIRE takes on such cells.
    """
    import numpy as np
    from ase.filters import FrechetCellFilter
    from ase.optimize import BFGS
    from ase.units import GPa
    from pymatgen.core import Structure
    from pymatgen.io.ase import AseAtomsAdaptor

    atoms = AseAtomsAdaptor.get_atoms(structure, msonable=False)
    atoms.calc = field.calculator()
    moved = FrechetCellFilter(atoms, scalar_pressure=pressure * GPa) if cell else atoms
    # Without a log the optimizer holds the null device open until it is closed.
    with (
        quiet(),
        one_thread(),
        contextlib.closing(BFGS(moved, logfile=None, maxstep=0.15)) as optimizer,
    ):
        if told:
            optimizer.attach(lambda: report("steps", int(optimizer.nsteps), max_steps))
        converged = bool(optimizer.run(fmax=fmax, steps=max_steps))
        energy = float(atoms.get_potential_energy()) / len(atoms)
        largest = float(np.abs(moved.get_forces()).max())
    return Relaxed(
        structure=Structure(
            np.array(atoms.cell), atoms.get_chemical_symbols(), atoms.get_scaled_positions()
        ),
        energy=energy,
        n_steps=int(optimizer.nsteps),
        converged=converged,
        largest_force=largest,
    )


def energy_quantity(value: float, field: ForceField, *, conditions: str) -> Quantity:
    """An energy per atom with its model, in eV per atom.

    Args:
        value: In eV per atom.
        field: The model that gave it.
        conditions: Whether it was relaxed.
    """
    return Quantity(
        value=value, unit="eV", method="predicted", source=field.source, conditions=conditions
    )


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Nothing printed, no warnings: the models' packages do both while they load and run."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Torch with one thread: on small cells more threads wait for each other and cost CPU."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
