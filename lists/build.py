"""Build ``safety/data`` from the source tables: ``python -m lists.build``.

Reads ``lists/tables``, asks `chemicals`, `medchem` and OPSIN (Java) for second opinions on every
structure, bakes in every synonym, and writes one file a list, the exemptions, the innocent names
and the counts for SOURCES.md. It refuses a CAS number with a wrong check digit, a hand-written name
that belongs to a medicine or solvent which is not listed, and a structure that cannot be read.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lists.clashes import Words, innocent_names
from lists.compounds import (
    Compounds,
    Drawn,
    draw,
    folded,
    read_medchem,
    read_medicines,
    read_opsin,
)
from lists.derived import find_derived
from lists.entries import DATA, HERE, PLANS, TABLES, BuildError, Entry
from lists.members import check_members, read_members, write_members
from lists.naming import Names
from lists.tables import read_table


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
