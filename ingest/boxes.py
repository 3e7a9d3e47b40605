"""Where a quote stands on its page, and pictures of pages with the quote boxed.

`ingest.page_letters` finds it among the page's characters, pdfium tells where these stand.
"""

from __future__ import annotations

import ctypes
import io
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium_c

from ingest.citation import Box, SentenceBox
from ingest.layout import PDFIUM_LOCK, page_characters
from ingest.page_letters import PageLetters, letters_of

MOST_CHARS = 30_000  # of a page whose sentences are all looked for
_MAX_PIXELS = 25_000_000
_FRAME = (214, 69, 24, 255)
_SHADE = (255, 214, 64, 70)
_PAD = 1.5  # points around a quote


def find_quote(path: Path, page: int, quote: str) -> Box | None:
    """The rectangle around a quote on a page of a PDF; None where it is not found there.

    Args:
        path: The PDF.
        page: Counted from 1.
        quote: As `ingest.cleaning` gives the text, or as any reader copies it.
    """
    return union(quote_boxes(path, page, quote))


def union(boxes: Sequence[Box]) -> Box | None:
    """The rectangle around all boxes."""
    if not boxes:
        return None
    return Box(
        x0=min(box.x0 for box in boxes),
        y0=min(box.y0 for box in boxes),
        x1=max(box.x1 for box in boxes),
        y1=max(box.y1 for box in boxes),
    )


def quote_boxes(path: Path, page: int, quote: str) -> list[Box]:
    """Rectangles around a quote, one for each printed line; none where it is not found."""
    try:
        stat = path.stat()
    except OSError:
        return []  # gone
    return list(_boxes_of(path, (stat.st_mtime_ns, stat.st_size), page, quote))


@lru_cache(maxsize=2048)
def _boxes_of(path: Path, state: tuple[int, int], page: int, quote: str) -> tuple[Box, ...]:
    """The same for one state of the file: its time and size."""
    if not letters_of(quote):
        return ()
    with PDFIUM_LOCK:
        try:
            document = pypdfium2.PdfDocument(path)
        except (pypdfium2.PdfiumError, OSError):
            return ()  # not a PDF
        with closing(document):
            if not 1 <= page <= len(document):
                return ()
            with closing(document[page - 1]) as pdf_page, closing(pdf_page.get_textpage()) as text:
                return tuple(_boxes(text, quote, (path, state, page)))


def sentence_boxes(
    textpage: Any, texts: Iterable[tuple[int, int, str]], *, max_chars: int = MOST_CHARS
) -> list[SentenceBox]:
    """The rectangle around each sentence of a page; those that are not found are left out.

    Args:
        textpage: The page, open in pdfium.
        texts: Start, end and text of each sentence, as it is quoted.
        max_chars: A page of more characters is left alone: the search there would take too long.
    """
    characters = page_characters(textpage)
    if len(characters) > max_chars:
        return []
    page = PageLetters.of(characters)
    found = []
    for start, end, text in texts:
        edges = [edge for span in page.find(text) for edge in _edges(textpage, *span)]
        if edges:
            x0, y0, x1, y1 = zip(*edges, strict=True)
            box = Box(x0=min(x0), y0=min(y0), x1=max(x1), y1=max(y1))
            found.append(SentenceBox(start=start, end=end, box=box))
    return found


def _edges(textpage: Any, start: int, end: int) -> Iterator[tuple[float, float, float, float]]:
    """Left, lower, right and upper edge of what pdfium draws of some characters."""
    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    references = [ctypes.byref(edge) for edge in (left, top, right, bottom)]
    for i in range(pdfium_c.FPDFText_CountRects(textpage, start, end - start)):
        if pdfium_c.FPDFText_GetRect(textpage, i, *references):
            yield left.value, bottom.value, right.value, top.value


def render_page(path: Path, page: int, *, boxes: Sequence[Box] = (), scale: float = 2.0) -> bytes:
    """PNG of a page with ``boxes`` drawn on it.

    Args:
        path: The PDF.
        page: Counted from 1.
        boxes: What `quote_boxes` gave, or one `Box`.
        scale: Pixels for each point; made smaller for pages of great size.

    Raises:
        ValueError: The file cannot be opened as a PDF, or has no such page.
    """
    from PIL import ImageDraw  # only where a page is shown

    with PDFIUM_LOCK:
        try:
            document = pypdfium2.PdfDocument(path)
        except (pypdfium2.PdfiumError, OSError) as error:
            raise ValueError(f"cannot show {path.name!r}: {error}") from error
        with closing(document):
            if not 1 <= page <= len(document):
                raise ValueError(f"{path.name!r} has {len(document)} pages, no page {page}")
            with closing(document[page - 1]) as pdf_page:
                width, height = pdf_page.get_size()
                scale = min(scale, (_MAX_PIXELS / max(1.0, width * height)) ** 0.5)
                bitmap = pdf_page.render(scale=scale)
                image = bitmap.to_pil().convert("RGB")
                pen = ImageDraw.Draw(image, "RGBA")
                for box in boxes:
                    x0, y0 = _pixel(bitmap, pdf_page, box.x0 - _PAD, box.y1 + _PAD)
                    x1, y1 = _pixel(bitmap, pdf_page, box.x1 + _PAD, box.y0 - _PAD)
                    corners = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
                    pen.rectangle(corners, fill=_SHADE, outline=_FRAME, width=max(1, round(scale)))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _pixel(bitmap: Any, page: Any, x: float, y: float) -> tuple[int, int]:
    x_pixel, y_pixel = bitmap.get_posconv(page).to_bitmap(x, y)
    return int(x_pixel), int(y_pixel)


PageState = tuple[Path, tuple[int, int], int]  # a file, its time and size, and a page of it


_PAGES_KEPT = 256  # an answer quotes a page more than once, and the next answer quotes it again
_pages: OrderedDict[PageState, PageLetters] = OrderedDict()  # under PDFIUM_LOCK


def _page_letters(textpage: Any, state: PageState) -> PageLetters:
    if state not in _pages:
        _pages[state] = PageLetters.of(page_characters(textpage))
        while len(_pages) > _PAGES_KEPT:
            _pages.popitem(last=False)
    _pages.move_to_end(state)
    return _pages[state]


def _boxes(textpage: Any, quote: str, state: PageState) -> list[Box]:
    spans = _page_letters(textpage, state).find(quote)
    return [box for start, end in spans for box in _rectangles(textpage, start, end)]


def _rectangles(textpage: Any, start: int, end: int) -> list[Box]:
    """Boxes of the characters ``start`` to ``end``, those of one printed line as one."""
    boxes: list[Box] = []
    for x0, y0, x1, y1 in _edges(textpage, start, end):
        box = Box(x0=x0, y0=y0, x1=x1, y1=y1)
        last = boxes[-1] if boxes else None
        if last is not None and _on_one_line(last, box):
            joined = union([last, box])
            assert joined is not None
            boxes[-1] = joined
        else:
            boxes.append(box)
    return boxes


def _on_one_line(a: Box, b: Box) -> bool:
    overlap = min(a.y1, b.y1) - max(a.y0, b.y0)
    height = min(a.y1 - a.y0, b.y1 - b.y0)
    gap = max(a.x0, b.x0) - min(a.x1, b.x1)
    return overlap > 0.4 * height and gap < 4.0 * max(a.y1 - a.y0, b.y1 - b.y0)
