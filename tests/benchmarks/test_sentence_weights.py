from __future__ import annotations

import numpy as np
import pytest

from agent.literature.evidence import ANSWERING, SIGNALS, read_weights
from benchmarks.sentence_weights import LEARNED, Case, learn, left_out, table


def case(seed: int, *, told_by: str, papers: set[str], right: bool = True) -> Case:
    """A question whose right sentence, the first, stands out by one signal among noise."""
    noise = np.random.default_rng(seed)
    values = noise.normal(size=(12, len(SIGNALS)))
    values[0, SIGNALS.index(told_by)] += 4
    values[0, SIGNALS.index("met")] += 2
    first = np.arange(12) == 0
    return Case(frozenset(papers), values, first & right, first)


def cases(told_by: str) -> list[Case]:
    return [case(seed, told_by=told_by, papers={f"{seed % 5}.pdf"}) for seed in range(40)]


@pytest.mark.parametrize("told_by", ["kind", "window", "terms_found"])
def test_the_signal_that_tells_right_sentences_gets_the_largest_weight(told_by: str) -> None:
    weights = learn(cases(told_by))

    assert SIGNALS[int(np.argmax(weights))] == told_by
    assert weights[SIGNALS.index("met")] == pytest.approx(0.5)


def test_signals_that_are_not_learned_keep_no_weight() -> None:
    weights = learn(cases("kind"))

    assert all(weights[SIGNALS.index(name)] == 0 for name in set(SIGNALS) - set(LEARNED))


def test_questions_without_a_right_sentence_teach_nothing() -> None:
    with pytest.raises(ValueError, match="no question has a right sentence"):
        learn([case(1, told_by="kind", papers={"a.pdf"}, right=False)])


def test_scores_with_papers_left_out_are_those_of_the_other_papers_questions() -> None:
    told = cases("kind")
    apart = case(99, told_by="form", papers={"apart.pdf"})

    scores = left_out([*told, apart])[-1]

    assert scores == pytest.approx(apart.values @ learn(told))


def test_the_table_names_each_way_once() -> None:
    lines = "\n".join(table(cases("kind")))

    for way in ("by hand", "learned, papers left out", "may have seen them"):
        assert lines.count(f"| {way}") + lines.count(f"{way} |") >= 1
    assert "40 questions" in lines


def test_the_packaged_weights_are_those_of_known_signals() -> None:
    assert len(ANSWERING) == len(SIGNALS)
    assert ANSWERING[SIGNALS.index("met")] == 0.5


@pytest.mark.parametrize("line", ["brilliance\t0.5", "met\tmuch", "met"])
def test_a_line_of_weights_that_cannot_be_read_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"no such signals|could not convert|not enough values"):
        read_weights(f"# head\nwindow\t0.1\n{line}\n")
