from __future__ import annotations

import pytest
from rdkit import Chem

from safety.errors import StructureError
from safety.kinship import (
    compare_stereo,
    differ_by_protons,
    ester_parents,
    ether_parents,
    mirror_image,
)
from safety.molecule import (
    Fragment,
    inchikey_of,
    read_inchi,
    read_molblock,
    read_reaction,
    read_smiles,
    read_structure,
)

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"


class Everything:
    """Holds every formula."""

    def __contains__(self, item: object) -> bool:
        return True


def fragment(smiles: str) -> Fragment:
    (only,) = read_smiles(smiles).fragments
    return only


@pytest.mark.parametrize(
    "written",
    [
        "[2H]C([2H])([2H])C(=O)Oc1ccccc1C(=O)O",
        "[CH3:1][C:2](=[O:3])Oc1ccccc1C(=O)O",
        "CC(=O)Oc1ccccc1C(=O)[O-]",
        "[13CH3]C(=O)Oc1ccccc1C(=O)O",
        "[H]OC(=O)c1ccccc1OC(C)=O",
        "C1=CC=CC(C(=O)O)=C1OC(C)=O",
        "CC(=O)Oc1ccccc1C(=O)O |c:1,2| batch 4",
    ],
    ids=["deuterium", "maps", "charge", "carbon-13", "hydrogen", "kekule", "suffix"],
)
def test_a_structure_is_read_without_what_does_not_matter(written: str) -> None:
    assert fragment(written).smiles == fragment(ASPIRIN).smiles


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("[NH4+].[O-][N+](=O)[O-]", {"N", "O=[N+]([O-])O"}),
        ("N.O[N+](=O)[O-]", {"N", "O=[N+]([O-])O"}),
        ("[K+].[O-]Cl(=O)=O", {"[K]", "[O-][Cl+2]([O-])O"}),
        ("[K]OCl(=O)=O", {"[K]", "[O-][Cl+2]([O-])O"}),
        ("[N-]=[N+]=N[Pb]N=[N+]=[N-]", {"[Pb]", "[N-]=[N+]=N"}),
    ],
    ids=["nitrate", "ammonia and acid", "chlorate", "covalent chlorate", "azide"],
)
def test_a_salt_is_one_set_of_parts_however_it_is_drawn(written: str, parts: set[str]) -> None:
    assert read_smiles(written).salt == parts


@pytest.mark.parametrize("written", ["F[B-](F)(F)F.C[NH3+]", "F[P-](F)(F)(F)(F)F.[K+]"])
def test_an_anion_without_a_place_for_a_proton_stays(written: str) -> None:
    assert any("-]" in f.smiles for f in read_smiles(written).fragments)


@pytest.mark.parametrize("text", ["", "   ", "C1CC", "CC(", "xyz", "C(C)(C)(C)(C)C"])
def test_what_is_no_smiles_is_an_error_and_not_a_molecule(text: str) -> None:
    with pytest.raises(StructureError):
        read_smiles(text)


def test_a_molblock_whose_blank_first_line_was_lost_is_read() -> None:
    block = Chem.MolToMolBlock(Chem.MolFromSmiles(ASPIRIN))

    molecule = read_molblock(block.lstrip("\n"))

    assert molecule.fragments[0].smiles == fragment(ASPIRIN).smiles


def test_inchi_molblock_and_smiles_are_read_as_one_structure() -> None:
    mol = Chem.MolFromSmiles(ASPIRIN)
    forms = [ASPIRIN, Chem.MolToInchi(mol), Chem.MolToMolBlock(mol)]

    smiles = {read_structure(form).fragments[0].smiles for form in forms}

    assert len(smiles) == 1


def test_an_inchi_gives_its_key_without_being_read() -> None:
    assert inchikey_of("InChI=1S/CH4/h1H4") == "VNWKTOKETHGBQD-UHFFFAOYSA-N"
    assert read_inchi("InChI=1S/CH4/h1H4").smiles == "C"


def test_all_sides_of_a_reaction_are_read() -> None:
    molecules = read_reaction("CCO.O>[Pd]>CC=O")

    assert [m.smiles for m in molecules] == ["CCO.O", "[Pd]", "CC=O"]


@pytest.mark.parametrize("text", [">>CC=O", "?>>CC=O", "*>>CC=O"])
def test_open_sides_of_a_reaction_are_passed_over(text: str) -> None:
    assert [m.smiles for m in read_reaction(text)] == ["CC=O"]


@pytest.mark.parametrize(
    ("found", "relation"),
    [
        ("C[C@H](N)[C@H](O)c1ccccc1", "same"),
        ("CC(N)C(O)c1ccccc1", "missing"),
        ("C[C@H](N)C(O)c1ccccc1", "missing"),
        ("C[C@@H](N)[C@@H](O)c1ccccc1", "mirror"),
        ("C[C@@H](N)[C@H](O)c1ccccc1", "other"),
    ],
)
def test_stereo_is_compared_where_both_define_it(found: str, relation: str) -> None:
    listed = fragment("C[C@H](N)[C@H](O)c1ccccc1")

    assert compare_stereo(fragment(found), listed) == relation


def test_a_structure_without_stereo_takes_every_isomer_in() -> None:
    assert compare_stereo(fragment("C[C@H](N)Cc1ccccc1"), fragment("CC(N)Cc1ccccc1")) == "same"


def test_the_mirror_image_has_the_other_key() -> None:
    one = fragment("C[C@H](N)C(=O)O")

    assert mirror_image(one).inchikey == fragment("C[C@@H](N)C(=O)O").inchikey


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("CC(=O)CC(C)=O", "CC(O)=CC(C)=O", True),
        ("O=C1NC(=O)CC(=O)N1", "OC1=NC(=O)CC(=O)N1", True),
        ("C=CCC", "CC=CC", False),
        ("CC12CCC(=O)CC1CCC1C2CCC2(C)C(O)CCC12", "CC12CCC(O)CC1CCC1C2CCC2(C)C(=O)CCC12", False),
    ],
    ids=["keto-enol", "lactam-lactim", "alkenes", "ketone and alcohol far apart"],
)
def test_wandering_protons_are_told_from_other_isomers(
    one: str, other: str, expected: bool
) -> None:
    assert differ_by_protons(fragment(one), fragment(other)) is expected


def test_esters_and_ethers_lead_back_to_their_alcohols_and_acids() -> None:
    ester, ether = fragment("CCC(=O)OC1CCCCC1"), fragment("COc1ccccc1")

    acids = {p.smiles for p in ester_parents(ester, Everything())}
    alcohols = {p.smiles for p in ether_parents(ether, Everything())}

    assert {"CCC(=O)O", "OC1CCCCC1"} <= acids
    assert "Oc1ccccc1" in alcohols
