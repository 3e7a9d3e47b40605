"""What a request names: substances in every notation, values with units, equations.

Nothing counts by its looks alone: a CAS number has its check digit, a SMILES is one that the gate's
own reader reads and that is no word, a formula holds real elements, and a name stands in the
resolver's tables. "CIF", "SOAP", "In", "I" and "PCP" could be structures and are none here.
"""

from __future__ import annotations

import gzip
import re
from functools import cache, lru_cache
from importlib import resources
from typing import Final, Literal

from agent.slots import UNIT, is_lone_unit, unit_name
from agent.tools.formula import ATOMIC_NUMBERS, FormulaError, parse_formula
from ingest.record import Record
from safety.entities import cas_is_valid, is_smiles_like

EntityKind = Literal[
    "equation", "inchi", "inchikey", "cas", "smiles", "formula", "name", "value", "unit", "file"
]


class Entity(Record):
    """A part of a request that names something."""

    kind: EntityKind
    text: str  # as a tool reads it
    start: int
    end: int
    value: float | None = None  # of a value; its unit is ``text``


class Entities(Record):
    """All that a request names, in the order in which it stands."""

    request: str
    found: tuple[Entity, ...]

    def of(self, *kinds: EntityKind) -> tuple[Entity, ...]:
        """Those of these kinds."""
        return tuple(one for one in self.found if one.kind in kinds)

    @property
    def substances(self) -> tuple[Entity, ...]:
        """Whatever names a substance, in any notation."""
        return self.of("name", "formula", "smiles", "inchi", "inchikey", "cas")

    @property
    def masked(self) -> str:
        """The request in small letters, with a placeholder for each thing named."""
        parts, last = [], 0
        for one in self.found:
            if one.kind == "file":
                continue
            parts += [self.request[last : one.start].lower(), PLACEHOLDERS[one.kind]]
            last = one.end
        return "".join((*parts, self.request[last:].lower()))


PLACEHOLDERS: Final[dict[str, str]] = {
    "equation": "EQUATION",
    "inchi": "INCHI",
    "inchikey": "INCHIKEY",
    "cas": "CASNUMBER",
    "smiles": "SMILES",
    "formula": "FORMULA",
    "name": "SUBSTANCE",
    "value": "VALUE",
    "unit": "UNIT",
}

_INCHI = re.compile(r"\bInChI=1S?/[^\s\"'`<>|]+")
_INCHIKEY = re.compile(r"\b[A-Z]{14}-[A-Z]{10}-[A-Z]\b")
_CAS = re.compile(r"(?<![\d.-])\d{2,7}-\d\d-\d(?![\d-])")
_FILE = re.compile(r"(?<![\w/])[\w./~-]*\w\.(?:csv|cif|xyz|vasp|poscar|json|tsv|smi|sdf)\b", re.I)
_SPECIES = (
    r"(?:\d+(?:[./]\d+)?\s?)?(?:\(?[A-Z][\w().\[\]·^₀-₉⁺⁻+]*(?:\^\d?[+-])?|e-)"
    r"(?:\s?\((?:s|l|g|aq)\))?"
)
_SIDE = rf"{_SPECIES}(?:\s*\+\s*{_SPECIES})*"
_EQUATION = re.compile(rf"{_SIDE}\s*(?:-+>|=+>|→|⟶|⇌|<=>|(?<=\s)=(?=\s))\s*{_SIDE}")
_NUMBER = r"(?<![\w.,-])[-−+]?\d+(?:[.,]\d+)?(?:\s?[eE×x*]\s?(?:10\s?\^?)?[-−+]?\d+)?(?:e[-+]?\d+)?"
_VALUE = re.compile(rf"({_NUMBER})\s?({UNIT.pattern})")
_BEFORE_TARGET = re.compile(
    r"(?:\b(?:to|in|into|as|nach|how many|how much|wie ?viele?)|->|→|=)\s*\??\s*$", re.IGNORECASE
)
_WORD = re.compile(r"[^\s,;?!\"“”„]+")
_EDGES = "\"'`,;:!?.“”„«»…<>|"

# Codes of the lab that are made of the signs of elements.
_NO_SMILES: Final = frozenset(
    "FCC BCC CCS CCP ICC OCC NCC PCC SCC CCF CCB CCI CCC CC SCF SOAP CIF COF SOC PCP PBC"
    " BOSS NOON SOON COCO CNN RNN NLP POSCAR".split()
)
_NO_FORMULA: Final = frozenset(
    "In I As At No He Be Am Os Pa Ho La Co Os So As Of CIF SOAP COF SOC PCP NIST UV UPS PC PCB"
    " NaSICON NaSiCON LiSICON LiPON NiMH".split()
)
# Formulae without a digit and with capitals alone: all others are abbreviations.
_CAPITAL_FORMULAE: Final = frozenset(
    "CO NO HF KF KI KH BN BP HI VN VO UO UN WC HCN KCN KOH HNCO COS HCOOH KSCN OH CN".split()
)
_FORMULA_CHARS = re.compile(r"[A-Z][A-Za-z0-9₀-₉().\[\]·+-]*")
_SYMBOLS = re.compile(r"[A-Z][a-z]?")
_STRUCTURE_SIGNS = re.compile(
    r"[=#@\\/]|\)[A-Za-z(]|[cnos]\d|[A-Za-z]\(|[A-Z]\d.*[A-Za-z]\d|\]\.?\["
)


@lru_cache(maxsize=256)
def read_entities(request: str) -> Entities:
    """All that ``request`` names. What stands inside something longer is not named apart."""
    found: list[Entity] = []

    def free(start: int, end: int) -> bool:
        return all(end <= one.start or one.end <= start for one in found)

    def put(kind: EntityKind, text: str, start: int, end: int, value: float | None = None) -> None:
        if free(start, end):
            found.append(Entity(kind=kind, text=text, start=start, end=end, value=value))

    for m in _INCHI.finditer(request):
        put("inchi", m.group().rstrip(".,;:!?)"), m.start(), m.end())
    for m in _INCHIKEY.finditer(request):
        put("inchikey", m.group(), m.start(), m.end())
    for m in _FILE.finditer(request):
        put("file", m.group(), m.start(), m.end())
    for m in _EQUATION.finditer(request):
        if _is_equation(m.group()):
            put("equation", m.group().strip(), m.start(), m.end())
    for m in _CAS.finditer(request):
        if cas_is_valid(m.group()):
            put("cas", m.group(), m.start(), m.end())
    for m in _WORD.finditer(request):
        word, start = _trimmed(m.group(), m.start())
        if is_structure(word, alone=word == request.strip(), in_context=request):
            put("smiles", word, start, start + len(word))
    for m in _VALUE.finditer(request):
        put("value", unit_name(m.group(2)), m.start(), m.end(), _number(m.group(1)))
    for m in _WORD.finditer(request):
        word, start = _trimmed(m.group(), m.start())
        for part, at in _parts(word, start):
            if free(at, at + len(part)) and _is_formula(part, request, at):
                put("formula", part, at, at + len(part))
    for m in re.finditer(rf"(?<![\w/-])(?:{UNIT.pattern})", request):
        asked = _BEFORE_TARGET.search(request[: m.start()]) is not None
        if asked or not is_lone_unit(m.group()):
            put("unit", unit_name(m.group()), m.start(), m.end())
    for name, start, end in _names(request):
        put("name", name, start, end)
    return Entities(request=request, found=tuple(sorted(found, key=lambda one: one.start)))


def _number(text: str) -> float | None:
    plain = text.replace("−", "-").replace(" ", "")
    plain = re.sub(r"[×x*]10\^?", "e", plain)
    if re.fullmatch(r"[-+]?\d{1,3}(?:,\d{3})+", plain):
        plain = plain.replace(",", "")
    try:
        return float(plain.replace(",", "."))
    except ValueError:
        return None


def _trimmed(word: str, start: int) -> tuple[str, int]:
    """A word without the punctuation of its sentence, and where it then begins."""
    while word and (word[0] in _EDGES or (word[0] == "(" and word.count("(") > word.count(")"))):
        word, start = word[1:], start + 1
    while word and (word[-1] in _EDGES or (word[-1] == ")" and word.count(")") > word.count("("))):
        word = word[:-1]
    if word[:1] == "(" and word[-1:] == ")" and word.count("(") == 1:
        word, start = word[1:-1], start + 1
    return word, start


def _is_equation(text: str) -> bool:
    species = re.split(r"\s*(?:-+>|=+>|→|⟶|⇌|<=>|=|\s\+|\+\s)\s*", text)
    return all(_is_species(one) for one in species if one.strip())


def _is_species(text: str) -> bool:
    bare = re.sub(r"^\d+(?:[./]\d+)?\s*|\s*\((?:s|l|g|aq)\)$|\^?\d?[+-]$|[⁺⁻]", "", text.strip())
    return bare in ("e", "") or _parses(bare)


def _parses(text: str) -> bool:
    try:
        return bool(parse_formula(text))
    except FormulaError:
        return False


def is_structure(word: str, *, alone: bool = False, in_context: str = "") -> bool:
    """Whether a word is a SMILES: readable, and hardly a word, an abbreviation or a formula."""
    if len(word) < 3 or not is_smiles_like(word) or word in _NO_SMILES or len(word) > 2000:
        return False
    letters_only = word.isalpha()
    if letters_only and "CC" not in word and not ("Cl" in word or "Br" in word):
        return False
    if letters_only and not alone and len(word) == 3 and word not in ("CCO", "CCN", "CCl", "CBr"):
        named = re.search(r"smiles|molecule", in_context, re.IGNORECASE)
        if named is None:
            return False
    if not letters_only and not _STRUCTURE_SIGNS.search(word):
        return False
    if not re.search(r"[BCNOPSFIcnos]", re.sub(r"\[[^\]]*\]", "C", word)):
        return False
    if _FORMULA_CHARS.fullmatch(word) and "CC" not in word and _is_plain_formula(word):
        return False
    return _reads(word)


def _is_plain_formula(word: str) -> bool:
    """Whether a word reads as a formula such as "B(OH)3" or "C2(NO)2"."""
    symbols = _SYMBOLS.findall(word)
    return _parses(word) and any(c.isdigit() for c in word) and len(symbols) == len(set(symbols))


@lru_cache(maxsize=1024)
def _reads(smiles: str) -> bool:
    from safety.errors import StructureError
    from safety.molecule import read_smiles

    try:
        mol = read_smiles(smiles).mol
    except StructureError:
        return False
    atoms = [atom.GetAtomicNum() for atom in mol.GetAtoms()]
    return len(atoms) >= 2 and 0 not in atoms


# Formulae -----------------------------------------------------------------------------------------


def _parts(word: str, start: int) -> list[tuple[str, int]]:
    """The word, and what stands between its slashes ("CsPbI3/TiO2")."""
    if "/" not in word:
        return [(word, start)]
    parts, at = [], start
    for piece in word.split("/"):
        parts.append((piece, at))
        at += len(piece) + 1
    return parts


def _is_formula(word: str, request: str, start: int) -> bool:
    if not _FORMULA_CHARS.fullmatch(word) or word in _NO_FORMULA:
        return word in ATOMIC_NUMBERS and _stands_for_element(word, request, start)
    if re.fullmatch(r"[A-Z][a-z]?(?:-[A-Z][a-z]?){1,5}", word):  # "Li-P-S"
        return all(part in ATOMIC_NUMBERS for part in word.split("-"))
    if word.endswith(("-", "+", ".")):
        return False
    if word in ATOMIC_NUMBERS:
        return len(word) == 2 or _stands_for_element(word, request, start)
    from agent.tools.formula import suggest_formula

    if not _parses(word):
        return "0" in word and suggest_formula(word) is not None  # "Fe203": the tool says so
    symbols = _SYMBOLS.findall(word)
    if any(char.isdigit() for char in word):
        code = re.fullmatch(r"[A-Z]{1,3}\d+", word)  # "S1", "P3": a sample, a page
        return not code or len(set(symbols)) > 1 or word in _MOLECULES
    if all(len(symbol) == 1 for symbol in symbols):
        return word in _CAPITAL_FORMULAE
    return len(set(symbols)) > 1


_MOLECULES: Final = frozenset("H2 N2 O2 O3 F2 I2 P4 S8 C60 C70".split())


def _stands_for_element(word: str, request: str, start: int) -> bool:
    """Whether a symbol that is also a word or a letter stands where an element does."""
    before, after = request[:start], request[start + len(word) :]
    if request.strip(" ?.!") == word:
        return True
    listed = r"[A-Z][a-z]?\s*(?:,|and|und|or|/|-|\s)\s*$"
    said = re.search(rf"\b(?:element|symbol|atoms? of|ion|radius of|{listed})\s*$", before)
    behind = re.match(r"\s*(?:atoms?|ions?|element|,\s*[A-Z][a-z]?\b)", after)
    if word == "I":  # a person, unless it is called an element
        return re.search(r"\b(?:element|symbol)\s*$", before) is not None
    return said is not None or behind is not None


# Names --------------------------------------------------------------------------------------------

_NAME_WORD = re.compile(
    r"[^\W\d_][\w'’()\[\],.+:-]*|\d[\w,'’()-]*-[\w'’()\[\],.+-]*[A-Za-z][\w)\]-]*"
)
_LONGEST = 4  # words in a name
_CHEMICAL_ENDING = re.compile(
    r"(?:ane|ene|yne|anol|enol|inol|ol|one|ine|in|ide|ate|ite|ium|ose|yl|amide|imide|acid|oxide|ether"
    r"|al|um|gen|ol|cene|phen|nitrile|thiol|phosphine|silane|azole|oxin|xide)$"
)
# Ordinary words of requests that are also a name in the tables, or end like one.
_ORDINARY: Final = frozenset(
    """
    in on lead tin go pet pan tea paper protein peptide enzyme wood cotton coal table mof mofs cof
    cofs zif polymer polymers abs eva cop coc pi pc pp pe ps pt pu air ice glass salt base acid
    water solvent metal oxide oxides halide element elements determine define examine combine
    machine online outline baseline routine fine line one none done gone zone phone tone alone
    crystal metals control model material chemical thermal final general several optical electrical
    experimental total original typical normal critical typical global local special formal ideal
    medium minimum maximum spectrum vacuum equilibrium quantum premium calcium-free
    design begin within again main gain obtain explain contain certain domain grain strain train
    site composite write despite finite definite quite white opposite suite
    state rate date update template calculate estimate generate evaluate candidate appropriate
    substrate precipitate calibrate approximate climate separate accurate private
    provide side wide guide hide inside outside beside slide decide include halides
    scene gene hygiene serene school tool control protocol symbol cool pool alcohol alcohols drug
    medicine vaccine cleaning detection target rally impact prompt heat focus captain dose purpose
    close whose those suppose compose loose choose lose nose expose
    any many show name names list help draw make find tell give get all new best good high low gap
    gel film films powder cell cells solid liquid gas ion ions atom atoms molecule molecules amine
    amines ketone ester ethers compound compounds substance structure mass charge value values
    perovskite perovskites garnet zeolite zeolites dna rna mrna sirna carbon-based rubber latex silk
    amide imide peroxide hydride nitride carbide sulfide chloride bromide iodide fluoride
    soap pcp cif ligand linker hydrogen-bond sample samples fuel oil fat
    sugar starch mineral hydrogenation
    """.split()
)
# Words that are a substance only where one is asked about: "boiling point of water".
_IN_CONTEXT: Final = frozenset({"water", "lead", "tin", "air", "ice", "salt", "glass"})
_CONTEXT = re.compile(
    r"(?:\b(?:of|for|von|is|does|screen|element|metal|metallic|und|and)|,)\s*$", re.I
)
_WRAP = "()[],.:;'’"


def _names(request: str) -> list[tuple[str, int, int]]:
    """The substances' names among the words, the longest first."""
    words = [(m.group(), m.start(), m.end()) for m in _NAME_WORD.finditer(request)]
    taken: list[tuple[str, int, int]] = []
    used = [False] * len(words)
    for length in range(min(_LONGEST, len(words)), 0, -1):
        for first in range(len(words) - length + 1):
            last = first + length - 1
            if any(used[first : last + 1]):
                continue
            start, end = words[first][1], words[last][2]
            text = request[start:end]
            while (text and text[-1] in ",.:;'’") or (text.endswith(")") and "(" not in text):
                text = text[:-1]
            if not text or any(mark in text for mark in "?!;\n") or ", " in text:
                continue
            if _is_name(text, request, start):
                used[first : last + 1] = [True] * length
                taken.append((text, start, start + len(text)))
    return taken


def _is_name(text: str, request: str, start: int) -> bool:
    low = text.lower()
    if len(text) < 3:
        return False
    if " " in text:
        pieces = low.split()
        small = {pieces[0], pieces[-1]} & _FUNCTION_WORDS
        return not small and len(low) >= 7 and _known(text)
    if low in _IN_CONTEXT:
        after = request[start + len(text) :]
        asked = request.strip(" ?.!").lower() == low or _CONTEXT.search(request[:start])
        return (
            bool(asked)
            and re.match(r"\s*(?:[?.!,]|$|in\b|at\b|and\b|or\b|und\b|a\b)", after) is not None
        )
    if low in _ORDINARY or low in _FUNCTION_WORDS:
        return False
    if low in ELEMENT_NAMES:
        return True
    return _is_single_name(text)


# Short forms that mean the substance in any lab; most others mean something else in some.
_ABBREVIATIONS: Final = frozenset(
    "DMSO DMF NMP DMAc EDTA MTBE TFA DBU DIPEA DMAP HFIP BHT TNT DDT PFOA PFOS GHB MDMA LSD THC"
    " BPA HMF".split()
)


@lru_cache(maxsize=4096)
def _is_single_name(text: str) -> bool:
    from agent.tools.common_names import common_names
    from agent.tools.identifiers import fold, identifiers

    low = text.lower()
    if text in _ABBREVIATIONS:
        return True
    is_word = low in _english()
    if common_names(text):
        # "pan" and "pet" are words; "PAN" and "PET" are not.
        return not is_word or not (text.islower() and len(text) <= 4)
    rows = identifiers().by_name(text)
    if not rows or (len(text) <= 3 and not text.isupper()):
        return False
    key = fold(text)
    is_main = any(key in map(fold, row.names[:2]) for row in rows)
    if is_word:
        return is_main or (_CHEMICAL_ENDING.search(low) is not None and len(low) >= 6)
    return is_main or len(text) >= 5


def _known(text: str) -> bool:
    from agent.tools.common_names import common_names
    from agent.tools.identifiers import identifiers

    return bool(common_names(text) or identifiers().by_name(text))


@cache
def _english() -> frozenset[str]:
    """Common English words, as `ingest` ships them."""
    packed = resources.files("ingest").joinpath("data/english.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode("utf-8").split())


_FUNCTION_WORDS: Final = frozenset(
    """
    a an the of in on at to for from by with and or is are was were be been do does did how what
    which who why when where that this these those it its my your me i you we they there can could
    should would will may must not no than then as if so into about per via any all new der die das
    und von mit für ist sind wie was welche ein eine zu im am have has had get give make find tell
    show please
    """.split()
)

# Symbols count as formulae; these are the names, with the spellings of both shores.
ELEMENT_NAMES: Final = frozenset(
    """
    hydrogen helium lithium beryllium boron carbon nitrogen oxygen fluorine neon sodium magnesium
    aluminium aluminum silicon phosphorus sulfur sulphur chlorine argon potassium calcium scandium
    titanium vanadium chromium manganese iron cobalt nickel copper zinc gallium germanium arsenic
    selenium bromine krypton rubidium strontium yttrium zirconium niobium molybdenum technetium
    ruthenium rhodium palladium silver cadmium indium antimony tellurium iodine xenon caesium cesium
    barium lanthanum cerium praseodymium neodymium promethium samarium europium gadolinium terbium
    dysprosium holmium erbium thulium ytterbium lutetium hafnium tantalum tungsten rhenium osmium
    iridium platinum gold mercury thallium bismuth polonium astatine radon francium radium actinium
    thorium protactinium uranium neptunium plutonium americium curium berkelium californium
    """.split()
)
