"""Class rules: the generic definitions of the laws, as patterns with exceptions and examples.

A law that names a family ("any substance that differs from fentanyl by ...") is written here as
SMARTS, or as a predicate where SMARTS cannot say it. Every rule carries structures that it must
hit and near neighbours that it must leave alone; the suite runs them all.
"""

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
    smarts: tuple[str, ...] = ()
    """A molecule that matches any of these is a candidate."""
    unless: tuple[str, ...] = ()
    """A molecule that matches any of these is not a member."""
    predicate: Callable[[Mol], bool] | None = Field(default=None, exclude=True)
    """What SMARTS cannot say; must hold too."""
    exceptions: frozenset[str] = frozenset()
    """Full InChIKeys that the law leaves out."""
    positive: tuple[str, ...] = ()
    """SMILES of members."""
    negative: tuple[str, ...] = ()
    """SMILES of neighbours that are not members."""
    list: str
    schedule: str
    jurisdiction: str
    citation: str
    edition: str
    level: Level


RULES: tuple[ClassRule, ...] = ()


def class_hits(mol: Mol) -> list[ClassRule]:
    """The class rules that a sanitized molecule falls under, in the order of ``RULES``.

    Args:
        mol: One neutral fragment without isotopes or atom maps.
    """
    return [rule for rule in RULES if _is_member(rule, mol)]


def _is_member(rule: ClassRule, mol: Mol) -> bool:
    if rule.smarts and not any(mol.HasSubstructMatch(_query(s)) for s in rule.smarts):
        return False
    if any(mol.HasSubstructMatch(_query(s)) for s in rule.unless):
        return False
    if rule.predicate is not None and not rule.predicate(mol):
        return False
    return not rule.exceptions or _inchikey(mol) not in rule.exceptions


def _inchikey(mol: Mol) -> str:
    return str(Chem.MolToInchiKey(mol))  # type: ignore[no-untyped-call]


@cache
def _query(smarts: str) -> Mol:
    query = Chem.MolFromSmarts(smarts)
    if query is None:
        raise RuleError(f"{smarts!r} is not a SMARTS pattern")
    return query
