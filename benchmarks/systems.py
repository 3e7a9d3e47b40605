"""What is measured: elute by its public interface, and BM25 over pages as the floor."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agent import Session
from benchmarks.matching import PageTexts
from benchmarks.questions import PageKey, Question
from benchmarks.scores import Cited, Given
from ingest import EmbedderSettings, IndexMismatch, IndexSettings, Library, LibrarySettings

PAPER_SUFFIXES: Final = (".pdf", ".txt", ".md", ".html")


def ingest_folder(
    folder: Path,
    data_dir: Path,
    *,
    name: str = "bench",
    lexical: bool = False,
    chroma: bool = True,
    model: Path | None = None,
) -> Library:
    """A library of the papers in ``folder``, made or brought up to date in ``data_dir``.

    Args:
        folder: Papers and texts.
        data_dir: Where libraries lie.
        name: The library's name.
        lexical: Without an embedder.
        chroma: Written too, as usual.
        model: Folder of another copy of the embedder.
    """
    settings = LibrarySettings(
        data_dir=data_dir,
        name=f"{name}-lexical" if lexical else name,
        embedder=EmbedderSettings(kind="none") if lexical else EmbedderSettings(folder=model),
        index=IndexSettings() if chroma else IndexSettings(chroma="off"),
    )
    library = Library.open(settings)
    try:
        for _ in library.add(folder):
            continue
    except IndexMismatch:  # a kept library, made by another version
        for _ in library.reindex():
            continue
        for _ in library.add(folder):
            continue
    return library


def ask_elute(library: Library, questions: Sequence[Question]) -> list[Given]:
    """Answers of elute; the first question is asked once before, so that all times are warm.

    Each question is a conversation of its own.
    """
    if questions:
        Session(library).answer(questions[0].text)
    return [_ask_elute(library, question) for question in questions]


def _ask_elute(library: Library, question: Question) -> Given:
    started, began = time.perf_counter(), time.process_time()
    answer = Session(library).answer(question.text)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - began
    return Given(
        id=question.id,
        text=answer.text,
        silent=answer.status != "answered",
        refused=answer.status == "refused",
        citations=tuple(Cited(c.file, c.page, c.quote, c.key) for c in answer.citations),
        ranked=tuple((p.file, p.page) for p in answer.passages),
        seconds=seconds,
        cpu_seconds=cpu_seconds,
    )


class BM25:
    """Okapi BM25 (Lucene's form, k1 1.5, b 0.75) over a list of texts."""

    K1: Final = 1.5
    B: Final = 0.75

    def __init__(self, texts: Iterable[str]) -> None:
        self._postings: dict[str, tuple[list[int], list[int]]] = {}
        lengths = []
        for row, text in enumerate(texts):
            counts: dict[str, int] = {}
            for word in words(text):
                counts[word] = counts.get(word, 0) + 1
            lengths.append(sum(counts.values()))
            for word, count in counts.items():
                rows, numbers = self._postings.setdefault(word, ([], []))
                rows.append(row)
                numbers.append(count)
        self._lengths = np.array(lengths, dtype=np.float64)

    def scores(self, question: str) -> NDArray[np.float64]:
        """The score of every text."""
        n = len(self._lengths)
        scores = np.zeros(n)
        norm = self.K1 * (1 - self.B + self.B * self._lengths / max(self._lengths.mean(), 1e-9))
        for word in words(question):
            if word in self._postings:
                rows, counts = (np.array(each) for each in self._postings[word])
                idf = np.log(1 + (n - len(rows) + 0.5) / (len(rows) + 0.5))
                scores[rows] += idf * counts / (counts + norm[rows])
        return scores


_STOPS: Final = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the their then"
    " there these they this to was will with".split()
)


def words(text: str) -> list[str]:
    """English stems of a text's words, the commonest left out."""
    import Stemmer

    found = re.findall(r"(?u)\b\w\w+\b", text.lower())
    return list(Stemmer.Stemmer("english").stemWords([w for w in found if w not in _STOPS]))


PAGES_READ: Final = 10
PAGE_SHARE: Final = 0.5  # of a page's score in that of its sentences


class PageBM25:
    """BM25 over pages; the answer is the best sentences of the best pages, their pages cited."""

    def __init__(self, folder: Path, pages: PageTexts) -> None:
        files = sorted(p.name for p in folder.iterdir() if p.suffix in PAPER_SUFFIXES)
        self._places: list[PageKey] = []
        self._sentences: list[tuple[int, str]] = []
        texts: list[str] = []
        for file in files:
            for number, text in enumerate(pages.pages(file, "pdfium"), start=1):
                self._sentences += [(len(texts), s) for s in sentences_of(text)]
                self._places.append((file, number))
                texts.append(text)
        self._pages = BM25(texts)
        self._lines = BM25(sentence for _, sentence in self._sentences)
        self._page_of = np.array([page for page, _ in self._sentences])

    def ask(self, questions: Sequence[Question], *, sentences: int) -> list[Given]:
        """Answers of that many sentences; it is never silent."""
        return [self._ask(question, sentences) for question in questions]

    def _ask(self, question: Question, n_sentences: int) -> Given:
        started, began = time.perf_counter(), time.process_time()
        of_pages = self._pages.scores(question.text)
        ranked = np.argsort(-of_pages, kind="stable")[:PAGES_READ]
        of_lines = self._lines.scores(question.text) + PAGE_SHARE * of_pages[self._page_of]
        of_lines[~np.isin(self._page_of, ranked)] = -1.0
        best = [self._sentences[row] for row in np.argsort(-of_lines)[:n_sentences]]
        return Given(
            id=question.id,
            text=" ".join(text for _, text in best),
            silent=False,
            citations=tuple(
                Cited(self._places[page][0], self._places[page][1], text) for page, text in best
            ),
            ranked=tuple(self._places[row] for row in ranked),
            seconds=time.perf_counter() - started,
            cpu_seconds=time.process_time() - began,
        )


def sentences_of(text: str) -> Iterator[str]:
    """Sentences of a page, plainly cut: the floor has no ingest of its own."""
    joined = re.sub(r"(?:\u0002|\ufffe)\s*|-\s*\n(?=[a-z])", "", text)
    for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z(\[])", " ".join(joined.split())):
        if len(sentence) >= 25:
            yield from (sentence[at : at + 600] for at in range(0, len(sentence), 600))
