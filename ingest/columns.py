"""Columns read one after the other, where a file draws them row by row.

Most files draw a page column by column, and pdfium reads what they draw. A few draw the first line
of both columns, then the second of both: pdfium makes one line of each such pair. Here the pairs
are parted at the gutter that they share, and the columns put one after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from statistics import median

from ingest.lines import Line

# A blank inside a line that is wide: where it begins and ends, and how to part the line there.
Gap = tuple[float, float, Callable[[], tuple[Line, Line]]]

_SAMPLE = 2  # lines of a page that are looked into first
_SAMPLE_CHARS = 60
_ACROSS = 0.6  # of the page's width: no shorter line holds two columns
_WIDE_GAP = 1.3  # of a line's size: wider than the blanks of justified prose
_ROWS = 8  # so many pairs of prose are columns, fewer may be a table or heading
_SHARE = 0.3  # of a page's lines
_SIDE_CHARS = 20  # that a half of a pair has in prose


def in_column_order(lines: list[Line], gaps_in: Callable[[Line, float], list[Gap]]) -> list[Line]:
    """The lines of a page, column by column.

    Args:
        lines: As they were read.
        gaps_in: Blanks of a line that are wider than the given length, in points.
    """
    if len(lines) < _ROWS:
        return lines
    parted = _parted(lines, gaps_in)
    pairs = [(left, right) for left, right in pairwise(parted) if _is_pair(left, right)]
    if len(pairs) < max(_ROWS, _SHARE * len(lines)):
        return lines
    gutter = median((left.x1 + right.x0) / 2 for left, right in pairs)
    return _ordered(parted, gutter)


def _parted(lines: list[Line], gaps_in: Callable[[Line, float], list[Gap]]) -> list[Line]:
    """Lines with those that run across a gutter parted there."""
    long = [line for line in lines if len(line.text) >= _SAMPLE_CHARS and not line.turned]
    right, left = max(line.x1 for line in lines), min(line.x0 for line in lines)
    across = [line for line in long if line.width > _ACROSS * (right - left)]
    step = max(1, len(across) // (_SAMPLE + 1))
    sample = across[step::step][:_SAMPLE]
    if len(sample) < _SAMPLE or not all(gaps_in(line, _WIDE_GAP * line.size) for line in sample):
        return lines
    found = {id(line): gaps_in(line, _WIDE_GAP * line.size) for line in long}
    middles = [(start + end) / 2 for gaps in found.values() for start, end, _ in gaps[:1]]
    gutter = median(middles)
    parted: list[Line] = []
    for line in lines:
        gap = next((gap for gap in found.get(id(line), ()) if gap[0] < gutter < gap[1]), None)
        parted.extend(gap[2]() if gap else (line,))
    return parted


def _is_pair(left: Line, right: Line) -> bool:
    """Whether two lines are the same row of two columns of prose."""
    return (
        right.x0 > left.x1
        and abs(left.baseline - right.baseline) < 0.5 * left.size
        and min(len(left.text), len(right.text)) >= _SIDE_CHARS
        and left.turned == right.turned == 0
    )


def _ordered(lines: list[Line], gutter: float) -> list[Line]:
    """Left lines before right ones, between lines that stand across the gutter."""
    out: list[Line] = []
    right: list[Line] = []
    for line in lines:
        if line.x0 >= gutter and not line.turned:
            right.append(line)
        elif line.x1 <= gutter or line.turned:
            out.append(line)
        else:
            out.extend(right)
            right = []
            out.append(line)
    return out + right
