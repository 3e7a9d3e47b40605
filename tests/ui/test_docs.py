from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.cli_page import PAGE, commands, page
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
