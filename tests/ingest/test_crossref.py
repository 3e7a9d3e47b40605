from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ingest.crossref import MAX_FAILURES, Crossref
from ingest.events import IngestReport
from ingest.library import Library
from ingest.paper import PaperMetadata
from ingest.settings import CrossrefSettings
from tests.ingest.tiny import write_pdf

DOI = "10.5555/vac.2023.1"
TITLE = "On the vacancies of hot Li<sub>3</sub>N &amp; other oxides"
PLAIN = "On the vacancies of hot Li3N & other oxides"
PAGE = "A Journal of Tests\nOn the vacancies of hot\nLi3N & other oxides\nA. Mosquera"
MESSAGE = {
    "DOI": DOI,
    "title": [TITLE],
    "author": [
        {"given": "Ana", "family": "de la Mosquera"},
        {"name": "The Oxide Consortium"},
    ],
    "container-title": ["Journal of Tests"],
    "issued": {"date-parts": [[2022, 12]]},
    "published-print": {"date-parts": [[2023]]},
    "abstract": "Not kept.",
}


class Registry(BaseHTTPRequestHandler):
    """Answers as Crossref does."""

    requests: list[tuple[str, str]]
    status = 200
    body: bytes = json.dumps({"status": "ok", "message": MESSAGE}).encode()
    location: str | None = None

    def do_GET(self) -> None:
        self.requests.append((self.path, self.headers["User-Agent"]))
        self.send_response(self.status)
        if self.location:
            self.send_header("Location", self.location)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def registry(loopback: None) -> Iterator[tuple[str, type[Registry]]]:
    handler = type("Handler", (Registry,), {"requests": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def crossref(registry: tuple[str, type[Registry]], tmp_path: Path) -> Crossref:
    settings = CrossrefSettings(online=True, base_url=registry[0], mailto="me@example.org")
    return Crossref(settings, tmp_path / "cache")


def read(**said: Any) -> PaperMetadata:
    return PaperMetadata(doi=DOI, **said)


def test_a_doi_is_looked_up_once_and_only_the_doi_is_sent(
    crossref: Crossref, registry: tuple[str, type[Registry]]
) -> None:
    first, second = crossref.look_up(DOI), crossref.look_up(DOI.upper())

    assert first is not None
    assert first.title == PLAIN
    assert first.authors == ("Ana de la Mosquera", "The Oxide Consortium")
    assert first.first_surname == "de la Mosquera"
    assert (first.year, first.journal) == (2023, "Journal of Tests")
    assert second is not None
    ((path, agent),) = registry[1].requests
    assert path == "/works/10.5555%2Fvac.2023.1"
    assert "mailto:me@example.org" in agent


def test_answers_are_kept_for_the_next_run(
    crossref: Crossref, registry: tuple[str, type[Registry]], tmp_path: Path
) -> None:
    crossref.look_up(DOI)
    registry[1].status = 500

    again = Crossref(CrossrefSettings(online=True, base_url=registry[0]), tmp_path / "cache")

    assert again.look_up(DOI) == crossref.look_up(DOI)
    assert len(registry[1].requests) == 1
    assert "abstract" not in next((tmp_path / "cache").iterdir()).read_text()


def test_where_the_title_stands_on_the_first_page_title_and_authors_are_taken(
    crossref: Crossref,
) -> None:
    completed = crossref.complete(
        read(title="A Journal of Tests", authors=("A. M. Osquera",), year=2024), PAGE
    )

    assert completed.title == PLAIN
    assert completed.authors[0] == "Ana de la Mosquera"
    assert completed.first_surname == "de la Mosquera"
    assert completed.year == 2024  # as printed
    assert completed.journal == "Journal of Tests"


def test_where_the_titles_agree_gaps_are_filled(crossref: Crossref) -> None:
    completed = crossref.complete(
        read(title="On the vacancies of hot Li3N and other oxides", authors=("A. Mosquera",)), ""
    )

    assert completed.title == "On the vacancies of hot Li3N and other oxides"
    assert completed.authors == ("A. Mosquera",)
    assert completed.year == 2023


def test_of_another_papers_doi_nothing_is_taken(crossref: Crossref) -> None:
    mine = read(title="Layers of sodium in cells", authors=("Bo Ek",))

    assert crossref.complete(mine, "Layers of sodium in cells\nBo Ek") == mine
    assert "which is not what was read" in crossref.problems[0]


def test_a_paper_without_a_doi_asks_nothing(
    crossref: Crossref, registry: tuple[str, type[Registry]]
) -> None:
    assert crossref.complete(PaperMetadata(title="A"), "A") == PaperMetadata(title="A")
    assert registry[1].requests == []


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (500, b"", "HTTP 500"),
        (200, b"<html>", "Expecting value"),
        (200, b'{"message": []}', "holds no record"),
        (200, b"{}", "message"),
    ],
)
def test_a_failure_is_a_sentence_and_leaves_what_was_read(
    crossref: Crossref,
    registry: tuple[str, type[Registry]],
    status: int,
    body: bytes,
    says: str,
) -> None:
    registry[1].status, registry[1].body = status, body

    assert crossref.complete(read(title="A"), "A") == read(title="A")
    assert registry[0] in crossref.problems[0]
    assert says in crossref.problems[0]


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"title": "text", "author": "text", "issued": [], "container-title": None},
        {"title": [None, 3], "author": [{}, None, {"family": 7}], "issued": {"date-parts": [[]]}},
        {"title": [], "issued": {"date-parts": [[None]]}},
    ],
)
def test_a_record_of_another_form_is_taken_for_nothing(
    crossref: Crossref, registry: tuple[str, type[Registry]], message: Any
) -> None:
    registry[1].body = json.dumps({"message": message}).encode()

    assert crossref.complete(read(title="A"), "A") == read(title="A")


def test_a_doi_that_is_not_registered_there_is_no_problem(
    crossref: Crossref, registry: tuple[str, type[Registry]]
) -> None:
    registry[1].status = 404

    assert crossref.look_up(DOI) is None
    assert crossref.problems == []


def test_after_some_failures_it_is_left_alone(
    crossref: Crossref, registry: tuple[str, type[Registry]]
) -> None:
    registry[1].status = 503

    for number in range(MAX_FAILURES + 3):
        crossref.look_up(f"{DOI}.{number}")

    assert len(registry[1].requests) == MAX_FAILURES
    assert "was not asked again" in crossref.problems[-1]


def test_a_redirection_elsewhere_is_not_followed(
    crossref: Crossref, registry: tuple[str, type[Registry]]
) -> None:
    registry[1].status, registry[1].location = 302, "http://127.0.0.1:9/works/x"

    assert crossref.look_up(DOI) is None
    assert "sends the request on to 127.0.0.1:9" in crossref.problems[0]


def test_nothing_is_asked_unless_it_is_switched_on(
    library: Library, papers: Path, ingest: Callable[..., IngestReport]
) -> None:
    write_pdf(papers / "a.pdf", [["Hot oxides", "Bo Ek", f"doi:{DOI}", "They lose oxygen."]])

    report = ingest(library, papers)  # the suite's sockets are closed

    assert report.notes == ()
    assert library.papers()[0].doi == DOI


def test_an_ingest_completes_new_papers_and_known_ones(
    open_library: Callable[..., Library],
    registry: tuple[str, type[Registry]],
    papers: Path,
    ingest: Callable[..., IngestReport],
) -> None:
    lines = ["On the vacancies of hot Li3N & other oxides", "Bo Ek", f"doi:{DOI}", "Oxygen leaves."]
    write_pdf(papers / "a.pdf", [lines])
    ingest(open_library(), papers)
    online = CrossrefSettings(online=True, base_url=registry[0])

    ingest(open_library(crossref=online), papers)
    ingest(open_library(crossref=online, name="other"), papers)

    known, new = open_library().papers()[0], open_library(name="other").papers()[0]
    assert known.title == new.title == PLAIN
    assert known.authors == new.authors
    assert known.key != "delaMosquera2023" == new.key  # a key once given stays
    assert len(registry[1].requests) == 1
