from __future__ import annotations

import pytest
from smact.screening import smact_validity

from agent.tools.compositions import CompositionReport, check_composition
from agent.tools.errors import ArgumentError


def test_iron_oxide_is_valid_with_the_states_that_are_shown() -> None:
    report = check_composition("Fe2O3")

    assert report.is_valid
    assert report.states_used == "2 Fe3+, 3 O2-"
    assert report.oxidation_set.startswith("icsd24")
    assert 3 in report.oxidation_states["Fe"]
    assert report.molar_mass.value == pytest.approx(159.687, abs=1e-3)
    shares = {one.element: one.mass.value for one in report.fractions}
    assert shares["Fe"] == pytest.approx(0.6994, abs=1e-4)
    assert sum(shares.values()) == pytest.approx(1)
    assert CompositionReport.model_validate_json(report.model_dump_json()) == report


def test_magnetite_needs_mixed_valence_and_the_report_says_so() -> None:
    refused = check_composition("Fe3O4")
    allowed = check_composition("Fe3O4", mixed_valence=True)

    assert not refused.is_valid
    assert refused.warnings == ("neutral with mixed_valence=true: 1 Fe2+, 2 Fe3+, 4 O2-",)
    assert allowed.is_valid
    assert allowed.states_used == "1 Fe2+, 2 Fe3+, 4 O2-"


def test_a_verdict_that_rests_on_odd_states_shows_them() -> None:
    report = check_composition("LiFeO4")  # smact calls it valid

    assert report.is_valid
    assert report.states_used == "1 Li1+, 1 Fe3+, 4 O1-"
    assert any("peroxide" in said for said in report.warnings)


@pytest.mark.parametrize("misprint", ["Fe203", "Ti02", "Al203"])
def test_a_misprint_is_caught_with_a_suggestion(misprint: str) -> None:
    with pytest.raises(ArgumentError, match=f"Did you mean '{misprint.replace('0', 'O')}'"):
        check_composition(misprint)


def test_half_an_atom_is_counted_and_not_cut() -> None:
    report = check_composition("Li0.5CoO2")  # smact reads Li0

    assert (report.reduced_formula, report.n_atoms) == ("Li(CoO2)2", 7)


@pytest.mark.parametrize(
    "composition",
    "NaCl MgO CaTiO3 BaTiO3 CsPbI3 LiCoO2 LiFePO4 ZnS GaAs NaCl2 Na2Cl MgCl Al2O3 SiO2 KMnO4 "
    "CuFeS2 La2CuO4 YBa2Cu3O7 Bi2Te3 Li7La3Zr2O12 FeAl NiTi Si Fe3O4 Mn3O4".split(),
)
@pytest.mark.parametrize("mixed_valence", [False, True])
def test_the_verdict_is_smacts(composition: str, mixed_valence: bool) -> None:
    ours = check_composition(composition, mixed_valence=mixed_valence)

    assert ours.is_valid == smact_validity(composition, mixed_valence=mixed_valence)


@pytest.mark.parametrize(
    ("composition", "said"),
    [
        ("", "empty"),
        ("Xx2O3", "'Xx' is not an element"),
        ("Fe2(O3", "never closed"),
        ("Fe5000O", "atoms"),
        ("(Fe3+)2(O2-)3", "without charges"),
    ],
)
def test_what_is_no_composition_is_told(composition: str, said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        check_composition(composition)
