"""The one reading of a structure: SMILES, InChI, molblock and reaction SMILES -> fragments, keys.

What the gate saw is what a tool uses, so tools read their structures here too. Isotopes, atom
maps and explicit hydrogens are cleared, charges that a proton makes are undone, and a salt is
kept both as its fragments and as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from rdkit import Chem, rdBase
from rdkit.Chem import rdMolDescriptors, rdMolHash

from safety.errors import StructureError

Mol = Any  # RDKit publishes no types

MAX_ATOMS = 1000
"""Larger structures are not read: canonical forms of huge symmetric graphs take minutes."""
MAX_CHARS = 20_000

# Metals whose bonds to O, N, S and halogens are drawn as often ionic as covalent.
_IONIC_METALS = frozenset(
    {3, 11, 19, 37, 55, 4, 12, 20, 38, 56, 47, 82, 81, 80, 29, 30, 48, 13, 26, 25, 27, 28}
)
_ION = "_ion"
_LIGANDS = frozenset({7, 8, 9, 16, 17, 35, 53})

# A proton added or lost, but not the charges inside a nitro group, an azide or an N-oxide.
_ACCEPTOR = "#6,#7,#8,#16,#34,#52,$([F,Cl,Br,I;D0])"
_PROTONIC = Chem.MolFromSmarts(f"[$([+;!h0;!$(*~[-])]),$([-;{_ACCEPTOR};!$(*~[+,+2,+3,+4])])]")
_ANION = Chem.MolFromSmarts(f"[-;{_ACCEPTOR}]")
_BASIC_NITROGEN = Chem.MolFromSmarts(
    "[$([NX3;!$(N~[!#6;!#1]);!$(NC=[O,S,N]);!$(N[a])]),$([nX2]),$([NX2]=C[N,c]),$([N,n;+])]"
)


class Fragment:
    """One connected part of a structure, neutral, without isotopes or maps; its keys when asked."""

    def __init__(self, mol: Mol, *, charged: bool = False) -> None:
        self.mol = mol
        self.charged = charged
        """Whether it carried a charge, as a counter-ion or the metal of a salt does."""

    @cached_property
    def formula(self) -> str:
        """Hill formula."""
        return str(rdMolDescriptors.CalcMolFormula(self.mol))

    @cached_property
    def smiles(self) -> str:
        """Canonical SMILES with stereo."""
        return str(Chem.MolToSmiles(self.mol))

    @cached_property
    def flat(self) -> str:
        """Canonical SMILES without stereo."""
        return str(Chem.MolToSmiles(self.mol, isomericSmiles=False))

    @cached_property
    def skeleton(self) -> str:
        """The graph of elements, without hydrogens, bond orders, charges and stereo."""
        mol = Chem.Mol(self.mol)
        Chem.RemoveStereochemistry(mol)
        return str(rdMolHash.MolHash(mol, rdMolHash.HashFunction.ElementGraph))

    @cached_property
    def hydrogen_map(self) -> str:
        """The graph of elements with the hydrogens of each atom: one for all resonance forms."""
        mol = Chem.RWMol(self.mol)
        for atom in mol.GetAtoms():
            atom.SetNumExplicitHs(atom.GetTotalNumHs())
            atom.SetNoImplicit(True)
            atom.SetFormalCharge(0)
            atom.SetIsAromatic(False)
            atom.SetNumRadicalElectrons(0)
            atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
        for bond in mol.GetBonds():
            bond.SetBondType(Chem.BondType.SINGLE)
            bond.SetIsAromatic(False)
            bond.SetStereo(Chem.BondStereo.STEREONONE)
        return str(Chem.MolToSmiles(mol, isomericSmiles=False, allHsExplicit=True))

    @cached_property
    def inchikey(self) -> str:
        """Standard InChIKey, empty where InChI cannot be made."""
        with rdBase.BlockLogs():
            return str(Chem.MolToInchiKey(self.mol))  # type: ignore[no-untyped-call]

    @property
    def n_heavy(self) -> int:
        """Heavy atoms."""
        return int(self.mol.GetNumAtoms())

    @property
    def is_organic(self) -> bool:
        """Whether it has carbon."""
        return any(a.GetAtomicNum() == 6 for a in self.mol.GetAtoms())

    @property
    def has_basic_nitrogen(self) -> bool:
        """Whether an acid would make a salt of it."""
        return bool(self.mol.HasSubstructMatch(_BASIC_NITROGEN))


class Molecule:
    """A structure that was read: its different fragments, and what they are together."""

    def __init__(self, mol: Mol, text: str) -> None:
        self.mol = mol
        """As written, sanitized, with its isotopes, charges and maps."""
        self.text = text
        self.fragments = _fragments(mol, plain=_PLAIN_SMILES.fullmatch(text) is not None)

    @cached_property
    def salt(self) -> frozenset[str]:
        """The flat SMILES of all neutral fragments: what tells one salt from another."""
        return frozenset(f.flat for f in self.fragments)

    @property
    def smiles(self) -> str:
        """Canonical SMILES as written, all fragments and charges kept."""
        return str(Chem.MolToSmiles(self.mol))


def read_smiles(text: str) -> Molecule:
    """The molecule that a SMILES names; white space and what follows it is not read.

    Raises:
        StructureError: It is no SMILES, or too large.
    """
    token = text.split(maxsplit=1)[0] if text.split() else ""
    if not token:
        raise StructureError("an empty text is not a SMILES")
    _check_length(token)
    params = Chem.SmilesParserParams()
    params.allowCXSMILES = False  # type: ignore[assignment]
    params.parseName = False  # type: ignore[assignment]
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(token, params)
    return _molecule(mol, token, "SMILES")


def read_inchi(text: str) -> Molecule:
    """The molecule that an InChI names.

    Raises:
        StructureError: It is no InChI, or too large.
    """
    _check_length(text)
    with rdBase.BlockLogs():
        mol = Chem.MolFromInchi(text)  # type: ignore[no-untyped-call]
    return _molecule(mol, text, "InChI")


def read_molblock(text: str) -> Molecule:
    """The molecule of a molblock (V2000 or V3000); a lost blank first line is put back.

    Raises:
        StructureError: It is no molblock, or too large.
    """
    if len(text) > 100 * MAX_CHARS:
        raise StructureError(f"the molblock has {len(text)} characters: too large to be read")
    with rdBase.BlockLogs():
        for lead in ("", "\n", "\n\n"):
            mol = Chem.MolFromMolBlock(lead + text, strictParsing=False)
            # Read one line too early the counts line is a comment and the molecule is empty.
            if mol is not None and mol.GetNumAtoms():
                return _molecule(mol, text, "molblock")
    raise StructureError(f"{_shown(text)} is not a molblock")


def read_reaction(text: str) -> list[Molecule]:
    """The molecules of all sides of a reaction SMILES; open places ("?", "*") are passed over.

    Raises:
        StructureError: A side is no SMILES, or there are not three of them.
    """
    sides = text.split(">")
    if len(sides) != 3:
        raise StructureError(f"{_shown(text)} is not a reaction SMILES: it needs two '>'")
    return [read_smiles(s) for side in sides if (s := side.strip(" ?*.")) and s != "*"]


def read_structure(text: str) -> Molecule:
    """The molecule of a SMILES, InChI or molblock, whichever ``text`` is.

    Raises:
        StructureError: It is none of them.
    """
    if "V2000" in text or "V3000" in text:
        return read_molblock(text)
    stripped = text.strip()
    if stripped.startswith("InChI="):
        return read_inchi(stripped)
    return read_smiles(stripped)


def inchikey_of(inchi: str) -> str:
    """The InChIKey of an InChI without reading its structure; empty where there is none."""
    with rdBase.BlockLogs():
        return str(Chem.InchiToInchiKey(inchi) or "")  # type: ignore[no-untyped-call]


def _check_length(text: str) -> None:
    if len(text) > MAX_CHARS:
        raise StructureError(f"{_shown(text)} has {len(text)} characters: too long to be read")


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:77] + "...")


def _molecule(mol: Mol | None, text: str, form: str) -> Molecule:
    if mol is None or not mol.GetNumAtoms():
        raise StructureError(f"{_shown(text)} is not a {form} that can be read")
    if mol.GetNumAtoms() > MAX_ATOMS:
        raise StructureError(
            f"{_shown(text)} has {mol.GetNumAtoms()} atoms; more than {MAX_ATOMS} are not read"
        )
    try:
        with rdBase.BlockLogs():
            return Molecule(mol, text)
    except (ValueError, RuntimeError) as error:  # RDKit's own are of these two
        raise StructureError(f"{_shown(text)} cannot be taken apart: {error}") from error


# No charge, isotope, map, hydrogen atom or metal is written: nothing is there to be cleared.
_PLAIN_SMILES = re.compile(r"(?:[^\[.]|\[(?:Si|Se|[CNOPScnopsB])(?:@{1,2})?(?:H\d?)?\])+")


def _fragments(mol: Mol, *, plain: bool = False) -> tuple[Fragment, ...]:
    """The different fragments, each neutral and without isotopes and maps."""
    if plain:
        return (Fragment(mol),)
    charged = mapped = labelled = metallic = hydrogen = False
    for atom in mol.GetAtoms():
        charged = charged or atom.GetFormalCharge() != 0
        mapped = mapped or atom.GetAtomMapNum() != 0
        labelled = labelled or atom.GetIsotope() != 0
        number = atom.GetAtomicNum()
        hydrogen = hydrogen or number == 1
        metallic = metallic or number in _IONIC_METALS
    if not (charged or mapped or labelled or metallic or hydrogen):
        parts = Chem.GetMolFrags(mol, asMols=True) if len(Chem.GetMolFrags(mol)) > 1 else (mol,)
        return _distinct(Fragment(p) for p in parts)
    mol = Chem.RWMol(mol)
    for atom in mol.GetAtoms():
        atom.SetIsotope(0)
        atom.SetAtomMapNum(0)
    if metallic:
        _part_metals(mol)
    mol = mol.GetMol()
    Chem.SanitizeMol(mol)
    if labelled or hydrogen or mapped:
        mol = _without_hydrogens(mol)
    fragments = []
    for part in Chem.GetMolFrags(mol, asMols=True):
        is_ion = Chem.GetFormalCharge(part) != 0 or part.GetAtomWithIdx(0).HasProp(_ION) != 0
        fragments.append(Fragment(_neutral(part), charged=is_ion))
    return _distinct(iter(fragments))


def _distinct(fragments: Iterator[Fragment]) -> tuple[Fragment, ...]:
    found = list(fragments)
    if len(found) == 1:
        return tuple(found)
    return tuple({f.smiles: f for f in reversed(found)}.values())


def _without_hydrogens(mol: Mol) -> Mol:
    params = Chem.RemoveHsParameters()
    params.removeDefiningBondStereo = True  # type: ignore[assignment]
    params.removeIsotopes = True  # type: ignore[assignment]
    params.removeMapped = True  # type: ignore[assignment]
    mol = Chem.RemoveHs(mol, params)
    # A centre that only an isotope made is none any more.
    Chem.AssignStereochemistry(mol, cleanIt=True, force=True)
    return mol


def _part_metals(mol: Mol) -> None:
    """Cut the bonds of metals to hetero atoms and leave a bare atom and a charged ligand."""
    for bond in list(mol.GetBonds()):
        begin, end = bond.GetBeginAtom(), bond.GetEndAtom()
        for metal, ligand in ((begin, end), (end, begin)):
            if any(n.GetAtomicNum() == 6 for n in metal.GetNeighbors()):
                continue  # an organometallic keeps its ligands
            if metal.GetAtomicNum() in _IONIC_METALS and ligand.GetAtomicNum() in _LIGANDS:
                order = int(bond.GetBondTypeAsDouble()) or 1
                mol.RemoveBond(begin.GetIdx(), end.GetIdx())
                if ligand.GetFormalCharge() <= 0:
                    ligand.SetFormalCharge(ligand.GetFormalCharge() - order)
                else:  # a dative bond drawn with charges
                    ligand.SetFormalCharge(ligand.GetFormalCharge() - 1)
                metal.SetFormalCharge(metal.GetFormalCharge() + order)
                break
    for atom in mol.GetAtoms():
        if atom.GetAtomicNum() in _IONIC_METALS and not atom.GetDegree():
            if atom.GetFormalCharge():
                atom.SetBoolProp(_ION, True)
            atom.SetFormalCharge(0)
            atom.SetNumRadicalElectrons(0)
            atom.SetNumExplicitHs(0)
            atom.SetNoImplicit(True)


def _neutral(mol: Mol) -> Mol:
    """The fragment with every proton put back or taken away that a charge stands for.

    RDKit's Uncharger does the same six times slower and leaves ring information uninitialised.
    """
    matches = mol.GetSubstructMatches(_PROTONIC)
    if not matches and Chem.GetFormalCharge(mol) >= 0:
        return mol
    mol = Chem.RWMol(mol)
    for (index,) in matches:
        atom = mol.GetAtomWithIdx(index)
        charge, hydrogens = atom.GetFormalCharge(), atom.GetTotalNumHs()
        _move_protons(atom, min(charge, hydrogens) if charge > 0 else charge)
    # What is still negative is an anion with inner charges (nitrate, azide, chlorate).
    excess = -Chem.GetFormalCharge(mol)
    if excess > 0:
        ranks = list(Chem.CanonicalRankAtoms(mol, breakTies=True))
        anions = [i for (i,) in mol.GetSubstructMatches(_ANION)]
        for index in sorted(anions, key=ranks.__getitem__)[:excess]:
            _move_protons(mol.GetAtomWithIdx(index), -1)
    # A SMILES written anew has implicit hydrogens again, so both ways of drawing are one.
    again = Chem.MolFromSmiles(Chem.MolToSmiles(mol))
    return mol.GetMol() if again is None else again


def _move_protons(atom: Any, n_removed: int) -> None:
    """Take protons from an atom, or give it some where ``n_removed`` is negative."""
    atom.SetNumExplicitHs(atom.GetTotalNumHs() - n_removed)
    atom.SetFormalCharge(atom.GetFormalCharge() - n_removed)
    atom.SetNoImplicit(True)
    atom.UpdatePropertyCache()
