"""A tool is a typed function behind the gate.

``@tool`` turns a function into a `Tool`. Calling it validates the arguments, screens them, runs the
function, screens the result, and gives back a frozen record. The function itself is held by the
closure that does all this and by nothing else, so scripts, planners, the command line and MCP have
one way in, and it is screened.

    @tool(intent="property", requires=("rdkit",))
    def molar_mass(smiles: str) -> MolarMass: ...
"""

from __future__ import annotations

import inspect
import logging
import time
from collections.abc import Callable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Generic, Literal, ParamSpec, TypeVar, get_type_hints

from pydantic import BaseModel, Field, ValidationError

from agent.tools.arguments import argument_error, arguments_model, read_docstring
from agent.tools.errors import ArgumentError, MissingPackage, ToolError, ToolFailed
from agent.tools.vocabulary import texts_to_screen
from ingest.record import Record
from safety.errors import Refused
from safety.substance import Decision, Verdict

__all__ = ["Intent", "Tool", "ToolResult", "missing", "require", "tool"]

Intent = Literal["facts", "property", "structure", "making"]
"""What a tool is asked for; with the substance's level it decides (see `safety.gate`)."""

P = ParamSpec("P")
R = TypeVar("R", bound=Record)
Out = TypeVar("Out")

logger = logging.getLogger("elute.tools")


class ToolResult(Record, Generic[Out]):
    """What a tool gave, for what, and what the gate said of it."""

    tool: str
    arguments: dict[str, Any]
    output: Out
    verdict: Verdict
    elapsed_s: float = Field(ge=0)
    warnings: tuple[str, ...] = ()


class Tool(Generic[P, R]):
    """A function behind the gate; made by `tool`.

    Attributes:
        name: What the registry, MCP and a planner call it.
        description: What it does, for people and for models.
        intent: What its result is: a fact, a property, a structure, or a way of making.
        generative: Whether it returns structures that nobody gave it.
        requires: Import names of packages without which it cannot run.
        optional: Import names (or "java") with which it can do more.
        arguments_model: Pydantic model of the arguments.
        output_model: The record that a call returns.
        result_model: The record that ``run`` returns.
    """

    __slots__ = (
        "__name__",
        "__signature__",
        "_run",
        "arguments_model",
        "description",
        "generative",
        "intent",
        "name",
        "optional",
        "output_model",
        "requires",
        "result_model",
    )

    name: str
    description: str
    intent: Intent
    generative: bool
    requires: tuple[str, ...]
    optional: tuple[str, ...]
    arguments_model: type[BaseModel]
    output_model: type[R]
    result_model: type[ToolResult[R]]
    __signature__: inspect.Signature
    _run: Callable[[BaseModel], ToolResult[R]]

    def __init__(self, function: Callable[P, R], **options: Any) -> None:
        name = function.__name__
        hints = get_type_hints(function, include_extras=True)
        output = hints.pop("return", None)
        if not (isinstance(output, type) and issubclass(output, Record)):
            raise TypeError(f"{name} returns {output!r}; a tool returns a Record")
        signature = inspect.signature(function)
        text, meanings = read_docstring(inspect.getdoc(function) or "", name)
        intent: Intent = options["intent"]
        result: Any = ToolResult[output]  # type: ignore[valid-type]
        values: dict[str, Any] = {
            **options,
            "name": name,
            "__name__": name,
            "__signature__": signature,
            "description": text,
            "arguments_model": arguments_model(name, signature, hints, meanings),
            "output_model": output,
            "result_model": result,
            "_run": _screened(
                function,
                result=result,
                intent=intent,
                # What a generator gives back is screened as a structure whatever it was asked for.
                result_intent="structure"
                if options["generative"] and intent != "making"
                else intent,
            ),
        }
        for key, value in values.items():
            object.__setattr__(self, key, value)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"tool {self.name!r} cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"tool {self.name!r} cannot be changed")

    def __repr__(self) -> str:
        return f"<tool {self.name}{self.__signature__}>"

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """The tool's output for these arguments.

        Raises:
            ToolError: An argument cannot be used, a package is missing, or the work failed.
            Refused: The gate refuses the arguments or the result.
        """
        return self.run(*args, **kwargs).output

    def run(self, *args: Any, **kwargs: Any) -> ToolResult[R]:
        """As a call, with the verdict, the time and the warnings beside the output."""
        try:
            given = self.__signature__.bind_partial(*args, **kwargs).arguments
        except TypeError:  # unknown or doubled: say it about the names
            given = dict(kwargs)
            if args:
                names = list(self.__signature__.parameters)
                if len(args) > len(names) or set(names[: len(args)]) & set(kwargs):
                    raise ArgumentError(
                        names[0] if names else "",
                        f"{self.name} takes: {', '.join(names)}. Name each argument once",
                    ) from None
                given.update(zip(names, args, strict=False))
        arguments = self._validated(given)
        problem = self.why_not()
        if problem is not None:
            raise MissingPackage(problem)
        return self._run(arguments)

    def why_not(self) -> str | None:
        """Why the tool cannot run here and how to get it, or None when it can."""
        return missing(*self.requires, what=f"the tool {self.name}")

    def schema(self) -> dict[str, Any]:
        """Name, description and JSON schemas of arguments and output."""
        return {
            "name": self.name,
            "description": self.description,
            "intent": self.intent,
            "generative": self.generative,
            "requires": list(self.requires),
            "optional": list(self.optional),
            "parameters": self.arguments_model.model_json_schema(),
            "returns": self.output_model.model_json_schema(mode="serialization"),
        }

    def as_langchain(self) -> Any:
        """A LangChain ``StructuredTool`` that calls this tool and returns its JSON.

        Refusals and errors become error messages for the model, never results.
        """
        from langchain_core.tools import StructuredTool, ToolException

        def call(**arguments: Any) -> str:
            try:
                return self.run(**arguments).model_dump_json()
            except (ToolError, Refused) as error:
                raise ToolException(str(error)) from error

        return StructuredTool.from_function(
            func=call,
            name=self.name,
            description=self.description,
            args_schema=self.arguments_model,
            handle_tool_error=True,
        )

    def _validated(self, given: Mapping[str, Any]) -> BaseModel:
        try:
            return self.arguments_model.model_validate(dict(given))
        except ValidationError as error:
            raise argument_error(self.name, self.arguments_model, error) from None


def tool(
    *,
    intent: Intent,
    generative: bool = False,
    requires: tuple[str, ...] = (),
    optional: tuple[str, ...] = (),
) -> Callable[[Callable[P, R]], Tool[P, R]]:
    """Put a typed function behind the gate.

    The function has annotated parameters that pydantic can validate, a Google docstring whose
    ``Args`` describe them, and a frozen `Record` as its result. A record's field ``warnings`` (a
    tuple of sentences) is shown beside the gate's own.

    Args:
        intent: What the result is; the policy table reads it.
        generative: The result holds structures that nobody gave it.
        requires: Import names of packages without which it cannot run.
        optional: Import names (or "java") with which it can do more.
    """

    def wrap(function: Callable[P, R]) -> Tool[P, R]:
        return Tool(
            function, intent=intent, generative=generative, requires=requires, optional=optional
        )

    return wrap


# Import name -> what pip calls it, or the extra of elute that brings it.
_INSTALL = {
    "sklearn": "scikit-learn",
    "py2opsin": "elute[names]",
    "mcp": "elute[mcp]",
    "pubchempy": "elute[online]",
    "torch": "elute[mlff]",
    "chgnet": "elute[mlff]",
    "sevenn": "elute[sevenn]",
    "pyxtal": "elute[materials]",
    "matminer": "elute[materials]",
    "mace": "mace-torch",
    "allegro": "nequip-allegro",
}


def missing(*packages: str, what: str) -> str | None:
    """A sentence on the first package that is not installed, or None.

    Args:
        *packages: Import names; "java" means the program.
        what: What needs them, e.g. "the tool featurize".
    """
    for package in packages:
        if package == "java":
            from shutil import which

            if which("java") is None:
                return f"{what} needs Java, and no 'java' is on PATH. Install a Java runtime"
        elif not _installed(package):
            name = _INSTALL.get(package, package)
            quoted = f"'{name}'" if "[" in name else name
            return f"{what} needs the package {package!r}. Run: pip install {quoted}"
    return None


def require(*packages: str, what: str) -> None:
    """Go on only when these packages are installed.

    Raises:
        MissingPackage: One is not; the message names the pip install.
    """
    problem = missing(*packages, what=what)
    if problem is not None:
        raise MissingPackage(problem)


def _installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except (ImportError, ValueError):
        return False


def _screened(
    function: Callable[..., Any], *, result: Any, intent: Intent, result_intent: Intent
) -> Callable[[BaseModel], Any]:
    """The one way to ``function``: screen, run, screen."""
    name = function.__name__

    def run(arguments: BaseModel) -> Any:
        started = time.perf_counter()
        shown = arguments.model_dump(mode="json")
        before = _checked("check_arguments", name, shown, intent)
        output = _run_body(function, name, arguments)
        # What went in was screened already, unless more is asked of what comes out.
        known = set(texts_to_screen(shown)) if intent == result_intent else set()
        texts = dict.fromkeys(t for t in texts_to_screen(output) if t and t not in known)
        after = _checked("check_result", name, list(texts), result_intent)
        verdict = _strictest(before, after)
        return result(
            tool=name,
            arguments=shown,
            output=output,
            verdict=verdict,
            elapsed_s=time.perf_counter() - started,
            warnings=(*_notes(verdict), *getattr(output, "warnings", ())),
        )

    return run


def _notes(verdict: Verdict) -> tuple[str, ...]:
    return (verdict.reason,) if verdict.decision is not Decision.ALLOW else ()


def _run_body(function: Callable[..., Any], name: str, arguments: BaseModel) -> Record:
    values = {field: getattr(arguments, field) for field in type(arguments).model_fields}
    try:
        output = function(**values)
    except (ToolError, Refused):
        raise
    except Exception as error:  # a tool's front door: strangers' packages raise anything
        logger.exception("tool %s failed", name)
        raise ToolFailed(f"{name} failed: {type(error).__name__}: {error}") from error
    if not isinstance(output, Record):
        raise ToolFailed(f"{name} returned {type(output).__name__!r}; a tool returns a Record")
    return output


def _gate() -> Any:
    """A gate that writes the log of the data folder, unless another log was chosen already."""
    from safety import gate

    if gate._default_log() is None:
        gate.use_audit_log(_audit_path())
    return gate.Gate()


@cache
def _audit_path() -> Path:
    from agent.settings import Settings

    return Settings.load().data_dir / "audit.jsonl"


def _checked(point: str, name: str, payload: Any, intent: Intent) -> Verdict:
    """The gate's verdict at one of its points.

    Raises:
        Refused: The verdict is "block", or the gate itself broke (then nothing is known, so
            nothing is allowed).
    """
    try:
        if point == "check_result":
            payload = _not_known_clean(payload)
        verdict = getattr(_gate(), point)(payload, tool=name, intent=intent)
        if not isinstance(verdict, Verdict):
            raise TypeError(f"the gate returned {type(verdict).__name__!r}")
    except Refused:
        raise
    except Exception as error:  # fail closed, whatever broke
        logger.exception("the gate failed at %s of tool %s", point, name)
        verdict = Verdict(
            decision=Decision.BLOCK,
            reason=f"the safety gate failed ({type(error).__name__}), so nothing can be allowed. "
            "Run: elute doctor",
        )
    if verdict.decision is Decision.BLOCK:
        held = "its result is withheld" if point == "check_result" else "it was not run"
        raise Refused(f"{name}: {held}. {verdict.reason}".strip(), verdict)
    return verdict


_CLEAN_CHARS = 120
_N_CLEAN = 50_000
_clean: set[str] = set()


def _not_known_clean(texts: list[str]) -> list[str]:
    """The texts that the gate has to look at: not the short ones in which it finds nothing.

    The same labels and names come back in call after call. A text is clean when nothing is found
    in it and it does not read like a procedure, whatever is asked for; longer texts always go to
    the gate, since what one of them says may bear on another.
    """
    from safety import screen_many
    from safety.intent import is_lab_prose

    new = [text for text in texts if len(text) <= _CLEAN_CHARS and text not in _clean]
    if len(_clean) + len(new) > _N_CLEAN:
        _clean.clear()
    for text, found in zip(new, screen_many(new), strict=True):
        nothing = not found.hits and not found.unread and found.decision is Decision.ALLOW
        if nothing and not is_lab_prose(text):
            _clean.add(text)
    return [text for text in texts if text not in _clean]


def _strictest(before: Verdict, after: Verdict) -> Verdict:
    """The stricter of two verdicts; the first where they are equal."""
    order = (Decision.ALLOW, Decision.WARN, Decision.BLOCK)
    return after if order.index(after.decision) > order.index(before.decision) else before
