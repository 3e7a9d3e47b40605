from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.literature.evidence import Evidence, is_furniture

TWO_PAPERS = [
    ("How does the conductivity recommended for aluminium-stabilised LLZO at 298 K compare with "
     "that of sintered Li5.5PS4.5Cl1.5?",
     {"garnet-activation-energy.pdf", "sulfide-electrolytes.pdf"}),
    ("How do the errors in formation energy of the crystal graph network and of ElemNet compare?",
     {"structure-descriptors.pdf", "composition-descriptors.pdf"}),
]  # fmt: skip
ONE_PAPER = [
    "What BET surface area was reported for MOF-210?",
    "What is a Schottky defect in NaCl?",
    "What are the surface enthalpies of rutile, brookite and anatase?",
    "At which temperatures do the α → β and β → γ transitions of CsPbI3 occur?",
]


@pytest.mark.parametrize(("question", "files"), TWO_PAPERS)
def test_a_question_about_two_papers_has_a_topic_in_each(
    evidence: Callable[[str], Evidence], question: str, files: set[str]
) -> None:
    found = evidence(question)

    assert {topic.paper.file for topic in found.topics if topic.paper} == files
    for topic in found.topics:
        assert topic.sentences
        assert {s.candidate.paper for s in topic.sentences} == {topic.paper}


@pytest.mark.parametrize("question", ONE_PAPER)
def test_a_question_about_one_thing_has_one_topic(
    evidence: Callable[[str], Evidence], question: str
) -> None:
    found = evidence(question)

    assert len(found.topics) == 1
    assert found.topics[0].text == question


@pytest.mark.parametrize("question", [*ONE_PAPER, *(question for question, _ in TWO_PAPERS)])
def test_sentences_come_best_first_and_each_once(
    evidence: Callable[[str], Evidence], question: str
) -> None:
    for topic in evidence(question).topics:
        scores = [scored.score for scored in topic.sentences]
        places = [(s.candidate.paper.paper_id, s.candidate.ordinal) for s in topic.sentences]
        assert scores == sorted(scores, reverse=True)
        assert len(places) == len(set(places))


@pytest.mark.parametrize("question", [*ONE_PAPER, *(question for question, _ in TWO_PAPERS)])
def test_pages_are_ranked_anew_none_lost_or_doubled(
    evidence: Callable[[str], Evidence], question: str
) -> None:
    found = evidence(question)

    places = [(page.paper.paper_id, page.page) for page in found.pages]
    assert len(places) == len(set(places))
    assert set(places) == {(p.paper.paper_id, p.page) for p in found.ranking.pages}
    assert [p.score for p in found.pages] == sorted((p.score for p in found.pages), reverse=True)


@pytest.mark.parametrize(
    "line",
    [
        "Figure 3. Conductivity of the garnet against the reciprocal temperature.",
        "Table 2: Interface resistances of garnets after different treatments.",
        "https://doi.org/10.5555/elute.2022.117",
        "© 2022 The Authors. Published under the terms of a Creative Commons licence.",
        "LLZO 298 4.0 × 10−4 0.26 1.2 × 10−3 0.31 [4]",
        "2.1 Defects",
    ],
)
def test_captions_addresses_headings_and_rows_of_figures_are_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "sentence",
    [
        "The macroscopic length of a bar grows faster on heating than its lattice parameter.",
        "The gap falls from 1.73 eV for caesium to 1.48 eV for formamidinium [7].",
        "Table salt has fewer vacancies at 1000 K than silver bromide at room temperature.",
    ],
)
def test_a_statement_is_no_furniture(sentence: str) -> None:
    assert not is_furniture(sentence)
