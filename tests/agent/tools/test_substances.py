from __future__ import annotations

import random
import re
import sys
import types
from importlib import resources
from typing import Any

import pytest
from rdkit import Chem

from agent.tools import resolution
from agent.tools.base import missing
from agent.tools.errors import ArgumentError, MissingPackage
from agent.tools.identifiers import fold, identifiers
from agent.tools.resolution import Resolution, resolve
from agent.tools.substances import resolve_substance

# InChIKeys as PubChem has them.
ACETONE = "CSCPPACGZOOCGX-UHFFFAOYSA-N"
THF = "WYURNTSHIVDZCO-UHFFFAOYSA-N"
NICOTINE = "SNICXCGAKADSCV-JTQLQIEISA-N"
DMSO_D6 = "IAZDPXIOMUYVGZ-WFGJKAKNSA-N"


@pytest.mark.parametrize(
    ("query", "inchikey"),
    [
        pytest.param("acetone", ACETONE, id="name"),
        pytest.param(" ACETONE ", ACETONE, id="name in capitals"),
        pytest.param("67-64-1", ACETONE, id="cas"),
        pytest.param("CC(C)=O", ACETONE, id="smiles"),
        pytest.param("InChI=1S/C3H6O/c1-3(2)4/h1-2H3", ACETONE, id="inchi"),
        pytest.param(ACETONE, ACETONE, id="inchikey"),
        pytest.param("THF", THF, id="abbreviation"),
        pytest.param("nicotine", NICOTINE, id="with its stereo"),
        pytest.param("DMSO-d6", DMSO_D6, id="deuterated solvent"),
        pytest.param("α-pinene", "GRWFGVWFFZKLTI-UHFFFAOYSA-N", id="greek letter"),
    ],
)
def test_a_substance_is_found_by_every_notation(query: str, inchikey: str) -> None:
    found = resolve_substance(query)

    assert found.status == "found"
    assert found.substance is not None
    assert found.substance.inchikey == inchikey
    assert Resolution.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("PEDOT", "polymer"),
        ("P3HT", "polymer"),
        ("polystyrene", "polymer"),
        ("PEG", "polymer"),
        ("poly(methyl acrylate)", "polymer"),
        ("CsPbI3", "composition"),
        ("LiFePO4", "composition"),
        ("Cd0.5Zn0.5S", "composition"),
        ("petroleum ether", "material"),
        ("NMC811", "material"),
    ],
)
def test_what_has_no_single_structure_is_given_none(query: str, kind: str) -> None:
    found = resolve(query).substance

    assert found is not None
    assert found.kind == kind
    assert found.smiles is None
    assert found.inchikey is None


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        pytest.param("PEO", "hydrogen peroxide", id="a code that the table has for another"),
        pytest.param("NaH", "nicotinic acid", id="a formula that the table has for an acid"),
        pytest.param("EMC", "ceresan", id="a solvent that the table has for a fungicide"),
        pytest.param("sulfur", "hydrogen sulfide", id="an element under its hydride"),
        pytest.param("butylone", "sodital", id="a trade name of a barbiturate"),
        pytest.param("2C-H", "2-chlorophenol", id="what chemicals' own search guesses"),
        pytest.param("sodium oxybate", "4-hydroxybutanoic acid", id="a salt under its acid"),
        pytest.param("MOF", "methyl hypofluorite", id="a word that parses as a SMILES"),
        pytest.param("CIF", "chlorine", id="a file format that parses as a SMILES"),
        pytest.param("SOAP", "", id="a descriptor that parses as a SMILES"),
        pytest.param("DNA", "1,4-dihydroxy-2-naphthoic acid", id="a biomolecule"),
    ],
)
def test_a_trap_gives_no_wrong_structure(query: str, wrong: str) -> None:
    found = resolve(query)

    assert all(one.name != wrong and wrong not in one.names for one in found.readings if wrong)
    if found.substance is not None and query in ("MOF", "CIF", "SOAP", "DNA", "PEO"):
        assert found.substance.smiles is None


def test_a_salt_has_its_counter_ion() -> None:
    found = resolve("sodium oxybate").substance

    assert found is not None
    assert "[Na+]" in (found.smiles or "")


@pytest.mark.parametrize("query", ["nonsensium", "hexenn", "in", "CO poisoning", "zzz-3"])
def test_not_found_is_an_answer(query: str) -> None:
    found = resolve(query)

    assert found.status == "not_found"
    assert found.readings == ()


@pytest.mark.parametrize(
    ("query", "cas"),
    [
        ("DMA", {"127-19-5", "124-40-3"}),
        ("PCP", {"77-10-1", "87-86-5"}),
        ("xylene", {"95-47-6", "108-38-3", "106-42-3"}),
        ("C2H6O", {"64-17-5", "115-10-6"}),
    ],
)
def test_an_ambiguous_name_returns_all_its_readings(query: str, cas: set[str]) -> None:
    found = resolve(query)

    assert found.status == "ambiguous"
    assert found.substance is None
    assert {one.cas for one in found.readings} == cas


def test_case_tells_cobalt_from_carbon_monoxide_and_lead_sulfide_from_a_buffer() -> None:
    names = [resolve(query).substance for query in ("Co", "CO", "PbS", "PBS", "In")]

    assert [one and one.formula for one in names] == ["Co", "CO", "PbS", None, "In"]


def test_a_zero_for_an_o_is_told() -> None:
    found = resolve("Fe203")

    assert found.status == "not_found"
    assert "Fe2O3" in found.warnings[0]


@pytest.mark.parametrize(
    ("query", "notation", "said"),
    [
        ("", "auto", "empty"),
        ("67-64-2", "auto", "check digit"),
        ("C1CC", "smiles", "SMILES"),
        ("CO poisoning", "smiles", "one word"),
        ("abc", "inchikey", "InChIKey"),
        ("abc", "cas", "not a CAS number"),
        ("Xx2", "formula", "Xx"),
        ("x" * 3000, "auto", "3,000 characters"),
    ],
)
def test_bad_input_is_told_in_a_sentence(query: str, notation: Any, said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        resolve(query, notation=notation)


def test_a_structure_that_no_table_holds_gets_a_systematic_name() -> None:
    found = resolve("CCCC(CC)OCCCSC", notation="smiles").substance

    assert found is not None
    assert found.source == "the structure as given; name by openclatura"
    assert "hexan" in found.name


def test_missing_stereo_is_told() -> None:
    found = resolve("sucrose").substance

    assert found is not None
    assert "stereo of 9 centres" in (found.note or "")


def test_random_names_of_the_tables_come_back_with_their_inchikey() -> None:
    # benchmarks/tools.py asks 500 and prints the misses; 200 here keep the suite fast.
    rows = random.Random(20).sample(list(identifiers()), 200)
    chosen = [(random.Random(n).choice(row.names), row) for n, row in enumerate(rows)]

    right = 0
    for name, row in chosen:
        found = resolve(name)
        right += any(one.inchikey == row.inchikey for one in found.readings)

    assert right >= 0.98 * len(chosen)


def test_the_structure_of_a_row_is_what_its_inchikey_says() -> None:
    rows = random.Random(3).sample(list(identifiers()), 100)

    for row in rows:
        found = resolve(row.inchikey).readings[0]
        if found.smiles is not None:
            mol = Chem.MolFromSmiles(found.smiles)
            assert Chem.MolToInchiKey(mol) == row.inchikey  # type: ignore[no-untyped-call]


def test_our_own_names_are_well_formed_and_agree_with_the_tables_where_these_have_them() -> None:
    text = resources.files("agent.tools").joinpath("data/common_names.tsv").read_text("utf-8")
    lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")][1:]
    for names, kind, *rest in lines:
        value = rest[0] if rest else ""
        basis = rest[2] if len(rest) > 2 else ""
        for cas in re.findall(r"\d{2,7}-\d\d-\d", value + " " + basis):
            digits = cas.replace("-", "")
            total = sum(i * int(d) for i, d in enumerate(digits[-2::-1], start=1))
            assert total % 10 == int(digits[-1]), names
        if kind == "cas":
            assert identifiers().by_cas(value), names
        if kind == "smiles":
            mol = Chem.MolFromSmiles(value)
            key = Chem.MolToInchiKey(mol)  # type: ignore[no-untyped-call]
            rows = identifiers().by_cas(re.findall(r"[\d-]+", basis.split("CAS ")[1])[0])
            # The tables are less exact (no stereo, no deuterium), never another skeleton.
            if rows and "d" not in names and kind == "smiles" and "." not in value:
                assert rows[0].inchikey[:14] == key[:14] or "P" in value, names


def test_pubchem_is_asked_only_when_asked_for_and_its_extra_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    module = types.ModuleType("pubchempy")
    module.PubChemPyError = type("PubChemPyError", (Exception,), {})  # type: ignore[attr-defined]

    def get_compounds(query: str, _kind: str) -> list[Any]:
        asked.append(query)
        return [
            types.SimpleNamespace(
                cid=1, inchi="InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3", iupac_name="ethanol", synonyms=[]
            )
        ]

    module.get_compounds = get_compounds  # type: ignore[attr-defined]
    if missing("pubchempy", what="x"):
        with pytest.raises(MissingPackage, match=r"elute\[online\]"):
            resolve_substance("nonsensium", online=True)
    monkeypatch.setitem(sys.modules, "pubchempy", module)
    module.__spec__ = types.SimpleNamespace(name="pubchempy")  # type: ignore[assignment]

    assert resolve_substance("nonsensium").status == "not_found"
    assert resolve_substance("acetone", online=True).substance is not None
    assert asked == []
    found = resolve_substance("nonsensium", online=True).substance
    assert asked == ["nonsensium"]
    assert found is not None
    assert (found.smiles, found.source) == ("CCO", "PubChem CID 1")


@pytest.mark.skipif(
    missing("py2opsin", "java", what="OPSIN") is not None, reason="needs Java and the extra [names]"
)
def test_a_systematic_name_is_read_by_opsin_and_a_trivial_one_is_not() -> None:
    found = resolve("2-chloro-3-methylbutane-1,4-dithiol").substance

    assert found is not None
    assert (found.smiles, found.source) == ("CC(CS)C(Cl)CS", "OPSIN")
    assert resolve("hexen").status == "not_found"


def test_without_opsin_a_systematic_name_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import agent.tools.base as base

    monkeypatch.setattr(base, "_installed", lambda _: False)

    found = resolve("2-chloro-3-methylbutane-1,4-dithiol")

    assert found.status == "not_found"
    assert "elute[names]" in found.warnings[0]


def test_names_are_folded_without_being_guessed() -> None:
    assert fold("N,N‐Dimethyl  Formamide ") == "n,n-dimethyl formamide"
    assert fold(".alpha.-pinene") == fold("α-Pinene") == "alpha-pinene"
    assert fold("sulphur") != fold("sulfur")


def test_the_index_is_kept_and_a_damaged_one_is_made_anew(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agent.tools import identifiers as module

    rows = b"1\t67-64-1\tC3H6O\t58\tCC(C)=O\tC3H6O/c1-3(2)4/h1-2H3\t" + ACETONE.encode()
    rows += b"\tpropan-2-one\tacetone\n"
    folder = tmp_path / "tables"
    folder.mkdir()
    for name in module._FILES:
        (folder / name).write_bytes(rows)
    monkeypatch.setattr(module.platformdirs, "user_cache_path", lambda *a, **k: tmp_path / "cache")

    assert [row.cas for row in module.Identifiers(folder).by_name("Acetone")][:1] == ["67-64-1"]
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_bytes(b"damaged")

    assert module.Identifiers(folder).by_inchikey(ACETONE)


def test_reading_order_is_a_name_before_a_formula_before_a_smiles() -> None:
    assert resolution.resolve("CCO").substance.read_as == "smiles"  # type: ignore[union-attr]
    assert resolution.resolve("GaAs").substance.read_as == "formula"  # type: ignore[union-attr]
