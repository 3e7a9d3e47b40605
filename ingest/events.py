"""What an ingest says while it works, and its report at the end."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from ingest.record import Record


class FileOutcome(StrEnum):
    """What became of one file."""

    ADDED = "added"
    UNCHANGED = "unchanged"
    CHANGED = "changed"  # a new version replaced the old
    DUPLICATE = "duplicate"  # the same bytes as a paper of the library
    FAILED = "failed"
    RETIRED = "retired"  # the file is gone, and its paper with it


class Waiting(Record):
    """Another process is writing to the library; it is waited for."""

    kind: Literal["waiting"] = "waiting"
    holder: str


class Scanned(Record):
    """The folders have been walked."""

    kind: Literal["scanned"] = "scanned"
    n_files: int
    unreadable: tuple[str, ...] = ()  # a sentence for each folder that could not be listed


class FileStarted(Record):
    """A file has been read and is being embedded."""

    kind: Literal["file_started"] = "file_started"
    path: str


class Embedding(Record):
    """How far the embedding of a file has come."""

    kind: Literal["embedding"] = "embedding"
    path: str
    done: int  # texts embedded
    total: int


class FileDone(Record):
    """A file is finished."""

    kind: Literal["file_done"] = "file_done"
    path: str
    outcome: FileOutcome
    key: str | None = None  # citation key, where there is a paper
    code: str | None = None  # of a failure, e.g. "no_text_layer"
    message: str = ""  # what happened and what to do


class Reindexed(Record):
    """A paper's chunks and vectors were made anew."""

    kind: Literal["reindexed"] = "reindexed"
    key: str


class IndexWritten(Record):
    """Chroma's index agrees with the catalog again, or was passed over."""

    kind: Literal["index_written"] = "index_written"
    n_written: int  # papers
    n_deleted: int
    message: str = ""  # empty when all is well


class IngestReport(Record):
    """What an ingest did."""

    n_files: int
    counts: dict[FileOutcome, int]
    failed: tuple[FileDone, ...]
    n_reindexed: int
    n_missing: int  # places whose file is gone; ``prune`` would retire them
    n_papers: int  # in the library now
    n_pages: int
    n_chunks: int
    embedder: str | None  # None: lexical only
    notes: tuple[str, ...]  # what a user should know besides
    elapsed_s: float

    def count(self, outcome: FileOutcome) -> int:
        """How many files ended so."""
        return self.counts.get(outcome, 0)


class VerifyReport(Record):
    """What checking a library found."""

    n_papers: int
    n_pages: int
    n_chunks: int
    problems: tuple[str, ...]  # each a sentence that ends with what to do

    @property
    def ok(self) -> bool:
        """Whether all is well."""
        return not self.problems


class Finished(Record):
    """The end."""

    kind: Literal["finished"] = "finished"
    report: IngestReport


IngestEvent = (
    Waiting | Scanned | FileStarted | Embedding | FileDone | Reindexed | IndexWritten | Finished
)
