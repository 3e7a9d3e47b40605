"""Members of classes by their systematic names, held against the classes' own structures."""

from __future__ import annotations

import time

import pytest
from rdkit import Chem

from safety import Decision
from safety.class_nomenclature import systematic_members
from safety.families import class_hits
from safety.screening import Screener

# A name and the structure it spells; the rule is the first column's.
MEMBERS = [
    ("cwc-1.a.1", "butan-2-yl ethylphosphonofluoridate", "CCC(C)OP(=O)(F)CC"),
    ("cwc-1.a.1", "2-[fluoranyl(propyl)phosphoryl]oxybutane", "CCCP(=O)(F)OC(C)CC"),
    ("cwc-1.a.2", "propyl diethylphosphoramidocyanidate", "CCCOP(=O)(C#N)N(CC)CC"),
    (
        "cwc-1.a.3",
        "2-[propoxy(methyl)phosphoryl]sulfanyl-N,N-diethylethanamine",
        "CCCOP(C)(=O)SCCN(CC)CC",
    ),
    ("cwc-1.b.9", "propylphosphonyl difluoride", "CCCP(=O)(F)F"),
    ("cwc-2.b.4", "dibutyl ethylphosphonate", "CCCCOP(=O)(CC)OCCCC"),
    ("cwc-2.b.5", "diethylphosphoramidic dibromide", "CCN(CC)P(=O)(Br)Br"),
    ("cwc-2.b.6", "dipropyl N,N-dimethylphosphoramidate", "CCCOP(=O)(OCCC)N(C)C"),
    (
        "us-fentanyl-related",
        "N-(4-iodophenyl)-N-[1-(2-phenylethyl)piperidin-4-yl]butanamide",
        "CCCC(=O)N(c1ccc(I)cc1)C1CCN(CCc2ccccc2)CC1",
    ),
    (
        "uk-nitazenes",
        "2-[2-[(4-butoxyphenyl)methyl]-5-nitrobenzimidazol-1-yl]-N,N-diethylethanamine",
        "CCCCOc1ccc(Cc2nc3cc([N+](=O)[O-])ccc3n2CCN(CC)CC)cc1",
    ),
    (
        "us-cannabimimetic",
        "naphthalen-1-yl-(1-hexylindol-3-yl)methanone",
        "O=C(c1cccc2ccccc12)c1cn(CCCCCC)c2ccccc12",
    ),
    (
        "uk-synthetic-cannabinoids",
        "N-(1-amino-3,3-dimethyl-1-oxobutan-2-yl)-1-hexylindazole-3-carboxamide",
        "CCCCCCn1nc(C(=O)NC(C(N)=O)C(C)(C)C)c2ccccc12",
    ),
    ("uk-cathinones", "1-(4-bromophenyl)-2-(ethylamino)butan-1-one", "CCNC(CC)C(=O)c1ccc(Br)cc1"),
    (
        "uk-tryptamines",
        "N,N-dipropyl-2-(5-fluoro-1H-indol-3-yl)ethanamine",
        "CCCN(CCC)CCc1c[nH]c2ccc(F)cc12",
    ),
    ("uk-phenethylamines", "1-(3-bromophenyl)propan-2-amine", "CC(N)Cc1cccc(Br)c1"),
    (
        "uk-nbome",
        "2-(4-ethyl-2,5-dimethoxyphenyl)-N-[(2-methoxyphenyl)methyl]ethanamine",
        "CCc1cc(OC)c(CCNCc2ccccc2OC)cc1OC",
    ),
    (
        "uk-arylcyclohexylamines",
        "2-(3-bromophenyl)-2-(ethylamino)cyclohexan-1-one",
        "CCNC1(c2cccc(Br)c2)CCCCC1=O",
    ),
    (
        "us-barbiturates",
        "5-heptyl-5-methyl-1,3-diazinane-2,4,6-trione",
        "CCCCCCCC1(C)C(=O)NC(=O)NC1=O",
    ),
]

# Names near a class whose compounds stand on no list: complexants, medicines, a dye's parent.
OTHERS = [
    "aminotris(methylphosphonic acid)",
    "1-[chloromethyl(ethoxy)phosphoryl]oxyethane",
    "diethyl phosphonate",
    "diethyl [(dimethylamino)methyl]phosphonate",
    "1-[3-[2-(dimethylamino)ethyl]-1H-indol-5-yl]-N-methylmethanesulfonamide",
    "2-(tert-butylamino)-1-(3-chlorophenyl)propan-1-one",
    "1,3-diazinane-2,4,6-trione",
    "5-(1,3-benzodioxol-5-ylmethylidene)-1,3-diazinane-2,4,6-trione",
    "5,5-dibromo-1,3-diazinane-2,4,6-trione",
    "N-phenylpropanamide",
    "1H-indole-3-carboxamide",
    "N-(2,6-dimethylphenyl)-2-(diethylamino)acetamide",
]


@pytest.fixture(scope="module")
def without_java() -> Screener:
    return Screener(resolver=None)


@pytest.mark.parametrize(("rule", "name", "smiles"), MEMBERS)
def test_a_member_is_found_by_its_systematic_name_and_is_one_by_structure(
    without_java: Screener, rule: str, name: str, smiles: str
) -> None:
    by_structure = {hit.id for hit in class_hits(Chem.MolFromSmiles(smiles))}
    by_name = {found for found, _, _ in systematic_members(name.lower())}

    assert rule in by_structure & by_name
    assert without_java.screen(f"a sample of {name} was seen").decision is not Decision.ALLOW


@pytest.mark.parametrize("name", OTHERS)
def test_a_name_near_a_class_is_none_of_its_members(name: str) -> None:
    assert list(systematic_members(name.lower())) == []


@pytest.mark.parametrize(
    "piece", ["n-phenyl", "5-a-", "[methyl(", "1-((", "n,n-methyl-", "2-(4-", "piperidin-4-yl "]
)
def test_no_text_takes_long_to_look_through(piece: str) -> None:
    """Twice the text takes about twice the time: the patterns never look back over all of it."""

    def seconds(n: int) -> float:
        text = "amine trione phosph " + piece * n
        started = time.process_time()
        list(systematic_members(text))
        return time.process_time() - started

    assert seconds(8_000) <= 6 * seconds(4_000) + 0.1
