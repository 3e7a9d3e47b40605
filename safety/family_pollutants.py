"""Class rules of the Stockholm and Rotterdam conventions: families named by one line each."""

from __future__ import annotations

from collections.abc import Callable

from safety.class_rule import ClassRule, Mol, matches, query
from safety.substance import Level


def _convention(list_id: str, citation: str, schedule: str) -> dict[str, object]:
    return {
        "list": list_id,
        "schedule": schedule,
        "jurisdiction": "international",
        "citation": citation,
        "edition": "2025-05-09",
        "level": Level.WARN,
    }


_STOCKHOLM_A = _convention("stockholm", "Stockholm Convention, Annex A", "Annex A")
_STOCKHOLM_B = _convention("stockholm", "Stockholm Convention, Annex B", "Annex B")
_STOCKHOLM_C = _convention("stockholm", "Stockholm Convention, Annex C", "Annex C")
_ROTTERDAM = _convention("rotterdam", "Rotterdam Convention, Annex III", "Annex III")


def _rule(about: dict[str, object], **fields: object) -> ClassRule:
    return ClassRule.model_validate({**about, **fields})


def _count(mol: Mol, number: int) -> int:
    return sum(a.GetAtomicNum() == number for a in mol.GetAtoms())


def _only(mol: Mol, numbers: set[int]) -> bool:
    return all(a.GetAtomicNum() in numbers for a in mol.GetAtoms())


def _halogenated_core(
    core: str, n_core: int, halogen: int, lowest: int, *, oxygen: bool = False
) -> Callable[[Mol], bool]:
    """A molecule that is this aromatic core and halogen, with at least so many of it."""
    numbers = {6, halogen, 8} if oxygen else {6, halogen}

    def holds(mol: Mol) -> bool:
        n = _count(mol, halogen)
        return (
            n >= lowest
            and mol.GetNumHeavyAtoms() == n_core + n
            and _only(mol, numbers)
            and bool(mol.HasSubstructMatch(query(core)))
        )

    return holds


def _perfluoro_chain(mol: Mol) -> int:
    """Carbons of the longest run of CF2 and CF3 groups."""
    carbons = {m[0] for m in matches(mol, "[CX4;$(C(F)(F)F),$(C(F)(F)([#6,#16])[#6,#16])]")}
    best = 0
    while carbons:
        waiting = [carbons.pop()]
        size = 1
        while waiting:
            for n in mol.GetAtomWithIdx(waiting.pop()).GetNeighbors():
                if n.GetIdx() in carbons:
                    carbons.discard(n.GetIdx())
                    waiting.append(n.GetIdx())
                    size += 1
        best = max(best, size)
    return best


def _is_long_perfluoro_acid(mol: Mol) -> bool:
    """LC-PFCAs: C9 to C21 acids, whose chains have 8 to 20 fluorinated carbons."""
    return _only(mol, {6, 8, 9}) and 8 <= _perfluoro_chain(mol) <= 20


def _is_pfoa_like(mol: Mol) -> bool:
    return _perfluoro_chain(mol) == 7 or (
        _perfluoro_chain(mol) == 8 and bool(matches(mol, "[CX4;H2][CX4;H2]C(F)(F)C(F)(F)"))
    )


def _is_chlorinated_paraffin(mol: Mol) -> bool:
    """Short chains C10-C13 over 48 % chlorine, medium chains C14-C17 from 45 %, by weight."""
    if mol.GetRingInfo().NumRings() or not _only(mol, {6, 17}):
        return False
    carbons, chlorines = _count(mol, 6), _count(mol, 17)
    if not 10 <= carbons <= 17 or any(
        a.GetTotalDegree() != 4 for a in mol.GetAtoms() if a.GetAtomicNum() == 6
    ):
        return False
    hydrogens = 2 * carbons + 2 - chlorines
    share = 35.45 * chlorines / (12.011 * carbons + 1.008 * hydrogens + 35.45 * chlorines)
    return share >= (0.48 if carbons <= 13 else 0.45)


POLLUTANT_RULES: tuple[ClassRule, ...] = (
    _rule(
        {**_STOCKHOLM_A, "id": "pop-pcb", "name": "polychlorinated biphenyl"},
        elements={"Cl"},
        predicate=_halogenated_core("c1ccccc1-c1ccccc1", 12, 17, 2),
        fewest_atoms=14,
        positive=("Clc1ccc(cc1)-c1ccc(Cl)cc1", "Clc1cc(Cl)c(cc1Cl)-c1cc(Cl)c(Cl)cc1Cl"),
        negative=("Clc1ccc(cc1)-c1ccccc1", "Clc1ccc(cc1)-c1ccc(O)c(Cl)c1", "Clc1ccccc1Cl"),
    ),
    _rule(
        {**_STOCKHOLM_A, "id": "pop-pcn", "name": "polychlorinated naphthalene"},
        elements={"Cl"},
        predicate=_halogenated_core("c1ccc2ccccc2c1", 10, 17, 2),
        fewest_atoms=12,
        positive=("Clc1cccc2c(Cl)cccc12", "Clc1c(Cl)c(Cl)c2c(Cl)c(Cl)c(Cl)c(Cl)c2c1Cl"),
        negative=("Clc1cccc2ccccc12", "Clc1ccc2ccc(O)cc2c1Cl"),
    ),
    _rule(
        {**_STOCKHOLM_C, "id": "pop-pcdd", "name": "polychlorinated dibenzo-p-dioxin"},
        elements={"Cl", "O"},
        predicate=_halogenated_core("c1ccc2Oc3ccccc3Oc2c1", 14, 17, 2, oxygen=True),
        fewest_atoms=16,
        positive=("Clc1cc2Oc3cc(Cl)c(Cl)cc3Oc2cc1Cl", "Clc1cc2Oc3ccccc3Oc2cc1Cl"),
        negative=("c1ccc2Oc3ccccc3Oc2c1", "Oc1cc2Oc3ccccc3Oc2cc1Cl"),
    ),
    _rule(
        {**_STOCKHOLM_C, "id": "pop-pcdf", "name": "polychlorinated dibenzofuran"},
        elements={"Cl", "O"},
        predicate=_halogenated_core("c1ccc2c(c1)oc1ccccc12", 13, 17, 2, oxygen=True),
        fewest_atoms=15,
        positive=("Clc1cc2oc3cc(Cl)c(Cl)cc3c2cc1Cl", "Clc1ccc2oc3ccc(Cl)cc3c2c1"),
        negative=("c1ccc2c(c1)oc1ccccc12", "Clc1ccc2oc3ccccc3c2c1"),
    ),
    _rule(
        {**_STOCKHOLM_A, "id": "pop-pbde", "name": "polybrominated diphenyl ether"},
        elements={"Br", "O"},
        predicate=_halogenated_core("c1ccccc1Oc1ccccc1", 13, 35, 4, oxygen=True),
        fewest_atoms=17,
        positive=("Brc1ccc(Oc2ccc(Br)cc2Br)c(Br)c1", "Brc1cc(Br)c(Oc2cc(Br)c(Br)cc2Br)cc1Br"),
        negative=("Brc1ccc(Oc2ccccc2)cc1", "Brc1ccc(Oc2ccc(Br)cc2)cc1"),
    ),
    _rule(
        {**_ROTTERDAM, "id": "pic-pbb", "name": "polybrominated biphenyl"},
        elements={"Br"},
        predicate=_halogenated_core("c1ccccc1-c1ccccc1", 12, 35, 4),
        fewest_atoms=16,
        positive=("Brc1cc(Br)c(cc1Br)-c1cc(Br)c(Br)cc1Br",),
        negative=("Brc1ccc(cc1)-c1ccccc1", "Brc1ccc(cc1)-c1ccc(Br)cc1"),
    ),
    _rule(
        {**_ROTTERDAM, "id": "pic-pct", "name": "polychlorinated terphenyl"},
        elements={"Cl"},
        predicate=_halogenated_core("c1ccccc1-c1ccccc1-c1ccccc1", 18, 17, 2),
        fewest_atoms=20,
        positive=("Clc1ccc(cc1)-c1ccccc1-c1ccc(Cl)cc1",),
        negative=("c1ccc(cc1)-c1ccccc1-c1ccccc1", "Clc1ccc(cc1)-c1ccc(Cl)cc1"),
    ),
    _rule(
        {**_STOCKHOLM_A, "id": "pop-lc-pfca", "name": "long-chain perfluorocarboxylic acid"},
        elements={"F", "O"},
        smarts=("C(F)(F)C(=O)[OX2H,OX1-]",),
        predicate=_is_long_perfluoro_acid,
        positive=("OC(=O)" + "C(F)(F)" * 12 + "F", "OC(=O)" + "C(F)(F)" * 8 + "F"),
        negative=("OC(=O)" + "C(F)(F)" * 3 + "F", "OC(=O)C(F)(F)F"),
    ),
    _rule(
        {**_STOCKHOLM_A, "id": "pop-pfoa-related", "name": "PFOA-related compound"},
        elements={"F"},
        smarts=("[#6;!$(C(F)F)]" + "C(F)(F)" * 6, "[OX2,OX1-]C(=O)" + "C(F)(F)" * 7),
        predicate=_is_pfoa_like,
        positive=("OC(=O)" + "C(F)(F)" * 7 + "F", "OCC" + "C(F)(F)" * 8 + "F"),
        negative=("OCC" + "C(F)(F)" * 4 + "F", "OCC" + "C(F)(F)" * 6 + "F"),
    ),
    _rule(
        {**_STOCKHOLM_B, "id": "pop-pfos", "name": "PFOS or a compound of it"},
        elements={"F", "S", "O"},
        smarts=("O=S(=O)" + "C(F)(F)" * 8 + "F",),
        positive=("OS(=O)(=O)" + "C(F)(F)" * 8 + "F", "CCNS(=O)(=O)" + "C(F)(F)" * 8 + "F"),
        negative=("OS(=O)(=O)" + "C(F)(F)" * 4 + "F", "OS(=O)(=O)C(F)(F)F"),
    ),
    _rule(
        {**_STOCKHOLM_A, "id": "pop-pfhxs", "name": "PFHxS or a compound of it"},
        elements={"F", "S", "O"},
        smarts=("O=S(=O)" + "C(F)(F)" * 6 + "F",),
        positive=("OS(=O)(=O)" + "C(F)(F)" * 6 + "F", "NS(=O)(=O)" + "C(F)(F)" * 6 + "F"),
        negative=("OS(=O)(=O)" + "C(F)(F)" * 4 + "F", "OS(=O)(=O)C(F)(F)F"),
    ),
    _rule(
        {**_STOCKHOLM_A, "id": "pop-chlorinated-paraffins", "name": "chlorinated paraffin"},
        elements={"Cl"},
        predicate=_is_chlorinated_paraffin,
        positive=("CC(Cl)C(Cl)CC(Cl)C(Cl)CC(Cl)CC(Cl)", "ClCC(Cl)CC(Cl)CC(Cl)CC(Cl)CC(Cl)CCCC(Cl)"),
        negative=("CCCCCCCCCCCCCl", "ClCCCCCCCCCCCl", "CCCCCCCCCCCC"),
    ),
    _rule(
        {**_ROTTERDAM, "id": "pic-mercury", "name": "mercury compound"},
        elements={"Hg"},
        smarts=("[Hg]",),
        positive=("CC[Hg]Cl", "CC(=O)O[Hg]c1ccccc1", "C[Hg]C"),
        negative=("CC[Zn]CC", "CC(=O)O[Ag]"),
    ),
    _rule(
        {**_ROTTERDAM, "id": "pic-tributyltin", "name": "tributyltin compound"},
        elements={"Sn"},
        smarts=(
            "[CH3][CH2][CH2][CH2][Sn]([CH2][CH2][CH2][CH3])([CH2][CH2][CH2][CH3])[!#6]",
            "[CH3][CH2][CH2][CH2][SnH,Sn+]([CH2][CH2][CH2][CH3])[CH2][CH2][CH2][CH3]",
        ),
        positive=("CCCC[Sn](Cl)(CCCC)CCCC", "CCCC[Sn](CCCC)(CCCC)OC(C)=O"),
        negative=("CCCC[Sn](CCCC)(CCCC)C=C", "CCCC[Sn](Cl)(Cl)CCCC", "C[Sn](C)(C)Cl"),
    ),
    _rule(
        {**_STOCKHOLM_A, "id": "pop-pentachlorophenol", "name": "ester of pentachlorophenol"},
        elements={"Cl", "O"},
        smarts=("[#6][OX2]c1c(Cl)c(Cl)c(Cl)c(Cl)c1Cl",),
        unless=("[NX3]C(=O)",),
        positive=("CC(=O)Oc1c(Cl)c(Cl)c(Cl)c(Cl)c1Cl", "COc1c(Cl)c(Cl)c(Cl)c(Cl)c1Cl"),
        negative=("COc1c(Cl)cc(Cl)cc1Cl", "COc1ccccc1"),
    ),
)
