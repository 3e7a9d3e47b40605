"""A plan: how a request is read, what else it may mean, and which tools answer it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from ingest.record import Record


class Reading(StrEnum):
    """What a request asks for."""

    LITERATURE = "literature"  # what the papers or the field say
    PROPERTY = "property"  # a number or fact of a substance
    FEATURIZE = "featurize"  # numbers for a model
    GENERATE = "generate"  # new molecules or crystals
    CONVERT = "convert"  # between names, notations, units, formats
    SCREEN = "screen"  # regulated, hazardous
    SYNTHESIS = "synthesis"  # how it is made
    HELP = "help"  # what elute can do


class Step(Record):
    """One call of a tool.

    An argument written ``"$1.substance.smiles"`` is that field of the first step's output; a list's
    places are counted from 0, and ``*`` is all of them.
    """

    tool: str
    arguments: dict[str, Any] = Field(default_factory=dict)
    why: str


class Alternative(Record):
    """Another reading of the same request."""

    reading: Reading
    confidence: float = Field(ge=0, le=1)


class Plan(Record):
    """A reading with its steps; ``alternatives`` are the other readings, likeliest first."""

    reading: Reading
    confidence: float = Field(ge=0, le=1)
    alternatives: tuple[Alternative, ...] = ()
    steps: tuple[Step, ...] = ()
    missing: str | None = None
    """A sentence that names what the request lacks. Where it stands there are no steps."""
