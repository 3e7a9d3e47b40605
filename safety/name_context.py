"""When a found key means the substance: what parts its tokens, and in what company it stands.

An acronym needs words about substances beside it, a word of every day needs words about drugs,
and "benzaldehyde" inside "4-chloro-benzaldehyde oxime" is a piece of another compound's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from safety.leaning import SURE, leaning
from safety.lexicon import DESIGN, HARD, S
from safety.names import Token, boundaries, fold
from safety.substance import Level

_WIDEST_GAP = 6
"""Characters between two tokens of one name."""

# Never a piece of a broken name: "the bacon" is not thebacon.
STOPWORDS = frozenset(
    """a an the of in on to and or is was are be by for with as at it its if so no not from that
    this these has have had can may will do does did but than then per via""".split()
)


class ListedName(NamedTuple):
    """A name of an entry as the index holds it."""

    text: str
    entry: int
    kind: str
    case_sensitive: bool
    context_required: bool
    level: Level
    takes_derivatives: bool = False
    """Whether the law takes its esters and ethers in too."""
    preferred: bool = False
    """The name that its entry stands under."""


# Words in whose company an acronym (LSD, PCP, VX) means the substance.
_CHEMICAL_CONTEXT = re.compile(
    r"""synth|s[iy]nt[eéèh]|pr[eé]par|chemistr|reagent|route\b|precursor|molecul|compound|substance|\bagents?\b
    |\bdrugs?\b|\bdos(?:e|es|age|ing)\b|receptor|toxi|poison|analog|derivative|smiles|\bcas\b|opioid
    |stimulant|hallucin|psyche|cannab|narcot|illicit|seiz|metabol|pharmac|agonist|hydrochlor
    |\bsalts?\b|purif|cryst|\bcook|\bma[kd]e|\bmaking|manufact|produc|extract|recipe|\bbatch
    |explosi|detonat|blast|nerve|warfare|weapon|antidote|exposure|detect|vapou?r|sensor
    |\battach|\bprodrug|solidif|\bfreezer\b|\bgoop|\bsludge|\bdrones?\b|\bspray|aerosol|\bcanister
    |schedule|controlled|regulat|\blaw\b|\blegal|urine|blood|forensic|overdos|addict|abus|withdraw
    |therap|clinic|patient|trial|ptsd|enantiom|formula|\breact|\bacid|\bstep|groundwater|degrad
    |herstell|darstell|droge|fabri|\bvoie|drogue|prepara|droga|elabor|cocin
    |синтез|получ|изготов|пригот|наркот|вещест|合成|制备|制造|生产|药|毒|作り|製造|maak|maken
    |nasıl|üret|sent|합성|제조""",
    re.VERBOSE | re.IGNORECASE,
)
# Words in whose company a word of every day (speed, ice, crack) means the drug.
_DRUG_CONTEXT = re.compile(
    r"""\bdrugs?\b|\bdos(?:e|es|age|ing)\b|narcotic|illicit|addict|abus|overdos|dealer|snort|inject
    |\bsmok|\btripp|\bget(?:ting)? high|\bcook|\bstreet\b|\bdea\b|rehab|intoxic|hallucin|psychedel
    |stimulant|opioid|withdrawal|\bpills\b|\bblotter|\bstash|\bdroge|\bdrogue|\bdroga|наркот
    |\bcut(?:ting)?\s+(?:my|our|with)\b|\bcustomers?\b|\bclub(?:bers|bing)\b|\braves?\b|\bcomedown
    |\bbaggies?\b|\bdark ?(?:web|net)\b|\bhome ?lab|\bclandestine|\bunderground lab|\bsmuggl
    |\bsteroids?\b|\bbody ?builders?\b|\bcartel|\bpushers?\b|\bjunk(?:y|ies)\b
    |\bвар(?:ят|ить)\b|сварить
    |\bsnif+\b|\besnif|\bкайф|毒|吸食""",
    re.VERBOSE | re.IGNORECASE,
)
# What an acronym also stands for. Beside one of these words it is not the substance.
_OTHER_MEANINGS = {
    "lsd": r"\bfisher|tukey|post[- ]?hoc|least[- ]significant|anova|lumpy skin|lysosomal storage",
    "pcp": r"protein|pneumo|primary care|peptidyl|planar cell|pentachlorophenol|precast|polarity",
    "pmma": r"poly|\bATRP|nano|particle|\bRAFT\b|\bfilms?\b|resist|acryl|\bglass(?:es|y)?\b|resin"
    r"|beads?\b|composite|substrate|blend"
    r"|spin[- ]coat|\bTg\b|bone cement|\bchains?\b|graphene|scaffold|plastics?\b",
    "mdea": r"diethanolamine|\bCO2|\bH2S|scrub|absorb|carbon capture|sweeten|methyldiethanol",
    "amt": r"adaptive|alternative minimum|accelerated molecular",
    "det": r"detector|density[- ]?of[- ]?states|determinant|Dexter|differential",
    "dpt": r"diphtheria|pertussis|density perturbation",
    "dob": r"\bbirth|boundary",
    "etn": r"energy transfer|ethernet|solvatochrom|solvent polarity",
    "tma": r"trimethylalumin|trimethylamine|thermomechanical|trimethylammon|\bALD\b"
    r"|tetramethylammon",
    "tmf": r"thermo-?mechanical fatigue|trimethylfuran|transition metal fluoride|tetramethylfluoro",
    "nto": r"niobium|nickel titan|\bNb",
    "dnp": r"nuclear polari[sz]|\bNMR|hapten|polari[sz]ation",
    "nq": r"naphthoquinone|quadrupol",
    "stx": r"systematics|shiga|syntaxin",
    "mda": r"malondialdehyde|lipid peroxid|\bMB\b|thiobarbitur|methylenedianiline",
    "dmt": r"divalent metal|nucleo[st]i|DMT-(?:protect|Cl\b|dT)|terephthalate"
    r"|dimethoxytrityl|oligonucleotide|protecting group"
    r"|multiple sclerosis|transporter\b|mercapt",
    "dma": r"dimethylacetamide|dynamic mechanical|dimethylaniline",
    "dom": r"dissolved organic|document object|\bDOC\b",
    "doc": r"dissolved organic",
    "ghb": r"glycated|ha?emoglobin",
    "tcp": r"tricalcium|calcium phosphate|tricresyl|\bIP\b|trichlorophenol",
    "pce": r"perchloroethylene|tetrachloroethylene|power conversion",
    "stp": r"standard temperature",
    "tnt": r"tunnel(?:l)?ing nanotube|titanate nanotube|tick",
    "petn": r"poly\(",
    "thc": r"total hydrocarbon|thermohaline|tetrahydrocurcumin",
    "vx": r"VX-\d",
    "bzp": r"benzopyrene",
    "met": r".",
    "ma": r".",
}
_OTHER_MEANING = {k: re.compile(v, re.IGNORECASE) for k, v in _OTHER_MEANINGS.items()}

# Joined in front of or behind a name they say which form of it, not another compound.
_STEREO_BEFORE = re.compile(
    r"(?:^|[\s(\[])(?:\(?[±+-]\)?|\(?(?:\d*[RSEZrs](?:,\s?)?)+\*?\)?|[dlDL]{1,2}|rac|meso|cis|trans"
    r"|n|endo|exo|racemic|levo|dextro|anhydrous|pure|crude|liquid|free|powdered)-$"
)
_FORM_BEHIND = re.compile(
    r"-(?:d\d|\[|13C|15N|HCl|hydro|hydrate|free|base|like|type|based|induced|related|treated"
    r"|containing|loaded|assisted|free|producing|dependent|sensitive|specific|exposed|naive)",
    re.IGNORECASE,
)
_DERIVATIVE_BEHIND = re.compile(
    r",?\s(?:\([^)]*\)\s?)?(?:\w+\s)?(?:oxime|\w*hydrazone|semicarbazone|thiosemicarbazone|esters?|ethers?|acetals?"
    r"|ketals?|azine|imine|anil|cyanohydrin|dimer|trimer|polymer|copolymer|resin|anhydride|\w*amide"
    r"|\w*anilide|nitrile|lactone|oxide|peroxide|glycol|monomer|diacetate|\w*acetal|complex)\b",
    re.IGNORECASE,
)
_INVERTED_BEHIND = re.compile(r",\s*[^\s,]*(?:,\s*[^\s,]+)*-(?=\s|,|$|\))")
_SUBSTITUENT_BEFORE = re.compile(
    r"(?:^|[^\w])[\w,'\[\](){}-]*(?:yl|oxy|chloro|bromo|iodo|fluoro|nitro|amino|cyano|hydroxy|oxo"
    r"|methylene|aza|thio|mono|di|tri|bis|poly)\s$",
    re.IGNORECASE,
)
_CODE_BEHIND = re.compile(r"-(?:\d|[A-Z]{2,}\b|[A-Z]\d|[A-Z]\b)")
_CODE_BEFORE = re.compile(r"(?:[A-Z0-9]{2,}|\b[A-Z]\d*)-$")


def may_join(text: str, end: int, start: int) -> bool:
    """Whether what stands between two tokens may stand inside one name."""
    gap = text[end:start]
    return len(gap) <= _WIDEST_GAP and "\n\n" not in gap and ". " not in gap and "; " not in gap


def joins_well(text: str, span: Sequence[Token], name: ListedName) -> bool:
    """Whether the tokens are parted where the name is, or spelt out, and not by chance."""
    if len(span) == 1:
        return True
    if len(span) <= 3 and not any(c in name.text for c in "()[]{},"):
        # "ethyl (s)-": a bracket that the name has not parts it from what follows.
        inner = text[span[0].end : span[-1].start]
        if any(c in inner for c in "()[]{},"):
            return False
    own = boundaries(name.text)
    spelt = all(len(t.key) == 1 for t in span) or (
        len(span) >= 3 and sum(len(t.key) for t in span) <= 2.5 * len(span)
    )
    located = _is_located(span)
    offset = 0
    for before, token in pairwise(span):
        offset += len(before.key)
        if offset in own or spelt:
            continue
        if located and before.key.isdigit() != token.key.isdigit():
            continue
        if len(before.key) == 1 or len(token.key) == 1:
            return False  # "methoxy-n-methyl" holds no methoxyn
        gap = text[before.end : token.start]
        if any(c.isspace() for c in gap) and (
            before.key in STOPWORDS or token.key in STOPWORDS or len(name.text) < 7
        ):
            return False
        if len(name.text) < 6 and gap.strip(" ") not in {"-", ""}:
            return False
    if not spelt and sum(len(t.key) for t in span) <= 6:
        # "a 232": a short code is joined as the list writes it, or by a hyphen.
        written = text[span[0].start : span[-1].end]
        return " " not in written or " " in name.text or _same_case(written, name.text)
    return True


_LOCATED = 16  # letters and digits


def _is_located(span: Sequence[Token]) -> bool:
    """Whether this is a long name with two locants: then a hyphen more or less is no chance.

    Lists write "phenyl1,3-diazinane" where an author writes "phenyl-1,3-diazinane". What parts two
    locants still counts: 1,2 is not 12.
    """
    keys = [t.key for t in span]
    return sum(map(len, keys)) >= _LOCATED and sum(k.isdigit() for k in keys) >= 2


# What a listed code is in small letters: a word alone is not the code (MEAN, DEEP, SPA are).
_WORDS_OF_EVERY_DAY = frozenset({"dam", "deep", "doe", "iamb", "mates", "mean", "mos", "spa"})


def _same_case(written: str, name: str) -> bool:
    return [c for c in written if c.isalnum()] == [c for c in name if c.isalnum()]


def accepts(text: str, span: Sequence[Token], name: ListedName) -> bool:
    """Whether the company of a found key lets it mean the substance."""
    start, end = span[0].start, span[-1].end
    written = text[start:end]
    before, behind = text[:start], text[end:]
    alone = not any(c.isalnum() for c in before) and not any(c.isalnum() for c in behind)
    flagged = name.case_sensitive or name.context_required
    if name.kind == "formula" and (len(span) > 1 or not _same_case(written, name.text)):
        return False
    if flagged or len(fold(name.text)) <= 4:
        if alone:
            if written.lower() in _WORDS_OF_EVERY_DAY and not _same_case(written, name.text):
                return False
            return not (name.kind == "street" and name.context_required)
        if _CODE_BEHIND.match(behind) and not _FORM_BEHIND.match(behind):
            return False
        if _CODE_BEFORE.search(before) and not _STEREO_BEFORE.search(before):
            return False
        near = text[max(0, start - 160) : start] + " " + text[end : end + 160]
        other = _OTHER_MEANING.get(fold(name.text))
        if other is not None and other.search(near):
            return False
        if not flagged:
            return True
        same = not name.case_sensitive or _same_case(written, name.text)
        if name.context_required or not same:
            street = name.kind == "street" and name.context_required
            if street:
                return _DRUG_CONTEXT.search(near) is not None
            if _speaks_of_substances(near):
                return True
            around = f"{text[max(0, start - 160) : start]}{S}{text[end : end + 160]}"
            return same and leaning(around) > SURE
        return True
    if alone:
        return True
    return not _is_piece(before, behind, span, name)


@lru_cache(maxsize=1024)  # an answer says its quotes twice
def _speaks_of_substances(near: str) -> bool:
    return any(p.search(near) for p in (_CHEMICAL_CONTEXT, HARD, DESIGN))


def _is_piece(before: str, behind: str, span: Sequence[Token], name: ListedName) -> bool:
    """Whether a found name is only a piece of a longer name of another compound."""
    systematic = name.kind == "iupac" or any(c.isdigit() for c in name.text) or len(span) > 1
    if name.level is Level.BLOCK and not systematic:
        return False
    if re.search(r"\w[(\[{]$", before) and behind[:1] in ")]}":
        return True  # "iminobis(methylphosphonic acid)"
    if re.match(r"[)\]}]+(?:-|\w)", behind) and re.search(r"[(\[{][^)\]}]*$", before):
        return _FORM_BEHIND.match(behind.lstrip(")]}")) is None
    if _INVERTED_BEHIND.match(behind) or re.match(r"-\(?\[?\d|-[(\[]", behind):
        return True
    joined_before = (
        before[-1:] in "-)]}'"
        and before[-2:-1].strip() != ""
        and (not _STEREO_BEFORE.search(before))
    )
    if joined_before:
        return True
    if name.level is Level.BLOCK:
        return False
    if _DERIVATIVE_BEHIND.match(behind) and not name.takes_derivatives:
        return True
    if re.match(r"[^.;?!]{0,80}\b(?:co)?polymers?\b", behind):
        return True
    if name.text.endswith("acid") and (
        before.endswith(";") or re.match(r",[^.;?!]{1,60}\bsalts?\b", behind)
    ):
        return True  # the acid of a salt
    if re.match(r"-[a-z]", behind) and not _FORM_BEHIND.match(behind):
        return True
    return _SUBSTITUENT_BEFORE.search(before) is not None
