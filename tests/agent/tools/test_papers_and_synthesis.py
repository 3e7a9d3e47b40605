from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.answer import AnswerStatus
from agent.tools import papers as papers_module
from agent.tools import synthesis as synthesis_module
from agent.tools.errors import ArgumentError, ToolError
from agent.tools.papers import ask_papers, search_papers
from agent.tools.procedures import conditions, is_procedure
from agent.tools.synthesis import SynthesisReport, suggest_synthesis
from ingest.library import Library
from safety.errors import Refused
from safety.substance import Decision, Verdict

# Sentences written for this test, on a ceramic that every textbook has.
FIRST = """Barium titanate by the solid-state route

Barium titanate is a ferroelectric oxide with a Curie point near 393 K. Many have measured it.
Barium titanate powder was prepared from barium carbonate and titanium dioxide. The powders were
ground in ethanol for 2 h and dried. The mixture was calcined at 1100 °C for 6 h in air. Pellets of
barium titanate were sintered at 1300 °C for 4 h.
"""
SECOND = """Hydrothermal barium titanate

Fine powders of barium titanate were obtained under mild conditions in water. Barium hydroxide and
titanium dioxide were stirred in water and heated at 200 °C for 24 h in an autoclave. The powder was
filtered and washed with ethanol. Fine grains of barium titanate keep the cubic phase.
"""
THIRD = """Lattice constants of oxides

The lattice constant of strontium titanate is 3.905 angstrom. Barium titanate is larger. Neither was
measured here, and a gap of 0.3 eV was added to the computed ones.
"""


@pytest.fixture
def shelf(
    library: Library, papers: Path, ingest: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Library:
    for name, text in (("first", FIRST), ("second", SECOND), ("third", THIRD)):
        (papers / f"{name}.txt").write_text(text, encoding="utf-8")
    ingest(library, papers)
    monkeypatch.setattr(papers_module, "open_library", lambda _: library)
    monkeypatch.setattr(synthesis_module, "open_library", lambda _: library)
    return library


def test_a_search_gives_passages_with_their_pages(shelf: Library) -> None:
    found = search_papers("lattice constant of strontium titanate", limit=2)

    assert found.passages[0].file == "third.txt"
    assert found.passages[0].page == 1
    assert "3.905" in found.passages[0].text
    assert len(found.passages) <= 2


def test_a_question_is_answered_with_a_quote(shelf: Library) -> None:
    answer = ask_papers("What is the lattice constant of strontium titanate?")

    assert answer.status is AnswerStatus.ANSWERED
    assert any("3.905 angstrom" in citation.quote for citation in answer.citations)


def test_making_a_listed_drug_is_refused_before_any_paper_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(papers_module, "open_library", lambda _: pytest.fail("was opened"))
    monkeypatch.setattr(synthesis_module, "open_library", lambda _: pytest.fail("was opened"))

    with pytest.raises(Refused, match="21 CFR"):
        suggest_synthesis("heroin")
    with pytest.raises(Refused, match="21 CFR"):
        ask_papers("How is heroin made from morphine?")


def test_a_synthesis_is_what_the_papers_say_word_by_word(shelf: Library) -> None:
    report = suggest_synthesis("barium titanate")

    assert report.status == "found"
    assert {paper.quotes[0].file for paper in report.papers} == {"first.txt", "second.txt"}
    texts = {"first.txt": FIRST, "second.txt": SECOND}
    for paper in report.papers:
        for quote in paper.quotes:
            assert quote.quote in " ".join(texts[quote.file].split())
    assert SynthesisReport.model_validate_json(report.model_dump_json()) == report


def test_conditions_are_quantities_with_their_quote_and_papers_are_compared(shelf: Library) -> None:
    report = suggest_synthesis("BaTiO3", max_papers=5)  # found by its formula's name too
    if report.status == "no_evidence":  # the formula itself stands in no paper
        report = suggest_synthesis("barium titanate")

    by_file = {paper.quotes[0].file: paper for paper in report.papers}
    first = by_file["first.txt"]
    temperatures = {
        c.quantity.value for c in first.conditions if c.kind == "temperature" and c.quantity
    }
    assert temperatures == {1100.0, 1300.0}
    for condition in first.conditions:
        assert condition.text in first.quotes[condition.quote].quote
    differences = {one.kind: one.said for one in report.differences}
    assert differences["temperature"][by_file["second.txt"].key] == ("200 °C",)
    assert set(differences) >= {"temperature", "time"}


def test_nothing_is_proposed_that_no_paper_says(shelf: Library) -> None:
    for target in ("strontium titanate", "lead zirconate", "caffeine"):
        report = suggest_synthesis(target)

        assert report.status == "no_evidence"
        assert report.papers == ()
        assert report.differences == ()


def test_a_quoted_sentence_that_the_gate_refuses_is_withheld(
    shelf: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = synthesis_module._verdict
    seen: list[str] = []

    def verdict(texts: Any) -> Verdict | None:
        held = list(texts)
        seen.extend(held)
        if any("calcined" in text for text in held):
            return Verdict(decision=Decision.BLOCK, reason="listed")
        return real(held)

    monkeypatch.setattr(synthesis_module, "_verdict", verdict)

    report = suggest_synthesis("barium titanate")

    assert "calcined" not in report.model_dump_json()
    assert sum(paper.n_withheld for paper in report.papers) == 1
    # The reagents of a sentence are screened by their structures too.
    assert any("[Ba+2]" in text for text in seen)


def test_when_every_sentence_is_refused_the_card_says_so_and_shows_none(
    shelf: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = Verdict(decision=Decision.BLOCK, reason="stands on a list")
    monkeypatch.setattr(
        synthesis_module, "_verdict", lambda texts: listed if any("." in t for t in texts) else None
    )

    report = suggest_synthesis("barium titanate")

    assert report.status == "refused"
    assert report.refusal == listed
    assert report.papers == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "The mixture was calcined at 1100 °C for 6 h in air.",
        "We dissolved the salts in water.",
        "Films were obtained by spin-coating.",
        "The powder was pressed and kept at 900 K for 2 h.",
    ],
)
def test_what_was_done_in_a_lab_is_a_procedure(sentence: str) -> None:
    assert is_procedure(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "A correction of 0.3 eV was added.",
        "The results were mixed.",
        "Barium titanate is a ferroelectric oxide.",
        "This value was obtained by fitting the isotherm.",
    ],
)
def test_what_was_thought_is_no_procedure(sentence: str) -> None:
    assert not is_procedure(sentence)


def test_the_conditions_of_a_sentence_are_read() -> None:
    sentence = (
        "It was stirred in DMF at 60-70 °C for 30 min under argon and annealed at 423 K for 1 h."
    )

    found = list(conditions(sentence, source="(Li2020 page 3)", quote=0))

    numbers = [(c.kind, c.quantity.value, c.quantity.unit) for c in found if c.quantity]
    assert numbers == [
        ("temperature", 60.0, "degC"),
        ("temperature", 70.0, "degC"),
        ("temperature", 423.0, "K"),
        ("time", 30.0, "min"),
        ("time", 1.0, "h"),
    ]
    assert {(c.kind, c.text) for c in found if c.quantity is None} == {
        ("solvent", "DMF"),
        ("atmosphere", "argon"),
    }


def test_a_library_that_is_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ELUTE_DATA_DIR", str(tmp_path))

    with pytest.raises(ToolError, match="no library 'nope'"):
        search_papers("anything", library="nope")
    with pytest.raises(ArgumentError, match="library"):
        search_papers("anything", library="../etc")


@pytest.mark.parametrize("question", ["", "   ", "x" * 5000])
def test_a_question_that_cannot_be_asked_is_told(question: str) -> None:
    with pytest.raises(ArgumentError, match="question"):
        ask_papers(question)
    with pytest.raises(ArgumentError, match="target"):
        suggest_synthesis(question)
