from __future__ import annotations

import pytest

from agent.literature.question import answers_form, answers_kind, read_question


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Which activation energy was found for LLZO?", "energy"),
        ("What is the band gap of CsPbI3?", "energy"),
        ("At what temperature does CuO decompose?", "temperature"),
        ("How hot must the film be baked?", "temperature"),
        ("What is the ionic conductivity of Na3SbS4?", "conductivity"),
        ("How long was the powder milled?", "time"),
        ("How thick was the coating?", "length"),
        ("In which year was it founded?", "year"),
        ("What share of the donors is ionised, in percent?", "percent"),
        ("Which voltage does the cell reach?", "voltage"),
        ("Under which pressure was it pressed?", "pressure"),
    ],
)
def test_the_kind_of_value_asked_for_is_read_from_the_question(question: str, kind: str) -> None:
    read = read_question(question)

    assert kind in {each.name for each in read.kinds}
    assert read.wants_number


def test_a_question_for_no_number_wants_none() -> None:
    read = read_question("Which crucible material did the authors use?")

    assert read.kinds == ()
    assert not read.wants_number


def test_a_number_without_a_kind_is_wanted_too() -> None:
    read = read_question("How many elemental properties does the recipe use?")

    assert read.wants_number


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("What is meant by a Schottky defect?", "wants_definition"),
        ("How is the coverage defined?", "wants_definition"),
        ("Why does the electrolyte decompose?", "wants_reason"),
        ("How was the powder prepared?", "wants_method"),
        ("How do the gaps of CsPbI3 and MAPbI3 compare?", "may_name_several"),
        ("Is the value in the abstract consistent with that of the table?", "asks_agreement"),
    ],
)
def test_what_else_a_question_asks_for_is_read_too(question: str, asks: str) -> None:
    assert getattr(read_question(question), asks)
    assert not getattr(read_question("Silver melts."), asks)


def test_a_question_about_two_things_falls_into_its_clauses() -> None:
    question = "What is the gap of caesium lead iodide, and what surface enthalpy has rutile?"

    segments = read_question(question).segments

    assert len(segments) >= 2
    assert "caesium lead iodide" in segments[0]
    assert "rutile" in segments[-1]


@pytest.mark.parametrize("question", ["?", "and", "why", "x", "a, b; c", "…"])
def test_the_shortest_question_has_a_clause(question: str) -> None:
    assert all(segment.strip() for segment in read_question(question).segments)
    assert read_question(question).segments


def test_a_value_of_the_right_kind_answers_better_than_another_number_or_none() -> None:
    question = read_question("At what temperature does it decompose?")

    right, other, none = (
        answers_kind(question, sentence)
        for sentence in (
            "It decomposes at 426 K.",
            "Three of 12 samples decomposed.",
            "It decomposes easily.",
        )
    )

    assert right > other > none


def test_every_sentence_will_do_where_no_number_is_asked() -> None:
    question = read_question("Which crucible material did they use?")

    assert answers_kind(question, "Alumina.") == answers_kind(question, "Alumina at 900 °C.")


def test_a_defining_sentence_answers_a_question_for_a_definition() -> None:
    question = read_question("How is the tolerance factor defined?")

    assert answers_form(question, "It is defined as the ratio of two lengths.") > answers_form(
        question, "Many perovskites were prepared."
    )


def test_a_reasoning_sentence_answers_why() -> None:
    question = read_question("Why is the iodide a poor conductor?")

    assert answers_form(question, "This is due to its order.") > answers_form(
        question, "It was bought."
    )
