from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest

from agent.tools import (
    analyse_crystal,
    compare_crystals,
    convert_structure,
    generate_crystals,
    relax_crystal,
)
from agent.tools.crystal import Crystal, describe_crystal, read_crystal, structure_of
from agent.tools.crystal_formats import CrystalFormat
from agent.tools.crystal_generation import search_crystals
from agent.tools.errors import ArgumentError, ToolError, ToolFailed
from agent.tools.force_fields import has_force_field
from agent.tools.objective import Target
from agent.tools.structure_types import _own, build, check_type, closest_ratio, structure_types
from benchmarks.crystals import FAST, known, look_for
from safety.errors import Refused
from safety.screening import screen_many
from tests.agent.tools.crystal_examples import cif, structure


def same(one: Any, other: Any) -> bool:
    from pymatgen.analysis.structure_matcher import StructureMatcher

    return bool(StructureMatcher(ltol=1e-3, stol=1e-3, angle_tol=0.1, scale=False).fit(one, other))


# Reading and writing ------------------------------------------------------------------------------


@pytest.mark.parametrize("compound", ["NaCl", "TiO2", "LiFePO4", "LiCoO2"])
@pytest.mark.parametrize("to", get_args(CrystalFormat))
def test_every_export_reads_back_as_the_same_crystal(compound: str, to: CrystalFormat) -> None:
    given = structure(compound)

    written = convert_structure(cif(compound), to=to)

    texts = {one.name: one.text for one in written.files}
    text = texts["POSCAR"] if to == "vasp" else next(iter(texts.values()))
    assert same(read_crystal(text), given)


def test_the_vasp_set_says_that_it_has_no_pseudopotentials() -> None:
    made = convert_structure(cif("TiO2"), to="vasp")

    assert [one.name for one in made.files] == ["INCAR", "KPOINTS", "POSCAR", "POTCAR.spec"]
    assert any("without POTCAR" in note for note in made.warnings)


def test_a_symmetrised_cif_names_the_space_group_and_few_atoms() -> None:
    text = convert_structure(cif("NaCl"), to="cif_symmetrized").files[0].text

    assert "Fm-3m" in text
    assert sum(line.split()[:1] in (["Na"], ["Cl"]) for line in text.splitlines()) == 2


def test_a_cell_without_right_angles_is_no_prismatic_file() -> None:
    from pymatgen.core import Lattice, Structure

    triclinic = Structure(Lattice.from_parameters(3, 4, 5, 80, 95, 110), ["Na"], [[0, 0, 0]])

    with pytest.raises(ToolError, match="right-angled"):
        convert_structure(describe_crystal(triclinic).cif, to="prismatic")


def test_files_are_saved_and_never_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "salt.cif"

    saved = convert_structure(cif("NaCl"), to="cif", save_to=str(target)).saved

    assert saved == (str(target),)
    assert same(read_crystal(str(target)), structure("NaCl"))
    with pytest.raises(ArgumentError, match="exists already"):
        convert_structure(cif("NaCl"), to="cif", save_to=str(target))


def test_the_record_of_a_crystal_is_the_crystal() -> None:
    rutile = describe_crystal(structure("TiO2"))

    assert (rutile.formula, rutile.space_group_number, rutile.n_atoms) == ("TiO2", 136, 6)
    assert rutile.n_formula_units == 2
    assert rutile.density.value == pytest.approx(4.25, abs=0.02)  # CRC: 4.23 g/cm3
    assert same(structure_of(rutile), structure("TiO2"))
    assert Crystal.model_validate_json(rutile.model_dump_json()) == rutile


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("NaCl", "no crystal structure", id="a formula"),
        pytest.param("1\nwater\nO 0 0 0\n", "no lattice", id="a molecule"),
        pytest.param("data_x\n_cell_length_a 3\n_cell_length_b 3\n", "cannot be read", id="half"),
        pytest.param('{"a": 1}', "cannot be read", id="other JSON"),
        pytest.param("nothere.cif", "no such file", id="no file"),
    ],
)
def test_what_is_no_crystal_is_told(text: str, why: str) -> None:
    with pytest.raises(ArgumentError, match=why):
        analyse_crystal(text)


# Analysis -----------------------------------------------------------------------------------------


def test_rock_salt_diffracts_copper_radiation_where_it_should() -> None:
    found = analyse_crystal(cif("NaCl"))

    # PDF 5-628 (halite): 27.33, 31.69, 45.45 degrees; with a = 5.640 as below.
    angles = [round(one.two_theta, 2) for one in found.reflections[:3]]
    assert angles == [27.39, 31.73, 45.49]
    assert found.wavelength.value == pytest.approx(1.54184)
    assert found.reflections[1].intensity == 100
    assert found.reflections[1].hkl == "(2 0 0)"


def test_another_wavelength_and_range_move_the_lines() -> None:
    found = analyse_crystal(cif("NaCl"), wavelength=0.71, two_theta_min=12, two_theta_max=20)

    assert all(12 <= one.two_theta <= 20 for one in found.reflections)
    assert found.reflections[0].spacing == pytest.approx(5.640 / 3**0.5, abs=1e-3)


def test_rutile_is_told_with_its_neighbours_bonds_charges_and_type() -> None:
    found = analyse_crystal(cif("TiO2"))

    assert {one.element: one.number for one in found.coordination} == {"Ti": 6, "O": 3}
    assert [one.elements for one in found.bonds] == ["O-Ti"]
    # Abrahams and Bernstein (1971): 1.949 and 1.980 angstrom.
    assert found.bonds[0].shortest.value == pytest.approx(1.949, abs=0.01)
    assert found.bonds[0].longest.value == pytest.approx(1.980, abs=0.01)
    assert found.bonds[0].n_bonds == 12
    assert found.oxidation_states == {"Ti": 4.0, "O": -2.0}
    assert "rutile" in found.structure_types


def test_the_pattern_is_drawn(tmp_path: Path) -> None:
    found = analyse_crystal(cif("NaCl"), save_to=str(tmp_path / "salt.svg"))

    assert (tmp_path / "salt.svg").read_text(encoding="utf-8").startswith("<?xml")
    assert found.files == (str(tmp_path / "salt.svg"),)


def test_a_supercell_is_the_same_crystal_and_another_salt_the_same_type() -> None:
    large = describe_crystal(structure("NaCl") * [2, 1, 1]).cif

    supercell = compare_crystals(cif("NaCl"), large)
    other = compare_crystals(cif("NaCl"), cif("MgO"))

    assert supercell.same_structure
    assert supercell.volume_ratio.value == pytest.approx(1.0)
    assert (other.same_structure, other.same_type) == (False, True)


def test_rutile_and_anatase_are_two_crystals() -> None:
    anatase = describe_crystal(build(next(r for r in known() if r["type"] == "anatase"))).cif

    found = compare_crystals(cif("TiO2"), anatase)

    assert found.same_composition
    assert not found.same_structure
    assert not found.same_type


# Structure types ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row", [*_own(), *known()], ids=lambda row: f"{row['type']}-{row['compound']}"
)
def test_every_type_written_down_is_what_it_says(row: Any) -> None:
    wrong = check_type(
        build(row).get_primitive_structure(),
        space_group_number=row["space_group"],
        compound=row["compound"],
    )

    assert wrong is None


def test_the_wrong_anatase_of_the_prototypes_is_left_out() -> None:
    titania = [one for one in structure_types("AB2") if one.compound == "TiO2"]

    assert not [one for one in titania if "A2B_tI12_141_e_a" in one.name]
    assert [one.name for one in titania if one.name == "anatase"] == ["anatase"]


def test_a_structure_with_two_atoms_in_one_place_is_no_type() -> None:
    broken = dict(next(row for row in _own() if row["type"] == "rutile"))
    broken["sites"] = [["Sn", 0, 0, 0], ["O", 0.12, 0.12, 0]]

    told = check_type(build(broken), space_group_number=136, compound="SnO2")

    assert told is not None
    assert "sum of their radii" in told


# Generation by rules ------------------------------------------------------------------------------


@pytest.mark.parametrize("compound", FAST)
def test_rules_alone_find_known_crystals_without_their_own_type(compound: str) -> None:
    found = look_for(next(row for row in known() if row["compound"] == compound), None)

    assert found.found
    assert found.n_distinct == found.n_given
    assert found.closest >= 0.6


def test_generated_crystals_parse_balance_and_keep_their_distance() -> None:
    made = generate_crystals.run("Ti O S", n_atoms=8, n=6, ranking="rules")

    assert len(made.output.compositions) > 1
    for one in made.output.crystals:
        read = read_crystal(one.crystal.cif)
        assert {site.specie.symbol for site in read} == {"Ti", "O", "S"}
        assert len(read) <= 8
        assert closest_ratio(read) >= 0.6
        assert one.charges is not None
        assert one.energy is None
    assert any("rules alone" in note for note in made.output.warnings)


def test_the_same_seed_gives_the_same_crystals() -> None:
    first, second = (generate_crystals("SrTiO3", n=3, ranking="rules", seed=5) for _ in range(2))

    assert first == second


def test_targets_choose_the_order() -> None:
    target = Target(property="space_group_number", value=225)

    made = generate_crystals("NaCl", n=3, ranking="rules", targets=[target])

    assert made.crystals[0].crystal.space_group_number == 225
    assert made.crystals[0].score == 0
    assert [one.score for one in made.crystals] == sorted(one.score or 0 for one in made.crystals)


def test_a_known_arrangement_is_not_called_novel() -> None:
    best = generate_crystals("NaCl", n=1, ranking="rules").crystals[0]

    assert "rocksalt" in best.structure_types
    assert not best.novel


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        pytest.param({"n": 1_000_000}, "CPU hours", id="a million"),
        pytest.param({"n_atoms": 10_000}, "CPU hours", id="ten thousand atoms"),
        pytest.param({"n": 0}, "give 1 or more", id="none"),
        pytest.param({"time_budget_s": 0}, "more than 0", id="no time"),
        pytest.param({"composition": "Fe203"}, "Fe2O3", id="a misprint"),
        pytest.param({"composition": "Na0.5Cl"}, "whole numbers", id="shares"),
        pytest.param({"composition": "Na K", "ranking": "rules"}, "balances", id="no balance"),
        pytest.param(
            {"targets": [{"property": "colour", "value": 1}]}, "no crystal has", id="no property"
        ),
    ],
)
def test_what_cannot_be_made_is_told(arguments: dict[str, Any], why: str) -> None:
    with pytest.raises(ArgumentError, match=why):
        generate_crystals(**{"composition": "NaCl", "ranking": "rules", **arguments})


def test_a_short_budget_gives_the_best_so_far() -> None:
    made = generate_crystals("MgO", n=3, ranking="rules", time_budget_s=1e-6)

    assert made.stopped == "time_budget"
    assert made.crystals


def test_a_ratio_that_no_type_has_is_told() -> None:
    with pytest.raises(ToolFailed, match="no known structure type"):
        generate_crystals("Na17Cl31", ranking="rules", n_atoms=48)


def test_a_listed_composition_is_refused_or_withheld() -> None:
    def listed(texts: Any) -> Any:
        return screen_many(["mustard gas" for _ in texts])

    with pytest.raises((Refused, ToolFailed), match="may be used"):
        search_crystals(
            composition="NaCl",
            n_atoms=None,
            n=1,
            targets=(),
            ranking="rules",
            balanced=True,
            seed=0,
            time_budget_s=5,
            screen=listed,
        )


@pytest.mark.skipif(has_force_field("chgnet"), reason="a force field is installed here")
def test_without_a_force_field_the_extra_is_named() -> None:
    with pytest.raises(ToolError, match=r"elute\[mlff\]"):
        relax_crystal(cif("NaCl"))
