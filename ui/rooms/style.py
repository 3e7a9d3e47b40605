"""How the chat looks: one style sheet over the theme of `ui/.streamlit/config.toml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st


@cache
def sheet() -> str:
    """The style sheet as a style element."""
    return f"<style>{Path(__file__).with_name('style.css').read_text('utf-8')}</style>"


def apply() -> None:
    """Put the style sheet into the page."""
    st.html(sheet())


def icon() -> str:
    """The drop alone. A named icon of Streamlit's would be fetched from elsewhere."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32">'
        '<path d="M16 3c7 9 10 13.500 10 18a10 10 0 0 1-20 0C6 16.500 9 12 16 3z" fill="#2f8f84"/>'
        "</svg>"
    )


def wordmark() -> str:
    """The name as a picture: a drop that leaves a column, and the word."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 104 32" width="104" height="32">'
        '<path d="M10 3h8M14 3v9" stroke="#2f8f84" stroke-width="2.4" stroke-linecap="round"/>'
        '<path d="M14 14c4 5.2 6 8 6 10.6a6 6 0 0 1-12 0C8 22 10 19.200 14 14z" fill="#2f8f84"/>'
        '<text x="29" y="25" font-family="Georgia,serif" font-size="25" font-weight="600"'
        ' letter-spacing="-.5" fill="#2f8f84">elute</text></svg>'
    )
