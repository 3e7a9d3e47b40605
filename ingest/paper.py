"""A paper, its pages, and the slices of its text that are searched and quoted."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from ingest.citation import PageSpan, SentenceBox
from ingest.record import Record


class ReadOutcome(StrEnum):
    """How reading a file ended."""

    OK = "ok"
    OK_FALLBACK = "ok_fallback"  # the second reader (pypdf) gave the text
    NO_TEXT_LAYER = "no_text_layer"
    ENCRYPTED = "encrypted"
    NOT_PDF = "not_pdf"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    LIMIT_TIME = "limit_time"
    LIMIT_MEMORY = "limit_memory"
    LIMIT_SIZE = "limit_size"
    CRASHED = "crashed"

    @property
    def is_ok(self) -> bool:
        """Whether pages came out."""
        return self in (ReadOutcome.OK, ReadOutcome.OK_FALLBACK)


class Page(Record):
    """One page of a paper. ``text`` is cleaned; ``start`` is its offset in the paper's text."""

    number: int = Field(ge=1)  # counted from 1, as a PDF viewer does
    label: str | None  # printed page number, where the file gives one
    text: str
    start: int = Field(ge=0)


class PaperMetadata(Record):
    """What a paper says of itself. ``authors`` are full names in order, Unicode as printed."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    first_surname: str | None = None  # as the first author is cited; None: not known
    year: int | None = None
    doi: str | None = None
    journal: str | None = None


class ReadPaper(Record):
    """What reading one file gave: pages when ``outcome.is_ok``, else a message for the user."""

    outcome: ReadOutcome
    message: str = ""  # what happened, where, what to do; empty when all is well
    pages: tuple[Page, ...] = ()
    boxes: tuple[SentenceBox, ...] = ()  # of the sentences whose place a PDF tells
    metadata: PaperMetadata = PaperMetadata()
    engine: str = ""  # name and version of the reader, e.g. "pypdfium2 5.15.2"

    @property
    def text(self) -> str:
        """The paper's text: the pages' texts joined by one line feed."""
        return PAGE_BREAK.join(page.text for page in self.pages)


PAGE_BREAK = "\n"  # between the pages in a paper's text; belongs to no page


class Sentence(Record):
    """One sentence of a paper, on one page: ``paper.text[start:end]``, the unit that is quoted.

    A sentence that runs over a page break is two, so that every quote stands on one exact page.
    """

    ordinal: int = Field(ge=0)  # within the paper
    start: int = Field(ge=0)
    end: int
    page: int = Field(ge=1)
    section: str | None = None


class Chunk(Record):
    """A slice of a paper's text, ``paper.text[start:end]``, the unit that is embedded and found."""

    chunk_id: str  # content hash: paper, offsets
    paper_id: str
    ordinal: int = Field(ge=0)
    text: str
    start: int = Field(ge=0)
    end: int
    pages: PageSpan
    section: str | None = None
    sentences: tuple[int, int]  # ordinals first..last of the sentences inside, both included


class Paper(Record):
    """A paper of a library. ``paper_id`` is the SHA-256 of its bytes, in hex."""

    paper_id: str
    key: str  # citation key; never changes once given
    title: str | None
    authors: tuple[str, ...]
    year: int | None
    doi: str | None
    journal: str | None
    paths: tuple[str, ...]  # every place the same bytes lie in
    page_count: int
    ingested_at: datetime

    @property
    def file(self) -> str:
        """Base name of the file, as citations show it."""
        return self.paths[0].replace("\\", "/").rsplit("/", 1)[-1]


class Passage(Record):
    """A chunk found for a question."""

    chunk: Chunk
    paper: Paper
    page: int = Field(ge=1)
    score: float
    rank: int = Field(ge=1)
    found_by: str  # "lexical", "dense" or "lexical+dense"
