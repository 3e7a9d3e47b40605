from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.keys import fold, fold_key
from ingest.lines import RAISED
from ingest.names import citation_key, is_name, split_names, surname
from ingest.paper import PaperMetadata


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        (
            "Kaixuan Chen, Marcus Fehse and Peter Lenz",
            ["Kaixuan Chen", "Marcus Fehse", "Peter Lenz"],
        ),
        ("Ana da Silva 1,*, Jan van Dijk 2", ["Ana da Silva", "Jan van Dijk"]),
        ("Fatma Ali1, Rosa Luz2* & Tim Ho1", ["Fatma Ali", "Rosa Luz", "Tim Ho"]),
        ("Eva Lind · Bo Ek | Åsa Alm; Per Öst", ["Eva Lind", "Bo Ek", "Åsa Alm", "Per Öst"]),
        (f"Eva Lind{RAISED} Bo Ek{RAISED} Åsa Alm", ["Eva Lind", "Bo Ek", "Åsa Alm"]),
        ("Eva Lind† Bo Ek‡", ["Eva Lind", "Bo Ek"]),
        ("Smith, J., Jones, A. B., and O’Brien, C.", ["J. Smith", "A. B. Jones", "C. O’Brien"]),
        ("Zhan Y, Zhang W, Lei B", ["Zhan Y", "Zhang W", "Lei B"]),
        ("Wei Zhang ab, Li Na b", ["Wei Zhang", "Li Na"]),
        ("Daniel W.\nDavies, Ryan Nduma", ["Daniel W. Davies", "Ryan Nduma"]),
        ("Martin King Jr., Ada Byron, PhD", ["Martin King", "Ada Byron"]),
        ("B.Benciolini, C.D.Rossi", ["B. Benciolini", "C.D. Rossi"]),
        ("王小明, 李娜", ["王小明", "李娜"]),
    ],
)
def test_a_line_of_authors_is_read_as_names(printed: str, names: list[str]) -> None:
    assert split_names(printed) == names


@pytest.mark.parametrize(
    "text",
    [
        "1 Department of Chemistry, University of the Coast, Harbour, Portugal",
        "Received 2 May 2017; accepted 3 January 2018",
        "Wirtschaftsuniversität Wien, Austria",
        "first@example.org",
        "ionic conductivity of sodium glasses",
        "Abstract",
        "",
    ],
)
def test_what_stands_around_authors_is_no_name(text: str) -> None:
    assert split_names(text) == []


@pytest.mark.parametrize(
    ("name", "cited"),
    [
        ("Kaixuan Chen", "Chen"),
        ("Ana da Silva", "da Silva"),
        ("Angélica Plata-Rueda", "Plata-Rueda"),
        ("ANGÉLICA PLATA-RUEDA", "Plata-Rueda"),
        ("Johannes D. van der Waals", "van der Waals"),
        ("M. DE LA CRUZ", "de la Cruz"),
        ("Giovanni D’Angelo", "D’Angelo"),
        ("Martin L. King Jr.", "King"),
        ("CHEN Kaixuan", "Chen"),
        ("Kaixuan CHEN", "Chen"),
        ("R. K. SHARMA", "Sharma"),
        ("Zhang Xiaoming", "Zhang"),
        ("Xiaoming Zhang", "Zhang"),
        ("Yi Zhan", "Zhan"),
        ("Zhan Y", "Zhan"),
        ("da Silva A.B.", "da Silva"),
        ("da Silva, Ana", "da Silva"),
        ("José Ortega y Gasset", "Gasset"),
        ("王小明", "王"),
    ],
)
def test_a_surname_is_the_part_that_is_cited(name: str, cited: str) -> None:
    assert surname(name) == cited


@pytest.mark.parametrize(
    ("name", "cited_as", "cited"),
    [
        ("Alejandro Martínez López", "martinezlopez", "Martínez López"),
        ("Alejandro Martínez López", "lopez", "López"),
        ("Zhang Wei", "zhang", "Zhang"),
        ("Maria da Conceição Silva", "silva", "Silva"),
        ("Judicaël Thomas Ouilly", "judicaelthomasouilly", "Ouilly"),
    ],
)
def test_how_the_paper_cites_itself_decides_over_any_rule(
    name: str, cited_as: str, cited: str
) -> None:
    assert surname(name, frozenset({cited_as})) == cited


@pytest.mark.parametrize(
    ("authors", "year", "key"),
    [
        (("Ana da Silva",), 2020, "daSilva2020"),
        (("Angélica Plata-Rueda", "Bo Ek"), 2020, "PlataRueda2020"),
        (("Mary O'Brien",), 2019, "OBrien2019"),
        (("Jens Jørgensen",), 2021, "Jørgensen2021"),
        (("Magdalena Skała",), None, "Skała"),
        ((), 2017, "Reaction_paths2017"),
    ],
)
def test_a_key_is_the_surname_and_the_year(
    authors: tuple[str, ...], year: int | None, key: str
) -> None:
    assert citation_key(PaperMetadata(authors=authors, year=year), "Reaction_paths.pdf") == key


def test_a_key_without_author_and_year_is_the_files_name() -> None:
    assert citation_key(PaperMetadata(), "notes (final) 2.pdf") == "notesfinal2"
    assert citation_key(PaperMetadata(), "???.pdf") == "Paper"


def test_the_surname_that_the_paper_uses_makes_the_key() -> None:
    metadata = PaperMetadata(authors=("Zhang Wei",), first_surname="Zhang", year=2020)

    assert citation_key(metadata, "x.pdf") == "Zhang2020"


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("Jørgensen2020", "jorgensen2020"),
        ("Skała2019", "SKALA2019"),
        ("Nguyễn2024", "nguyen2024"),
        ("daSilva2020", "DaSilva2020"),
        ("Müller2020a", "muller2020A"),
        ("Þórsson2018", "thorsson2018"),
    ],
)
def test_a_key_is_found_without_its_accents(key: str, typed: str) -> None:
    assert fold_key(key) == fold_key(typed)


def test_a_key_in_another_script_is_not_folded_away() -> None:
    assert fold_key("王2020") != fold_key("李2020")


@given(st.text(max_size=60))
def test_names_are_never_invented(text: str) -> None:
    for name in split_names(text):
        assert is_name(name)
        assert set(fold(name)) <= set(fold(text))
