from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem

from safety import check_requests, screen
from safety.errors import StructureError
from safety.gate import Gate
from safety.molecule import read_smiles
from safety.substance import Decision, Verdict

SMILES_SIGNS = "CNOPSFIBclbrnops=#()[]123456789@/\\+-.%HK*:>~$ "


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_never_raise(raw: bytes) -> None:
    assert isinstance(screen(raw.decode("latin-1")), Verdict)
    assert isinstance(screen(raw.decode("utf-8", "surrogateescape")), Verdict)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_random_texts_never_raise(text: str) -> None:
    assert isinstance(screen(text), Verdict)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=SMILES_SIGNS, min_size=1, max_size=80))
def test_random_smiles_never_raise(text: str) -> None:
    verdict = screen(text)

    assert isinstance(verdict, Verdict)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="CNO=()123[]cno", min_size=8, max_size=60))
def test_a_structure_that_cannot_be_read_is_never_allowed_for_making(text: str) -> None:
    request = f"Plan a synthesis of N{text}C(=O)OC."
    try:
        read_smiles(f"N{text}C(=O)OC")
    except StructureError:
        (verdict,) = check_requests([request])
        assert verdict.decision is Decision.BLOCK


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=30),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_any_json_is_judged(data: object) -> None:
    for point in ("check_request", "check_arguments", "check_result", "check_answer"):
        assert isinstance(getattr(Gate(), point)(data), Verdict)


@pytest.mark.parametrize("place", range(12))
def test_a_broken_part_never_turns_into_allow(place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [
        "safety.screening.candidates",
        "safety.screening.normalise",
        "safety.screening.latinised",
        "safety.screening.decodings",
        "safety.screening.mirrorings",
        "safety.screening.molblocks",
        "safety.screening.class_names",
        "safety.name_index.NameIndex.find",
        "safety.name_index.NameIndex.find_slips",
        "safety.structure_index.StructureIndex.match",
        "safety.structure_index.StructureIndex.similar",
        "safety.families.class_hits",
    ]
    text = "Plan a synthesis of CCCCCCCCCCCCCCO, gräulich"
    screen("water")

    def broken(*_: object, **__: object) -> None:
        raise MemoryError("out of order")

    monkeypatch.setattr(parts[place], broken)

    assert check_requests([text])[0].decision is Decision.BLOCK
    assert screen(text).decision is Decision.WARN


def test_mutated_structures_of_ordinary_molecules_are_judged_without_an_exception() -> None:
    dice = random.Random(7)
    for smiles in ("CC(=O)Oc1ccccc1C(=O)O", "CN1C=NC2=C1C(=O)N(C)C(=O)N2C", "c1ccc2[nH]ccc2c1"):
        mol = Chem.MolFromSmiles(smiles)
        for _ in range(40):
            copy = Chem.RWMol(mol)
            atom = copy.GetAtomWithIdx(dice.randrange(copy.GetNumAtoms()))
            atom.SetAtomicNum(dice.choice([5, 6, 7, 8, 14, 15, 16, 34]))
            atom.SetFormalCharge(dice.choice([-1, 0, 1]))
            written = Chem.MolToSmiles(copy)

            assert isinstance(screen(written), Verdict)
