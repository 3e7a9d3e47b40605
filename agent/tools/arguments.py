"""A tool's arguments: what its signature and docstring say of them, and what is wrong with some."""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from agent.tools.errors import ArgumentError

__all__ = ["argument_error", "arguments_model", "read_docstring"]


def arguments_model(
    name: str, signature: inspect.Signature, hints: Mapping[str, Any], meanings: Mapping[str, str]
) -> type[BaseModel]:
    """The pydantic model of a tool's arguments.

    Raises:
        TypeError: An argument has no type, or nothing is said of it.
    """
    fields: dict[str, Any] = {}
    for parameter in signature.parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise TypeError(f"{name}: a tool names its arguments; {parameter} cannot be described")
        if parameter.name not in hints:
            raise TypeError(f"{name}: parameter {parameter.name!r} has no type")
        if parameter.name not in meanings:
            raise TypeError(f"{name}: the docstring's Args say nothing of {parameter.name!r}")
        default = ... if parameter.default is parameter.empty else parameter.default
        meaning = Field(default=default, description=meanings[parameter.name])
        fields[parameter.name] = (hints[parameter.name], meaning)
    return create_model(f"{name}_arguments", __config__=ConfigDict(extra="forbid"), **fields)


_SECTION = re.compile(r"^(Args|Returns|Raises|Source|Sources|Yields|Example|Examples):\s*$")


def read_docstring(docstring: str, name: str) -> tuple[str, dict[str, str]]:
    """The text before the first section, and what ``Args`` say of each parameter.

    Raises:
        TypeError: There is no text.
    """
    text: list[str] = []
    meanings: dict[str, list[str]] = {}
    section, current = "", ""
    for line in docstring.splitlines():
        if found := _SECTION.match(line):
            section = found[1]
        elif not section:
            text.append(line)
        elif section == "Args":
            item = re.match(r"^ {4}(\w+)(?: \([^)]*\))?: (.*)$", line)
            if item:
                current = item[1]
                meanings[current] = [item[2].strip()]
            elif current and line.strip():
                meanings[current].append(line.strip())
    described = "\n".join(text).strip()
    if not described:
        raise TypeError(f"{name} has no docstring; a planner chooses a tool by it")
    return described, {key: " ".join(lines) for key, lines in meanings.items()}


def argument_error(name: str, model: type[BaseModel], error: ValidationError) -> ArgumentError:
    """The first thing wrong with the arguments, in a sentence with a fix."""
    details = error.errors(include_url=False, include_context=False)
    # A misspelt name is told before the one that is missing for it.
    detail = next((one for one in details if one["type"] == "extra_forbidden"), details[0])
    path = [str(part) for part in detail["loc"]]
    argument = path[0] if path else ""
    if detail["type"] == "extra_forbidden":
        known = list(model.model_fields)
        near = difflib.get_close_matches(argument, known, n=1)
        hint = f". Did you mean {near[0]!r}?" if near else ""
        return ArgumentError(
            argument, f"{name} has no argument {argument!r}; it takes: {', '.join(known)}{hint}"
        )
    field = model.model_fields.get(argument)
    meaning = (field.description or "").rstrip(".") if field else ""
    if detail["type"] == "missing" and len(path) == 1:
        return ArgumentError(argument, f"{name}: argument {argument!r} is missing. Give: {meaning}")
    value = repr(detail["input"])
    shown = value if len(value) <= 80 else f"{value[:77]}..."
    place = ".".join(path)
    reason = detail["msg"].removeprefix("Value error, ")
    return ArgumentError(
        argument, f"{name}: argument {place!r} is {shown}: {reason}. Give: {meaning}"
    )
