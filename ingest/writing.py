"""Writing a catalog: the rows of one paper and of its files, inside a transaction of the caller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.checking import CheckedReader
from ingest.citation import SentenceBox
from ingest.page_letters import BOXES
from ingest.paper import Chunk, PaperMetadata, Sentence
from ingest.stored import FileStatus, Place, Unit
from ingest.terms import fold_terms
from ingest.tokens import TokenVectors


class CatalogWriter(CheckedReader):
    """The half of `ingest.catalog.Catalog` that puts rows into the tables and takes them out."""

    def _put_file(
        self,
        place: Place,
        status: FileStatus,
        *,
        paper: int | None = None,
        keep_paper: bool = False,
    ) -> None:
        self._db.run(
            "INSERT INTO files (path, size, mtime_ns, seen_ns, sha256, state, paper) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET size = excluded.size, "
            "mtime_ns = excluded.mtime_ns, seen_ns = excluded.seen_ns, sha256 = excluded.sha256, "
            "state = excluded.state, "
            + ("" if keep_paper else "paper = excluded.paper, tries = 0, ")
            + "code = NULL, message = NULL, engine = NULL",
            (
                place.path,
                place.size,
                place.mtime_ns,
                place.seen_ns,
                place.sha256,
                status,
                paper,
            ),
        )

    def _put_index(
        self,
        row: int,
        sentences: Sequence[Sentence],
        chunks: Sequence[Chunk],
        vectors: Mapping[Unit, NDArray[np.float32]],
    ) -> None:
        self._db.run_many(
            'INSERT INTO sentences (paper, ordinal, start, "end", page, section) '
            "VALUES (?, ?, ?, ?, ?, ?)",
            ((row, s.ordinal, s.start, s.end, s.page, s.section) for s in sentences),
        )
        self._db.run_many(
            'INSERT INTO chunks (paper, ordinal, chunk_id, start, "end", first_page, last_page, '
            "section, first_sentence, last_sentence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    row,
                    c.ordinal,
                    c.chunk_id,
                    c.start,
                    c.end,
                    c.pages.first,
                    c.pages.last,
                    c.section,
                    *c.sentences,
                )
                for c in chunks
            ),
        )
        expected = {"chunk": len(chunks), "sentence": len(sentences)}
        for unit, matrix in vectors.items():
            if matrix.ndim != 2 or len(matrix) != expected[unit]:
                raise ValueError(
                    f"{expected[unit]} {unit}s need as many vectors, not shape {matrix.shape}"
                )
            self._db.run(
                "INSERT INTO vectors (paper, unit, n, dimension, data) VALUES (?, ?, ?, ?, ?)",
                (row, unit, *matrix.shape, np.ascontiguousarray(matrix, dtype="<f4").tobytes()),
            )

    def _put_tokens(self, row: int, tokens: Mapping[int, TokenVectors]) -> None:
        self._db.run_many(
            "INSERT INTO tokens (paper, page, counts, ids, codes) VALUES (?, ?, ?, ?, ?)",
            (
                (
                    row,
                    page,
                    each.counts.astype("<u2").tobytes(),
                    each.ids.astype("<u2").tobytes(),
                    np.ascontiguousarray(each.codes).tobytes(),
                )
                for page, each in tokens.items()
            ),
        )

    def _put_boxes(self, row: int, boxes: Iterable[SentenceBox]) -> None:
        self._db.run_many(
            'INSERT INTO boxes (paper, start, "end", x0, y0, x1, y1, finder) '
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ((row, each.start, each.end, *each.box.model_dump().values(), BOXES) for each in boxes),
        )

    def _put_terms(self, row: int, metadata: PaperMetadata, terms: Sequence[str]) -> None:
        pages = self._db.rows("SELECT row FROM pages WHERE paper = ? ORDER BY number", (row,))
        self._db.run_many(
            "INSERT INTO fts_pages (rowid, terms) VALUES (?, ?)",
            ((page, page_terms) for (page,), page_terms in zip(pages, terms, strict=True)),
        )
        named = " ".join((metadata.title or "", *metadata.authors, str(metadata.year or "")))
        self._db.run(
            "INSERT INTO fts_papers (rowid, terms) VALUES (?, ?)",
            (row, " ".join((*fold_terms(named), *terms))),
        )

    def _drop_terms(self, row: int) -> None:
        self._db.run(
            "DELETE FROM fts_pages WHERE rowid IN (SELECT row FROM pages WHERE paper = ?)", (row,)
        )
        self._db.run("DELETE FROM fts_papers WHERE rowid = ?", (row,))
