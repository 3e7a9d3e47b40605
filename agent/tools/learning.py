"""Small models of a user's own table: trained, judged on rows they have not seen, and used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from agent.tools.base import tool
from agent.tools.element_schemes import Pooling
from agent.tools.errors import ArgumentError
from agent.tools.estimators import DEFAULT_MODEL, Model, Task
from agent.tools.featurizers import Featurizer
from agent.tools.files import new_file
from agent.tools.judging import MIN_ROWS, Clusters, Folds, LearnReport, cluster, judge
from agent.tools.quantity import Quantity
from agent.tools.structure_features import Option
from agent.tools.trained_model import Recipe, SavedModel, load_model
from agent.tools.training_data import (
    COLUMNS,
    column,
    features_of,
    guess_featurizer,
    number,
    read_table,
    readable,
)
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Clusters", "Folds", "LearnReport", "Prediction", "Predictions", "learn", "predict"]

MAX_PREDICTED = 100_000


class Prediction(Record):
    """What a model says of one input."""

    input: str
    value: Quantity | None = None  # of a regression
    label: str | None = None  # of a classification
    probability: float | None = None  # of the label, where the model gives one
    inside_domain: bool  # whether the training rows reach this far
    distance: float  # to the training rows, over the largest that counts as inside


class Predictions(Record):
    """What a model says of several inputs."""

    target: str
    model: Annotated[str, VOCABULARY]
    predictions: tuple[Prediction, ...]
    warnings: tuple[str, ...] = ()


@tool(intent="property", requires=("sklearn", "numpy"))
def learn(
    data: str,
    target: str | None = None,
    inputs: str | list[str] | None = None,
    task: Task = "regression",
    model: Model | None = None,
    featurizer: Featurizer | Literal["columns"] | None = None,
    pooling: list[Pooling] | None = None,
    options: dict[str, Option] | None = None,
    parameters: dict[str, Option] | None = None,
    unit: str | None = None,
    test_share: float = 0.2,
    folds: int = 5,
    seed: int = 0,
    save_to: str | None = None,
    plot_to: str | None = None,
) -> LearnReport:
    """Train and judge a model on a table of compositions, SMILES or numbers and a property.

    Rows are split so that the same substance is never on both sides; scores are of held-out rows.

    Args:
        data: Path of a CSV file, or the CSV's text, with a heading line.
        target: Column of the property or class; not for clustering.
        inputs: Column of formulas or SMILES, or columns of numbers; all others if not given.
        task: regression for a number, classification for a class, clustering for groups.
        model: linear, ridge, random_forest, gradient_boosting, kernel_ridge, gaussian_process,
            k_nearest, mlp; for clustering k_means or agglomerative.
        featurizer: One of featurize's, or columns for numbers as they are; guessed if not given.
        pooling: For compositions: how the elements' vectors become one; mean where not given.
        options: The featurizer's own options.
        parameters: scikit-learn's settings of the model, e.g. n_estimators, alpha, n_clusters.
        unit: Unit of the property.
        test_share: Share of the rows held out.
        folds: Parts of cross-validation within the training rows; 0 for none.
        seed: Start of the random numbers.
        save_to: New .json file for the model, for predict.
        plot_to: New .png or .svg file for the parity plot.
    """
    rows = read_table(data)
    chosen = _input_columns(rows, inputs, target)
    cells = [column(rows, name, argument="inputs") for name in chosen]
    which = featurizer or guess_featurizer(chosen, cells)
    if which != COLUMNS and len(chosen) > 1:
        raise ArgumentError("inputs", f"{which} takes one input column; choose from {chosen}")
    if task != "clustering" and target is None:
        raise ArgumentError("target", f"{task} needs a target: the column of what is to be learned")
    # Before the work, not after it.
    if save_to is not None:
        _refuse_for(
            task, ("clustering",), "save_to", "groups are of these rows; they cannot predict"
        )
        new_file(save_to, argument="save_to", suffixes=(".json",))
    if plot_to is not None:
        _refuse_for(task, ("clustering", "classification"), "plot_to", "a parity plot is of values")
    recipe = Recipe(
        task=task,
        model=model or DEFAULT_MODEL[task],
        parameters=parameters or {},
        featurizer=which,
        pooling=tuple(pooling or ("mean",)),
        options=options or {},
        inputs=tuple(chosen),
        target=target or "",
        unit=unit,
        seed=seed,
    )
    kept, values, notes = _usable(rows, recipe, cells)
    n_dropped = len(rows) - len(kept)
    features, names, source = features_of(
        kept, which, recipe.pooling, recipe.options, recipe.inputs
    )
    common = {
        "task": task,
        "model": recipe.model,
        "featurizer": which,
        "target": target,
        "unit": unit,
        "n_rows": len(kept),
        "n_dropped": n_dropped,
        "n_features": len(names),
        "seed": seed,
        "sources": (source, "scikit-learn (F. Pedregosa et al., JMLR 12, 2825 (2011))"),
    }
    if task == "clustering":
        return cluster(recipe, kept, features, notes, common)
    if not 0.05 <= test_share <= 0.5:
        raise ArgumentError("test_share", f"test_share is {test_share}; give 0.05 to 0.5")
    if folds == 1 or not 0 <= folds <= 20:
        raise ArgumentError("folds", f"folds is {folds}; give 2 to 20, or 0 for none")
    return judge(recipe, kept, features, values, notes, common, test_share, folds, save_to, plot_to)


@tool(intent="property", requires=("sklearn", "numpy"))
def predict(model_file: str, inputs: list[str] | list[list[float]]) -> Predictions:
    """Predict with a model that learn saved, with a warning outside what it was trained on.

    Args:
        model_file: The .json file that learn wrote.
        inputs: Formulas or SMILES; for a model of numeric columns, a row of numbers for each.
    """
    if not 1 <= len(inputs) <= MAX_PREDICTED:
        raise ArgumentError("inputs", f"inputs has {len(inputs)} items; give 1 to {MAX_PREDICTED}")
    fitted = load_model(model_file)
    saved, recipe = fitted.saved, fitted.saved.recipe
    rows = [_row(one, recipe) for one in inputs]
    features, _, _ = features_of(
        rows, recipe.featurizer, recipe.pooling, recipe.options, recipe.inputs
    )
    distances = fitted.domain.distances(features)
    made = _predicted(fitted.estimator, features, saved)
    predictions = tuple(
        Prediction(input=", ".join(row), inside_domain=d <= 1.0, distance=d, **one)
        for row, d, one in zip(rows, distances.tolist(), made, strict=True)
    )
    outside = [p.input for p in predictions if not p.inside_domain]
    notes = list(fitted.warnings)
    if outside:
        notes.append(
            f"{len(outside)} of {len(predictions)} inputs are outside the region of the training "
            f"rows, where no error was measured and models diverge: {'; '.join(outside[:5])}"
        )
    return Predictions(
        target=recipe.target, model=recipe.model, predictions=predictions, warnings=tuple(notes)
    )


def _refuse_for(task: Task, refused: tuple[Task, ...], argument: str, why: str) -> None:
    if task in refused:
        raise ArgumentError(argument, f"{argument} is not for {task}: {why}. Leave it out")


def _input_columns(
    rows: Sequence[dict[str, str]], inputs: str | list[str] | None, target: str | None
) -> list[str]:
    if isinstance(inputs, str):
        return [inputs]
    if inputs is not None:
        if not inputs:
            raise ArgumentError("inputs", "inputs is empty. Name a column, or leave it out")
        return list(dict.fromkeys(inputs))
    others = [name for name in rows[0] if name != target]
    if not others:
        raise ArgumentError("inputs", "data has no column besides the target to learn from")
    return others


def _usable(
    rows: Sequence[dict[str, str]], recipe: Recipe, cells: Sequence[Sequence[str]]
) -> tuple[list[tuple[str, ...]], list[Any], list[str]]:
    """Rows with readable inputs and a target, their targets, and why others are left out."""
    targets = (
        column(rows, recipe.target, argument="target")
        if recipe.task != "clustering"
        else [""] * len(rows)
    )
    kept: list[tuple[str, ...]] = []
    values: list[Any] = []
    left_out: list[str] = []
    for n, (row, cell) in enumerate(zip(zip(*cells, strict=True), targets, strict=True), start=2):
        value: float | str | None = cell
        if recipe.task == "regression":
            value = number(cell)
        elif recipe.task == "classification":
            value = cell or None
        problem = readable(row, recipe.featurizer, recipe.pooling, recipe.options)
        if problem is None and value is None:
            problem = f"its {recipe.target!r} is {cell!r}"
        if problem is not None:
            left_out.append(f"line {n}: {problem}")
            continue
        kept.append(tuple(row))
        values.append(value)
    if len(kept) < MIN_ROWS:
        why = f" The first that is left out: {left_out[0]}" if left_out else ""
        raise ArgumentError("data", f"{len(kept)} rows can be used; give {MIN_ROWS} or more.{why}")
    notes = []
    if left_out:
        notes.append(f"{len(left_out)} rows were left out: {'; '.join(left_out[:5])}")
    return kept, values, notes


def _row(one: str | list[float], recipe: Recipe) -> tuple[str, ...]:
    cells = tuple(map(repr, one)) if isinstance(one, list) else (one,)
    if len(cells) != len(recipe.inputs):
        raise ArgumentError(
            "inputs",
            f"the model takes {len(recipe.inputs)} ({', '.join(recipe.inputs)}) and was given "
            f"{len(cells)}: {', '.join(cells)}",
        )
    problem = readable(cells, recipe.featurizer, recipe.pooling, recipe.options)
    if problem is not None:
        raise ArgumentError("inputs", problem)
    return cells


def _predicted(estimator: Any, features: NDArray[np.float64], saved: SavedModel) -> list[Any]:
    recipe = saved.recipe
    if recipe.task == "classification":
        labels = estimator.predict(features).tolist()
        shares: list[float | None] = [None] * len(labels)
        if hasattr(estimator, "predict_proba"):
            shares = estimator.predict_proba(features).max(axis=1).tolist()
        return [{"label": a, "probability": b} for a, b in zip(labels, shares, strict=True)]
    about = f"{recipe.model} on {recipe.featurizer}, trained on {len(saved.rows)} rows"
    if recipe.model == "gaussian_process":
        values, errors = (a.tolist() for a in estimator.predict(features, return_std=True))
        about += "; uncertainty: the model's own standard deviation"
    else:
        values = estimator.predict(features).tolist()
        errors = [saved.held_out_error] * len(values)
        about += "; uncertainty: root mean squared error of held-out rows"
    return [
        {
            "value": Quantity(
                value=value,
                unit=recipe.unit or "1",
                uncertainty=error,
                method="predicted",
                source=about,
                conditions=None if recipe.unit else "unit not given",
            )
        }
        for value, error in zip(values, errors, strict=True)
    ]
