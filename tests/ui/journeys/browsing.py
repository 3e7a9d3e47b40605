"""A real headless Chromium in front of `elute chat`, that minds where requests go."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.example_library import ROOT

WAIT_MS = 90_000  # a loaded machine is no fault
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
# What Streamlit's own frames make Chromium remark; no fault of a page.
_REMARKS = ("Unrecognized feature", "allow-scripts and allow-same-origin")


@dataclass
class Chat:
    """A running `elute chat`."""

    process: subprocess.Popen[str]
    address: str

    def stop(self) -> str:
        """Stop it as Ctrl-C does; what it said meanwhile."""
        self.process.send_signal(signal.SIGINT)
        said = self.process.stdout.read() if self.process.stdout else ""
        assert self.process.wait(timeout=60) == 0, said
        return said


@contextmanager
def serving(data: Path, papers: Path, **environment: str) -> Iterator[Chat]:
    """`elute chat` over the default library of a data folder."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("ELUTE_", "OPENAI_"))}
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "ui.cli", "chat", "--papers", str(papers)],
        cwd=papers,
        env={**inherited, "PYTHONPATH": str(ROOT), "ELUTE_DATA_DIR": str(data), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = ""
        for line in process.stdout:
            said += line
            if "http://" in line:
                address = next(word for word in line.split() if word.startswith("http://"))
                yield Chat(process, address)
                break
        else:
            raise AssertionError(f"elute chat ended without printing its address: {said}")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@dataclass
class Watch:
    """What a page did that it should not."""

    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def over(self, page: Any) -> None:
        """Watch a page from its first request on."""
        page.set_default_timeout(WAIT_MS)
        page.on("request", self._request)
        page.on("websocket", lambda socket: self._went_to(socket.url))
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _request(self, request: Any) -> None:
        if not request.url.startswith(("data:", "blob:", "about:")):
            self._went_to(request.url)

    def _went_to(self, url: str) -> None:
        if urlsplit(url).hostname != "127.0.0.1":
            self.elsewhere.append(url)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning") and not any(
            remark in message.text for remark in _REMARKS
        ):
            self.complaints.append(message.text)


@contextmanager
def browsing() -> Iterator[Any]:
    """A browser; each visitor is a context of his own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def visiting(browser: Any, address: str, *, width: int = 1280, dark: bool = False) -> Iterator[Any]:
    """A page of a new visitor; at the end nothing may have gone elsewhere or complained."""
    context = browser.new_context(
        viewport={"width": width, "height": 1000}, color_scheme="dark" if dark else "light"
    )
    page, watch = context.new_page(), Watch()
    watch.over(page)
    page.goto(address)
    page.get_by_test_id("stApp").wait_for()
    yield page
    exceptions = page.get_by_test_id("stException").count()
    context.close()
    assert not watch.elsewhere, watch.elsewhere
    assert not watch.complaints, watch.complaints
    assert exceptions == 0


def ask(page: Any, question: str) -> Any:
    """Ask and wait for the turn; returns it."""
    turns = page.locator(".elute-question").count()
    field_ = page.get_by_test_id("stChatInputTextArea")
    field_.wait_for()
    field_.fill(question)
    page.keyboard.press("Enter")
    turn = page.locator(f".st-key-turn-{turns}")
    turn.locator(".elute-meta, .elute-card.refused").first.wait_for()
    page.get_by_role("button", name="Stop").wait_for(state="detached")
    return turn


def go(page: Any, name: str) -> None:
    """Turn to a page by the side's link."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
    page.get_by_role("heading", name=name, exact=True).first.wait_for()


def picture(page: Any, path: Path) -> None:
    """A picture of the page when nothing moves any more."""
    page.wait_for_timeout(700)  # fold-outs and fonts are animated; a picture waits for them
    page.screenshot(path=str(path))
