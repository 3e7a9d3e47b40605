"""Where a quote stands: pages and citations."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from ingest.record import Record


class PageSpan(Record):
    """Pages first..last of the PDF, counted from 1, both included."""

    first: int = Field(ge=1)
    last: int

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"a page span runs forwards, not from {self.first} to {self.last}")
        return self

    def __str__(self) -> str:
        """As printed in a citation: ``page 5`` or ``pages 5-6``."""
        if self.first == self.last:
            return f"page {self.first}"
        return f"pages {self.first}-{self.last}"


class Box(Record):
    """A rectangle on a page, in points from its lower left corner (the PDF's own frame)."""

    x0: float
    y0: float
    x1: float
    y1: float


class SentenceBox(Record):
    """Where a sentence stands on its page; ``start`` and ``end`` count in its paper's text."""

    start: int = Field(ge=0)
    end: int
    box: Box


class Citation(Record):
    """A verbatim quote and the exact page it stands on.

    ``quote`` is a slice of the page's cleaned text: only line-end hyphens, ligatures' code points
    and white space differ from what the PDF holds.
    """

    key: str  # citation key, e.g. "Mosquera2023"
    paper_id: str
    file: str  # base name of the paper's file
    page: int = Field(ge=1)  # counted from 1, as a PDF viewer does
    printed_page: str | None  # the label printed on the page, where known
    quote: str = Field(min_length=1)
    start: int = Field(ge=0)  # offset of the quote in the paper's text
    box: Box | None = None  # around the quote; None where the PDF could not tell

    @property
    def pages(self) -> PageSpan:
        """The cited page as a span."""
        return PageSpan(first=self.page, last=self.page)

    def __str__(self) -> str:
        """As printed in an answer: ``(Mosquera2023 page 5)``."""
        return f"({self.key} {self.pages})"
