from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from agent.suggestions import suggest_questions
from ingest.library import Library


def test_suggested_questions_ask_what_the_papers_say(
    library: Library, papers: Path, ingest: Callable[..., object]
) -> None:
    (papers / "a.txt").write_text(
        "Oxides\n\nThe band gap of TiO2 is 3.0 eV at 300 K. Annealing increases the grain size.\n"
    )
    (papers / "b.txt").write_text("Frameworks\n\nWe find a surface area of UiO-66 of 1200 m2/g.\n")
    ingest(library, papers)

    found = suggest_questions(library)

    assert set(found) == {
        "What is the band gap of TiO2?",
        "What is the surface area of UiO-66?",
        "How does annealing increase the grain size?",
    }


def test_an_empty_library_suggests_nothing(library: Library) -> None:
    assert suggest_questions(library) == ()
