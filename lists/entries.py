"""What is built: the packaged lists, where each comes from, and one entry with its names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from lists.clashes import is_plain_word
from lists.compounds import Drawn, folded
from lists.tables import SourceRow

HERE = Path(__file__).parent
TABLES = HERE / "tables"
DATA = HERE.parent / "safety" / "data"


@dataclass(frozen=True)
class ListPlan:
    """One packaged list: where it comes from and how far it reaches."""

    id: str
    tables: tuple[str, ...]
    title: str
    jurisdiction: str
    citation: str
    edition: str
    missing: tuple[str, ...] = ()
    """Numbered lines of the regulation that have no entry here; told in SOURCES.md."""


PLANS = (
    ListPlan(
        "us-csa",
        ("us-csa-1.tsv", "us-csa-2.tsv", "us-csa-4.tsv"),
        "US Controlled Substances Act, schedules I-V",
        "US",
        "21 CFR 1308.11-1308.15",
        "2026-04-01",
        (
            "1308.13(b)(1) excepted stimulant compounds",
            "1308.13(c)(1) barbiturate compounds",
            "1308.13(c)(2) barbiturate suppositories",
            *(f"1308.13(e)(1)({i}) narcotic preparation" for i in "12345678"),
            "1308.14(b)(2) dihydrocodeine preparations",
        ),
    ),
    ListPlan(
        "us-chemicals",
        ("us-chemicals.tsv",),
        "US listed chemicals, List I and List II",
        "US",
        "21 CFR 1310.02",
        "2025-06-03",
    ),
    ListPlan(
        "cwc",
        ("cwc.tsv",),
        "Chemical Weapons Convention, schedules 1-3",
        "international",
        "CWC Annex on Chemicals",
        "2020-06-07",
    ),
    ListPlan(
        "atf",
        ("atf.tsv",),
        "ATF List of Explosive Materials",
        "US",
        "18 U.S.C. 841(d); 27 CFR 555.23",
        "2022-12-20",
    ),
    ListPlan(
        "eu-precursors",
        ("eu-precursors.tsv",),
        "EU explosives precursors",
        "EU",
        "Regulation (EU) 2019/1148, Annexes I and II",
        "2021-02-01",
    ),
    ListPlan(
        "australia-group",
        ("australia-group.tsv",),
        "Australia Group chemical weapons precursors",
        "Australia Group",
        "Australia Group Export Control List: Chemical Weapons Precursors",
        "2023-01-01",
    ),
    ListPlan(
        "stockholm",
        ("stockholm.tsv",),
        "Stockholm Convention on persistent organic pollutants",
        "international",
        "Stockholm Convention, Annexes A, B and C",
        "2025-05-09",
    ),
    ListPlan(
        "rotterdam",
        ("rotterdam.tsv",),
        "Rotterdam Convention on prior informed consent",
        "international",
        "Rotterdam Convention, Annex III",
        "2025-05-09",
    ),
)


@dataclass
class Entry:
    """One entry while it is built."""

    plan: ListPlan
    row: SourceRow
    structure: Drawn | None = None
    sources: tuple[str, ...] = ()
    other_drawings: list[Drawn] = field(default_factory=list)
    """Tautomers and charged forms that databases show; the table's further SMILES."""
    cas: list[str] = field(default_factory=list)
    names: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    _seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._seen.add(folded(self.row.name))

    @property
    def scope(self) -> str:
        """Letters of the law's scope."""
        return self.row.about.get("scope", "")

    @property
    def drawings(self) -> list[Drawn]:
        """The structure and its other drawings."""
        return [*([self.structure] if self.structure else []), *self.other_drawings]

    @property
    def identity(self) -> str:
        """InChIKey, or the place in the table: equal for one substance on several lists."""
        return self.structure.inchikey if self.structure else self.row.where

    @property
    def flags(self) -> str:
        """Flags of the preferred name, which the table may repeat among the names."""
        own = next((n for n in self.row.names if n.text == self.row.name), None)
        if own is not None:
            return own.flags
        name = self.row.name
        plain = "!?" if name.isupper() else "?"  # MEAN is an explosive, mean and Mean are words
        return flags_of(name) or (plain if is_plain_word(name) else "")

    def put(self, group: str, text: str) -> None:
        """Add a name unless the entry has it already in some spelling."""
        key = folded(text)
        if key and key not in self._seen:
            self._seen.add(key)
            self.names[group if set("!?") & set(group) else group + flags_of(text)][text] = None


def flags_of(text: str) -> str:
    """Flags of a name by its look: three letters may stand for anything."""
    return "!?" if len(text) <= 3 and text.isalpha() and text not in _UNMISTAKABLE else ""


_UNMISTAKABLE = {"TNT", "RDX", "HMX", "DDT"}


class BuildError(SystemExit):
    """The build refuses; says why."""
