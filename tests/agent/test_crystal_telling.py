"""What the crystal tools give, told with every number's unit, method and source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from agent.crystal_telling import CRYSTAL_TELLERS
from agent.plan import Plan, Reading, Step
from agent.telling import tell
from agent.toolbox import READINGS, Toolbox
from agent.tools import base, registry
from agent.tools.base import ToolResult
from agent.tools.crystal_dynamics import Dynamics
from agent.tools.crystal_energies import CrystalEnergy, EquationOfState, RelaxedCrystal
from agent.tools.quantity import Quantity
from safety import gate
from tests.agent.tools.crystal_examples import cif

# Not told: what the work would cost, and what rules make of a crystal that has an energy.
UNTOLD = frozenset({"cost", "rule_score", "closest"})
FIELD = "a force field"


@pytest.fixture(autouse=True)
def audit_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "_audit_path", lambda: tmp_path / "audit.jsonl")
    monkeypatch.setattr(gate, "_default", None)


def quantities(value: Any, skip: frozenset[str] = UNTOLD) -> Iterator[Quantity]:
    """All quantities of a record."""
    if isinstance(value, Quantity):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if name not in skip:
                yield from quantities(getattr(value, name), skip)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from quantities(one, skip)


def run(tool: str, **arguments: Any) -> ToolResult[Any]:
    result = registry.reply(tool, arguments)
    assert isinstance(result, ToolResult), result
    return result


def quantity(value: float, unit: str) -> Quantity:
    return Quantity(value=value, unit=unit, method="predicted", source=FIELD)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("analyse_crystal", {"structure": cif("NaCl")}),
        ("compare_crystals", {"first": cif("NaCl"), "second": cif("MgO")}),
        ("generate_crystals", {"composition": "NaCl", "n": 2, "ranking": "rules"}),
        ("synthesizability", {"compositions": ["NaCl", "SrTiO3"]}),
    ],
)
def test_every_quantity_is_told_with_unit_method_and_source(
    tool: str, arguments: dict[str, Any]
) -> None:
    result = run(tool, **arguments)

    told = "\n".join(tell([result]))

    skip = UNTOLD | ({"volume"} if tool in ("generate_crystals", "compare_crystals") else set())
    if tool == "compare_crystals":
        skip |= {"density"}
    found = list(quantities(result.output, frozenset(skip)))
    assert found
    assert [str(one) for one in found if str(one) not in told] == []


def test_the_files_of_a_crystal_are_named_and_its_cell_told() -> None:
    result = run("convert_structure", structure=cif("NaCl"), to="poscar")

    told = "\n".join(tell([result]))

    assert all(file.name in told for file in result.output.files)
    assert f"space group {result.output.crystal.space_group}" in told


def test_what_a_force_field_gives_is_told_with_its_name() -> None:
    analysed = run("analyse_crystal", structure=cif("NaCl"))
    crystal = analysed.output.crystal
    energy, force = quantity(-3.4321, "eV"), quantity(0.0123, "eV/angstrom")
    cost, volume = quantity(2, "s"), quantity(22.41, "angstrom^3")
    outputs = {
        "crystal_energy": CrystalEnergy(
            crystal=crystal, energy=energy, largest_force=force,
            pressure=quantity(0.31, "GPa"), cost=cost,
        ),
        "relax_crystal": RelaxedCrystal(
            crystal=crystal, energy=energy, energy_before=quantity(-3.3, "eV"),
            volume_change=quantity(0.021, "1"), largest_force=force, n_steps=17,
            converged=True, cost=cost,
        ),
        "equation_of_state": EquationOfState(
            formula="NaCl", volumes=(20.0, 22.0, 24.0), energies=(-3.3, -3.4, -3.3),
            volume=volume, energy=energy, bulk_modulus=quantity(24.1, "GPa"),
            bulk_modulus_derivative=quantity(5.2, "1"), largest_misfit=quantity(0.001, "eV"),
            cost=cost,
        ),
        "molecular_dynamics": Dynamics(
            crystal=crystal, ensemble="nvt", element="Na", temperature=quantity(301.2, "K"),
            energy=energy, volume=volume, mean_square_displacement=quantity(0.12, "angstrom^2"),
            diffusion_coefficient=quantity(1.1e-6, "cm^2/s"), times=(0.1,), displacements=(0.12,),
            pattern=analysed.output.pattern, n_steps=1000, time_step_fs=2.0, seed=0, cost=cost,
        ),
    }  # fmt: skip

    for tool, output in outputs.items():
        result = analysed.model_copy(update={"tool": tool, "output": output})
        told = "\n".join(tell([result]))
        skip = UNTOLD | ({"crystal"} if tool != "relax_crystal" else set())
        missing = [str(q) for q in quantities(output, frozenset(skip)) if str(q) not in told]
        assert missing == [], tool


def test_every_crystal_tool_has_a_teller_and_a_reading() -> None:
    modules = [name for name in registry.BUILT_IN if name.startswith("crystal")]
    tools = {tool for name in modules for tool in registry.BUILT_IN[name]}

    assert tools <= CRYSTAL_TELLERS.keys()
    assert CRYSTAL_TELLERS.keys() <= READINGS.keys()


def test_a_model_is_offered_crystal_tools_where_the_plan_has_one() -> None:
    plan = Plan(reading=Reading.PROPERTY, confidence=0.9)
    step = Step(tool="analyse_crystal", arguments={}, why="its cell")

    without = {tool.name for tool in Toolbox(plan).tools}
    within = {tool.name for tool in Toolbox(plan.model_copy(update={"steps": (step,)})).tools}

    assert "analyse_crystal" not in without
    assert {"analyse_crystal", "compare_crystals"} <= within
