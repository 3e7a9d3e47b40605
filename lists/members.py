"""Known members of the generic families: written by hand, told by databases, found by structure."""

from __future__ import annotations

import json
from typing import Any

from rdkit import Chem

from lists.clashes import Words
from lists.compounds import Compound, Compounds, read_leads
from lists.derived import Derived
from lists.entries import DATA, PLANS, TABLES, BuildError, Entry, ListPlan
from lists.spelling import cleaned
from lists.tables import read_table
from safety.families import RULES, ClassRule, class_hits


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
