"""What the words of a request are called in the tools: properties, featurizers, units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

# Phrase -> the property's name in `lookup_properties`.
LOOKED_UP: Final[Mapping[str, tuple[str, ...]]] = {
    r"boil\w*|\bbp\b|siede\w*": ("boiling_point",),
    r"\bmelt(?:s|ing)?\b(?! quench)|\bmp\b|schmelz\w*|fusion temperature": ("melting_point",),
    r"triple point": ("triple_point_temperature", "triple_point_pressure"),
    r"critical (?:temperature|point)|\bTc\b": ("critical_temperature",),
    r"critical (?:pressure|point)|critical \w+ and pressure": ("critical_pressure",),
    r"critical volume": ("critical_volume",),
    r"acentric": ("acentric_factor",),
    r"(?:enthalpy|heat) of fusion": ("enthalpy_of_fusion",),
    r"(?:enthalpy|heat) of vapori[sz]ation": ("enthalpy_of_vaporization",),
    r"(?:enthalpy|heat) of formation|formation enthalpy|bildungsenthalpie": (
        "enthalpy_of_formation_gas",
        "enthalpy_of_formation_liquid",
        "enthalpy_of_formation_solid",
    ),
    r"(?:standard |molar )entropy": ("entropy_gas", "entropy_liquid"),
    r"flash ?point|flammpunkt": ("flash_point",),
    r"auto-?ignition": ("autoignition_temperature",),
    r"flammab\w+|explosive limits?|\bLEL\b|\bUEL\b": (
        "lower_flammability_limit",
        "upper_flammability_limit",
        "flash_point",
    ),
    r"dipole": ("dipole_moment",),
    r"log ?p\b|log ?kow\b|partition coefficient|hydrophob\w+|lipophil\w+": ("logp",),
    r"refractive ind\w+|brechungsindex": ("refractive_index",),
    r"exposure limits?|\bTWA\b|\bSTEL\b|\bTLV\b": (
        "exposure_limit_twa",
        "exposure_limit_stel",
        "exposure_limit_ceiling",
    ),
    r"carcinogen\w*|\bIARC\b": ("carcinogen_class",),
    r"vapou?r pressure|dampfdruck|volatil\w+": ("vapour_pressure",),
    r"\bdens(?:ity|e|er)\b|dichte": ("density",),
    r"(?:band ?|energy )gaps?|bandlücke|\bgap of": ("band_gap",),
    r"atomic (?:mass|weight)": ("atomic_mass",),
    r"molar mass|molecular (?:weight|mass)|\bmol ?wt\b|\bmw\b|formula weight|molare masse"
    r"|molmasse|wie schwer|(?:heavy|weigh) .{0,12}mole?|one mole? .{0,40}weigh\w*": ("molar_mass",),
    r"monoisotopic|exact mass": ("monoisotopic_mass",),
    r"electronegativ\w+": ("electronegativity_pauling", "electronegativity_allen"),
    r"covalent radi\w+": ("covalent_radius",),
    r"van der waals radi\w+|vdw radi\w+": ("van_der_waals_radius",),
    r"atomic radi\w+": ("atomic_radius",),
    r"metallic radi\w+": ("metallic_radius",),
    r"(?:ionic|ion|shannon|crystal) radi\w+": ("ionic_radius",),
    r"electron affinit\w+": ("electron_affinity",),
    r"thermal conductivit\w+": ("thermal_conductivity",),
    r"(?:first |1st )?ioni[sz]ation (?:energ\w+|potential)": ("ionisation_energy_1",),
    r"second ioni[sz]ation energ\w+": ("ionisation_energy_2",),
    r"(?:oxidation|valence) states?": ("oxidation_states_main", "oxidation_states_extended"),
    r"electron(?:ic)? config\w+": ("electron_configuration",),
}

# Phrase -> the field of `describe_molecule`'s output.
DESCRIBED: Final[Mapping[str, str]] = {
    r"\btpsa\b|polar surface": "tpsa",
    r"\bqed\b|drug.?like\w*": "qed",
    r"\bsa.?score\b|synthetic accessib\w+|easy to synthesi[sz]e": "sa_score",
    r"(?:h|hydrogen).?bond donors?|\bhbd\b": "hydrogen_bond_donors",
    r"(?:h|hydrogen).?bond acceptors?|\bhba\b": "hydrogen_bond_acceptors",
    r"rotatable": "rotatable_bonds",
    r"aromatic rings?": "aromatic_rings",
    r"(?<!aromatic )\brings?\b": "rings",
    r"heavy atoms?": "heavy_atoms",
    r"fsp3|fraction csp3": "fraction_csp3",
    r"molar refractivity": "molar_refractivity",
    r"lipinski|rule of (?:five|5)|\bro5\b|veber": "rules",
    r"functional groups?": "functional_groups",
    r"stereo\w*|chiral\w*": "stereocentres",
    r"structural alerts?|\bpains\b": "alerts",
}

# What `check_composition` tells.
COMPOSITION: Final = re.compile(
    r"charge.?(?:balanc\w+|neutral\w*)|charges? .{0,30}balanc\w+|electroneutral"
    r"|(?:mass|weight|atom\w*|wt\.?|at\.?) ?(?:fractions?|percent\w*|%)|plausible"
    r"|\bvalid composition|electronegativity order",
    re.IGNORECASE,
)

SIMILARITY: Final = re.compile(
    r"\bsimilar|tanimoto|the same (?:molecule|compound|structure)|identical|have in common",
    re.IGNORECASE,
)

# Phrase -> featurizer.
FEATURIZERS: Final[Mapping[str, str]] = {
    r"magpie": "magpie",
    r"mat2vec": "mat2vec",
    r"matscholar": "matscholar",
    r"megnet\w*": "megnet16",
    r"pettifor": "mod_petti",
    r"oliynyk": "oliynyk",
    r"skip ?atom": "skipatom",
    r"skip ?species": "skipspecies",
    r"(?:one|multi).?hot": "atomic",
    r"crystallm": "crystallm",
    r"xenon ?py": "xenonpy",
    r"\bcgnf\b": "cgnf",
    r"coulomb.?matri\w+": "coulomb_matrix",
    r"sine.?matri\w+": "sine_matrix",
    r"ewald(?: sum)?.?matri\w+": "ewald_matrix",
    r"\bacsf\b|symmetry functions?|behler": "acsf",
    r"\bmbtr\b|many.?body tensor": "mbtr",
    r"\bsoap\b|smooth overlap": "soap",
    r"site.?fingerprints?|crystal ?nn": "site_fingerprint",
    r"density features?": "density_features",
    r"morgan|\becfp\d?\b|circular fingerprint": "morgan",
    r"maccs": "maccs",
    r"atom.?pair": "atom_pair",
    r"topological.?torsion": "topological_torsion",
    r"rdkit descriptors?|2d descriptors?": "rdkit_descriptors",
}
MOLECULE_FEATURIZERS: Final = frozenset(
    {"morgan", "maccs", "atom_pair", "topological_torsion", "rdkit_descriptors"}
)
STRUCTURE_FEATURIZERS: Final = frozenset(
    {
        "coulomb_matrix",
        "sine_matrix",
        "ewald_matrix",
        "acsf",
        "mbtr",
        "soap",
        "site_fingerprint",
        "density_features",
    }
)
LISTS: Final = re.compile(
    r"\b(?:controlled|regulat\w+|schedul\w+|licen[cs]e|banned|prohibited|illegal|legal(?:ly)?"
    r"|narcotic|precursor list|watch ?list|control lists?|listed|dual.?use|CWC|DEA|REACH|Stockholm"
    r"|Rotterdam|Montreal|Australia group|chemical weapons|verboten|betäubungsmittel\w*)\b",
    re.IGNORECASE,
)

# What people write -> what `convert_units` reads. Longer spellings first.
_UNIT_WORDS: Final[Mapping[str, str]] = {
    r"electron ?volts?": "eV",
    r"kilojoules? per mole?": "kJ/mol",
    r"kilocalories? per mole?": "kcal/mol",
    r"joules? per mole?": "J/mol",
    r"kilojoules?": "kJ",
    r"joules?": "J",
    r"kilocalories?": "kcal",
    r"calories?": "cal",
    r"hartrees?": "hartree",
    r"rydbergs?": "rydberg",
    r"kelvins?": "K",
    r"(?:degrees? |°)?celsius": "degC",
    r"(?:degrees? |°)?fahrenheit": "degF",
    r"wave ?numbers?": "cm-1",
    r"angstr[oö]ms?": "angstrom",
    r"nano ?met(?:er|re)s?": "nm",
    r"pico ?met(?:er|re)s?": "pm",
    r"micro ?met(?:er|re)s?|microns?": "um",
    r"milli ?met(?:er|re)s?": "mm",
    r"centi ?met(?:er|re)s?": "cm",
    r"met(?:er|re)s?": "m",
    r"giga ?pascals?": "GPa",
    r"mega ?pascals?": "MPa",
    r"kilo ?pascals?": "kPa",
    r"pascals?": "Pa",
    r"atmospheres?": "atm",
    r"millibars?": "mbar",
    r"micrograms?": "ug",
    r"milligrams?": "mg",
    r"kilograms?": "kg",
    r"grams?": "g",
    r"millimoles?": "mmol",
    r"moles?": "mol",
    r"millilit(?:er|re)s?": "mL",
    r"lit(?:er|re)s?": "L",
    r"hours?": "hour",
    r"minutes?": "minute",
    r"seconds?": "second",
    r"inch(?:es)?": "inch",
    r"daltons?": "dalton",
}
_PREFIXED: Final = (
    r"cm\^?[-⁻−][1¹]|[kmMGT]?eV(?:/atom|/particle)?|k?cal/mol|[kM]?J/mol(?:/K)?|[kMGm]?J|k?cal|kbar|mbar|bar"
    r"|[kMGh]?Pa|atm|[Tt]orr|mmHg|psi|°\s?[CF]|deg[CF]|Å|\u212b|nm|pm|[µμu]m|mm|cm|km"
    r"|1/cm|[kMGT]?Hz|[mµμunk]?g/(?:[mµμu]?L|mol|cm\^?3|cm³|m\^?3|m³|ml|l)"
    r"|[mµμun]?mol/(?:L|kg|l)|[mµμun]?mol|[mµμk]g|[mµμ]?[Ll]|m[lL]|[mµμ]?S/c?m|[mkµμ]?V|[mµμ]A"
    r"|[mk]?W|ppm|ppb|mM|[µμ]M|nM|Ha|Ry|Da|amu|debye|min|ms|ns|ps|fs|lb|ft|W/m/K|kg/m\^?3"
)
_SINGLE: Final = r"[KCFMgmJVAWNhsL]"
UNIT: Final = re.compile(
    "(?:" + "|".join(_UNIT_WORDS) + "|" + _PREFIXED + "|" + _SINGLE + r")(?![\w/^]|[-⁻−][\d¹²])",
)
_WORDY: Final = tuple((re.compile(f"(?:{p})"), unit) for p, unit in _UNIT_WORDS.items())
_EXACT: Final[Mapping[str, str]] = {
    "C": "degC",
    "F": "degF",
    "Ha": "hartree",
    "Ry": "rydberg",
    "Da": "dalton",
    "torr": "torr",
    "Torr": "torr",
    "h": "hour",
    "l": "L",
    "ml": "mL",
    "g/l": "g/L",
    "mg/l": "mg/L",
}
_LONE: Final = re.compile(f"(?:{_SINGLE}|min|ms|ns|ps|fs|lb|ft|cm|mm|km)")


def unit_name(written: str) -> str:
    """The unit as `convert_units` reads it."""
    text = written.strip()
    if text.startswith("°"):
        return "deg" + text[-1] if len(text) <= 3 else unit_name(text[1:].strip())
    if text in _EXACT:
        return _EXACT[text]
    for pattern, unit in _WORDY:
        if pattern.fullmatch(text.lower()):
            return unit
    return text.replace("μ", "µ").replace("−", "-").replace("/atom", "").replace("/particle", "")


def is_lone_unit(written: str) -> bool:
    """Whether a unit is so short that it counts only behind a number or behind "to"."""
    return _LONE.fullmatch(written) is not None


def properties_in(text: str) -> tuple[str, ...]:
    """Names for `lookup_properties` of the properties that a text names, in their order."""
    return _named(LOOKED_UP, text)


def descriptors_in(text: str) -> tuple[str, ...]:
    """Fields of `describe_molecule` that a text names, in their order."""
    return _named({pattern: (name,) for pattern, name in DESCRIBED.items()}, text)


def featurizers_in(text: str) -> tuple[str, ...]:
    """Featurizers that a text names, in their order."""
    return _named({pattern: (name,) for pattern, name in FEATURIZERS.items()}, text)


def _named(table: Mapping[str, tuple[str, ...]], text: str) -> tuple[str, ...]:
    found: list[tuple[int, str]] = []
    for pattern, names in table.items():
        if hit := re.search(pattern, text, re.IGNORECASE):
            found += [(hit.start(), name) for name in names]
    return tuple(dict.fromkeys(name for _, name in sorted(found, key=lambda pair: pair[0])))


_FORCE_FIELD = re.compile(
    r"\b(?:force[ -]?fields?|interatomic potentials?|mlips?|mlffs?)\b", re.IGNORECASE
)
_FORCE_FIELD_MEASURES: Final = (
    ("conservation_deviation", re.compile(r"\bconserv\w+", re.IGNORECASE)),
    ("k_srme", re.compile(r"\bk_?srme\b|thermal conductivity|\bphonons?\b", re.IGNORECASE)),
    ("f1", re.compile(r"\bf1\b|\bmatbench\b|stable crystals|\bstability\b", re.IGNORECASE)),
    ("mae", re.compile(r"\bmae\b|mean absolute error", re.IGNORECASE)),
    ("r2", re.compile(r"\br2\b|\br²", re.IGNORECASE)),
    ("parameters", re.compile(r"\b(?:fewest|number of|how many) parameters\b", re.IGNORECASE)),
    ("accuracy", re.compile(r"\baccuracy\b", re.IGNORECASE)),
    ("rank", re.compile(r"\brank\w*\b", re.IGNORECASE)),
)
_CHOOSING = re.compile(
    r"\b(?:which|what|best|compare|lowest|highest|rank\w*|sort\w*|fewest)\b", re.IGNORECASE
)
_OF_PAPERS = re.compile(r"\b(?:papers?|articles?|authors?|studies|study|library)\b", re.IGNORECASE)


def force_field_measure(request: str) -> str | None:
    """The measure by which a request chooses between force fields, as the tool's ``sort_by``.

    What papers say of a force field is no such choice.
    """
    if not _FORCE_FIELD.search(request) or not _CHOOSING.search(request):
        return None
    if _OF_PAPERS.search(request):
        return None
    return next((name for name, found in _FORCE_FIELD_MEASURES if found.search(request)), None)
