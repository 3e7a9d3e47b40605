"""Feature vectors and tables of them: what a featurizer gives back, and its files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, model_validator

from agent.tools.errors import MissingPackage
from agent.tools.files import new_file
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TABLE_SUFFIXES = (".csv", ".npz", ".parquet")


class FeatureVector(Record):
    """One thing as numbers."""

    featurizer: Annotated[str, VOCABULARY]
    names: Annotated[tuple[str, ...], VOCABULARY]
    values: tuple[float, ...]

    @model_validator(mode="after")
    def _one_name_a_value(self) -> FeatureVector:
        if len(self.names) != len(self.values):
            raise ValueError(f"{len(self.names)} names for {len(self.values)} values")
        return self


class FeatureTable(Record):
    """A batch of things as numbers: a row for each label, a column for each name."""

    featurizer: Annotated[str, VOCABULARY]
    kind: Annotated[Literal["composition", "structure", "molecule"], VOCABULARY]
    labels: tuple[str, ...]
    names: Annotated[tuple[str, ...], VOCABULARY]
    values: tuple[tuple[float, ...], ...]  # empty where the table was saved to ``file``
    shape: tuple[int, int]
    parameters: dict[str, Any] = Field(default_factory=dict)
    source: Annotated[str, VOCABULARY]
    method: Annotated[Literal["computed"], VOCABULARY] = "computed"
    warnings: tuple[str, ...] = ()
    file: str | None = None

    @model_validator(mode="after")
    def _as_many_as_the_shape_says(self) -> FeatureTable:
        if (len(self.labels), len(self.names)) != self.shape:
            raise ValueError(
                f"{len(self.labels)} labels, {len(self.names)} names: not {self.shape}"
            )
        if self.file is None and len(self.values) != self.shape[0]:
            raise ValueError(f"{len(self.values)} rows for {self.shape[0]} labels")
        if any(len(row) != self.shape[1] for row in self.values):
            raise ValueError(f"a row has not {self.shape[1]} numbers")
        return self

    @property
    def vectors(self) -> tuple[FeatureVector, ...]:
        """The rows, one record each."""
        return tuple(
            FeatureVector(featurizer=self.featurizer, names=self.names, values=row)
            for row in self.values
        )

    def array(self) -> NDArray[np.float64]:
        """The numbers, shape (n_labels, n_names)."""
        import numpy as np

        return np.array(self.values, dtype=np.float64).reshape(len(self.values), self.shape[1])


def save_table(path: str, labels: list[str], names: list[str], values: NDArray[np.float64]) -> Path:
    """Write a table as CSV, NPZ or Parquet, as the path's ending says.

    CSV and Parquet have a column ``label`` before the features; NPZ holds the arrays ``labels``,
    ``names`` and ``values`` and is read without pickle.

    Raises:
        ArgumentError: Another ending, no such folder, or the file is there already.
        MissingPackage: pyarrow is not installed and the path ends in .parquet.
    """
    target = new_file(path, argument="save_to", suffixes=TABLE_SUFFIXES)
    if target.suffix.lower() == ".csv":
        import csv

        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["label", *names])
            writer.writerows(
                [label, *row] for label, row in zip(labels, values.tolist(), strict=True)
            )
    elif target.suffix.lower() == ".npz":
        import numpy as np

        np.savez_compressed(target, labels=np.array(labels), names=np.array(names), values=values)
    else:
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError:
            raise MissingPackage(
                f"{path!r} needs the package 'pyarrow'. Run: pip install pyarrow, or save as .csv"
            ) from None
        columns = [pa.array(labels), *(pa.array(values[:, n]) for n in range(len(names)))]
        pq.write_table(pa.Table.from_arrays(columns, names=["label", *names]), target)
    return target
