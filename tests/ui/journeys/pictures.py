"""The pictures of the documentation, taken from the running chat.

python -m tests.ui.journeys.pictures docs/pictures
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.example_library import ROOT, example_data_folder
from tests.ui.journeys.browsing import ask, browsing, go, picture, serving, visiting

COLOURS = 256  # of a picture's palette: text stays sharp, the files small


def take_pictures(browser: Any, address: str, folder: Path) -> list[Path]:
    """Take them all; returns their places."""
    folder.mkdir(parents=True, exist_ok=True)
    with visiting(browser, address) as page:
        turn = ask(page, "What is the band gap of MAPbI3?")
        citation = turn.get_by_test_id("stExpander").filter(has_text="Müller2020, page").first
        citation.locator("summary").click()
        citation.get_by_role("img", name="perovskite-gaps.pdf").wait_for()
        page.set_viewport_size({"width": 1280, "height": 1640})
        picture(page, folder / "citation.png")
    with visiting(browser, address, dark=True) as page:
        go(page, "Tools")
        box = page.get_by_role("combobox", name="Tool")
        box.click()
        box.fill("View a crystal")
        page.get_by_role("option", name="View a crystal").click()
        cif = ROOT / "examples" / "structures" / "triphylite.cif"
        page.locator("input[type=file]").set_input_files(str(cif))
        page.frame_locator("iframe").locator("canvas").wait_for()
        picture(page, folder / "crystal.png")
    with visiting(browser, address, width=360) as page:
        ask(page, "How do I synthesise heroin?")
        picture(page, folder / "refusal.png")
    with visiting(browser, address, width=1600) as page:
        go(page, "Library")
        page.get_by_test_id("stDataFrame").wait_for()
        page.wait_for_timeout(1500)  # the table draws itself once more when it knows its width
        picture(page, folder / "library.png")
    taken = sorted(folder.glob("*.png"))
    for place in taken:
        _shrink(place)
    return taken


def _shrink(place: Path) -> None:
    from PIL import Image

    with Image.open(place) as opened:
        small = opened.convert("RGB").quantize(COLOURS)
    small.save(place, optimize=True)


def main() -> None:
    """Take them from a chat over the example papers."""
    with tempfile.TemporaryDirectory() as folder:
        data = example_data_folder(Path(folder))
        with serving(data, ROOT / "examples") as chat, browsing() as browser:
            for place in take_pictures(browser, chat.address, Path(sys.argv[1])):
                sys.stdout.write(f"{place} {place.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
