"""Text of strangers as HTML that shows it letter by letter."""

from __future__ import annotations

from html import escape

from ui.render import plain


def shown(text: str) -> str:
    """``text`` as HTML in which no sign of it is markup."""
    return escape(plain(text), quote=True)


def lines(text: str) -> str:
    """``text`` as HTML that keeps its line breaks."""
    return "<br>".join(shown(line) for line in text.splitlines())
