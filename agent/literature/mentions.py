"""What a question names, formulae, codes, proper names and values, and whether a text holds it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from agent.literature.formulae import in_words
from ingest.terms import fold_text

# A number with a unit, as a question gives a condition.
VALUE: Final = re.compile(
    r"\d+(?:[.,]\d+)*\s?(?:[°◦º∘˚]\s?[CFK]|K|nm|µm|μm|mm|cm|Å|V|eV|GPa|MPa|kPa|bar|atm|h|min|wt\s?%)(?!\w)"
)
_TOKEN = re.compile(r"""[^\s,;?!\"“”„]+""")
_EDGES = ".:'’‘()[]{}"
# Adjectives of places, which a question may use where the paper names the place itself.
_OF_A_PLACE = re.compile(
    r"(?:ish|ese|ian|ean|can)s?$"
    r"|^(?:Dutch|French|German|Greek|Swiss|Czech|Welsh|Thai|Iraqi|Israeli|Pakistani|Afghan)s?$"
)
# A common word behind an abbreviation, as in "NMR-derived": the paper may put it otherwise.
_COMMON_PART = re.compile(r"[-–](?:[a-z]{5,})$")
_DEGREES = str.maketrans(dict.fromkeys("◦º∘˚", "°"))


def question_names(question: str) -> tuple[str, ...]:
    """What a question names that an answer's paper must name too: formulae, codes, proper names.

    ``"What does Ti-MCM-41 yield at 500 °C?"`` gives ``("500 °C", "Ti-MCM-41")``.
    """
    names = [match.group() for match in VALUE.finditer(question)]
    rest = VALUE.sub(" ", question)
    for position, match in enumerate(_TOKEN.finditer(rest)):
        word = match.group().strip(_EDGES) if "(" not in match.group() else match.group()
        word = _COMMON_PART.sub("", word.removesuffix("'s").removesuffix("’s"))
        if len(word) > 1 and _is_name(word, first=position == 0):
            names.append(word)
    return tuple(dict.fromkeys(names))


def _is_name(word: str, *, first: bool) -> bool:
    letters = sum(char.isalpha() for char in word)
    if any(char.isdigit() for char in word):
        return letters > 1 and not re.fullmatch(r"\d+(?:st|nd|rd|th)|10\^?[-−]?\d+", word)
    capitals = sum(char.isupper() for char in word)
    if capitals >= 2:
        return not first or capitals == letters
    if first or not word[0].isupper() or len(word) < 5:
        return False
    parts = [part for part in re.split(r"[-–/]", word) if part.isalpha()]
    return not _OF_A_PLACE.search(word) and all(part[0].isupper() for part in parts)


@lru_cache(maxsize=256)
def folded_text(text: str) -> str:
    """A paper's text as names are looked up in it."""
    return re.sub(r"\s+", " ", fold_text(text.translate(_DEGREES)))


def holds(text: str, name: str) -> bool:
    """Whether folded ``text`` holds ``name``, however its parts are spaced or hyphenated."""
    folded = folded_text(name)
    words = in_words(name)
    if words is not None and re.search(words, text):
        return True
    parts = re.findall(r"[a-z]+|\d+|[^\sa-z\d]", folded)
    parts = [part for part in parts if part not in "-'’^_"]
    if not all(part in text for part in parts):
        return False  # the search below would go through the whole text to say so
    pattern = r"[\s\-^_]*".join(re.escape(part) for part in parts)
    return re.search(rf"(?<![a-z\d]){pattern}(?![a-z\d])", text) is not None
