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
# Soft hyphens, and what pdfium writes for a hyphen at a line's end.
_NOTHING: Final = dict.fromkeys("\u00ad\u200b\u200c\u200d\ufeff\u2060\u0002\ufffe", None)
_PLAIN: Final = str.maketrans({**_DASHES, **_QUOTES, **_NOTHING})

SHORT_WORD: Final = 4  # a key of letters this short must be a whole word: "iron" is not in "environ"


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """``text`` with one dash, one quote mark, single spaces, no ligatures, in lower case."""
    folded = unicodedata.normalize("NFKC", text).translate(_PLAIN)
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

    @property
    def engines(self) -> tuple[str, ...]:
        """Names of the engines."""
        return ("pdfium", "pypdf")

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
        """Whether that engine finds ``quote`` on that page."""
        texts = self.pages(file, engine)
        return 1 <= page <= len(texts) and stream(quote) in stream(texts[page - 1])


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
