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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lists.clashes import Words, innocent_names, is_plain_word
from lists.compounds import Compounds, Drawn, draw, folded, read_medchem, read_opsin
from lists.derived import Derived, by_parent, find_derived
from lists.spelling import cleaned, inflected
from lists.tables import SourceRow, read_table

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
    n_regulation: int
    """Entries by the regulation's own numbering, counted by hand in SOURCES.md."""
    n_missing: int = 0
    """Of those, the ones that have no entry; named in SOURCES.md."""


PLANS = (
    ListPlan(
        "us-csa",
        ("us-csa-1.tsv", "us-csa-2.tsv", "us-csa-4.tsv"),
        "US Controlled Substances Act, schedules I-V",
        "US",
        "21 CFR 1308.11-1308.15",
        "2026-04-01",
        0,
    ),
    ListPlan(
        "us-chemicals",
        ("us-chemicals.tsv",),
        "US listed chemicals, List I and List II",
        "US",
        "21 CFR 1310.02",
        "2025-06-03",
        0,
    ),
    ListPlan(
        "cwc",
        ("cwc.tsv",),
        "Chemical Weapons Convention, schedules 1-3",
        "international",
        "CWC Annex on Chemicals",
        "2020-06-07",
        0,
    ),
    ListPlan(
        "atf",
        ("atf.tsv",),
        "ATF List of Explosive Materials",
        "US",
        "18 U.S.C. 841(d); 27 CFR 555.23",
        "2022-12-20",
        0,
    ),
    ListPlan(
        "eu-precursors",
        ("eu-precursors.tsv",),
        "EU explosives precursors",
        "EU",
        "Regulation (EU) 2019/1148, Annexes I and II",
        "2021-02-01",
        0,
    ),
    ListPlan(
        "australia-group",
        ("australia-group.tsv",),
        "Australia Group chemical weapons precursors",
        "Australia Group",
        "Australia Group Export Control List: Chemical Weapons Precursors",
        "2023-01-01",
        0,
    ),
    ListPlan(
        "stockholm",
        ("stockholm.tsv",),
        "Stockholm Convention on persistent organic pollutants",
        "international",
        "Stockholm Convention, Annexes A, B and C",
        "2025-05-09",
        0,
    ),
    ListPlan(
        "rotterdam",
        ("rotterdam.tsv",),
        "Rotterdam Convention on prior informed consent",
        "international",
        "Rotterdam Convention, Annex III",
        "2025-05-09",
        0,
    ),
)


@dataclass
class Entry:
    """One entry while it is built."""

    plan: ListPlan
    row: SourceRow
    structure: Drawn | None = None
    sources: tuple[str, ...] = ()
    cas: list[str] = field(default_factory=list)
    names: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def scope(self) -> str:
        """Letters of the law's scope."""
        return self.row.about.get("scope", "")


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
    notes = find_structures(entries, compounds)
    exempt = read_exemptions(TABLES / "exemptions.jsonl")
    words = Words.load(TABLES)
    derived = list(find_derived(compounds, *reach(entries)))
    notes += find_names(entries, compounds, {e["inchikey"] for e in exempt}, words, derived)
    written = write(entries, exempt)
    written += write_members(derived, compounds, words)
    innocent = innocent_names(written, compounds)
    (DATA / "innocent_names.txt").write_text("\n".join(innocent) + "\n", encoding="utf-8")
    report(entries, notes, len(innocent), verbose="-v" in arguments)


def find_structures(entries: list[Entry], compounds: Compounds) -> list[str]:
    """Give every entry the structure that its sources agree on; returns what needs a look."""
    medchem = read_medchem()
    opsin = read_opsin(sorted({e.row.systematic for e in entries if e.row.systematic}))
    notes = []
    for entry in entries:
        row = entry.row
        drawn: dict[str, Drawn] = {}
        if row.smiles:
            own = draw(row.smiles)
            if own is None:
                raise BuildError(f"{row.where}: {row.smiles!r} of {row.name!r} is no structure")
            drawn["table"] = own
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
            against = {s: d.smiles for s, d in drawn.items() if s not in entry.sources}
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


def find_names(
    entries: list[Entry],
    compounds: Compounds,
    exempt: set[str],
    words: Words,
    derived: list[Derived],
) -> list[str]:
    """Give every entry its names: the table's, the databases', and their inflections."""
    notes: list[str] = []
    listed_keys = {e.structure.inchikey for e in entries if e.structure}
    listed_skeletons = {k[:14] for k in listed_keys} | {d.compound.inchikey[:14] for d in derived}
    kin = by_parent(derived)
    own_cas = {e.row.cas for e in entries if e.row.cas}
    listed_skeletons |= own_cas
    for entry in entries:
        row = entry.row
        for name in row.names:
            _put(entry, name.kind + name.flags, name.text)
            if name.kind == "inn" and not name.flags:
                for text in inflected(name.text):
                    _put(entry, "foreign", text)
        if row.systematic:
            _put(entry, "iupac", row.systematic)
        if row.cas:
            entry.cas.append(row.cas)
        found = list(synonyms(entry, compounds, listed_keys - exempt, exempt))
        if entry.structure and entry.scope.strip("sxi"):
            found += [(c, False) for c in kin.get(entry.structure.skeleton, ())]
        for compound, exact in found:
            if compound.cas not in own_cas or compound.cas == row.cas:
                entry.cas.append(compound.cas)
            for ordinal, raw in enumerate(compound.names):
                name = cleaned(raw)
                if name is None or words.forbids(name):
                    continue
                if other := _other_owner(name, compounds, listed_skeletons, exempt):
                    if ordinal < 2 and exact:
                        notes.append(f"{row.where}: {name!r} of {row.name!r} is also {other}")
                    continue
                kind = "iupac" if ordinal == 0 else "common"
                _put(entry, kind + ("?" if words.is_short(name) else ""), name)
        for name in row.names:
            if name.kind in ("inn", "iupac", "common") and not name.flags:
                other = _other_owner(
                    name.text.lower(), compounds, listed_skeletons, exempt, main=True
                )
                if other and folded(name.text) not in words.accepted:
                    notes.append(f"CLASH {row.where}: {name.text!r} of {row.name!r} is {other}")
    return notes


def _other_owner(
    name: str, compounds: Compounds, listed: set[str], exempt: set[str], *, main: bool = False
) -> str | None:
    """Another substance of that name that no list knows; with ``main``, as its first names only.

    ``listed`` holds connectivities and CAS numbers.
    """
    for compound in compounds.by_name.get(name.lower(), ()):
        known = compound.inchikey[:14] in listed or compound.cas in listed
        if known and compound.inchikey not in exempt:
            continue
        if "." in compound.smiles:
            continue
        if not main or name.lower() in {n.lower() for n in compound.names[:2]}:
            return f"{compound.names[min(1, len(compound.names) - 1)]} ({compound.cas})"
    return None


def synonyms(
    entry: Entry, compounds: Compounds, listed_keys: set[str], exempt: set[str]
) -> Iterable[tuple[Any, bool]]:
    """The database rows that are the entry's substance, an isomer or a salt in its scope."""
    known = compounds.by_cas.get(entry.row.cas)
    if entry.structure is None:
        if known is not None:
            yield known, True
        return
    key = entry.structure.inchikey
    if known is not None and known.inchikey[:14] != key[:14]:
        # Another drawing of it (a tautomer, a charge), if the row bears the entry's own name.
        own = {folded(n.text) for n in entry.row.names} | {folded(entry.row.name)}
        if own & {folded(n) for n in known.names}:
            yield known, True
    for compound in compounds.by_skeleton.get(key[:14], ()):
        same = compound.inchikey == key or compound.cas == entry.row.cas
        flat = "-UHFFFAOYSA-" in compound.inchikey or "-UHFFFAOYSA-" in key
        mine = same or compound.inchikey not in listed_keys
        if compound.inchikey not in exempt and mine and (same or flat or "i" in entry.scope):
            yield compound, same
    if "s" in entry.scope:
        for compound in compounds.salts.get(key[:14], ()):
            if compound.inchikey not in exempt and compound.inchikey not in listed_keys:
                yield compound, False


def _put(entry: Entry, group: str, text: str) -> None:
    seen = {folded(entry.row.name)} | {folded(t) for texts in entry.names.values() for t in texts}
    if (key := folded(text)) and key not in seen:
        entry.names[group][text] = None


def read_exemptions(path: Path) -> list[dict[str, Any]]:
    """The structures that share a listed connectivity and are expressly not listed."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def write(entries: list[Entry], exempt: list[dict[str, Any]]) -> list[str]:
    """Write one file a list and the exemptions; returns every name written."""
    DATA.mkdir(exist_ok=True)
    names: list[str] = []
    for plan in PLANS:
        own = [e for e in entries if e.plan is plan]
        n_regulation = plan.n_regulation or len(own)
        info = {
            "id": plan.id,
            "title": plan.title,
            "jurisdiction": plan.jurisdiction,
            "citation": plan.citation,
            "edition": plan.edition,
            "n_regulation": n_regulation,
            "n_covered": n_regulation - plan.n_missing,
        }
        lines = [json.dumps(info, ensure_ascii=False)]
        for entry in own:
            lines.append(json.dumps(raw(entry), ensure_ascii=False, separators=(",", ":")))
            names += [entry.row.name, *(t for texts in entry.names.values() for t in texts)]
        (DATA / f"{plan.id}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = "".join(json.dumps(e, ensure_ascii=False) + "\n" for e in exempt)
    (DATA / "exemptions.jsonl").write_text(text, encoding="utf-8")
    return names


def write_members(derived: list[Derived], compounds: Compounds, words: Words) -> list[str]:
    """Write the names of class members; returns them."""
    listed = {d.compound.inchikey[:14] for d in derived}
    written: list[str] = []
    lines = []
    for item in derived:
        rule, compound = item.rule, item.compound
        if rule is None:
            continue
        names = [
            n
            for n in dict.fromkeys(filter(None, map(cleaned, compound.names)))
            if not words.forbids(n)
            and not words.is_short(n)
            and not any(
                c.inchikey[:14] not in listed and "." not in c.smiles
                for c in compounds.by_name.get(n.lower(), ())
                if c is not compound
            )
        ]
        if not names:
            continue
        written += names
        preferred = next((n for n in names[1:3]), names[0])
        line = {
            "name": preferred,
            "code": rule.citation,
            "schedule": rule.schedule,
            "level": rule.level.value,
            "citation": rule.citation,
            "scope": "s",
            "list": rule.list,
            "jurisdiction": rule.jurisdiction,
            "edition": rule.edition,
            "cas": [compound.cas],
            "names": {"common": [n for n in names if n != preferred]},
        }
        lines.append(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
    info = {
        "id": "class-members",
        "title": "Known members of the generic families",
        "jurisdiction": "several",
        "citation": "the class rules of the packaged lists",
        "edition": "2026-04-01",
        "n_regulation": len(lines),
        "n_covered": len(lines),
    }
    text = "\n".join([json.dumps(info), *lines]) + "\n"
    (DATA / "class-members.jsonl").write_text(text, encoding="utf-8")
    return written


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
    if is_plain_word(row.name):
        line["flags"] = "?"
    if entry.structure is not None:
        s = entry.structure
        line["structures"] = [[s.smiles, s.inchikey, s.formula, list(entry.sources)]]
    line["names"] = {group: list(texts) for group, texts in entry.names.items() if texts}
    return line


def report(entries: list[Entry], notes: list[str], n_innocent: int, *, verbose: bool) -> None:
    """Print the counts of the build, and what needs a look."""
    for plan in PLANS:
        own = [e for e in entries if e.plan is plan]
        with_structure = [e for e in own if e.structure]
        single = [e for e in with_structure if len(e.sources) == 1]
        n_names = sum(1 + sum(map(len, e.names.values())) for e in own)
        sys.stdout.write(
            f"{plan.id:16} entries {len(own):4}  structures {len(with_structure):4}  "
            f"one source {len(single):4}  names {n_names:6}\n"
        )
    sys.stdout.write(f"innocent names {n_innocent}\n")
    clashes = [n for n in notes if n.startswith("CLASH")]
    for note in notes if verbose else clashes:
        sys.stdout.write(note + "\n")
    if clashes:
        raise BuildError(f"{len(clashes)} names belong to a substance that is not listed")


if __name__ == "__main__":
    main(sys.argv[1:])
