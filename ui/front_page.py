"""The page that a browser loads first, at the address of each page of the chat.

It is Streamlit's own, taken from the installed package, with two things said in its head: its
title, and where its server is. Streamlit looks for the server below the address of the page
otherwise, and a reload of `/library` begins with two requests to places that are not there.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ui.rooms import OWNER_COOKIE, PAGES

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

_SERVER: Final = '<script>window.__streamlit = { BACKEND_BASE_URL: location.origin + "/" }</script>'
_HEADERS: Final = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}

_YEAR_S: Final = 365 * 86_400


def front_page() -> str:
    """The page as HTML."""
    import streamlit

    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    page = page.replace("<title>Streamlit</title>", "<title>elute</title>", 1)
    return page.replace("<head>", f"<head>{_SERVER}", 1)


def routes(*, mark_visitors: bool = False) -> Sequence[Route]:
    """The routes that serve it: the root and each page.

    Args:
        mark_visitors: Whether each browser gets a mark of its own, by which its sessions are kept
            apart from other people's.
    """
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    page = front_page()

    async def serve(request: Request) -> Response:
        reply = HTMLResponse(page, headers=_HEADERS)
        if mark_visitors and not request.cookies.get(OWNER_COOKIE):
            reply.set_cookie(
                OWNER_COOKIE, secrets.token_hex(16), max_age=_YEAR_S, httponly=True,
                samesite="strict",
            )  # fmt: skip
        return reply

    return [Route(f"/{place}", serve, methods=["GET", "HEAD"]) for place in ("", *PAGES)]
