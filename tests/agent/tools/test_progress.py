from __future__ import annotations

import threading
from typing import Any

import pytest

from agent.acting import run_steps
from agent.events import ToolFinished, ToolProgress, ToolStarted
from agent.plan import Step
from agent.tools import generate_crystals, registry
from agent.tools.base import tool
from agent.tools.errors import ToolFailed
from agent.tools.progress import Progress, listening, report
from ingest.record import Record


class Counted(Record):
    """What the tool of these tests gives."""

    n: int


@tool(intent="facts")
def count_slowly(n: int) -> Counted:
    """Count.

    Args:
        n: How far.
    """
    for done in range(1, n + 1):
        report("numbers counted", done, n)
    return Counted(n=n)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry knows the tool of these tests."""
    found = registry.find
    monkeypatch.setattr(
        registry, "find", lambda name: count_slowly if name == "count_slowly" else found(name)
    )


def test_a_listener_hears_how_far_a_tool_is_and_nobody_else_does() -> None:
    heard: list[Progress] = []

    with listening(heard.append):
        count_slowly(3)
    count_slowly(2)

    assert [one.text for one in heard] == [f"numbers counted: {n} of 3" for n in (1, 2, 3)]


def test_two_threads_hear_their_own_tool_alone() -> None:
    heard: dict[int, list[int]] = {3: [], 5: []}

    def work(n: int) -> None:
        with listening(lambda progress: heard[n].append(progress.total or 0)):
            count_slowly(n)

    threads = [threading.Thread(target=work, args=(n,)) for n in heard]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert heard == {3: [3] * 3, 5: [5] * 5}


def test_what_a_listener_raises_ends_the_tool() -> None:
    def stop(progress: Progress) -> None:
        if progress.done == 2:
            raise ToolFailed("enough")

    with listening(stop), pytest.raises(ToolFailed, match="enough"):
        count_slowly(1_000_000)


@pytest.mark.usefixtures("known")
def test_a_plan_tells_the_progress_of_its_tool_between_start_and_end() -> None:
    results: list[Any] = []

    events = list(run_steps([_step(3)], results))

    assert [type(one) for one in events] == [ToolStarted, *[ToolProgress] * 3, ToolFinished]
    middle = events[2]
    assert isinstance(middle, ToolProgress)
    assert (middle.doing, middle.done, middle.total) == ("numbers counted", 2, 3)
    assert results[0].output.n == 3


@pytest.mark.usefixtures("known")
def test_a_tool_ends_where_nobody_takes_its_events_any_more() -> None:
    before = set(threading.enumerate())
    events = run_steps([_step(10**9)], [])
    assert isinstance(next(events), ToolStarted)
    assert isinstance(next(events), ToolProgress)

    events.close()  # type: ignore[attr-defined]

    for one in set(threading.enumerate()) - before:
        one.join(timeout=20)
        assert not one.is_alive()


def test_a_search_for_crystals_reports_what_it_does() -> None:
    heard: list[Progress] = []

    with listening(heard.append):
        generate_crystals("NaCl", n=1, ranking="rules")

    assert any(one.doing == "structures tried" for one in heard)
    done = [one.done for one in heard if one.doing == "structures tried"]
    assert done == sorted(done)


def _step(n: int) -> Step:
    return Step(tool="count_slowly", arguments={"n": n}, why="to count")
