"""MACE and Allegro behind the same calls as CHGNet, with weights that the user fetched.

Their weights are not inside a wheel (`agent.tools.model_weights`). A file of MACE is a pickle and
a compiled one of nequip holds code: both run as code when they are loaded, so take them from their
authors only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from agent.tools.force_fields import ForceFieldName, one_thread, quiet
from agent.tools.model_weights import fingerprint, package_version, require_model

if TYPE_CHECKING:
    from pathlib import Path

    from pymatgen.core import Structure

__all__ = ["Allegro", "Mace"]


class _OfAse:
    """A force field that its package gives as a calculator of ASE."""

    name: ForceFieldName
    source: str
    _held: Any

    def calculator(self) -> Any:
        """The model as a calculator of ASE."""
        return self._held

    def energies(self, structures: Sequence[Structure]) -> list[float]:
        """Energies in eV per atom."""
        from pymatgen.io.ase import AseAtomsAdaptor

        found = []
        for one in structures:
            atoms = AseAtomsAdaptor.get_atoms(one, msonable=False)
            atoms.calc = self._held
            with quiet(), one_thread():
                found.append(float(atoms.get_potential_energy()) / len(atoms))
        return found


class Mace(_OfAse):
    """MACE by ``mace.calculators.mace_mp`` of the package mace-torch (as of 0.3.16)."""

    name: ForceFieldName = "mace"

    def __init__(self) -> None:
        path = _path("mace")
        with quiet():
            from mace.calculators import mace_mp

            # Double precision, which its authors advise where cells are relaxed.
            self._held = mace_mp(model=str(path), device="cpu", default_dtype="float64")
        self.source = (
            f"MACE (package mace-torch {package_version('mace-torch')}; weights {path.name}, "
            f"SHA-256 {fingerprint(path)}), learned from what its weights were taught"
        )


class Allegro(_OfAse):
    """Allegro by ``nequip.ase.NequIPCalculator`` (nequip as of 0.19.1, nequip-allegro 0.8.3)."""

    name: ForceFieldName = "allegro"

    def __init__(self) -> None:
        path = _path("allegro")
        with quiet():
            from nequip.ase import NequIPCalculator

            self._held = NequIPCalculator.from_compiled_model(str(path), device="cpu")
        self.source = (
            f"Allegro (packages nequip {package_version('nequip')} and nequip-allegro "
            f"{package_version('nequip-allegro')}; weights {path.name}, SHA-256 "
            f"{fingerprint(path)}), learned from what its weights were taught"
        )


def _path(name: str) -> Path:
    path = require_model(name)
    assert path is not None, f"{name} names a file"
    return path
