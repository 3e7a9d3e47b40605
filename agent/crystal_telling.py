"""The results of crystal tools in sentences: each number with its unit, method and source."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from agent.tools.base import ToolResult

_MAX_CRYSTALS: Final = 10
_MAX_REFLECTIONS: Final = 8


def _cell(crystal: Any) -> Iterable[str]:
    yield (
        f"{crystal.formula}: space group {crystal.space_group} (number"
        f" {crystal.space_group_number}, {crystal.crystal_system}; computed by spglib)."
    )
    yield (
        f"Cell: a = {crystal.a:.4f}, b = {crystal.b:.4f}, c = {crystal.c:.4f} angstrom,"
        f" alpha = {crystal.alpha:.2f}, beta = {crystal.beta:.2f}, gamma = {crystal.gamma:.2f}"
        f" degrees; {crystal.n_atoms} atoms."
    )
    yield f"Cell volume: {crystal.volume}; density: {crystal.density}."


def _generated(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    made = "; ".join(found.sources)
    yield (
        f"{len(found.crystals)} crystals of {found.n_trials} trials, ranked by"
        f" {found.ranked_by} ({made})."
    )
    for number, one in enumerate(found.crystals[:_MAX_CRYSTALS], start=1):
        crystal = one.crystal
        yield (
            f"{number}. {crystal.formula}, {crystal.space_group} ({one.origin}): a ="
            f" {crystal.a:.4f}, b = {crystal.b:.4f}, c = {crystal.c:.4f} angstrom; density"
            f" {crystal.density}."
        )
        if one.energy is not None:
            state = "" if one.converged else ", not relaxed to the end"
            yield f"   Energy per atom{state}: {one.energy}."
        if one.above_lowest is not None:
            yield f"   Above the lowest of its composition, per atom: {one.above_lowest}."
        if one.energy is None:
            yield f"   Score by rules, smaller is better: {one.rule_score}."
    yield from _more(len(found.crystals), _MAX_CRYSTALS)
    if found.n_withheld:
        yield f"The safety screen withheld {found.n_withheld} compositions."


def _analysis(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    yield from _cell(found.crystal)
    if found.structure_types:
        yield f"Structure type: {', '.join(found.structure_types)}."
    for place in found.coordination:
        yield (
            f"{place.element} ({place.wyckoff}) has {place.number} neighbours,"
            f" {place.neighbours} (computed by pymatgen's CrystalNN)."
        )
    for bond in found.bonds:
        yield (
            f"{bond.elements}, {bond.n_bonds} bonds: shortest {bond.shortest}; longest"
            f" {bond.longest}; mean {bond.mean}."
        )
    if found.oxidation_states:
        states = ", ".join(f"{name} {value:+g}" for name, value in found.oxidation_states.items())
        yield f"Oxidation states: {states} ({found.oxidation_source})."
    strongest = sorted(found.reflections, key=lambda one: -one.intensity)[:_MAX_REFLECTIONS]
    if strongest:
        yield f"Strongest reflections at wavelength {found.wavelength}:"
    for one in strongest:
        yield (
            f"{one.hkl}: 2 theta {one.two_theta:.2f} degrees, spacing {one.spacing:.4f} angstrom,"
            f" intensity {one.intensity:.0f} of 100."
        )


def _comparison(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    pair = f"{found.first.formula} and {found.second.formula}"
    if found.same_structure:
        yield f"{pair} have the same structure (computed by pymatgen's StructureMatcher)."
    elif found.same_type:
        yield f"{pair} have the same arrangement with other elements or another size."
    else:
        yield f"{pair} have different structures (computed by pymatgen's StructureMatcher)."
    if found.rms_distance is not None:
        yield f"Root mean square distance of the atoms: {found.rms_distance}."
    yield f"Volume per atom, first over second: {found.volume_ratio}."
    yield f"Density, first minus second: {found.density_difference}."


def _files(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    names = ", ".join(file.name for file in found.files)
    yield f"{found.crystal.formula} as {found.format}: {names}."
    yield from (f"Saved: {path}." for path in found.saved)
    yield from _cell(found.crystal)


def _energy(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    yield f"{found.crystal.formula}, energy per atom: {found.energy}."
    yield f"Largest force: {found.largest_force}; pressure: {found.pressure}."


def _relaxed(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    done = "converged" if found.converged else "has not converged"
    yield f"The relaxation {done} after {found.n_steps} steps."
    yield f"Energy per atom: {found.energy}; before: {found.energy_before}."
    yield f"Change of the volume: {found.volume_change}; largest force: {found.largest_force}."
    yield from _cell(found.crystal)


def _state(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    yield f"{found.formula}, bulk modulus: {found.bulk_modulus}."
    yield f"Its derivative by pressure: {found.bulk_modulus_derivative}."
    yield f"Volume per atom at the lowest energy: {found.volume}; energy there: {found.energy}."
    yield f"Largest misfit of the curve over {len(found.volumes)} volumes: {found.largest_misfit}."


def _dynamics(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    yield (
        f"{found.crystal.formula}, {found.n_steps} steps of {found.time_step_fs:g} fs,"
        f" {found.ensemble} (seed {found.seed})."
    )
    yield f"Diffusion coefficient of {found.element}: {found.diffusion_coefficient}."
    yield f"Mean square displacement of {found.element}: {found.mean_square_displacement}."
    yield f"Mean temperature: {found.temperature}; potential energy per atom: {found.energy}."
    yield f"Mean volume of the cell: {found.volume}."


def _synthesizability(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    for one in found.results:
        side = "above" if one.above_threshold else "below"
        known = "; a measured band gap of it is known" if one.measured else ""
        yield (
            f"{one.reduced_formula}: score {one.score}, {side} the threshold of"
            f" {found.threshold:.3g}{known}."
        )
        yield f"Measured compositions that score no higher: {one.percentile}."
    yield f"Of measured ones kept out, at or above the threshold: {found.true_positive_rate}."
    yield f"Of unlabelled ones: {found.unlabelled_above}."


def _designed(result: ToolResult[Any]) -> Iterable[str]:
    found = result.output
    made = "; ".join(found.sources)
    yield f"{len(found.compositions)} compositions of {found.n_tries} tries ({made})."
    for number, one in enumerate(found.compositions[:_MAX_CRYSTALS], start=1):
        score = "not scored" if one.score is None else f"score {one.score:.4g}, 0 is best"
        yield f"{number}. {one.composition}: {score}; charges {one.charges}."
        for prop in one.properties:
            yield f"   {prop.name.replace('_', ' ')}: {prop.quantity}."
        for gap in one.measured_band_gaps:
            yield f"   measured band gap: {gap}."
    yield from _more(len(found.compositions), _MAX_CRYSTALS)
    if found.beats_random is not None and found.best_of_random is not None:
        than = "better than" if found.beats_random else "no better than"
        yield (
            f"The best, {found.best:.4g}, is {than} that of {found.n_random} random compositions,"
            f" {found.best_of_random:.4g}."
        )
    if found.n_withheld:
        yield f"The safety screen withheld {found.n_withheld} compositions."


def _more(count: int, shown: int) -> Iterable[str]:
    if count > shown:
        yield f"And {count - shown} more, among the tools' results."


CRYSTAL_TELLERS: Final[dict[str, Callable[[ToolResult[Any]], Iterable[str]]]] = {
    "generate_crystals": _generated,
    "analyse_crystal": _analysis,
    "compare_crystals": _comparison,
    "convert_structure": _files,
    "crystal_energy": _energy,
    "relax_crystal": _relaxed,
    "equation_of_state": _state,
    "molecular_dynamics": _dynamics,
    "synthesizability": _synthesizability,
    "inverse_design": _designed,
}
