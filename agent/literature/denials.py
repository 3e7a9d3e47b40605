"""Denials: what one of claim and quote denies and the other says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agent.answer import ClaimVerdict
from agent.literature.opposites import DENYING, GRADED, poles
from agent.literature.statement import CLAUSES, CONTRAST, Fault, Statement, nearest_clause
from agent.literature.wording import read_polar
from ingest.terms import fold_terms, stem

DENIAL: Final = "One of claim and quote denies what the other says."

# Words that may say no without "not".
_SOFT: Final = re.compile(
    r"\b(?:instead|rather|unlike|another|except\w*|little|few|hardly|barely"
    r"|scarcely|away|apart from"
    r"|short of|other than|poor\w*|n[eo]ither|same|similar\w*|comparable"
    r"|identical|equal\w*|alike|no|\w+-free|\w{3,}less"
    r"|un\w{3,}(?:able|ible|ed|ent|ant|own|ain)|(?:in|im)\w{3,}(?:able|ible)|non-?\w{6,}"
    r"|independent|insufficient|inconsistent|incoherent|insignificant|invariant"
    r"|at best|in any|whatever|regardless|irrespective)\b",
    re.IGNORECASE,
)

# More of them, in a quote, where a claim says "not".
_QUOTED: Final = re.compile(
    r"\b(?:only|until|unless|at most|whereas|below|under|within|up to|yet|despite"
    r"|but|however|limited to)\b",
    re.IGNORECASE,
)


def denies(text: str, shared: frozenset[str] = frozenset()) -> bool:
    """Whether a text denies anything, in whatever words but those whose stems are ``shared``."""
    polar, denials = read_polar(text)
    if denials or any(stem(match[0].lower()) not in shared for match in _SOFT.finditer(text)):
        return True
    return any(
        one.axis in DENYING and one.sign < 0 and stem(one.word) not in shared for one in polar
    )


def denial_faults(
    said: Statement, quoted: Statement, used: frozenset[int], weighed: frozenset[int]
) -> Iterator[Fault]:
    """A denial of one side that the other has nothing like.

    ``used`` and ``weighed`` are places of denials in claim and quote that turn words which have
    been compared with their opposites.
    """
    fault = (ClaimVerdict.PARTLY, DENIAL)
    if re.search(r"\bwould have\b", said.text):
        return
    denials, rest = read_polar(said.text)[1], read_polar(quoted.text)[1]
    left = [
        at
        for at in sorted(denials - used)
        if not _outside(said.text, at, quoted) and _spoken_of(said, at, quoted)
    ]
    clause = nearest_clause(said, quoted)
    start = quoted.text.find(clause)
    right = [
        at
        for at in sorted(rest - weighed)
        if _concerns(quoted.text, at, said, quoted)
        and (start <= at < start + len(clause) or _same_subject(quoted.text, at, said))
        and not re.search(r"\b(?:before|until|unless)\b", _clause_behind(quoted.text, at))
    ]
    # Two denials of the same thing agree wherever they stand.
    others = sorted(rest)
    matched = False
    for at in tuple(left):
        words = _window(said, at)
        if (
            other := next((one for one in others if words & _window(quoted, one)), None)
        ) is not None:
            left.remove(at)
            others.remove(other)
            matched = True
            right = [one for one in right if one != other]
    if matched:
        right = [one for one in right if set(_behind(quoted.text, one)[:1]) & said.terms]
    plain = not denies(quoted.text) and not _QUOTED.search(clause)
    if len(right) == 1 and _doubly(quoted.text, right[0]):
        right = []  # "no reaction without light" denies and does not
    if (len(left) % 2 == 1 and plain) or (
        right and len(right) % 2 == 1 and (matched or not denies(said.text, quoted.terms))
    ):
        yield fault


def _doubly(text: str, at: int) -> bool:
    """Whether words behind a denial deny in turn."""
    behind = re.sub(r"^\S+|\bnor\b", "", _clause_behind(text, at))
    polar, denials = read_polar(behind)
    return bool(denials) or any(one.axis == "presence" and one.sign < 0 for one in polar)


def _clause_behind(text: str, at: int) -> str:
    return re.split(r"[;,.]\s", text[at:])[0]


def _same_subject(text: str, at: int, said: Statement) -> bool:
    """Whether a claim says of the same thing what the place denies of it."""
    before = fold_terms(re.split(r"[;,.]\s", text[:at])[-1])[-2:]
    return bool(set(_behind(text, at)[:1]) & said.terms and set(before) & said.terms)


def _behind(text: str, at: int) -> list[str]:
    """The content words behind a place, in its clause."""
    rest = re.sub(r"^\S+", "", text[at:])
    return fold_terms(re.split(r"[;,.]\s", rest)[0])


def _window(statement: Statement, at: int) -> frozenset[str]:
    """What a denial denies, as stems, axes and elements."""
    axes = {
        axis
        for word in re.findall(r"[a-z]+", statement.text[at : at + 60].lower())
        for axis, _ in poles(word)
        if axis not in GRADED
    }
    names = {
        one
        for name in statement.names
        if at < name.start < at + 40
        for one in (*name.keys, *(f"el:{element}" for element in name.elements))
    }
    return frozenset(_behind(statement.text, at)[:4]) | axes | names


def _outside(text: str, at: int, quoted: Statement) -> bool:
    """Whether "without" stands before something that the quote does not speak of."""
    if not re.match(r"without\b", text[at:], re.IGNORECASE):
        return False
    about = quoted.terms | {e for name in quoted.names for e in name.elements}
    return not any(word in about for word in _behind(text, at)[:2])


def _spoken_of(said: Statement, at: int, quoted: Statement) -> bool:
    """Whether the quote has a word for what a claim denies, or for its contrary."""
    near = _behind(said.text, at)[:3] or fold_terms(said.text[:at])[-2:]
    subject = set(fold_terms(said.text[:at])[:2])
    halves = [set(fold_terms(half)) for half in CONTRAST.split(quoted.text)]
    for half in halves:
        if not near:
            break
        others = set[str]().union(*(one for one in halves if one is not half))
        if subject & half and not subject & others and near[0] not in half and near[0] in others:
            return False  # what is denied of one is said of the other
    return any(_held(one, quoted) for one in near)


def _held(word: str, quoted: Statement) -> bool:
    return word in quoted.terms or bool(poles(word)) or (len(word) >= 5 and word in quoted.text)


def _concerns(text: str, at: int, said: Statement, quoted: Statement) -> bool:
    """Whether what a place denies is what the claim is about."""
    behind = [word for word in _behind(text, at) if not word[0].isdigit()]
    before = fold_terms(re.split(r"[;,.]\s", text[:at])[-1])[-4:]
    elements = {one for name in said.names if name.element for one in name.elements}
    named = [
        name
        for name in quoted.names
        if name.element and name.elements & elements and name.text in text[at : at + 30]
    ]
    partial = re.match(r"(?:none|neither|nobody|nothing)\b", text[at:], re.IGNORECASE)
    if not partial and (named or any(word in said.terms for word in behind[:2])):
        return True
    shared = {*behind[:8], *before} & said.terms
    return sum(len(word) > 2 and not word[0].isdigit() for word in shared) >= 2


# Of the words of a claim in a clause, in their order, for it to be that clause.
SAME_WORDS: Final = 0.8


def plain_denial_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    """A clause of the quote in its own words, but for a "not" more or less."""
    both = [re.findall(r"\b(both|neither)\b", one.text.lower()) for one in (said, quoted)]
    kept = len(said.terms & quoted.terms) >= SAME_WORDS * len(said.terms)
    if len(both[0]) == len(both[1]) == 1 and both[0] != both[1] and kept:
        yield ClaimVerdict.PARTLY, DENIAL
        return
    words = [one for one in fold_terms(said.text) if len(one) > 2 and one[0].isalpha()]
    if len(words) < MIN_WORDS or any(words.count(one) > 1 for one in words):
        return
    mine = read_polar(said.text)[1]
    for clause in CLAUSES.split(quoted.text):
        theirs = read_polar(clause)[1]
        if len(mine) + len(theirs) != 1:
            continue
        shared = _in_order(words, fold_terms(clause))
        if shared < SAME_WORDS * len(words):
            continue
        if theirs and denies(said.text, quoted.terms):
            continue
        if theirs and not set(_behind(clause, min(theirs))[:2]) & set(words):
            continue
        if mine and (not _behind(said.text, min(mine)) or _denied_otherwise(clause)):
            continue
        yield ClaimVerdict.PARTLY, DENIAL
        return


MIN_WORDS: Final = 3


def _denied_otherwise(clause: str) -> bool:
    """Whether a clause without "not" denies by other words."""
    return any(one.axis in DENYING and one.sign < 0 for one in read_polar(clause)[0])


def _in_order(left: list[str], right: list[str]) -> int:
    """How many words two lists have in common, in the same order."""
    best = [0] * (len(right) + 1)
    for one in left:
        last = best[:]
        for at, other in enumerate(right):
            best[at + 1] = last[at] + 1 if one == other else max(last[at + 1], best[at])
    return best[-1]
