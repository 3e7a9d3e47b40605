from __future__ import annotations

import functools
import inspect
import types
from typing import Annotated, Any

import pytest
from pydantic import Field

from agent.tools import base, registry
from agent.tools.base import Tool, ToolResult, missing, tool
from agent.tools.errors import ArgumentError, MissingPackage, ToolError, ToolFailed
from agent.tools.quantity import Quantity
from agent.tools.vocabulary import VOCABULARY, texts_to_screen
from ingest.record import Record
from safety.errors import Refused
from safety.substance import Decision, Verdict

HEROIN = "CC(=O)O[C@H]1C=C[C@H]2[C@H]3CC4=C5[C@]2([C@H]1OC5=C(C=C4)OC(=O)C)CCN3C"


class Said(Record):
    text: str
    warnings: tuple[str, ...] = ()


calls: list[str] = []


@tool(intent="property")
def echo(text: str, times: Annotated[int, Field(ge=1)] = 1) -> Said:
    """Say a text again.

    Args:
        text: What to say.
        times: How often.
    """
    calls.append(text)
    return Said(text=text * times, warnings=("said again",))


@tool(intent="making")
def recipe(text: str) -> Said:
    """Say how a thing is made.

    Args:
        text: The thing.
    """
    calls.append(text)
    return Said(text=text)


@tool(intent="property", generative=True)
def invent(text: str) -> Said:
    """Make up a structure.

    Args:
        text: Ignored.
    """
    return Said(text=HEROIN)


@pytest.fixture(autouse=True)
def no_calls() -> None:
    calls.clear()


class StubGate:
    """Decides as it is told, and keeps what it was shown."""

    def __init__(self, arguments: Any = Decision.ALLOW, result: Any = Decision.ALLOW) -> None:
        self.answers = {"check_arguments": arguments, "check_result": result}
        self.seen: list[tuple[str, Any, str, str]] = []

    def __getattr__(self, point: str) -> Any:
        def check(data: Any, *, tool: str, intent: str) -> Any:
            self.seen.append((point, data, tool, intent))
            answer = self.answers[point]
            if isinstance(answer, Exception):
                raise answer
            if isinstance(answer, Decision):
                return Verdict(decision=answer, reason=f"{point}: {answer}")
            return answer

        return check


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(**answers: Any) -> StubGate:
        gate = StubGate(**answers)
        monkeypatch.setattr(base, "_gate", lambda: gate)
        monkeypatch.setattr(base, "_not_known_clean", lambda texts: texts)
        return gate

    return use


def test_a_call_returns_the_output_and_run_the_whole_result(stub: Any) -> None:
    stub()

    assert echo("a", times=2) == Said(text="aa", warnings=("said again",))
    result = echo.run("a", times=2)
    assert isinstance(result, ToolResult)
    assert (result.tool, result.arguments) == ("echo", {"text": "a", "times": 2})
    assert result.warnings == ("said again",)
    assert echo.result_model.model_validate_json(result.model_dump_json()) == result


def test_arguments_are_screened_before_and_the_result_after_the_work(stub: Any) -> None:
    gate = stub()

    echo("a", times=2)

    assert [(point, intent) for point, _, _, intent in gate.seen] == [
        ("check_arguments", "property"),
        ("check_result", "property"),
    ]
    assert gate.seen[0][1] == {"text": "a", "times": 2}
    assert "aa" in gate.seen[1][1]


def test_refused_arguments_never_reach_the_function(stub: Any) -> None:
    stub(arguments=Decision.BLOCK)

    with pytest.raises(Refused) as refusal:
        echo("a")

    assert calls == []
    assert refusal.value.verdict.decision is Decision.BLOCK


def test_a_refused_result_is_withheld(stub: Any) -> None:
    stub(result=Decision.BLOCK)

    with pytest.raises(Refused, match="withheld"):
        echo("secret text")


@pytest.mark.parametrize("point", ["arguments", "result"])
@pytest.mark.parametrize("answer", [OSError("list is gone"), None, "allow"])
def test_a_gate_that_breaks_allows_nothing(stub: Any, point: str, answer: Any) -> None:
    stub(**{point: answer})

    with pytest.raises(Refused, match="gate failed"):
        echo("a")


def test_a_warning_of_the_gate_stands_among_the_warnings(stub: Any) -> None:
    stub(arguments=Decision.WARN)

    result = echo.run("a")

    assert result.verdict.decision is Decision.WARN
    assert result.warnings == ("check_arguments: warn", "said again")


def test_facts_of_a_listed_drug_are_given_and_its_making_is_refused() -> None:
    said = echo.run("heroin")

    assert said.verdict.decision is Decision.WARN
    assert "21 CFR" in said.warnings[0]
    with pytest.raises(Refused, match="21 CFR") as refusal:
        recipe("heroin")
    assert calls == ["heroin"]  # of the first tool only
    assert "heroin" not in str(refusal.value)


def test_what_a_generator_makes_up_is_screened_as_a_structure() -> None:
    with pytest.raises(Refused, match="withheld"):
        invent("a molecule")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, r"argument 'text' is missing. Give: What to say"),
        ({"text": "a", "times": 0}, r"argument 'times' is 0: .*greater than or equal to 1"),
        ({"text": "a", "times": "x"}, r"argument 'times' is 'x': .*integer.*Give: How often"),
        ({"text": "a", "tmes": 2}, r"no argument 'tmes'; it takes: text, times. Did you mean 'ti"),
        ({"text": None}, r"argument 'text' is None"),
    ],
)
def test_bad_arguments_get_a_sentence_with_a_fix(
    stub: Any, arguments: dict[str, Any], said: str
) -> None:
    stub()

    with pytest.raises(ArgumentError, match=said):
        echo(**arguments)
    assert calls == []


def test_too_many_arguments_are_told(stub: Any) -> None:
    stub()

    with pytest.raises(ArgumentError, match="takes: text, times"):
        echo("a", 1, 2)  # type: ignore[call-arg]
    with pytest.raises(ArgumentError, match="takes: text, times"):
        echo("a", text="b")  # type: ignore[misc]


def test_a_missing_package_names_the_pip_install(stub: Any) -> None:
    stub()

    @tool(intent="facts", requires=("no_such_package_here",))
    def needy(text: str) -> Said:
        """Need a lot.

        Args:
            text: Anything.
        """
        return Said(text=text)

    with pytest.raises(MissingPackage, match="pip install no_such_package_here"):
        needy("a")
    assert "needy" in (needy.why_not() or "")
    assert missing("py2opsin_missing", what="x") is not None


def test_an_extra_is_asked_for_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "find_spec", lambda _: None)

    assert missing("mcp", what="elute mcp") == (
        "elute mcp needs the package 'mcp'. Run: pip install 'elute[mcp]'"
    )


def test_a_tool_that_breaks_says_so_and_keeps_the_cause(
    stub: Any, caplog: pytest.LogCaptureFixture
) -> None:
    stub()

    @tool(intent="facts")
    def broken(text: str) -> Said:
        """Break.

        Args:
            text: Anything.
        """
        return 1 / 0  # type: ignore[return-value]

    with pytest.raises(ToolFailed, match="broken failed: ZeroDivisionError") as failure:
        broken("a")
    assert isinstance(failure.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize("what", ["untyped", "undescribed", "no_docstring", "no_record"])
def test_a_function_that_cannot_be_described_is_no_tool(what: str) -> None:
    def untyped(text) -> Said:  # type: ignore[no-untyped-def]
        """Say.

        Args:
            text: What.
        """

    def undescribed(text: str) -> Said:  # type: ignore[empty-body]
        """Say."""

    def no_docstring(text: str) -> Said: ...  # type: ignore[empty-body]

    def no_record(text: str) -> str:  # type: ignore[empty-body]
        """Say.

        Args:
            text: What.
        """

    with pytest.raises(TypeError, match=what):
        tool(intent="facts")(locals()[what])


def test_a_tool_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="cannot be changed"):
        echo._run = lambda _: None  # type: ignore[method-assign, assignment]
    with pytest.raises(AttributeError, match="cannot be changed"):
        del echo.intent


def _reachable(thing: Any) -> list[Any]:
    """Everything that hangs on an object by attributes, wrappers and partials; not closures."""
    seen: dict[int, Any] = {}
    queue = [thing]
    while queue:
        one = queue.pop()
        if id(one) in seen or isinstance(one, str | int | float | bool | type(None)):
            continue
        seen[id(one)] = one
        if isinstance(one, functools.partial):
            queue += [one.func, *one.args, *one.keywords.values()]
        if isinstance(one, dict):
            queue += one.values()
        if isinstance(one, list | tuple | set | frozenset):
            queue += one
        if isinstance(one, Tool):
            queue += [getattr(one, name) for name in Tool.__slots__]
        if isinstance(one, types.FunctionType | types.MethodType):
            queue += [
                getattr(one, name)
                for name in ("__wrapped__", "__self__", "__func__", "__dict__", "__defaults__")
                if hasattr(one, name)
            ]
    return list(seen.values())


def test_no_attribute_of_any_tool_leads_to_its_function() -> None:
    for one in registry.tools():
        home = one.output_model.__module__
        functions = [f for f in _reachable(one) if isinstance(f, types.FunctionType)]

        assert all(f.__module__ == "agent.tools.base" for f in functions), one.name
        assert not hasattr(one, "__wrapped__")
        assert not hasattr(one, "__dict__")
        assert home != "agent.tools.base"


def test_the_modules_of_tools_show_nothing_that_runs_but_tools() -> None:
    from importlib import import_module

    for module_name, names in registry.BUILT_IN.items():
        module = import_module(f"agent.tools.{module_name}")
        shown = set(module.__all__)

        assert set(names) <= shown
        for name in shown:
            thing = getattr(module, name)
            is_record = inspect.isclass(thing) and issubclass(thing, Record)
            is_type = type(thing).__module__ == "typing"  # a Literal of a tool's argument
            assert isinstance(thing, Tool) or is_record or is_type or not callable(thing), (
                f"{module_name}.{name} is a way in that is not screened"
            )


def test_each_tool_of_the_registry_stops_at_a_gate_that_says_no(stub: Any) -> None:
    stub(arguments=Decision.BLOCK)
    for one in registry.tools():
        arguments = {
            name: _sample(field.annotation)
            for name, field in one.arguments_model.model_fields.items()
            if field.is_required()
        }

        with pytest.raises((Refused, ArgumentError, MissingPackage)) as raised:
            one.run(**arguments)

        if raised.type is ArgumentError:  # a required record that a sample cannot make up
            assert "Give:" in str(raised.value)


def _sample(annotation: Any) -> Any:
    text = str(annotation)
    if annotation is float or annotation is int:
        return 1
    if "list[list[float" in text:
        return [[1.0, 2.0]]
    if "list[str" in text or "tuple[str" in text:
        return ["a"]
    return "a"


def test_what_a_stranger_marks_as_vocabulary_is_screened_all_the_same() -> None:
    class Theirs(Record):
        text: Annotated[str, VOCABULARY]

    assert list(texts_to_screen(Theirs(text="heroin"))) == ["heroin"]


def test_vocabulary_is_left_out_only_while_it_is_short() -> None:
    short = Quantity(value=1, unit="K", method="measured", source="CRC Handbook")
    long = Quantity(value=1, unit="K", method="measured", source="heat it " * 50)

    assert list(texts_to_screen(short)) == []
    assert list(texts_to_screen(long)) == ["heat it " * 50]


def test_a_text_known_to_be_clean_is_not_screened_twice_and_a_listed_one_is() -> None:
    texts = ["benzamide", "heroin", "benzamide"]

    assert base._not_known_clean(texts) == ["heroin"]
    assert base._not_known_clean(texts) == ["heroin"]


def test_langchain_gets_the_same_json_and_the_same_refusal() -> None:
    wrapped = echo.as_langchain()
    assert '"text":"aa"' in wrapped.invoke({"text": "a", "times": 2})
    assert wrapped.args_schema is echo.arguments_model

    call = {"type": "tool_call", "id": "1", "name": "recipe", "args": {"text": "heroin"}}
    refused = recipe.as_langchain().invoke(call)
    assert refused.status == "error"
    assert "Refused" in refused.content
    assert calls == ["a"]


def test_every_verdict_is_written_to_the_log(audit_log: Any) -> None:
    echo("a word")

    log = audit_log.read_text()
    assert log.count('"echo"') == 2
    assert "a word" not in log


def test_a_quantity_prints_with_its_unit_its_method_and_its_source() -> None:
    quantity = Quantity(
        value=329.23, unit="K", uncertainty=0.1, method="measured", source="CRC", conditions="1 atm"
    )

    assert str(quantity) == "329.23 ± 0.1 K (measured, 1 atm; CRC)"
    with pytest.raises(ValueError, match="finite"):
        Quantity(value=float("nan"), unit="K", method="measured", source="CRC")


def test_an_error_of_the_tool_itself_passes_as_it_is(stub: Any) -> None:
    stub()

    @tool(intent="facts")
    def picky(text: str) -> Said:
        """Refuse to work.

        Args:
            text: Anything.
        """
        raise ToolError("there is nothing like that here. Try another")

    with pytest.raises(ToolError, match="nothing like that"):
        picky("a")
