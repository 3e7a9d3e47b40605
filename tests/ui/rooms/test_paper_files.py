from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ingest.library import Library
from ui.paper_files import page_address, route

pytestmark = pytest.mark.usefixtures("loopback")
HOST = {"host": "127.0.0.1:8501"}


@pytest.fixture
def client(
    library: Library,
    papers: Path,
    ingest: Callable[..., object],
    monkeypatch: pytest.MonkeyPatch,
) -> TestClient:
    """A server over a library of one text."""
    (papers / "a.html").write_text("<h1>Oxides</h1><p>The band gap of TiO2 is 3.0 eV.</p>")
    (papers / "beside.txt").write_text("not ingested")
    ingest(library, papers / "a.html")
    monkeypatch.setattr("ui.paper_files._Served.now", False)
    app = Starlette(routes=[route("default", lambda: library, ("127.0.0.1",))])
    return TestClient(app)


def test_a_paper_is_served_by_the_digest_of_its_bytes_as_text(
    client: TestClient, library: Library
) -> None:
    (paper,) = library.papers()
    address = page_address("default", paper, 1)
    assert address is not None

    reply = client.get(address.split("#")[0], headers=HOST)

    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/plain")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert hashlib.sha256(reply.content).hexdigest() == paper.paper_id


@pytest.mark.parametrize(
    "name",
    ["beside.txt", "..%2F..%2Fetc%2Fpasswd", "%2Fetc%2Fpasswd", "0" * 64, "catalog.db", "a.html"],
)
def test_nothing_else_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/papers/default/{name}", headers=HOST).status_code == 404


def test_a_citation_key_and_another_library_open_nothing(
    client: TestClient, library: Library
) -> None:
    (paper,) = library.papers()

    assert client.get(f"/papers/default/{paper.key}", headers=HOST).status_code == 404
    assert client.get(f"/papers/other/{paper.paper_id}", headers=HOST).status_code == 404


def test_a_file_that_has_changed_is_not_served(client: TestClient, library: Library) -> None:
    (paper,) = library.papers()
    Path(paper.paths[0]).write_text("<p>other</p>")

    assert client.get(f"/papers/default/{paper.paper_id}", headers=HOST).status_code == 404


def test_a_name_that_was_pointed_at_this_machine_is_turned_away(
    client: TestClient, library: Library
) -> None:
    (paper,) = library.papers()

    reply = client.get(f"/papers/default/{paper.paper_id}", headers={"host": "evil.example"})

    assert reply.status_code == 403
