"""All listed structures, and what a fragment has to do with one of them.

A fragment is compared with the listed structures of its own formula only, and those are read when
they are first needed: most formulae are on no list, and then nothing at all is computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal

from safety.errors import ListInvalid, StructureError
from safety.kinship import (
    compare_stereo,
    differ_by_protons,
    ester_parents,
    ether_parents,
    is_fully_defined,
    mirror_image,
)
from safety.lists import ListSet
from safety.molecule import Fragment, Molecule, inchikey_of, read_smiles
from safety.substance import Level

StructureHow = Literal[
    "structure",
    "inchikey",
    "salt",
    "diastereomer",
    "stereoisomer",
    "tautomer",
    "ester",
    "ether",
    "similar",
]


@dataclass(frozen=True, slots=True)
class StructureMatch:
    """What a fragment has to do with a listed entry."""

    entry: int
    how: StructureHow
    score: float = 1.0

    @property
    def is_exact(self) -> bool:
        """Whether it is the listed substance itself, its salt, or its ester or ether by law."""
        return self.how not in ("stereoisomer", "tautomer", "similar")


class _Listed:
    """A listed structure without what makes it a salt, read when it is first compared."""

    __slots__ = ("_fragment", "_smiles", "entry")

    def __init__(self, entry: int, smiles: str, fragment: Fragment | None = None) -> None:
        self.entry = entry
        self._smiles = smiles
        self._fragment = fragment

    @property
    def fragment(self) -> Fragment:
        if self._fragment is None:
            (self._fragment,) = read_smiles(self._smiles).fragments
        return self._fragment


# One uncharged fragment of common elements: the formula in the list is that of the fragment.
_NOT_PLAIN = re.compile(r"[.*+]|\[(?:\d|[A-Z][a-z])|\[H|[+-]\d*$|-[\]]")
# What makes a salt of a base or an acid and says nothing by itself.
_SALT_FORMERS = frozenset(
    """Cl Br I F O=S(=O)(O)O O=[N+]([O-])O O=P(O)(O)O CS(=O)(=O)O Cc1ccc(S(=O)(=O)O)cc1
    O=S(=O)(O)c1ccccc1 O=C(O)C=CC(=O)O O=C(O)C(=O)O O=C(O)C(O)C(O)C(=O)O CC(=O)O CC(O)C(=O)O
    O=C(O)CC(O)(CC(=O)O)C(=O)O O=C(O)CCC(=O)O O=CO O=C(O)C(F)(F)F O=C(O)c1ccccc1O O=C(O)O
    O=C(O)c1ccccc1 O=C(O)CC(O)C(=O)O O [Na] [K] [Li] [Ca] [Mg] N [Zn] [Ba] [Cs]""".split()
)
# With these a harmless base becomes the listed thing: urea nitrate is on a list, urea is not.
_OXIDISERS = frozenset(
    {"O=[N+]([O-])O", "[O-][Cl+3]([O-])([O-])O", "[O-][Cl+2]([O-])O", "[N-]=[N+]=N", "O=NO"}
)
SIMILAR = 0.85
"""Tanimoto of Morgan fingerprints (radius 2, 2048 bits) from which a structure is similar."""
_SIMILAR_ATOMS = 12


def _parent(molecule: Molecule) -> Fragment | None:
    """The fragment that a listed structure is about; None where only the whole salt is."""
    if len(molecule.fragments) == 1:
        return molecule.fragments[0]
    if molecule.salt & _OXIDISERS:
        return None
    named = [f for f in molecule.fragments if f.flat not in _SALT_FORMERS]
    return named[0] if len(named) == 1 and named[0].is_organic else None


def _is_plain(smiles: str, formula: str) -> bool:
    return _NOT_PLAIN.search(smiles) is None and _NOT_PLAIN.search(formula) is None


class StructureIndex:
    """The listed structures by formula, key and fragments."""

    def __init__(self, lists: ListSet) -> None:
        self._lists = lists
        # The packaged structures wait until one is compared, since most questions hold none. A
        # person's own are read now: one that cannot be read stops everything, whatever is asked.
        for ordinal, smiles, formula in lists.structures():
            if ordinal >= lists.n_packaged and not _is_plain(smiles, formula):
                read_smiles(smiles)

    @cached_property
    def _read(self) -> tuple[dict[str, list[_Listed]], dict[str, list[tuple[frozenset[str], int]]]]:
        """The listed structures by formula, and the salts that count only as a whole."""
        by_formula: dict[str, list[_Listed]] = {}
        salts: dict[str, list[tuple[frozenset[str], int]]] = {}
        for ordinal, smiles, formula in self._lists.structures():
            if _is_plain(smiles, formula):
                by_formula.setdefault(formula, []).append(_Listed(ordinal, smiles))
                continue
            try:
                molecule = read_smiles(smiles)
            except StructureError as error:  # not to be taken for one in the text that is screened
                name = self._lists.entries[ordinal].name
                raise ListInvalid(f"a listed structure of {name!r} cannot be read") from error
            parent = _parent(molecule)
            if parent is not None:
                listed = _Listed(ordinal, smiles, parent)
                by_formula.setdefault(parent.formula, []).append(listed)
                continue
            parts = molecule.salt - {"O"}
            rarest = min(parts, key=lambda s: (s in _SALT_FORMERS, -len(s), s))
            salts.setdefault(rarest, []).append((parts, ordinal))
        return by_formula, salts

    @property
    def _by_formula(self) -> dict[str, list[_Listed]]:
        return self._read[0]

    def match(self, molecule: Molecule) -> list[StructureMatch]:
        """The listed entries that a molecule is, as a whole or in one of its fragments."""
        found = list(self._whole_salts(molecule))
        for fragment in named_fragments(molecule):
            found.extend(self.match_fragment(fragment))
        return found

    def match_fragment(self, fragment: Fragment) -> list[StructureMatch]:
        """The listed entries that a fragment is, or is a stereoisomer, tautomer or ester of."""
        exact: list[StructureMatch] = []
        near: list[StructureMatch] = []
        for listed in self._by_formula.get(fragment.formula, ()):
            how = _relation(fragment, listed.fragment)
            if how == "diastereomer" and not self._lists.entries[listed.entry].scope.isomers:
                how = "stereoisomer"
            if how is not None and not self._is_exempt(fragment, listed.entry):
                match = StructureMatch(listed.entry, how)
                (exact if match.is_exact else near).append(match)
        if exact:
            # What is itself listed is not called another substance's isomer as well.
            return [m for m in exact if m.how != "diastereomer"] or exact
        return [*self._derivatives(fragment), *near]

    def fragments_of(self, entry: int) -> list[Fragment]:
        """The listed structures of an entry without what makes them salts."""
        return self._fragments_by_entry.get(entry, [])

    def match_inchikey(self, key: str) -> list[StructureMatch]:
        """The listed entries with an InChIKey, a stereoisomer's, or a bare first block."""
        first = key[:14]
        if len(key) == 14:
            return [StructureMatch(e, "inchikey") for e in self._lists.skeletons.get(first, ())]
        exempt = self._lists.exemptions.get(key)
        exact, near = [], []
        for listed_key, ordinals in self._inchikeys_by_block.get(first, {}).items():
            for ordinal in ordinals:
                if exempt is not None and self._lists.entries[ordinal].list in exempt.lists:
                    continue
                # Blocks "UHFFFAOYSA" and "UHFFFAOYNA" say that no stereo is given.
                # Copies often lack the last letters.
                same = listed_key.startswith(key[:25]) or "UHFFFAOY" in key[15:23]
                if same or "UHFFFAOY" in listed_key[15:23]:
                    exact.append(StructureMatch(ordinal, "inchikey"))
                else:
                    near.append(StructureMatch(ordinal, self._key_relation(ordinal, key)))
        exact.extend(m for m in near if m.is_exact)
        return exact or near

    def _key_relation(self, entry: int, key: str) -> StructureHow:
        """Whether a key with other stereo is the mirror image or another isomer that law names."""
        if not self._lists.entries[entry].scope.isomers:
            return "stereoisomer"
        mirrors = [mirror_image(f).inchikey for f in self.fragments_of(entry)]
        return "stereoisomer" if any(m[:25] == key[:25] for m in mirrors) else "diastereomer"

    def match_inchi(self, inchi: str) -> list[StructureMatch]:
        """The listed entries with the InChIKey of an InChI: InChI does not tell tautomers."""
        key = inchikey_of(inchi)
        return [m for m in self.match_inchikey(key) if m.is_exact] if key else []

    def similar(self, fragment: Fragment) -> StructureMatch | None:
        """The most similar listed substance of a blocked level, if it is near enough."""
        if fragment.n_heavy < _SIMILAR_ATOMS:
            return None
        fingerprints, ordinals = self._fingerprints
        if not ordinals:
            return None
        from rdkit import DataStructs

        print_ = _fingerprint_maker().GetFingerprint(fragment.mol)
        scores = DataStructs.BulkTanimotoSimilarity(print_, fingerprints)
        score = max(scores)
        if score < SIMILAR:
            return None
        entry = ordinals[scores.index(score)]
        if self._is_exempt(fragment, entry):
            return None
        return StructureMatch(entry, "similar", round(float(score), 3))

    def _whole_salts(self, molecule: Molecule) -> Iterator[StructureMatch]:
        if len(molecule.fragments) < 2:
            return
        salt = molecule.salt
        for flat in salt:
            for parts, ordinal in self._read[1].get(flat, ()):
                if parts <= salt:
                    yield StructureMatch(ordinal, "salt")

    def _derivatives(self, fragment: Fragment) -> Iterator[StructureMatch]:
        """Esters and ethers of entries whose law takes them in."""
        for how, parents, scoped in (
            ("ester", ester_parents, self._scoped["e"]),
            ("ether", ether_parents, self._scoped["o"]),
        ):
            if not scoped or "O" not in fragment.flat:
                continue
            for parent in parents(fragment, scoped):
                for listed in scoped.get(parent.formula, ()):
                    relation = _relation(parent, listed.fragment)
                    if relation == "structure" and not self._is_exempt(fragment, listed.entry):
                        yield StructureMatch(listed.entry, how)  # type: ignore[arg-type]

    def _is_exempt(self, fragment: Fragment, entry: int) -> bool:
        if entry not in self._with_exemptions:
            return False
        exempt = self._lists.exemptions.get(fragment.inchikey)
        return exempt is not None and self._lists.entries[entry].list in exempt.lists

    @cached_property
    def _with_exemptions(self) -> frozenset[int]:
        """The entries that share their connectivity with something exempt."""
        skeletons = self._lists.skeletons
        return frozenset(e for key in self._lists.exemptions for e in skeletons.get(key[:14], ()))

    @cached_property
    def _fragments_by_entry(self) -> dict[int, list[Fragment]]:
        found: dict[int, list[Fragment]] = {}
        for group in self._by_formula.values():
            for listed in group:
                found.setdefault(listed.entry, []).append(listed.fragment)
        return found

    @cached_property
    def _scoped(self) -> Mapping[str, dict[str, list[_Listed]]]:
        scoped: dict[str, dict[str, list[_Listed]]] = {"e": {}, "o": {}}
        for formula, group in self._by_formula.items():
            for listed in group:
                scope = self._lists.entries[listed.entry].scope
                if listed.fragment.n_heavy < 5:
                    continue
                if scope.esters:
                    scoped["e"].setdefault(formula, []).append(listed)
                if scope.ethers:
                    scoped["o"].setdefault(formula, []).append(listed)
        return scoped

    @cached_property
    def _inchikeys_by_block(self) -> dict[str, dict[str, tuple[int, ...]]]:
        found: dict[str, dict[str, tuple[int, ...]]] = {}
        for key, ordinals in self._lists.inchikeys.items():
            found.setdefault(key[:14], {})[key] = ordinals
        return found

    @cached_property
    def _fingerprints(self) -> tuple[list[Any], list[int]]:
        prints, ordinals = [], []
        for group in self._by_formula.values():
            for listed in group:
                if self._lists.level(listed.entry) is not Level.BLOCK:
                    continue
                if listed.fragment.n_heavy >= _SIMILAR_ATOMS:
                    prints.append(_fingerprint_maker().GetFingerprint(listed.fragment.mol))
                    ordinals.append(listed.entry)
        return prints, ordinals


@cache
def _fingerprint_maker() -> Any:
    # This module of RDKit imports numpy, which takes longer than all the rest of the screening.
    from rdkit.Chem import rdFingerprintGenerator

    return rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)


def named_fragments(molecule: Molecule) -> list[Fragment]:
    """The fragments that are looked up by themselves.

    In a salt the counter-ion is not asked for: the iodide of an ordinary ammonium salt is no
    hydriodic acid. A salt former that stands beside no base or ion is a reagent and is.
    """
    # The metal of a salt is not the metal: aluminium hydroxide is no aluminium powder.
    fragments = [f for f in molecule.fragments if not (f.charged and f.smiles.startswith("[")
                 and f.n_heavy == 1)]  # fmt: skip
    if len(molecule.fragments) < 2:
        return fragments
    others = [f for f in fragments if f.flat not in _SALT_FORMERS]
    makes_salts = any(f.charged or f.has_basic_nitrogen for f in others)
    if not makes_salts:
        return [f for f in fragments if not (f.charged and f.flat in _SALT_FORMERS)]
    return others


def _relation(found: Fragment, listed: Fragment) -> StructureHow | None:
    """What two fragments of one formula are to each other."""
    if found.smiles == listed.smiles:
        return "structure"
    if found.flat == listed.flat:
        stereo = compare_stereo(found, listed)
        if stereo == "mirror" and is_fully_defined(listed):
            return "stereoisomer"
        stereo = "other" if stereo == "mirror" else stereo
        return "diastereomer" if stereo == "other" else "structure"
    if found.skeleton != listed.skeleton:
        return None
    if found.hydrogen_map == listed.hydrogen_map:
        return "structure"  # another resonance form
    if differ_by_protons(found, listed):
        return "tautomer"
    same_key = found.inchikey[:14] == listed.inchikey[:14] != ""
    return "tautomer" if same_key else None
