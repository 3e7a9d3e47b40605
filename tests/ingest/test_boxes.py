from __future__ import annotations

import io
import re
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from ingest.boxes import find_quote, quote_boxes, render_page, sentence_boxes
from ingest.chunking import REFERENCES, split_sentences
from ingest.paper import ReadPaper
from ingest.pdf import read_paper
from ingest.settings import ReaderSettings
from tests.ingest import hostile

PAPERS = Path(__file__).parents[2] / "examples" / "papers"
GARNET = PAPERS / "garnet-activation-energy.pdf"
SETTINGS = ReaderSettings()


def sentences(paper: ReadPaper) -> list[tuple[int, str]]:
    return [
        (page.number, part)
        for page in paper.pages
        for line in page.text.split("\n")
        for part in re.split(r"(?<=[.!?])\s+(?=[A-Z])", line)
        if len(part) >= 40
    ]


@pytest.mark.parametrize("path", sorted(PAPERS.glob("*.pdf")), ids=lambda path: path.stem)
def test_every_sentence_is_found_on_its_page(path: Path) -> None:
    found = sentences(read_paper(path, SETTINGS))

    missing = [(page, text) for page, text in found[::3] if not quote_boxes(path, page, text)]

    assert found
    assert missing == []


@pytest.mark.parametrize("path", sorted(PAPERS.glob("*.pdf"))[:4], ids=lambda path: path.stem)
def test_the_boxes_told_when_a_paper_is_read_are_those_found_in_the_file_later(path: Path) -> None:
    paper = read_paper(path, SETTINGS)

    kept = {(box.start, box.end): box.box for box in paper.boxes}

    pages = {s.start: s for s in split_sentences(paper) if s.section != REFERENCES}
    assert len(kept) > 0.9 * len(pages)
    for (start, end), box in list(kept.items())[::5]:
        quote = re.sub(r"\s+", " ", paper.text[start:end]).strip()
        assert find_quote(path, pages[start].page, quote) == box


def test_a_page_of_very_many_characters_is_left_for_later() -> None:
    document = pypdfium2.PdfDocument(GARNET)
    textpage = document[0].get_textpage()
    sentence = (0, 35, "Lithium-ion transport in garnets")

    few = sentence_boxes(textpage, [sentence], max_chars=100)
    every = sentence_boxes(textpage, [sentence])

    textpage.close()
    document.close()
    assert few == []
    assert len(every) <= 1


def test_a_quote_over_lines_has_a_box_for_each(tmp_path: Path) -> None:
    path = tmp_path / "lines.pdf"
    path.write_bytes(
        hostile.lines_of(
            [
                (50, 700, "Sodium ions move at 300 K."),
                (50, 688, "Lithium ions move"),
                (50, 676, "later."),
            ]
        )
    )

    boxes = quote_boxes(path, 1, "Lithium ions move later.")
    whole = find_quote(path, 1, "Lithium ions move later.")

    assert [(round(box.x0), round(box.y0 / 12)) for box in boxes] == [(50, 57), (50, 56)]
    assert whole is not None
    assert (whole.y0, whole.y1) == (boxes[1].y0, boxes[0].y1)
    assert whole.x1 == max(box.x1 for box in boxes)


@pytest.mark.parametrize(
    "quote",
    [
        "a value of 1.6 eV",
        "a value of −16 eV",
        "a value of 160 eV",
        "another value",
        "…!",
        "",
    ],
)
def test_a_quote_with_another_number_is_not_found(tmp_path: Path, quote: str) -> None:
    path = tmp_path / "value.pdf"
    path.write_bytes(hostile.lines_of([(50, 700, "We report a value of 16 eV for it.")]))

    assert find_quote(path, 1, quote) is None
    assert find_quote(path, 1, "a value of 16 eV") is not None


def test_a_quote_is_found_through_hyphens_ligatures_and_accents(tmp_path: Path) -> None:
    path = tmp_path / "hyphens.pdf"
    path.write_bytes(
        hostile.lines_of([(50, 700, "The efficient conduc-"), (50, 688, "tivity of Jörg’s cell")])
    )

    assert find_quote(path, 1, "eﬃcient conductivity of Jörg's cell") is not None


def test_the_right_place_is_that_with_the_right_number(tmp_path: Path) -> None:
    path = tmp_path / "twice.pdf"
    path.write_bytes(
        hostile.lines_of([(50, 700, "the gap is 1.6 eV here"), (50, 600, "the gap is 16 eV here")])
    )

    box = find_quote(path, 1, "the gap is 16 eV here")

    assert box is not None
    assert box.y0 == pytest.approx(600, abs=4)


def test_line_numbers_at_the_margin_do_not_hide_a_quote(tmp_path: Path) -> None:
    path = tmp_path / "numbered.pdf"
    lines = [(50.0, 700.0 - 12 * i, f"{i + 1} words of line {'abcdefgh'[i]} and") for i in range(8)]
    path.write_bytes(hostile.lines_of(lines))

    boxes = quote_boxes(path, 1, "words of line b and words of line c and")

    assert len(boxes) == 2


@pytest.mark.parametrize("page", [0, 4, -1])
def test_a_page_that_is_not_there_holds_no_quote(page: int) -> None:
    assert quote_boxes(GARNET, page, "Lithium-ion transport in garnets") == []


def test_a_file_that_is_no_pdf_holds_no_quote(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Lithium-ion transport")

    assert find_quote(tmp_path / "note.txt", 1, "Lithium-ion transport") is None
    assert find_quote(tmp_path / "gone.pdf", 1, "Lithium-ion transport") is None


def test_the_picture_of_a_page_shows_the_quote() -> None:
    paper = read_paper(GARNET, SETTINGS)
    number, quote = sentences(paper)[5]
    boxes = quote_boxes(GARNET, number, quote)

    plain = Image.open(io.BytesIO(render_page(GARNET, number, scale=1.0)))
    boxed = Image.open(io.BytesIO(render_page(GARNET, number, boxes=boxes, scale=1.0)))

    assert plain.size == boxed.size
    changed = [
        (x, y)
        for x in range(plain.width)
        for y in range(plain.height)
        if plain.getpixel((x, y)) != boxed.getpixel((x, y))
    ]
    inside = [
        any(
            box.x0 - 4 <= x <= box.x1 + 4 and box.y0 - 4 <= plain.height - y <= box.y1 + 4
            for box in boxes
        )
        for x, y in changed
    ]
    assert changed
    assert all(inside)


def test_a_page_of_absurd_size_is_drawn_small(tmp_path: Path) -> None:
    path = tmp_path / "poster.pdf"
    path.write_bytes(
        hostile.lines_of([(5, 5, "small")]).replace(b"[0 0 595 842]", b"[0 0 99999 9999]")
    )

    picture = Image.open(io.BytesIO(render_page(path, 1, scale=2.0)))

    assert picture.width * picture.height <= 25_500_000


@pytest.mark.parametrize("name", ["note.txt", "gone.pdf"])
def test_what_cannot_be_drawn_says_why(tmp_path: Path, name: str) -> None:
    (tmp_path / "note.txt").write_text("no PDF")

    with pytest.raises(ValueError, match=f"cannot show '{name}'"):
        render_page(tmp_path / name, 1)
