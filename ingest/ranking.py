"""A question as it is searched, how a library fits it, and the pages that come of that.

A page is scored by its best sentence, its best window of sentences, its words, and its paper:

    page = (best window's cosine + best sentence's cosine) / 2
         + LEXICAL * BM25 of the page + PAPER_LEXICAL * BM25 of the paper
         + PAPER_DENSE * mean cosine of the paper's best windows

with BM25 and the paper's mean scaled to [0, 1] over the library. docs/retrieval.md has the trials
behind the weights.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.paper import Paper
from ingest.shelf import Shelf
from ingest.tokens import TokenVectors
from ingest.vectors import cosines as unit_cosines

LEXICAL: Final = 0.3
LEXICAL_MET: Final = 0.2  # the same where pages are met word by word
PAPER_LEXICAL: Final = 0.3
PAPER_DENSE: Final = 0.3
BEST_WINDOWS: Final = 5  # windows of a paper whose mean cosine scores the paper

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Query:
    """A question as it is searched."""

    text: str
    terms: tuple[str, ...]  # folded, each once, in the order of the question
    vector: Floats | None  # shape (d,); None where the library is lexical only
    idf: dict[str, float]  # of each term, over the library's pages
    tokens: TokenVectors | None = None  # its words as the embedder sees them, where it tells
    # How each generation of the library fits it, once that was asked for.
    fits: dict[int, Fit] = field(default_factory=dict)
    # Where pages were met before: by generation and page, the cosines of their sentences.
    nearest: dict[tuple[int, int], Floats] = field(default_factory=dict)

    @property
    def weight(self) -> float:
        """Sum of the terms' idf."""
        return sum(self.idf[term] for term in self.terms)

    def fit(self, shelf: Shelf) -> Fit:
        """How the papers and pages of ``shelf`` fit the question; worked out once."""
        return self.fits.setdefault(shelf.generation, Fit(self, shelf))


class Fit:
    """How the papers, pages and sentences of a library fit one question.

    Nothing is worked out before it is asked for, and nothing twice.
    """

    def __init__(self, query: Query, shelf: Shelf) -> None:
        self._query = query
        self._shelf = shelf

    @cached_property
    def lexical(self) -> Doubles:
        """BM25 of every page, scaled to [0, 1]."""
        shelf = self._shelf
        scores = np.zeros(len(shelf.page_keys))
        for hit in shelf.catalog.search_pages(self._query.terms, limit=2000):
            paper = shelf.paper_row.get(hit.paper_id)
            row = None if paper is None else shelf.page_row.get((paper, hit.page))
            if row is not None:
                scores[row] = hit.score
        return _scaled(scores)

    @cached_property
    def papers_lexical(self) -> Doubles:
        """BM25 of every paper, scaled to [0, 1]."""
        shelf = self._shelf
        scores = np.zeros(len(shelf.papers))
        for hit in shelf.catalog.search_papers(self._query.terms, limit=500):
            if hit.paper_id in shelf.paper_row:
                scores[shelf.paper_row[hit.paper_id]] = hit.score
        return _scaled(scores)

    @cached_property
    def cosines(self) -> Floats | None:
        """Of every sentence, -1 where it is not quoted; None without vectors."""
        shelf, vector = self._shelf, self._query.vector
        if vector is None or shelf.matrix is None:
            return None
        return np.where(shelf.quotable, unit_cosines(shelf.matrix, vector), np.float32(-1.0))

    @cached_property
    def windows(self) -> Floats | None:
        """The same of the window of sentences that begins at each."""
        if self.cosines is None:
            return None
        windows = self._shelf.window_cosines(self.cosines)
        return np.where(self._shelf.quotable, windows, np.float32(-1.0))

    @cached_property
    def best_cosines(self) -> Doubles:
        """Half the cosine of each page's best sentence and half that of its best window."""
        assert self.cosines is not None
        assert self.windows is not None
        page_of, n_pages = self._shelf.page_of, len(self._shelf.page_keys)
        best_sentence = best_of_each(self.cosines, page_of, n_pages)
        return 0.5 * best_sentence + 0.5 * best_of_each(self.windows, page_of, n_pages)

    @cached_property
    def papers_dense(self) -> Doubles:
        """The mean cosine of each paper's best windows."""
        assert self.windows is not None
        return _mean_of_best(self.windows, self._shelf.paper_of, len(self._shelf.papers))

    @cached_property
    def of_papers(self) -> Doubles:
        """What each page owes to its paper."""
        papers = PAPER_LEXICAL * self.papers_lexical
        if self.windows is not None:
            papers += PAPER_DENSE * _scaled(self.papers_dense)
        return papers[self._shelf.page_papers]

    @cached_property
    def pages(self) -> Doubles:
        """The score of each page, its meeting with the question word by word left out."""
        scores = (LEXICAL if self._query.tokens is None else LEXICAL_MET) * self.lexical
        scores += self.lexical if self.windows is None else self.best_cosines
        scores += self.of_papers
        return scores

    @cached_property
    def affinities(self) -> Doubles:
        """How well each paper fits, by its words and its best windows."""
        fits = PAPER_LEXICAL * self.papers_lexical
        if self.windows is not None:
            fits += self.papers_dense
        return fits


@dataclass(frozen=True, slots=True)
class PageScore:
    """A page of the ranked list."""

    paper: Paper
    page: int
    score: float
    lexical: float  # its BM25, scaled to [0, 1] over the library
    read: float  # what counts beside its best sentence, once its sentences are read


@dataclass(frozen=True, eq=False)
class Ranking:
    """The pages for one query, best first, and the scores of the sentences behind them."""

    query: Query
    pages: tuple[PageScore, ...]
    cosines: Floats | None  # of every sentence of the library
    windows: Floats | None
    met: Floats | None = None  # of every sentence; 0 where its page was not looked at
    windows_met: Floats | None = None


def page_scores(
    shelf: Shelf, rows: Ints, scores: Doubles, lexical: Doubles, read: Doubles
) -> Iterable[PageScore]:
    """The pages of ``rows``, in their order, with what was found of each page of the library."""
    values = (values[rows].tolist() for values in (scores, lexical, read))
    for row, score, words, after in zip(rows.tolist(), *values, strict=True):
        paper, page = shelf.page_keys[row]
        yield PageScore(shelf.papers[paper], page, score, words, after)


def best_of_each(values: Floats, groups: Ints, n_groups: int) -> Doubles:
    """The largest value of each group, -1 at least; a group's rows lie side by side."""
    starts = np.searchsorted(groups, np.arange(n_groups))
    return np.maximum(np.maximum.reduceat(values, starts).astype(np.float64), -1.0)


def _scaled(values: Doubles) -> Doubles:
    """``values`` moved and stretched to [0, 1]; zeros where all are the same."""
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low) if high > low else np.zeros_like(values)


def _mean_of_best(values: Floats, groups: Ints, n_groups: int) -> Doubles:
    """The mean of the BEST_WINDOWS largest values of each group; 0 where it has none."""
    means = np.zeros(n_groups)
    starts = np.searchsorted(groups, np.arange(n_groups + 1)).tolist()
    best = [
        -np.sort(-values[start:end])[:BEST_WINDOWS] for start, end in itertools.pairwise(starts)
    ]
    full = [group for group, top in enumerate(best) if len(top) == BEST_WINDOWS]
    if full:
        means[full] = np.stack([best[group] for group in full]).mean(axis=1)
    for group, top in enumerate(best):
        if 0 < len(top) < BEST_WINDOWS:
            means[group] = top.mean()
    return means
