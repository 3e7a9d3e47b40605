"""Words in a name that say what its substance must hold: a counter-ion, water, a chain."""

from __future__ import annotations

import re

from agent.tools.identifiers import Row, fold
from agent.tools.readings import Substance, from_row

__all__ = ["fits_name", "polymer_reading"]

# A word for a counter-ion in a name -> the element that its structure must hold. The tables list
# many salts under their parent ("sodium oxybate" under the acid), which would be a wrong structure.
_ION_WORDS = (
    (re.compile(r"sodium|natrium"), "Na"),
    (re.compile(r"potassium|kalium"), "K"),
    (re.compile(r"lithium"), "Li"),
    (re.compile(r"calcium"), "Ca"),
    (re.compile(r"magnesium"), "Mg"),
    (re.compile(r"\bzinc\b"), "Zn"),
    (re.compile(r"hydrochloride|dichlorhydrate|chlorhydrate"), "Cl"),
    (re.compile(r"hydrobromide"), "Br"),
    (re.compile(r"hydroiodide|hydriodide"), "I"),
    (re.compile(r"\w(sul[fp]h?ate|mesylate|tosylate)\b|\bsul[fp]h?ate\b"), "S"),
    (re.compile(r"\bphosphate\b"), "P"),
)
_HYDRATE = re.compile(
    r"(hemi|mono|di|tri|tetra|penta|hexa|hepta|octa|nona|deca|dodeca|sesqui)hydrate\b"
)
_DEUTERATED = re.compile(r"(?<!prostaglandin)(?<!vitamin)-d\d{1,2}$|deutero|deuterated|perdeuter")
_POLYMER = re.compile(r"^poly\b|^poly\(|homopolymer|copolymer|polymer with|\bresin$")


def fits_name(name: str, row: Row) -> bool:
    """Whether a row can be what its own list of names says: counter-ion, water, deuterium."""
    folded = fold(name)
    elements = set(re.findall(r"[A-Z][a-z]?", row.formula))
    if any(word.search(folded) and element not in elements for word, element in _ION_WORDS):
        return False
    if _HYDRATE.search(folded) and not ({"O", "[OH2]"} & set(row.smiles.split("."))):
        return False
    return not (_DEUTERATED.search(folded) and "[2H]" not in row.smiles)


def polymer_reading(name: str, rows: list[Row]) -> Substance | None:
    """A polymer's reading where a table lists the polymer's name under its monomer."""
    folded = fold(name)
    named = bool(_POLYMER.search(folded))
    if not named and folded.startswith("poly"):
        monomer = folded[4:].strip("() -")
        named = any(monomer in map(fold, row.names) for row in rows) or any(
            not fold(main).startswith("poly") for row in rows for main in row.names[:2]
        )
    if not named or not (rows or folded.startswith("poly")):
        return None
    mixtures = [row for row in rows if "." in row.smiles]
    if mixtures:  # the registry's own way to write a copolymer
        reading = from_row(mixtures[0], "name", name.strip())
        note = "a polymer: the structure is that of its monomers"
        return reading.model_copy(update={"kind": "polymer", "note": note})
    return Substance(
        name=name.strip(),
        kind="polymer",
        read_as="name",
        source="the name",
        note="a polymer has no single structure",
    )
