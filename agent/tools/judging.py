"""A model judged on rows that it has not seen, and rows put into groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from agent.tools.errors import ArgumentError
from agent.tools.estimators import Model, Task
from agent.tools.plotting import Chart, save_chart
from agent.tools.scores import ConfusionScores, RegressionScores, score_classes, score_values
from agent.tools.trained_model import Recipe, SavedModel, checked_predictions, fit, save_model
from agent.tools.training_data import Domain, canonical
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MIN_ROWS = 10


class Folds(Record):
    """Cross-validation: mean over the folds and standard deviation between them."""

    n_folds: int
    score: str  # what the numbers are: "rmse" (in the target's unit) or "accuracy"
    mean: float
    deviation: float


class Clusters(Record):
    """Groups of rows that are near to each other."""

    labels: tuple[str, ...]  # the inputs
    members: tuple[int, ...]  # the group of each, from 0
    sizes: tuple[int, ...]
    silhouette: float | None  # from -1 to 1: how far the groups are apart; None for one group


class LearnReport(Record):
    """A model and how good it is on rows that it has not seen."""

    task: Annotated[Task, VOCABULARY]
    model: Annotated[Model, VOCABULARY]
    featurizer: Annotated[str, VOCABULARY]
    target: str | None
    unit: str | None
    n_rows: int
    n_dropped: int
    n_train: int
    n_test: int
    n_features: int
    seed: int
    cross_validation: Folds | None = None
    held_out: RegressionScores | None = None  # of values
    baseline: RegressionScores | None = None  # always the mean of the training rows
    confusion: ConfusionScores | None = None  # of classes
    majority: float | None = None  # accuracy of always the commonest training class
    clusters: Clusters | None = None
    parity: Chart | None = None
    files: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    sources: Annotated[tuple[str, ...], VOCABULARY] = ()


def judge(
    recipe: Recipe,
    rows: list[tuple[str, ...]],
    features: NDArray[np.float64],
    values: list[Any],
    notes: list[str],
    common: dict[str, Any],
    test_share: float,
    folds: int,
    save_to: str | None,
    plot_to: str | None,
) -> LearnReport:
    """Train on a part of the rows, score the rest, and save what was asked for.

    Args:
        recipe: What is trained.
        rows: The inputs' cells.
        features: Theirs, shape (n_rows, n_features).
        values: The target's values or classes.
        notes: What is known to be wrong so far.
        common: Fields of the report that are known already.
        test_share: Share of the rows held out.
        folds: Parts of the cross-validation; 0 for none.
        save_to: New file for the model.
        plot_to: New file for the parity plot.

    Raises:
        ArgumentError: Too few different inputs, one class only, or a file that cannot be written.
    """
    import numpy as np

    groups = _groups(rows, recipe.featurizer)
    train, test = _split(values, groups, recipe, test_share)
    is_class = recipe.task == "classification"
    target = np.array(values, dtype=object if is_class else np.float64)
    if is_class:
        target = target.astype(str)
        if len(set(target[train])) < 2:
            raise ArgumentError("target", f"{recipe.target!r} has one class only; give two or more")
    validated = _cross_validated(recipe, features[train], target[train], groups[train], folds)
    estimator, remarks = fit(recipe, features[train], target[train])
    predicted = estimator.predict(features[test])
    notes += remarks
    outcome: dict[str, Any] = {"cross_validation": validated}
    files: list[str] = []
    error = None
    if is_class:
        outcome["confusion"] = score_classes(target[test].tolist(), predicted.tolist())
        names, counts = np.unique(target[train], return_counts=True)
        outcome["majority"] = float((target[test] == names[counts.argmax()]).mean())
        if outcome["confusion"].accuracy <= outcome["majority"]:
            notes.append("the model is no better than always saying the commonest class")
    else:
        scores = score_values(target[test].tolist(), predicted.tolist())
        mean = [float(target[train].mean())] * len(test)
        outcome["held_out"], outcome["baseline"] = scores, score_values(target[test].tolist(), mean)
        error = scores.rmse
        if scores.rmse >= outcome["baseline"].rmse:
            notes.append("the model is no better than always saying the mean")
        unit = f" ({recipe.unit})" if recipe.unit else ""
        outcome["parity"] = Chart.parity(
            target[test].tolist(), predicted.tolist(), title=f"{recipe.target}{unit}: held-out rows"
        )
    outside = int((Domain(features[train]).distances(features[test]) > 1).sum())
    if outside:
        notes.append(f"{outside} of {len(test)} held-out rows are outside the training domain")
    if plot_to is not None:
        files += save_chart(outcome["parity"], plot_to)
    if save_to is not None:
        files.append(_saved(recipe, rows, features, target, error, save_to))
        notes.append("the saved model is fitted to all rows; its scores are of the training part")
    return LearnReport(
        **common,
        **outcome,
        n_train=len(train),
        n_test=len(test),
        files=tuple(files),
        warnings=tuple(notes),
    )


def _saved(
    recipe: Recipe,
    rows: list[tuple[str, ...]],
    features: NDArray[np.float64],
    target: NDArray[Any],
    error: float | None,
    path: str,
) -> str:
    import sklearn

    estimator, _ = fit(recipe, features, target)
    saved = SavedModel(
        recipe=recipe,
        rows=tuple(rows),
        values=tuple(target.tolist()),
        held_out_error=error,
        scikit_learn=sklearn.__version__,
        check=checked_predictions(estimator, features),
    )
    return save_model(saved, path)


def _groups(rows: Sequence[tuple[str, ...]], featurizer: str) -> NDArray[np.int64]:
    """A number for each row, the same for rows of one substance."""
    import numpy as np

    known: dict[tuple[str, ...], int] = {}
    return np.array(
        [known.setdefault(tuple(canonical(c, featurizer) for c in row), len(known)) for row in rows]
    )


def _split(
    values: list[Any], groups: NDArray[np.int64], recipe: Recipe, test_share: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows to train with and rows held out; classes in equal shares where they are large enough."""
    import numpy as np
    from sklearn.model_selection import GroupShuffleSplit, StratifiedGroupKFold

    n_groups = len(set(groups.tolist()))
    if n_groups < MIN_ROWS:
        raise ArgumentError(
            "data", f"data has {n_groups} different inputs; give {MIN_ROWS} or more"
        )
    blank = np.zeros(len(groups))
    if recipe.task == "classification":
        parts = max(2, round(1 / test_share))
        if min(values.count(label) for label in set(values)) >= parts:
            splits = StratifiedGroupKFold(parts, shuffle=True, random_state=recipe.seed)
            train, test = next(splits.split(blank, values, groups))
            return train, test
    shuffled = GroupShuffleSplit(1, test_size=test_share, random_state=recipe.seed)
    train, test = next(shuffled.split(blank, values, groups))
    return train, test


def _cross_validated(
    recipe: Recipe,
    features: NDArray[np.float64],
    target: NDArray[Any],
    groups: NDArray[np.int64],
    folds: int,
) -> Folds | None:
    import numpy as np
    from sklearn.model_selection import GroupKFold

    if not folds:
        return None
    n_folds = min(folds, len(set(groups.tolist())))
    is_class = recipe.task == "classification"
    score: Callable[[Any, Any], float] = _accuracy if is_class else _rmse
    scores = []
    for train, test in GroupKFold(n_folds, shuffle=True, random_state=recipe.seed).split(
        features, target, groups
    ):
        if is_class and len(set(target[train])) < 2:
            continue
        estimator, _ = fit(recipe, features[train], target[train])
        scores.append(score(target[test], estimator.predict(features[test])))
    if not scores:
        return None
    return Folds(
        n_folds=len(scores),
        score="accuracy" if is_class else "rmse",
        mean=float(np.mean(scores)),
        deviation=float(np.std(scores)),
    )


def _rmse(true: Any, predicted: Any) -> float:
    return score_values(true.tolist(), predicted.tolist()).rmse


def _accuracy(true: Any, predicted: Any) -> float:
    return float((true == predicted).mean())


def cluster(
    recipe: Recipe,
    rows: list[tuple[str, ...]],
    features: NDArray[np.float64],
    notes: list[str],
    common: dict[str, Any],
) -> LearnReport:
    """Put rows into groups by their features.

    Raises:
        ArgumentError: A parameter cannot be set.
    """
    import numpy as np
    from sklearn.metrics import silhouette_score

    estimator, remarks = fit(recipe, features, [0.0] * len(features))
    members = estimator[-1].labels_
    sizes = np.bincount(members)
    n = len(sizes)
    clusters = Clusters(
        labels=tuple(", ".join(row) for row in rows),
        members=tuple(members.tolist()),
        sizes=tuple(sizes.tolist()),
        silhouette=float(silhouette_score(estimator[0].transform(features), members))
        if 1 < n < len(rows)
        else None,
    )
    return LearnReport(
        **common,
        n_train=len(rows),
        n_test=0,
        clusters=clusters,
        warnings=(*notes, *remarks),
    )
