from __future__ import annotations

from pathlib import Path

import pytest

from agent.tools import base
from safety import gate


@pytest.fixture(autouse=True)
def audit_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The gate's log of this test."""
    path = tmp_path / "audit.jsonl"
    monkeypatch.setattr(base, "_audit_path", lambda: path)
    monkeypatch.setattr(gate, "_default", None)
    return path
