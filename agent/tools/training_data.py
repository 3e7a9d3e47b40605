"""A user's table: rows of a CSV as features and a property, and the region that they cover."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from agent.tools.element_schemes import Pooling
from agent.tools.errors import ArgumentError
from agent.tools.featurizers import feature_matrix
from agent.tools.files import read_file
from agent.tools.formula import FormulaError, parse_formula
from agent.tools.structure_features import Option
from agent.tools.structures import read_mol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COLUMNS = "columns"
"""The featurizer that takes numeric columns as they are."""

MAX_ROWS = 20_000
_EMPTY = frozenset({"", "na", "n/a", "nan", "none", "null", "-"})


def read_table(data: str) -> list[dict[str, str]]:
    """Rows of a CSV file or text, by column name.

    Raises:
        ArgumentError: No such file, no rows, a column named twice, or too many rows.
    """
    text = data
    if "\n" not in data:
        text = read_file(data.strip(), argument="data", suffixes=(".csv", ".tsv", ".txt"))
    head = text.lstrip("﻿").split("\n", 1)[0]
    delimiter = max("\t;,", key=head.count)
    lines = csv.reader(io.StringIO(text.lstrip("﻿")), delimiter=delimiter)
    names = [name.strip() for name in next(lines, [])]
    if len(set(names)) < len(names):
        raise ArgumentError("data", f"data has two columns of one name: {', '.join(names)}")
    rows = [
        dict(zip(names, [*line, *[""] * len(names)], strict=False))
        for line in lines
        if any(cell.strip() for cell in line)
    ]
    if not rows:
        raise ArgumentError("data", "data has no rows. Give a CSV with a heading line and rows")
    if len(rows) > MAX_ROWS:
        raise ArgumentError("data", f"data has {len(rows)} rows; at most {MAX_ROWS} are taken")
    return rows


def column(rows: Sequence[Mapping[str, str]], name: str, *, argument: str) -> list[str]:
    """The cells of a column.

    Raises:
        ArgumentError: There is none of that name.
    """
    if name not in rows[0]:
        raise ArgumentError(argument, f"data has no column {name!r}; it has: {', '.join(rows[0])}")
    return [row[name].strip() for row in rows]


def number(cell: str) -> float | None:
    """The number in a cell, or None where it is empty or no number."""
    if cell.strip().lower() in _EMPTY:
        return None
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def guess_featurizer(names: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """The featurizer that fits the input columns.

    Args:
        names: Of the columns.
        cells: For each column, its cells.

    Raises:
        ArgumentError: It cannot be told; asks for a featurizer.
    """
    filled = [[c for c in one if c.lower() not in _EMPTY] for one in cells]
    if all(one and all(number(c) is not None for c in one) for one in filled):
        return COLUMNS
    if len(names) > 1:
        raise ArgumentError(
            "inputs", "several input columns must be numbers; give one column of formulas or SMILES"
        )
    name = names[0].lower()
    if "smiles" in name:
        return "morgan"
    if "formula" in name or "composition" in name:
        return "magpie"
    # "CCO" and "CO" are both, so a column is of one kind only where the other cannot read it.
    as_formula = all(_reads(parse_formula, c) for c in filled[0][:50])
    as_smiles = all(_reads(read_mol, c) for c in filled[0][:50])
    if as_formula == as_smiles:
        raise ArgumentError(
            "featurizer",
            f"column {names[0]!r} could be formulas or SMILES (or neither). Name a featurizer: "
            "magpie for formulas, morgan for SMILES",
        )
    return "magpie" if as_formula else "morgan"


def canonical(text: str, featurizer: str) -> str:
    """One form for inputs that mean the same, so that a twin is not on both sides of a split."""
    if featurizer == COLUMNS:
        return text
    try:
        amounts = parse_formula(text)
        total = sum(amounts.values())
        return " ".join(f"{k}{v / total:.6f}" for k, v in sorted(amounts.items()))
    except FormulaError:
        pass
    try:
        from rdkit import Chem

        return str(Chem.MolToSmiles(read_mol(text)))
    except ArgumentError:
        return text


def features_of(
    inputs: Sequence[Sequence[str]],
    featurizer: str,
    pooling: tuple[Pooling, ...],
    options: Mapping[str, Option],
    names: Sequence[str],
) -> tuple[NDArray[np.float64], list[str], str]:
    """Features of rows that can be read, their names and their source.

    Args:
        inputs: For each row its cells: one formula or SMILES, or numbers.
        featurizer: One of `featurize`, or `COLUMNS`.
        pooling: For compositions.
        options: Of the featurizer.
        names: Of the input columns.
    """
    import numpy as np

    if featurizer == COLUMNS:
        values = np.array([[float(cell) for cell in row] for row in inputs])
        return values.reshape(len(inputs), len(names)), list(names), "columns of the user's table"
    made = feature_matrix([row[0] for row in inputs], featurizer, pooling=pooling, options=options)
    if len(made.labels) != len(inputs):
        raise ArgumentError("options", "a model needs one row each; set average to 'inner'")
    return made.values, made.names, made.source


def readable(
    cells: Sequence[str],
    featurizer: str,
    pooling: tuple[Pooling, ...],
    options: Mapping[str, Option],
) -> str | None:
    """What is wrong with the inputs of one row, or None."""
    if featurizer == COLUMNS:
        bad = [cell for cell in cells if number(cell) is None]
        return f"{bad[0]!r} is not a number" if bad else None
    if not cells[0]:
        return "it is empty"
    try:
        feature_matrix([cells[0]], featurizer, pooling=pooling, options=options)
    except ArgumentError as error:
        if error.argument in ("options", "featurizer"):
            raise
        return str(error)
    return None


class Domain:
    """The region that training rows cover, in scaled features.

    A new point is outside where its mean distance to the three nearest training points is larger
    than that of 99 in 100 training points to theirs. Distance to nearest neighbours as a measure
    of applicability: R. P. Sheridan et al., J. Chem. Inf. Comput. Sci. 44, 1912 (2004).
    """

    def __init__(self, features: NDArray[np.float64]) -> None:
        import numpy as np
        from sklearn.neighbors import NearestNeighbors

        self._mean = features.mean(axis=0)
        spread = features.std(axis=0)
        self._scale = np.where(spread > 0, spread, 1.0)
        scaled = self._scaled(features)
        # Twins of a row say nothing of how far its neighbours are.
        scaled = np.unique(scaled, axis=0)
        self._k = min(3, len(scaled) - 1)
        self.limit = math.inf
        if self._k < 1:
            return
        self._near: Any = NearestNeighbors(n_neighbors=self._k + 1).fit(scaled)
        own = self._near.kneighbors(scaled)[0][:, 1:].mean(axis=1)
        self.limit = float(np.quantile(own, 0.99))

    def distances(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean distance of each row to the nearest training rows, over the limit; > 1 is out."""
        import numpy as np

        if self._k < 1 or self.limit == 0:
            return np.zeros(len(features))
        near = self._near.kneighbors(self._scaled(features), n_neighbors=self._k)[0]
        return np.asarray(near.mean(axis=1) / self.limit)

    def _scaled(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        scaled: NDArray[np.float64] = (features - self._mean) / self._scale
        return scaled


def _reads(reader: Any, text: str) -> bool:
    try:
        reader(text)
    except (FormulaError, ArgumentError):
        return False
    return True
