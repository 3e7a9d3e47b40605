from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import EntryPoint
from typing import Any

import pytest

import agent.tools
from agent.tools import registry
from agent.tools.base import Tool, ToolResult
from agent.tools.errors import UnknownTool
from agent.tools.registry import ToolFailure
from ingest.record import Record

HEAVY = (
    "rdkit pymatgen langchain langchain_core sklearn chemicals thermo smact pint mendeleev scipy "
    "matplotlib ase dscribe elementembeddings selfies openclatura sympy mcp pandas numpy torch"
).split()


class Length(Record):
    n_chars: int


def word_length(word: str) -> Length:
    """How long a word is.

    Args:
        word: Any word.
    """
    return Length(n_chars=len(word))


word_length.elute_intent = "facts"  # type: ignore[attr-defined]


def of_unknown_intent(word: str) -> Length:
    """How long a word is, without saying what for.

    Args:
        word: Any word.
    """
    return Length(n_chars=len(word))


def lookup_properties(word: str) -> Length:
    """Take the name of a built-in tool.

    Args:
        word: Any word.
    """
    return Length(n_chars=0)


NOT_CALLABLE = 3


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    def use(**named: str) -> None:
        points = tuple(
            EntryPoint(name=name, value=value, group=registry.GROUP)
            for name, value in named.items()
        )
        monkeypatch.setattr(registry, "_entry_points", lambda: points)
        registry._loaded.cache_clear()

    yield use
    registry._loaded.cache_clear()


HERE = __name__


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, HERE, sys.modules[__name__])


def test_importing_the_tools_loads_no_heavy_package_and_costs_little() -> None:
    code = (
        "import sys, time; import agent.tools; from agent.tools import registry;"
        "list(registry.tools());"
        f"print([m for m in {HEAVY!r} if m in sys.modules]); print(time.process_time())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded, seconds = run.stdout.splitlines()

    assert loaded == "[]"
    # All of the interpreter's start counts here, and every tool's module; the bar is 0.5 s for
    # importing agent.tools alone, which benchmarks/tools.py measures on an idle machine.
    assert float(seconds) < 2.0


def test_every_module_that_makes_a_tool_stands_in_the_table() -> None:
    made = {}
    for info in pkgutil.iter_modules(agent.tools.__path__):
        module = import_module(f"agent.tools.{info.name}")
        own = sorted(
            name
            for name, thing in vars(module).items()
            if isinstance(thing, Tool) and not name.startswith("_") and name in module.__all__
        )
        if own:
            made[info.name] = own

    assert made == {module: sorted(names) for module, names in registry.BUILT_IN.items()}


def test_a_tool_is_an_attribute_of_the_package() -> None:
    assert agent.tools.convert_units is registry.find("convert_units")
    assert "convert_units" in dir(agent.tools)
    with pytest.raises(AttributeError, match="no_such_tool"):
        _ = agent.tools.no_such_tool


def test_an_unknown_tool_is_told_with_the_nearest_name() -> None:
    with pytest.raises(UnknownTool, match="Did you mean 'convert_units'"):
        registry.find("convert_unit")
    with pytest.raises(UnknownTool, match="elute tools"):
        registry.find("zzz")


def test_each_tool_has_a_schema_of_flat_arguments_with_descriptions() -> None:
    for one in registry.tools():
        schema = one.schema()
        json.dumps(schema)

        assert schema["parameters"]["additionalProperties"] is False
        assert schema["parameters"]["properties"], one.name
        for argument, described in schema["parameters"]["properties"].items():
            assert described.get("description"), f"{one.name}.{argument}"
        assert schema["intent"] in ("facts", "property", "structure", "making")


def test_the_status_of_each_tool_says_what_it_needs() -> None:
    found = {status.name: status for status in registry.statuses()}

    assert set(found) == set(registry.names())
    assert found["check_composition"].needs == ("smact", "pymatgen", "mendeleev")
    assert found["resolve_substance"].optional == ("py2opsin", "java", "pubchempy")
    assert all(status.available == (status.why_not is None) for status in found.values())


def test_a_plug_in_is_a_tool_behind_the_gate(plugins: Any) -> None:
    plugins(word_length=f"{HERE}:word_length")

    assert "word_length" in registry.names()
    found = registry.find("word_length")
    assert type(found) is Tool
    assert found.intent == "facts"
    assert found("acetone").n_chars == 7
    assert registry.statuses()[-1].origin != "elute"


def test_a_plug_in_that_says_nothing_of_its_intent_is_held_to_the_strictest(plugins: Any) -> None:
    plugins(of_unknown_intent=f"{HERE}:of_unknown_intent")

    assert registry.find("of_unknown_intent").intent == "making"
    refused = registry.reply("of_unknown_intent", {"word": "heroin"})
    assert isinstance(refused, ToolFailure)
    assert refused.kind == "refused"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"gone": "no_such_module_here:x"}, "No module named"),
        ({"number": f"{HERE}:NOT_CALLABLE"}, "neither a tool nor a function"),
        ({"other_name": f"{HERE}:word_length"}, "'word_length', the entry point 'other_name'"),
    ],
)
def test_a_broken_plug_in_is_reported_and_takes_nothing_down(
    plugins: Any, named: dict[str, str], said: str
) -> None:
    plugins(**named)
    (name,) = named

    assert said in registry.broken()[name]
    assert name not in registry.names()
    assert registry.find("convert_units").name == "convert_units"
    with pytest.raises(UnknownTool, match="cannot be loaded"):
        registry.find(name)


def test_a_plug_in_cannot_take_the_name_of_a_built_in_tool(plugins: Any) -> None:
    plugins(lookup_properties=f"{HERE}:lookup_properties")

    assert registry.find("lookup_properties").output_model is not Length
    assert any("a name that is taken" in why for why in registry.broken().values())


def test_a_reply_is_a_result_or_a_failure_and_never_an_exception() -> None:
    given = {"value": 1, "from_unit": "eV", "to_unit": "kJ/mol"}
    done = registry.reply("convert_units", json.dumps(given))
    assert isinstance(done, ToolResult)
    assert done.output.result.value == pytest.approx(96.485, abs=1e-3)

    kinds = {
        registry.reply("nope", {}).kind,  # type: ignore[union-attr]
        registry.reply("convert_units", "not json").kind,  # type: ignore[union-attr]
        registry.reply("convert_units", "[1]").kind,  # type: ignore[union-attr]
        registry.reply("balance_equation", {"equation": "H2 -> O2"}).kind,  # type: ignore[union-attr]
        registry.reply("suggest_synthesis", {"target": "heroin"}).kind,  # type: ignore[union-attr]
    }
    assert kinds == {"unknown_tool", "bad_arguments", "error", "refused"}


def test_a_refusal_carries_its_verdict_and_does_not_repeat_the_request() -> None:
    refused = registry.reply("suggest_synthesis", {"target": "diacetylmorphine, 5 grams"})

    assert isinstance(refused, ToolFailure)
    assert refused.verdict is not None
    assert "21 CFR" in refused.message
    assert "5 grams" not in refused.model_dump_json()
