from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from agent import Answer, AnswerStatus, Claim, ClaimVerdict, Evidence
from agent.answer import RankedPage, reference_line
from ingest import Box, Citation, Paper

PAPER = Paper(
    paper_id="0" * 64,
    key="PlataRueda2022",
    title="Lithium-ion transport in garnets",
    authors=("Ana Plata-Rueda", "Lihua Wang"),
    year=2022,
    doi="10.5555/elute.2022.117",
    journal="Example Letters",
    paths=("/papers/garnet.pdf",),
    page_count=3,
    ingested_at=datetime(2026, 1, 1, tzinfo=UTC),
)

text = st.text(max_size=40)
some_text = st.text(min_size=1, max_size=40)
numbers = st.floats(allow_nan=False, allow_infinity=False)
pages = st.integers(1, 5000)
boxes = st.builds(Box, x0=numbers, y0=numbers, x1=numbers, y1=numbers)
citations = st.builds(
    Citation,
    key=some_text,
    paper_id=text,
    file=text,
    page=pages,
    printed_page=st.none() | text,
    quote=some_text,
    start=st.integers(0, 10**7),
    box=st.none() | boxes,
)
answers = st.builds(
    Answer,
    question=text,
    status=st.sampled_from(AnswerStatus),
    text=text,
    citations=st.lists(citations, max_size=3).map(tuple),
    claims=st.lists(
        st.builds(
            Claim,
            text=text,
            verdict=st.sampled_from(ClaimVerdict),
            citations=st.lists(st.integers(0, 5), max_size=2).map(tuple),
            why=text,
        ),
        max_size=2,
    ).map(tuple),
    unused=st.lists(st.builds(Evidence, citation=citations, relevance=numbers), max_size=2).map(
        tuple
    ),
    passages=st.lists(
        st.builds(RankedPage, file=text, page=pages, score=numbers, rank=pages), max_size=2
    ).map(tuple),
    references=st.just((PAPER,)),
    planner=text,
    model=st.none() | text,
    elapsed_s=numbers,
    verdict=st.none(),
    tools=st.none(),
    plan=st.none(),
)


@settings(deadline=None, max_examples=60)
@given(answers)
def test_an_answer_comes_back_from_json_as_it_went(answer: Answer) -> None:
    assert Answer.model_validate_json(answer.model_dump_json()) == answer


@pytest.mark.parametrize(
    "question", ["What is a Schottky defect in NaCl?", "What BET surface area does ZIF-8 have?"]
)
def test_a_real_answer_comes_back_from_json_too(
    answer: Callable[[str], Answer], question: str
) -> None:
    given = answer(question)

    assert Answer.model_validate_json(given.model_dump_json()) == given


def test_what_is_not_there_is_null_in_json_not_missing(answer: Callable[[str], Answer]) -> None:
    dumped = answer("What is a Schottky defect in NaCl?").model_dump(mode="json")

    assert {"verdict", "tools", "plan", "model"} <= set(dumped)
    assert dumped["model"] is None
    assert dumped["planner"]


def test_an_answer_cannot_be_changed_or_hold_what_it_does_not_know() -> None:
    answer = Answer(question="?", status=AnswerStatus.REFUSED, text="", planner="r", elapsed_s=0)

    with pytest.raises(ValidationError):
        answer.text = "other"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Answer.model_validate({**answer.model_dump(), "mood": "good"})


def test_a_reference_gives_title_authors_year_and_doi() -> None:
    assert reference_line(PAPER) == (
        "PlataRueda2022: Ana Plata-Rueda, Lihua Wang (2022). Lithium-ion transport in garnets. "
        "Example Letters. doi:10.5555/elute.2022.117."
    )


def test_a_reference_of_many_authors_names_six() -> None:
    many = PAPER.model_copy(update={"authors": tuple(f"A. Author{n}" for n in range(9))})

    line = reference_line(many)

    assert "A. Author5, et al. (2022)" in line
    assert "Author6" not in line


def test_a_reference_without_metadata_names_the_file() -> None:
    bare = PAPER.model_copy(
        update={"title": None, "authors": (), "year": None, "doi": None, "journal": None}
    )

    assert reference_line(bare) == "PlataRueda2022: garnet.pdf."
