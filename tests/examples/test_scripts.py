from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest

from tests.example_library import ROOT, run_python

SCRIPTS = sorted((ROOT / "examples").glob("*.py"))


@pytest.fixture(scope="module")
def printed(example_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """What an example prints, in a folder in which the example papers were ingested before."""
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(example_data, folder / ".demo")

    @lru_cache
    def run(script: str) -> str:
        done = run_python(str(ROOT / "examples" / f"{script}.py"), data=folder / "no", cwd=folder)
        assert done.stderr == ""
        return done.stdout

    return run


@pytest.mark.parametrize("script", [path.stem for path in SCRIPTS])
def test_every_example_runs_as_it_stands(script: str, printed: Callable[[str], str]) -> None:
    assert printed(script).strip()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_an_example_is_short(script: Path) -> None:
    assert len(script.read_text(encoding="utf-8").splitlines()) < 40


def test_a_search_finds_the_passage_on_its_page(printed: Callable[[str], str]) -> None:
    output = printed("search_papers")

    assert "unchanged" in output
    assert re.search(r"^1 Li\w* page 1 .*sulfides conduct lithium", output, re.M)


def test_an_answer_cites_a_paper_with_a_quote(printed: Callable[[str], str]) -> None:
    output = printed("ask_papers")

    assert output.startswith("answered - ")
    assert "Müller2020" in output
    assert "quote: " in output
