from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from agent.errors import TrainingError
from agent.literature import training
from agent.literature.answering import find_answer
from agent.literature.evidence import ANSWERING, SIGNALS, find_evidence
from agent.literature.question import read_question
from agent.literature.training import Passage, forget, learn, train, weights_of
from ingest import Library

KIND = SIGNALS.index("kind")


def passages(n: int, signal: int) -> list[Passage]:
    """Passages whose right sentence is the one with the most of ``signal``."""
    chance = np.random.default_rng(1)
    found = []
    for number in range(n):
        values = chance.random((20, len(SIGNALS)))
        right = np.arange(20) == values[:, signal].argmax()
        found.append(Passage(paper=str(number % 5), values=values, right=right))
    return found


def test_a_signal_that_tells_the_right_sentence_weighs_more_and_the_others_stay_near() -> None:
    learned = learn(passages(400, KIND))

    assert learned[KIND] > 1.1 * ANSWERING[KIND]
    assert np.argmax(learned - ANSWERING) == KIND
    assert np.all(learned[ANSWERING == 0] == 0)
    assert learned[SIGNALS.index("met")] == pytest.approx(ANSWERING[SIGNALS.index("met")], abs=0.1)


def test_without_passages_to_speak_of_the_weights_are_those_that_ship() -> None:
    assert learn(passages(1, KIND)) == pytest.approx(ANSWERING, abs=0.05)


def test_a_librarys_own_weights_are_used_until_they_are_undone(
    library_of: Callable[..., Library],
) -> None:
    library = library_of(one="The gap of the oxide is 3.4 eV. The oxide is white.")
    path = library.settings.folder / training.WEIGHTS_FILE

    assert weights_of(library) is ANSWERING
    path.write_text("# own\nkind\t2.0\n", encoding="utf-8")
    assert weights_of(library)[KIND] == 2.0
    assert forget(library)
    assert not forget(library)
    assert weights_of(library) is ANSWERING


@pytest.mark.parametrize("text", ["kind\tmuch\n", "beauty\t1.0\n", "kind\n"])
def test_weights_that_cannot_be_read_are_told_with_the_way_back(
    library_of: Callable[..., Library], text: str
) -> None:
    library = library_of(one="The gap of the oxide is 3.4 eV. The oxide is white.")
    (library.settings.folder / training.WEIGHTS_FILE).write_text(text, encoding="utf-8")

    with pytest.raises(TrainingError, match="elute train --undo"):
        find_answer("What is the gap of the oxide?", library)


def test_a_library_searched_by_words_alone_learns_nothing(
    library_of: Callable[..., Library],
) -> None:
    library = library_of(one="The gap of the oxide is 3.4 eV. The oxide is white.")

    with pytest.raises(TrainingError, match="words alone"):
        train(library)


def test_other_weights_order_the_sentences_otherwise(examples: Library) -> None:
    question = read_question("What BET surface area was reported for MOF-210?")
    by_kind = np.where(np.arange(len(SIGNALS)) == SIGNALS.index("furniture"), 1.0, 0.0)

    shipped = find_evidence(question, examples.retriever).topics[0].sentences[0]
    other = find_evidence(question, examples.retriever, by_kind).topics[0].sentences[0]

    assert shipped.candidate.ordinal != other.candidate.ordinal


def test_what_papers_say_twice_is_asked_of_them_and_measured_on_papers_left_out(
    examples: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []
    monkeypatch.setattr(training, "IN_ALL", 60)
    monkeypatch.setattr(training, "_write", lambda path, weights: written.append(path))

    done = train(examples)

    assert done.n_passages >= training.LEAST
    assert done.n_papers >= training.FOLDS
    assert 0.2 < done.before < 1
    assert done.low <= done.after - done.before <= done.high
    assert done.kept == (done.low > 0) == bool(written)


def test_too_few_passages_are_told_and_change_nothing(
    examples: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "IN_ALL", 5)

    with pytest.raises(TrainingError, match="too little in two places"):
        train(examples)
