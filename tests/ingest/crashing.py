"""Ingests that are killed by SIGKILL before their n-th SQL statement.

A process with everything imported forks one child for each, since imports cost ten times the rest.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest import pipeline
from ingest.database import Database
from ingest.library import Library
from ingest.paper import ReadPaper
from ingest.pdf import read_paper
from ingest.settings import LibrarySettings, ReaderSettings
from tests.ingest.tiny import TinyEmbedder


def ingest_until(settings: str, papers: str, kill_at: int, counted: str) -> None:
    """Ingest; die before statement ``kill_at``, or write to ``counted`` how many there were."""
    n_statements = 0

    def count(_: str) -> None:
        nonlocal n_statements
        n_statements += 1
        if n_statements == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    connect = Database._connection

    def traced(database: Database) -> sqlite3.Connection:
        made = connect(database)
        made.set_trace_callback(count)
        return made

    def read_here(
        paths: Any, settings: ReaderSettings, workers: int
    ) -> Iterator[tuple[Path, ReadPaper]]:
        for path in paths:
            yield path, read_paper(path, settings)

    Database._connection = traced  # type: ignore[method-assign]
    pipeline.read_many = read_here  # type: ignore[assignment]
    with Library.open(
        LibrarySettings.model_validate_json(settings), embedder=TinyEmbedder()
    ) as library:
        list(library.add(papers, prune=True))
    Path(counted).write_text(str(n_statements))


def serve() -> None:
    """For each line of stdin, the arguments of `ingest_until`, say how its process ended."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                ingest_until(**json.loads(line))
            except BaseException:
                sys.excepthook(*sys.exc_info())
                os._exit(1)
            os._exit(0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()
