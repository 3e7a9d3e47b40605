"""Build ``safety/data`` from the source tables: ``python -m lists.build``.

Reads ``lists/tables``, asks `chemicals`, `medchem` and OPSIN (Java) for second opinions on every
structure, bakes in every synonym, and writes one file a list, the exemptions, the innocent names
and the counts for SOURCES.md. It refuses a CAS number with a wrong check digit, a hand-written name
that belongs to a medicine or solvent which is not listed, and a structure that cannot be read.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rdkit import Chem

from lists.clashes import Words, innocent_names, is_plain_word
from lists.compounds import (
    Compound,
    Compounds,
    Drawn,
    draw,
    folded,
    read_leads,
    read_medchem,
    read_medicines,
    read_opsin,
)
from lists.derived import Derived, find_derived
from lists.naming import Names
from lists.spelling import cleaned
from lists.tables import SourceRow, read_table
from safety.families import RULES, ClassRule, class_hits

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


def main(arguments: Sequence[str] = ()) -> None:
    """Write the data files and print what was counted."""
    compounds = Compounds()
    entries = [
        Entry(plan, row)
        for plan in PLANS
        for table in plan.tables
        for row in read_table(TABLES / table)
    ]
    members = read_members()
    notes = find_structures(entries + members, compounds)
    check_members(members)
    exempt = read_exemptions(TABLES / "exemptions.jsonl")
    words = Words.load(HERE / "words")
    derived = list(find_derived(compounds, *reach(entries + members)))
    keys = {e["inchikey"]: e["name"] for e in exempt}
    naming = Names(entries + members, compounds, keys, read_medicines(), words, derived)
    naming.give()
    written = write(entries, exempt)
    written += write_members(members, derived, compounds, words)
    innocent = innocent_names(written, compounds)
    (DATA / "innocent_names.txt").write_text("\n".join(innocent) + "\n", encoding="utf-8")
    report(entries, notes + naming.notes, len(innocent), verbose="-v" in arguments)
    sys.stdout.write(f"names that OPSIN reads as another compound {naming.n_misread}\n")


def find_structures(entries: list[Entry], compounds: Compounds) -> list[str]:
    """Give every entry the structure that its sources agree on; returns what needs a look."""
    medchem = read_medchem()
    opsin = read_opsin(sorted({e.row.systematic for e in entries if e.row.systematic}))
    notes = []
    for entry in entries:
        row = entry.row
        drawn: dict[str, Drawn] = {}
        for ordinal, smiles in enumerate(row.smiles.split()):
            own = draw(smiles)
            if own is None:
                raise BuildError(f"{row.where}: {smiles!r} of {row.name!r} is no structure")
            if ordinal == 0:
                drawn["table"] = own
            else:
                entry.other_drawings.append(own)
        if row.systematic and (read := draw(opsin.get(row.systematic, ""))):
            drawn["opsin"] = read
        elif row.systematic and not row.smiles:
            notes.append(f"{row.where}: OPSIN cannot read {row.systematic!r} of {row.name!r}")
        if row.cas and (known := compounds.by_cas.get(row.cas)):
            if read := draw(known.smiles):
                drawn["chemicals"] = read
        elif row.cas or any(n.kind == "inn" for n in row.names):
            hits = {c.inchikey: c for c in compounds.by_name.get(row.name.lower(), ())}
            if len(hits) == 1 and (read := draw(next(iter(hits.values())).smiles)):
                drawn["chemicals"] = read
        if (known_smiles := medchem.get(folded(row.name))) and (read := draw(known_smiles)):
            drawn["medchem"] = read
        if drawn:
            entry.structure, entry.sources = agree(drawn)
            others = {d.skeleton for d in entry.other_drawings}
            against = {
                s: d.smiles
                for s, d in drawn.items()
                if s not in entry.sources and d.skeleton not in others
            }
            if against:
                notes.append(
                    f"{row.where}: {row.name!r} is {entry.structure.smiles} by "
                    f"{'+'.join(entry.sources)}, against {against}"
                )
    return notes


def reach(entries: list[Entry]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Connectivity of all entries, of those with esters and of those with ethers in scope."""
    drawn = [(e.structure.skeleton, e.scope) for e in entries if e.structure]
    return (
        frozenset(key for key, _ in drawn),
        frozenset(key for key, scope in drawn if "e" in scope),
        frozenset(key for key, scope in drawn if "o" in scope),
    )


_ORDER = ("table", "opsin", "chemicals", "medchem")
# Whose stereo is believed when connectivity is the same, the best last: a hand-drawn centre is the
# easiest to get wrong, a row found by its CAS number or a name with locants the hardest.
_STEREO = ("medchem", "table", "opsin", "chemicals")


def agree(drawn: dict[str, Drawn]) -> tuple[Drawn, tuple[str, ...]]:
    """The structure most sources draw, with the stereo of the best, and who they are.

    Sources agree when connectivity is the same. A SMILES in the table was written after looking at
    the others, so it wins; else the majority, and of a tie OPSIN's reading of a systematic name.
    """
    votes = Counter(d.skeleton for d in drawn.values())
    ranked = sorted(drawn, key=_ORDER.index)
    if "table" in drawn:
        skeleton = drawn["table"].skeleton
    else:
        skeleton = max(ranked, key=lambda s: (votes[drawn[s].skeleton], -_ORDER.index(s)))
        skeleton = drawn[skeleton].skeleton
    agreeing = [s for s in ranked if drawn[s].skeleton == skeleton]
    best = max(agreeing, key=lambda s: (drawn[s].n_stereo, _STEREO.index(s)))
    return drawn[best], tuple(agreeing)


def read_exemptions(path: Path) -> list[dict[str, Any]]:
    """The structures that share a listed connectivity and are expressly not listed."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def write(entries: list[Entry], exempt: list[dict[str, Any]]) -> list[str]:
    """Write one file a list and the exemptions; returns every name written."""
    DATA.mkdir(exist_ok=True)
    names: list[str] = []
    for plan in PLANS:
        own = [e for e in entries if e.plan is plan]
        info = {
            "id": plan.id,
            "title": plan.title,
            "jurisdiction": plan.jurisdiction,
            "citation": plan.citation,
            "edition": plan.edition,
            "n_regulation": len(own) + len(plan.missing),
            "n_covered": len(own),
        }
        lines = [json.dumps(info, ensure_ascii=False)]
        for entry in own:
            lines.append(json.dumps(raw(entry), ensure_ascii=False, separators=(",", ":")))
            names += [entry.row.name, *(t for texts in entry.names.values() for t in texts)]
        (DATA / f"{plan.id}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = "".join(json.dumps(e, ensure_ascii=False) + "\n" for e in exempt)
    (DATA / "exemptions.jsonl").write_text(text, encoding="utf-8")
    return names


def read_members() -> list[Entry]:
    """The hand-written members of generic families, under the rule they must fall under."""
    plan = ListPlan("class-members", ("class-members.tsv",), "", "several", "", "")
    return [Entry(plan, row) for row in read_table(TABLES / "class-members.tsv")]


def check_members(members: list[Entry]) -> None:
    """Refuse a member whose structure its rule does not hit."""
    strangers = []
    for entry in members:
        rule = entry.row.about["rule"]
        mol = Chem.MolFromSmiles(entry.structure.smiles) if entry.structure else None
        if mol is None or rule not in {r.id for r in class_hits(mol)}:
            strangers.append(f"{entry.row.where}: {entry.row.name!r} is no member of {rule!r}")
    if strangers:
        raise BuildError("\n".join(strangers))


def write_members(
    members: list[Entry], derived: list[Derived], compounds: Compounds, words: Words
) -> list[str]:
    """Write the names of class members; returns them."""
    rules = {rule.id: rule for rule in RULES}
    written: list[str] = []
    lines = []
    for entry in members:
        line = member_line(entry.row.name, rules[entry.row.about["rule"]], entry.cas)
        if entry.structure is not None:
            s = entry.structure
            line["structures"] = [[s.smiles, s.inchikey, s.formula, list(entry.sources)]]
        if entry.flags:
            line["flags"] = entry.flags
        line["names"] = {group: list(texts) for group, texts in entry.names.items() if texts}
        written += [entry.row.name, *(t for texts in entry.names.values() for t in texts)]
        lines.append(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
    for name, smiles in read_leads():
        mol = Chem.MolFromSmiles(smiles)
        hits = class_hits(mol) if mol is not None else []
        if hits and cleaned(name) and not words.forbids(name):
            best = max(hits, key=lambda rule: rule.level.rank)
            lines.append(json.dumps(member_line(name, best, []), separators=(",", ":")))
            written.append(name)
    listed = {d.compound.inchikey[:14] for d in derived}
    for item in derived:
        rule, compound = item.rule, item.compound
        names = [] if rule is None else member_names(compound, compounds, words, listed)
        if rule is None or not names:
            continue
        written += names
        preferred = next(iter(names[1:3]), names[0])
        line = member_line(preferred, rule, [compound.cas])
        line["names"] = {"common": [n for n in names if n != preferred]}
        lines.append(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
    info = {
        "id": "class-members",
        "title": "Known members of the generic families",
        "jurisdiction": "several",
        "citation": "the class rules of the packaged lists",
        "edition": PLANS[0].edition,
        "n_regulation": len(lines),
        "n_covered": len(lines),
    }
    text = "\n".join([json.dumps(info), *lines]) + "\n"
    (DATA / "class-members.jsonl").write_text(text, encoding="utf-8")
    return written


def member_line(name: str, rule: ClassRule, cas: list[str]) -> dict[str, Any]:
    """The line of a class member, which carries the list and edition of its rule."""
    return {
        "name": name,
        "code": rule.citation,
        "schedule": rule.schedule,
        "level": rule.level.value,
        "citation": rule.citation,
        "scope": "s",
        "list": rule.list,
        "jurisdiction": rule.jurisdiction,
        "edition": rule.edition,
        "cas": list(dict.fromkeys(cas)),
    }


def member_names(
    compound: Compound, compounds: Compounds, words: Words, listed: set[str]
) -> list[str]:
    """The names of a class member that nothing else bears."""
    return [
        name
        for name in dict.fromkeys(filter(None, map(cleaned, compound.names)))
        if not words.forbids(name)
        and not words.is_short(name)
        and all(
            other is compound or other.inchikey[:14] in listed or "." in other.smiles
            for other in compounds.by_name.get(name.lower(), ())
        )
    ]


def raw(entry: Entry) -> dict[str, Any]:
    """An entry as it stands in a data file."""
    row = entry.row
    section = row.about["section"]
    number = f"DEA {row.number}" if row.number.isdigit() else row.number
    line: dict[str, Any] = {
        "name": row.name,
        "code": f"{section}, {number}" if number else section,
        "schedule": row.about["schedule"],
        "level": row.about["level"],
        "citation": row.about.get("citation", section),
        "scope": entry.scope,
        "cas": list(dict.fromkeys(entry.cas)),
    }
    if entry.flags:
        line["flags"] = entry.flags
    if entry.structure is not None:
        s = entry.structure
        line["structures"] = [[s.smiles, s.inchikey, s.formula, list(entry.sources)]] + [
            [d.smiles, d.inchikey, d.formula, ["table"]] for d in entry.other_drawings
        ]
    line["names"] = {group: list(texts) for group, texts in entry.names.items() if texts}
    return line


def report(entries: list[Entry], notes: list[str], n_innocent: int, *, verbose: bool) -> None:
    """Write the counts into SOURCES.md and print them, with what needs a look."""
    table = [
        "| list | edition | entries | covered | structures | one source | names |",
        "|---|---|---|---|---|---|---|",
    ]
    for plan in PLANS:
        own = [e for e in entries if e.plan is plan]
        drawn = [e for e in own if e.structure]
        single = sum(len(e.sources) == 1 for e in drawn)
        n_names = sum(1 + sum(map(len, e.names.values())) for e in own)
        counts = (len(own) + len(plan.missing), len(own), len(drawn), single, n_names)
        table.append(f"| {plan.id} | {plan.edition} | " + " | ".join(map(str, counts)) + " |")
    page = DATA / "SOURCES.md"
    head, rest = page.read_text(encoding="utf-8").split(_COUNTS)
    tail = rest.split(_END_OF_COUNTS)[1]
    text = "\n".join(table)
    page.write_text(f"{head}{_COUNTS}\n{text}\n{_END_OF_COUNTS}{tail}", encoding="utf-8")
    sys.stdout.write(f"{text}\ninnocent names {n_innocent}\n")
    clashes = [n for n in notes if n.startswith("CLASH")]
    for note in notes if verbose else clashes:
        sys.stdout.write(note + "\n")
    if clashes:
        raise BuildError(f"{len(clashes)} names belong to a substance that is not listed")


_COUNTS = "<!-- counts: written by lists.build -->"
_END_OF_COUNTS = "<!-- end of counts -->"


if __name__ == "__main__":
    main(sys.argv[1:])
