from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.example_library import ROOT, run_python

SCRIPTS = sorted((ROOT / "examples").glob("*.py"))


@pytest.fixture
def folder(example_data: Path, tmp_path: Path) -> Path:
    """A working folder in which the example papers were ingested before."""
    shutil.copytree(example_data, tmp_path / ".demo")
    return tmp_path


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_every_example_runs_as_it_stands(script: Path, folder: Path) -> None:
    run = run_python(str(script), data=folder / "elsewhere", cwd=folder)

    assert run.stdout.strip()
    assert run.stderr == ""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_an_example_is_short(script: Path) -> None:
    assert len(script.read_text(encoding="utf-8").splitlines()) < 40


def test_a_search_finds_the_passage_on_its_page(folder: Path) -> None:
    script = ROOT / "examples" / "search_papers.py"

    run = run_python(str(script), data=folder, cwd=folder)

    assert "unchanged" in run.stdout
    assert re.search(r"^1 Li\w* page 1 .*sulfides conduct lithium", run.stdout, re.M)


def test_an_answer_cites_a_paper_with_a_quote(folder: Path) -> None:
    script = ROOT / "examples" / "ask_papers.py"

    run = run_python(str(script), data=folder, cwd=folder)

    assert run.stdout.startswith("answered - ")
    assert "Müller2020" in run.stdout
    assert "quote: " in run.stdout
