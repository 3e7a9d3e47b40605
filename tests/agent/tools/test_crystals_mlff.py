from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.tools import (
    crystal_energy,
    equation_of_state,
    generate_crystals,
    molecular_dynamics,
    relax_crystal,
)
from agent.tools.crystal import describe_crystal, read_crystal, write_cif
from agent.tools.crystal_dynamics import diffusion, displacements, drift_free
from agent.tools.crystal_energies import birch_murnaghan
from agent.tools.errors import ArgumentError
from agent.tools.force_fields import force_field, has_force_field
from agent.tools.structure_types import closest_ratio
from benchmarks.crystals import FAST, known, look_for
from tests.agent.tools.crystal_examples import cif, structure

mlff = [
    pytest.mark.mlff,
    pytest.mark.skipif(not has_force_field("chgnet"), reason="pip install 'elute[mlff]'"),
]
needs_force_field: Any = lambda test: mlff[0](mlff[1](test))  # noqa: E731 - both marks at once


@needs_force_field
def test_rutile_has_the_energies_of_the_published_model() -> None:
    before, after = crystal_energy(cif("TiO2")), relax_crystal(cif("TiO2"))

    assert before.energy.value == pytest.approx(-9.383, abs=0.001)
    assert after.energy.value == pytest.approx(-9.389, abs=0.001)
    assert after.converged
    assert after.crystal.space_group_number == 136
    assert "CHGNet 0.3.0" in after.energy.source
    assert "PBE" in after.energy.source
    assert after.energy.unit == "eV"


@needs_force_field
def test_rock_salt_is_the_lowest_of_the_candidates_of_salt() -> None:
    made = generate_crystals("NaCl", n=3, ranking="chgnet", time_budget_s=280)

    best = made.crystals[0]
    assert best.crystal.space_group_number == 225
    assert best.energy is not None
    assert best.above_lowest is not None
    assert best.above_lowest.value == 0
    energies = [one.energy.value for one in made.crystals if one.energy is not None]
    assert energies == sorted(energies)
    assert all(closest_ratio(read_crystal(one.crystal.cif)) >= 0.6 for one in made.crystals)


@needs_force_field
@pytest.mark.slow
@pytest.mark.parametrize("compound", FAST)
def test_the_force_field_finds_known_crystals_without_their_own_type(compound: str) -> None:
    found = look_for(
        next(row for row in known() if row["compound"] == compound), force_field("chgnet")
    )

    assert found.found
    assert found.closest >= 0.6


@needs_force_field
def test_the_bulk_modulus_of_magnesia_is_near_the_measured_one() -> None:
    found = equation_of_state(describe_crystal(structure("MgO").get_primitive_structure()).cif)

    # Measured: 160 GPa, 9.34 angstrom3 per atom (S. Speziale et al., J. Geophys. Res. 106, 515
    # (2001)); PBE gives 150 GPa.
    assert found.bulk_modulus.value == pytest.approx(150, rel=0.25)
    assert found.volume.value == pytest.approx(9.34, rel=0.05)
    assert found.largest_misfit.value < 0.002


@needs_force_field
def test_a_warm_crystal_vibrates_and_keeps_its_atoms() -> None:
    run = molecular_dynamics(
        cif("NaCl"), temperature=300, element="Na", n_steps=60, time_step_fs=2.0, seed=1
    )

    assert run.mean_square_displacement.value < 1.0
    assert 50 < run.temperature.value < 700
    assert run.diffusion_coefficient.unit == "cm**2/s"
    assert run.diffusion_coefficient.uncertainty is not None
    assert any("vibrates" in note for note in run.warnings)


@needs_force_field
def test_a_cell_under_pressure_shrinks_and_keeps_its_shape() -> None:
    cell = structure("NaCl").get_primitive_structure()
    start = write_cif(cell)

    free, pressed = (
        molecular_dynamics(
            start, temperature=300, n_steps=40, ensemble="npt", pressure=pressure, seed=1
        )
        for pressure in (0.0, 20.0)
    )

    assert pressed.ensemble == "npt"
    assert pressed.volume.value < 0.995 * free.volume.value
    assert 30 < free.temperature.value < 700
    ended = read_crystal(pressed.crystal.cif)
    # The barostat takes dt / tau of compressibility times pressure each step: 1.6 % in 80 fs here.
    assert ended.volume / cell.volume == pytest.approx(0.984, abs=0.004)
    assert ended.lattice.angles == pytest.approx(cell.lattice.angles, abs=0.01)


@needs_force_field
@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="no list of open files here")
@pytest.mark.parametrize("ensemble", ["relaxed", "nvt", "npt"])
def test_a_run_closes_every_file_that_it_opened(ensemble: Any) -> None:
    crystal_energy(cif("NaCl"))  # The model's own files are loaded before we count.
    gc.disable()
    try:
        before = len(list(Path("/proc/self/fd").iterdir()))
        if ensemble == "relaxed":
            relax_crystal(cif("NaCl"), max_steps=2)
        else:
            molecular_dynamics(cif("NaCl"), temperature=300, n_steps=20, ensemble=ensemble)
        after = len(list(Path("/proc/self/fd").iterdir()))
    finally:
        gc.enable()

    assert after == before


def needs_sevennet(test: Any) -> Any:
    marks = (
        pytest.mark.mlff,
        pytest.mark.skipif(not has_force_field("sevennet"), reason="pip install 'elute[sevenn]'"),
    )
    for mark in marks:
        test = mark(test)
    return test


@needs_sevennet
def test_the_other_model_has_its_own_scale_and_the_same_rutile() -> None:
    before = crystal_energy(cif("TiO2"), model="sevennet")
    after = relax_crystal(cif("TiO2"), model="sevennet")

    assert before.energy.value == pytest.approx(-8.9246, abs=0.001)
    assert after.energy.value == pytest.approx(-8.9303, abs=0.001)
    assert after.converged
    assert after.crystal.space_group_number == 136
    assert abs(after.volume_change.value) < 0.05
    assert "SevenNet-0 (11 July 2024" in after.energy.source


@needs_sevennet
def test_the_other_model_ranks_too_and_says_so() -> None:
    made = generate_crystals("NaCl", n=1, n_atoms=2, ranking="sevennet", time_budget_s=280)

    assert made.crystals[0].crystal.space_group_number == 225
    assert "SevenNet" in made.ranked_by
    assert made.crystals[0].energy is not None
    assert made.crystals[0].energy.source == made.ranked_by


@needs_force_field
def test_work_that_would_take_hours_is_told_before_it_begins() -> None:
    with pytest.raises(ArgumentError, match="CPU minutes"):
        molecular_dynamics(
            describe_crystal(structure("NaCl") * [2, 2, 2]).cif, temperature=300, n_steps=200_000
        )


# Without a force field ----------------------------------------------------------------------------


def test_a_random_walk_has_the_diffusion_coefficient_that_it_was_made_with() -> None:
    random = np.random.default_rng(3)
    steps = random.normal(scale=0.1, size=(400, 300, 3))  # 2 D t = 0.01 for one axis and step

    coefficient, error = diffusion(np.cumsum(steps, axis=0), step_ps=0.01)

    assert coefficient == pytest.approx(0.5, rel=0.15)
    assert abs(coefficient - 0.5) < 4 * error + 0.05


def test_atoms_that_stand_do_not_diffuse_and_drift_is_no_diffusion() -> None:
    still = np.zeros((60, 5, 3))
    drifting = still + np.arange(60)[:, None, None] * 0.3

    assert diffusion(still, step_ps=0.01) == (0.0, 0.0)
    assert np.allclose(drift_free(drifting, np.ones(5)), 0.0)


def test_the_displacement_grows_with_the_square_of_time_for_free_atoms() -> None:
    flying = np.arange(40)[:, None, None] * np.array([0.1, 0.0, 0.0]) * np.ones((1, 3, 1))

    times, squares = displacements(flying, step_ps=0.002)

    assert times[0] == pytest.approx(0.002)
    assert squares == pytest.approx((0.1 * np.arange(1, len(squares) + 1)) ** 2)


def test_the_curve_of_birch_is_lowest_at_its_own_volume() -> None:
    volumes = np.linspace(8, 12, 401)

    energies = birch_murnaghan(volumes, 10.0, -5.0, 0.6, 4.0)

    assert volumes[int(np.argmin(energies))] == pytest.approx(10.0)
    assert energies.min() == pytest.approx(-5.0)
    second = np.gradient(np.gradient(energies, volumes), volumes)[200]
    assert 10.0 * second == pytest.approx(0.6, rel=0.01)  # B = V d2E/dV2
