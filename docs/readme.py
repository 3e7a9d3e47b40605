"""Refreshes what the README shows a command print: ``python docs/readme.py``. A test compares.

A block is fenced as ``console``: lines that begin with ``$ elute`` are run over the example papers,
what follows each is what it printed on a terminal 80 columns wide.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PROMPT = "$ elute "
INGEST = "ingest examples/papers"

_BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.M | re.S)
_SECONDS = re.compile(r"\b\d+\.\d s\b")  # differs from run to run


def refreshed(text: str, printed_by: Callable[[str], str]) -> str:
    """``text`` with every block's outputs replaced by what ``printed_by`` gives."""
    return _BLOCK.sub(lambda block: _refreshed_block(block.group(), printed_by), text)


def _refreshed_block(block: str, printed_by: Callable[[str], str]) -> str:
    commands = [line for line in block.splitlines() if line.startswith(PROMPT)]
    parts = [f"{line}\n{printed_by(line.removeprefix(PROMPT))}\n" for line in commands]
    return "\n".join(parts)


def without_times(text: str) -> str:
    """``text`` with every time taken replaced by the same one."""
    return _SECONDS.sub("0.0 s", text)


def run_elute(command: str, data: Path) -> str:
    """What the command prints on a terminal, without colours and trailing blanks."""
    dropped = ("ELUTE_", "OPENAI_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    terminal = {"TTY_COMPATIBLE": "1", "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "80"}
    run = subprocess.run(
        [sys.executable, "-m", "ui.cli", *shlex.split(command)],
        cwd=ROOT,
        env={**kept, **terminal, "PYTHONPATH": str(ROOT), "ELUTE_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    printed = run.stdout + run.stderr
    return "\n".join(line.rstrip() for line in printed.strip().splitlines())


def printed_by(data: Path, ingested: str) -> Callable[[str], str]:
    """What a command prints over the example papers; ``ingested`` is what reading them printed."""
    return lambda command: ingested if command == INGEST else run_elute(command, data)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        said = printed_by(Path(folder), run_elute(INGEST, Path(folder)))
        README.write_text(refreshed(README.read_text(encoding="utf-8"), said), encoding="utf-8")
