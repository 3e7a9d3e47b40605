"""Comparisons that a quote makes without "than": contrasts, ellipses, equals, and covariation."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from agent.literature.marks import Part, marks
from agent.literature.relations import MEASURED, PLACED, SENTENCE, Relation, direction_of
from agent.literature.wording import Polar, read_polar

_BETWEEN: Final = re.compile(r"[,;]|\b(?:and|but|while|whereas|yet|or|though|although|against)\b")

_LESS_FOR: Final = re.compile(
    r"\b(?:and|but|or)\s+(?:even |much |still |far )?(?P<word>more|less|\w+er)\s+"
    r"(?P<rest>(?:for|in|with|under|by|at|of|on)\s[^,;.]+)",
    re.IGNORECASE,
)

_EQUAL: Final = re.compile(
    r"\b(?:comparable|similar|equal|identical)(?:\s\w+)?\s(?:to|with)\s"
    r"|(?<!times )(?<!twice )(?<!half )(?<!not )\bas (?!well|far|long|soon|much as \d)\w+ as\s",
    re.IGNORECASE,
)


def contrasts(part: Part) -> list[Relation]:
    """What a quote contrasts: "cheap in A and dear in B", "50 K for A and less for B", "as A"."""
    found: list[Relation] = []
    polar = [
        one
        for one in read_polar(part.text)[0]
        if one.axis in MEASURED and not re.search(r"(?:est|st)$", one.word)
    ]
    start = 0
    for end in (*(match.start() for match in SENTENCE.finditer(part.text)), len(part.text)):
        here = [one for one in polar if start <= one.at < end]
        for axis in {one.axis for one in here}:
            for first, second in pairwise([one for one in here if one.axis == axis]):
                if first.sign == -second.sign:
                    found += _pair(part, start, end, first, second)
        for match in _LESS_FOR.finditer(part.text, start, end):
            if sign := direction_of(match["word"].lower()):
                left = marks(part, *match.span("rest"))
                right = marks(part, start, match.start())
                found.append(Relation(left - right, sign, right - left, worded=True))
        for match in PLACED.finditer(part.text, start, end):
            left, right = marks(part, start, match.start("word")), marks(part, match.end(), end)
            sign = 1 if match["word"].lower() == "above" else -1
            found.append(Relation(left - right, sign, right - left, worded=True))
        for match in _EQUAL.finditer(part.text, start, end):
            left, right = marks(part, start, match.start()), marks(part, match.end(), end)
            found.append(Relation(left - right, 0, right - left, worded=True))
        start = end
    return found


def _pair(part: Part, start: int, end: int, first: Polar, second: Polar) -> list[Relation]:
    cuts = list(_BETWEEN.finditer(part.text, first.at, second.at))
    if not cuts:
        return []
    before = [m.end() for m in _BETWEEN.finditer(part.text, start, first.at)]
    behind = _BETWEEN.search(part.text, second.at)
    left = marks(part, before[-1] if before else start, cuts[-1].start())
    right = marks(part, cuts[-1].end(), behind.start() if behind else end)
    return [Relation(left - right, first.sign, right - left, worded=True, axis=first.axis)]


_LINK: Final = re.compile(
    r"^\W*(?!During)\w+ing\b|\b(?:as|with|when|at|upon|once|if|the \w+er\b.*\bthe"
    r"|yields?|gives?|makes?|means?|leads?"
    r"|becomes?|become)\b",
    re.IGNORECASE,
)


def covariation(text: str) -> int:
    """1 where two things are said to grow together, -1 against each other, 0 where neither."""
    polar = [
        one
        for one in read_polar(text)[0]
        if one.axis in ("amount", "speed", "strength", "frequency", "ease")
        and one.word not in ("more", "less", "much", "many", "most")
    ]
    polar = [
        one
        for one in polar
        if not any(0 < other.at - one.at <= len(one.word) + 1 for other in polar)
    ]
    signs = [one.sign for one in sorted(polar, key=lambda one: one.at)]
    if len(signs) < 2 or not _LINK.search(text) or len(set(signs[1:])) > 1:
        return 0
    return signs[0] * signs[1]
