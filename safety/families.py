"""Class rules: the generic definitions of the laws, all together.

A law that names a family ("any substance that differs from fentanyl by ...") is written as SMARTS,
or as a predicate where SMARTS cannot say it. Every rule carries structures that it must hit and
near neighbours that it must leave alone; the suite runs them all.
"""

from __future__ import annotations

from safety.class_rule import ClassRule, Mol
from safety.family_drugs import DRUG_RULES
from safety.family_generics import GENERIC_RULES
from safety.family_pollutants import POLLUTANT_RULES
from safety.family_weapons import WEAPON_RULES

__all__ = ["RULES", "ClassRule", "class_hits"]

RULES: tuple[ClassRule, ...] = (*DRUG_RULES, *WEAPON_RULES, *GENERIC_RULES, *POLLUTANT_RULES)


def class_hits(mol: Mol) -> list[ClassRule]:
    """The class rules that a sanitized molecule falls under, in the order of ``RULES``.

    Args:
        mol: One neutral fragment without isotopes or atom maps.
    """
    symbols = frozenset(a.GetSymbol() for a in mol.GetAtoms())
    if "C" not in symbols:
        return []
    return [rule for rule in RULES if rule.holds(mol, symbols)]
