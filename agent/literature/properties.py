"""Properties that questions ask for: the words that name each, its units, and its symbols.

Where a question names one of these, a paper that answers it names it too, in one of the same words
or by a value in its unit. A property that is missing here is no ground for silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

_NUMBER: Final = r"\d[\d.,]*(?:\s?[×x·]\s?10\s?\^?\s?[−–-]?\s?\d+)?(?:\s?±\s?[\d.]+)?\s?"
_PER: Final = r"\s?[/·⋅]?\s?(?:per )?"
_MINUS: Final = r"\s?\^?\s?[−–-]\s?"


@dataclass(frozen=True)
class Property:
    """One property."""

    name: str
    words: str  # pattern over folded text: what it is called, with little doubt
    also: str = ""  # pattern of the words by which a paper may also tell it
    units: str = ""  # pattern of its units behind a number; empty where it has none of its own
    symbols: str = ""  # pattern over the text as printed, capitals kept

    @cached_property
    def asked(self) -> re.Pattern[str]:
        """Its names in a folded question."""
        return re.compile(rf"\b(?:{self.words})(?!\w)")

    @cached_property
    def said(self) -> re.Pattern[str]:
        """Whatever may tell it in a folded text."""
        return re.compile(rf"\b(?:{self.words}{'|' if self.also else ''}{self.also})")

    @cached_property
    def printed(self) -> re.Pattern[str] | None:
        """Its symbols, in the text as printed."""
        return re.compile(rf"(?<![A-Za-z])(?:{self.symbols})(?![A-Za-z])") if self.symbols else None

    @cached_property
    def value(self) -> re.Pattern[str] | None:
        """A number with one of its units."""
        if not self.units:
            return None
        return re.compile(rf"{_NUMBER}(?:{self.units})(?![A-Za-zµμ])")


def _units(*patterns: str) -> str:
    """Units joined; "_" stands for "per", and "^-" for a raised minus sign."""
    return "|".join(pattern.replace("_", _PER).replace("^-", _MINUS) for pattern in patterns)


_ENERGY: Final = _units(r"[mkM]?eV", r"k?J(?:_(?:mol|g|kg|atom))?", r"k?cal", r"Ry", r"Ha")
_SHARE: Final = _units(r"%", r"per ?cent", r"(?:wt|mol|at|vol)\.?\s?%", r"pp[mb]")
_LENGTH: Final = _units(r"[nµμmcp]?m", r"Å", r"microns?", r"in(?:ch(?:es)?)?")
_TEMPERATURE: Final = _units(r"[°◦º∘˚]\s?[CFK]?", r"℃", r"K", r"C")
_STRESS: Final = _units(r"[kMG]?Pa", r"k?bar", r"N_mm", r"psi")

# Longer names first: "thermal conductivity" is none of "conductivity".
PROPERTIES: Final[tuple[Property, ...]] = (
    # heat
    Property("thermal conductivity", r"(?:thermal|heat) conductivit\w+",
             r"thermally conduct|conducts? heat|lattice thermal", _units(r"m?W_(?:m|cm)")),
    Property("thermal diffusivity", r"thermal diffusivit\w+"),
    Property("thermal expansion", r"(?:thermal|linear) expansion|expansion coefficients?"
             r"|coefficients? of (?:thermal |linear )?expansion", r"expands?\b|expansion"),
    Property("heat capacity", r"(?:heat|calorific) capacit\w+|specific heats?", "",
             _units(r"k?J_(?:\(?(?:mol|k?g|K))", r"cal_"), r"[Cc]_?[pv]"),
    Property("boiling point", r"boiling (?:points?|temperatures?)", r"boil|vaporis|vaporiz",
             _TEMPERATURE, r"T_?b"),
    Property("flash point", r"flash ?points?", r"flash|ignit", _TEMPERATURE),
    Property("glass transition temperature", r"glass[ -]transition", r"vitrif|glassy", _TEMPERATURE,
             r"T_?g"),
    Property("Curie temperature", r"curie (?:temperatures?|points?)", r"curie", _TEMPERATURE, r"T_?C"),
    Property("Néel temperature", r"neel (?:temperatures?|points?)", r"neel", _TEMPERATURE, r"T_?N"),
    Property("Debye temperature", r"debye temperatures?", r"debye", _TEMPERATURE),
    Property("superconducting transition", r"superconducting (?:transition|critical) temperatures?",
             r"superconduct", _TEMPERATURE),
    Property("melting point", r"melting (?:points?|temperatures?)", r"melt|fusion|liquidus|molten",
             _TEMPERATURE, r"T_?m"),
    Property("entropy", r"entrop(?:y|ies)", "", "", r"[Δ∆]?S°?|𝑆f?"),
    # electricity, light, magnetism
    Property("Seebeck coefficient", r"seebeck(?: coefficients?)?|thermopower", "",
             _units(r"[µμm]?V_K")),
    Property("figure of merit", r"figures? of merit", "", "", r"[zZ]T"),
    Property("dielectric loss", r"dielectric loss\w*|loss tangents?", "tan delta"),
    Property("dielectric constant", r"permittivit(?:y|ies)|dielectric (?:constant|function)s?",
             r"dielectric"),
    Property("refractive index", r"refractive ind(?:ex|ices)|ind(?:ex|ices) of refraction",
             r"refract"),
    Property("absorption coefficient", r"absorption coefficients?|absorptivit(?:y|ies)",
             r"extinction coeff|absor", _units(r"c?m^-1", r"_cm")),
    Property("quantum yield", r"quantum (?:yield|efficienc)\w*", r"photolumin|plqy|eqe", _SHARE),
    Property("mobility", r"(?:electron|hole|carrier|drift|hall|charge|ion(?:ic)?)"
             r"(?:[ -]carrier)? mobilit(?:y|ies)", r"mobilit|mobile", _units(r"cm\s?2")),
    Property("carrier lifetime", r"(?:carrier|recombination|fluorescence|excited.state) life ?times?",
             r"life ?time|decay", _units(r"[pnµμm]?s")),
    Property("carrier concentration", r"(?:carrier|electron|hole) (?:concentration|densit)\w+",
             r"doping|carriers?|donors?|acceptors?", _units(r"c?m^-3", r"_cm")),
    Property("work function", r"work functions?"),
    Property("ionisation energy", r"ioni[sz]ation (?:energ|potential)\w*", r"ioni[sz]"),
    Property("electron affinity", r"electron affinit\w+"),
    Property("electronegativity", r"electronegativit\w+", "electronegativ"),
    Property("magnetic moment", r"magnetic moments?|saturation magneti[sz]ation",
             r"magnet|spin moment", _units(r"[µμ]\s?B", r"emu")),
    Property("coercivity", r"coerciv\w+", "", _units(r"k?Oe", r"[mk]?T", r"[kM]?A_m")),
    Property("magnetic susceptibility", r"magnetic susceptibilit\w+", r"susceptib"),
    Property("piezoelectric coefficient", r"piezoelectric (?:coefficient|constant|modul)\w*", "piezo"),
    Property("remanent polarisation", r"(?:spontaneous|remanent|remnant) polari[sz]ation",
             r"polari[sz]"),
    Property("transference number", r"(?:transference|transport) numbers?", "", "", r"t_?\+"),
    Property("exchange current density", r"exchange current\w*(?: densit\w+)?"),
    Property("critical current density", r"critical current\w*(?: densit\w+)?|milliamp\w* per square"
             r" cent\w+", r"current densit", _units(r"[mµμ]?A_?c?m?")),
    Property("overpotential", r"over ?-?potentials?|overvoltages?", r"polari[sz]"),
    Property("open-circuit voltage", r"open[- ]circuit (?:voltage|potential)s?|voltages? without load",
             r"open[- ]circuit", "", r"V_?[oO][cC]|OCV"),
    Property("fill factor", r"fill factors?", "", "", r"FF"),
    Property("coulombic efficiency", r"co[ul]+o?u?mbic effic\w+", "", "", r"CE"),
    Property("capacity retention", r"capacity retention", r"retain|retention|kept|keeps?\b|fad(?:e|ing)"
             r"|capacity (?:loss|decay)|maintain|remain", _SHARE),
    Property("specific capacity", r"(?:specific|reversible|discharge|charge|gravimetric|theoretical"
             r"|volumetric) capacit\w+|milliamp[\w-]*hours?", r"capacit", _units(r"m?A\s?h"), r"m?Ah"),
    Property("energy density", r"(?:energy|power) densit\w+", r"specific (?:energy|power)",
             _units(r"[kmM]?Wh?")),
    Property("interface resistance", r"(?:interfac\w+|contact|area.specific|charge.transfer)"
             r" (?:resistance|impedance)s?", r"resistance|impedance", _units(r"[kmM]?Ω", r"[Oo]hms?"),
             r"ASR|R_?ct"),
    # matter and its motion
    Property("diffusion coefficient", r"diffusion (?:coefficient|constant)s?|(?:self-?)?diffusivit\w+",
             r"diffus", _units(r"[cnµμm]*m\s?\^?2")),
    Property("permeability", r"permeabilit\w+", r"perme|barrer"),
    Property("viscosity", r"viscosit(?:y|ies)", r"viscous|rheolog"),
    Property("surface tension", r"(?:surface|interfacial) tensions?", r"surface energ"),
    Property("contact angle", r"contact angles?", r"wets?\b|wett|sessile", r"[°◦º∘˚]|degrees?"),
    Property("solubility", r"solubilit(?:y|ies)", r"solub|dissol",
             _units(r"[mµμk]?g_", r"m?mol_", r"m?M", "%", r"parts")),
    Property("vapour pressure", r"vapou?r pressures?"),
    Property("current density", r"current densit\w+"),
    Property("density", r"(?:crystal|bulk|mass|tap|apparent|relative|true|theoretical|skeletal) densit"
             r"(?:y|ies)|densit(?:y|ies) (?:of|does|do|did|is|was|in)\b|cubic cent\w+ .{0,40}weigh"
             r"|specific gravit\w+", r"densit|dense|g cm",
             _units(r"k?g_c?d?m^-?3", r"k?g_(?:c?m\s?3|c?m³|mL|ml|L|cc)", r"%")),
    Property("porosity", r"porosit(?:y|ies)|pore volumes?|void fractions?", r"poro"),
    Property("surface area", r"(?:surface|bet|langmuir) (?:surface )?areas?|bet surface\w*",
             r"bet\b|(?:langmuir|bet|specific|internal|external) surface|m2 g|large surface",
             _units(r"c?m\s?2_", r"m²"), r"BET|SSA"),
    Property("particle size", r"(?:particle|grain|crystallite|droplet)s? (?:size|diameter)s?",
             r"(?:particle|grain|crystallite|droplet|sphere|powder)s?\b|size|diameter|nanop", _LENGTH),
    Property("lattice parameter", r"(?:lattice|cell|unit.cell) (?:parameter|constant|dimension|edge)s?",
             r"lattice|unit cell|space group", "", r"[abc]\s?=\s?\d.*"),
    Property("space group", r"space groups?", r"symmetry group|pnma|pbc[an]|i[am]-?3|f[dm]-?3|r-?3|p21|p6"),
    Property("bond length", r"bond (?:length|distance)s?|interatomic distances?", r"bond|distance",
             _LENGTH),
    Property("coordination number", r"coordination numbers?", r"coordinat|connect|neighbou?r"),
    # strength
    Property("fracture toughness", r"(?:fracture|impact) toughness|fracture (?:energ|resist)\w+",
             r"toughness|impact energ", "", r"K_?I?[cC]"),
    Property("elastic modulus", r"(?:young\W?s?|elastic|bulk|shear|storage|tensile|flexural) mod\w+"
             r"|stiffness(?:es)?", r"modulus|moduli\b|stiff|elastic", _units(r"[kMG]Pa")),
    Property("hardness", r"(?:micro|nano)?hardness(?:es)?", r"vickers|rockwell|brinell|knoop|indentat",
             _units(r"HV", r"HRC", r"H[BRV]"), r"HV[\d.]*|HRC"),
    Property("strength", r"(?:yield|tensile|compressive|flexural|bending|rupture) (?:strength|stress)\w*",
             r"strength|tensile|stress", _STRESS),
    Property("elongation", r"elongations?(?: at break)?|strain at break", r"elongat|ductil|stretch"),
    Property("creep rate", r"creep rates?|strain rates?", r"creep rate|strain rate"),
    Property("fatigue", r"fatigue(?: (?:life|limit|strength))?"),
    Property("wear rate", r"wear (?:rate|resistance|loss)\w*", r"wear\b|abras|tribolog"),
    Property("friction coefficient", r"friction coefficients?|coefficients? of friction", r"friction"),
    # chemistry
    Property("iodine value", r"iodine (?:value|number|ind(?:ex|ices))s?", r"wijs"),
    Property("acid value", r"acid (?:value|number|index)\w*", r"free fatty acid|acidity"),
    Property("saponification value", r"saponification (?:value|number|index)\w*", r"saponif"),
    Property("peroxide value", r"peroxide (?:value|number|index)\w*", r"hydroperox|\bpv\b"),
    Property("induction time", r"induction (?:time|period)s?|rancimat"),
    Property("minimum inhibitory concentration", r"minim(?:um|al) inhibitory (?:concentration|dose)s?"
             r"|mics?", r"inhibitory", "", r"MICs?"),
    Property("half maximal concentration", r"[ie]c ?50s?|half.?maximal \w+ concentrations?",
             r"50 ?% (?:inhibit|scaveng)", "", r"[IE]C\s?50"),
    Property("lethal dose", r"l[dc] ?50|lethal (?:dose|concentration)s?", r"lethal", "", r"L[DC]\s?50"),
    Property("turnover number", r"turnover (?:number|frequenc)\w+", r"turnover", "",
             r"TONs?|TOFs?"),
    Property("faradaic efficiency", r"farada(?:ic|y) efficienc\w+"),
    Property("enantiomeric excess", r"enantiomeric excess\w*|enantioselectivit\w+", r"enantio|\bee\b"),
    Property("dissociation constant", r"(?:dissociation|binding|association) constants?|pka\b", "", "",
             r"pK_?a|K_?[dai]"),
    Property("rate constant", r"rate (?:constant|coefficient)s?", r"kinetic", "", r"k_?\d?"),
    Property("half-life", r"half.?li(?:fe|ves)"),
    Property("molar mass", r"(?:molecular|molar|formula) (?:weight|mass)\w*",
             "", _units(r"k?Da", r"k?g_mol", r"amu"), r"M_?[wn]"),
    # models and studies
    Property("mean absolute error", r"mean absolute (?:error|deviation)s?|maes?", r"errors?\b",
             _ENERGY + r"|%|\.\d+", r"MAEs?"),
    Property("root-mean-square error", r"root.mean.squared? (?:error|deviation)s?|rmse?ds?|rmses?",
             r"errors?\b", _ENERGY + r"|%|\.\d+", r"RMSE?D?s?"),
    Property("coefficient of determination", r"coefficients? of determination", "", "", r"R\s?[²2]"),
    Property("accuracy", r"accurac(?:y|ies)", r"accura|correct|success|precision|error"),
    Property("sensory rating", r"sensory (?:\w+ )?(?:rating|score|panel|evaluation|test)s?|panell?ists?"
             r"|taste|organoleptic\w*|palatabilit\w+", r"sensor(?:y|ial)|flavou?r|tast|acceptab"),
    Property("cost", r"costs? to (?:make|produce|synthesi[sz]e)|(?:production|material) costs?|prices?",
             r"cost|cheap|expens|econom", "", r"[€$]|USD|EUR"),
    Property("toxicity", r"(?:cyto)?toxicit(?:y|ies)", r"\w*toxic|poison|viab"),
    Property("leaching", r"leach(?:es|ed|ing)?", "leach"),
    Property("carbon footprint", r"carbon footprints?", r"life.cycle|emissions?"),
    # general, last
    Property("activation energy", r"activation (?:energ|barrier|enthalp)\w+", r"barrier|activation"
             r"|k?j mol|ev\b", _ENERGY, r"E_?[aA]|𝐸a"),
    Property("band gap", r"(?:band|optical|tauc|homo.lumo) ?gaps?", r"gaps?\b|edge", _ENERGY, r"E_?g"),
    Property("surface enthalpy", r"surface (?:enthalp|energ)\w+"),
    Property("vacancy formation enthalpy", r"vacancy formation (?:enthalp|energ)\w+"
             r"|(?:enthalp|energ)\w+ of vacancy formation|(?:schottky|frenkel)[\w -]{0,10} (?:enthalp"
             r"|energ)\w+", r"(?:enthalp|energ)\w* (?:of|to|for) .{0,30}(?:vacanc|defect)|(?:vacanc|defect|pair)"
             r"\w* (?:formation )?(?:enthalp|energ)|schottky|frenkel", _units(r"m?eV", r"k?J"),
             r"𝐻f|H_?f"),
    Property("formation enthalpy", r"formation (?:enthalp|energ)\w+|(?:enthalp\w+|heats?) of formation",
             r"formation|enthalp", _ENERGY, r"[Δ∆]_?f?\s?H_?f?°?|𝐻.?"),
    Property("conductivity", r"(?:ionic|electronic|electrical|proton|lithium|sodium|magnesium)?"
             r"[\w-]*\s?conductivit(?:y|ies)|resistivit(?:y|ies)", r"conduct|resistiv",
             _units(r"[mµμ]?S", r"[kM]?Ω", r"[Oo]hm"), r"σ|m?S\s?cm.*"),
)  # fmt: skip


def asked_properties(question: str) -> tuple[Property, ...]:
    """The properties that a folded question names, each part of it counted once.

    ``"what thermal conductivity does llzo have"`` gives the thermal conductivity alone.
    """
    found: list[Property] = []
    rest = question
    for each in PROPERTIES:
        if hit := each.asked.search(rest):
            found.append(each)
            rest = rest[: hit.start()] + " " * (hit.end() - hit.start()) + rest[hit.end() :]
    return tuple(found)
