"""A comparison of what papers say of a property: the request, the table, where papers disagree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.answer import AnswerStatus
from agent.errors import QuestionError
from ingest.citation import Citation
from ingest.record import Record
from safety.substance import Verdict


class CompareRow(Record):
    """One value of one paper."""

    property: str
    material: str  # as asked, or as the paper names it where none was asked
    condition: str  # phase, dopant, temperature, specimen, method, as the sentence says
    printed: str  # the value as it stands in the quote
    value: float  # in ``unit``; the middle of a range
    low: float  # with stated error and rounding
    high: float
    error: float | None  # as stated behind ±
    unit: str
    citation: Citation
    said_by: str  # what names the material: "sentence", "context" or "paper" (its subject)


class Disagreement(Record):
    """Two papers that give different values, beyond what either states as its error."""

    property: str
    material: str
    first: int  # indices into ``Comparison.rows``
    second: int
    difference: float  # between the two values, in ``unit``
    unit: str


class Comparison(Record):
    """The table and where its papers disagree."""

    question: str
    status: AnswerStatus
    text: str  # one sentence
    rows: tuple[CompareRow, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    verdict: Verdict | None = None  # the gate's; None where no gate was asked


@dataclass(frozen=True)
class Request:
    """A request taken apart."""

    properties: tuple[str, ...]
    materials: tuple[str, ...]  # empty: all that the papers name


_LEAD = re.compile(
    r"^\s*(?:please\s+)?(?:compare|what (?:is|are)|show|list)?\s*(?:the\s+)?"
    r"(?:values? of (?:the )?)?",
    re.IGNORECASE,
)
_LINK = re.compile(r"\s+(?:of|in|for|between|across)\s+", re.IGNORECASE)
_AND = re.compile(r"\s*(?:[,;]|\band\b|\bor\b|\bvs\.?(?=\s)|\bversus\b)\s*", re.IGNORECASE)


def read_request(text: str) -> Request:
    """A request such as ``ionic conductivity of Li3PS4 and LLZO``, taken apart.

    Raises:
        QuestionError: It names no property.
    """
    asked = _LEAD.sub("", text.strip().rstrip("?.! "), count=1)
    links = list(_LINK.finditer(asked))
    link = links[-1] if links else None
    left, right = (asked[: link.start()], asked[link.end() :]) if link else (asked, "")
    properties = tuple(part for part in _AND.split(left) if part.strip())
    if not properties:
        raise QuestionError(
            f"{text!r} names no property. Ask for one of a material, e.g. elute compare"
            " 'activation energy of LLZO'"
        )
    return Request(properties, tuple(part for part in _AND.split(right) if part.strip()))


def summary(
    request: Request, rows: Sequence[CompareRow], disagreements: Sequence[Disagreement]
) -> str:
    """The comparison in one or two sentences."""
    asked = " and ".join(request.properties)
    of = f" of {' and '.join(request.materials)}" if request.materials else ""
    if not rows:
        return f"The papers give no value that can be read for the {asked}{of}."
    papers = {row.citation.paper_id for row in rows}
    said = f"{_count(len(rows), 'value')} for the {asked}{of} in {_count(len(papers), 'paper')}"
    if not disagreements:
        end = (
            "no two papers disagree beyond their errors"
            if len(papers) > 1
            else "nothing to compare"
        )
        return f"{said}; {end}."
    pairs = "; ".join(
        f"{rows[one.first].citation.key} ({rows[one.first].printed}) and"
        f" {rows[one.second].citation.key} ({rows[one.second].printed})"
        for one in disagreements
    )
    return f"{said}. These disagree beyond their errors: {pairs}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
