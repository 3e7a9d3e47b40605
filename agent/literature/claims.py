"""Whether a claim is borne out by the quotes it cites: deterministic, offline, without a model.

A claim may say less than its quotes, in other words, with numbers converted and rounded. It may
not hold a number, a name or a condition that they do not, turn a comparison, a sign or a negation
round, or drop a hedge. `check_claim` names the first thing found, most telling first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from agent.answer import ClaimVerdict
from agent.literature.names import (
    Name,
    SubstanceKeys,
    holds_label,
    holds_name,
    labels,
    read_names,
)
from agent.literature.quantities import Number, comparable, given_by, plain_text, read_numbers
from agent.literature.wording import drops_hedge, excluded, negations, overclaims, read_polar
from ingest.record import Record
from ingest.terms import fold_terms

# How close in meaning two texts are, from 0 to 1.
Closeness = Callable[[str, str], float]


class ClaimCheck(Record):
    """What the check of a claim against its quotes found."""

    verdict: ClaimVerdict
    why: str = ""  # one sentence for a reader; empty where the claim is supported


@dataclass(frozen=True)
class Statement:
    """A claim or quote taken apart."""

    text: str
    numbers: list[Number]
    names: list[Name]
    spans: list[tuple[int, int]] = field(default_factory=list)

    @cached_property
    def terms(self) -> frozenset[str]:
        """Stems of its content words."""
        return frozenset(fold_terms(self.text))


def read_statement(text: str, keys: SubstanceKeys | None, *, quoted: bool) -> Statement:
    """A text with its numbers and names."""
    plain = plain_text(text)
    numbers = read_numbers(plain, flattened=quoted)
    spans = [(one.start, one.end) for one in numbers]
    return Statement(plain, numbers, read_names(plain, keys, spans), spans)


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


Fault = tuple[ClaimVerdict, str]


def _faults(said: Statement, quoted: Statement, closeness: Closeness | None) -> Iterator[Fault]:
    shared = said.terms & quoted.terms
    yield from _number_faults(said, quoted)
    yield from _name_faults(said, quoted)
    partly = ClaimVerdict.PARTLY
    if terms := excluded(said.text, quoted.text):
        yield partly, f"The quote says {terms[1]!r}, the claim {terms[0]!r}."
    if word := overclaims(said.text, quoted.text):
        yield partly, f"The quote does not go as far as {word!r}."


def _number_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    matched = 0
    for number in said.numbers:
        if given_by(number, quoted.numbers, claim=said.text):
            matched += 1
    for number in said.numbers:
        if given_by(number, quoted.numbers, claim=said.text):
            continue
        near = [one for one in quoted.numbers if comparable(number, one, said.text)]
        verdict = ClaimVerdict.PARTLY if matched else ClaimVerdict.UNSUPPORTED
        if near:
            shown = ", ".join(dict.fromkeys(one.text.rstrip(". ") for one in near[:3]))
            yield verdict, f"The quote gives {shown}, the claim {number.text.rstrip('. ')}."
        else:
            yield verdict, f"The quote does not give {number.text.rstrip('. ')}."


_LOOSE = frozenset({"moisture", "aqueous", "steam", "ice", "lime", "base", "acetylene"})


def _name_faults(said: Statement, quoted: Statement) -> Iterator[Fault]:
    for name in said.names:
        if name.text.lower() in _LOOSE or holds_name(name, quoted.names, quoted.text):
            continue
        yield ClaimVerdict.PARTLY, f"The quote does not name {name.text}."
    known = {word for name in said.names for word in re.findall(r"\w+", name.text)}
    for label, opens in labels(said.text, said.spans):
        if not opens and label not in known and not holds_label(label, quoted.text):
            yield ClaimVerdict.PARTLY, f"The quote does not name {label}."
