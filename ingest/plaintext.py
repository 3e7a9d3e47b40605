"""Text and HTML files: which encoding, and what of a web page is text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.metadata import FileInfo

_SKIPPED = frozenset({"script", "style", "noscript", "template", "svg", "nav", "footer", "form"})
_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 "
    "header hr li main ol p pre section table tbody thead tr ul".split()
)


def decode(data: bytes) -> str | None:
    """Text of ``data``: by its byte-order mark, as UTF-8, else as Windows-1252; None if binary."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if b"\x00" in data[:65536]:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def html_text(html: str) -> tuple[str, FileInfo]:
    """Text of a web page, one line a block, and what its head says of title and author."""
    from ingest.metadata import FileInfo  # which an ingest of unchanged files does not need

    parser = _Page()
    parser.feed(html)
    parser.close()
    lines = (re.sub(r"\s+", " ", part).strip() for part in "".join(parser.parts).split("\n"))
    info = FileInfo(
        title=parser.meta.get("citation_title") or re.sub(r"\s+", " ", parser.title).strip(),
        author="; ".join(parser.authors) or parser.meta.get("author", ""),
        subject=parser.meta.get("citation_doi", ""),
        created=parser.meta.get("citation_publication_date", ""),
    )
    return "\n".join(line for line in lines if line), info


class _Page(HTMLParser):
    """Collects text outside scripts, navigation and the like."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.meta: dict[str, str] = {}
        self.authors: list[str] = []
        self.title = ""
        self._skip = 0
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skip += 1
        elif tag == "title":
            self._in_title = True
        elif tag == "meta":
            values = {name: value or "" for name, value in attrs}
            name, content = values.get("name", "").lower(), values.get("content", "").strip()
            if name == "citation_author":
                self.authors.append(content)
            elif name:
                self.meta.setdefault(name, content)
        if tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skip = max(0, self._skip - 1)
        elif tag == "title":
            self._in_title = False
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif not self._skip:
            # A line feed inside a paragraph is only white space to HTML.
            self.parts.append(re.sub(r"\s+", " ", data))
