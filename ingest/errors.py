"""What can go wrong between a folder of papers and a passage.

    IngestError
    ├── FolderError        a folder or file named by the user is missing, or holds no papers
    ├── BibFileError       a list of papers named by the user cannot be read
    ├── LibraryError       a library cannot be used
    │   ├── LibraryMissing     no library of that name
    │   ├── LibraryLocked      another process is writing; says which
    │   ├── LibraryDamaged     the catalog cannot be read or is from a newer elute
    │   └── LibraryReadOnly    the data folder cannot be written, or the disk is full
    ├── IndexMismatch      the index was built with another embedder or chunker
    ├── EmbedderError      the embedder's files are missing or altered, or its endpoint fails
    ├── PaperNotFound      no paper with that citation key
    └── QueryError         a question that cannot be searched (empty, too long)

A message says what happened, where (file, page), and what to do, with values in ``repr``.
"""

from __future__ import annotations


class IngestError(Exception):
    """Root of this floor's errors."""


class FolderError(IngestError):
    """A folder or file named by the user is missing, unreadable, or holds no papers."""


class BibFileError(IngestError):
    """A list of papers named by the user is missing or cannot be read."""


class LibraryError(IngestError):
    """A library cannot be used."""


class LibraryMissing(LibraryError):
    """There is no library of that name."""


class LibraryLocked(LibraryError):
    """Another process is writing to the library."""


class LibraryDamaged(LibraryError):
    """The catalog cannot be read, or was written by a newer elute."""


class LibraryReadOnly(LibraryError):
    """The data folder cannot be written, or the disk is full."""


class IndexMismatch(IngestError):
    """The index was built with another embedder or chunker than the settings name."""


class EmbedderError(IngestError):
    """The embedder's files are missing or altered, or its endpoint fails."""


class PaperNotFound(IngestError):
    """No paper of the library has that citation key."""


class QueryError(IngestError):
    """A question that cannot be searched."""
