"""`elute ask --plan-only` prints plans and runs nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.example_library import example_data_folder
from ui.cli import app


@pytest.fixture
def data(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = example_data_folder(tmp_path_factory.getbasetemp())
    monkeypatch.setenv("ELUTE_DATA_DIR", str(folder))
    return folder


def test_a_plan_is_printed_for_people(data: Path) -> None:
    run = CliRunner().invoke(app, ["ask", "--plan-only", "boiling point of acetone"])

    assert run.exit_code == 0, run.output
    assert "Read as property" in run.stdout
    assert '1. lookup_properties {"substance": "acetone"' in run.stdout


def test_a_plan_is_printed_as_json_and_no_answer_with_it(data: Path) -> None:
    run = CliRunner().invoke(app, ["ask", "--plan-only", "--json", "convert 5 eV to kJ/mol"])

    assert run.exit_code == 0, run.output
    printed = json.loads(run.stdout.strip().splitlines()[-1])
    assert set(printed) == {"question", "plan"}
    assert printed["plan"]["reading"] == "convert"
    assert printed["plan"]["steps"][0]["tool"] == "convert_units"
    assert {"reading", "confidence", "alternatives", "steps"} <= set(printed["plan"])


def test_a_batch_of_plans_names_the_lines_that_hold_no_question(data: Path, tmp_path: Path) -> None:
    batch = tmp_path / "batch.jsonl"
    batch.write_text('{"id": 1, "question": "is DDT banned?"}\n{"id": 2}\n', encoding="utf-8")

    run = CliRunner().invoke(app, ["ask", "--plan-only", "--json", "--batch", str(batch)])

    lines = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    assert run.exit_code == 1, run.output
    assert lines[0]["id"] == 1, run.output
    assert lines[0]["plan"]["reading"] == "screen"
    assert lines[1]["plan"] is None
    assert "question" in lines[1]["error"]
