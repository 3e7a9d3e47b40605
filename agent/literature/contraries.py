"""Signs, sides, opposites and denials: what turns a statement into its contrary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agent.answer import ClaimVerdict
from agent.literature.beside import offset, side
from agent.literature.denials import denial_faults
from agent.literature.marks import Part, marks
from agent.literature.opposition import form_faults, opposition_faults, oppositions
from agent.literature.relations import context_span
from agent.literature.rounding import given_by, is_rest
from agent.literature.statement import Fault, Statement, owners_in
from agent.literature.unit_table import ENERGY, LENGTH
from agent.literature.wording import Polar, read_polar
from ingest.terms import STOP_WORDS, stem


def side_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    """A side turned: "above 50 K" for "below 50 K", "almost four" for "more than four"."""
    for number in said.numbers:
        hits = given_by(number, quoted.numbers, claim=said.text)
        mine_names = owners_in(said, 0, len(said.text))
        span = Part(quoted.text, quoted.numbers, quoted.names, {})
        own = [one for one in hits if owners_in(quoted, *context_span(span, one)) & mine_names]
        hits = own or hits
        if any({one.unit.dimension, number.unit.dimension} == {ENERGY, LENGTH} for one in hits):
            continue  # the longer the wave, the smaller its energy
        for read in (side, offset):
            mine = read(said.text, number)
            theirs = [sign for one in hits if (sign := read(quoted.text, one))]
            if mine and theirs and mine not in theirs and len(theirs) == len(hits):
                if (_denies(said) and not _denies(quoted)) or "unlike" in said.text.lower():
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
    _, denials = read_polar(statement.text)
    return len(denials) % 2 == 1


def polar_faults(said: Statement, quoted: Statement, *, related: bool) -> Iterator[Fault]:
    """Opposites and denials."""
    if _turned_both(said, quoted):
        return
    if any(is_rest(one, quoted.numbers, said.text) for one in said.numbers):
        return  # "lost 11 %" where the quote has "kept 89 %"
    found, used, weighed = oppositions(said, quoted, related=related)
    yield from opposition_faults(found)
    yield from form_faults(said, quoted)
    yield from denial_faults(said, quoted, used, weighed)


def _shown(word: Polar) -> str:
    return f"not {word.word}" if word.negated else word.word


_PLACES: Final = tuple(
    tuple(re.compile(rf"\b(?:{words})\s(?:the\s|an?\s|its\s)?([a-z]\w+)", re.I) for words in pair)
    for pair in (
        ("above|over|beyond|exceeding", "below|under|beneath"),
        ("before|prior to", "after|following|upon"),
        ("inside|within", "outside"),
        ("with", "without"),
    )
)


def place_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    """The other side of the same thing: "below the glass transition" for "above" it."""
    if _denies(said) != _denies(quoted):
        return
    for pair in _PLACES:
        mine = [{stem(m[1].lower()) for m in word.finditer(said.text)} for word in pair]
        theirs = [{stem(m[1].lower()) for m in word.finditer(quoted.text)} for word in pair]
        for here, there in ((0, 1), (1, 0)):
            turned = mine[here] & theirs[there] - theirs[here] - mine[there] - STOP_WORDS
            if turned and len(said.terms & quoted.terms) > len(turned):
                yield ClaimVerdict.PARTLY, "The claim says it of the other side than the quote."
                return
