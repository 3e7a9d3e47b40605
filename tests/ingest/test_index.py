from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.index import ExactIndex, IndexHit
from ingest.stored import Vectors
from ingest.vectors import cosines


def vectors_of(n_papers: int, n_chunks: int, dimension: int = 8, seed: int = 0) -> Vectors:
    matrix = np.random.default_rng(seed).standard_normal((n_papers * n_chunks, dimension))
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    ids = [f"paper {p}" for p in range(n_papers) for _ in range(n_chunks)]
    return Vectors(
        paper_ids=tuple(ids),
        ordinals=np.tile(np.arange(n_chunks, dtype=np.int32), n_papers),
        matrix=matrix.astype(np.float32),
        spans={f"paper {p}": slice(p * n_chunks, (p + 1) * n_chunks) for p in range(n_papers)},
    )


@given(seed=st.integers(0, 50), limit=st.integers(1, 40))
def test_the_nearest_chunks_are_those_of_a_full_sort(seed: int, limit: int) -> None:
    vectors = vectors_of(3, 10, seed=seed)
    question = vectors_of(1, 1, seed=seed + 1000).matrix[0]

    hits = ExactIndex(vectors).search(question, limit)

    scores = vectors.matrix @ question
    best = np.argsort(-scores, kind="stable")[:limit]
    assert [(hit.paper_id, hit.ordinal) for hit in hits] == [
        (vectors.paper_ids[row], int(vectors.ordinals[row])) for row in best
    ]
    assert [hit.score for hit in hits] == pytest.approx(scores[best].tolist(), abs=1e-6)


def test_only_the_papers_asked_for_are_searched() -> None:
    vectors = vectors_of(4, 5)

    hits = ExactIndex(vectors).search(vectors.matrix[0], 7, papers=["paper 2", "no such paper"])

    assert len(hits) == 5
    assert {hit.paper_id for hit in hits} == {"paper 2"}


def test_equal_chunks_come_in_the_order_they_were_stored() -> None:
    one = np.ones((6, 4), dtype=np.float32) / 2
    vectors = Vectors(("p",) * 6, np.arange(6, dtype=np.int32), one, {"p": slice(0, 6)})

    hits = ExactIndex(vectors).search(one[0], 3)

    assert hits == [IndexHit(paper_id="p", ordinal=i, score=1.0) for i in range(3)]


def test_an_empty_index_finds_nothing() -> None:
    empty = Vectors((), np.empty(0, np.int32), np.empty((0, 0), np.float32), {})

    assert ExactIndex(empty).search(np.ones(384, np.float32), 5) == []


def test_cosines_agree_with_blas() -> None:
    vectors = vectors_of(10, 100, dimension=384)

    np.testing.assert_allclose(
        cosines(vectors.matrix, vectors.matrix[7]), vectors.matrix @ vectors.matrix[7], atol=1e-6
    )
