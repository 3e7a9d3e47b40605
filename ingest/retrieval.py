"""Finding the pages and sentences that bear on a question: lexical and dense, papers then pages.

A page is scored by its best sentence, its best window of sentences, its words, and its paper:

    page = (best window's cosine + best sentence's cosine) / 2
         + LEXICAL * BM25 of the page + PAPER_LEXICAL * BM25 of the paper
         + PAPER_DENSE * mean cosine of the paper's best windows

with BM25 and the paper's mean scaled to [0, 1] over the library. The best of these pages are met
word by word (`ingest.tokens`): to their score comes that of the window of sentences that holds a
near word for most of the question's words. docs/retrieval.md has the trials behind the weights.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from ingest.catalog import Catalog
from ingest.chunking import WINDOW
from ingest.errors import QueryError
from ingest.paper import Chunk, Paper, Passage
from ingest.shelf import Shelf
from ingest.terms import fold_terms
from ingest.tokens import TokenEmbedder, TokenVectors, nearest, rarities
from ingest.vectors import cosines as unit_cosines

if TYPE_CHECKING:
    from ingest.embedding import Embedder

LEXICAL: Final = 0.3
LEXICAL_MET: Final = 0.2  # the same where pages are met word by word
LEXICAL_READ: Final = 0.1  # the same in the order of pages whose sentences were read
MEETING: Final = 1.0  # of the window that meets the question's words best
PAGES_MET: Final = 30  # best pages whose words are looked at
PAPER_LEXICAL: Final = 0.3
PAPER_DENSE: Final = 0.3
BEST_WINDOWS: Final = 5  # windows of a paper whose mean cosine scores the paper
MAX_QUERY_CHARS: Final = 4000

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Query:
    """A question as it is searched."""

    text: str
    terms: tuple[str, ...]  # folded, each once, in the order of the question
    vector: Floats | None  # shape (d,); None where the library is lexical only
    idf: dict[str, float]  # of each term, over the library's pages
    tokens: TokenVectors | None = None  # its words as the embedder sees them, where it tells
    # Where pages were met before: by generation and page, the cosines of their sentences.
    nearest: dict[tuple[int, int], Floats] = field(default_factory=dict)

    @property
    def weight(self) -> float:
        """Sum of the terms' idf."""
        return sum(self.idf[term] for term in self.terms)


@dataclass(frozen=True, slots=True)
class PageScore:
    """A page of the ranked list."""

    paper: Paper
    page: int
    score: float
    lexical: float  # its BM25, scaled to [0, 1] over the library
    read: float  # what counts beside its best sentence, once its sentences are read


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A sentence of a ranked page, with what speaks for it."""

    paper: Paper
    ordinal: int
    page: int
    start: int
    end: int
    text: str  # white space folded to single spaces
    section: str | None
    terms: tuple[str, ...]
    cosine: float  # of the sentence
    window: float  # the best cosine of the windows it stands in
    met: float  # how well it meets the question word by word; 0 where that was not looked at
    window_met: float  # the same of the best window it stands in
    lexical: float  # share of the query's terms that it holds, see `term_shares`
    page_score: float


@dataclass(frozen=True, eq=False)
class Ranking:
    """The pages for one query, best first, and the scores of the sentences behind them."""

    query: Query
    pages: tuple[PageScore, ...]
    cosines: Floats | None  # of every sentence of the library
    windows: Floats | None
    met: Floats | None = None  # of every sentence; 0 where its page was not looked at
    windows_met: Floats | None = None


class Retriever:
    """Searches one library; notices when its catalog has changed. Safe for several threads."""

    def __init__(self, catalog: Catalog, embedder: Embedder | None) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._shelf: Shelf | None = None
        self._lock = threading.Lock()
        self._whole: Retriever | None = None
        self._only: frozenset[str] | None = None
        self._still: Shelf | None = None

    def within(self, papers: Collection[str]) -> Retriever:
        """A view that finds nothing outside these papers; scores are those of the whole library.

        Args:
            papers: Ids of papers.
        """
        view = Retriever(self._catalog, self._embedder)
        view._whole, view._only = self, frozenset(papers)
        return view

    def still(self) -> Retriever:
        """A view of the library as it is now: all that one question is told is of one moment."""
        view = Retriever(self._catalog, self._embedder)
        view._only, view._still = self._only, self.shelf
        return view

    @property
    def shelf(self) -> Shelf:
        """The library in memory, read again when the catalog's generation has moved on."""
        if self._still is not None:
            return self._still
        if self._whole is not None:
            return self._whole.shelf
        with self._lock:
            if self._shelf is None or self._shelf.generation != self._catalog.generation():
                self._shelf = Shelf(self._catalog)
            return self._shelf

    def query(self, text: str) -> Query:
        """``text`` ready to search: its terms, their weights, its vector.

        Raises:
            QueryError: ``text`` is empty or longer than MAX_QUERY_CHARS.
        """
        stripped = text.strip()
        if not stripped:
            raise QueryError("the question is empty")
        if len(stripped) > MAX_QUERY_CHARS:
            raise QueryError(
                f"the question has {len(stripped):,} characters; at most {MAX_QUERY_CHARS:,} can"
                " be searched"
            )
        terms = tuple(dict.fromkeys(fold_terms(stripped)))
        shelf = self.shelf
        counts = self._catalog.document_frequency(terms)
        idf = {
            term: math.log(1 + (shelf.n_pages - n + 0.5) / (n + 0.5)) for term, n in counts.items()
        }
        vector, tokens = None, None
        if self._embedder is not None and shelf.matrix is not None:
            if isinstance(self._embedder, TokenEmbedder):
                matrix, tokens = self._embedder.embed_tokens([stripped])
            else:
                matrix = self._embedder.embed([stripped])
            vector = matrix[0]
        return Query(text=stripped, terms=terms, vector=vector, idf=idf, tokens=tokens)

    def rank(self, query: Query, paper: Paper | None = None) -> Ranking:
        """All pages of the library, or of one paper, those that bear most on ``query`` first."""
        shelf = self.shelf
        n_pages, n_papers = len(shelf.page_keys), len(shelf.papers)
        if not n_pages:
            return Ranking(query=query, pages=(), cosines=None, windows=None)
        lexical = self._lexical(shelf, query)
        scores = (LEXICAL if query.tokens is None else LEXICAL_MET) * lexical
        papers = PAPER_LEXICAL * _scaled(self._paper_lexical(shelf, query))
        cosines = windows = None
        if query.vector is not None and shelf.matrix is not None:
            cosines = np.where(shelf.quotable, unit_cosines(shelf.matrix, query.vector), -1.0)
            windows = np.where(shelf.quotable, shelf.window_cosines(cosines), -1.0)
            best_sentence = _best(cosines, shelf.page_of, n_pages)
            scores += 0.5 * best_sentence + 0.5 * _best(windows, shelf.page_of, n_pages)
            papers += PAPER_DENSE * _scaled(_mean_of_best(windows, shelf.paper_of, n_papers))
        else:
            scores += lexical
        of_papers = papers[[paper for paper, _ in shelf.page_keys]]
        scores += of_papers
        order = np.argsort(-scores, kind="stable")
        wanted = self._only if paper is None else frozenset({paper.paper_id})
        if wanted is not None:
            looked_at = [shelf.papers[number].paper_id in wanted for number, _ in shelf.page_keys]
            order = order[np.array(looked_at)[order]]
        met = windows_met = None
        read_scores = scores
        if query.tokens is not None:
            met, windows_met, read = self._meet(shelf, query, order[:PAGES_MET])
            best = _best(windows_met, shelf.page_of, n_pages)
            # A page that was not looked at is taken to meet the question as badly as any that was.
            meeting = MEETING * np.where(read, best, best[read].min(initial=0.0))
            scores += meeting
            # The best sentence says more than the best cosines, and counts in their place.
            read_scores = LEXICAL_READ * lexical + of_papers + meeting
            order = order[np.argsort(-scores[order], kind="stable")]
        pages = tuple(
            PageScore(
                paper=shelf.papers[shelf.page_keys[row][0]],
                page=shelf.page_keys[row][1],
                score=float(scores[row]),
                lexical=float(lexical[row]),
                read=float(read_scores[row]),
            )
            for row in order
        )
        return Ranking(
            query=query,
            pages=pages,
            cosines=cosines,
            windows=windows,
            met=met,
            windows_met=windows_met,
        )

    def _meet(
        self, shelf: Shelf, query: Query, pages: Ints
    ) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """How the sentences of ``pages``, and the windows that begin at them, meet the question.

        A sentence's score is the mean, over the question's tokens, of the cosine of its nearest
        token; a token that few of these sentences hold counts more. A window has for each token
        the nearest of its sentences' tokens.

        Returns:
            Scores of all sentences and of all windows, 0 where the page was not looked at, and
            which pages were.
        """
        question = query.tokens
        assert question is not None
        met = np.zeros(len(shelf.page_of), dtype=np.float32)
        windows_met = met.copy()
        read = np.zeros(len(shelf.page_keys), dtype=bool)
        found = []
        for page in pages:
            tokens, rows = shelf.tokens(int(page)), shelf.rows_of(int(page))
            if tokens is not None and len(tokens) == rows.stop - rows.start:
                found.append((int(page), rows, tokens))
                read[page] = True
        if not found:
            return met, windows_met, read
        weights = rarities(question, [tokens for _, _, tokens in found])
        for page, rows, tokens in found:
            met_before = (shelf.generation, page)
            if met_before not in query.nearest:
                page_cosines = nearest(question, tokens)
                page_cosines[~shelf.quotable[rows]] = -1.0
                query.nearest[met_before] = page_cosines
            page_cosines = query.nearest[met_before]
            # Not by BLAS: on some processors it raises the flag of an invalid value without one.
            met[rows] = np.einsum("st,t->s", page_cosines, weights)
            windows = page_cosines.copy()
            for step in range(1, WINDOW):
                np.maximum(windows[:-step], page_cosines[step:], out=windows[:-step])
            windows_met[rows] = np.einsum("st,t->s", windows, weights)
        return met, windows_met, read

    def _lexical(self, shelf: Shelf, query: Query) -> NDArray[np.float64]:
        """BM25 of every page, scaled to [0, 1]."""
        scores = np.zeros(len(shelf.page_keys))
        for hit in self._catalog.search_pages(query.terms, limit=2000):
            paper = shelf.paper_row.get(hit.paper_id)
            row = None if paper is None else shelf.page_row.get((paper, hit.page))
            if row is not None:
                scores[row] = hit.score
        return _scaled(scores)

    def _paper_lexical(self, shelf: Shelf, query: Query) -> NDArray[np.float64]:
        scores = np.zeros(len(shelf.papers))
        for hit in self._catalog.search_papers(query.terms, limit=500):
            if hit.paper_id in shelf.paper_row:
                scores[shelf.paper_row[hit.paper_id]] = hit.score
        return scores

    def affinities(self, query: Query) -> list[float]:
        """How well each paper of the shelf fits ``query``, by its words and its best windows."""
        shelf = self.shelf
        fits = PAPER_LEXICAL * _scaled(self._paper_lexical(shelf, query))
        if query.vector is not None and shelf.matrix is not None:
            cosines = np.where(shelf.quotable, unit_cosines(shelf.matrix, query.vector), -1.0)
            windows = np.where(shelf.quotable, shelf.window_cosines(cosines), -1.0)
            fits += _mean_of_best(windows, shelf.paper_of, len(shelf.papers))
        return [
            float(fit) if self._only is None or paper.paper_id in self._only else -1.0
            for fit, paper in zip(fits, shelf.papers, strict=True)
        ]

    def candidates(self, ranking: Ranking, pages: Iterable[PageScore]) -> list[Candidate]:
        """The quotable sentences of ``pages``, in reading order page by page."""
        shelf = self.shelf
        pages = list(pages)
        rows = [shelf.page_row[shelf.paper_row[p.paper.paper_id], p.page] for p in pages]
        spans = [shelf.rows_of(row) for row in rows]
        quotable = [np.flatnonzero(shelf.quotable[span]) + span.start for span in spans]
        shares = iter(
            _shares(
                [
                    (page.paper.paper_id, shelf.sentence(int(row))[3])
                    for page, rows_of_page in zip(pages, quotable, strict=True)
                    for row in rows_of_page
                ],
                ranking.query,
            )
        )
        return [
            candidate
            for page, span, rows_of_page in zip(pages, spans, quotable, strict=True)
            for candidate in _candidates(shelf, ranking, page, span, rows_of_page.tolist(), shares)
        ]

    def search(self, text: str, limit: int = 10) -> list[Passage]:
        """The best chunk of each of the best pages for ``text``."""
        query = self.query(text)
        ranking = self.rank(query)
        passages: list[Passage] = []
        for page in ranking.pages[:limit]:
            best = max(
                self.candidates(ranking, [page]),
                key=lambda c: c.cosine + c.window + c.met + c.lexical,
                default=None,
            )
            chunk = None if best is None else self._chunk_of(best)
            if chunk is None:
                continue
            passages.append(
                Passage(
                    chunk=chunk,
                    paper=page.paper,
                    page=page.page,
                    score=page.score,
                    rank=len(passages) + 1,
                    found_by=_found_by(page, dense=query.vector is not None),
                )
            )
        return passages

    def _chunk_of(self, sentence: Candidate) -> Chunk | None:
        for chunk in self._catalog.chunks(sentence.paper.paper_id):
            if chunk.sentences[0] <= sentence.ordinal <= chunk.sentences[1]:
                return chunk
        return None


def _candidates(
    shelf: Shelf,
    ranking: Ranking,
    page: PageScore,
    span: slice,
    rows: Sequence[int],
    shares: Iterator[float],
) -> Iterator[Candidate]:
    """The sentences in ``rows`` of one page, which are those of ``span``."""
    cosines, windows = _of_page(ranking.cosines, ranking.windows, span)
    met, windows_met = _of_page(ranking.met, ranking.windows_met, span)
    for row in rows:
        paper, ordinal, text, terms = shelf.sentence(row)
        start, end, section = shelf.offsets(paper, ordinal)
        at = row - span.start
        first = max(at - WINDOW + 1, 0)
        yield Candidate(
            paper=paper,
            ordinal=ordinal,
            page=page.page,
            start=start,
            end=end,
            text=text,
            section=section,
            terms=terms,
            cosine=cosines[at],
            window=max(windows[first : at + 1]),
            met=met[at],
            window_met=max(windows_met[first : at + 1]),
            lexical=next(shares),
            page_score=page.score,
        )


def _of_page(
    values: Floats | None, windows: Floats | None, span: slice
) -> tuple[list[float], list[float]]:
    """Scores of a page's sentences and of the windows that begin at them; zeros without any."""
    if values is None or windows is None:
        zeros = [0.0] * (span.stop - span.start)
        return zeros, zeros
    return values[span].tolist(), windows[span].tolist()


def term_shares(candidates: Sequence[Candidate], query: Query) -> list[float]:
    """How much of ``query`` each sentence holds, a rare term counting more than a common one.

    Rare is meant within the paper: what the whole paper is about tells its sentences apart no
    more, so the words of the property asked for weigh more than those of its subject.

    Returns:
        One share in [0, 1] a candidate; 1 where it holds every term that its paper holds.
    """
    return _shares([(each.paper.paper_id, each.terms) for each in candidates], query)


def _shares(sentences: Sequence[tuple[str, tuple[str, ...]]], query: Query) -> list[float]:
    """The same of sentences that are given by their paper's id and their terms."""
    asked = frozenset(query.terms)
    held = [asked.intersection(terms) for _, terms in sentences]
    lengths: Counter[str] = Counter(paper_id for paper_id, _ in sentences)
    counts: dict[str, Counter[str]] = {paper_id: Counter() for paper_id in lengths}
    for (paper_id, _), terms in zip(sentences, held, strict=True):
        counts[paper_id].update(terms)
    weights = {
        paper_id: {
            term: math.log(1 + n / counts[paper_id][term])
            for term in query.terms
            if counts[paper_id][term]
        }
        for paper_id, n in lengths.items()
    }
    wholes = {paper_id: sum(known.values()) for paper_id, known in weights.items()}
    return [
        # In the order of the question's terms, so that equal sentences have equal sums.
        sum(weight for term, weight in weights[paper_id].items() if term in terms)
        / wholes[paper_id]
        if weights[paper_id]
        else 0.0
        for (paper_id, _), terms in zip(sentences, held, strict=True)
    ]


def _found_by(page: PageScore, *, dense: bool) -> str:
    if not dense:
        return "lexical"
    return "lexical+dense" if page.lexical > 0 else "dense"


def _scaled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """``values`` moved and stretched to [0, 1]; zeros where all are the same."""
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low) if high > low else np.zeros_like(values)


def _best(values: Floats, groups: Ints, n_groups: int) -> NDArray[np.float64]:
    """The largest value of each group, -1 at least; a group's rows lie side by side."""
    starts = np.searchsorted(groups, np.arange(n_groups))
    return np.maximum(np.maximum.reduceat(values, starts).astype(np.float64), -1.0)


def _mean_of_best(values: Floats, groups: Ints, n_groups: int) -> NDArray[np.float64]:
    """The mean of the BEST_WINDOWS largest values of each group."""
    means = np.zeros(n_groups)
    starts = np.searchsorted(groups, np.arange(n_groups + 1))
    for group in range(n_groups):
        top = -np.sort(-values[starts[group] : starts[group + 1]])[:BEST_WINDOWS]
        means[group] = float(top.mean()) if len(top) else 0.0
    return means
