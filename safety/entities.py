"""Finding the notations of substances in a text: InChI, InChIKey, CAS, molblock, SMILES, reaction.

A candidate is what looks like a notation; whether it is one, its reader says. ``is_plain`` tells
the harmless doubt apart: "PCP" or "CO2" may be meant as a word or a formula, so that failing to
read it means nothing, while a long string of brackets and ring digits that cannot be read is
something that was not screened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

CandidateKind = Literal["molblock", "inchi", "inchikey", "cas", "reaction", "smiles"]


class Candidate(NamedTuple):
    """A part of a text that looks like the notation of a structure."""

    kind: CandidateKind
    text: str
    start: int
    end: int
    is_plain: bool = False
    """Also a word, a formula or a code, so that it means nothing when it cannot be read."""


# Notations are ASCII; letters of other scripts may stand at their sides without a space.
_SIGN = r"(?:(?![\"'`<>|])[!-~])"
_INCHI = re.compile(rf"(?<![A-Za-z])InChI\s*=\s*1S?/{_SIGN}+", re.IGNORECASE)
_BARE_INCHI = re.compile(rf"(?<![\w/=])1S?/[A-Z][A-Za-z0-9.]*/c[0-9(),\-*;]+{_SIGN}*")
_INCHIKEY = re.compile(
    r"(?<![A-Za-z])([A-Za-z]{14})\s?-\s?([A-Za-z]{8,10})(?:\s?-\s?([A-Za-z])?)?(?![A-Za-z])"
)
_FIRST_BLOCK = re.compile(r"(?<![A-Za-z-])[A-Z]{14}(?![A-Za-z])")
_CAS = re.compile(r"(?<![\d.-])0{0,4}(\d{2,7})\s?[-_/.]\s?(\d{2})\s?[-_/.]\s?(\d)(?![\d]|[.-]\d)")
_SPACED_CAS = re.compile(r"(?<![\d.-])0{0,4}(\d{2,7})\s(\d{2})\s(\d)(?![\d]|[.,-]\d)")
_CAS_DIGITS = re.compile(r"\bCAS\b[^\d]{0,24}0{0,4}(\d{5,10})(?![\d-])", re.IGNORECASE)
_COUNTS = re.compile(r"^.*V[23]000[ \t]*$", re.MULTILINE)
_MOL_END = re.compile(r"^M {1,2}END[ \t]*$", re.MULTILINE)

# One atom or sign of SMILES after the other, and nothing else.
_ATOM = r"\[[^\[\]\s]{1,40}\]|Br|Cl|[BCNOPSFI]|[bcnops]|\*"
_SMILES = re.compile(rf"(?:{_ATOM}|[-=#$:/\\.()~]|%\d\d|\d)+")
# The same signs in any order: a SMILES that lost a bracket.
_LOOSE_SMILES = re.compile(r"(?:Br|Cl|\[[^\[\]\s]{1,40}\]|[BCNOPSFIbcnops0-9=#()\[\]@/\\+.%:*-])+")
_CHUNK = re.compile(r"[!-~]+|[^\s!-~]+")
_ATOM_SIGN = re.compile(_ATOM)
_STRUCTURAL = re.compile(r"[=#()\[\]\\@]|[a-zA-Z\])]\d")
_FORMULA = re.compile(
    r"(?:[([{]?(?:H|He|Li|Be|B|C|N|O|F|Ne|Na|Mg|Al|Si|P|S|Cl|Ar|K|Ca|Sc|Ti|V|Cr|Mn|Fe|Co|Ni|Cu|Zn"
    r"|Ga|Ge|As|Se|Br|Kr|Rb|Sr|Y|Zr|Nb|Mo|Tc|Ru|Rh|Pd|Ag|Cd|In|Sn|Sb|Te|I|Xe|Cs|Ba|La|Ce|Pr|Nd"
    r"|Sm|Eu|Gd|Tb|Dy|Ho|Er|Tm|Yb|Lu|Hf|Ta|W|Re|Os|Ir|Pt|Au|Hg|Tl|Pb|Bi|Th|U|Pu|D|T)"
    r"(?:[2-9]\d*|1\d+|\d*\.\d+)?[)\]}]*(?:[2-9]\d*|1\d+|\d*\.\d+)?(?:[+-]\d?|\d?[+-])?[·.]?)+"
)
_WORD = 60  # letters and signs; what is longer is not looked up among the words met before
_EDGES = "\"'`,;:!?“”„«»…{}<>|"
_LABELS = re.compile(
    r"^(?:smiles|smi|smarts|target|product|compound|molecule|structure|reaction|rxn|mol)s?[:=]",
    re.IGNORECASE,
)
_TARGET_BEFORE = re.compile(
    r"(?:synthes\w+ (?:of|for|on)|routes? (?:to|for)|leads? to|prepar\w+(?: of)?|mak(?:e|ing)"
    r"|targets?:?)\s*$",
    re.IGNORECASE,
)
_SHORT_WORDS = frozenset({"I", "In", "II", "no", "on", "so", "os", "SO", "NO", "OR"})
_SMILES_WORD = re.compile(r"smiles|target|molecule|structure|inchi|retrosynth", re.IGNORECASE)


def cas_is_valid(cas: str) -> bool:
    """Whether the last digit of a CAS number checks the others."""
    digits = [int(c) for c in cas if c.isdigit()]
    if not 5 <= len(digits) <= 10:
        return False
    *body, check = digits
    return sum(i * d for i, d in enumerate(reversed(body), start=1)) % 10 == check


def is_smiles_like(text: str) -> bool:
    """Whether a text is made of the signs of SMILES and of at least one atom."""
    return _SMILES.fullmatch(text) is not None and _ATOM_SIGN.search(text) is not None


def molblocks(text: str) -> Iterator[Candidate]:
    """The molblocks of a text as written, white space and all."""
    for counts in _COUNTS.finditer(text):
        head = text[: counts.start()]
        # Three lines stand before the counts line; the first of them is often blank.
        lines = head.splitlines(keepends=True)
        start = len(head) - sum(map(len, lines[-3:]))
        end = _MOL_END.search(text, counts.end())
        stop = end.end() if end else len(text)
        block = text[start:stop]
        yield Candidate("molblock", "\n" * max(0, 3 - len(lines)) + block, start, stop)


def candidates(text: str) -> Iterator[Candidate]:
    """The notations of a normalised text, InChI before what might overlap it."""
    taken: list[tuple[int, int]] = []
    for pattern in (_INCHI, _BARE_INCHI):
        for m in pattern.finditer(text):
            if any(m.start() < e and s < m.end() for s, e in taken):
                continue
            found = re.sub(r"\s", "", m.group()).rstrip(".,:!?]}")
            found = "InChI=" + found[found.index("1") :]
            if found.count(")") > found.count("("):
                found = found.rstrip(")")
            taken.append((m.start(), m.end()))
            yield Candidate("inchi", found, m.start(), m.end())
    for m in _INCHIKEY.finditer(text):
        key = "-".join(g for g in m.groups() if g).upper()
        bare = m.end() - m.start() == len(text.strip())
        if bare or m.group(1).isupper() or len(key) >= 25:
            taken.append((m.start(), m.end()))
            yield Candidate("inchikey", key, m.start(), m.end())
    for m in _FIRST_BLOCK.finditer(text):
        if not any(s <= m.start() < e for s, e in taken):
            yield Candidate("inchikey", m.group(), m.start(), m.end(), is_plain=True)
    yield from _cas_numbers(text)
    yield from _line_notations(text, taken)


def _cas_numbers(text: str) -> Iterator[Candidate]:
    seen: set[str] = set()
    bare = text.strip(" []().;,")
    for pattern in (_CAS, _SPACED_CAS):
        for m in pattern.finditer(text):
            number = "-".join((m.group(1).lstrip("0"), m.group(2), m.group(3)))
            if number not in seen and cas_is_valid(number):
                seen.add(number)
                yield Candidate("cas", number, m.start(), m.end())
    digits = [(m.group(1), m.start(1), m.end(1)) for m in _CAS_DIGITS.finditer(text)]
    if bare.isdigit() and 5 <= len(bare) <= 10:
        digits.append((bare, 0, len(text)))
    for run, start, end in digits:
        plain = run.lstrip("0")
        number = f"{plain[:-3]}-{plain[-3:-1]}-{plain[-1:]}"
        if number not in seen and cas_is_valid(number):
            seen.add(number)
            yield Candidate("cas", number, start, end)


def _line_notations(text: str, taken: list[tuple[int, int]]) -> Iterator[Candidate]:
    """SMILES and reaction SMILES among the words of a text."""
    chunks = list(_CHUNK.finditer(text))
    for ordinal, m in enumerate(chunks):
        if any(s < m.end() and m.start() < e for s, e in taken):
            continue
        word = m.group()
        if ">" in word and (yielded := _reaction(word, m)) is not None:
            yield yielded
            continue
        if len(word) <= _WORD and _is_plain(word):
            continue
        word = _trimmed(word)
        if len(word) < 2 and len(chunks) > 1:
            continue
        for part in _alternatives(word):
            candidate = _smiles(
                part, m, text, alone=ordinal == 0 and len(chunks) <= 3, n_chunks=len(chunks)
            )
            if candidate is not None:
                yield candidate
                break
    joined = _broken_lines(chunks, text)
    if joined is not None:
        yield joined


def _trimmed(word: str) -> str:
    word = _LABELS.sub("", word.strip(_EDGES)).strip(_EDGES)
    while word and word[-1] in ".:-=/" + _EDGES:
        word = word[:-1]
    if word.count(")") > word.count("(") and word.endswith(")"):
        word = word[:-1]
    if word.startswith("(") and (word.count("(") > word.count(")") or word.endswith(")")):
        word = word[1:-1] if word.endswith(")") else word[1:]
    if word.startswith("[") and word.endswith("]") and "]" not in word[1:-1]:
        return word  # one bracket atom, or a word in brackets
    return word


def _alternatives(word: str) -> Iterator[str]:
    yield word
    # "SMILES=CCO", "C1CCNCC1," beside another, "CCO;CCN", "CCO->CCN"
    for separator in ("->", ";", ",", "|", "=>", '"', "'", "`"):
        if separator in word:
            yield from word.split(separator)
    if ":" in word:
        yield word.rsplit(":", 1)[1]


def _reaction(word: str, m: re.Match[str]) -> Candidate | None:
    word = _LABELS.sub("", word.strip("\"'`,;:!“”„")).rstrip(".,;:!")
    if word.count(">") != 2 or "->" in word or "=>" in word:
        return None
    sides = [s.strip("?*. ") for s in word.split(">")]
    if any(sides) and all(not s or _SMILES.fullmatch(s) for s in sides):
        return Candidate("reaction", ">".join(sides), m.start(), m.end())
    return None


@lru_cache(maxsize=16_384)
def _is_plain(word: str) -> bool:
    """Whether a word and its parts are no SMILES, whatever stands around it."""
    return not any(_may_be_smiles(part) for part in _alternatives(_trimmed(word)))


def _may_be_smiles(word: str) -> bool:
    if _SMILES.fullmatch(word):
        return True
    return _LOOSE_SMILES.fullmatch(word) is not None and _STRUCTURAL.search(word) is not None


def _smiles(
    word: str, m: re.Match[str], text: str, *, alone: bool, n_chunks: int
) -> Candidate | None:
    if not word or len(word) > 20_000:
        return None
    if not _SMILES.fullmatch(word):
        broken = len(word) >= 8 and _LOOSE_SMILES.fullmatch(word) and _STRUCTURAL.search(word)
        if (
            broken
            and word != word.lower()
            and len(_ATOM_SIGN.findall(word)) >= 3
            and not _FORMULA.fullmatch(word)
        ):
            return Candidate("smiles", word, m.start(), m.end())
        return None
    atoms = _ATOM_SIGN.findall(word)
    if not atoms:
        return None
    n_letters = sum(c.isalpha() for c in word)
    structural = _STRUCTURAL.search(word) is not None
    is_formula = _FORMULA.fullmatch(word) is not None
    bare = n_chunks == 1
    # "CN" or "CS" inside a sentence is a word unless the sentence speaks of structures.
    is_short = not structural and not bare and n_letters <= 3
    if is_short and (
        word in _SHORT_WORDS
        or not (alone or _SMILES_WORD.search(text) or _TARGET_BEFORE.search(text[: m.start()]))
    ):
        return None
    if word.islower() and not structural:
        return None  # "soon", "bon": aromatic letters without a ring are a word
    is_code = re.fullmatch(r"[A-Za-z]{2,6}\d+", word) is not None
    strong = structural and len(atoms) >= 3 and not is_formula and not is_code
    return Candidate("smiles", word, m.start(), m.end(), is_plain=not strong)


def _broken_lines(chunks: list[re.Match[str]], text: str) -> Candidate | None:
    """A SMILES with spaces or line breaks inside: every word of the text is a piece of it."""
    words = [c.group() for c in chunks]
    if not 2 <= len(words) <= 60:
        return None
    joined = "".join(words)
    if len(joined) < 5 or not _STRUCTURAL.search(joined) or not _SMILES.fullmatch(joined):
        return None
    return Candidate("smiles", joined, 0, len(text), is_plain=True)
