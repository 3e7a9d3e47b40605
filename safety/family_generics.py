"""Generic definitions of other laws for new psychoactive substances.

The US schedules name these substances one by one; the laws below name the families, so that an
analogue which no list has yet is known for what it is. A single plain ring substituent gives
laboratory reagents of every day (4-methoxyphenethylamine), so that only a warning follows there.
"""

from __future__ import annotations

from safety.class_rule import ClassRule, Mol, branch, is_alkyl, matches
from safety.substance import Level

_UK: dict[str, object] = {
    "list": "uk-mda",
    "jurisdiction": "UK",
    "edition": "2025-01-15",
    "level": Level.BLOCK,
}
_PART_1 = "Schedule 2, Part I (Class A)"
_PART_2 = "Schedule 2, Part II (Class B)"


def _rule(**fields: object) -> ClassRule:
    return ClassRule.model_validate({**_UK, **fields})


def _rests(mol: Mol, atom: int, without: set[int]) -> list[int]:
    return [
        n.GetIdx() for n in mol.GetAtomWithIdx(atom).GetNeighbors() if n.GetIdx() not in without
    ]


def _is_alkyl_amine(mol: Mol, nitrogen: int, chain: set[int], *, allow_ring: bool) -> bool:
    """Whether a nitrogen bears only hydrogen, alkyl or (if allowed) a ring of its own."""
    rests = _rests(mol, nitrogen, chain)
    if mol.GetAtomWithIdx(nitrogen).IsInRing():
        if not allow_ring or len(rests) != 2:
            return False
        return all(
            a.GetAtomicNum() in (6, 8, 7)
            for r in rests
            for a in [mol.GetAtomWithIdx(r)]
            if a.IsInRing()
        ) and not any(mol.GetAtomWithIdx(i).IsInRing() for i in chain)
    return all(is_alkyl(mol, branch(mol, r, nitrogen), alkenyl=allow_ring) for r in rests)


_RING_GROUPS = (
    "[cR1]-[CX4;!R;H3,$(C[CX4]),$([CX4](C)C);!$(C[F,Cl,Br,I])]",
    "[cR1]-[OX2;!R][CX4]",
    "[cR1]-[F,Cl,Br,I]",
    "[cR1]-[SX2][CX4]",
)
_DIOXOLE = "[CX4;R]1[OX2]c2ccccc2[OX2]1"


def _ring_groups(mol: Mol, ring: set[int], side: int) -> tuple[int, int, bool]:
    """How many alkyl, alkoxy, halide or thioalkyl groups a ring bears besides its side chain.

    Returns:
        All of them, the alkoxy ones among them, and whether a dioxole is fused to the ring.
    """
    total = alkoxy = 0
    for ordinal, smarts in enumerate(_RING_GROUPS):
        hits = {(m[0], m[1]) for m in matches(mol, smarts) if m[0] in ring and m[1] != side}
        total += len(hits)
        alkoxy += len(hits) if ordinal == 1 else 0
    dioxole = any(len(ring.intersection(m)) >= 4 for m in matches(mol, _DIOXOLE))
    return total + (1 if dioxole else 0), alkoxy, dioxole


_PHENETHYLAMINE = "[CX4;!R;H1,H2]([NX3;!$(N-[!#6;!#1])])[CX4;!R;H2]c1ccccc1"


def _phenethylamine(mol: Mol, *, strong: bool) -> bool:
    for found in matches(mol, _PHENETHYLAMINE):
        alpha, nitrogen, beta = found[:3]
        ring = set(found[3:])
        if any(mol.GetRingInfo().NumAtomRings(i) > 2 for i in ring):
            continue
        if not _is_alkyl_amine(mol, nitrogen, {alpha}, allow_ring=False):
            continue
        amine_rests = _rests(mol, nitrogen, {alpha})
        if len(amine_rests) > 1:
            continue  # N-alkyl, not N,N-dialkyl
        side = _rests(mol, alpha, {nitrogen, beta})
        if side and not is_alkyl(mol, branch(mol, side[0], alpha), 2):
            continue
        total, alkoxy, dioxole = _ring_groups(mol, ring, beta)
        if not total:
            continue
        n_on_ring = sum(len(_rests(mol, i, ring | {beta})) for i in ring)
        is_strong = bool(side) or dioxole or (alkoxy >= 2 and n_on_ring >= 3)
        if is_strong == strong:
            return True
    return False


_TRYPTAMINE = "[NX3;!$(N-[!#6;!#1])][CX4;H1,H2][CX4;H2;!R]c1c[nX3]c2ccccc12"


def _tryptamine(mol: Mol) -> bool:
    for found in matches(mol, _TRYPTAMINE):
        nitrogen, alpha, beta = found[:3]
        if not _is_alkyl_amine(mol, nitrogen, {alpha}, allow_ring=True):
            continue
        if mol.GetAtomWithIdx(alpha).IsInRing():
            continue
        side = _rests(mol, alpha, {nitrogen, beta})
        if side and not is_alkyl(mol, branch(mol, side[0], alpha), 4):
            continue
        if _other_than_ring_groups(mol, set(found[3:]), beta):
            continue
        n_rests = len(_rests(mol, nitrogen, {alpha}))
        if n_rests >= 2 or (n_rests == 1 and not mol.GetAtomWithIdx(nitrogen).IsInRing()) or side:
            return True
    return False


_ALLOWED_ON_INDOLE = (
    "c[OX2H]", "c[OX2][CX4]", "c[OX2]C(=O)[#6]", "c[F,Cl,Br,I]", "c[CH3]", "c[CH2][CH3]",
    "c[SX2][CH3]", "cC(F)(F)F", "c[OX2]P",
)  # fmt: skip


def _other_than_ring_groups(mol: Mol, ring: set[int], side: int) -> bool:
    """Whether the indole bears something that the definition does not speak of."""
    allowed = {m[1] for s in _ALLOWED_ON_INDOLE for m in matches(mol, s)}
    for i in ring:
        for n in mol.GetAtomWithIdx(i).GetNeighbors():
            j = n.GetIdx()
            if j in ring or j == side or j in allowed:
                continue
            if mol.GetAtomWithIdx(i).GetAtomicNum() == 7 and n.GetAtomicNum() == 6:
                continue  # on the indole's nitrogen: acyl or alkyl prodrugs
            if any(j in m for m in matches(mol, _DIOXOLE)):
                continue
            return True
    return False


_CATHINONE = "[c;R1,R2]C(=O)[CX4;!R;H1,H2]([NX3;!$(N-[!#6;!#1]);!$(NC=[O,S,N])])"


def _cathinone(mol: Mol) -> bool:
    for found in matches(mol, _CATHINONE):
        aryl, ketone, _, alpha, nitrogen = found
        if not _is_alkyl_amine(mol, nitrogen, {alpha}, allow_ring=True):
            continue
        side = _rests(mol, alpha, {ketone, nitrogen})
        if not side or not is_alkyl(mol, branch(mol, side[0], alpha), 8):
            continue
        ring = {i for r in mol.GetRingInfo().AtomRings() if aryl in r for i in r}
        if any(mol.GetAtomWithIdx(i).GetAtomicNum() not in (6, 8) for i in ring):
            continue
        if all(mol.GetAtomWithIdx(i).GetAtomicNum() == 6 for i in ring) and len(ring) in (6, 10):
            return True
    return False


def _lysergamide(mol: Mol) -> bool:
    for found in matches(mol, "[NX3]C(=O)[CX4;R]1C[NX3]C2Cc3c[nX3]c4cccc(C2=C1)c34"):
        rests = _rests(mol, found[0], {found[1]})
        if rests and not mol.GetAtomWithIdx(found[0]).IsInRing():
            if all(is_alkyl(mol, branch(mol, r, found[0]), 6) for r in rests):
                return True
        elif rests:
            ring = [r for r in mol.GetRingInfo().AtomRings() if found[0] in r]
            if len(ring) == 1 and len(ring[0]) <= 7:
                return True
    return False


# What hangs on the acyl of the third generation of synthetic cannabinoids.
_CANNABINOID_TAILS = (
    "C(=O)[NX3;H1][CX4]([#6])C(=O)[$([NX3;H2]),$([OX2][CX4])]",  # amino acid amide or ester
    "C(=O)[$([NX3;H1]),$([OX2])][CX4]([CX4])([CX4])[CX4]",  # adamantyl, tert-alkyl
    "C(=O)[NX3;H1][CX4](C)(C)c",  # cumyl
    "C(=O)[$([NX3;H1]),$([OX2])]c3cccc4[c,n]cccc34",  # naphthyl, quinolinyl
    "C(=O)[OX2]c3cccc4cccnc34",
    "C(=O)c3cccc4ccccc34",
    "C(=O)[CX4]3C(C)(C)C3(C)C",  # tetramethylcyclopropyl
    "C(=O)[NX3;H1][CX4;H2]c3ccccc3",  # benzyl
)
_CANNABINOID_CORES = (
    "[CX4;H2]([#6;!$(C=O)])n1[cH]c({tail})c2ccc[c,n]c12",
    "[CX4;H2]([#6;!$(C=O)])n1nc({tail})c2ccc[c,n]c12",
)

GENERIC_RULES: tuple[ClassRule, ...] = (
    _rule(
        id="uk-nitazenes",
        name="2-benzylbenzimidazole opioid (nitazene)",
        schedule=_PART_1,
        citation="Misuse of Drugs Act 1971, Sch. 2 Pt I, as amended by S.I. 2024/1327",
        elements={"N"},
        smarts=("[NX3;!$(NC=O)][CX4;H2][CX4;H2]n1c([CX4,O,S;!R][c;R])nc2ccccc12",),
        unless=("c1ccccc1C(=O)[OX2H]",),
        fewest_atoms=20,
        positive=(
            "CCNCCn1c(Cc2ccc(OC(C)C)cc2)nc2cc([N+](=O)[O-])ccc21",
            "CCCOc1ccc(Cc2nc3cc([N+](=O)[O-])ccc3n2CCN2CCCC2)cc1",
            "CCN(CC)CCn1c(Cc2ccc(OCC)cc2)nc2ccccc21",
        ),
        negative=(
            "c1ccc(Cc2nc3ccccc3[nH]2)cc1",
            "Clc1ccc(Cn2c(CN3CCCC3)nc3ccccc32)cc1",
            "CCOC(=O)C1CCN(CCn2cnc3ccccc32)CC1",
        ),
    ),
    _rule(
        id="uk-cathinones",
        name="cathinone derivative",
        schedule=_PART_2,
        citation="Misuse of Drugs Act 1971, Sch. 2 Pt II, para 1(aa)-(ab) (S.I. 2010/1207)",
        elements={"N", "O"},
        smarts=(_CATHINONE,),
        predicate=_cathinone,
        # Bupropion, diethylpropion and pyrovalerone are the definition's own exceptions.
        exceptions={"SNPPWIUOZRMYNY", "XXEPPPIWZFICOJ", "SWUVZKWCOBGPTH"},
        fewest_atoms=11,
        positive=(
            "CCC(C(=O)c1ccc2c(c1)OCO2)N1CCCC1",
            "CNC(C)C(=O)c1ccc(Br)cc1",
            "CC(NC)C(=O)c1ccc2ccccc2c1",
            "CCCCCC(NC)C(=O)c1ccccc1",
        ),
        negative=(
            "CC(NC(C)(C)C)C(=O)c1cccc(Cl)c1",
            "CCN(CC)C(C)C(=O)c1ccccc1",
            "CC(CN1CCCCC1)C(=O)c1ccc(C)cc1",
            "CC(=O)c1ccccc1",
            "CC(NC(C)=O)C(=O)c1ccccc1",
            "CC(C(=O)c1ccccc1)N1C(=O)c2ccccc2C1=O",
        ),
    ),
    _rule(
        id="uk-phenethylamines",
        name="ring-substituted phenethylamine",
        schedule=_PART_1,
        citation="Misuse of Drugs Act 1971, Sch. 2 Pt I, para 1(c) (S.I. 1977/1243)",
        elements={"N"},
        smarts=(_PHENETHYLAMINE,),
        unless=("[CX3](=O)[OX2H]", "S(=O)(=O)"),
        predicate=lambda mol: _phenethylamine(mol, strong=True),
        exceptions={"OEHAYUOVELTAPG"},  # methoxyphenamine, the definition's own exception
        fewest_atoms=10,
        positive=(
            "COc1cc(CCN)c(OC)cc1F",
            "CC(N)Cc1ccc(F)cc1",
            "CCC(NC)Cc1ccc2OCOc2c1",
            "COc1cc(CCN)cc(OC)c1OCC",
        ),
        negative=(
            "NCCc1ccccc1",
            "NCCc1ccc(O)cc1",
            "CC(N)Cc1ccccc1",
            "COc1ccccc1OCCNCC(O)COc1cccc2[nH]c3ccccc3c12",
            "COc1cc(CCN)ccc1O",
            "CC(CNCc1ccccc1)c1ccc(C)cc1",
            "N[C@@H](Cc1ccc(O)c(O)c1)C(=O)O",
            "COc1ccc(CCN)cc1OC",
            "CCNC(C)Cc1cccc(c1)C(F)(F)F",
        ),
    ),
    _rule(
        id="uk-phenethylamines-plain",
        name="phenethylamine with a plain ring substituent",
        schedule=_PART_1,
        citation="Misuse of Drugs Act 1971, Sch. 2 Pt I, para 1(c) (S.I. 1977/1243)",
        level=Level.WARN,
        elements={"N"},
        smarts=(_PHENETHYLAMINE,),
        unless=("[CX3](=O)[OX2H]", "S(=O)(=O)", "c[OX2H]"),
        predicate=lambda mol: _phenethylamine(mol, strong=False),
        fewest_atoms=10,
        positive=("COc1ccc(CCN)cc1OC", "COc1ccc(CCN)cc1", "NCCc1ccc(F)cc1"),
        negative=("NCCc1ccccc1", "COc1cc(CCN)ccc1O", "COc1cc(CCN)c(OC)cc1F"),
    ),
    _rule(
        id="uk-nbome",
        name="N-benzyl-2,5-dimethoxyphenethylamine",
        schedule=_PART_1,
        citation="Misuse of Drugs Act 1971, Sch. 2 Pt I, para 1(a) (S.I. 2014/1106)",
        elements={"N", "O"},
        smarts=("COc1cc([CX4;H2,H1][CX4;H2,H1][NX3;H1][CX4;H2]c2ccccc2)c(OC)cc1",),
        unless=("[CX3](=O)[OX2H]",),
        fewest_atoms=20,
        positive=(
            "CCc1cc(OC)c(CCNCc2ccccc2OC)cc1OC",
            "COc1cc(CCNCc2ccccc2O)c(OC)cc1I",
        ),
        negative=(
            "COc1ccc(CCNCc2ccccc2)cc1OC",
            "COc1cc(C=O)c(OC)cc1",
            "COc1ccccc1OCCNCc1ccccc1",
        ),
    ),
    _rule(
        id="uk-tryptamines",
        name="tryptamine derivative",
        schedule=_PART_1,
        citation="Misuse of Drugs Act 1971, Sch. 2 Pt I, para 1(b) (S.I. 2014/3271)",
        elements={"N"},
        predicate=_tryptamine,
        smarts=(_TRYPTAMINE,),
        unless=("[CX3](=O)[OX2H]", "[NX3;R]1CC[NX3](c)CC1"),
        fewest_atoms=13,
        positive=(
            "CCCN(CCC)CCc1c[nH]c2ccccc12",
            "CC(C)N(C)CCc1c[nH]c2cccc(O)c12",
            "COc1ccc2[nH]cc(CCN(CCC)CCC)c2c1",
            "C1CCN(C1)CCc1c[nH]c2ccccc12",
            "C=CCN(CC=C)CCc1c[nH]c2ccccc12",
        ),
        negative=(
            "NCCc1c[nH]c2ccccc12",
            "NCCc1c[nH]c2ccc(O)cc12",
            "CN(C)CCc1c[nH]c2ccc(CS(=O)(=O)N(C)C)cc12",
            "COc1ccc2[nH]cc(CCNC(C)=O)c2c1",
            "N[C@@H](Cc1c[nH]c2ccccc12)C(=O)O",
            "CN(C)CCc1c[nH]c2ccc(Cn3cncn3)cc12",
            "Cc1[nH]c2cc(OC)c(OC)cc2c1CCN1CCN(c2ccccc2)CC1",
        ),
    ),
    _rule(
        id="uk-arylcyclohexylamines",
        name="arylcyclohexylamine",
        schedule=_PART_2,
        citation="Misuse of Drugs Act 1971, Sch. 2 Pt II (S.I. 2013/239)",
        elements={"N"},
        smarts=(
            "[c;R1]C1([NX3;!$(N-[!#6;!#1]);!$(NC=O)])C(=O)[CX4][CX4][CX4][CX4]1",
            "[c;R1]C1([NX3;!$(N-[!#6;!#1]);!$(NC=O)])[CX4][CX4;H2][CX4][CX4;H2][CX4]1",
        ),
        unless=("[CX3](=O)[OX2,OX1-,NX3]", "C#N", "S(=O)=O"),
        fewest_atoms=13,
        positive=(
            "CNC1(c2ccccc2F)CCCCC1=O",
            "CCNC1(CCCCC1=O)c1cccc(OC)c1",
            "CCCNC1(c2cccc(O)c2)CCCCC1",
        ),
        negative=(
            "NC1CCCCC1c1ccccc1",
            "CN(C)CC1CCCCC1(O)c1cccc(OC)c1",
            "N#CC1(CCCCC1)c1ccccc1",
            "CN(C)C(C1(O)CCCCC1)c1ccccc1",
        ),
    ),
    _rule(
        id="uk-lysergamides",
        name="N-alkyl derivative of lysergamide",
        schedule=_PART_1,
        citation="Misuse of Drugs Act 1971, Sch. 2 Pt I, para 1(a)",
        elements={"N", "O"},
        predicate=_lysergamide,
        smarts=("[NX3]C(=O)[CX4;R]1C[NX3]C2Cc3c[nX3]c4cccc(C2=C1)c34",),
        fewest_atoms=20,
        positive=(
            "CCN(C)C(=O)C1CN(C)C2Cc3c[nH]c4cccc(C2=C1)c34",
            "CCC(=O)n1cc2CC3C(=CC(CN3C)C(=O)N(CC)CC)c3cccc1c23",
            "CC1CC(C)N1C(=O)C1CN(C)C2Cc3c[nH]c4cccc(C2=C1)c34",
        ),
        negative=(
            "CC(CO)NC(=O)C1CN(C)C2Cc3c[nH]c4cccc(C2=C1)c34",
            "CCN(CC)C(=O)NC1CN(C)C2Cc3c[nH]c4cccc(C2=C1)c34",
            "CSCC1CC2c3cccc4[nH]cc(CC2N(CCC)C1)c34",
        ),
    ),
    _rule(
        id="uk-synthetic-cannabinoids",
        name="synthetic cannabinoid of the third generation",
        schedule=_PART_2,
        citation="Misuse of Drugs Act 1971, Sch. 2 Pt II (S.I. 2016/1109, S.I. 2019/1323)",
        elements={"N", "O"},
        smarts=tuple(
            core.replace("{tail}", tail)
            for core in _CANNABINOID_CORES
            for tail in _CANNABINOID_TAILS
        ),
        unless=("[CX3](=O)[OX2H]", "S(=O)(=O)"),
        fewest_atoms=20,
        positive=(
            "CCCCn1nc(C(=O)NC(C(N)=O)C(C)(C)C)c2ccccc12",
            "COC(=O)C(NC(=O)c1cn(CCCCCF)c2ccccc12)C(C)C",
            "CCCCCn1nc(C(=O)NC(C)(C)c2ccccc2)c2ccccc12",
            "CCCCCn1cc(C(=O)Oc2cccc3cccnc23)c2ccccc12",
            "CCCCCn1cc(C(=O)NC23CC4CC(CC(C4)C2)C3)c2ccccc12",
        ),
        negative=(
            "CN1C2CCCC1CC(C2)NC(=O)c1nn(C)c2ccccc12",
            "Cn1cc(C(=O)C2CCc3nc[nH]c3C2)c2ccccc12",
            "O=C(NCc1ccccc1)c1ccccc1",
            "O=C(O)c1nn(Cc2ccc(Cl)cc2Cl)c2ccccc12",
        ),
    ),
)
