"""The truth of a library: one SQLite file that holds papers, text, vectors and search terms.

A paper becomes visible, is replaced or retires in one transaction, so that a reader sees whole
papers or nothing, whenever the writer is killed. Everything else, Chroma included, can be rebuilt
from here.

Citation keys: the first paper with a name and year has the plain key (``Mosquera2023``), its twins
get b, c and so on in the order they come, and ``Mosquera2023a`` finds the first. A key once given
never changes and is not given to another paper; only when a file is replaced by a new version of
itself (same place, same author and year) does the new version keep the key of the old.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from ingest.citation import PageSpan
from ingest.database import Database
from ingest.errors import PaperNotFound
from ingest.fingerprint import Fingerprint
from ingest.paper import (
    PAGE_BREAK,
    Chunk,
    Page,
    Paper,
    PaperMetadata,
    ReadPaper,
    Sentence,
)
from ingest.record import Record
from ingest.terms import fold_terms

Unit = Literal["chunk", "sentence"]
UNITS: Final[tuple[Unit, ...]] = ("chunk", "sentence")

MAX_QUERY_TERMS: Final = 64  # of a longer question the rarest terms are searched


class FileStatus(StrEnum):
    """How far a file has come."""

    QUEUED = "queued"  # to be read; between this and visible nothing is written
    VISIBLE = "visible"
    FAILED = "failed"
    DUPLICATE = "duplicate"  # the same bytes as a visible paper's first place
    RETIRED = "retired"


class Place(Record):
    """One file as it was seen on disk."""

    path: str
    size: int
    mtime_ns: int
    seen_ns: int  # when it was looked at; a file written just before may change unseen
    sha256: str | None = None


class FileState(Record):
    """What the catalog knows of one file."""

    place: Place
    status: FileStatus
    paper_id: str | None
    code: str | None
    message: str | None
    tries: int
    engine: str | None


class PageHit(Record):
    """A page that holds search terms; the higher ``score`` (BM25) the better."""

    paper_id: str
    page: int
    score: float


class PaperHit(Record):
    """A paper that holds search terms; the higher ``score`` (BM25) the better."""

    paper_id: str
    score: float


@dataclass(frozen=True, eq=False)
class Vectors:
    """Vectors of all visible papers; row i is unit ``ordinals[i]`` of paper ``paper_ids[i]``."""

    paper_ids: tuple[str, ...]
    ordinals: NDArray[np.int32]
    matrix: NDArray[np.float32]  # shape (n, dimension), each row of length 1
    spans: Mapping[str, slice]  # the rows of each paper

    def __len__(self) -> int:
        return len(self.paper_ids)


@dataclass(frozen=True, eq=False)
class NewPaper:
    """All that is stored of a paper, ready for its one transaction."""

    paper_id: str
    base_key: str
    read: ReadPaper
    sentences: tuple[Sentence, ...]
    chunks: tuple[Chunk, ...]
    vectors: Mapping[Unit, NDArray[np.float32]]  # empty where the library is lexical only


@dataclass(frozen=True)
class Added:
    """What adding a paper did."""

    key: str
    retired: str | None  # key of the version it replaced


class Catalog:
    """The library's one SQLite file. Safe for several threads; one process writes at a time.

    Args:
        path: The file ``catalog.db``; made where it is missing.
        fold_key: Folds a citation key for lookup (``Jørgensen2021`` -> ``jorgensen2021``).
    """

    def __init__(self, path: Path, fold_key: Callable[[str], str]) -> None:
        self._db = Database(path)
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

    # Reading

    def generation(self) -> int:
        """A number that grows whenever what readers see changes."""
        row = self._db.one("SELECT max(generation) FROM journal")
        return int(row[0] or 0) if row else 0

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
        if folded.endswith("a"):  # the first of twins has the plain key and answers to "a" too
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

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """How many pages hold each of these folded terms; 0 where none does."""
        counts = dict.fromkeys(terms, 0)
        with self._db.snapshot():
            for term in counts:
                row = self._db.one("SELECT doc FROM vocabulary WHERE term = ?", (term,))
                counts[term] = int(row[0]) if row else 0
        return counts

    def search_pages(self, terms: Sequence[str], limit: int) -> list[PageHit]:
        """The pages with the best BM25 score for any of these folded terms."""
        with self._db.snapshot():
            match = self._match(terms)
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
            match = self._match(terms)
            if match is None:
                return []
            rows = self._db.rows(
                "SELECT papers.paper_id, hits.score FROM (SELECT rowid, -rank AS score "
                "FROM fts_papers WHERE fts_papers MATCH ? ORDER BY rank LIMIT ?) AS hits "
                "JOIN papers ON papers.row = hits.rowid ORDER BY hits.score DESC, papers.row",
                (match, limit),
            )
        return [PaperHit(paper_id=row[0], score=row[1]) for row in rows]

    def _match(self, terms: Sequence[str]) -> str | None:
        """An FTS5 query for any of ``terms`` that occur at all."""
        counts = self.document_frequency(terms)
        known = sorted((count, term) for term, count in counts.items() if count)
        quoted = ['"' + term.replace('"', '""') + '"' for _, term in known[:MAX_QUERY_TERMS]]
        return " OR ".join(quoted) or None

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

    def set_mirrored(self, versions: Mapping[str, str], notes: Mapping[str, str]) -> None:
        """Note what Chroma holds, together with other values."""
        with self._db.transaction():
            self._db.run("DELETE FROM mirrored")
            self._db.run_many(
                "INSERT INTO mirrored (paper_id, version) VALUES (?, ?)", iter(versions.items())
            )
            for name, value in notes.items():
                self._set_note(name, value)

    # Writing

    def set_note(self, name: str, value: str) -> None:
        """Keep a value beside the papers."""
        with self._db.transaction():
            self._set_note(name, value)

    def _set_note(self, name: str, value: str) -> None:
        self._db.run("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))

    def set_fingerprint(self, fingerprint: Fingerprint) -> None:
        """Say what the index is made with from now on; papers made otherwise become stale."""
        with self._db.transaction():
            self._set_note("fingerprint", fingerprint.model_dump_json())
            self._journal("fingerprint", None)

    def queue(self, places: Iterable[Place]) -> None:
        """Note files that are about to be read. What they held before stays visible."""
        with self._db.transaction():
            for place in places:
                self._put_file(place, FileStatus.QUEUED, keep_paper=True)

    def touch(self, places: Iterable[Place]) -> None:
        """Note a new size and time of files whose bytes are unchanged."""
        with self._db.transaction():
            self._db.run_many(
                "UPDATE files SET size = ?, mtime_ns = ?, seen_ns = ?, sha256 = ? WHERE path = ?",
                ((p.size, p.mtime_ns, p.seen_ns, p.sha256, p.path) for p in places),
            )

    def fail(self, place: Place, code: str, message: str, engine: str) -> None:
        """Note that a file could not be read. An earlier version of it stays visible."""
        with self._db.transaction():
            self._put_file(place, FileStatus.FAILED, keep_paper=True)
            self._db.run(
                "UPDATE files SET code = ?, message = ?, engine = ?, tries = tries + 1 "
                "WHERE path = ?",
                (code, message, engine, place.path),
            )

    def add_paper(self, new: NewPaper, place: Place, fingerprint: Fingerprint) -> Added:
        """Make a paper visible; the one whose last place this was retires with it."""
        terms = _page_terms(new.read.pages)  # costs time, so it is done before the transaction
        with self._db.transaction():
            old, old_key = self._leave(place.path, "changed")
            inherited = self._inherited(old, new.base_key)
            key = inherited or self._free_key(new.base_key)
            metadata = new.read.metadata
            row = self._db.run(
                "INSERT INTO papers (paper_id, key, folded_key, base_key, title, authors, year, "
                "doi, journal, page_count, engine, ingested_at, state, indexed_as) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'visible', ?)",
                (
                    new.paper_id,
                    key,
                    self._fold_key(key),
                    new.base_key,
                    metadata.title,
                    json.dumps(metadata.authors, ensure_ascii=False),
                    metadata.year,
                    metadata.doi,
                    metadata.journal,
                    len(new.read.pages),
                    new.read.engine,
                    _now(),
                    str(fingerprint),
                ),
            )
            self._db.run_many(
                "INSERT INTO pages (paper, number, label, start, text) VALUES (?, ?, ?, ?, ?)",
                ((row, p.number, p.label, p.start, p.text) for p in new.read.pages),
            )
            self._put_index(row, new.sentences, new.chunks, new.vectors)
            self._put_terms(row, metadata, terms)
            self._put_file(place, FileStatus.VISIBLE, paper=row)
            self._journal("added", row)
        return Added(key=key, retired=old_key)

    def add_place(self, place: Place, paper_id: str) -> Added:
        """Note one more place of a paper's bytes; a retired paper becomes visible again."""
        with self._db.transaction():
            row = self._row(paper_id)
            old, old_key = self._leave(place.path, "changed", but_not=row)
            del old
            revived = self._revive(row)
            self._put_file(
                place, FileStatus.VISIBLE if revived else FileStatus.DUPLICATE, paper=row
            )
            self._first_place(row)
            self._journal("restored" if revived else "place added", row)
            return Added(key=self._key(row), retired=old_key)

    def forget_files(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Drop places that are gone; papers without any other place retire.

        Returns:
            The citation keys of the papers that retired.
        """
        retired = []
        with self._db.transaction():
            for path in paths:
                _, key = self._leave(path, "pruned")
                if key is not None:
                    retired.append(key)
        return tuple(retired)

    def remove(self, paper_id: str) -> None:
        """Retire a paper because its reader wants so; its places are remembered."""
        with self._db.transaction():
            row = self._row(paper_id)
            self._retire(row, "removed")
            self._db.run("UPDATE files SET state = 'retired' WHERE paper = ?", (row,))

    def restore(self, paper_id: str) -> str:
        """Make a removed paper visible again; returns its citation key."""
        with self._db.transaction():
            row = self._row(paper_id)
            if self._revive(row):
                self._db.run("UPDATE files SET state = 'visible' WHERE paper = ?", (row,))
                self._first_place(row)
                self._journal("restored", row)
            return self._key(row)

    def set_metadata(self, paper_id: str, metadata: PaperMetadata) -> None:
        """Correct what is shown of a paper; its citation key stays."""
        with self._db.transaction():
            row = self._row(paper_id)
            self._db.run(
                "UPDATE papers SET title = ?, authors = ?, year = ?, doi = ?, journal = ? "
                "WHERE row = ?",
                (
                    metadata.title,
                    json.dumps(metadata.authors, ensure_ascii=False),
                    metadata.year,
                    metadata.doi,
                    metadata.journal,
                    row,
                ),
            )
            self._journal("metadata", row)

    def replace_index(
        self,
        paper_id: str,
        sentences: Sequence[Sentence],
        chunks: Sequence[Chunk],
        vectors: Mapping[Unit, NDArray[np.float32]],
        fingerprint: Fingerprint,
    ) -> None:
        """Give a paper new sentences, chunks, vectors and terms."""
        paper = self.metadata(paper_id)
        terms = _page_terms(self.pages(paper_id))
        with self._db.transaction():
            row = self._row(paper_id)
            for table in ("sentences", "chunks", "vectors"):
                self._db.run(f"DELETE FROM {table} WHERE paper = ?", (row,))
            self._put_index(row, sentences, chunks, vectors)
            self._drop_terms(row)
            self._put_terms(row, paper, terms)
            self._db.run("UPDATE papers SET indexed_as = ? WHERE row = ?", (str(fingerprint), row))
            self._journal("reindexed", row)

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

    # Parts of a transaction

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

    def _leave(
        self, path: str, reason: str, but_not: int | None = None
    ) -> tuple[int | None, str | None]:
        """Take ``path`` from the paper it holds; one without places retires.

        Returns:
            The paper that held it, and its key if it retired now.
        """
        found = self._db.one("SELECT paper FROM files WHERE path = ?", (path,))
        old = found[0] if found else None
        if old is not None and old == but_not:
            return None, None
        self._db.run("DELETE FROM files WHERE path = ?", (path,))
        if old is None:
            return None, None
        left = self._db.one("SELECT count(*) FROM files WHERE paper = ?", (old,))
        if left is not None and left[0]:
            self._first_place(old)
            self._journal("place left", old)
            return old, None
        if not self._is_visible(old):
            return old, None
        self._retire(old, reason)
        return old, self._key(old)

    def _retire(self, row: int, reason: str) -> None:
        if self._is_visible(row):
            self._drop_terms(row)
        self._db.run("UPDATE papers SET state = 'retired', reason = ? WHERE row = ?", (reason, row))
        self._journal(f"retired: {reason}", row)

    def _revive(self, row: int) -> bool:
        """Make a retired paper visible; False if it was."""
        if self._is_visible(row):
            return False
        # A new version may have kept the key meanwhile; then this one becomes its twin.
        found = self._db.one(
            "SELECT folded_key, base_key, paper_id FROM papers WHERE row = ?", (row,)
        )
        assert found is not None
        folded, base, paper_id = found
        taken = self._db.one(
            "SELECT 1 FROM papers WHERE folded_key = ? AND state = 'visible'", (folded,)
        )
        if taken:
            key = self._free_key(base)
            self._db.run(
                "UPDATE papers SET key = ?, folded_key = ? WHERE row = ?",
                (key, self._fold_key(key), row),
            )
        self._db.run("UPDATE papers SET state = 'visible', reason = NULL WHERE row = ?", (row,))
        self._put_terms(row, self.metadata(paper_id), _page_terms(self.pages(paper_id)))
        return True

    def _first_place(self, row: int) -> None:
        """See to it that a visible paper has exactly one place that is no duplicate."""
        rows = self._db.rows(
            "SELECT path FROM files WHERE paper = ? AND state IN ('visible', 'duplicate') "
            "ORDER BY state = 'duplicate', path",
            (row,),
        )
        for position, (path,) in enumerate(rows):
            status = FileStatus.DUPLICATE if position else FileStatus.VISIBLE
            self._db.run("UPDATE files SET state = ? WHERE path = ?", (status, path))

    def _is_visible(self, row: int) -> bool:
        found = self._db.one("SELECT state FROM papers WHERE row = ?", (row,))
        return found is not None and found[0] == "visible"

    def _key(self, row: int) -> str:
        found = self._db.one("SELECT key FROM papers WHERE row = ?", (row,))
        assert found is not None
        return str(found[0])

    def _inherited(self, old: int | None, base_key: str) -> str | None:
        """The key of the version just retired, if it was of the same author and year."""
        if old is None or self._is_visible(old):
            return None
        found = self._db.one("SELECT key, base_key, reason FROM papers WHERE row = ?", (old,))
        if found is None or found[2] != "changed" or found[1] != base_key:
            return None
        return str(found[0])

    def _free_key(self, base_key: str) -> str:
        for key in _twin_keys(base_key):
            if not self._db.one(
                "SELECT 1 FROM papers WHERE folded_key = ?", (self._fold_key(key),)
            ):
                return key
        raise AssertionError("the letters of twins do not end")

    def _journal(self, event: str, row: int | None) -> None:
        self._db.run(
            "INSERT INTO journal (at, event, paper) VALUES (?, ?, ?)", (_now(), event, row)
        )

    # Checking

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


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _page_terms(pages: Iterable[Page]) -> list[str]:
    """For each page its search terms, parted by blanks."""
    return [" ".join(fold_terms(page.text)) for page in pages]


def _twin_keys(base_key: str) -> Iterator[str]:
    """``Li2021``, ``Li2021b``, ..., ``Li2021z``, ``Li2021aa``, ..."""
    yield base_key
    n = 2
    while True:
        letters, rest = "", n
        while rest:
            rest, digit = divmod(rest - 1, 26)
            letters = chr(ord("a") + digit) + letters
        yield base_key + letters
        n += 1
