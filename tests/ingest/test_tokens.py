"""Late interaction: words of a question meet words of sentences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import Library, LibrarySettings
from ingest.embedding import open_embedder
from ingest.fingerprint import wanted_fingerprint
from ingest.settings import EmbedderSettings, IndexSettings
from ingest.tokens import AXES, TokenEmbedder, TokenVectors, encode, joined, nearest, rarities
from tests.ingest.tiny import TinyEmbedder


def tokens_of(texts: list[list[int]]) -> TokenVectors:
    """Texts of numbered tokens; token n lies along axis n."""
    ids = [token for text in texts for token in text]
    codes = np.zeros((len(ids), AXES), dtype=np.int8)
    codes[np.arange(len(ids)), ids] = 127
    return TokenVectors(
        np.array([len(text) for text in texts], dtype=np.uint16),
        np.array(ids, dtype=np.uint16),
        codes,
    )


texts_of_tokens = st.lists(st.lists(st.integers(0, AXES - 1), max_size=6), min_size=1, max_size=6)


@given(texts_of_tokens, st.lists(st.integers(0, AXES - 1), min_size=1, max_size=5))
def test_a_word_is_met_where_a_text_holds_it(texts: list[list[int]], asked: list[int]) -> None:
    met = nearest(tokens_of([asked]), tokens_of(texts))

    held = np.array([[token in text for token in asked] for text in texts])
    assert met.shape == held.shape
    assert (met[held] > 0.2).all()
    assert (met[~held] <= 0).all()


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 300))
def test_the_nearest_token_is_found_in_whole_numbers(seed: int, n_asked: int, n_texts: int) -> None:
    chance = np.random.default_rng(seed)
    counts = chance.integers(1, 4, n_texts).astype(np.uint16)
    n_tokens = int(counts.sum())

    def vectors(n: int) -> np.ndarray:
        return chance.integers(-127, 128, (n, AXES)).astype(np.int8)

    question = TokenVectors(
        np.array([n_asked], np.uint16), np.zeros(n_asked, np.uint16), vectors(n_asked)
    )
    texts = TokenVectors(counts, np.zeros(n_tokens, np.uint16), vectors(n_tokens))

    met = nearest(question, texts)

    products = texts.codes.astype(np.int64) @ question.codes.astype(np.int64).T
    ends = np.cumsum(counts, dtype=np.int64)
    best = np.stack(
        [products[end - n : end].max(axis=0) for n, end in zip(counts, ends, strict=True)]
    )
    assert np.array_equal(met, best.astype(np.float32) / np.float32(254 * 254))


@given(texts_of_tokens, st.data())
def test_the_tokens_of_some_texts_are_those_of_these_texts(
    texts: list[list[int]], data: st.DataObject
) -> None:
    rows = data.draw(st.lists(st.integers(0, len(texts) - 1), max_size=6))
    every = tokens_of(texts)

    some = every.of(rows)
    again = joined(every.of([row]) for row in rows)

    assert some.counts.tolist() == [len(texts[row]) for row in rows] == again.counts.tolist()
    assert some.ids.tolist() == [token for row in rows for token in texts[row]]
    assert some.ids.tolist() == again.ids.tolist()
    assert np.array_equal(some.codes, again.codes)


def test_a_word_of_few_texts_counts_more_than_one_of_all() -> None:
    parts = [tokens_of([[1, 2], [1]]), tokens_of([[1, 4], [1]])]  # of two pages
    weights = rarities(tokens_of([[1, 2, 3]]), parts)

    assert weights[0] < weights[1] < weights[2]
    assert weights.sum() == pytest.approx(1.0)


def test_codes_keep_the_cosines_of_token_vectors_roughly() -> None:
    rng = np.random.default_rng(1)
    hidden = rng.normal(size=(4, 384)).astype(np.float32)
    hidden[1] = hidden[0] * 3

    codes = encode(hidden).astype(np.float32)

    assert codes.shape == (4, AXES)
    assert codes[0] == pytest.approx(codes[1], abs=1)


@pytest.fixture(scope="module")
def embedder() -> TokenEmbedder:
    """The packaged model."""
    opened = open_embedder(EmbedderSettings())
    assert isinstance(opened, TokenEmbedder)
    return opened


def library_of(text: str, folder: Path, embedder: object) -> Library:
    """A library of one text."""
    (folder / "papers").mkdir()
    (folder / "papers" / "paper.txt").write_text(text)
    settings = LibrarySettings(data_dir=folder / "data", index=IndexSettings(chroma="off"))
    library = Library.open(settings, embedder=embedder)  # type: ignore[arg-type]  # either kind
    for _ in library.add(folder / "papers"):
        continue
    return library


def test_the_tokens_of_a_page_are_kept_sentence_by_sentence(
    tmp_path: Path, embedder: TokenEmbedder
) -> None:
    text = "Lithium moves through the garnet. The pellets were sintered at 1100 K for 12 h.\n"
    with library_of(text, tmp_path, embedder) as library:
        paper = library.papers()[0]
        sentences = library.catalog.sentences(paper.paper_id)
        tokens = library.catalog.tokens(paper.paper_id, 1)

    assert tokens is not None
    assert len(tokens) == len(sentences) == 2
    assert tokens.codes.shape == (tokens.counts.sum(), AXES)
    assert len(tokens.ids) == len(tokens.codes)


def test_the_sentence_that_meets_the_question_scores_best(
    tmp_path: Path, embedder: TokenEmbedder
) -> None:
    text = "The authors thank Maria. Pellets were heated in a furnace. Colours were bright.\n"
    with library_of(text, tmp_path, embedder) as library:
        ranking = library.retriever.rank(library.retriever.query("which oven was it"))

    assert ranking.met is not None
    assert ranking.met.argmax() == 1


def test_embedding_with_tokens_gives_the_same_vectors(embedder: TokenEmbedder) -> None:
    texts = ["How hot was the furnace?", "", "Pellets were sintered at 1100 °C for 12 h."]

    matrix, tokens = embedder.embed_tokens(texts)

    assert matrix == pytest.approx(embedder.embed(texts), abs=1e-5)  # type: ignore[attr-defined]  # the packaged one
    assert len(tokens) == 3
    assert tokens.counts[1] == 0


def test_a_library_without_tokens_is_searched_by_its_vectors(tmp_path: Path) -> None:
    text = "Lithium moves through the garnet at room temperature.\n"
    with library_of(text, tmp_path, TinyEmbedder()) as library:
        ranking = library.retriever.rank(library.retriever.query("lithium garnet"))

    assert ranking.pages
    assert ranking.met is None
    assert wanted_fingerprint(TinyEmbedder()).tokens == ""
