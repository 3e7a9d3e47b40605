"""Names of substances in a sentence, and which of them name the same.

Elements, binary compounds and formulae are read here. Other names of substances are compared by
the keys that a caller's table gives them (`SubstanceKeys`), so that this room needs no tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from agent.literature.labels import abridged, inside, spells_out

# Keys of a name; two names with a key in common are names of one substance.
SubstanceKeys = Callable[[str], frozenset[str]]


_ELEMENTS: Final = dict(
    pair.split(":")
    for pair in (
        "H:hydrogen He:helium Li:lithium Be:beryllium B:boron C:carbon N:nitrogen O:oxygen "
        "F:fluorine Ne:neon Na:sodium Mg:magnesium Al:aluminium Si:silicon P:phosphorus S:sulfur "
        "Cl:chlorine Ar:argon K:potassium Ca:calcium Sc:scandium Ti:titanium V:vanadium "
        "Cr:chromium Mn:manganese Fe:iron Co:cobalt Ni:nickel Cu:copper Zn:zinc Ga:gallium "
        "Ge:germanium As:arsenic Se:selenium Br:bromine Kr:krypton Rb:rubidium Sr:strontium "
        "Y:yttrium Zr:zirconium Nb:niobium Mo:molybdenum Tc:technetium Ru:ruthenium Rh:rhodium "
        "Pd:palladium Ag:silver Cd:cadmium In:indium Sn:tin Sb:antimony Te:tellurium I:iodine "
        "Xe:xenon Cs:caesium Ba:barium La:lanthanum Ce:cerium Pr:praseodymium Nd:neodymium "
        "Pm:promethium Sm:samarium Eu:europium Gd:gadolinium Tb:terbium Dy:dysprosium Ho:holmium "
        "Er:erbium Tm:thulium Yb:ytterbium Lu:lutetium Hf:hafnium Ta:tantalum W:tungsten "
        "Re:rhenium Os:osmium Ir:iridium Pt:platinum Au:gold Hg:mercury Tl:thallium Pb:lead "
        "Bi:bismuth Po:polonium At:astatine Rn:radon Fr:francium Ra:radium Ac:actinium Th:thorium "
        "Pa:protactinium U:uranium Np:neptunium Pu:plutonium Am:americium Cm:curium"
    ).split()
)


_OF_WORD: Final = {name: symbol for symbol, name in _ELEMENTS.items()} | {
    "aluminum": "Al", "sulphur": "S", "cesium": "Cs", "wolfram": "W", "natrium": "Na",
    "kalium": "K", "dioxygen": "O", "dinitrogen": "N", "dihydrogen": "H", "graphite": "C",
    "hydride": "H", "boride": "B", "carbide": "C", "nitride": "N", "oxide": "O", "fluoride": "F",
    "silicide": "Si", "phosphide": "P", "sulfide": "S", "sulphide": "S", "chloride": "Cl",
    "arsenide": "As", "selenide": "Se", "bromide": "Br", "antimonide": "Sb", "telluride": "Te",
    "iodide": "I", "germanide": "Ge", "bismuthide": "Bi", "dioxide": "O", "monoxide": "O",
    "trioxide": "O", "pentoxide": "O", "dichloride": "Cl", "trichloride": "Cl",
    "tetrachloride": "Cl", "disulfide": "S", "diselenide": "Se", "trifluoride": "F",
    "ferric": "Fe", "ferrous": "Fe", "cupric": "Cu", "cuprous": "Cu", "carbonaceous": "C",
}  # fmt: skip


_CHARGES: Final = {
    "H": 1, "Li": 1, "Na": 1, "K": 1, "Rb": 1, "Cs": 1, "Ag": 1, "Be": 2, "Mg": 2, "Ca": 2,
    "Sr": 2, "Ba": 2, "Zn": 2, "Cd": 2, "Al": 3, "Ga": 3, "In": 3, "Sc": 3, "Y": 3, "La": 3,
    "O": -2, "S": -2, "Se": -2, "Te": -2, "F": -1, "Cl": -1, "Br": -1, "I": -1, "N": -3, "P": -3,
    "As": -3,
}  # fmt: skip


_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7}


_TRIVIAL: Final = {
    "alumina": "Al2O3", "corundum": "Al2O3", "silica": "SiO2", "quartz": "SiO2", "titania": "TiO2",
    "rutile": "TiO2", "anatase": "TiO2", "zirconia": "ZrO2", "ceria": "CeO2", "magnesia": "MgO",
    "yttria": "Y2O3", "hafnia": "HfO2", "lime": "CaO", "haematite": "Fe2O3", "hematite": "Fe2O3",
    "magnetite": "Fe3O4", "wustite": "FeO", "baria": "BaO", "beryllia": "BeO", "urania": "UO2",
    "lanthana": "La2O3", "thoria": "ThO2", "water": "H2O", "ammonia": "NH3", "methane": "CH4",
    "moisture": "H2O", "aqueous": "H2O", "cuprite": "Cu2O", "tenorite": "CuO", "steam": "H2O",
    "ice": "H2O", "rocksalt": "NaCl",
}  # fmt: skip


# Classes that a compound may be called by, not names of one compound.
_CLASSES: Final = frozenset(
    """
    acid alcohol aldehyde amine amide ester ether ketone polymer salt solvent ligand metal crystal
    oxidant catalyst enzyme equal ethyl methyl phenyl alkene alkane alkyne arene halide membrane
    machine routine medicine profile decline line fine determine combine examine genuine outline
    engine marine magazine alone tone zone done gone none one stone bone phone clone cone protocol
    control symbol pool tool school role whole hole sole pole console late rate state plate
    separate climate estimate indicate site white write finite definite opposite provide side wide
    inside outside guide slide decide divide tide hide medium premium stadium equilibrium media
    criteria via bacteria phenomena area data idea scene gene hygiene plane lane crane form
    uniform transform perform platform those dose nose rose lose close choose whose purpose
    substrate intermediate precipitate aggregate composite electrolyte crystallite defect wine
    mine spine online baseline crystalline polycrystalline gasoline ultrafine calculate coordinate
    moderate accurate appropriate approximate adequate alternate duplicate private ultimate
    immediate corporate desolate solvate hydrate elevate activate generate operate create isolate
    isolates illustrate demonstrate dominate evaporate saturate hydrogenate nominate rotate hybrid
    volume style cycle carbonyl hydroxyl prone nine uterine elite endocrine vaccine metabolite brine
    saline
    """.split()
)


_SHAPE: Final = re.compile(
    r"(?:ane|ene|yne|ol|one|ide|(?:acet|sul(?:f|ph)|on|nitr|phosph|chlor|citr|oxal|benzo|tanat|niob"
    r"|tantal|lybd|tungst|vanad|chrom|mangan|bor|silic|alumin|acryl|tosyl|tartr|lact|phthal|boxyl"
    r"|brom|iod|cyan|tris|triflat|titan|mar|glut|adip|male|pyruv|ascorb|salicyl|thal|phosphon|sulfon|carbam|ox|arsen|selen|stann|ferr|zinc)ate|ite|ine|ium|ia|ina|ica|furan|form|ole|hyde|trile|ose|phos|acid"
    r"|ether|water|oxane|glyme|xide|zene|cene|thf)s?$"
)


_WORD: Final = re.compile(
    r"(?:[A-Z][a-z]?\d*[+-](?![A-Za-z\d])|[A-Za-zµα-ωΑ-Ω][\w.]*\w(?:\((?:[IViv]+|OH|[A-Z]\w*)\)\d*"
    r"\w*)?(?:\d?[+-](?![\w]))?|[A-Za-zα-ωΑ-Ω])"
)


_FORMULA_PART: Final = re.compile(r"([A-Z][a-z]?)(\d+(?:\.\d+)?|x|y)?")


@dataclass(frozen=True)
class Name:
    """A name of an element or substance as it stands in a sentence."""

    text: str
    start: int
    end: int
    elements: frozenset[str]  # of which it is known to consist; empty where not known
    formula: str | None = None  # where the amounts are said
    keys: frozenset[str] = frozenset()
    element: bool = False  # an element alone, in any state


@lru_cache(maxsize=8192)
def read_formula(text: str) -> tuple[tuple[str, float], ...] | None:
    """Elements and amounts of a formula in brackets or without; None where it is none."""
    text = re.sub(r"\d?[+-]$", "", text)
    while (match := re.search(r"\(([^()]*)\)(\d+(?:\.\d+)?)?", text)) is not None:
        inner = read_formula(match[1])
        if inner is None:
            return None
        times = float(match[2] or 1)
        text = text.replace(
            match[0], "".join(f"{element}{amount * times:g}" for element, amount in inner), 1
        )
    amounts: dict[str, float] = {}
    at = 0
    while at < len(text):
        match = _FORMULA_PART.match(text, at)
        if match is None or match[1] not in _ELEMENTS or match[2] in ("x", "y"):
            return None
        amounts[match[1]] = amounts.get(match[1], 0.0) + float(match[2] or 1)
        at = match.end()
    return tuple(sorted(amounts.items())) or None


def formula_key(text: str) -> str | None:
    """The formula with its elements in order: the same for ``NaCl`` and ``ClNa``."""
    read = read_formula(text)
    return "".join(f"{element}{amount:g}" for element, amount in read) if read else None


def element_of(word: str) -> str | None:
    """The element that a word in lower case names: sodium, chloride, iodides."""
    return _OF_WORD.get(word) or _OF_WORD.get(word.removesuffix("s"))


def read_names(text: str, keys: SubstanceKeys | None, skip: list[tuple[int, int]]) -> list[Name]:
    """The names of substances in a plain text, left to right, the longest first.

    ``skip`` holds places that are numbers with their units.
    """
    words = [
        match
        for match in _WORD.finditer(text)
        if not any(match.start() < b and match.end() > a for a, b in skip)
    ]
    found: list[Name] = []
    at = 0
    while at < len(words):
        for length in (3, 2, 1):
            group = words[at : at + length]
            if len(group) < length or not _adjacent(text, group):
                continue
            start, end = group[0].start(), group[-1].end()
            name = _phrase(text, start, end, keys) if length > 1 else _single(text, group[0], keys)
            if name:
                found.append(name)
                at += length
                break
        else:
            at += 1
    return found


def _adjacent(text: str, group: list[re.Match[str]]) -> bool:
    return all(text[a.end() : b.start()] in (" ", "-", "–") for a, b in pairwise(group))


def _phrase(text: str, start: int, end: int, keys: SubstanceKeys | None) -> Name | None:
    """A name of several words: ``copper(I) oxide``, ``methyl methacrylate``."""
    said = text[start:end]
    words = said.lower().split()
    if len(words) == 2:
        head = re.fullmatch(r"([a-z]+)(?:\(([ivx]+)\))?", words[0])
        cation, anion = element_of(head[1]) if head else None, element_of(words[1])
        anionic = words[1].removesuffix("s").endswith("ide")
        if head and cation and anion and anionic and not head[1].endswith("ide"):
            prefix = re.match(r"(mono|di|tri|tetra|pent)", words[1])
            charge = _ROMAN.get(head[2] or "") or (None if prefix else _CHARGES.get(cation, 0))
            formula = _binary(cation, charge or 0, anion)
            return Name(said, start, end, frozenset((cation, anion)), formula, _look_up(said, keys))
    if (joined := "".join(words)) == "rocksalt":
        return _trivial(said, joined, start, end, keys)
    if not _SHAPE.search(words[-1]) or not re.fullmatch(r"[A-Za-z0-9][\w(),'\- ]+", said):
        return None
    if words[0] in ("pure", "molten", "solid", "liquid", "gaseous", "metallic", "the", "a", "free"):
        return None
    held = _look_up(said, keys)
    return Name(said, start, end, _elements_of(held), None, held) if held else None


def _trivial(said: str, name: str, start: int, end: int, keys: SubstanceKeys | None) -> Name:
    formula = _TRIVIAL[name]
    parts = read_formula(formula) or ()
    held = _look_up(said, keys) | {formula}
    return Name(said, start, end, frozenset(e for e, _ in parts), formula_key(formula), held)


def _binary(cation: str, charge: int, anion: str) -> str | None:
    if charge <= 0 or _CHARGES.get(anion, 0) >= 0:
        return None
    from math import gcd

    negative = -_CHARGES[anion]
    shared = gcd(charge, negative)
    return formula_key(f"{cation}{negative // shared}{anion}{charge // shared}")


def _single(text: str, match: re.Match[str], keys: SubstanceKeys | None) -> Name | None:
    said, start, end = match[0], match.start(), match.end()
    lower = said.lower()
    opens = start == 0 or text[:start].rstrip().endswith((".", ":"))
    bare = re.sub(r"\(([ivx]+)\)$", "", lower)
    if symbol := element_of(bare):
        if lower == "leads" or (bare == "lead" and re.match(r"\s+(?:to|in|the|a)\b", text[end:])):
            return None
        return Name(said, start, end, frozenset((symbol,)), None, frozenset(), element=True)
    if lower.removesuffix("s") in _TRIVIAL:
        return _trivial(said, lower.removesuffix("s"), start, end, keys)
    symbol = re.sub(r"\d*[+-]$|\([IViv]+\)$", "", said)
    if symbol in _ELEMENTS:
        single = len(symbol) == 1
        word = symbol in ("In", "As", "At", "He", "No", "Be", "I", "U") or (
            single and symbol in "KVCFSU" and re.search(r"(?:log|=|[×/·])\s?$", text[:start])
        )
        if re.match(r"\s?[=≡–-]\s?[A-Z]\b", text[end:]) or re.search(
            r"\b[A-Z][=≡–-]$", text[:start]
        ):
            return None  # a bond: C–H, C=O
        behind = re.match(r"\s(?:band|mode|form|phase|point|value|factor|line|test)\b", text[end:])
        if (word and symbol == said and (opens or single)) or (single and behind):
            return None
        return Name(said, start, end, frozenset((symbol,)), None, frozenset(), element=True)
    if said in ("CH", "NH", "OH", "BH", "SH", "PH"):
        return None
    if (read := read_formula(said)) and re.search(r"[A-Z].*[A-Z\d]", said):
        amounts = formula_key(said) if len(read) > 1 else None
        return Name(
            said, start, end, frozenset(e for e, _ in read), amounts,
            _look_up(said, keys), element=len(read) == 1,
        )  # fmt: skip
    if lower in _CLASSES or lower.removesuffix("s") in _CLASSES:
        return None
    capital = re.search(r"[A-Z].*[A-Z]", said) is not None
    if len(said) < 2 or not (capital or (len(said) > 3 and _SHAPE.search(lower))):
        return None
    held = _look_up(said, keys)
    return Name(said, start, end, _elements_of(held), None, held) if held else None


def _look_up(name: str, keys: SubstanceKeys | None) -> frozenset[str]:
    if keys is None:
        return frozenset()
    return keys(name) or (keys(name[:-1]) if name.endswith("s") else frozenset())


def _elements_of(keys: frozenset[str]) -> frozenset[str]:
    """Elements that every formula among the keys holds."""
    read = [read_formula(key[8:]) for key in keys if key.startswith("formula:")]
    sets = [frozenset(element for element, _ in one) for one in read if one]
    return frozenset.intersection(*sets) if sets else frozenset()


def same_substance(left: Name, right: Name) -> bool:
    """Whether two names may be of one substance."""
    if left.text.lower().removesuffix("s") == right.text.lower().removesuffix("s"):
        return True
    if left.element and right.element:
        return left.elements == right.elements
    if left.keys & right.keys:
        return True
    if left.formula and right.formula:
        return left.formula == right.formula
    for one, other in ((left, right), (right, left)):
        formulae = {formula_key(key[8:]) for key in other.keys if key.startswith("formula:")}
        if one.formula and formulae:
            return one.formula in formulae
    known = left.elements and not left.element and not right.element
    return bool(known and left.elements == right.elements and (not left.keys or not right.keys))


# Anions that a formula holds.
_ANIONS: Final = {
    "phosphate": "PO4", "sulfate": "SO4", "sulphate": "SO4", "nitrate": "NO3", "carbonate": "CO3",
    "hydroxide": "OH", "perchlorate": "ClO4", "silicate": "SiO4", "nitrite": "NO2",
    "acetate": "OAc", "hexafluorophosphate": "PF6", "tetrafluoroborate": "BF4",
    "triflate": "OTf", "borohydride": "BH4",
    "permanganate": "MnO4", "persulfate": "S2O8", "persulphate": "S2O8",
    "peroxodisulfate": "S2O8", "ammonium": "NH4", "titanate": "TiO3",
}  # fmt: skip


_LOCANT: Final = re.compile(r"-?\d+(?:,\d+)*-|\bn-")


def _unlocated(text: str) -> str:
    """A name without its numbers: octan-1-ol and 1-octanol are octanol."""
    return _LOCANT.sub("", text)


def _shortened(name: str, quote: str) -> bool:
    """Whether the quote has an abbreviation made of letters of ``name``: Fc for ferrocene."""
    for token in re.findall(r"\b[A-Z][A-Za-z]{1,4}\b", quote):
        letters = token.lower()
        if token in _ELEMENTS or read_formula(token) or (token[1:].islower() and len(token) > 3):
            continue
        if letters[0] == name[0] and inside(letters, name):
            return True
    return False


def _symbols(quote: str) -> frozenset[str]:
    """Elements in what looks like a formula, as in MAPb(I1−xBrx)3."""
    found: set[str] = set()
    for token in re.findall(r"[A-Za-z\d()−–+-]{4,}", quote):
        if re.search(r"\d", token) and len(re.findall(r"[A-Z]", token)) >= 2:
            for symbol in re.findall(r"[A-Z][a-z]?", token):
                found |= {symbol, symbol[0]} & _ELEMENTS.keys()
    return frozenset(found)


def holds_name(claimed: Name, quoted: list[Name], quote: str) -> bool:
    """Whether the quote holds the substance, or, for an element, something made of it."""
    # "Co" is not "co-workers", nor "As" "as".
    case = re.IGNORECASE if len(claimed.text) > 2 else re.NOFLAG
    if re.search(rf"(?<!\w){re.escape(claimed.text)}(?!\w|-w)", quote, case):
        return True
    if any(same_substance(claimed, one) for one in quoted):
        return True
    # The text layer of a PDF puts blanks into formulae: MgSc2 Se4.
    if len(claimed.text) > 4 and re.search(r"\d", claimed.text):
        joined = "".join(quote.split())
        if "".join(claimed.text.split()) in joined:
            return True
    # "Oleic acid" where the quote has "oleic and palmitic acids".
    words = claimed.text.lower().split()
    if len(words) > 1 and all(re.search(rf"\b{re.escape(one)}", quote, re.I) for one in words):
        return True
    if claimed.element and any(
        re.search(rf"(?<![A-Za-z]){one}(?![a-z])", quote)
        for one in claimed.elements
        if len(one) > 1
    ):
        return True
    lower = claimed.text.lower()
    # Lithiated, oxygenated, phosphorous.
    stem = claimed.element and element_of(lower) and len(lower) >= 6
    anion = lower.endswith(("ide", "ides"))
    if stem and not anion and re.search(rf"\b{lower[:5]}", quote, re.IGNORECASE):
        return True
    group = _ANIONS.get(lower.split()[-1].removesuffix("s"))
    if (
        group
        and re.search(rf"{group}(?!\d)", quote)
        and (" " not in lower or claimed.elements == set())
    ):
        return True
    if lower == "water" and re.search(r"\b(?:aque|moist|humid|steam|hydrat|wet)", quote, re.I):
        return True
    if _unlocated(lower) in _unlocated(quote.lower()).split():
        return True
    if len(lower) >= 7 and lower.isalpha() and not claimed.element and _shortened(lower, quote):
        return True
    if (
        claimed.text.isupper()
        and len(claimed.text) > 2
        and (spells_out(claimed.text, quote) or abridged(claimed.text, quote))
    ):
        return True
    if claimed.element or (
        claimed.formula and claimed.elements and not re.search(r"\d", claimed.text)
    ):
        every = frozenset().union(*(one.elements for one in quoted), _symbols(quote))
        if claimed.element:
            return claimed.elements <= every
    return False
