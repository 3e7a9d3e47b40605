from __future__ import annotations

import csv
import io

from streamlit.testing.v1 import AppTest

from ui.rooms.screens import HEADS, as_csv, file_lines


def _page() -> None:
    from ui.rooms import screens

    screens.page()


def test_names_typed_in_give_a_table_with_the_listed_ones_first() -> None:
    app = AppTest.from_function(_page, default_timeout=60).run()
    app.text_area(key="screen-text").set_value("water\nmustard gas\n\n67-64-1")

    app = app.button[0].click().run()

    assert not app.exception
    counts = {metric.label: metric.value for metric in app.metric}
    assert counts == {"listed": "1", "to look at": "1", "not listed": "1"}
    table = next(str(part.value) for part in app.html if "elute-table" in str(part.value))
    assert table.index("mustard gas") < table.index("67-64-1") < table.index("water")
    assert "CWC Annex on Chemicals" in table


def test_nothing_to_screen_is_a_sentence() -> None:
    app = AppTest.from_function(_page, default_timeout=60).run().button[0].click().run()

    assert "nothing to screen" in app.warning[0].value


def test_a_file_gives_smiles_and_names_without_its_heading() -> None:
    text = "smiles name\nCCO ethanol\n\nCC(C)=O,acetone, dry\nO\n"

    assert list(file_lines(text)) == [
        (2, "CCO", "ethanol"),
        (4, "CC(C)=O", "acetone  dry"),
        (5, "O", ""),
    ]


def test_no_cell_of_the_table_is_a_formula_to_a_spreadsheet() -> None:
    rows = [("1", '=HYPERLINK("http://x")', "allow", *[""] * 7), ("2", "-1+1", *[""] * 8)]

    read = list(csv.reader(io.StringIO(as_csv(rows))))

    assert read[0] == list(HEADS)
    assert [row[1][0] for row in read[1:]] == ["'", "'"]
