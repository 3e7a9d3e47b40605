from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.events import Finished, IngestReport
from ingest.library import Library
from ingest.settings import IndexSettings, LibrarySettings
from ingest.telemetry import refuse_telemetry
from tests.ingest.tiny import TinyEmbedder

refuse_telemetry()  # before any test loads what would send some

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True, scope="session")
def no_data_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Settings and the gate's log are the suite's own, never those of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("elute")
        patch.setenv("ELUTE_DATA_DIR", str(folder / "data"))
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        yield


class SocketsClosed(AssertionError):
    """A test reached for the network."""


@pytest.fixture
def loopback() -> None:
    """Ask for this fixture to talk to a server that the test itself runs."""


@pytest.fixture(autouse=True)
def sockets_closed(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """No test reaches the network; loopback only where it is asked for."""
    if request.node.get_closest_marker("network"):
        yield
        return
    local = "loopback" in request.fixturenames
    connect, connect_ex, getaddrinfo = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def check(host: Any, address: Any) -> None:
        if not (local and str(host) in _LOOPBACK):
            raise SocketsClosed(f"a test wanted to reach {address!r}")

    def checked_connect(self: socket.socket, address: Any) -> None:
        if self.family != getattr(socket, "AF_UNIX", None):
            check(address[0], address)
        connect(self, address)

    def checked_connect_ex(self: socket.socket, address: Any) -> int:
        if self.family != getattr(socket, "AF_UNIX", None):
            check(address[0], address)
        return connect_ex(self, address)

    def checked_getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
        check(host.decode() if isinstance(host, bytes) else host, host)
        return getaddrinfo(host, *args, **options)

    monkeypatch.setattr(socket.socket, "connect", checked_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", checked_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", checked_getaddrinfo)
    yield


@pytest.fixture
def embedder() -> TinyEmbedder:
    """Vectors without a model, for tests of plumbing."""
    return TinyEmbedder()


@pytest.fixture
def settings(tmp_path: Path) -> LibrarySettings:
    """A library of the test's own, without Chroma."""
    return LibrarySettings(
        data_dir=tmp_path / "data", lock_wait_s=0, index=IndexSettings(chroma="off")
    )


@pytest.fixture
def open_library(
    settings: LibrarySettings, embedder: TinyEmbedder
) -> Iterator[Callable[..., Library]]:
    """Opens libraries with the tiny embedder, and closes them at the end."""
    opened: list[Library] = []

    def make(**changed: Any) -> Library:
        using = changed.pop("embedder", embedder)
        library = Library.open(settings.model_copy(update=changed), embedder=using)
        opened.append(library)
        return library

    yield make
    for library in opened:
        library.close()


@pytest.fixture
def library(open_library: Callable[..., Library]) -> Library:
    """An empty library."""
    return open_library()


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """An empty folder for papers."""
    folder = tmp_path / "papers"
    folder.mkdir()
    return folder


@pytest.fixture
def ingest() -> Callable[..., IngestReport]:
    """Ingests to the end; returns the report."""

    def run(library: Library, *paths: Path, **options: bool) -> IngestReport:
        last = list(library.add(*paths, **options))[-1]
        assert isinstance(last, Finished)
        return last.report

    return run
