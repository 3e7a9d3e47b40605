"""Two values exchanged: "89 % for the gum, 71 % for the maltodextrin", where it is the other way.

Each of two values stands in a stretch of words, in the claim as in the quote. The words that only
one of the stretches has say what its value belongs to; where those of the claim's first value are
those of the quote's second and the other way round, the values have changed places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from agent.answer import ClaimVerdict
from agent.literature.marks import Part, marks
from agent.literature.quantities import Number
from agent.literature.relations import context_span
from agent.literature.rounding import comparable, given_by
from agent.literature.statement import Fault

_GREEK: Final = re.compile(r"(?<!\w)[α-ω](?!\w)")


def assignment_faults(said: Part, quoted: Part) -> Iterator[Fault]:
    """Two values of the quote that the claim gives to each other's things."""
    found = [
        (number, hits[0])
        for number in said.numbers
        if len(hits := given_by(number, quoted.numbers, claim=said.text)) == 1
    ]
    for (one, here), (other, there) in combinations(found, 2):
        if here is there or not comparable(here, there, said.text):
            continue
        if not (here.unit.text and there.unit.text):
            continue  # counts, and numbers of a list, belong to whatever stands around them
        if _joined(said.text, one, other) or _joined(quoted.text, here, there):
            continue
        mine, theirs = _about(said, one), _about(said, other)
        first, second = _about(quoted, here), _about(quoted, there)
        straight = len(mine & (first - second)) + len(theirs & (second - first))
        crossed = len(mine & (second - first)) + len(theirs & (first - second))
        if crossed > straight:
            shown = " and ".join(number.text.rstrip(". )") for number in (one, other))
            yield ClaimVerdict.PARTLY, f"In the quote, {shown} belong the other way round."
            return


def _joined(text: str, one: Number, other: Number) -> bool:
    """Whether two numbers are the ends of a range or of a change: "from 9 to 3"."""
    first, last = sorted((one, other), key=lambda number: number.start)
    between = text[first.end : last.start]
    return (
        re.fullmatch(r"\W*(?:to|and|or)?\s?(?:about|some|around)?\W*(?:an?|one)?\W*", between)
        is not None
    )


def _about(part: Part, number: Number) -> frozenset[str]:
    start, end = context_span(part, number)
    found = {one for one in marks(part, start, end) if not one.startswith("n:")}
    return frozenset(found) | frozenset(_GREEK.findall(part.text[start:end]))
