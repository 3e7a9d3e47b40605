"""Every tool over the Model Context Protocol, through the same registry and the same gate.

``elute mcp`` serves them on standard input and output. Arguments are flat, with the JSON schema of
the tool; a result is the JSON that ``elute tool NAME --json`` prints, and so is a refusal.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from agent.tools import registry
from agent.tools.base import require

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server

INSTRUCTIONS = (
    "Lab tools for chemistry and materials science, and the user's own papers. Every number has a "
    "unit, a method (measured, computed, predicted) and a source; cite them. Requests about "
    "regulated substances are answered for facts and properties and refused for making and design."
)


def make_server() -> Server[Any]:
    """A server of all tools that can run here.

    Raises:
        MissingPackage: The package ``mcp`` is not installed.
    """
    require("mcp", what="elute mcp")
    import anyio.to_thread
    import mcp_types as types
    from mcp.server.lowlevel import Server

    async def list_tools(_context: Any, _page: Any) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=tool.name,
                    description=tool.description,
                    input_schema=tool.arguments_model.model_json_schema(),
                    annotations=types.ToolAnnotations(open_world_hint=False),
                )
                for tool in registry.tools()
                if tool.why_not() is None
            ]
        )

    async def call_tool(_context: Any, call: types.CallToolRequestParams) -> types.CallToolResult:
        # In a thread: a tool may compute for seconds, and the protocol's pings go on meanwhile.
        reply = await anyio.to_thread.run_sync(registry.reply, call.name, call.arguments or {})
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=reply.model_dump_json())],
            structured_content=reply.model_dump(mode="json"),
            is_error=isinstance(reply, registry.ToolFailure),
        )

    return Server(
        "elute",
        version=version("elute"),
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def serve_stdio() -> None:
    """Serve all tools on standard input and output until the client goes away."""
    server = make_server()
    import anyio
    from mcp.server.stdio import stdio_server

    async def run() -> None:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(run)
