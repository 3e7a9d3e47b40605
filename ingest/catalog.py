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

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.database import Database
from ingest.errors import PaperNotFound
from ingest.paper import Chunk, Page, PaperMetadata, Sentence
from ingest.stored import Added, FileStatus, Fingerprint, NewPaper, Place, Unit
from ingest.terms import fold_terms
from ingest.tokens import TokenVectors
from ingest.writing import CatalogWriter


class Catalog(CatalogWriter):
    """The library's one SQLite file. Safe for several threads; one process writes at a time.

    Args:
        path: The file ``catalog.db``; made where it is missing.
        fold_key: Folds a citation key for lookup (``Jørgensen2021`` -> ``jorgensen2021``).

    Raises:
        LibraryDamaged: The file is no catalog, is damaged, or is from a newer elute.
        LibraryReadOnly: It does not exist and cannot be made.
    """

    def __init__(self, path: Path, fold_key: Callable[[str], str]) -> None:
        super().__init__(Database(path), fold_key)

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
                    *_shown(metadata),
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
            self._put_tokens(row, new.tokens)
            self._put_boxes(row, new.read.boxes)
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
        """Make a removed paper visible again; returns its citation key.

        Raises:
            PaperNotFound: Its file is gone or holds another paper by now.
        """
        with self._db.transaction():
            row = self._row(paper_id)
            if not self._db.one("SELECT 1 FROM files WHERE paper = ?", (row,)):
                raise PaperNotFound(
                    f"{self._key(row)!r} cannot be restored: its file is gone or was replaced. "
                    "Ingest a file with the paper again"
                )
            if self._revive(row):
                self._db.run("UPDATE files SET state = 'visible' WHERE paper = ?", (row,))
                self._first_place(row)
                self._journal("restored", row)
            return self._key(row)

    def set_metadata(self, paper_id: str, metadata: PaperMetadata) -> None:
        """Correct what is shown of a paper; its citation key stays."""
        terms = _page_terms(self.pages(paper_id))
        with self._db.transaction():
            row = self._row(paper_id)
            self._db.run(
                "UPDATE papers SET title = ?, authors = ?, year = ?, doi = ?, journal = ? "
                "WHERE row = ?",
                (*_shown(metadata), row),
            )
            if self._is_visible(row):
                self._drop_terms(row)
                self._put_terms(row, metadata, terms)
            self._journal("metadata", row)

    def replace_index(
        self,
        paper_id: str,
        sentences: Sequence[Sentence],
        chunks: Sequence[Chunk],
        vectors: Mapping[Unit, NDArray[np.float32]],
        fingerprint: Fingerprint,
        tokens: Mapping[int, TokenVectors] | None = None,
    ) -> None:
        """Give a paper new sentences, chunks, vectors, tokens by page, and terms."""
        paper = self.metadata(paper_id)
        terms = _page_terms(self.pages(paper_id))
        with self._db.transaction():
            row = self._row(paper_id)
            for table in ("sentences", "chunks", "vectors", "tokens"):
                self._db.run(f"DELETE FROM {table} WHERE paper = ?", (row,))
            self._put_index(row, sentences, chunks, vectors)
            self._put_tokens(row, tokens or {})
            self._drop_terms(row)
            self._put_terms(row, paper, terms)
            self._db.run("UPDATE papers SET indexed_as = ? WHERE row = ?", (str(fingerprint), row))
            self._journal("reindexed", row)

    def set_mirrored(self, versions: Mapping[str, str], notes: Mapping[str, str]) -> None:
        """Note what Chroma holds, together with other values."""
        with self._db.transaction():
            self._db.run("DELETE FROM mirrored")
            self._db.run_many(
                "INSERT INTO mirrored (paper_id, version) VALUES (?, ?)", iter(versions.items())
            )
            for name, value in notes.items():
                self._set_note(name, value)

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


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _shown(metadata: PaperMetadata) -> tuple[str | None, str, int | None, str | None, str | None]:
    """Metadata as the columns title, authors, year, doi and journal hold them."""
    authors = json.dumps(metadata.authors, ensure_ascii=False)
    return metadata.title, authors, metadata.year, metadata.doi, metadata.journal


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
