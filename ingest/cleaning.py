"""Pages of printed lines become text: what a reader would copy by hand, and nothing between.

Only line-end hyphens, ligatures' code points and white space differ from what stands on the page.
Left out are running heads and feet, page numbers, line numbers beside the text, stamps of the
download, and characters nobody sees. Paragraphs, headings, captions and rows of tables each are
one line of the text.
"""

from __future__ import annotations

import gzip
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from ingest.lines import HYPHEN, Line
from ingest.paragraphs import paragraphs, usual_spread

_LIGATURES = {ord(c): unicodedata.normalize("NFKC", c) for c in "ﬀﬁﬂﬃﬄﬅﬆ"}
# The Adobe Symbol font in the private-use area, as Word writes it: letters and what papers use.
_SYMBOL = dict(
    zip(
        (0xF000 + code for code in range(0x41, 0x7B)),
        "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ",
        strict=True,
    )
) | {0xF02B: "+", 0xF02D: "−", 0xF0A3: "≤", 0xF0B0: "°", 0xF0B1: "±", 0xF0B3: "≥", 0xF0B4: "×"}
# TeX's older fonts give ligatures the codes of control characters: T1 and OT1.
_TEX_LIGATURES = {"\x1b": "ff", "\x1c": "fi", "\x1d": "fl", "\x1e": "ffi", "\x1f": "ffl"} | {
    "\x0b": "ff",
    "\x0c": "fi",
    "\x0e": "ffi",
    "\x0f": "ffl",
}
_TEX_LIGATURE = re.compile(
    r"(?<=[^\W\d_])[\x0b\x0c\x0e\x0f\x1b-\x1f]|[\x0b\x0c\x0e\x0f\x1b-\x1f](?=[a-z])"
)
_TEX_WORD = re.compile(r"([A-Za-z]*)([\x0b\x0c\x0e\x0f\x1b-\x1f])([a-z]+)")
_COMBINING = dict(
    zip(
        "´`¨ˆ˜˘˙˚ˇ¸˝",
        "\u0301\u0300\u0308\u0302\u0303\u0306\u0307\u030a\u030c\u0327\u030b",
        strict=True,
    )
)
_ACCENT = re.compile(
    # "Stevi´c", "Korb ´ eogo", "T ˘anase"; but "muy ´util" are two words.
    r"(?:(?<=[^\W\d_])| (?=[´`¨ˆ˜˘˙˚ˇ¸˝] )|(?<=\b[^\W\d_]) |(?<=[^\W\d_]) (?=˘)|(?<!\S))"
    r"([´`¨ˆ˜˘˙˚ˇ¸˝]) ?([^\W\d_])"
)
_CEDILLA = re.compile(r"([SsCcTtGgKkLlNnRr])¸(?![SsCcTt])")  # drawn behind its letter
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
    "\ufff0-\ufffc\uffff\ue000-\uf8ff]"
)
_ODD = re.compile(
    f"{_UNSEEN.pattern}|[{''.join(map(chr, _LIGATURES))}{''.join(_TEX_LIGATURES)}"
    f"{''.join(_COMBINING)}]"
)
_ODD = re.compile(
    f"{_UNSEEN.pattern}|[{''.join(map(chr, _LIGATURES))}{''.join(_TEX_LIGATURES)}"
    f"{''.join(_COMBINING)}]"
)
_LONGEST_WORD = 60
_LONG_TEXT = 400_000  # characters
_WORD = re.compile(r"[^\W\d_]{2,}")
_COMPOUND = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})+")
_LEFT = re.compile(r"[^\W\d_]+$")
_RIGHT = re.compile(r"[^\W\d_]+")

_HIDDEN_CHARS = 60  # letters and digits that no page repeats by chance
_BASELINE = attrgetter("baseline")
_INTEGER = re.compile(r"(?<![\w.,:/-])\d{1,5}(?![\w:/]|[.,-]\d)")
_FAR_AHEAD = 20
_COUNTED_SHARE = 0.6  # of the pages bear their number: then all have one
_EDGE_ROWS = 3  # printed rows at a page's top and at its foot that may be running heads
_STAMP = re.compile(
    r"^(?:Downloaded (?:from|by|via|on)\b|Authorized licensed use limited to|View Article Online|"
    r"This article is protected by copyright|Author [Mm]anuscript(?:;|$)|Published on \d\d? \w+ "
    r"\d{4}\b.*Downloaded|arXiv:\d{4}\.\d{4,5}v?\d*\s*\[|[a-zA-Z-]+Rxiv preprint doi)"
)
_FOLIO = re.compile(
    r"^(?:[-–—|]\s*)?(?:page\s+|p\.\s*|S-?)?\d{1,5}(?:\s*(?:of|/)\s*\d{1,5})?(?:\s*[-–—|])?$"
    r"|^[ivxlc]{1,7}$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(\d{1,4})(?:\s+|$)")
_NUMBERED_SHARE = 0.5  # of a paper's lines in sequence: then the numbers count lines


def prepare_lines(pages: list[list[Line]]) -> list[list[Line]]:
    """Lines of each page without what nobody sees and without the numbers that count lines."""
    codes = _ligature_codes(pages)
    return _without_line_numbers([_seen(lines, codes) for lines in pages])


class Cleaned(NamedTuple):
    """The text of each page, and the number printed on it."""

    texts: list[str]
    printed: list[str | None]


def clean_pages(pages: list[list[Line]]) -> Cleaned:
    """Text and printed number of each page.

    Args:
        pages: What `prepare_lines` makes of each page's lines, in reading order.
    """
    edges = [_edges(lines) for lines in pages]
    printed = _printed_numbers(edges)
    pages = _without_furniture(pages, edges)
    words = _Words(pages)
    spread = usual_spread(pages)
    texts = ["\n".join(_once(paragraphs(page, words.join, spread))) for page in pages]
    return Cleaned(texts, printed)


def _once(parts: list[str]) -> list[str]:
    """Parts without those that the page holds twice: some files hide a copy under the print."""
    out: list[str] = []
    seen = ""
    for part in parts:
        letters = "".join(part.split())
        if len(letters) >= _HIDDEN_CHARS:
            if letters in seen:
                continue
            seen += letters + "\n"
        out.append(part)
    return out


def clean_plain(text: str) -> str:
    """Text of a text file: line feeds stay, what nobody sees goes."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = (_clean(visible(line)) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def visible(text: str, codes: Mapping[str, str] | None = None) -> str:
    """``text`` with ligatures spelled out and without characters that nobody sees.

    Args:
        text: Any text.
        codes: What control characters stand for in TeX's fonts; None takes the usual ligatures.
    """
    codes = codes or _TEX_LIGATURES
    if not _ODD.search(text):
        return text
    text = _TEX_LIGATURE.sub(lambda match: codes[match[0]], text).translate(_LIGATURES)
    if max(text, default="") >= "\ue000":
        text = text.translate(_SYMBOL)
    text = _UNSEEN.sub("", text)
    if _ACCENT.search(text):
        text = _CEDILLA.sub(lambda match: unicodedata.normalize("NFC", match[1] + "\u0327"), text)
        text = _ACCENT.sub(_accented, text)
    return text


def _accented(match: re.Match[str]) -> str:
    """A letter under the accent that TeX drew before it, as one character where there is one."""
    start = match.start()
    before = _LEFT.search(match.string[max(0, start - _LONGEST_WORD) : start])
    behind = _RIGHT.match(match.string[match.end() :])
    if (len(before[0]) if before else 0) + (len(behind[0]) if behind else 0) < 2:
        return match[0]  # an estimate's hat, no name's accent
    base = "i" if match[2] == "ı" else match[2]
    letter = unicodedata.normalize("NFC", base + _COMBINING[match[1]])
    return letter if len(letter) == 1 else match[0]


def _clean(text: str) -> str:
    return " ".join(text.split())


def _ligature_codes(pages: list[list[Line]]) -> dict[str, str]:
    """Which ligature each control character stands for: the one that makes most English words."""
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for lines in pages:
        for line in lines:
            if line.text.isprintable():
                continue
            for match in _TEX_WORD.finditer(line.text):
                for ligature in _TEX_LIGATURES.values():
                    word = f"{match[1]}{ligature}{match[3]}".casefold()
                    votes[match[2]][ligature] += word in english()
    codes = dict(_TEX_LIGATURES)
    for code, counts in votes.items():
        ligature, n_words = max(counts.items(), key=lambda item: item[1])
        if n_words > counts[codes[code]]:
            codes[code] = ligature
    return codes


def _seen(lines: list[Line], codes: Mapping[str, str]) -> list[Line]:
    out = []
    for line in lines:
        text = _clean(visible(line.text, codes))
        if text and text != HYPHEN:
            out.append(line if text == line.text else replace(line, text=text))
    return out


# ------------------------------------------------------------------------ line and page numbers


def _without_line_numbers(pages: list[list[Line]]) -> list[list[Line]]:
    """Pages without the numbers that count lines at the margin of a manuscript."""
    n_lines = in_sequence = 0
    previous = 0
    for lines in pages:
        for line in lines:
            n_lines += 1
            match = _NUMBERED.match(line.text)
            if match:
                number = int(match[1])
                # Manuscripts count every line or every fifth, on from page to page or anew.
                in_sequence += number - previous in (1, 2, 5) or number == 1
                previous = number
    if n_lines < 20 or in_sequence < _NUMBERED_SHARE * n_lines:
        return pages
    plain = [
        line
        for lines in pages
        for line in lines
        if not _NUMBERED.match(line.text) and len(line.text) > 20
    ]
    left = Counter(round(line.x0) for line in plain).most_common(1)[0][0] if plain else None
    return [_unnumbered(lines, left) for lines in pages]


def _unnumbered(lines: list[Line], left: float | None) -> list[Line]:
    out: list[Line] = []
    for line in lines:
        match = _NUMBERED.match(line.text)
        if not match:
            out.append(line)
            continue
        text = line.text[match.end() :]
        if not text:
            continue
        above = out[-1] if out else None
        if above and abs(above.baseline - line.baseline) < 2.0 and line.x1 > above.x1:
            # The number was drawn in the middle of its line, behind a superscript.
            space = "" if text[0] in ",.;:)]" else " "
            out[-1] = replace(above, text=above.text + space + text, x1=line.x1)
            continue
        gap = line.size * (0.5 * len(match[1]) + 1.0)
        x0 = left if left is not None and left > line.x0 else line.x0 + gap
        out.append(replace(line, text=text, x0=x0))
    return out


# ------------------------------------------------------------------------- running heads and feet


_Edge = tuple[str, Line, str]  # "top" or "foot", a line, and its words with numbers blotted out


def _printed_numbers(edges: list[list[_Edge]]) -> list[str | None]:
    """The number printed on each page: one in its head or foot that counts the pages on."""
    heads = Counter(pattern for edge in edges for pattern in {pattern for _, _, pattern in edge})
    votes: Counter[int] = Counter()  # printed number less the page's own
    for number, edge in enumerate(edges, 1):
        ahead_of = set()
        for _, line, pattern in edge:
            furniture = heads[pattern] > 1 or _FOLIO.match(line.text)
            for match in _INTEGER.finditer(line.text):
                ahead = int(match[0]) - number
                outer = match.start() == 0 or match.end() == len(line.text)
                # Small numbers stand in prose and tables too, far ones seldom in step with pages.
                if furniture or (outer and ahead >= _FAR_AHEAD):
                    ahead_of.add(ahead)
        votes.update(ahead_of)
    ahead, n_pages = max(votes.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    if n_pages < 2 or n_pages < _COUNTED_SHARE * len(edges):
        return [None] * len(edges)
    return [str(number + ahead) for number in range(1, len(edges) + 1)]


def _without_furniture(pages: list[list[Line]], edges: list[list[_Edge]]) -> list[list[Line]]:
    """Pages without running heads and feet, page numbers and download stamps."""
    places: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for edge in edges:
        # Once a page, however often a page says it.
        for where, pattern, height in {(w, p, _height(line)) for w, line, p in edge}:
            places[where, pattern][height] += 1
    out = []
    for lines, edge in zip(pages, edges, strict=True):
        dropped = {
            id(line)
            for where, line, pattern in edge
            if _repeats(pattern, _height(line), places[where, pattern])
        }
        dropped |= {id(line) for line in _folios(edge, dropped)}
        out.append(
            [line for line in lines if id(line) not in dropped and not _STAMP.match(line.text)]
        )
    return out


def _edges(lines: list[Line]) -> list[_Edge]:
    """Lines of the outermost rows, from the edge inwards."""
    if not lines:
        return []
    rows: list[list[Line]] = []
    for line in sorted(
        (line for line in lines if not line.turned), key=lambda line: -line.baseline
    ):
        if rows and rows[-1][0].baseline - line.baseline < 0.5 * max(line.size, 1e-6):
            rows[-1].append(line)
        else:
            rows.append([line])
    top = [("top", line, _pattern(line.text)) for row in rows[:_EDGE_ROWS] for line in row]
    lowest = rows[: -_EDGE_ROWS - 1 : -1]
    return top + [("foot", line, _pattern(line.text)) for row in lowest for line in row]


def _pattern(text: str) -> str:
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", text.casefold())[:80]


def _height(line: Line) -> int:
    return round(line.y0 / 4.0)


def _repeats(pattern: str, height: int, places: Counter[int]) -> bool:
    """Whether the same words stand at the same height on other pages."""
    at_this_height = sum(places[height + step] for step in (-1, 0, 1))
    n_letters = sum(map(str.isalpha, pattern))
    return at_this_height >= 3 or (at_this_height == 2 and n_letters >= 6)


def _folios(edge: list[_Edge], dropped: set[int]) -> list[Line]:
    """Page numbers: the outermost line at top or foot that is only a number."""
    found = []
    for where in ("top", "foot"):
        for line in (line for place, line, _ in edge if place == where):
            if _FOLIO.match(line.text):
                found.append(line)
            elif id(line) not in dropped:
                break
    return found


# --------------------------------------------------------------------------------- hyphens


@lru_cache(maxsize=1)
def english() -> frozenset[str]:
    """Common English words of three letters and more, lower case."""
    path = Path(__file__).parent / "data" / "english.txt.gz"
    return frozenset(gzip.decompress(path.read_bytes()).decode().split("\n"))


class _Words:
    """Words and compounds of a paper, which tell a divided word from a hyphenated one."""

    def __init__(self, pages: list[list[Line]]) -> None:
        self._pages = pages

    @cached_property
    def _text(self) -> str:
        """All text in small letters, without the halves of divided words."""
        parts: list[str] = []
        divided = False
        for lines in self._pages:
            for line in lines:
                text = line.text
                if divided:
                    text = text.partition(" ")[2]
                divided = line.text.endswith((HYPHEN, "-"))
                parts.append(text.rpartition(" ")[0] if divided else text)
        return "\n".join(parts).casefold()

    @cached_property
    def _vocabulary(self) -> frozenset[str] | None:
        """All words and compounds of a long text; of a short one it is quicker to look."""
        if len(self._text) < _LONG_TEXT:
            return None
        compounds = {token for token in self._text.split() if "-" in token}
        found = _COMPOUND.findall(" ".join(compounds))
        return frozenset(_WORD.findall(self._text)) | frozenset(found)

    def _has(self, word: str) -> bool:
        """Whether the paper has this word, or compound, as a whole."""
        if self._vocabulary is not None:
            return word in self._vocabulary
        text = self._text
        at = text.find(word)
        while at >= 0:
            end = at + len(word)
            if not text[at - 1 : at].isalpha() and not text[end : end + 1].isalpha():
                return True
            at = text.find(word, at + 1)
        return False

    def join(self, above: str, below: str) -> str:
        """Two lines as one: a divided word is closed, a hyphen kept, else a space set."""
        if above.endswith((HYPHEN, "-")):
            stem = above[:-1]
            return stem + ("" if self._is_division(stem, below) else "-") + below
        if above.endswith(("–", "—")) and not above.endswith((" –", " —")):
            return above + below
        return f"{above} {below}"

    def _is_division(self, above: str, below: str) -> bool:
        """Whether the hyphen between the lines only divides a word."""
        left_match = _LEFT.search(above, max(0, len(above) - _LONGEST_WORD))
        right_match = _RIGHT.match(below)
        if not left_match or not right_match:
            return False
        left, right = left_match[0], right_match[0]
        if len(left) < 2 or len(right) < 2 or (right[0].isupper() and not left.isupper()):
            return False
        left, right = left.casefold(), right.casefold()
        if above[: left_match.start()].endswith("-"):
            return self._has(f"{left}{right}") or not self._is_word(right)
        hyphened = self._has(f"{left}-{right}")
        if hyphened or self._has(f"{left}{right}"):
            return not hyphened
        if f"{left}{right}" in english():
            return True
        # Neither whole nor hyphenated elsewhere: a part that is no word speaks for a division.
        return not (self._is_word(left) and self._is_word(right))

    def _is_word(self, part: str) -> bool:
        if part in english() or self._has(part):
            return True
        stem = part.removesuffix("ly")  # lists of words leave out most adverbs
        return stem != part and stem in english()
