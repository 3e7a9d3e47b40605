"""What two structures are to each other: stereoisomers, tautomers, an ester and its parents."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, Literal

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from safety.molecule import Fragment, Mol

_ESTER = Chem.MolFromSmarts("[#6][CX3](=[OX1])[OX2;!R][#6;!$(C=O)]")
_ETHER = Chem.MolFromSmarts("[#6;!$(C=[O,N,S])][OX2;!R][CX4;!$(C(O)[O,N])]")

StereoRelation = Literal["same", "missing", "mirror", "other"]


def compare_stereo(found: Fragment, listed: Fragment) -> StereoRelation:
    """How the stereo of ``found`` stands to that of ``listed``, both with the same ``flat``.

    Only centres that both define are compared, and of double bonds none: laws name the
    geometric isomers with the substance.

    Returns:
        "same", "missing" (``found`` leaves open what ``listed`` defines), "mirror" (the other
        enantiomer), or "other" (a diastereomer).
    """
    a, b = _centres(found.mol), _centres(listed.mol)
    if not b:
        return "same"
    if not a:
        return "missing"
    relation: StereoRelation = "other"
    for match in found.mol.GetSubstructMatches(listed.mol, uniquify=False, maxMatches=256):
        to_listed = {theirs: ours for ours, theirs in enumerate(match)}
        shared = {i for i in a if to_listed.get(i) in b}
        left = _only_centres(found.mol, shared)
        right = _only_centres(listed.mol, {to_listed[i] for i in shared})
        if left == right:
            return "same" if len(shared) == len(b) else "missing"
        if _only_centres(found.mol, shared, mirrored=True) == right:
            relation = "mirror"
    return relation


_REACH = 4
"""Bonds over which a proton wanders in a conjugated system (vinylogous keto and enol forms)."""
_MOVED = 6
"""Atoms that change their hydrogens, and bonds they may lie apart: with more, an aromatic ring of
a steroid would count as a tautomer of a dienone."""


def differ_by_protons(one: Fragment, other: Fragment) -> bool:
    """Whether two structures of one formula and skeleton differ by wandering protons only.

    RDKit's canonical tautomer knows a fixed set of shifts and costs 6 ms; this asks whether
    hydrogens moved within reach of each other and a hetero atom took part, so that a ketone and a
    hydroxyl group at two ends of a steroid are not mistaken for tautomers.
    """
    plain, theirs = _element_graph(one.mol), _element_graph(other.mol)
    distances = Chem.GetDistanceMatrix(plain)
    hydrogens = [a.GetTotalNumHs() for a in one.mol.GetAtoms()]
    for match in plain.GetSubstructMatches(theirs, uniquify=False, maxMatches=64):
        change = {
            mine: other.mol.GetAtomWithIdx(its).GetTotalNumHs() - hydrogens[mine]
            for its, mine in enumerate(match)
        }
        moved = [i for i, delta in change.items() if delta]
        if not 2 <= len(moved) <= _MOVED:
            continue
        n_hetero = sum(plain.GetAtomWithIdx(i).GetAtomicNum() != 6 for i in moved)
        if len(moved) > _REACH and 2 * n_hetero < len(moved):
            continue  # an aromatic ring of a steroid and a dienone
        if all(
            sum(change[i] for i in group) == 0
            and max(distances[i][j] for i in group for j in group) <= _MOVED
            and any(plain.GetAtomWithIdx(i).GetAtomicNum() != 6 for i in group)
            for group in _within_reach(moved, distances)
        ):
            return True
    return False


def _within_reach(atoms: list[int], distances: Any) -> list[set[int]]:
    """The atoms in groups, each atom within reach of another of its group."""
    groups: list[set[int]] = []
    for atom in atoms:
        near = [g for g in groups if any(distances[atom][other] <= _REACH for other in g)]
        groups = [g for g in groups if g not in near] + [{atom}.union(*near)]
    return groups


def _element_graph(mol: Mol) -> Mol:
    graph = Chem.RWMol(mol)
    for atom in graph.GetAtoms():
        atom.SetFormalCharge(0)
        atom.SetIsAromatic(False)
        atom.SetNoImplicit(True)
        atom.SetNumExplicitHs(0)
        atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    for bond in graph.GetBonds():
        bond.SetBondType(Chem.BondType.SINGLE)
        bond.SetIsAromatic(False)
        bond.SetStereo(Chem.BondStereo.STEREONONE)
    return graph.GetMol()


def _centres(mol: Mol) -> frozenset[int]:
    return frozenset(
        a.GetIdx()
        for a in mol.GetAtoms()
        if a.GetChiralTag()
        in (Chem.ChiralType.CHI_TETRAHEDRAL_CW, Chem.ChiralType.CHI_TETRAHEDRAL_CCW)
    )


def is_fully_defined(fragment: Fragment) -> bool:
    """Whether every stereocentre is given, so that there is a mirror image to speak of."""
    centres = Chem.FindMolChiralCenters(  # type: ignore[no-untyped-call]
        fragment.mol, includeUnassigned=True, useLegacyImplementation=False
    )
    return all(label != "?" for _, label in centres)


def mirror_image(fragment: Fragment) -> Fragment:
    """The other enantiomer."""
    mol = Chem.RWMol(fragment.mol)
    for atom in mol.GetAtoms():
        atom.InvertChirality()
    return Fragment(Chem.MolFromSmiles(Chem.MolToSmiles(mol)))


def _only_centres(mol: Mol, kept: set[int], *, mirrored: bool = False) -> str:
    mol = Chem.RWMol(mol)
    for atom in mol.GetAtoms():
        if atom.GetIdx() not in kept:
            atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
        elif mirrored:
            atom.InvertChirality()
    for bond in mol.GetBonds():
        bond.SetStereo(Chem.BondStereo.STEREONONE)
        bond.SetBondDir(Chem.BondDir.NONE)
    return str(Chem.MolToSmiles(mol))


def ester_parents(fragment: Fragment, formulas: Container[str]) -> list[Fragment]:
    """The acids and alcohols that the esters of a fragment are made of, one cut and all cuts.

    Args:
        fragment: A fragment.
        formulas: Only parents of these formulae are asked for.
    """
    return _parents(fragment, _ESTER, (1, 3), formulas)


def ether_parents(fragment: Fragment, formulas: Container[str]) -> list[Fragment]:
    """The alcohols of these ``formulas`` that the open-chain ethers of a fragment are made of."""
    return _parents(fragment, _ETHER, (0, 1), formulas)


def _parents(
    fragment: Fragment, pattern: Mol, bond: tuple[int, int], formulas: Container[str]
) -> list[Fragment]:
    cuts = []
    for match in fragment.mol.GetSubstructMatches(pattern, maxMatches=8):
        found = fragment.mol.GetBondBetweenAtoms(match[bond[0]], match[bond[1]])
        if found is not None and found.GetIdx() not in cuts:
            cuts.append(found.GetIdx())
    parents: dict[str, Fragment] = {}
    for chosen in [[c] for c in cuts] + ([cuts] if len(cuts) > 1 else []):
        for part in _cut(fragment.mol, chosen, formulas):
            parents.setdefault(part.smiles, part)
    return list(parents.values())


def _cut(mol: Mol, bonds: list[int], formulas: Container[str]) -> list[Fragment]:
    """The parts of wanted formulae on both sides of the bonds, each with OH where it was cut."""
    edit = Chem.RWMol(Chem.FragmentOnBonds(mol, bonds, addDummies=True))
    for atom in edit.GetAtoms():
        if atom.GetAtomicNum():
            continue
        (neighbour,) = atom.GetNeighbors()
        # An oxygen takes a hydrogen; a carbon takes the oxygen that water brings.
        atom.SetAtomicNum(1 if neighbour.GetAtomicNum() == 8 else 8)
        atom.SetIsotope(0)
    parts = []
    for part in Chem.GetMolFrags(edit.GetMol(), asMols=True, sanitizeFrags=False):
        part.UpdatePropertyCache(False)
        if rdMolDescriptors.CalcMolFormula(part) not in formulas:
            continue
        again = Chem.MolFromSmiles(Chem.MolToSmiles(part))
        if again is not None:
            parts.append(Fragment(again))
    return parts
