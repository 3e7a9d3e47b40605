"""`elute ask` and `elute search`: one question, or a file of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ui.batch import BatchLine, open_batch, read_batch, readable
from ui.exits import BatchError, Exit, explain, tell
from ui.render import (
    answer_lines,
    answer_record,
    as_json,
    console,
    failed_answer_record,
    passage_lines,
    passage_record,
    plain,
    print_lines,
)

if TYPE_CHECKING:
    from agent.answer import Answer, AnswerStatus
    from agent.session import Session


def ask(
    question: str,
    *,
    library: str,
    json_wanted: bool,
    preset: str | None = None,
    export: Path | None = None,
    bundle: Path | None = None,
) -> Exit:
    """Answer one question on standard output, and in the files that are asked for."""
    from agent.session import checked_question
    from ui.exports import check_targets, write_answer

    question = checked_question(readable(question))  # said before anything is loaded
    check_targets(export, bundle)
    with open_session(library, preset) as session:
        answer = _answer_with_status(session, question)
        if json_wanted:
            print(as_json(answer_record(answer)))
            for note in answer.notes:
                tell(note)
        else:
            print_lines(answer_lines(answer))
        write_answer(answer, session.library, export=export, bundle=bundle)
    return exit_of(answer)


def ask_batch(path: Path, *, library: str, json_wanted: bool, preset: str | None = None) -> Exit:
    """Answer every line of a file; a line that cannot be asked does not stop the others."""
    failed = asked = 0
    lines = open_batch(path)
    with open_session(library, preset) as session:
        for line in read_batch(lines, "question"):
            asked += 1
            error, answer = line.error, None
            if error is None:
                try:
                    answer = session.fresh().answer(line.text)  # no line is a turn of another's
                except Exception as caught:
                    error = explain(caught)[0]
            failed += error is not None
            _print_batch_answer(line, answer, error, json_wanted=json_wanted)
    if not asked:
        raise BatchError(f"{str(path)!r} holds no lines. Write one JSON object a line")
    if failed:
        tell(f"{failed} of {asked} lines could not be asked; each has its 'error' in the output.")
        return Exit.ERROR
    return Exit.DONE


def search(query: str, *, library: str, limit: int, json_wanted: bool) -> Exit:
    """Print the passages nearest to ``query``, best first."""
    from agent.session import checked_question

    query = checked_question(readable(query))
    with open_session(library) as session:
        passages = session.library.search(query, limit=limit)
        if json_wanted:
            print(as_json({"query": query, "passages": [passage_record(p) for p in passages]}))
        elif passages:
            print_lines(line for passage in passages for line in passage_lines(passage))
        else:
            tell(f"nothing in library {library!r} is near {query!r}.")
    return Exit.DONE if passages else Exit.NO_EVIDENCE


def open_session(library: str, preset: str | None = None) -> Session:
    """A session over the library of that name, with the settings in force.

    Args:
        library: The library's name.
        preset: How a model answers; None leaves it to the settings.
    """
    from agent.session import Session
    from agent.settings import Settings
    from ui.shelf import say_how_it_searches, say_where_the_model_is

    if preset is None:
        session = Session.open(library)
    else:
        settings = Settings.load()
        model = settings.model.model_copy(update={"preset": preset})
        session = Session.open(library, settings=settings.model_copy(update={"model": model}))
    say_how_it_searches(session.library)
    say_where_the_model_is()
    return session


def exit_of(answer: Answer) -> Exit:
    """The exit code that goes with an answer."""
    return exit_of_status(answer.status)


def exit_of_status(status: AnswerStatus) -> Exit:
    """The exit code that goes with how a question ended."""
    from agent.answer import AnswerStatus

    return {
        AnswerStatus.ANSWERED: Exit.DONE,
        AnswerStatus.NO_EVIDENCE: Exit.NO_EVIDENCE,
        AnswerStatus.REFUSED: Exit.LISTED,
    }[status]


def _answer_with_status(session: Session, question: str) -> Answer:
    """The answer, with a word on standard error meanwhile where a person is looking."""
    if not sys.stderr.isatty():
        return session.answer(question)
    with console(stderr=True).status("Reading the library ..."):
        return session.answer(question)


def _print_batch_answer(
    line: BatchLine, answer: Answer | None, error: str | None, *, json_wanted: bool
) -> None:
    if json_wanted:
        if answer is not None:
            record = {"id": line.id, **answer_record(answer)}
        else:
            fields = failed_answer_record(line.text or None, error or "")
            record = {"id": line.id, "line": line.number, **fields}
        print(as_json(record), flush=True)
        return
    out = console()
    out.print(plain(f"[{line.id if line.id is not None else f'line {line.number}'}] {line.text}"))
    print_lines(answer_lines(answer) if answer is not None else [plain(error or "")], out)
    out.print()
