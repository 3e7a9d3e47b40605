from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from agent.tools import registry
from ui.rooms.charts import chart_spec
from ui.rooms.molecule import molecule_picture
from ui.rooms.results import plain_result, quantities, quantity_text
from ui.rooms.toolbench import EXAMPLES

DRAWN = ("lookup_properties", "describe_molecule", "compare_elements", "check_composition",
         "balance_equation", "plot", "convert_units", "screen_substance")  # fmt: skip


def _draw() -> None:
    import streamlit as st

    from ui.rooms.results import draw_result

    draw_result(st.session_state["result"], key="it")


def drawn(result: dict[str, Any]) -> AppTest:
    app = AppTest.from_function(_draw, default_timeout=60)
    app.session_state["result"] = result
    return app.run()


@pytest.mark.parametrize("name", DRAWN)
def test_each_kind_of_result_is_drawn(name: str) -> None:
    result = plain_result(registry.reply(name, EXAMPLES[name]))

    app = drawn(result)

    assert not app.exception
    assert app.html or app.get("vega_lite_chart") or app.json


def test_every_value_stands_with_its_unit_method_and_source() -> None:
    app = drawn(plain_result(registry.reply("lookup_properties", EXAMPLES["lookup_properties"])))

    table = "".join(str(part.value) for part in app.html)
    for part in ("boiling point", "329.23 K", "measured", "CRC Handbook", "logP", "Joback"):
        assert part in table


def test_markup_in_a_result_is_shown_as_text() -> None:
    output = {"smiles": "<script>", "note": "<img src=x>", "cif": "<b>"}

    app = drawn({"tool": "t", "output": output, "warnings": ["**bold** <i>"]})

    text = "".join(str(part.value) for part in app.html)
    assert "<img" not in text
    assert "&lt;img src=x&gt;" in text
    assert "\\*\\*bold\\*\\*" in app.caption[0].value


def test_quantities_are_found_at_any_depth_with_their_name() -> None:
    one = {"value": 1.0, "unit": "K", "method": "measured", "source": "s"}

    found = list(quantities({"a": [{"name": "boiling_point", "values": [one, one]}], "b": one}))

    assert [name for name, _ in found] == ["boiling_point", "boiling_point", "b"]


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        ({"value": 180.1589999, "unit": "g/mol"}, "180.159 g/mol"),
        ({"value": 63.6, "unit": "angstrom**2"}, "63.6 Å²"),
        ({"value": 2, "unit": "1"}, "2"),
        ({"value": 159.687, "unit": "g/mol", "uncertainty": 0.004}, "159.687 ± 0.004 g/mol"),
    ],
)
def test_a_quantity_is_written_as_chemists_do(quantity: dict[str, Any], text: str) -> None:
    assert quantity_text(quantity) == text


@pytest.mark.parametrize("kind", ["line", "scatter", "bar", "histogram", "heat_map"])
def test_each_kind_of_chart_has_every_number(kind: str) -> None:
    series = [{"label": "a", "x": [], "y": [1.0, 2.0]}, {"label": "b", "x": [], "y": [3.0, 4.0]}]

    spec = chart_spec({"kind": kind, "series": series, "title": "T"})

    assert spec is not None
    assert spec["title"] == "T"
    assert len(spec["data"]["values"]) == 4
    assert "http" not in str(spec)


def test_a_chart_without_numbers_is_none() -> None:
    assert chart_spec({"kind": "line", "series": [{"label": "", "x": [], "y": []}]}) is None


def test_a_molecule_is_drawn_and_what_is_none_is_not() -> None:
    picture = molecule_picture("CC(=O)Oc1ccccc1C(=O)O")

    assert picture is not None
    assert picture.startswith("<svg")
    assert molecule_picture("not a molecule") is None
    assert molecule_picture("C" * 3000) is None
