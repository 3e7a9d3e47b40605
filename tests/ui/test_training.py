from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

from agent.literature.training import Training
from ui.training import report


def test_too_little_to_learn_from_is_a_sentence_and_undo_says_what_it_undid(
    elute: Callable[..., Result], home: Path
) -> None:
    papers = home / "papers"
    papers.mkdir()
    (papers / "oxide.txt").write_text("The gap of the oxide is 3.4 eV. The oxide is white.\n")
    assert elute("ingest", str(papers)).exit_code == 0

    learned = elute("train")
    undone = elute("train", "--undo", "--json")
    again = elute("train", "--undo")

    assert learned.exit_code == 1
    assert "too little in two places" in learned.stderr
    assert json.loads(undone.stdout) == {"library": "default", "undone": False}
    assert again.stdout == "Library 'default' had no weights of its own.\n"


def test_what_was_learned_is_told_with_its_gain() -> None:
    done = Training(
        n_papers=9,
        n_passages=159,
        before=0.367,
        after=0.377,
        low=0.002,
        high=0.018,
        kept=True,
        weights={"met": 0.5},
    )

    first, second, third = report("mine", done)

    assert "159 passages of 9 papers" in first
    assert "+0.010 (+0.002 to +0.018)" in second
    assert third.startswith("Kept:")
    assert report("mine", done.model_copy(update={"kept": False}))[2].startswith("Not kept:")
