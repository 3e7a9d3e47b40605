"""Class rules of the Chemical Weapons Convention, and the warning classes of explosives.

The Convention's families are written out in its Annex on Chemicals: alkyl always means methyl,
ethyl, n-propyl or isopropyl on phosphorus or nitrogen, and up to ten carbons (cycloalkyl included)
on oxygen.
"""

from __future__ import annotations

from safety.class_rule import ClassRule, Mol, branch, is_alkyl, matches
from safety.substance import Level

_SMALL = 3  # methyl, ethyl, n-propyl, isopropyl
_LARGE = 10


def _alkyls(mol: Mol, smarts: str, sizes: dict[int, tuple[int, int]]) -> bool:
    """Whether some match of a pattern has alkyl branches of the sizes that the law says.

    Args:
        mol: The molecule.
        smarts: A pattern.
        sizes: Ordinal of a pattern's atom (the first of the branch) to the ordinal of the atom
            it hangs on and the most carbons it may have.
    """
    for found in matches(mol, smarts):
        if all(
            is_alkyl(mol, branch(mol, found[first], found[origin]), longest)
            for first, (origin, longest) in sizes.items()
        ):
            return True
    return False


def _size(mol: Mol) -> int:
    return int(mol.GetNumHeavyAtoms())


def _phosphonofluoridate(mol: Mol) -> bool:
    return _alkyls(mol, "[C]P(=O)(F)O[C]", {0: (1, _SMALL), 5: (4, _LARGE)})


def _phosphoramidocyanidate(mol: Mol) -> bool:
    return _alkyls(
        mol, "[C]N([C])P(=O)(C#N)O[C]", {0: (1, _SMALL), 2: (1, _SMALL), 8: (7, _LARGE)}
    ) or _alkyls(mol, "[C]N([C])P(=O)(C#N)[OH]", {0: (1, _SMALL), 2: (1, _SMALL)})


def _phosphonothiolate(mol: Mol) -> bool:
    small = {0: (1, _SMALL), 7: (6, _SMALL), 8: (6, _SMALL)}
    return _alkyls(mol, "[C]P(=O)(SCCN([C])[C])O[C]", {
        0: (1, _SMALL), 7: (6, _SMALL), 8: (6, _SMALL), 10: (9, _LARGE)
    }) or _alkyls(mol, "[C]P(=O)(SCCN([C])[C])[OH]", small)  # fmt: skip


def _phosphonite(mol: Mol) -> bool:
    small = {0: (1, _SMALL), 6: (5, _SMALL), 7: (5, _SMALL)}
    return _alkyls(mol, "[C][PX3](OCCN([C])[C])O[C]", {**small, 9: (8, _LARGE)}) or _alkyls(
        mol, "[C][PX3](OCCN([C])[C])[OH]", small
    )


def _amidine_fluoridate(mol: Mol) -> bool:
    """1.A.13 and 1.A.14: the dialkylamino and the alkylidene of up to ten carbons."""
    pattern = "FP(=O)[NX2]=C[NX3]([C])[C]"
    for found in matches(mol, pattern):
        fluorine, phosphorus, oxygen, imine, carbon, amine, first, second = found
        if not all(is_alkyl(mol, branch(mol, i, amine), _LARGE) for i in (first, second)):
            continue
        rests = [
            (n.GetIdx(), n.GetAtomicNum())
            for n in mol.GetAtomWithIdx(carbon).GetNeighbors()
            if n.GetIdx() not in (imine, amine)
        ]
        if not all(is_alkyl(mol, branch(mol, i, carbon), _LARGE) for i, _ in rests):
            continue
        last = [
            n
            for n in mol.GetAtomWithIdx(phosphorus).GetNeighbors()
            if n.GetIdx() not in (fluorine, oxygen, imine)
        ]
        if not last:
            return True
        rest = last[0]
        if rest.GetAtomicNum() == 6 and is_alkyl(
            mol, branch(mol, rest.GetIdx(), phosphorus), _LARGE
        ):
            return True
        if rest.GetAtomicNum() == 8:
            beyond = [n for n in rest.GetNeighbors() if n.GetIdx() != phosphorus]
            if not beyond or is_alkyl(mol, branch(mol, beyond[0].GetIdx(), rest.GetIdx()), _LARGE):
                return True
    return False


def _one_small_carbon_on_phosphorus(mol: Mol) -> bool:
    """2.B.4: a phosphorus with one methyl, ethyl or propyl and no further carbon."""
    for atom in mol.GetAtoms():
        if atom.GetAtomicNum() != 15:
            continue
        carbons = [n for n in atom.GetNeighbors() if n.GetAtomicNum() == 6]
        if len(carbons) == 1 and is_alkyl(
            mol, branch(mol, carbons[0].GetIdx(), atom.GetIdx()), _SMALL
        ):
            return True
    return False


def _phosphoramidic_dihalide(mol: Mol) -> bool:
    return _alkyls(mol, "[C]N([C])P(=O)([F,Cl,Br,I])[F,Cl,Br,I]", {0: (1, _SMALL), 2: (1, _SMALL)})


def _phosphoramidate(mol: Mol) -> bool:
    return _alkyls(mol, "[C]N([C])P(=O)(O[C])O[C]", {
        0: (1, _SMALL), 2: (1, _SMALL), 6: (5, _SMALL), 8: (7, _SMALL)
    })  # fmt: skip


def _aminoethyl(mol: Mol, end: str) -> bool:
    """Whether a molecule is an N,N-dialkylaminoethane with this group in place 2, and no more."""
    pattern = f"[C][NX3]([C])[CH2][CH2]{end}"
    if not _alkyls(mol, pattern, {0: (1, _SMALL), 2: (1, _SMALL)}):
        return False
    return all(a.GetAtomicNum() in (6, 7, 8, 16, 17) for a in mol.GetAtoms()) and _size(mol) <= 10


def _aminoethyl_chloride(mol: Mol) -> bool:
    return _aminoethyl(mol, "Cl")


def _aminoethanol(mol: Mol) -> bool:
    return _aminoethyl(mol, "[OX2H]")


def _aminoethanethiol(mol: Mol) -> bool:
    return _aminoethyl(mol, "[SX2H]")


def _cwc(number: str, name: str, schedule: str) -> dict[str, object]:
    return {
        "id": f"cwc-{number.lower()}",
        "name": name,
        "list": "cwc",
        "schedule": f"Schedule {schedule}",
        "jurisdiction": "international",
        "citation": f"CWC Annex on Chemicals, {number}",
        "edition": "2020-06-07",
        "level": Level.BLOCK,
    }


def _rule(about: dict[str, object], **fields: object) -> ClassRule:
    return ClassRule.model_validate({**about, **fields})


_N = "[N+](=O)[O-]"
_NITRAMINE = "[#6;!$([#6]=[NX2])][NX3]" + _N

_ATF = {
    "list": "atf",
    "schedule": "18 U.S.C. 841(d), generic entry",
    "jurisdiction": "US",
    "edition": "2022-12-20",
    "level": Level.WARN,
}


def _carbons(mol: Mol) -> int:
    return sum(a.GetAtomicNum() == 6 for a in mol.GetAtoms())


def _is_energetic_nitrate(mol: Mol) -> bool:
    """Two nitrate groups, or one on so little carbon that it still burns by itself."""
    n = len(matches(mol, "[#6][OX2]" + _N))
    return _carbons(mol) <= (6 if n > 1 else 4) * n


def _is_energetic_nitramine(mol: Mol) -> bool:
    return _carbons(mol) <= 4 * len(matches(mol, _NITRAMINE))


def _has_trinitro_ring(mol: Mol) -> bool:
    nitro = {m[0] for m in matches(mol, "c" + _N)}
    return any(len(nitro.intersection(ring)) >= 3 for ring in mol.GetRingInfo().AtomRings())


def _is_energetic_peroxide(mol: Mol) -> bool:
    """At most six carbons a peroxide group, or two peroxide groups on one carbon."""
    n = len(matches(mol, "[#6][OX2][OX2][#6]")) + len(matches(mol, "[#6][OX2][OX2H]"))
    return _carbons(mol) <= 6 * n or bool(matches(mol, "[#6](O[OX2])O[OX2]"))


WEAPON_RULES: tuple[ClassRule, ...] = (
    _rule(
        _cwc("1.A.1", "O-alkyl alkylphosphonofluoridate", "1.A"),
        elements={"P", "F", "O"},
        predicate=_phosphonofluoridate,
        positive=("CCOP(C)(=O)F", "CC(C)OP(=O)(F)CC", "CP(=O)(F)OC1CCCCC1", "CCCCOP(=O)(F)C(C)C"),
        negative=("CCOP(=O)(F)OCC", "CP(=O)(F)c1ccccc1", "CCCCP(=O)(F)OC", "CC(C)OP(=O)(F)OC(C)C"),
    ),
    _rule(
        _cwc("1.A.2", "O-alkyl N,N-dialkylphosphoramidocyanidate", "1.A"),
        elements={"P", "N", "O"},
        predicate=_phosphoramidocyanidate,
        positive=("CCOP(=O)(C#N)N(C)C", "CC(C)OP(=O)(C#N)N(C)C", "CCOP(=O)(C#N)N(CC)CC"),
        negative=("CCOP(=O)(OCC)N(C)C", "CCOP(=O)(OCC)C#N", "CCOP(=O)(CC#N)OCC"),
    ),
    _rule(
        _cwc("1.A.3", "O-alkyl S-2-dialkylaminoethyl alkylphosphonothiolate", "1.A"),
        elements={"P", "S", "N", "O"},
        predicate=_phosphonothiolate,
        positive=(
            "CCOP(C)(=O)SCCN(CC)CC",
            "CCOP(=O)(CC)SCCN(CC)CC",
            "CP(=O)(O)SCCN(C(C)C)C(C)C",
            "CC(C)COP(C)(=O)SCCN(CC)CC",
        ),
        negative=("CCOP(=O)(OCC)SCC", "COP(=O)(OC)SCC(=O)NC", "CCOP(=S)(CC)Sc1ccccc1"),
    ),
    _rule(
        _cwc(
            "1.A.13-1.A.14",
            "N-(1-(dialkylamino)alkylidene) phosphonamidic fluoride or phosphoramidofluoridate",
            "1.A",
        ),
        elements={"P", "F", "N"},
        predicate=_amidine_fluoridate,
        positive=(
            "CCN(CC)C(C)=NP(C)(=O)F",
            "CCOP(=O)(F)N=C(C)N(CC)CC",
            "COP(=O)(F)N=C(C)N(C)C",
            "CCP(=O)(F)N=CN(C)C",
        ),
        negative=("CCN(CC)C(C)=NP(=O)(OC)OC", "CN(C)P(=O)(F)N(C)C", "CCN(CC)C(C)=N"),
    ),
    _rule(
        _cwc("1.A.16", "quaternary of dimethylcarbamoyloxypyridine", "1.A"),
        elements={"N", "O"},
        smarts=("CN(C)C(=O)Oc1cccnc1C[NX4+].[NX4+]",),
        predicate=lambda mol: len(matches(mol, "[NX4+]")) >= 2,
        positive=(
            "CN(C)C(=O)Oc1cccnc1C[N+](C)(C)CCCCCCCCCC[N+](C)(C)CCO",
            "CN(C)C(=O)Oc1cccnc1C[N+](C)(C)CCCCCCCC[N+](C)(C)CC#N",
        ),
        negative=("CN(C)C(=O)Oc1ccc[n+](C)c1", "CN(C)C(=O)Oc1cccc([N+](C)(C)C)c1"),
    ),
    _rule(
        _cwc("1.B.9", "alkylphosphonyl difluoride", "1.B"),
        elements={"P", "F", "O"},
        predicate=lambda mol: _alkyls(mol, "[C]P(=O)(F)F", {0: (1, _SMALL)}),
        positive=("CP(=O)(F)F", "CCP(=O)(F)F", "CC(C)P(=O)(F)F"),
        negative=("COP(=O)(F)F", "O=P(F)(F)c1ccccc1"),
    ),
    _rule(
        _cwc("1.B.10", "O-alkyl O-2-dialkylaminoethyl alkylphosphonite", "1.B"),
        elements={"P", "N", "O"},
        predicate=_phosphonite,
        positive=("CCOP(C)OCCN(C(C)C)C(C)C", "CCOP(CC)OCCN(CC)CC"),
        negative=("CCOP(OCC)OCCN(C)C", "CCOP(C)OCC"),
    ),
    _rule(
        _cwc("2.B.4", "phosphorus with one methyl, ethyl or propyl group", "2.B"),
        elements={"P"},
        predicate=_one_small_carbon_on_phosphorus,
        exceptions={"KVGLBTYUCJYMND"},  # fonofos, which the schedule names as an exemption
        positive=("CCCP(=O)(O)O", "COP(C)(=O)OC", "CP(Cl)Cl", "CC(C)P(=O)(OCC)OCC"),
        negative=(
            "CCOP(=S)(CC)Sc1ccccc1",
            "CP(=O)(O)CCC(N)C(=O)O",
            "OC(=O)CNCP(=O)(O)O",
            "CP(C)C",
            "CCOP(=O)(OCC)OCC",
            "CC1OC1P(=O)(O)O",
            "OP(=O)(O)CCCl",
        ),
    ),
    _rule(
        _cwc("2.B.5", "N,N-dialkylphosphoramidic dihalide", "2.B"),
        elements={"P", "N", "O"},
        predicate=_phosphoramidic_dihalide,
        positive=("CN(C)P(=O)(Cl)Cl", "CCN(CC)P(=O)(F)F"),
        negative=("CN(C)P(=O)(Cl)N(C)C", "ClCCN(CCCl)P(=O)(Cl)Cl", "ClP(=O)(Cl)Oc1ccccc1"),
    ),
    _rule(
        _cwc("2.B.6", "dialkyl N,N-dialkylphosphoramidate", "2.B"),
        elements={"P", "N", "O"},
        predicate=_phosphoramidate,
        positive=("COP(=O)(OC)N(C)C", "CCOP(=O)(OCC)N(C)C", "CCOP(=O)(OCC)N(CC)CC"),
        negative=("CN(C)P(=O)(N(C)C)N(C)C", "CCOP(N)(=O)OCC", "CCOP(=O)(OCC)NC"),
    ),
    _rule(
        _cwc("2.B.10", "N,N-dialkylaminoethyl-2-chloride", "2.B"),
        elements={"N", "Cl"},
        predicate=_aminoethyl_chloride,
        positive=("CN(C)CCCl", "CCN(CC)CCCl", "CC(C)N(CCCl)C(C)C"),
        negative=("CNCCCl", "CN(C)CCCCl", "ClCCN1CCCCC1", "ClCCN1CCOCC1"),
    ),
    _rule(
        _cwc("2.B.11", "N,N-dialkylaminoethane-2-ol", "2.B"),
        elements={"N", "O"},
        predicate=_aminoethanol,
        # N,N-dimethyl- and N,N-diethylaminoethanol are the schedule's own exemptions.
        exceptions={"UEEJHVSXFDXPFK", "BFSVOASYOCHEOV"},
        positive=("CC(C)N(CCO)C(C)C", "CCCN(CCC)CCO", "CCN(C)CCO"),
        negative=("CN(C)CCO", "CCN(CC)CCO", "OCCN(CCO)CCO", "CCCCN(CCCC)CCO", "CN(C)CC(C)O"),
    ),
    _rule(
        _cwc("2.B.12", "N,N-dialkylaminoethane-2-thiol", "2.B"),
        elements={"N", "S"},
        predicate=_aminoethanethiol,
        positive=("CN(C)CCS", "CCN(CC)CCS", "CC(C)N(CCS)C(C)C"),
        negative=("NCCS", "CN(C)CCSC", "CN(C)CCCS"),
    ),
    _rule(
        {
            **_ATF,
            "id": "atf-nitrate-esters",
            "name": "nitrate ester",
            "citation": "ATF List of Explosive Materials: nitrated polyhydric alcohol explosives, "
            "explosive organic nitrate mixtures",
        },
        elements={"N", "O"},
        smarts=("[#6][OX2]" + _N,),
        predicate=_is_energetic_nitrate,
        # Medicines: isosorbide dinitrate and mononitrate.
        exceptions={"MOYKHGMNXAOIAT", "YWXYYJSYQOXTPL"},
        positive=("[O-][N+](=O)OCCCO[N+](=O)[O-]", "CO[N+](=O)[O-]", "CCO[N+](=O)[O-]"),
        negative=(
            "O=C(NCCO[N+](=O)[O-])c1cccnc1",
            "CCCCC(CC)CO[N+](=O)[O-]",
            "O[C@H]1CO[C@@H]2[C@@H](CO[C@H]12)O[N+](=O)[O-]",
        ),
    ),
    _rule(
        {
            **_ATF,
            "id": "atf-nitramines",
            "name": "nitramine",
            "citation": "ATF List of Explosive Materials: organic nitramines",
        },
        elements={"N", "O"},
        smarts=(_NITRAMINE,),
        predicate=_is_energetic_nitramine,
        positive=("CN[N+](=O)[O-]", "[O-][N+](=O)N1CCN(CC1)[N+](=O)[O-]", "CN(C)[N+](=O)[O-]"),
        negative=(
            "O=[N+]([O-])N=C1NCCN1Cc1ccc(Cl)nc1",
            "CNC(NCC1CCOC1)=N[N+](=O)[O-]",
            "O=[N+]([O-])c1ccccc1",
            "CN(C)N=O",
        ),
    ),
    _rule(
        {
            **_ATF,
            "id": "atf-nitroaromatics",
            "name": "trinitroaromatic compound",
            "citation": "ATF List of Explosive Materials: nitro aromatic explosive mixtures",
        },
        elements={"N", "O"},
        predicate=_has_trinitro_ring,
        # Musk xylene, a fragrance; the stable radical DPPH and its hydrazine, laboratory reagents.
        exceptions={"XMWRWTSZNLOZFN", "HHEAADYXPMHMCT", "WCBPJVKVIMMEQC"},
        positive=(
            "Cc1c([N+](=O)[O-])cc([N+](=O)[O-])c(C)c1[N+](=O)[O-]",
            "CCc1c([N+](=O)[O-])cc([N+](=O)[O-])cc1[N+](=O)[O-]",
        ),
        negative=(
            "Cc1ccc([N+](=O)[O-])cc1[N+](=O)[O-]",
            "O=[N+]([O-])c1cccc([N+](=O)[O-])c1",
            "CCCN(CCC)c1c([N+](=O)[O-])cc(C(F)(F)F)cc1[N+](=O)[O-]",
        ),
    ),
    _rule(
        {
            **_ATF,
            "id": "atf-polynitro-aliphatics",
            "name": "geminal polynitro compound",
            "citation": "ATF List of Explosive Materials: polynitro aliphatic compounds",
        },
        elements={"N", "O"},
        smarts=(f"[CX4]({_N}){_N}",),
        positive=("CC([N+](=O)[O-])[N+](=O)[O-]", "CC(CO)([N+](=O)[O-])[N+](=O)[O-]"),
        negative=("C[N+](=O)[O-]", "CC([N+](=O)[O-])C[N+](=O)[O-]", "BrC(CO)(CO)[N+](=O)[O-]"),
    ),
    _rule(
        {
            **_ATF,
            "id": "atf-peroxides",
            "name": "organic peroxide",
            "citation": "ATF List of Explosive Materials: peroxide based explosive mixtures",
        },
        elements={"O"},
        smarts=("[#6][OX2][OX2][#6]", "[#6][OX2][OX2H]"),
        predicate=_is_energetic_peroxide,
        # Reagents of every day: tert-butyl hydroperoxide, di-tert-butyl peroxide, peracetic acid.
        exceptions={"CIHOLLKRGTVIJN", "LSXWFXONGKSEMY", "KFSLWBXXFJQRDL"},
        positive=("CCC(C)(OO)OOC(C)(CC)OO", "CC1(C)OOC(C)(C)OO1", "COOC", "CCOOCC"),
        negative=(
            "O=C(OOC(=O)c1ccccc1)c1ccccc1",
            "CC(C)(C)OO",
            "CC(C)(OO)c1ccccc1",
            "O=C1O[C@@H]2O[C@@]3(C)CC[C@H]4[C@H](C)CC[C@@H]([C@H]1C)[C@@]24OO3",
            "O=C(OO)c1cccc(Cl)c1",
            "CC(=O)OO",
        ),
    ),
)
