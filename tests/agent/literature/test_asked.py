from __future__ import annotations

import pytest

from agent.literature.asked import read_asked, stands_in, tells, things_in
from agent.literature.properties import PROPERTIES, asked_properties
from agent.literature.question import read_question
from ingest.terms import fold_text

NAMED = {each.name: each for each in PROPERTIES}


def test_every_property_is_asked_for_by_its_own_name_or_another() -> None:
    assert len(NAMED) == len(PROPERTIES) > 90
    for each in PROPERTIES:
        assert each.words
        assert each.value is None or not each.value.search("no number")


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("what thermal conductivity does llzo have", {"thermal conductivity"}),
        ("what ionic conductivity does llzo have", {"conductivity"}),
        ("what current density do cells stand", {"current density"}),
        ("what density does quartz have", {"density"}),
        ("the young's modulus and the vickers hardness", {"elastic modulus", "hardness"}),
        ("why is the yellow phase stable", set()),
        ("how hot must the film be baked", set()),
    ],
)
def test_a_longer_name_of_a_property_is_not_a_shorter_one(question: str, names: set[str]) -> None:
    assert {each.name for each in asked_properties(question)} == names


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("How stiff is the framework?", "elastic modulus"),
        ("How acidic was the broth?", "pH"),
        ("At what heat does the salt turn liquid?", "melting point"),
        ("At what pull does the fibre snap?", "strength"),
        ("How runny is the molten slag?", "viscosity"),
        ("How well does the glass carry electricity?", "conductivity"),
        ("What dose halves the number of living cells?", "half maximal concentration"),
        ("At which angle does molten tin rest on alumina?", "contact angle"),
    ],
)
def test_a_property_is_asked_for_in_everyday_words(question: str, name: str) -> None:
    assert [each.name for each in asked_properties(fold_text(question))] == [name]


@pytest.mark.parametrize(
    "question",
    [
        "How well does the model fit the spectra?",
        "At what heat was the powder fired?",
        "How much of the oil was distilled?",
        "How long did the cells run?",
    ],
)
def test_an_everyday_question_for_something_else_asks_for_no_property(question: str) -> None:
    assert asked_properties(fold_text(question)) == ()


def test_what_follows_an_everyday_question_is_still_read_as_a_thing() -> None:
    asked = read_asked(read_question("How well does gallium arsenide conduct electricity?"), None)

    ((wanted, things),) = asked.properties
    assert wanted.name == "conductivity"
    assert [thing.text for thing in things or ()] == ["gallium arsenide"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("elastic modulus", "The stiffness falls to 3 GPa."),
        ("minimum inhibitory concentration", "MIC values ranged from 1 to 8 mg/mL."),
        ("band gap", "The gap of the iodide is 1.57 eV."),
        ("mean absolute error", "The MAE is 0.2 eV."),
        ("solubility", "The salt dissolves in water."),
    ],
)
def test_a_paper_tells_a_property_in_other_words(name: str, text: str) -> None:
    assert tells(NAMED[name], text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("heat capacity", "The heat of formation is −824 kJ/mol."),
        ("thermal conductivity", "Its ionic conductivity is 1 mS/cm."),
        ("viscosity", "The density is 1 g/mL."),
    ],
)
def test_a_neighbouring_property_is_not_the_one_asked_for(name: str, text: str) -> None:
    assert not tells(NAMED[name], text)


def test_things_are_codes_and_substances_without_values() -> None:
    things = [thing.text for thing in things_in("Is UiO-66 or zinc oxide stable at 300 K?", None)]

    assert things == ["UiO-66", "zinc oxide"]


@pytest.mark.parametrize(
    ("named", "text"),
    [
        ("GaAs", "gallium arsenide wafers"),
        ("magnesia", "a cell of MgO"),
        ("aluminium", "Al 0.76 2.4"),
        ("tungsten", "Na2.88Sb0.88W0.12S4"),
    ],
)
def test_a_thing_stands_in_a_text_under_its_other_names(named: str, text: str) -> None:
    (thing,) = things_in(f"the gap of {named}", None)

    assert stands_in(thing, text, None)


def test_of_two_clauses_each_property_is_asked_of_its_own_thing() -> None:
    question = read_question("What is the band gap of GaAs and what is the hardness of MgO?")

    asked = read_asked(question, None)

    owned = {each.name: [thing.text for thing in things or ()] for each, things in asked.properties}
    assert owned == {"band gap": ["GaAs"], "hardness": ["MgO"]}


def test_a_property_of_one_clause_is_not_asked_of_the_name_in_another() -> None:
    asked = read_asked(read_question("By Shannon's radii MgO fits; what hardness has GaAs?"), None)

    ((_, things),) = asked.properties
    assert [thing.text for thing in things or ()] == ["GaAs"]
