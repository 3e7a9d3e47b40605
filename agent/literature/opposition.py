"""Opposites of claim and quote, each compared with the word that stands in the same place.

"The density rises" is held against what the quote says of the density, not against whatever else
rises there: two words of one axis are compared where they have words around them in common.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from agent.answer import ClaimVerdict
from agent.literature.contrasts import covariation
from agent.literature.opposites import GRADED, opposed_by_form, poles
from agent.literature.statement import Fault, Statement
from agent.literature.wording import Polar, is_negator, read_polar
from ingest.terms import STOP_WORDS, fold_terms, stem


@dataclass(frozen=True)
class Opposition:
    """A word of the claim and the word of the quote that it contradicts."""

    mine: Polar
    theirs: Polar


_WORD: Final = re.compile(r"[A-Za-zÀ-ÿα-ω][\w-]*")
_BREAK: Final = re.compile(r"[;:.]\s")
_PAUSE: Final = re.compile(r",|\b(?:and|but|while|whereas|although|though|because|since|so)\b")


def surroundings(statement: Statement, at: int, axis: str) -> dict[str, float]:
    """What stands around a place, by how near it stands: stems and elements."""
    text = statement.text
    start = max((m.end() for m in _BREAK.finditer(text, 0, at)), default=0)
    stop = _BREAK.search(text, at)
    end = stop.start() if stop else len(text)
    found: dict[str, float] = {}
    for low, high, step in ((start, at, -1), (at, end, 1)):
        words = [m for m in _WORD.finditer(text, low, high) if m.start() != at]
        content = [m for m in words if _counts(m[0].lower(), axis)]
        for rank, match in enumerate(content[::step]):
            between = text[match.end() : at] if step < 0 else text[at : match.start()]
            weight = 1.0 if rank < 2 else 0.6 if rank < 5 else 0.3
            if _PAUSE.search(between):
                weight /= 2
            for mark in _marks(statement, match):
                found[mark] = max(found.get(mark, 0.0), weight)
    return found


def _contexts(quoted: Statement, words: list[Polar]) -> dict[tuple[int, str], dict[str, float]]:
    """The surroundings of each word; of two opposites, each has what stands nearer to it."""
    found = {(one.at, one.axis): surroundings(quoted, one.at, one.axis) for one in words}
    for axis in {one.axis for one in words}:
        here = [one for one in words if one.axis == axis]
        if len({one.sign for one in here}) < 2:
            continue
        sets = [found[one.at, axis] for one in here]
        subject = surroundings(quoted, min(one.at for one in here), axis)
        before = frozenset(fold_terms(quoted.text[: min(one.at for one in here)]))
        for mark in {mark for one in sets for mark in one}:
            most = max(one.get(mark, 0.0) for one in sets)
            for one in sets:
                if mark in one and mark in before and mark in subject:
                    one[mark] = most
                elif mark in one and one[mark] < most:
                    one[mark] *= 0.3
    return found


def _counts(word: str, axis: str) -> bool:
    if word in STOP_WORDS or is_negator(word) or len(word) < 2:
        return False
    return all(one != axis for one, _ in poles(word))


def _marks(statement: Statement, match: re.Match[str]) -> set[str]:
    for name in statement.names:
        if name.start <= match.start() < name.end and name.elements:
            return {f"el:{one}" for one in name.elements}
    return {stem(part) for part in match[0].lower().split("-") if part}


def _likeness(left: dict[str, float], right: dict[str, float]) -> float:
    return sum(weight * right[mark] for mark, weight in left.items() if mark in right)


_BEFORE: Final = re.compile(r"\b(?:before|prior to|without)\b", re.IGNORECASE)

# How much likelier a pair that agrees is than one that does not, and where another word of the
# claim seems to contradict the same word of the quote.
AGREES: Final = 1.2
CONTESTED: Final = 4.0

_STEPS: Final = frozenset("more less most".split())


def oppositions(
    said: Statement, quoted: Statement, *, related: bool
) -> tuple[list[Opposition], frozenset[int], frozenset[int]]:
    """Words of the claim that the quote's word in their place contradicts.

    Returns:
        The contradictions, and the places of denials in claim and quote that are thereby weighed.
    """
    mine, _ = read_polar(said.text)
    theirs, _ = read_polar(quoted.text)
    turn = -1 if _BEFORE.search(said.text) and not _BEFORE.search(quoted.text) else 1
    pairs: list[tuple[float, bool, Polar, Polar]] = []
    contexts = _contexts(quoted, theirs)
    for one in mine:
        if not _compared(one, said.text, related):
            continue
        near = surroundings(said, one.at, one.axis)
        for other in theirs:
            if one.axis != other.axis or not alike(one, other, said.text, quoted.text):
                continue
            if not _compared(other, quoted.text, False):
                continue
            score = _likeness(near, contexts[other.at, other.axis])
            if score == 0 and one.axis in GRADED:
                continue
            agree = one.sign == (turn * other.sign if one.axis == "amount" else other.sign)
            pairs.append(
                (score + (0.5 if stem(one.word) == stem(other.word) else 0.0), agree, one, other)
            )
    found: list[Opposition] = []
    used: set[int] = set()
    weighed: set[int] = set()
    taken: set[int] = set()
    given: set[int] = set()
    # Each word is weighed once, the likeliest pairs first; in doubt they agree.
    contested = {other.at for _, agree, _, other in pairs if not agree}

    def likelihood(pair: tuple[float, bool, Polar, Polar]) -> float:
        score, agree, _, other = pair
        return score * ((CONTESTED if other.at in contested else AGREES) if agree else 1.0)

    pairs.sort(key=lambda pair: (-likelihood(pair), not pair[1]))
    for _, agree, one, other in pairs:
        if one.at in taken or other.at in given:
            continue
        taken.add(one.at)
        given.add(other.at)
        used |= one.denials
        weighed |= other.denials
        if not agree:
            found.append(Opposition(one, other))
    # Larger for smaller and more for less at once say the same.
    graded = [one for one in found if one.mine.axis in GRADED or one.mine.axis.startswith("=")]
    if len(graded) == 2:
        found = [one for one in found if one not in graded]
    mine_way, their_way = covariation(said.text), covariation(quoted.text)
    if mine_way and mine_way == their_way:
        found = [one for one in found if one.mine.axis not in GRADED]
    found = [one for one in found if not _of_others(one.mine, one.theirs, said, quoted)]
    return found, frozenset(used), frozenset(weighed)


def _of_others(one: Polar, other: Polar, said: Statement, quoted: Statement) -> bool:
    """Whether two adjectives stand with nouns that the other side does not have: small grains."""
    if _BASE.get(_plain(one.word)) is None or _BASE.get(_plain(other.word)) is None:
        return False
    mine, theirs = _noun_of(one, said.text), _noun_of(other, quoted.text)
    return bool(mine and theirs and mine not in quoted.terms and theirs not in said.terms)


def _noun_of(word: Polar, text: str) -> str:
    """The stem of the noun that an adjective stands with; empty where that is not plain."""
    behind = re.match(r"\w+\s([a-z]{4,})\b", text[word.at :])
    before = re.search(r"\b([a-z]{4,})\s(?:is|are|was|were)\s$", text[: word.at])
    match = before or behind
    return stem(match[1]) if match and match[1] not in STOP_WORDS else ""


def _compared(word: Polar, text: str, related: bool) -> bool:
    if related and (
        word.axis in GRADED or re.search(r"\b(?:more|less|most|least)\s$", text[: word.at])
    ):
        return False
    if word.axis == "place":
        return False
    if word.axis == "amount" and re.match(r"\w+ than (?:\w+ )?[-\d]", text[word.at :]):
        return False
    if word.word in ("much", "many") and re.match(r"\w+\W*(?:$|of\b)", text[word.at :]):
        return False
    if word.word in _STEPS and not re.match(r"\w+\s+(?:than|\d)", text[word.at :]):
        return False
    return not (word.axis == "amount" and re.match(r"\w+\s+to\s+[-\d]", text[word.at :]))


_BASE: Final = {
    word: family
    for family in (
        "high low", "large small great big little many few much", "wide narrow", "rich poor",
        "long short", "thick thin",
    )
    for word in family.split()
}  # fmt: skip


def alike(mine: Polar, theirs: Polar, claim: str, quote: str) -> bool:
    """Whether two words of amount may be opposites: "low" is not that of "rises"."""
    if mine.axis != "amount":
        return True
    left, right = _with_too(claim, mine), _with_too(quote, theirs)
    if "limited" in (left, right):
        return True
    families = {_BASE.get(_plain(one)) for one in (left, right)}
    if None not in families:
        return len(families) == 1
    if families & _NARROW:
        return False
    if left.startswith("too ") or right.startswith("too "):
        return True
    return (
        (left in _BASE) == (right in _BASE)
        or left.endswith(("est", "er"))
        or right.endswith(("est", "er"))
    )


# Adjectives that are opposites of each other alone.
_NARROW: Final = {"wide narrow", "rich poor", "long short", "thick thin"}


def _plain(word: str) -> str:
    """An adjective without the ending of its steps: poorer, poorest."""
    return next(
        (
            base
            for base in _BASE
            if word in (base, f"{base}er", f"{base}est", f"{base}r", f"{base}st")
        ),
        word,
    )


def _with_too(text: str, word: Polar) -> str:
    return f"too {word.word}" if text[: word.at].endswith("too ") else word.word


def opposition_faults(found: list[Opposition]) -> Iterator[Fault]:
    """The contradictions as faults."""
    for one in found:
        yield (
            ClaimVerdict.PARTLY,
            f"The claim's {shown(one.mine)!r} is the opposite of the quote's "
            f"{shown(one.theirs)!r}.",
        )


def shown(word: Polar) -> str:
    """A word as it counts."""
    return f"not {word.word}" if word.negated else word.word


def form_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    """A word of the claim that is the quote's with or without a prefix that denies."""
    mine = {m[0]: m.start() for m in _WORD.finditer(said.text.lower())}
    theirs = {m[0]: m.start() for m in _WORD.finditer(quoted.text.lower())}
    for word, at in mine.items():
        if len(word) < MIN_LETTERS or word in theirs or poles(word):
            continue
        for other, where in theirs.items():
            if len(other) < MIN_LETTERS or other in mine or not opposed_by_form(word, other):
                continue
            if word[-3:] != other[-3:] or word.endswith("ed"):
                continue  # "undoped" and "doped" are two samples
            if _denied(said.text, at) == _denied(quoted.text, where):
                yield (
                    ClaimVerdict.PARTLY,
                    f"The claim's {word!r} is the opposite of the quote's {other!r}.",
                )
                return


MIN_LETTERS: Final = 6


def _denied(text: str, at: int) -> bool:
    """Whether an odd number of denials stands shortly before a place."""
    words = _WORD.findall(text[max(0, at - 40) : at].lower())[-4:]
    return sum(is_negator(word) or word in ("less", "loses", "lost") for word in words) % 2 == 1
