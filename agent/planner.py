"""The rules planner: a request to a plan, without a model.

What the request names fills the arguments of the tools; what is not named is asked for by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from agent.entities import Entities, Entity, read_entities
from agent.intents import IntentClassifier, utterances
from agent.plan import Alternative, Plan, Reading, Step
from agent.recipes import (
    Missing,
    convert_steps,
    featurize_steps,
    force_field_steps,
    generate_steps,
    property_steps,
)

if TYPE_CHECKING:
    from ingest.embedding import Embedder

__all__ = ["Planner", "RulesPlanner", "ScriptPlanner"]

MAX_ALTERNATIVES: Final = 3
_SHOWN: Final = 0.01  # an alternative less likely than this is none
_COMPARING = re.compile(
    r"\b(?:compar\w+|agree\w*|disagree\w*|contradict\w*|differ\w*|versus|vs\.?|consisten\w+)\b",
    re.I,
)
_FINDING = re.compile(
    r"^(?:please )?(?:find|search|look for|list|show)\b"
    r"|\b(?:which|any) (?:papers?|articles?|studies)\b"
    r"|\bis there an? (?:paper|article|study)\b",
    re.IGNORECASE,
)


_classifiers: dict[Any, IntentClassifier] = {}


class Planner(Protocol):
    """Turns a request into a plan.

    Attributes:
        name: As answers name it.
        binding: Whether its steps are run as they stand, however sure the reading is.
    """

    name: str
    binding: bool

    def plan(self, request: str) -> Plan:
        """How the request is read, and what to run for it."""


class RulesPlanner:
    """Plans by likeness to utterances and by what the request names.

    Args:
        classifier: What reads requests.
        library: Name of the library that is asked.
    """

    name = "rules"
    binding = False

    def __init__(self, classifier: IntentClassifier, *, library: str = "default") -> None:
        self._classifier = classifier
        self._library = library

    @classmethod
    def open(
        cls,
        *,
        embedder: Embedder | None = None,
        cache: Path | None = None,
        user_file: Path | None = None,
        library: str = "default",
    ) -> RulesPlanner:
        """A planner over the shipped utterances and the user's own.

        Args:
            embedder: For meaning. One that sends text away is not used: a plan is made here.
            cache: Folder where the fitted reader is kept.
            user_file: The user's own utterances.
            library: Name of the library that is asked.
        """
        local = embedder if embedder is not None and embedder.destination is None else None
        said = utterances(user_file)
        # One a process: the utterances are the same for every library.
        key = (tuple(said.items()), None if local is None else local.name)
        if key not in _classifiers:
            _classifiers[key] = IntentClassifier(said, embedder=local, cache=cache)
        return cls(_classifiers[key], library=library)

    def plan(self, request: str) -> Plan:
        """How ``request`` is read, and the steps that answer it."""
        return self._plan(request, None)

    def plan_as(self, request: str, reading: Reading) -> Plan:
        """The steps that answer ``request`` in the reading that a person chose."""
        return self._plan(request, reading)

    def _plan(self, request: str, chosen: Reading | None) -> Plan:
        entities = read_entities(request)
        ranked = self._classifier.read(entities)
        if chosen is None and force_field_steps(entities):
            # A choice between force fields by a measure of the tables: no other reading has it.
            chosen = Reading.PROPERTY
        if chosen is not None:
            ranked = sorted(ranked, key=lambda one: one[0] is not chosen)  # stable: others as were
        (reading, confidence), *others = ranked
        steps: Sequence[Step] = ()
        missing: str | None = None
        try:
            steps = self._steps(reading, entities)
        except Missing as lack:
            missing = str(lack)
        return Plan(
            reading=reading,
            confidence=round(confidence, 3),
            alternatives=tuple(
                Alternative(reading=other, confidence=round(share, 3))
                for other, share in others[:MAX_ALTERNATIVES]
                if share >= _SHOWN
            ),
            steps=tuple(steps),
            missing=missing,
        )

    def _steps(self, reading: Reading, entities: Entities) -> Sequence[Step]:
        recipes: dict[Reading, Callable[[Entities], Sequence[Step]]] = {
            Reading.LITERATURE: self._literature,
            Reading.PROPERTY: property_steps,
            Reading.FEATURIZE: featurize_steps,
            Reading.GENERATE: generate_steps,
            Reading.CONVERT: convert_steps,
            Reading.SCREEN: _screen_steps,
            Reading.SYNTHESIS: self._synthesis,
            Reading.HELP: lambda _: (),
        }
        return recipes[reading](entities)

    def _of_library(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return arguments if self._library == "default" else {**arguments, "library": self._library}

    def _literature(self, entities: Entities) -> Sequence[Step]:
        request = entities.request
        search = Step(
            tool="search_papers",
            arguments=self._of_library({"query": request}),
            why="find the passages that bear on it",
        )
        ask = Step(
            tool="ask_papers",
            arguments=self._of_library({"question": request}),
            why="answer from the papers, with a quote for each sentence",
        )
        if _FINDING.search(request):
            return (search,)
        if _COMPARING.search(request):
            return (search, ask)
        return (ask,)

    def _synthesis(self, entities: Entities) -> Sequence[Step]:
        targets = entities.substances
        if not targets:
            raise Missing("target", "Name the substance that is to be made, e.g. CsPbI3.")
        return (
            Step(
                tool="suggest_synthesis",
                arguments=self._of_library({"target": targets[0].text}),
                why=f"what the papers say about making {targets[0].text}, word by word",
            ),
        )


class ScriptPlanner:
    """Plans given as data, for tests and notebooks: each request takes the next one.

    Args:
        plan: For the first request, and for all where no others are given.
        *others: For the requests after it; the last one stays.
    """

    name = "script"
    binding = True

    def __init__(self, plan: Plan, *others: Plan) -> None:
        self._plans = [plan, *others]

    def plan(self, request: str) -> Plan:  # noqa: ARG002 - the protocol's; a script heeds none
        """The next plan, whatever the request."""
        return self._plans.pop(0) if len(self._plans) > 1 else self._plans[0]


def _screen_steps(entities: Entities) -> Sequence[Step]:
    named: tuple[Entity, ...] = entities.substances
    if not named:
        raise Missing("substance", "Name the substance: a name, a CAS number or a SMILES.")
    return tuple(
        Step(
            tool="screen_substance",
            arguments={"substance": text},
            why=f"which lists and class rules hold {text}",
        )
        for text in dict.fromkeys(one.text for one in named)
    )
