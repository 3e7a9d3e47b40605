from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.example_library import ROOT, example_data_folder
from tests.ui.journeys.browsing import Chat, browsing, serving


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of the module's own, with the example papers."""
    folder = tmp_path_factory.mktemp("chat") / "data"
    shutil.copytree(example_data_folder(tmp_path_factory.getbasetemp()), folder)
    return folder


@pytest.fixture(scope="module")
def chat(data: Path) -> Iterator[Chat]:
    """A chat over them."""
    with serving(data, ROOT / "examples") as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    with browsing() as started:
        yield started
