"""A claim or quote taken apart: numbers, names, clauses, and what its values belong to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from agent.answer import ClaimVerdict
from agent.literature.labels import labels
from agent.literature.names import Name, SubstanceKeys, read_names
from agent.literature.quantities import Number, plain_text, read_numbers
from agent.literature.rounding import given_by
from ingest.terms import fold_terms


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


Fault = tuple[ClaimVerdict, str]


def owners_in(statement: Statement, start: int, end: int, *, people: bool = True) -> frozenset[str]:
    """Names and labels in a stretch of a statement, by which a value may be told from others."""
    found: set[str] = set()
    for name in statement.names:
        absent = re.search(r"\b(?:without|no)\s$", statement.text[: name.start])
        if start <= name.start and name.end <= end and not absent:
            found |= {f"el:{one}" for one in name.elements} | set(name.keys)
            if name.formula:
                found.add(name.formula)
    text = statement.text[start:end]
    spans = [(a - start, b - start) for a, b in statement.spans]
    spans += [(one.start - start, one.end - start) for one in statement.names]
    found |= {label.lower() for label in re.findall(r"\b(?:[A-Z][A-Za-z]*-\d+|\d+[a-e])\b", text)}
    if people:
        found |= {
            one.lower()
            for one, opens in labels(text, spans)
            if len(one) > 1 and not opens and not re.search(rf"\b{one}\s{_NAMED_AFTER}", text)
        }
    return frozenset(found)


# Things that are called after a person, who then tells no values apart.
_NAMED_AFTER = (
    r"(?:coefficient|constant|slope|equation|law|model|effect|temperature|potential|number|factor"
    r"|relation|limit|cell|spectrum|analysis|plot|radius|ratio|level)"
)


CONTRAST = re.compile(r",?\s(?:whereas|while|but|although|though|yet)\s")

CLAUSES = re.compile(
    r"[;:\n]|,?\sso that\s|(?<!vs)(?<!ca)(?<!al)(?<!cf)\.(?=\s|$)"
    r"|,?\s(?:but|while|whereas|although|though)\s|,\sand\s"
)


def nearest_clause(
    said: Statement, quoted: Statement, *, by_names: bool = True, lead: int = 1
) -> str:
    """The clause of the quote that shares most with the claim; all of it where none stands out."""
    clauses = [piece for piece in CLAUSES.split(quoted.text) if piece.strip()]
    wanted = {one for name in said.names for one in (*name.elements, *name.keys)}
    stated = {
        hit.text
        for number in said.numbers
        for hit in given_by(number, quoted.numbers, claim=said.text)
    }
    scores = [
        len(said.terms & frozenset(fold_terms(piece)))
        + sum(
            1
            for name in quoted.names
            if by_names and name.text in piece and wanted & {*name.elements, *name.keys}
        )
        + sum(2 for text in stated if text in piece)
        + len(_pairs(said.text) & _pairs(piece))
        for piece in clauses
    ]
    if len(clauses) < 2 or sorted(scores)[-1] < sorted(scores)[-2] + lead:
        return quoted.text
    return clauses[scores.index(max(scores))]


def _pairs(text: str) -> set[tuple[str, str]]:
    terms = fold_terms(text)
    return set(pairwise(terms))
