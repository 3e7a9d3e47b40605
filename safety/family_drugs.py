"""Class rules of the US Controlled Substances Act."""

from __future__ import annotations

from collections import Counter
from functools import cache

from rdkit import Chem
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

from safety.class_rule import ClassRule, Mol, matches, query
from safety.substance import Level

_CSA: dict[str, object] = {
    "list": "us-csa",
    "jurisdiction": "US",
    "edition": "2026-04-01",
    "level": Level.BLOCK,
}


def _rule(**fields: object) -> ClassRule:
    return ClassRule.model_validate({**_CSA, **fields})


def _is_monocycle(mol: Mol, atom: int) -> bool:
    """Whether an atom's ring shares no atom with another ring."""
    rings = mol.GetRingInfo()
    own = [r for r in rings.AtomRings() if atom in r]
    return len(own) == 1 and all(rings.NumAtomRings(i) == 1 for i in own[0])


_FENTANYL = (
    "O=C([#6,#7,#8,#1])[NX3]([a;R1])[CX4;R1]1[CX4;R1][CX4;R1][NX3;R1]([CX4;!R][CX4;!R][R1])"
    "[CX4;R1][CX4;R1]1"
)


def _is_fentanyl_related(mol: Mol) -> bool:
    """The aniline ring and the ring of the phenethyl group are single rings."""
    return any(
        _is_monocycle(mol, found[4]) and _is_monocycle(mol, found[11])
        for found in matches(mol, _FENTANYL)
    )


_STEROID = (
    "[#6]1~[#6,#8]~[#6]~[#6]~[#6]2~[#6]~1~[#6]1~[#6](~[#6]~[#6]~2)~[#6]2~[#6]~[#6]~[#6]~"
    "[#6]~2~[#6]~[#6]~1"
)
# 17-oxygen (free, ester or ether) beside the quaternary carbon 13, with nothing but hydrogen,
# methyl or ethyl as the other substituent of carbon 17.
_SEVENTEEN_OXY = "[CX4;R2;$(C[CX4;!R])]([CX4;R2])[CX4;R1;$(C([OX2])(C)C)]([OX2;!R])"
_OTHER_SEVENTEEN = (
    "[CX4;R1]([OX2;!R])([#6;!R;!$([CH3]);!$([CH2][CH3])])[CX4;R2]",  # ethynyl, acyl, long chains
    "[CX4;R1]([OX2;!R])([#7,#16,F,Cl,Br,I])[CX4;R2]",
)


def _is_testosterone_like(mol: Mol) -> bool:
    """A steroid with oxygen on carbon 3 (or a fused azole there) and no foreign groups."""
    core = mol.GetSubstructMatches(query(_STEROID))
    if not core or not mol.HasSubstructMatch(query(_SEVENTEEN_OXY)):
        return False
    nucleus = set(core[0])
    ring_a = core[0][:6]
    if any(mol.GetAtomWithIdx(i).GetIsAromatic() for i in ring_a):
        return False
    for atom in mol.GetAtoms():
        if atom.GetIdx() in nucleus:
            continue
        hangs_on = [n.GetIdx() for n in atom.GetNeighbors() if n.GetIdx() in nucleus]
        if (
            hangs_on
            and atom.GetAtomicNum() == 6
            and not (
                atom.GetTotalNumHs() == 3 or (atom.GetDegree() == 2 and atom.GetTotalNumHs() == 2)
            )
        ):
            return False  # a side chain, a nitrile, an exocyclic alkene
        if (
            hangs_on
            and atom.GetAtomicNum() == 7
            and not any(
                atom.GetIdx() in ring and len(nucleus.intersection(ring)) > 1
                for ring in mol.GetRingInfo().AtomRings()
            )
        ):
            return False  # an amine; only azoles fused to ring A are meant
    third = core[0][1:5]
    return any(
        n.GetAtomicNum() in (7, 8) for i in third for n in mol.GetAtomWithIdx(i).GetNeighbors()
    )


def _has_one_alkene_in_ring_c(mol: Mol) -> bool:
    """Tetrahydro: the carbocycle beside the pyran has just one double bond."""
    for found in matches(mol, _CANNABINOL):
        ring = found[12:18]
        bonds = [
            mol.GetBondBetweenAtoms(a, b)
            for k, a in enumerate(ring)
            for b in ring[k + 1 :]
            if mol.GetBondBetweenAtoms(a, b) is not None
        ]
        kinds = Counter(b.GetBondTypeAsDouble() for b in bonds)
        if kinds[2.0] == 1 and kinds[1.5] == 0:
            return True
    return False


# atoms 12-17 of the pattern are the carbocycle
_CANNABINOL = "[CX4;!R]c1cc([OX2;!R])c2c(c1)OC(C)(C)[#6;R]3~[#6;R]~[#6;R]~[#6;R]~[#6;R]~[#6;R]~3-2"

_ALKYL_TAIL = "[#6,#7,#8][#6][CX4;H2]"

# -- positional isomers ------------------------------------------------------------------------

# The core structures that 21 CFR 1300.01 has in mind, the most special first.
_CORES = (
    ("ergoline", "C1CNC2Cc3c[nH]c4cccc(C2=C1)c34"),
    ("benzylphenethylamine", "c1ccccc1CNCCc1ccccc1"),
    ("indol-3-yl ketone", "[#6]C(=O)c1cn([#6])c2ccccc12"),
    ("indole amide", "[#7]C(=O)c1cn([#6])c2ccccc12"),
    ("indole ester", "[#8]C(=O)c1cn([#6])c2ccccc12"),
    ("indazole amide", "[#7]C(=O)c1nn([#6])c2ccccc12"),
    ("indazole ketone", "[#6]C(=O)c1nn([#6])c2ccccc12"),
    ("tryptamine", "c1ccc2c(c1)c(c[nH]2)CC[NX3]"),
    ("cathinone", "[c]C(=O)[CX4;H1]([#6])[NX3;!$(NC=O)]"),
    ("arylcyclohexylamine", "[c]C1([NX3])CCCC[C]1"),
    ("phenethylamine", "c1ccccc1[CX4;!R][CX4;!R][NX3;!$(NC=O);!$(N-[!#6;!#1;!#8])]"),
)
_GROUPS = (
    "c[OX2H]", "c[OX2][CH3]", "c[OX2][CX4;!$(C1Oc2ccccc2O1)]", "C1Oc2ccccc2O1",
    "cF", "cCl", "cBr", "cI",
    "c[SX2][CX4]", "c[N+](=O)[O-]", "[NX3][OX2H]", "[CX4][OX2H]", "[CX4][OX2][CX4]",
    "[CX3](=O)[#6,#1]", "[CX3](=O)[OX2]", "[CX3](=O)[NX3]", "C#N", "[CX4][F,Cl,Br,I]",
    "C=C", "[OX1]=P",
)  # fmt: skip
_HALLUCINOGENS = (
    "CCC(N)Cc1c[nH]c2ccccc12", "CC(N)Cc1cc(OC)c(Br)cc1OC", "NCCc1cc(OC)c(Br)cc1OC",
    "CC(N)Cc1cc(OC)ccc1OC", "CCc1cc(OC)c(CC(C)N)cc1OC", "CCCSc1cc(OC)c(CCN)cc1OC",
    "CC(N)Cc1ccc(OC)cc1", "CC(N)Cc1cc2OCOc2c(OC)c1", "CC(N)Cc1cc(OC)c(C)cc1OC",
    "CC(N)Cc1ccc2OCOc2c1", "CNC(C)Cc1ccc2OCOc2c1", "CCNC(C)Cc1ccc2OCOc2c1",
    "CC(Cc1ccc2OCOc2c1)NO", "CC(N)Cc1cc(OC)c(OC)c(OC)c1", "COc1ccc2[nH]cc(CCN(C)C)c2c1",
    "CC(N)Cc1c[nH]c2ccccc12", "CN(C)CCc1c[nH]c2ccc(O)cc12", "CCN(CC)CCc1c[nH]c2ccccc12",
    "CN(C)CCc1c[nH]c2ccccc12", "COc1ccc2[nH]cc(CCN(C(C)C)C(C)C)c2c1",
    "CCN(CC)C(=O)C1CN(C)C2Cc3c[nH]c4cccc(C2=C1)c34", "NCCc1cc(OC)c(OC)c(OC)c1",
    "CCNC1(c2ccccc2)CCCCC1", "C1CCN(C1)C1(c2ccccc2)CCCCC1", "C1CCN(CC1)C1(c2cccs2)CCCCC1",
    "CC(NC)C(=O)c1ccc(C)cc1", "CCCC(C(=O)c1ccc2OCOc2c1)N1CCCC1", "CCc1cc(OC)c(CCN)cc1OC",
    "Cc1cc(OC)c(CCN)cc1OC", "NCCc1cc(OC)c(Cl)cc1OC", "NCCc1cc(OC)c(I)cc1OC",
    "CCSc1cc(OC)c(CCN)cc1OC", "NCCc1cc(OC)c([N+](=O)[O-])cc1OC", "CCCc1cc(OC)c(CCN)cc1OC",
    "CNC(C)C(=O)c1ccc2OCOc2c1", "CCCCCn1cc(C(=O)c2cccc3ccccc23)c2ccccc12",
    "COc1ccccc1CNCCc1cc(OC)c(I)cc1OC", "COc1ccccc1CNCCc1cc(OC)c(Cl)cc1OC",
    "COc1ccccc1CNCCc1cc(OC)c(Br)cc1OC", "CCNC(C)C(=O)c1ccc(C)cc1",
    "CC(C(=O)c1ccc(C)cc1)N1CCCC1", "CCCC(C(=O)c1ccccc1)N1CCCC1", "CCC(NC)C(=O)c1ccc2OCOc2c1",
    "CCCC(NC)C(=O)c1ccccc1", "CCCC(NC)C(=O)c1ccc2OCOc2c1", "CNC(C)C(=O)c1ccc(F)cc1",
    "CCC(C(=O)c1ccccc1)N1CCCC1", "CCCC(NCC)C(=O)c1ccc2OCOc2c1", "CCCCC(NCC)C(=O)c1ccccc1",
    "CCCCC(C(=O)c1ccccc1)N1CCCC1", "CCCC(NCC)C(=O)c1ccc(C)cc1",
    "CCCCC(C(=O)c1ccc(C)cc1)N1CCCC1", "CCCCCC(C(=O)c1ccccc1)N1CCCC1",
    "CCCC(C(=O)c1ccc(Cl)cc1)N1CCCC1", "CNC(C)Cc1ccc(OC)cc1", "CCNC1(CCCCC1=O)c1cccc(OC)c1",
    "COc1cccc(c1)C1(CCCCC1)N1CCCCC1", "CNC(C)C(=O)c1ccc(Cl)cc1",
    "CC(C)CC(C(=O)c1ccccc1)N1CCCC1", "CCC(NCC)C(=O)c1ccc2OCOc2c1",
)  # fmt: skip


def _signature(mol: Mol) -> tuple[object, ...] | None:
    """Formula, core and functional groups: what positional isomers have in common."""
    core = next((name for name, s in _CORES if mol.HasSubstructMatch(query(s))), None)
    if core is None:
        return None
    rings = sorted(
        (len(r), all(mol.GetAtomWithIdx(i).GetIsAromatic() for i in r))
        for r in mol.GetRingInfo().AtomRings()
    )
    groups = tuple(len(matches(mol, s)) for s in _GROUPS)
    amines = sum(
        1 for _ in mol.GetSubstructMatches(query("[NX3;!$(NC=O);!$([nH]);!$(N=*);!$(N[#8])]"))
    )
    return CalcMolFormula(mol), core, tuple(rings), groups, amines


@cache
def _hallucinogens() -> tuple[frozenset[str], frozenset[tuple[object, ...]]]:
    signatures = [
        s for smiles in _HALLUCINOGENS if (s := _signature(Chem.MolFromSmiles(smiles))) is not None
    ]
    return frozenset(str(s[0]) for s in signatures), frozenset(signatures)


def _is_positional_isomer(mol: Mol) -> bool:
    if not 12 <= mol.GetNumHeavyAtoms() <= 30:
        return False
    formulas, signatures = _hallucinogens()
    return CalcMolFormula(mol) in formulas and _signature(mol) in signatures


DRUG_RULES: tuple[ClassRule, ...] = (
    _rule(
        id="us-fentanyl-related",
        name="fentanyl-related substance",
        schedule="Schedule I",
        citation="21 CFR 1308.11(h)(30); 21 U.S.C. 812(c), Schedule I(e)",
        elements={"N", "O"},
        smarts=(_FENTANYL,),
        predicate=_is_fentanyl_related,
        fewest_atoms=22,
        positive=(
            "CCCCCCC(=O)N(c1ccccc1)C1CCN(CCc2ccccc2)CC1",
            "CCC(=O)N(c1ccc(Cl)cc1)C1CCN(CCc2ccccc2)CC1",
            "CCC(=O)N(c1ccccc1)C1CCN(CCc2ccc(C)cc2)CC1",
            "CCC(=O)N(c1ccccc1)C1CCN(CCc2ccsc2)CC1C",
            "O=C(c1ccco1)N(c1ccccn1)C1CCN(CC(O)c2ccccc2)CC1",
            "COCC(=O)N(c1ccccc1F)C1CCN(CCc2ccccc2)CC1",
        ),
        negative=(
            "CCC(=O)N(c1ccccc1)C1CCNCC1",
            "CCC(=O)N(c1ccccc1)C1CCN(Cc2ccccc2)CC1",
            "O=C1CCN(CCc2ccccc2)CC1",
            "N(c1ccccc1)C1CCN(CCc2ccccc2)CC1",
            "CN(C)C(=O)C(CCN1CCC(O)(c2ccc(Cl)cc2)CC1)(c1ccccc1)c1ccccc1",
            "CC(=O)Nc1ccc(O)cc1",
        ),
    ),
    _rule(
        id="us-cannabimimetic",
        name="cannabimimetic agent",
        schedule="Schedule I",
        citation="21 U.S.C. 812(c), Schedule I(d)(2)(B)",
        smarts=(
            "[OX2H]c1cc([CX4;!R,$([CX3]=[CX3])])ccc1[CX4;R]1[CX4][CX4][CX4][CX4]([OX2H])[CX4]1",
            f"{_ALKYL_TAIL}n1cc(C(=O)c2cccc3ccccc23)c2ccccc12",
            f"{_ALKYL_TAIL}n1c(C)c(C(=O)c2cccc3ccccc23)c2ccccc12",
            f"{_ALKYL_TAIL}n1cc([CH2]c2cccc3ccccc23)c2ccccc12",
            f"{_ALKYL_TAIL}n1c([#6,#1])c(C(=O)c2cccc3ccccc23)[c;!$(c1ccccc1n)]c1",
            f"{_ALKYL_TAIL}n1[c;R1]c(C(=O)c2cccc3ccccc23)[c;R1][c;R1]1",
            "[CH1](c1cccc2ccccc12)=C1C=C([#6])c2ccccc12",
            f"{_ALKYL_TAIL}n1cc(C(=O)[CH2]c2ccccc2)c2ccccc12",
            f"{_ALKYL_TAIL}n1cc(C(=O)c2ccccc2)c2ccccc12",
            f"{_ALKYL_TAIL}n1c(C)c(C(=O)c2ccccc2)c2ccccc12",
        ),
        unless=("[CX3](=O)[OX2H,OX1-]", "[CX4;H2]([n])C(=O)[#7,#8]"),
        fewest_atoms=20,
        positive=(
            "CCCn1cc(C(=O)c2cccc3ccccc23)c2ccccc21",
            "CCCCCC(C)(C)c1ccc(C2CCCC(O)C2)c(O)c1",
            "CCCCCn1cc(C(=O)Cc2ccccc2C)c2ccccc12",
            "CCCCCn1cc(C(=O)c2ccccc2I)c2ccccc12",
            "CCCCCn1cc(Cc2cccc3ccccc23)c2ccccc12",
            "CCCCCn1ccc(C(=O)c2cccc3ccccc23)c1",
            "CCCCCC1=CC(=Cc2cccc3ccccc23)c2ccccc12",
        ),
        negative=(
            "COc1ccc2c(c1)c(CC(=O)O)c(C)n2C(=O)c1ccc(Cl)cc1",
            "O=C(c1ccccc1)c1c[nH]c2ccccc12",
            "O=C(O)Cn1cc(C(=O)c2ccccc2)c2ccccc12",
            "CCCCCc1cc(O)c(C2C=C(C)CCC2C(C)=C)c(O)c1",
            "Cn1ccc2ccccc12",
        ),
    ),
    _rule(
        id="us-tetrahydrocannabinols",
        name="tetrahydrocannabinol",
        schedule="Schedule I",
        citation="21 CFR 1308.11(d)(31)",
        elements={"O"},
        smarts=(_CANNABINOL,),
        predicate=_has_one_alkene_in_ring_c,
        fewest_atoms=18,
        positive=(
            "CCCCCc1cc(O)c2C3C=C(C)CCC3C(C)(C)Oc2c1",
            "CCCCCc1cc(O)c2C3=C(CCC(C)C3)C(C)(C)Oc2c1",
            "CCCCCc1cc(OC(C)=O)c2C3C=C(C)CCC3C(C)(C)Oc2c1",
            "CCCCCCCc1cc(O)c2C3C=C(C)CCC3C(C)(C)Oc2c1",
        ),
        negative=(
            "CCCCCc1cc(O)c2c(c1)OC(C)(C)c1ccc(C)cc12",
            "CCCCCc1cc(O)c(C2C=C(C)CCC2C(C)=C)c(O)c1",
            "CCCCCc1cc(O)c2C=CC(C)(CCC=C(C)C)Oc2c1",
        ),
    ),
    _rule(
        id="us-barbiturates",
        name="derivative of barbituric acid",
        schedule="Schedule III",
        citation="21 CFR 1308.13(c)(3)",
        elements={"N", "O"},
        smarts=("O=C1[#7]C(=[O,S])[#7]C(=O)[CX4;R1]1([#6;!$(C=O)])[#6;!$(C=O)]",),
        fewest_atoms=11,
        positive=(
            "CN1C(=O)NC(=O)C(C)(C2=CCCCC2)C1=O",
            "CCC1(CCC(C)C)C(=O)NC(=O)NC1=O",
            "CCCC(C)C1(CC)C(=O)NC(=S)NC1=O",
            "CCC1(c2ccccc2)C(=O)NC(=O)NC1=O",
        ),
        negative=(
            "O=C1CC(=O)NC(=O)N1",
            "CCC1(c2ccccc2)C(=O)NCNC1=O",
            "CC1(C)C(=O)NC(=O)N1",
            "O=c1cc[nH]c(=O)[nH]1",
            "O=C1NC(=O)C2(CCCC2)C(=O)N1",
            "O=C1NC(=O)C(=Cc2ccccc2)C(=O)N1",
        ),
    ),
    _rule(
        id="us-anabolic-steroids",
        name="anabolic steroid, its ester or ether",
        schedule="Schedule III",
        citation="21 U.S.C. 802(41); 21 CFR 1308.13(f)",
        elements={"O"},
        smarts=(_SEVENTEEN_OXY,),
        unless=_OTHER_SEVENTEEN,
        predicate=_is_testosterone_like,
        # Epitestosterone (17 alpha) and the antiandrogen oxendolone do not act like testosterone.
        exceptions={"MUMGGOZAMZWBJJ-KZYORJDKSA-N", "FCKLFGKATYPJPG"},
        fewest_atoms=19,
        positive=(
            "CC(=O)O[C@H]1CC[C@H]2[C@@H]3CCC4=CC(=O)CC[C@]4(C)[C@H]3CC[C@]12C",
            "CCCCCCCCCC(=O)O[C@H]1CC[C@H]2[C@@H]3CCC4=CC(=O)CC[C@@H]4[C@H]3CC[C@]12C",
            "CCC(=O)O[C@H]1CC[C@H]2[C@@H]3CC[C@H]4CC(=O)[C@H](C)C[C@]4(C)[C@H]3CC[C@]12C",
            "CC1CC2CC(=O)CCC2C2CCC3(C)C(O)CCC3C12",
            "CC12CCC3C(CCC4=CC(=O)CCC34)C1CCC2O",
        ),
        negative=(
            "C[C@]12CC[C@H]3[C@@H](CCc4cc(O)ccc34)[C@@H]1CC[C@@H]2O",
            "CC(=O)[C@H]1CC[C@H]2[C@@H]3CCC4=CC(=O)CC[C@]4(C)[C@H]3CC[C@]12C",
            "C[C@]12CC[C@H]3[C@@H](CCC4=CC(=O)CC[C@H]34)[C@@H]1CC[C@@]2(O)C#C",
            "C[C@]12CCC(=O)C=C1CC[C@@H]1[C@@H]2C(O)C[C@@]2(C)[C@H]1CC[C@]2(O)C(=O)CO",
            "C[C@]12CC[C@H](O)CC1=CC[C@@H]1[C@@H]2CC[C@]2(C)C(=O)CC[C@@H]12",
            "CC(C)CCCC(C)C1CCC2C3CC=C4CC(O)CCC4(C)C3CCC12C",
            "CC(C)(C)NC(=O)C1CCC2C3CCC4NC(=O)C=CC4(C)C3CCC12C",
        ),
    ),
    _rule(
        id="us-opium-derivatives",
        name="derivative of morphine, codeine or thebaine",
        schedule="Schedule II",
        citation="21 CFR 1308.12(b)(1)-(2)",
        elements={"N", "O"},
        smarts=(
            "[$([NX3;R]([CH3])(C)C),$([NX3;R;H1])]1[CX4][CX4]C23c4c5cccc4O[#6]2~[#6]~[#6]~[#6]~"
            "[#6]3C1C5",
        ),
        fewest_atoms=20,
        positive=(
            "CC(=O)Oc1ccc2c3c1OC1C(O)C=CC4C(C2)N(C)CCC314",
            "CN1CCC23c4c5ccc(O)c4OC2C(OC(C)=O)C=CC3C1C5",
            "COc1ccc2c3c1OC1C(=O)CCC4C(C2)N(C)CCC314",
        ),
        negative=(
            "C=CCN1CC[C@]23c4c5ccc(O)c4O[C@H]2C(=O)CC[C@@]3(O)[C@H]1C5",
            "O=C1CC[C@@]2(O)[C@H]3Cc4ccc(O)c5O[C@@H]1[C@]2(CCN3CC1CC1)c45",
            "CN1CCc2cccc3c2C1Cc1ccc(O)c(O)c1-3",
            "COc1ccc2C[C@H]3[C@H]4CCCC[C@@]4(CCN3C)c2c1",
        ),
    ),
    _rule(
        id="us-ecgonine-derivatives",
        name="derivative of ecgonine",
        schedule="Schedule II",
        citation="21 CFR 1308.12(b)(4)",
        elements={"N", "O"},
        smarts=("[OX2,OX1-]C(=O)[CX4;R]1[CX4]([OX2])[CX4][CX4]2[CX4][CX4][CX4]1[NX3,NX4+]2",),
        fewest_atoms=12,
        positive=(
            "CCOC(=O)C1C(OC(=O)c2ccccc2)CC2CCC1N2C",
            "OC(=O)C1C(OC(=O)c2ccccc2)CC2CCC1N2C",
            "COC(=O)C1C(O)CC2CCC1N2C",
        ),
        negative=(
            "CN1C2CCC1CC(C2)OC(=O)C(CO)c1ccccc1",
            "CN1C2CCC1CC(O)C2",
            "CN1C2CCC1CC(C2)OC(c1ccccc1)c1ccccc1",
        ),
    ),
    _rule(
        id="us-positional-isomers",
        name="positional isomer of a Schedule I hallucinogen",
        schedule="Schedule I",
        citation='21 CFR 1300.01(b) "positional isomer"; 21 CFR 1308.11(d)',
        elements={"N"},
        predicate=_is_positional_isomer,
        # Homoveratrylamine shares 2C-H's formula and is an ordinary intermediate; methoxyphenamine
        # is a bronchodilator.
        exceptions={"ANOUKFYBOAKOIR", "OEHAYUOVELTAPG"},
        fewest_atoms=12,
        positive=(
            "CNC(C)Cc1cccc2OCOc12",
            "CC(N)Cc1cccc(OC)c1",
            "CNC(C)C(=O)c1ccccc1C",
            "COc1cccc2[nH]cc(CCN(C)C)c12",
            "NCCc1ccc(OC)c(OC)c1OC",
            "COc1cccc(CNCCc2cc(OC)c(I)cc2OC)c1",
        ),
        negative=(
            "NCCc1c[nH]c2ccccc12",
            "NCCc1ccccc1",
            "CC(NC(C)(C)C)C(=O)c1cccc(Cl)c1",
            "NCCc1ccc(O)c(O)c1",
            "COc1ccc2[nH]cc(CCNC(C)=O)c2c1",
            "COc1ccc(CCN)cc1OC",
            "CC(COc1c(C)cccc1C)N",
            "CCOc1ccc(CCN)cc1",
            "CCN(CC)CC(=O)c1ccccc1",
        ),
    ),
)
