"""How good predictions are: numbers for values, and a confusion matrix for classes."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field, model_validator

from ingest.record import Record


class RegressionScores(Record):
    """Predicted against true values. Errors have the unit of the values."""

    n: int = Field(ge=1)
    rmse: float  # root of the mean squared error
    mae: float  # mean absolute error
    r2: (
        float | None
    )  # 1 - SS_res/SS_tot: 1 at best, below 0 if worse than the mean; None: no spread
    pearson_r: float | None  # from -1 to 1; None where either side has no spread


class ClassScores(Record):
    """What was found of one class."""

    label: str
    n: int  # how many there truly are
    precision: float | None  # share of those called so that are; None where none was called so
    recall: float | None  # share of those that are that were called so; None where there are none


class ConfusionScores(Record):
    """True against predicted classes: ``matrix[i][j]`` are ``labels[i]`` called ``labels[j]``."""

    labels: tuple[str, ...]
    matrix: tuple[tuple[int, ...], ...]
    accuracy: float  # share of all that were called right
    classes: tuple[ClassScores, ...]

    @model_validator(mode="after")
    def _is_square(self) -> ConfusionScores:
        n = len(self.labels)
        if len(self.matrix) != n or any(len(row) != n for row in self.matrix):
            raise ValueError(f"a confusion matrix of {n} classes has {n} rows of {n} counts")
        return self


def score_values(true: Sequence[float], predicted: Sequence[float]) -> RegressionScores:
    """Errors and correlation of predicted values.

    Raises:
        ValueError: Nothing to compare, or as many predicted as true values do not stand there.
    """
    import numpy as np

    t, p = np.asarray(true, dtype=float), np.asarray(predicted, dtype=float)
    if t.shape != p.shape or t.size == 0:
        raise ValueError(f"{t.size} true values and {p.size} predicted ones cannot be compared")
    residual = float(((t - p) ** 2).sum())
    total = float(((t - t.mean()) ** 2).sum())
    spreads = float(t.std()) * float(p.std())
    return RegressionScores(
        n=t.size,
        rmse=float(np.sqrt(residual / t.size)),
        mae=float(np.abs(t - p).mean()),
        r2=1.0 - residual / total if total > 0 else None,
        pearson_r=float(((t - t.mean()) * (p - p.mean())).mean() / spreads) if spreads else None,
    )


def score_classes(true: Sequence[str], predicted: Sequence[str]) -> ConfusionScores:
    """Confusion matrix of predicted classes, in the order of their names.

    Raises:
        ValueError: Nothing to compare, or as many predicted as true classes do not stand there.
    """
    if len(true) != len(predicted) or not true:
        raise ValueError(f"{len(true)} true and {len(predicted)} predicted cannot be compared")
    labels = sorted({*true, *predicted})
    place = {label: n for n, label in enumerate(labels)}
    matrix = [[0] * len(labels) for _ in labels]
    for t, p in zip(true, predicted, strict=True):
        matrix[place[t]][place[p]] += 1
    return score_matrix(matrix, labels)


def score_matrix(matrix: Sequence[Sequence[int]], labels: Sequence[str]) -> ConfusionScores:
    """Accuracy, precision and recall of a confusion matrix.

    Raises:
        ValueError: It is not square, or holds nothing.
    """
    total = sum(map(sum, matrix))
    if total == 0:
        raise ValueError("a confusion matrix of nothing has no scores")
    called = [sum(row[n] for row in matrix) for n in range(len(labels))]
    classes = []
    for n, label in enumerate(labels):
        there = sum(matrix[n])
        right = matrix[n][n]
        classes.append(
            ClassScores(
                label=label,
                n=there,
                precision=right / called[n] if called[n] else None,
                recall=right / there if there else None,
            )
        )
    return ConfusionScores(
        labels=tuple(labels),
        matrix=tuple(map(tuple, matrix)),
        accuracy=sum(matrix[n][n] for n in range(len(labels))) / total,
        classes=tuple(classes),
    )
