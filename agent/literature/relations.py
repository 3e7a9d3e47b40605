"""Which of two things is more: comparisons in words, by values, and by words beside a number.

"Cu is poorer in vacancies than Al" is borne out by "aluminium has seven thousand times as many as
copper", by 0.84 for the one and 0.12 for the other, and by "replacing Al by Cu lowers it".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from agent.literature.marks import Part, marks
from agent.literature.opposites import poles
from agent.literature.quantities import Number
from agent.literature.unit_table import TIME
from ingest.terms import STOP_WORDS

MEASURED: Final = (
    "amount",
    "ease",
    "frequency",
    "place",
    "stiffness",
    "speed",
    "quality",
    "depth",
    "strength",
    "sign",
    "stability",
    "warmth",
)


_STEP: Final = re.compile(r"\b(?:(more|less|fewer)\s+)?([a-z][\w-]+)\b", re.IGNORECASE)


_THAN: Final = re.compile(r"\b(?:than|relative to|compared (?:with|to))\b", re.IGNORECASE)


_CHANGE: Final = re.compile(
    r"\b(?:from|replac\w+|exchang\w+|substitut\w+)\s+(?P<old>[^,;.]{1,40}?)\s+(?:to|by|with|for)\s+"
    r"(?P<new>[^,;.]{1,60}?)\s+(?P<rest>(?:make|cause|give|lead|result|widen|narrow|lower|rais|increas"
    r"|decreas|reduc|enhanc|lessen|improv|accelerat|slow|shift)\w*\b.*)",
    re.IGNORECASE,
)


_TIMES: Final = re.compile(
    r"\b(?:times|fold|twice|double)\s+(?:as (?P<how>\w+)\b.{0,40}?\bas|that|those|the"
    r"|(?P<comp>\w+)\b(?: than)?)\s*",
    re.IGNORECASE,
)


# "A lies below B", where B is no number.
PLACED: Final = re.compile(
    r"\b(?:lies?|lay|is|are|was|were|sits?|puts?|stands?|located|placed|ranks?)(?: [A-Za-z]+){0,3}?"
    r" (?P<word>above|below|beneath)\s+(?=(?:the |that of )?(?!about|some|which"
    r"|all|its|room)[A-Za-z]{2,})",
    re.IGNORECASE,
)


_OVER: Final = re.compile(
    r"\b(?P<word>above|below|over|under|beyond)\s+(?:its|the|that|those|their)\s+(?:value|one|level|figure)?",
    re.IGNORECASE,
)


_STOP: Final = re.compile(
    r"[;,]|(?<!vs)(?<!ca)(?<!al)\.(?=\s|$)|\s(?:and|but|while|whereas|against|or|where)\s|\n"
)


SENTENCE: Final = re.compile(r"[;\n]|(?<!vs)(?<!ca)(?<!al)(?<!cf)\.(?=\s|$)")


@dataclass(frozen=True)
class Relation:
    """``left`` has more (or, with -1, less) than ``right``; both as marks of what is meant."""

    left: frozenset[str]
    sign: int
    right: frozenset[str]
    worded: bool
    axis: str = ""  # of the word of a contrast, which then only this axis is held against


def claimed_relation(part: Part) -> Relation | None:
    """The comparison that a claim makes; None where it makes none, or not between two things."""
    text = part.text
    change = _CHANGE.search(text)
    if change and (sign := _direction(change["rest"])):
        old = marks(part, *change.span("old"))
        new = marks(part, *change.span("new"))
        return Relation(new - old, sign, old - new, worded=True)
    than = _THAN.search(text)
    if than is None:
        if placed := PLACED.search(text):
            left, right = marks(part, 0, placed.start("word")), marks(part, placed.end(), len(text))
            sign = 1 if placed["word"].lower() == "above" else -1
            return Relation(left - right, sign, right - left, worded=True)
        if (times := _TIMES.search(text)) and times["how"]:
            left, right = marks(part, 0, times.start()), marks(part, times.end(), len(text))
            word = next((one for one in times.groupdict().values() if one), "")
            sign = direction_of(word.lower()) or 1
            return Relation(left - right, sign, right - left, worded=True)
        return _lone_step(part)
    for number in part.numbers:
        between = part.text[than.end() : max(number.start, than.end())]
        if (
            number.unit.text
            and number.start >= than.end()
            and re.fullmatch(r"\s*(?:\w+\s)?", between)
            and between.strip() not in ("at", "in", "for", "of", "with", "on")
        ):
            return None  # "more than 50 K" compares with a number
    if (step := _last_step(text[: than.start()])) is None:
        return None
    sign, start, end = step
    if re.match(r"\s*zero\b", text[than.end() :]):
        return None
    left = marks(part, 0, start) | marks(part, end, than.start())
    stop = _STOP.search(text, than.end())
    right = marks(
        part, than.end(), stop.start() if stop and stop.start() > than.end() + 3 else len(text)
    )
    axis = next(
        (
            one
            for word in text[start:end].lower().split()
            for one, _ in poles(word)
            if one in MEASURED
        ),
        "",
    )
    return Relation(left - right, sign, right - left, worded=True, axis=axis)


def _lone_step(part: Part) -> Relation | None:
    """Slower, in "in hexane it is slower": than in what else the quote speaks of."""
    found = [
        match
        for match in re.finditer(
            r"\b(?:more|less) \w+|\b(?!under|over|after|other)\w+er\b", part.text
        )
        if direction_of(match[0].lower().split()[-1])
        and direction_of(match[0].lower().split()[0]) >= -1
    ]
    if len(found) != 1:
        return None
    step = _last_step(found[0][0])
    return (
        Relation(marks(part, 0, len(part.text)), step[0], frozenset(), worded=True)
        if step
        else None
    )


def _last_step(text: str) -> tuple[int, int, int] | None:
    """The last comparative of a text: its direction and where it stands."""
    found = None
    for match in _STEP.finditer(text):
        sign = direction_of(match[2].lower())
        turn = {"more": 1, "less": -1, "fewer": -1}.get((match[1] or "").lower())
        flip = (
            -1
            if re.search(r"\w+\s+$", text[: match.start()])
            and _valence(_last(text[: match.start()])) < 0
            else 1
        )
        if turn and match[2].lower() not in STOP_WORDS:
            sign = sign or _valence(match[2].lower()) or 1
            found = (turn * sign, match.start(), match.end())
        elif turn:
            found = (turn * flip, match.start(1), match.end(1))
        elif sign and (
            match[2].lower().endswith(("er", "ore", "ess", "orse")) or _is_verb(match[2])
        ):
            found = (sign * flip, match.start(), match.end())
    return found


def _last(text: str) -> str:
    words = re.findall(r"[a-z]+", text.lower())
    return words[-1] if words else ""


def _valence(word: str) -> int:
    """1 for what is good to have, -1 for what is not: harmful, degrades, suffers."""
    return next((sign for axis, sign in poles(word) if axis in _VALUED), 0)


_VALUED: Final = frozenset({"help", "stability", "keeping", "success", "presence"})


def _is_verb(word: str) -> bool:
    return (
        re.match(
            r"(?:exceed|outperform|surpass|outnumber|increas|decreas|accelerat|slow)", word, re.I
        )
        is not None
    )


def direction_of(word: str) -> int:
    """1 for a word of more, -1 for one of less, 0 for any other."""
    return next((sign for axis, sign in poles(word) if axis in MEASURED), 0)


def _direction(text: str) -> int:
    step = _last_step(text)
    if step:
        return step[0]
    return next(
        (sign for word in re.findall(r"[a-z]+", text.lower()) if (sign := direction_of(word))), 0
    )


def quoted_relations(part: Part) -> list[Relation]:
    """The comparisons that a quote makes, in words and by its values."""
    found: list[Relation] = []
    for start, end in _sentences(part.text):
        text = part.text[start:end]
        for pattern in (_TIMES, _OVER):
            for match in pattern.finditer(text):
                word = next((one for one in match.groupdict().values() if one), None)
                sign = (direction_of(word.lower()) or 1) if word else 1
                left = marks(part, start, start + match.start())
                right = marks(part, start + match.end(), end)
                found.append(Relation(left - right, sign, right - left, worded=True))
        change = _CHANGE.search(text)
        if change and (sign := _direction(change["rest"])):
            old = marks(part, start + change.start("old"), start + change.end("old"))
            new = marks(part, start + change.start("new"), start + change.end("new"))
            found.append(Relation(new - old, sign, old - new, worded=True))
        for than in _THAN.finditer(text):
            if step := _last_step(text[: than.start()]):
                left = marks(part, start, start + step[1]) | marks(
                    part, start + step[2], start + than.start()
                )
                right = marks(part, start + than.end(), end)
                found.append(Relation(left - right, step[0], right - left, worded=True))
    return found + _by_values(part)


def _sentences(text: str) -> list[tuple[int, int]]:
    cuts = [0, *(match.end() for match in SENTENCE.finditer(text)), len(text)]
    return [(a, b) for a, b in pairwise(cuts) if b > a]


def _by_values(part: Part) -> list[Relation]:
    found: list[Relation] = []
    numbers = [one for one in part.numbers if re.search(r"\d", one.text)]
    for i, first in enumerate(numbers):
        for second in numbers[i + 1 :]:
            if first.unit.dimension != second.unit.dimension or first.si == second.si:
                continue
            if (first.unit.text == "") != (second.unit.text == ""):
                continue
            left, right = context(part, first), context(part, second)
            sign = 1 if first.si > second.si else -1
            if first.unit.dimension == TIME:
                sign = 0
            if sign:
                found.append(Relation(left - right, sign, right - left, worded=False))
    return found


def context_span(part: Part, number: Number) -> tuple[int, int]:
    """The stretch of a quote that says what a number belongs to."""
    alike = [
        one
        for one in part.numbers
        if one.unit.dimension == number.unit.dimension and re.search(r"\d", one.text)
    ]
    before = [one for one in alike if one.end <= number.start]
    start = 0
    for match in SENTENCE.finditer(part.text, 0, number.start):
        start = match.end()
    if before and before[-1].end > start:
        start = before[-1].end
        attached = re.match(
            r"\s*(?:for|of|in|on|at|with|from|by|under|over|after)\s", part.text[start:]
        )
        stop = _STOP.search(part.text, start, number.start)
        if attached and stop:
            start = stop.start()
    stop = _STOP.search(part.text, number.end)
    end = stop.start() if stop else len(part.text)
    return start, min([end, *(one.start for one in alike if one.start >= number.end)])


_ITEM: Final = r"[^,;.]{2,40}?"


_PAIRED: Final = re.compile(
    rf"\s*(?:for|in|of|with)\s+(?:the )?"
    rf"(?P<items>{_ITEM}(?:, {_ITEM})*,? and [^,;.]{{2,40}})(?=[,;.]|$)"
)


def _paired(part: Part, number: Number) -> tuple[int, int] | None:
    """The item of a number in "0.18, 0.25 and 0.29 eV for A, B and C"."""
    numbers = list(part.numbers)
    first = last = numbers.index(number)
    joins = re.compile(r"\s?,?\s?(?:and\s)?")
    while first and joins.fullmatch(part.text[numbers[first - 1].end : numbers[first].start]):
        first -= 1
    while last + 1 < len(numbers) and joins.fullmatch(
        part.text[numbers[last].end : numbers[last + 1].start]
    ):
        last += 1
    match = _PAIRED.match(part.text, numbers[last].end) if last > first else None
    if match is None:
        return None
    start, spans = match.start("items"), []
    for piece in re.split(r"(, and |, | and )", match["items"]):
        if not re.fullmatch(r", and |, | and ", piece):
            spans.append((start, start + len(piece)))
        start += len(piece)
    return spans[numbers.index(number) - first] if len(spans) == last - first + 1 else None


def context(part: Part, number: Number) -> frozenset[str]:
    """Marks of what a number of a quote belongs to."""
    if number in part.numbers and (span := _paired(part, number)):
        return marks(part, *span)
    return marks(part, *context_span(part, number))


def judge(claimed: Relation, quoted: Sequence[Relation]) -> bool | None:
    """Whether the quote's comparisons say the same; None where none of them is about it."""
    best = 0
    verdicts: set[bool] = set()
    for one in quoted:
        if not claimed.right and not one.worded:
            continue
        if one.axis and one.axis != claimed.axis:
            continue
        straight = len(claimed.left & one.left) + len(claimed.right & one.right)
        crossed = len(claimed.left & one.right) + len(claimed.right & one.left)
        if one.sign == 0:  # "A is like B"
            alike = claimed.left & one.left and claimed.right & one.right
            if not alike and not (claimed.left & one.right and claimed.right & one.left):
                continue
        weight = 2 * abs(straight - crossed) + one.worded
        if straight == crossed or weight < best:
            continue
        if weight > best:
            best, verdicts = weight, set()
        sign = one.sign if straight > crossed else -one.sign
        verdicts.add(sign == claimed.sign)
    return verdicts.pop() if len(verdicts) == 1 else None


def turned(claimed: Relation, quoted: Sequence[Relation]) -> bool:
    """Whether a comparison of the quote has both sides of the claim's, the other way round."""
    return any(
        (one.sign == claimed.sign and claimed.left & one.right and claimed.right & one.left)
        or (one.sign == -claimed.sign and claimed.left & one.left and claimed.right & one.right)
        for one in quoted
    )


_MOST: Final = re.compile(
    r"\b(?:(most|least) )?([a-z]+est|best|worst|most|least|minim\w+|maxim\w+)\b", re.I
)


def extreme(said: Part, quoted: Part) -> bool | None:
    """Whether what a claim calls the largest or smallest is so by the quote's values.

    None where the claim has no superlative, or the quote no values to tell by.
    """
    match = _MOST.search(re.sub(r"\bat (?:most|least)\b", " ", said.text))
    if match is None or not (sign := direction_of(match[2].lower())):
        return None
    if any(one.unit.text for one in said.numbers):
        return None
    about = marks(said, 0, len(said.text))
    numbers = [one for one in quoted.numbers if re.search(r"\d", one.text) and one.unit.text]
    verdicts: set[bool] = set()
    for unit in {one.unit.dimension for one in numbers}:
        alike = [one for one in numbers if one.unit.dimension == unit]
        contexts = [context(quoted, one) for one in alike]
        own = [
            ctx - frozenset().union(*(other for j, other in enumerate(contexts) if j != i))
            for i, ctx in enumerate(contexts)
        ]
        meant = [i for i, ctx in enumerate(own) if ctx & about]
        if len(alike) >= 2 and len(meant) == 1:
            values = [one.si for one in alike]
            verdicts.add(values[meant[0]] == (max(values) if sign > 0 else min(values)))
    return verdicts.pop() if len(verdicts) == 1 else None
