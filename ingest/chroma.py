"""The library's chunks in Chroma, for other programs and for very large libraries.

Chroma is a mirror: it is written after the catalog has been, and can be thrown away and made again
from it at any time. A collection ``elute-<library>-chunks`` (cosine) lies in the library's folder
``chroma/`` or on a server; ids are chunk ids, documents the chunks' texts, and metadata hold
``paper_id``, ``ordinal``, ``key``, ``file``, ``page``, ``last_page``, ``start``, ``end`` and, where
known, ``section``, ``title``, ``year``, ``doi``.

Chroma runs in a child process. A damaged index may kill that child, hang it or answer nonsense
(kill -9 in the middle of an insert leaves such); then it is made again, or passed over with a
sentence: never fatal, never stale.
"""

from __future__ import annotations

import json
import os
import queue
import secrets
import shutil
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from ingest.catalog import Catalog
from ingest.chroma_child import Failure, Held, Hits, List, Query, Request, Where, Write
from ingest.coprocess import Coprocess
from ingest.index import ExactIndex, IndexHit, VectorIndex
from ingest.settings import LibrarySettings

_ENTRY: Final = "ingest.chroma_child:main"
_START_S: Final = 60.0  # importing chromadb on a busy machine
_QUERY_S: Final = 20.0
_CHUNKS_PER_S: Final = 50  # far below what was measured (700), for slow disks
_MARK: Final = "elute.token"
_ANSWERS: Final[TypeAdapter[Hits | Held | Failure]] = TypeAdapter(Hits | Held | Failure)


class _Broken(Exception):
    """Chroma did not do what it was asked."""


class _Child(Coprocess):
    """A process that holds Chroma open."""

    def __init__(self) -> None:
        self._lines: queue.Queue[str] = queue.Queue()
        super().__init__(_ENTRY, self._lines.put)

    def ask(self, request: Request, timeout_s: float) -> Hits | Held:
        """The answer to one request.

        Raises:
            _Broken: The child died, took too long, or reports an error.
        """
        try:
            self.say(json.dumps(request.model_dump()))
            line = self._lines.get(timeout=timeout_s)
        except queue.Empty:
            self.close()
            raise _Broken(f"Chroma did not answer within {timeout_s:.0f} s") from None
        except OSError:
            line = ""
        if not line:
            raise _Broken(f"Chroma's process ended ({self.how_it_ended()})")
        try:
            answer = _ANSWERS.validate_json(line)
        except ValidationError as error:
            raise _Broken(f"Chroma's process gave no answer: {line[:80]!r}") from error
        if isinstance(answer, Failure):
            raise _Broken(f"Chroma reports {answer.error}")
        return answer


@dataclass(frozen=True)
class Mirrored:
    """What bringing Chroma up to date did."""

    n_written: int  # papers
    n_deleted: int
    message: str = ""  # why Chroma was passed over or made anew; empty when all is well
    ok: bool = True


class ChromaMirror:
    """Keeps Chroma as the catalog is. Its caller holds the library's lock."""

    def __init__(self, catalog: Catalog, settings: LibrarySettings) -> None:
        self._catalog = catalog
        self._where = where(settings)

    def is_current(self) -> bool:
        """Whether Chroma was brought up to the catalog's present generation."""
        return self._catalog.note("chroma_generation") == str(self._catalog.generation())

    def sync(self, *, anew: bool = False) -> Mirrored:
        """Write what changed since the last time; all of it where Chroma is damaged or ``anew``."""
        generation = self._catalog.generation()
        wanted = self._catalog.versions()
        held = self._catalog.mirrored()
        if not anew and self._is_whole():
            upsert = [p for p, version in wanted.items() if held.get(p) != version]
            # A paper that changed is dropped first: it may have had more chunks.
            delete = [p for p, version in held.items() if wanted.get(p) != version]
            if not upsert and not delete:
                self._settle(wanted, generation)
                return Mirrored(0, 0)
            try:
                return self._write(wanted, upsert, delete, generation, create=False)
            except _Broken as error:
                reason = f"{error}; it was made anew from the catalog"
        elif not wanted and not held:
            return Mirrored(0, 0)
        else:
            reason = ""
        try:
            done = self._write(wanted, list(wanted), [], generation, create=True)
        except _Broken as error:
            return Mirrored(
                0,
                0,
                f"{error}. Answers do not need Chroma; other programs see an old state of it. "
                "Run: elute reindex",
                ok=False,
            )
        return Mirrored(done.n_written, len(held), reason)

    def _name(self) -> str:
        """Which collection it is; not in which folder, since a library may be moved."""
        return f"{self._where.collection} {self._where.url or 'in the folder'}"

    def _is_whole(self) -> bool:
        """Whether the last write ended well and what it wrote is still there."""
        token = self._catalog.note("chroma_token")
        if token is None or self._catalog.note("chroma_state") != "whole":
            return False
        if self._catalog.note("chroma_where") != self._name():
            return False
        if self._where.folder is None:
            return True
        try:
            return (Path(self._where.folder) / _MARK).read_text(encoding="utf8") == token
        except OSError:
            return False

    def _write(
        self,
        wanted: dict[str, str],
        upsert: list[str],
        delete: list[str],
        generation: int,
        *,
        create: bool,
    ) -> Mirrored:
        token = self._catalog.note("chroma_token") or ""
        if create:
            token = secrets.token_hex(8)
        # Killed from here on, the next call finds "writing" and makes the mirror anew.
        self._catalog.set_note("chroma_state", "writing")
        if create and self._where.folder is not None:
            shutil.rmtree(self._where.folder, ignore_errors=True)
        try:
            if self._where.folder is not None:
                Path(self._where.folder).mkdir(parents=True, exist_ok=True)
                (Path(self._where.folder) / _MARK).write_text(token, encoding="utf8")
        except OSError as error:
            raise _Broken(f"cannot write {error.filename!r}: {error.strerror}") from error
        n_chunks = self._catalog.n_chunks()
        child = _Child()
        try:
            answer = child.ask(
                Write(
                    where=self._where,
                    catalog=str(self._catalog.path),
                    upsert=tuple(upsert),
                    delete=tuple(delete),
                    token=token,
                    create=create,
                ),
                _START_S + n_chunks / _CHUNKS_PER_S,
            )
        finally:
            child.close()
        expected = self._catalog.n_vectors("chunk")
        if not isinstance(answer, Held) or (answer.token, answer.count) != (token, expected):
            raise _Broken(f"Chroma holds {getattr(answer, 'count', 0)} chunks, not {expected}")
        self._settle(wanted, generation, token)
        return Mirrored(len(upsert), len(delete))

    def _settle(self, wanted: dict[str, str], generation: int, token: str | None = None) -> None:
        notes = {"chroma_generation": str(generation), "chroma_state": "whole"}
        if token is not None:
            notes |= {"chroma_token": token, "chroma_where": self._name()}
        self._catalog.set_mirrored(wanted, notes)

    def problems(self) -> list[str]:
        """How Chroma differs from the catalog, each a sentence; empty when it does not."""
        if not self._catalog.versions() and not self._catalog.mirrored():
            return []  # a library without vectors has nothing to mirror
        if not self.is_current():
            return ["Chroma is behind the catalog. Run: elute reindex"]
        if not self._catalog.mirrored():
            return []
        if not self._is_whole():
            return ["Chroma's folder is gone or was not finished. Run: elute reindex"]
        child = _Child()
        try:
            n_chunks = self._catalog.n_chunks()
            held = child.ask(List(where=self._where), _START_S + n_chunks / _CHUNKS_PER_S)
        except _Broken as error:
            return [f"{error}. Run: elute reindex"]
        finally:
            child.close()
        assert isinstance(held, Held)
        expected = {
            chunk.chunk_id
            for paper_id in self._catalog.mirrored()
            if self._catalog.paper_vectors(paper_id, "chunk") is not None
            for chunk in self._catalog.chunks(paper_id)
        }
        missing, extra = expected - set(held.ids), set(held.ids) - expected
        if missing or extra or held.count != len(expected):
            return [
                f"Chroma lacks {len(missing)} chunks and holds {len(extra)} that are not in the "
                "catalog. Run: elute reindex"
            ]
        return []


class ChromaIndex:
    """Nearest chunks from Chroma; from ``otherwise`` whenever Chroma is not to be relied on.

    Args:
        catalog: Says whether Chroma is up to date.
        settings: Say where Chroma is.
        otherwise: Makes the index that is asked instead.
    """

    def __init__(
        self, catalog: Catalog, settings: LibrarySettings, otherwise: Callable[[], VectorIndex]
    ) -> None:
        self._mirror = ChromaMirror(catalog, settings)
        self._catalog = catalog
        self._where = where(settings)
        self._otherwise = otherwise
        self._instead: VectorIndex | None = None
        self._instead_generation = -1
        self._child: _Child | None = None
        self._generation = -1  # that the child sees
        self._failed_generation = -1  # at which asking Chroma again would be in vain
        self._guard = threading.Lock()
        self.problem: str | None = None  # why Chroma was not asked the last time

    def search(
        self, vector: NDArray[np.float32], limit: int, papers: Collection[str] | None = None
    ) -> list[IndexHit]:
        """The ``limit`` nearest chunks; approximate, unless Chroma was passed over."""
        with self._guard:
            generation = self._catalog.generation()
            if generation != self._failed_generation:
                try:
                    if not self._mirror.is_current():
                        raise _Broken("Chroma is behind the catalog")
                    found = self._ask(vector, limit, papers, generation)
                except _Broken as error:
                    self.problem = str(error)
                    self._failed_generation = generation
                    self._end()
                else:
                    self.problem = None
                    return found
            return self._exact(generation).search(vector, limit, papers)

    def _ask(
        self,
        vector: NDArray[np.float32],
        limit: int,
        papers: Collection[str] | None,
        generation: int,
    ) -> list[IndexHit]:
        # A process that had Chroma open before a write never finds what was written: begin anew.
        if generation != self._generation:
            self._end()
        timeout_s = _QUERY_S
        if self._child is None:
            self._child, self._generation = _Child(), generation
            timeout_s += _START_S
        answer = self._child.ask(
            Query(
                where=self._where,
                vector=tuple(float(x) for x in vector),
                limit=limit,
                papers=None if papers is None else tuple(papers),
            ),
            timeout_s,
        )
        assert isinstance(answer, Hits)
        return [
            IndexHit(paper_id=paper_id, ordinal=ordinal, score=score)
            for paper_id, ordinal, score in answer.hits
        ]

    def _exact(self, generation: int) -> VectorIndex:
        if self._instead is None or self._instead_generation != generation:
            self._instead, self._instead_generation = self._otherwise(), generation
        return self._instead

    def _end(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None

    def close(self) -> None:
        """End Chroma's process."""
        with self._guard:
            self._end()


def where(settings: LibrarySettings) -> Where:
    """Where a library's collection is, and its name."""
    name = f"elute-{settings.name}-chunks"
    if settings.index.chroma == "server":
        return Where(
            folder=None, url=settings.index.chroma_url or "http://127.0.0.1:8000", collection=name
        )
    return Where(folder=os.fspath(settings.folder / "chroma"), url=None, collection=name)


def open_index(catalog: Catalog, settings: LibrarySettings) -> VectorIndex:
    """The index that the settings ask for, or that suits the library's size."""
    kind = settings.index.kind
    if kind == "auto":
        kind = "exact" if catalog.n_chunks() <= settings.index.exact_limit else "chroma"
    if kind == "chroma" and settings.index.chroma != "off":
        return ChromaIndex(catalog, settings, lambda: ExactIndex(catalog.vectors("chunk")))
    return ExactIndex(catalog.vectors("chunk"))
