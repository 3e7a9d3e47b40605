"""The example papers in a library, made once for all tests that need real papers."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from docs.readme import run_elute
from ingest.lock import WriteLock

ROOT = Path(__file__).parents[1]
SAID = "ingest.txt"  # beside the data folder: what `elute ingest` printed
INGEST_WAIT_S = 300


@lru_cache
def example_data_folder(parent: Path) -> Path:
    """A data folder whose default library holds the example papers; not to be written to.

    Args:
        parent: The run's folder for temporary files; that of one of several workers stands in the
            one they share, where the first of them makes the library and the others wait for it.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        parent = parent.parent
    folder, said = parent / "example-data", parent / SAID
    lock = WriteLock(parent / "example-data.lock")
    for _ in lock.acquire(wait_s=INGEST_WAIT_S):
        pass  # told once that another worker is at it
    try:
        if not said.exists():
            said.write_text(run_elute("ingest examples/papers", folder), encoding="utf-8")
    finally:
        lock.release()
    return folder


def run_python(*arguments: str, data: Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """This Python with arguments and that data folder; a failure shows what was printed."""
    settings = ("ELUTE_", "OPENAI_")
    kept = {name: v for name, v in os.environ.items() if not name.startswith(settings)}
    environment = {**kept, "PYTHONPATH": str(ROOT), "ELUTE_DATA_DIR": str(data)}
    run = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True
    )
    assert run.returncode in (0, 4), run.stdout + run.stderr
    return run
