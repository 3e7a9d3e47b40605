r"""Lines of a PDF page with their place on it, in the order the page's content gives them.

pdfium writes a page's text with ``\r\n`` where the baseline changes, and in place of a hyphen at
a line's end the mark U+FFFE (or U+0002) without a line feed. A superscript at the end of a stretch
ends the line too, so "10⁻² S cm" arrives as "10−2", "S cm". Here stretches that continue each
other on one baseline become one line again. Asking pdfium for every character's box would halve
the speed; asking for each stretch's first and last character costs a tenth.
"""

from __future__ import annotations

import ctypes
import threading
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium_c

HYPHEN = "\ufffe"  # a hyphen that pdfium found at the end of a line

# pdfium is not thread-safe: every call into it, from any thread, is made under this lock.
PDFIUM_LOCK = threading.RLock()


@dataclass(slots=True)
class Line:
    """One printed line: its text and its box in points, y upwards from the page's foot.

    ``text`` ends in ``HYPHEN`` where the line ends in a hyphen that may belong to no word.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float  # height of the line's first letter box, in points
    baseline: float

    @property
    def width(self) -> float:
        """Width in points."""
        return self.x1 - self.x0


def page_text(textpage: Any) -> str:
    """Text of a page as pdfium writes it, with ``HYPHEN`` for every line-end hyphen."""
    n_chars = pdfium_c.FPDFText_CountChars(textpage)
    if n_chars <= 0:
        return ""
    buffer = (ctypes.c_ushort * (n_chars + 1))()
    n_units = pdfium_c.FPDFText_GetText(textpage, 0, n_chars, buffer)
    return bytes(buffer)[: max(0, n_units - 1) * 2].decode("utf-16-le", "replace")


def read_lines(textpage: Any) -> list[Line]:
    """Lines of a page, stretches of one baseline joined, in the order of the page's content."""
    text = page_text(textpage)
    if not text.strip():
        return []
    stretches = _stretches(textpage, text)
    lines: list[Line] = []
    for stretch in stretches:
        if lines and _continues(lines[-1], stretch):
            _join(lines[-1], stretch)
        else:
            lines.append(stretch)
    return lines


def _stretches(textpage: Any, text: str) -> list[Line]:
    """Lines as pdfium breaks them, each with the boxes of its first and last character."""
    astral = max(text) > "\uffff"
    # Text and character indices differ where a glyph has no Unicode value: ask then, else save it.
    n_units = len(text.encode("utf-16-le")) // 2 if astral else len(text)
    exact = n_units == pdfium_c.FPDFText_CountChars(textpage)
    rect = pdfium_c.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    x_ref, y_ref, rect_ref = ctypes.byref(x), ctypes.byref(y), ctypes.byref(rect)
    to_char = pdfium_c.FPDFText_GetCharIndexFromTextIndex
    loose_box = pdfium_c.FPDFText_GetLooseCharBox
    origin = pdfium_c.FPDFText_GetCharOrigin
    found: list[Line] = []
    offset = 0  # in UTF-16 units
    for raw in text.replace(HYPHEN, HYPHEN + "\n").split("\n"):
        body = raw.rstrip("\r")
        consumed = len(raw) + (0 if raw.endswith(HYPHEN) else 1)
        if astral:
            consumed += sum(c > "\uffff" for c in raw)
        stripped = body.strip()
        if stripped:
            first = offset + len(body) - len(body.lstrip())
            last = first + len(stripped) - 1
            if astral:
                last += sum(c > "\uffff" for c in stripped[:-1])
            if not exact:
                first, last = to_char(textpage, first), to_char(textpage, last)
            loose_box(textpage, first, rect_ref)
            x0, y0, y1 = rect.left, rect.bottom, rect.top
            loose_box(textpage, last, rect_ref)
            x1 = rect.right
            origin(textpage, first, x_ref, y_ref)
            found.append(Line(stripped, x0, y0, x1, y1, y1 - y0, y.value))
        offset += consumed
    return found


def _continues(line: Line, stretch: Line) -> bool:
    """Whether ``stretch`` goes on where ``line`` stops, on the same printed line."""
    overlap = min(line.y1, stretch.y1) - max(line.y0, stretch.y0)
    if overlap < 0.4 * min(line.size, stretch.size):
        return False
    gap = stretch.x0 - line.x1
    return -0.6 * line.size <= gap <= 2.0 * max(line.size, stretch.size)


def _join(line: Line, stretch: Line) -> None:
    gap = stretch.x0 - line.x1
    space = " " if gap > 0.12 * max(line.size, stretch.size) else ""
    line.text = line.text.rstrip(HYPHEN) + space + stretch.text
    line.x1 = max(line.x1, stretch.x1)
    if stretch.size > line.size * 1.15:  # the line began with a superscript
        line.size, line.baseline = stretch.size, stretch.baseline
    line.y0, line.y1 = min(line.y0, stretch.y0), max(line.y1, stretch.y1)


def plain_lines(text: str) -> list[Line]:
    """Lines of a text without places: every box is empty."""
    return [
        Line(stripped, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for raw in text.splitlines()
        if (stripped := raw.strip())
    ]
