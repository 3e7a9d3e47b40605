"""Names of people as papers print them, and the citation keys made of them.

Names are recognised by form alone (capitals, initials, particles, what never is a name), so that no
list of names decides who may be cited. A short list of Chinese surnames serves one question only:
whether "Zhang Xiaoming" has its surname first.
"""

from __future__ import annotations

import re
import unicodedata

from ingest.keys import fold
from ingest.lines import RAISED
from ingest.paper import PaperMetadata

_PARTICLES = frozenset(
    "da das de del della delle den der des di do dos du e el la le los las van von vom zu zum zur "
    "af av ten ter te op 't y i bin ibn ben bint al el- ad ould uit thoe in".split()
)
# Joins given names or surnames, and does not begin a surname: "Ortega y Gasset", "Costa e Silva".
_JOINING = frozenset({"y", "i", "e", "in"})
_SUFFIXES = frozenset(
    "jr jr. sr sr. ii iii iv phd ph.d ph.d. md m.d m.d. dr dr. prof prof. msc m.sc m.sc. bsc "
    "frs esq esq. dds d.d.s. dvm mph m.p.h. rn ms mr mr. mrs mrs. ing. habil.".split()
)
_NO_NAME = re.compile(
    r"\b(?:\w*universit\w*|department|departamento|d[ée]partement|dept|institut\w*|instituto|school|"
    r"college|facult\w*|laborator\w*|academ\w*|centre|center|centro|hospital|clinic\w*|research|"
    r"division|section|group|corporation|company|inc|ltd|gmbh|co|corp|ag|llc|pharma|ministry|national|"
    r"international|state key|key lab|society|college|polytechnic\w*|program\w*|programme|campus|"
    r"road|avenue|p\.?\s?o\.?\s?box|china|usa|u\.s\.a|united|states|kingdom|germany|"
    r"france|italy|spain|japan|korea|india|brazil|brasil|iran|turkey|canada|australia|poland|"
    r"republic|journal|letters?|volume|vol|issue|article|paper|review|communication|abstract|"
    r"introduction|keywords?|received|accepted|published|revised|available|online|copyright|"
    r"rights|reserved|licen[sc]e|open|access|editor\w*|edited|author\w*|correspond\w*|"
    r"contribut\w*|equally|email|e-mail|http\w*|www|doi|issn|isbn|member|fellow|ieee|student|"
    r"consortium|collaboration|team|dated|january|february|july|august|"
    r"september|october|november|december|vol|pp|supplementary|supporting|information|highlights|"
    r"graphical|manuscript|preprint|draft|submitted|version|homepage|contents|check|updates|"
    r"cite|citation|this|the|of|and|for|with|from|by|are|its|using|based|"
    r"chemistry|chemical|physics|physical|materials|science|sciences|engineering|technology|"
    r"biology|medicine|medical|applied|advanced|studies|analysis|synthesis|effects?|properties|"
    r"nature|elsevier|publish\w*|publication|original|"
    r"report|commentary|perspective|editorial|technical|special|"
    r"software|unit|batter(?:y|ies)|summary|background|objectives?|methods?|results?|conclusions?|purpose|aims?)\b",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    rf"\s*(?:[;|·•∙‧&*†‡§¶∥‖#∗]|{RAISED}|\d+|,(?!\s*(?:jr|sr|ph\.?d|m\.?d)\b)|(?<=\s)(?:and|und|et)(?=\s))\s*",
    re.IGNORECASE,
)
_MARKS = re.compile(
    r"[\d*†‡§¶∥‖#^+~∗⋆★✉✝⁎\u00b9\u00b2\u00b3\u2070-\u209f\u2709@<>{}\[\]()/\\=:?!\"“”◊○●□■△▲◆]+"
)
_ASIDES = re.compile(r"\bDeceased\b|\bMember,? IEEE\b|\(.*?\)")
_GLUED_INITIAL = re.compile(r"(?<=\b[A-Z]\.)(?=[A-Z][a-z])")  # "B.Benciolini"
_LEAD_IN = re.compile(r"^\s*(?:and|und|by|authors?:?)\s+", re.IGNORECASE)
_EXACT_INITIALS = re.compile(r"(?:[^\W\d_]\.[ -]?)+[^\W\d_]?\.?$|^[^\W\d_]$")
_SYLLABLE = (
    r"(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?(?:iang|iong|uang|ang|eng|ing|ong|uai|iao|ian|uan|ai|"
    r"ei|ao|ou|an|en|in|un|ia|ie|iu|ua|uo|ui|ue|er|a|o|e|i|u|v)"
)
_TWO_SYLLABLES = re.compile(rf"{_SYLLABLE}-?{_SYLLABLE}", re.IGNORECASE)
_CHINESE_SURNAMES = frozenset(
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng "
    "liang xie tang song xu deng han feng cao peng zeng xiao tian dong pan yuan cai jiang yu du "
    "ye cheng wei su lu ding ren yao lv shen jia xia fu fang zou xiong bai meng qin qiu hou jin "
    "lei tao mao hao gu gong shao wan qian shi wen kong yan dai mo cui kang".split()
)


def split_names(text: str) -> list[str]:
    """Names in a line or block of authors, in order, marks of affiliation left out.

    Args:
        text: As printed, with ``RAISED`` for marks; line feeds may stand in it.
    """
    names: list[str] = []
    alone: str | None = None  # a word that may be a surname before its initials: "Smith, J."
    for part in _SPLIT.split(text.replace("\n", " ")):
        name = clean_name(part)
        if name is None:
            continue
        if alone and _EXACT_INITIALS.match(name):
            names.append(f"{name} {alone}")
            alone = None
        elif is_name(name):
            names.append(name)
            alone = None
        else:
            alone = name if is_name(f"A. {name}") else None
    return names


def clean_name(part: str) -> str | None:
    """One name without titles, degrees and marks; None where nothing is left."""
    if not any(map(str.isalpha, part)):
        return None
    part = _ASIDES.sub(" ", part)
    part = _GLUED_INITIAL.sub(" ", part)
    part = _MARKS.sub(" ", part)
    part = _LEAD_IN.sub("", part)
    tokens = [token.strip(",;:'’`´ ") if token not in ("'t",) else token for token in part.split()]
    tokens = [token for token in tokens if token and token.casefold() not in _SUFFIXES]
    # "Wei Zhang ab": letters of affiliation; a name ends in no small word.
    while tokens and re.fullmatch(r"[-–.]|[a-z]{1,2}", tokens[-1]):
        tokens.pop()
    return " ".join(tokens) or None


def is_name(name: str) -> bool:
    """Whether the words look like one person's given names and surname."""
    if re.fullmatch("[\u4e00-\u9fff]{2,4}|[\uac00-\ud7a3]{2,4}", name):
        return True
    tokens = name.split()
    if not 2 <= len(tokens) <= 7 or len(name) > 60 or _NO_NAME.search(name):
        return False
    n_full = 0
    for i, token in enumerate(tokens):
        bare = token.strip(".'’-")
        if not bare or any(c.isdigit() for c in bare):
            return False
        if token.casefold() in _PARTICLES and i < len(tokens) - 1:
            continue
        if not re.fullmatch(r"[^\W\d_]+(?:[-'’‐‑.ʼ][^\W\d_]+)*\.?", token.strip("'’")):
            return False
        first = bare[0]
        small_start = re.match(r"(?:d|l|o|n)['’]|al-|el-|ar-|as-|at-", token) is not None
        if not (first.isupper() or small_start or _uncased(first)):
            return False
        if len(bare) > 1 and not _EXACT_INITIALS.match(token):
            n_full += 1
    return n_full >= 1


def _uncased(char: str) -> bool:
    return char.isalpha() and char.upper() == char.lower()


# ------------------------------------------------------------------------------------ surnames


def surname(name: str, cited_as: frozenset[str] = frozenset()) -> str:
    """The surname in a name, as it would be cited.

    Args:
        name: One author, given names and surname in either order.
        cited_as: Surnames that the paper itself uses of its authors ("Zhan et al."), folded.
    """
    if "," in name:
        name = name.split(",", 1)[0]
        return _title_case(name.strip())
    tokens = [token for token in name.split() if token.casefold() not in _SUFFIXES]
    if not tokens:
        return name.strip()
    if len(tokens) == 1 and re.match("[\u4e00-\u9fff\uac00-\ud7a3]", name):
        return name[0]
    known = _cited_part(tokens, cited_as)
    if known:
        return _title_case(known)
    full = [token for token in tokens if not _EXACT_INITIALS.match(token)]
    capitals = [token for token in full if _is_capitals(token)]
    if capitals and len(capitals) < len(full):
        # "CHEN Kaixuan", "Kaixuan CHEN", "VAN DER BERG Jan": the capitals are the surname.
        return _title_case(" ".join(capitals))
    if _EXACT_INITIALS.match(tokens[-1]) and full:
        return _title_case(" ".join(full))  # "Zhan Y", "da Silva A.B."
    if _is_surname_first(full):
        return _title_case(full[0])
    # Particles begin a surname: "Anna da Silva", "Jan van der Waals", "Maria de la Cruz Ruiz".
    for i in range(1, len(tokens) - 1):
        particle = tokens[i].casefold()
        if particle in _PARTICLES and particle not in _JOINING and i >= 1:
            rest = tokens[i:]
            if tokens[i][0].islower() or _is_capitals(tokens[i]) or i == len(tokens) - 2:
                return _title_case(" ".join(rest))
    return _title_case(tokens[-1])


def _cited_part(tokens: list[str], cited_as: frozenset[str]) -> str | None:
    """The longest end or beginning of a name under which the paper cites it."""
    for size in range(len(tokens) - 1, 0, -1):
        end = " ".join(tokens[-size:])
        if fold(end) in cited_as:
            return end
    for size in range(len(tokens) - 1, 0, -1):
        start = " ".join(tokens[:size])
        if fold(start) in cited_as and not _EXACT_INITIALS.match(start):
            return start
    return None


def _is_surname_first(tokens: list[str]) -> bool:
    """Whether a name is in Chinese order: a common surname, then two syllables that are none."""
    if len(tokens) != 2:
        return False
    first, last = (fold(token) for token in tokens)
    return (
        first in _CHINESE_SURNAMES
        and last not in _CHINESE_SURNAMES
        and _TWO_SYLLABLES.fullmatch(tokens[1].replace("’", "").replace("'", "")) is not None
        and _TWO_SYLLABLES.fullmatch(tokens[0]) is None
    )


def _is_capitals(token: str) -> bool:
    letters = [c for c in token if c.isalpha()]
    return len(letters) >= 2 and all(c.isupper() for c in letters) and "." not in token


def _title_case(name: str) -> str:
    """Turn ``PLATA-RUEDA`` into ``Plata-Rueda``; a name that is not all capitals stays."""
    if not _is_capitals(name.replace(" ", "")):
        return name
    words = []
    for word in name.split():
        if word.casefold() in _PARTICLES and len(name.split()) > 1:
            words.append(word.casefold())
            continue
        lower = re.sub(r"[^\W\d_]+", lambda match: match[0].capitalize(), word)
        lower = re.sub(r"\bMc([a-z])", lambda match: "Mc" + match[1].upper(), lower)
        words.append(lower)
    return " ".join(words)


# ---------------------------------------------------------------------------------------- keys


def citation_key(metadata: PaperMetadata, file_name: str) -> str:
    """Key of a paper, first author's surname and year: ``Mosquera2023``, ``daSilva2020``.

    Accents stay, blanks, hyphens and apostrophes go. Where no author is known the file's name
    stands in.
    """
    name = metadata.first_surname or (surname(metadata.authors[0]) if metadata.authors else "")
    key = re.sub(r"[\W\d_]+", "", unicodedata.normalize("NFC", name))
    if not key:
        stem = file_name.rsplit("/", 1)[-1]
        stem = stem.rsplit(".", 1)[0] if "." in stem else stem
        key = re.sub(r"[^\w-]+", "", unicodedata.normalize("NFC", stem))[:40].strip("-_") or "Paper"
        if metadata.year and str(metadata.year) in key:
            return key
    return f"{key}{metadata.year or ''}"
