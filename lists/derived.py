"""Compounds of the databases that a law covers without naming them: class members, esters, ethers.

Their structures are recognised by rules at any time; only their names have to be baked in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from rdkit import Chem

from lists.compounds import Compound, Compounds
from safety.families import ClassRule, class_hits

_ESTER = Chem.MolFromSmarts("[#6;!$([CX3]=[O,S])]-[OX2]-[$([CX3](=O)[#6]),$(S(=O)=O),$(P=O)]")
_ETHER = Chem.MolFromSmarts("[#6;!$([CX3]=[O,S])]-[OX2;!R]-[CX4]")


@dataclass(frozen=True)
class Derived:
    """A compound of the database, and the rule or the connectivity of the entry it falls under."""

    compound: Compound
    rule: ClassRule | None
    parent: str = ""


def find_derived(
    compounds: Compounds, listed: frozenset[str], esters: frozenset[str], ethers: frozenset[str]
) -> Iterator[Derived]:
    """Compounds that are on no list by themselves.

    Args:
        compounds: The database.
        listed: Connectivity of every listed structure.
        esters: Connectivity of entries whose esters the law takes in.
        ethers: The same for ethers.
    """
    for compound in compounds.rows:
        if "." in compound.smiles or compound.inchikey[:14] in listed:
            continue
        mol = Chem.MolFromSmiles(compound.smiles)
        if mol is None:
            continue
        rules = sorted(class_hits(mol), key=lambda rule: -rule.level.rank)
        if rules:
            yield Derived(compound, rules[0])
            continue
        for pattern, parents in ((_ESTER, esters), (_ETHER, ethers)):
            found = next((p for p in _alcohols(mol, pattern) if p in parents), None)
            if found:
                yield Derived(compound, None, found)
                break


def _alcohols(mol: Chem.Mol, pattern: Chem.Mol) -> Iterator[str]:
    """Connectivity of what is left when one, or every, ester or ether is cut."""
    if mol.GetNumHeavyAtoms() < 12:
        return
    found = mol.GetSubstructMatches(pattern)
    cuts = [[m] for m in found]
    if len(found) > 1:
        cuts.append(list(found))
    for cut in cuts:
        edited = Chem.RWMol(mol)
        for _, oxygen, other in cut:
            if edited.GetBondBetweenAtoms(oxygen, other) is not None:
                edited.RemoveBond(oxygen, other)
        try:
            Chem.SanitizeMol(edited)
        except ValueError:
            continue
        for part in Chem.GetMolFrags(edited.GetMol(), asMols=True):
            if part.GetNumHeavyAtoms() >= 8:
                yield str(Chem.MolToInchiKey(part))[:14]  # type: ignore[no-untyped-call]


def by_parent(derived: list[Derived]) -> dict[str, list[Compound]]:
    """Esters and ethers by the connectivity of their entry."""
    found: dict[str, list[Compound]] = defaultdict(list)
    for item in derived:
        if item.rule is None:
            found[item.parent].append(item.compound)
    return found
