"""Whether a claim is borne out by the quotes it cites: deterministic, offline, without a model.

A claim may say less than its quotes, in other words, with numbers converted and rounded. It may
not hold a number, a name or a condition that they do not, turn a comparison, a sign or a negation
round, or drop a hedge. `check_claim` names the first thing found, most telling first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from agent.answer import ClaimVerdict
from agent.literature.bindings import (
    binding_faults,
    covariation_faults,
    room_faults,
)
from agent.literature.contraries import place_faults, polar_faults, side_faults, sign_faults
from agent.literature.contrasts import contrasts
from agent.literature.crossing import crossing_faults
from agent.literature.denials import plain_denial_faults
from agent.literature.hedging import drops_hedge, excluded, overclaims
from agent.literature.labels import abbreviated, holds_label, labels, other_chemical, other_label
from agent.literature.marks import Part, number_marks, other_group
from agent.literature.names import SubstanceKeys, holds_name, same_substance
from agent.literature.novelty import novelty_faults
from agent.literature.quantities import Number
from agent.literature.relations import (
    claimed_relation,
    extreme,
    judge,
    quoted_relations,
)
from agent.literature.rounding import comparable, given_by
from agent.literature.shifts import claimed_shift, shift
from agent.literature.statement import (
    CLAUSES,
    Fault,
    Statement,
    nearest_clause,
    owners_in,
    read_statement,
)
from ingest.record import Record
from ingest.terms import fold_terms

# How close in meaning two texts are, from 0 to 1.
Closeness = Callable[[str, str], float]


# Of the development half, true claims that share no word with their quotes are closer than this.
NEAR = 0.25


MAX_CHARS = 2_000  # of a claim, which is one sentence


class ClaimCheck(Record):
    """What the check of a claim against its quotes found."""

    verdict: ClaimVerdict
    why: str = ""  # one sentence for a reader; empty where the claim is supported


def check_claim(
    claim: str,
    quotes: Sequence[str],
    *,
    substance_keys: SubstanceKeys | None = None,
    closeness: Closeness | None = None,
) -> ClaimCheck:
    """What the quotes say of the claim.

    Args:
        claim: One sentence.
        quotes: What it cites, verbatim.
        substance_keys: Keys of a name of a substance, for synonyms; without it elements, formulae,
            binary compounds and abbreviations spelt out in the quotes are known.
        closeness: Closeness in meaning, used where claim and quotes share no word.
    """
    if len(claim) > MAX_CHARS:
        return ClaimCheck(verdict=ClaimVerdict.UNSUPPORTED, why="It is too long to be checked.")
    said = read_statement(claim, substance_keys, quoted=False)
    quoted = read_statement("\n".join(quotes), substance_keys, quoted=True)
    if not said.text.strip() or not quoted.text.strip():
        return ClaimCheck(verdict=ClaimVerdict.UNSUPPORTED, why="Nothing is quoted for it.")
    if _squeezed(said.text) in _squeezed(quoted.text):
        return ClaimCheck(verdict=ClaimVerdict.SUPPORTED)
    found = next(_faults(said, quoted, closeness), None)
    if found is None:
        return ClaimCheck(verdict=ClaimVerdict.SUPPORTED)
    verdict, why = found
    return ClaimCheck(verdict=verdict, why=why)


def _squeezed(text: str) -> str:
    return " ".join(text.split()).rstrip(" .")


def _faults(said: Statement, quoted: Statement, closeness: Closeness | None) -> Iterator[Fault]:
    shared = said.terms & quoted.terms
    yield from _number_faults(said, quoted)
    yield from _name_faults(said, quoted)
    partly = ClaimVerdict.PARTLY
    if terms := excluded(said.text, quoted.text):
        yield partly, f"The quote says {terms[1]!r}, the claim {terms[0]!r}."
    if group := other_group(said.text, quoted.text):
        yield partly, f"The quote does not speak of {group!r}."
    if word := overclaims(said.text, quoted.text):
        yield partly, f"The quote does not go as far as {word!r}."
    mine, theirs = number_marks(said.numbers, quoted.numbers, said.text)
    part = Part(said.text, said.numbers, said.names, mine)
    whole = Part(quoted.text, quoted.numbers, quoted.names, theirs)
    yield from binding_faults(said, quoted, whole)
    yield from room_faults(said, quoted)
    yield from side_faults(said, quoted)
    yield from place_faults(said, quoted)
    borne_out = None
    if relation := claimed_relation(part):
        borne_out = judge(relation, quoted_relations(whole) + contrasts(whole))
        if borne_out is False:
            yield partly, "The claim turns the quote's comparison round."
    if borne_out is None and extreme(part, whole) is False:
        yield partly, "By the quote's values it is another one."
    if (
        (relation is None or not relation.right)
        and (way := claimed_shift(said.text))
        and shift(whole) == -way
    ):
        yield partly, "The change goes the other way in the quote."
    yield from polar_faults(
        said,
        quoted,
        related=(relation is not None and bool(relation.right)) or borne_out is not None,
    )
    if relation is None or not relation.right:
        yield from covariation_faults(said, quoted)
    yield from sign_faults(said, quoted, part, whole)
    yield from _only_faults(said, quoted)
    yield from _owner_faults(said, quoted)
    yield from crossing_faults(said, quoted)
    yield from plain_denial_faults(said, quoted)
    clause = nearest_clause(said, quoted)
    if hedge := drops_hedge(said.text, clause):
        yield partly, f"The quote says {hedge!r}, which the claim leaves out."
    yield from novelty_faults(said, quoted)
    if not shared and not said.numbers and not said.names:
        close = closeness(said.text, quoted.text) if closeness else 0.0
        if close < NEAR:
            yield ClaimVerdict.UNSUPPORTED, "The claim is about something else than the quote."


def _number_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
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
            yield verdict, f"The quote gives {shown}, the claim {number.text.rstrip('. ')}."
        else:
            yield verdict, f"The quote does not give {number.text.rstrip('. ')}."


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


_LOOSE = frozenset({"moisture", "aqueous", "steam", "ice", "lime", "base"})


def _name_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    """Names that the quote does not have, where it has others that the claim leaves out."""
    if not _other_names(said, quoted):
        return
    for name in said.names:
        if name.text.lower() in _LOOSE or abbreviated(name.text, said.text, quoted.text):
            continue
        if holds_name(name, quoted.names, quoted.text):
            continue
        yield ClaimVerdict.PARTLY, f"The quote does not name {name.text}."
    label = other_label(said.text, quoted.text) or other_chemical(said.text, quoted.text)
    if label:
        yield ClaimVerdict.PARTLY, f"The quote does not name {label}."
    known = {word for name in said.names for word in re.findall(r"\w+", name.text)}
    for label, opens in labels(said.text, said.spans):
        if not opens and label not in known and not holds_label(label, quoted.text):
            yield ClaimVerdict.PARTLY, f"The quote does not name {label}."


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
