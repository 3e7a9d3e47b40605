"""The packaged lists are whole and true to themselves, and a user can add but never loosen."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path

import pytest
from rdkit import Chem
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

from safety import lists
from safety.errors import ListInvalid, ListMissing, StructureError
from safety.lists import PACKAGED, ListInfo, ListSet, load_lists
from safety.screening import Screener
from safety.substance import Level, ListEntry


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> ListSet:
    return load_lists(tmp_path_factory.mktemp("no-lists"))


def entries_named(listed: ListSet, name: str) -> list[ListEntry]:
    return [e for e in listed.entries if e.name == name]


def cas_is_valid(cas: str) -> bool:
    digits = cas.replace("-", "")
    total = sum(i * int(d) for i, d in enumerate(reversed(digits[:-1]), 1))
    return re.fullmatch(r"\d{2,7}-\d\d-\d", cas) is not None and total % 10 == int(digits[-1])


def test_every_packaged_list_is_there(packaged: ListSet) -> None:
    assert [info.id for info in packaged.infos] == list(PACKAGED)


@pytest.mark.parametrize("list_id", PACKAGED)
def test_a_list_covers_its_regulation(packaged: ListSet, list_id: str) -> None:
    info = next(i for i in packaged.infos if i.id == list_id)

    assert info.n_covered >= 0.95 * info.n_regulation
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", info.edition)


def test_every_entry_survives_json(packaged: ListSet) -> None:
    for entry in packaged.entries:
        assert ListEntry.model_validate_json(entry.model_dump_json()) == entry


def test_every_entry_cites_the_law(packaged: ListSet) -> None:
    for entry in packaged.entries:
        assert entry.citation, entry.name
        assert entry.schedule, entry.name
        assert entry.jurisdiction, entry.name
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", entry.edition), entry.name


def test_every_cas_number_has_the_right_check_digit(packaged: ListSet) -> None:
    assert [cas for cas in packaged.cas if not cas_is_valid(cas)] == []


def test_every_structure_has_its_own_key_and_formula(packaged: ListSet) -> None:
    for entry in packaged.entries:
        for structure in entry.structures:
            mol = Chem.MolFromSmiles(structure.smiles)

            assert Chem.MolToInchiKey(mol) == structure.inchikey, entry.name
            assert CalcMolFormula(mol) == structure.formula, entry.name


@pytest.mark.parametrize(
    ("cas", "name", "level", "list_id"),
    [
        pytest.param("561-27-3", "heroin", Level.BLOCK, "us-csa", id="US schedule I"),
        pytest.param("76-57-3", "codeine", Level.BLOCK, "us-csa", id="US schedule II"),
        pytest.param("6740-88-1", "ketamine", Level.BLOCK, "us-csa", id="US schedule III"),
        pytest.param("439-14-5", "diazepam", Level.BLOCK, "us-csa", id="US schedule IV"),
        pytest.param("148553-50-8", "pregabalin", Level.BLOCK, "us-csa", id="US schedule V"),
        pytest.param("299-42-3", "ephedrine", Level.WARN, "us-chemicals", id="US List I"),
        pytest.param("108-88-3", "toluene", Level.LOG, "us-chemicals", id="US List II"),
        pytest.param("505-60-2", "mustard gas", Level.BLOCK, "cwc", id="CWC 1"),
        pytest.param("111-48-8", "thiodiglycol", Level.BLOCK, "cwc", id="CWC 2"),
        pytest.param("75-44-5", "phosgene", Level.WARN, "cwc", id="CWC 3"),
        pytest.param("78-11-5", "PETN", Level.BLOCK, "atf", id="ATF"),
        pytest.param("7757-79-1", "potassium nitrate", Level.WARN, "eu-precursors", id="EU"),
        pytest.param("151-50-8", "potassium cyanide", Level.WARN, "australia-group", id="AG"),
        pytest.param("58-89-9", "lindane", Level.WARN, "stockholm", id="Stockholm"),
        pytest.param("116-06-3", "aldicarb", Level.WARN, "rotterdam", id="Rotterdam"),
    ],
)
def test_a_listed_substance_stands_at_the_level_of_its_list(
    packaged: ListSet, cas: str, name: str, level: Level, list_id: str
) -> None:
    found = [packaged.entries[i] for i in packaged.cas[cas]]

    assert (name, level) in [(e.name, e.level) for e in found if e.list == list_id]


def test_a_substance_on_several_lists_has_an_entry_on_each(packaged: ListSet) -> None:
    found = {packaged.entries[i].list for i in packaged.cas["67-64-1"]}

    assert {"us-chemicals", "eu-precursors"} <= found


def test_dextromethorphan_shares_a_listed_connectivity_and_is_exempt(packaged: ListSet) -> None:
    key = "MKXZASYAUGDDCJ-NJAFHUGGSA-N"

    assert packaged.exemptions[key].name == "dextromethorphan"
    assert key not in packaged.inchikeys
    assert packaged.skeletons[key[:14]]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("LSD", "lysergic acid diethylamide", id="acronym"),
        pytest.param("VX", "VX", id="acronym that is the preferred name"),
        pytest.param("speed", "amphetamine", id="street name that is a word"),
    ],
)
def test_a_name_that_means_other_things_needs_context(
    packaged: ListSet, text: str, name: str
) -> None:
    found = [
        n for n in packaged.names() if n.text == text and packaged.entries[n.entry].name == name
    ]

    assert found
    assert all(n.context_required for n in found)


def test_no_innocent_name_is_a_listed_one(packaged: ListSet) -> None:
    folded = {re.sub(r"[\W_]+", "", n.text.lower()) for n in packaged.names()}

    assert packaged.innocent_names
    assert not folded & packaged.innocent_names


@pytest.mark.parametrize("list_id", [i for i in PACKAGED if i != "class-members"])
def test_the_counts_of_the_sources_page_are_those_of_the_file(list_id: str) -> None:
    data = resources.files("safety") / "data"
    page = (data / "SOURCES.md").read_text(encoding="utf-8")
    lines = (data / f"{list_id}.jsonl").read_text(encoding="utf-8").splitlines()
    (told,) = [
        [cell.strip() for cell in line.split("|")[2:-1]]
        for line in page.splitlines()
        if line.startswith(f"| {list_id} |")
    ]

    info, *entries = map(json.loads, lines)

    drawn = [e["structures"][0] for e in entries if "structures" in e]
    single = sum(len(structure[3]) == 1 for structure in drawn)
    names = sum(1 + sum(map(len, e["names"].values())) for e in entries)
    counts = [info["n_regulation"], info["n_covered"], len(drawn), single, names]
    assert told == [info["edition"], *map(str, counts)]


def test_a_missing_packaged_list_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PACKAGED", (*PACKAGED, "gone"))

    with pytest.raises(ListMissing, match="'gone'"):
        load_lists(Path("nowhere"))


def test_a_table_of_the_user_adds_a_substance(tmp_path: Path) -> None:
    (tmp_path / "house.csv").write_text(
        "name,smiles,cas,names,level\ncaffeine,CN1C=NC2=C1C(=O)N(C)C(=O)N2C,58-08-2,theine;guaranine,warn\n",
        encoding="utf-8",
    )

    listed = load_lists(tmp_path)

    (entry,) = entries_named(listed, "caffeine")
    assert entry.level is Level.WARN
    assert entry.list == "house"
    assert [n.text for n in entry.names] == ["theine", "guaranine"]
    assert listed.skeletons["RYYVLZVUVIJVGH"]


def test_a_user_can_tighten_and_never_loosen(tmp_path: Path) -> None:
    (tmp_path / "own.tsv").write_text(
        "name\tcas\tlevel\nheroin\t561-27-3\tlog\ntoluene\t108-88-3\tblock\n", encoding="utf-8"
    )

    listed = load_lists(tmp_path)

    assert max(listed.level(i).rank for i in listed.cas["561-27-3"]) == Level.BLOCK.rank
    assert max(listed.level(i).rank for i in listed.cas["108-88-3"]) == Level.BLOCK.rank


def test_a_user_cannot_add_exemptions(tmp_path: Path) -> None:
    (tmp_path / "exemptions.jsonl").write_text(
        json.dumps({"name": "heroin", "inchikey": "GVGLGOZIDCSQPN-PVHGPHFFSA-N"}), encoding="utf-8"
    )

    with pytest.raises(ListInvalid, match="line 1"):
        load_lists(tmp_path)


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        pytest.param("a.csv", "substance\nx\n", "no column 'name'", id="no name column"),
        pytest.param(
            "a.csv", "name,smiles\nx,C1CC\n", "line 2: 'C1CC' is not a SMILES", id="smiles"
        ),
        pytest.param("a.csv", "name,level\nx,never\n", "line 2 is not an entry", id="level"),
        pytest.param("a.csv", 'name\n""\n', "line 2 is not an entry", id="empty name"),
        pytest.param("a.jsonl", "", "is empty", id="empty file"),
        pytest.param("a.jsonl", "{}\n", "line 1 does not describe a list", id="no description"),
    ],
)
def test_a_broken_list_of_the_user_says_where(
    tmp_path: Path, file: str, text: str, told: str
) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")

    with pytest.raises(ListInvalid, match=re.escape(told)):
        load_lists(tmp_path)


def list_with_a_broken_salt() -> ListSet:
    info = ListInfo(
        id="own", title="own", jurisdiction="own", citation="own", edition="", n_regulation=1,
        n_covered=1,
    )  # fmt: skip
    broken = ["[Na+].C1CC", "AAAAAAAAAAAAAA-BBBBBBBBBB-N", "C3H5Na", ["user"]]
    row = {"name": "a broken salt", "code": "1", "schedule": "", "level": "block"}
    return ListSet([info], [(info, {**row, "structures": [broken]})])


def test_a_structure_of_the_user_that_cannot_be_read_stops_all_screening() -> None:
    with pytest.raises(StructureError):
        Screener(list_with_a_broken_salt())


def test_a_packaged_structure_that_cannot_be_read_is_the_lists_fault_not_the_texts() -> None:
    lists = list_with_a_broken_salt()
    lists.n_packaged = 1
    screener = Screener(lists)

    with pytest.raises(ListInvalid, match="a broken salt"):
        screener.examine("[Na+].[Cl-]")
