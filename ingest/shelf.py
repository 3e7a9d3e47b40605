"""A library's sentences and vectors in memory, laid in one row."""

from __future__ import annotations

import re
from collections import OrderedDict
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.catalog import Catalog
from ingest.chunking import REFERENCES, WINDOW
from ingest.paper import Paper, Sentence
from ingest.terms import fold_terms
from ingest.tokens import TokenVectors

PAGES_HELD: Final = 400  # pages whose tokens are kept in memory, about 0.15 MB each
SENTENCES_HELD: Final = 100_000  # whose text and terms are kept, about 0.6 kB each

_SPACE = re.compile(r"\s+")

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


class Shelf:
    """A library's sentences and vectors in memory, as of one generation of its catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        with catalog.snapshot():
            self.generation = catalog.generation()
            self.papers = catalog.papers()
            self.vectors = catalog.vectors("sentence")
            self._sentences = {p.paper_id: catalog.sentences(p.paper_id) for p in self.papers}
            self.n_pages = max(1, catalog.n_pages())
        self._texts: dict[str, str] = {}
        self._read: dict[int, tuple[Paper, int, str, tuple[str, ...]]] = {}  # by row
        self._tokens: OrderedDict[int, TokenVectors | None] = OrderedDict()
        self._index()

    def _index(self) -> None:
        """Lay the sentences of all papers in one row, as the vectors lie."""
        self.page_keys: list[tuple[int, int]] = []  # (paper, page number)
        page_row: dict[tuple[int, int], int] = {}
        pages, papers, lengths, quotable, spans = [], [], [], [], {}
        row = 0
        for number, paper in enumerate(self.papers):
            sentences = self._sentences[paper.paper_id]
            spans[paper.paper_id] = slice(row, row + len(sentences))
            row += len(sentences)
            for sentence in sentences:
                key = (number, sentence.page)
                if key not in page_row:
                    page_row[key] = len(self.page_keys)
                    self.page_keys.append(key)
                pages.append(page_row[key])
                papers.append(number)
                lengths.append(sentence.end - sentence.start)
                quotable.append(sentence.section != REFERENCES)
        self.spans: dict[str, slice] = spans
        self.page_of: Ints = np.array(pages, dtype=np.int64)
        self.paper_of: Ints = np.array(papers, dtype=np.int64)
        self.lengths: Floats = np.array(lengths, dtype=np.float32)
        self.quotable: NDArray[np.bool_] = np.array(quotable, dtype=bool)
        self.page_papers: Ints = np.array([number for number, _ in self.page_keys], dtype=np.int64)
        self.page_row = page_row
        self.paper_row = {paper.paper_id: n for n, paper in enumerate(self.papers)}

    @cached_property
    def matrix(self) -> Floats | None:
        """Vectors of the sentences in the shelf's order; None where the library has none."""
        if not len(self.vectors):
            return None
        matrix = np.zeros((len(self.page_of), self.vectors.matrix.shape[1]), dtype=np.float32)
        for paper_id, span in self.spans.items():
            if paper_id in self.vectors.spans:
                matrix[span] = self.vectors.matrix[self.vectors.spans[paper_id]]
        return matrix

    @cached_property
    def _window_norms(self) -> Floats:
        """Length of the sum of sentence vectors, weighted by length, of each sentence's window."""
        assert self.matrix is not None
        weighted = self.matrix * self.lengths[:, None]
        norms = np.linalg.norm(self._window_sums(weighted), axis=1)
        return np.asarray(np.maximum(norms, 1e-9), dtype=np.float32)

    def _window_sums(self, values: Floats) -> Floats:
        """Sum of ``values`` over the window of sentences that begins at each row."""
        sums = values.copy()
        for step in range(1, WINDOW):
            same = self.page_of[step:] == self.page_of[:-step]
            sums[:-step][same] += values[step:][same]
        return sums

    def window_cosines(self, cosines: Floats) -> Floats:
        """Cosine of the window of sentences that begins at each row, from the sentences' own."""
        sums = self._window_sums(cosines * self.lengths)
        return np.asarray(sums / self._window_norms, dtype=np.float32)

    def rows_of(self, page_row: int) -> slice:
        """The sentences of one page; they lie side by side."""
        first = int(np.searchsorted(self.page_of, page_row))
        return slice(first, int(np.searchsorted(self.page_of, page_row, side="right")))

    def tokens(self, page_row: int) -> TokenVectors | None:
        """The tokens of a page's sentences; None where the library keeps none of it."""
        if page_row not in self._tokens:
            number, page = self.page_keys[page_row]
            self._tokens[page_row] = self.catalog.tokens(self.papers[number].paper_id, page)
            while len(self._tokens) > PAGES_HELD:
                self._tokens.popitem(last=False)
        return self._tokens.get(page_row)

    def text(self, paper: Paper) -> str:
        """The paper's text, read once."""
        if paper.paper_id not in self._texts:
            self._texts[paper.paper_id] = self.catalog.text(paper.paper_id)
        return self._texts[paper.paper_id]

    def sentence(self, row: int) -> tuple[Paper, int, str, tuple[str, ...]]:
        """The paper, ordinal, text and terms of the sentence in one row."""
        read = self._read.get(row)
        if read is None:
            paper = self.papers[self.paper_of[row]]
            ordinal = row - self.spans[paper.paper_id].start
            sentence = self._sentences[paper.paper_id][ordinal]
            text = _SPACE.sub(" ", self.text(paper)[sentence.start : sentence.end]).strip()
            read = (paper, ordinal, text, tuple(fold_terms(text)))
            if len(self._read) >= SENTENCES_HELD:
                self._read.clear()
            self._read[row] = read
        return read

    def place(self, paper: Paper, ordinal: int) -> Sentence:
        """Where one sentence stands, and in which section."""
        return self._sentences[paper.paper_id][ordinal]
