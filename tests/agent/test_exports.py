from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from agent import Answer, ExportError
from agent.exports import answer_markdown, export_answer, markdown
from tests.ui.scripted import ANSWERED, CITATION, NOT_FOUND, REFUSED

QUESTION = "Which two values are reported for the activation energy of lithium-ion conduction?"


def test_markdown_holds_the_answer_every_quote_and_the_references(
    answer: Callable[[str], Answer],
) -> None:
    given = answer(QUESTION)

    text = answer_markdown(given)

    assert text.startswith(f"# {QUESTION}\n")
    assert text.count("\n> “") == len(given.citations) > 0
    for citation in given.citations:
        assert f"> “{markdown(citation.quote)}”" in text
        assert f"{citation.key} page {citation.page}" in text
    for paper in given.references:
        assert f"- {paper.key}: " in text


def test_no_sign_of_a_paper_is_taken_for_markdown() -> None:
    hostile = CITATION.model_copy(update={"quote": "# [x](javascript:1) <b>`_*~|$\n- a\x1b[31m"})

    text = answer_markdown(ANSWERED.model_copy(update={"citations": (hostile,)}))

    assert "> “\\# \\[x\\](javascript:1) \\<b\\>\\`\\_\\*\\~\\|\\$ - a\ufffd\\[31m”" in text


@pytest.mark.parametrize("line", ["- a", "+ a", "1. a", "1) a", "===", "---", "-"])
def test_no_line_begins_a_block(line: str) -> None:
    assert "\\" in markdown(line)[:2]


@pytest.mark.parametrize("line", ["3.37 eV", "-20 °C", "= 5", "2.1-rich"])
def test_numbers_are_left_as_they_are(line: str) -> None:
    assert markdown(line) == line


def test_where_there_is_no_evidence_the_nearest_passages_are_named_as_not_used() -> None:
    text = answer_markdown(NOT_FOUND)

    assert "## Nearest passages, not used" in text
    assert "## Quotes" not in text


@pytest.mark.parametrize(
    ("name", "holds"),
    [("a.bib", "@misc{Mosquera2023"), ("a.RIS", "ID  - Mosquera2023"), ("a.md", "## Quotes")],
)
def test_the_suffix_names_the_form(name: str, holds: str) -> None:
    assert holds in export_answer(ANSWERED, Path(name))


def test_json_is_what_citation_processors_read() -> None:
    (item,) = json.loads(export_answer(ANSWERED, Path("a.json")))

    assert item["id"] == "Mosquera2023"


def test_an_unknown_suffix_is_a_sentence_that_names_the_known() -> None:
    with pytest.raises(ExportError, match=r"'a\.docx'.*\.md.*\.bib"):
        export_answer(ANSWERED, Path("a.docx"))


def test_of_a_refused_request_nothing_is_written() -> None:
    with pytest.raises(ExportError, match="refused"):
        export_answer(REFUSED, Path("a.md"))
