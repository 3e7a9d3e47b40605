"""Writes docs/cli.md from the help texts: ``python docs/cli_page.py``. A test compares them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer
from typer.testing import CliRunner

from ui.cli import app

PAGE = Path(__file__).with_name("cli.md")
WIDTH = "100"
INTRODUCTION = """\
# The command line

Made from the help texts by `python docs/cli_page.py`; change those, not this page.

## What `--json` prints

`elute ask QUESTION --json` prints one object; `elute ask --batch FILE --json` one object a line.

| field | |
|---|---|
| `id` | only with `--batch`: as given in the line |
| `question` | |
| `status` | `answered`, `no_evidence` or `refused` |
| `text` | prose with inline citations, without the References list |
| `planner`, `model` | what planned; the chat model's name, `null` where none wrote |
| `elapsed_s` | seconds |
| `verdict` | the gate's: `{query, decision: allow, warn or block, hits: [{name, list, edition, \
schedule, jurisdiction, citation, how, score}], unread, reason}`, \
as `elute screen --json` prints it |
| `tools`, `plan` | `null` until tools and planner are connected |
| `citations` | `[{key, file, page, printed_page, quote, box}]`: `file` is the base name, `page` \
counts from 1, `box` is `[x0, y0, x1, y1]` in points from the page's lower left corner, or `null` |
| `claims` | `[{text, verdict, citations: [index], why}]`: `verdict` is `supported`, `partly` or \
`unsupported`; with `no_evidence`, what a model wrote and its quotes do not bear out |
| `passages` | `[{file, page, score, rank}]`: the ranked retrieval list, each page once |
| `usage` | `{calls, tokens_in, tokens_out, cost}` of the chat model, `null` where none was asked; \
`cost` is `null` without prices in the settings |
| `notes` | sentences on what went otherwise than asked, e.g. that the model broke off |

A line of a batch that cannot be asked gives an object with its `id` (or `null`), its `line`
number, a sentence in `error`, and `null` in every other field; the other lines are answered, and
the exit code is 1.

## Exit codes

| code | |
|---|---|
| 0 | done |
| 1 | error |
| 2 | usage: an argument, a setting, a question or a batch file that cannot be used |
| 3 | refused, or a screened substance is listed |
| 4 | no evidence |
| 5 | some files could not be ingested |
| 130 | stopped with Ctrl-C; what was finished is kept |
| 141 | the reader of the output went away, as `head` does |

## Commands
"""


def page() -> str:
    """The whole page."""
    return INTRODUCTION + "".join(
        f"\n### `{' '.join(['elute', *command])}`\n\n```text\n{help_text(command)}\n```\n"
        for command in commands()
    )


def commands() -> Iterator[tuple[str, ...]]:
    """The command itself, then each subcommand, groups before what is in them."""
    yield from _below(typer.main.get_command(app), ())


def _below(command: object, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from _below(inner, (*path, name))


def help_text(command: tuple[str, ...]) -> str:
    """What ``--help`` prints, at a fixed width."""
    result = CliRunner().invoke(
        app, [*command, "--help"], prog_name="elute", env={"COLUMNS": WIDTH, "TERM": "dumb"}
    )
    if result.exit_code:
        raise RuntimeError(f"elute {' '.join(command)} --help: {result.output}")
    return result.stdout.rstrip()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
