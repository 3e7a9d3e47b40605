from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from docs.cli_page import PAGE, commands, page
from docs.readme import README, printed_by, refreshed, without_times
from tests.example_library import SAID, example_data_folder, run_python
from ui.exits import Exit
from ui.render import ANSWER_FIELDS

ROOT = Path(__file__).parents[2]


def test_the_page_of_the_command_line_is_what_help_prints() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python docs/cli_page.py"


def test_the_page_names_every_exit_code_and_every_field_of_an_answer() -> None:
    text = PAGE.read_text(encoding="utf-8")

    for code in Exit:
        assert f"| {code.value} |" in text
    for field in ANSWER_FIELDS:
        assert f"`{field}`" in text


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "docs/architecture.md"])
def test_every_command_that_a_page_names_exists(name: str) -> None:
    path = ROOT / name
    if not path.is_file():
        pytest.skip(f"{name} is not written yet")
    known = {command[0] for command in commands() if command}

    named = set(re.findall(r"(?:`|\$ |^)elute ([a-z]+)", path.read_text(encoding="utf-8"), re.M))

    assert named <= known


@pytest.fixture
def example_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose default library holds the example papers; not to be written to."""
    return example_data_folder(tmp_path_factory.getbasetemp())


def test_the_readme_shows_what_the_commands_print(example_data: Path) -> None:
    text = README.read_text(encoding="utf-8")
    ingested = (example_data.parent / SAID).read_text(encoding="utf-8")

    now = refreshed(text, printed_by(example_data, ingested))

    assert without_times(now) == without_times(text), "run: python docs/readme.py"


def test_the_python_of_the_readme_runs(example_data: Path, tmp_path: Path) -> None:
    shutil.copytree(example_data, tmp_path / ".demo")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    blocks = re.findall(r"^```python\n(.*?)^```$", README.read_text("utf-8"), re.M | re.S)

    printed = [run_python("-c", block, data=tmp_path, cwd=tmp_path).stdout for block in blocks]

    assert len(blocks) >= 2
    assert all(text.strip() for text in printed)


def test_every_target_of_make_that_the_readme_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))

    lines = re.findall(r"^make ([a-z ]+?)\s*(?:#|$)", README.read_text("utf-8"), re.M)

    assert {"demo", "test"} <= set(" ".join(lines).split()) <= targets
