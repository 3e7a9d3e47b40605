from __future__ import annotations

import time
from pathlib import Path

import pytest

from benchmarks.matching import (
    ENGINES,
    PageTexts,
    holds,
    holds_keys,
    longest_start,
    same_key,
    stream,
    without_line_numbers,
)
from tests.example_library import ROOT

PAPERS = ROOT / "examples" / "papers"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a gap of 1.57 eV", "1.57"),
        ("in 28 of them", "28"),
        ("it was 28.", "28"),
        ("of 1,234 g", "1234"),
        ("of 1234 g", "1,234"),
        ("β-Li3PS4 at 25 °C", "Li3PS4"),
        ("γ–phase", "γ-phase"),
        ("the alpha-\nphase", "alphaphase"),
        ("from iron ore", "iron"),
        ("ﬁlms of oxide", "films"),
        ("10⁻⁴ S", "10-4"),
    ],
)
def test_a_key_is_found_however_it_is_printed(text: str, key: str) -> None:
    assert holds(text, key)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("128 g", "28"),
        ("28.5 g", "28"),
        ("2.80 g", "2.8"),
        ("0.28 g", "28"),
        ("the environment", "iron"),
        ("11,234 g", "1234"),
    ],
)
def test_a_part_of_a_number_or_short_word_is_not_the_key(text: str, key: str) -> None:
    assert not holds(text, key)


def test_one_alternative_of_each_group_is_needed() -> None:
    keys = (("silver", "Ag"), ("1.09",))

    assert holds_keys("Ag needs 1.09 eV", keys)
    assert not holds_keys("Ag needs 1.19 eV", keys)
    assert not holds_keys("anything", ())


@pytest.mark.parametrize(
    ("given", "wanted", "same"),
    [
        ("PlataRueda2022", "Plata-Rueda2022", True),
        ("Müller2020b", "Müller2020", True),
        ("MÜLLER2020", "Müller2020", True),
        ("Müller2021", "Müller2020", False),
        ("Miller2020", "Müller2020", False),
    ],
)
def test_citation_keys_are_the_same_but_for_signs_and_a_twins_letter(
    given: str, wanted: str, same: bool
) -> None:
    assert same_key(given, wanted) is same


def test_line_numbers_of_a_manuscript_are_taken_off_at_either_end() -> None:
    words = [f"word{letter}" for letter in "abcdefghijklmno"]
    before = "\n".join(f"{n} {word}" for n, word in enumerate(words, start=79))
    behind = "\n".join(f"{word}{n}" for n, word in enumerate(words, start=79))

    assert without_line_numbers(before) == without_line_numbers(behind) == "\n".join(words)


def test_numbers_of_a_table_are_not_line_numbers() -> None:
    table = "\n".join(f"{n * n} samples" for n in range(20))

    assert without_line_numbers(table) == table


def test_the_longest_start_is_found() -> None:
    assert longest_start("abcdef", "xxabcdxx") == 4
    assert longest_start("abc", "abc") == 3
    assert longest_start("abc", "xyz") == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_quote_is_found_on_its_page_only(engine: str) -> None:
    pages = PageTexts(PAPERS)
    quote = "A Schottky defect in NaCl is one missing cation together with one missing anion"

    assert pages.stands(quote, "vacancies-and-temperature.pdf", 2, engine)
    assert not pages.stands(quote, "vacancies-and-temperature.pdf", 1, engine)
    assert not pages.stands(quote, "vacancies-and-temperature.pdf", 9, engine)
    assert not pages.stands(quote, "no-such-paper.pdf", 2, engine)
    assert not pages.stands(
        quote.replace("cation", "anion"), "vacancies-and-temperature.pdf", 2, engine
    )


def test_a_quote_around_a_figure_stands_in_two_pieces(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(
        "The values of this study lie between 116.27 and\nFigure 7. A figure.\n174.41 ppm.", "utf-8"
    )
    pages = PageTexts(tmp_path)
    quote = "The values of this study lie between 116.27 and 174.41 ppm."

    assert not pages.stands(quote, "one.txt", 1, "pdfium")
    assert pages.stands_in_two(quote, "one.txt", 1, "pdfium")
    assert not pages.stands_in_two(quote.replace("174.41", "174.14"), "one.txt", 1, "pdfium")
    assert not pages.stands_in_two("ppm. The values of this study", "one.txt", 1, "pdfium")


def test_a_stream_survives_line_breaks_and_hyphens() -> None:
    assert stream("tempera-\nture of 5 °C") == stream("temperature of 5 °C")
    assert stream("tempera\u0002\r\nture") == stream("tempera\u00adture") == "temperature"


def test_a_page_is_read_once_for_many_quotes() -> None:
    pages = PageTexts(PAPERS)
    pages.stands("x", "defect-levels.pdf", 1, "pypdf")

    started = time.process_time()
    for number in range(2000):
        pages.stands(f"quote {number}", "defect-levels.pdf", 1, "pypdf")

    assert time.process_time() - started < 5
