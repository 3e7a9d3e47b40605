"""`elute ask --plan-only`: how a question is read and what would be run; nothing is run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui import ask as asking
from ui.batch import BatchLine, open_batch, read_batch, readable
from ui.exits import BatchError, Exit, explain, tell
from ui.render import as_json, console, plain, print_lines

if TYPE_CHECKING:
    from agent.plan import Plan


def plan(question: str, *, library: str, json_wanted: bool) -> Exit:
    """Print the plan for one question."""
    from agent.session import checked_question

    question = checked_question(readable(question))
    with asking.open_session(library) as session:
        made = session.plan(question)
        if json_wanted:
            print(as_json(_record(question, made)))
        else:
            print_lines(plan_lines(made))
    return Exit.DONE


def plan_batch(path: Path, *, library: str, json_wanted: bool) -> Exit:
    """Print the plan for every line of a file; a line without a question stops no other."""
    failed = read = 0
    lines = open_batch(path)
    with asking.open_session(library) as session:
        for line in read_batch(lines, "question"):
            read += 1
            error, made = line.error, None
            if error is None:
                try:
                    made = session.plan(line.text)
                except Exception as caught:
                    error = explain(caught)[0]
            failed += error is not None
            _print_line(line, made, error, json_wanted=json_wanted)
    if not read:
        raise BatchError(f"{str(path)!r} holds no lines. Write one JSON object a line")
    if failed:
        tell(f"{failed} of {read} lines could not be read; each has its 'error' in the output.")
        return Exit.ERROR
    return Exit.DONE


def plan_lines(made: Plan) -> Iterable[str]:
    """A plan as a reader sees it: the reading, the others, the steps or what is missing."""
    yield f"Read as {made.reading.value} ({made.confidence:.0%})."
    if made.alternatives:
        others = ", ".join(
            f"{one.reading.value} ({one.confidence:.0%})" for one in made.alternatives
        )
        yield f"It may also be: {others}."
    if made.missing:
        yield plain(made.missing)
    for number, step in enumerate(made.steps, start=1):
        arguments = json.dumps(step.arguments, ensure_ascii=False)
        yield plain(f"{number}. {step.tool} {arguments}")
        yield plain(f"   {step.why}")


def _record(question: str, made: Plan | None) -> dict[str, Any]:
    return {"question": question, "plan": made.model_dump(mode="json") if made else None}


def _print_line(
    line: BatchLine, made: Plan | None, error: str | None, *, json_wanted: bool
) -> None:
    if json_wanted:
        record = {"id": line.id, **_record(line.text, made)}
        if error is not None:
            record |= {"line": line.number, "error": error}
        print(as_json(record), flush=True)
        return
    out = console()
    out.print(plain(f"[{line.id if line.id is not None else f'line {line.number}'}] {line.text}"))
    print_lines(plan_lines(made) if made is not None else [plain(error or "")], out)
    out.print()
