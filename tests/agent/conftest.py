from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from agent import Answer, Session
from agent.tools import base
from ingest import Library
from safety import gate
from tests.example_library import example_data_folder
from tests.model_server import ModelServer, Step


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


@pytest.fixture
def audit_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tools' log of this test."""
    log = tmp_path / "tools.jsonl"
    monkeypatch.setattr(base, "_audit_path", lambda: log)
    monkeypatch.setattr(gate, "_default", None)
    return log


@pytest.fixture
def serve() -> Iterator[Callable[..., ModelServer]]:
    """Starts servers that play a script; they end with the test."""
    with ExitStack() as stack:

        def start(*script: Step, **options: Any) -> ModelServer:
            return stack.enter_context(ModelServer(script, **options))

        yield start
