from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.matching import PageTexts
from benchmarks.questions import Gold, Question, read_questions
from benchmarks.scores import MEASURES, Checks, Cited, Given, score
from benchmarks.statistics import Cell
from tests.example_library import ROOT

TWO = Question(
    id="q",
    type="conflict",
    text="How large is it?",
    keys=(("0.26",), ("0.34",)),
    answerable=True,
    evidence=(
        Gold("a.txt", 1, "It is 0.26 eV.", frozenset({("a.txt", 1)})),
        Gold("b.txt", 2, "It is 0.34 eV.", frozenset({("b.txt", 2), ("b.txt", 3)})),
    ),
)
NONE = Question("q", "unanswerable", "How heavy is it?", (), False, ())
A, B, WRONG = (
    Cited("a.txt", 1, "It is 0.26 eV.", "Li2020a"),
    Cited("b.txt", 3, "It is 0.34 eV.", "Rueda2021"),
    Cited("b.txt", 9, "Nothing.", "Rueda2021"),
)


@pytest.fixture
def checks(tmp_path: Path) -> Checks:
    (tmp_path / "a.txt").write_text("First. It is 0.26 eV. Last.", encoding="utf-8")
    return Checks(PageTexts(tmp_path), {"a.txt": "Li2020", "b.txt": "PlataRueda2021"})


def measured(question: Question, given: Given, checks: Checks) -> dict[str, Cell]:
    return {name: cells[0] for name, cells in score([question], [given], checks).items()}


def test_a_full_answer_is_right_by_every_measure(checks: Checks) -> None:
    given = Given("q", "0.26 eV or 0.34 eV", False, (A, B), (("b.txt", 2), ("c.txt", 1)))

    found = measured(TWO, given, checks)

    for name in ("grounded", "strict grounded", "page hit@1", "first citation's page right",
                 "cited pages right", "two places, every evidence cited"):  # fmt: skip
        assert found[name] == (1.0, 1.0), name
    assert found["silent though answerable"] == (0.0, 1.0)
    assert found["silence precision"] == found["silence recall"] == (0.0, 0.0)


def test_a_right_page_without_the_answer_is_not_grounded(checks: Checks) -> None:
    found = measured(TWO, Given("q", "0.26 eV", False, (A, B)), checks)

    assert found["grounded"] == (0.0, 1.0)


def test_the_answer_without_a_right_page_is_not_grounded(checks: Checks) -> None:
    found = measured(TWO, Given("q", "0.26 or 0.34", False, (WRONG,)), checks)

    assert found["grounded"] == found["cited pages right"] == (0.0, 1.0)


def test_one_of_two_papers_is_grounded_but_not_strictly(checks: Checks) -> None:
    found = measured(TWO, Given("q", "0.26 or 0.34", False, (WRONG, A)), checks)

    assert found["grounded"] == (1.0, 1.0)
    assert found["strict grounded"] == found["two places, every evidence cited"] == (0.0, 1.0)
    assert found["first citation's page right"] == (0.0, 1.0)
    assert found["cited pages right"] == (0.5, 1.0)


def test_an_answer_late_in_the_text_is_grounded_but_not_strictly(checks: Checks) -> None:
    found = measured(TWO, Given("q", "x " * 150 + "0.26 or 0.34", False, (A, B)), checks)

    assert found["grounded"] == (1.0, 1.0)
    assert found["strict grounded"] == (0.0, 1.0)


@pytest.mark.parametrize(
    ("position", "k", "hit"), [(1, 1, 1.0), (2, 1, 0.0), (3, 3, 1.0), (4, 3, 0.0), (10, 10, 1.0)]
)
def test_a_page_is_hit_within_the_first_k(
    checks: Checks, position: int, k: int, hit: float
) -> None:
    ranked = [("c.txt", n) for n in range(1, 12)]
    ranked[position - 1] = ("b.txt", 2)

    found = measured(TWO, Given("q", "", False, (), tuple(ranked)), checks)

    assert found[f"page hit@{k}"] == (hit, 1.0)


def test_silence_on_what_no_paper_answers_is_right(checks: Checks) -> None:
    found = measured(NONE, Given("q", "No.", True), checks)

    assert found["silence precision"] == found["silence recall"] == (1.0, 1.0)
    assert found["grounded"] == found["page hit@1"] == found["answer characters"] == (0.0, 0.0)


def test_silence_on_what_a_paper_answers_is_wrong(checks: Checks) -> None:
    found = measured(TWO, Given("q", "No.", True), checks)

    assert found["silence precision"] == (0.0, 1.0)
    assert found["silent though answerable"] == (1.0, 1.0)
    assert found["grounded"] == (0.0, 1.0)
    assert found["first citation's page right"] == (0.0, 0.0)


def test_an_answer_where_there_is_none_is_missed_silence(checks: Checks) -> None:
    found = measured(NONE, Given("q", "5 kg", False, (A,)), checks)

    assert found["silence recall"] == (0.0, 1.0)
    assert found["silence precision"] == (0.0, 0.0)


def test_quotes_and_keys_are_counted_one_by_one(checks: Checks) -> None:
    altered = Cited("a.txt", 1, "It is 0.62 eV.", "Lee2020")

    found = measured(TWO, Given("q", "", False, (A, altered, B)), checks)

    assert found["quotes on their page"] == (1.0, 3.0)
    assert found["citation keys right"] == (1.0, 3.0)


def test_long_answers_are_counted(checks: Checks) -> None:
    found = measured(TWO, Given("q", "x" * 701, False), checks)

    assert found["answer characters"] == (701.0, 1.0)
    assert found["answers over 700 characters"] == (1.0, 1.0)


def test_a_question_without_an_answer_row_is_an_error(checks: Checks) -> None:
    with pytest.raises(ValueError, match="no answer to q"):
        score([TWO], [], checks)


def test_every_measure_counts_something_in_the_example_questions() -> None:
    questions = read_questions(ROOT / "examples" / "questions.jsonl")
    right = [
        Given(
            q.id,
            q.text,
            not q.answerable,
            tuple(Cited(g.file, g.page, g.quote, "Li2020") for g in q.evidence),
        )
        for q in questions
    ]
    labels = {gold.file: "Li2020" for q in questions for gold in q.evidence}

    cells = score(questions, right, Checks(PageTexts(ROOT / "examples" / "papers"), labels))

    assert set(cells) == set(MEASURES)
    assert all(sum(counted for _, counted in column) for column in cells.values())
    assert all(right == counted for right, counted in cells["quotes on their page"])
    assert all(right == counted for right, counted in cells["silence recall"])
    assert all(right == counted for right, counted in cells["cited pages right"])


def test_question_files_are_read_by_either_name_of_a_file(tmp_path: Path) -> None:
    row = (
        '{"id": "a", "type": "number", "question": "?", "keys": [["1"]], "answerable": true,'
        ' "evidence": [{"%s": "x.pdf", "page": 2, "quote": "one", "ok_pages": [2, 3],'
        ' "alts": [{"%s": "y.pdf", "page": 7}]}]}\n'
    )
    (tmp_path / "one.jsonl").write_text(
        row % ("file", "file") + "\n" + row % ("doc", "doc"), "utf-8"
    )

    first, second = read_questions(tmp_path / "one.jsonl")

    assert first == second
    assert first.pages == {("x.pdf", 2), ("x.pdf", 3), ("y.pdf", 7)}
