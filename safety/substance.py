"""The records of the gate: what a list says of a substance, and what a screening found.

Identity data only: names, numbers, structures, citations.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Record(BaseModel):
    """An immutable value that survives JSON: ``model_validate_json(r.model_dump_json()) == r``."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Decision(StrEnum):
    """What follows from a screening."""

    ALLOW = "allow"
    WARN = "warn"
    BLOCK = "block"


class Level(StrEnum):
    """How heavily a list weighs; ``log`` is told and never stops anything."""

    LOG = "log"
    WARN = "warn"
    BLOCK = "block"

    @property
    def rank(self) -> int:
        """0 for log, 1 for warn, 2 for block: the highest of several levels decides."""
        return ("log", "warn", "block").index(self.value)

    @property
    def decision(self) -> Decision:
        """The decision that a match at this level asks for."""
        return {
            Level.LOG: Decision.ALLOW,
            Level.WARN: Decision.WARN,
            Level.BLOCK: Decision.BLOCK,
        }[self]


NameKind = Literal["inn", "iupac", "brand", "street", "code", "foreign", "common", "formula"]


class Name(Record):
    """One way in which a substance is called."""

    text: str = Field(min_length=1)
    kind: NameKind
    case_sensitive: bool = False
    """Only this spelling of upper and lower case counts ("LSD", not "lsd")."""
    context_required: bool = False
    """Also means something else, so it counts only beside words about substances."""


class Structure(Record):
    """One structure of a substance, and who says so."""

    smiles: str = Field(min_length=1)
    inchikey: str = Field(pattern=r"^[A-Z]{14}-[A-Z]{10}-[A-Z]$")
    formula: str
    """Hill formula of ``smiles`` as RDKit counts it, all fragments together."""
    sources: tuple[str, ...] = Field(min_length=1)
    """Independent sources that agree on it; one alone is kept and counted."""


class Scope(Record):
    """What the law's own words add to the named substance."""

    salts: bool = False
    isomers: bool = False
    esters: bool = False
    ethers: bool = False
    isotopologues: bool = True


class ListEntry(Record):
    """One line of a regulation: a substance, its names and structures, its place in the law."""

    name: str = Field(min_length=1)
    names: tuple[Name, ...]
    cas: tuple[str, ...] = ()
    structures: tuple[Structure, ...] = ()
    scope: Scope = Scope()
    counter_ion: bool = False
    """Also a common counter-ion (sulfate of a medicine): its structure counts only when nothing
    else but water stands beside it."""
    list: str
    """Id of the list, e.g. ``us-csa``."""
    code: str
    """The regulation's own number, e.g. ``21 CFR 1308.11(c)(11)``, with the DEA code if known."""
    schedule: str
    """As the law calls it: "Schedule I", "Schedule 1.A", "Annex I"."""
    jurisdiction: str
    citation: str
    edition: str
    """Date (YYYY-MM-DD) of the text that was read."""
    level: Level


class Hit(Record):
    """One match of a query with an entry or a class rule."""

    name: str
    list: str
    edition: str
    schedule: str
    jurisdiction: str
    citation: str
    how: str
    """How it matched: "name", "cas", "structure", "ester", "class", "similar" and so on."""
    score: float = Field(ge=0.0, le=1.0)
    """1 for an exact match; a similarity below 1 for fuzzy names and fingerprints."""
    level: Level


class Verdict(Record):
    """What a screening found and what follows from it."""

    query: str = ""
    decision: Decision
    hits: tuple[Hit, ...] = ()
    unread: tuple[str, ...] = ()
    """Parts that look like a structure or a name but could not be read."""
    reason: str = ""
