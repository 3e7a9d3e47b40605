"""What a crystal is: symmetry, density, bonds, charges, diffraction pattern, known types."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from agent.tools.base import tool
from agent.tools.compositions import likely_charges
from agent.tools.crystal import Crystal, describe_crystal, read_crystal
from agent.tools.errors import ArgumentError
from agent.tools.plotting import Chart, Series, save_chart
from agent.tools.quantity import Quantity
from agent.tools.structure_types import matching_types
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

if TYPE_CHECKING:
    from pymatgen.core import Structure

__all__ = [
    "BondLength",
    "ComparedCrystals",
    "Coordination",
    "CrystalAnalysis",
    "Reflection",
    "analyse_crystal",
    "compare_crystals",
]

Radiation = Literal["CuKa", "CuKa1", "MoKa", "CoKa", "CrKa", "FeKa", "AgKa"]

MAX_REFLECTIONS = 60
MIN_INTENSITY = 0.1  # of 100
_GEOMETRY = "the cell and its atoms (pymatgen)"
_XRD = "kinematic powder pattern, pymatgen's XRDCalculator (De Graef and McHenry, 2nd ed., 2012)"


class Coordination(Record):
    """The neighbours of one kind of place."""

    element: Annotated[str, VOCABULARY]
    wyckoff: Annotated[str, VOCABULARY]  # letter of the place, after its number in the cell
    number: int  # of neighbours, by pymatgen's CrystalNN
    neighbours: Annotated[str, VOCABULARY]  # e.g. "O6"


class BondLength(Record):
    """Lengths of the bonds between two elements."""

    elements: Annotated[str, VOCABULARY]  # e.g. "Ti-O"
    n_bonds: int  # in the cell
    shortest: Quantity
    longest: Quantity
    mean: Quantity


class Reflection(Record):
    """One line of the diffraction pattern."""

    two_theta: float  # degrees
    intensity: float  # of 100 for the strongest
    spacing: float  # angstrom
    hkl: Annotated[str, VOCABULARY]  # of the families that meet here


class CrystalAnalysis(Record):
    """A crystal and what follows from its geometry."""

    crystal: Crystal
    structure_types: Annotated[tuple[str, ...], VOCABULARY]  # known ones that it has
    coordination: tuple[Coordination, ...]
    bonds: tuple[BondLength, ...]
    oxidation_states: dict[str, float] | None  # mean of each element; None: no charges balance
    oxidation_source: Annotated[str, VOCABULARY]
    wavelength: Quantity
    two_theta_range: tuple[float, float]  # degrees
    reflections: tuple[Reflection, ...]
    pattern: Chart
    files: tuple[str, ...] = ()
    warnings: Annotated[tuple[str, ...], VOCABULARY] = ()


class ComparedCrystals(Record):
    """Whether two crystals are one."""

    first: Crystal
    second: Crystal
    same_composition: bool
    same_structure: bool  # the same elements in the same places, up to small shifts and size
    same_type: bool  # the same arrangement, whatever the elements
    rms_distance: Quantity | None  # over the mean free length per atom; None where not the same
    volume_ratio: Quantity  # of the volumes per atom, first over second
    density_difference: Quantity  # first minus second


@tool(intent="property", requires=("pymatgen", "ase", "smact", "matplotlib"))
def analyse_crystal(
    structure: str,
    radiation: Radiation = "CuKa",
    wavelength: float | None = None,
    two_theta_min: float = 10.0,
    two_theta_max: float = 90.0,
    symprec: float = 0.01,
    save_to: str | None = None,
) -> CrystalAnalysis:
    """Space group, density, coordination, bonds, oxidation states, XRD pattern, known types.

    Args:
        structure: CIF, POSCAR, pymatgen JSON or extended XYZ: text, or a file's path.
        radiation: X-ray line of the pattern; CuKa is the mean of Cu K-alpha 1 and 2.
        wavelength: Another wavelength, in angstrom, instead of a line.
        two_theta_min: Where the pattern begins, in degrees.
        two_theta_max: Where it ends, in degrees.
        symprec: How far an atom may stand from a symmetric place, in angstrom.
        save_to: A new .png or .svg file for the pattern.
    """
    if not 0 <= two_theta_min < two_theta_max <= 180:
        raise ArgumentError(
            "two_theta_min",
            f"the range {two_theta_min:g} to {two_theta_max:g} is none; give 0 to 180 degrees",
        )
    if wavelength is not None and not 0.1 <= wavelength <= 5.0:
        raise ArgumentError("wavelength", f"wavelength is {wavelength}; give 0.1 to 5 angstrom")
    if not 0 < symprec <= 1:
        raise ArgumentError("symprec", f"symprec is {symprec}; give 0 to 1 angstrom")
    read = read_crystal(structure)
    used, lines = powder_pattern(
        read, radiation if wavelength is None else wavelength, (two_theta_min, two_theta_max)
    )
    notes = []
    if len(lines) > MAX_REFLECTIONS:
        notes.append(f"the {MAX_REFLECTIONS} strongest of {len(lines)} reflections are listed")
        strong = sorted(lines, key=lambda one: -one.intensity)[:MAX_REFLECTIONS]
        lines = sorted(strong, key=lambda one: one.two_theta)
    coordination, bonds = _bonds(read, symprec)
    counts = {e.symbol: round(n) for e, n in read.composition.reduced_composition.items()}
    charges = likely_charges(counts)
    chart = _chart(read.composition.reduced_formula, used, lines)
    return CrystalAnalysis(
        crystal=describe_crystal(read, symprec=symprec),
        structure_types=tuple(one.name for one in matching_types(read)),
        coordination=coordination,
        bonds=bonds,
        oxidation_states=charges,
        oxidation_source="the likeliest neutral assignment, smact, states of the ICSD 2024",
        wavelength=Quantity(
            value=used, unit="angstrom", method="computed", source="given, or pymatgen's table"
        ),
        two_theta_range=(two_theta_min, two_theta_max),
        reflections=tuple(lines),
        pattern=chart,
        files=save_chart(chart, save_to) if save_to is not None else (),
        warnings=tuple(notes),
    )


@tool(intent="property", requires=("pymatgen", "ase"))
def compare_crystals(first: str, second: str, tolerance: float = 0.3) -> ComparedCrystals:
    """Whether two crystals have the same structure, or the same arrangement of other elements.

    Args:
        first: CIF, POSCAR, pymatgen JSON or extended XYZ: text, or a file's path.
        second: The other.
        tolerance: How far atoms may stand apart, over the mean free length per atom.
    """
    from pymatgen.analysis.structure_matcher import StructureMatcher

    if not 0 < tolerance <= 1:
        raise ArgumentError("tolerance", f"tolerance is {tolerance}; give 0 to 1")
    one, other = read_crystal(first, argument="first"), read_crystal(second, argument="second")
    matcher = StructureMatcher(stol=tolerance)
    distances = matcher.get_rms_dist(one, other)
    source = f"{_GEOMETRY}; StructureMatcher"

    def computed(value: float, unit: str) -> Quantity:
        return Quantity(value=value, unit=unit, method="computed", source=source)

    return ComparedCrystals(
        first=describe_crystal(one),
        second=describe_crystal(other),
        same_composition=one.composition.reduced_formula == other.composition.reduced_formula,
        same_structure=distances is not None,
        same_type=bool(matcher.fit_anonymous(one, other)),
        rms_distance=None if distances is None else computed(float(distances[0]), "1"),
        volume_ratio=computed(one.volume / len(one) * len(other) / other.volume, "1"),
        density_difference=computed(float(one.density - other.density), "g/cm**3"),
    )


def powder_pattern(
    structure: Structure, radiation: str | float, two_theta: tuple[float, float]
) -> tuple[float, list[Reflection]]:
    """Wavelength in angstrom, and the lines of a powder pattern in their order.

    Args:
        structure: An ordered structure.
        radiation: Name of an X-ray line, or a wavelength in angstrom.
        two_theta: First and last angle, in degrees.

    Source:
        M. De Graef and M. E. McHenry, Structure of Materials, 2nd ed. (2012), as in pymatgen.
    """
    from pymatgen.analysis.diffraction.xrd import XRDCalculator

    calculator = XRDCalculator(radiation)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pattern = calculator.get_pattern(structure, two_theta_range=two_theta)
    lines = [
        Reflection(
            two_theta=float(angle),
            intensity=float(height),
            spacing=float(spacing),
            hkl=" ".join("(" + " ".join(map(str, one["hkl"])) + ")" for one in families[:6]),
        )
        for angle, height, families, spacing in zip(
            pattern.x, pattern.y, pattern.hkls, pattern.d_hkls, strict=True
        )
        if height >= MIN_INTENSITY
    ]
    return float(calculator.wavelength), lines


def _bonds(
    structure: Structure, symprec: float
) -> tuple[tuple[Coordination, ...], tuple[BondLength, ...]]:
    """Neighbours of each kind of place, and lengths of bonds by pair of elements."""
    import numpy as np
    from pymatgen.analysis.local_env import CrystalNN
    from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

    finder = CrystalNN()
    symmetric: Any = SpacegroupAnalyzer(structure, symprec=symprec).get_symmetrized_structure()
    coordination = []
    lengths: Mapping[str, list[float]] = defaultdict(list)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that no oxidation states are given
        for places, symbol in zip(
            symmetric.equivalent_indices, symmetric.wyckoff_symbols, strict=True
        ):
            place = places[0]
            near = finder.get_nn_info(structure, place)
            own = structure[place].specie.symbol
            kinds: Mapping[str, int] = _counted([one["site"].specie.symbol for one in near])
            coordination.append(
                Coordination(
                    element=own,
                    wyckoff=symbol,
                    number=len(near),
                    neighbours=" ".join(f"{kind}{n}" for kind, n in kinds.items()),
                )
            )
            for one in near:
                # It may stand in another cell: its own place counts, not the nearest image's.
                apart = one["site"].coords - structure[place].coords
                distance = float(np.linalg.norm(apart))
                pair = "-".join(sorted((own, one["site"].specie.symbol)))
                lengths[pair] += [distance] * len(places)
    return tuple(coordination), tuple(
        _bond_length(pair, held) for pair, held in sorted(lengths.items())
    )


def _bond_length(pair: str, held: Sequence[float]) -> BondLength:
    def length(value: float) -> Quantity:
        return Quantity(
            value=value,
            unit="angstrom",
            method="computed",
            source=f"{_GEOMETRY}; bonds by CrystalNN",
        )

    return BondLength(
        elements=pair,
        n_bonds=max(1, len(held) // 2),  # each is met from both its ends
        shortest=length(min(held)),
        longest=length(max(held)),
        mean=length(sum(held) / len(held)),
    )


def _counted(symbols: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for symbol in sorted(symbols):
        counts[symbol] = counts.get(symbol, 0) + 1
    return counts


def _chart(formula: str, wavelength: float, lines: Sequence[Reflection]) -> Chart:
    """The pattern as sticks."""
    x: list[float] = []
    y: list[float] = []
    for one in lines:
        x += [one.two_theta] * 3
        y += [0.0, one.intensity, 0.0]
    return Chart(
        kind="line",
        series=(Series(label=formula, x=tuple(x or [0.0]), y=tuple(y or [0.0])),),
        title=f"{formula}, powder pattern at {wavelength:.4f} angstrom",
        x_label="two theta (degrees)",
        y_label="intensity (strongest 100)",
    )
