"""How much a composition looks like compositions that were made and measured.

Learned from positive and unlabelled compositions by bagging: F. Mordelet and J.-P. Vert, Pattern
Recognit. Lett. 37, 201 (2014). Many small trees, each taught the measured compositions against a
random draw of compositions that smact allows and of which nothing is known; the score is their
mean, through a sigmoid that held-out compositions gave. The trees stand in
``data/synthesizability.json``, which ``python -m benchmarks.synthesizability --write`` makes; what
they were measured to do stands in docs/crystals.md.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from agent.tools.base import tool
from agent.tools.composition_space import Counts, formula_of, is_allowed, normalised
from agent.tools.compositions import read_formula, whole_counts
from agent.tools.element_schemes import Pooling
from agent.tools.errors import ArgumentError
from agent.tools.featurizers import feature_matrix
from agent.tools.quantity import Quantity
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "Synthesizability",
    "SynthesizabilityModel",
    "SynthesizabilityReport",
    "synthesizability",
]

MAX_COMPOSITIONS = 1_000
FEATURIZER = "magpie"
POOLING: tuple[Pooling, ...] = ("mean", "range")
_NO_PROBABILITY = (
    "the score is no probability that something can be made: it says how like measured "
    "compositions this one is among as many drawn ones, and knows no structure, "
    "temperature, pressure or route"
)


class Tree(Record):
    """A decision tree as rows; row 0 is the root."""

    feature: tuple[int, ...]  # column that is asked; -1 in a leaf
    threshold: tuple[float, ...]  # at most this goes to ``left``
    left: tuple[int, ...]
    right: tuple[int, ...]
    share: tuple[float, ...]  # of measured compositions among those that come here


class Bin(Record):
    """What compositions with such a score were, in cross-validation by chemical system."""

    low: float
    high: float
    n: int
    measured_share: float | None  # measured and unlabelled weighed alike; None for an empty bin


class SynthesizabilityModel(Record):
    """The trees and what was measured of them on compositions that they had not seen."""

    format: Literal["elute-synthesizability-1"] = "elute-synthesizability-1"
    featurizer: str
    pooling: tuple[str, ...]
    feature_names: tuple[str, ...]
    trees: tuple[Tree, ...] = Field(min_length=1)
    n_positive: int
    n_unlabelled: int
    sources: tuple[str, ...]
    slope: float  # of the sigmoid that makes a score of the trees' mean
    intercept: float
    seed: int
    threshold: float  # at which the two shares below are told
    true_positive_rate: float  # of held-out measured compositions at or above the threshold
    unlabelled_above: float  # of unlabelled ones; false positives, or not yet made
    area_under_curve: float  # measured against unlabelled
    calibration_error: float  # mean |score - share| over the bins, weighted
    bins: tuple[Bin, ...]
    held_out_scores: tuple[float, ...]  # 101 quantiles of the held-out measured compositions

    @model_validator(mode="after")
    def _trees_are_whole(self) -> SynthesizabilityModel:
        for tree in self.trees:
            n = len(tree.feature)
            if {len(tree.threshold), len(tree.left), len(tree.right), len(tree.share)} != {n}:
                raise ValueError("a tree's columns have different lengths")
            for row, column in enumerate(tree.feature):
                inner = column >= 0
                if inner and not (row < tree.left[row] < n and row < tree.right[row] < n):
                    raise ValueError("a tree's branch leads back or out")
        return self


class Synthesizability(Record):
    """One composition and its score."""

    composition: str
    reduced_formula: str
    score: Quantity  # 0 to 1
    percentile: Quantity  # share of held-out measured compositions that score no higher
    above_threshold: bool
    measured: bool  # a measured band gap of it is in the packaged table
    allowed: bool  # by smact's states; the trees were taught on allowed compositions only


class SynthesizabilityReport(Record):
    """Compositions with their scores, highest first, and how good the scores are."""

    results: tuple[Synthesizability, ...]
    threshold: float
    true_positive_rate: Quantity
    unlabelled_above: Quantity
    warnings: Annotated[tuple[str, ...], VOCABULARY] = ()


@tool(intent="property", requires=("numpy", "smact", "pymatgen", "elementembeddings"))
def synthesizability(compositions: str | list[str]) -> SynthesizabilityReport:
    """How much inorganic compositions look like ones that were made, by learning from examples.

    Positive-unlabelled learning on composition alone. No probability, and no way of making.

    Args:
        compositions: One formula or a list, e.g. ["CsPbI3", "NaCl"].
    """
    given = [compositions] if isinstance(compositions, str) else list(compositions)
    if not 1 <= len(given) <= MAX_COMPOSITIONS:
        raise ArgumentError(
            "compositions", f"{len(given)} compositions; give 1 to {MAX_COMPOSITIONS:,}"
        )
    counts = [_counts(text) for text in given]
    scores = scores_of(counts).tolist()
    held = model()
    results = tuple(
        _result(text, one, score) for text, one, score in zip(given, counts, scores, strict=True)
    )
    notes = [_NO_PROBABILITY]
    if others := [one.composition for one in results if not one.allowed]:
        notes.append(
            "smact's oxidation states balance no charges in "
            f"{', '.join(others[:3])}{' ...' if len(others) > 3 else ''}; the model was taught on "
            "balanced compositions only"
        )
    return SynthesizabilityReport(
        results=tuple(sorted(results, key=lambda one: -one.score.value)),
        threshold=held.threshold,
        true_positive_rate=_quantity(held.true_positive_rate, "held-out measured compositions"),
        unlabelled_above=_quantity(held.unlabelled_above, "unlabelled compositions"),
        warnings=tuple(notes),
    )


def _result(text: str, counts: Counts, score: float) -> Synthesizability:
    from agent.tools.solids import band_gaps

    held = model()
    return Synthesizability(
        composition=text,
        reduced_formula=formula_of(counts),
        score=_quantity(score, "composition alone"),
        percentile=_quantity(percentile(score), "among held-out measured compositions"),
        above_threshold=score >= held.threshold,
        measured=bool(band_gaps(dict(counts))),
        allowed=is_allowed(counts),
    )


def _counts(text: str) -> Counts:
    amounts = read_formula(text, argument="compositions")
    if len(amounts) < 2:
        raise ArgumentError("compositions", f"compositions: {text!r} is an element; give compounds")
    return normalised(whole_counts(amounts))


def _quantity(value: float, conditions: str) -> Quantity:
    held = model()
    return Quantity(
        value=value,
        unit="1",
        method="predicted",
        source=f"{len(held.trees)} trees, positive-unlabelled bagging (Mordelet and Vert 2014), "
        f"taught {held.n_positive:,} measured compositions",
        conditions=conditions,
    )


def percentile(score: float) -> float:
    """Share of held-out measured compositions that score no higher, in steps of 0.01."""
    quantiles = model().held_out_scores
    return max(0, bisect.bisect_right(quantiles, score) - 1) / (len(quantiles) - 1)


def scores_of(counts: Sequence[Counts]) -> NDArray[np.float64]:
    """Scores of compositions, shape (n,), each from 0 to 1."""
    features, names = features_of(counts)
    held = model()
    if tuple(names) != held.feature_names:
        raise ArgumentError(
            "compositions",
            "the installed elementembeddings has other features than the model was taught; "
            "run: pip install 'elementembeddings>=0.8,<0.9'",
        )
    return calibrate(evaluate(_arrays(), features), held.slope, held.intercept)


def features_of(counts: Sequence[Counts]) -> tuple[NDArray[np.float64], list[str]]:
    """Features, shape (n, n_features), and their names."""
    texts = ["".join(f"{symbol}{n}" for symbol, n in one) for one in counts]
    made = feature_matrix(texts, FEATURIZER, pooling=POOLING)
    return made.values, made.names


class TreeArrays(NamedTuple):
    """A `Tree` as arrays, each of shape (n_rows,)."""

    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    share: NDArray[np.float64]


def arrays_of(trees: Sequence[Tree]) -> tuple[TreeArrays, ...]:
    """The trees, ready to be asked of many compositions at once."""
    import numpy as np

    return tuple(
        TreeArrays(*(np.array(getattr(tree, name)) for name in TreeArrays._fields))
        for tree in trees
    )


def evaluate(trees: Sequence[TreeArrays], features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean share over the trees, shape (n,), for features of shape (n, n_features)."""
    import numpy as np

    total = np.zeros(len(features))
    rows = np.arange(len(features))
    # Thresholds come from 32-bit features, as scikit-learn keeps them.
    narrow = features.astype(np.float32)
    for tree in trees:
        at = np.zeros(len(features), dtype=np.int64)
        while (inner := tree.feature[at] >= 0).any():
            asked = at[inner]
            low = narrow[rows[inner], tree.feature[asked]] <= tree.threshold[asked]
            at[inner] = np.where(low, tree.left[asked], tree.right[asked])
        total += tree.share[at]
    return total / len(trees)


def calibrate(means: NDArray[np.float64], slope: float, intercept: float) -> NDArray[np.float64]:
    """Scores from the trees' means, shape (n,): a sigmoid, after J. Platt (1999)."""
    import numpy as np

    return np.asarray(1.0 / (1.0 + np.exp(-(slope * (means - 0.5) + intercept))))


@cache
def model() -> SynthesizabilityModel:
    """The packaged model; read once."""
    text = resources.files("agent.tools").joinpath("data/synthesizability.json").read_text("utf-8")
    return SynthesizabilityModel.model_validate_json(text)


@cache
def _arrays() -> tuple[TreeArrays, ...]:
    return arrays_of(model().trees)
