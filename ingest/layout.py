r"""Lines of a PDF page with their place on it, in the order the page's content gives them.

pdfium writes a page's text with ``\r\n`` where the baseline changes, and in place of a hyphen at
a line's end the mark U+FFFE (or U+0002) without a line feed. A superscript at the end of a stretch
ends the line too, so "10⁻² S cm" arrives as "10−2", "S cm". Here stretches that continue each
other on one baseline become one line again. Asking pdfium for every character's box would halve
the speed; asking for each stretch's first and last character costs a tenth.
"""

from __future__ import annotations

import ctypes
import math
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from statistics import median
from typing import Any

import pypdfium2.raw as pdfium_c

from ingest.columns import Gap, in_column_order
from ingest.lines import HYPHEN, NO_UNICODE, RAISED, Line

_LONGEST_LINE = 250  # characters; no printed line is longer
_NAME_LINE = 200  # characters; a longer line lists no names
_LETTER = re.compile(r"[A-Za-z]")

# pdfium is not thread-safe: every call into it, from any thread, is made under this lock.
PDFIUM_LOCK = threading.RLock()

# One set of buffers for all calls: they are made under the lock, thousands for a paper.
_RECT = pdfium_c.FS_RECTF()
_X, _Y = ctypes.c_double(), ctypes.c_double()
_RECT_REF, _X_REF, _Y_REF = ctypes.byref(_RECT), ctypes.byref(_X), ctypes.byref(_Y)
_INK = tuple(ctypes.c_double() for _ in range(4))  # left, right, bottom, top
_INK_REFS = tuple(map(ctypes.byref, _INK))
_ink_box = pdfium_c.FPDFText_GetCharBox
_char_angle = pdfium_c.FPDFText_GetCharAngle
_loose_box = pdfium_c.FPDFText_GetLooseCharBox


def _page_text(textpage: Any) -> tuple[str, bool]:
    """Text of a page, and whether its characters are pdfium's, one by one.

    pdfium leaves out glyphs that the file gives no Unicode value for, and a minus may be one of
    them ("-1.84 eV" would read "1.84 eV"): they are shown as U+FFFD.
    """
    n_chars = pdfium_c.FPDFText_CountChars(textpage)
    if n_chars <= 0:
        return "", True
    buffer = (ctypes.c_ushort * (n_chars + 1))()
    n_units = pdfium_c.FPDFText_GetText(textpage, 0, n_chars, buffer) - 1
    if n_units < n_chars:
        for index in range(n_chars):
            buffer[index] = _code(textpage, index)
    text = bytes(buffer)[: 2 * n_chars].decode("utf-16-le", "replace")
    return text, len(text) == n_chars


def _code(textpage: Any, index: int) -> int:
    code: int = pdfium_c.FPDFText_GetUnicode(textpage, index)
    if code >= 0x0B or code in (0x0A, 0x0D, 0x09):
        return min(code, 0xFFFF)
    if code == 2 and pdfium_c.FPDFText_IsHyphen(textpage, index) == 1:
        return ord(HYPHEN)
    return 0x20 if pdfium_c.FPDFText_IsGenerated(textpage, index) == 1 else ord(NO_UNICODE)


def page_characters(textpage: Any) -> list[str]:
    """Every character of a page, one for each of pdfium's indices."""
    text, exact = _page_text(textpage)
    if exact:
        return list(text)
    characters = []
    for char in text:
        if char > "\uffff":  # two of pdfium's
            characters.append("")
        characters.append(char)
    return characters


def read_lines(textpage: Any) -> list[Line]:
    """Lines of a page, stretches of one baseline joined, in the order of the page's content."""
    text, exact = _page_text(textpage)
    if not text.strip():
        return []
    stretches = _stretches(textpage, text, exact=exact)
    lines: list[Line] = []
    for stretch in stretches:
        if lines and _continues(lines[-1], stretch):
            _join(lines[-1], stretch)
        else:
            lines.append(stretch)
    return in_column_order(lines, lambda line, width: _gaps(textpage, line, width))


def _gaps(textpage: Any, line: Line, width: float) -> list[Gap]:
    """Blanks in a line that are at least ``width`` wide."""
    gaps: list[Gap] = []
    first, last = line.chars
    end = 0.0
    text = ""  # up to the character asked for
    for index in range(first, last + 1):
        code = pdfium_c.FPDFText_GetUnicode(textpage, index)
        if code <= 0x20 or 0xD800 <= code < 0xE000:
            text += " "
            continue
        _loose_box(textpage, index, _RECT_REF)
        if text and _RECT.left - end > width:
            gaps.append((end, _RECT.left, partial(_part, line, text, end, index, _RECT.left)))
        end = _RECT.right
        text += chr(code)
    return gaps


def _part(line: Line, text: str, end: float, index: int, start: float) -> tuple[Line, Line]:
    """A line in two, before and behind a gap."""
    words = len(text.split())
    parts = line.text.split(" ")
    left = replace(line, text=" ".join(parts[:words]), x1=end, chars=(line.chars[0], index - 1))
    right = replace(line, text=" ".join(parts[words:]), x0=start, chars=(index, line.chars[1]))
    return left, right


def _stretches(textpage: Any, text: str, *, exact: bool) -> list[Line]:
    """Lines as pdfium breaks them, each with the boxes of its first and last character."""
    found: list[Line] = []
    offset = 0  # in UTF-16 units
    for raw in text.replace(HYPHEN, HYPHEN + "\n").split("\n"):
        body = raw.rstrip("\r")
        consumed = len(raw) + (0 if raw.endswith(HYPHEN) else 1)
        if not exact:  # characters beyond U+FFFF are two of pdfium's
            consumed += sum(c > "\uffff" for c in raw)
        stripped = body.strip()
        if stripped:
            first = offset + len(body) - len(body.lstrip())
            last = first + len(stripped) - 1
            if not exact:
                last += sum(c > "\uffff" for c in stripped[:-1])
            line = _line(textpage, stripped, first, last, exact=exact)
            if _is_jumble(textpage, line):
                found.extend(_untangled(textpage, first, last))
            else:
                found.append(line)
        offset += consumed
    return found


def _line(textpage: Any, text: str, first: int, last: int, *, exact: bool) -> Line:
    """The stretch of characters ``first`` to ``last`` with its place."""
    quarters = _quarters(_char_angle(textpage, first))
    _loose_box(textpage, first, _RECT_REF)
    left, bottom, right, top = _RECT.left, _RECT.bottom, _RECT.right, _RECT.top
    # Signs, notes' and line numbers come in fonts and sizes of their own: ask a letter.
    letter = _LETTER.search(text, 1, 12) if exact and not text[0].isalpha() else None
    if letter:
        _loose_box(textpage, first + letter.start(), _RECT_REF)
        size = max(_RECT.top - _RECT.bottom, 0.1)
    else:
        size = max(top - bottom, 0.1)
    _loose_box(textpage, last, _RECT_REF)
    pdfium_c.FPDFText_GetCharOrigin(textpage, first, _X_REF, _Y_REF)
    if quarters == 0:
        box = left, bottom, _RECT.right, top
        return Line(text, *box, size, _Y.value, chars=(first, last))
    end = _RECT.left, _RECT.bottom, _RECT.right, _RECT.top
    line = _upright(text, (left, bottom, right, top), end, _X.value, _Y.value, quarters)
    line.chars = (first, last)
    return line


def _quarters(angle: float) -> int:
    """Quarter turns against the clock; pdfium counts with it, in radians."""
    return round(-angle / (math.pi / 2)) % 4


def _is_jumble(textpage: Any, line: Line) -> bool:
    """Whether pdfium missed line breaks, as it does where upright and turned text meet."""
    first, last = line.chars
    if first == last:
        return False
    if line.x1 <= line.x0 or len(line.text) >= _LONGEST_LINE:
        return True
    return _quarters(_char_angle(textpage, last)) != line.turned


def _untangled(textpage: Any, first: int, last: int) -> Iterator[Line]:
    """Lines among the characters ``first`` to ``last``, by the place of each character."""
    run: list[tuple[int, str]] = []
    before: tuple[int, float, float, float] | None = None  # quarters, baseline, right end, size
    for index in range(first, last + 1):
        code = pdfium_c.FPDFText_GetUnicode(textpage, index)
        char = " " if code in (0, 10, 13) else chr(code) if not 0xD800 <= code < 0xE000 else ""
        if char.isspace():
            if run:
                run.append((index, " "))
            continue
        line = _line(textpage, char or "?", index, index, exact=False)
        if before is not None:
            quarters, baseline, right, size = before
            if (
                line.turned != quarters
                or abs(line.baseline - baseline) > 0.6 * size
                or not -0.5 * size < line.x0 - right < 4.0 * size
            ):
                yield from _run(textpage, run)
                run = []
        before = line.turned, line.baseline, line.x1, line.size
        run.append((index, char))
    yield from _run(textpage, run)


def _run(textpage: Any, run: list[tuple[int, str]]) -> Iterator[Line]:
    text = "".join(char for _, char in run).rstrip()
    if text:
        yield _line(textpage, text, run[0][0], run[len(text) - 1][0], exact=False)


_Rect = tuple[float, float, float, float]  # left, bottom, right, top


def _upright(text: str, start: _Rect, end: _Rect, x: float, y: float, quarters: int) -> Line:
    """A turned line with its box as if the page were turned back by as many quarters."""
    first, last = _turned_back(start, quarters), _turned_back(end, quarters)
    baseline = (y, -x, -y, x)[quarters]
    size = max(first[3] - first[1], 0.1)
    return Line(text, first[0], first[1], last[2], first[3], size, baseline, quarters)


def _turned_back(rect: _Rect, quarters: int) -> _Rect:
    left, bottom, right, top = rect
    for _ in range(quarters):
        left, bottom, right, top = bottom, -right, top, -left
    return left, bottom, right, top


def _continues(line: Line, stretch: Line) -> bool:
    """Whether ``stretch`` goes on where ``line`` stops, on the same printed line."""
    if line.turned != stretch.turned:
        return False
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
    line.chars = (line.chars[0], stretch.chars[1])
    if stretch.size > line.size * 1.15:  # the line began with a superscript
        line.size, line.baseline = stretch.size, stretch.baseline
    line.y0, line.y1 = min(line.y0, stretch.y0), max(line.y1, stretch.y1)


def read_names(textpage: Any, line: Line) -> str:
    """Text of a line with ``RAISED`` for marks of affiliation and between names set apart.

    A raised "a" behind a name cannot be told from its last letter otherwise, nor two names in
    columns from one.
    """
    first, last = line.chars
    if first < 0 or last - first > _NAME_LINE:
        return line.text
    # Of each glyph: character, left, right, height of its letter box, baseline, foot of its ink.
    glyphs: list[tuple[str, float, float, float, float, float]] = []
    for index in range(first, last + 1):
        code = pdfium_c.FPDFText_GetUnicode(textpage, index)
        if code < 0x20 or 0xD800 <= code < 0xE000:
            code = 0x20
        if code != 0x20:
            _loose_box(textpage, index, _RECT_REF)
            pdfium_c.FPDFText_GetCharOrigin(textpage, index, _X_REF, _Y_REF)
            _ink_box(textpage, index, _INK_REFS[0], _INK_REFS[1], _INK_REFS[2], _INK_REFS[3])
            height = _RECT.top - _RECT.bottom
            foot = _INK[2].value
            glyphs.append((chr(code), _RECT.left, _RECT.right, height, _Y.value, foot))
        elif glyphs:
            glyphs.append((" ", 0.0, 0.0, 0.0, 0.0, 0.0))
    letters = [glyph for glyph in glyphs if glyph[0].isalpha()]
    if not letters:
        return line.text
    size = median(glyph[3] for glyph in letters)
    baseline = median(glyph[4] for glyph in letters)
    out: list[str] = []
    end: float | None = None
    for char, left, right, height, base, foot in glyphs:
        if char == " ":
            out.append(char)
            continue
        if end is not None and left - end > 0.9 * size:
            out.append(RAISED)
        end = right
        # A hyphen may come in a font of its own, with a box of its own.
        small = height < 0.74 * size or (base > baseline + 0.12 * size and height < 1.05 * size)
        # Some fonts have raised letters of their own, on the line's baseline.
        floats = char.isalnum() and foot > baseline + 0.2 * size
        out.append(RAISED if floats or (small and char not in "-‐.’'") else char)
    return re.sub(f"[{RAISED} ]*{RAISED}[{RAISED} ]*", f"{RAISED} ", "".join(out)).strip()
