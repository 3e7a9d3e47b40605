"""Finding the nearest chunks of a vector: the seam, and exact search with numpy."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.record import Record
from ingest.stored import Vectors
from ingest.vectors import cosines


class IndexHit(Record):
    """A chunk near a vector. ``score`` is the cosine: 1 is the same direction."""

    paper_id: str
    ordinal: int  # of the chunk, within its paper
    score: float


class VectorIndex(Protocol):
    """Finds the chunks whose vectors are nearest to a question's."""

    def search(
        self, vector: NDArray[np.float32], limit: int, papers: Collection[str] | None = None
    ) -> list[IndexHit]:
        """The ``limit`` nearest chunks, best first, of all papers or of these ids only."""

    def close(self) -> None:
        """Let go of files and processes."""


class ExactIndex:
    """Compares a vector with every other: exact, and fast enough to some 200,000 chunks.

    Args:
        vectors: As `Catalog.vectors` gives them; an index is of that moment, never updated.
    """

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def __len__(self) -> int:
        return len(self._vectors)

    def search(
        self, vector: NDArray[np.float32], limit: int, papers: Collection[str] | None = None
    ) -> list[IndexHit]:
        """The ``limit`` nearest chunks; equal ones in the order they were stored."""
        if not len(self._vectors) or limit < 1:
            return []
        scores = cosines(self._vectors.matrix, vector)
        if papers is not None:
            allowed = np.zeros(len(scores), dtype=bool)
            for paper_id in papers:
                if paper_id in self._vectors.spans:
                    allowed[self._vectors.spans[paper_id]] = True
            scores = np.where(allowed, scores, -np.inf)
        if limit < len(scores):
            # All that reach the limit's score, so that ties are cut by order, not by chance.
            threshold = np.partition(scores, -limit)[-limit]
            rows = np.flatnonzero(scores >= threshold)
        else:
            rows = np.arange(len(scores))
        best = rows[np.argsort(-scores[rows], kind="stable")][:limit]
        return [
            IndexHit(
                paper_id=self._vectors.paper_ids[row],
                ordinal=int(self._vectors.ordinals[row]),
                score=float(scores[row]),
            )
            for row in best
            if np.isfinite(scores[row])
        ]

    def close(self) -> None:
        """Nothing is held."""
