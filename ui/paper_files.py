"""Files of the library's papers, served to a browser on this machine: these files and no others.

An address names a library and a paper by the digest of its bytes, never a path.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from ingest.library import Library
    from ingest.paper import Paper

PREFIX = "/papers"
_TYPES = {".pdf": "application/pdf"}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Disposition": "inline",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


class _Served:
    """Whether this process serves papers; `elute chat` does, a bare `streamlit run` does not."""

    now = False


def file_of(paper: Paper) -> Path | None:
    """The first place of a paper that is still a file."""
    return next((Path(place) for place in paper.paths if Path(place).is_file()), None)


def page_address(library: str, paper: Paper, page: int) -> str | None:
    """Address of a paper's file, opened at a page; None where files are not served."""
    if not _Served.now:
        return None
    return f"{PREFIX}/{quote(library)}/{paper.paper_id}#page={page}"


def route(library: str, open_library: Callable[[], Library], hosts: tuple[str, ...]) -> Route:
    """The route that serves the papers of one library.

    Args:
        library: Its name.
        open_library: Gives the library when the first file is asked for.
        hosts: Names under which this server may be asked; none: any.
    """
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import FileResponse, PlainTextResponse
    from starlette.routing import Route

    def find(paper_id: str) -> Path | None:
        from ingest.errors import PaperNotFound

        try:
            paper = open_library().paper(paper_id)
        except PaperNotFound:
            return None
        if paper.paper_id != paper_id:  # a citation key opens nothing
            return None
        path = file_of(paper)
        if path is None or hashlib.sha256(path.read_bytes()).hexdigest() != paper_id:
            return None  # gone, or no longer the bytes that were read in
        return path

    async def serve(request: Request) -> Response:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
        if hosts and host not in hosts:
            return PlainTextResponse("not here", status_code=403)
        found = None
        if request.path_params["library"] == library:
            try:
                found = await run_in_threadpool(find, request.path_params["paper_id"])
            except OSError:
                found = None
        if found is None:
            return PlainTextResponse(
                "This paper's file is not in the library, has changed or is gone.", status_code=404
            )
        kind = _TYPES.get(found.suffix.lower(), "text/plain; charset=utf-8")  # HTML as text
        return FileResponse(found, media_type=kind, headers=_HEADERS)

    _Served.now = True
    return Route(f"{PREFIX}/{{library}}/{{paper_id}}", serve, methods=["GET", "HEAD"])
