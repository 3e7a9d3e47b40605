from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from ingest.bibliography import (
    BibliographyFormat,
    bibliography,
    bibtex,
    csl_item,
    csl_json,
    ris,
    split_name,
)
from ingest.overrides import read_overrides
from ingest.paper import Paper

PAPER = Paper(
    paper_id="ab" * 32,
    key="daSilva2019",
    title="Why 50 % of Li₇La₃Zr₂O₁₂ & CsPbI$_3$ #1 {fail} -- a “study” at ~900 °C",
    authors=("Ana da Silva", "Bảo Châu Nguyễn", "Zhang Xiaoming", "CEN"),
    year=2019,
    doi="10.5555/a_b(c)<1>",
    journal="J. Solids & Liquids",
    paths=("/papers/Ana: one; two.pdf",),
    page_count=9,
    ingested_at=datetime(2026, 11, 1, tzinfo=UTC),
)
BARE = PAPER.model_copy(
    update={
        "key": "scan7",
        "title": None,
        "authors": (),
        "year": None,
        "doi": None,
        "journal": None,
        "paths": ("/papers/scan7.pdf",),
    }
)


def read_back(text: str, folder: Path, file_name: str) -> Paper:
    """What an ingest beside that ``.bib`` would take from it."""
    (folder / "refs.bib").write_text(text, encoding="utf-8")
    overrides = read_overrides(folder)
    assert overrides.problems == []
    override = overrides[file_name]
    said = override.metadata.model_dump(exclude={"first_surname"})
    return PAPER.model_copy(update={**said, "key": override.key})


def test_bibtex_comes_back_as_it_was(tmp_path: Path) -> None:
    found = read_back(bibtex([PAPER]), tmp_path, "Ana: one; two.pdf")

    assert found.key == PAPER.key
    assert found.title == PAPER.title
    assert found.year == PAPER.year
    assert found.journal == PAPER.journal
    assert found.authors == ("Ana da Silva", "Bảo Châu Nguyễn", "Xiaoming Zhang", "CEN")


def test_two_papers_are_two_entries_and_what_is_not_known_is_left_out(tmp_path: Path) -> None:
    text = bibtex([PAPER, BARE])

    assert text.count("@article{") == text.count("@misc{") == 1
    assert read_back(text, tmp_path, "scan7.pdf").title is None


# A control character or a lone surrogate is no text of a title; white space is folded; ^ is read
# back as the circumflex modifier by the decoder (pylatexenc), and ligatures are LaTeX's own.
TITLES = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="^\u02c6"), min_size=1
) | st.text(st.sampled_from("\\{}&%$#_~-`'?!\"<>|@,=ab 1é≥"), min_size=1)


@given(TITLES.map(lambda text: unicodedata.normalize("NFC", " ".join(text.split()))).filter(bool))
def test_every_title_in_bibtex_comes_back(title: str) -> None:
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.middlewares import LatexDecodingMiddleware

    text = bibtex([PAPER.model_copy(update={"title": title, "paths": ()})])

    library = LatexDecodingMiddleware(allow_inplace_modification=False).transform(
        parse_string(text)
    )
    (entry,) = library.entries
    assert entry["title"] == title
    assert entry["year"] == "2019"


def test_ris_is_read_by_a_reference_manager() -> None:
    first, second = rispy.loads(ris([PAPER, BARE]))

    assert first["type_of_reference"] == "JOUR"
    assert first["id"] == PAPER.key
    assert first["title"] == PAPER.title
    assert first["authors"] == ["da Silva, Ana", "Nguyễn, Bảo Châu", "Zhang, Xiaoming", "CEN"]
    assert first["year"] == "2019"
    assert first["doi"] == PAPER.doi
    assert PAPER.journal in first.values()
    assert second["type_of_reference"] == "GEN"
    assert "title" not in second


def test_a_line_feed_in_a_title_starts_no_new_ris_field() -> None:
    (record,) = rispy.loads(ris([PAPER.model_copy(update={"title": "A\nAU  - Nobody"})]))

    assert record["title"] == "A AU - Nobody"
    assert len(record["authors"]) == 4


def test_csl_json_is_rendered_by_a_citation_processor() -> None:
    from citeproc import Citation, CitationItem, formatter
    from citeproc.frontend import CitationStylesBibliography, CitationStylesStyle
    from citeproc.source.json import CiteProcJSON

    source = CiteProcJSON(json.loads(csl_json([PAPER])))
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    rendered = CitationStylesBibliography(style, source, formatter.plain)
    rendered.register(Citation([CitationItem(PAPER.key)]))

    line = str(rendered.bibliography()[0])
    assert "da Silva, A." in line
    assert "2019" in line
    assert "J. Solids" in line


def test_csl_json_leaves_out_what_is_not_known() -> None:
    assert csl_item(BARE) == {"id": "scan7", "type": "document"}


@pytest.mark.parametrize("form", BibliographyFormat)
def test_no_papers_are_an_empty_bibliography(form: BibliographyFormat) -> None:
    assert bibliography([], form).strip() in ("", "[]")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ana da Silva", ("da Silva", "Ana")),
        ("Smith, John A.", ("Smith", "John A.")),
        ("Zhang Xiaoming", ("Zhang", "Xiaoming")),
        ("Juan PLATA-RUEDA", ("Plata-Rueda", "Juan")),
        ("Zhan Y.", ("Zhan", "Y.")),
        ("Plato", ("Plato", "")),
    ],
)
def test_a_name_is_parted_as_it_is_cited(name: str, parts: tuple[str, str]) -> None:
    assert split_name(name) == parts
