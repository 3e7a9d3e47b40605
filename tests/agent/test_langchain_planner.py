"""A chat model plans and acts through the real ChatOpenAI, against a server on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from agent import Answer, Session
from agent.answer import AnswerStatus, ClaimVerdict
from agent.events import (
    Answered,
    Event,
    EvidenceFound,
    Planned,
    Screened,
    Searching,
    TextDelta,
    ToolFinished,
    ToolStarted,
)
from agent.langchain_planner import MAX_MODEL_CALLS
from agent.plan import Reading
from ingest import Library
from ingest.chunking import sentence_texts
from tests.agent.converting import ASKED, CONVERT
from tests.model_server import (
    BreaksOff,
    Drips,
    Fails,
    Hangs,
    ModelServer,
    Reply,
    Step,
    Structured,
    calls,
)

pytestmark = pytest.mark.usefixtures("loopback", "audit_log")


def ask(library: Library, server: ModelServer, question: str, **changed: Any) -> list[Event]:
    return list(Session(library, model=server.settings(**changed)).ask(question))


def end(events: list[Event]) -> Answer:
    last = events[-1]
    assert isinstance(last, Answered)
    return last.answer


@pytest.mark.parametrize(
    ("question", "called", "said", "reading"),
    [
        pytest.param(
            ASKED, CONVERT, "5 eV is 482.4 kJ/mol (computed).", Reading.CONVERT, id="units"
        ),
        pytest.param(
            "boiling point of glycerol",
            calls(
                ("lookup_properties", {"substance": "glycerol", "properties": ["boiling_point"]})
            ),
            "Glycerol boils at 563.15 K (measured; CAS Common Chemistry).",
            Reading.PROPERTY,
            id="property",
        ),
        pytest.param(
            "magpie vector of Fe2O3",
            calls(("featurize", {"inputs": ["Fe2O3"], "featurizer": "magpie"})),
            "The magpie vector of Fe2O3 has 22 numbers and begins 15.2, 74.2, 31.9376.",
            Reading.FEATURIZE,
            id="features",
        ),
    ],
)
def test_a_tool_task_is_planned_run_and_told_in_checked_words(
    examples: Library,
    serve: Callable[..., ModelServer],
    question: str,
    called: Step,
    said: str,
    reading: Reading,
) -> None:
    server = serve(called, said)

    events = ask(examples, server, question)

    kinds = [type(event) for event in events]
    assert kinds == [Screened, Planned, ToolStarted, ToolFinished, TextDelta, Answered]
    answer = end(events)
    assert answer.text == said
    assert (answer.planner, answer.model) == ("langchain", "scripted")
    assert [claim.verdict for claim in answer.claims] == [ClaimVerdict.SUPPORTED]
    assert answer.plan is not None
    assert answer.plan.reading is reading
    assert [step.tool for step in answer.plan.steps] == [
        result.tool for result in answer.tools or ()
    ]
    assert answer.usage is not None
    assert answer.usage.calls == 2
    assert answer.notes == ()


def writes(body: dict[str, Any]) -> Structured:
    """A sentence of the first quote, word by word, as a model that reads would write it."""
    lines = [m["content"] for m in body["messages"] if '"quote"' in str(m["content"])]
    quote = json.loads(next(one for one in lines[-1].splitlines() if one.startswith("{")))
    sentence = sentence_texts(quote["quote"])[0]
    return Structured({"sentences": [{"text": sentence, "evidence": [quote["id"]]}], "missing": []})


@pytest.mark.parametrize(
    ("question", "script"),
    [
        pytest.param(
            "What activation energy do the papers report for LLZO?", (writes,), id="surely"
        ),
        pytest.param(
            "What band gap does CsPbI3 have?", (calls(("ask_papers", {})), writes), id="handed over"
        ),
    ],
)
def test_a_literature_task_is_written_from_the_evidence_that_there_is_without_a_model(
    examples: Library, serve: Callable[..., ModelServer], question: str, script: tuple[Step, ...]
) -> None:
    server = serve(*script)

    events = ask(examples, server, question)
    without = Session(examples).answer(question)

    answer = end(events)
    assert answer.status is without.status is AnswerStatus.ANSWERED
    assert answer.passages == without.passages
    assert next(e.citations for e in events if isinstance(e, EvidenceFound)) == without.citations
    assert any(isinstance(event, Searching) for event in events)
    assert [claim.verdict for claim in answer.claims] == [ClaimVerdict.SUPPORTED]
    assert (answer.model, answer.notes) == ("scripted", ())
    assert (len(server.requests), server.overrun) == (len(script), 0)
    assert "tools" not in server.requests[-1]  # what reads papers holds no tools


def test_every_question_has_the_same_evidence_with_a_model_that_calls_tools(
    examples: Library, serve: Callable[..., ModelServer]
) -> None:
    def eager(body: dict[str, Any]) -> Reply:
        if "tools" not in body:
            return writes(body)
        return "5 eV is 482.4 kJ/mol." if body["messages"][-1]["role"] == "tool" else CONVERT

    server = serve(then=eager)
    for question in (
        "Which two values are reported for the activation energy of lithium-ion conduction?",
        "What band gap does MAPbI3 have?",
        "Who won the world cup in 2018?",
        "boiling point of glycerol",
    ):
        with_model, without = ask(examples, server, question), list(Session(examples).ask(question))

        found = [
            [event.citations for event in events if isinstance(event, EvidenceFound)]
            for events in (with_model, without)
        ]
        assert found[0] == found[1], question
        assert end(with_model).passages == end(without).passages, question


def test_tools_stand_behind_the_papers_where_the_model_used_both(
    examples: Library, serve: Callable[..., ModelServer]
) -> None:
    question = "What band gap does CsPbI3 have?"
    server = serve(CONVERT, "5 eV is 482.4 kJ/mol.", writes)

    answer = end(ask(examples, server, question))

    assert answer.citations
    assert answer.text.endswith("\n5 eV is 482.4 kJ/mol.")
    assert answer.tools is not None
    assert [claim.citations for claim in answer.claims] == [(0,), ()]


def test_a_number_without_a_result_is_marked_where_it_stands(
    examples: Library, serve: Callable[..., ModelServer]
) -> None:
    server = serve(CONVERT, "5 eV is 482.4 kJ/mol. Water needs 44 kJ/mol to evaporate.")

    answer = end(ask(examples, server, ASKED))

    assert [claim.verdict for claim in answer.claims] == [
        ClaimVerdict.SUPPORTED,
        ClaimVerdict.UNSUPPORTED,
    ]
    assert "evaporate [unsupported: No tool's result gives 44 kJ/mol.]" in answer.text


@pytest.mark.parametrize(
    ("script", "said"),
    [
        pytest.param((Fails(401),), "refuses the key", id="key"),
        pytest.param((Fails(429),), "rate limit", id="rate"),
        pytest.param((Fails(500),), "status 500", id="server"),
        pytest.param((BreaksOff("5 eV is"),), "broke off", id="half a reply"),
        pytest.param((CONVERT, BreaksOff("5 eV is")), "broke off", id="half-way"),
        pytest.param((Hangs(),), "did not answer within", id="time-out"),
        pytest.param((Drips(),), "did not answer within", id="byte by byte"),
        pytest.param(("",), "came to no answer", id="empty"),
        pytest.param(("5 eV is 482.4 kJ/mol.",), "bears out", id="from memory"),
    ],
)
def test_where_the_model_fails_a_sentence_says_so_and_the_rules_finish(
    examples: Library, serve: Callable[..., ModelServer], script: tuple[Step, ...], said: str
) -> None:
    server = serve(*script)

    waits = 0.5 if isinstance(script[0], Hangs | Drips) else 30.0
    answer = end(ask(examples, server, ASKED, timeout_s=waits))

    assert answer.status is AnswerStatus.ANSWERED
    assert (answer.planner, answer.model) == ("rules", None)
    assert "482.42" in answer.text
    assert [said in note for note in answer.notes] == [True]


def test_a_server_that_is_not_there_leaves_the_answer_to_the_rules(
    examples: Library, serve: Callable[..., ModelServer]
) -> None:
    server = serve()
    settings = server.settings(name=None)  # it would have to be asked for the name
    server.close()

    answer = Session(examples, model=settings).answer(ASKED)

    assert "482.42" in answer.text
    assert "no model answers at" in answer.notes[0]


def test_a_call_that_is_no_json_is_sent_back_and_made_anew(
    examples: Library, serve: Callable[..., ModelServer]
) -> None:
    broken = calls(("convert_units", '{"value": 5, "from_unit"'))
    server = serve(broken, CONVERT, "5 eV is 482.4 kJ/mol.")

    events = ask(examples, server, ASKED)

    assert end(events).text == "5 eV is 482.4 kJ/mol."
    assert sum(isinstance(event, ToolFinished) for event in events) == 1


def test_wrong_arguments_come_back_as_a_sentence_that_the_model_can_mend(
    examples: Library, serve: Callable[..., ModelServer]
) -> None:
    wrong = calls(("convert_units", {"value": 5, "from": "eV", "to_unit": "kJ/mol"}))
    server = serve(wrong, CONVERT, "5 eV is 482.4 kJ/mol.")

    events = ask(examples, server, ASKED)

    assert end(events).text == "5 eV is 482.4 kJ/mol."
    assert [event.ok for event in events if isinstance(event, ToolFinished)] == [False, True]
    told = [m["content"] for m in server.requests[1]["messages"] if m["role"] == "tool"]
    assert "has no argument 'from'" in told[0]


@pytest.mark.parametrize(
    "step",
    [
        CONVERT,
        calls(("convert_units", "{")),
        calls(("no such tool", {})),
        calls(*CONVERT.calls * 9),
    ],
    ids=["a call", "a broken call", "an unknown tool", "many calls at once"],
)
def test_a_model_that_never_ends_is_ended(
    examples: Library, serve: Callable[..., ModelServer], step: Step
) -> None:
    server = serve(then=step)

    events = ask(examples, server, ASKED)

    assert len(server.requests) <= MAX_MODEL_CALLS
    assert "482.42" in end(events).text
    assert f"no answer in {MAX_MODEL_CALLS} replies" in end(events).notes[0]


def test_the_budget_of_tokens_ends_a_run(
    examples: Library, serve: Callable[..., ModelServer]
) -> None:
    server = serve(then=CONVERT)

    answer = end(ask(examples, server, ASKED, token_budget=1_000))

    assert len(server.requests) == 1  # the tools alone are more than that
    assert "budget of 1,000 tokens" in answer.notes[0]
    assert "482.42" in answer.text


def test_a_generator_is_offered_only_where_it_was_asked_for(
    examples: Library, serve: Callable[..., ModelServer]
) -> None:
    server = serve(then="")

    ask(examples, server, ASKED)
    ask(examples, server, "generate 5 new molecules like c1ccccc1O")

    offered = [
        {tool["function"]["name"] for tool in body["tools"]}
        for body in (server.requests[0], server.requests[-1])
    ]
    assert "generate_molecules" not in offered[0]
    assert "generate_molecules" in offered[1]
    assert not offered[1] & {"search_papers", "suggest_synthesis", "learn", "predict", "plot"}


def test_a_model_is_not_offered_to_call_out_or_to_write_files(
    examples: Library, serve: Callable[..., ModelServer]
) -> None:
    server = serve(then="")

    ask(examples, server, "magpie vector of Fe2O3")

    offered = {
        name
        for tool in server.requests[0]["tools"]
        for name in tool["function"]["parameters"]["properties"]
    }
    assert "featurizer" in offered
    assert not offered & {"online", "drawing", "save_to", "library"}


def test_only_the_question_and_the_tools_are_sent_to_the_model(
    examples: Library, serve: Callable[..., ModelServer]
) -> None:
    server = serve(CONVERT, "5 eV is 482.4 kJ/mol.")

    ask(examples, server, ASKED)

    roles = [message["role"] for message in server.requests[1]["messages"]]
    assert roles == ["system", "user", "assistant", "tool"]
    assert str(examples.settings.data_dir) not in json.dumps(server.requests)
