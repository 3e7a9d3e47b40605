"""A paper's text to sentences, chunks and vectors; and the same again for papers kept already."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.catalog import Catalog
from ingest.chunking import chunk_paper, chunk_vectors, split_sentences
from ingest.embedding import Embedder
from ingest.events import Embedding, IngestEvent, Reindexed
from ingest.fingerprint import wanted_fingerprint
from ingest.paper import Chunk, ReadOutcome, ReadPaper, Sentence
from ingest.stored import Unit
from ingest.tokens import TokenEmbedder, TokenVectors, joined

EMBED_AT_ONCE: Final = 128  # texts between two events


@dataclass(frozen=True, eq=False)
class PaperIndex:
    """What is searched of one paper."""

    sentences: tuple[Sentence, ...]
    chunks: tuple[Chunk, ...]
    vectors: Mapping[Unit, NDArray[np.float32]]  # empty where the library is lexical only
    tokens: Mapping[int, TokenVectors]  # of the sentences, by page; empty where none are kept


class Indexer:
    """Indexes papers with one embedder; None makes an index of words alone."""

    def __init__(self, catalog: Catalog, embedder: Embedder | None) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self.fingerprint = wanted_fingerprint(embedder)

    def index(
        self, paper_id: str, path: str, read: ReadPaper
    ) -> Generator[Embedding, None, PaperIndex]:
        """Cut and embed a paper; yields how far it is, returns what is to be stored."""
        sentences = split_sentences(read)
        chunks = chunk_paper(paper_id, read, sentences)
        vectors: dict[Unit, NDArray[np.float32]] = {}
        tokens: dict[int, TokenVectors] = {}
        if self._embedder is not None:
            matrix, by_sentence = yield from self._embed(self._embedder, path, read.text, sentences)
            vectors = {"sentence": matrix, "chunk": chunk_vectors(chunks, sentences, matrix)}
            for page in read.pages:
                rows = [s.ordinal for s in sentences if s.page == page.number]
                if rows and by_sentence:
                    tokens[page.number] = joined(by_sentence[row] for row in rows)
        return PaperIndex(sentences, chunks, vectors, tokens)

    def _embed(
        self, embedder: Embedder, path: str, text: str, sentences: Sequence[Sentence]
    ) -> Generator[Embedding, None, tuple[NDArray[np.float32], dict[int, TokenVectors]]]:
        """The sentences' vectors and, where the embedder gives them, their tokens by ordinal."""
        texts = [text[sentence.start : sentence.end] for sentence in sentences]
        matrix = np.zeros((len(texts), embedder.dimension), dtype=np.float32)
        tokens: dict[int, TokenVectors] = {}
        # Sorted by length over the whole paper, so that a batch holds texts of like length.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), EMBED_AT_ONCE):
            some = order[start : start + EMBED_AT_ONCE]
            if isinstance(embedder, TokenEmbedder):
                matrix[some], found = embedder.embed_tokens([texts[i] for i in some])
                tokens |= {ordinal: found.of([row]) for row, ordinal in enumerate(some)}
            else:
                matrix[some] = embedder.embed([texts[i] for i in some])
            yield Embedding(path=path, done=start + len(some), total=len(texts))
        return matrix, tokens

    def catch_up(self) -> Iterator[IngestEvent]:
        """Index papers anew whose index was made otherwise: a reindex was cut short."""
        for paper_id in self._catalog.stale_papers():
            yield from self.reindex_paper(paper_id)

    def reindex_paper(self, paper_id: str) -> Iterator[IngestEvent]:
        """Make a paper's sentences, chunks, vectors and terms anew from its text."""
        paper = self._catalog.paper(paper_id)
        read = ReadPaper(outcome=ReadOutcome.OK, pages=self._catalog.pages(paper_id))
        made = yield from self.index(paper_id, paper.paths[0], read)
        self._catalog.replace_index(
            paper_id, made.sentences, made.chunks, made.vectors, self.fingerprint, made.tokens
        )
        yield Reindexed(key=paper.key)
