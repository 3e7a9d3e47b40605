from __future__ import annotations

from pathlib import Path

import pytest

from ingest.lines import Line
from ingest.metadata import FileInfo, citation_key, read_metadata
from ingest.pdf import read_paper
from ingest.settings import ReaderSettings
from tests.ingest import title_pages
from tests.ingest.title_pages import LAYOUTS, NAMES, OTHERS, TITLE, YEAR, Named

SETTINGS = ReaderSettings()
PAPERS = Path(__file__).parents[2] / "examples" / "papers"

# Every layout with three names, every name in one layout or more.
MADE = [
    pytest.param(layout, NAMES[(3 * i + j) % len(NAMES)], id=f"{layout}-{(3 * i + j) % len(NAMES)}")
    for i, layout in enumerate(LAYOUTS)
    for j in range(3)
]


@pytest.mark.parametrize(("layout", "named"), MADE)
def test_a_title_page_says_who_is_cited_and_when(layout: str, named: Named, tmp_path: Path) -> None:
    path = tmp_path / "8505384.pdf"
    path.write_bytes(title_pages.render(layout, named))

    metadata = read_paper(path, SETTINGS).metadata

    assert citation_key(metadata, path.name) == named.key
    assert metadata.year == YEAR
    assert (metadata.title or "").casefold() == TITLE.casefold()
    others = OTHERS[: len(metadata.authors) - 1]  # a preprint has three authors
    assert [name.casefold() for name in metadata.authors[1:]] == [o.casefold() for o in others]
    assert "typist" not in metadata.authors


@pytest.mark.parametrize(
    ("layout", "doi"),
    [
        ("article", "10.1234/el10010045"),
        ("contents-listed", f"10.1234/j.jce.{YEAR}.01.001"),
        ("side-column", "10.1234/journal.pone.0210000"),
        ("preprint", None),
    ],
)
def test_a_doi_is_the_papers_own(layout: str, doi: str | None, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(title_pages.render(layout, NAMES[0]))

    assert read_paper(path, SETTINGS).metadata.doi == doi


def test_the_example_papers_get_the_keys_that_their_list_names() -> None:
    rows = (Path(__file__).parents[1] / "data" / "README.md").read_text("utf-8").split("\n")
    wanted = {
        cells[1].strip(" `"): cells[2].strip()
        for cells in (row.split("|") for row in rows)
        if len(cells) > 3 and cells[1].strip().endswith(".pdf`")
    }

    found = {
        path.name: citation_key(read_paper(path, SETTINGS).metadata, path.name)
        for path in PAPERS.glob("*.pdf")
    }

    assert len(wanted) == 12
    assert found == wanted


# ------------------------------------------------------------------------ pages made of lines


def page(*rows: tuple[str, float]) -> list[Line]:
    """A page of (text, size), from its top downwards, and prose below."""
    lines, y = [], 800.0
    for text, size in (*rows, *[("Prose about the layers of oxides in the cell. ", 10.0)] * 30):
        y -= 1.3 * size
        lines.append(Line(text, 50.0, y - 0.2 * size, 50.0 + 0.45 * size * len(text), y, size, y))
        y -= 0.5 * size
    return lines


def test_the_year_is_that_of_publication() -> None:
    lines = page(
        ("Layers of oxides in cells", 18.0),
        ("Ana da Silva and Bo Ek", 11.0),
        ("Received 3 December 2016; Accepted 5 January 2017; Published 20 January 2017", 8.0),
    )

    metadata = read_metadata([lines], FileInfo(created="D:20161230"), "x.pdf")

    assert metadata.year == 2017


def test_the_year_of_a_cited_work_is_not_the_papers() -> None:
    lines = page(
        ("Layers of oxides in cells", 18.0),
        ("Ana da Silva and Bo Ek", 11.0),
        ("Cell Letters 12 (2019) 34-56", 8.0),
    )
    lines += page(
        ("Smith et al. (2009) were the first to see such layers in 2008 or before it", 10)
    )

    assert read_metadata([lines], FileInfo(created="D:20190101"), "x.pdf").year == 2019


def test_the_files_metadata_is_believed_only_where_the_page_bears_it_out() -> None:
    lines = page(("Layers of oxides in cells", 18.0), ("Ana da Silva and Bo Ek", 11.0))
    typist = FileInfo(title="8505384.dvi", author="Typist Three", created="D:2015")

    metadata = read_metadata([lines], typist, "x.pdf")

    assert metadata.title == "Layers of oxides in cells"
    assert metadata.authors == ("Ana da Silva", "Bo Ek")


def test_authors_that_stand_elsewhere_on_the_page_are_found_by_the_files_metadata() -> None:
    lines = page(
        ("Layers of oxides in cells", 18.0),
        ("A guide for those who build them", 11.0),
        ("For further copies write to Ana da Silva at the works", 8.0),
    )

    metadata = read_metadata([lines], FileInfo(author="Ana da Silva"), "x.pdf")

    assert metadata.authors == ("Ana da Silva",)


def test_garbled_letters_of_a_name_are_mended_by_the_files_metadata() -> None:
    lines = page(("Layers of oxides in cells", 18.0), ("Magdalena SkaBa and Bo Ek", 11.0))

    metadata = read_metadata([lines], FileInfo(author="Magdalena Skała"), "x.pdf")

    assert metadata.first_surname == "Skała"


def test_the_running_head_tells_a_double_surname() -> None:
    first = page(("Layers of oxides in cells", 18.0), ("Alejandro Martínez López and Bo Ek", 11.0))
    second = page(("Martínez López et al. Layers of oxides", 8.0))

    assert read_metadata([first, second], FileInfo(), "x.pdf").first_surname == "Martínez López"


@pytest.mark.parametrize(
    ("file_name", "surname", "year"),
    [
        ("Smith2020.pdf", "Smith", 2020),
        ("2019 - Plata-Rueda et al. - Oils.pdf", "Plata-Rueda", 2019),
        ("Jørgensen_2018_layers.pdf", "Jørgensen", 2018),
        ("1-s2.0-S0013468620312345-main.pdf", None, None),
        ("download.pdf", None, None),
    ],
)
def test_the_files_name_is_asked_last(
    file_name: str, surname: str | None, year: int | None
) -> None:
    metadata = read_metadata([page()], FileInfo(), file_name)

    assert metadata.first_surname == surname
    assert metadata.year == year


def test_an_empty_page_has_no_metadata() -> None:
    metadata = read_metadata([[]], FileInfo(), "download.pdf")

    assert metadata.title is None
    assert metadata.authors == ()
