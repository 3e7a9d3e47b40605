from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.statistics import (
    bootstrap_interval,
    paired_difference,
    quantile_interval,
    ratio,
)

flags = st.lists(st.booleans(), min_size=1, max_size=40)


def cells_of(values: list[bool]) -> list[tuple[float, float]]:
    return [(float(value), 1.0) for value in values]


def test_a_figure_is_what_was_right_over_what_was_counted() -> None:
    assert ratio([(1, 2), (0, 0), (3, 3)]) == pytest.approx(0.8)
    assert math.isnan(ratio([(0, 0)]))
    assert math.isnan(ratio([]))


@settings(deadline=None, max_examples=40)
@given(flags)
def test_an_interval_holds_its_figure_and_stays_between_0_and_1(values: list[bool]) -> None:
    cells = cells_of(values)

    interval = bootstrap_interval(cells, resamples=400)

    assert 0 <= interval.low <= ratio(cells) <= interval.high <= 1


def test_an_interval_has_the_width_that_theory_gives() -> None:
    # A share of 0.3 in 400 questions: standard error 0.0229, middle 95 % +- 0.045.
    cells = cells_of([True] * 120 + [False] * 280)

    interval = bootstrap_interval(cells)

    assert interval.low == pytest.approx(0.255, abs=0.005)
    assert interval.high == pytest.approx(0.345, abs=0.005)


def test_four_times_the_questions_give_half_the_width() -> None:
    cells = cells_of([True, False] * 25)

    few, many = bootstrap_interval(cells), bootstrap_interval(cells * 4)

    assert (many.high - many.low) == pytest.approx((few.high - few.low) / 2, rel=0.1)


def test_the_same_rows_give_the_same_interval() -> None:
    cells = cells_of([True, False, True])

    assert bootstrap_interval(cells) == bootstrap_interval(cells)


def test_what_was_never_counted_has_no_interval() -> None:
    interval = bootstrap_interval([(0, 0), (0, 0)])

    assert math.isnan(interval.low)
    assert math.isnan(interval.high)


def test_a_run_does_not_differ_from_itself() -> None:
    cells = cells_of([True, False, True, True])

    found = paired_difference(cells, cells)

    assert found.value == 0
    assert (found.interval.low, found.interval.high) == (0, 0)
    assert found.p == 1


def test_a_clear_gain_is_told_from_chance() -> None:
    before = cells_of([False] * 30 + [True] * 30)
    after = cells_of([False] * 10 + [True] * 50)

    found = paired_difference(before, after)

    assert found.value == pytest.approx(1 / 3)
    assert 0.2 < found.interval.low < found.interval.high < 0.47
    assert found.p < 0.001


def test_a_gain_of_one_question_is_not() -> None:
    before = cells_of([False] * 30 + [True] * 30)
    after = cells_of([False] * 29 + [True] * 31)

    assert paired_difference(before, after).p > 0.5


def test_pairing_sees_what_two_intervals_hide() -> None:
    rng = np.random.default_rng(1)
    before = [bool(value) for value in rng.random(80) < 0.5]
    after = list(before)
    for row in [row for row, value in enumerate(before) if not value][:10]:
        after[row] = True

    apart = bootstrap_interval(cells_of(before)), bootstrap_interval(cells_of(after))

    assert apart[0].high > apart[1].low
    assert paired_difference(cells_of(before), cells_of(after)).p < 0.01


def test_one_wrong_quote_of_a_run_with_fewer_quotes_is_no_sign() -> None:
    many = [(5.0, 5.0)] * 40
    few = [(2.0, 2.0)] * 39 + [(1.0, 2.0)]

    found = paired_difference(many, few)

    assert found.value == pytest.approx(-1 / 80)
    assert found.p > 0.2


def test_runs_of_different_length_are_not_paired() -> None:
    with pytest.raises(ValueError, match="3 and 2"):
        paired_difference(cells_of([True] * 3), cells_of([True] * 2))


def test_a_quantile_lies_in_its_interval() -> None:
    value, interval = quantile_interval(list(range(101)), 0.95)

    assert value == 95
    assert interval.low < 95 < interval.high <= 100
    assert math.isnan(quantile_interval([], 0.5)[0])
