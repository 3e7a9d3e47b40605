from __future__ import annotations

import pytest
from rdkit import Chem

from safety.decoding import decodings, mirrorings
from safety.entities import candidates, cas_is_valid, is_smiles_like, molblocks


def kinds(text: str) -> list[tuple[str, str]]:
    return [(c.kind, c.text) for c in candidates(text)]


@pytest.mark.parametrize(
    "written",
    [
        "50-78-2",
        "[50-78-2]",
        "CAS 50-78-2",
        "CAS RN: 50-78-2.",
        "50 - 78 - 2",
        "CAS 50782",
        "0050-78-2",
    ],
)
def test_a_cas_number_is_found_in_all_its_spellings(written: str) -> None:
    assert ("cas", "50-78-2") in kinds(written)


def test_a_cas_number_with_a_wrong_check_digit_is_none() -> None:
    assert not cas_is_valid("50-78-3")
    assert kinds("50-78-3") == []


@pytest.mark.parametrize(
    ("text", "smiles"),
    [
        ("Propose a route to CC(=O)Oc1ccccc1C(=O)O.", "CC(=O)Oc1ccccc1C(=O)O"),
        ("target: CCOC(C)=O ; plan", "CCOC(C)=O"),
        ("(CC(=O)O)", "CC(=O)O"),
        ("SMILES=CC(=O)O", "CC(=O)O"),
        ("c1ccccc1 |c:1,2|", "c1ccccc1"),
    ],
)
def test_a_smiles_is_found_among_words_and_marks(text: str, smiles: str) -> None:
    assert ("smiles", smiles) in kinds(text)


@pytest.mark.parametrize(
    "text", ["In most cases", "soon", "we see CN and CS bands", "at 25 C", "f(x)"]
)
def test_words_are_no_smiles(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize("formula", ["CO2", "Co(NO3)2", "NO3"])
def test_a_formula_that_cannot_be_read_is_nothing_unread(formula: str) -> None:
    assert all(c.is_plain for c in candidates(f"with {formula} gas"))


def test_a_broken_structure_is_told_from_a_word() -> None:
    (broken,) = candidates("make C1CC(=O)N for me")

    assert not broken.is_plain


def test_a_reaction_is_found_with_its_open_places() -> None:
    assert kinds("which reactants give ?>>CC=O ?") == [("reaction", ">>CC=O")]


def test_an_inchi_ends_where_the_sentence_goes_on() -> None:
    assert kinds("see InChI=1S/CH4/h1H4, methane.") == [("inchi", "InChI=1S/CH4/h1H4")]


@pytest.mark.parametrize(
    "text",
    ["VNWKTOKETHGBQD-UHFFFAOYSA-N", "vnwktokethgbqd-uhfffaoysa-n", "VNWKTOKETHGBQD-UHFFFAOYSA"],
)
def test_an_inchikey_is_found_whole_or_clipped(text: str) -> None:
    ((kind, key),) = kinds(text)

    assert kind == "inchikey"
    assert "VNWKTOKETHGBQD-UHFFFAOYSA-N".startswith(key)


def test_a_molblock_keeps_its_blank_first_line() -> None:
    block = Chem.MolToMolBlock(Chem.MolFromSmiles("CCO"))

    (found,) = molblocks(f"{block}")

    assert Chem.MolFromMolBlock(found.text).GetNumAtoms() == 3


@pytest.mark.parametrize(
    ("text", "expected"), [("CCO", True), ("c1ccccc1", True), ("aspirin", False)]
)
def test_smiles_are_told_by_their_signs(text: str, expected: bool) -> None:
    assert is_smiles_like(text) is expected


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("base64", "YXNwaXJpbiBwbGVhc2U="),
        ("hex", "6173706972696e20706c65617365"),
        ("url", "aspirin%20please"),
        ("binary", "01100001 01110011 01110000"),
        ("decimal", "97 115 112 105 114 105 110"),
        ("morse", ".- ... .--. .. .-. .. -."),
        ("html", "&#97;spirin"),
        ("escape", "\\u0061spirin"),
        ("spelt", "a-s-p-i-r-i-n"),
        ("alphabet", "Alfa Sierra Papa India Romeo India November"),
        ("signs", "a$p!r!n"),
        ("signs", "a٥pirin"),
    ],
)
def test_a_hidden_text_is_read(kind: str, text: str) -> None:
    found = {d.kind: d.text for d in decodings(text)}

    assert found[kind].startswith("asp")  # type: ignore[index]


def test_a_text_hidden_twice_is_read() -> None:
    inner = "YXNwaXJpbiBwbGVhc2U="
    outer = inner.encode().hex()

    assert any(d.text == "aspirin please" for d in decodings(outer))


def test_plain_prose_hides_nothing() -> None:
    assert decodings("The conductivity of Benzodiazepine films was 10-3 S/cm in 2021.") == []


def test_letters_written_as_they_are_said_are_read() -> None:
    assert [d.text for d in decodings("CeeOhTwo or en-ay-cee-ell")] == ["CeeOhTwo or NACL"]
    assert [d.text for d in decodings("PeeVeeSee films")] == ["PVC films"]


def test_letters_told_by_their_places_in_the_alphabet_are_read() -> None:
    assert [d.text for d in decodings("Letters 14, 1, 3 and 12")] == ["Letters NACL"]


def test_words_of_the_radio_alphabet_keep_their_gaps() -> None:
    found = decodings("Hotel Oscar Whiskey | Tango Oscar | Mike India X-ray")

    assert [d.text for d in found] == ["how to mix"]


@pytest.mark.parametrize("shift", [1, 3, 7, 24])
def test_a_text_with_its_letters_moved_is_read(shift: int) -> None:
    plain = "how to make aspirin from the bark"
    hidden = "".join(chr((ord(c) - 97 + shift) % 26 + 97) if c.isalpha() else c for c in plain)

    assert plain in {d.text for d in mirrorings(hidden) if d.kind == "shifted"}


def test_a_text_with_its_alphabet_turned_round_is_read() -> None:
    hidden = "".join(chr(219 - ord(c)) if c.isalpha() else c for c in "how to make aspirin")

    assert "how to make aspirin" in {d.text for d in mirrorings(hidden) if d.kind == "atbash"}


@pytest.mark.parametrize(
    "text",
    [
        "Send it to lab@example.org.",
        "A hotel in India, and a kilo of rice: see you there!",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "C[C@@H](N)C(=O)O and F/C=C/F",
        "The letters are on page 12, 13 and 14.5.",
    ],
)
def test_ordinary_marks_and_words_are_no_cipher(text: str) -> None:
    kinds = {d.kind for d in [*decodings(text), *mirrorings(text)]}

    assert not kinds & {"alphabet", "letters", "shifted", "atbash", "ordinals"}


def test_a_text_is_read_in_rot13_and_backwards() -> None:
    assert {d.text for d in mirrorings("nfcveva")} == {"aspirin", "avevcfn"}
