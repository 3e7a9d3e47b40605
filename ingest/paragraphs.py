"""Printed lines become paragraphs: which lines run on, which stand alone, and in what order.

A line ends its paragraph when there was room for the next line's first word, when the next line is
indented or stands apart, or when either is a row of a table. A paragraph that a column's end, a
figure or a footnote cuts off is continued where its text goes on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.lines import HYPHEN, Line

Joiner = Callable[[str, str], str]  # two lines of one paragraph -> their text

_INDENT = 0.5  # of a line's size: a smaller shift is no indent
_SAME_SIZE = 1.13
_VERY_SAME_SIZE = 1.04
_OTHER_FONT = 1.35
_WIDE = 1.4  # times the page's usual width per character: the line has gaps, as table rows have
_SAMPLED = 4  # every so many lines are asked for their spread
_WIDE_WITH_NUMBERS = 1.18
_SPREAD = 0.42  # of a character where a paper has too little prose to tell
_CUT_CHARS = 25  # a shorter last line is a heading's or a label's
_TAIL = 24  # characters in which a text's end is looked for
_LOOK_AHEAD = 12  # blocks between a cut paragraph and its rest
_CAPTION = re.compile(
    r"(?:Supplementary |Extended Data )?(?:Figure|Fig\.?|FIGURE|FIG\.?|Table|TABLE|Scheme|SCHEME|"
    r"Chart|Box|Algorithm)\s*(?:S|A)?(?:\d{1,3}|[IVX]{1,5})\b\s*(?:[.:|]|$|[–—-]\s|[A-Z])"
)
_BULLET = re.compile(r"[•●▪■◦‣∙]|\(?(?:[ivx]{1,4}|[a-z]|\d{1,2})\)\s")
_ENTRY = re.compile(r"\[\d{1,3}\]|\d{1,3}\.\s+(?:[A-Z]|[a-z]{1,3} )")  # of a list of references
_ENDED = re.compile(r"[.!?:;][\"'”’)\]]*(?:\s*\[?\d[\d,–\- ]*\]?)?$")
_NUMBER = re.compile(r"(?<!\S)[<>~≈±−–-]?\d[\d.,]*(?!\S)|(?<!\S)(?:NA|ND|nd|n\.d\.|–|—|-)(?!\S)")
_ENDS_IN_NUMBER = re.compile(r"\s[<>~≈±−–-]?\d(?:[\d.,±]*\d)?\)?%?$")
_NUMERIC = re.compile(r"[\d.,±+\-–−×%<>=/()*\s]+")


def usual_spread(pages: list[list[Line]]) -> float:
    """Width of a character in a paper's prose, in shares of its line's size."""
    spreads = [
        _spread(line)
        for lines in pages
        for line in lines[::_SAMPLED]
        if len(line.text) >= 40 and _is_prose(line.text)
    ]
    return median(spreads) if len(spreads) >= 5 else _SPREAD


def paragraphs(lines: list[Line], join: Joiner, spread: float = _SPREAD) -> list[str]:
    """Paragraphs of a page, and its headings, captions and rows of tables, each one string.

    Args:
        lines: The page's lines in reading order.
        join: Makes two lines of a paragraph one.
        spread: What `usual_spread` says of the paper.
    """
    if not lines:
        return []
    blocks = _blocks(lines)
    page = _Page(spread, Counter(round(line.x0) for line in lines))
    units: list[_Unit] = []
    for block in blocks:
        units.extend(_units(block, page))
    return [_text(unit, join) for unit in _continued(units)]


@dataclass(slots=True)
class _Page:
    """What is usual on a page."""

    spread: float  # width of a character, in shares of its line's size
    lefts: Counter[int]  # where lines begin


@dataclass(slots=True)
class _Unit:
    """Lines that run on."""

    lines: list[Line]
    prose: bool  # neither row, heading nor caption
    cut: bool  # its last line is full and ends no sentence
    indented: bool


def _spread(line: Line) -> float:
    """Width of a character in shares of the line's size."""
    return (line.x1 - line.x0) / (len(line.text) * line.size) if line.size else 0.0


def _blocks(lines: list[Line]) -> list[list[Line]]:
    """Runs of lines that stand under each other at one size."""
    blocks: list[list[Line]] = []
    for line in lines:
        if blocks and _in_block(blocks[-1], line):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _in_block(block: list[Line], line: Line) -> bool:
    above = block[-1]
    if not _under(above, line):
        return False
    if _same_size(above, line):
        return True
    # A line that begins in another font may seem of another size; a full line runs on into it.
    full = above.x1 > max(other.x1 for other in block) - 2.0 * above.size
    low, high = sorted((above.size, line.size))
    return full and high < _OTHER_FONT * low and not _ended(above.text)


def _under(above: Line, line: Line) -> bool:
    step = above.baseline - line.baseline
    size = max(above.size, line.size)
    if above.turned != line.turned:
        return False
    if not 0.3 * size < step < 2.2 * size:
        return False
    overlap = min(above.x1, line.x1) - max(above.x0, line.x0)
    return overlap > 0.3 * min(above.width, line.width)


def _same_size(a: Line, b: Line, ratio: float = _SAME_SIZE) -> bool:
    low, high = sorted((a.size, b.size))
    return high <= ratio * low


def _is_row(line: Line, page: _Page) -> bool:
    """Whether a line looks like a row of a table: gaps between few words, or mostly numbers."""
    text = line.text
    if " " not in text:
        return False
    wide = _spread(line) / page.spread
    if wide > _WIDE_WITH_NUMBERS:
        # A capital is as wide as one and a half small letters.
        wide /= 1.0 + 0.5 * sum(map(str.isupper, text)) / len(text)
        if wide > _WIDE and len(text) >= 8:
            return True
        if wide > _WIDE_WITH_NUMBERS and len(_NUMBER.findall(text)) >= 3:
            return True
    if len(text) <= 5 or _is_prose(text):
        return False
    return len(_NUMERIC.sub("", text)) < 0.35 * (len(text) - text.count(" "))


def _is_prose(text: str) -> bool:
    """Whether words make up most of a text: six letters are half of what is written with Latin."""
    return sum(map(text.count, "etaoin")) > 0.25 * len(text)


def _units(block: list[Line], page: _Page) -> list[_Unit]:
    if len(block) == 1:
        return [_unit(block, block[0].x1, page, indented=False)]
    right = max(line.x1 for line in block)
    left = max(block, key=lambda line: (page.lefts[round(line.x0)], -line.x0)).x0
    steps = [a.baseline - b.baseline for a, b in pairwise(block)]
    step = median(steps)
    rows = [_is_row(line, page) for line in block]
    n_numbered = sum(_ends_in_number(line.text) for line in block)
    if len(block) >= 3 and (2 * sum(rows) > len(block) or 10 * n_numbered > 7 * len(block)):
        rows = [True] * len(block)  # a table, its heads and wide cells too
    for i in range(1, len(block)):
        # "... values between" / "465.11–1395.34 ppm." is prose, not a table's row.
        if rows[i] and not rows[i - 1] and _runs_on(block[i - 1], block[i], left, right, page):
            rows[i] = False
    units: list[_Unit] = []
    run = [block[0]]
    for i in range(1, len(block)):
        above, line = block[i - 1], block[i]
        if not above.text.endswith(HYPHEN) and (
            rows[i - 1]
            or rows[i]
            or steps[i - 1] > 1.3 * step
            or _ends_early(above, line, right)
            or _begins(above, line, left)
        ):
            units.append(_unit(run, right, page, indented=run[0].x0 > left + _INDENT * line.size))
            run = []
        run.append(line)
    units.append(_unit(run, right, page, indented=run[0].x0 > left + _INDENT * run[0].size))
    return units


def _ended(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return _ENDED.search(text, max(0, len(text) - _TAIL)) is not None


def _ends_in_number(text: str) -> bool:
    if not (text[-1].isdigit() or text[-1] in "%)"):
        return False
    return _ENDS_IN_NUMBER.search(text, max(0, len(text) - _TAIL)) is not None


def _runs_on(above: Line, line: Line, left: float, right: float, page: _Page) -> bool:
    return (
        len(above.text) >= 40
        and not _ends_early(above, line, right)
        and not _ended(above.text)
        and abs(line.x0 - left) < _INDENT * line.size
        and _spread(line) < _WIDE * page.spread
    )


def _ends_early(above: Line, line: Line, right: float) -> bool:
    """Whether the next line's first word would have found room."""
    word = line.text.split(" ", 1)[0]
    per_char = above.width / max(1, len(above.text))
    return right - above.x1 > (len(word) + 1.5) * per_char * 1.1


def _begins(above: Line, line: Line, left: float) -> bool:
    """Whether ``line`` begins a paragraph, an item of a list, a reference or a caption."""
    indent = _INDENT * line.size
    text = line.text
    ended = _ended(above.text)
    if ended and line.x0 > left + indent and above.x0 <= left + indent:
        return True
    if line.x0 < left - indent and above.x0 >= left - indent:
        return True  # a hanging indent: entries begin to the left of their other lines
    if _BULLET.match(text) and abs(line.x0 - above.x0) > indent:
        return True
    return ended and (_CAPTION.match(text) is not None or _ENTRY.match(text) is not None)


def _unit(lines: list[Line], right: float, page: _Page, *, indented: bool) -> _Unit:
    last = lines[-1]
    text = last.text
    prose = not _is_row(lines[0], page) and not _CAPTION.match(lines[0].text)
    full = len(lines) > 1 and right - last.x1 < 2.5 * last.size
    ended = _ended(text)
    return _Unit(
        lines=lines,
        prose=prose and (len(lines) > 1 or len(text) > 25),
        cut=prose
        and not ended
        and len(text) >= _CUT_CHARS
        and (full or text.endswith((HYPHEN, ",", "-"))),
        indented=indented,
    )


def _continued(units: list[_Unit]) -> list[_Unit]:
    """Units with every cut paragraph joined to its rest, and what came between behind it."""
    out: list[_Unit] = []
    taken = [False] * len(units)
    for i, unit in enumerate(units):
        if taken[i]:
            continue
        whole = unit
        while whole.cut:
            rest = _rest(whole, units, i, taken)
            if rest is None:
                break
            taken[rest] = True
            more = units[rest]
            whole = _Unit(whole.lines + more.lines, True, more.cut, whole.indented)
        out.append(whole)
    return out


def _rest(unit: _Unit, units: list[_Unit], start: int, taken: list[bool]) -> int | None:
    """Index of the unit that goes on where ``unit`` is cut off."""
    seen = 0
    for i in range(start + 1, len(units)):
        if taken[i]:
            continue
        other = units[i]
        seen += 1
        if seen > _LOOK_AHEAD:
            return None
        first = other.lines[0]
        if seen == 1 and _under(unit.lines[-1], first):
            # What stands right below is no float: it goes on here or nowhere.
            close = unit.lines[-1].baseline - first.baseline < 1.4 * first.size
            if close:
                return i if other.prose and first.text[0].islower() else None
        if not _same_size(unit.lines[-1], first, _VERY_SAME_SIZE):
            continue  # a caption, a note
        if other.indented:
            return None
        begin = first.text.lstrip("([“‘\"'")[:1]
        if begin.islower() and (other.prose or seen == 1) and len(first.text) > 3:
            return i
        # Directly behind, at the head of the next column, any letter may go on.
        if seen == 1 and other.prose and first.baseline > unit.lines[-1].baseline:
            return i
        if other.prose:
            return None  # another paragraph has begun
    return None


def _text(unit: _Unit, join: Joiner) -> str:
    text = unit.lines[0].text
    for line in unit.lines[1:]:
        text = join(text, line.text)
    return text.replace(HYPHEN, "-")
