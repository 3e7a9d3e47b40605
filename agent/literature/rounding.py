"""Whether a number of a claim is one that a quote gives, converted and rounded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

from agent.literature.quantities import Number
from agent.literature.unit_table import (
    AVOGADRO,
    ENERGY,
    FREQUENCY,
    LENGTH,
    LIGHT,
    MOLAR_ENERGY,
    NONE,
    ONE,
    PLANCK,
    TEMPERATURE,
    WAVENUMBER,
    Dimension,
    Unit,
    read_unit,
    times,
)


def given_by(claimed: Number, quoted: Sequence[Number], *, claim: str) -> list[Number]:
    """The numbers of the quote that ``claimed`` states; empty where it holds none."""
    found = [one for one in quoted if _states(claimed, one, claim)]
    if found:
        return found
    if found := _reckoned(claimed, quoted, claim):
        return found
    if claimed.unit is ONE:
        # "Up from 1000", where the unit stands with another number.
        return [one for one in quoted if claimed.value == one.value and claimed.value >= ROUND]
    # "A litre of it weighs 0.88 kg" is 0.88 kg/L.
    for match in _EACH.finditer(claim):
        divisor, end = read_unit(claim, match.end())
        if end > match.end():
            ratio = replace(claimed, unit=times(claimed.unit, divisor, -1))
            found += [one for one in quoted if _states(ratio, one, claim)]
    return found


# Words of what is left of a whole, and of how far two values are apart.
_REST: Final = re.compile(
    r"\b(?:los[est]\w*|loss\w*|remain\w*|rest|left|fail\w*|kept|keeps?|retain\w*|without|not"
    r"|no longer|other|surviv\w*|escape\w*|free|missing|absent|disappear\w*|vanish\w*|gone|fad\w+"
    r"|poros\w+|voids?|empty|unreacted|unconverted|impur\w+)\b",
    re.IGNORECASE,
)
_APART: Final = re.compile(
    r"\b(?:by|differ\w*|apart|span\w*|range|gap|gains?|gained|wider|narrower|higher|lower|more|less"
    r"|ris\w+|rose|fell|falls?|drop\w*|increas\w*|decreas\w*|shift\w*|change[sd]?|goes|went|come"
    r"|sooner|earlier|later|longer|shorter|separat\w*|below|above|add(?:s|ed)?|rais\w+|cuts?"
    r"|lower\w*|reduc\w+|\w+er than|stabili[sz]\w*|improv\w*|resist\w*)\b",
    re.IGNORECASE,
)


def is_rest(claimed: Number, quoted: Sequence[Number], claim: str) -> bool:
    """Whether a claim's share is what the quote's share leaves of the whole."""
    if claimed.unit.dimension != NONE or not 0 < claimed.si < 1 or not _REST.search(claim):
        return False
    if any(_states(claimed, one, claim) for one in quoted):
        return False
    slack = 0.5 * (claimed.coarse if claimed.about else claimed.step) * claimed.unit.factor
    return any(_leaves(one, claimed, slack) for one in quoted)


def _leaves(one: Number, claimed: Number, slack: float) -> bool:
    share = one.unit.dimension == NONE and 0 < one.si < 1
    return share and abs(1 - one.si - claimed.si) <= slack * (1 + 1e-9)


def _reckoned(claimed: Number, quoted: Sequence[Number], claim: str) -> list[Number]:
    """The numbers of the quote from which ``claimed`` follows by one step of arithmetic.

    The rest to the whole, a difference, a ratio or a change in per cent, or a sum; each only where
    the claim has the words for it.
    """
    slack = 0.5 * (claimed.coarse if claimed.about else claimed.step) * claimed.unit.factor
    if is_rest(claimed, quoted, claim):
        return [one for one in quoted if _leaves(one, claimed, slack)]
    value = claimed.value * claimed.unit.factor
    if value <= 0:
        return []
    degrees = re.search(r"\bdegrees?$", claimed.text) is not None
    times = claimed.unit is ONE and (
        claimed.text.lower().endswith("fold") or _TIMES.match(claim, claimed.end) is not None
    )
    percent = claimed.unit.dimension == NONE and claimed.unit is not ONE
    apart = _APART.search(claim) is not None
    for one, other in combinations(quoted, 2):
        if one.unit.dimension != other.unit.dimension or (one.unit is ONE) != (other.unit is ONE):
            continue
        low, high = sorted((one.value * one.unit.factor, other.value * other.unit.factor))
        if low == high:
            continue
        same = one.unit.dimension == claimed.unit.dimension and claimed.unit is not ONE
        if (
            apart
            and one.unit is not ONE
            and (same or (degrees and one.unit.dimension == TEMPERATURE))
        ) and abs(high - low - value) <= max(slack, 1e-9 * high):
            return [one, other]
        if low <= 0:
            continue
        if times and abs(high / low - value) <= max(slack, RATIO * value):
            return [one, other]
        if percent and (
            (_SHARE.match(claim, claimed.end) and abs(low / high - value) <= max(slack, 0.005))
            or (apart and abs(high / low - 1 - value) <= max(slack, 0.005))
            or (apart and abs(1 - low / high - value) <= max(slack, 0.005))
        ):
            return [one, other]
    return _summed(claimed, quoted, claim, slack)


def _summed(claimed: Number, quoted: Sequence[Number], claim: str, slack: float) -> list[Number]:
    """Neighbours in the quote whose sum is ``claimed``."""
    if claimed.unit is ONE or not _TOGETHER.search(claim):
        return []
    alike = [one for one in quoted if one.unit.dimension == claimed.unit.dimension]
    for first, last in combinations(range(len(alike)), 2):
        part = alike[first : last + 1]
        total = sum(one.value * one.unit.factor for one in part)
        if abs(total - claimed.value * claimed.unit.factor) <= max(slack, 1e-9 * abs(total)):
            return part
    return []


# How far a ratio of two rounded numbers may be from the one that a claim gives.
RATIO: Final = 0.03

_TIMES: Final = re.compile(r"[\s-]?(?:times|fold|×)", re.IGNORECASE)
_SHARE: Final = re.compile(r"\s(?:of|as)\b", re.IGNORECASE)
_TOGETHER: Final = re.compile(
    r"\b(?:together|sum\w*|totals?|combined|in all|altogether|both|overall|make up|account\w*)\b",
    re.IGNORECASE,
)

ROUND: Final = 20  # a number that is hardly a count by chance

_EACH: Final = re.compile(r"\b(?:an?|one|each|every|per)(?= )", re.IGNORECASE)


def _states(claimed: Number, quoted: Number, claim: str) -> bool:
    for value in candidates(quoted, claimed.unit, claim):
        ends = (value, *_spread(quoted, claimed.unit, value))
        if any(_rounds(claimed, end, quoted, claim) for end in ends):
            return True
    return False


def _spread(quoted: Number, unit: Unit, value: float) -> tuple[float, ...]:
    """The ends of ``2.7 ± 0.4``."""
    if not quoted.spread or quoted.unit.dimension != unit.dimension:
        return ()
    wide = quoted.spread * quoted.unit.factor / unit.factor
    return (value - wide, value + wide)


def _rounds(claimed: Number, value: float, quoted: Number, claim: str) -> bool:
    """Whether the claim's digits are those of ``value``, rounded where that is said or must be."""
    same = (
        abs(claimed.unit.factor - quoted.unit.factor) <= 1e-9 * quoted.unit.factor
        and claimed.unit.offset == quoted.unit.offset
    )
    if (
        not same
        and claimed.value == quoted.value
        and abs(value - claimed.value) > 0.02 * abs(value)
    ):
        return False  # the same digits with another unit
    slack = claimed.coarse if claimed.about or not same else claimed.step
    if (
        not same
        and (claimed.about or quoted.about)
        and quoted.unit.dimension == claimed.unit.dimension
    ):
        slack = max(slack, quoted.step * quoted.unit.factor / claimed.unit.factor)
    if claimed.spread == 0 and quoted.spread and claimed.about:
        slack = max(slack, claimed.coarse)
    tolerance = 0.5 * slack * (1 + 1e-9) + 1e-9 * abs(value)
    if same and quoted.step > claimed.step:
        # More digits than the quote has must be closing zeros.
        tolerance = 1e-9 * abs(value)
    if not same and claimed.unit.dimension == TEMPERATURE:
        tolerance = max(tolerance, 0.5 * quoted.step)  # 298 K is 25 °C, though 24.85 rounds so too
    if tolerance > 0.35 * abs(value) and abs(claimed.value - value) > 0.1 * abs(value):
        tolerance = 0.35 * abs(value) if claimed.about else 0.1 * abs(value)
    if abs(claimed.value - value) <= tolerance:
        return True
    # A magnitude may stand for a signed value where the direction is said in words.
    if (
        value < 0 <= claimed.value
        and not claimed.signed
        and abs(claimed.value + value) <= tolerance
    ):
        return says_direction(claim)
    if claimed.value < 0 < value and not quoted.signed and claimed.value + value == 0:
        return False
    return False


_DIRECTION: Final = re.compile(
    r"\b(?:releas|liberat|given off|gives? off|evolv|exotherm|negativ|below|beneath|under|lower"
    r"|less"
    r"|shrink|contract|decreas|drop|fall|fell|reduc|downward|minus|levorot|loss|lost|lose|loses"
    r"|down"
    r"|bound|bind|stabili[sz]"
    r"|absorb|consum|tak(?:e|es|en|ing) up|took up|endotherm|positiv|above|higher|greater|more"
    r"|expand"
    r"|increas|rise|rose|upward|plus|dextrorot|gain)",
    re.IGNORECASE,
)


def says_direction(text: str) -> bool:
    """Whether words of ``text`` tell a sign or a direction."""
    return _DIRECTION.search(text) is not None


def candidates(quoted: Number, unit: Unit, claim: str) -> list[float]:
    """The value of ``quoted`` in ``unit``, for each way to read and convert it."""
    values = [quoted] if quoted.other is None else [quoted, replace(quoted, value=quoted.other)]
    found: list[float] = []
    for one in values:
        si = one.si
        same_dimension = one.unit.dimension == unit.dimension
        if same_dimension:
            if unit.offset and not one.unit.offset and one.unit.text != "K":
                continue
            found.append((si - unit.offset) / unit.factor)
        elif unit.dimension == NONE and unit.text not in ("ppm", "ppb"):
            continue
        elif (bridged := _bridge(si, one.unit.dimension, unit.dimension, claim)) is not None:
            found.append(bridged / unit.factor)
    return found


MASS_PER_VOLUME: Final[Dimension] = (-3, 1, 0, 0, 0, 0, 0)


_LIGHT_WORDS: Final = re.compile(
    r"\b(?:wavelength|gap|luminesc\w+|absor\w+|emi(?:t|ss)\w*|light|photon\w*|luminescen\w+|edge"
    r"|onset|wavenumber\w*"
    r"|spectr\w+|laser|band|frequenc\w+)\b",
    re.IGNORECASE,
)


def _bridge(si: float, source: Dimension, target: Dimension, claim: str) -> float | None:
    """SI value of another dimension: per particle and per mole, photon energy and wavelength."""
    if source == ENERGY and target == MOLAR_ENERGY:
        # No particle has a microjoule: the quote says elsewhere that it speaks of a mole.
        return si if abs(si) > 1e-6 else si * AVOGADRO
    if source == MASS_PER_VOLUME and target == NONE:
        return si / 1e3  # 1 mg/L of water is 1 ppm by mass
    if source == MOLAR_ENERGY and target == ENERGY:
        return si / AVOGADRO
    light = (ENERGY, LENGTH, WAVENUMBER, FREQUENCY)
    if source in light and target in light and si > 0 and _LIGHT_WORDS.search(claim):
        energy = {
            ENERGY: si,
            LENGTH: PLANCK * LIGHT / si,
            WAVENUMBER: PLANCK * LIGHT * si,
            FREQUENCY: PLANCK * si,
        }[source]
        return {
            ENERGY: energy,
            LENGTH: PLANCK * LIGHT / energy,
            WAVENUMBER: energy / (PLANCK * LIGHT),
            FREQUENCY: energy / PLANCK,
        }[target]
    return None


def comparable(left: Number, right: Number, claim: str) -> bool:
    """Whether the two numbers measure the same kind of thing."""
    return bool(candidates(right, left.unit, claim)) and (
        left.unit.dimension != NONE or (left.unit.text == "") == (right.unit.text == "")
    )
