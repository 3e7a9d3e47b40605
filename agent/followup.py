"""A follow-up question, completed from the question before it.

"And of CsPbI3?" means little alone. What it leaves out is taken from the question before, by rules
that can be read here; a question that stands by itself is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from agent.entities import read_entities

_LONGEST: Final = 9  # words; a longer question says itself what it is about
_OPENING: Final = re.compile(
    r"^\W*(?:and|but|or|so|then)?[\s,]*"
    r"(?:(?:what|how) about|and|but|or|in that case|also)\b[\s,:]*",
    re.IGNORECASE,
)
_POINTING: Final = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|these|those|that (?:one|value|number|paper|material)"
    r"|the (?:same|other one|others|latter|former))\b",
    re.IGNORECASE,
)
_BARE: Final = re.compile(r"^\W*(?:why|how|when|where|which one|how much|how many)\W*$", re.I)


def in_context(question: str, earlier: Sequence[str]) -> str:
    """``question``, with the question before it where it cannot be understood alone.

    Args:
        question: As it was asked.
        earlier: The questions before it, oldest first.

    Returns:
        The question itself, or one in which the substance before is replaced by the new one, or
        the question before followed by this one.
    """
    if not earlier or len(question.split()) > _LONGEST:
        return question
    before = earlier[-1].strip()
    opening = _OPENING.match(question)
    rest = question[opening.end() :].strip(" ?.!") if opening else ""
    if opening and rest:
        swapped = _swapped(before, rest)
        return swapped or _joined(before, question)
    if _BARE.match(question):
        return _joined(before, question)
    named = read_entities(question).substances
    if _POINTING.search(question) and not named:
        return _joined(before, question)
    return question


def _swapped(before: str, rest: str) -> str | None:
    """The question before about the one substance that ``rest`` names; None where it does not."""
    new = read_entities(rest).substances
    old = read_entities(before).substances
    bare = re.sub(r"^(?:of|for|in|with|the)\s+", "", rest, flags=re.IGNORECASE)
    if len(new) != 1 or len(old) != 1 or bare != new[0].text:
        return None
    return before[: old[0].start] + bare + before[old[0].end :]


def _joined(before: str, question: str) -> str:
    return f"{before.rstrip(' ?.!')}? {question.strip()}"
