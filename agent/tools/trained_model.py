"""A trained model as a file: its recipe and its training rows, in JSON.

Loading one runs no code: the model is fitted again from the rows with the same seed, and its
predictions of the first rows are compared with those kept in the file. A pickle from a stranger
could run anything; this cannot.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import Field, ValidationError, model_validator

from agent.tools.element_schemes import Pooling
from agent.tools.errors import ArgumentError
from agent.tools.estimators import Model, Task, make_estimator
from agent.tools.files import new_file, read_file
from agent.tools.structure_features import Option
from agent.tools.training_data import MAX_ROWS, Domain, features_of
from ingest.record import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_N_CHECKED = 20


class Recipe(Record):
    """Everything that a fit depends on besides the rows."""

    task: Task
    model: Model
    parameters: dict[str, Option] = Field(default_factory=dict)
    featurizer: str
    pooling: tuple[Pooling, ...] = ("mean",)
    options: dict[str, Option] = Field(default_factory=dict)
    inputs: tuple[str, ...]  # names of the input columns
    target: str
    unit: str | None = None
    seed: int = 0


class SavedModel(Record):
    """What a model's file holds."""

    format: Literal["elute-model-1"] = "elute-model-1"
    recipe: Recipe
    rows: tuple[tuple[str, ...], ...] = Field(min_length=2, max_length=MAX_ROWS)
    values: tuple[float, ...] | tuple[str, ...]  # of the target; classes are texts
    held_out_error: float | None = None  # root mean squared error, in the target's unit
    scikit_learn: str  # the version it was trained with
    check: tuple[float, ...] | tuple[str, ...] = ()  # what it predicts for the first rows

    @model_validator(mode="after")
    def _one_value_a_row(self) -> SavedModel:
        if len(self.rows) != len(self.values):
            raise ValueError(f"{len(self.rows)} rows and {len(self.values)} values")
        return self


class Fitted(NamedTuple):
    """A model ready to predict."""

    saved: SavedModel
    estimator: Any
    domain: Domain
    feature_names: list[str]
    source: str
    warnings: tuple[str, ...]


def fit(
    recipe: Recipe, features: NDArray[np.float64], values: Sequence[Any] | NDArray[Any]
) -> tuple[Any, list[str]]:
    """A fitted estimator, and what scikit-learn remarked while it was fitted."""
    estimator = make_estimator(
        recipe.task, recipe.model, recipe.parameters, seed=recipe.seed, n_rows=len(features)
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            estimator.fit(features, values)
        except (ValueError, TypeError) as error:
            raise ArgumentError("parameters", f"{recipe.model} cannot be fitted: {error}") from None
    return estimator, list(dict.fromkeys(str(w.message).split("\n")[0] for w in caught))


def save_model(saved: SavedModel, path: str) -> str:
    """Write a model to a new .json file and give its path.

    Raises:
        ArgumentError: Another ending, no such folder, or the file is there already.
    """
    target = new_file(path, argument="save_to", suffixes=(".json",))
    target.write_text(saved.model_dump_json(), encoding="utf-8")
    return str(target)


def load_model(path: str) -> Fitted:
    """The model of a file, fitted again.

    Raises:
        ArgumentError: No such file, or it holds no model of this format.
    """
    return _fitted(read_file(path, argument="model_file", suffixes=(".json",)), path)


@lru_cache(maxsize=4)
def _fitted(text: str, path: str) -> Fitted:
    try:
        saved = SavedModel.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise ArgumentError(
            "model_file", f"{path!r} holds no model of elute: {where}: {first['msg']}"
        ) from None
    recipe = saved.recipe
    features, names, source = features_of(
        saved.rows, recipe.featurizer, recipe.pooling, recipe.options, recipe.inputs
    )
    estimator, remarks = fit(recipe, features, saved.values)
    again = estimator.predict(features[: len(saved.check)]).tolist() if saved.check else []
    if not agree(again, saved.check):
        import sklearn

        remarks.append(
            "the model fitted again predicts otherwise than when it was saved (scikit-learn "
            f"{saved.scikit_learn} then, {sklearn.__version__} now); train it again to be sure"
        )
    return Fitted(saved, estimator, Domain(features), names, source, tuple(remarks))


def checked_predictions(estimator: Any, features: NDArray[np.float64]) -> tuple[Any, ...]:
    """Predictions of the first rows, to be kept in the file."""
    return tuple(estimator.predict(features[:_N_CHECKED]).tolist())


def agree(now: Sequence[Any], then: Sequence[Any]) -> bool:
    """Whether two rows of predictions are the same up to rounding."""
    import math

    if len(now) != len(then):
        return False
    return all(
        a == b if isinstance(b, str) else math.isclose(a, b, rel_tol=1e-4, abs_tol=1e-6)
        for a, b in zip(now, then, strict=True)
    )
