"""Kinds of value: the words that ask for one, and the way papers write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# A number as papers print it: 1,234.5  4.7 × 10−2  52.5 ± 0.3
_NUMBER: Final = r"\d[\d.,]*(?:\s?[×x·]\s?10\s?\^?\s?[−–-]?\s?\d+)?(?:\s?±\s?[\d.]+)?\s?"


@dataclass(frozen=True)
class ValueKind:
    """A kind of value that a question can ask for."""

    name: str
    asked: re.Pattern[str]  # in a question
    written: re.Pattern[str]  # in a sentence


def _kind(name: str, *, asked: str, units: str, written: str = "") -> ValueKind:
    """A kind asked for by one of ``asked`` and written as a number with one of ``units``."""
    value = rf"{_NUMBER}(?:{units})(?![A-Za-zµμ])"
    return ValueKind(
        name=name,
        asked=re.compile(rf"\b(?:{asked})\b", re.IGNORECASE),
        written=re.compile(rf"{value}|{written}" if written else value),
    )


_SPELT_OUT: Final = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty)"

VALUE_KINDS: Final = (
    ValueKind(
        name="year",
        asked=re.compile(
            r"\b(?:(?:which|what) year|when (?:did|was|were|has|have))\b", re.IGNORECASE
        ),
        written=re.compile(r"\b1[6-9]\d\d\b|\b20[0-4]\d\b"),
    ),
    _kind(
        "wavelength", asked=r"wavelengths?|optical density|absorbance", units=r"nm|cm\s?[−–-]\s?1"
    ),
    _kind(
        "conductivity",
        asked=r"conductivit\w+|conductive|conducts?|conduction|resistivity",
        units=r"[mµμ]?S|[kM]?Ω|[Oo]hm",
        written=r"10\s?\^?\s?[−–-]\s?\d+\s?S",
    ),
    _kind(
        "capacity",
        asked=r"capacit(?:y|ies)|milliamp\S*|store[sd]?",
        units=r"m?A\s?h",
    ),
    _kind("voltage", asked=r"voltages?|potentials?|plateaus?", units=r"m?e?V"),
    _kind(
        "temperature",
        asked=(
            r"temperatures?|how (?:hot|warm|cold|cool)|at what heat|(?:melting|boiling) points?"
            r"|heated (?:to|at)|calcined|annealed|fired|sintered"
        ),
        units=r"[°◦º∘˚]\s?[CFK]?|℃|K|C",
    ),
    _kind(
        "time",
        asked=(
            r"how (?:long|many (?:hours|minutes|days|weeks|months|years|seconds))|durations?"
            r"|hours|minutes|time"
        ),
        units=(r"h|hrs?|hours?|mins?|minutes?|s|sec|seconds?|d|days?|weeks?|months?|years?|[pnf]s"),
        written=rf"\b{_SPELT_OUT} (?:hours?|minutes?|days?|weeks?|months?|years?)",
    ),
    _kind(
        "length",
        asked=(
            r"how (?:thick|thin|wide|broad|long|large|big|deep|far|tall|high|small)"
            r"|thickness(?:es)?|diameters?|sizes?|radius|radii|width|distances?|lengths?|pore|holes?"
        ),
        units=r"[nµμmck]?m|Å|A|pm|in",
    ),
    _kind(
        "energy",
        asked=r"energ(?:y|ies)|barriers?|enthalp(?:y|ies)|band ?gaps?",
        units=r"[mkM]?eV|[kM]?J|kcal|Ry|Ha",
    ),
    _kind(
        "pressure",
        asked=r"pressures?",
        units=r"[kMGm]?Pa|m?bar|atm|[Tt]orr|psi|mm ?Hg",
    ),
    _kind(
        "rate",
        asked=r"how (?:fast|quick\w*|slow\w*)|rates?|speeds?|quench\w*",
        units=(
            r"(?:[°◦º∘˚]\s?[CK]|K|[mck]?m|m?[Ll]|rpm)?\s?(?:/|·|per )?\s?(?:s|min|h)"
            r"(?:\s?[−–-]\s?1)?|rpm"
        ),
    ),
    _kind(
        "percent",
        asked=(
            r"percent(?:ages?)?|per cent|shares?|proportions?|fractions?|yields?|retention"
            r"|efficienc(?:y|ies)|how much (?:of|energy)|recover\w*|humidity|dampness|content"
        ),
        units=r"%|wt\.?\s?%|mol\s?%|at\.\s?%|percent|per cent",
    ),
    _kind(
        "ratio",
        asked=r"ratios?|proportions?|factors?",
        units=r"[:∶/]\s?\d[\d.]*|times|-?fold",
        written=r"\bratio\b|orders? of magnitude",
    ),
    _kind(
        "concentration",
        asked=(
            r"concentrations?|doses?|contents?|how much|how little|amounts?|solubilit(?:y|ies)"
            r"|molarit(?:y|ies)|MIC|IC50"
        ),
        units=r"[mµμnk]?g|[mµμn]?M|m?mol|meq|pp[mb]|wt\.?\s?%|%|[mµμ]?[Ll]|CFU|IU",
    ),
    _kind(
        "mass",
        asked=r"how (?:heavy|much)|mass(?:es)?|weights?",
        units=r"[mµμk]?g|Da|amu|u",
    ),
)
