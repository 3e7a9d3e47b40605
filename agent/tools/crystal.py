"""A crystal: its cell and atoms as a record, read from and written to pymatgen's structures."""

from __future__ import annotations

import io
import json
import re
import warnings
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from agent.tools.errors import ArgumentError
from agent.tools.files import read_file
from agent.tools.quantity import Quantity
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

if TYPE_CHECKING:
    from pymatgen.core import Structure

__all__ = ["Crystal", "describe_crystal", "read_crystal", "structure_of", "write_cif"]

MAX_ATOMS = 500
SYMPREC = 0.01  # angstrom; positions closer than this to a symmetric place count as on it
GEOMETRY = "the cell and its atoms (pymatgen, spglib)"
_SUFFIXES = (".cif", ".vasp", ".poscar", ".json", ".xyz", ".extxyz")
_FILE_NAME = re.compile(r"\S.*\.(cif|vasp|poscar|json|xyz|extxyz)", re.IGNORECASE)


class Crystal(Record):
    """An ordered, periodic arrangement of atoms."""

    formula: str  # reduced, e.g. TiO2
    cif: str  # every atom of the cell, without symmetry, so that it reads back as it is
    space_group: Annotated[str, VOCABULARY]  # Hermann-Mauguin, e.g. P4_2/mnm
    space_group_number: int = Field(ge=1, le=230)
    crystal_system: Annotated[str, VOCABULARY]
    a: float = Field(gt=0)  # angstrom
    b: float = Field(gt=0)  # angstrom
    c: float = Field(gt=0)  # angstrom
    alpha: float  # degrees
    beta: float  # degrees
    gamma: float  # degrees
    n_atoms: int = Field(ge=1)  # in the cell
    n_formula_units: int = Field(ge=1)  # in the cell
    volume: Quantity  # of the cell
    density: Quantity


def describe_crystal(structure: Structure, *, symprec: float = SYMPREC) -> Crystal:
    """The record of a structure, in the cell that it is given in.

    Args:
        structure: An ordered structure.
        symprec: How far an atom may stand from a symmetric place, in angstrom.
    """
    from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

    symmetry = SpacegroupAnalyzer(structure, symprec=symprec)
    lattice = structure.lattice
    formula, units = structure.composition.get_reduced_formula_and_factor()
    return Crystal(
        formula=formula,
        cif=write_cif(structure),
        space_group=symmetry.get_space_group_symbol(),
        space_group_number=symmetry.get_space_group_number(),
        crystal_system=symmetry.get_crystal_system(),
        a=lattice.a,
        b=lattice.b,
        c=lattice.c,
        alpha=lattice.alpha,
        beta=lattice.beta,
        gamma=lattice.gamma,
        n_atoms=len(structure),
        # pymatgen calls NaO half of a Na2O2, so that one NaO in a cell would be no unit at all.
        n_formula_units=max(1, int(units)),
        volume=Quantity(
            value=lattice.volume, unit="angstrom**3", method="computed", source=GEOMETRY
        ),
        density=Quantity(
            value=float(structure.density), unit="g/cm**3", method="computed", source=GEOMETRY
        ),
    )


def write_cif(structure: Structure, *, symprec: float | None = None) -> str:
    """CIF text of a structure; with ``symprec`` (angstrom) only the atoms that symmetry repeats."""
    from pymatgen.io.cif import CifWriter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on cells that symmetry makes it turn
        return str(CifWriter(structure, symprec=symprec, significant_figures=8))


def read_crystal(source: str, *, argument: str = "structure") -> Structure:
    """The structure in a text or a file.

    Args:
        source: Text of a CIF, POSCAR, pymatgen JSON, extended XYZ with a lattice, or XYZ for the
            Prismatic simulator; or the path of such a file.
        argument: The tool's argument, for the message.

    Returns:
        An ordered structure of at most 500 atoms, in the cell that is written there.

    Raises:
        ArgumentError: It is none of these, is disordered or too large, or two atoms coincide.
    """
    text = source
    if "\n" not in source.strip() and _FILE_NAME.fullmatch(source.strip()):
        text = read_file(source.strip(), argument=argument, suffixes=_SUFFIXES)
    form = _form(text)
    if form is None:
        raise ArgumentError(
            argument,
            f"{argument}: {_shown(source)} is no crystal structure. "
            "Give CIF, POSCAR, pymatgen JSON or extended XYZ text, or a file's path",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks on rounded positions and missing states
            structure = _READERS[form](text)
    except ArgumentError:
        raise
    except Exception as error:  # the readers raise anything on broken text
        raise ArgumentError(
            argument, f"{argument}: {_shown(text)} looks like {form} and cannot be read: {error}"
        ) from None
    return _checked(structure, argument=argument, shown=_shown(text))


def structure_of(crystal: Crystal) -> Structure:
    """The structure of a record, as pymatgen holds it."""
    return _read_cif(crystal.cif)


def _checked(structure: Any, *, argument: str, shown: str) -> Any:
    if not structure.is_ordered:
        raise ArgumentError(
            argument, f"{argument}: {shown} has partly occupied sites; give an ordered structure"
        )
    if not 1 <= len(structure) <= MAX_ATOMS:
        raise ArgumentError(
            argument,
            f"{argument}: {shown} has {len(structure):,} atoms in its cell; 1 to {MAX_ATOMS} are "
            "taken. Give the primitive cell",
        )
    if not structure.is_valid(tol=0.3):
        raise ArgumentError(argument, f"{argument}: two atoms of {shown} stand in one place")
    structure.remove_oxidation_states()
    return structure


def _form(text: str) -> str | None:
    stripped = text.strip()
    lines = stripped.splitlines()
    if stripped.startswith("{"):
        return "JSON"
    if len(lines) < 3:
        return None
    if re.search(r"^\s*(data_|_cell_length_a|loop_)", text, re.MULTILINE):
        return "CIF"
    if re.fullmatch(r"\d+", lines[0].strip()):
        return "extended XYZ"
    if lines[-1].strip() == "-1":
        return "Prismatic XYZ"
    if re.fullmatch(r"[-+.\deE\s]+", lines[1]):
        return "POSCAR"
    return None


def _read_cif(text: str) -> Any:
    from pymatgen.io.cif import CifParser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = CifParser.from_str(text).parse_structures(primitive=False)
    return parsed[0]


def _read_poscar(text: str) -> Any:
    from pymatgen.io.vasp import Poscar

    return Poscar.from_str(text).structure


def _read_json(text: str) -> Any:
    from pymatgen.core import Structure

    held = json.loads(text)
    return Structure.from_dict(held.get("structure", held))


def _read_extxyz(text: str) -> Any:
    from ase.io import read
    from pymatgen.io.ase import AseAtomsAdaptor

    atoms = read(io.StringIO(text), format="extxyz")
    if not atoms.pbc.all():
        raise ValueError("it has no lattice, so it is a molecule; name a lattice in its second row")
    return _plain(AseAtomsAdaptor.get_structure(atoms))


def _read_prismatic(text: str) -> Any:
    from pymatgen.core import Element, Lattice, Structure

    lines = text.strip().splitlines()
    a, b, c = map(float, lines[1].split())
    rows = [line.split() for line in lines[2:-1]]
    return Structure(
        Lattice.orthorhombic(a, b, c),
        [Element.from_Z(int(row[0])) for row in rows],
        [list(map(float, row[1:4])) for row in rows],
        coords_are_cartesian=True,
    )


def _plain(structure: Any) -> Any:
    """The same cell and atoms without the labels, charges and arrays that a reader adds."""
    from pymatgen.core import Structure

    return Structure(structure.lattice, structure.species, structure.frac_coords)


_READERS = {
    "CIF": _read_cif,
    "POSCAR": _read_poscar,
    "JSON": _read_json,
    "extended XYZ": _read_extxyz,
    "Prismatic XYZ": _read_prismatic,
}


def _shown(text: str) -> str:
    first = text.strip().splitlines()[0] if text.strip() else ""
    return repr(first if len(first) <= 60 else first[:57] + "...")
