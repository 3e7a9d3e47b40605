from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path

import pytest

from agent.literature.evidence import Evidence, find_evidence
from agent.literature.question import read_question
from ingest import EmbedderSettings, Library, LibrarySettings
from tests.agent.literature.writing import GARNET, SULFIDE


@pytest.fixture(scope="session")
def evidence(examples: Library) -> Callable[[str], Evidence]:
    """What the example papers hold on a question; each is looked for once."""
    return lru_cache(maxsize=None)(
        lambda question: find_evidence(read_question(question), examples.retriever)
    )


@pytest.fixture
def library_of(settings: LibrarySettings, papers: Path) -> Iterator[Callable[..., Library]]:
    """A library of texts, by file name, that is searched by words alone."""
    by_words = settings.model_copy(update={"embedder": EmbedderSettings(kind="none")})
    with ExitStack() as stack:

        def make(**texts: str) -> Library:
            for name, text in texts.items():
                (papers / f"{name}.txt").write_text(text, encoding="utf-8")
            library = stack.enter_context(Library.open(by_words))
            for _ in library.add(papers):
                continue
            return library

        yield make


@pytest.fixture
def garnets(library_of: Callable[..., Library]) -> Library:
    """A library of two papers, on a garnet and on a sulfide."""
    return library_of(garnet=GARNET, sulfide=SULFIDE)
