"""Published scores of force fields, and which of them to take for what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Annotated, Literal, NamedTuple

from agent.tools.base import tool
from agent.tools.errors import ArgumentError
from agent.tools.quantity import Quantity
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

__all__ = ["ForceFieldComparison", "ForceFieldRow", "compare_force_fields"]

ForceFieldMetric = Literal[
    "f1",
    "accuracy",
    "mae",
    "r2",
    "k_srme",
    "parameters",
    "rank",
    "rank_aggregate",
    "conservation_deviation",
]
ForceFieldPurpose = Literal[
    "stability", "energies", "phonons", "molecular_dynamics", "small_model", "overall"
]

LECTURE = (
    "A. Walsh, Data-Driven Modelling and Artificial Intelligence, Materials Modelling Course (2025)"
)


class _Column(NamedTuple):
    unit: str
    lower_is_better: bool
    meaning: str


_COLUMNS: Mapping[ForceFieldMetric, _Column] = {
    "f1": _Column("1", False, "F1 score of finding stable crystals"),
    "accuracy": _Column("1", False, "share of crystals rightly called stable or not"),
    "mae": _Column("eV", True, "mean absolute error of the energy, per atom"),
    "r2": _Column("1", False, "coefficient of determination of the energy"),
    "k_srme": _Column("1", True, "symmetric relative mean error of the thermal conductivity"),
    "parameters": _Column("1", True, "parameters of the model"),
    "rank": _Column("1", True, "rank over several measures"),
    "rank_aggregate": _Column("1", True, "sum of the ranks"),
    "conservation_deviation": _Column("eV/angstrom", True, "conservation deviation"),
}
_OF_CONSERVATION = frozenset({"rank", "rank_aggregate", "conservation_deviation"})
_PURPOSES: Mapping[ForceFieldPurpose, tuple[ForceFieldMetric, str]] = {
    "stability": ("f1", "finding stable crystals"),
    "energies": ("mae", "energies of crystals"),
    "phonons": ("k_srme", "phonons and thermal conductivity"),
    "molecular_dynamics": ("conservation_deviation", "dynamics that has to conserve its energy"),
    "small_model": ("parameters", "a model with few parameters"),
    "overall": ("rank", "the rank over several measures"),
}
_TARGETS: Mapping[str, str] = {
    "EFS_G": "energy, forces and stress; the forces are gradients of the energy",
    "EF_G": "energy and forces; the forces are gradients of the energy",
    "EFS_D": "energy, forces and stress; the forces are predicted directly",
    "EFS_G M": "energy, forces, stress and magnetic moments; forces are gradients of the energy",
}
_GOODHART = (
    "by Goodhart's law a measure that becomes a target stops being a good measure: test a force "
    "field on your own problem before you rely on its place in a table"
)
_DIRECT = "forces that are not derivatives of an energy do not conserve it"
_MISPRINT = "SevenNet-l3i5 is printed as SevenNet-13i5 in the lecture"


class ForceFieldRow(Record):
    """A model as a table prints it; None where the table has n/a or no such column."""

    model: Annotated[str, VOCABULARY]
    f1: Quantity | None = None
    accuracy: Quantity | None = None
    mae: Quantity | None = None  # per atom
    r2: Quantity | None = None
    k_srme: Quantity | None = None
    parameters: Quantity | None = None
    training_set: Annotated[str | None, VOCABULARY] = None  # materials (structures) (names)
    targets: Annotated[str | None, VOCABULARY] = None  # as printed, e.g. EFS_G
    targets_mean: Annotated[str | None, VOCABULARY] = None
    forces_are_gradients: bool | None = None
    rank: Quantity | None = None
    rank_aggregate: Quantity | None = None
    conservation_deviation: Quantity | None = None


class ForceFieldComparison(Record):
    """Models of one table, best first in one measure."""

    answer: str
    citation: Annotated[str, VOCABULARY]
    sorted_by: Annotated[ForceFieldMetric, VOCABULARY]
    meaning: Annotated[str, VOCABULARY]  # of that measure
    lower_is_better: bool
    rows: tuple[ForceFieldRow, ...]
    not_given: Annotated[tuple[str, ...], VOCABULARY]  # models whose value is n/a; left out
    warnings: Annotated[tuple[str, ...], VOCABULARY] = ()


@tool(intent="facts")
def compare_force_fields(
    sort_by: ForceFieldMetric | None = None,
    purpose: ForceFieldPurpose | None = None,
    models: list[str] | None = None,
    at_least_as_good_as: float | None = None,
    gradient_forces_only: bool = False,
) -> ForceFieldComparison:
    """Which machine-learned force field for what: published scores, best first, with the citation.

    Args:
        sort_by: f1, accuracy, mae, r2, k_srme or parameters (one table); rank, rank_aggregate or
            conservation_deviation (the other).
        purpose: Instead of sort_by, what it is for: stability (f1), energies (mae), phonons
            (k_srme), molecular_dynamics (conservation_deviation), small_model (parameters),
            overall (rank).
        models: Only these, by name or a part of it, e.g. MACE.
        at_least_as_good_as: Only models whose value in the measure is this or better.
        gradient_forces_only: Only models whose forces are gradients of an energy; the table of
            conservation does not say it.
    """
    if sort_by is not None and purpose is not None:
        raise ArgumentError("purpose", "purpose and sort_by both name a measure; give one of them")
    metric: ForceFieldMetric = sort_by or _PURPOSES[purpose or "stability"][0]
    of_conservation = metric in _OF_CONSERVATION
    rows = conservation_rows() if of_conservation else score_rows()
    if gradient_forces_only and of_conservation:
        raise ArgumentError(
            "gradient_forces_only",
            f"the table with {metric} does not say how forces are made; leave "
            "gradient_forces_only out, or sort by f1, accuracy, mae, r2, k_srme or parameters",
        )
    wanted = [row for row in rows if _is_named(row.model, models)]
    if not wanted:
        raise ArgumentError(
            "models",
            f"no model in this table is called {' or '.join(map(repr, models or ()))}; "
            f"it has {', '.join(row.model for row in rows)}",
        )
    if gradient_forces_only:
        wanted = [row for row in wanted if row.forces_are_gradients]
    column = _COLUMNS[metric]
    valued = [(_value(row, metric), row) for row in wanted]
    given = [(value, row) for value, row in valued if value is not None]
    if at_least_as_good_as is not None:
        bar = at_least_as_good_as
        given = [
            (value, row)
            for value, row in given
            if (value <= bar if column.lower_is_better else value >= bar)
        ]
    given.sort(key=lambda pair: pair[0] if column.lower_is_better else -pair[0])
    chosen = [row for _, row in given]
    notes = [_GOODHART, _DIRECT]
    if any(row.model == "SevenNet-l3i5" for row in chosen):
        notes.append(_MISPRINT)
    if len(chosen) < len(rows):
        notes.append(f"{len(chosen)} of the table's {len(rows)} models are compared")
    return ForceFieldComparison(
        answer=_answer(chosen, metric, purpose),
        citation=LECTURE,
        sorted_by=metric,
        meaning=column.meaning,
        lower_is_better=column.lower_is_better,
        rows=tuple(chosen),
        not_given=tuple(row.model for value, row in valued if value is None),
        warnings=tuple(notes),
    )


def _answer(
    rows: Sequence[ForceFieldRow],
    metric: ForceFieldMetric,
    purpose: ForceFieldPurpose | None,
) -> str:
    column = _COLUMNS[metric]
    what = column.meaning if column.unit == "1" else f"{column.meaning} ({column.unit})"
    if not rows:
        return f"No model of the table meets this, by its {what} ({LECTURE})."
    best = _value(rows[0], metric)
    first = [row.model for row in rows if _value(row, metric) == best]
    use = "" if purpose is None else f"For {_PURPOSES[purpose][1]}: "
    which = "lowest" if column.lower_is_better else "highest"
    verb = "has" if len(first) == 1 else "have"
    said = f"{use}{' and '.join(first)} {verb} the {which} {what}, {best:,g}"
    others = [f"{row.model} {_value(row, metric):,g}" for row in rows[len(first) : len(first) + 2]]
    if others:
        said += f", before {' and '.join(others)}"
    warning = _DIRECT if metric in ("conservation_deviation", "rank") else _GOODHART
    return f"{said} ({LECTURE}). But {warning}."


def _is_named(model: str, wanted: Sequence[str] | None) -> bool:
    if not wanted:
        return True
    return any(_plain(one) in _plain(model) for one in wanted if _plain(one))


def _plain(name: str) -> str:
    """Small letters and digits; the misprinted 13i5 is l3i5."""
    return re.sub(r"[^a-z0-9]", "", name.lower()).replace("13i5", "l3i5")


def _value(row: ForceFieldRow, metric: ForceFieldMetric) -> float | None:
    held: Quantity | None = getattr(row, metric)
    return None if held is None else held.value


@cache
def score_rows() -> tuple[ForceFieldRow, ...]:
    """The 13 models with F1, accuracy, MAE, R2 and K_SRME, in the lecture's order."""
    return tuple(_rows("force_field_scores.tsv"))


@cache
def conservation_rows() -> tuple[ForceFieldRow, ...]:
    """The 13 models with rank and conservation deviation, in the lecture's order."""
    return tuple(_rows("force_field_conservation.tsv"))


def _rows(name: str) -> Iterator[ForceFieldRow]:
    text = resources.files("agent.tools").joinpath(f"data/{name}").read_text("utf-8")
    lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    for line in lines[1:]:
        cells = dict(zip(lines[0], line, strict=True))
        targets = cells.get("targets")
        yield ForceFieldRow(
            model=cells["model"],
            training_set=cells.get("training_set"),
            targets=targets,
            targets_mean=None if targets is None else _TARGETS[targets],
            forces_are_gradients=None if targets is None else "_G" in targets,
            **{m: _quantity(cells[m], m) for m in _COLUMNS if m in cells},
        )


_FACTORS: Mapping[str, float] = {"k": 1e3, "M": 1e6}


def _quantity(cell: str, metric: ForceFieldMetric) -> Quantity | None:
    if cell == "n/a":
        return None
    factor = _FACTORS.get(cell[-1], 1.0)
    return Quantity(
        value=round(float(cell.rstrip("kM")) * factor, 6),
        unit=_COLUMNS[metric].unit,
        method="computed",
        source=LECTURE,
        conditions=_COLUMNS[metric].meaning,
    )
