"""Reading a catalog: papers, text, vectors, search terms, files."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.citation import Box, PageSpan
from ingest.database import Database
from ingest.errors import PaperNotFound
from ingest.page_letters import BOXES
from ingest.paper import PAGE_BREAK, Chunk, Page, Paper, PaperMetadata, Sentence
from ingest.stored import (
    FileState,
    FileStatus,
    Fingerprint,
    Place,
    Unit,
    Vectors,
)
from ingest.term_search import TermSearch
from ingest.tokens import AXES, TokenVectors


class CatalogReader(TermSearch):
    """The reading half of `ingest.catalog.Catalog`.

    Args:
        database: The catalog's file.
        fold_key: Folds a citation key for lookup (``Jørgensen2021`` -> ``jorgensen2021``).
    """

    def __init__(self, database: Database, fold_key: Callable[[str], str]) -> None:
        super().__init__(database)
        self._fold_key = fold_key

    @property
    def path(self) -> Path:
        """The catalog's file."""
        return self._db.path

    @property
    def read_only(self) -> bool:
        """Whether the catalog can only be read."""
        return self._db.read_only

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def snapshot(self) -> AbstractContextManager[None]:
        """All reads inside, in this thread, see one state of the catalog."""
        return self._db.snapshot()

    def fingerprint(self) -> Fingerprint | None:
        """What the index was made with; None while the library is new."""
        value = self.note("fingerprint")
        return Fingerprint.model_validate_json(value) if value else None

    def note(self, name: str) -> str | None:
        """A value kept beside the papers, by name."""
        row = self._db.one("SELECT value FROM meta WHERE name = ?", (name,))
        return str(row[0]) if row else None

    def papers(self) -> tuple[Paper, ...]:
        """The visible papers in the order they came."""
        return self._papers("state = 'visible'", ())

    def paper(self, key_or_id: str) -> Paper:
        """The visible paper with this citation key or id.

        Raises:
            PaperNotFound: There is none.
        """
        for column, value in self._lookups(key_or_id):
            found = self._papers(f"state = 'visible' AND {column} = ?", (value,))
            if found:
                return found[0]
        if self.retired(key_or_id) is not None:
            raise PaperNotFound(
                f"the paper {key_or_id!r} was taken out of the library. Its text is kept: restore "
                "it, or ingest its file again"
            )
        raise PaperNotFound(f"no paper {key_or_id!r} in the library. See: elute papers")

    def retired(self, key_or_id: str) -> str | None:
        """Id of the paper of that key or id that retired last, if one did."""
        for column, value in self._lookups(key_or_id):
            row = self._db.one(
                f"SELECT paper_id FROM papers WHERE state = 'retired' AND {column} = ? "
                "ORDER BY row DESC",
                (value,),
            )
            if row:
                return str(row[0])
        return None

    def _lookups(self, key_or_id: str) -> list[tuple[str, str]]:
        folded = self._fold_key(key_or_id)
        lookups = [("paper_id", key_or_id.strip().lower()), ("folded_key", folded)]
        if re.fullmatch(r".*\da", folded):  # the first of twins answers to "a" as well
            lookups.append(("folded_key", folded[:-1]))
        return lookups

    def _papers(self, where: str, values: Sequence[Any]) -> tuple[Paper, ...]:
        with self._db.snapshot():
            rows = self._db.rows(
                "SELECT row, paper_id, key, title, authors, year, doi, journal, page_count, "
                f"ingested_at FROM papers WHERE {where} ORDER BY row",
                values,
            )
            paths: dict[int, list[str]] = {row[0]: [] for row in rows}
            for paper, path in self._db.rows(
                "SELECT paper, path FROM files WHERE paper IN "
                f"(SELECT row FROM papers WHERE {where}) ORDER BY state = 'duplicate', path",
                values,
            ):
                paths[paper].append(path)
        return tuple(
            Paper(
                paper_id=row[1],
                key=row[2],
                title=row[3],
                authors=tuple(json.loads(row[4])),
                year=row[5],
                doi=row[6],
                journal=row[7],
                paths=tuple(paths[row[0]]),
                page_count=row[8],
                ingested_at=datetime.fromisoformat(row[9]),
            )
            for row in rows
        )

    def _row(self, paper_id: str) -> int:
        row = self._db.one("SELECT row FROM papers WHERE paper_id = ?", (paper_id,))
        if row is None:
            raise PaperNotFound(f"no paper with the id {paper_id!r} in the library")
        return int(row[0])

    def pages(self, paper_id: str) -> tuple[Page, ...]:
        """The pages of a paper, in order."""
        return tuple(
            Page(number=number, label=label, text=text, start=start)
            for number, label, text, start in self._db.rows(
                "SELECT number, label, text, start FROM pages WHERE paper = ? ORDER BY number",
                (self._row(paper_id),),
            )
        )

    def text(self, paper_id: str) -> str:
        """The paper's text, into which all offsets count."""
        rows = self._db.rows(
            "SELECT text FROM pages WHERE paper = ? ORDER BY number", (self._row(paper_id),)
        )
        return PAGE_BREAK.join(text for (text,) in rows)

    def sentences(self, paper_id: str) -> tuple[Sentence, ...]:
        """The sentences of a paper, by ordinal."""
        return tuple(
            Sentence(ordinal=ordinal, start=start, end=end, page=page, section=section)
            for ordinal, start, end, page, section in self._db.rows(
                'SELECT ordinal, start, "end", page, section FROM sentences WHERE paper = ? '
                "ORDER BY ordinal",
                (self._row(paper_id),),
            )
        )

    def chunks(self, paper_id: str) -> tuple[Chunk, ...]:
        """The chunks of a paper, by ordinal."""
        with self._db.snapshot():
            text = self.text(paper_id)
            rows = self._db.rows(
                'SELECT ordinal, chunk_id, start, "end", first_page, last_page, section, '
                "first_sentence, last_sentence FROM chunks WHERE paper = ? ORDER BY ordinal",
                (self._row(paper_id),),
            )
        return tuple(
            Chunk(
                chunk_id=row[1],
                paper_id=paper_id,
                ordinal=row[0],
                text=text[row[2] : row[3]],
                start=row[2],
                end=row[3],
                pages=PageSpan(first=row[4], last=row[5]),
                section=row[6],
                sentences=(row[7], row[8]),
            )
            for row in rows
        )

    def vectors(self, unit: Unit) -> Vectors:
        """The vectors of all visible papers that were made as the fingerprint says."""
        now = self.fingerprint()
        which = (
            "FROM vectors JOIN papers ON papers.row = vectors.paper WHERE papers.state = 'visible' "
            "AND papers.indexed_as = ? AND unit = ? AND vectors.dimension = ?"
        )
        values = (str(now), unit, now.dimension if now else 0)
        with self._db.snapshot():
            total = self._db.one(f"SELECT coalesce(sum(n), 0) {which}", values)
            n_rows = int(total[0]) if total else 0
            matrix = np.empty((n_rows, values[2]), dtype=np.float32)
            ordinals = np.empty(n_rows, dtype=np.int32)
            paper_ids: list[str] = []
            spans: dict[str, slice] = {}
            for paper_id, n, data in self._db.each(
                f"SELECT papers.paper_id, n, data {which} ORDER BY papers.row", values
            ):
                span = slice(len(paper_ids), len(paper_ids) + n)
                matrix[span] = np.frombuffer(data, dtype="<f4").reshape(n, values[2])
                ordinals[span] = np.arange(n, dtype=np.int32)
                paper_ids.extend([paper_id] * n)
                spans[paper_id] = span
        return Vectors(paper_ids=tuple(paper_ids), ordinals=ordinals, matrix=matrix, spans=spans)

    def paper_vectors(self, paper_id: str, unit: Unit) -> NDArray[np.float32] | None:
        """The vectors of one paper, by ordinal; None where it has none."""
        row = self._db.one(
            "SELECT n, dimension, data FROM vectors WHERE paper = ? AND unit = ?",
            (self._row(paper_id), unit),
        )
        if row is None:
            return None
        matrix: NDArray[np.float32] = np.frombuffer(row[2], dtype="<f4").reshape(row[0], row[1])
        return matrix

    def tokens(self, paper_id: str, page: int) -> TokenVectors | None:
        """The tokens of a page's sentences, in their order; None where none are kept."""
        row = self._db.one(
            "SELECT counts, ids, codes FROM tokens WHERE paper = ? AND page = ?",
            (self._row(paper_id), page),
        )
        if row is None:
            return None
        return TokenVectors(
            counts=np.frombuffer(row[0], dtype="<u2"),
            ids=np.frombuffer(row[1], dtype="<u2"),
            codes=np.frombuffer(row[2], dtype=np.int8).reshape(-1, AXES),
        )

    def box(self, paper_id: str, start: int, end: int) -> Box | None:
        """Where a sentence stood when its paper was read; None where that was not kept."""
        row = self._db.one(
            'SELECT x0, y0, x1, y1 FROM boxes WHERE paper = ? AND start = ? AND "end" = ? '
            "AND finder = ?",
            (self._row(paper_id), start, end, BOXES),
        )
        return None if row is None else Box(x0=row[0], y0=row[1], x1=row[2], y1=row[3])

    def metadata(self, paper_id: str) -> PaperMetadata:
        """What a paper, visible or retired, says of itself."""
        row = self._db.one(
            "SELECT title, authors, year, doi, journal FROM papers WHERE row = ?",
            (self._row(paper_id),),
        )
        assert row is not None
        return PaperMetadata(
            title=row[0], authors=tuple(json.loads(row[1])), year=row[2], doi=row[3], journal=row[4]
        )

    # Searching

    def n_pages(self) -> int:
        """Pages of all visible papers."""
        row = self._db.one(
            "SELECT coalesce(sum(page_count), 0) FROM papers WHERE state = 'visible'"
        )
        return int(row[0]) if row else 0

    def n_chunks(self) -> int:
        """Chunks of all visible papers."""
        row = self._db.one(
            "SELECT count(*) FROM chunks JOIN papers ON papers.row = chunks.paper "
            "WHERE papers.state = 'visible'"
        )
        return int(row[0]) if row else 0

    def n_vectors(self, unit: Unit) -> int:
        """Vectors of all visible papers that were made as the fingerprint says."""
        row = self._db.one(
            "SELECT coalesce(sum(n), 0) FROM vectors JOIN papers ON papers.row = vectors.paper "
            "WHERE papers.state = 'visible' AND unit = ? AND papers.indexed_as = ?",
            (unit, str(self.fingerprint())),
        )
        return int(row[0]) if row else 0

    # Files

    def files(self) -> dict[str, FileState]:
        """What is known of every file, by path."""
        rows = self._db.rows(
            "SELECT path, size, mtime_ns, seen_ns, sha256, files.state, papers.paper_id, code, "
            "message, tries, files.engine FROM files LEFT JOIN papers ON papers.row = files.paper"
        )
        return {
            row[0]: FileState(
                place=Place(
                    path=row[0], size=row[1], mtime_ns=row[2], seen_ns=row[3], sha256=row[4]
                ),
                status=FileStatus(row[5]),
                paper_id=row[6],
                code=row[7],
                message=row[8],
                tries=row[9],
                engine=row[10],
            )
            for row in rows
        }

    def size_and_time(self, path: str) -> tuple[int, int] | None:
        """Size and time (ns) of a file when it was last looked at; None for an unknown one."""
        row = self._db.one("SELECT size, mtime_ns FROM files WHERE path = ?", (path,))
        return None if row is None else (row[0], row[1])

    def paper_states(self) -> dict[str, str]:
        """``visible``, or why it retired, for every paper by id."""
        rows = self._db.rows("SELECT paper_id, state, reason FROM papers")
        return {row[0]: row[2] if row[1] == "retired" else row[1] for row in rows}

    def stale_papers(self) -> tuple[str, ...]:
        """Ids of visible papers whose index was made otherwise than the fingerprint says."""
        rows = self._db.rows(
            "SELECT paper_id FROM papers WHERE state = 'visible' AND indexed_as <> ? ORDER BY row",
            (str(self.fingerprint()),),
        )
        return tuple(row[0] for row in rows)

    # The mirror in Chroma

    def versions(self) -> dict[str, str]:
        """For each visible paper with vectors a value that changes with what Chroma should hold."""
        now = str(self.fingerprint())
        return {
            row[0]: hashlib.sha256(json.dumps(row[1:]).encode()).hexdigest()[:32]
            for row in self._db.rows(
                "SELECT paper_id, indexed_as, key, title, year, (SELECT path FROM files "
                "WHERE paper = papers.row AND files.state = 'visible') FROM papers "
                "WHERE state = 'visible' AND indexed_as = ? AND EXISTS (SELECT 1 FROM vectors "
                "WHERE paper = papers.row AND unit = 'chunk' AND n > 0) ORDER BY row",
                (now,),
            )
        }

    def mirrored(self) -> dict[str, str]:
        """The versions of papers that Chroma holds."""
        return dict(self._db.rows("SELECT paper_id, version FROM mirrored"))
