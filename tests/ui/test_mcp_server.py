from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

pytest.importorskip("mcp", reason="needs the extra [mcp]")

from agent.tools import base, registry
from agent.tools.errors import MissingPackage
from safety import gate
from ui.mcp_server import make_server

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def audit_log(tmp_path, monkeypatch):
    monkeypatch.setattr(base, "_audit_path", lambda: tmp_path / "audit.jsonl")
    monkeypatch.setattr(gate, "_default", None)


def in_process(use):
    from mcp import Client

    async def run():
        async with Client(make_server()) as client:
            return await use(client)

    return asyncio.run(run())


def test_every_tool_of_the_registry_is_served_with_its_flat_schema(loopback):
    async def list_them(client):
        return (await client.list_tools()).tools

    served = {tool.name: tool for tool in in_process(list_them)}

    assert set(served) == set(registry.names())
    for name, tool in served.items():
        assert tool.input_schema == registry.find(name).arguments_model.model_json_schema()
        assert tool.description == registry.find(name).description


def test_a_call_gives_the_json_of_the_command_line(loopback):
    arguments = {"composition": "Fe2O3"}

    async def call(client):
        return await client.call_tool("check_composition", arguments)

    got = in_process(call)

    assert not got.is_error
    expected = registry.reply("check_composition", arguments).model_dump(mode="json")
    for reply in (got.structured_content, json.loads(got.content[0].text)):
        assert {**reply, "elapsed_s": 0} == {**expected, "elapsed_s": 0}


@pytest.mark.parametrize(
    ("name", "arguments", "kind", "said"),
    [
        ("suggest_synthesis", {"target": "heroin"}, "refused", "21 CFR"),
        ("convert_units", {"value": 1}, "bad_arguments", "'from_unit' is missing"),
        ("convert_units", {"valu": 1}, "bad_arguments", "Did you mean 'value'"),
        ("nope", {}, "unknown_tool", "no tool is called"),
    ],
)
def test_a_failure_is_an_error_in_a_sentence(loopback, name, arguments, kind, said):
    async def call(client):
        return await client.call_tool(name, arguments)

    got = in_process(call)

    assert got.is_error
    assert got.structured_content["kind"] == kind
    assert said in got.structured_content["message"]


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(base, "_installed", lambda _: False)

    with pytest.raises(MissingPackage, match=r"pip install 'elute\[mcp\]'"):
        make_server()


def test_a_child_process_serves_over_standard_input_and_output(tmp_path, loopback):
    from mcp import Client, StdioServerParameters
    from mcp.client.stdio import stdio_client

    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ELUTE_", "OPENAI_"))}
    child = StdioServerParameters(
        command=sys.executable,
        args=["-c", "from ui.mcp_server import serve_stdio; serve_stdio()"],
        env={**kept, "PYTHONPATH": str(ROOT), "ELUTE_DATA_DIR": str(tmp_path)},
        cwd=str(ROOT),
    )

    async def talk():
        async with Client(stdio_client(child)) as client:
            names = {tool.name for tool in (await client.list_tools()).tools}
            equation = {"equation": "Fe + O2 -> Fe2O3"}
            done = await client.call_tool("balance_equation", equation)
            refused = await client.call_tool("suggest_synthesis", {"target": "heroin"})
            return names, done, refused

    names, done, refused = asyncio.run(talk())

    assert names == set(registry.names())
    assert done.structured_content["output"]["equation"] == "4 Fe + 3 O2 -> 2 Fe2O3"
    assert refused.is_error
    assert "heroin" not in refused.structured_content["message"]
    assert (tmp_path / "audit.jsonl").is_file()
