"""Energies of crystals, relaxing them, and how their energy changes with volume."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from agent.tools.base import tool
from agent.tools.crystal import Crystal, describe_crystal, read_crystal
from agent.tools.errors import ArgumentError, ToolFailed
from agent.tools.force_fields import (
    ForceField,
    ForceFieldName,
    energy_quantity,
    force_field,
    quiet,
    relax,
    seconds,
)
from agent.tools.progress import report
from agent.tools.quantity import Quantity
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

if TYPE_CHECKING:
    from pymatgen.core import Structure

__all__ = [
    "CrystalEnergy",
    "EquationOfState",
    "RelaxedCrystal",
    "crystal_energy",
    "equation_of_state",
    "relax_crystal",
]

MAX_COST_S = 1800.0  # CPU seconds by estimate; more is refused
_WARNING = "energies of different models stand on different scales; never subtract one from another"


class CrystalEnergy(Record):
    """The energy of a crystal as it is given."""

    crystal: Crystal
    energy: Quantity  # per atom
    largest_force: Quantity
    pressure: Quantity
    cost: Quantity  # CPU time by estimate, before the work
    warnings: Annotated[tuple[str, ...], VOCABULARY] = ()


class RelaxedCrystal(Record):
    """A crystal moved to where no force is left."""

    crystal: Crystal
    energy: Quantity  # per atom
    energy_before: Quantity  # per atom
    volume_change: Quantity  # share of the volume given
    largest_force: Quantity
    n_steps: int
    converged: bool
    cost: Quantity
    warnings: Annotated[tuple[str, ...], VOCABULARY] = ()


class EquationOfState(Record):
    """Energy against volume, and the curve of Birch and Murnaghan through it."""

    formula: str
    volumes: tuple[float, ...]  # angstrom3 per atom
    energies: tuple[float, ...]  # eV per atom, of the one model named in ``bulk_modulus``
    volume: Quantity  # per atom, where the energy is lowest
    energy: Quantity  # per atom, there
    bulk_modulus: Quantity
    bulk_modulus_derivative: Quantity
    largest_misfit: Quantity  # of the curve, eV per atom
    cost: Quantity
    warnings: Annotated[tuple[str, ...], VOCABULARY] = ()


@tool(
    intent="property", requires=("pymatgen", "ase"), optional=("chgnet", "sevenn", "mace", "nequip")
)
def crystal_energy(structure: str, model: ForceFieldName = "chgnet") -> CrystalEnergy:
    """Energy per atom, forces and pressure of a crystal by a force field, atoms as they are.

    Args:
        structure: CIF, POSCAR, pymatgen JSON or extended XYZ: text, or a file's path.
        model: chgnet (elute[mlff]), sevennet (elute[sevenn]); mace or allegro with own weights.
    """
    import numpy as np

    read, field = read_crystal(structure), force_field(model)
    cost = estimate(field, n_atoms=len(read), n_calls=1)
    atoms = with_calculator(read, field)
    with quiet():
        energy = float(atoms.get_potential_energy()) / len(read)
        force = float(np.abs(atoms.get_forces()).max())
        stress = atoms.get_stress()
    return CrystalEnergy(
        crystal=describe_crystal(read),
        energy=energy_quantity(energy, field, conditions="per atom, as given"),
        largest_force=_force(force, field),
        pressure=Quantity(
            value=-float(stress[:3].mean()) * _GPA,
            unit="GPa",
            method="predicted",
            source=field.source,
        ),
        cost=cost,
        warnings=(_WARNING,),
    )


_GPA = 160.21766208  # GPa in one eV/angstrom3


@tool(
    intent="property", requires=("pymatgen", "ase"), optional=("chgnet", "sevenn", "mace", "nequip")
)
def relax_crystal(
    structure: str,
    model: ForceFieldName = "chgnet",
    fmax: float = 0.02,
    max_steps: int = 200,
    relax_cell: bool = True,
    pressure: float = 0.0,
) -> RelaxedCrystal:
    """Relax the atoms (and the cell) of a crystal with a force field.

    Args:
        structure: CIF, POSCAR, pymatgen JSON or extended XYZ: text, or a file's path.
        model: chgnet (elute[mlff]), sevennet (elute[sevenn]); mace or allegro with own weights.
        fmax: Largest force that may be left, in eV/angstrom.
        max_steps: Steps at most.
        relax_cell: Whether the cell changes too.
        pressure: Pressure on the cell, in GPa.
    """
    if not 0.001 <= fmax <= 1.0:
        raise ArgumentError("fmax", f"fmax is {fmax}; give 0.001 to 1 eV/angstrom")
    if not 1 <= max_steps <= 1000:
        raise ArgumentError("max_steps", f"max_steps is {max_steps}; give 1 to 1000")
    read, field = read_crystal(structure), force_field(model)
    cost = estimate(field, n_atoms=len(read), n_calls=max_steps)
    before = field.energies([read])[0]
    end = relax(
        read,
        field,
        max_steps=max_steps,
        fmax=fmax,
        cell=relax_cell,
        pressure=pressure,
        told=True,
    )
    notes = [_WARNING]
    if not end.converged:
        notes.append(f"not converged in {end.n_steps} steps; raise max_steps")
    return RelaxedCrystal(
        crystal=describe_crystal(end.structure),
        energy=energy_quantity(
            end.energy, field, conditions=f"per atom, relaxed, {pressure:g} GPa"
        ),
        energy_before=energy_quantity(before, field, conditions="per atom, as given"),
        volume_change=Quantity(
            value=end.structure.volume / read.volume - 1.0,
            unit="1",
            method="predicted",
            source=field.source,
        ),
        largest_force=_force(end.largest_force, field),
        n_steps=end.n_steps,
        converged=end.converged,
        cost=cost,
        warnings=tuple(notes),
    )


@tool(
    intent="property",
    requires=("pymatgen", "ase", "scipy"),
    optional=("chgnet", "sevenn", "mace", "nequip"),
)
def equation_of_state(
    structure: str,
    model: ForceFieldName = "chgnet",
    strain: float = 0.06,
    n_volumes: int = 9,
) -> EquationOfState:
    """Equilibrium volume and bulk modulus of a crystal from its energy at several volumes.

    Atoms keep their places within the cell, and the cell its shape.

    Args:
        structure: CIF, POSCAR, pymatgen JSON or extended XYZ: text, or a file's path.
        model: chgnet (elute[mlff]), sevennet (elute[sevenn]); mace or allegro with own weights.
        strain: Largest change of the volume, as a share, to both sides of the lowest energy.
        n_volumes: How many volumes.
    """
    import numpy as np
    from scipy.optimize import curve_fit

    if not 0.01 <= strain <= 0.2 or not 5 <= n_volumes <= 41:
        raise ArgumentError(
            "strain", f"strain is {strain} and n_volumes {n_volumes}; give 0.01 to 0.2 and 5 to 41"
        )
    read, field = read_crystal(structure), force_field(model)
    cost = estimate(field, n_atoms=len(read), n_calls=40 + n_volumes)
    rested = relax(read, field, max_steps=40, fmax=0.03, told=True).structure
    at_rest = rested.volume / len(rested)
    volumes = at_rest * np.linspace(1 - strain, 1 + strain, n_volumes)
    sized = []
    for volume in volumes:
        copy = rested.copy()
        copy.scale_lattice(float(volume) * len(rested))
        sized.append(copy)
    report("volumes", 0, n_volumes)
    energies = np.array(field.energies(sized))
    if not np.isfinite(energies).all():
        raise ToolFailed("the model has no energy at one of the volumes; make strain smaller")
    start = (at_rest, float(energies.min()), 100.0 / _GPA, 4.0)
    try:
        fitted, _ = curve_fit(birch_murnaghan, volumes, energies, p0=start, maxfev=10_000)
    except RuntimeError as error:
        raise ToolFailed(f"no curve fits these energies: {error}. Change strain") from error
    volume, energy, modulus, derivative = map(float, fitted)
    misfit = float(np.abs(birch_murnaghan(volumes, *fitted) - energies).max())
    notes = [_WARNING, "atoms keep their places at each volume; a full relaxation gives less"]
    if not volumes[0] < volume < volumes[-1]:
        notes.append("the lowest energy lies outside the volumes looked at; raise strain")

    def of_curve(value: float, unit: str, conditions: str | None = None) -> Quantity:
        return Quantity(
            value=value,
            unit=unit,
            method="predicted",
            source=f"{field.source}; curve of F. Birch, Phys. Rev. 71, 809 (1947)",
            conditions=conditions,
        )

    return EquationOfState(
        formula=read.composition.reduced_formula,
        volumes=tuple(map(float, volumes)),
        energies=tuple(map(float, energies)),
        volume=of_curve(volume, "angstrom**3", "per atom"),
        energy=of_curve(energy, "eV", "per atom"),
        bulk_modulus=of_curve(modulus * _GPA, "GPa"),
        bulk_modulus_derivative=of_curve(derivative, "1"),
        largest_misfit=of_curve(misfit, "eV", "per atom"),
        cost=cost,
        warnings=tuple(notes),
    )


def birch_murnaghan(
    volume: Any, at_rest: float, energy: float, modulus: float, slope: float
) -> Any:
    """Third-order curve of Birch and Murnaghan: energy at a volume.

    Args:
        volume: Any unit of volume.
        at_rest: Volume of the lowest energy, same unit.
        energy: Lowest energy.
        modulus: Bulk modulus, energy over volume.
        slope: Its derivative with pressure.
    """
    eta = (at_rest / volume) ** (2 / 3)
    third = (eta - 1) ** 3 * slope
    return energy + 9 * at_rest * modulus / 16 * (third + (eta - 1) ** 2 * (6 - 4 * eta))


def estimate(field: ForceField, *, n_atoms: int, n_calls: float) -> Quantity:
    """What the work costs at most, in CPU seconds.

    Raises:
        ArgumentError: More than half an hour.
    """
    cost = seconds(field.name, n_atoms=n_atoms, n_calls=n_calls)
    if cost > MAX_COST_S:
        raise ArgumentError(
            "structure",
            f"{n_calls:,.0f} energies of {n_atoms} atoms with {field.name} would take about "
            f"{cost / 60:,.0f} CPU minutes; at most {MAX_COST_S / 60:.0f} are given. "
            "Take a smaller cell or fewer steps",
        )
    return Quantity(
        value=cost,
        unit="s",
        method="computed",
        source="a rule of thumb from timings on one thread",
        conditions="at most, before the work",
    )


def with_calculator(structure: Structure, field: ForceField) -> Any:
    """ASE's Atoms of a structure, with the model to ask."""
    from pymatgen.io.ase import AseAtomsAdaptor

    atoms = AseAtomsAdaptor.get_atoms(structure, msonable=False)
    atoms.calc = field.calculator()
    return atoms


def _force(value: float, field: ForceField) -> Quantity:
    return Quantity(value=value, unit="eV/angstrom", method="predicted", source=field.source)
