"""Numbers with units in a sentence, and whether a claim's number is one that a quote gives.

A number is read as printed: ``4.0 × 10−4 S cm−1`` with its raised exponent flattened by the text
layer, ``1e-7``, ``228 676``, ``seven thousand``, ``a third``, ``one in ten``, ``minus 58``. It
counts as given by the quote where it is the quote's number, converted and rounded to the digits
that the claim shows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from agent.literature.unit_table import ONE, Unit, read_symbol, read_unit, times


@dataclass(frozen=True)
class Number:
    """A number as it stands in a sentence."""

    text: str  # with its unit
    value: float  # in its own unit
    step: float  # one in the last digit shown
    coarse: float  # one in the last digit that is no closing zero
    unit: Unit
    start: int
    end: int
    signed: bool = False  # a sign, or the word for one, stands before it
    about: bool = False
    spread: float = 0.0  # the number behind ±
    other: float | None = None  # a second way to read it: 1016 may be 10 to the 16th

    @property
    def si(self) -> float:
        """The value in the SI unit."""
        return (self.value + self.unit.offset / self.unit.factor) * self.unit.factor


_UNITS: Final = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
} | {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}


_SCALES: Final = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
}  # fmt: skip


_PARTS: Final = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "twentieth": 20, "hundredth": 100, "thousandth": 1e3,
    "millionth": 1e6, "billionth": 1e9,
}  # fmt: skip


_SMALL: Final = "|".join(sorted(_UNITS, key=len, reverse=True))


_LARGE: Final = "|".join(_SCALES)


_ABOUT: Final = (
    r"about|around|roughly|approximately|approx\.?|ca\.?|circa|some|nearly|almost|near|close to"
    r"|or so|order of|just (?:over|under|below|above)|~|≈|∼|little (?:over|under|more|less)|barely"
    r"|rounded(?: to)?"
)


_NUMBER: Final = re.compile(
    r"(?<![\w.^)])(?<![A-Za-z]-)(?:(?<![\w)])(?P<sign>[+-]|±))?\s?"
    r"(?:(?P<digits>\d{1,3}(?:[ ,]\d{3})+(?![\d])(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"(?:\s?±\s?(?P<spread>\d+(?:\.\d+)?))?"
    r"(?:\s?[×x·]\s?10(?:\^?(?P<power>[+-]?\d{1,2})|\^\(?(?P<power2>[+-]?\d+)\)?)(?!\d)"
    r"|[eE](?P<power3>[+-]?\d{1,2})(?!\d)"
    r"|\^\(?(?P<raised>[+-]?\d+)\)?)?"
    r"(?:\s(?P<scale>"
    + _LARGE
    + r")(?![a-z]))?)(?![\d]|-?D\b|[a-z]{0,2}-[a-z]|[a-z]\b(?<=\d[abc])|"
    r"(?:H|C|N|O|F|P|B|V|Si|Li|Al|Na|Sn|Pt|Pd|Xe|Cs|Fe|Co|Se|Ag|Te|Pb|I)\b(?![\s/·]*[A-Za-z]*-\d))",
)


_WORDS: Final = re.compile(
    rf"(?<![\w-])(?:(?P<word>(?:{_SMALL}|an?(?= (?:{_LARGE}|few|couple)))"
    rf"(?:[- ](?:{_SMALL})(?!-(?:{'|'.join(_PARTS)})))?(?:[- ](?:{_LARGE})){{0,2}})(?P<part>[- "
    rf"](?:(?:ten|hundred)-)?(?:{'|'.join(_PARTS)})s?)?"
    rf"|(?P<alone>(?:a |one[- ])?(?:{'|'.join(_PARTS)})(?=\s+(?:of|an?)\b))"
    rf"|(?P<fold>(?:{_SMALL}|{_LARGE})(?:[- ](?:{_LARGE}))?)[- ]?fold"
    r"|(?P<twice>twice|double[ds]?|doubling|halved|halves)"
    r"|(?P<round>(?:hundreds|thousands|tens of thousands) of))(?![\w])",
    re.IGNORECASE,
)


_ORDERS: Final = re.compile(
    rf"(?P<n>\d+|{_SMALL}|an?) (?:orders? of magnitude|powers? of ten|decades?)\b", re.IGNORECASE
)


_IN: Final = re.compile(
    rf"\b(?P<a>\d+|{_SMALL}) (?:\w+ )?(?:in|out of)(?: every)? (?P<b>\d+|{_SMALL})(?=\W|$)"
    r"(?!\s*(?:K|°|[a-z]?m|[a-z]?V)\b)",
    re.IGNORECASE,
)


_RAISED: Final = re.compile(r"(?<=[\d)])[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")


_MARKS: Final = re.compile(r"\s?\[\d+(?:[,–-]\s?\d+)*\]")


_JOIN: Final = re.compile(
    r"\s?(?:-|–|to|and|up to)(?: (?:more|less) than| over| about| nearly| almost)?\s?",
    re.IGNORECASE,
)


_EXPONENT: Final = re.compile(
    r"(?<![\w.])(?<![×x·])(?<![×x·]\s)10(?P<sign>-)(?P<digits>\d{1,2})(?![\d.])"
)


# "m2 g −1": a sign that the text layer set apart from its unit.
_APART: Final = re.compile(r"(?<=\s)([A-Za-z]{1,3}) (-\d)(?=[,;)\s]|\.?$)")


_FEW: Final = re.compile(
    r"\b(?:(?:a )?few|several|some|a couple of)(?: (?P<times>times "
    r"10\^?(?P<power>-?\d{1,2})))?(?=\W)",
    re.IGNORECASE,
)


# A number that no paper prints: "a few nm" is stated by "several nm", and by no digits.
_SOME: Final = 3.1415926


_PER: Final = re.compile(
    r"\s?(?:[A-Za-z][\w-]*\s){1,4}?(?=(?:per|for each|for every|/)\s?[A-Za-z])"
)


def plain_text(text: str) -> str:
    """``text`` with one minus sign, one dash for ranges, powers behind ``^``, no ligatures."""
    text = _MARKS.sub("", text)
    text = _RAISED.sub(lambda m: "^" + unicodedata.normalize("NFKC", m[0]), text)
    text = unicodedata.normalize("NFKC", text.replace("µ", "u\u0000").replace("μ", "u\u0000"))
    text = text.replace("u\u0000", "µ").replace("−", "-").replace("‑", "-").replace("‐", "-")
    text = text.replace("◦", "°").replace("º", "°").replace("˚", "°").replace("Å", "Å")
    text = re.sub(r"°\s([CF])\b", r"°\1", text.replace("Ω", "Ω"))
    text = re.sub(r"(\d\.\d+)\(\d{1,2}\)", r"\1", text)  # 11.602(3) Å: the digit's uncertainty
    text = re.sub(r"\babsolute zero\b", "0 K", text, flags=re.IGNORECASE)
    return _APART.sub(lambda m: m[1] + m[2] if read_symbol(m[1]) else m[0], text)


def read_numbers(text: str, *, flattened: bool = False) -> list[Number]:
    """The numbers of a `plain_text`, in order; with ``flattened`` 1016 may be a power of ten."""
    found: list[Number] = []
    taken: list[tuple[int, int]] = []

    def free(start: int, end: int) -> bool:
        return all(end <= a or start >= b for a, b in taken)

    def add(number: Number) -> None:
        found.append(number)
        taken.append((number.start, number.end))

    for match in _ORDERS.finditer(text):
        add(_number(text, match.start(), match.end(), 10.0 ** _small(match["n"]), 1.0))
    for match in _FEW.finditer(text):
        unit, end = read_unit(text, match.end())
        if match["times"] or (end > match.end() and len(unit.text) > 1):
            value = _SOME * 10.0 ** int(match["power"] or 0)
            add(_number(text, match.start(), end, value, value * 1e-3, unit))
    for match in _IN.finditer(text):
        part, whole = _small(match["a"]), _small(match["b"])
        if free(*match.span()) and part < whole and part <= 20 and not 1800 <= whole <= 2100:
            value = _small(match["a"]) / whole
            add(_number(text, match.start(), match.end(), value, value / 10))
    for match in _EXPONENT.finditer(text):
        if free(*match.span()):
            unit, end = read_unit(text, match.end())
            value = 10.0 ** -int(match["digits"])
            add(_number(text, match.start(), end, value, value / 10, unit))
    for match in _NUMBER.finditer(text):
        if free(match.start("digits"), match.end()):
            add(_printed(text, match, flattened=flattened))
    for match in _WORDS.finditer(text):
        if free(*match.span()) and (number := _spelled(text, match)):
            add(number)
    found = [_of_many(text, one) for one in found]
    return _ranges(text, sorted(found, key=lambda one: one.start))


_OF_MANY: Final = re.compile(
    r"\s?(?:[A-Za-z][\w-]*\s){0,2}?(?:per|in (?:a|one|every)|out of (?:a|one|every)?)\s?"
    r"(?P<n>(?:ten |hundred )?thousand|hundred|million|billion)\b",
    re.IGNORECASE,
)
_MANY: Final = {
    "hundred": 1e2, "thousand": 1e3, "ten thousand": 1e4, "hundred thousand": 1e5, "million": 1e6,
    "billion": 1e9,
}  # fmt: skip


def _of_many(text: str, number: Number) -> Number:
    """The number, or the share that it is in "8.7 vacancies per ten thousand sites"."""
    match = _OF_MANY.match(text, number.end) if number.unit is ONE else None
    if match is None:
        return number
    whole = _MANY[" ".join(match["n"].lower().split())]
    return replace(
        number,
        value=number.value / whole,
        step=number.step / whole,
        coarse=number.coarse / whole,
        spread=number.spread / whole,
        other=None,
    )


def _number(text: str, start: int, end: int, value: float, step: float, unit: Unit = ONE) -> Number:
    before = text[max(0, start - 24) : start].rstrip(" (")
    about = re.search(rf"(?:^|[\s(])(?:{_ABOUT})$", before, re.IGNORECASE) is not None
    return Number(
        text=text[start:end].strip(),
        value=value,
        step=step,
        coarse=step,
        unit=unit,
        start=start,
        end=end,
        about=about,
    )


def _printed(text: str, match: re.Match[str], *, flattened: bool) -> Number:
    digits = re.sub(r"[ ,](?=\d{3})", "", match["digits"])
    decimals = len(digits.partition(".")[2])
    power = int(match["power"] or match["power2"] or match["power3"] or 0)
    if abs(power) > 300 or len(digits) > 300 or abs(int(match["raised"] or 0)) > 60:
        power, digits = 0, "0"  # no quantity of this world
    value, step = float(digits), 10.0**-decimals
    if match["raised"] and value:
        value, step = value ** int(match["raised"]), value ** int(match["raised"]) / 10
    scale = 10.0**power * _SCALES.get(match["scale"] or "", 1.0)
    zeros = len(digits) - len(digits.rstrip("0")) if not decimals and value else 0
    before = text[: match.start("sign") if match["sign"] else match.start("digits")].rstrip(" (")
    word = re.search(r"\b(minus|plus)$", before)
    sign = {"minus": "-", "plus": "+"}[word[1]] if word else match["sign"] or ""
    unit, end = _unit_behind(text, match.end())
    start = match.start("sign") if match["sign"] else match.start("digits")
    number = _number(text, start, end, value * scale, step * scale, unit)
    other = None
    if flattened and (raised := re.fullmatch(r"10([1-9]\d?)", digits)) and scale == 1:
        other = 10.0 ** int(raised[1])
    return replace(
        number,
        value=-number.value if sign == "-" else number.value,
        coarse=step * scale * 10.0**zeros,
        signed=sign in ("-", "+"),
        spread=float(match["spread"] or 0) * scale,
        about=number.about or bool(word and re.search(rf"(?:{_ABOUT}) (?:minus|plus)$", before)),
        other=other,
    )


def _unit_behind(text: str, at: int) -> tuple[Unit, int]:
    """The unit of a number; with "50 turnovers per minute" the unit behind what is counted."""
    unit, end = read_unit(text, at)
    if end > at and text[at:end].strip() in ("A", "C", "In", "As") and text[at : at + 1] != " ":
        return ONE, at
    if match := _PER.match(text, end):
        divisor, stop = read_unit(text, match.end())
        between = match[0].split()
        if stop > match.end() and (between[-1].endswith("s") or between[0] == "of"):
            return times(unit, divisor, 1), end
    return unit, end


def _spelled(text: str, match: re.Match[str]) -> Number | None:
    if match["word"] or match["alone"]:
        words = re.split(r"[- ]", (match["word"] or match["alone"]).lower())
        part = (match["part"] or "").strip(" -").lower().removesuffix("s")
        if match["alone"]:
            words, part = ["one"], words[-1]
        value = _value(words)
        if value == 1 and not part and len(words) == 1:
            unit, end = read_unit(text, match.end())
            if end == match.end():
                return None  # "one" is mostly a pronoun
        if value <= 2 and not part and read_unit(text, match.end())[1] == match.end():
            return None  # "the two metals" counts what the quote names
        if re.search(r"powers? of $", text[: match.start()]):
            return None
        if part:
            more, _, last = part.rpartition("-")
            value /= _PARTS[last] * {"": 1, "ten": 10, "hundred": 100}[more]
        unit, end = read_unit(text, match.end())
        if part and end == match.end() and (of := re.match(r"\s(?:of )?an? ", text[end:])):
            unit, end = read_unit(text, end + of.end())
        step = value / 6 if part else value / 10 if value >= 100 else 1.0
        return _number(text, match.start(), end, value, step, unit)
    if match["fold"]:
        value = _value(re.split(r"[- ]", match["fold"].lower()))
        return _number(text, match.start(), match.end(), value, max(1.0, value / 10))
    return None


def _value(words: Sequence[str]) -> float:
    total, current = 0.0, 0.0
    for word in words:
        if word in _UNITS:
            current += _UNITS[word]
        elif word in _SCALES:
            current = max(current, 1.0) * _SCALES[word]
            if _SCALES[word] >= 1e3:
                total, current = total + current, 0.0
    return (total + current) or 1.0


def _small(word: str) -> float:
    return float(word) if word.isdigit() else float(_UNITS.get(word.lower(), 1))


def _ranges(text: str, numbers: list[Number]) -> list[Number]:
    """The numbers, with the two ends of a range bound and the unit given to both."""
    result = list(numbers)
    for i in range(len(result) - 1):
        left, right = result[i], result[i + 1]
        if re.search(r"\bpH\s?[=≈]?\s?$", text[: left.start]):
            continue
        between = text[left.end : right.start]
        # "134-136": the dash was read as a sign.
        dash = left.end == right.start and right.signed and right.value < 0
        if not (dash or _JOIN.fullmatch(between)):
            continue
        if dash:
            right = replace(right, value=-right.value, signed=False)
        if _YEAR.fullmatch(left.text) and not _YEAR.fullmatch(right.text):
            continue  # "from 35 % in 1994 to 26 %"
        unit = right.unit if left.unit is ONE else left.unit
        whole = _printed_value(right) / right.value if right.unit is ONE and right.value else 1.0
        if whole > 50 and abs(left.value) > 50 * abs(right.value):
            left = replace(left, value=left.value / whole, step=left.step / whole)
        result[i] = replace(left, unit=unit)
        result[i + 1] = right
    # "45, 72 and 160 meV": the unit stands once, behind the last.
    for i in range(len(result) - 2, -1, -1):
        left, right = result[i], result[i + 1]
        between = text[left.end : right.start]
        shared = left.unit is ONE and right.unit is not ONE and _LIST.fullmatch(between)
        if shared and re.search(r"\d", left.text):
            result[i] = replace(left, unit=right.unit)
    return result


def _printed_value(number: Number) -> float:
    digits = re.match(r"\d+(?:\.\d+)?", number.text)
    return float(digits[0]) if digits else number.value


_YEAR: Final = re.compile(r"(?:1[89]|20)\d\d")


_LIST: Final = re.compile(r"\s?,?\s(?:and|or|respectively)?\s?|,\s?")
