from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import pytest

from agent import Answer, Session
from ingest import Library
from tests.example_library import example_data_folder


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The example papers with the packaged embedder; not to be written to."""
    data = example_data_folder(tmp_path_factory.getbasetemp())
    with Library.open(data_dir=data, create=False) as library:
        yield library


@pytest.fixture(scope="session")
def answer(examples: Library) -> Callable[[str], Answer]:
    """Answers from the example papers; each question is asked once, by itself."""
    return lru_cache(maxsize=None)(lambda question: Session(examples).answer(question))
