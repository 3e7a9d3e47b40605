"""Searching a catalog by folded terms: BM25 of its pages and papers, and how common a term is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ingest.database import Database
from ingest.stored import PageHit, PaperHit

COUNTS_KEPT: Final = 20_000  # terms whose number of pages is kept in memory
MAX_QUERY_TERMS: Final = 64  # of a longer question the rarest terms are searched


class TermSearch:
    """The part of a catalog that is searched by words.

    Args:
        database: The catalog's file.
    """

    def __init__(self, database: Database) -> None:
        self._db = database
        # How many pages, or papers, hold a term: by vocabulary, generation and term.
        self._counts: dict[tuple[str, int, str], int] = {}

    def generation(self) -> int:
        """A number that grows whenever what readers see changes."""
        row = self._db.one("SELECT max(generation) FROM journal")
        return int(row[0] or 0) if row else 0

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """How many pages hold each of these folded terms; 0 where none does."""
        return self._frequency("page_vocabulary", terms)

    def _frequency(self, vocabulary: str, terms: Iterable[str]) -> dict[str, int]:
        counts = dict.fromkeys(terms, 0)
        with self._db.snapshot():
            generation = self.generation()
            for term in counts:
                known = (vocabulary, generation, term)
                count = self._counts.get(known)
                if count is None:
                    row = self._db.one(f"SELECT doc FROM {vocabulary} WHERE term = ?", (term,))
                    count = int(row[0]) if row else 0
                    if len(self._counts) >= COUNTS_KEPT:
                        self._counts.clear()
                    self._counts[known] = count
                counts[term] = count
        return counts

    def search_pages(self, terms: Sequence[str], limit: int) -> list[PageHit]:
        """The pages with the best BM25 score for any of these folded terms."""
        with self._db.snapshot():
            match = self._match("page_vocabulary", terms)
            if match is None:
                return []
            rows = self._db.rows(
                "SELECT papers.paper_id, pages.number, hits.score FROM (SELECT rowid, "
                "-rank AS score FROM fts_pages WHERE fts_pages MATCH ? ORDER BY rank LIMIT ?) "
                "AS hits JOIN pages ON pages.row = hits.rowid "
                "JOIN papers ON papers.row = pages.paper "
                "ORDER BY hits.score DESC, papers.row, pages.number",
                (match, limit),
            )
        return [PageHit(paper_id=row[0], page=row[1], score=row[2]) for row in rows]

    def search_papers(self, terms: Sequence[str], limit: int) -> list[PaperHit]:
        """The papers with the best BM25 score for any of these folded terms."""
        with self._db.snapshot():
            match = self._match("paper_vocabulary", terms)
            if match is None:
                return []
            rows = self._db.rows(
                "SELECT papers.paper_id, hits.score FROM (SELECT rowid, -rank AS score "
                "FROM fts_papers WHERE fts_papers MATCH ? ORDER BY rank LIMIT ?) AS hits "
                "JOIN papers ON papers.row = hits.rowid ORDER BY hits.score DESC, papers.row",
                (match, limit),
            )
        return [PaperHit(paper_id=row[0], score=row[1]) for row in rows]

    def _match(self, vocabulary: str, terms: Sequence[str]) -> str | None:
        """An FTS5 query for any of ``terms`` that occur at all."""
        counts = self._frequency(vocabulary, terms)
        known = sorted((count, term) for term, count in counts.items() if count)
        quoted = ['"' + term.replace('"', '""') + '"' for _, term in known[:MAX_QUERY_TERMS]]
        return " OR ".join(quoted) or None
