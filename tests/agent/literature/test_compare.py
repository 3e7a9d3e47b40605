from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest

from agent import QuestionError, Session
from agent.exports import COLUMNS, comparison_csv, comparison_markdown
from agent.literature.compare import compare_papers
from agent.literature.comparison import Comparison, read_request
from agent.literature.materials import read_material
from agent.literature.measurands import KNOWN, find_property
from agent.literature.measurements import read_conditions, read_values
from agent.literature.statement import read_statement
from agent.literature.unit_table import NONE, read_unit
from agent.tools.substance_keys import substance_keys
from ingest import Library
from ingest.settings import LibrarySettings
from tests.ingest.tiny import TinyEmbedder


@pytest.fixture(scope="session")
def compared(examples: Library) -> Callable[[str], Comparison]:
    """Comparisons over the example papers; each is made once."""
    return lru_cache(maxsize=None)(
        lambda request: compare_papers(request, examples, substance_keys=substance_keys)
    )


def test_the_two_papers_that_disagree_on_the_garnet_are_flagged_with_both_quotes(
    compared: Callable[[str], Comparison],
) -> None:
    found = compared("activation energy of cubic LLZO")

    (one,) = found.disagreements
    sides = [found.rows[one.first], found.rows[one.second]]
    assert [(s.citation.key, s.printed) for s in sides] == [
        ("PlataRueda2022", "0.26 eV"),
        ("Wang2023", "0.34 eV"),
    ]
    assert one.difference == pytest.approx(0.08)
    assert "PlataRueda2022 (0.26 eV) and Wang2023 (0.34 eV)" in found.text


def test_every_row_stands_on_its_page(
    compared: Callable[[str], Comparison], examples: Library
) -> None:
    found = compared("activation energy of cubic LLZO")

    for row in found.rows:
        pages = examples.catalog.pages(row.citation.paper_id)
        page = next(page for page in pages if page.number == row.citation.page)
        assert row.citation.quote in " ".join(page.text.split())
        assert row.low <= row.value <= row.high


def test_values_of_another_phase_and_differences_are_no_rows(
    compared: Callable[[str], Comparison],
) -> None:
    printed = {row.printed for row in compared("activation energy of cubic LLZO").rows}

    assert not printed & {"0.54 eV", "0.49 eV", "0.48 eV", "0.09 eV", "0.026 eV", "0.012 eV"}


def test_an_abbreviation_that_a_paper_gives_stands_for_the_formula(
    compared: Callable[[str], Comparison],
) -> None:
    by_name = compared("activation energy of cubic LLZO").rows
    by_formula = compared("activation energy of cubic Li7La3Zr2O12").rows

    shared = {row.citation.quote for row in by_name} & {row.citation.quote for row in by_formula}
    assert len(shared) >= 4


def test_without_a_material_every_compound_is_listed(
    compared: Callable[[str], Comparison],
) -> None:
    found = compared("activation energy")

    assert {"Na3PSe4", "Na3Zr2Si2PO12"} <= {row.material for row in found.rows}


def test_what_no_paper_gives_is_said(compared: Callable[[str], Comparison]) -> None:
    found = compared("viscosity of glycerol")

    assert found.status == "no_evidence"
    assert found.text == (
        "The papers give no value that can be read for the viscosity of glycerol."
    )


def test_a_comparison_passes_the_gate(examples: Library) -> None:
    refused = Session(examples).compare("synthesis yield and route of sarin")
    allowed = Session(examples).compare("activation energy of cubic LLZO")

    assert refused.status == "refused"
    assert refused.rows == ()
    assert allowed.verdict is not None
    assert allowed.verdict.decision == "allow"


# ------------------------------------------------------------------------------ papers of lines


@pytest.fixture
def compare_texts(tmp_path: Path, settings: LibrarySettings) -> Callable[..., Comparison]:
    """Compares in papers of these texts."""

    def run(request: str, *texts: str) -> Comparison:
        folder = tmp_path / "texts"
        folder.mkdir()
        for number, text in enumerate(texts):
            (folder / f"paper{number}.txt").write_text(f"A study of oxides {number}\n\n{text}\n")
        with Library.open(settings, embedder=TinyEmbedder()) as library:
            list(library.add(folder))
            return compare_papers(request, library, substance_keys=substance_keys)

    return run


@pytest.mark.parametrize(
    ("first", "second", "disagree"),
    [
        pytest.param("3.20 eV", "3.00 eV", True, id="apart"),
        pytest.param("3.20 eV", "3.2 eV", False, id="rounded"),
        pytest.param("3.20 eV", "308.8 kJ/mol", False, id="in another unit"),
        pytest.param("3.20 eV", "250 kJ/mol", True, id="apart in another unit"),
        pytest.param("3.20 ± 0.15 eV", "3.10 ± 0.05 eV", False, id="within the errors"),
        pytest.param("3.20 ± 0.02 eV", "3.10 ± 0.02 eV", True, id="beyond the errors"),
        pytest.param("3.20 eV", "3.0 to 3.4 eV", False, id="within a range"),
        pytest.param("3.20 eV", "about 3.1 eV", False, id="about"),
    ],
)
def test_papers_disagree_only_beyond_what_they_state(
    compare_texts: Callable[..., Comparison], first: str, second: str, disagree: bool
) -> None:
    found = compare_texts(
        "formation energy of TiO2",
        f"The formation energy of TiO2 was found to be {first} in this work.",
        f"In the films the formation energy of TiO2 amounts to {second} as it was measured.",
    )

    assert len(found.rows) == 2
    assert bool(found.disagreements) is disagree


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("of anatase TiO2 is 3.20 eV", "of rutile TiO2 is 3.00 eV"),
        ("of TiO2 is 3.20 eV at 25 °C", "of TiO2 is 3.00 eV at 600 °C"),
        ("of niobium-doped TiO2 is 3.20 eV", "of tantalum-doped TiO2 is 3.00 eV"),
    ],
    ids=["phase", "temperature", "dopant"],
)
def test_values_in_states_that_are_said_to_differ_do_not_disagree(
    compare_texts: Callable[..., Comparison], first: str, second: str
) -> None:
    found = compare_texts(
        "band gap of TiO2",
        f"The band gap {first} in our measurement of the oxide.",
        f"The band gap {second} in our measurement of the oxide.",
    )

    assert len(found.rows) == 2
    assert found.disagreements == ()


def test_a_value_of_another_compound_in_the_sentence_is_not_taken(
    compare_texts: Callable[..., Comparison],
) -> None:
    found = compare_texts(
        "band gap of TiO2", "The band gap is 3.2 eV in TiO2, whereas it is 3.4 eV in ZnO."
    )

    assert [row.printed for row in found.rows] == ["3.2 eV"]


def test_properties_and_materials_are_taken_one_by_one(
    compare_texts: Callable[..., Comparison],
) -> None:
    found = compare_texts(
        "band gap and density of TiO2 and ZnO",
        "The band gap of TiO2 is 3.2 eV in this study. The density of ZnO is 5.61 g/cm3 in it.",
    )

    assert {(row.property, row.material, row.printed) for row in found.rows} == {
        ("band gap", "TiO2", "3.2 eV"),
        ("density", "ZnO", "5.61 g/cm3"),
    }


def test_a_table_for_a_spreadsheet_holds_text_that_no_spreadsheet_runs(
    compare_texts: Callable[..., Comparison],
) -> None:
    found = compare_texts("band gap of TiO2", "=cmd|x The band gap of TiO2 is 3.2 eV in films.")

    (row,) = list(csv.DictReader(io.StringIO(comparison_csv(found))))
    assert tuple(row) == COLUMNS
    assert row["value"] == "3.2"
    assert row["unit"] == "eV"
    assert not row["quote"].startswith("=")


def test_markdown_sets_both_sides_of_a_disagreement_under_each_other(
    compared: Callable[[str], Comparison],
) -> None:
    text = comparison_markdown(compared("activation energy of cubic LLZO"))

    assert "| PlataRueda2022 page 3 | Wang2023 |" in text or "| Wang2023 |" in text
    section = text[text.index("two values") : text.index("## Quotes")]
    assert "PlataRueda2022" in section
    assert "Wang2023" in section
    assert section.count("> “") == 2


# ------------------------------------------------------------------------------------- the parts


@pytest.mark.parametrize(
    ("text", "properties", "materials"),
    [
        ("ionic conductivity of Li3PS4 and LLZO", ["ionic conductivity"], ["Li3PS4", "LLZO"]),
        ("Compare the band gap of CsPbI3, CsPbBr3", ["band gap"], ["CsPbI3", "CsPbBr3"]),
        ("heat of formation of NaCl", ["heat of formation"], ["NaCl"]),
        ("band gap and density of ZnO", ["band gap", "density"], ["ZnO"]),
        ("activation energy", ["activation energy"], []),
        ("What is the melting point of ice?", ["melting point"], ["ice"]),
    ],
)
def test_a_request_is_taken_apart(text: str, properties: list[str], materials: list[str]) -> None:
    request = read_request(text)

    assert list(request.properties) == properties
    assert list(request.materials) == materials


def test_a_request_without_a_property_is_a_sentence() -> None:
    with pytest.raises(QuestionError, match="names no property"):
        read_request("compare")


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_a_known_property_is_found_by_its_name_and_has_units_that_can_be_read(known) -> None:
    assert find_property(known.name).name == known.name
    for unit in known.units:
        assert read_unit(unit, 0)[1] == len(unit)
        assert unit == "%" or read_unit(unit, 0)[0].dimension != NONE


def values(text: str, asked: str) -> list[str]:
    statement = read_statement(text, substance_keys, quoted=True)
    return [value.text for value in read_values(statement, find_property(asked))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It is 0.34 eV.", ["0.34 eV"]),
        ("It lies between 0.26 and 0.36 eV.", ["0.26 and 0.36 eV"]),
        ("Values from 0.26 to 0.36 eV circulate.", ["0.26 to 0.36 eV"]),
        ("It is higher by 0.09 eV.", []),
        ("It takes 0.26 instead of 0.34 eV.", []),
        ("A gap of 1.7 eV is wanted.", []),
        ("They are 0.18, 0.25 and 0.29 eV for three glasses.", []),
        ("It is 300 K.", []),
    ],
)
def test_what_is_a_value_of_the_material_and_what_is_not(text: str, found: list[str]) -> None:
    assert values(text, "activation energy") == found


def test_conditions_are_read_beside_the_value() -> None:
    text = "For hot-pressed cubic pellets doped with aluminium impedance gave 2 S/cm at 300 K."
    statement = read_statement(text, substance_keys, quoted=True)

    conditions = read_conditions(
        statement, (0, len(text)), find_property("conductivity"), frozenset({"Li"})
    )

    assert str(conditions) == "cubic, Al, 300 K, hot pressed, impedance"


def test_a_material_is_read_without_its_phase() -> None:
    material = read_material("cubic LLZO", substance_keys)

    assert material.head == "LLZO"
    assert material.phases == {"cubic"}


def test_an_abbreviation_is_learned_from_the_text_in_either_order() -> None:
    material = read_material("LLZO", substance_keys)

    material.learn(["The garnet Li7La3Zr2O12 (LLZO) and LLZO (see below)."], substance_keys)

    assert material.aliases == {"Li7La3Zr2O12"}
    assert "La" in material.elements
