"""Charts: a record of what is drawn, and its picture as PNG or SVG when asked for."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from agent.tools.base import tool
from agent.tools.errors import ArgumentError
from agent.tools.files import new_file
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Chart", "ChartKind", "Plotted", "Series", "plot"]

ChartKind = Literal["line", "scatter", "bar", "histogram", "heat_map", "parity"]
PICTURE_SUFFIXES = (".png", ".svg")
MAX_POINTS = 200_000

# Okabe and Ito's colours, told apart by people with any colour vision.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")


class Series(Record):
    """One row of numbers; ``x`` is empty where the place of a number is its x."""

    label: str = ""
    x: tuple[float, ...] = ()
    y: tuple[float, ...]

    @model_validator(mode="after")
    def _as_many_x_as_y(self) -> Series:
        if self.x and len(self.x) != len(self.y):
            raise ValueError(f"{len(self.x)} x values for {len(self.y)} y values")
        return self


class Chart(Record):
    """What is drawn. Drawing it twice gives the same picture."""

    kind: Annotated[ChartKind, VOCABULARY]
    series: tuple[Series, ...] = Field(min_length=1)
    title: str = ""
    x_label: str = ""
    y_label: str = ""
    x_names: tuple[str, ...] = ()  # names of bars, or of a heat map's columns
    y_names: tuple[str, ...] = ()  # names of a heat map's rows
    bins: int = Field(default=20, ge=1, le=1000)

    @classmethod
    def heat_map(
        cls,
        values: Sequence[Sequence[float]],
        *,
        rows: Sequence[str],
        columns: Sequence[str],
        title: str = "",
        value_label: str = "",
    ) -> Chart:
        """A matrix as colours, with its numbers in the fields where they fit."""
        return cls(
            kind="heat_map",
            series=tuple(Series(label=value_label, y=tuple(row)) for row in values),
            title=title,
            x_names=tuple(columns),
            y_names=tuple(rows),
        )

    @classmethod
    def parity(
        cls, true: Sequence[float], predicted: Sequence[float], *, title: str = "", label: str = ""
    ) -> Chart:
        """Predicted against true values, with the diagonal on which they agree."""
        return cls(
            kind="parity",
            series=(Series(label=label, x=tuple(true), y=tuple(predicted)),),
            title=title,
            x_label="true",
            y_label="predicted",
        )

    @model_validator(mode="after")
    def _can_be_drawn(self) -> Chart:
        if self.kind == "heat_map":
            if len({len(row.y) for row in self.series}) > 1:
                raise ValueError("the rows of a heat map have different lengths")
            if self.x_names and len(self.x_names) != len(self.series[0].y):
                raise ValueError("x_names and the columns of the heat map differ in number")
            if self.y_names and len(self.y_names) != len(self.series):
                raise ValueError("y_names and the rows of the heat map differ in number")
        if self.kind == "bar" and self.x_names:
            for one in self.series:
                if len(one.y) != len(self.x_names):
                    raise ValueError(f"{len(one.y)} bars for {len(self.x_names)} x_names")
        if any(not one.y for one in self.series):
            raise ValueError("a series has no values")
        return self


class Plotted(Record):
    """A chart and the files it was drawn into."""

    chart: Chart
    files: tuple[str, ...] = ()


@tool(intent="property", requires=("matplotlib",))
def plot(
    y: list[float] | list[list[float]],
    x: list[float] | list[list[float]] | None = None,
    kind: Literal["line", "scatter", "bar", "histogram", "heat_map"] = "line",
    labels: list[str] | None = None,
    title: str = "",
    x_label: str = "",
    y_label: str = "",
    x_names: list[str] | None = None,
    y_names: list[str] | None = None,
    bins: int = 20,
    save_to: str | None = None,
) -> Plotted:
    """Draw numbers as lines, points, bars, a histogram or a heat map, into PNG and SVG files.

    Args:
        y: One row of numbers, or several; for a heat map, its rows.
        x: Where they stand: one row for all, or as many as y has. Counted from 0 if not given.
        kind: How they are drawn.
        labels: A name for each row of y.
        title: Heading.
        x_label: What x is, with its unit.
        y_label: What y is, with its unit.
        x_names: Names of the bars, or of a heat map's columns.
        y_names: Names of a heat map's rows.
        bins: Bars of a histogram.
        save_to: New file ending in .png or .svg, or a name without an ending for both.
    """
    rows = _rows(y, "y")
    xs = _rows(x, "x") if x is not None else [()] * len(rows)
    if len(xs) == 1:
        xs = xs * len(rows)
    if len(xs) != len(rows):
        raise ArgumentError("x", f"x has {len(xs)} rows and y {len(rows)}; give one, or as many")
    if labels is not None and len(labels) != len(rows):
        raise ArgumentError("labels", f"labels has {len(labels)} names for {len(rows)} rows of y")
    if sum(map(len, rows)) > MAX_POINTS:
        raise ArgumentError("y", f"y has more than {MAX_POINTS} numbers; draw fewer")
    try:
        chart = Chart(
            kind=kind,
            series=tuple(
                Series(label=labels[n] if labels else "", x=xs[n], y=row)
                for n, row in enumerate(rows)
            ),
            title=title,
            x_label=x_label,
            y_label=y_label,
            x_names=tuple(x_names or ()),
            y_names=tuple(y_names or ()),
            bins=bins,
        )
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise ArgumentError("y", f"these numbers cannot be drawn: {reason}") from None
    return Plotted(chart=chart, files=save_chart(chart, save_to) if save_to is not None else ())


def draw_svg(chart: Chart) -> str:
    """The chart as SVG text; letters are drawn as shapes, so that every viewer shows the same."""
    buffer = io.StringIO()
    _figure(chart).savefig(buffer, format="svg", metadata={"Date": None})
    return _steady_ids(buffer.getvalue())


def draw_png(chart: Chart, *, dpi: int = 150) -> bytes:
    """The chart as a PNG file's bytes."""
    buffer = io.BytesIO()
    _figure(chart).savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def save_chart(chart: Chart, path: str) -> tuple[str, ...]:
    """Draw into a .png or .svg file; into both where the path has neither ending.

    Raises:
        ArgumentError: Another ending, no such folder, or a file is there already.
    """
    paths = [path] if Path(path).suffix else [f"{path}.png", f"{path}.svg"]
    targets = [new_file(one, argument="save_to", suffixes=PICTURE_SUFFIXES) for one in paths]
    for target in targets:
        if target.suffix.lower() == ".png":
            target.write_bytes(draw_png(chart))
        else:
            target.write_text(draw_svg(chart), encoding="utf-8")
    return tuple(str(target) for target in targets)


def _rows(numbers: Sequence[Any], argument: str) -> list[tuple[float, ...]]:
    import math

    nested = bool(numbers) and isinstance(numbers[0], (list, tuple))
    rows = [tuple(map(float, row)) for row in (numbers if nested else [numbers])]
    if not all(rows):
        raise ArgumentError(argument, f"{argument} has no numbers")
    if not all(math.isfinite(value) for row in rows for value in row):
        raise ArgumentError(argument, f"{argument} holds a number that is not finite; leave it out")
    return rows


def _figure(chart: Chart) -> Figure:
    # Figure and canvas without pyplot: nothing global is made, so threads do not meet.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 4.8), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    if chart.kind == "heat_map":
        _draw_heat_map(figure, axes, chart)
    elif chart.kind == "parity":
        _draw_parity(axes, chart)
    else:
        _draw_series(axes, chart)
    # "$" would start a formula, and one that is not closed breaks the drawing.
    axes.set_title(chart.title, parse_math=False)
    axes.set_xlabel(chart.x_label, parse_math=False)
    axes.set_ylabel(chart.y_label, parse_math=False)
    if any(one.label for one in chart.series) and chart.kind != "heat_map":
        for text in axes.legend().get_texts():
            text.set_parse_math(False)
    return figure


def _draw_series(axes: Any, chart: Chart) -> None:
    for n, one in enumerate(chart.series):
        colour = _COLOURS[n % len(_COLOURS)]
        # A label that begins with "_" is left out of a legend.
        style = {"color": colour, "label": one.label.lstrip("_") or "_nolegend_"}
        x = one.x or tuple(range(len(one.y)))
        if chart.kind == "line":
            axes.plot(x, one.y, **style)
        elif chart.kind == "scatter":
            axes.scatter(x, one.y, s=16, **style)
        elif chart.kind == "histogram":
            axes.hist(one.y, bins=chart.bins, alpha=0.7, **style)
        else:
            width = 0.8 / len(chart.series)
            places = [at - 0.4 + width * (n + 0.5) for at in range(len(one.y))]
            axes.bar(places, one.y, width=width, **style)
    if chart.kind == "bar" and chart.x_names:
        axes.set_xticks(range(len(chart.x_names)), chart.x_names, parse_math=False)


def _draw_heat_map(figure: Figure, axes: Any, chart: Chart) -> None:
    values = [one.y for one in chart.series]
    image = axes.imshow(values, cmap="viridis", aspect="auto")
    figure.colorbar(image, ax=axes, label=chart.series[0].label)
    if chart.x_names:
        turned = 90 if max(map(len, chart.x_names)) * len(chart.x_names) > 50 else 0
        axes.set_xticks(range(len(chart.x_names)), chart.x_names, rotation=turned, parse_math=False)
    if chart.y_names:
        axes.set_yticks(range(len(chart.y_names)), chart.y_names, parse_math=False)
    if len(values) * len(values[0]) <= 144:
        middle = (image.norm.vmin + image.norm.vmax) / 2
        for row, line in enumerate(values):
            for column, value in enumerate(line):
                colour = "white" if value < middle else "black"
                axes.text(column, row, f"{value:.2g}", ha="center", va="center", color=colour)


def _draw_parity(axes: Any, chart: Chart) -> None:
    for n, one in enumerate(chart.series):
        style = {"color": _COLOURS[n % len(_COLOURS)], "label": one.label or "_nolegend_"}
        axes.scatter(one.x, one.y, s=16, **style)
    axes.axline((chart.series[0].x[0],) * 2, slope=1, color="black", linewidth=0.8)
    axes.set_aspect("equal", adjustable="datalim")


def _steady_ids(svg: str) -> str:
    """Ids numbered in the order in which they stand: matplotlib draws them at random."""
    found = re.findall(r' id="((?:m|p|h|image)[0-9a-f]{8,})"', svg)
    for number, name in enumerate(dict.fromkeys(found)):
        svg = svg.replace(name, f"id{number}")
    return svg
