from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.ui.scripted import NOT_FOUND, ScriptedSession
from ui.cli import app


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a data folder of the test's own."""
    for name in list(os.environ):
        if name.startswith(("ELUTE_", "OPENAI_", "XDG_")) or name in ("NO_COLOR", "COLUMNS"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / "config"))
    monkeypatch.setenv("ELUTE_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    return tmp_path


@pytest.fixture
def elute() -> Callable[..., Result]:
    """The command line, in this process."""
    return lambda *arguments, **options: CliRunner().invoke(app, list(arguments), **options)


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The doors open onto a session that answers from this table."""
    answers: dict[str, Any] = {"Who won?": NOT_FOUND}
    session = ScriptedSession(answers)

    def open_session(name: str, preset: str | None = None) -> ScriptedSession:
        ScriptedSession.opened += 1
        return session

    ScriptedSession.opened = ScriptedSession.freshened = 0
    monkeypatch.setattr("ui.ask.open_session", open_session)
    return answers
