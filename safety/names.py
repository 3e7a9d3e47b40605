"""Names in one form: how a text is cleaned and how a name is folded to its key.

From the mildest to the boldest:

- ``normalise``: the text as a reader sees it (compatibility forms, invisible characters, dashes);
- ``latinised``: look-alike letters of other scripts as Latin ones;
- ``fold``: the key of a name, letters and digits only, so that "2C-B", "2c b" and "2CB" are one;
- ``international`` and ``leet_shape``: keys that also forget an INN's ending in another language
  ("-inum", "-ina", "-ine"), or letters written as digits.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# Invisible or purely formatting characters: zero width, joiners, soft hyphen, bidi controls,
# variation selectors, tags, the BOM, Hangul and Khmer fillers.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_MARKS: dict[int, str] = {
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u207b\u208b\u2212"), "-"),
    **dict.fromkeys(map(ord, "\u2e3a\u2e3b\ufe58"), "-"),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201b\u2032\u02b9\u02bc\u0060\u00b4\u055a"), "'"),
    0x2044: "/",
    0x2215: "/",
}


def _letters(foreign: str, latin: str) -> dict[str, str]:
    return dict(zip(foreign, latin, strict=True))


# Letters of other scripts that look like a Latin one, and Latin look-alikes that NFKC keeps.
_LOOKALIKES = str.maketrans(
    {
        # Cyrillic
        **_letters("асеорхуіјѕһԁԛԝкмтнвӏёгпзь", "aceopxyijshdqwkmthblernzb"),
        **_letters("АВЕКМНОРСТХУІЈЅҺԀԚԜӀЁЬ", "ABEKMHOPCTXYIJSHDQWIEB"),
        # Greek
        **_letters("αβεηικνορτυχωγ", "abenikvoptuxwy"),
        **_letters("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
        # Armenian
        **_letters("ոսօցհ", "nuogh"),
        # Latin, small capitals included
        **_letters("ıłøđɑɡɩɪɴʀʏʙɢʜʟ", "ilodagiinrybghl"),
        **_letters("ᴀᴄᴅᴇꜰᴊᴋᴍᴏᴘꜱᴛᴜᴠᴡᴢ", "acdefjkmopstuvwz"),
    }
)
# Letters in circles and squares that have no compatibility form.
_BOXED = str.maketrans(
    {chr(base + i): chr(97 + i) for base in (0x1F150, 0x1F170, 0x1F1E6) for i in range(26)}
)
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "ς": "sigma", "τ": "tau", "φ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
GREEK_NAMES = frozenset(_GREEK.values())
# A Greek letter that stands alone is a locant ("α-PHP"); in a Greek word it is not.
_LONE_GREEK = re.compile(r"(?<![\u0370-\u03ff])[\u0370-\u03ff](?![\u0370-\u03ff])")
_STROKES = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "þ": "th", "ð": "d"}
)

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
# A token is a run of letters and digits of one writing. Han and kana have no spaces and hangul
# joins its particles on, Hebrew and Arabic write small words onto the next: so they part from
# Latin letters where they meet them ("MDMAの合成").
_SEMITIC = "\u0590-\u06ff"
_TOKEN = re.compile(rf"[{CJK}]+|(?:(?![^{_SEMITIC}])[^\W_])+|[^\W_{CJK}{_SEMITIC}]+")


def normalise(text: str) -> str:
    """The text as a reader sees it: NFKC, nothing invisible, one kind of dash and of prime."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return _INVISIBLE.sub("", text.translate(_MARKS).translate(_BOXED))


def latinised(text: str) -> str:
    """The text with look-alike letters of other scripts as Latin ones; itself if there are none."""
    return text if text.isascii() else text.translate(_LOOKALIKES)


_NOT_ALNUM = bytes(n for n in range(128) if not chr(n).isalnum())


def fold(name: str) -> str:
    """The key of a name: lower-case letters and digits without accents, lone Greek spelt out."""
    if name.isascii():
        # As bytes, since a start folds all the listed names.
        return name.lower().encode().translate(None, _NOT_ALNUM).decode()
    text = _LONE_GREEK.sub(lambda m: _GREEK.get(m.group(), m.group()), normalise(name).casefold())
    text = unicodedata.normalize("NFKD", text.translate(_STROKES))
    text = "".join(c for c in text if unicodedata.category(c) != "Mn")
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", text)))


def boundaries(name: str) -> frozenset[int]:
    """Offsets in the key of ``name`` at which its own words and locants part."""
    offset, found = 0, set()
    for token in tokens(normalise(name)):
        found.add(offset)
        offset += len(token.key)
    return frozenset(found)


# Endings of international nonproprietary names: Latin, Spanish, Italian, French, German, English.
_INN_ENDING = re.compile(
    r"(?<=[a-z]{3})(in|on|ol|al|an|am|id|il|at|en|ir|ik|ut)(?:um|as|os|es|en|i|a|e|o|s)$"
    r"|(?<=[a-z]{4})(?:um|a|e|o)$"
)
_SPELLINGS = (
    ("ph", "f"), ("th", "t"), ("ch", "k"), ("y", "i"), ("qu", "k"), ("ce", "se"), ("ci", "si"),
    ("c", "k"), ("x", "ks"), ("z", "s"), ("ae", "e"), ("oe", "e"),
)  # fmt: skip


@lru_cache(maxsize=4096)
def international(key: str) -> str:
    """A key without what languages change in a drug's name: endings, ph/f, th/t, ch/c/k, y/i.

    Only for keys of Latin letters; others come back as they are.
    """
    if not key.isascii() or not key.isalpha():
        return key
    for old, new in _SPELLINGS:
        if old in key:
            key = key.replace(old, new)
    return _INN_ENDING.sub(lambda m: m.group(1) or "", key)


_LEET = str.maketrans(
    {
        "o": "0", "i": "1", "l": "1", "e": "3", "a": "4", "s": "5", "t": "7", "b": "8",
        "g": "9", "6": "9", "@": "4", "$": "5", "!": "1", "|": "1", "€": "3",
    }
)  # fmt: skip


# The same for ASCII: what each byte becomes, and which bytes are dropped.
_LEET_BYTES = bytes(ord(chr(n).translate(_LEET)) for n in range(128)) + bytes(range(128, 256))
_NO_LEET = bytes(n for n in range(128) if not chr(_LEET_BYTES[n]).isalnum())


def leet_shape(text: str) -> str:
    """A key in which a letter and the digit that stands for it are the same."""
    if text.isascii():
        return text.lower().encode().translate(_LEET_BYTES, _NO_LEET).decode()
    return "".join(filter(str.isalnum, text.lower().translate(_LEET)))


class Token(NamedTuple):
    """A run of letters and digits in a text."""

    key: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The tokens of a normalised text with their folded keys and places."""
    if text.isascii():
        return [Token(m.group().lower(), m.start(), m.end()) for m in _TOKEN.finditer(text)]
    found = []
    for match in _TOKEN.finditer(text):
        written = match.group()
        key = written.lower() if written.isascii() else fold(written)
        if key:
            found.append(Token(key, match.start(), match.end()))
    return found


# Pieces that systematic names are built of. A name made wholly of them names some compound of
# its own and is no slip of another one: "ethylphosphonic" is not a misspelt "methylphosphonic".
_MORPHEMES = frozenset(
    """
    meth eth prop but pent hex hept oct non dec undec dodec tridec tetradec hexadec octadec
    eicos cyclo iso neo sec tert bi spiro nor homo an ane ano ene eno en yne yno yn yl ylidene
    yliden ylid oyl oxy oxo ol diol triol one dione al dial oic oate ate ite ide ic acid amine
    amino amide amido imine imino imide imido nitrile nitro nitroso cyano azo azido azide diazo
    hydrazine hydrazide hydrazono oxime chloro chlor chloride fluoro fluor fluoride bromo brom
    bromide iodo iod iodide hydro hydroxy hydroxide peroxy peroxide oxide di tri tetra penta
    hexa hepta octa nona deca bis tris tetrakis mono per poly phenyl phenol phenoxy phen benz
    benzo benzene benzyl benzoyl tolu tolyl toluene xylene xylyl naphth naphthyl naphthalene
    anthr anthracene pyridine pyridyl pyridin pyrid pyrrole pyrrolidine pyrrol pyrrolidin
    piperid piperidine piperidin piperazine piperazin morpholine morpholin furan furyl furo thio
    thi thia thiol thiophene thienyl indole indol indazole indazol imidazole imidazol quinoline
    quinolin isoquinoline pyrimidine pyrimidin pyrazine pyrazin pyrazole pyrazol triazole
    triazol tetrazole tetrazol oxazole oxazol thiazole thiazol sulf sulfo sulfonyl sulfinyl
    sulfon sulfonic sulfate sulfite sulfide sulfone sulfoxide sulph sulphonyl phosph phosphono
    phosphonic phosphate phosphite aldehyde phosphonate phosphine phosphin phosphoryl
    phosphonous phosphinic sil silane silyl siloxane stann bor borane boronic carb carboxy
    carboxylic carboxylate carbonyl carbonate carbon carbam carbamate carbamoyl form formyl
    formate formic acet acetyl acetate acetic aceto propion propionyl propionic propionate butyr
    butyryl butyric butyrate valer valeric lact lactate malon malonic malonate succin succinic
    succinate glutar adip adipate maleic male fumar phthal phthalic phthalate cinnam salicyl
    vinyl allyl acryl acrylic acrylate methacryl glyc glycol ether ester keto epoxy aza oxa aryl
    alk alkyl ur urea guanid anil aniline anilide anilino toluid hydr a buta propa ketone
    phosphoric phosphorous methylene ethylene propylene butylene vinylidene methoxy ethoxy
    propoxy butoxy cumene styrene styryl stear ole palmit laur myrist capr caproic capryl linole
    elaid eruc oxidan oxidanyl oxidanylidene azan azanyl azanylidene chloranyl bromanyl
    fluoranyl iodanyl sulfanyl sulfanylidene silan phosphanyl
    """.split()
)


@lru_cache(maxsize=8192)
def is_systematic(key: str) -> bool:
    """Whether a folded name is built of the pieces of systematic nomenclature and nothing else."""
    return all(_builds(run) for run in re.findall(r"[a-z]+", key))


def _by_beginning(pieces: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """``pieces`` by their first two letters, those of one letter by that and any other."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    found: dict[str, list[str]] = {}
    for piece in sorted(pieces):
        begins = [piece[:2]] if len(piece) > 1 else [piece, *(piece + other for other in letters)]
        for begin in begins:
            found.setdefault(begin, []).append(piece)
    return {begin: tuple(starting) for begin, starting in found.items()}


_MORPHEMES_FROM = _by_beginning(_MORPHEMES)


def _builds(run: str) -> bool:
    """Whether ``run`` is pieces of systematic names and nothing else."""
    reached, ahead, whole = {0}, [0], len(run)
    while ahead:
        start = ahead.pop()
        for piece in _MORPHEMES_FROM.get(run[start : start + 2], ()):
            end = start + len(piece)
            if end not in reached and run.startswith(piece, start):
                if end == whole:
                    return True
                reached.add(end)
                ahead.append(end)
    return False
