"""Other ways to ask a folder of papers, each as its users set it up, without a language model.

Each cuts the papers into chunks and ranks those. Their answers are the sentences that one and the
same picker takes from the ten best chunks, and a sentence cites the pages that its chunk names.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.matching import PageTexts
from benchmarks.questions import Question
from benchmarks.systems import BM25, PAPER_SUFFIXES, sentences_of
from ingest import EmbedderSettings
from ingest.embedding import Embedder, open_embedder

FOUND: Final = 10  # chunks that are read
SENTENCES: Final = 3  # of an answer
CHUNK_SHARE: Final = 0.5  # of a chunk's score in that of its sentences
PAPER_QA: Final = ("paper-qa[pypdf]==2026.8.12", "fhlmi==0.46.2", "pillow")


@dataclass(frozen=True)
class Piece:
    """A chunk and the pages that its maker names for it."""

    file: str
    pages: tuple[int, ...]
    text: str


@dataclass(frozen=True)
class Made:
    """Chunks, and what ranks them: question to rows with scores, best first."""

    pieces: tuple[Piece, ...]
    rank: Callable[[Question], list[tuple[int, float]]]
    ingest_cpu_s: float
    memory_mb: float | None = None  # None: that of this process
    seconds: dict[str, float] | None = None  # of a question, where it was asked elsewhere


def pick(made: Made, question: Question) -> dict[str, Any]:
    """An answer from the ten best chunks, as JSON."""
    began = time.process_time()
    ranked = made.rank(question)[:FOUND]
    seconds = time.process_time() - began
    if made.seconds is not None:
        seconds = made.seconds[question.id]
    lines = [
        (row, sentence) for row, _ in ranked for sentence in sentences_of(made.pieces[row].text)
    ]
    best = max((score for _, score in ranked), default=0.0) or 1.0
    share = {row: CHUNK_SHARE * score / best for row, score in ranked}
    scores = BM25(sentence for _, sentence in lines).scores(question.text) if lines else np.zeros(0)
    scale = float(scores.max()) if len(scores) else 0.0
    worth = [
        score / (scale or 1.0) + share[row] for (row, _), score in zip(lines, scores, strict=True)
    ]
    order = sorted(range(len(lines)), key=lambda index: -worth[index])[:SENTENCES]
    chosen = [lines[index] for index in order]
    return {
        "id": question.id,
        "text": " ".join(sentence for _, sentence in chosen),
        "silent": False,
        "refused": False,
        "citations": [
            {"file": made.pieces[row].file, "pages": made.pieces[row].pages, "quote": sentence}
            for row, sentence in chosen
        ],
        "ranked": [
            (made.pieces[row].file, page) for row, _ in ranked for page in made.pieces[row].pages
        ],
        "cpu_seconds": seconds,
    }


def make(name: str, folder: Path, questions: Sequence[Question], work: Path) -> Made:
    """One of the peers over the papers in ``folder``; what it keeps goes to ``work``."""
    return _MAKERS[name](folder, questions, work)


def _papers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix in PAPER_SUFFIXES)


def _by_bm25(pieces: Sequence[Piece], began: float) -> Made:
    index = BM25(piece.text for piece in pieces)

    def rank(question: Question) -> list[tuple[int, float]]:
        scores = index.scores(question.text)
        return [(int(row), float(scores[row])) for row in np.argsort(-scores, kind="stable")]

    return Made(tuple(pieces), rank, time.process_time() - began)


def _bm25_pages(folder: Path, questions: Sequence[Question], work: Path) -> Made:  # noqa: ARG001
    began = time.process_time()
    texts = PageTexts(folder)
    pieces = [
        Piece(file, (number,), text)
        for file in _papers(folder)
        for number, text in enumerate(texts.pages(file, "pdfium"), start=1)
    ]
    return _by_bm25(pieces, began)


def _bm25_5000(folder: Path, questions: Sequence[Question], work: Path) -> Made:  # noqa: ARG001
    began = time.process_time()
    texts = PageTexts(folder)
    pieces = [
        piece
        for file in _papers(folder)
        for piece in _windows(file, list(texts.pages(file, "pdfium")), 5000)
    ]
    return _by_bm25(pieces, began)


def _windows(file: str, pages: Sequence[str], size: int) -> Iterator[Piece]:
    starts = np.cumsum([0, *(len(page) + 1 for page in pages)])
    text = "\n".join(pages)
    for at in range(0, len(text), size):
        end = min(at + size, len(text)) - 1
        first, last = (int(np.searchsorted(starts, place, "right")) for place in (at, end))
        yield Piece(file, tuple(range(first, min(last, len(pages)) + 1)), text[at : at + size])


def _langchain(folder: Path, questions: Sequence[Question], work: Path) -> Made:  # noqa: ARG001
    """PyPDFLoader, RecursiveCharacterTextSplitter(1000, 200), Chroma and BM25, equally weighted."""
    began = time.process_time()
    from ingest.telemetry import refuse_telemetry

    refuse_telemetry()
    from langchain_chroma import Chroma
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.document_loaders import PyPDFLoader
    from langchain_community.retrievers import BM25Retriever
    from langchain_core.embeddings import Embeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    embedder = _embedder()

    class Ours(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [row.tolist() for row in embedder.embed(texts)]

        def embed_query(self, text: str) -> list[float]:
            return [float(value) for value in embedder.embed([text])[0]]

    pages = [
        page
        for file in _papers(folder)
        if file.endswith(".pdf")
        for page in PyPDFLoader(str(folder / file)).load()
    ]
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    documents = splitter.split_documents(pages)
    for row, document in enumerate(documents):
        document.metadata["row"] = row
    store = Chroma(embedding_function=Ours(), persist_directory=str(work / "chroma"))
    for at in range(0, len(documents), 2000):
        store.add_documents(documents[at : at + 2000])
    lexical = BM25Retriever.from_documents(documents)
    lexical.k = FOUND
    dense = store.as_retriever(search_kwargs={"k": FOUND})
    both = EnsembleRetriever(retrievers=[lexical, dense], weights=[0.5, 0.5])

    def rank(question: Question) -> list[tuple[int, float]]:
        found = both.invoke(question.text)
        # It gives no scores: those of its own fusion, 1 / (60 + rank), stand in.
        return [(doc.metadata["row"], 1 / (60 + at)) for at, doc in enumerate(found, start=1)]

    pieces = tuple(
        Piece(Path(d.metadata["source"]).name, (d.metadata["page"] + 1,), d.page_content)
        for d in documents
    )
    return Made(pieces, rank, time.process_time() - began)


def _paperqa(folder: Path, questions: Sequence[Question], work: Path) -> Made:
    said = _run_paperqa(folder, questions, work)
    found = said["found"]

    def rank(question: Question) -> list[tuple[int, float]]:
        return [(row, 1 / (60 + at)) for at, row in enumerate(found[question.id], start=1)]

    pieces = tuple(Piece(c["file"], tuple(c["pages"]), c["text"]) for c in said["chunks"])
    return Made(pieces, rank, said["ingest_s"], said["memory_mb"], said["seconds"])


def _paperqa_ours(folder: Path, questions: Sequence[Question], work: Path) -> Made:
    """Its chunks with our embedder: the nearest by cosine, as its own store finds them."""
    said = _run_paperqa(folder, questions, work)
    pieces = tuple(Piece(c["file"], tuple(c["pages"]), c["text"]) for c in said["chunks"])
    began = time.process_time()
    embedder = _embedder()
    matrix = embedder.embed([piece.text for piece in pieces])
    spent = time.process_time() - began

    def rank(question: Question) -> list[tuple[int, float]]:
        scores = matrix @ embedder.embed([question.text])[0]
        return [(int(row), float(scores[row])) for row in np.argsort(-scores, kind="stable")]

    return Made(pieces, rank, said["ingest_s"] + spent)


def _run_paperqa(folder: Path, questions: Sequence[Question], work: Path) -> dict[str, Any]:
    """What `paperqa_child` says, run in an environment made for it and kept beside the results."""
    home = work.parent / "paper-qa"
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", *PAPER_QA]
        subprocess.run(install, check=True)
    asked = work / "questions.json"
    asked.write_text(json.dumps({q.id: q.text for q in questions}), encoding="utf-8")
    child = Path(__file__).with_name("paperqa_child.py")
    run = subprocess.run(
        [str(python), str(child), str(folder), str(asked)],
        capture_output=True,
        text=True,
        cwd=work,
    )
    if run.returncode:
        raise RuntimeError(f"paper-qa failed: {run.stderr.strip()[-500:]}")
    said: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    return said


def _embedder() -> Embedder:
    found = open_embedder(EmbedderSettings())
    assert found is not None  # the packaged one is installed with elute
    return found


_MAKERS: Final[dict[str, Callable[[Path, Sequence[Question], Path], Made]]] = {
    "BM25, pages": _bm25_pages,
    "BM25, 5,000 characters": _bm25_5000,
    "LangChain": _langchain,
    "paper-qa, sparse": _paperqa,
    "paper-qa, our embedder": _paperqa_ours,
}
PEERS: Final = tuple(_MAKERS)
