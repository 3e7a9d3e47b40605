"""Whether a text holds what it should: answer keys, and quotes on the pages of the files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

_DASHES: Final = dict.fromkeys("‐‑‒–—―−⁃－", "-")
_QUOTES: Final = dict.fromkeys("‘’‚‛′`´", "'") | dict.fromkeys("“”„‟″", '"')
# Soft hyphens, what pdfium writes for a hyphen at a line's end, and signs that no font names.
_NOTHING: Final = dict.fromkeys("\u00ad\u200b\u200c\u200d\ufeff\u2060\ufffe\ufffd", None) | {
    chr(code): None for code in range(32) if chr(code) not in "\t\n\r\f\v"
}
# The Symbol font's own code points, which some PDFs give for Greek letters and signs.
_SYMBOL: Final = {
    chr(0xF000 + ord(latin)): greek
    for latin, greek in zip(
        "abcdefghiklmnopqrstuwxyzDS()[]=+%°±×", "αβχδεφγηικλμνοπθρστυωξψζΔΣ()[]=+%°±×", strict=True
    )
} | {"\uf0b4": "×", "\uf0a3": "≤", "\uf0b3": "≥", "\uf0b7": "•"}
_PLAIN: Final = str.maketrans({**_DASHES, **_QUOTES, **_NOTHING})
_LETTERS: Final = str.maketrans(_SYMBOL)

SHORT_WORD: Final = (
    4  # a key of letters this short must be a whole word: "iron" is not in "environ"
)
ENGINES: Final = ("pdfium", "pypdf")  # PDF readers that quotes are looked up with
PIECE_CHARS: Final = 20
NUMBERED_LINES: Final = 10  # consecutive numbers at line ends that are no coincidence


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """``text`` with one dash, one quote mark, single spaces, no ligatures, in lower case."""
    folded = unicodedata.normalize("NFKC", text.translate(_LETTERS)).translate(_PLAIN)
    return " ".join(folded.lower().split())


@lru_cache(maxsize=4096)
def stream(text: str) -> str:
    """`plain` text without white space and hyphens: the same however lines were broken."""
    return plain(text).replace(" ", "").replace("-", "")


def holds(text: str, key: str) -> bool:
    """Whether ``key`` stands in ``text``: a number alone, a short word whole, else any place.

    28 stands neither in 128 nor in 28.5; 1,234 is 1234.
    """
    wanted = _ungrouped(plain(key))
    if re.fullmatch(r"\d+(?:\.\d+)?", wanted):
        number = rf"(?<![\d.]){re.escape(wanted)}(?!\d)(?!\.\d)"
        return re.search(number, _ungrouped(plain(text))) is not None
    if wanted.isalpha() and len(wanted) <= SHORT_WORD:
        return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", plain(text)) is not None
    return stream(key) in stream(text)


def _ungrouped(text: str) -> str:
    """Without the commas that group thousands."""
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)


def holds_keys(text: str, keys: Sequence[Sequence[str]]) -> bool:
    """Whether ``text`` holds one alternative of each group; False where there are no groups."""
    return bool(keys) and all(any(holds(text, key) for key in group) for group in keys)


def same_key(given: str, wanted: str) -> bool:
    """Whether two citation keys are the same but for case, signs and a twin's letter."""
    ours, theirs = (re.sub(r"[\W_]", "", plain(key)) for key in (given, wanted))
    return ours == theirs or re.sub(r"(?<=\d)[a-z]$", "", ours) == theirs


class PageTexts:
    """The text of files' pages, by two engines, apart from what the library itself read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[tuple[str, str], tuple[str, ...]] = {}

    def pages(self, file: str, engine: str) -> tuple[str, ...]:
        """The texts of one file's pages; none where the folder has no such file."""
        if (file, engine) not in self._read:
            path = self._folder / file
            texts: tuple[str, ...] = ()
            if path.is_file():
                read = _by_pdfium if engine == "pdfium" else _by_pypdf
                texts = read(path) if path.suffix == ".pdf" else (path.read_text("utf-8"),)
            self._read[file, engine] = texts
        return self._read[file, engine]

    def stands(self, quote: str, file: str, page: int, engine: str) -> bool:
        """Whether that engine finds ``quote`` on that page, in one piece."""
        return any(stream(quote) in text for text in self._streams(file, page, engine))

    def stands_in_two(self, quote: str, file: str, page: int, engine: str) -> bool:
        """Whether it finds ``quote`` in two pieces at most, as around a figure or over columns.

        The second piece comes after the first, which has PIECE_CHARS or more.
        """
        wanted = stream(quote)
        for text in self._streams(file, page, engine):
            at = longest_start(wanted, text)
            after = text.find(wanted[:at]) + at
            if at == len(wanted) or (at >= PIECE_CHARS and text.find(wanted[at:], after) >= 0):
                return True
        return False

    def _streams(self, file: str, page: int, engine: str) -> tuple[str, ...]:
        """The page as it is, and without the numbers of a manuscript's lines."""
        texts = self.pages(file, engine)
        if not 1 <= page <= len(texts):
            return ()
        text = texts[page - 1]
        return stream(text), stream(without_line_numbers(text))


def longest_start(wanted: str, text: str) -> int:
    """How many characters of ``wanted``, from its first, stand in ``text`` in one piece."""
    low, high = 0, len(wanted)
    while low < high:
        middle = (low + high + 1) // 2
        if wanted[:middle] in text:
            low = middle
        else:
            high = middle - 1
    return low


@lru_cache(maxsize=4096)
def without_line_numbers(text: str) -> str:
    """``text`` without the numbers of a manuscript's lines; they are no part of its sentences."""
    lines = text.splitlines()
    for pattern in (re.compile(r"^(\d{1,4})\s"), re.compile(r"(\d{1,4})$")):
        found = {n: int(m.group(1)) for n, line in enumerate(lines) if (m := pattern.search(line))}
        numbered = [n for n in found if n + 1 in found and found[n + 1] == found[n] + 1]
        if len(numbered) >= NUMBERED_LINES:
            for n in {*numbered, *(n + 1 for n in numbered)}:
                lines[n] = pattern.sub("", lines[n])
    return "\n".join(lines)


def _by_pdfium(path: Path) -> tuple[str, ...]:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        texts = []
        for number in range(len(document)):
            page = document[number]
            textpage = page.get_textpage()
            texts.append(textpage.get_text_bounded())
            textpage.close()
            page.close()
        return tuple(texts)
    finally:
        document.close()


def _by_pypdf(path: Path) -> tuple[str, ...]:
    import pypdf

    with pypdf.PdfReader(path) as reader:
        return tuple(page.extract_text() for page in reader.pages)
