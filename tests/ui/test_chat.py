from __future__ import annotations

import socket
import tomllib
from collections.abc import Iterator

import pytest

from ui.chat import APP, FIRST_PORT, OPTIONS, free_port
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

    assert taken < free_port("127.0.0.1") < taken + 50


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
        free_port("192.0.2.1")


def test_the_app_started_without_our_command_keeps_to_the_same_settings() -> None:
    sections = tomllib.loads((APP.parent / ".streamlit" / "config.toml").read_text("utf-8"))

    found = {
        f"{section}.{name}": str(value).lower() if isinstance(value, bool) else value
        for section, options in sections.items()
        for name, value in options.items()
    }

    assert found == OPTIONS
