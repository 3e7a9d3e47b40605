"""Which names an entry gets: the table's, the databases', and their inflections and variants.

A name of a database is refused when it is an ordinary word, when another substance that is not
listed bears it too, when the tables give it to another entry, or when OPSIN reads it as the name of
another compound.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rdkit import Chem

from lists.clashes import Words
from lists.compounds import Compound, Compounds, draw, folded, organic_parent, read_opsin
from lists.derived import Derived, by_parent
from lists.spelling import cleaned, fentanyl_names, inflected, variants

if TYPE_CHECKING:
    from lists.entries import Entry


_SHORTEST = 12  # characters; a shorter name made from a structure may be an ordinary one


def systematic_name(smiles: str) -> str | None:
    """The systematic name that openclatura makes of a structure, without its stereo; or None.

    Others write it so too: the name of a database that is made by rule. Stereo is left out, since
    a name without it keeps the entry's level.
    """
    import openclatura

    flat = Chem.MolFromSmiles(smiles)
    if flat is None:
        return None
    Chem.RemoveStereochemistry(flat)
    try:
        name = str(openclatura.name_smiles(Chem.MolToSmiles(flat)))
    except Exception:  # it tells what it cannot name by errors of many kinds
        return None
    has_locant = any(c.isdigit() for c in name)
    return name if len(name) >= _SHORTEST and has_locant else None


@dataclass
class Names:
    """What the naming of entries starts from, and what it finds worth a look."""

    entries: list[Entry]
    compounds: Compounds
    exempt: dict[str, str]
    """Full InChIKeys that share a listed connectivity and are not listed, with their names."""
    medicines: dict[str, tuple[str, ...]]
    """Names of medicines, folded, to their other names."""
    words: Words
    derived: list[Derived]
    notes: list[str] = field(default_factory=list)
    n_misread: int = 0

    def __post_init__(self) -> None:
        drawn = [d for e in self.entries for d in e.drawings]
        self.keys = {d.inchikey for d in drawn} - self.exempt.keys()
        self.exempt_names = tuple(n.lower() for n in self.exempt.values())
        self.known = {d.skeleton for d in drawn}
        self.known |= {d.compound.inchikey[:14] for d in self.derived}
        self.known |= {e.row.cas for e in self.entries if e.row.cas}
        self.own_cas = {e.row.cas for e in self.entries if e.row.cas}
        self.kin = by_parent(self.derived)
        self.owners: dict[str, set[str]] = defaultdict(set)
        for entry in self.entries:
            for text in (entry.row.name, *(n.text for n in entry.row.names)):
                self.owners[folded(text)].add(entry.identity)

    def give(self) -> None:
        """Give every entry its names and CAS numbers."""
        found = {id(e): list(self._rows(e)) for e in self.entries}
        texts = {
            name
            for rows in found.values()
            for compound, _ in rows
            for raw in compound.names
            if (name := cleaned(raw)) is not None
        }
        made = {
            drawn.smiles: name
            for entry in self.entries
            for drawn in entry.drawings
            if (name := systematic_name(drawn.smiles)) is not None
        }
        readings = read_opsin(sorted(texts | set(made.values())))
        for entry in self.entries:
            self._hand_written(entry)
            self._systematic(entry, made, readings)
            for compound, exact in found[id(entry)]:
                self._from_database(entry, compound, exact, readings)
            if entry.row.number == "9850":
                for text in fentanyl_names():
                    entry.put("common", text)

    def _hand_written(self, entry: Entry) -> None:
        row = entry.row
        for name in row.names:
            entry.put(name.kind + name.flags, name.text)
            if name.kind == "inn" and not name.flags:
                for text in inflected(name.text):
                    if folded(text) not in self.owners:
                        entry.put("foreign", text)
        if row.systematic:
            entry.put("iupac", row.systematic)
            for text in variants(row.systematic):
                entry.put("iupac", text)
        if row.cas:
            entry.cas.append(row.cas)
        for name in row.names:
            if name.kind in ("inn", "iupac", "common") and not name.flags:
                other = self._other_owner(name.text, main=True)
                if other and folded(name.text) not in self.words.accepted:
                    self.notes.append(
                        f"CLASH {row.where}: {name.text!r} of {row.name!r} is {other}"
                    )

    def _systematic(self, entry: Entry, made: dict[str, str], readings: dict[str, str]) -> None:
        """Names made from the entry's structures, where OPSIN reads them back as the same."""
        for drawn in entry.drawings:
            name = made.get(drawn.smiles)
            if name is None or name not in readings or self._is_exempt(name):
                continue
            back = draw(readings[name])
            if back is not None and back.skeleton == drawn.skeleton and not self._other_owner(name):
                entry.put("iupac", name)

    def _from_database(
        self, entry: Entry, compound: Compound, exact: bool, readings: dict[str, str]
    ) -> None:
        if compound.cas and (compound.cas not in self.own_cas or compound.cas == entry.row.cas):
            entry.cas.append(compound.cas)
        for ordinal, raw in enumerate(compound.names):
            name = cleaned(raw)
            if name is None or self.words.forbids(name) or self._is_exempt(name):
                continue
            owners = self.owners.get(folded(name))
            if owners and entry.identity not in owners:
                continue
            if other := self._other_owner(name):
                if ordinal < 2 and exact:
                    self.notes.append(f"{entry.row.where}: {name!r} is also {other}")
                continue
            if name in readings and not self._is_same(readings[name], entry, compound):
                self.n_misread += 1
                continue
            kind = "iupac" if ordinal == 0 and compound.cas else "common"
            entry.put(kind + ("?" if self.words.is_short(name) else ""), name)

    def _is_exempt(self, name: str) -> bool:
        words = re.findall(r"[^\W\d_]+", name.lower())
        return any(word.startswith(self.exempt_names) for word in words)

    def _is_same(self, smiles: str, entry: Entry, compound: Compound) -> bool:
        """Whether what OPSIN reads is the entry, or the database's row, or a salt of either."""
        drawn = draw(smiles)
        if drawn is None:
            return True
        keys = {d.skeleton for d in entry.drawings} | {compound.inchikey[:14]}
        if drawn.skeleton in keys:
            return True
        parent = organic_parent(smiles)
        own = organic_parent(compound.smiles)
        return parent is not None and (parent[:14] in keys or parent == own)

    def _other_owner(self, name: str, *, main: bool = False) -> str | None:
        """Another substance of that name that no list knows; with ``main``, as its first names."""
        for compound in self.compounds.by_name.get(name.lower(), ()):
            known = compound.inchikey[:14] in self.known or compound.cas in self.known
            if known and compound.inchikey not in self.exempt:
                continue
            if "." in compound.smiles:
                continue
            if not main or name.lower() in {n.lower() for n in compound.names[:2]}:
                return f"{compound.names[min(1, len(compound.names) - 1)]} ({compound.cas})"
        return None

    def _rows(self, entry: Entry) -> Iterator[tuple[Compound, bool]]:
        """The database rows that are the entry's substance, an isomer or a salt in its scope."""
        known = self.compounds.by_cas.get(entry.row.cas)
        if not entry.drawings:
            if known is not None:
                yield known, True
            return
        yield from self._tautomers(entry, known)
        yield from self._medicines(entry)
        for drawn in entry.drawings:
            yield from self._isomers(entry, drawn.inchikey)
            if "s" in entry.scope:
                for compound, parent in self.compounds.salts.get(drawn.skeleton, ()):
                    if self._may_lend(compound) and parent not in self.exempt:
                        yield compound, False
            if set("eo") & set(entry.scope):
                for compound in self.kin.get(drawn.skeleton, ()):
                    yield compound, False

    def _tautomers(self, entry: Entry, known: Compound | None) -> Iterable[tuple[Compound, bool]]:
        """The row of the entry's CAS number in another drawing, if it bears the entry's name."""
        if known is None or known.inchikey[:14] in {d.skeleton for d in entry.drawings}:
            return
        own = {folded(n.text) for n in entry.row.names} | {folded(entry.row.name)}
        if own & {folded(n) for n in known.names}:
            yield known, True

    def _may_lend(self, compound: Compound) -> bool:
        """Whether a row is on no list by itself and is not the exempt form of one that is."""
        if compound.inchikey in self.exempt or compound.inchikey in self.keys:
            return False
        return not any(map(self._is_exempt, compound.names))

    def _medicines(self, entry: Entry) -> Iterator[tuple[Compound, bool]]:
        """What a list of medicines calls the entry besides its own names."""
        own = {folded(n.text) for n in entry.row.names if n.kind in ("inn", "common", "iupac")}
        for key in own | {folded(entry.row.name)}:
            names = self.medicines.get(key)
            if names and entry.structure:
                yield Compound("", entry.structure.smiles, entry.structure.inchikey, names), False

    def _isomers(self, entry: Entry, key: str) -> Iterable[tuple[Compound, bool]]:
        for compound in self.compounds.by_skeleton.get(key[:14], ()):
            same = compound.inchikey == key or compound.cas == entry.row.cas
            flat = "-UHFFFAOYSA-" in compound.inchikey or "-UHFFFAOYSA-" in key
            mine = same or compound.inchikey not in self.keys
            if (
                compound.inchikey not in self.exempt
                and mine
                and (same or flat or "i" in entry.scope)
            ):
                yield compound, same
