from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.literature.evidence import Evidence, find_evidence
from agent.literature.extractive import (
    MAX_CHARS_OF_SEVERAL,
    SENTENCES_OF_SEVERAL,
    choose_sentences,
    numbers_in,
)
from agent.literature.question import read_question
from ingest import Library
from tests.agent.literature.test_evidence import ONE_PAPER, TWO_PAPERS

QUESTIONS = [
    *ONE_PAPER,
    *(question for question, _ in TWO_PAPERS),
    "Why is the electrolyte stable?",
    "conductivity",
    "Which two values are given for the activation energy of lithium-ion conduction in garnet?",
    "How was it made?",
]
every_question = pytest.mark.parametrize("question", QUESTIONS)


@every_question
def test_what_is_shown_stands_verbatim_in_its_paper(
    evidence: Callable[[str], Evidence], examples: Library, question: str
) -> None:
    for chosen in choose_sentences(evidence(question)):
        sentence = chosen.candidate
        text = examples.catalog.text(sentence.paper.paper_id)[sentence.start : sentence.end]
        assert chosen.shown
        pieces = [piece.strip() for piece in chosen.shown.split("…") if piece.strip()]
        assert all(piece in " ".join(text.split()) for piece in pieces)


@every_question
def test_no_sentence_is_chosen_twice(evidence: Callable[[str], Evidence], question: str) -> None:
    chosen = choose_sentences(evidence(question))

    assert len({" ".join(each.candidate.terms) for each in chosen}) == len(chosen)


@every_question
def test_one_to_five_sentences_of_about_seven_hundred_characters_at_most(
    evidence: Callable[[str], Evidence], question: str
) -> None:
    chosen = choose_sentences(evidence(question))

    assert 1 <= len(chosen) <= SENTENCES_OF_SEVERAL == 5
    assert sum(len(each.shown) for each in chosen) <= MAX_CHARS_OF_SEVERAL <= 700


@pytest.mark.parametrize(("question", "files"), TWO_PAPERS)
def test_an_answer_about_two_papers_quotes_both_before_it_says_more_of_either(
    evidence: Callable[[str], Evidence], question: str, files: set[str]
) -> None:
    chosen = choose_sentences(evidence(question))

    assert {each.candidate.paper.file for each in chosen[:2]} == files


def test_what_two_papers_say_in_the_same_words_is_quoted_once(
    library_of: Callable[..., Library],
) -> None:
    same = "The garnet conducts lithium ions with an activation energy of 0.26 eV at best."
    library = library_of(
        one=f"{same} Its density was 98 %.", two=f"{same} Its colour was ivory and it was hard."
    )

    found = find_evidence(
        read_question("What is the activation energy of the garnet?"), library.retriever
    )
    shown = [each.shown for each in choose_sentences(found)]

    assert shown.count(same) == 1


@pytest.mark.parametrize(
    "question",
    [
        "Which space group does Al-stabilised LLZO have, and what limits its critical current?",
        "What is the activation energy of cubic LLZO, and in which crucible was it made?",
    ],
)
def test_the_parts_of_a_question_about_one_paper_are_looked_for_on_several_pages(
    evidence: Callable[[str], Evidence], question: str
) -> None:
    found = evidence(question)
    chosen = choose_sentences(found)

    assert len(found.topics) == 1
    assert len({(each.candidate.paper.paper_id, each.candidate.page) for each in chosen}) > 1


def test_numbers_are_those_that_stand_alone() -> None:
    text = "SiO2 at 1,234.5 K gave 0.26 eV and 12 %, see C60 and Li7La3Zr2O12."

    assert numbers_in(text) == {"1,234.5", "0.26", "12"}
