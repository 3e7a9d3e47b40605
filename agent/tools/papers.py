"""The user's own papers as tools: search them, and ask them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from agent.answer import Answer
from agent.literature.comparison import Comparison
from agent.tools.base import tool
from agent.tools.errors import ArgumentError, ToolError
from ingest.record import Record

if TYPE_CHECKING:
    from ingest.library import Library

__all__ = ["FoundPassage", "PaperSearch", "ask_papers", "compare_papers", "search_papers"]

MAX_QUESTION_CHARS = 4_000


class FoundPassage(Record):
    """A passage of a paper, with the page it stands on."""

    key: str  # citation key
    title: str | None
    file: str
    page: int
    text: str
    score: float  # comparable within one search only
    rank: int


class PaperSearch(Record):
    """Passages for a query, best first."""

    query: str
    library: str
    passages: tuple[FoundPassage, ...]


@tool(intent="facts")
def search_papers(
    query: str,
    limit: Annotated[int, Field(ge=1, le=50)] = 10,
    library: str = "default",
) -> PaperSearch:
    """The passages of the user's own papers that are nearest to a query, each with its page.

    Args:
        query: Words or a question.
        limit: How many passages.
        library: Name of the library.
    """
    asked = _question(query, "query")
    found = open_library(library)
    from ingest.errors import IngestError

    try:
        passages = found.search(asked, limit)
    except IngestError as error:
        raise ToolError(str(error)) from error
    return PaperSearch(
        query=asked,
        library=library,
        passages=tuple(
            FoundPassage(
                key=one.paper.key,
                title=one.paper.title,
                file=one.paper.file,
                page=one.page,
                text=one.chunk.text,
                score=one.score,
                rank=one.rank,
            )
            for one in passages
        ),
    )


@tool(intent="facts")
def ask_papers(question: str, library: str = "default") -> Answer:
    """An answer to a question from the user's own papers, with a verbatim quote for each sentence.

    Args:
        question: A question in words.
        library: Name of the library.
    """
    from agent.literature.answering import answer_question
    from agent.tools.substance_keys import substance_keys
    from ingest.errors import IngestError

    asked = _question(question, "question")
    try:
        return answer_question(asked, open_library(library), substance_keys)
    except IngestError as error:
        raise ToolError(str(error)) from error


@tool(intent="facts")
def compare_papers(request: str, library: str = "default") -> Comparison:
    """The values that the user's own papers give for a property of materials, side by side.

    Each value has its conditions, unit, verbatim quote and page; papers that disagree beyond their
    stated errors are named.

    Args:
        request: "property of material", e.g. "ionic conductivity of Li3PS4 and LLZO".
        library: Name of the library.
    """
    from agent.errors import QuestionError
    from agent.literature import compare
    from agent.tools.substance_keys import substance_keys
    from ingest.errors import IngestError

    asked = _question(request, "request")
    found = open_library(library)
    try:
        return compare.compare_papers(asked, found, substance_keys=substance_keys)
    except QuestionError as error:
        raise ArgumentError("request", str(error)) from error
    except IngestError as error:
        raise ToolError(str(error)) from error


def _question(text: str, argument: str) -> str:
    stripped = text.strip()
    if not stripped:
        raise ArgumentError(argument, f"{argument} is empty. Ask in a sentence")
    if len(stripped) > MAX_QUESTION_CHARS:
        raise ArgumentError(
            argument,
            f"{argument} has {len(stripped):,} characters; at most {MAX_QUESTION_CHARS:,}",
        )
    return stripped


_opened: dict[Path, Library] = {}
_guard = threading.Lock()


def open_library(name: str) -> Library:
    """The library of that name, opened once a process: its embedder takes half a second to load.

    Raises:
        ToolError: It does not exist or cannot be read.
    """
    from agent.errors import SettingsError
    from agent.settings import Settings
    from ingest.errors import IngestError
    from ingest.library import Library

    try:
        settings = Settings.load().library(name)
        with _guard:
            if settings.folder not in _opened:
                _opened[settings.folder] = Library.open(settings, create=False)
            return _opened[settings.folder]
    except SettingsError as error:
        raise ArgumentError("library", f"library: {error}") from error
    except IngestError as error:
        raise ToolError(str(error)) from error
