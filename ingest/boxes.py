"""Where a quote stands on its page, and pictures of pages with the quote boxed.

A quote is found on the stream of letters and digits, which survives line breaks, hyphens,
ligatures and accents; numbers are then compared with their decimal points and signs, which that
stream loses.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pypdfium2

from ingest.citation import Box
from ingest.layout import PDFIUM_LOCK, page_characters

_PARTS = 4  # stretches that a quote may be made of, where a figure cut its paragraph
_PART_CHARS = 12  # letters and digits of a stretch at least: fewer may stand anywhere
_MAX_PIXELS = 25_000_000
_FRAME = (214, 69, 24, 255)
_SHADE = (255, 214, 64, 70)
_PAD = 1.5  # points around a quote
_NUMBER = re.compile(r"(?:(?<![\w)\]])[-−–])?\d+(?:[.,·]\d+)*")
_DASHES = dict.fromkeys(map(ord, "−–‐‑"), "-")


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
    needle = "".join(_letters(char) for char in quote)
    if not needle:
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
                return tuple(_boxes(text, quote, needle, (path, state, page)))


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


@dataclass(frozen=True, eq=False)
class _PageLetters:
    """What is compared of a page, and where it stands."""

    characters: list[str]  # one for each of pdfium's indices
    letters: str
    places: list[int]  # pdfium's index of the character that each letter comes from

    @classmethod
    def of(cls, characters: list[str]) -> _PageLetters:
        stream: list[str] = []
        places: list[int] = []
        for index, char in enumerate(characters):
            for letter in _letters(char):
                stream.append(letter)
                places.append(index)
        return cls(characters, "".join(stream), places)


_PAGES_KEPT = 256  # an answer quotes a page more than once, and the next answer quotes it again
_pages: OrderedDict[PageState, _PageLetters] = OrderedDict()  # under PDFIUM_LOCK


def _page_letters(textpage: Any, state: PageState) -> _PageLetters:
    if state not in _pages:
        _pages[state] = _PageLetters.of(page_characters(textpage))
        while len(_pages) > _PAGES_KEPT:
            _pages.popitem(last=False)
    _pages.move_to_end(state)
    return _pages[state]


def _boxes(textpage: Any, quote: str, needle: str, state: PageState) -> list[Box]:
    page = _page_letters(textpage, state)
    spans = _find(page, quote, needle)
    if not spans:
        spans = _find(_PageLetters.of(_without_line_numbers(page.characters)), quote, needle)
    return [box for start, end in spans for box in _rectangles(textpage, start, end)]


def _find(page: _PageLetters, quote: str, needle: str) -> list[tuple[int, int]]:
    """Ranges of pdfium's indices that hold the quote, its numbers included."""
    places = page.places
    numbers = _numbers(quote)
    for spans in _candidates(page.letters, needle):
        ranges = [(places[start], places[end - 1] + 1) for start, end in spans]
        raw = " ".join("".join(page.characters[start:end]) for start, end in ranges)
        # A line's end may part "10⁻⁴-10⁻⁶" before the dash, or "of" from "-5".
        if numbers in (_numbers(raw), _numbers(re.sub(r"[\r\n]+", "", raw))):
            return ranges
    return []


def _without_line_numbers(characters: list[str]) -> list[str]:
    """The characters with the numbers that begin their lines blanked."""
    out = list(characters)
    begins = True
    for index, char in enumerate(characters):
        if char in "\r\n" and char:
            begins = True
        elif begins and char.isdigit():
            out[index] = ""
        elif not (begins and char == ""):
            begins = False
    return out


def _candidates(text: str, needle: str) -> list[list[tuple[int, int]]]:
    """Every place of the needle in the text, else its place in several parts."""
    whole = []
    at = text.find(needle)
    while at >= 0:
        whole.append([(at, at + len(needle))])
        at = text.find(needle, at + 1)
    if whole:
        return whole
    parts: list[tuple[int, int]] = []
    rest = needle
    while rest and len(parts) < _PARTS:
        low, high = 0, len(rest)
        while low < high:  # the longest beginning that stands on the page
            middle = (low + high + 1) // 2
            if rest[:middle] in text:
                low = middle
            else:
                high = middle - 1
        if low < min(_PART_CHARS, len(rest)):
            return []
        at = text.find(rest[:low], parts[-1][1] if parts else 0)
        at = at if at >= 0 else text.find(rest[:low])
        parts.append((at, at + low))
        rest = rest[low:]
    return [] if rest else [parts]


@lru_cache(maxsize=4096)
def _letters(char: str) -> str:
    """Letters and digits of a character, as they are compared: H₂ is h2, ﬁ is fi, é is e."""
    folded = unicodedata.normalize("NFKD", char).casefold()
    return "".join(c for c in folded if c.isalnum())


def _numbers(text: str) -> list[str]:
    """Numbers of a text with their decimal points and minus signs."""
    text = re.sub(r"[\x02\ufffe]\s*", "-", unicodedata.normalize("NFKC", text)).translate(_DASHES)
    text = re.sub(r"\s+", " ", re.sub(r"-\s*[\r\n]\s*", "-", text))
    return [number.replace("·", ".") for number in _NUMBER.findall(text)]


def _rectangles(textpage: Any, start: int, end: int) -> list[Box]:
    """Boxes of the characters ``start`` to ``end``, those of one printed line as one."""
    boxes: list[Box] = []
    for i in range(textpage.count_rects(start, end - start)):
        x0, y0, x1, y1 = textpage.get_rect(i)
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
