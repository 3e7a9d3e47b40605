"""Properties that questions ask for: the words that name each, its units, and its symbols.

Where a question names one of these, a paper that answers it names it too, in one of the same words
or by a value in its unit. A property that is missing here is no ground for silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Final

_NUMBER: Final = r"\d[\d.,]*(?:\s?[×x·]\s?10\s?\^?\s?[−–-]?\s?\d+)?(?:\s?±\s?[\d.]+)?\s?"
_PER: Final = r"\s?[/·⋅]?\s?(?:per )?"
_MINUS: Final = r"\s?\^?\s?[−–-]\s?"


@dataclass(frozen=True)
class Property:
    """One property."""

    name: str
    words: str  # pattern over folded text: what it is called, with little doubt
    also: str = ""  # pattern of the words by which a paper may also tell it
    units: str = ""  # pattern of its units behind a number; empty where it has none of its own
    symbols: str = ""  # pattern over the text as printed, capitals kept
    everyday: str = ""  # pattern of further ways to ask for it: "how stiff", "how acidic"

    @cached_property
    def asked(self) -> re.Pattern[str]:
        """Its names in a folded question."""
        return re.compile(rf"\b(?:{self.words}{'|' if self.everyday else ''}{self.everyday})(?!\w)")

    @cached_property
    def said(self) -> re.Pattern[str]:
        """Whatever may tell it in a folded text."""
        return re.compile(rf"\b(?:{self.words}{'|' if self.also else ''}{self.also})")

    @cached_property
    def printed(self) -> re.Pattern[str] | None:
        """Its symbols, in the text as printed."""
        return re.compile(rf"(?<![A-Za-z])(?:{self.symbols})(?![A-Za-z])") if self.symbols else None

    @cached_property
    def value(self) -> re.Pattern[str] | None:
        """A number with one of its units."""
        if not self.units:
            return None
        return re.compile(rf"{_NUMBER}(?:{self.units})(?![A-Za-zµμ])")


def _units(*patterns: str) -> str:
    """Units joined; "_" stands for "per", and "^-" for a raised minus sign."""
    return "|".join(pattern.replace("_", _PER).replace("^-", _MINUS) for pattern in patterns)


_ENERGY: Final = _units(r"[mkM]?eV", r"k?J(?:_(?:mol|g|kg|atom))?", r"k?cal", r"Ry", r"Ha")
_SHARE: Final = _units(r"%", r"per ?cent", r"(?:wt|mol|at|vol)\.?\s?%", r"pp[mb]")
_LENGTH: Final = _units(r"[nµμmcp]?m", r"Å", r"microns?", r"in(?:ch(?:es)?)?")
_TEMPERATURE: Final = _units(r"[°◦º∘˚]\s?[CFK]?", r"℃", r"K", r"C")
_STRESS: Final = _units(r"[kMG]?Pa", r"k?bar", r"N_mm", r"psi")

_SHARED: Final = {
    "{energy}": _ENERGY,
    "{share}": _SHARE,
    "{length}": _LENGTH,
    "{temperature}": _TEMPERATURE,
    "{stress}": _STRESS,
}


def _read() -> Iterator[Property]:
    text = resources.files("agent").joinpath("data/properties.tsv").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for line in lines[1:]:
        name, asked, told, units, symbols, everyday = (line.split("\t") + [""] * 5)[:6]
        units = _units(units)
        for mark, unit in _SHARED.items():
            units = units.replace(mark, unit)
        yield Property(name, asked, told, units, symbols, everyday)


PROPERTIES: Final = tuple(_read())


def asked_properties(question: str) -> tuple[Property, ...]:
    """The properties that a folded question names, each part of it counted once.

    ``"what thermal conductivity does llzo have"`` gives the thermal conductivity alone.
    """
    found: list[Property] = []
    rest = question
    for each in PROPERTIES:
        if hit := each.asked.search(rest):
            found.append(each)
            rest = rest[: hit.start()] + " " * (hit.end() - hit.start()) + rest[hit.end() :]
    return tuple(found)
