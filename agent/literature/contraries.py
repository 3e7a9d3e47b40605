"""Signs, sides, opposites and denials: what turns a statement into its contrary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.answer import ClaimVerdict
from agent.literature.beside import offset, side
from agent.literature.marks import Part, marks
from agent.literature.relations import context_span
from agent.literature.rounding import given_by
from agent.literature.statement import Fault, Statement, nearest_clause, owners_in
from agent.literature.wording import DENYING, GRADED, Polar, poles, read_polar
from ingest.terms import fold_terms


def side_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    """A side turned: "above 50 K" for "below 50 K", "almost four" for "more than four"."""
    for number in said.numbers:
        hits = given_by(number, quoted.numbers, claim=said.text)
        mine_names = owners_in(said, 0, len(said.text))
        span = Part(quoted.text, quoted.numbers, quoted.names, {})
        own = [one for one in hits if owners_in(quoted, *context_span(span, one)) & mine_names]
        hits = own or hits
        for read in (side, offset):
            mine = read(said.text, number)
            theirs = [sign for one in hits if (sign := read(quoted.text, one))]
            if mine and theirs and mine not in theirs and len(theirs) == len(hits):
                if _denies(said) and not _denies(quoted):
                    continue  # "not below" is above
                where = "above" if mine > 0 else "below"
                shown = number.text.rstrip(". ")
                yield (
                    ClaimVerdict.PARTLY,
                    f"The claim says {where} {shown}, the quote the opposite.",
                )


def sign_faults(said: Statement, quoted: Statement, part: Part, whole: Part) -> Iterator[Fault]:
    """A sign turned: "positive" for a value below zero, and "rises by 5" for a change of -5."""
    words, _ = read_polar(said.text)
    signed = [one for one in quoted.numbers if one.signed]
    for number in said.numbers:
        hits = given_by(number, quoted.numbers, claim=said.text)
        if hits and all(one.value < 0 for one in hits) and number.value > 0 and not number.signed:
            told = {one.sign for one in words if one.axis in ("amount", "uptake", "volume", "sign")}
            if told == {1}:
                shown = hits[0].text.rstrip(". ")
                yield ClaimVerdict.PARTLY, f"The quote gives {shown}, the claim the opposite sign."
    if any(one.signed for one in said.numbers):
        return
    for word in words:
        before = said.text[max(0, word.at - 6) : word.at].split()
        if word.axis != "sign" or not signed or before[-1:] in (["less"], ["more"]):
            continue
        wanted = frozenset().union(*part.ids.values()) if part.ids else frozenset()
        about = [
            one for one in signed if wanted & marks(whole, *context_span(whole, one))
        ] or signed
        if all((one.value > 0) != (word.sign > 0) for one in about):
            shown = about[0].text.rstrip(". ")
            yield ClaimVerdict.PARTLY, f"The quote gives {shown}, the claim says {_shown(word)!r}."


def _turned_both(said: Statement, quoted: Statement) -> bool:
    """Whether the claim denies and turns a side at once: "not below" for "above"."""
    if _denies(said) == _denies(quoted):
        return False
    for number in said.numbers:
        hits = given_by(number, quoted.numbers, claim=said.text)
        mine = side(said.text, number)
        if mine and any(side(quoted.text, one) == -mine for one in hits):
            return True
    return False


def _denies(statement: Statement) -> bool:
    """Whether a statement denies, all in all."""
    polar, denials = read_polar(statement.text)
    return len(_denials(polar, denials, frozenset())) % 2 == 1


def polar_faults(said: Statement, quoted: Statement, *, related: bool) -> Iterator[Fault]:
    """Opposites and denials."""
    if _turned_both(said, quoted):
        return
    mine, denials = read_polar(said.text)
    theirs, _ = read_polar(quoted.text)
    clause = nearest_clause(said, quoted)
    near, rest = read_polar(clause)
    agreed = False
    for word in mine:
        if related and (word.axis in GRADED or _MORE.search(said.text[: word.at])):
            continue
        if word.axis == "place" or (
            word.word in ("more", "less")
            and not re.match(r"\w+\s+(?:than|\d)", said.text[word.at :])
        ):
            continue
        if word.axis == "amount" and re.match(r"\w+\s+to\s+[-\d]", said.text[word.at :]):
            continue
        same = [one for one in near if one.axis == word.axis]
        turn = 1
        if not same:
            same = [one for one in theirs if one.axis == word.axis]
            # "With more it does not" denies what another clause says.
            if same and _ELLIPSIS.search(clause):
                turn, agreed = -1, True
        if word.axis == "amount":
            same = [
                one
                for one in theirs
                if one.axis == word.axis
                and _alike(_with_too(said.text, word), _with_too(quoted.text, one))
                and _shares_head(said, word, quoted, one)
            ]
            if _BEFORE.search(said.text) and not _BEFORE.search(quoted.text):
                turn = -1
        if same and all(turn * one.sign != word.sign for one in same):
            yield (
                ClaimVerdict.PARTLY,
                f"The claim's {_shown(word)!r} is the opposite of the quote's {_shown(same[0])!r}.",
            )
    shared = {one.axis for one in mine} & {one.axis for one in near} - GRADED
    left = _denials(mine, denials, shared)
    about = frozenset(fold_terms(quoted.text)) | {e for name in quoted.names for e in name.elements}
    left = [at for at in left if not _outside(said.text, at, about)]
    right = _denials(near, rest, shared)
    right = [at for at in right if _concerns(clause, at, said, quoted)]
    # Lexical denials ("insoluble") weigh only against a plain one.
    if not denials & {*left} and not rest & {*right}:
        return
    if len(left) > len(right) and not any(
        {*_behind(said.text, at)[:3]} & quoted.terms for at in left
    ):
        return
    if agreed or re.search(r"\bwould have\b", said.text) or (len(left) - len(right)) % 2 == 0:
        return
    # Two denials of the same thing agree wherever they stand.
    whole, all_denials = read_polar(quoted.text)
    mine_words = [_window(said, at) for at in left]
    for at in _denials(whole, all_denials, frozenset()):
        if any(words & _window(quoted, at) for words in mine_words):
            return
    yield ClaimVerdict.PARTLY, "One of claim and quote denies what the other says."


def _denials(
    polar: Sequence[Polar], denials: frozenset[int], shared: frozenset[str] | set[str]
) -> list[int]:
    """Places of what denies in a text, but for what turns a word whose opposite is compared."""
    used = {at for one in polar if one.axis in shared | GRADED for at in one.denials}
    compared = {one.at for one in polar if one.axis in shared}
    worded = [
        one.at
        for one in polar
        if one.axis in DENYING and one.at not in compared and (one.sign < 0) != one.negated
    ]
    return sorted({*(denials - used), *worded})


def _behind(text: str, at: int) -> list[str]:
    """The content words behind a place, in its clause."""
    rest = re.sub(r"^\S+", "", text[at:])
    return fold_terms(re.split(r"[;,.]\s", rest)[0])


def _window(statement: Statement, at: int) -> frozenset[str]:
    """What a denial denies, as stems and elements."""
    words = frozenset(_behind(statement.text, at)[:4])
    axes = {
        axis
        for word in re.findall(r"[a-z]+", statement.text[at : at + 60].lower())
        for axis, _ in poles(word)
        if axis not in GRADED
    }
    return (
        words
        | axes
        | {
            one
            for name in statement.names
            if at < name.start < at + 40
            for one in (*name.keys, *(f"el:{element}" for element in name.elements))
        }
    )


def _outside(text: str, at: int, about: frozenset[str]) -> bool:
    """Whether "without" stands before something that the quote does not speak of."""
    if not re.match(r"without\b", text[at:], re.IGNORECASE):
        return False
    words = _behind(text, at)[:2]
    return not any(word in about for word in words)


def _concerns(clause: str, at: int, said: Statement, quoted: Statement) -> bool:
    """Whether what a clause denies is what the claim is about."""
    behind = [word for word in _behind(clause, at) if not word[0].isdigit()]
    before = fold_terms(re.split(r"[;,.]\s", clause[:at])[-1])[-4:]
    elements = {one for name in said.names if name.element for one in name.elements}
    named = [
        name
        for name in quoted.names
        if name.element and name.elements & elements and name.text in clause[at : at + 30]
    ]
    partial = re.match(r"(?:none|neither|nobody|nothing)\b", clause[at:], re.IGNORECASE)
    if not partial and (named or any(word in said.terms for word in behind[:2])):
        return True
    shared = {*behind[:8], *before} & said.terms
    return sum(len(word) > 2 and not word[0].isdigit() for word in shared) >= 2


_MORE = re.compile(r"\b(?:more|less|most|least)\s$")


_BEFORE = re.compile(r"\b(?:before|prior to|without)\b", re.IGNORECASE)


_BASE = {
    word: family
    for family in (
        "high low", "large small great big little", "many few much", "wide narrow", "rich poor",
        "long short", "thick thin",
    )
    for word in family.split()
}  # fmt: skip


def _with_too(text: str, word: Polar) -> str:
    return f"too {word.word}" if text[: word.at].endswith("too ") else word.word


def _alike(left: str, right: str) -> bool:
    """Whether two words of amount may be opposites: "low" is not that of "rises"."""
    if left in _BASE and right in _BASE:
        return _BASE[left] == _BASE[right]
    if left.startswith("too ") or right.startswith("too "):
        return True
    return (
        (left in _BASE) == (right in _BASE)
        or left.endswith(("est", "er"))
        or right.endswith(("est", "er"))
    )


_ELLIPSIS = re.compile(r"\b(?:do|does|did|is|are|was|were|has|have|can|will)\s+not\W*$")


def _shown(word: Polar) -> str:
    return f"not {word.word}" if word.negated else word.word


def _shares_head(said: Statement, word: Polar, quoted: Statement, other: Polar) -> bool:
    if _head(said.text, word) & _head(quoted.text, other):
        return True
    if any(
        one.axis == word.axis and _head(said.text, word) & _head(quoted.text, one)
        for one in read_polar(quoted.text)[0]
    ):
        return False
    mine = {e for name in said.names if abs(name.start - word.at) < 60 for e in name.elements}
    return any(
        name.element and name.elements & mine
        for name in quoted.names
        if abs(name.start - other.at) < 80
    )


def _head(text: str, word: Polar) -> frozenset[str]:
    """Stems of what stands beside a word."""
    behind = re.split(r"[;,]|\.\s|\sand\s", text[word.at + len(word.word) : word.at + 90])[0]
    before = re.split(r"[;,]|\.\s", text[max(0, word.at - 60) : word.at])[-1]
    return frozenset(fold_terms(behind)[:6]) | frozenset(fold_terms(before)[-6:])
