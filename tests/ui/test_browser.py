from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.example_library import ROOT, example_data_folder

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("loopback")]

WAIT_MS = 60_000  # a loaded machine is no fault
CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
def chat(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`elute chat` over the example papers, and its address."""
    data = example_data_folder(tmp_path_factory.getbasetemp())
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ELUTE_DATA_DIR": str(data)}
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "ui.cli", "chat"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert server.stdout is not None
    try:
        for line in server.stdout:
            if "http://" in line:
                yield server, next(word for word in line.split() if word.startswith("http://"))
                break
        else:
            pytest.fail("elute chat ended without printing its address")
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH")
def test_a_citation_in_a_browser_opens_to_its_quote_and_the_picture_of_its_page(
    chat: tuple[subprocess.Popen[str], str], tmp_path: Path
) -> None:
    from playwright.sync_api import expect, sync_playwright

    server, address = chat
    elsewhere: list[str] = []
    complaints: list[str] = []

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1100, "height": 1400})

        def note_request(request: Any) -> None:
            if not request.url.startswith((address, "ws://127.0.0.1:", "data:", "blob:")):
                elsewhere.append(request.url)

        def note_console(message: Any) -> None:
            if message.type in ("error", "warning"):
                complaints.append(message.text)

        page.set_default_timeout(WAIT_MS)
        page.on("request", note_request)
        page.on("console", note_console)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        page.get_by_test_id("stChatInputTextArea").fill("What is the band gap of MAPbI3?")
        page.keyboard.press("Enter")
        citation = page.get_by_test_id("stExpander").filter(has_text="Müller2020 page").first
        citation.locator("summary").click()
        picture = citation.get_by_role("img", name="perovskite-gaps.pdf")
        expect(picture).to_be_visible(timeout=WAIT_MS)
        expect(citation.locator("blockquote")).to_contain_text("eV")
        drawn = picture.evaluate("image => image.naturalWidth")
        page.wait_for_timeout(300)  # for the picture file only: the fold-out is animated
        page.screenshot(path=str(tmp_path / "citation.png"))
        browser.close()
    server.send_signal(signal.SIGINT)
    said = server.stdout.read() if server.stdout else ""

    assert drawn > 500
    assert elsewhere == []
    assert complaints == []
    assert server.wait(timeout=30) == 0
    assert "elute chat stopped." in said
    assert "Traceback" not in said
