"""Values in a sentence: a number, a range or a number with its error, and the conditions beside it.

What is no value of a property is left out: differences ("higher by 0.09 eV"), factors, numbers in
a list of references.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from agent.literature.measurands import Property, in_unit
from agent.literature.names import Name
from agent.literature.quantities import Number
from agent.literature.statement import Statement
from agent.literature.unit_table import TEMPERATURE

ROOM_K: Final = 298.15
SAME_TEMPERATURE_K: Final = 6.0  # 20, 25 °C and 300 K are all called room temperature


@dataclass(frozen=True)
class Value:
    """A value as printed, and the interval that it states."""

    text: str  # as printed, with its unit; signs of one kind for each minus and space
    low: float  # in the property's unit, stated error and rounding taken off
    high: float
    value: float  # the middle of a range
    unit: str
    is_range: bool
    error: float | None  # as stated behind ±
    start: int
    end: int


@dataclass(frozen=True)
class Conditions:
    """What a sentence says of the state in which a value holds."""

    phases: frozenset[str] = frozenset()
    dopants: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()  # bulk, total, grain boundary
    methods: frozenset[str] = frozenset()
    specimen: frozenset[str] = frozenset()
    temperature_k: float | None = None
    shown_temperature: str | None = None

    def __str__(self) -> str:
        named = (*sorted(self.phases), *sorted(self.dopants), *sorted(self.parts))
        rest = (*sorted(self.specimen), *sorted(self.methods))
        return ", ".join(filter(None, (*named, self.shown_temperature, *rest)))

    def speaks_of_another_state(self, other: Conditions) -> bool:
        """Whether both say something of the state, and not the same."""
        for mine, theirs in (
            (self.phases, other.phases),
            (self.dopants, other.dopants),
            (self.parts, other.parts),
            (self.specimen, other.specimen),
        ):
            if mine and theirs and not mine & theirs:
                return True
        if self.temperature_k is None or other.temperature_k is None:
            return False
        return abs(self.temperature_k - other.temperature_k) > SAME_TEMPERATURE_K


_DIFFERENCE: Final = re.compile(
    r"\b(?:by|within|error of|errors of|uncertainty of|difference of|factor of|bowing parameter of"
    r"|moves?|shifts?|lowered|raised|step of|steps of|accuracy of)\s+(?:about|around|roughly|some"
    r"|only|nearly|up to|𝑘\S*\s*,?\s*or)?\s*$",
    re.IGNORECASE,
)
# "by about kBT, or 0.026 eV"
_DIFFERENCE_BEFORE: Final = re.compile(r"\bby (?:about |around )?[^.;,]{1,20},\s*or\s*$", re.I)
# A value that is only thought of: "taking 0.26 instead of 0.34 eV", "where 1.7 eV is wanted".
_NOT_GIVEN: Final = re.compile(r"\b(?:instead of|rather than|as against)\s*$", re.IGNORECASE)
_WISHED: Final = re.compile(
    r"\b(?:should|wanted|required|desired|ideal|ideally|target|must|would need)\b", re.IGNORECASE
)
_RANGE: Final = re.compile(r"\s*(?:-|–|to|and|up to)\s*", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"\bbetween\s*$", re.IGNORECASE)

_PHASES: Final = re.compile(
    r"\b(cubic|tetragonal|orthorhombic|monoclinic|hexagonal|rhombohedral|trigonal|triclinic"
    r"|amorphous|glassy|anatase|rutile|[αβγδ]|alpha|beta|gamma|delta)\b(?!-alumina)",
    re.IGNORECASE,
)
_PARTS: Final = re.compile(
    r"\b(bulk|total|grain[- ]boundar(?:y|ies)|in-plane|through-plane|direct|indirect)\b", re.I
)
_METHODS: Final = re.compile(
    r"\b(impedance|NMR|molecular dynamics|first[- ]principles|DFT|density functional|simulat\w+"
    r"|calculat\w+|computed|predicted|calorimetr\w+|tracer diffusion|neutron diffraction)\b",
    re.IGNORECASE,
)
_SPECIMEN: Final = re.compile(
    r"\b(hot[- ]pressed|cold[- ]pressed|sintered|single[- ]crystals?|thin films?|nanoporous"
    r"|glass[- ]ceramics?|nanocrystalline)\b",
    re.IGNORECASE,
)
_ROOM: Final = re.compile(r"\b(?:room|ambient) temperature\b|\bambient conditions\b", re.IGNORECASE)


def read_values(statement: Statement, asked: Property) -> Iterator[Value]:
    """The values of ``asked`` that a statement gives, left to right."""
    numbers = statement.numbers
    if _WISHED.search(statement.text):
        return

    def after(number: Number) -> str:
        return statement.text[number.end :]

    skip = -1
    for at, number in enumerate(numbers):
        if at <= skip or not _may_be(number, asked):
            continue
        before = statement.text[: number.start]
        if _DIFFERENCE.search(before[-40:]) or _DIFFERENCE_BEFORE.search(before[-60:]):
            continue
        if _NOT_GIVEN.search(before) or re.match(
            r"\s*(?:instead of|higher|lower)\b", after(number)
        ):
            continue
        if _in_list(statement, at):
            continue
        last = number
        if at + 1 < len(numbers) and _is_range(statement.text, number, numbers[at + 1]):
            last, skip = numbers[at + 1], at + 1
        value = _value(statement.text, number, last, asked)
        if value is not None:
            yield value


def _may_be(number: Number, asked: Property) -> bool:
    if not asked.units:
        return bool(number.unit.text) and any(number.unit.dimension)
    return bool(number.unit.text) and number.unit.dimension in asked.dimensions


def _in_list(statement: Statement, at: int) -> bool:
    """Whether it is one of several values in a row, each of another thing."""
    numbers, text = statement.numbers, statement.text
    for left, right in ((at - 1, at), (at, at + 1)):
        if left < 0 or right >= len(numbers):
            continue
        one, other = numbers[left], numbers[right]
        between = text[one.end : other.start]
        alike = one.unit.dimension == other.unit.dimension
        joined = bool(between.strip()) and re.fullmatch(r",?\s*(?:and|or|,)?\s*", between)
        if alike and joined and not _BETWEEN.search(text[: one.start]):
            return True
    return False


def _is_range(text: str, left: Number, right: Number) -> bool:
    if right.unit.dimension != left.unit.dimension or right.value < left.value:
        return False
    between = text[left.end : right.start].strip()
    if left.end == right.start and right.signed is False and text[left.end - 1] != " ":
        return text[right.start : right.start + 1] in "-–"
    if between.lower() == "and":
        return _BETWEEN.search(text[: left.start]) is not None
    return bool(between) and _RANGE.fullmatch(text[left.end : right.start]) is not None


def _value(text: str, first: Number, last: Number, asked: Property) -> Value | None:
    unit = asked.units[0] if asked.units else first.unit.text
    middle_si = (first.si + last.si) / 2
    found = [in_unit(si, first.unit.dimension, unit) for si in (first.si, last.si, middle_si)]
    low, high, middle = found
    if low is None or high is None or middle is None:
        return None
    low, high = min(low, high), max(low, high)
    scale = abs(in_unit(first.unit.factor, first.unit.dimension, unit) or 0.0)
    if first.unit.offset or first.unit.dimension == TEMPERATURE:
        scale = first.unit.factor
    spread = max(first.spread, last.spread) * scale
    # A number is known to half of its last digit at best; "about" to one of the digit before.
    rounding = 0.5 * (first.coarse if first.about else first.step) * scale
    slack = max(spread, rounding, 0.05 * abs(middle) if first.about else 0.0)
    return Value(
        text=text[first.start : last.end].strip(" ,.()"),
        low=low - slack,
        high=high + slack,
        value=middle,
        unit=unit,
        is_range=first is not last,
        error=spread or None,
        start=first.start,
        end=last.end,
    )


def read_conditions(
    statement: Statement, around: tuple[int, int], asked: Property, own: frozenset[str]
) -> Conditions:
    """What a stretch of a statement says of the state in which its values hold.

    Args:
        statement: The sentence.
        around: Where the clause of the value begins and ends.
        asked: The property; a temperature is no condition of a temperature.
        own: Elements of the material itself.
    """
    clause = statement.text[slice(*around)]
    start, end = around
    dopants = {
        symbol
        for name in statement.names
        if name.element and start <= name.start < end and _is_added(name, statement.text)
        for symbol in name.elements - own
    }
    kelvin, shown = None, None
    if TEMPERATURE not in asked.dimensions:
        kelvin, shown = _temperature(statement, start, end)
    return Conditions(
        phases=_found(_PHASES, clause),
        dopants=frozenset(dopants) if own else frozenset(),
        parts=_found(_PARTS, clause),
        methods=_found(_METHODS, clause),
        specimen=_found(_SPECIMEN, clause),
        temperature_k=kelvin,
        shown_temperature=shown,
    )


def read_phases(text: str) -> frozenset[str]:
    """Crystal systems and other forms that a text names."""
    return _found(_PHASES, text)


def _is_added(name: Name, text: str) -> bool:
    """Whether an element's name stands for what a material is doped with, not for a sign."""
    if len(name.text) > 3:
        return True
    doped = re.match(r"[- ](?:doped|substituted|stabili[sz]ed|containing|rich)", text[name.end :])
    return doped is not None or re.search(r"\d\s$", text[: name.start]) is not None


def _found(pattern: re.Pattern[str], text: str) -> frozenset[str]:
    return frozenset(match[1].lower().replace("-", " ") for match in pattern.finditer(text))


def _temperature(statement: Statement, start: int, end: int) -> tuple[float | None, str | None]:
    for number in statement.numbers:
        inside = start <= number.start < end
        if inside and number.unit.dimension == TEMPERATURE and number.unit.text:
            before = statement.text[: number.start].rstrip()
            if before.endswith(("at", "near", "around", "about", "(", "to")):
                return number.si, number.text.strip(" ,.()")
    if _ROOM.search(statement.text[start:end]):
        return ROOM_K, "room temperature"
    return None, None
