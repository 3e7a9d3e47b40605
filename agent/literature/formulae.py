"""Formulae of simple compounds as papers write them out: GaAs is "gallium arsenide"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_ELEMENT = re.compile(r"([A-Z][a-z]?)(\d*)")

# Beginnings of the names of elements as the first part of a compound's name.
_FIRST: Final = {
    "H": "hydrogen", "Li": "lithium", "Na": "sodium", "K": "potassium", "Rb": "rubidium",
    "Cs": "c(?:a)?esium", "Be": "beryllium", "Mg": "magnesium", "Ca": "calcium", "Sr": "strontium",
    "Ba": "barium", "Sc": "scandium", "Y": "yttrium", "La": "lanthanum", "Ce": "cerium",
    "Ti": "titanium", "Zr": "zirconium", "Hf": "hafnium", "V": "vanadium", "Nb": "niobium",
    "Ta": "tantalum", "Cr": "chromium", "Mo": "molybdenum", "W": "tungsten", "Mn": "manganese",
    "Fe": "(?:iron|ferr)", "Co": "cobalt", "Ni": "nickel", "Cu": "(?:copper|cupr)", "Ag": "silver",
    "Au": "gold", "Zn": "zinc", "Cd": "cadmium", "Hg": "mercur", "B": "boron",
    "Al": "alumini?um", "Ga": "gallium", "In": "indium", "Tl": "thallium", "C": "carbon",
    "Si": "silicon", "Ge": "germanium", "Sn": "(?:tin|stann)", "Pb": "lead", "N": "nitrogen",
    "P": "phosphorus", "As": "arsenic", "Sb": "antimony", "Bi": "bismuth", "S": "sul(?:f|ph)ur",
    "Pt": "platinum", "Pd": "palladium", "U": "uranium", "Th": "thorium",
}  # fmt: skip
# The same as the last part.
_LAST: Final = {
    "H": "hydride", "B": "boride", "C": "carbide", "Si": "silicide", "N": "nitride",
    "P": "phosphide", "As": "arsenide", "Sb": "antimonide", "O": "(?:mon|di|tri|tetr|pent)?oxide",
    "S": "(?:di|tri)?sul(?:f|ph)ide", "Se": "(?:di)?selenide", "Te": "(?:di)?telluride",
    "F": "(?:di|tri|tetra|hexa)?fluoride", "Cl": "(?:di|tri|tetra)?chloride",
    "Br": "(?:di|tri|tetra)?bromide", "I": "(?:di|tri|tetra)?iodide",
}  # fmt: skip


@lru_cache(maxsize=1024)
def in_words(formula: str) -> str | None:
    """A pattern for the written-out name of a compound of two elements, in folded text.

    ``"GaAs"`` gives a pattern that finds "gallium arsenide"; None where there is no such name.
    """
    parts = _ELEMENT.findall(formula)
    if "".join(symbol + count for symbol, count in parts) != formula or len(parts) != 2:
        return None
    first, last = parts[0][0], parts[1][0]
    if first not in _FIRST or last not in _LAST:
        return None
    return rf"\b{_FIRST[first]}\w*(?:\s?\([ivx]+\))?[\s-]+{_LAST[last]}"
