"""Sentences to citations: each quote is found again on its page before it is shown."""

from __future__ import annotations

import re
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
            box=self._box(sentence),
        )

    def _box(self, sentence: Candidate) -> Box | None:
        """Where it stands on its page, from the first of the paper's files that still tells."""
        paper = sentence.paper
        for text in paper.paths:
            path = Path(text)
            if not text.lower().endswith(".pdf") or not path.is_file():
                continue
            box = None
            if self._is_as_read(path):
                box = self._catalog.box(paper.paper_id, sentence.start, sentence.end)
            if box is None:  # the file has changed, or nothing was kept when it was read
                from ingest.boxes import find_quote

                box = find_quote(path, sentence.page, sentence.text)
            if box is not None:
                return box
        return None

    def _is_as_read(self, path: Path) -> bool:
        """Whether a file is the one that was ingested, by its size and time."""
        try:
            now = path.stat()
        except OSError:
            return False
        return self._catalog.size_and_time(str(path)) == (now.st_size, now.st_mtime_ns)

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
