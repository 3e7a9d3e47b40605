"""Molecular dynamics of small cells, and how fast one element diffuses in them."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from agent.tools.base import tool
from agent.tools.crystal import Crystal, describe_crystal, read_crystal
from agent.tools.crystal_energies import estimate, with_calculator
from agent.tools.errors import ArgumentError, ToolFailed
from agent.tools.force_fields import ForceFieldName, force_field, one_thread, quiet
from agent.tools.plotting import Chart, Series
from agent.tools.progress import report
from agent.tools.quantity import Quantity
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Dynamics", "Ensemble", "molecular_dynamics"]

Ensemble = Literal["nvt", "npt"]

MAX_DYNAMIC_ATOMS = 200
N_BLOCKS = 4
N_FRAMES = 400  # kept at most
_FRICTION = 0.01  # 1/fs, of Langevin's thermostat


class Dynamics(Record):
    """A run of molecular dynamics."""

    crystal: Crystal  # where the run ended
    ensemble: Annotated[Ensemble, VOCABULARY]
    element: Annotated[str, VOCABULARY]  # whose diffusion is told
    temperature: Quantity  # mean over the run after equilibration
    energy: Quantity  # potential energy, mean, per atom
    volume: Quantity  # mean, of the cell
    mean_square_displacement: Quantity  # of the element, over the longest lag
    diffusion_coefficient: Quantity  # with the error from blocks of the run
    times: tuple[float, ...]  # ps, lags of the curve
    displacements: tuple[float, ...]  # angstrom2, mean square at each lag
    pattern: Chart
    n_steps: int
    time_step_fs: float
    seed: int
    cost: Quantity
    warnings: Annotated[tuple[str, ...], VOCABULARY] = ()


@tool(
    intent="property", requires=("pymatgen", "ase"), optional=("chgnet", "sevenn", "mace", "nequip")
)
def molecular_dynamics(
    structure: str,
    temperature: float,
    element: str | None = None,
    n_steps: int = 1000,
    time_step_fs: float = 2.0,
    ensemble: Ensemble = "nvt",
    pressure: float = 0.0,
    equilibration: float = 0.2,
    model: ForceFieldName = "chgnet",
    seed: int = 0,
) -> Dynamics:
    """Molecular dynamics of a small cell: mean square displacement and diffusion coefficient.

    Args:
        structure: CIF, POSCAR, pymatgen JSON or extended XYZ: text, or a file's path. Give a
            supercell: in a small cell an atom meets its own image.
        temperature: In kelvin.
        element: Whose diffusion is told, e.g. "Li"; without it the lightest element's.
        n_steps: Steps in all.
        time_step_fs: Length of a step, in femtoseconds.
        ensemble: nvt (Langevin) or npt (Berendsen, the cell keeps its shape).
        pressure: In GPa, for npt.
        equilibration: Share of the steps at the beginning that does not count.
        model: chgnet (elute[mlff]), sevennet (elute[sevenn]); mace or allegro with own weights.
        seed: Start of the random numbers.
    """
    import numpy as np
    from pymatgen.io.ase import AseAtomsAdaptor

    if not 1 <= temperature <= 5000:
        raise ArgumentError("temperature", f"temperature is {temperature}; give 1 to 5000 K")
    if not 20 <= n_steps <= 200_000 or not 0.1 <= time_step_fs <= 5:
        raise ArgumentError(
            "n_steps",
            f"n_steps is {n_steps} and time_step_fs {time_step_fs}; give 20 to 200,000 steps of "
            "0.1 to 5 fs",
        )
    if not 0 <= equilibration <= 0.9:
        raise ArgumentError("equilibration", f"equilibration is {equilibration}; give 0 to 0.9")
    read = read_crystal(structure)
    if len(read) > MAX_DYNAMIC_ATOMS:
        raise ArgumentError(
            "structure", f"{len(read)} atoms; at most {MAX_DYNAMIC_ATOMS} are moved here"
        )
    symbols = [site.specie.symbol for site in read]
    lightest = min(read.composition.elements, key=lambda one: one.atomic_mass).symbol
    followed = element or lightest
    if followed not in symbols:
        raise ArgumentError("element", f"element is {followed!r}; there are {sorted(set(symbols))}")
    field = force_field(model)
    cost = estimate(field, n_atoms=len(read), n_calls=n_steps)
    atoms = with_calculator(read, field)
    every = max(1, n_steps // N_FRAMES)
    frames = _run(
        atoms,
        temperature=temperature,
        time_step_fs=time_step_fs,
        n_steps=n_steps,
        every=every,
        ensemble=ensemble,
        pressure=pressure,
        seed=seed,
    )
    start = int(equilibration * len(frames.places))
    chosen = np.array([symbol == followed for symbol in symbols])
    places = drift_free(np.array(frames.places), atoms.get_masses())[start:, chosen]
    step_ps = every * time_step_fs / 1000.0
    times, squares = displacements(places, step_ps)
    coefficient, error = diffusion(places, step_ps)
    notes = [
        f"{n_steps * time_step_fs / 1000:g} ps of {len(read)} atoms: short and small; the error is "
        "that of this run alone"
    ]
    if squares[-1] < 1.0:
        notes.append(
            f"{followed} moved by less than 1 angstrom: it vibrates, and the coefficient is an "
            "upper limit at most"
        )

    def told(value: float, unit: str, conditions: str | None = None, **more: Any) -> Quantity:
        return Quantity(
            value=value,
            unit=unit,
            method="predicted",
            source=field.source,
            conditions=conditions or f"{temperature:g} K",
            **more,
        )

    return Dynamics(
        crystal=describe_crystal(AseAtomsAdaptor.get_structure(atoms)),
        ensemble=ensemble,
        element=followed,
        temperature=told(
            float(np.mean(frames.temperatures[start:])),
            "K",
            f"thermostat at {temperature:g} K",
            uncertainty=float(np.std(frames.temperatures[start:])),
        ),
        energy=told(float(np.mean(frames.energies[start:])), "eV", f"per atom, {temperature:g} K"),
        volume=told(float(np.mean(frames.volumes[start:])), "angstrom**3"),
        mean_square_displacement=told(float(squares[-1]), "angstrom**2"),
        diffusion_coefficient=told(coefficient * 1e-4, "cm**2/s", uncertainty=error * 1e-4),
        times=tuple(map(float, times)),
        displacements=tuple(map(float, squares)),
        pattern=Chart(
            kind="line",
            series=(
                Series(label=followed, x=tuple(map(float, times)), y=tuple(map(float, squares))),
            ),
            title=f"{read.composition.reduced_formula}, {temperature:g} K",
            x_label="time (ps)",
            y_label="mean square displacement (angstrom2)",
        ),
        n_steps=n_steps,
        time_step_fs=time_step_fs,
        seed=seed,
        cost=cost,
        warnings=tuple(notes),
    )


class _Frames:
    """What is kept of a run."""

    def __init__(self) -> None:
        self.places: list[Any] = []
        self.energies: list[float] = []
        self.temperatures: list[float] = []
        self.volumes: list[float] = []


def _run(
    atoms: Any,
    *,
    temperature: float,
    time_step_fs: float,
    n_steps: int,
    every: int,
    ensemble: Ensemble,
    pressure: float,
    seed: int,
) -> _Frames:
    import numpy as np
    from ase import units
    from ase.md.langevin import Langevin
    from ase.md.nptberendsen import NPTBerendsen
    from ase.md.velocitydistribution import MaxwellBoltzmannDistribution, Stationary

    random = np.random.default_rng(seed)
    frames = _Frames()
    with quiet(), one_thread():
        # Twice the temperature: half of it goes into the springs, since the atoms start at rest.
        MaxwellBoltzmannDistribution(atoms, temperature_K=2 * temperature, rng=random)
        Stationary(atoms)
        step = time_step_fs * units.fs
        if ensemble == "nvt":
            moving = Langevin(
                atoms,
                step,
                temperature_K=temperature,
                friction=_FRICTION / units.fs,
                rng=random,
                fixcm=True,
            )
        else:
            moving = NPTBerendsen(
                atoms,
                step,
                temperature_K=temperature,
                pressure_au=pressure * units.GPa,
                taut=100 * units.fs,
                taup=1000 * units.fs,
                compressibility_au=0.01 / units.GPa,
            )

        def keep() -> None:
            report("steps", int(moving.nsteps), n_steps)
            frames.places.append(atoms.get_positions())
            frames.energies.append(float(atoms.get_potential_energy()) / len(atoms))
            frames.temperatures.append(float(atoms.get_temperature()))
            frames.volumes.append(float(atoms.get_volume()))
            if not np.isfinite(frames.energies[-1]) or frames.temperatures[-1] > 20 * temperature:
                raise ToolFailed(
                    f"the run broke apart ({frames.temperatures[-1]:,.0f} K). Take a shorter "
                    "time_step_fs, or relax the structure first"
                )

        # Without a log the integrator holds the null device open until it is closed.
        with contextlib.closing(moving):
            moving.attach(keep, interval=every)
            moving.run(n_steps)
    return frames


def drift_free(places: NDArray[np.float64], masses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places of atoms with the centre of mass held still.

    Args:
        places: Shape (frames, atoms, 3), never wrapped into the cell, in angstrom.
        masses: Shape (atoms,).
    """
    centre = (places * masses[None, :, None]).sum(axis=1, keepdims=True) / masses.sum()
    result: NDArray[np.float64] = places - centre
    return result


def displacements(
    places: NDArray[np.float64], step_ps: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lags in ps, and the mean square displacement at each, over all atoms and time origins.

    Args:
        places: Shape (frames, atoms, 3), in angstrom; at least 4 frames.
        step_ps: Time from one frame to the next.
    """
    import numpy as np

    lags = np.arange(1, max(2, len(places) // 2))
    squares = [float(((places[lag:] - places[:-lag]) ** 2).sum(axis=2).mean()) for lag in lags]
    return np.asarray(lags * step_ps, dtype=np.float64), np.array(squares, dtype=np.float64)


def diffusion(places: NDArray[np.float64], step_ps: float) -> tuple[float, float]:
    """Diffusion coefficient and its standard error from blocks, in angstrom2/ps.

    The slope of the second half of the curve over six; the error is that of the mean of the slopes
    of separate blocks of the run.

    Args:
        places: Shape (frames, atoms, 3), in angstrom.
        step_ps: Time from one frame to the next.

    Source:
        H. Flyvbjerg and H. G. Petersen, J. Chem. Phys. 91, 461 (1989).
    """
    import numpy as np

    whole = _slope(places, step_ps)
    blocks = [block for block in np.array_split(places, N_BLOCKS) if len(block) >= 8]
    slopes = [_slope(block, step_ps) for block in blocks]
    error = float(np.std(slopes, ddof=1) / np.sqrt(len(slopes))) if len(slopes) > 1 else abs(whole)
    return whole / 6.0, error / 6.0


def _slope(places: NDArray[np.float64], step_ps: float) -> float:
    import numpy as np

    times, squares = displacements(places, step_ps)
    if len(times) < 3:
        return float(squares[-1] / times[-1])
    half: Sequence[Any] = (times[len(times) // 2 :], squares[len(times) // 2 :])
    if len(half[0]) < 2:
        return float(squares[-1] / times[-1])
    return float(np.polyfit(half[0], half[1], 1)[0])
