"""Tools answer in the session where a request is surely theirs; else the papers do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent import Answer, Session
from agent.acting import runs_tools
from agent.answer import AnswerStatus
from agent.events import (
    Answered,
    Planned,
    Screened,
    Searching,
    TextDelta,
    ToolFinished,
    ToolStarted,
)
from agent.plan import Reading
from ingest import Library

pytestmark = pytest.mark.usefixtures("audit_log")


def test_a_conversion_is_run_and_its_number_has_unit_method_and_source(examples: Library) -> None:
    events = list(Session(examples).ask("convert 5 eV to kJ/mol"))

    kinds = [type(event) for event in events if not isinstance(event, TextDelta)]
    assert kinds == [Screened, Planned, ToolStarted, ToolFinished, Answered]
    last = events[-1]
    assert isinstance(last, Answered)
    assert last.answer.status is AnswerStatus.ANSWERED
    assert "482.42" in last.answer.text
    assert "kJ / mol (computed; pint, CODATA constants" in last.answer.text
    assert last.answer.tools is not None
    assert last.answer.tools[0].tool == "convert_units"
    said = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert said.strip() == last.answer.text


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ("boiling point of glycerol", "K (measured, 101325 Pa; CRC Handbook"),
        ("TPSA of ibuprofen", "polar surface area: 37.3 angstrom**2 (computed; Ertl 2000"),
        ("CAS number of caffeine", "58-08-2"),
        ("balance Fe + O2 -> Fe2O3", "4 Fe + 3 O2 -> 2 Fe2O3"),
        ("is phosgene a controlled chemical?", "Schedule 3.A"),
        ("what can you do for me?", "elute ingest"),
    ],
)
def test_tools_answer_what_is_surely_theirs(
    answer: Callable[[str], Answer], request_: str, told: str
) -> None:
    found = answer(request_)

    assert found.status is AnswerStatus.ANSWERED
    assert found.tools is not None
    assert told in found.text


@pytest.mark.parametrize(
    "question",
    [
        "What band gap does CsSnI3 have?",  # the papers speak of band gaps
        "What is the ionic conductivity of LLZO reported in the papers?",
        "boiling point of glycerol according to the study",
        "Is the sample in the paper by Kowalski a controlled substance?",
        "What are the diagonal elements of the Coulomb matrix of methanol?",
        "how is CsPbI3 made",
    ],
)
def test_what_may_be_asked_of_the_papers_is_asked_of_them(examples: Library, question: str) -> None:
    events = list(Session(examples).ask(question))

    assert any(isinstance(event, Searching) for event in events)
    last = events[-1]
    assert isinstance(last, Answered)
    assert last.answer.tools is None
    assert last.answer.plan is not None


def test_a_generator_is_planned_and_never_run_unasked(examples: Library) -> None:
    session = Session(examples)

    plan = session.plan("generate 5 new molecules like c1ccccc1O")

    assert plan.reading is Reading.GENERATE
    assert plan.steps
    assert not runs_tools(plan, "generate 5 new molecules like c1ccccc1O", examples)


def test_a_tool_that_fails_leaves_the_question_to_the_papers(
    examples: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agent.tools import registry

    failure = registry.ToolFailure(tool="convert_units", kind="error", message="broken")
    monkeypatch.setattr(registry, "reply", lambda name, arguments: failure)

    events = list(Session(examples).ask("convert 5 eV to kJ/mol"))

    finished = [event for event in events if isinstance(event, ToolFinished)]
    assert [event.ok for event in finished] == [False]
    assert any(isinstance(event, Searching) for event in events)
