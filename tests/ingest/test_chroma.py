from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest import chroma, chroma_child
from ingest.chroma import ChromaIndex, ChromaMirror, open_index, where
from ingest.chroma_child import Hits, Query, Write
from ingest.coprocess import ROOT
from ingest.embedding import PackagedEmbedder, find_model
from ingest.events import IndexWritten, IngestReport
from ingest.index import ExactIndex
from ingest.library import Library
from ingest.settings import EmbedderSettings, IndexSettings
from tests.ingest.tiny import TinyEmbedder, article, write_pdf, write_text_paper

EMBEDDED = IndexSettings(chroma="embedded")


@pytest.fixture
def mirrored(open_library: Callable[..., Library]) -> Library:
    """A library that keeps Chroma, in its own folder."""
    return open_library(index=EMBEDDED)


class SameProcess:
    """Answers as Chroma's process does, without the second that starting one costs."""

    def ask(self, request: chroma_child.Request, timeout_s: float) -> Any:
        answers = io.StringIO()
        chroma_child.serve([json.dumps(request.model_dump())], answers)
        answer = chroma._ANSWERS.validate_json(answers.getvalue())
        if isinstance(answer, chroma_child.Failure):
            raise chroma._Broken(answer.error)
        return answer

    def close(self) -> None:
        from chromadb.api.shared_system_client import SharedSystemClient

        SharedSystemClient.clear_system_cache()


@pytest.fixture
def same_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of what is written, not of the process that writes."""
    monkeypatch.setattr(chroma, "_Child", SameProcess)


def fill(papers: Path) -> None:
    write_text_paper(papers / "garnet.txt", "conductivity of garnets")
    write_text_paper(papers / "sulfide.txt", "stability of sulfides")
    write_text_paper(papers / "polymer.txt", "flexibility of polymers")


def exact(library: Library) -> ExactIndex:
    return ExactIndex(library.catalog.vectors("chunk"))


def test_another_program_finds_the_same_chunks_through_langchain(
    open_library: Callable[..., Library], papers: Path, ingest: Callable[..., IngestReport]
) -> None:
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings

    settings = EmbedderSettings()
    packaged = PackagedEmbedder(find_model(settings), settings)

    class Packaged(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [list(map(float, row)) for row in packaged.embed(texts)]

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    library = open_library(index=EMBEDDED, embedder=packaged)
    for surname, subject in (("Li", "ion conductivity"), ("Wu", "band gap"), ("Ito", "hardness")):
        write_pdf(
            papers / f"{surname}.pdf", article(surname, 2021, subject), author=f"A. {surname}"
        )
    ingest(library, papers)

    store = Chroma(
        collection_name="elute-default-chunks",
        embedding_function=Packaged(),
        persist_directory=str(library.settings.folder / "chroma"),
    )
    question = "How wide is the band gap at 303 K?"
    found = store.similarity_search_with_score(question, k=5)

    ours = exact(library).search(packaged.embed([question])[0], 5)
    assert len(ours) == 5
    theirs = [(doc.metadata["paper_id"], doc.metadata["ordinal"]) for doc, _ in found]
    assert theirs == [(hit.paper_id, hit.ordinal) for hit in ours]
    for (doc, distance), hit in zip(found, ours, strict=True):
        chunk = library.catalog.chunks(hit.paper_id)[hit.ordinal]
        assert (doc.id, doc.page_content) == (chunk.chunk_id, chunk.text)
        assert doc.metadata["page"] == chunk.pages.first
        assert doc.metadata["file"] == library.paper(hit.paper_id).file
        assert 1 - distance == pytest.approx(hit.score, abs=1e-5)


def test_chroma_follows_the_catalog_through_every_change(
    mirrored: Library, same_process: None, papers: Path, ingest: Callable[..., IngestReport]
) -> None:
    mirror = ChromaMirror(mirrored.catalog, mirrored.settings)

    def agrees() -> bool:
        return mirror.is_current() and mirror.problems() == []

    fill(papers)
    ingest(mirrored, papers)
    assert agrees()
    write_text_paper(papers / "garnet.txt", "hardness of garnets", n=4)
    ingest(mirrored, papers)
    assert agrees()
    key = mirrored.papers()[0].key
    mirrored.remove(key)
    assert agrees()
    mirrored.restore(key)
    assert agrees()
    (papers / "polymer.txt").unlink()
    ingest(mirrored, papers, prune=True)
    assert agrees()
    list(mirrored.reindex())
    assert agrees()


def test_an_ingest_without_news_does_not_start_chroma(
    mirrored: Library,
    papers: Path,
    ingest: Callable[..., IngestReport],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(papers)
    ingest(mirrored, papers)

    def refuse(*_: Any) -> None:
        raise AssertionError("Chroma was started")

    monkeypatch.setattr(chroma, "_Child", refuse)

    assert not any(isinstance(event, IndexWritten) for event in mirrored.add(papers))
    shutil.copy(papers / "garnet.txt", papers / "twin.txt")
    assert not any(isinstance(event, IndexWritten) for event in mirrored.add(papers))
    assert ChromaMirror(mirrored.catalog, mirrored.settings).is_current()


def test_a_lexical_library_does_not_start_chroma(
    open_library: Callable[..., Library],
    papers: Path,
    ingest: Callable[..., IngestReport],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(papers)
    lexical = open_library(
        index=EMBEDDED, embedder=None, name="words"
    )  # the settings' own embedder would be the packaged one
    lexical._embedder_tried = True
    monkeypatch.setattr(chroma, "_Child", None)

    report = ingest(lexical, papers)

    assert report.embedder is None
    assert lexical.verify().ok


@pytest.mark.parametrize(
    "damage",
    [shutil.rmtree, lambda folder: (folder / "elute.token").unlink()],
    ids=["gone", "another's"],
)
def test_a_chroma_that_is_not_the_one_written_is_made_anew(
    mirrored: Library,
    same_process: None,
    papers: Path,
    ingest: Callable[..., IngestReport],
    damage: Callable[[Path], Any],
) -> None:
    fill(papers)
    ingest(mirrored, papers)
    damage(mirrored.settings.folder / "chroma")
    assert any("Chroma's folder is gone" in problem for problem in mirrored.verify().problems)
    write_text_paper(papers / "more.txt", "density of oxides")

    ingest(mirrored, papers)

    assert ChromaMirror(mirrored.catalog, mirrored.settings).problems() == []


def test_a_damaged_chroma_is_made_anew_at_the_next_ingest(
    mirrored: Library, papers: Path, ingest: Callable[..., IngestReport]
) -> None:
    fill(papers)
    ingest(mirrored, papers)
    (mirrored.settings.folder / "chroma" / "chroma.sqlite3").write_bytes(b"no database" * 1000)
    write_text_paper(papers / "more.txt", "density of oxides")

    report = ingest(mirrored, papers)

    assert any("made anew" in note for note in report.notes)
    assert ChromaMirror(mirrored.catalog, mirrored.settings).problems() == []


def test_a_library_that_was_moved_keeps_its_chroma(
    mirrored: Library,
    same_process: None,
    papers: Path,
    tmp_path: Path,
    ingest: Callable[..., IngestReport],
    open_library: Callable[..., Library],
) -> None:
    fill(papers)
    ingest(mirrored, papers)
    mirrored.close()
    mirrored.settings.data_dir.rename(tmp_path / "elsewhere")

    moved = open_library(index=EMBEDDED, data_dir=tmp_path / "elsewhere")

    assert moved.verify().ok
    assert not any(isinstance(event, IndexWritten) for event in moved.add(papers))


def test_chunks_that_are_missing_from_chroma_are_counted(
    mirrored: Library, same_process: None, papers: Path, ingest: Callable[..., IngestReport]
) -> None:
    fill(papers)
    ingest(mirrored, papers)
    place = where(mirrored.settings)
    collection = chroma_child.open_client(place).get_collection(place.collection)
    collection.delete(ids=collection.get(include=[])["ids"][:2])

    problems = mirrored.verify().problems

    assert len(problems) == 1
    assert "Chroma lacks 2 chunks" in problems[0]


def test_a_write_that_was_killed_is_not_trusted(
    mirrored: Library, same_process: None, papers: Path, ingest: Callable[..., IngestReport]
) -> None:
    fill(papers)
    ingest(mirrored, papers)
    mirrored.catalog.set_note("chroma_state", "writing")
    write_text_paper(papers / "more.txt", "density of oxides")

    written = [event for event in mirrored.add(papers) if isinstance(event, IndexWritten)]

    assert written[0].n_written == 4
    assert ChromaMirror(mirrored.catalog, mirrored.settings).problems() == []


def test_a_chroma_that_kills_its_process_is_passed_over_with_a_sentence(
    mirrored: Library,
    papers: Path,
    ingest: Callable[..., IngestReport],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(papers)
    monkeypatch.setattr(chroma, "_ENTRY", "os:abort")

    report = ingest(mirrored, papers)

    assert report.n_papers == 3
    assert not report.failed
    assert any("Chroma's process ended (signal 6)" in note for note in report.notes)
    assert any("Chroma" in problem for problem in mirrored.verify().problems)


def test_a_chroma_that_hangs_is_passed_over(
    mirrored: Library,
    papers: Path,
    ingest: Callable[..., IngestReport],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(papers)
    monkeypatch.setattr(chroma, "_ENTRY", "tests.ingest.faulty:hear_and_say_nothing")
    monkeypatch.setattr(chroma, "_START_S", 0.3)

    report = ingest(mirrored, papers)

    assert any("did not answer" in note for note in report.notes)


def test_chroma_answers_as_the_exact_index_does(
    open_library: Callable[..., Library], papers: Path, ingest: Callable[..., IngestReport]
) -> None:
    library = open_library(index=IndexSettings(kind="chroma"))
    fill(papers)
    ingest(library, papers)
    question = TinyEmbedder().embed(["stability of sulfides at 303 K"])[0]

    index = open_index(library.catalog, library.settings)

    assert isinstance(index, ChromaIndex)
    hits = index.search(question, 3)
    assert index.problem is None
    expected = exact(library).search(question, 3)
    assert [(h.paper_id, h.ordinal) for h in hits] == [(h.paper_id, h.ordinal) for h in expected]
    assert [h.score for h in hits] == pytest.approx([h.score for h in expected], abs=1e-5)
    only = library.papers()[0].paper_id
    assert {h.paper_id for h in index.search(question, 3, papers=[only])} == {only}
    index.close()


def test_an_index_opened_before_an_ingest_finds_what_came_after(
    open_library: Callable[..., Library], papers: Path, ingest: Callable[..., IngestReport]
) -> None:
    library = open_library(index=IndexSettings(kind="chroma"))
    fill(papers)
    ingest(library, papers)
    index = open_index(library.catalog, library.settings)
    question = TinyEmbedder().embed(["density of oxides"])[0]
    before = index.search(question, 1)

    write_text_paper(papers / "more.txt", "density of oxides")
    ingest(library, papers)

    after = index.search(question, 1)
    assert after != before
    assert library.paper(after[0].paper_id).file == "more.txt"
    index.close()


def test_a_chroma_that_is_behind_is_not_asked(
    same_process: None,
    open_library: Callable[..., Library],
    papers: Path,
    ingest: Callable[..., IngestReport],
) -> None:
    library = open_library(index=IndexSettings(kind="chroma"))
    fill(papers)
    ingest(library, papers)
    library.catalog.remove(library.papers()[0].paper_id)  # as a process killed before its mirror
    index = open_index(library.catalog, library.settings)
    question = TinyEmbedder().embed(["conductivity of garnets"])[0]

    hits = index.search(question, 50)

    assert isinstance(index, ChromaIndex)
    assert index.problem == "Chroma is behind the catalog"
    assert {hit.paper_id for hit in hits} == {paper.paper_id for paper in library.papers()}
    index.close()


def test_a_broken_chroma_is_answered_for_by_the_exact_index(
    open_library: Callable[..., Library], papers: Path, ingest: Callable[..., IngestReport]
) -> None:
    library = open_library(index=IndexSettings(kind="chroma"))
    fill(papers)
    ingest(library, papers)
    (library.settings.folder / "chroma" / "chroma.sqlite3").write_bytes(b"no database" * 1000)
    index = open_index(library.catalog, library.settings)
    question = TinyEmbedder().embed(["conductivity of garnets"])[0]

    hits = index.search(question, 4)

    assert isinstance(index, ChromaIndex)
    assert index.problem is not None
    assert hits == exact(library).search(question, 4)
    index.close()


def test_a_small_library_is_searched_exactly_and_a_large_one_by_chroma(
    same_process: None,
    open_library: Callable[..., Library],
    papers: Path,
    ingest: Callable[..., IngestReport],
) -> None:
    library = open_library(index=EMBEDDED)
    fill(papers)
    ingest(library, papers)

    def kind(**changed: Any) -> type:
        index = EMBEDDED.model_copy(update=changed)
        made = open_index(library.catalog, library.settings.model_copy(update={"index": index}))
        made.close()
        return type(made)

    assert kind() is ExactIndex
    assert kind(exact_limit=3) is ChromaIndex
    assert kind(exact_limit=3, chroma="off") is ExactIndex
    assert kind(kind="exact", exact_limit=3) is ExactIndex


def test_writing_and_asking_chroma_reaches_for_no_network(
    open_library: Callable[..., Library], papers: Path, ingest: Callable[..., IngestReport]
) -> None:
    # In this process, whose sockets are closed, what otherwise happens in the child.
    library = open_library()
    fill(papers)
    ingest(library, papers)
    place = where(library.settings)
    ids = tuple(library.catalog.versions())
    held = chroma_child.write(
        Write(
            where=place,
            catalog=str(library.catalog.path),
            upsert=ids,
            delete=(),
            token="t",
            create=True,
        )
    )
    question = TinyEmbedder().embed(["garnets"])[0]
    query = Query(where=place, vector=tuple(map(float, question)), limit=2, papers=None)
    out = io.StringIO()

    chroma_child.serve([json.dumps(query.model_dump())], out)

    assert held.count == library.catalog.n_chunks()
    assert len(Hits.model_validate_json(out.getvalue()).hits) == 2


def test_a_child_whose_parent_was_killed_does_not_write_on(tmp_path: Path) -> None:
    started = tmp_path / "started"
    slow = (
        f"import sys; sys.path.insert(0, {ROOT!r})\n"
        "from ingest import chroma_child as c\n"
        "import time\n"
        f"c._answer = lambda *_: (open({str(started)!r}, 'w').close(), time.sleep(60))\n"
        "c.main()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", slow], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    assert child.stdin is not None
    request = Query(
        where=chroma_child.Where(folder="x", url=None, collection="c"),
        vector=(1.0,),
        limit=1,
        papers=None,
    )
    child.stdin.write(json.dumps(request.model_dump()).encode() + b"\n")
    child.stdin.flush()
    deadline = time.monotonic() + 30
    while not started.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)

    child.stdin.close()

    assert child.wait(timeout=10) == 1


@pytest.fixture
def server(tmp_path: Path, loopback: None) -> Iterator[str]:
    """A Chroma server of the test's own."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = Path(sys.executable).with_name("chroma")
    process = subprocess.Popen(
        [str(program), "run", "--path", str(tmp_path / "server"), "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{url}/api/v2/heartbeat", timeout=1).close()
            break
        except OSError:
            assert time.monotonic() < deadline, "the server did not start"
            assert process.poll() is None, "the server ended"
            time.sleep(0.05)
    yield url
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_a_chroma_server_is_written_asked_and_checked_by_its_url(
    server: str,
    open_library: Callable[..., Library],
    papers: Path,
    ingest: Callable[..., IngestReport],
) -> None:
    index = IndexSettings(kind="chroma", chroma="server", chroma_url=server)
    library = open_library(index=index)
    fill(papers)
    report = ingest(library, papers)
    question = TinyEmbedder().embed(["flexibility of polymers at 305 K"])[0]

    asked = open_index(library.catalog, library.settings)

    assert isinstance(asked, ChromaIndex)
    hits = asked.search(question, 3)
    assert asked.problem is None
    assert report.notes == ()
    expected = exact(library).search(question, 3)
    assert [(h.paper_id, h.ordinal) for h in hits] == [(h.paper_id, h.ordinal) for h in expected]
    assert library.verify().ok
    assert not (library.settings.folder / "chroma").exists()
    np.testing.assert_allclose([h.score for h in hits], [h.score for h in expected], atol=1e-5)
    asked.close()
