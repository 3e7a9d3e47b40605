"""Words beside a number: "above 50 K", "45 meV below the band"."""

from __future__ import annotations

import re
from typing import Final

from agent.literature.quantities import Number
from agent.literature.relations import SENTENCE, direction_of

_BESIDE: Final = re.compile(
    r"(?P<deny>\b(?:not|never|no)\s+)?\b(?P<word>[a-z]+\s+than|(?:up|down)\s+to|above|below|over|under|beneath"
    r"|beyond|exceed(?:ing|ed|s)?|almost|nearly|at\s+least|at\s+most|as\s+much\s+as)"
    r"\s*(?:about|around|roughly|some|the)?\s*$",
    re.IGNORECASE,
)


_WORD_THAN: Final = re.compile(
    r"\b([a-z]+)\b(?=[^,;.]{1,40}\bthan\s*(?:about|around|roughly|some|the)?\s*$)", re.IGNORECASE
)


_AFTER: Final = re.compile(
    r"^[^;.\d]{0,3}(?:\s?[\w-]+){0,3}?\s*\b(?P<word>above|over|below|under|beneath|underneath|beyond|higher|lower|less|more"
    r"|smaller|larger|too high|too low)\b",
    re.IGNORECASE,
)


_ALSO: Final = re.compile(r"\b(above|over|below|under|beneath)\b", re.IGNORECASE)


_ADVERBS: Final = {
    "almost": -1, "nearly": -1, "at least": 1, "at most": -1, "over": 1, "under": -1, "up to": -1,
    "as much as": -1, "down to": 1, "more than": 1, "less than": -1, "beneath": -1,
}  # fmt: skip


_OR_MORE: Final = re.compile(
    r"\s?,?\s?or\s(?P<word>more|above|higher|longer|over|less|below|lower|fewer|under|shorter)\b",
    re.IGNORECASE,
)


def side(text: str, number: Number) -> int:
    """1 where the text puts something above the number, -1 below, 0 where it does not say."""
    if re.match(r"\s(?:times|fold)\b", text[number.end :]):
        return 0
    if match := _OR_MORE.match(text[number.end :]):
        return 1 if match["word"].lower() in ("more", "above", "higher", "longer", "over") else -1
    before = text[max(0, number.start - 70) : number.start]
    if match := _BESIDE.search(before):
        word = " ".join(match["word"].lower().split())
        sign = _ADVERBS.get(word) or direction_of(word.removesuffix(" than"))
        if sign:
            return -sign if match["deny"] else sign
    for match in reversed(list(_WORD_THAN.finditer(before))):
        if sign := direction_of(match[1].lower()):
            return sign
    return 0


def offset(text: str, number: Number) -> int:
    """1 where the number is a distance above something, -1 below, 0 where it is none."""
    clause = SENTENCE.split(text[number.end :])[0]
    if re.match(r"\s(?:times|fold)\b", text[number.end :]):
        return 0
    if match := _AFTER.match(clause):
        if re.match(r"\s+(?:un)?(?:favou?rable|stable|likely)\b", clause[match.end() :]):
            return 0
        return direction_of(match["word"].lower().removeprefix("too "))
    if number.unit.text and (match := _ALSO.search(clause)):
        between = clause[: match.start()]
        if re.fullmatch(r"(?:\s*,?\s*(?:and )?\w+ [\d.]+ ?\w+)*\s*", between):
            return direction_of(match[1].lower())
    before = text[max(0, number.start - 70) : number.start]
    if match := re.search(
        r"\b(higher|lower|larger|smaller|high|low|more|less|large|small)\b"
        r"[^;.]{0,45}?,?\s+by\s+(?:about |nearly |some |almost )?$",
        before,
    ):
        return direction_of(match[1])
    return 0
