"""Reading atoms in space: CIF, POSCAR or XYZ (text or file), or a SMILES embedded in 3D."""

from __future__ import annotations

import io
import re
import warnings
from typing import TYPE_CHECKING, Any, Literal

from agent.tools.errors import ArgumentError
from agent.tools.files import read_file

if TYPE_CHECKING:
    from ase import Atoms

Form = Literal["cif", "poscar", "xyz", "smiles"]

MAX_ATOMS = 2000
_SUFFIXES = (".cif", ".xyz", ".extxyz", ".vasp", ".poscar")
_FILE_NAME = re.compile(r"\S.*\.(cif|xyz|extxyz|vasp|poscar)", re.IGNORECASE)


def read_atoms(source: str, *, seed: int = 0) -> Atoms:
    """The atoms of a structure.

    Args:
        source: Text of a CIF, POSCAR or XYZ, the path of such a file, or a SMILES.
        seed: Where the embedding of a SMILES starts; the same seed gives the same atoms.

    Returns:
        ASE's Atoms, periodic for CIF and POSCAR. Crystals keep the cell as written.

    Raises:
        ArgumentError: It is none of these, holds partly occupied sites, or has too many atoms.
    """
    text = source
    if "\n" not in source.strip() and _FILE_NAME.fullmatch(source.strip()):
        text = read_file(source.strip(), argument="inputs", suffixes=_SUFFIXES)
    form = detect_form(text)
    atoms = embed_smiles(text.strip(), seed=seed) if form == "smiles" else _parse(text, form)
    if not len(atoms):
        raise ArgumentError("inputs", f"{_shown(source)} holds no atoms")
    if len(atoms) > MAX_ATOMS:
        raise ArgumentError(
            "inputs", f"{_shown(source)} has {len(atoms)} atoms; at most {MAX_ATOMS} are taken"
        )
    return atoms


def detect_form(text: str) -> Form:
    """What a structure's text is written in."""
    stripped = text.strip()
    if "\n" not in stripped:
        return "smiles"
    if re.search(r"^\s*(data_|_cell_length_a|loop_)", text, re.MULTILINE):
        return "cif"
    if re.match(r"\d+$", stripped.splitlines()[0].strip()):
        return "xyz"
    return "poscar"


def embed_smiles(smiles: str, *, seed: int = 0) -> Atoms:
    """The molecule of a SMILES with hydrogens, embedded in three dimensions and relaxed.

    Source:
        ETKDGv3: S. Wang et al., J. Chem. Inf. Model. 60, 2044 (2020); MMFF94 as in RDKit.
    """
    from ase import Atoms
    from rdkit import Chem, rdBase
    from rdkit.Chem import rdDistGeom, rdForceFieldHelpers

    with rdBase.BlockLogs():
        mol = Chem.AddHs(read_mol(smiles))
        parameters: Any = rdDistGeom.ETKDGv3()
        parameters.randomSeed = seed
        if rdDistGeom.EmbedMolecule(mol, parameters) != 0:
            parameters.useRandomCoords = True
            if rdDistGeom.EmbedMolecule(mol, parameters) != 0:
                raise ArgumentError("inputs", f"{smiles!r} could not be embedded in 3D")
        if rdForceFieldHelpers.MMFFHasAllMoleculeParams(mol):
            rdForceFieldHelpers.MMFFOptimizeMolecule(mol, maxIters=500)
    return Atoms(
        symbols=[atom.GetSymbol() for atom in mol.GetAtoms()],
        positions=mol.GetConformer().GetPositions(),
    )


def read_mol(smiles: str) -> Any:
    """RDKit's molecule of a SMILES, read as the gate reads it.

    Raises:
        ArgumentError: It is no SMILES; what is wrong with it is told.
    """
    from safety.errors import StructureError
    from safety.molecule import read_smiles

    text = smiles.strip()
    # RDKit reads the first word and leaves the rest, so "CO poisoning" would be a molecule.
    if len(text.split()) != 1:
        raise ArgumentError("inputs", f"{_shown(smiles)} is not a SMILES: a SMILES is one word")
    try:
        return read_smiles(text).mol
    except StructureError as error:
        raise ArgumentError("inputs", f"{error}. Give a SMILES, e.g. CCO") from None


def _parse(text: str, form: Form) -> Atoms:
    from ase.io import read

    names = {"cif": "cif", "poscar": "vasp", "xyz": "extxyz"}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ase remarks on space groups it fills in
            atoms = read(io.StringIO(text), format=names[form])
    except Exception as error:  # ase's readers raise anything on broken text
        raise ArgumentError(
            "inputs",
            f"{_shown(text)} looks like {form.upper()} and cannot be read: {error or 'no reason'}. "
            "Give CIF, POSCAR or XYZ text, a file's path, or a SMILES",
        ) from None
    occupancy = atoms.info.get("occupancy") or {}
    if any(share < 1 or len(site) > 1 for site in occupancy.values() for share in site.values()):
        raise ArgumentError(
            "inputs", f"{_shown(text)} has partly occupied sites; give an ordered structure"
        )
    return atoms


def _shown(text: str) -> str:
    first = text.strip().splitlines()[0] if text.strip() else ""
    return repr(first if len(first) <= 60 else first[:57] + "...")
