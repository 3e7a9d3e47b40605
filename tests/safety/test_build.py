"""The build of the lists refuses what would make the gate miss or shout."""

from __future__ import annotations

from pathlib import Path

import pytest

from lists import clashes, naming
from lists.build import agree
from lists.clashes import Words
from lists.compounds import Compound, Compounds, draw, organic_parent
from lists.entries import Entry, ListPlan
from lists.members import check_members
from lists.naming import Names
from lists.spelling import cleaned, fentanyl_names, inflected, variants
from lists.tables import SourceRow, TableError, read_table

PLAN = ListPlan("test", (), "a list", "here", "a law", "2026-01-01")
WORDS = Words(frozenset(), frozenset({"tris"}))
ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
HEAD = "#! section=Sec. 1 | schedule=Schedule I | scope=si | level=block\n"


def table(folder: Path, *lines: str) -> Path:
    path = folder / "table.tsv"
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def entry(row: SourceRow, smiles: str) -> Entry:
    made = Entry(PLAN, row)
    made.structure, made.sources = agree({"table": draw(smiles)})  # type: ignore[dict-item]
    return made


def compound(cas: str, smiles: str, *names: str) -> Compound:
    drawn = draw(smiles)
    assert drawn is not None
    return Compound(cas, smiles, drawn.inchikey, names)


@pytest.fixture(autouse=True)
def no_java(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    readings: dict[str, str] = {}
    monkeypatch.setattr(naming, "read_opsin", lambda names: readings)
    monkeypatch.setattr(clashes, "dictionary", lambda: frozenset({"speed", "ice", "attack"}))
    return readings


def test_a_row_is_read_with_its_names_and_flags(tmp_path: Path) -> None:
    (row,) = read_table(table(tmp_path, "1\tmorphine\t57-27-2\tn:morphine;s?:M;c!:MS\t\t"))

    assert [(n.text, n.kind, n.flags) for n in row.names] == [
        ("morphine", "inn", ""),
        ("M", "street", "?"),
        ("MS", "code", "!"),
    ]
    assert row.about["level"] == "block"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param("1\tmorphine\t57-27-3\t\t\t", "check digit", id="wrong check digit"),
        pytest.param("1\tmorphine\t57-27-2", "columns", id="missing columns"),
    ],
)
def test_a_bad_row_stops_the_build(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(TableError, match=told):
        read_table(table(tmp_path, line))


def test_the_packaged_tables_can_be_read() -> None:
    tables = sorted((Path(__file__).parents[2] / "lists" / "tables").glob("*.tsv"))

    assert tables
    assert all(read_table(path) for path in tables)


def test_the_majority_settles_a_structure_and_the_best_stereo_is_kept() -> None:
    flat, full, other = map(draw, ("CC(N)C(=O)O", "C[C@H](N)C(=O)O", "NCCC(=O)O"))

    drawn, sources = agree({"opsin": flat, "chemicals": full, "medchem": other})  # type: ignore[dict-item]

    assert drawn == full
    assert sources == ("opsin", "chemicals")


def test_a_name_of_an_unlisted_medicine_is_a_clash(tmp_path: Path) -> None:
    (row,) = read_table(table(tmp_path, "1\tlisted\t\tn:aspirin\t\tCCO"))
    database = Compounds([compound("50-78-2", ASPIRIN, "2-acetoxybenzoic acid", "aspirin")])

    names = Names([entry(row, "CCO")], database, {}, {}, WORDS, [])
    names.give()

    assert [n for n in names.notes if n.startswith("CLASH")]


def test_synonyms_of_the_database_are_baked_in_but_not_words_or_other_compounds(
    tmp_path: Path, no_java: dict[str, str]
) -> None:
    (row,) = read_table(table(tmp_path, "1\tlisted\t64-17-5\t\t\tCCO"))
    database = Compounds(
        [
            compound("64-17-5", "CCO", "ethanol", "spirit of wine", "speed", "shared", "methanol"),
            compound("50-78-2", ASPIRIN, "2-acetoxybenzoic acid", "shared"),
        ]
    )
    no_java["methanol"] = "CO"
    made = entry(row, "CCO")

    Names([made], database, {}, {}, WORDS, []).give()

    texts = {t for group in made.names.values() for t in group}
    assert {"ethanol", "spirit of wine"} <= texts
    assert not {"speed", "shared", "methanol"} & texts


def test_an_exempt_stereoisomer_gives_no_names(tmp_path: Path) -> None:
    (row,) = read_table(table(tmp_path, "1\tlisted\t\t\t\tC[C@H](N)C(=O)O"))
    mirror = compound("338-69-2", "C[C@@H](N)C(=O)O", "D-form", "mirror image")
    database = Compounds([mirror])
    made = entry(row, "C[C@H](N)C(=O)O")

    Names([made], database, {mirror.inchikey: "dform"}, {}, WORDS, []).give()

    assert not any(made.names.values())


def test_a_salt_of_an_exempt_form_gives_no_names(tmp_path: Path) -> None:
    (row,) = read_table(table(tmp_path, "1\tlisted\t\t\t\t"))
    salt = compound("125-69-9", "CCCCCCC[C@@H](C)N.Br", "x", "dform hydrobromide", "brand")
    key = organic_parent(salt.smiles)
    assert key is not None
    made = entry(row, "CCCCCCC[C@H](C)N")

    Names([made], Compounds([salt]), {key: "dform"}, {}, WORDS, []).give()

    assert not any(made.names.values())
    assert made.cas == []


def test_the_other_names_of_a_medicine_are_baked_in(tmp_path: Path) -> None:
    (row,) = read_table(table(tmp_path, "1\tlistine\t\tn:listine\t\t"))
    made = entry(row, "CCO")

    Names([made], Compounds([]), {}, {"listine": ("brandine",)}, WORDS, []).give()

    assert "brandine" in made.names["common"]


def test_a_class_member_that_its_rule_does_not_hit_stops_the_build(tmp_path: Path) -> None:
    path = tmp_path / "members.tsv"
    path.write_text("#! rule=us-barbiturates\n\taspirin\t\t\t\t" + ASPIRIN + "\n", encoding="utf-8")
    (row,) = read_table(path)

    with pytest.raises(SystemExit, match="no member of 'us-barbiturates'"):
        check_members([entry(row, ASPIRIN)])


@pytest.mark.parametrize(
    "name", ["einecs 200-578-6", "nsc 9070", "chebi:16236", "64-17-5", "zinc00001", "un2811", "abc"]
)
def test_registry_numbers_are_no_names(name: str) -> None:
    assert cleaned(name) is None


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("morphine [ban]", "morphine"),
        ("phenobarbital [inn:dcf]", "phenobarbital"),
        ("17.beta.-estradiol", "17beta-estradiol"),
        ("25i-nbome", "25i-nbome"),
    ],
)
def test_a_synonym_is_cleaned_of_notes(raw: str, name: str) -> None:
    assert cleaned(raw) == name


@pytest.mark.parametrize(
    ("inn", "form"),
    [
        ("morphine", "morphinum"),
        ("codeine", "codeina"),
        ("methadone", "metadona"),
        ("diazepam", "diazepamum"),
        ("phenobarbital", "fenobarbital"),
        ("diazepam", "диазепам"),
    ],
)
def test_a_nonproprietary_name_is_inflected(inn: str, form: str) -> None:
    assert form in inflected(inn)


def test_a_systematic_name_has_the_spellings_of_other_schools() -> None:
    found = variants("N-phenyl-N-[1-(2-phenylethyl)piperidin-4-yl]propanamide")

    assert "N-phenyl-N-[1-(phenethyl)piperidin-4-yl]propanamide" in found
    assert "N-phenyl-N-[1-(2-phenylethyl)piperidin-4-yl]propionamide" in found


def test_a_systematic_name_without_its_stereo_is_a_name_too() -> None:
    assert "2-amino-3-phenylpropyl carbamate" in variants("(2R)-2-amino-3-phenylpropyl carbamate")


def test_fentanyl_names_are_distinct() -> None:
    found = fentanyl_names()

    assert "heptanoyl fentanyl" in found
    assert "para-bromo fentanyl" in found
    assert len(found) == len(set(found))


def test_the_organic_part_of_a_salt_is_its_parent() -> None:
    base = draw("CC(N)Cc1ccccc1")
    assert base is not None

    assert organic_parent("CC([NH3+])Cc1ccccc1.[Cl-]") == base.inchikey
    assert organic_parent("[Na+].[Cl-]") is None
