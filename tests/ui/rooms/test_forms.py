from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agent.tools import registry
from ui.rooms.forms import Field, FormError, Kind, fields, value_of
from ui.rooms.toolbench import EXAMPLES


def field(kind: Kind, name: str = "it", meaning: str = "") -> Field:
    return Field(name=name, kind=kind, meaning=meaning, required=True)


@pytest.mark.parametrize("name", registry.names())
def test_every_tool_has_a_form_with_its_required_fields_first(name: str) -> None:
    parameters = registry.find(name).schema()["parameters"]

    made = fields(parameters)

    assert {one.name for one in made} == set(parameters["properties"]) - {"library"}
    assert [one.required for one in made] == sorted((one.required for one in made), reverse=True)
    assert all(one.meaning for one in made)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_fills_what_the_tool_requires(name: str) -> None:
    parameters = registry.find(name).schema()["parameters"]

    assert set(EXAMPLES[name]) <= set(parameters["properties"])
    assert set(parameters.get("required", ())) - {"library"} <= set(EXAMPLES[name])


@pytest.mark.parametrize(
    ("kind", "entered", "value"),
    [
        pytest.param(Kind.TEXT, "  acetone ", "acetone", id="text"),
        pytest.param(Kind.TEXT, " ", None, id="nothing"),
        pytest.param(Kind.NUMBER, "0,26", 0.26, id="comma"),
        pytest.param(Kind.INTEGER, "12", 12, id="integer"),
        pytest.param(Kind.LINES, "Fe\n\n Co \n", ["Fe", "Co"], id="lines"),
        pytest.param(Kind.ROWS, "1 2 3", [1.0, 2.0, 3.0], id="row"),
        pytest.param(Kind.ROWS, "1 2\n3, 4", [[1.0, 2.0], [3.0, 4.0]], id="rows"),
        pytest.param(Kind.JSON, '{"a": 1}', {"a": 1}, id="json"),
        pytest.param(
            Kind.PAIRS,
            "n_bits = 512\nchiral yes\nkernel rbf\nr_cut 4.5",
            {"n_bits": 512, "chiral": True, "kernel": "rbf", "r_cut": 4.5},
            id="pairs",
        ),
        pytest.param(
            Kind.TARGETS,
            "qed 0.8\nlogp: 2.5 3",
            [{"property": "qed", "value": 0.8}, {"property": "logp", "value": 2.5, "weight": 3.0}],
            id="targets",
        ),
        pytest.param(Kind.SWITCH, True, True, id="switch"),
        pytest.param(Kind.CHOICE, None, None, id="no-choice"),
    ],
)
def test_what_is_typed_becomes_what_the_tool_takes(
    kind: Kind, entered: Any, value: Any, tmp_path: Path
) -> None:
    assert value_of(field(kind), entered, tmp_path) == value


@pytest.mark.parametrize(
    ("kind", "entered"),
    [
        (Kind.NUMBER, "many"),
        (Kind.INTEGER, "1.5"),
        (Kind.JSON, "{"),
        (Kind.PAIRS, "n_bits"),
        (Kind.TARGETS, "qed high"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(kind: Kind, entered: str, tmp_path: Path) -> None:
    with pytest.raises(FormError, match="It"):
        value_of(field(kind), entered, tmp_path)


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.LINES, Kind.ROWS, Kind.LONG])
def test_no_file_of_this_machine_is_read_by_its_name(kind: Kind, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")

    for name in (str(secret), "table.csv", "../model.json"):
        with pytest.raises(FormError, match="not read by their name"):
            value_of(field(kind), name, tmp_path)


def test_a_tool_writes_only_into_the_visitors_own_folder(tmp_path: Path) -> None:
    asked = field(Kind.FILE, "save_to", "New file (.csv, .npz) for the table")

    first = value_of(asked, True, tmp_path / "work")
    Path(first).write_text("x")
    second = value_of(asked, True, tmp_path / "work")

    assert Path(first).parent == Path(second).parent == tmp_path / "work"
    assert first != second
    assert first.endswith(".csv")
    assert value_of(asked, False, tmp_path / "work") is None


class Uploaded:
    """What Streamlit gives for a file that was chosen."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def getvalue(self) -> bytes:
        return self.content


def test_a_table_is_passed_as_its_text_and_never_by_name(tmp_path: Path) -> None:
    asked = field(Kind.UPLOAD, "data")

    assert value_of(asked, Uploaded(b"a,b\n1,2\n"), tmp_path) == "a,b\n1,2\n"
    with pytest.raises(FormError, match="no rows"):
        value_of(asked, Uploaded(b"/etc/passwd"), tmp_path)
    with pytest.raises(FormError, match="UTF-8"):
        value_of(asked, Uploaded(b"\xff\xfe\n\n"), tmp_path)
