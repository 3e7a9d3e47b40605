from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from agent.events import (
    Answered,
    Event,
    Restarted,
    Searching,
    TextDelta,
    ToolFinished,
    ToolStarted,
)
from agent.pool import NoWorkers
from agent.session_store import Turn, TurnState
from tests.ui.scripted import ANSWERED, ScriptedSession
from ui.rooms.asking import status_html
from ui.rooms.running import Run


class SlowSession(ScriptedSession):
    """Says a sentence, then waits until it is let go."""

    def __init__(self) -> None:
        super().__init__({})
        self.said, self.go = threading.Event(), threading.Event()

    def ask(self, question: str, **options: Any) -> Iterator[Event]:
        yield Searching(papers=3)
        yield ToolStarted(tool="lookup_properties", why="")
        yield ToolFinished(tool="lookup_properties", ok=True)
        yield TextDelta(text="Checked.")
        self.said.set()
        assert self.go.wait(timeout=30)
        yield TextDelta(text=" Never shown.")
        yield Answered(answer=ANSWERED)


def has_ended(run: Run) -> bool:
    """Follow it as a page does, to its end."""
    while not run.is_ended:
        assert run.news(30)
    return True


def test_a_run_ends_with_its_turn_kept() -> None:
    kept: list[Turn] = []

    def keep(turn: Turn) -> Turn:
        kept.append(turn)
        return turn

    run = Run(ScriptedSession({}), "What does heating do?", on_end=keep)

    assert has_ended(run)
    assert run.turn is kept[0]
    assert kept[0].state is TurnState.DONE
    assert kept[0].answer == ANSWERED


def test_stop_ends_at_once_with_what_was_checked_and_drops_the_rest() -> None:
    session, kept = SlowSession(), list[Turn]()
    run = Run(session, "q", on_end=lambda turn: kept.append(turn) or turn)
    assert session.said.wait(30)

    run.stop()
    session.go.set()

    assert run.is_ended
    assert [turn.state for turn in kept] == [TurnState.STOPPED]
    assert kept[0].note == "Checked."
    assert kept[0].answer is None


def test_the_status_says_what_is_happening_and_since_when() -> None:
    session = SlowSession()
    run = Run(session, "q")
    assert session.said.wait(30)

    assert run.doing == "Writing, each sentence checked"
    assert 'animation-delay:-7.0s"' in status_html(run.doing, 7)
    session.go.set()
    assert has_ended(run)


def test_an_error_is_a_sentence_of_the_turn() -> None:
    run = Run(ScriptedSession({"q": RuntimeError("boom")}), "q")

    assert has_ended(run)
    assert run.turn is not None
    assert run.turn.state is TurnState.FAILED
    assert "boom" in run.turn.note


def test_an_answer_that_cannot_be_kept_is_shown_with_a_note() -> None:
    def fail(turn: Turn) -> Turn:
        raise OSError(28, "No space left on device")

    run = Run(ScriptedSession({}), "q", on_end=fail)

    assert has_ended(run)
    assert run.turn is not None
    assert run.turn.answer == ANSWERED
    assert "could not be kept" in run.turn.note


class ScriptedPool:
    """Yields what it is given; an exception is raised."""

    def __init__(self, *events: Event | Exception) -> None:
        self.events = events

    def ask(self, *_: Any, **__: Any) -> Iterator[Event]:
        for event in self.events:
            if isinstance(event, Exception):
                raise event
            yield event


def test_what_was_said_before_the_work_began_anew_is_not_shown() -> None:
    pool = ScriptedPool(TextDelta(text="Lost."), Restarted(why="It ended"), TextDelta(text="New."))

    run = Run(ScriptedSession({}), "q", pool=pool)  # type: ignore[arg-type]

    assert has_ended(run)
    assert run.text == "New."


def test_where_the_pool_has_no_process_the_question_is_answered_here() -> None:
    session = ScriptedSession({})
    pool = ScriptedPool(TextDelta(text="Lost."), NoWorkers("none"))

    run = Run(session, "q", papers=["p"], pool=pool)  # type: ignore[arg-type]

    assert has_ended(run)
    assert run.turn is not None
    assert run.turn.answer == ANSWERED
    assert session.asked == [("q", ["p"], None)]
    assert "Lost" not in run.text
