"""A small library, a session that leaves every question to the papers, and scripted replies."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from agent import Answer, Session
from agent.events import Answered, Event, Refused, TextDelta
from agent.plan import Plan, Reading
from agent.settings import ModelSettings
from ingest import Library
from tests.model_server import Reply, Structured

GARNET = (
    "Transport in garnets\n\n"
    "The activation energy of the cubic garnet is 0.34 eV. It was measured from 25 to 300 °C by "
    "impedance spectroscopy. Aluminium does not block the pathway of lithium.\n\n"
    "The conductivity of the pellet reaches 4 × 10−4 S cm−1 at room temperature. Dense pellets "
    "may conduct better than porous ones.\n"
)
SULFIDE = (
    "Transport in sulfides\n\n"
    "The activation energy of the argyrodite Li6PS5Cl is 0.28 eV. Its conductivity is higher than "
    "that of the cubic garnet, whose activation energy is larger.\n"
)
RIGHT = ("The cubic garnet has an activation energy of 0.34 eV.", "0.34 eV")
QUESTION = "What is the activation energy of the cubic garnet?"

Line = tuple[str, str | Sequence[str]]


class ReadsAsLiterature:
    """Leaves every question to the papers, so that no test waits for a classifier."""

    name = "rules"
    binding = False

    def plan(self, request: str) -> Plan:
        """The same for all."""
        return Plan(reading=Reading.LITERATURE, confidence=1.0)


def session(library: Library, model: ModelSettings | None, **options: Any) -> Session:
    """A session over ``library`` whose questions all go to the papers."""
    return Session(library, planner=ReadsAsLiterature(), model=model, **options)


def quotes_in(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The numbered passages that a request holds."""
    lines = body["messages"][1]["content"].splitlines()
    return [json.loads(line) for line in lines if line.startswith('{"id"')]


def id_of(body: dict[str, Any], words: str) -> str:
    """The id of the passage that holds these words."""
    return next(str(quote["id"]) for quote in quotes_in(body) if words in quote["quote"])


def draft(body: dict[str, Any], *lines: Line, missing: Sequence[str] = ()) -> dict[str, Any]:
    """A reply of sentences; what they cite is named by words of the passage, ids as ``#id``."""

    def ids(cited: str | Sequence[str]) -> list[str]:
        named = [cited] if isinstance(cited, str) else cited
        return [one[1:] if one.startswith("#") else id_of(body, one) for one in named]

    sentences = [{"text": text, "evidence": ids(cited)} for text, cited in lines]
    return {"sentences": sentences, "missing": list(missing)}


def says(*lines: Line, missing: Sequence[str] = ()) -> Callable[[dict[str, Any]], Reply]:
    """A step of a script that answers in the form asked for."""
    return lambda body: Structured(draft(body, *lines, missing=missing))


def asked(library: Library, model: ModelSettings, question: str = QUESTION) -> list[Event]:
    """All events of one question."""
    return list(session(library, model).ask(question))


def ended(events: Sequence[Event]) -> Answer:
    """The answer at the end."""
    last = events[-1]
    assert isinstance(last, Answered | Refused)
    return last.answer


def shown(events: Sequence[Event]) -> str:
    """All text that was released."""
    return "".join(event.text for event in events if isinstance(event, TextDelta))
