from __future__ import annotations

from pathlib import Path

import pytest

from ui.rooms.crystal import CrystalError, picture, read_crystal, viewer_page

STRUCTURES = Path(__file__).parents[3] / "examples" / "structures"


@pytest.mark.parametrize(
    ("name", "formula", "space_group", "n_sites", "a"),
    [
        ("rutile", "TiO2", "P4_2/mnm", 6, 4.5937),  # Abrahams and Bernstein 1971
        ("halite", "NaCl", "Fm-3m", 8, 5.64056),  # Wyckoff 1963
        ("triphylite", "LiFePO4", "Pnma", 28, 10.332),  # Streltsov et al. 1993
    ],
)
def test_a_cell_is_read_with_its_formula_group_and_lengths(
    name: str, formula: str, space_group: str, n_sites: int, a: float
) -> None:
    crystal = read_crystal((STRUCTURES / f"{name}.cif").read_text())

    assert (crystal.formula, crystal.space_group, crystal.n_sites) == (
        formula,
        space_group,
        n_sites,
    )
    assert crystal.lengths[0] == pytest.approx(a)


def test_atoms_at_the_faces_are_drawn_on_all_of_them() -> None:
    crystal = read_crystal((STRUCTURES / "halite.cif").read_text())

    # 8 corners, 6 faces, 12 edges, 1 in the middle: the usual picture of rock salt
    assert len(crystal.atoms) == 27
    assert sum(atom.element == "Na" for atom in crystal.atoms) == 14


def test_bonds_join_neighbours_only() -> None:
    crystal = read_crystal((STRUCTURES / "halite.cif").read_text())

    assert len(crystal.bonds) == 54  # the edges of eight small cubes
    for i, j in crystal.bonds:
        assert crystal.atoms[i].element != crystal.atoms[j].element


def test_the_page_and_the_picture_hold_all_and_fetch_nothing() -> None:
    crystal = read_crystal((STRUCTURES / "rutile.cif").read_text())

    page, svg = viewer_page(crystal), picture(crystal)

    assert "http" not in page
    assert "src=" not in page
    assert svg.count("<circle") == len(crystal.atoms)
    assert svg.count("<path") == 12 + len(crystal.bonds)
    assert "Unit cell of TiO2" in page
    assert "<title>TiO2" in svg


@pytest.mark.parametrize("text", ["", "data_x", "<script>alert(1)</script>", "x" * 600_000])
def test_what_is_no_crystal_is_a_sentence(text: str) -> None:
    with pytest.raises(CrystalError, match="CIF"):
        read_crystal(text)
