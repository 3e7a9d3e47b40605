"""Charts of tools' results, as specifications that the browser draws; nothing is fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

MAX_POINTS: Final = 20_000
_TITLES: Final = {"labelFontSize": 12, "titleFontSize": 13, "titleFontWeight": "normal"}


def chart_spec(chart: Mapping[str, Any]) -> dict[str, Any] | None:
    """A Vega-Lite specification of a tool's chart; None where it holds no numbers.

    Args:
        chart: With ``kind`` (line, scatter, bar, histogram, heat_map) and ``series``, each with
            ``label``, ``x`` and ``y``.
    """
    series = [one for one in chart.get("series") or () if isinstance(one, Mapping) and one.get("y")]
    if not series or sum(len(one["y"]) for one in series) > MAX_POINTS:
        return None
    kind = str(chart["kind"])
    spec = _heat_map(chart, series) if kind == "heat_map" else _curves(chart, series, kind)
    if chart.get("title"):
        spec["title"] = str(chart["title"])
    return {**spec, "height": 320, "config": {"axis": _TITLES}}


def _heat_map(chart: Mapping[str, Any], series: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    columns = [str(name) for name in chart.get("x_names") or range(1, len(series[0]["y"]) + 1)]
    rows = [str(name) for name in chart.get("y_names") or range(1, len(series) + 1)]
    values = [
        {"row": row, "column": column, "value": value}
        for row, one in zip(rows, series, strict=False)
        for column, value in zip(columns, one["y"], strict=False)
    ]
    axes = {
        "x": {"field": "column", "type": "nominal", "sort": columns, "title": _label(chart, "x")},
        "y": {"field": "row", "type": "nominal", "sort": rows, "title": _label(chart, "y")},
    }
    low = min(value["value"] for value in values)
    high = max(value["value"] for value in values)
    scale = {"scheme": "tealblues", "domain": [low, high]}
    colour = {"field": "value", "type": "quantitative", "scale": scale, "title": None}
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "rect", "tooltip": True}, "encoding": {**axes, "color": colour}}
    ]
    if len(values) <= 144:
        ink = {
            "condition": {"test": f"datum.value > {(low + high) / 2}", "value": "white"},
            "value": "#1f2328",
        }
        text = {"field": "value", "type": "quantitative", "format": ".3~g"}
        layers.append({"mark": "text", "encoding": {**axes, "text": text, "color": ink}})
    return {"data": {"values": values}, "layer": layers}


def _curves(
    chart: Mapping[str, Any], series: Sequence[Mapping[str, Any]], kind: str
) -> dict[str, Any]:
    names = [str(name) for name in chart.get("x_names") or ()]
    values = []
    for number, one in enumerate(series, start=1):
        places = one.get("x") or names or range(1, len(one["y"]) + 1)
        label = str(one.get("label") or number)
        values += [
            {"x": x, "y": y, "series": label} for x, y in zip(places, one["y"], strict=False)
        ]
    encoding: dict[str, Any] = {
        "x": {"field": "x", "type": "quantitative", "title": _label(chart, "x"),
              "scale": {"zero": False}},
        "y": {"field": "y", "type": "quantitative", "title": _label(chart, "y"),
              "scale": {"zero": False}},
    }  # fmt: skip
    if kind == "bar":
        encoding["x"] |= {"type": "nominal", "sort": None}
        encoding["y"]["scale"] = {"zero": True}
    elif kind == "histogram":
        encoding["x"] |= {"field": "y", "bin": {"maxbins": int(chart.get("bins") or 20)}}
        encoding["y"] = {"aggregate": "count", "type": "quantitative", "title": "count"}
    if len(series) > 1:
        encoding["color"] = {"field": "series", "type": "nominal", "title": None}
    mark = {"line": "line", "scatter": "point"}.get(kind, "bar")
    return {
        "data": {"values": values},
        "mark": {"type": mark, "tooltip": True},
        "encoding": encoding,
    }


def _label(chart: Mapping[str, Any], axis: str) -> str | None:
    return str(chart.get(f"{axis}_label") or "") or None
