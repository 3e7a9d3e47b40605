"""Printed lines become text that a sentence splitter can read, verbatim but for white space."""

from __future__ import annotations

import re
import unicodedata

from ingest.layout import HYPHEN, Line

_LIGATURES = {ord(c): unicodedata.normalize("NFKC", c) for c in "ﬀﬁﬂﬃﬄﬅﬆ"}
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffd-\uffff\ue000-\uf8ff]"
)
_WORD = re.compile(r"[^\W\d_]{2,}")


def clean_pages(pages: list[list[Line]]) -> list[str]:
    """Text of each page."""
    vocabulary: set[str] = set()
    for lines in pages:
        for line in lines:
            vocabulary.update(_WORD.findall(line.text.casefold()))
    return [_page(lines, vocabulary) for lines in pages]


def _page(lines: list[Line], vocabulary: set[str]) -> str:
    out = ""
    for line in lines:
        text = line.text
        if out.endswith(HYPHEN):
            a, b = re.search(r"\w*$", out[:-1]), re.match(r"\w*", text)
            whole = (a.group() if a else "") + (b.group() if b else "")
            out = out[:-1] + ("" if whole.casefold() in vocabulary else "-") + text
        elif out:
            out += "\n" + text
        else:
            out = text
    return clean_plain(out)


def clean_plain(text: str) -> str:
    """Text without control characters, ligatures and runs of blanks; lines kept."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LIGATURES)
    text = _CONTROL.sub("", text)
    lines = (re.sub(r"\s+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
