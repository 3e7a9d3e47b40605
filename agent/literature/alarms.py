"""What in a claim its quotes may contradict: each thing found, with its kind and one sentence.

An alarm is no verdict. Some kinds are right whenever they are raised, others only where claim and
quote share words; `weighing` says how much each is worth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from agent.answer import ClaimVerdict
from agent.literature.assignment import assignment_faults
from agent.literature.bindings import (
    binding_faults,
    covariation_faults,
    room_faults,
)
from agent.literature.contraries import place_faults, polar_faults, side_faults, sign_faults
from agent.literature.contrasts import contrasts
from agent.literature.crossing import crossing_faults
from agent.literature.denials import DENIAL, plain_denial_faults
from agent.literature.hedging import drops_hedge, excluded, overclaims
from agent.literature.labels import abbreviated, holds_label, labels, other_chemical, other_label
from agent.literature.marks import Part, number_marks, other_group
from agent.literature.names import holds_name, same_substance
from agent.literature.novelty import novelty_faults
from agent.literature.quantities import Number
from agent.literature.relations import (
    claimed_relation,
    extreme,
    judge,
    quoted_relations,
    turned,
)
from agent.literature.rounding import comparable, given_by
from agent.literature.shifts import claimed_shift, shift
from agent.literature.statement import (
    CLAUSES,
    Fault,
    Statement,
    nearest_clause,
    owners_in,
)
from ingest.terms import fold_terms


@dataclass(frozen=True)
class Alarm:
    """Something that speaks against a claim."""

    kind: str
    verdict: ClaimVerdict
    why: str  # one sentence


def alarms(said: Statement, quoted: Statement) -> Iterator[Alarm]:
    """All that is found, the most telling kinds first."""
    partly = ClaimVerdict.PARTLY

    def of(kind: str, faults: Iterator[Fault]) -> Iterator[Alarm]:
        for verdict, why in faults:
            yield Alarm(kind, verdict, why)

    yield from _number_alarms(said, quoted)
    yield from _name_alarms(said, quoted)
    if terms := excluded(said.text, quoted.text):
        yield Alarm("excluded", partly, f"The quote says {terms[1]!r}, the claim {terms[0]!r}.")
    if group := other_group(said.text, quoted.text):
        yield Alarm("group", partly, f"The quote does not speak of {group!r}.")
    if word := overclaims(said.text, quoted.text):
        yield Alarm("overclaim", partly, f"The quote does not go as far as {word!r}.")
    mine, theirs = number_marks(said.numbers, quoted.numbers, said.text)
    part = Part(said.text, said.numbers, said.names, mine)
    whole = Part(quoted.text, quoted.numbers, quoted.names, theirs)
    yield from of("assignment", assignment_faults(part, whole))
    yield from of("binding", binding_faults(said, quoted, whole))
    yield from of("room", room_faults(said, quoted))
    yield from of("side", side_faults(said, quoted))
    yield from of("place", place_faults(said, quoted))
    relation = claimed_relation(part)
    between_two = relation is not None and bool(relation.right)
    theirs_too = quoted_relations(whole) + contrasts(whole) if relation else []
    borne_out = judge(relation, theirs_too) if relation else None
    if relation is not None and borne_out is False and turned(relation, theirs_too):
        yield Alarm("comparison", partly, "The claim turns the quote's comparison round.")
    if borne_out is None and extreme(part, whole) is False:
        yield Alarm("superlative", partly, "By the quote's values it is another one.")
    way = 0 if between_two else claimed_shift(said.text)
    if way and shift(whole) == -way:
        yield Alarm("change", partly, "The change goes the other way in the quote.")
    for verdict, why in polar_faults(said, quoted, related=between_two or borne_out is not None):
        yield Alarm("denial" if why == DENIAL else "opposite", verdict, why)
    if not between_two:
        yield from of("covariation", covariation_faults(said, quoted))
    yield from of("sign", sign_faults(said, quoted, part, whole))
    yield from of("only", _only_faults(said, quoted))
    yield from of("owner", _owner_faults(said, quoted))
    yield from of("crossing", crossing_faults(said, quoted))
    yield from of("plain denial", plain_denial_faults(said, quoted))
    if hedge := drops_hedge(said.text, nearest_clause(said, quoted)):
        yield Alarm("hedge", partly, f"The quote says {hedge!r}, which the claim leaves out.")
    yield from of("new word", novelty_faults(said, quoted))


def _number_alarms(said: Statement, quoted: Statement) -> Iterator[Alarm]:
    """Numbers that the quote does not give; "other number" where it has one in their place."""
    matched = 0
    for number in said.numbers:
        if given_by(number, quoted.numbers, claim=said.text):
            matched += 1
    for number in said.numbers:
        if given_by(number, quoted.numbers, claim=said.text):
            continue
        if _counts(number) and not _same_count(number, said, quoted):
            continue
        if number.text in _COUNTED and re.search(
            rf"\b{_COUNTED[number.text]}\b", quoted.text, re.I
        ):
            continue
        near = [one for one in quoted.numbers if comparable(number, one, said.text)]
        verdict = ClaimVerdict.PARTLY if matched else ClaimVerdict.UNSUPPORTED
        if near:
            shown = ", ".join(dict.fromkeys(one.text.rstrip(". ") for one in near[:3]))
            why = f"The quote gives {shown}, the claim {number.text.rstrip('. ')}."
            yield Alarm("other number", verdict, why)
        else:
            yield Alarm("number", verdict, f"The quote does not give {number.text.rstrip('. ')}.")


# Small counts that a quote may have in words.
_COUNTED = {"1": "(?:one|an?|single)", "2": "(?:two|both|pair|second)"}


def _counts(number: Number) -> bool:
    """Whether it is a small number in words, as in "the three phases"."""
    if number.text.lower().endswith("fold"):
        return False
    return re.fullmatch(r"[a-z]+", number.text, re.IGNORECASE) is not None and number.value <= 12


_ONE_OR_TWO: Final = re.compile(r"\b(?:one|two|both|single)\s(\w+)", re.IGNORECASE)


def _same_count(number: Number, said: Statement, quoted: Statement) -> bool:
    """Whether the quote counts the same things."""
    things = fold_terms(said.text[number.end : number.end + 40])[:1]
    if any(fold_terms(match[1]) == things for match in _ONE_OR_TWO.finditer(quoted.text)):
        return True
    return any(
        fold_terms(quoted.text[one.end : one.end + 40])[:1] == things
        for one in quoted.numbers
        if things and one.unit.text == ""
    )


# Of a claim's words in the quote, for a name without a counterpart to be in another's place.
KEPT: Final = 0.5


def _other_names(said: Statement, quoted: Statement) -> bool:
    """Whether the quote names anything in whose place a name of the claim may stand."""
    if any(not holds_name(name, said.names, said.text) for name in quoted.names):
        return True
    if any(not holds_label(label, said.text) for label, _ in labels(quoted.text, quoted.spans)):
        return True
    # Else it stands for something only where the claim keeps the quote's words around it.
    words = [one for one in fold_terms(said.text) if len(one) > 2]
    kept = sum(one in quoted.terms for one in words)
    return not quoted.names and kept >= KEPT * len(words)


# Methods and classes of materials, which a quote may speak of without their letters: XPS, MOF.
_ACRONYM: Final = re.compile(r"(?=[^A-Z]*[A-Z][^A-Z]*[A-Z])[A-Za-z]{2,5}")

_LOOSE = frozenset({"moisture", "aqueous", "steam", "ice", "lime", "base"})


def _name_alarms(said: Statement, quoted: Statement) -> Iterator[Alarm]:
    """Names that the quote does not have, where it has others that the claim leaves out."""
    if not _other_names(said, quoted):
        return
    for name in said.names:
        if name.text.lower() in _LOOSE or abbreviated(name.text, said.text, quoted.text):
            continue
        if holds_name(name, quoted.names, quoted.text):
            continue
        yield Alarm("substance", ClaimVerdict.PARTLY, f"The quote does not name {name.text}.")
    label = other_label(said.text, quoted.text) or other_chemical(said.text, quoted.text)
    if label:
        yield Alarm("label", ClaimVerdict.PARTLY, f"The quote does not name {label}.")
    known = {word for name in said.names for word in re.findall(r"\w+", name.text)}
    for label, opens in labels(said.text, said.spans):
        if not opens and label not in known and not holds_label(label, quoted.text):
            kind = "acronym" if _ACRONYM.fullmatch(label) else "label"
            yield Alarm(kind, ClaimVerdict.PARTLY, f"The quote does not name {label}.")


def _owner_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    """What one clause of the quote says of its subject, said of the subject of another."""
    mine = owners_in(said, 0, len(said.text), people=False)
    pieces = [piece for piece in CLAUSES.split(quoted.text) if piece.strip()]
    owners = {}
    for piece in pieces:
        start = quoted.text.find(piece)
        owners[piece] = owners_in(quoted, start, start + len(piece), people=False)
    clause = nearest_clause(said, quoted, by_names=False, lead=2)
    theirs = owners.get(clause)
    if not theirs or not mine or theirs & mine:
        return
    if any(mine <= one for piece, one in owners.items() if piece != clause):
        yield ClaimVerdict.PARTLY, "The quote says it of something else."


_ONLY = re.compile(r"\b(?:only|solely|exclusively) (?:the |its )?(?=(\w+))", re.IGNORECASE)


def _only_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    """What the quote says of one substance only, said of another."""
    for match in _ONLY.finditer(quoted.text):
        one = next((name for name in quoted.names if name.start == match.end()), None)
        if one is None or not said.names:
            continue
        if any(same_substance(one, name) or name.elements & one.elements for name in said.names):
            continue
        sentence = quoted.text[match.start() :].split(". ")[0]
        if _ONLY.search(said.text) or len(said.terms & frozenset(fold_terms(sentence))) >= 2:
            yield ClaimVerdict.PARTLY, f"The quote says it of {one.text} only."
