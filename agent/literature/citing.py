"""Sentences to citations: each quote is found again on its page before it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ingest.candidates import Candidate
from ingest.catalog import Catalog
from ingest.citation import Box, Citation
from ingest.paper import Page, Paper

_SPACE = re.compile(r"\s+")


class Citer:
    """Makes citations of one library's sentences; pages are read once."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._pages: dict[str, dict[int, Page]] = {}

    def cite(self, sentence: Candidate) -> Citation | None:
        """The citation of ``sentence``; None where its page does not hold it verbatim."""
        page = self._page(sentence.paper, sentence.page)
        if page is None or not _stands_on(page, sentence):
            return None
        return Citation(
            key=sentence.paper.key,
            paper_id=sentence.paper.paper_id,
            file=sentence.paper.file,
            page=sentence.page,
            printed_page=page.label,
            quote=sentence.text,
            start=sentence.start,
            box=find_box(sentence.paper, sentence.page, sentence.text),
        )

    def _page(self, paper: Paper, number: int) -> Page | None:
        if paper.paper_id not in self._pages:
            pages = self._catalog.pages(paper.paper_id)
            self._pages[paper.paper_id] = {page.number: page for page in pages}
        return self._pages[paper.paper_id].get(number)


def _stands_on(page: Page, sentence: Candidate) -> bool:
    """Whether the page's own text, between the sentence's offsets, is the quote."""
    start, end = sentence.start - page.start, sentence.end - page.start
    if not 0 <= start < end <= len(page.text):
        return False
    return _SPACE.sub(" ", page.text[start:end]).strip() == sentence.text


def find_box(paper: Paper, page: int, quote: str) -> Box | None:
    """Where the quote stands on the page, from the first of the paper's files that still tells."""
    from ingest.boxes import find_quote

    for path in _pdfs(paper.paths):
        box = find_quote(path, page, quote)
        if box is not None:
            return box
    return None


def _pdfs(paths: Iterable[str]) -> list[Path]:
    return [Path(path) for path in paths if path.lower().endswith(".pdf") and Path(path).is_file()]
