from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.paper import PAGE_BREAK, ReadOutcome, ReadPaper
from ingest.pdf import read_paper, with_offsets
from ingest.settings import ReaderSettings
from tests.ingest import hostile

PAPERS = Path(__file__).parents[2] / "examples" / "papers"
GARNET = PAPERS / "garnet-activation-energy.pdf"
SETTINGS = ReaderSettings()


def read(path: Path, data: bytes, settings: ReaderSettings = SETTINGS) -> ReadPaper:
    path.write_bytes(data)
    return read_paper(path, settings)


@pytest.mark.parametrize("path", sorted(PAPERS.glob("*.pdf")), ids=lambda path: path.stem)
def test_pages_are_slices_of_the_papers_text(path: Path) -> None:
    paper = read_paper(path, SETTINGS)

    assert paper.outcome == ReadOutcome.OK
    assert paper.message == ""
    assert paper.engine.startswith("pypdfium2 ")
    assert [page.number for page in paper.pages] == list(range(1, len(paper.pages) + 1))
    for page in paper.pages:
        assert paper.text[page.start : page.start + len(page.text)] == page.text


@given(st.lists(st.text(max_size=20), max_size=12))
def test_offsets_find_every_page_again(texts: list[str]) -> None:
    pages = with_offsets(texts, [None] * len(texts))

    text = PAGE_BREAK.join(page.text for page in pages)
    assert all(text[page.start : page.start + len(page.text)] == page.text for page in pages)


def test_a_record_survives_json() -> None:
    paper = read_paper(GARNET, SETTINGS)

    again = ReadPaper.model_validate_json(paper.model_dump_json())

    assert again == paper


def test_printed_page_labels_are_read() -> None:
    paper = read_paper(GARNET, SETTINGS)

    assert [page.label for page in paper.pages] == ["117", "118", "119"]


def test_page_numbers_that_only_stand_on_the_pages_are_read() -> None:
    paper = read_paper(PAPERS / "vacancies-and-temperature.pdf", SETTINGS)

    assert [page.label for page in paper.pages] == ["4301", "4302", "4303"]


@pytest.mark.parametrize(
    ("name", "data", "outcome", "words"),
    [
        ("empty.pdf", b"", ReadOutcome.EMPTY, "is empty (0 bytes)"),
        (
            "login.pdf",
            b"<!DOCTYPE html><html><body>Please log in</body></html>",
            ReadOutcome.NOT_PDF,
            "it holds a web page",
        ),
        ("office.pdf", b"PK\x03\x04" + b"\0" * 99, ReadOutcome.NOT_PDF, "an office document"),
        ("noise.pdf", bytes(range(256)) * 8, ReadOutcome.NOT_PDF, "no '%PDF-' within its first"),
        ("head.pdf", b"%PDF-1.7\n", ReadOutcome.TRUNCATED, "it ends early"),
        ("loop.pdf", hostile.its_own_parent(), ReadOutcome.TRUNCATED, "it is damaged"),
        ("pages.pdf", hostile.a_million_pages(), ReadOutcome.LIMIT_SIZE, "has 1000000 pages"),
        ("scan.pdf", hostile.scanned(3), ReadOutcome.NO_TEXT_LAYER, "none of its 3 pages has"),
        (
            "scan1.pdf",
            hostile.scanned(1),
            ReadOutcome.NO_TEXT_LAYER,
            "run OCR first, e.g. ocrmypdf",
        ),
        ("empty.txt", b" \n\n", ReadOutcome.EMPTY, "holds no text"),
        ("binary.txt", b"\x00\x01\x02" * 99, ReadOutcome.NOT_PDF, "it is not text"),
    ],
)
def test_a_file_without_a_paper_says_what_it_is(
    tmp_path: Path, name: str, data: bytes, outcome: ReadOutcome, words: str
) -> None:
    paper = read(tmp_path / name, data)

    assert paper.outcome == outcome
    assert repr(name) in paper.message
    assert words in paper.message
    assert paper.pages == ()


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.995])
def test_a_truncated_paper_is_no_empty_one(tmp_path: Path, share: float) -> None:
    whole = GARNET.read_bytes()

    paper = read(tmp_path / "cut.pdf", whole[: int(len(whole) * share)])

    assert paper.outcome == ReadOutcome.TRUNCATED
    assert "it ends early" in paper.message


def test_a_locked_paper_asks_for_a_copy_without_password(tmp_path: Path) -> None:
    paper = read(tmp_path / "locked.pdf", hostile.encrypted(GARNET.read_bytes(), "secret"))

    assert paper.outcome == ReadOutcome.ENCRYPTED
    assert "Save a copy without one" in paper.message


def test_a_paper_that_only_forbids_printing_is_read(tmp_path: Path) -> None:
    plain = read_paper(GARNET, SETTINGS)

    paper = read(
        tmp_path / "garnet-activation-energy.pdf", hostile.encrypted(GARNET.read_bytes(), "")
    )

    assert paper.outcome == ReadOutcome.OK
    assert paper.text == plain.text


def test_a_page_without_text_is_named_in_a_paper_that_has_some(tmp_path: Path) -> None:
    paper = read(tmp_path / "mixed.pdf", hostile.with_blank_page(GARNET.read_bytes()))

    assert paper.outcome == ReadOutcome.OK
    assert "page 4 of 4 has no text layer" in paper.message
    assert len(paper.pages) == 4


def test_junk_before_the_header_does_no_harm(tmp_path: Path) -> None:
    plain = read_paper(GARNET, SETTINGS)

    paper = read(tmp_path / GARNET.name, b"junk line\n" * 50 + GARNET.read_bytes())

    assert paper.outcome == ReadOutcome.OK
    assert paper.text == plain.text


def test_the_second_reader_is_asked_where_the_first_finds_nothing(tmp_path: Path) -> None:
    # A matrix of absurd size: pdfium drops the text, pypdf does not look at places.
    content = b"BT /F1 10 Tf 1e308 1e308 -1e308 1e308 1e308 1e308 Tm (Sodium conducts.) Tj ET"

    paper = read(tmp_path / "placed.pdf", hostile.page_of(content))

    assert paper.outcome == ReadOutcome.OK_FALLBACK
    assert paper.text == "Sodium conducts."
    assert paper.engine.startswith("pypdf ")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (ReaderSettings(max_pages=2), "has 3 pages, more than the limit of 2"),
        (ReaderSettings(max_text_mb=1), "more than 1 MB of text by page 1 of 1"),
        (ReaderSettings(max_file_mb=1), "is 2 MB, more than the limit of 1 MB"),
    ],
    ids=["pages", "text", "file"],
)
def test_limits_name_the_setting_to_raise(
    tmp_path: Path, settings: ReaderSettings, words: str
) -> None:
    data = GARNET.read_bytes()
    if settings.max_text_mb == 1:
        line = b"(" + b"x" * 99 + b") Tj 0 -1 Td\n"
        data = hostile.page_of(b"BT /F1 1 Tf 9 800 Td\n" + line * 12_000 + b"ET", squeezed=1)
    if settings.max_file_mb == 1:
        data += b"\0" * 2 * 1024 * 1024

    paper = read(tmp_path / "large.pdf", data, settings)

    assert paper.outcome == ReadOutcome.LIMIT_SIZE
    assert words in paper.message
    assert "Raise reader.max_" in paper.message


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFOs")
def test_a_fifo_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")

    paper = read_paper(tmp_path / "pipe.pdf", SETTINGS)

    assert paper.outcome == ReadOutcome.NOT_PDF
    assert "not a regular file" in paper.message


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no /dev/zero")
@pytest.mark.parametrize("target", ["/dev/zero", "nowhere.pdf", "link.pdf", "."])
def test_a_link_to_no_file_is_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "link.pdf").symlink_to(target)

    paper = read_paper(tmp_path / "link.pdf", SETTINGS)

    assert paper.outcome == ReadOutcome.NOT_PDF
    assert "'link.pdf'" in paper.message


def test_a_text_file_is_one_page_of_lines(tmp_path: Path) -> None:
    text = "Sodium conducts.\r\n\r\nSecond   line with ﬁne ligatures.\r\n"

    paper = read(tmp_path / "note.txt", text.encode())

    assert paper.outcome == ReadOutcome.OK
    assert paper.text == "Sodium conducts.\nSecond line with fine ligatures."


def test_text_in_windows_letters_is_read(tmp_path: Path) -> None:
    paper = read(tmp_path / "note.md", "Jørgensen’s cell".encode("cp1252"))

    assert paper.text == "Jørgensen’s cell"


def test_a_web_page_gives_its_text_and_citation(tmp_path: Path) -> None:
    html = """<html><head><title>Journal | Garnets</title>
      <meta name="citation_title" content="Ion transport in garnet electrolytes">
      <meta name="citation_author" content="Ana da Silva"><style>p {color: red}</style></head>
      <body><nav>Home</nav><h1>Ion transport in garnet electrolytes</h1><p>Ana da Silva</p>
      <p>Garnets conduct lithium
      at 300&nbsp;K.</p><script>track()</script></body></html>"""

    paper = read(tmp_path / "garnets.html", html.encode())

    assert paper.outcome == ReadOutcome.OK
    assert "Garnets conduct lithium at 300 K." in paper.text.split("\n")
    assert not {"Home", "track", "color"} & set(paper.text.replace("(", " ").split())
    assert paper.metadata.title == "Ion transport in garnet electrolytes"
    assert paper.metadata.first_surname == "da Silva"
