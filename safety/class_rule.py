"""What a class rule is: a generic definition of a law as a pattern with exceptions and examples."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from pydantic import Field
from rdkit import Chem

from safety.errors import RuleError
from safety.substance import Level, Record

Mol = Any  # RDKit publishes no types


class ClassRule(Record):
    """One generic definition of a law."""

    id: str
    name: str
    elements: frozenset[str] = frozenset()
    """Elements that every member has; a molecule without one of them is passed over at once."""
    fewest_atoms: int = 0
    """Heavy atoms of the smallest member."""
    smarts: tuple[str, ...] = ()
    """A molecule that matches any of these is a candidate; none: every molecule is."""
    unless: tuple[str, ...] = ()
    """A molecule that matches any of these is not a member."""
    predicate: Callable[[Mol], bool] | None = Field(default=None, exclude=True)
    """What SMARTS cannot say; must hold too."""
    exceptions: frozenset[str] = frozenset()
    """InChIKeys that are left out: full ones, or first blocks for every stereoisomer."""
    positive: tuple[str, ...] = Field(min_length=1)
    """SMILES of members."""
    negative: tuple[str, ...] = Field(min_length=1)
    """SMILES of neighbours that are not members."""
    list: str
    schedule: str
    jurisdiction: str
    citation: str
    edition: str
    """Date (YYYY-MM-DD) of the text that was read."""
    level: Level

    def holds(self, mol: Mol, symbols: frozenset[str]) -> bool:
        """Whether a sanitized molecule with these elements is a member."""
        if not self.elements <= symbols or mol.GetNumHeavyAtoms() < self.fewest_atoms:
            return False
        if self.smarts and not any(mol.HasSubstructMatch(query(s)) for s in self.smarts):
            return False
        if any(mol.HasSubstructMatch(query(s)) for s in self.unless):
            return False
        if self.predicate is not None and not self.predicate(mol):
            return False
        if not self.exceptions:
            return True
        key = inchikey(mol)
        return key not in self.exceptions and key[:14] not in self.exceptions


def inchikey(mol: Mol) -> str:
    """Standard InChIKey of a molecule."""
    return str(Chem.MolToInchiKey(mol))  # type: ignore[no-untyped-call]


@cache
def query(smarts: str) -> Mol:
    """A SMARTS pattern, read once.

    Raises:
        RuleError: ``smarts`` cannot be read.
    """
    pattern = Chem.MolFromSmarts(smarts)
    if pattern is None:
        raise RuleError(f"{smarts!r} is not a SMARTS pattern")
    return pattern


def matches(mol: Mol, smarts: str) -> tuple[tuple[int, ...], ...]:
    """Atoms of every match of a pattern."""
    found: tuple[tuple[int, ...], ...] = mol.GetSubstructMatches(query(smarts))
    return found


def branch(mol: Mol, start: int, origin: int) -> tuple[int, ...] | None:
    """The atoms reached from ``start`` without crossing back over ``origin``.

    None if the branch leads back to ``origin``, that is, if both stand in one ring.
    """
    seen = {start}
    waiting = [start]
    while waiting:
        atom = mol.GetAtomWithIdx(waiting.pop())
        for neighbour in atom.GetNeighbors():
            i = neighbour.GetIdx()
            if i == origin:
                if atom.GetIdx() != start:
                    return None
                continue
            if i not in seen:
                seen.add(i)
                waiting.append(i)
    return tuple(sorted(seen))


def is_alkyl(
    mol: Mol, atoms: tuple[int, ...] | None, longest: int = 99, *, alkenyl: bool = False
) -> bool:
    """Whether a branch is a hydrocarbon rest of at most ``longest`` carbons, without triple bonds.

    Saturated, unless ``alkenyl`` allows double bonds too.
    """
    if atoms is None or len(atoms) > longest:
        return False
    return all(
        a.GetAtomicNum() == 6
        and (a.GetTotalDegree() == 4 or (alkenyl and a.GetTotalDegree() == 3))
        and not a.GetIsAromatic()
        and a.GetFormalCharge() == 0
        for a in map(mol.GetAtomWithIdx, atoms)
    )
