"""What a stretch of text is about: stems, elements, substances, parts of molecules, numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from agent.literature.names import Name
from agent.literature.opposites import poles
from agent.literature.quantities import Number
from agent.literature.rounding import given_by
from ingest.terms import fold_terms


@dataclass(frozen=True)
class Part:
    """A text with its numbers and names, as far as relations need them."""

    text: str
    numbers: Sequence[Number]
    names: Sequence[Name]
    ids: dict[int, frozenset[str]]  # start of a number -> marks that claim and quote share


def number_marks(
    said: Sequence[Number], quoted: Sequence[Number], claim: str
) -> tuple[dict[int, frozenset[str]], dict[int, frozenset[str]]]:
    """Marks for the numbers of claim and quote: the same where one states the other."""
    mine = {
        one.start: frozenset(f"n:{hit.start}" for hit in given_by(one, quoted, claim=claim))
        for one in said
    }
    return mine, {one.start: frozenset((f"n:{one.start}",)) for one in quoted}


def marks(part: Part, start: int, end: int) -> frozenset[str]:
    """What a stretch of text is about: stems, elements, keys of substances, numbers."""
    found: set[str] = set()
    for term in fold_terms(part.text[start:end]):
        if not poles(term) and term not in _DULL and not term.replace(".", "").isdigit():
            found.add(term)
    for name in part.names:
        if start <= name.start and name.end <= end:
            found |= {f"el:{one}" for one in name.elements} | set(name.keys)
            if name.formula:
                found.add(name.formula)
            if name.text.lower().rstrip("s").endswith("ide") and name.element:
                found.add("anion")
    for number in part.numbers:
        if start <= number.start and number.end <= end:
            found |= part.ids.get(number.start, frozenset())
    for label in re.findall(r"\b(?:[A-Z][A-Za-z]*-\d+|\d+[a-e])\b", part.text[start:end]):
        found.add(label.lower())
    for pattern, group in _GROUPS:
        if pattern.search(part.text, start, end):
            found.add(group)
    if "metal" in found:
        found.add("cation")
    return frozenset(found)


# Parts of molecules by their several names.
_GROUPS: Final = tuple(
    (re.compile(rf"\b(?:{words})", re.IGNORECASE), f"group:{name}")
    for name, words in {
        "arene": r"phenyl|benzene|arene|aromatic|aryl",
        "alkyne": r"alkyn|acetylen|ethyn|C≡C",
        "alkene": r"alken|olefin|vinyl|ethylen|C=C",
        "carbonyl": r"carbonyl|C=O|keto",
        "hydroxyl": r"hydroxyl|O[-–]H\b|alcohol",
        "amine": r"amin[eo]|N[-–]H\b",
        "carboxyl": r"carbox|COOH",
        "nitrile": r"nitril|cyan|C≡N",
        "thiol": r"thiol|mercapt|S[-–]H\b",
        "alkoxy": r"methoxy|ethoxy|alkoxy|OMe\b",
        "methyl": r"methyl(?!am|ene)",
        "nitro": r"nitro(?!gen)|NO2",
    }.items()
)


def other_group(claim: str, quote: str) -> str | None:
    """A part of molecules that the claim names where the quote names others."""
    quoted = {name for pattern, name in _GROUPS if pattern.search(quote)}
    for pattern, name in _GROUPS:
        if (match := pattern.search(claim)) and quoted and name not in quoted:
            return match[0]
    return None


_DULL: Final = frozenset(
    "unit valu figur case compound sampl materi number per kind mass point".split()
)
