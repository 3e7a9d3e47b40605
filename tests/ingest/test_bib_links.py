from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.bib_links import BibLinks
from ingest.errors import BibFileError
from ingest.events import IngestReport
from ingest.library import Library
from ingest.overrides import MAX_BYTES
from tests.ingest.tiny import article, write_pdf

Ingest = Callable[..., IngestReport]

ENTRY = "@article{{{key}, title = {{{title}}}, year = 2020, file = {{{file}}}}}\n"


def bib(path: Path, **files: str) -> Path:
    """A list of one entry a key; its title names the key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(ENTRY.format(key=k, title=f"Title of {k}", file=f) for k, f in files.items())
    path.write_text(text, encoding="utf-8")
    return path


def found(list_file: Path, path: Path) -> str | None:
    override = BibLinks.read([list_file]).get(path)
    return override.key if override else None


@pytest.mark.parametrize(
    "value",
    [
        "papers/deep/a.pdf",
        ":papers/deep/a.pdf:PDF",  # JabRef
        ":papers/deep/a.pdf:application/pdf",  # Zotero
        "Full Text PDF:{folder}/papers/deep/a.pdf:application/pdf",  # Zotero, where it lies
        "Snapshot:x.html:text/html;Full Text:papers/deep/a.pdf:application/pdf",
        r"Full Text:C\:\\Users\\me\\papers\\deep\\a.pdf:application/pdf",  # another machine
        r":C:\Users\me\papers\deep\a.pdf:PDF",  # written without escapes
        "{{:papers/deep/a.pdf:PDF}}",
    ],
)
def test_a_link_names_its_file_in_every_way_of_writing(value: str, tmp_path: Path) -> None:
    link = value.replace("{folder}", str(tmp_path))

    key = found(bib(tmp_path / "my.bib", one=link), tmp_path / "papers" / "deep" / "a.pdf")

    assert key == "one"


def test_a_path_with_signs_of_its_own_is_read(tmp_path: Path) -> None:
    listed = bib(tmp_path / "my.bib", one=r":papers/Li\; Na\: a \& b_1.pdf:PDF")

    assert found(listed, tmp_path / "papers" / "Li; Na: a & b_1.pdf") == "one"


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    listed = bib(
        tmp_path / "my.bib",
        one="PDF:/home/me/Zotero/storage/AAAA1111/main.pdf:application/pdf",
        two="PDF:/home/me/Zotero/storage/BBBB2222/main.pdf:application/pdf",
    )

    assert found(listed, tmp_path / "storage" / "AAAA1111" / "main.pdf") == "one"
    assert found(listed, tmp_path / "storage" / "BBBB2222" / "main.pdf") == "two"
    assert found(listed, tmp_path / "main.pdf") is None  # of two, neither is surely it


def test_an_entry_without_links_is_of_the_file_named_like_its_key(tmp_path: Path) -> None:
    (tmp_path / "my.bib").write_text("@article{smith2020, title={A}}\n")

    assert found(tmp_path / "my.bib", tmp_path / "smith2020.pdf") == "smith2020"
    assert found(tmp_path / "my.bib", tmp_path / "other.pdf") is None


@pytest.fixture
def zotero(tmp_path: Path) -> Path:
    """A Zotero data folder: two items, their full-text caches, and an export of them."""
    for item, surname in (("AAAA1111", "Aalto"), ("BBBB2222", "Berg")):
        folder = tmp_path / "Zotero" / "storage" / item
        pages = article(surname, 2020, f"layers of {surname}")
        write_pdf(folder / "main.pdf", pages, title=pages[0][0], author=pages[0][1])
        (folder / ".zotero-ft-cache").write_text("the text, once more")
        (folder / ".zotero-ft-info").write_bytes(b"\0")
        (folder / ".zotero-reader-state").write_text("{}")
    bib(
        tmp_path / "export" / "My Library.bib",
        aaltoLayers2020="PDF:/Users/me/Zotero/storage/AAAA1111/main.pdf:application/pdf",
        bergLayers2020="PDF:/Users/me/Zotero/storage/BBBB2222/main.pdf:application/pdf",
        lostOne="PDF:/Users/me/Zotero/storage/CCCC3333/main.pdf:application/pdf",
    )
    return tmp_path


def test_a_zotero_storage_is_ingested_as_it_is(
    zotero: Path, library: Library, ingest: Ingest
) -> None:
    report = ingest(library, zotero / "Zotero" / "storage")

    assert report.n_files == 2
    assert not report.failed
    assert sorted(paper.key for paper in library.papers()) == ["Aalto2020", "Berg2020"]


def test_keys_and_metadata_come_from_the_export(
    zotero: Path, library: Library, ingest: Ingest
) -> None:
    listed = zotero / "export" / "My Library.bib"

    report = ingest(library, zotero / "Zotero" / "storage", bib=[listed])

    papers = {paper.key: paper.title for paper in library.papers()}
    assert papers == {
        "aaltoLayers2020": "Title of aaltoLayers2020",
        "bergLayers2020": "Title of bergLayers2020",
    }
    assert report.notes == (
        "'My Library.bib': 1 of 3 entries are of no file that was given: lostOne",
    )


def test_a_paper_keeps_the_key_it_was_given_before_and_takes_the_metadata(
    zotero: Path, library: Library, ingest: Ingest
) -> None:
    ingest(library, zotero / "Zotero" / "storage")

    report = ingest(
        library, zotero / "Zotero" / "storage", bib=[zotero / "export" / "My Library.bib"]
    )

    assert library.paper("Aalto2020").title == "Title of aaltoLayers2020"
    assert any("keep the citation key" in note and "Aalto2020" in note for note in report.notes)


def test_without_a_folder_the_linked_files_are_read(
    tmp_path: Path, library: Library, ingest: Ingest
) -> None:
    write_pdf(tmp_path / "files" / "12" / "a.pdf", article("Aalto", 2020, "layers"))
    listed = bib(tmp_path / "out.bib", mine="Full Text:files/12/a.pdf:application/pdf")

    ingest(library, bib=[listed])

    assert [paper.key for paper in library.papers()] == ["mine"]


def test_an_export_goes_before_a_list_in_the_papers_folder(
    tmp_path: Path, library: Library, ingest: Ingest
) -> None:
    write_pdf(tmp_path / "p" / "a.pdf", article("Aalto", 2020, "layers"))
    (tmp_path / "p" / "manifest.csv").write_text("file,label\na.pdf,Manifest2020\n")

    ingest(library, tmp_path / "p", bib=[bib(tmp_path / "out.bib", mine="p/a.pdf")])

    assert [paper.key for paper in library.papers()] == ["mine"]


def test_an_entry_that_cannot_be_read_is_named_and_the_others_are_taken(tmp_path: Path) -> None:
    (tmp_path / "my.bib").write_text("@article{broken, author = {A\n@article{b, file={b.pdf}}\n")

    links = BibLinks.read([tmp_path / "my.bib"])

    assert links.problems == ["'my.bib' line 1: this entry cannot be read"]
    assert links.get(tmp_path / "b.pdf") is not None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot read"),
        (b"\x00\x01\x02" * 50, "is not text"),
        (b"not a bibliography", "holds no entry"),
    ],
)
def test_a_list_that_is_none_is_a_sentence(
    content: bytes | None, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "my.bib"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(BibFileError, match=says):
        BibLinks.read([path])


def test_a_huge_list_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.bib").open("wb") as file:
        file.truncate(MAX_BYTES + 1)

    with pytest.raises(BibFileError, match="too large"):
        BibLinks.read([tmp_path / "huge.bib"])
