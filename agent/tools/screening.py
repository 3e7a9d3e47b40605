"""The gate's own verdict on a substance, as a tool."""

from __future__ import annotations

from typing import Annotated

from agent.tools.base import tool
from agent.tools.errors import ArgumentError
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record
from safety.substance import Verdict

__all__ = ["ScreeningReport", "screen_substance"]

MAX_CHARS = 20_000


class ScreeningReport(Record):
    """What the lists and class rules say of a substance."""

    substance: str
    verdict: Annotated[Verdict, VOCABULARY]  # the gate's own words


@tool(intent="facts")
def screen_substance(substance: str) -> ScreeningReport:
    """Whether a substance is regulated: which list, schedule and law, and how it was recognised.

    Args:
        substance: A name, CAS number, SMILES, InChI, InChIKey or molblock, or a text that may hold
            some.
    """
    from safety import screen

    if not substance.strip():
        raise ArgumentError("substance", "substance is empty. Give a name, CAS number or SMILES")
    if len(substance) > MAX_CHARS:
        raise ArgumentError(
            "substance", f"substance has {len(substance):,} characters; at most {MAX_CHARS:,}"
        )
    return ScreeningReport(substance=substance, verdict=screen(substance))
