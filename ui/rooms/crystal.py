"""A crystal from a CIF: its unit cell in 3D, to be turned, and as a picture.

The viewer is our own (`viewer.js`), put into the page as it stands: nothing is fetched.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any, Final

import streamlit as st

from ingest.record import Record
from ui.rooms.markup import shown

MAX_CIF_CHARS: Final = 500_000
MAX_ATOMS: Final = 1_500  # drawn, images at the cell's faces included
_AT_FACE: Final = 1e-3  # fractional distance from a face at which an atom's image is drawn too
_BOND_SLACK: Final = 1.15  # of the sum of covalent radii
# Usual colours of elements in structure viewers; the rest take one by their group.
_COLOURS: Final = {
    "H": "#e8e8e8", "C": "#6b6b6b", "N": "#4060e0", "O": "#e0301e", "F": "#7ad151", "Na": "#a05cd6",
    "Mg": "#5a9e2f", "Al": "#b59a9a", "Si": "#d9b36c", "P": "#f08a24", "S": "#e3c21c",
    "Cl": "#35b54a", "K": "#8a4fc0", "Ca": "#4fae3a", "Ti": "#9aa3ad", "V": "#8a8fa8",
    "Cr": "#7a8fc2", "Mn": "#9474c0", "Fe": "#d0652b", "Co": "#e0799a", "Ni": "#4cb860",
    "Cu": "#c27a3a", "Zn": "#7c80ae", "Ga": "#bf8c8c", "Ge": "#668f8f", "As": "#b37cd9",
    "Br": "#a33a2a", "Sr": "#30c030", "Zr": "#86c5c5", "La": "#6fb7d6", "Ba": "#1f9f2f",
    "Cs": "#5e2b8a", "Pb": "#575961", "I": "#8b1a8b", "Li": "#b27be0",
}  # fmt: skip
_OTHER: Final = ("#c98fb0", "#7fb0a0", "#a9a05f", "#8899c9", "#c9917f")


class CrystalError(ValueError):
    """A text is no CIF that can be drawn; the message says what to do."""


class Atom(Record):
    """An atom in the picture."""

    element: str
    x: float  # Cartesian, angstrom, from the cell's middle
    y: float
    z: float
    radius: float  # drawn, angstrom
    colour: str


class Crystal(Record):
    """A unit cell ready to be drawn; atoms on faces, edges and corners with their images."""

    formula: str
    space_group: str
    lengths: tuple[float, float, float]  # angstrom
    angles: tuple[float, float, float]  # degrees
    n_sites: int
    atoms: tuple[Atom, ...]
    bonds: tuple[tuple[int, int], ...]
    corners: tuple[tuple[float, float, float], ...]  # of the cell: 8, by a, b, c from 0 to 1

    @property
    def elements(self) -> dict[str, str]:
        """Each element's colour."""
        return {atom.element: atom.colour for atom in self.atoms}

    @property
    def caption(self) -> str:
        """Formula, space group and cell in one line."""
        a, b, c = self.lengths
        alpha, beta, gamma = self.angles
        return (
            f"{self.formula}, {self.space_group}; a {a:.4g}, b {b:.4g}, c {c:.4g} Å; "
            f"α {alpha:.4g}°, β {beta:.4g}°, γ {gamma:.4g}°"
        )


@lru_cache(maxsize=32)
def read_crystal(cif: str) -> Crystal:
    """The unit cell that a CIF describes.

    Raises:
        CrystalError: It is no CIF, holds no atoms, or too many to be drawn.
    """
    import warnings

    from pymatgen.core import Structure
    from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

    if len(cif) > MAX_CIF_CHARS:
        raise CrystalError("The CIF is larger than 500 kB. Give one with a single structure.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pymatgen tells of every rounded coordinate
            structure = Structure.from_str(cif, fmt="cif")
            space_group = SpacegroupAnalyzer(structure, symprec=0.01).get_space_group_symbol()
    except Exception as error:  # parsers of strangers' files raise anything
        raise CrystalError(
            "This is no CIF with atoms that can be read. Open it in the program that wrote it and"
            " save it as CIF once more."
        ) from error
    middle = structure.lattice.get_cartesian_coords([0.5, 0.5, 0.5])
    atoms: list[Atom] = []
    for site in structure:
        if site.species.elements:
            element = max(site.species.items(), key=lambda item: item[1])[0]
            symbol = getattr(element, "element", element).symbol
            for image in _images(site.frac_coords % 1.0):
                x, y, z = structure.lattice.get_cartesian_coords(image) - middle
                atoms.append(
                    Atom(element=symbol, x=x, y=y, z=z, radius=_radius(symbol) * 0.42,
                         colour=_colour(symbol))
                )  # fmt: skip
    if not 0 < len(atoms) <= MAX_ATOMS:
        raise CrystalError(f"The cell has {len(atoms)} atoms; 1 to {MAX_ATOMS} can be drawn.")
    corners = [
        tuple(structure.lattice.get_cartesian_coords(corner) - middle)
        for corner in product((0, 1), repeat=3)
    ]
    return Crystal(
        formula=structure.composition.reduced_formula,
        space_group=space_group,
        lengths=tuple(structure.lattice.abc),
        angles=tuple(structure.lattice.angles),
        n_sites=len(structure),
        atoms=tuple(atoms),
        bonds=tuple(_bonds(atoms)),
        corners=tuple(corners),
    )


def viewer_page(crystal: Crystal) -> str:
    """A page of its own that shows the crystal, its cell and its bonds, and can be turned."""
    data = json.dumps(crystal.model_dump(mode="json", include={"atoms", "bonds", "corners"}))
    script = Path(__file__).with_name("viewer.js").read_text("utf-8")
    legend = "".join(
        f'<span><i style="background:{colour}"></i>{shown(element)}</span>'
        for element, colour in crystal.elements.items()
    )
    label = shown(f"Unit cell of {crystal.caption}. Drag or use the arrow keys to turn it.")
    return (
        "<!doctype html><meta charset='utf-8'><style>"
        ":root{color-scheme:light dark}body{margin:0;font:13px system-ui,sans-serif;"
        "color:light-dark(#3c4147,#c6ccd3);background:light-dark(#fbfaf7,#14181b)}"
        "canvas{display:block;width:100%;height:380px;touch-action:none;cursor:grab;"
        "border-radius:8px;background:light-dark(#fff,#1b2025)}"
        "canvas:focus-visible{outline:2px solid #0f766e;outline-offset:-2px}"
        ".bar{display:flex;flex-wrap:wrap;gap:.3rem .9rem;align-items:center;padding:.45rem .1rem}"
        ".bar i{display:inline-block;width:.8rem;height:.8rem;border-radius:50%;margin-right:.3rem;"
        "vertical-align:-.1rem;border:1px solid #8886}"
        "button{font:inherit;color:inherit;background:none;border:1px solid #8888;"
        "border-radius:6px;padding:.2rem .6rem;cursor:pointer}.grow{flex:1}</style>"
        f'<canvas tabindex="0" role="img" aria-label="{label}"></canvas>'
        f'<div class="bar">{legend}<span class="grow"></span>'
        '<button id="spin" aria-pressed="false">Turn</button>'
        '<button id="reset">Reset</button></div>'
        f'<script type="application/json" id="crystal">{data}</script><script>{script}</script>'
    )


def picture(crystal: Crystal, width: int = 520, height: int = 380) -> str:
    """SVG of the cell as seen from the front, a little from above and the right."""
    turned = [(*_turned(a.x, a.y, a.z), a) for a in crystal.atoms]
    corners = [_turned(*corner) for corner in crystal.corners]
    reach = 0.9 + max(
        *(math.hypot(x, y) for x, y, _, _ in turned), *(math.hypot(x, y) for x, y, _ in corners)
    )
    scale = min(width, height) / 2 / reach

    def place(x: float, y: float) -> tuple[float, float]:
        return width / 2 + x * scale, height / 2 - y * scale

    parts: list[tuple[float, str]] = []
    for one, other in _edges():
        (x1, y1), (x2, y2) = place(*corners[one][:2]), place(*corners[other][:2])
        depth = (corners[one][2] + corners[other][2]) / 2
        parts.append((depth, f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="#8a9099"/>'))
    for i, j in crystal.bonds:
        (x1, y1), (x2, y2) = place(*turned[i][:2]), place(*turned[j][:2])
        parts.append(
            ((turned[i][2] + turned[j][2]) / 2 - 0.01,
             f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="#b4b9c0" stroke-width="4"/>')
        )  # fmt: skip
    for x, y, depth, atom in turned:
        cx, cy = place(x, y)
        parts.append(
            (depth,
             f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="{atom.radius * scale:.1f}" '
             f'fill="{atom.colour}" stroke="#3338"/>')
        )  # fmt: skip
    body = "".join(text for _, text in sorted(parts, key=lambda part: part[0]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
        f"<title>{shown(crystal.caption)}</title>{body}</svg>"
    )


def draw_crystal(cif: str, key: str) -> None:
    """The crystal in 3D, a picture of it for those without, and the file to take away."""
    try:
        crystal = read_crystal(cif)
    except CrystalError as error:
        st.warning(str(error))
        return
    st.html(f'<p class="elute-soft">{shown(crystal.caption)} · {crystal.n_sites} sites</p>')
    st.iframe(viewer_page(crystal), height=432, alt=f"Unit cell of {crystal.formula}")
    with st.container(horizontal=True):
        st.download_button(
            "Download CIF", cif, file_name=f"{crystal.formula}.cif", mime="chemical/x-cif",
            key=f"{key}-cif", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "Download picture", picture(crystal), file_name=f"{crystal.formula}.svg",
            mime="image/svg+xml", key=f"{key}-svg", icon=":material/image:", on_click="ignore",
        )  # fmt: skip
    with st.expander("As a picture"):
        st.image(picture(crystal), width="content", alt=f"Unit cell of {crystal.caption}")


def _images(place: Any) -> list[tuple[float, ...]]:
    """A fractional place and, for one on a face, its images on the faces opposite."""
    choices = []
    for value in place:
        value = float(value)
        if value > 1 - _AT_FACE:
            value -= 1.0
        choices.append((value, value + 1.0) if abs(value) < _AT_FACE else (value,))
    return list(product(*choices))


def _bonds(atoms: list[Atom]) -> list[tuple[int, int]]:
    import numpy as np
    from scipy.spatial import cKDTree

    places = np.array([(atom.x, atom.y, atom.z) for atom in atoms])
    radii = [_radius(atom.element) for atom in atoms]
    reach = 2 * max(radii) * _BOND_SLACK
    found = []
    for i, j in sorted(cKDTree(places).query_pairs(reach)):
        distance = float(np.linalg.norm(places[i] - places[j]))
        if 0.4 < distance < (radii[i] + radii[j]) * _BOND_SLACK and not (
            _is_metal(atoms[i].element) and _is_metal(atoms[j].element) and len(set(radii)) > 1
        ):
            found.append((int(i), int(j)))
    return found


@lru_cache(maxsize=256)
def _radius(symbol: str) -> float:
    """Covalent radius in angstrom (Cordero et al. 2008, as ASE carries them)."""
    from ase.data import atomic_numbers, covalent_radii

    return float(covalent_radii[atomic_numbers[symbol]])


@lru_cache(maxsize=256)
def _is_metal(symbol: str) -> bool:
    from pymatgen.core import Element

    return bool(Element(symbol).is_metal)


def _colour(symbol: str) -> str:
    return _COLOURS.get(symbol) or _OTHER[sum(map(ord, symbol)) % len(_OTHER)]


def _edges() -> list[tuple[int, int]]:
    """The 12 edges of the cell, as pairs of its corners."""
    return [(i, i | bit) for i in range(8) for bit in (1, 2, 4) if not i & bit]


def _turned(x: float, y: float, z: float) -> tuple[float, float, float]:
    """A place as seen with c upright, turned by 25 degrees and tipped by 12."""
    x, y, z = x, z, -y
    turn, tip = math.radians(25), math.radians(12)
    x, z = x * math.cos(turn) + z * math.sin(turn), z * math.cos(turn) - x * math.sin(turn)
    y, z = y * math.cos(tip) - z * math.sin(tip), y * math.sin(tip) + z * math.cos(tip)
    return x, y, z
