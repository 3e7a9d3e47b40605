"""Lines of a page, wherever they were read from."""

from __future__ import annotations

from dataclasses import dataclass

NO_UNICODE = "\ufffd"  # a printed sign that the file gives no meaning for
TYPED = 1.0  # size of the lines of a text without sizes
RAISED = "\ufdd0"  # in a line read for its names: something raised, or a wide gap, stood here
HYPHEN = "\ufffe"  # a hyphen that pdfium found at the end of a line


@dataclass(slots=True)
class Line:
    """One printed line: its text and its box in points, y upwards from the page's foot.

    ``text`` ends in ``HYPHEN`` where the line ends in a hyphen that may belong to no word. A line
    that is turned, as in a table across the page, has its box as if page and line were upright.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float  # height of the line's first letter box, in points
    baseline: float
    turned: int = 0  # quarter turns against the clock
    chars: tuple[int, int] = (-1, -1)  # pdfium's indices of its first and last character

    @property
    def width(self) -> float:
        """Width in points."""
        return self.x1 - self.x0


def plain_lines(text: str) -> list[Line]:
    """Lines of a text without places, laid out as a typewriter would."""
    return [
        Line(stripped, 0.0, -1.2 * i, 0.5 * len(stripped), TYPED - 1.2 * i, TYPED, -1.2 * i)
        for i, raw in enumerate(text.splitlines())
        if (stripped := raw.strip())
    ]
