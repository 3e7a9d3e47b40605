"""Whether a catalog holds together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ingest.paper import PAGE_BREAK, Paper
from ingest.reading import CatalogReader


class CheckedReader(CatalogReader):
    """A reader that can tell what is wrong with its catalog."""

    def problems(self) -> list[str]:
        """What is wrong inside the catalog, each a sentence; empty when all is well."""
        found = [f"SQLite reports: {row[0]}" for row in self._db.rows("PRAGMA quick_check(20)")]
        found = [] if found == ["SQLite reports: ok"] else found
        found += [
            f"a row of {row[0]!r} belongs to no paper"
            for row in self._db.rows("PRAGMA foreign_key_check")
        ]
        with self._db.snapshot():
            for paper in self.papers():
                found += self._paper_problems(paper)
            stray = self._db.one(
                "SELECT count(*) FROM fts_papers WHERE rowid NOT IN "
                "(SELECT row FROM papers WHERE state = 'visible')"
            )
        if stray and stray[0]:
            found.append(f"the full-text index holds {stray[0]} papers that are not in the library")
        return found

    def damaged_papers(self) -> tuple[str, ...]:
        """Ids of visible papers whose chunks, vectors or terms are not whole."""
        with self._db.snapshot():
            return tuple(
                paper.paper_id for paper in self.papers() if any(self._paper_problems(paper))
            )

    def _paper_problems(self, paper: Paper) -> Iterator[str]:
        row = self._row(paper.paper_id)
        pages = self.pages(paper.paper_id)
        if len(pages) != paper.page_count:
            yield f"{paper.key}: {len(pages)} of {paper.page_count} pages are there"
        start = 0
        for page in pages:
            if page.start != start:
                yield f"{paper.key}: page {page.number} does not start at {start}"
            start += len(page.text) + len(PAGE_BREAK)
        for table, unit in (("sentences", "sentence"), ("chunks", "chunk")):
            yield from self._unit_problems(paper.key, row, table, unit, start)
        for table, which, n in (
            ("fts_pages", "IN (SELECT row FROM pages WHERE paper = ?)", len(pages)),
            ("fts_papers", "= ?", 1),
        ):
            count = self._db.one(f"SELECT count(*) FROM {table} WHERE rowid {which}", (row,))
            if count is None or count[0] != n:
                yield f"{paper.key}: the full-text index {table} lacks a part of it"

    def _unit_problems(
        self, key: str, row: int, table: str, unit: str, text_end: int
    ) -> Iterator[str]:
        span = self._db.one(
            f'SELECT count(*), coalesce(max(ordinal), -1), coalesce(max("end"), 0) FROM {table} '
            "WHERE paper = ?",
            (row,),
        )
        assert span is not None
        count, last, end = span
        if last != count - 1:
            yield f"{key}: {table} are missing"
        if end > text_end:
            yield f"{key}: {table} reach beyond the text"
        stored = self._db.one(
            "SELECT n, dimension, data FROM vectors WHERE paper = ? AND unit = ?", (row, unit)
        )
        if stored is None:
            return
        n, dimension, data = stored
        if n != count or len(data) != 4 * n * dimension:
            yield f"{key}: {n} vectors of {len(data)} bytes for {count} {table}"
            return
        lengths = np.linalg.norm(np.frombuffer(data, dtype="<f4").reshape(n, dimension), axis=1)
        if n and not bool(np.all(np.abs(lengths - 1.0) < 1e-3)):
            yield f"{key}: vectors of its {table} are not of length 1"
