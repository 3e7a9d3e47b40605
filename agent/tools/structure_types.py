"""Structure types: known arrangements of atoms, each with the compound it was taken from.

Two sources: the AFLOW prototypes that pymatgen carries, each checked before it is used, and
``data/structure_types.yaml``, which holds common types that those lack or hold wrongly.

Source:
    M. J. Mehl et al., Comput. Mater. Sci. 136, S1 (2017), as in pymatgen.
"""

from __future__ import annotations

import gzip
import json
import re
import warnings
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.record import Record

if TYPE_CHECKING:
    from pymatgen.core import Structure

__all__ = ["StructureType", "closest_ratio", "matching_types", "structure_types"]

MIN_RATIO = 0.6  # of the sum of covalent radii: closer atoms are no crystal
SYMPREC = 0.02  # angstrom; the prototypes' own numbers are rounded
MAX_SITES = 120

# Prototypes that pass every check of geometry and are still not what their label says: forces above
# 3 eV/angstrom or a pressure above 100 GPa in the compound itself, by CHGNet's model 0.3.0
# (python -m benchmarks.crystals --types lists them anew).
_WRONG: frozenset[tuple[str, str]] = frozenset(
    {
        ("A2B_tI12_141_e_a", "TiO2"),  # "Anatase", 1.57 eV/atom above the real one
        ("A2B_oP24_61_2c_c", "TiO2"),  # "Brookite", under -275 GPa
        ("AB2_oF72_43_ab_3b", "GeS2"),
        ("AB_oP8_62_c_c", "FeB"),
        ("AB_mC8_15_c_e", "CuO"),  # "Tenorite"
        ("A2B_oP12_19_2a_a", "Ag2Se"),
        ("ABC_oP6_59_a_a_a", "CNCl"),
    }
)


class StructureType(Record):
    """One known arrangement, as the compound it was taken from has it."""

    name: str
    compound: str  # reduced formula of the compound it was taken from
    anonymous: str  # e.g. AB2
    space_group_number: int
    n_atoms: int  # in the primitive cell
    cell: tuple[tuple[float, float, float], ...]  # three vectors of the primitive cell, angstrom
    species: tuple[str, ...]
    places: tuple[tuple[float, float, float], ...]  # fractional
    source: str

    def structure(self) -> Structure:
        """Its primitive cell."""
        from pymatgen.core import Lattice, Structure

        return Structure(Lattice(self.cell), self.species, self.places)


@cache
def structure_types(anonymous: str) -> tuple[StructureType, ...]:
    """Every type with this ratio of elements, own ones first.

    Args:
        anonymous: The ratio as pymatgen writes it, e.g. "AB2" for TiO2.
    """
    own = [row for row in _own() if _anonymous(str(row["compound"])) == anonymous]
    aflow = [row for row in _aflow() if _anonymous(_compound(row)) == anonymous]
    found = [_from_own(row) for row in own]
    found += [made for row in aflow if (made := _from_aflow(row)) is not None]
    return tuple(found)


def matching_types(
    structure: Structure, *, without: Collection[str] = ()
) -> Iterator[StructureType]:
    """The types that a structure has, whatever its elements are.

    Args:
        structure: An ordered structure.
        without: Reduced formulas of compounds whose types are not looked at.
    """
    from pymatgen.analysis.structure_matcher import StructureMatcher
    from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

    primitive = structure.get_primitive_structure()
    number = SpacegroupAnalyzer(primitive, symprec=0.05).get_space_group_number()
    matcher = StructureMatcher(ltol=0.3, stol=0.4, angle_tol=8, primitive_cell=False)
    seen = set()
    for one in structure_types(primitive.composition.anonymized_formula):
        alike = one.space_group_number == number and one.n_atoms == len(primitive)
        if not alike or one.compound in without or one.name in seen:
            continue
        if matcher.fit_anonymous(primitive, one.structure()):
            seen.add(one.name)
            yield one


def closest_ratio(structure: Structure) -> float:
    """The shortest distance between two atoms over the sum of their covalent radii (Cordero's).

    Source:
        B. Cordero et al., Dalton Trans. 2832 (2008), as in ASE.
    """
    import numpy as np
    from ase.data import covalent_radii

    radii = np.array([covalent_radii[site.specie.Z] for site in structure])
    reach = 2.0 * float(radii.max())
    centres, others, _, distances = structure.get_neighbor_list(reach)
    if not len(distances):
        return 1.0  # nothing nearer than the largest sum of radii
    return float((distances / (radii[centres] + radii[others])).min())


def check_type(structure: Structure, *, space_group_number: int, compound: str) -> str | None:
    """What is wrong with a prototype's structure, or None.

    Args:
        structure: As it is stored.
        space_group_number: What its label says.
        compound: The formula that its label says.
    """
    from pymatgen.core import Composition
    from pymatgen.symmetry.analyzer import SpacegroupAnalyzer, SymmetryUndeterminedError

    if not structure.is_ordered:
        return "partly occupied"
    if len(structure) > MAX_SITES:
        return f"{len(structure)} atoms"
    if structure.composition.reduced_formula != Composition(compound).reduced_formula:
        return f"is {structure.composition.reduced_formula}, not {compound}"
    ratio = closest_ratio(structure)
    if ratio < MIN_RATIO:
        return f"two atoms at {ratio:.2f} of the sum of their radii"
    try:
        number = SpacegroupAnalyzer(structure, symprec=SYMPREC).get_space_group_number()
    except SymmetryUndeterminedError:
        return "no symmetry was found"
    if number != space_group_number:
        return f"has space group {number}, not {space_group_number}"
    return None


@cache
def _own() -> tuple[Mapping[str, Any], ...]:
    import yaml

    text = resources.files("agent.tools").joinpath("data/structure_types.yaml").read_text("utf-8")
    return tuple(yaml.load(text, Loader=yaml.CSafeLoader))


@cache
def _aflow() -> tuple[Mapping[str, Any], ...]:
    """The rows of pymatgen's file, read without the module beside it.

    That module reads the references with bibtexparser 1, which version 2 no longer offers.
    """
    spec = find_spec("pymatgen")
    for root in (spec.submodule_search_locations or ()) if spec is not None else ():
        path = Path(root) / "analysis" / "prototypes" / "aflow_prototypes.json.gz"
        if path.is_file():
            with gzip.open(path, "rt", encoding="utf-8") as opened:
                return tuple(json.load(opened))
    return ()


@cache
def _anonymous(compound: str) -> str:
    from pymatgen.core import Composition

    return str(Composition(compound).anonymized_formula)


def _compound(row: Mapping[str, Any]) -> str:
    """The formula of an AFLOW row, counted from its atoms."""
    from collections import Counter

    sites = row["snl"]["sites"]
    counts = Counter(kind["element"] for site in sites for kind in site["species"])
    return " ".join(f"{symbol}{n}" for symbol, n in sorted(counts.items()))


def build(row: Mapping[str, Any]) -> Structure:
    """The conventional cell of an entry of our own form: space group, cell and sites.

    Args:
        row: An entry of ``data/structure_types.yaml``.
    """
    from pymatgen.core import Lattice, Structure

    return Structure.from_spacegroup(
        row["space_group"],
        Lattice.from_parameters(*row["cell"]),
        [site[0] for site in row["sites"]],
        [site[1:] for site in row["sites"]],
    )


def _from_own(row: Mapping[str, Any]) -> StructureType:
    return _typed(build(row), name=row["type"], number=row["space_group"], source=row["source"])


def _from_aflow(row: Mapping[str, Any]) -> StructureType | None:
    from pymatgen.core import Structure

    label = str(row["tags"]["aflow"])
    found = re.search(r"_(\d+)_", label)
    if found is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        held = {key: row["snl"][key] for key in ("lattice", "sites")}
        structure = Structure.from_dict({**held, "charge": 0})
    number = int(found[1])
    if (label, structure.composition.reduced_formula) in _WRONG:
        return None
    if check_type(structure, space_group_number=number, compound=_compound(row)) is not None:
        return None
    mineral = row["tags"].get("mineral")
    name = f"{mineral} ({label})" if mineral else label
    return _typed(structure, name=name, number=number, source=f"AFLOW prototype {label}, pymatgen")


def _typed(structure: Any, *, name: str, number: int, source: str) -> StructureType:
    primitive = structure.get_primitive_structure()
    return StructureType(
        name=name,
        compound=primitive.composition.reduced_formula,
        anonymous=primitive.composition.anonymized_formula,
        space_group_number=number,
        n_atoms=len(primitive),
        cell=tuple(tuple(map(float, row)) for row in primitive.lattice.matrix),
        species=tuple(site.specie.symbol for site in primitive),
        places=tuple(tuple(map(float, site.frac_coords)) for site in primitive),
        source=source,
    )
