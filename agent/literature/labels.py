"""Capitalised words and abbreviations that are no substances: people, methods, materials."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_PROPER: Final = re.compile(r"(?<![\w-])[A-ZÀ-Þ][\wÀ-ÿ]*(?:['’]s)?")


_GENERIC: Final = frozenset(
    """
    the a an i ii iii iv v vi it its this that these those in on at as by for from of to with no
    not and or but if when while after before under over without within between both each all
    some table figure fig eq equation section celsius kelvin fahrenheit
    """.split()
)


# Letters of quantities, which a quote may spell out.
_SYMBOLS: Final = frozenset("Tg Ea Eg Ef Eb Voc Jsc CH NH OH BH SH PH Kd Km Ka Ki ZT FF".split())


def labels(text: str, skip: list[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """Capitalised words, abbreviations and single letters, each with "opens the sentence"."""
    for match in _PROPER.finditer(text):
        if any(match.start() < b and match.end() > a for a, b in skip):
            continue
        said = re.sub(r"['’]s$", "", match[0])
        before = text[: match.start()].rstrip()
        opens = not before or before[-1] in ".:;"
        group = re.match(
            r"\s(?:and (?:[A-Z]|co-?workers|colleagues|others)|et al|group|team)"
            r"|['’]s?\s",
            text[match.end() :],
        ) or match[0].endswith(("'s", "’s"))
        acronym = re.search(r"[A-Z].*[A-Z]", said) is not None
        if len(said) == 1 and re.match(r"\s?[=≡–-]\s?[A-Z]\b", text[match.end() :]):
            continue  # a bond
        if len(said) == 1 and re.search(r"\b[A-Z]\s?[=≡–-]\s?$", before):
            continue
        if said in _SYMBOLS or said.lower() in _GENERIC or (opens and len(said) == 1):
            continue
        yield said, bool(opens and not acronym and not group)


def holds_label(label: str, quote: str) -> bool:
    """Whether the quote holds the label, in any case where it is a word, or spells it out."""
    if len(label) == 1:
        return re.search(rf"(?<![A-Za-z]){label}(?![a-z])", quote) is not None
    if re.search(rf"(?<![A-Za-z]){re.escape(label)}", quote, re.IGNORECASE):
        return True
    folded = label.lower().rstrip("s")
    if len(folded) > 5 and re.search(rf"\b{re.escape(folded[:-1])}", quote, re.IGNORECASE):
        return True
    if spells_out(label, quote):
        return True
    # DFT where the quote has "density functionals": theory, microscopy and spectroscopy go unsaid.
    return abridged(label, quote)


def abridged(label: str, quote: str) -> bool:
    """Whether the quote spells out an abbreviation but for its last word, as DFT without theory."""
    return label.isupper() and label[-1] in "TMS" and spells_out(label[:-1], quote)


def other_label(claim: str, quote: str) -> str | None:
    """A numbered or Greek label of the claim that the quote does not have: MOF-5, α."""
    for match in _NUMBERED.finditer(claim):
        form = match[0].replace("-", r"[\s-]?")
        if re.search(rf"(?<![A-Za-z]){form}(?!\d)", quote) is None:
            return match[0]
    greek = set(_GREEK.findall(quote))
    return next((one for one in _GREEK.findall(claim) if greek and one not in greek), None)


# Words that can only be parts of substances' names, by their endings.
_CHEMICAL: Final = re.compile(
    r"\b[a-z]{3,}(?P<ending>ammonium|idinium|onium|azole|idine|imide|quinone|phenol|acrylate"
    r"|styrene|siloxane|aniline|phosphine|thiophene|aldehyde)s?\b",
    re.IGNORECASE,
)


def other_chemical(claim: str, quote: str) -> str | None:
    """A word such as formamidinium where the quote has methylammonium, and neither has both."""
    mine = {match[0].lower().rstrip("s") for match in _CHEMICAL.finditer(claim)}
    theirs = {match[0].lower().rstrip("s") for match in _CHEMICAL.finditer(quote)}
    if not theirs - mine:
        return None
    return next((one for one in sorted(mine - theirs) if not spells_out_of(one, quote)), None)


def spells_out_of(word: str, quote: str) -> bool:
    """Whether the quote has capitals that ``word`` may spell out: MA for methylammonium."""
    return any(inside(one.lower(), word) for one in re.findall(r"[A-Z]{2,4}", quote))


_NUMBERED: Final = re.compile(r"(?<![\w-])[A-Z][A-Za-z]{1,6}-\d+[a-z]?(?![\w-])")
_GREEK: Final = re.compile(r"(?<![\w.])[α-ωβ](?=[-\s′″])")


def spells_out(label: str, text: str) -> bool:
    """Whether words of ``text`` have the letters of an abbreviation as initials."""
    letters = re.sub(r"[^A-Za-z]", "", label).lower()
    if not 2 <= len(letters) <= 6 or label[:1].islower() or label[1:].islower():
        return False
    words = [word.lower() for word in re.findall(r"[A-Za-z]+", text)]
    whole = [word.lower() for word in re.findall(r"[A-Za-z][A-Za-z-]*", text)]
    for group in (words, whole):
        if letters in "".join(word[0] for word in group if word not in _GENERIC):
            return True
    # One long word whose parts give the letters: FA for formamidinium.
    return any(len(word) >= 12 and inside(letters, word) for word in words)


def inside(letters: str, word: str) -> bool:
    """Whether ``word`` starts with the first of ``letters`` and holds the others in order."""
    if word[0] != letters[0]:
        return False
    at = 0
    for letter in letters[1:]:
        at = word.find(letter, at + 1)
        if at < 0:
            return False
    return True


def abbreviated(word: str, text: str, quote: str) -> bool:
    """Whether ``word`` is part of a phrase of ``text`` that the quote has by its initials."""
    words = re.findall(r"[A-Za-z]+", text)
    for at in (i for i, one in enumerate(words) if one == word):
        for length in (3, 2, 4):
            for start in range(max(0, at - length + 1), at + 1):
                letters = "".join(one[0] for one in words[start : start + length]).upper()
                if len(letters) == length and re.search(rf"\b{letters}\b", quote):
                    return True
    return False
