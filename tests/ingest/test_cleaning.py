from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cleaning import clean_pages, clean_plain, prepare_lines, visible
from ingest.lines import HYPHEN, Line
from ingest.pdf import read_paper
from ingest.settings import ReaderSettings
from tests.ingest import hostile

SETTINGS = ReaderSettings()


def at(
    text: str, y: float, *, x: float = 50.0, right: float | None = None, size: float = 10
) -> Line:
    """A line with its foot at ``y``; half of the size wide for each character, or up to right."""
    end = x + 0.45 * size * len(text) if right is None else right
    return Line(text, x, y, end, y + size, size, y)


def column(*texts: str, top: float = 700.0, x: float = 50.0) -> list[Line]:
    """Lines of a justified column, as wide as its longest; "<" marks one that ends before."""
    width = 4.5 * max(len(text) for text in texts)
    lines = []
    for i, text in enumerate(texts):
        right = None if text.endswith("<") else x + width
        lines.append(at(text.removesuffix("<"), top - 12.0 * i, x=x, right=right))
    return lines


def cleaned(*pages: list[Line]) -> list[str]:
    return clean_pages(prepare_lines(list(pages))).texts


# ----------------------------------------------------------------------------------- hyphens


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        ("the ionic conduc", "tivity of garnets", "conductivity"),
        ("values from exper", "imentally found cells", "experimentally"),
        ("a family of carbodii", "mides with iron", "carbodiimides"),
        ("we used real", "time monitoring of cells", "real-time"),
        ("a plasma", "assisted deposition", "plasma-assisted"),
        ("the three", "dimensionally ordered", "three-dimensionally"),
        ("isomers of 2,3", "dimethyl butane", "2,3-dimethyl"),
        ("the p", "menthadienol isomers", "p-menthadienol"),
        ("cells with Li", "Ion conduction", "Li-Ion"),
        ("a glass called GeS2", "type glass", "GeS2-type"),
    ],
)
@pytest.mark.parametrize("mark", [HYPHEN, "-"], ids=["pdfium", "plain"])
def test_a_divided_word_is_closed_and_a_compound_keeps_its_hyphen(
    above: str, below: str, joined: str, mark: str
) -> None:
    page = column(f"in this sentence we write of {above}{mark}", f"{below} and so on to its end<")

    text = cleaned(page)[0]

    assert joined in text
    assert HYPHEN not in text


def test_the_papers_own_words_decide_over_any_list() -> None:
    # "pushover" is English, but this paper writes it with a hyphen.
    page = column("what we know of the push" + HYPHEN, "over test, for the push-over load<")

    assert "push-over test" in cleaned(page)[0]


def test_a_word_known_from_another_page_closes_a_division() -> None:
    first = column("in this work we prepared zirco" + HYPHEN, "thallate powders by milling<")
    second = column("All zircothallate powders are white and stable in water<")

    assert "prepared zircothallate powders" in cleaned(first, second)[0]


# --------------------------------------------------------------------------------- paragraphs


def test_lines_of_a_paragraph_run_on_and_paragraphs_stand_apart() -> None:
    page = column(
        "Sodium ions move through the layers of the",
        "oxide at room temperature.<",
        "Lithium ions do so in garnets, which are made",
        "at a higher temperature than the layers are.<",
    )

    assert cleaned(page)[0].split("\n") == [
        "Sodium ions move through the layers of the oxide at room temperature.",
        "Lithium ions do so in garnets, which are made at a higher temperature than the layers "
        "are.",
    ]


def test_an_indented_line_begins_a_paragraph() -> None:
    page = column(
        "Sodium ions move through the layers of this oxide.",
        "Lithium ions do so in garnets, which are made at a",
        "higher temperature than the layers are made at now",
    )
    page[1] = at(page[1].text, page[1].y0, x=62.0, right=300.0)

    assert len(cleaned(page)[0].split("\n")) == 2


def test_a_heading_stands_on_its_own_line() -> None:
    page = [
        at("2. Results", 700.0, size=12.0),
        *column(
            "Sodium ions move through the layers of the",
            "oxide at room temperature.<",
            top=680.0,
        ),
    ]

    assert cleaned(page)[0].split("\n")[0] == "2. Results"


def test_rows_of_a_table_are_lines() -> None:
    rows = ["Compound T (K) Value", "NaCl 300 2.06 0.6", "KBr 310 1.59 1.5", "LiF 298 1.51 3.0"]
    page = [
        *column("Values of the conductivity are listed in the", "table below.<"),
        *(at(row, 640.0 - 12.0 * i, right=300.0) for i, row in enumerate(rows)),
    ]

    assert cleaned(page)[0].split("\n")[1:] == rows


def test_a_paragraph_goes_on_behind_the_figure_that_cuts_it() -> None:
    page = [
        *column("Sodium ions move through the layers of the", "oxide at room temperature and they"),
        at("Figure 1. Layers of the oxide in a drawing.", 600.0, size=8.0),
        *column("leave them again when the cell is charged.<", top=560.0),
    ]

    assert cleaned(page)[0].split("\n") == [
        "Sodium ions move through the layers of the oxide at room temperature and they leave them "
        "again when the cell is charged.",
        "Figure 1. Layers of the oxide in a drawing.",
    ]


def test_a_paragraph_goes_on_in_the_next_column() -> None:
    page = [
        *column(
            "Sodium ions move through the layers of the",
            "oxide and then, as Smith found it for the",
            top=112,
        ),
        *column("Na ions of a glass that had been annealed.<", top=700.0, x=320.0),
    ]

    assert "found it for the Na ions of a glass" in cleaned(page)[0]


def test_references_are_lines_of_their_own() -> None:
    page = column(
        "[1] Smith, J. Conduction in glasses. Glass 2010,",
        "12, 345.<",
        "[2] Jones, A. Layers and their ions. Layer 2011.",
        "[3] Brown, B. More layers and ions. Layer 2012.<",
    )

    assert [line[:3] for line in cleaned(page)[0].split("\n")] == ["[1]", "[2]", "[3]"]


# ---------------------------------------------------------------------- what is no text


def body(page: int) -> list[Line]:
    words = f"Prose of page number {page} which says one thing only here.<"
    return column(words.replace("one", "one " + "abcdefgh"[page]), top=600.0)


def test_running_heads_feet_and_page_numbers_are_left_out() -> None:
    pages = [
        [
            at(f"Li et al. / Journal of Cells 12 (2017) {34 + i}", 780.0),
            *body(i),
            at("Downloaded from example.org", 40.0),
            at(str(34 + i), 20.0, x=290.0),
        ]
        for i in range(4)
    ]

    texts = cleaned(*pages)

    assert [text.count("\n") for text in texts] == [0, 0, 0, 0]
    assert all(text.startswith("Prose of page number") for text in texts)


def test_the_numbers_in_heads_and_feet_are_the_pages_printed_numbers() -> None:
    pages = [[*body(i), at(f"Cell Letters 2017, {431 + i}", 20.0)] for i in range(4)]
    pages[0].pop()  # a first page often bears none

    assert clean_pages(prepare_lines(pages)).printed == ["431", "432", "433", "434"]


def test_numbers_of_a_table_are_no_page_numbers() -> None:
    pages = [[*body(i), at(f"Sample {'abcd'[i]} weighs {7 + i} mg", 20.0)] for i in range(4)]

    assert clean_pages(prepare_lines(pages)).printed == [None] * 4


def test_heads_of_left_and_right_pages_are_left_out() -> None:
    heads = ["SMITH et al.", "Conduction in glasses"]
    pages = [[at(heads[i % 2], 780.0), *body(i)] for i in range(6)]

    assert not any(head in text for text in cleaned(*pages) for head in heads)


def test_a_line_that_stands_at_the_top_of_one_page_only_stays() -> None:
    pages = [[at(f"Heading {'abcd'[i]} alone", 780.0), *body(i)] for i in range(4)]

    assert all("alone" in text for text in cleaned(*pages))


def test_numbers_that_count_the_lines_are_left_out() -> None:
    texts = [
        f"{i} line with the word {'abcdefghij'[i % 10] * 4} in its middle" for i in range(1, 41)
    ]

    page = cleaned(column(*texts))[0]

    assert not any(char.isdigit() for char in page)
    assert "line with the word bbbb in its middle" in page


def test_a_numbered_list_keeps_its_numbers() -> None:
    page = column(
        "1 Introduction to cells and to ions<", *["prose " * 8] * 30, "2 Methods for ions<"
    )

    assert "1 Introduction" in cleaned(page)[0]


def test_a_hidden_copy_of_the_text_is_left_out() -> None:
    prose = (
        "Sodium ions move through the layers of the",
        "oxide at room temperature and leave it again.<",
    )
    page = [*column(*prose), *column(*prose, top=699.0)]

    assert cleaned(page)[0].count("Sodium") == 1


def test_a_sign_without_meaning_is_shown_and_not_dropped(tmp_path: Path) -> None:
    # A glyph of code 2 without Unicode: a minus in some publishers' fonts. "1.84 eV" is wrong.
    font = (
        b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding<</Type/Encoding"
        b"/Differences[2/C0]>>>>"
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        hostile.stream(b"BT /F1 10 Tf 50 700 Td (a stronger bond, \\0021.84 eV) Tj ET"),
        font,
    ]
    (tmp_path / "minus.pdf").write_bytes(hostile.build(objects))

    paper = read_paper(tmp_path / "minus.pdf", SETTINGS)

    assert paper.text == "a stronger bond, \ufffd1.84 eV"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("ef\u00adfect", "effect"),
        ("ﬁne ﬂow of eﬃcient oﬀers", "fine flow of efficient offers"),
        ("di\x1berent \x1celd", "different field"),
        ("10−3 H₂O ΔE ≥ 5 °C", "10−3 H₂O ΔE ≥ 5 °C"),
        ("Stevi´c and Korb ´ eogo", "Stević and Korbéogo"),
        ("S¸ener and Mitelu¸t", "Şener and Miteluţ"),
        ("muy ´util", "muy útil"),
        ("M ˘ar ˘a¸sti", "Mărăşti"),
        ("ˆx and ˜y are estimates", "ˆx and ˜y are estimates"),
        ("a\u200bb\ufeffc\x00d", "abcd"),
        ("\uf061-pinene \uf0b3 3", "α-pinene ≥ 3"),
    ],
)
def test_what_stands_on_the_page_is_what_is_written(raw: str, shown: str) -> None:
    assert visible(raw) == shown


def test_ligatures_of_an_odd_font_are_those_that_make_words() -> None:
    # Codes as one TeX font has them: not the usual ones, so English decides.
    page = column("The \x1bles di\x1der; the \x1ble is \x1bne and o\x1dered to all.<")

    assert cleaned(page)[0] == "The files differ; the file is fine and offered to all."


@given(st.text(max_size=200))
def test_plain_text_keeps_its_visible_characters(text: str) -> None:
    out = clean_plain(text)

    assert "  " not in out
    assert not out.startswith(("\n", " "))
    assert [c for c in out if c.isdigit()] == [c for c in text if c.isdigit()]


# ------------------------------------------------------------------------- from real PDFs


def test_superscripts_stay_in_their_line(tmp_path: Path) -> None:
    content = (
        b"BT /F1 10 Tf 1 0 0 1 50 700 Tm (a value of 1.6 x 10) Tj "
        b"/F1 6 Tf 1 0 0 1 134 704 Tm (-7) Tj "
        b"/F1 10 Tf 1 0 0 1 142 700 Tm (S cm) Tj /F1 6 Tf 1 0 0 1 166 704 Tm (-1) Tj "
        b"/F1 10 Tf 1 0 0 1 172 700 Tm (at 300 K.) Tj ET"
    )
    (tmp_path / "units.pdf").write_bytes(hostile.page_of(content))

    text = read_paper(tmp_path / "units.pdf", SETTINGS).text

    assert text.replace(" ", "") == "avalueof1.6x10-7Scm-1at300K."
    assert "\n" not in text


def test_two_columns_drawn_row_by_row_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [f"left column row {i} speaks of sodium and" for i in range(12)]
    right = [f"right column row {i} speaks of lithium or" for i in range(12)]
    rows = [
        (x, 700.0 - 12.0 * i, text)
        for i in range(12)
        for x, text in ((50.0, left[i]), (320.0, right[i]))
    ]
    (tmp_path / "rows.pdf").write_bytes(hostile.lines_of(rows))

    text = read_paper(tmp_path / "rows.pdf", SETTINGS).text.replace("\n", " ")

    assert text == " ".join(left + right)


def test_a_table_drawn_row_by_row_keeps_its_rows(tmp_path: Path) -> None:
    rows = [
        (x, 700.0 - 12.0 * i, text)
        for i in range(12)
        for x, text in ((50.0, f"Compound {i}"), (320.0, f"{i}.5"))
    ]
    (tmp_path / "table.pdf").write_bytes(hostile.lines_of(rows))

    lines = read_paper(tmp_path / "table.pdf", SETTINGS).text.split("\n")

    assert lines == [f"Compound {i} {i}.5" for i in range(12)]


def test_a_turned_table_is_read_in_rows(tmp_path: Path) -> None:
    rows = [f"Compound {'abcdefgh'[i]} {i}.25 {i}.75" for i in range(8)]
    shown = "\n".join(f"0 1 -1 0 {100 + 14 * i} 100 Tm ({row}) Tj" for i, row in enumerate(rows))
    content = f"BT /F1 10 Tf 1 0 0 1 50 800 Tm (A head over it) Tj {shown} ET".encode()
    (tmp_path / "turned.pdf").write_bytes(hostile.page_of(content))

    assert read_paper(tmp_path / "turned.pdf", SETTINGS).text.split("\n") == [
        "A head over it",
        *rows,
    ]
