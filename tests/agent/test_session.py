from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent import Answer, AnswerStatus, QuestionError, Session, Settings
from agent.events import Answered, Completed, Refused
from agent.plan import Reading
from agent.session import MAX_QUESTION_CHARS, checked_question
from ingest import IngestReport, Library, LibraryError, LibraryMissing
from tests.ingest.tiny import write_text_paper


@pytest.mark.parametrize("question", ["", " ", "\n\t \u00a0"])
def test_an_empty_question_is_refused_with_an_example(library: Library, question: str) -> None:
    with pytest.raises(QuestionError, match=r"empty.*elute ask"):
        Session(library).answer(question)


@pytest.mark.parametrize("n_chars", [MAX_QUESTION_CHARS + 1, 100_000])
def test_a_pasted_text_is_refused_with_its_length(library: Library, n_chars: int) -> None:
    with pytest.raises(QuestionError, match=f"{n_chars:,} characters"):
        Session(library).answer("x" * n_chars)


def test_the_longest_question_is_asked(
    library: Library, papers: Path, ingest: Callable[..., IngestReport]
) -> None:
    write_text_paper(papers / "one.txt", "viscosity")
    ingest(library, papers)
    question = ("viscosity of sample 3 " * 300)[:MAX_QUESTION_CHARS].strip()

    answer = Session(library).answer(question)

    assert answer.question == question
    assert answer.passages


def test_white_space_around_a_question_is_no_part_of_it() -> None:
    assert checked_question("\n  How hard is it?  ") == "How hard is it?"


def test_the_answer_is_the_last_event(
    library: Library, papers: Path, ingest: Callable[..., IngestReport]
) -> None:
    write_text_paper(papers / "one.txt", "viscosity")
    ingest(library, papers)
    session = Session(library)

    *_, last = session.ask("What is the viscosity of sample 3?")
    answer = session.answer("What is the viscosity of sample 3?")

    assert isinstance(last, Answered)
    assert _timeless(last.answer) == _timeless(answer)


def _timeless(answer: Answer) -> Answer:
    return answer.model_copy(update={"elapsed_s": 0.0})


@pytest.mark.parametrize(
    "question",
    [
        "?",
        "…",
        "🜚🜛",
        "SELECT * FROM papers; --",
        '"unclosed',
        "a AND NOT (b OR",
        "NEAR/3 *",
        "\x00",
    ],
    ids=ascii,
)
def test_no_question_breaks_the_search(
    library: Library, papers: Path, ingest: Callable[..., IngestReport], question: str
) -> None:
    write_text_paper(papers / "one.txt", "viscosity")
    ingest(library, papers)

    answer = Session(library).answer(question)

    assert answer.question == question
    assert answer.status in ("answered", "no_evidence")


def test_a_library_that_is_not_there_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing, match=r"'thesis'.*elute ingest"):
        Session.open("thesis", settings=Settings(data_dir=tmp_path))


def test_a_session_closes_its_library_at_the_end(library: Library) -> None:
    with Session(library) as session:
        assert session.library is library

    with pytest.raises(LibraryError, match="closed"):
        library.papers()


def test_a_question_is_answered_from_the_chosen_papers_only(examples: Library) -> None:
    question = "Which two values are reported for the activation energy of lithium-ion conduction?"
    ids = {paper.key: paper.paper_id for paper in examples.papers()}
    session = Session(examples)

    *_, last = session.ask(question, papers=[ids["PlataRueda2022"]])

    assert isinstance(last, Answered)
    files = {page.file for page in last.answer.passages}
    assert files == {"garnet-activation-energy.pdf"}
    assert {citation.key for citation in last.answer.citations} <= {"PlataRueda2022"}


def test_a_reading_that_a_person_chose_is_followed(examples: Library) -> None:
    question = "boiling point of acetone"
    session = Session(examples)

    by_tools = session.answer(question)
    *_, last = session.fresh().ask(question, reading=Reading.LITERATURE)

    assert by_tools.tools
    assert Reading.LITERATURE in by_tools.other_readings
    assert isinstance(last, Answered)
    assert last.answer.tools is None
    assert last.answer.passages


def test_a_chosen_reading_that_lacks_something_says_what(examples: Library) -> None:
    *_, last = Session(examples).ask("How stable is it?", reading=Reading.PROPERTY)

    assert isinstance(last, Answered)
    assert last.answer.status is AnswerStatus.NO_EVIDENCE
    assert "Name the substance" in last.answer.text


def test_a_follow_up_is_screened_and_asked_as_a_whole(examples: Library) -> None:
    session = Session(examples)
    session.answer("What is the band gap of MAPbI3?")

    events = list(session.ask("And of CsPbI3?"))

    assert Completed(question="What is the band gap of CsPbI3?") in events
    assert isinstance(events[-1], Answered)
    assert events[-1].answer.question == "What is the band gap of CsPbI3?"


def test_a_follow_up_cannot_ask_in_parts_what_is_refused_as_a_whole(examples: Library) -> None:
    session = Session(examples)
    session.answer("What is the melting point of heroin?")

    *_, last = session.ask("And how is it synthesised?")

    assert isinstance(last, Refused)


def test_a_session_that_is_gone_on_with_knows_its_earlier_questions(examples: Library) -> None:
    before = Session(examples).answer("What is the band gap of MAPbI3?")

    events = list(Session(examples).fresh([before]).ask("And of CsPbI3?"))

    assert Completed(question="What is the band gap of CsPbI3?") in events
