"""The pages of a PDF as pdfium reads their text, and where the sentences stand on them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium_c

from ingest.boxes import sentence_boxes
from ingest.chunking import REFERENCES, split_sentences
from ingest.citation import SentenceBox
from ingest.paper import Page, ReadOutcome, ReadPaper

PAGES_OPEN: Final = 30  # of one document; to open one again costs half of what reading it cost

_SPACE = re.compile(r"\s+")


class TextPages:
    """The text pages of a document; the first ones stay open, as they are asked for again."""

    def __init__(self, document: pypdfium2.PdfDocument) -> None:
        self._document = document
        self._open: dict[int, tuple[Any, Any]] = {}

    @property
    def first(self) -> Any:
        """The first page; None where pdfium cannot load it."""
        with self.opened(0) as textpage:
            return textpage

    @contextmanager
    def opened(self, index: int) -> Iterator[Any]:
        """One page; None where pdfium cannot load it."""
        if index in self._open:
            yield self._open[index][1]
            return
        # Straight to pdfium: pypdfium2's objects and finalizers cost a tenth of a page's time.
        page = pdfium_c.FPDF_LoadPage(self._document.raw, index)
        textpage = pdfium_c.FPDFText_LoadPage(page) if page else None
        if index < PAGES_OPEN:
            self._open[index] = (page, textpage or None)
        try:
            yield textpage or None
        finally:
            if index not in self._open:
                _close(page, textpage)

    def boxes(self, pages: Sequence[Page]) -> tuple[SentenceBox, ...]:
        """Where the sentences of ``pages`` that may be quoted stand on the document's pages."""
        sentences = split_sentences(ReadPaper(outcome=ReadOutcome.OK, pages=tuple(pages)))
        by_page: dict[int, list[tuple[int, int, str]]] = {}
        for sentence in sentences:
            if sentence.section != REFERENCES:
                page = pages[sentence.page - 1]
                text = page.text[sentence.start - page.start : sentence.end - page.start]
                quote = _SPACE.sub(" ", text).strip()
                by_page.setdefault(page.number, []).append((sentence.start, sentence.end, quote))
        boxes: list[SentenceBox] = []
        for number, quotes in by_page.items():
            with self.opened(number - 1) as textpage:
                boxes += sentence_boxes(textpage, quotes) if textpage else ()
        return tuple(boxes)

    def close(self) -> None:
        """Close the pages that are open still; before their document."""
        for page, textpage in self._open.values():
            _close(page, textpage)
        self._open.clear()


def _close(page: Any, textpage: Any) -> None:
    if textpage:
        pdfium_c.FPDFText_ClosePage(textpage)
    if page:
        pdfium_c.FPDF_ClosePage(page)
