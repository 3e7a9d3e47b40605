"""What a number belongs to, what goes together with what, and at which temperature."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agent.answer import ClaimVerdict
from agent.literature.contrasts import covariation
from agent.literature.marks import Part
from agent.literature.quantities import Number
from agent.literature.relations import context_span
from agent.literature.rounding import comparable, given_by
from agent.literature.statement import Fault, Statement, owners_in
from ingest.terms import STOP_WORDS, stem


def binding_faults(said: Statement, quoted: Statement, whole: Part) -> Iterator[Fault]:
    """A number of the quote given to another of its substances, items or years."""
    for number in said.numbers:
        hits = given_by(number, quoted.numbers, claim=said.text)
        if not hits or sum(comparable(number, one, said.text) for one in said.numbers) > 1:
            continue
        # A number may stand for several things; the claim's is the one of its own names.
        alike = [
            one
            for one in quoted.numbers
            if one not in hits
            and one.unit.dimension == hits[0].unit.dimension
            and bool(one.unit.text) == bool(hits[0].unit.text)
        ]
        if not alike or not number.unit.text:
            continue
        here = [owners_in(quoted, *context_span(whole, one)) for one in hits]
        there = [owners_in(quoted, *context_span(whole, one)) for one in alike]
        mine = owners_in(said, 0, len(said.text))
        # What both values belong to tells neither from the other.
        own = frozenset[str]().union(*here) - frozenset[str]().union(*there)
        others = frozenset[str]().union(*there) - frozenset[str]().union(*here)
        turned = all(here) and own and not mine & own and mine & others
        if turned or _of_another_item(said, number, quoted, hits):
            shown = number.text.rstrip(". ")
            yield ClaimVerdict.PARTLY, f"In the quote, {shown} belongs to something else."
            return


def _of_another_item(
    said: Statement, number: Number, quoted: Statement, hits: list[Number]
) -> bool:
    """Whether the noun behind a claim's number stands behind another number of the quote."""
    noun = _noun(said.text, number)
    if _for_another(said, quoted, hits):
        return True
    if not noun or any(_noun(quoted.text, one) == noun for one in hits):
        return False
    others = [
        one for one in quoted.numbers if one not in hits and one.unit.text == hits[0].unit.text
    ]
    return any(_noun(quoted.text, one) == noun for one in others)


_FOR: Final = re.compile(r"\s(?:for|in|of)\s(?:the\s)?([A-Za-z][\w-]{2,})(?=\s?[,;.)]|\sand\s|$)")


def _for_another(said: Statement, quoted: Statement, hits: list[Number]) -> bool:
    """Whether "a for X, b for Y" gives the claim's number to X, and the claim to Y."""
    items = {
        one.start: stem(match[1].lower())
        for one in quoted.numbers
        if one.unit.text == hits[0].unit.text
        if (match := _FOR.match(quoted.text, one.end))
    }
    own = {items.get(one.start) for one in hits}
    others = {item for start, item in items.items() if all(start != one.start for one in hits)}
    return None not in own and not own & said.terms and bool((others - own) & said.terms)


def _noun(text: str, number: Number) -> str:
    match = re.match(r"\s(?:of )?([A-Za-z]{3,})", text[number.end :])
    return stem(match[1].lower()) if match and match[1].lower() not in STOP_WORDS else ""


def covariation_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    """Two things that grow together in the quote, and against each other in the claim."""
    mine, theirs = covariation(said.text), covariation(quoted.text)
    if mine and theirs and mine != theirs and len(said.terms & quoted.terms) >= 2:
        yield ClaimVerdict.PARTLY, "The claim turns round how two things go together in the quote."


_ROOM: Final = re.compile(r"\b(?:room|ambient)[- ]temperature|\bRT\b", re.IGNORECASE)
_ROOMLIKE: Final = re.compile(
    r"\b(?:room|ambient|RT)\b|\b(?:2[0-9]|30)(?:\.\d+)?\s?°C|\b(?:29\d|30[0-3])(?:\.\d+)?\s?K\b",
    re.IGNORECASE,
)
_ELSE: Final = re.compile(
    r"\d\s?(?:°C|K)\b|\b(?:melting|boiling|elevated|high|low|higher|lower"
    r"|cryogenic) (?:point|temperatures?)",
    re.IGNORECASE,
)


def room_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    """Room temperature, where the quote speaks of another."""
    match = _ROOM.search(said.text)
    if match and not _ROOMLIKE.search(quoted.text) and _ELSE.search(quoted.text):
        yield ClaimVerdict.PARTLY, f"The quote does not speak of {match[0]!r}."
