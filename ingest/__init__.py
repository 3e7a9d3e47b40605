"""Papers in, passages with their exact pages out; knows no language model.

from ingest import Library

with Library.open() as library:
    for event in library.add("papers"):
        print(event)
    for passage in library.search("What limits the conductivity of LLZO?"):
        print(passage.paper.key, passage.page, passage.chunk.text)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.citation import Box, Citation, PageSpan
    from ingest.errors import (
        BibFileError,
        EmbedderError,
        FolderError,
        IndexMismatch,
        IngestError,
        LibraryDamaged,
        LibraryError,
        LibraryLocked,
        LibraryMissing,
        LibraryReadOnly,
        PaperNotFound,
        QueryError,
    )
    from ingest.events import (
        Embedding,
        FileDone,
        FileOutcome,
        FileStarted,
        Finished,
        IndexWritten,
        IngestEvent,
        IngestReport,
        Reindexed,
        Scanned,
        VerifyReport,
        Waiting,
    )
    from ingest.library import Library, library_names
    from ingest.paper import (
        Chunk,
        Page,
        Paper,
        PaperMetadata,
        Passage,
        ReadOutcome,
        ReadPaper,
        Sentence,
    )
    from ingest.settings import (
        CrossrefSettings,
        EmbedderSettings,
        IndexSettings,
        LibrarySettings,
        ReaderSettings,
    )

_HOME = {
    "citation": ("Box", "Citation", "PageSpan"),
    "errors": (
        "BibFileError",
        "EmbedderError",
        "FolderError",
        "IndexMismatch",
        "IngestError",
        "LibraryDamaged",
        "LibraryError",
        "LibraryLocked",
        "LibraryMissing",
        "LibraryReadOnly",
        "PaperNotFound",
        "QueryError",
    ),
    "events": (
        "Embedding",
        "FileDone",
        "FileOutcome",
        "FileStarted",
        "Finished",
        "IndexWritten",
        "IngestEvent",
        "IngestReport",
        "Reindexed",
        "Scanned",
        "VerifyReport",
        "Waiting",
    ),
    "library": ("Library", "library_names"),
    "paper": (
        "Chunk",
        "Page",
        "Paper",
        "PaperMetadata",
        "Passage",
        "ReadOutcome",
        "ReadPaper",
        "Sentence",
    ),
    "settings": (
        "CrossrefSettings",
        "EmbedderSettings",
        "IndexSettings",
        "LibrarySettings",
        "ReaderSettings",
    ),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "BibFileError",
    "Box",
    "Chunk",
    "Citation",
    "CrossrefSettings",
    "EmbedderError",
    "EmbedderSettings",
    "Embedding",
    "FileDone",
    "FileOutcome",
    "FileStarted",
    "Finished",
    "FolderError",
    "IndexMismatch",
    "IndexSettings",
    "IndexWritten",
    "IngestError",
    "IngestEvent",
    "IngestReport",
    "Library",
    "LibraryDamaged",
    "LibraryError",
    "LibraryLocked",
    "LibraryMissing",
    "LibraryReadOnly",
    "LibrarySettings",
    "Page",
    "PageSpan",
    "Paper",
    "PaperMetadata",
    "PaperNotFound",
    "Passage",
    "QueryError",
    "ReadOutcome",
    "ReadPaper",
    "ReaderSettings",
    "Reindexed",
    "Scanned",
    "Sentence",
    "VerifyReport",
    "Waiting",
    "library_names",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: a command that needs one waits for no other."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'ingest' has no attribute {name!r}")
    value = getattr(import_module(f"ingest.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
