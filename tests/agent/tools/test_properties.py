from __future__ import annotations

import pytest

from agent.tools.errors import ArgumentError
from agent.tools.properties import PROPERTY_NAMES, PropertyReport, lookup_properties


def values(report: PropertyReport, name: str, method: str | None = None) -> list[float]:
    held = next(one for one in report.properties if one.name == name)
    return [q.value for q in held.values if method in (None, q.method)]


def test_acetone_boils_in_six_sources_side_by_side_and_the_estimate_is_apart() -> None:
    report = lookup_properties("acetone", ["boiling_point"])

    measured = values(report, "boiling_point", "measured")
    assert len(measured) == 6
    assert (min(measured), max(measured)) == (329.15, 329.44)
    (held,) = report.properties
    assert (held.lowest, held.highest, held.n_measured) == (329.15, 329.44, 6)
    estimate = [q for q in held.values if q.method == "computed"]
    assert [round(q.value, 2) for q in estimate] == [322.11]
    assert "Joback" in estimate[0].source


def test_gallium_arsenide_has_the_spread_of_its_measured_band_gaps() -> None:
    (gap,) = lookup_properties("GaAs", ["band_gap"]).properties

    assert (gap.lowest, gap.highest, gap.n_measured) == (1.40, 1.58, 25)
    assert {q.unit for q in gap.values} == {"eV"}
    assert "Zhuo" in gap.values[0].source


def test_silicon_has_no_band_gap_in_the_table_and_that_is_said() -> None:
    assert lookup_properties("Si", ["band_gap"]).missing == ("band_gap",)


def test_average_and_monoisotopic_mass_are_never_mixed() -> None:
    report = lookup_properties("CH2Cl2")  # facts: 84.933 against 83.953

    assert values(report, "molar_mass") == [pytest.approx(84.933, abs=5e-4)]
    assert values(report, "monoisotopic_mass") == [pytest.approx(83.953, abs=5e-4)]


def test_aspirin_has_its_measured_logp_beside_the_computed_one() -> None:
    report = lookup_properties("aspirin", ["logp"])

    assert 1.19 in values(report, "logp", "measured")
    assert values(report, "logp", "computed") == [pytest.approx(1.3101, abs=1e-3)]


def test_titanium_has_its_electronegativity_radii_and_oxidation_states() -> None:
    report = lookup_properties("Ti")

    assert report.kind == "element"
    assert values(report, "electronegativity_pauling") == [1.54]
    assert values(report, "ionisation_energy_1") == [pytest.approx(6.82812)]
    facts = {fact.name: fact.text for fact in report.facts}
    assert facts["oxidation_states_main"] == "+4"
    radii = next(one for one in report.properties if one.name == "ionic_radius")
    # Shannon's Ti4+ in sixfold coordination: 60.5 pm.
    assert any(
        q.value == 60.5 and q.conditions == "charge +4, coordination VI" for q in radii.values
    )
    assert radii.lowest is None  # radii of different ions have no spread


def test_an_inorganic_solid_has_its_density() -> None:
    # CRC Handbook: 2.17 g/cm3.
    assert values(lookup_properties("NaCl", ["density"]), "density", "measured") == [
        pytest.approx(2170, abs=5)
    ]


def test_curves_are_read_at_the_temperature_asked_for_and_only_inside_their_range() -> None:
    report = lookup_properties("water", ["vapour_pressure", "density"], temperature=373.15)

    pressures = values(report, "vapour_pressure")
    assert pressures
    assert all(p == pytest.approx(101_325, rel=0.01) for p in pressures)
    assert all(q.conditions == "373.15 K" for q in report.properties[0].values)
    assert lookup_properties("ethanol", ["vapour_pressure"], temperature=4000).missing == (
        "vapour_pressure",
    )


def test_benzene_is_classed_by_both_agencies() -> None:
    facts = lookup_properties("benzene", ["carcinogen_class"]).facts

    assert {fact.text for fact in facts} == {"Carcinogenic to humans (1)", "Known"}


def test_every_value_has_a_unit_a_method_and_a_source_and_survives_json() -> None:
    for query in ("toluene", "Fe", "TiO2", "CsPbI3", "[Na+].[Cl-]"):
        report = lookup_properties(query)

        assert PropertyReport.model_validate_json(report.model_dump_json()) == report
        for held in report.properties:
            assert held.name in PROPERTY_NAMES
            assert all(q.unit and q.method and q.source for q in held.values)


@pytest.mark.parametrize(
    ("substance", "properties", "said"),
    [
        ("nonsensium", None, "nothing is known as 'nonsensium'"),
        ("", None, "empty"),
        ("DMA", None, "may be .*Give the CAS number"),
        ("acetone", ["boilingpoint"], "Did you mean 'boiling_point'"),
        ("acetone", ["colour"], "not a property"),
    ],
)
def test_bad_input_names_the_argument_and_a_fix(
    substance: str, properties: list[str] | None, said: str
) -> None:
    with pytest.raises(ArgumentError, match=said):
        lookup_properties(substance, properties)
    with pytest.raises(ArgumentError, match="argument 'temperature' is -1"):
        lookup_properties("acetone", temperature=-1)


def test_the_properties_of_a_listed_drug_are_given_under_a_banner() -> None:
    result = lookup_properties.run("heroin", ["melting_point"])

    assert result.output.properties
    assert "21 CFR 1308.11" in result.warnings[0]
