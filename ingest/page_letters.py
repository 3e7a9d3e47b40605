"""The letters and digits of a page, and the search for a quote among them.

A quote is found on the stream of letters and digits, which survives line breaks, hyphens,
ligatures and accents; numbers are then compared with their decimal points and signs, which that
stream loses.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

# Bumped when the same page would give other boxes: those kept before are then passed over.
BOXES: Final = "boxes-1"

_PARTS: Final = 4  # stretches that a quote may be made of, where a figure cut its paragraph
_PART_CHARS: Final = 12  # letters and digits of a stretch at least: fewer may stand anywhere
_NUMBER = re.compile(r"(?:(?<![\w)\]])[-−–])?\d+(?:[.,·]\d+)*")
_DASHES = dict.fromkeys(map(ord, "−–‐‑"), "-")


@dataclass(frozen=True, eq=False)
class PageLetters:
    """What is compared of a page, and where it stands."""

    characters: list[str]  # one for each of pdfium's indices
    letters: str
    places: list[int]  # pdfium's index of the character that each letter comes from

    @classmethod
    def of(cls, characters: list[str]) -> PageLetters:
        """The letters of a page, given every one of its characters."""
        known = {char: _letters(char) for char in set(characters)}
        letters = [known[char] for char in characters]
        places = [index for index, folded in enumerate(letters) for _ in folded]
        return cls(characters, "".join(letters), places)

    @cached_property
    def without_line_numbers(self) -> PageLetters:
        """The same page with the numbers that begin its lines left out."""
        return PageLetters.of(_without_line_numbers(self.characters))

    def find(self, quote: str) -> list[tuple[int, int]]:
        """Ranges of pdfium's indices that hold the quote, its numbers included; none: not there."""
        needle = letters_of(quote)
        if not needle:
            return []
        return _find(self, quote, needle) or _find(self.without_line_numbers, quote, needle)


def letters_of(quote: str) -> str:
    """The letters and digits of a quote, as they are compared."""
    return "".join(map(_letters, quote))


def _find(page: PageLetters, quote: str, needle: str) -> list[tuple[int, int]]:
    """Ranges of pdfium's indices that hold the quote, its numbers included."""
    places = page.places
    numbers = _numbers(quote) if any(map(str.isdecimal, needle)) else None
    for spans in _candidates(page.letters, needle):
        ranges = [(places[start], places[end - 1] + 1) for start, end in spans]
        if numbers is None:  # where the letters are the same, there is none on the page either
            return ranges
        raw = " ".join("".join(page.characters[start:end]) for start, end in ranges)
        # A line's end may part "10⁻⁴-10⁻⁶" before the dash, or "of" from "-5".
        if numbers in (_numbers(raw), _numbers(re.sub(r"[\r\n]+", "", raw))):
            return ranges
    return []


def _without_line_numbers(characters: list[str]) -> list[str]:
    """The characters with the numbers that begin their lines blanked."""
    out = list(characters)
    begins = True
    for index, char in enumerate(characters):
        if char in "\r\n" and char:
            begins = True
        elif begins and char.isdigit():
            out[index] = ""
        elif not (begins and char == ""):
            begins = False
    return out


def _candidates(text: str, needle: str) -> list[list[tuple[int, int]]]:
    """Every place of the needle in the text, else its place in several parts."""
    whole = []
    at = text.find(needle)
    while at >= 0:
        whole.append([(at, at + len(needle))])
        at = text.find(needle, at + 1)
    if whole:
        return whole
    parts: list[tuple[int, int]] = []
    rest = needle
    while rest and len(parts) < _PARTS:
        low, high = 0, len(rest)
        while low < high:  # the longest beginning that stands on the page
            middle = (low + high + 1) // 2
            if rest[:middle] in text:
                low = middle
            else:
                high = middle - 1
        if low < min(_PART_CHARS, len(rest)):
            return []
        at = text.find(rest[:low], parts[-1][1] if parts else 0)
        at = at if at >= 0 else text.find(rest[:low])
        parts.append((at, at + low))
        rest = rest[low:]
    return [] if rest else [parts]


@lru_cache(maxsize=4096)
def _letters(char: str) -> str:
    """Letters and digits of a character, as they are compared: H₂ is h2, ﬁ is fi, é is e."""
    folded = unicodedata.normalize("NFKD", char).casefold()
    return "".join(c for c in folded if c.isalnum())


def _numbers(text: str) -> list[str]:
    """Numbers of a text with their decimal points and minus signs."""
    text = re.sub(r"[\x02\ufffe]\s*", "-", unicodedata.normalize("NFKC", text)).translate(_DASHES)
    text = re.sub(r"\s+", " ", re.sub(r"-\s*[\r\n]\s*", "-", text))
    return [number.replace("·", ".") for number in _NUMBER.findall(text)]
