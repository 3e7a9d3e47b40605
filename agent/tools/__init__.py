"""Lab tools behind the gate: property lookup, featurizers, molecule and crystal generators.

    from agent.tools import lookup_properties

    lookup_properties("aspirin")

Names are fetched when first used, so importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_BASE = {
    "Quantity": "agent.tools.quantity",
    "Tool": "agent.tools.base",
    "ToolResult": "agent.tools.base",
    "tool": "agent.tools.base",
    "ArgumentError": "agent.tools.errors",
    "MissingPackage": "agent.tools.errors",
    "ToolError": "agent.tools.errors",
    "ToolFailed": "agent.tools.errors",
    "UnknownTool": "agent.tools.errors",
}


def __getattr__(name: str) -> Any:
    if name in _BASE:
        return getattr(import_module(_BASE[name]), name)
    if name.startswith("_"):
        raise AttributeError(f"module 'agent.tools' has no attribute {name!r}")
    registry = import_module("agent.tools.registry")
    if name not in registry.names():
        raise AttributeError(f"module 'agent.tools' has no attribute {name!r}")
    return registry.find(name)


def __dir__() -> list[str]:
    from agent.tools.registry import names

    return sorted({*_BASE, *names()})
