from __future__ import annotations

from collections.abc import Callable

import pytest

from agent import Answer, AnswerStatus, ClaimVerdict, Session
from agent.events import Answered, EvidenceFound, Planned, Screened, Searching, TextDelta
from agent.literature.answering import NEAREST_SHOWN
from ingest import Library
from tests.agent.literature.test_evidence import TWO_PAPERS

ANSWERED = [
    "What is a Schottky defect in NaCl?",
    "What BET surface area was reported for MOF-210?",
    *(question for question, _ in TWO_PAPERS),
]
UNANSWERED = ["What BET surface area does ZIF-8 have?", "Who won the world cup in 1998?"]
every_answer = pytest.mark.parametrize("question", ANSWERED)
every_silence = pytest.mark.parametrize("question", UNANSWERED)


@every_answer
def test_events_come_in_the_order_of_the_work(examples: Library, question: str) -> None:
    events = list(Session(examples).ask(question))

    first, planned, second, third, *texts, last = events
    assert isinstance(planned, Planned)
    assert isinstance(first, Screened)
    assert isinstance(second, Searching)
    assert second.papers == len(examples.papers())
    assert isinstance(third, EvidenceFound)
    assert texts
    assert all(isinstance(event, TextDelta) for event in texts)
    assert isinstance(last, Answered)


@every_answer
def test_the_pieces_of_text_are_the_answer(examples: Library, question: str) -> None:
    events = list(Session(examples).ask(question))

    said = "".join(event.text for event in events if isinstance(event, TextDelta))

    assert isinstance(events[-1], Answered)
    assert said.strip() == events[-1].answer.text


@every_answer
def test_evidence_is_shown_before_the_answer_and_holds_its_citations(
    examples: Library, question: str
) -> None:
    events = list(Session(examples).ask(question))

    found = next(event for event in events if isinstance(event, EvidenceFound))
    last = events[-1]

    assert isinstance(last, Answered)
    assert found.citations == last.answer.citations


@every_answer
def test_every_sentence_carries_its_citation(
    answer: Callable[[str], Answer], question: str
) -> None:
    given = answer(question)

    assert given.status is AnswerStatus.ANSWERED
    rest = given.text
    for claim in given.claims:
        assert claim.citations
        mark = " ".join(str(given.citations[index]) for index in claim.citations)
        before, found, rest = rest.partition(f" {mark}.")
        assert found
        assert before.strip() == claim.text.rstrip(". ")
    assert rest.strip() == ""


@every_answer
def test_a_claim_is_what_its_quote_says(answer: Callable[[str], Answer], question: str) -> None:
    given = answer(question)

    for claim in given.claims:
        quotes = [given.citations[index].quote for index in claim.citations]
        pieces = [piece.strip() for piece in claim.text.split("…") if piece.strip()]
        assert all(any(piece in quote for quote in quotes) for piece in pieces)
        assert claim.verdict is ClaimVerdict.SUPPORTED


@every_answer
def test_every_citation_stands_behind_a_claim(
    answer: Callable[[str], Answer], question: str
) -> None:
    given = answer(question)

    used = {index for claim in given.claims for index in claim.citations}

    assert used == set(range(len(given.citations)))


@every_answer
def test_references_are_the_cited_papers_in_the_order_of_citation(
    answer: Callable[[str], Answer], question: str
) -> None:
    given = answer(question)

    cited = list(dict.fromkeys(citation.key for citation in given.citations))

    assert [paper.key for paper in given.references] == cited
    assert [line.split(":")[0] for line in given.reference_lines()] == cited


@every_answer
def test_an_answer_is_about_seven_hundred_characters_before_its_citations(
    answer: Callable[[str], Answer], question: str
) -> None:
    given = answer(question)

    assert sum(len(claim.text) for claim in given.claims) <= 700


@pytest.mark.parametrize("question", [*ANSWERED, *UNANSWERED])
def test_at_least_ten_pages_are_ranked_none_twice(
    answer: Callable[[str], Answer], question: str
) -> None:
    pages = answer(question).passages

    assert len(pages) >= 10
    assert [page.rank for page in pages] == list(range(1, len(pages) + 1))
    assert len({(page.file, page.page) for page in pages}) == len(pages)


@every_silence
def test_without_an_answer_the_nearest_sentences_are_shown_as_unused(
    examples: Library, answer: Callable[[str], Answer], question: str
) -> None:
    given = answer(question)

    assert given.status is AnswerStatus.NO_EVIDENCE
    assert given.citations == given.claims == given.references == ()
    assert 1 <= len(given.unused) <= NEAREST_SHOWN
    for nearest in given.unused:
        text = examples.catalog.text(nearest.citation.paper_id)
        assert nearest.citation.quote in " ".join(text[nearest.citation.start :].split())


@every_silence
def test_without_an_answer_no_text_flows_before_the_end(examples: Library, question: str) -> None:
    events = list(Session(examples).ask(question))

    assert not any(isinstance(event, TextDelta) for event in events)
    assert isinstance(events[-1], Answered)


def test_the_same_question_has_the_same_answer(
    examples: Library, answer: Callable[[str], Answer]
) -> None:
    again = Session(examples).answer(ANSWERED[0])

    assert again.model_copy(update={"elapsed_s": 0.0}) == answer(ANSWERED[0]).model_copy(
        update={"elapsed_s": 0.0}
    )


def test_an_answer_without_vectors_quotes_too(library_of: Callable[..., Library]) -> None:
    library = library_of(
        salt="Sodium chloride melts at 1074 K. Its density is 2.17 g cm−3. It is cubic.",
        wine="Ethanol boils at 351 K. It burns with a blue flame. It mixes with water.",
    )

    given = Session(library).answer("At which temperature does sodium chloride melt?")

    assert given.status is AnswerStatus.ANSWERED
    assert given.citations[0].quote == "Sodium chloride melts at 1074 K."
    assert given.citations[0].file == "salt.txt"
    assert given.citations[0].page == 1
