"""Finding the pages and sentences that bear on a question: lexical and dense, papers then pages.

`ingest.ranking` tells how a page is scored. The best of these pages are met word by word
(`ingest.tokens`): to their score comes that of the window of sentences that holds a near word for
most of the question's words. docs/retrieval.md has the trials behind the weights.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from ingest.candidates import Candidate, candidates_of
from ingest.catalog import Catalog
from ingest.chunking import WINDOW
from ingest.errors import QueryError
from ingest.paper import Chunk, Paper, Passage
from ingest.ranking import Floats, Ints, PageScore, Query, Ranking, best_of_each, page_scores
from ingest.shelf import Shelf
from ingest.terms import fold_terms
from ingest.tokens import TokenEmbedder, TokenVectors, joined, nearest, rarities

if TYPE_CHECKING:
    from ingest.embedding import Embedder

LEXICAL_READ: Final = 0.1  # BM25 in the order of pages whose sentences were read
MEETING: Final = 1.0  # of the window that meets the question's words best
PAGES_MET: Final = 30  # best pages whose words are looked at
MAX_QUERY_CHARS: Final = 4000


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
        self._asked: dict[str, Query] = {}  # of a view of one moment: what was asked before

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
        return self.queries([text])[0]

    def queries(self, texts: Sequence[str]) -> list[Query]:
        """The same of several texts, embedded together."""
        asked = [_checked(text) for text in texts]
        made = self._asked if self._still is not None else {}
        new = [text for text in dict.fromkeys(asked) if text not in made]
        for text, (vector, tokens) in zip(new, self._embedded(new), strict=True):
            terms = tuple(dict.fromkeys(fold_terms(text)))
            made[text] = Query(text, terms, vector, self._rarity(terms), tokens)
        return [made[text] for text in asked]

    def _rarity(self, terms: Sequence[str]) -> dict[str, float]:
        n_pages = self.shelf.n_pages
        counts = self._catalog.document_frequency(terms)
        return {term: math.log(1 + (n_pages - n + 0.5) / (n + 0.5)) for term, n in counts.items()}

    def _embedded(self, texts: Sequence[str]) -> list[tuple[Floats | None, TokenVectors | None]]:
        """The vector of each text and its tokens, as far as library and embedder have them."""
        if self._embedder is None or self.shelf.matrix is None or not texts:
            return [(None, None)] * len(texts)
        if not isinstance(self._embedder, TokenEmbedder):
            return [(vector, None) for vector in self._embedder.embed(texts)]
        matrix, tokens = self._embedder.embed_tokens(texts)
        return [(vector, tokens.of([row])) for row, vector in enumerate(matrix)]

    def rank(self, query: Query, paper: Paper | None = None) -> Ranking:
        """All pages of the library, or of one paper, those that bear most on ``query`` first."""
        shelf = self.shelf
        n_pages = len(shelf.page_keys)
        if not n_pages:
            return Ranking(query=query, pages=(), cosines=None, windows=None)
        fit = query.fit(shelf)
        scores = fit.pages
        order = np.argsort(-scores, kind="stable")
        wanted = self._only if paper is None else frozenset({paper.paper_id})
        if wanted is not None:
            looked_at = [shelf.papers[number].paper_id in wanted for number, _ in shelf.page_keys]
            order = order[np.array(looked_at)[order]]
        met = windows_met = None
        read_scores = scores
        if query.tokens is not None:
            met, windows_met, read = self._meet(shelf, query, order[:PAGES_MET])
            best = best_of_each(windows_met, shelf.page_of, n_pages)
            # A page that was not looked at is taken to meet the question as badly as any that was.
            meeting = MEETING * np.where(read, best, best[read].min(initial=0.0))
            scores = scores + meeting
            # The best sentence says more than the best cosines, and counts in their place.
            read_scores = LEXICAL_READ * fit.lexical + fit.of_papers + meeting
            order = order[np.argsort(-scores[order], kind="stable")]
        return Ranking(
            query=query,
            pages=tuple(page_scores(shelf, order, scores, fit.lexical, read_scores)),
            cosines=fit.cosines,
            windows=fit.windows,
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
        found: list[tuple[int, slice, TokenVectors]] = []
        for page in pages.tolist():
            tokens, rows = shelf.tokens(page), shelf.rows_of(page)
            if tokens is not None and len(tokens) == rows.stop - rows.start:
                found.append((page, rows, tokens))
                read[page] = True
        if not found:
            return met, windows_met, read
        self._meet_anew(shelf, query, found)
        weights = rarities(question, [tokens for _, _, tokens in found])
        for page, rows, _ in found:
            page_cosines = query.nearest[shelf.generation, page]
            # Not by BLAS: on some processors it raises the flag of an invalid value without one.
            met[rows] = np.einsum("st,t->s", page_cosines, weights)
            windows = page_cosines.copy()
            for step in range(1, WINDOW):
                np.maximum(windows[:-step], page_cosines[step:], out=windows[:-step])
            windows_met[rows] = np.einsum("st,t->s", windows, weights)
        return met, windows_met, read

    def _meet_anew(
        self, shelf: Shelf, query: Query, found: Sequence[tuple[int, slice, TokenVectors]]
    ) -> None:
        """Let pages meet the question that have not met it before, all at once."""
        assert query.tokens is not None
        new = [each for each in found if (shelf.generation, each[0]) not in query.nearest]
        if not new:
            return
        cosines = nearest(query.tokens, joined(tokens for _, _, tokens in new))
        start = 0
        for page, rows, tokens in new:
            page_cosines = cosines[start : start + len(tokens)]
            page_cosines[~shelf.quotable[rows]] = -1.0
            query.nearest[shelf.generation, page] = page_cosines
            start += len(tokens)

    def affinities(self, query: Query) -> list[float]:
        """How well each paper of the shelf fits ``query``, by its words and its best windows."""
        shelf = self.shelf
        return [
            fit if self._only is None or paper.paper_id in self._only else -1.0
            for fit, paper in zip(query.fit(shelf).affinities.tolist(), shelf.papers, strict=True)
        ]

    def candidates(self, ranking: Ranking, pages: Iterable[PageScore]) -> list[Candidate]:
        """The quotable sentences of ``pages``, in reading order page by page."""
        return list(candidates_of(self.shelf, ranking, list(pages)))

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


def _found_by(page: PageScore, *, dense: bool) -> str:
    if not dense:
        return "lexical"
    return "lexical+dense" if page.lexical > 0 else "dense"


def _checked(text: str) -> str:
    stripped = text.strip()
    if not stripped:
        raise QueryError("the question is empty")
    if len(stripped) > MAX_QUERY_CHARS:
        raise QueryError(
            f"the question has {len(stripped):,} characters; at most {MAX_QUERY_CHARS:,} can"
            " be searched"
        )
    return stripped
