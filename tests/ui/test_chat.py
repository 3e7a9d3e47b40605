from __future__ import annotations

import re
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.ui.journeys.browsing import Chat, serving
from ui.chat import FIRST_PORT, THIS_MACHINE, claimed_port, free_port, options
from ui.exits import PortError

pytestmark = pytest.mark.usefixtures("loopback")


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_that_is_taken_is_a_sentence_with_the_way_out(taken: int) -> None:
    with pytest.raises(PortError, match=rf"port {taken}: .*--port"):
        free_port("127.0.0.1", taken)


def test_without_a_port_the_first_free_one_is_taken(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.chat.FIRST_PORT", taken)

    port, claim = claimed_port("127.0.0.1")

    assert taken < port < taken + 50
    assert claim is not None
    claim.release()


def test_two_chats_that_start_at_the_same_moment_take_two_ports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.chat.tempfile.gettempdir", lambda: str(tmp_path))  # no real chat's
    (first, claim), (second, another) = claimed_port("127.0.0.1"), claimed_port("127.0.0.1")
    assert claim is not None
    claim.release()
    third, again = claimed_port("127.0.0.1")

    assert first < second
    assert third == first
    for one in (another, again):
        assert one is not None
        one.release()


def test_a_port_is_taken_without_a_claim_where_no_file_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr("ui.chat.tempfile.gettempdir", lambda: str(tmp_path / "file"))

    port, claim = claimed_port("127.0.0.1")

    assert port >= FIRST_PORT
    assert claim is None


def test_a_port_that_is_free_is_taken_as_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert free_port("127.0.0.1", port) == port


def test_an_address_that_is_not_this_machines_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nobodys = ("192.0.2.1", FIRST_PORT)  # TEST-NET-1 of RFC 5737
    found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", nobodys)]
    monkeypatch.setattr("ui.chat.socket.getaddrinfo", lambda *args, **options: found)

    with pytest.raises(PortError, match="--host"):
        claimed_port("192.0.2.1")


def test_the_page_is_bound_to_this_machine_and_guards_itself() -> None:
    told = options("127.0.0.1", 8501)

    assert told["server.address"] == "127.0.0.1"
    assert told["server.allowedHosts"] == list(THIS_MACHINE)
    assert told["server.enableXsrfProtection"] is True
    assert told["server.enableStaticServing"] is False
    assert told["server.maxUploadSize"] <= 100
    assert told["browser.gatherUsageStats"] is False
    assert told["client.showErrorDetails"] == "none"


def test_every_setting_of_the_page_is_one_that_streamlit_knows() -> None:
    from streamlit import config

    assert set(options("127.0.0.1", 8501)) <= set(config._config_options_template)


def test_light_and_dark_reach_the_contrast_of_aa() -> None:
    told = options("127.0.0.1", 8501)

    for theme in ("light", "dark"):
        ground = told[f"theme.{theme}.backgroundColor"]
        for name in ("textColor", "linkColor"):
            for behind in (ground, told[f"theme.{theme}.secondaryBackgroundColor"]):
                assert contrast(told[f"theme.{theme}.{name}"], behind) >= 4.5
        assert contrast(told[f"theme.{theme}.primaryColor"], "#ffffff") >= 4.5  # a button's label
        assert contrast(told[f"theme.{theme}.primaryColor"], ground) >= 3  # a field's frame


def test_the_style_sheets_inks_reach_the_contrast_of_aa() -> None:
    told = options("127.0.0.1", 8501)
    sheet = (Path(__file__).parents[2] / "ui" / "rooms" / "style.css").read_text("utf-8")
    pairs = dict(re.findall(r"--([\w-]+): (light-dark\([^)]*\))", sheet))

    for place, theme in enumerate(("light", "dark")):
        colour = {name: re.findall(r"#\w+", pair)[place] for name, pair in pairs.items()}
        ground = told[f"theme.{theme}.backgroundColor"]
        for ink in ("ink-soft", "accent", "good", "half", "bad"):
            assert contrast(colour[ink], ground) >= 4.5, (theme, ink)
            assert contrast(colour[ink], colour["card"]) >= 4.5, (theme, ink)
        assert contrast(colour["bad"], colour["bad-ground"]) >= 4.5
        assert contrast(colour["half"], colour["half-ground"]) >= 4.5


def test_the_style_sheet_holds_no_sign_for_which_the_browser_side_drops_it_whole() -> None:
    sheet = (Path(__file__).parents[2] / "ui" / "rooms" / "style.css").read_text("utf-8")

    assert "<" not in sheet  # DOMPurify, through which Streamlit sends HTML, takes it for a tag


def contrast(one: str, other: str) -> float:
    """Contrast of two colours after WCAG 2.2."""

    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def processes_of(chat: Chat, n: int) -> list[psutil.Process]:
    """The processes that the chat has started, once there are so many."""
    deadline = time.monotonic() + 60
    while len(found := psutil.Process(chat.process.pid).children()) < n:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_the_processes_that_answer_end_with_the_chat(tmp_path: Path, how: signal.Signals) -> None:
    lean = {"ELUTE_CHAT_WORKERS": "1", "ELUTE_EMBEDDER__KIND": "none"}
    with serving(tmp_path / "data", tmp_path, **lean) as chat:
        (one,) = processes_of(chat, 1)

        chat.process.send_signal(how)
        code = chat.process.wait(timeout=60)

        assert code == (0 if how == signal.SIGINT else -signal.SIGKILL)
        assert not psutil.wait_procs([one], timeout=60)[1]
