"""Which files are papers, by how their names end."""

from __future__ import annotations

from typing import Final

HTML_SUFFIXES: Final = frozenset({".html", ".htm", ".xhtml"})
TEXT_SUFFIXES: Final = frozenset({".txt", ".md", ".markdown", ".text"}) | HTML_SUFFIXES
SUFFIXES: Final = frozenset({".pdf"}) | TEXT_SUFFIXES
