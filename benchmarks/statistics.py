"""Ratios over questions with bootstrap intervals, and paired comparisons of two runs.

A figure is a ratio: the sum of what was right over the sum of what was counted, one cell
``(right, counted)`` a question. A mean is the case in which every question counts once. Questions
are drawn with replacement; both sums move with them, so that a precision whose denominator differs
from run to run has an honest interval too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

RESAMPLES: Final = 10_000
COVERAGE: Final = 0.95
SEED: Final = 20260101  # the same rows give the same interval

Floats = NDArray[np.float64]
Cell = tuple[float, float]  # what was right, what was counted


@dataclass(frozen=True)
class Interval:
    """The middle 95 % of a figure's bootstrap distribution."""

    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.low:.2f}-{self.high:.2f}"


@dataclass(frozen=True)
class Difference:
    """How one run differs from another on the same questions."""

    value: float  # second minus first
    interval: Interval
    p: float  # two-sided, from random signs of the questions' parts

    @property
    def chance(self) -> str:
        """``p`` as printed."""
        return f"{self.p:.3f}" if self.p >= 0.001 else "<0.001"


def ratio(cells: Sequence[Cell] | Floats) -> float:
    """The sum of the first column over the sum of the second; nan where nothing was counted."""
    right, counted = np.asarray(cells, dtype=np.float64).reshape(-1, 2).sum(axis=0)
    return float(right / counted) if counted else float("nan")


def bootstrap_interval(cells: Sequence[Cell] | Floats, *, resamples: int = RESAMPLES) -> Interval:
    """The interval of `ratio`, drawing questions with replacement.

    Args:
        cells: Shape (n, 2), one row a question.
        resamples: Number of draws.

    Returns:
        nan on both sides where nothing was counted.
    """
    table = np.asarray(cells, dtype=np.float64).reshape(-1, 2)
    if not table[:, 1].sum():
        return Interval(float("nan"), float("nan"))
    sums = _draws(len(table), resamples) @ table
    return _middle(_divided(sums))


def quantile_interval(
    values: Sequence[float], quantile: float, *, resamples: int = RESAMPLES // 5
) -> tuple[float, Interval]:
    """A quantile of ``values`` and its bootstrap interval; nan where there are none."""
    data = np.asarray(values, dtype=np.float64)
    if not len(data):
        return float("nan"), Interval(float("nan"), float("nan"))
    drawn = np.random.default_rng(SEED).choice(data, size=(resamples, len(data)))
    return float(np.quantile(data, quantile)), _middle(np.quantile(drawn, quantile, axis=1))


def paired_difference(
    first: Sequence[Cell] | Floats, second: Sequence[Cell] | Floats, *, resamples: int = RESAMPLES
) -> Difference:
    """How `ratio` of ``second`` differs from that of ``first``, row for row the same questions.

    The interval comes from drawing questions with replacement, both runs' cells together; the
    p value from giving each question's part in the difference a random sign, again and again.

    Raises:
        ValueError: The two have not the same number of rows.
    """
    a = np.asarray(first, dtype=np.float64).reshape(-1, 2)
    b = np.asarray(second, dtype=np.float64).reshape(-1, 2)
    if a.shape != b.shape:
        raise ValueError(f"paired runs have the same questions, not {len(a)} and {len(b)}")
    value = ratio(b) - ratio(a)
    draws = _draws(len(a), resamples)
    interval = _middle(_divided(draws @ b) - _divided(draws @ a))
    # Each question's part in the difference, as if both runs had the pooled ratio; they add up to
    # the difference, and under no difference their signs are as good as drawn. Exchanging the cells
    # themselves would mix denominators, which differ where one run cites more than the other.
    pooled = ratio(np.concatenate([a, b]))
    parts = _parts(b, pooled) - _parts(a, pooled)
    signs = np.random.default_rng(SEED + 1).choice([-1.0, 1.0], size=(resamples, len(parts)))
    extreme = np.count_nonzero(np.abs(signs @ parts) >= abs(float(parts.sum())) - 1e-12)
    # The observed signs are one of the draws, so p is never 0.
    return Difference(value, interval, float((extreme + 1) / (resamples + 1)))


def _parts(cells: Floats, pooled: float) -> Floats:
    counted = cells[:, 1].sum()
    if not counted:
        return np.zeros(len(cells))
    return np.asarray((cells[:, 0] - pooled * cells[:, 1]) / counted, dtype=np.float64)


@lru_cache(maxsize=4)
def _draws(n: int, resamples: int) -> Floats:
    """How often each of ``n`` questions was drawn, shape (resamples, n)."""
    counts = np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), size=resamples)
    return np.asarray(counts, dtype=np.float64)


def _divided(sums: Floats) -> Floats:
    """Right over counted; nan for a draw in which nothing was counted."""
    right, counted = sums[:, 0], sums[:, 1]
    return np.where(counted > 0, right / np.where(counted > 0, counted, 1.0), np.nan)


def _middle(values: Floats) -> Interval:
    tail = (1 - COVERAGE) / 2
    finite = values[np.isfinite(values)]
    if not len(finite):
        return Interval(float("nan"), float("nan"))
    low, high = np.quantile(finite, [tail, 1 - tail])
    return Interval(float(low), float(high))
