from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem

from safety.lists import load_lists
from safety.screening import Screener
from safety.substance import Decision


@cache
def screener() -> Screener:
    return Screener(load_lists(Path("no such folder")))


@cache
def parents() -> list[str]:
    """Structures of blocked entries: one neutral organic fragment."""
    lists = screener().lists
    found = []
    for ordinal, smiles, _ in lists.structures():
        mol = Chem.MolFromSmiles(smiles)
        plain = "." not in smiles and "+" not in smiles and mol.GetNumAtoms() >= 8
        if plain and lists.level(ordinal).value == "block":
            found.append(smiles)
    return found


@cache
def names() -> list[str]:
    """Preferred names of blocked entries that are not flagged and are more than a code."""
    lists = screener().lists
    seen: set[int] = set()
    found = []
    for name in lists.names():
        first = name.entry not in seen
        seen.add(name.entry)
        flagged = name.case_sensitive or name.context_required
        if first and not flagged and name.text.isascii() and len(name.text) >= 7:
            found.append(name.text)
    return found


def decision(text: str) -> Decision:
    return screener().screen(text).decision


structures = st.integers(0, 10**6).map(lambda i: parents()[i % len(parents())])
seeds = st.integers(0, 2**31)


@settings(max_examples=60, deadline=None)
@given(smiles=structures, seed=seeds)
def test_the_verdict_does_not_change_with_the_order_of_atoms(smiles: str, seed: int) -> None:
    mol = Chem.MolFromSmiles(smiles)
    order = list(range(mol.GetNumAtoms()))
    random.Random(seed).shuffle(order)

    shuffled = Chem.MolToSmiles(Chem.RenumberAtoms(mol, order), canonical=False)

    assert decision(shuffled) is decision(smiles)


@settings(max_examples=40, deadline=None)
@given(smiles=structures, ion=st.sampled_from(["Cl", "Br", "OS(=O)(=O)O", "[Na+].[Cl-]", "O"]))
def test_the_verdict_does_not_change_with_the_counter_ion(smiles: str, ion: str) -> None:
    assert decision(f"{smiles}.{ion}") is decision(smiles)


@settings(max_examples=40, deadline=None)
@given(smiles=structures, seed=seeds)
def test_the_verdict_does_not_change_with_an_isotope(smiles: str, seed: int) -> None:
    mol = Chem.MolFromSmiles(smiles)
    carbons = [a for a in mol.GetAtoms() if a.GetAtomicNum() == 6]
    random.Random(seed).choice(carbons).SetIsotope(13)

    assert decision(Chem.MolToSmiles(mol)) is decision(smiles)


@settings(max_examples=40, deadline=None)
@given(smiles=structures)
def test_the_verdict_does_not_change_with_hydrogens_written_out(smiles: str) -> None:
    explicit = Chem.MolToSmiles(Chem.AddHs(Chem.MolFromSmiles(smiles)))

    assert decision(explicit) is decision(smiles)


@settings(max_examples=40, deadline=None)
@given(smiles=structures)
def test_the_verdict_does_not_change_with_deuterium_for_hydrogen(smiles: str) -> None:
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    for atom in mol.GetAtoms():
        if atom.GetAtomicNum() == 1:
            atom.SetIsotope(2)

    assert decision(Chem.MolToSmiles(mol)) is decision(smiles)


@settings(max_examples=80, deadline=None)
@given(index=st.integers(0, 10**6), case=st.sampled_from([str.upper, str.title, str.swapcase]))
def test_the_verdict_does_not_change_with_the_case_of_a_name(index: int, case: object) -> None:
    name = names()[index % len(names())]

    assert decision(case(name)) is decision(name)  # type: ignore[operator]


@settings(max_examples=80, deadline=None)
@given(index=st.integers(0, 10**6), space=st.sampled_from(["  ", "\u00a0", "\u2009", "\t"]))
def test_the_verdict_does_not_change_with_the_spacing_of_a_name(index: int, space: str) -> None:
    name = names()[index % len(names())]
    spaced = space + name.replace(" ", space) + space

    assert decision(spaced) is decision(name)


@pytest.mark.parametrize("mark", ["\u200b", "\u00ad", "\u2060", "\ufeff"])
def test_the_verdict_does_not_change_with_invisible_characters(mark: str) -> None:
    for name in names()[:40]:
        hidden = name[:4] + mark + name[4:]

        assert decision(hidden) is decision(name), name
