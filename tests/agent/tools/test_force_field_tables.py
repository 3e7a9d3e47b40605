from __future__ import annotations

import pytest

from agent.entities import read_entities
from agent.recipes import force_field_steps
from agent.tools import registry
from agent.tools.force_field_tables import (
    LECTURE,
    compare_force_fields,
    conservation_rows,
    score_rows,
)


def test_both_tables_have_thirteen_models_and_none_where_the_lecture_prints_no_number() -> None:
    scores, conservation = score_rows(), conservation_rows()

    assert len(scores) == len(conservation) == 13
    assert [row.model for row in scores if row.k_srme is None] == ["eqV2 M", "GNoME"]
    assert [row.model for row in scores if row.f1 is None or row.mae is None] == []
    chgnet = next(row for row in scores if row.model == "CHGNet")
    assert chgnet.parameters is not None
    assert chgnet.parameters.value == 413_000
    assert chgnet.training_set == "146k (1.58M) (MPtrj)"
    assert chgnet.forces_are_gradients
    assert chgnet.mae is not None
    assert (chgnet.mae.value, chgnet.mae.unit, chgnet.mae.source) == (0.061, "eV", LECTURE)


def test_the_lowest_conservation_deviation_is_answered_with_citation_and_warning() -> None:
    made = compare_force_fields(sort_by="conservation_deviation")

    assert [row.model for row in made.rows[:2]] == ["MatterSim", "M3GNet"]
    assert made.rows[-1].model == "SevenNet"
    assert "MatterSim" in made.answer
    assert LECTURE in made.answer
    assert "not derivatives of an energy" in made.answer
    assert any("Goodhart" in warning for warning in made.warnings)


def test_a_measure_where_more_is_better_is_sorted_from_the_highest() -> None:
    made = compare_force_fields(purpose="stability")

    assert made.sorted_by == "f1"
    assert [row.model for row in made.rows[:3]] == ["eqV2 M", "ORB", "MatterSim-v1"]
    assert "Goodhart" in made.answer


def test_models_without_the_number_are_named_and_not_ranked() -> None:
    made = compare_force_fields(sort_by="k_srme")

    assert made.not_given == ("eqV2 M", "GNoME")
    assert made.rows[0].model == "MACE-MPA-0"


def test_rows_are_filtered_by_name_by_bar_and_by_how_forces_are_made() -> None:
    made = compare_force_fields(sort_by="mae", at_least_as_good_as=0.03, gradient_forces_only=True)
    misprinted = compare_force_fields(sort_by="r2", models=["SevenNet-13i5"])

    assert [row.model for row in made.rows] == ["MatterSim-v1", "MACE-MPA-0"]
    assert [row.model for row in misprinted.rows] == ["SevenNet-l3i5"]
    assert any("13i5" in warning for warning in misprinted.warnings)


def test_a_bar_that_none_meets_gives_no_row_and_says_so() -> None:
    made = compare_force_fields(sort_by="f1", at_least_as_good_as=0.99)

    assert made.rows == ()
    assert made.answer.startswith("No model")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"models": ["Amber"]}, "it has eqV2 M"),
        ({"sort_by": "f1", "purpose": "phonons"}, "one of them"),
        ({"sort_by": "rank", "gradient_forces_only": True}, "does not say how forces are made"),
    ],
)
def test_what_the_tables_cannot_tell_gets_a_sentence(
    arguments: dict[str, object], said: str
) -> None:
    failed = registry.reply("compare_force_fields", arguments)

    assert isinstance(failed, registry.ToolFailure)
    assert failed.kind == "bad_arguments"
    assert said in failed.message


@pytest.mark.parametrize(
    ("request_", "measure"),
    [
        ("which force field has the lowest conservation deviation", "conservation_deviation"),
        ("What interatomic potential is best for phonons?", "k_srme"),
        ("Rank the force fields by F1 on Matbench Discovery", "f1"),
    ],
)
def test_a_choice_of_force_field_by_a_measure_is_planned(request_: str, measure: str) -> None:
    (step,) = force_field_steps(read_entities(request_))

    assert step.tool == "compare_force_fields"
    assert step.arguments == {"sort_by": measure}


@pytest.mark.parametrize(
    "request_",
    [
        "Which papers say that their force field conserves energy?",
        "Relax NaCl with a force field",
    ],
)
def test_other_words_on_force_fields_are_left_to_the_other_tools(request_: str) -> None:
    assert force_field_steps(read_entities(request_)) == ()
