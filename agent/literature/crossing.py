"""Claims that take their subject from one half of a contrast and what is said of it from the other.

"A powder can be pressed cold, whereas a garnet has to be sintered" says of neither that it can be
pressed and has to be sintered; a claim that says so shares its words with the quote, and is false.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from agent.answer import ClaimVerdict
from agent.literature.statement import CONTRAST, Fault, Statement
from ingest.terms import fold_terms

# A half that speaks of a thing of its own, not of "it".
_OWN_SUBJECT: Final = re.compile(
    r"(?!(?:it|they|this|these|this|its|their|he|she|we|one|there)\b)"
    r"(?:(?:the|an?|that of|those of|each|most|many)\s|[A-Z]|\S+ (?:\S+ )?"
    r"(?:is|are|was|were|has|have|does|do|did|can|had|will|needs?|requires?)\b)"
)

# What says that a claim itself sets two things against each other.
_COMPARES: Final = re.compile(
    r"\b(?:unlike|than|compared|contrast|instead|rather|relative|differ\w*|both|neither|not|no)\b",
    re.IGNORECASE,
)

SUBJECT_WORDS: Final = 2  # content words at the start of a claim that name its subject


def crossing_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    """The subject of one half of a contrast with the predicate of the other."""
    halves = [half for half in CONTRAST.split(quoted.text) if half.strip()]
    for left, right in pairwise(halves):
        if not _OWN_SUBJECT.match(right.strip()):
            continue
        here, there = frozenset(fold_terms(left)), frozenset(fold_terms(right))
        for part in CONTRAST.split(said.text):
            if _COMPARES.search(part):
                continue
            terms = fold_terms(part)
            subject, rest = set(terms[:SUBJECT_WORDS]), set(terms[SUBJECT_WORDS:])
            for mine, other in ((here - there, there - here), (there - here, here - there)):
                of_mine = subject & mine and not subject & other
                if of_mine and len(rest & other) >= 2 and not rest & mine:
                    yield ClaimVerdict.PARTLY, "The quote says it of something else."
                    return
