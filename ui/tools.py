"""`elute tools`, `elute tool` and `elute mcp`: the lab tools from the command line."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from ui.exits import Exit, front_door, tell


def register(app: typer.Typer) -> None:
    """Add the three commands to the command line."""
    app.command("tools")(front_door(tools))
    app.command("tool")(front_door(tool))
    app.command("mcp")(front_door(mcp))


def tools(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """List the lab tools.

    With what each needs and, where one cannot run, why and how to get it.
    """
    from agent.tools import registry

    statuses = registry.statuses()
    broken = registry.broken()
    if as_json:
        found = {"tools": [s.model_dump(mode="json") for s in statuses], "broken": broken}
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    from ui.render import print_lines

    lines = []
    for status in statuses:
        mark = "" if status.available else " (not available)"
        origin = "" if status.origin == "elute" else f" [{status.origin}]"
        lines.append(f"{status.name}{mark}{origin}")
        lines.append(f"    {status.summary}")
        if status.needs:
            lines.append(f"    needs: {', '.join(status.needs)}")
        if status.optional:
            lines.append(f"    does more with: {', '.join(status.optional)}")
        if status.why_not:
            lines.append(f"    {status.why_not}")
    lines.append("")
    lines.append('Run one: elute tool NAME --args \'{"argument": "value"}\'; its arguments: ')
    lines[-1] += "elute tool NAME --schema"
    print_lines(lines)
    for why in broken.values():
        tell(why)


def tool(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The tool; elute tools lists them.")],
    args: Annotated[
        str,
        typer.Option(
            "--args", metavar="JSON", help="Arguments as a JSON object; '-' reads standard input."
        ),
    ] = "{}",
    schema: Annotated[
        bool, typer.Option("--schema", help="Show the tool's arguments and result; run nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """Run one lab tool.

    It is screened as everywhere: exit code 3 means that the gate refuses.
    """
    from agent.tools import registry
    from agent.tools.errors import UnknownTool
    from agent.tools.progress import listening
    from ui.render import console

    if schema:
        try:
            print(json.dumps(registry.find(name).schema(), ensure_ascii=False, indent=2))
        except UnknownTool as error:
            tell(str(error))
            raise typer.Exit(Exit.USAGE) from None
        return
    given = sys.stdin.read() if args == "-" else args
    with (
        console(stderr=True).status(f"Running {name} ...") as status,
        listening(lambda progress: status.update(f"{name}: {progress.text}")),
    ):
        reply = registry.reply(name, given)
    if isinstance(reply, registry.ToolFailure):
        if as_json:
            print(reply.model_dump_json(indent=2))
        tell(reply.message)
        codes = {
            "refused": Exit.LISTED,
            "bad_arguments": Exit.USAGE,
            "unknown_tool": Exit.USAGE,
        }
        raise typer.Exit(codes.get(reply.kind, Exit.ERROR))
    if as_json:
        print(reply.model_dump_json(indent=2))
        return
    from ui.render import print_lines

    print_lines(_lines(reply.output.model_dump(mode="json")))
    for warning in reply.warnings:
        tell(warning)


def mcp() -> None:
    """Serve the lab tools to other programs over MCP.

    On standard input and output; needs the extra: pip install 'elute[mcp]'.
    """
    from ui.mcp_server import serve_stdio

    serve_stdio()


_MAX_SHOWN = 400  # characters of one value; --json has it whole


def _lines(value: Any, name: str = "", depth: int = 0) -> list[str]:
    """A record as indented lines; a quantity on one line."""
    pad = "  " * depth
    head = f"{pad}{name}: " if name else pad
    if isinstance(value, dict):
        if {"value", "unit", "method", "source"} <= set(value):
            return [f"{head}{_quantity(value)}"]
        lines = [f"{pad}{name}:"] if name else []
        for key, inner in value.items():
            if inner not in (None, [], {}, ""):
                lines += _lines(inner, key, depth + bool(name))
        return lines
    if isinstance(value, list):
        if all(not isinstance(one, dict | list) for one in value):
            return [head + _cut(", ".join(map(str, value)))]
        lines = [f"{pad}{name}:"] if name else []
        for one in value:
            inner = _lines(one, "", depth + 1)
            if inner:
                inner[0] = f"{pad}- {inner[0].lstrip()}"
            lines += inner
        return lines
    return [head + _cut(str(value))]


def _quantity(value: dict[str, Any]) -> str:
    from agent.tools.quantity import Quantity

    return str(Quantity.model_validate(value))


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}... (whole with --json)"
