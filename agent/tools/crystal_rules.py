"""Judging a trial crystal by rules alone: how large its cell is, and how good its bonds are.

A charged structure is scaled until the bond valences come nearest to the charges, and its score is
its electrostatic energy there plus a penalty for atoms whose bonds do not add up. Where the
elements balance no charges (an alloy), atoms are spheres that touch, and denser is better. The
score ranks structures of one composition; it is no energy.

Source:
    Bond valences: M. O'Keeffe and N. E. Brese, J. Am. Chem. Soc. 113, 3226 (1991), as in pymatgen.
    Radii: B. Cordero et al., Dalton Trans. 2832 (2008), as in ASE.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.tools.structure_types import closest_ratio

if TYPE_CHECKING:
    from pymatgen.core import Structure

__all__ = ["Judged", "judge_crystal"]

_SOFTNESS = 0.31  # angstrom, of a bond valence
_PENALTY = 2.0  # eV for one valence unit that bonds and charges differ by
_REACH = 6.0  # angstrom
_MAX_EWALD_ATOMS = 200


class Judged(NamedTuple):
    """A trial crystal in its likely size, and how good it looks."""

    structure: Structure
    score: float  # smaller is better, among structures of one composition


def judge_crystal(structure: Structure, charges: Mapping[str, float] | None) -> Judged:
    """Scale a structure to a likely size and score it.

    Args:
        structure: In any size.
        charges: Mean charge of each element, or None for an alloy.
    """
    touching = _scaled(structure, 1.0 / closest_ratio(structure))
    if charges is None or not any(charges.values()):
        return Judged(touching, float(touching.volume) / len(touching))
    size, mismatch = _best_size(touching, charges)
    sized = _scaled(touching, size)
    return Judged(sized, _electrostatic(sized, charges) + _PENALTY * mismatch)


def _scaled(structure: Structure, factor: float) -> Any:
    copy = structure.copy()
    copy.scale_lattice(structure.volume * factor**3)
    return copy


def _best_size(structure: Structure, charges: Mapping[str, float]) -> tuple[float, float]:
    """The factor on all lengths at which bonds fit charges best, and what is left of the misfit."""
    import numpy as np

    symbols = [site.specie.symbol for site in structure]
    charge = np.array([charges[symbol] for symbol in symbols])
    centres, others, _, distances = structure.get_neighbor_list(_REACH)
    apart = charge[centres] * charge[others] < 0
    centres, others, distances = centres[apart], others[apart], distances[apart]
    if not len(distances):
        return 1.0, float(np.abs(charge).mean())
    lengths = np.array(
        [_bond_length(symbols[i], symbols[j]) for i, j in zip(centres, others, strict=True)]
    )
    best = (1.0, np.inf)
    for factor in np.linspace(0.85, 1.45, 61):
        valences = np.exp((lengths - factor * distances) / _SOFTNESS)
        sums = np.bincount(centres, weights=valences, minlength=len(symbols))
        misfit = float(np.sqrt(np.mean((sums - np.abs(charge)) ** 2)))
        if misfit < best[1]:
            best = (float(factor), misfit)
    return best


def _bond_length(first: str, second: str) -> float:
    """Length of a bond of valence one, in angstrom."""
    import math

    a, b = _parameters(first), _parameters(second)
    between = (math.sqrt(a["c"]) - math.sqrt(b["c"])) ** 2
    pulled = a["r"] * b["r"] * between / (a["c"] * a["r"] + b["c"] * b["r"])
    return float(a["r"] + b["r"] - pulled)


def _parameters(symbol: str) -> Mapping[str, float]:
    from ase.data import atomic_numbers, covalent_radii
    from pymatgen.analysis.bond_valence import BV_PARAMS
    from pymatgen.core import Element

    element = Element(symbol)
    known: Mapping[str, float] | None = BV_PARAMS.get(element)
    if known is not None:
        return known
    return {"r": float(covalent_radii[atomic_numbers[symbol]]), "c": float(element.X or 1.5)}


def _electrostatic(structure: Structure, charges: Mapping[str, float]) -> float:
    """Ewald's energy of the point charges, in eV per atom."""
    from pymatgen.analysis.ewald import EwaldSummation

    if len(structure) > _MAX_EWALD_ATOMS:
        return 0.0
    charged = structure.copy()
    charged.add_oxidation_state_by_element(dict(charges))
    return float(EwaldSummation(charged, acc_factor=6.0).total_energy) / len(structure)
