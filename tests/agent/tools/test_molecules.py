from __future__ import annotations

import pytest

from agent.tools.errors import ArgumentError
from agent.tools.molecules import MoleculeDescription, compare_molecules, describe_molecule

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"


def groups(smiles: str) -> dict[str, int]:
    described = describe_molecule(smiles, drawing=False)
    return {group.name: group.count for group in described.functional_groups}


def test_aspirin_is_described() -> None:
    described = describe_molecule(ASPIRIN)

    assert described.formula == "C9H8O4"
    assert described.molar_mass.value == pytest.approx(180.159, abs=1e-3)
    assert described.monoisotopic_mass.value == pytest.approx(180.0423, abs=1e-4)
    assert described.logp.value == pytest.approx(1.3101, abs=1e-4)  # Crippen
    assert described.tpsa.value == pytest.approx(63.60, abs=0.01)  # Ertl 2000
    assert described.qed.value == pytest.approx(0.55, abs=0.005)
    assert 1 <= described.sa_score.value <= 3
    assert {rule.name: rule.passed for rule in described.rules} == {"Lipinski": True, "Veber": True}
    assert described.svg is not None
    assert described.svg.lstrip().startswith("<?xml")
    assert MoleculeDescription.model_validate_json(described.model_dump_json()) == described


def test_the_two_masses_of_dichloromethane_stand_side_by_side() -> None:
    described = describe_molecule("ClCCl", drawing=False)

    assert described.molar_mass.value == pytest.approx(84.933, abs=5e-4)
    assert described.molar_mass.unit == "g/mol"
    assert described.monoisotopic_mass.value == pytest.approx(83.953, abs=5e-4)
    assert described.monoisotopic_mass.unit == "dalton"


@pytest.mark.parametrize(
    ("smiles", "expected"),
    [
        (ASPIRIN, {"carboxylic acid": 1, "ester": 1, "benzene ring": 1}),
        ("CC(=O)Nc1ccc(O)cc1", {"amide": 1, "phenol": 1, "benzene ring": 1}),
        ("CCOCC", {"ether": 1}),
        ("CC(=O)C", {"ketone": 1}),
        ("CCN(CC)CC", {"tertiary amine": 1}),
        ("C[N+](=O)[O-]", {"nitro": 1}),
        ("CCO[N+](=O)[O-]", {"nitrate ester": 1}),
        ("NC(N)=O", {"urea": 1}),
        ("CS(C)=O", {"sulfoxide": 1}),
        ("CC#N", {"nitrile": 1}),
        ("ClC(Cl)Cl", {"chloride": 3}),
        ("CCCCCC", {}),
    ],
)
def test_functional_groups_are_counted_once_each(smiles: str, expected: dict[str, int]) -> None:
    assert groups(smiles) == expected


def test_alerts_name_their_filter_set() -> None:
    alerts = describe_molecule("O=C1C=CC(=O)C=C1", drawing=False).alerts  # benzoquinone

    assert ("PAINS", "quinone_A(370)") in {(a.filter_set, a.name) for a in alerts}
    assert {a.filter_set for a in alerts} == {"PAINS", "BRENK", "NIH"}
    assert describe_molecule("CCO", drawing=False).alerts == ()


def test_stereocentres_carry_their_labels_and_say_what_is_open() -> None:
    def labels(smiles: str) -> list[tuple[str, str | None]]:
        described = describe_molecule(smiles, drawing=False)
        return [(one.kind, one.label) for one in described.stereocentres]

    assert labels("C[C@H](N)C(=O)O") == [("atom", "S")]  # L-alanine
    assert labels("CC(N)C(=O)O") == [("atom", None)]
    assert labels("C/C=C/C") == [("bond", "E")]
    assert labels("C/C=C\\C") == [("bond", "Z")]


def test_a_rule_that_is_broken_says_by_what() -> None:
    described = describe_molecule("CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC", drawing=False)

    lipinski, veber = described.rules
    assert (lipinski.passed, veber.passed) == (False, False)
    assert any("logP" in said for said in lipinski.violations)
    assert veber.violations == ("rotatable bonds 37 > 10",)


def test_a_salt_is_described_as_a_whole_and_that_is_said() -> None:
    described = describe_molecule("[Na+].CC(=O)[O-]", drawing=False)

    assert described.n_fragments == 2
    assert described.charge == 0
    assert described.warnings


def test_a_name_does_for_a_smiles() -> None:
    assert describe_molecule("aspirin", drawing=False).smiles == ASPIRIN


@pytest.mark.parametrize(
    ("smiles", "said"),
    [
        ("", "empty"),
        ("C1CC", "SMILES.*no molecule has this name"),
        ("PEDOT", "no molecule has this name"),
        ("C" * 400, "400 heavy atoms"),
    ],
)
def test_what_is_no_molecule_is_told(smiles: str, said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        describe_molecule(smiles)


def test_mirror_images_share_their_connectivity_and_are_not_the_same() -> None:
    compared = compare_molecules("C[C@H](N)C(=O)O", "C[C@@H](N)C(=O)O")

    assert (compared.same_structure, compared.same_connectivity) == (False, True)
    assert compared.tanimoto_morgan.value == 1.0


def test_a_molecule_is_like_itself_however_it_is_written() -> None:
    compared = compare_molecules("OCC", "CCO")

    assert compared.same_structure
    assert compared.tanimoto_morgan.value == compared.tanimoto_maccs.value == 1.0
    assert compared.common_atoms == 3
