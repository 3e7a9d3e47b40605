"""Every class rule hits its members, leaves its neighbours alone, and no rule is idle."""

from __future__ import annotations

import pytest
from rdkit import Chem

from safety.families import RULES, ClassRule, class_hits

CASES = [pytest.param(r, s, id=f"{r.id}:{s}") for r in RULES for s in r.positive]
NEIGHBOURS = [pytest.param(r, s, id=f"{r.id}:{s}") for r in RULES for s in r.negative]


def hits(smiles: str) -> list[ClassRule]:
    return class_hits(Chem.MolFromSmiles(smiles))


@pytest.mark.parametrize(("rule", "smiles"), CASES)
def test_a_member_of_a_class_is_hit(rule: ClassRule, smiles: str) -> None:
    assert rule in hits(smiles)


@pytest.mark.parametrize(("rule", "smiles"), NEIGHBOURS)
def test_a_neighbour_of_a_class_is_left_alone(rule: ClassRule, smiles: str) -> None:
    assert rule not in hits(smiles)
