from __future__ import annotations

import re

import pytest

from benchmarks.__main__ import series_names, taken_options
from benchmarks.literature import EXAMPLES
from benchmarks.questions import read_questions
from benchmarks.scores import MEASURES
from tests.example_library import ROOT

PAGE = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"python -m benchmarks\.(\w+)((?: --?[\w-]+(?: [\w./]+)*)*)", PAGE)


def test_the_page_names_commands() -> None:
    assert len(COMMANDS) >= 6


@pytest.mark.parametrize(("series", "options"), sorted(set(COMMANDS)))
def test_every_command_of_the_page_can_be_given(series: str, options: str) -> None:
    assert series in series_names()
    assert set(re.findall(r"--[\w-]+", options)) <= taken_options(series)


def test_every_measure_of_the_table_is_one_that_is_measured() -> None:
    rows = re.findall(r"^\| ([a-z][^|]*) \| (?:plain|hard|both) \|", PAGE, re.M)

    assert len(rows) >= 20
    assert set(rows) <= set(MEASURES)


def test_the_table_says_reached_or_short_where_there_is_a_bar() -> None:
    rows = [line.split("|")[1:-1] for line in PAGE.splitlines() if re.match(r"\|.*\*\*", line)]

    for row in rows:
        bar, value, verdict = row[4].strip(), float(row[5].strip(" *")), row[7].strip()
        if not bar:
            assert verdict == ""
            continue
        needed = 1.0 if bar == "10 of 10" else float(bar.removeprefix(">= "))
        assert verdict == ("reached" if value >= needed else "short")


def test_the_page_counts_the_example_questions_as_they_are() -> None:
    questions = read_questions(EXAMPLES / "questions.jsonl")

    for wording in ("plain", "hard"):
        asked = [q for q in questions if q.wording == wording]
        answerable = sum(q.answerable for q in asked)
        assert f"{wording} ({len(asked)}, {answerable} answerable)" in PAGE


def test_the_page_names_no_path_of_a_machine() -> None:
    assert not re.search(r"(?<![\w.])/(?:home|root|tmp|work|Users)\b|[A-Z]:\\", PAGE)
