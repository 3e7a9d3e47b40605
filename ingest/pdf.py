"""A file becomes a `ReadPaper`: pages of cleaned text, metadata, and a typed outcome.

pdfium reads the text; where it finds none or cannot open the file, pypdf is asked. Nothing here
limits memory or time: files come from strangers, so `ingest.isolation` calls this in a child.
"""

from __future__ import annotations

import logging
import stat
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pypdfium2

from ingest.cleaning import clean_pages, clean_plain, prepare_lines, visible
from ingest.layout import PDFIUM_LOCK, read_lines, read_names
from ingest.lines import Line, plain_lines
from ingest.metadata import FileInfo, read_metadata
from ingest.paper import PAGE_BREAK, Page, ReadOutcome, ReadPaper
from ingest.settings import ReaderSettings
from ingest.suffixes import HTML_SUFFIXES, TEXT_SUFFIXES
from ingest.text_pages import TextPages

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns of every oddity of every file

MAGIC_WINDOW = 1024  # readers accept junk before %PDF- within this many bytes
_MB = 1024 * 1024


class _Failed(Exception):
    """Reading cannot go on; becomes the outcome."""

    def __init__(self, outcome: ReadOutcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.message = message


def read_paper(path: Path, settings: ReaderSettings) -> ReadPaper:
    """Text, labels and metadata of the PDF, text or HTML file at ``path``.

    Never raises for what a file holds: the outcome and its message say what is the matter.
    ``settings`` limits size, pages and text; time and memory are `ingest.isolation`'s.
    """
    try:
        with PDFIUM_LOCK:
            return _read(path, settings)
    except _Failed as failed:
        return ReadPaper(outcome=failed.outcome, message=failed.message)
    except MemoryError:
        return memory_failure(path, settings)
    except RecursionError:
        return ReadPaper(
            outcome=ReadOutcome.CRASHED,
            message=f"cannot read {path.name!r}: its structure is nested too deeply. "
            "Print it to a new PDF and add that",
        )


def memory_failure(path: Path, settings: ReaderSettings) -> ReadPaper:
    """What is returned for a file that needs more memory than it may have."""
    return ReadPaper(
        outcome=ReadOutcome.LIMIT_MEMORY,
        message=f"cannot read {path.name!r}: it needs more than {settings.memory_mb} MB of memory. "
        "Raise reader.memory_mb if the file is trusted",
    )


def _read(path: Path, settings: ReaderSettings) -> ReadPaper:
    data = _read_bytes(path, settings)
    if path.suffix.lower() in TEXT_SUFFIXES:
        return _read_text_file(path, data, settings)
    start = data[:MAGIC_WINDOW].find(b"%PDF-")
    if start < 0:
        raise _Failed(ReadOutcome.NOT_PDF, f"{path.name!r} is not a PDF: {_what_it_is(data)}")
    return _read_pdf(path, data[start:], settings)


def _read_bytes(path: Path, settings: ReaderSettings) -> bytes:
    """The bytes of a regular file that is not too large; opened only when it is one."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
            raise _Failed(
                ReadOutcome.NOT_PDF, f"cannot read {path.name!r}: it is {kind}. Name a file"
            )
        if status.st_size == 0:
            raise _Failed(
                ReadOutcome.EMPTY, f"{path.name!r} is empty (0 bytes). Fetch the file again"
            )
        if status.st_size > settings.max_file_mb * _MB:
            raise _Failed(
                ReadOutcome.LIMIT_SIZE,
                f"{path.name!r} is {status.st_size / _MB:.0f} MB, more than the limit of "
                f"{settings.max_file_mb} MB. Raise reader.max_file_mb if the file is trusted",
            )
        return path.read_bytes()
    except OSError as error:
        raise _Failed(
            ReadOutcome.NOT_PDF,
            f"cannot open {path.name!r}: {error.strerror or error}. Check that it exists and may "
            "be read",
        ) from error


def _what_it_is(data: bytes) -> str:
    head = data[:MAGIC_WINDOW].lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html", b"<?xml")) or b"<html" in head:
        return (
            "it holds a web page, as a download that needed a login does. Fetch the PDF itself, "
            "or rename it to .html"
        )
    if head.startswith(b"pk\x03\x04"):
        return "it holds a zip archive or an office document. Export it as PDF"
    return f"no '%PDF-' within its first {MAGIC_WINDOW} bytes. Fetch the file again"


# ---------------------------------------------------------------------------------------- PDF


def _read_pdf(path: Path, data: bytes, settings: ReaderSettings) -> ReadPaper:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return _read_with_pypdf(path, data, settings, why=error)
    with closing(document):
        n_pages = len(document)
        _check_page_count(path, n_pages, settings)
        if n_pages == 0:
            return _read_with_pypdf(path, data, settings, why=None)
        with closing(TextPages(document)) as textpages:
            lines, unreadable = _all_lines(path, textpages, n_pages, settings)
            if not any(lines):
                return _read_with_pypdf(path, data, settings, why=None)
            lines = prepare_lines(lines)
            first = textpages.first
            metadata = read_metadata(
                lines[:2],
                _file_info(document),
                path.name,
                lambda line: visible(read_names(first, line)) if first else line.text,
            )
            labels = [_label(document, index) for index in range(n_pages)]
            texts, printed = clean_pages(lines)
            pages = with_offsets(texts, labels if any(labels) else printed)
            boxes = textpages.boxes(pages)
    return ReadPaper(
        outcome=ReadOutcome.OK,
        message=_partial_message(path, lines, unreadable),
        pages=pages,
        boxes=boxes,
        metadata=metadata,
        engine=_engine(),
    )


def _all_lines(
    path: Path, textpages: TextPages, n_pages: int, settings: ReaderSettings
) -> tuple[list[list[Line]], list[int]]:
    """Lines of every page, and the numbers of the pages that pdfium could not load.

    Raises:
        _Failed: The pages hold more text than they may.
    """
    pages: list[list[Line]] = []
    unreadable: list[int] = []
    budget = settings.max_text_mb * _MB
    for index in range(n_pages):
        with textpages.opened(index) as textpage:
            lines = read_lines(textpage) if textpage else None
        if lines is None:
            unreadable.append(index + 1)
        pages.append(lines or [])
        budget -= sum(len(line.text) for line in pages[-1])
        if budget < 0:
            raise _Failed(
                ReadOutcome.LIMIT_SIZE,
                f"cannot read {path.name!r}: more than {settings.max_text_mb} MB of text by page "
                f"{index + 1} of {n_pages}. Raise reader.max_text_mb if the file is trusted",
            )
    return pages, unreadable


def _check_page_count(path: Path, n_pages: int, settings: ReaderSettings) -> None:
    if n_pages > settings.max_pages:
        raise _Failed(
            ReadOutcome.LIMIT_SIZE,
            f"{path.name!r} has {n_pages} pages, more than the limit of {settings.max_pages}. "
            "Raise reader.max_pages if the file is trusted",
        )


def _label(document: pypdfium2.PdfDocument, index: int) -> str | None:
    label: str = document.get_page_label(index)
    return label.strip() or None


def _file_info(document: pypdfium2.PdfDocument) -> FileInfo:
    meta: dict[str, str] = document.get_metadata_dict(skip_empty=True)
    return FileInfo(
        title=meta.get("Title", ""),
        author=meta.get("Author", ""),
        subject=meta.get("Subject", ""),
        created=meta.get("CreationDate", ""),
    )


def _partial_message(path: Path, pages: list[list[Line]], unreadable: list[int]) -> str:
    """A note on pages that gave nothing in a paper that otherwise reads well."""
    n_pages = len(pages)
    if unreadable:
        return (
            f"{path.name!r}: {_page_list(unreadable)} of {n_pages} could not be read and "
            "is left out. Fetch the file again"
        )
    empty = [number for number, lines in enumerate(pages, 1) if not lines]
    if empty:
        verb = "has" if len(empty) == 1 else "have"
        return (
            f"{path.name!r}: {_page_list(empty)} of {n_pages} {verb} no text layer. "
            "If scanned, run OCR first, e.g. ocrmypdf"
        )
    return ""


def _page_list(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:5])) + (" ..." if len(numbers) > 5 else "")
    return f"page {shown}" if len(numbers) == 1 else f"pages {shown}"


def _engine() -> str:
    return f"pypdfium2 {pypdfium2.PYPDFIUM_INFO}"


def with_offsets(texts: list[str], labels: list[str | None]) -> tuple[Page, ...]:
    """Pages of these texts, each with its offset in the paper's text."""
    pages: list[Page] = []
    start = 0
    for number, (text, label) in enumerate(zip(texts, labels, strict=True), 1):
        pages.append(Page(number=number, label=label, text=text, start=start))
        start += len(text) + len(PAGE_BREAK)
    return tuple(pages)


# ------------------------------------------------------------------------- the second reader


def _read_with_pypdf(
    path: Path, data: bytes, settings: ReaderSettings, *, why: Exception | None
) -> ReadPaper:
    """Text by pypdf, for files that pdfium cannot open or finds no text in.

    Raises:
        _Failed: pypdf gives no text either; the outcome is the likeliest cause.
    """
    import io

    import pypdf  # costs 0.15 CPU seconds: only where needed
    from pypdf.errors import PdfReadError, PyPdfError

    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise _Failed(
                ReadOutcome.ENCRYPTED,
                f"{path.name!r} is encrypted and needs a password. Save a copy without one",
            )
        n_pages = len(reader.pages)
        _check_page_count(path, n_pages, settings)
        texts: list[str] = []
        budget = settings.max_text_mb * _MB
        for page in reader.pages:
            try:
                texts.append(page.extract_text() or "")
            except (MemoryError, RecursionError):
                raise
            except Exception:  # pypdf raises nearly anything on a damaged page; the page is lost
                texts.append("")
            budget -= len(texts[-1])
            if budget < 0:
                raise _Failed(
                    ReadOutcome.LIMIT_SIZE,
                    f"cannot read {path.name!r}: more than {settings.max_text_mb} MB of text. "
                    "Raise reader.max_text_mb if the file is trusted",
                )
        labels: list[str | None] = [label or None for label in reader.page_labels][:n_pages]
        meta: Mapping[str, object] = reader.metadata or {}
        info = FileInfo(
            title=str(meta.get("/Title", "")),
            author=str(meta.get("/Author", "")),
            subject=str(meta.get("/Subject", "")),
            created=str(meta.get("/CreationDate", "")),
        )
    except (_Failed, MemoryError, RecursionError):
        raise
    except PyPdfError as error:
        raise _broken(path, data, why or error) from error
    except Exception as error:  # damaged files raise TypeError, KeyError, struct.error and more
        raise _broken(path, data, why or error) from error
    if n_pages == 0:
        raise _broken(path, data, why or PdfReadError("0 pages"))
    if not any(text.strip() for text in texts):
        raise _no_text(path, n_pages)
    lines = prepare_lines([plain_lines(text) for text in texts])
    cleaned = clean_pages(lines)
    return ReadPaper(
        outcome=ReadOutcome.OK_FALLBACK,
        pages=with_offsets(cleaned.texts, labels),
        metadata=read_metadata(lines[:2], info, path.name),
        engine=f"pypdf {pypdf.__version__}",
    )


def _no_text(path: Path, n_pages: int) -> _Failed:
    which = "its only page has no" if n_pages == 1 else f"none of its {n_pages} pages has a"
    return _Failed(
        ReadOutcome.NO_TEXT_LAYER,
        f"cannot read {path.name!r}: {which} text layer. It looks scanned; run OCR first, "
        "e.g. ocrmypdf",
    )


def _broken(path: Path, data: bytes, error: Exception) -> _Failed:
    """A file that no reader opens: cut off where its end is missing, else damaged."""
    tail = data[-2048:]
    how = "it ends early (no end mark)" if b"%%EOF" not in tail else f"it is damaged ({error})"
    return _Failed(
        ReadOutcome.TRUNCATED,
        f"cannot read {path.name!r}: {how}. Fetch the file again",
    )


# ------------------------------------------------------------------------------ text and HTML


def _read_text_file(path: Path, data: bytes, settings: ReaderSettings) -> ReadPaper:
    from ingest.plaintext import decode, html_text

    if len(data) > settings.max_text_mb * _MB:
        raise _Failed(
            ReadOutcome.LIMIT_SIZE,
            f"{path.name!r} holds {len(data) / _MB:.0f} MB of text, more than the limit of "
            f"{settings.max_text_mb} MB. Raise reader.max_text_mb if the file is trusted",
        )
    if data.startswith(b"%PDF-"):
        return _read_pdf(path, data, settings)
    text = decode(data)
    if text is None:
        raise _Failed(
            ReadOutcome.NOT_PDF,
            f"cannot read {path.name!r}: it is not text. Give it its own ending, e.g. .pdf",
        )
    info = FileInfo()
    if path.suffix.lower() in HTML_SUFFIXES:
        text, info = html_text(text)
    cleaned = clean_plain(text)
    if not cleaned:
        raise _Failed(ReadOutcome.EMPTY, f"{path.name!r} holds no text")
    metadata = read_metadata([plain_lines(cleaned)], info, path.name)
    return ReadPaper(
        outcome=ReadOutcome.OK,
        pages=with_offsets([cleaned], [None]),
        metadata=metadata,
        engine="text",
    )
