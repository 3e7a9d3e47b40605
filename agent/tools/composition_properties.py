"""Properties of compositions that a search can aim at, many compositions at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.tools.composition_space import Counts
from agent.tools.compositions import molar_mass
from agent.tools.element_schemes import load_scheme
from agent.tools.featurizers import feature_matrix
from agent.tools.positive_unlabelled import FEATURIZER, POOLING, features_of, model, scores_of
from agent.tools.quantity import Method
from agent.tools.solids import SOURCE as BAND_GAPS
from agent.tools.structure_features import Option
from agent.tools.trained_model import Recipe, fit
from agent.tools.training_data import Domain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MODELLED", "PROPERTIES", "band_gap_model", "values_of"]


class PropertyInfo(NamedTuple):
    """What a property is, before any value of it."""

    unit: str
    method: Method
    about: str


PROPERTIES: Mapping[str, PropertyInfo] = {
    "band_gap": PropertyInfo("eV", "predicted", "band gap by a model of measured band gaps"),
    "electronegativity": PropertyInfo("1", "computed", "mean Pauling electronegativity"),
    "synthesizability": PropertyInfo("1", "predicted", "likeness to measured compositions"),
    "molar_mass": PropertyInfo("g/mol", "computed", "molar mass of the reduced formula"),
    "n_elements": PropertyInfo("1", "computed", "number of elements"),
    "n_atoms": PropertyInfo("1", "computed", "atoms in the reduced formula"),
}

MODELLED = frozenset(name for name, about in PROPERTIES.items() if about.method == "predicted")
"""Properties that a model has to be asked for."""

_HELD_OUT = 5  # one composition in so many is held out for the error
_PARAMETERS: Mapping[str, Option] = {
    "n_estimators": 200,
    "max_depth": 5,
    "max_features": "sqrt",
    "subsample": 0.7,
}


class BandGapModel(NamedTuple):
    """The surrogate of `learn` for measured band gaps, with its error on held-out compositions."""

    estimator: Any
    domain: Domain
    rmse: float  # eV, held out
    baseline: float  # eV, held out, of always saying the mean
    n_rows: int

    @property
    def source(self) -> str:
        """Model and data, for a quantity."""
        return (
            f"gradient boosting on magpie mean and range, {self.n_rows:,} measured compositions: "
            f"{BAND_GAPS}"
        )


@cache
def band_gap_model() -> BandGapModel:
    """Trained at the first call, in a few CPU seconds; the same every time.

    Median of the measured values where a composition has several. The table holds no metals: a
    composition without a gap gets one all the same.
    """
    import numpy as np

    names, gaps = [], []
    text = resources.files("agent.tools").joinpath("data/band_gaps.tsv").read_text("utf-8")
    for line in text.splitlines():
        if not line.startswith(("#", "composition\t")):
            name, cells = line.split("\t")
            names.append(name)
            gaps.append(float(np.median([float(cell) for cell in cells.split()])))
    features = feature_matrix(names, FEATURIZER, pooling=POOLING).values
    values = np.array(gaps)
    recipe = Recipe(
        task="regression",
        model="gradient_boosting",
        parameters=dict(_PARAMETERS),
        featurizer=FEATURIZER,
        pooling=POOLING,
        inputs=("composition",),
        target="band_gap",
        unit="eV",
    )
    held = np.random.default_rng(0).permutation(len(values)) % _HELD_OUT == 0
    estimator, _ = fit(recipe, features[~held], values[~held])
    wrong = estimator.predict(features[held]) - values[held]
    spread = values[held] - values[~held].mean()
    whole, _ = fit(recipe, features, values)
    return BandGapModel(
        estimator=whole,
        domain=Domain(features),
        rmse=float(np.sqrt((wrong**2).mean())),
        baseline=float(np.sqrt((spread**2).mean())),
        n_rows=len(values),
    )


def values_of(counts: Sequence[Counts], wanted: Sequence[str]) -> list[dict[str, float]]:
    """Values of properties for each composition.

    Args:
        counts: The compositions.
        wanted: Names in `PROPERTIES`; others are not worked out.
    """
    if not counts:
        return []
    columns: dict[str, list[float]] = {}
    for name in dict.fromkeys(wanted):
        columns[name] = _column(name, counts)
    return [{name: held[row] for name, held in columns.items()} for row in range(len(counts))]


def _column(name: str, counts: Sequence[Counts]) -> list[float]:
    if name == "band_gap":
        features, _ = features_of(counts)
        predicted: NDArray[np.float64] = band_gap_model().estimator.predict(features)
        return [max(0.0, value) for value in predicted.tolist()]
    if name == "synthesizability":
        return list(scores_of(counts).tolist())
    if name == "electronegativity":
        table = electronegativities()
        return [
            sum(table.get(s, math.nan) * n for s, n in one) / sum(n for _, n in one)
            for one in counts
        ]
    if name == "molar_mass":
        return [molar_mass(dict(one)).value for one in counts]
    if name == "n_elements":
        return [float(len(one)) for one in counts]
    return [float(sum(n for _, n in one)) for one in counts]


@cache
def electronegativities() -> Mapping[str, float]:
    """Pauling's scale as the magpie table has it; elements without a value are left out."""
    scheme = load_scheme("magpie")
    column = scheme.names.index("Electronegativity")
    held = {symbol: float(scheme.matrix[row, column]) for symbol, row in scheme.rows.items()}
    return {symbol: value for symbol, value in held.items() if value > 0}


def source_of(name: str) -> str:
    """Where a property's values come from, for a quantity."""
    if name == "band_gap":
        return band_gap_model().source
    if name == "synthesizability":
        return f"{len(model().trees)} trees, positive-unlabelled bagging (Mordelet and Vert 2014)"
    if name == "electronegativity":
        return load_scheme("magpie").source
    return "the formula"
