from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent import Answer, BundleError, ExportError, Session
from agent.bundle import AnswerBundle, bundle_answer, read_bundle
from agent.rechecking import PaperState, QuoteState, recheck
from ingest import Library
from ingest.settings import LibrarySettings
from tests.ingest.tiny import TinyEmbedder, write_pdf
from tests.ui.scripted import REFUSED

LINES = [
    "On the vacancies of hot oxides",
    "Ana Mosquera",
    "Journal of Tests 7 (2023) 1-9",
    "",
    "Abstract",
    "Heating the oxide to 900 K doubles the concentration of oxygen vacancies.",
    "The effect is reversible when the oxide cools in pure oxygen.",
]
QUESTION = "What does heating the oxide do to the concentration of oxygen vacancies?"


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    return write_pdf(tmp_path / "papers" / "hot.pdf", [LINES, ["A second page on cold oxides."]])


@pytest.fixture
def bundle(paper: Path, settings: LibrarySettings) -> AnswerBundle:
    with Library.open(settings, embedder=TinyEmbedder()) as library:
        list(library.add(paper.parent))
        return bundle_answer(Session(library).answer(QUESTION), library)


def test_an_answer_whose_papers_are_as_they_were_stands(bundle: AnswerBundle) -> None:
    check = recheck(bundle)

    assert check.ok
    assert check.intact
    assert [p.state for p in check.papers] == [PaperState.SAME]
    assert check.quotes
    assert {q.state for q in check.quotes} == {QuoteState.AT_ITS_OFFSET}
    assert all(claim.stands for claim in check.claims)


def test_a_bundle_says_what_it_was_made_with(bundle: AnswerBundle) -> None:
    (paper,) = bundle.papers

    assert len(paper.sha256) == 64
    assert "pypdfium2" in bundle.versions.readers
    assert bundle.versions.embedder == "tiny"
    assert all(citation.paper_id == paper.sha256 for citation in bundle.citations)


def test_a_bundle_is_read_back_as_it_was_written(bundle: AnswerBundle, tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    file.write_text(bundle.dumps(), encoding="utf-8")

    assert read_bundle(file) == bundle


def test_a_moved_paper_is_found_by_its_bytes(
    bundle: AnswerBundle, paper: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "elsewhere" / "deep" / "other-name.pdf"
    moved.parent.mkdir(parents=True)
    shutil.move(paper, moved)

    check = recheck(bundle, folders=[tmp_path / "elsewhere"])

    assert check.ok
    assert [(p.state, p.path) for p in check.papers] == [(PaperState.MOVED, str(moved))]


def test_a_library_tells_where_a_paper_lies_now(
    bundle: AnswerBundle, paper: Path, tmp_path: Path
) -> None:
    moved = shutil.move(paper, tmp_path / "moved.pdf")

    check = recheck(bundle, places={bundle.papers[0].sha256: [str(moved)]})

    assert check.papers[0].state is PaperState.MOVED


def test_a_missing_paper_leaves_its_quotes_unchecked(bundle: AnswerBundle, paper: Path) -> None:
    paper.unlink()

    check = recheck(bundle)

    assert not check.ok
    assert check.papers[0].state is PaperState.MISSING
    assert {q.state for q in check.quotes} == {QuoteState.NOT_CHECKED}


def test_a_changed_paper_is_noticed_though_its_quotes_still_stand(
    bundle: AnswerBundle, paper: Path
) -> None:
    paper.write_bytes(paper.read_bytes() + b"\n% edited")

    check = recheck(bundle)

    assert not check.ok
    assert check.papers[0].state is PaperState.CHANGED
    assert {q.state for q in check.quotes} == {QuoteState.AT_ITS_OFFSET}


def test_a_quote_that_moved_to_another_page_or_went_is_noticed(
    bundle: AnswerBundle, paper: Path
) -> None:
    write_pdf(paper, [["Retraction notice"], [LINES[5]]])

    states = {q.quote: (q.state, q.found_on) for q in recheck(bundle).quotes}

    assert states.pop(LINES[5]) == (QuoteState.ON_ANOTHER_PAGE, 2)
    assert all(state == (QuoteState.GONE, None) for state in states.values())


def changed(bundle: AnswerBundle, change: Callable[[dict[str, Any]], None]) -> AnswerBundle:
    fields = json.loads(bundle.dumps())
    change(fields)
    return AnswerBundle.model_validate(fields)


def test_a_claim_that_was_rewritten_is_noticed_by_its_quotes_too(bundle: AnswerBundle) -> None:
    def rewrite(fields: dict[str, Any]) -> None:
        fields["claims"][0]["text"] = "Heating the oxide to 700 K doubles the vacancies."

    check = recheck(changed(bundle, rewrite))

    assert not check.intact
    assert not check.ok
    assert not check.claims[0].stands
    assert "700 K" in check.claims[0].why


def test_a_text_that_was_rewritten_is_noticed_by_the_digest(bundle: AnswerBundle) -> None:
    check = recheck(changed(bundle, lambda fields: fields.update(text="Something else.")))

    assert not check.ok
    assert not check.intact
    assert all(claim.stands for claim in check.claims)


def test_of_a_refused_request_there_is_no_bundle(library: Library) -> None:
    with pytest.raises(ExportError, match="refused"):
        bundle_answer(REFUSED, library)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is not JSON"),
        ("[]", "is no bundle"),
        ('{"form": "elute-answer-bundle", "form_version": 2}', "later elute"),
        ('{"form": "elute-answer-bundle", "form_version": 1}', "is damaged at"),
    ],
)
def test_what_is_no_bundle_is_named(text: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(text)

    with pytest.raises(BundleError, match=says):
        read_bundle(file)


def test_an_answer_from_the_example_papers_stands(
    answer: Callable[[str], Answer], examples: Library
) -> None:
    check = recheck(bundle_answer(answer("How does water affect MOF-5?"), examples))

    assert check.ok, check
