from __future__ import annotations

from pathlib import Path

import pytest

from tests.example_library import example_data_folder


@pytest.fixture(scope="session")
def example_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose default library holds the example papers; not to be written to."""
    return example_data_folder(tmp_path_factory.getbasetemp())
