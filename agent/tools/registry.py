"""Every tool by its name: the built-in ones, and those of other packages.

Built-in tools are found without importing them. Other packages add theirs by the entry point group
``elute.tools``: each entry names a typed function (which is put behind the gate here) or a `Tool`.
A plug-in that cannot be loaded is reported by `broken` and takes no tool down with it.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

from agent.tools.base import Tool, ToolResult, tool
from agent.tools.errors import ArgumentError, MissingPackage, ToolError, UnknownTool
from ingest.record import Record
from safety.errors import Refused
from safety.substance import Verdict

__all__ = [
    "ToolFailure",
    "ToolStatus",
    "broken",
    "find",
    "names",
    "reply",
    "statuses",
    "tools",
]

GROUP = "elute.tools"

# Module of this package -> its tools.
BUILT_IN: Mapping[str, tuple[str, ...]] = {
    "substances": ("resolve_substance",),
    "properties": ("lookup_properties",),
    "molecules": ("describe_molecule", "compare_molecules"),
    "compositions": ("check_composition",),
    "featurizers": ("featurize", "compare_elements"),
    "generation": ("generate_molecules",),
    "crystal_generation": ("generate_crystals",),
    "crystal_analysis": ("analyse_crystal", "compare_crystals"),
    "crystal_formats": ("convert_structure",),
    "crystal_energies": ("crystal_energy", "relax_crystal", "equation_of_state"),
    "crystal_dynamics": ("molecular_dynamics",),
    "force_field_tables": ("compare_force_fields",),
    "positive_unlabelled": ("synthesizability",),
    "composition_design": ("inverse_design",),
    "learning": ("learn", "predict"),
    "plotting": ("plot",),
    "units": ("convert_units",),
    "equations": ("balance_equation",),
    "papers": ("search_papers", "ask_papers", "compare_papers"),
    "synthesis": ("suggest_synthesis",),
    "screening": ("screen_substance",),
}
_HOMES = {name: module for module, held in BUILT_IN.items() for name in held}

AnyTool = Tool[Any, Any]


class ToolStatus(Record):
    """A tool and whether it can run here."""

    name: str
    summary: str
    intent: str
    generative: bool
    needs: tuple[str, ...]
    optional: tuple[str, ...]
    available: bool
    why_not: str | None  # how to get it, where it is not available
    origin: str  # "elute", or the package that brings it


class ToolFailure(Record):
    """What a front door prints where a tool gave no result. It never repeats the request."""

    tool: str
    kind: Literal["refused", "bad_arguments", "missing_package", "unknown_tool", "error"]
    message: str
    verdict: Verdict | None = None


def names() -> tuple[str, ...]:
    """Names of all tools that could be found, built-in first."""
    return (*_HOMES, *(name for name in _plugins() if name not in _HOMES))


def find(name: str) -> AnyTool:
    """The tool of that name.

    Raises:
        UnknownTool: There is none, or the package that brings it is broken.
    """
    if name in _HOMES:
        found = getattr(import_module(f"agent.tools.{_HOMES[name]}"), name)
        assert isinstance(found, Tool)
        return found
    loaded = _plugins().get(name)
    if loaded is None:
        if name in broken():
            raise UnknownTool(broken()[name])
        near = difflib.get_close_matches(name, names(), n=1)
        hint = f"Did you mean {near[0]!r}?" if near else "Run: elute tools"
        raise UnknownTool(f"no tool is called {name!r}. {hint}")
    return loaded


def tools() -> Iterator[AnyTool]:
    """All tools, built-in first."""
    return (find(name) for name in names())


def statuses() -> list[ToolStatus]:
    """Every tool with what it needs and, where it cannot run, why and how to get it."""
    found = []
    for one in tools():
        problem = one.why_not()
        found.append(
            ToolStatus(
                name=one.name,
                summary=one.description.splitlines()[0],
                intent=one.intent,
                generative=one.generative,
                needs=one.requires,
                optional=one.optional,
                available=problem is None,
                why_not=problem,
                origin="elute" if one.name in _HOMES else _origins()[one.name],
            )
        )
    return found


def reply(name: str, arguments: Mapping[str, Any] | str) -> ToolResult[Any] | ToolFailure:
    """Run a tool for a front door: a result, or a failure as a record. Raises nothing of its own.

    Args:
        name: The tool.
        arguments: Its arguments by name, or a JSON object with them.
    """
    try:
        return find(name).run(**_object(name, arguments))
    except Refused as error:
        return ToolFailure(tool=name, kind="refused", message=str(error), verdict=error.verdict)
    except UnknownTool as error:
        return ToolFailure(tool=name, kind="unknown_tool", message=str(error))
    except ArgumentError as error:
        return ToolFailure(tool=name, kind="bad_arguments", message=str(error))
    except MissingPackage as error:
        return ToolFailure(tool=name, kind="missing_package", message=str(error))
    except ToolError as error:
        return ToolFailure(tool=name, kind="error", message=str(error))


def broken() -> dict[str, str]:
    """Plug-ins that could not be loaded: entry point name -> what is wrong and what to do."""
    return {name: why for name, (_, why) in _loaded().items() if why is not None}


def _object(name: str, arguments: Mapping[str, Any] | str) -> dict[str, Any]:
    if not isinstance(arguments, str):
        return dict(arguments)
    try:
        read = json.loads(arguments)
    except json.JSONDecodeError as error:
        raise ArgumentError(
            "", f"{name}: the arguments are not JSON ({error}). Give an object, e.g. '{{\"a\": 1}}'"
        ) from None
    if not isinstance(read, dict):
        raise ArgumentError("", f"{name}: the arguments are {type(read).__name__}, not an object")
    return read


def _entry_points() -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=GROUP))


@cache
def _loaded() -> dict[str, tuple[AnyTool | None, str | None]]:
    found: dict[str, tuple[AnyTool | None, str | None]] = {}
    for point in _entry_points():
        origin = point.dist.name if point.dist else point.module
        if point.name in _HOMES or point.name in found:
            key = f"{point.name} ({origin})"
            found[key] = (None, f"{origin} offers a tool {point.name!r}, a name that is taken")
            continue
        try:
            found[point.name] = (_as_tool(point), None)
        except Exception as error:  # a stranger's module may raise anything at import
            why = (
                f"the tool {point.name!r} of {origin} cannot be loaded: {type(error).__name__}: "
                f"{error}. Update it, or run: pip uninstall {origin}"
            )
            found[point.name] = (None, why)
    return found


def _as_tool(point: EntryPoint) -> AnyTool:
    """What an entry point names, behind our gate: a `Tool`, or a function that declares itself.

    A function may set ``elute_intent`` ("facts", "property", "structure", "making"); without it the
    strictest, "making", is taken.
    """
    thing = point.load()
    made = thing
    if not isinstance(thing, Tool):
        if not callable(thing):
            raise TypeError(f"{thing!r} is neither a tool nor a function")
        intent: Any = getattr(thing, "elute_intent", "making")
        made = tool(intent=intent, generative=bool(getattr(thing, "elute_generative", False)))(
            thing
        )
    if type(made) is not Tool:
        raise TypeError(f"{type(made).__name__} is a changed Tool; use agent.tools.base.tool")
    if made.name != point.name:
        raise TypeError(f"the function is called {made.name!r}, the entry point {point.name!r}")
    return made


def _plugins() -> dict[str, AnyTool]:
    return {name: made for name, (made, _) in _loaded().items() if made is not None}


def _origins() -> dict[str, str]:
    return {p.name: p.dist.name if p.dist else p.module for p in _entry_points()}
