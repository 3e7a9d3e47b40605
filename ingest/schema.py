"""The catalog's tables, and the steps from each earlier schema to the present one.

``PRAGMA user_version`` holds the number of steps done. A step, once released, is never edited: a
change to the tables is a new step at the end.
"""

from __future__ import annotations

import sqlite3
from typing import Final

# Terms come folded and parted by blanks, so every sign but a blank belongs to a term; SQLite's
# own folding of accents is off, as fold_terms has done it.
_TOKENIZE = "tokenize = \"unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'\""

_FIRST: Final = (
    """
    CREATE TABLE meta (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE papers (
        row INTEGER PRIMARY KEY,
        paper_id TEXT NOT NULL UNIQUE,          -- SHA-256 of the file's bytes
        key TEXT NOT NULL,                      -- citation key as shown
        folded_key TEXT NOT NULL,               -- citation key as looked up
        base_key TEXT NOT NULL,                 -- citation key before a twin's letter
        title TEXT,
        authors TEXT NOT NULL,                  -- JSON list
        year INTEGER,
        doi TEXT,
        journal TEXT,
        page_count INTEGER NOT NULL,
        engine TEXT NOT NULL,                   -- the reader that gave the text
        ingested_at TEXT NOT NULL,              -- ISO 8601, UTC
        state TEXT NOT NULL CHECK (state IN ('visible', 'retired')),
        reason TEXT CHECK (reason IN ('changed', 'pruned', 'removed')),
        indexed_as TEXT NOT NULL                -- fingerprint of its chunks, vectors and terms
    )
    """,
    "CREATE UNIQUE INDEX papers_by_key ON papers (folded_key) WHERE state = 'visible'",
    """
    CREATE TABLE files (
        path TEXT PRIMARY KEY,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        seen_ns INTEGER NOT NULL,               -- when size and mtime were read
        sha256 TEXT,
        state TEXT NOT NULL CHECK (state IN ('queued', 'visible', 'failed', 'duplicate',
                                             'retired')),
        paper INTEGER REFERENCES papers (row),
        code TEXT,                              -- of a failure: a ReadOutcome
        message TEXT,
        tries INTEGER NOT NULL DEFAULT 0,
        engine TEXT                             -- of a failure: readers and limits it failed under
    ) WITHOUT ROWID
    """,
    "CREATE INDEX files_by_paper ON files (paper)",
    """
    CREATE TABLE pages (
        row INTEGER PRIMARY KEY,
        paper INTEGER NOT NULL REFERENCES papers (row),
        number INTEGER NOT NULL,
        label TEXT,
        start INTEGER NOT NULL,
        text TEXT NOT NULL,
        UNIQUE (paper, number)
    )
    """,
    """
    CREATE TABLE sentences (
        paper INTEGER NOT NULL REFERENCES papers (row),
        ordinal INTEGER NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        page INTEGER NOT NULL,
        section TEXT,
        PRIMARY KEY (paper, ordinal)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE chunks (
        paper INTEGER NOT NULL REFERENCES papers (row),
        ordinal INTEGER NOT NULL,
        chunk_id TEXT NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        first_page INTEGER NOT NULL,
        last_page INTEGER NOT NULL,
        section TEXT,
        first_sentence INTEGER NOT NULL,
        last_sentence INTEGER NOT NULL,
        PRIMARY KEY (paper, ordinal)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE vectors (
        paper INTEGER NOT NULL REFERENCES papers (row),
        unit TEXT NOT NULL CHECK (unit IN ('chunk', 'sentence')),
        n INTEGER NOT NULL,
        dimension INTEGER NOT NULL,
        data BLOB NOT NULL,                     -- float32, little endian, n rows of length 1
        PRIMARY KEY (paper, unit)
    )
    """,
    """
    CREATE TABLE journal (
        generation INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        event TEXT NOT NULL,
        paper INTEGER
    )
    """,
    """
    CREATE TABLE mirrored (
        paper_id TEXT PRIMARY KEY,              -- of a paper whose chunks Chroma holds
        version TEXT NOT NULL                   -- what it holds of it; see Catalog.versions
    ) WITHOUT ROWID
    """,
    f"CREATE VIRTUAL TABLE fts_pages USING fts5 (terms, {_TOKENIZE})",
    f"CREATE VIRTUAL TABLE fts_papers USING fts5 (terms, {_TOKENIZE})",
    "CREATE VIRTUAL TABLE page_vocabulary USING fts5vocab (fts_pages, row)",
    "CREATE VIRTUAL TABLE paper_vocabulary USING fts5vocab (fts_papers, row)",
)

# The tokens of a page's sentences, for late interaction; see ingest/tokens.py.
_TOKENS: Final = (
    """
    CREATE TABLE tokens (
        row INTEGER PRIMARY KEY,
        paper INTEGER NOT NULL REFERENCES papers (row),
        page INTEGER NOT NULL,
        counts BLOB NOT NULL,                   -- uint16, little endian, one a sentence
        ids BLOB NOT NULL,                      -- uint16, little endian, one a token
        codes BLOB NOT NULL,                    -- int8, AXES a token
        UNIQUE (paper, page)
    )
    """,
)

# Where the sentences stand on their pages, as it was found when the paper was read.
_BOXES: Final = (
    """
    CREATE TABLE boxes (
        paper INTEGER NOT NULL REFERENCES papers (row),
        start INTEGER NOT NULL,                 -- offsets of the sentence in the paper's text
        "end" INTEGER NOT NULL,
        x0 REAL NOT NULL,                       -- points from the page's lower left corner
        y0 REAL NOT NULL,
        x1 REAL NOT NULL,
        y1 REAL NOT NULL,
        finder TEXT NOT NULL,                   -- what found it, see ingest/page_letters.py
        PRIMARY KEY (paper, start)
    ) WITHOUT ROWID
    """,
)

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (_FIRST, _TOKENS, _BOXES)
SCHEMA: Final = len(MIGRATIONS)


def schema_of(connection: sqlite3.Connection) -> int:
    """The schema number of an open catalog; 0 for an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the catalog to the present schema, one step a transaction.

    A catalog that is newer than ``SCHEMA`` is left as it is: the caller refuses it.
    """
    while schema_of(connection) < SCHEMA:
        connection.execute("BEGIN IMMEDIATE")
        try:
            done = schema_of(connection)  # another process may have done the step meanwhile
            if done < SCHEMA:
                for statement in MIGRATIONS[done]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {done + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
