"""Files of crystals: what a structure is written as, so that other programs read the same one."""

from __future__ import annotations

import io
import json
import math
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from agent.tools.base import tool
from agent.tools.crystal import Crystal, describe_crystal, read_crystal, write_cif
from agent.tools.errors import ArgumentError, ToolError
from agent.tools.files import new_file
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

if TYPE_CHECKING:
    from pymatgen.core import Structure

__all__ = ["CrystalFormat", "StructureFile", "StructureFiles", "convert_structure"]

CrystalFormat = Literal["cif_symmetrized", "cif", "poscar", "json", "prismatic", "vasp", "extxyz"]

_NAMES: dict[str, str] = {
    "cif_symmetrized": "structure_symmetrized.cif",
    "cif": "structure.cif",
    "poscar": "structure.poscar",
    "json": "structure.json",
    "prismatic": "structure_prismatic.xyz",
    "extxyz": "structure.extxyz",
}
NO_POTCAR = (
    "The VASP input set is pymatgen's MPRelaxSet without POTCAR: its pseudopotentials are licensed "
    "and not included. POTCAR.spec names the ones to take"
)


class StructureFile(Record):
    """One file's name and text."""

    name: Annotated[str, VOCABULARY]
    text: str


class StructureFiles(Record):
    """A crystal as the files of one format."""

    crystal: Crystal  # what the files hold; another cell than the one given where one is needed
    format: Annotated[CrystalFormat, VOCABULARY]
    files: tuple[StructureFile, ...]
    saved: tuple[str, ...] = ()  # paths
    warnings: Annotated[tuple[str, ...], VOCABULARY] = ()


@tool(intent="property", requires=("pymatgen", "ase"))
def convert_structure(
    structure: str,
    to: CrystalFormat = "cif_symmetrized",
    symprec: float = 0.01,
    save_to: str | None = None,
) -> StructureFiles:
    """Write a crystal as CIF (with symmetry or without), POSCAR, JSON, XYZ or VASP's input set.

    Args:
        structure: CIF, POSCAR, pymatgen JSON or extended XYZ: text, or a file's path.
        to: cif_symmetrized, cif, poscar, json (pymatgen), prismatic (XYZ for the Prismatic
            simulator of electron microscopy), vasp (INCAR, KPOINTS, POSCAR of MPRelaxSet), extxyz.
        symprec: How far an atom may stand from a symmetric place, in angstrom.
        save_to: A new file to write; for vasp the name of its POSCAR, and the others lie beside it.
    """
    if not 0 < symprec <= 1:
        raise ArgumentError("symprec", f"symprec is {symprec}; give 0 to 1 angstrom")
    read = read_crystal(structure)
    held, files = write_structure(read, to, symprec=symprec)
    notes = []
    if to == "vasp":
        notes.append(NO_POTCAR)
    if len(held) != len(read):
        notes.append(f"the files hold a cell of {len(held)} atoms; {len(read)} were given")
    return StructureFiles(
        crystal=describe_crystal(held, symprec=symprec),
        format=to,
        files=files,
        saved=_save(files, save_to) if save_to is not None else (),
        warnings=tuple(notes),
    )


def write_structure(
    structure: Structure, to: CrystalFormat, *, symprec: float = 0.01
) -> tuple[Structure, tuple[StructureFile, ...]]:
    """The structure as a format holds it, and its files.

    Raises:
        ToolError: Prismatic takes right-angled cells only, and none was found.
    """
    if to == "vasp":
        return structure, _vasp_files(structure)
    if to == "prismatic":
        structure = _right_angled(structure)
    text = {
        "cif_symmetrized": lambda: write_cif(structure, symprec=symprec),
        "cif": lambda: write_cif(structure),
        "poscar": lambda: _poscar(structure),
        "json": lambda: json.dumps(structure.as_dict()),
        "prismatic": lambda: _prismatic(structure),
        "extxyz": lambda: _extxyz(structure),
    }[to]()
    if to == "cif_symmetrized":
        structure = read_crystal(text)
    return structure, (StructureFile(name=_NAMES[to], text=text),)


def _poscar(structure: Structure) -> str:
    from pymatgen.io.vasp import Poscar

    return str(Poscar(structure, sort_structure=True).get_str(significant_figures=12))


def _extxyz(structure: Structure) -> str:
    from ase import Atoms
    from ase.io import write

    atoms = Atoms(
        symbols=[site.specie.symbol for site in structure],
        positions=structure.cart_coords,
        cell=structure.lattice.matrix,
        pbc=True,
    )
    buffer = io.StringIO()
    write(buffer, atoms, format="extxyz")
    return buffer.getvalue()


def _prismatic(structure: Structure) -> str:
    from pymatgen.io.prismatic import Prismatic

    return str(Prismatic(structure, comment=structure.composition.reduced_formula).to_str())


def _right_angled(structure: Structure) -> Structure:
    """The smallest cell tried whose axes stand upright on each other, along x, y and z.

    Prismatic's file has three lengths and no angles; pymatgen writes any cell into it, and an
    oblique one would come out as another crystal.
    """
    from pymatgen.core import Lattice, Structure
    from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

    conventional = SpacegroupAnalyzer(structure, symprec=0.01).get_conventional_standard_structure()
    hexagonal = conventional * [[1, 0, 0], [1, 2, 0], [0, 0, 1]]
    for cell in (structure, conventional, hexagonal):
        if all(math.isclose(angle, 90.0, abs_tol=1e-4) for angle in cell.lattice.angles):
            return Structure(
                Lattice.orthorhombic(*cell.lattice.lengths), cell.species, cell.frac_coords
            )
    raise ToolError(
        f"{structure.composition.reduced_formula} has no right-angled cell of few atoms, and the "
        "Prismatic format takes no other. Choose another format"
    )


def _vasp_files(structure: Structure) -> tuple[StructureFile, ...]:
    from pymatgen.io.vasp.sets import MPRelaxSet

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on potentials that are older than the newest ones
        made: Any = MPRelaxSet(structure, sort_structure=True)
        return (
            StructureFile(name="INCAR", text=str(made.incar)),
            StructureFile(name="KPOINTS", text=str(made.kpoints)),
            StructureFile(name="POSCAR", text=made.poscar.get_str(significant_figures=12)),
            StructureFile(name="POTCAR.spec", text="\n".join(made.potcar_symbols) + "\n"),
        )


def _save(files: tuple[StructureFile, ...], save_to: str) -> tuple[str, ...]:
    first = Path(save_to)
    if len(files) == 1:
        suffixes = (Path(files[0].name).suffix,)
        targets = [new_file(save_to, argument="save_to", suffixes=suffixes)]
    else:  # VASP's files have no ending, so only their usual names are written
        if first.name != "POSCAR":
            raise ArgumentError("save_to", f"save_to is {save_to!r}; its name must be POSCAR")
        targets = [
            new_file(
                str(first.with_name(one.name)),
                argument="save_to",
                suffixes=(Path(one.name).suffix,),
            )
            for one in files
        ]
    for target, one in zip(targets, files, strict=True):
        target.write_text(one.text, encoding="utf-8")
    return tuple(map(str, targets))
