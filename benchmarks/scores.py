"""What an answer is measured by: one cell ``(right, counted)`` a question for each measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.matching import ENGINES, PageTexts, holds_keys, same_key
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
    refused: bool = False  # by the gate; it is silent then, too
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def places(self) -> frozenset[PageKey]:
        """The pages it cites."""
        return frozenset(cited.place for cited in self.citations)


@dataclass(frozen=True)
class Checks:
    """What quotes and citation keys are held against."""

    pages: PageTexts
    labels: Mapping[str, str] = field(default_factory=dict)  # file to right citation key


@dataclass(frozen=True)
class Case:
    """One question, what was answered, and what that is held against."""

    question: Question
    given: Given
    checks: Checks

    @property
    def all_cited(self) -> bool:
        """Whether each piece of evidence has a right page among the cited."""
        return all(self.given.places & gold.pages for gold in self.question.evidence)

    def grounded(self) -> Cell:
        """The keys in the text, and a right page cited."""
        if not self.question.keys:
            return NOT_COUNTED
        right = holds_keys(self.given.text, self.question.keys)
        return _yes(right and bool(self.given.places & self.question.pages))

    def strictly_grounded(self) -> Cell:
        """The keys in the text's first FIRST_CHARS, and every piece of evidence cited."""
        if not self.question.keys:
            return NOT_COUNTED
        return _yes(
            holds_keys(self.given.text[:FIRST_CHARS], self.question.keys) and self.all_cited
        )

    def page_hit(self, k: int) -> Cell:
        """A right page among the first ``k`` retrieved."""
        if not self.question.answerable:
            return NOT_COUNTED
        return _yes(bool(set(self.given.ranked[:k]) & self.question.pages))

    def first_page(self) -> Cell:
        """The page of the first citation is right."""
        if not self.question.answerable or not self.given.citations:
            return NOT_COUNTED
        return _yes(self.given.citations[0].place in self.question.pages)

    def cited_pages(self) -> Cell:
        """The share of the cited pages that are right."""
        places = self.given.places
        if not self.question.answerable or not places:
            return NOT_COUNTED
        return len(places & self.question.pages) / len(places), 1.0

    def two_places(self) -> Cell:
        """Of questions that rest on two quotes: both cited."""
        return _yes(self.all_cited) if self.question.type in TWO_PLACES else NOT_COUNTED

    def quotes(self, *engines: str) -> Cell:
        """Quotes that one of ``engines`` finds on their page in one piece."""
        stands = self.checks.pages.stands
        return self._counted(
            any(stands(c.quote, c.file, c.page, engine) for engine in engines)
            for c in self.given.citations
        )

    def quotes_in_two(self) -> Cell:
        """As `quotes`, with a figure, a table or the next column inside the quote allowed."""
        pages = self.checks.pages
        return self._counted(
            any(pages.stands_in_two(c.quote, c.file, c.page, engine) for engine in ENGINES)
            for c in self.given.citations
        )

    def keys(self) -> Cell:
        """Citation keys that are what the manifest says."""
        labels = self.checks.labels
        return self._counted(
            same_key(c.key, labels[c.file])
            for c in self.given.citations
            if c.key and c.file in labels
        )

    def silence_precision(self) -> Cell:
        """Of those it was silent on: there was no answer."""
        return _yes(not self.question.answerable) if self.given.silent else NOT_COUNTED

    def silence_recall(self) -> Cell:
        """Of those without an answer: it was silent."""
        return NOT_COUNTED if self.question.answerable else _yes(self.given.silent)

    def wrongly_silent(self) -> Cell:
        """Of those with an answer: it was silent."""
        return _yes(self.given.silent) if self.question.answerable else NOT_COUNTED

    def refused(self) -> Cell:
        """Of all: the gate refused it."""
        return _yes(self.given.refused)

    def chars(self) -> Cell:
        """Characters of an answer, its citations with it."""
        return NOT_COUNTED if self.given.silent else (float(len(self.given.text)), 1.0)

    def too_long(self) -> Cell:
        """Answers of more than LONG_CHARS."""
        return NOT_COUNTED if self.given.silent else _yes(len(self.given.text) > LONG_CHARS)

    @staticmethod
    def _counted(found: Iterable[bool]) -> Cell:
        flags = list(found)
        return float(sum(flags)), float(len(flags))


def _yes(value: bool) -> Cell:
    return float(value), 1.0


# In the order of the table. The name is what --compare and docs/benchmarks.md call it.
MEASURES: Final[dict[str, Callable[[Case], Cell]]] = {
    "grounded": Case.grounded,
    "strict grounded": Case.strictly_grounded,
    "page hit@1": lambda case: case.page_hit(1),
    "page hit@3": lambda case: case.page_hit(3),
    "page hit@5": lambda case: case.page_hit(5),
    "page hit@10": lambda case: case.page_hit(10),
    "first citation's page right": Case.first_page,
    "cited pages right": Case.cited_pages,
    "two places, every evidence cited": Case.two_places,
    "quotes on their page": lambda case: case.quotes(*ENGINES),
    "quotes on their page, around a figure": Case.quotes_in_two,
    "quotes found by pdfium": lambda case: case.quotes("pdfium"),
    "quotes found by pypdf": lambda case: case.quotes("pypdf"),
    "citation keys right": Case.keys,
    "silence precision": Case.silence_precision,
    "silence recall": Case.silence_recall,
    "silent though answerable": Case.wrongly_silent,
    "refused by the gate": Case.refused,
    "answer characters": Case.chars,
    f"answers over {LONG_CHARS} characters": Case.too_long,
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
        name: [measure(Case(question, by_id[question.id], checks)) for question in questions]
        for name, measure in MEASURES.items()
    }
