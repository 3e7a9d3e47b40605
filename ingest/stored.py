"""Records of what a catalog holds: files, vectors, hits, and a paper ready to be stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ingest.paper import Chunk, ReadPaper, Sentence
from ingest.record import Record
from ingest.tokens import TokenVectors

Unit = Literal["chunk", "sentence"]
UNITS: Final[tuple[Unit, ...]] = ("chunk", "sentence")


class Fingerprint(Record):
    """What the chunks, vectors and terms of an index were made with."""

    embedder: str  # "none" where the library is lexical only
    dimension: int
    chunker: str
    terms: str
    tokens: str = ""  # of the tokens kept; empty where none are

    def __str__(self) -> str:
        made = f"{self.embedder} {self.dimension} {self.chunker} {self.terms}"
        return f"{made} {self.tokens}" if self.tokens else made


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
    tokens: Mapping[int, TokenVectors] = field(default_factory=dict)  # of the sentences, by page


@dataclass(frozen=True)
class Added:
    """What adding a paper did."""

    key: str
    retired: str | None  # key of the version it replaced
