"""Units as papers write them, as exact factors to SI and powers of the base dimensions.

pint reads units that people type for a program; a paper's text layer has ``S cm−1``, ``cm2 V−1
s−1`` and ``square metres per gram``, and a claim is checked in a few milliseconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# Powers of metre, kilogram, second, ampere, kelvin, mole, and of an angle.
Dimension = tuple[int, int, int, int, int, int, int]

NONE: Final[Dimension] = (0, 0, 0, 0, 0, 0, 0)
LENGTH: Final[Dimension] = (1, 0, 0, 0, 0, 0, 0)
TIME: Final[Dimension] = (0, 0, 1, 0, 0, 0, 0)
TEMPERATURE: Final[Dimension] = (0, 0, 0, 0, 1, 0, 0)
ENERGY: Final[Dimension] = (2, 1, -2, 0, 0, 0, 0)
MOLAR_ENERGY: Final[Dimension] = (2, 1, -2, 0, 0, -1, 0)
WAVENUMBER: Final[Dimension] = (-1, 0, 0, 0, 0, 0, 0)
FREQUENCY: Final[Dimension] = (0, 0, -1, 0, 0, 0, 0)

# CODATA 2018; all exact since 2019 but the atomic units.
AVOGADRO: Final = 6.02214076e23
BOLTZMANN: Final = 1.380649e-23
CHARGE: Final = 1.602176634e-19
PLANCK: Final = 6.62607015e-34
LIGHT: Final = 299_792_458.0


@dataclass(frozen=True)
class Unit:
    """A unit: how much of the SI unit it is, and of which dimension."""

    text: str
    factor: float
    dimension: Dimension
    offset: float = 0.0  # kelvin at zero, for the scales of temperature


# Symbol -> factor, dimension, and whether a prefix may stand before it.
_SYMBOLS: Final[dict[str, tuple[float, Dimension, bool]]] = {
    "m": (1, LENGTH, True),
    "g": (1e-3, (0, 1, 0, 0, 0, 0, 0), True),
    "s": (1, TIME, True),
    "A": (1, (0, 0, 0, 1, 0, 0, 0), True),
    "K": (1, TEMPERATURE, True),
    "mol": (1, (0, 0, 0, 0, 0, 1, 0), True),
    "J": (1, ENERGY, True),
    "eV": (CHARGE, ENERGY, True),
    "cal": (4.184, ENERGY, True),
    "Ry": (2.1798723611e-18, ENERGY, False),
    "Ha": (4.3597447222e-18, ENERGY, False),
    "V": (1, (2, 1, -3, -1, 0, 0, 0), True),
    "W": (1, (2, 1, -3, 0, 0, 0, 0), True),
    "S": (1, (-2, -1, 3, 2, 0, 0, 0), True),
    "Ω": (1, (2, 1, -3, -2, 0, 0, 0), True),
    "F": (1, (-2, -1, 4, 2, 0, 0, 0), True),
    "C": (1, (0, 0, 1, 1, 0, 0, 0), True),
    "T": (1, (0, 1, -2, -1, 0, 0, 0), True),
    "G": (1e-4, (0, 1, -2, -1, 0, 0, 0), False),
    "Oe": (79.57747154594767, (-1, 0, 0, 1, 0, 0, 0), True),
    "N": (1, (1, 1, -2, 0, 0, 0, 0), True),
    "Pa": (1, (-1, 1, -2, 0, 0, 0, 0), True),
    "bar": (1e5, (-1, 1, -2, 0, 0, 0, 0), True),
    "atm": (101325, (-1, 1, -2, 0, 0, 0, 0), False),
    "Torr": (101325 / 760, (-1, 1, -2, 0, 0, 0, 0), True),
    "mmHg": (133.322387415, (-1, 1, -2, 0, 0, 0, 0), False),
    "psi": (6894.757293168, (-1, 1, -2, 0, 0, 0, 0), False),
    "Hz": (1, FREQUENCY, True),
    "L": (1e-3, (3, 0, 0, 0, 0, 0, 0), True),
    "l": (1e-3, (3, 0, 0, 0, 0, 0, 0), True),
    "M": (1e3, (-3, 0, 0, 0, 0, 1, 0), True),
    "Da": (1e-3, (0, 1, 0, 0, 0, -1, 0), True),
    "u": (1e-3, (0, 1, 0, 0, 0, -1, 0), False),
    "amu": (1e-3, (0, 1, 0, 0, 0, -1, 0), False),
    "D": (3.33564095e-30, (1, 0, 1, 1, 0, 0, 0), False),
    "Å": (1e-10, LENGTH, False),
    "h": (3600, TIME, False),
    "hr": (3600, TIME, False),
    "hrs": (3600, TIME, False),
    "min": (60, TIME, False),
    "mins": (60, TIME, False),
    "sec": (1, TIME, False),
    "d": (86400, TIME, False),
    "yr": (31557600, TIME, False),
    "cd": (1, NONE, False),
    "dec": (1, NONE, False),
    "kB": (BOLTZMANN, (2, 1, -2, 0, -1, 0, 0), False),
    "%": (1e-2, NONE, False),
    "‰": (1e-3, NONE, False),
    "ppm": (1e-6, NONE, False),
    "ppb": (1e-9, NONE, False),
    "ppt": (1e-12, NONE, False),
    "°": (1, (0, 0, 0, 0, 0, 0, 1), False),
    "t": (1e3, (0, 1, 0, 0, 0, 0, 0), False),
    "kt": (1e6, (0, 1, 0, 0, 0, 0, 0), False),
    "Mt": (1e9, (0, 1, 0, 0, 0, 0, 0), False),
    "Gt": (1e12, (0, 1, 0, 0, 0, 0, 0), False),
    "Ah": (3600, (0, 0, 1, 1, 0, 0, 0), True),
    "Wh": (3600, ENERGY, True),
    "rpm": (1 / 60, FREQUENCY, False),
    "B": (1, NONE, False),
    "equiv": (1, NONE, False),
    "eq": (1, NONE, False),
}
_PREFIXES: Final = {
    "f": 1e-15, "p": 1e-12, "n": 1e-9, "µ": 1e-6, "u": 1e-6, "m": 1e-3, "c": 1e-2, "d": 1e-1,
    "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12,
}  # fmt: skip
_WORD_PREFIXES: Final = {
    "femto": "f", "pico": "p", "nano": "n", "micro": "µ", "milli": "m", "centi": "c", "deci": "d",
    "kilo": "k", "mega": "M", "giga": "G", "tera": "T",
}  # fmt: skip
_WORDS: Final = {
    "metre": "m", "meter": "m", "gram": "g", "gramme": "g", "second": "s", "ampere": "A",
    "amp": "A", "kelvin": "K", "mole": "mol", "joule": "J", "electronvolt": "eV", "calorie": "cal",
    "volt": "V", "watt": "W", "siemens": "S", "ohm": "Ω", "farad": "F", "coulomb": "C",
    "tesla": "T", "gauss": "G", "newton": "N", "pascal": "Pa", "bar": "bar", "atmosphere": "atm",
    "torr": "Torr", "hertz": "Hz", "litre": "L", "liter": "L", "molar": "M", "dalton": "Da",
    "angstrom": "Å", "ångström": "Å", "ångstrom": "Å", "hour": "h", "minute": "min", "day": "d",
    "year": "yr", "percent": "%", "decade": "dec", "tonne": "t", "micron": "µm",
}  # fmt: skip
_MORE_WORDS: Final = {
    "week": (604800.0, TIME),
    "month": (2629800.0, TIME),
    "degree": (1.0, (0, 0, 0, 0, 0, 0, 1)),
}
# Things that are counted: "eV per atom" is compared with "eV" and "meV/atom".
COUNTED: Final = frozenset(
    "atom atoms ion ions molecule molecules cell cells cycle cycles site sites unit units formula "
    "f.u. fu particle particles electron electrons turnover turnovers event events".split()
)


@lru_cache(maxsize=4096)
def read_symbol(text: str) -> Unit | None:
    """One unit without a power: ``mS``, ``kcal``, ``°C``, ``nanometres``; None where it is none."""
    if text in ("°C", "degC", "Celsius", "celsius"):
        return Unit("°C", 1.0, TEMPERATURE, 273.15)
    if text in ("°F", "Fahrenheit"):
        return Unit("°F", 5 / 9, TEMPERATURE, 459.67 * 5 / 9)
    if text in _SYMBOLS:
        factor, dimension, _ = _SYMBOLS[text]
        return Unit(text, factor, dimension)
    prefix, rest = text[:1], text[1:]
    if prefix in _PREFIXES and rest in _SYMBOLS and _SYMBOLS[rest][2]:
        factor, dimension, _ = _SYMBOLS[rest]
        return Unit(text, factor * _PREFIXES[prefix], dimension)
    return _read_word(text)


def _read_word(text: str) -> Unit | None:
    """A unit in full: ``kilojoule``, ``metres``."""
    word = text.lower()
    if len(word) < 3:
        return None
    for name in (word, word.removesuffix("s")):
        if name in _WORDS:
            unit = read_symbol(_WORDS[name])
            return Unit(text, unit.factor, unit.dimension) if unit else None
        if name in _MORE_WORDS:
            return Unit(text, *_MORE_WORDS[name])
        for prefix, symbol in _WORD_PREFIXES.items():
            if name.startswith(prefix) and name[len(prefix) :] in _WORDS:
                base = read_symbol(_WORDS[name[len(prefix) :]])
                scale = _PREFIXES[symbol]
                return Unit(text, base.factor * scale, base.dimension) if base else None
    return None


def times(left: Unit, right: Unit, power: int) -> Unit:
    """``left`` times ``right`` to a power."""
    dimension = tuple(a + power * b for a, b in zip(left.dimension, right.dimension, strict=True))
    text = f"{left.text} {right.text}".strip()
    return Unit(text, left.factor * right.factor**power, dimension)  # type: ignore[arg-type]


ONE: Final = Unit("", 1.0, NONE)

_ALONE: Final = frozenset({"%", "ppm", "ppb", "°C", "°F"})

_TOKEN: Final = re.compile(
    r"\s*(?P<sep>/|·|⋅|\*|and(?= (?:per )?[a-z])|per(?![a-z])|(?:for |in )?(?:each|every)(?![a-z])"
    r"|a(?= (?:second|minute|hour"
    r"|day|year)\b))?\s*"
    r"(?P<open>\()?"
    r"(?P<kind>(?:square|cubic)\s+)?"
    r"(?P<name>(?:wt|mol|at|vol|atomic|weight|mass|volume)\.?[\s-]?(?=%|percent|ppm|ppb|per cent)"
    r"|degrees? (?:Celsius|centigrade|Fahrenheit)|degrees? [CF](?![a-z])|mm ?Hg"
    r"|per ?cent|parts per (?:million|billion)|formula units?"
    r"|[°][CF](?![a-z])|[°%‰]|[A-Za-zµΩÅåö][A-Za-zµΩÅåö]*\.?(?=\W|\d|$))"
    r"(?P<power>\s?\^?\s?\(?[-+]?\d\)?(?!\d|[.,]\d)(?!\s?[%°])|\s?(?:squared|cubed)(?![a-z]))?"
    r"(?P<close>\))?"
)


def read_unit(text: str, at: int) -> tuple[Unit, int]:
    """The unit that starts at ``at`` and where it ends; `ONE` where none does."""
    unit, end, over, inside, found = ONE, at, 1, False, False
    while (match := _TOKEN.match(text, end)) is not None:
        name = " ".join(match["name"].split()).rstrip(".")
        if match["sep"] == "and" and (over > 0 or read_symbol(name) is None):
            break
        if match["sep"] in ("/", "per") or (match["sep"] or "").endswith(("each", "every", "a")):
            over = -1
        elif match["sep"] is None and not inside and over < 0 and match["power"] is None and found:
            break
        elif match["sep"] in ("·", "⋅", "*"):
            over = over if inside else 1
        if match["open"] and over > 0 and not found:
            break
        if found and unit.text in _ALONE and match["sep"] is None:
            break
        if re.fullmatch(r"(?:wt|mol|at|vol|atomic|weight|mass|volume)\.?", name) and re.match(
            r"\s*(?:%|percent|ppm|ppb|per cent)", text[match.end() :]
        ):
            end = match.end()
            continue
        if (step := _step(name, found, match["sep"])) is None:
            break
        power = _power(match["power"])
        if (match["kind"] or "").startswith("square"):
            power = 2
        elif (match["kind"] or "").startswith("cubic"):
            power = 3
        if step.offset and not found and power == 1:
            unit = step
        else:
            bare = Unit(step.text, step.factor, step.dimension)
            unit = times(unit, bare, power * over)
        inside = (inside or bool(match["open"])) and not match["close"]
        end, found = match.end(), True
    if found and text[end - 1] == "." and not text[:end].endswith("f.u."):
        end -= 1  # the full stop of the sentence
    return (unit, end) if found else (ONE, at)


def _step(name: str, found: bool, separator: str | None) -> Unit | None:
    """One unit of a product; what is merely counted is 1."""
    plain = name.lower()
    if plain in COUNTED or plain.startswith("formula unit"):
        return ONE if found and separator else None
    if plain.startswith("degree"):
        last = name.split()[-1]
        return read_symbol({"c": "°C", "f": "°F"}.get(last[0].lower(), "°") if " " in name else "°")
    if plain in ("per cent", "percent"):
        return Unit("%", 1e-2, NONE)
    if plain.startswith("parts per"):
        return Unit(name, 1e-6 if plain.endswith("million") else 1e-9, NONE)
    if plain == "mm hg":
        return read_symbol("mmHg")
    return read_symbol(name)


def _power(text: str | None) -> int:
    if not text:
        return 1
    word = text.strip(" ^()")
    return {"squared": 2, "cubed": 3}.get(word) or int(word)
