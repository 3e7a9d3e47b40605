"""Changes "from a to b": which way a quote's goes, and which way a claim says."""

from __future__ import annotations

import re
from typing import Final

from agent.literature.marks import Part
from agent.literature.relations import SENTENCE, direction_of


def shift(part: Part) -> int:
    """1 where a quote's one change "from a to b" goes up, -1 down, 0 where there is not one."""
    found: set[int] = set()
    for i, first in enumerate(part.numbers):
        for second in part.numbers[i + 1 :]:
            if first.unit.dimension != second.unit.dimension or first.si == second.si:
                continue
            opens = re.search(r"\bfrom (?:about |some |roughly )?$", part.text[: first.start])
            joins = re.search(r"\bto (?:about |some |roughly )?$", part.text[: second.start])
            if opens and joins and not SENTENCE.search(part.text, first.end, second.start):
                found.add(1 if second.si > first.si else -1)
                break
    return found.pop() if len(found) == 1 else 0


_MOVES: Final = re.compile(
    r"\b(?:(?:shift|mov|chang|go)\w*\b.{0,40}?\bto (?:a )?(?P<to>higher|lower|larger|smaller)"
    r"|(?P<by>increas|decreas|ris|rose|fell|fall|drop|widen|narrow|rais|reduc|grow|declin)\w*)\b",
    re.IGNORECASE,
)


def claimed_shift(text: str) -> int:
    """The direction of the change that a claim speaks of; 0 for none."""
    found = {
        direction_of((match["to"] or match[0].split()[0]).lower())
        for match in _MOVES.finditer(text)
    }
    return found.pop() if len(found) == 1 else 0
