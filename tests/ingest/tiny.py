"""Small stand-ins for tests of plumbing: an embedder without a model, papers of a few lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.chunking import chunk_paper, split_sentences
from ingest.paper import Page, PaperMetadata, ReadOutcome, ReadPaper
from ingest.stored import NewPaper, Place, Unit
from ingest.terms import fold_terms


class TinyEmbedder:
    """Words to a sum of fixed random directions: the same words, the same vector; fast."""

    destination: str | None = None

    def __init__(self, name: str = "tiny", dimension: int = 16) -> None:
        self.name = name
        self.dimension = dimension
        self.n_embedded = 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.n_embedded += len(texts)
        rows = [self._one(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), self.dimension)

    def _one(self, text: str) -> NDArray[np.float32]:
        total = np.full(self.dimension, 1e-3, dtype=np.float64)
        for term in fold_terms(text):
            seed = int.from_bytes(hashlib.sha256(term.encode()).digest()[:8], "little")
            total += np.random.default_rng(seed).standard_normal(self.dimension)
        return (total / np.linalg.norm(total)).astype(np.float32)


def sentences_about(subject: str, n: int) -> Iterator[str]:
    for i in range(n):
        yield f"The {subject} of sample {i} was measured at {300 + i} K in run {i * 7 % 11}."


def write_text_paper(path: Path, subject: str, *, n: int = 12) -> Path:
    """A text file as people drop them into a folder: one page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"A study of {subject}\n\n" + " ".join(sentences_about(subject, n)) + "\n")
    return path


def write_pdf(
    path: Path, pages: Sequence[Sequence[str]], *, title: str = "", author: str = ""
) -> Path:
    """A PDF with a text layer, one string a line, in Helvetica."""
    objects: list[bytes] = [b"", b""]

    def add(content: bytes) -> int:
        objects.append(content)
        return len(objects)

    font = add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    kids = []
    for lines in pages:
        drawn = (
            b"BT /F1 11 Tf 14 TL 72 760 Td "
            + b" ".join(
                b"("
                + line.replace("\\", "\\\\")
                .replace("(", "\\(")
                .replace(")", "\\)")
                .encode("cp1252", "replace")
                + b") Tj T*"
                for line in lines
            )
            + b" ET"
        )
        stream = add(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
        kids.append(
            add(
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
                b"/Resources << /Font << /F1 %d 0 R >> >> >>" % (stream, font)
            )
        )
    info = add(f"<< /Title ({title}) /Author ({author}) >>".encode("cp1252", "replace"))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (
        len(kids),
        b" ".join(b"%d 0 R" % kid for kid in kids),
    )
    out = bytearray(b"%PDF-1.5\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        info,
        start,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(out))
    return path


def article(surname: str, year: int, subject: str, *, n_pages: int = 2) -> list[list[str]]:
    """Pages of an article as `write_pdf` takes them: title, author, year, then sentences."""
    pages = [[f"On the {subject} of solids", f"Anna {surname}", f"Journal of Tests 1 ({year}) 1-9"]]
    for number in range(n_pages):
        lines = list(sentences_about(f"{subject} in part {number}", 8))
        if number:
            pages.append(lines)
        else:
            pages[0] += ["", "Abstract", *lines]
    return pages


def new_paper(
    paper_id: str, base_key: str, texts: Sequence[str], embedder: TinyEmbedder | None = None
) -> NewPaper:
    """A paper of these pages, cut and embedded as an ingest would."""
    pages, start = [], 0
    for number, text in enumerate(texts, start=1):
        pages.append(Page(number=number, label=None, text=text, start=start))
        start += len(text) + 1
    read = ReadPaper(
        outcome=ReadOutcome.OK,
        pages=tuple(pages),
        metadata=PaperMetadata(title=f"Title of {base_key}", authors=("Anna Li",), year=2021),
        engine="by hand",
    )
    sentences = split_sentences(read)
    chunks = chunk_paper(paper_id, read, sentences)
    vectors: dict[Unit, NDArray[np.float32]] = {}
    if embedder is not None:
        vectors["chunk"] = embedder.embed([chunk.text for chunk in chunks])
        vectors["sentence"] = embedder.embed([read.text[s.start : s.end] for s in sentences])
    return NewPaper(paper_id, base_key, read, sentences, chunks, vectors)


def place(path: str, sha256: str | None = None) -> Place:
    """A file that was last written long before it was seen."""
    return Place(path=path, size=1, mtime_ns=0, seen_ns=10**18, sha256=sha256)
