from __future__ import annotations

from pathlib import Path

import pytest

from ingest.overrides import MAX_BYTES, read_overrides
from ingest.paper import PaperMetadata

READ = PaperMetadata(
    title="Read title", authors=("Read Author", "Bo Ek"), first_surname="Author", year=2001
)


def test_a_folder_without_lists_overrides_nothing(tmp_path: Path) -> None:
    overrides = read_overrides(tmp_path)

    assert len(overrides) == 0
    assert overrides.problems == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_manifest_overrides_what_was_read(tmp_path: Path, delimiter: str, encoding: str) -> None:
    head = delimiter.join(["file", "title", "first_author", "year", "label"])
    row = delimiter.join(["papers/a.pdf", "Øre og sølv", "da Silva", "2020", "daSilva2020"])
    (tmp_path / "manifest.csv").write_bytes(f"{head}\r\n{row}\r\n".encode(encoding))

    override = read_overrides(tmp_path)["a.pdf"]

    assert override.key == "daSilva2020"
    metadata = override.over(READ)
    assert metadata.title == "Øre og sølv"
    assert metadata.authors == READ.authors
    assert metadata.first_surname == "da Silva"
    assert metadata.year == 2020


def test_authors_in_a_manifest_replace_those_read(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("file,authors\na.pdf,Ana da Silva; Bo Ek\n")

    metadata = read_overrides(tmp_path)["a.pdf"].over(READ)

    assert metadata.authors == ("Ana da Silva", "Bo Ek")
    assert metadata.first_surname == "da Silva"
    assert metadata.year == READ.year


BIB = r"""
@string{jms = "Journal of Membrane Science"}
@article{plata2020,
  author = {Plata-Rueda, Ang{\'e}lica and da Silva, Jo{\~a}o and others},
  title = {{On} the {\O}rsted cell}, journal = jms, year = 2020, doi = {10.1234/abc},
  file = {:papers/plata.pdf:PDF}}
@article{broken, author = {A
@article{joergensen2019, author = "J{\o}rgensen, Jens", year = "2019", title = "Layers"}
@article{zotero, author = {Vincent van Gogh}, date = "2018-03-01",
  file = {Full Text:C\:\\Users\\me\\storage\\Gogh - 2018 - Sun.pdf:application/pdf}}
"""


def test_a_bib_names_its_files_by_field_or_by_key(tmp_path: Path) -> None:
    (tmp_path / "papers.bib").write_text(BIB, encoding="utf-8")

    overrides = read_overrides(tmp_path)

    plata = overrides["plata.pdf"]
    assert plata.key == "plata2020"
    assert plata.metadata.title == "On the Ørsted cell"
    assert plata.metadata.authors == ("Angélica Plata-Rueda", "João da Silva")
    assert plata.metadata.first_surname == "Plata-Rueda"
    assert plata.metadata.journal == "Journal of Membrane Science"
    assert plata.metadata.doi == "10.1234/abc"
    assert overrides["joergensen2019.pdf"].metadata.first_surname == "Jørgensen"
    gogh = overrides["Gogh - 2018 - Sun.pdf"].metadata
    assert (gogh.first_surname, gogh.year) == ("van Gogh", 2018)
    assert "unknown.pdf" not in overrides
    assert overrides.problems == ["'papers.bib' line 7: this entry cannot be read"]


def test_a_manifest_goes_before_a_bib(tmp_path: Path) -> None:
    (tmp_path / "papers.bib").write_text("@article{a, title={From bib}, file={a.pdf}}")
    (tmp_path / "manifest.csv").write_text("file,title\na.pdf,From manifest\n")

    assert read_overrides(tmp_path)["a.pdf"].metadata.title == "From manifest"


def test_what_cannot_be_read_is_named_and_passed_over(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("file,title,year\n,No file,2020\na.pdf,Good,twenty\n")
    (tmp_path / "binary.bib").write_bytes(b"\x00\x01\x02" * 50)
    with (tmp_path / "huge.bib").open("wb") as file:
        file.truncate(MAX_BYTES + 1)

    overrides = read_overrides(tmp_path)

    assert overrides["a.pdf"].metadata.title == "Good"
    assert overrides["a.pdf"].metadata.year is None
    assert overrides.problems == [
        "'binary.bib' is not text",
        "'huge.bib' is too large to be a list of papers",
        "'manifest.csv' line 2: no file is named",
    ]


def test_a_key_with_blanks_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("file,label\na.pdf,not a key\nb.pdf,Smith2020a\n")

    overrides = read_overrides(tmp_path)

    assert overrides["a.pdf"].key is None
    assert overrides["b.pdf"].key == "Smith2020a"
