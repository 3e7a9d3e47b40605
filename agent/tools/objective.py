"""The objective of inverse design: how far a candidate's properties are from what is wanted.

    O(s) = sum over a of w_a |P_a(s) - P_a^target|

Source:
    A. Walsh, Data-Driven Modelling and Artificial Intelligence, Materials Modelling Course (2025).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from pydantic import Field

from ingest.record import Record


class Target(Record):
    """One property and the value it should have."""

    property: str = Field(min_length=1)
    value: float = Field(allow_inf_nan=False)  # in the property's own unit
    weight: float = Field(default=1.0, gt=0, allow_inf_nan=False)  # 1/unit of the property
    reference: str | None = None  # for a similarity: to what


class Term(Record):
    """What one target adds to the objective."""

    property: str
    value: float  # of the candidate
    target: float
    deviation: float  # weight times |value - target|


class Objective(Record):
    """A sum of weighted deviations; 0 where every target is met, and smaller is better."""

    targets: tuple[Target, ...]

    def score(self, values: Mapping[str, float]) -> float:
        """O of a candidate; infinite where one of its properties is missing or undefined.

        Args:
            values: Property, as `key` names it, -> value.
        """
        total = 0.0
        for target in self.targets:
            value = values.get(key(target), math.nan)
            if not math.isfinite(value):
                return math.inf
            total += target.weight * abs(value - target.value)
        return total

    def terms(self, values: Mapping[str, float]) -> tuple[Term, ...]:
        """What each target adds, largest first; their deviations sum to the score."""
        found = [
            Term(
                property=key(target),
                value=values[key(target)],
                target=target.value,
                deviation=target.weight * abs(values[key(target)] - target.value),
            )
            for target in self.targets
        ]
        return tuple(sorted(found, key=lambda term: -term.deviation))

    def best(self, candidates: Iterable[Mapping[str, float]]) -> float:
        """Smallest score of several candidates; infinite for none."""
        return min(map(self.score, candidates), default=math.inf)


def key(target: Target) -> str:
    """The name under which a candidate's value for this target is kept."""
    if target.reference is None:
        return target.property
    return f"{target.property} to {target.reference}"
