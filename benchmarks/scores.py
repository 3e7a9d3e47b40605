"""What an answer is measured by: one cell ``(right, counted)`` a question for each measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.matching import PageTexts, holds_keys, same_key
from benchmarks.questions import PageKey, Question
from benchmarks.statistics import Cell

FIRST_CHARS: Final = 300  # in which a strictly right answer holds its keys
LONG_CHARS: Final = 700
NOT_COUNTED: Final[Cell] = (0.0, 0.0)
TWO_PLACES: Final = ("multi-doc", "conflict")  # types of question that rest on two quotes


@dataclass(frozen=True)
class Cited:
    """One citation of an answer."""

    file: str
    page: int
    quote: str
    key: str | None = None

    @property
    def place(self) -> PageKey:
        """File and page."""
        return self.file, self.page


@dataclass(frozen=True)
class Given:
    """What a system answered to one question."""

    id: str
    text: str
    silent: bool  # it said that the papers do not answer
    citations: tuple[Cited, ...] = ()
    ranked: tuple[PageKey, ...] = ()  # pages in the order of retrieval
    seconds: float = 0.0

    @property
    def places(self) -> frozenset[PageKey]:
        """The pages it cites."""
        return frozenset(cited.place for cited in self.citations)


@dataclass
class Checks:
    """What quotes and citation keys are held against."""

    pages: PageTexts
    labels: Mapping[str, str] = field(default_factory=dict)  # file to right citation key


Measure = Callable[[Question, Given, Checks], Cell]


def _yes(value: bool) -> Cell:
    return float(value), 1.0


def _grounded(question: Question, given: Given, checks: Checks) -> Cell:
    if not question.keys:
        return NOT_COUNTED
    return _yes(holds_keys(given.text, question.keys) and bool(given.places & question.pages))


def _strict(question: Question, given: Given, checks: Checks) -> Cell:
    if not question.keys:
        return NOT_COUNTED
    return _yes(
        holds_keys(given.text[:FIRST_CHARS], question.keys) and _all_cited(question, given)
    )


def _all_cited(question: Question, given: Given) -> bool:
    return all(given.places & gold.pages for gold in question.evidence)


def _page_hit(k: int) -> Measure:
    def hit(question: Question, given: Given, checks: Checks) -> Cell:
        if not question.answerable:
            return NOT_COUNTED
        return _yes(bool(set(given.ranked[:k]) & question.pages))

    return hit


def _first_page(question: Question, given: Given, checks: Checks) -> Cell:
    if not question.answerable or not given.citations:
        return NOT_COUNTED
    return _yes(given.citations[0].place in question.pages)


def _cited_pages(question: Question, given: Given, checks: Checks) -> Cell:
    if not question.answerable or not given.places:
        return NOT_COUNTED
    return len(given.places & question.pages) / len(given.places), 1.0


def _two_places(question: Question, given: Given, checks: Checks) -> Cell:
    if question.type not in TWO_PLACES:
        return NOT_COUNTED
    return _yes(_all_cited(question, given))


def _quotes(engine: str | None) -> Measure:
    """Quotes that one engine finds on their page; None: either engine."""

    def stand(question: Question, given: Given, checks: Checks) -> Cell:
        engines = checks.pages.engines if engine is None else (engine,)
        found = [
            any(checks.pages.stands(c.quote, c.file, c.page, each) for each in engines)
            for c in given.citations
        ]
        return float(sum(found)), float(len(found))

    return stand


def _keys(question: Question, given: Given, checks: Checks) -> Cell:
    known = [c for c in given.citations if c.key and c.file in checks.labels]
    right = sum(same_key(c.key or "", checks.labels[c.file]) for c in known)
    return float(right), float(len(known))


def _silence_precision(question: Question, given: Given, checks: Checks) -> Cell:
    return _yes(not question.answerable) if given.silent else NOT_COUNTED


def _silence_recall(question: Question, given: Given, checks: Checks) -> Cell:
    return NOT_COUNTED if question.answerable else _yes(given.silent)


def _wrongly_silent(question: Question, given: Given, checks: Checks) -> Cell:
    return _yes(given.silent) if question.answerable else NOT_COUNTED


def _chars(question: Question, given: Given, checks: Checks) -> Cell:
    return NOT_COUNTED if given.silent else (float(len(given.text)), 1.0)


def _too_long(question: Question, given: Given, checks: Checks) -> Cell:
    return NOT_COUNTED if given.silent else _yes(len(given.text) > LONG_CHARS)


# In the order of the table. The name is what --compare and docs/benchmarks.md call it.
MEASURES: Final[dict[str, Measure]] = {
    "grounded": _grounded,
    "strict grounded": _strict,
    "page hit@1": _page_hit(1),
    "page hit@3": _page_hit(3),
    "page hit@5": _page_hit(5),
    "page hit@10": _page_hit(10),
    "first citation's page": _first_page,
    "cited pages right": _cited_pages,
    "two places, every evidence cited": _two_places,
    "quotes on their page": _quotes(None),
    "quotes found by pdfium": _quotes("pdfium"),
    "quotes found by pypdf": _quotes("pypdf"),
    "citation keys right": _keys,
    "silence precision": _silence_precision,
    "silence recall": _silence_recall,
    "silent though answerable": _wrongly_silent,
    "answer characters": _chars,
    f"answers over {LONG_CHARS} characters": _too_long,
}


def score(
    questions: Sequence[Question], given: Sequence[Given], checks: Checks
) -> dict[str, list[Cell]]:
    """The cells of every measure, one a question, in the order of the questions.

    Raises:
        ValueError: A question has no answer.
    """
    by_id = {answer.id: answer for answer in given}
    missing = [question.id for question in questions if question.id not in by_id]
    if missing:
        raise ValueError(f"no answer to {', '.join(missing)}")
    return {
        name: [measure(question, by_id[question.id], checks) for question in questions]
        for name, measure in MEASURES.items()
    }
