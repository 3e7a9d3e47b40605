"""When a plan's tools are run instead of asking the papers, and running them."""

from __future__ import annotations

import contextvars
import re
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from agent.entities import read_entities
from agent.events import ToolFinished, ToolProgress, ToolStarted
from agent.intents import PAPER_WORDS
from agent.plan import Plan, Reading, Step
from agent.slots import LISTS, properties_in
from agent.tools import registry
from agent.tools.base import ToolResult
from agent.tools.errors import ToolFailed
from agent.tools.progress import Progress, listening
from agent.tools.registry import ToolFailure

if TYPE_CHECKING:
    from ingest.library import Library

HIGH: Final = 0.8  # a reading less sure than this is answered from the papers
_LONGEST: Final = 20  # words; what is longer tells of a case, and that is in a paper
_RUN: Final = frozenset(
    {Reading.PROPERTY, Reading.FEATURIZE, Reading.CONVERT, Reading.SCREEN, Reading.HELP}
)
# Words of somebody's work: samples, conditions, what was measured, comparisons.
_MEASURED: Final = re.compile(
    r"\b(?:did|was|were|had|gave|given|found|obtained|observed|measured|reached?|showed|shown|used"
    r"|samples?|films?|cells?|conditions?|effects?|influences?|affects?|impacts?|change[sd]?|during"
    r"|after|before|when|why|reviewer|experiments?|devices?|electrodes?|electrolytes?|doped|doping"
    r"|dopants?|annealed|temperature dependence|depend\w*|increas\w+|decreas\w+|compared?|than"
    r"|versus|work|method|model|surface|vacanc\w+|defects?|interfaces?|grains?|mechanism)\b",
    re.IGNORECASE,
)
_QUESTION: Final = re.compile(
    r"^\W*(?:what|which|how|why|when|where|who|whose|do|does|did|is|are|can|could|should|in|on|at|by"
    r"|for|from|to|if|under|with)\b",
    re.IGNORECASE,
)
_IDENTITY: Final = re.compile(
    r"\b(?:smiles|inchi(?:key)?|cas(?: (?:number|nummer|no))?|iupac|synonyms?|formula|summenformel"
    r"|name|stand for|called|structure)\b",
    re.IGNORECASE,
)
_HELP: Final = re.compile(
    r"\b(?:you|your|elute|help|hilfe|commands?|tools?|hello|hi|hey|thanks|usage|manual|start(?:ed)?"
    r"|papers?|pdfs?|files?|library|libraries|install|api key|example)\b",
    re.IGNORECASE,
)


def runs_tools(plan: Plan, request: str, library: Library) -> bool:
    """Whether the plan's tools answer ``request`` rather than the papers.

    Only a sure reading with nothing missing does, and never a request that speaks of papers, of
    what was measured or of conditions.
    """
    if plan.reading not in _RUN or plan.confidence < HIGH or plan.missing is not None:
        return False
    if len(request.split()) > _LONGEST:
        return False
    entities = read_entities(request)
    if plan.reading is Reading.HELP:
        return not entities.found and _HELP.search(request) is not None and _is_ours(request)
    if not plan.steps or PAPER_WORDS.search(request) or _MEASURED.search(request):
        return False
    if any(step.tool in ("learn", "predict", "plot") for step in plan.steps):
        return False  # they read and write files: run them by name
    if plan.reading is Reading.SCREEN:
        return LISTS.search(request) is not None or request.lower().startswith("screen")
    if plan.reading is Reading.CONVERT:
        proven = entities.of("equation", "cas", "inchi", "inchikey")
        units = any(step.tool == "convert_units" for step in plan.steps)
        return bool(proven) or units or _IDENTITY.search(request) is not None
    if plan.reading is Reading.FEATURIZE:
        return _QUESTION.search(request) is None
    return not _is_in(library, request)


def surely_of_papers(plan: Plan, request: str) -> bool:
    """Whether only the papers can answer, so that no model needs to choose a tool."""
    if PAPER_WORDS.search(request):
        return True
    return plan.reading in (Reading.LITERATURE, Reading.SYNTHESIS) and plan.confidence >= HIGH


_OUTSIDE = re.compile(
    r"\b(?:material|sample|crystal|network|model performance|films?|authors?|stud(?:y|ies))\b", re.I
)


def _is_ours(request: str) -> bool:
    """Whether a request for help is about elute: short, and with no topic of a paper."""
    return len(request.split()) <= 12 and _OUTSIDE.search(request) is None


def _is_in(library: Library, request: str) -> bool:
    """Whether the papers speak of the substance asked about, or of the property.

    Then the question may be about them, and they are asked.
    """
    from ingest.terms import fold_terms

    if not library.papers():
        return False
    entities = read_entities(request)
    for one in entities.substances:
        if _all_in(library, fold_terms(one.text)):
            return True
    words = request
    for one in reversed(entities.found):
        words = words[: one.start] + " " + words[one.end :]
    return bool(properties_in(words)) and _all_in(library, fold_terms(words))


def _all_in(library: Library, terms: Sequence[str]) -> bool:
    unique = tuple(dict.fromkeys(terms))
    held: Mapping[str, int] = library.catalog.document_frequency(unique)
    return bool(unique) and all(held.get(term, 0) > 0 for term in unique)


def run_steps(
    steps: Sequence[Step], results: list[ToolResult[Any] | ToolFailure]
) -> Iterator[ToolStarted | ToolProgress | ToolFinished]:
    """Run steps one after the other through the gate; a failure ends the run.

    Args:
        steps: What to run.
        results: Filled with what each step gave.
    """
    for step in steps:
        try:
            arguments = {name: _filled(value, results) for name, value in step.arguments.items()}
        except LookupError as error:
            message = f"{step.tool}: an earlier step did not give {error}"
            results.append(ToolFailure(tool=step.tool, kind="bad_arguments", message=message))
            return
        yield ToolStarted(tool=step.tool, why=step.why)
        reply = yield from _replied(step.tool, arguments)
        results.append(reply)
        failed = isinstance(reply, ToolFailure)
        yield ToolFinished(tool=step.tool, ok=not failed)
        if failed:
            return


def _replied(
    name: str, arguments: Mapping[str, Any]
) -> Generator[ToolProgress, None, ToolResult[Any] | ToolFailure]:
    """Run a tool in a thread beside this one, so that what it reports can be told meanwhile.

    Where nobody takes the events any more, the tool ends at its next report.
    """
    told: SimpleQueue[Progress | ToolResult[Any] | ToolFailure | Exception] = SimpleQueue()
    left = threading.Event()

    def hear(progress: Progress) -> None:
        if left.is_set():
            raise ToolFailed(f"{name} was stopped")
        told.put(progress)

    def work() -> None:
        try:
            with listening(hear):
                told.put(registry.reply(name, arguments))
        except Exception as error:  # raised again where the reply is waited for
            told.put(error)

    # A daemon: a person who ends the program does not wait for a long tool.
    within = contextvars.copy_context()
    threading.Thread(target=within.run, args=(work,), name=f"elute {name}", daemon=True).start()
    try:
        while isinstance(heard := told.get(), Progress):
            yield ToolProgress(tool=name, **heard.model_dump())
    finally:
        left.set()
    if isinstance(heard, Exception):
        raise heard
    return heard


def gave_something(results: Sequence[ToolResult[Any]]) -> bool:
    """Whether the last step found anything; a table without an entry answers nothing."""
    found = [result.output for result in results if result.tool == results[-1].tool]
    if results[-1].tool == "lookup_properties":
        return any(report.properties or report.facts for report in found)
    if results[-1].tool == "resolve_substance":
        return any(one.status != "not_found" for one in found)
    return True


_REFERENCE = re.compile(r"\$(\d+)((?:\.[\w*]+)+)")


def _filled(value: Any, results: Sequence[ToolResult[Any] | ToolFailure]) -> Any:
    """An argument with what earlier steps gave in the place of references to it.

    Raises:
        LookupError: The earlier step did not give it.
    """
    if isinstance(value, list):
        return [_filled(one, results) for one in value]
    reference = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if reference is None:
        return value
    result = results[int(reference[1]) - 1]
    if isinstance(result, ToolFailure):
        raise LookupError(reference[0])
    found: Any = result.output
    for number, part in enumerate(parts := reference[2].lstrip(".").split(".")):
        if part == "*":
            rest = parts[number + 1 :]
            return [_field(one, rest, reference[0]) for one in found]
        found = _field(found, [part], reference[0])
    return found


def _field(held: Any, path: Sequence[str], name: str) -> Any:
    for part in path:
        held = held[int(part)] if part.isdigit() else getattr(held, part, None)
        if held is None:
            raise LookupError(name)
    return held


HELP_TEXT: Final = """\
elute answers questions from your own papers, with a quote and a page for each sentence, and \
runs lab tools behind a safety gate. It works offline, without a key.
Papers: "elute ingest FOLDER" reads PDF, text and HTML files; "elute papers" lists and removes \
them; "elute search WORDS" shows passages; "elute ask QUESTION" answers, with --json for programs.
Questions: "What do my papers say about the stability of CsPbI3?"
Properties: "boiling point of acetone". Conversions: "5 eV in kJ/mol", "CAS number of caffeine", \
"balance H2 + O2 -> H2O".
Vectors for a model: "magpie vector of Fe2O3". Regulation: "is acetone a controlled substance?"
Tools: "elute tools" lists them, "elute tool NAME --args '{...}'" runs one, "elute mcp" serves \
them. "elute doctor" says what is installed; every command has --help."""
