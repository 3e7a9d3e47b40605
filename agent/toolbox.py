"""The tools that a model may call for one question, and what they gave.

Papers are not among them: what is written in a paper never reaches a model that holds tools, so an
instruction hidden in one has nothing to call. A question for the papers is handed over instead.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from agent.crystal_telling import CRYSTAL_TELLERS
from agent.plan import Plan, Reading
from agent.telling import TOLD, tell
from agent.tools import registry
from agent.tools.base import ToolResult
from agent.tools.registry import ToolFailure

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

HAND_OVER: Final = "ask_papers"
MAX_CHARS: Final = 4_000  # of one result as the model sees it
# Papers are asked by handing over; files are read and written only by whoever names the tool.
_NOT_OFFERED: Final = frozenset(
    {"search_papers", "ask_papers", "suggest_synthesis", "learn", "predict", "plot"}
)
# Arguments of ours that a model does not choose: whether to call out, to draw, to write a file.
_FIXED: Final[Mapping[str, Any]] = {"online": False, "drawing": False, "save_to": None}

OURS: Final = frozenset(name for held in registry.BUILT_IN.values() for name in held)
READINGS: Final[Mapping[str, Reading]] = {
    HAND_OVER: Reading.LITERATURE,
    "resolve_substance": Reading.CONVERT,
    "convert_units": Reading.CONVERT,
    "balance_equation": Reading.CONVERT,
    "lookup_properties": Reading.PROPERTY,
    "describe_molecule": Reading.PROPERTY,
    "compare_molecules": Reading.PROPERTY,
    "check_composition": Reading.PROPERTY,
    "featurize": Reading.FEATURIZE,
    "compare_elements": Reading.FEATURIZE,
    "generate_molecules": Reading.GENERATE,
    "screen_substance": Reading.SCREEN,
    "generate_crystals": Reading.GENERATE,
    "inverse_design": Reading.GENERATE,
    "convert_structure": Reading.CONVERT,
    **dict.fromkeys(
        (
            "analyse_crystal",
            "compare_crystals",
            "crystal_energy",
            "relax_crystal",
            "equation_of_state",
            "molecular_dynamics",
            "synthesizability",
        ),
        Reading.PROPERTY,
    ),
}


class Toolbox:
    """Runs what a model calls, one call after the other, and keeps the results.

    Args:
        plan: How the question is read; makers of molecules are offered only where it may ask for
            some.
    """

    def __init__(self, plan: Plan) -> None:
        # Many, with long descriptions, and of no use without a crystal.
        of_crystals = any(step.tool in CRYSTAL_TELLERS for step in plan.steps)
        readings = {plan.reading, *(other.reading for other in plan.alternatives[:1])}
        self.tools = [
            tool
            for tool in registry.tools()
            if tool.name not in _NOT_OFFERED
            and (tool.name in TOLD or tool.name not in OURS)  # what is not told is not checked
            and (of_crystals or tool.name not in CRYSTAL_TELLERS)
            and tool.intent != "making"
            and (not tool.generative or Reading.GENERATE in readings)
            and tool.why_not() is None
        ]
        self.results: list[ToolResult[Any]] = []
        self.refused: ToolFailure | None = None
        self.wants_papers = False
        self.is_tainted = False  # text of strangers has reached the model: no more calls
        self._turn = threading.Lock()

    def as_langchain(self) -> list[BaseTool]:
        """The tools as LangChain's, and the one that hands the question over to the papers."""
        from langchain_core.tools import StructuredTool

        hand_over = StructuredTool.from_function(
            func=self._hand_over,
            name=HAND_OVER,
            description=(
                "Hand the question over to the user's own papers: whatever they or the field say,"
                " measurements, samples, methods, comparisons, how something was made."
            ),
            args_schema={"type": "object", "properties": {}, "additionalProperties": False},
            return_direct=True,
        )
        return [*(self._bound(tool) for tool in self.tools), hand_over]

    def _bound(self, tool: registry.AnyTool) -> BaseTool:
        from langchain_core.tools import StructuredTool, ToolException

        def call(**arguments: Any) -> str:
            with self._turn:
                reply = self._run(tool.name, arguments)
            if isinstance(reply, ToolFailure):
                raise ToolException(reply.message)
            return self._shown(reply)

        return StructuredTool.from_function(
            func=call,
            name=tool.name,
            description=tool.description,
            args_schema=_schema(tool),
            handle_tool_error=True,
        )

    def _run(self, name: str, arguments: Mapping[str, Any]) -> ToolResult[Any] | ToolFailure:
        fields = registry.find(name).arguments_model.model_fields
        fixed = {key: value for key, value in _fixed(name).items() if key in fields}
        reply = registry.reply(name, {**arguments, **fixed})
        if isinstance(reply, ToolResult):
            self.results.append(reply)
        elif reply.kind == "refused" and self.refused is None:
            self.refused = reply
        return reply

    def _shown(self, result: ToolResult[Any]) -> str:
        if result.tool not in OURS:  # another package's: its text may be anybody's
            self.is_tainted = True
            return result.model_dump_json(include={"output"})[:MAX_CHARS]
        return "\n".join(tell([result]))[:MAX_CHARS]

    def _hand_over(self) -> str:
        self.wants_papers = True
        return "The papers are asked."


def _schema(tool: registry.AnyTool) -> dict[str, Any]:
    """The JSON schema of a tool's arguments without those that a model does not choose."""
    whole = tool.arguments_model.model_json_schema()
    fixed = _fixed(tool.name)
    kept = {name: one for name, one in whole["properties"].items() if name not in fixed}
    required = [name for name in whole.get("required", ()) if name in kept]
    return {**whole, "properties": kept, "required": required}


def _fixed(tool: str) -> Mapping[str, Any]:
    return _FIXED if tool in OURS else {}
