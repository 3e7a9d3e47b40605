from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from agent.tools import base, registry
from safety import gate
from ui.tools import register


@pytest.fixture(autouse=True)
def audit_log(tmp_path, monkeypatch):
    monkeypatch.setattr(base, "_audit_path", lambda: tmp_path / "audit.jsonl")
    monkeypatch.setattr(gate, "_default", None)


@pytest.fixture
def run():
    app = typer.Typer()
    register(app)
    return lambda *arguments, **options: CliRunner().invoke(app, arguments, **options)


def test_every_tool_is_listed_with_what_it_needs(run):
    listed = run("tools")

    assert listed.exit_code == 0
    assert all(name in listed.stdout for name in registry.names())
    assert "needs: smact, pymatgen, mendeleev" in listed.stdout


def test_a_tool_that_cannot_run_says_how_to_get_it(run, monkeypatch):
    monkeypatch.setattr(base, "_installed", lambda package: package != "smact")

    listed = run("tools")
    as_json = json.loads(run("tools", "--json").stdout)

    assert "check_composition (not available)" in listed.stdout
    assert "pip install smact" in listed.stdout
    status = {one["name"]: one for one in as_json["tools"]}["check_composition"]
    assert (status["available"], "pip install smact" in status["why_not"]) == (False, True)


def test_one_tool_runs_and_prints_json(run):
    done = run(
        "tool",
        "convert_units",
        "--args",
        '{"value": 1, "from_unit": "eV", "to_unit": "J"}',
        "--json",
    )

    assert done.exit_code == 0
    printed = json.loads(done.stdout)
    assert printed["tool"] == "convert_units"
    assert printed["output"]["result"]["value"] == pytest.approx(1.602176634e-19)
    assert printed["verdict"]["decision"] == "allow"
    tool = registry.find("convert_units")
    assert tool.result_model.model_validate(printed).tool == "convert_units"


def test_one_tool_prints_quantities_for_a_person(run):
    done = run("tool", "check_composition", "--args", '{"composition": "Fe2O3"}')

    assert done.exit_code == 0
    assert "states_used: 2 Fe3+, 3 O2-" in done.stdout
    assert "molar_mass: 159.687" in done.stdout


def test_arguments_come_from_standard_input_too(run):
    done = run("tool", "balance_equation", "--args", "-", input='{"equation": "H2 + O2 -> H2O"}')

    assert "2 H2 + O2 -> 2 H2O" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nope",), 2, "elute tools"),
        (("convert_units", "--args", "{"), 2, "not JSON"),
        (("convert_units",), 2, "argument 'value' is missing"),
        (("balance_equation", "--args", '{"equation": "H2 -> O2"}'), 1, "only on the left"),
        (("suggest_synthesis", "--args", '{"target": "heroin"}'), 3, "21 CFR"),
    ],
)
def test_the_exit_code_says_what_happened(run, arguments, code, said):
    done = run("tool", *arguments, "--json")

    assert done.exit_code == code
    failure = json.loads(done.stdout)
    assert said in failure["message"]
    assert said in done.stderr


def test_the_arguments_of_a_tool_can_be_seen(run):
    shown = json.loads(run("tool", "check_composition", "--schema").stdout)

    assert set(shown["parameters"]["properties"]) == {
        "composition",
        "oxidation_set",
        "mixed_valence",
    }
