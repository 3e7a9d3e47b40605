from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest import pipeline, scanning
from ingest.errors import EmbedderError, FolderError, IndexMismatch
from ingest.events import (
    Embedding,
    FileDone,
    FileOutcome,
    FileStarted,
    Finished,
    IngestReport,
    Scanned,
)
from ingest.library import Library
from ingest.paper import ReadOutcome, ReadPaper
from ingest.stored import FileStatus
from tests.ingest.tiny import TinyEmbedder, article, write_pdf, write_text_paper

Ingest = Callable[..., IngestReport]

pytestmark = pytest.mark.usefixtures("old_files")


@pytest.fixture
def old_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of these tests count as written long ago, so that size and time are believed."""
    monkeypatch.setattr(scanning, "_SETTLED_NS", -1)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are read."""
    names: list[str] = []
    read_many = pipeline.read_many

    def noting(paths: object, *args: object) -> Iterator[tuple[Path, ReadPaper]]:
        for path, read in read_many(paths, *args):  # type: ignore[arg-type]
            names.append(path.name)
            yield path, read

    monkeypatch.setattr(pipeline, "read_many", noting)
    return names


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are hashed."""
    names: list[str] = []
    with_hash = scanning.with_hash

    def noting(path: Path, place: scanning.Place) -> scanning.Place:
        names.append(path.name)
        return with_hash(path, place)

    monkeypatch.setattr(pipeline, "with_hash", noting)
    return names


def outcomes(report_or_events: list[object]) -> dict[str, FileOutcome]:
    return {Path(e.path).name: e.outcome for e in report_or_events if isinstance(e, FileDone)}


def test_a_folder_becomes_papers_with_pages_vectors_and_terms(
    library: Library, papers: Path, ingest: Ingest
) -> None:
    write_pdf(papers / "li.pdf", article("Li", 2021, "conductivity", n_pages=3), author="Anna Li")
    write_text_paper(papers / "deep" / "er" / "notes.txt", "hardness")
    (papers / "data.csv").write_text("no paper")

    report = ingest(library, papers)

    assert (report.n_files, report.n_papers, report.n_pages) == (2, 2, 4)
    assert report.count(FileOutcome.ADDED) == 2
    assert report.embedder == "tiny"
    first = library.paper("Li2021")
    assert first.page_count == 3
    assert library.catalog.vectors("chunk").spans.keys() == {p.paper_id for p in library.papers()}
    assert library.catalog.search_pages(["hard"], 1)
    assert library.verify().ok


def test_events_tell_the_whole_story_in_order(library: Library, papers: Path) -> None:
    write_text_paper(papers / "a.txt", "conductivity")
    write_text_paper(papers / "b.txt", "hardness")

    events = list(library.add(papers))

    kinds = [event.kind for event in events if not isinstance(event, Embedding)]
    assert kinds == ["scanned", *["file_started", "file_done"] * 2, "finished"]
    assert isinstance(events[0], Scanned)
    assert events[0].n_files == 2
    progress = [e for e in events if isinstance(e, Embedding) and e.path.endswith("a.txt")]
    assert progress[-1].done == progress[-1].total > 0
    for event in events:
        assert type(event).model_validate_json(event.model_dump_json()) == event


def test_an_unchanged_folder_costs_a_look_at_each_file(
    library: Library, papers: Path, ingest: Ingest, reads: list[str], hashes: list[str]
) -> None:
    for i in range(5):
        write_text_paper(papers / f"{i}.txt", f"property {i}")
    ingest(library, papers)
    generation = library.catalog.generation()
    reads.clear()
    hashes.clear()

    report = ingest(library, papers)

    assert report.count(FileOutcome.UNCHANGED) == 5
    assert (reads, hashes) == ([], [])
    assert library.catalog.generation() == generation


def test_a_file_touched_but_not_changed_costs_a_hash(
    library: Library, papers: Path, ingest: Ingest, reads: list[str], hashes: list[str]
) -> None:
    path = write_text_paper(papers / "a.txt", "conductivity")
    ingest(library, papers)
    os.utime(path, ns=(1, 1))
    reads.clear()
    hashes.clear()

    assert ingest(library, papers).count(FileOutcome.UNCHANGED) == 1
    assert (reads, hashes) == ([], ["a.txt"])
    assert ingest(library, papers).count(FileOutcome.UNCHANGED) == 1
    assert hashes == ["a.txt"]


def test_a_file_changed_within_a_tick_of_the_clock_is_noticed(
    library: Library, papers: Path, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "_SETTLED_NS", 2_000_000_000)
    path = write_text_paper(papers / "a.txt", "conductivity")
    ingest(library, papers)
    status = path.stat()
    path.write_text(path.read_text().replace("conductivity", "resistivity!"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size

    report = ingest(library, papers)

    assert report.count(FileOutcome.CHANGED) == 1


def test_a_changed_file_replaces_its_paper_and_keeps_its_key(
    library: Library, papers: Path, ingest: Ingest
) -> None:
    write_pdf(papers / "li.pdf", article("Li", 2021, "conductivity"), author="Anna Li")
    ingest(library, papers)
    old = library.paper("Li2021")

    write_pdf(papers / "li.pdf", article("Li", 2021, "resistivity"), author="Anna Li")
    events = list(library.add(papers))

    assert outcomes(events) == {"li.pdf": FileOutcome.CHANGED}
    new = library.paper("Li2021")
    assert new.paper_id != old.paper_id
    assert [paper.paper_id for paper in library.papers()] == [new.paper_id]
    assert "conductivity" not in library.catalog.text(new.paper_id)


def test_the_same_bytes_in_two_places_are_one_paper(
    library: Library, papers: Path, ingest: Ingest
) -> None:
    write_text_paper(papers / "a.txt", "conductivity")
    shutil.copy(papers / "a.txt", papers / "copy.txt")

    events = list(library.add(papers))
    shutil.copy(papers / "a.txt", papers / "later.txt")
    later = list(library.add(papers))

    assert outcomes(events) == {"a.txt": FileOutcome.ADDED, "copy.txt": FileOutcome.DUPLICATE}
    assert outcomes(later)["later.txt"] is FileOutcome.DUPLICATE
    (paper,) = library.papers()
    assert [Path(path).name for path in paper.paths] == ["a.txt", "copy.txt", "later.txt"]


def test_a_moved_file_keeps_its_paper_and_key(
    library: Library, papers: Path, ingest: Ingest, reads: list[str]
) -> None:
    path = write_text_paper(papers / "a.txt", "conductivity")
    ingest(library, papers)
    before = library.papers()[0]
    reads.clear()

    (papers / "sorted").mkdir()
    path.rename(papers / "sorted" / "a.txt")
    report = ingest(library, papers, prune=True)

    (after,) = library.papers()
    assert (after.paper_id, after.key) == (before.paper_id, before.key)
    assert [Path(path).parent.name for path in after.paths] == ["sorted"]
    assert reads == []
    assert report.count(FileOutcome.RETIRED) == 1


def test_a_missing_file_retires_only_on_prune_and_returns_with_its_key(
    library: Library, papers: Path, ingest: Ingest, reads: list[str]
) -> None:
    path = write_text_paper(papers / "a.txt", "conductivity")
    write_text_paper(papers / "b.txt", "hardness")
    ingest(library, papers)
    key = library.papers()[0].key
    kept = path.read_bytes()
    path.unlink()

    without = ingest(library, papers)
    assert (without.n_missing, without.n_papers) == (1, 2)
    events = list(library.add(papers, prune=True))
    assert outcomes(events)["a.txt"] is FileOutcome.RETIRED
    assert len(library.papers()) == 1
    path.write_bytes(kept)
    reads.clear()
    back = list(library.add(papers))

    assert outcomes(back)["a.txt"] is FileOutcome.ADDED
    assert reads == []
    assert library.paper(key).file == "a.txt"


def test_prune_looks_only_below_the_folders_named(
    library: Library, papers: Path, ingest: Ingest
) -> None:
    gone = write_text_paper(papers / "one" / "a.txt", "conductivity")
    write_text_paper(papers / "two" / "b.txt", "hardness")
    ingest(library, papers)
    gone.unlink()

    assert ingest(library, papers / "two", prune=True).n_papers == 2
    assert ingest(library, papers / "one", prune=True).n_papers == 1


def test_one_broken_file_is_a_line_in_the_report_not_the_end(
    library: Library, papers: Path, ingest: Ingest
) -> None:
    write_text_paper(papers / "a.txt", "conductivity")
    (papers / "empty.pdf").write_bytes(b"")
    (papers / "page.pdf").write_text("<html><body>Sign in</body></html>")

    report = ingest(library, papers)

    assert report.n_papers == 1
    failed = {Path(done.path).name: done.code for done in report.failed}
    assert failed == {"empty.pdf": "empty", "page.pdf": "not_pdf"}
    assert all(done.message for done in report.failed)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs")
def test_a_fifo_is_not_waited_for(library: Library, papers: Path, ingest: Ingest) -> None:
    write_text_paper(papers / "a.txt", "conductivity")
    os.mkfifo(papers / "pipe.pdf")

    report = ingest(library, papers)

    assert [done.code for done in report.failed] == ["not_pdf"]
    assert report.n_papers == 1


def test_a_failed_file_is_tried_again_when_it_changes(
    library: Library, papers: Path, ingest: Ingest, reads: list[str]
) -> None:
    path = papers / "li.pdf"
    path.write_bytes(b"")
    ingest(library, papers)
    reads.clear()

    again = ingest(library, papers)
    assert (len(again.failed), reads) == (1, [])
    assert again.failed[0].message
    write_pdf(path, article("Li", 2021, "conductivity"))
    fixed = ingest(library, papers)

    assert reads == ["li.pdf"]
    assert fixed.count(FileOutcome.ADDED) == 1
    assert library.catalog.files()[str(path)].tries == 0


def test_a_failed_file_is_tried_again_with_new_readers_or_on_request(
    library: Library,
    papers: Path,
    ingest: Ingest,
    reads: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (papers / "li.pdf").write_bytes(b"")
    ingest(library, papers)
    reads.clear()

    ingest(library, papers, retry=True)
    assert reads == ["li.pdf"]
    assert next(iter(library.catalog.files().values())).tries == 2
    monkeypatch.setattr(pipeline, "reader_version", lambda settings: "better readers")
    ingest(library, papers)
    assert reads == ["li.pdf"] * 2
    ingest(library, papers)
    assert reads == ["li.pdf"] * 2


def test_a_changed_file_that_cannot_be_read_leaves_its_earlier_version(
    library: Library, papers: Path, ingest: Ingest
) -> None:
    path = write_pdf(papers / "li.pdf", article("Li", 2021, "conductivity"), author="Anna Li")
    ingest(library, papers)
    path.write_bytes(path.read_bytes()[:100])

    report = ingest(library, papers)

    assert len(report.failed) == 1
    assert library.paper("Li2021").page_count == 2
    assert any("has changed and fails" in problem for problem in library.verify().problems)


def test_a_broken_file_put_right_again_is_the_paper_it_was(
    library: Library, papers: Path, ingest: Ingest, reads: list[str]
) -> None:
    path = write_pdf(papers / "li.pdf", article("Li", 2021, "conductivity"), author="Anna Li")
    good = path.read_bytes()
    ingest(library, papers)
    path.write_bytes(good[:100])
    ingest(library, papers)
    reads.clear()

    path.write_bytes(good)
    report = ingest(library, papers)

    assert report.count(FileOutcome.UNCHANGED) == 1
    assert (len(library.papers()), reads) == (1, [])
    assert library.verify().ok


def test_copies_of_a_broken_file_fail_alike(library: Library, papers: Path, ingest: Ingest) -> None:
    for name in ("a.pdf", "b.pdf"):
        (papers / name).write_text("<html>no paper</html>")

    report = ingest(library, papers)

    assert [done.code for done in report.failed] == ["not_pdf", "not_pdf"]


def test_a_file_that_changes_while_it_is_read_is_not_kept(
    library: Library, papers: Path, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_text_paper(papers / "a.txt", "conductivity")
    read_many = pipeline.read_many

    def overtaken(paths: object, *args: object) -> Iterator[tuple[Path, ReadPaper]]:
        for found, read in read_many(paths, *args):  # type: ignore[arg-type]
            path.write_text("half of a new vers")
            yield found, read

    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "read_many", overtaken)
        first = ingest(library, papers)
    second = ingest(library, papers)

    assert "changed while it was read" in first.failed[0].message
    assert (first.n_papers, second.n_papers) == (0, 1)


def test_papers_come_in_the_order_of_files_however_reads_end(
    library: Library, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(9):
        write_pdf(papers / f"{i}.pdf", article("Li", 2021, f"matter {i}"), author="Anna Li")
    read_many = pipeline.read_many

    def backwards(*args: object) -> Iterator[tuple[Path, ReadPaper]]:
        yield from reversed(list(read_many(*args)))  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "read_many", backwards)
    list(library.add(papers))

    keys = {paper.file: paper.key for paper in library.papers()}
    assert keys == {"0.pdf": "Li2021"} | {
        f"{i}.pdf": f"Li2021{'_bcdefghi'[i]}" for i in range(1, 9)
    }


def test_a_slow_file_does_not_hold_back_more_than_a_few_others() -> None:
    order = [Path(str(i)) for i in range(50)]
    read = ReadPaper(outcome=ReadOutcome.OK)
    pulled = 0

    def reads() -> Iterator[tuple[Path, ReadPaper]]:
        nonlocal pulled
        for path in [*order[1:], order[0]]:
            pulled += 1
            yield path, read

    given = pipeline._in_order(reads(), order)

    first = next(given)
    assert (first[0], pulled) == (order[1], pipeline._WAITING_READS + 1)
    assert sorted([first[0], *(path for path, _ in given)], key=order.index) == order


def test_a_missing_folder_is_named(library: Library, papers: Path) -> None:
    with pytest.raises(FolderError, match="there is no such file or folder") as caught:
        list(library.add(papers / "nowhere"))

    assert repr(str(papers / "nowhere")) in str(caught.value)


def test_a_folder_without_papers_is_named(library: Library, papers: Path) -> None:
    (papers / "data.csv").write_text("x")

    with pytest.raises(FolderError, match="no papers in") as caught:
        list(library.add(papers))

    assert repr(str(papers)) in str(caught.value)
    assert library.catalog.fingerprint() is None


def test_a_folder_emptied_of_its_papers_can_be_pruned(
    library: Library, papers: Path, ingest: Ingest
) -> None:
    path = write_text_paper(papers / "a.txt", "conductivity")
    ingest(library, papers)
    path.unlink()

    with pytest.raises(FolderError):
        ingest(library, papers)
    assert ingest(library, papers, prune=True).n_papers == 0


def test_hidden_files_and_folders_are_left_out_unless_named(
    library: Library, papers: Path, ingest: Ingest
) -> None:
    hidden = write_text_paper(papers / ".trash" / "old.txt", "conductivity")
    write_text_paper(papers / "._a.txt", "resource fork")
    write_text_paper(papers / "a.txt", "hardness")

    assert ingest(library, papers).n_files == 1
    assert ingest(library, hidden).n_papers == 2


def test_a_file_named_itself_is_taken_whatever_its_suffix(
    library: Library, papers: Path, ingest: Ingest
) -> None:
    path = write_pdf(papers / "paper.download", article("Li", 2021, "hardness"), author="A. Li")

    assert ingest(library, path).n_papers == 1


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_loops_of_links_end_and_each_folder_is_walked_once(
    library: Library, papers: Path, ingest: Ingest
) -> None:
    write_text_paper(papers / "deep" / "a.txt", "hardness")
    (papers / "deep" / "loop").symlink_to(papers)
    (papers / "again").symlink_to(papers / "deep")
    (papers / "dangling.pdf").symlink_to(papers / "nowhere.pdf")
    (papers / "self").symlink_to(papers / "self")

    report = ingest(library, papers)

    assert report.n_papers == 1
    assert report.count(FileOutcome.ADDED) == 1
    assert [Path(done.path).name for done in report.failed] == ["dangling.pdf"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_file_name_that_is_not_utf8_is_kept_and_found_again(
    library: Library, papers: Path, ingest: Ingest
) -> None:
    raw = os.fsencode(papers) + b"/caf\xe9 \xce\xb1.txt"
    Path(os.fsdecode(raw)).write_text("The conductivity is high. It was measured.")

    report = ingest(library, papers)

    assert report.n_papers == 1
    assert library.papers()[0].file == "caf%E9 α.txt"
    assert library.verify().ok
    assert ingest(library, papers).count(FileOutcome.UNCHANGED) == 1
    assert ingest(library, papers, prune=True).n_papers == 1


def test_a_subfolder_that_cannot_be_listed_is_reported_and_not_pruned(
    library: Library, papers: Path, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_text_paper(papers / "open" / "a.txt", "hardness")
    write_text_paper(papers / "shut" / "b.txt", "conductivity")
    ingest(library, papers)
    listing, status = os.scandir, Path.stat

    def refuse(path: object) -> None:
        if "shut" in str(path):
            raise PermissionError(13, "Permission denied", str(path))

    def scandir(path: Path) -> object:
        refuse(path)
        return listing(path)

    def look(path: Path, **options: bool) -> os.stat_result:
        if Path(path).parent.name == "shut":
            refuse(path)
        return status(path, **options)

    monkeypatch.setattr(os, "scandir", scandir)  # the tests may run as root, who may list all
    monkeypatch.setattr(Path, "stat", look)
    events = list(library.add(papers, prune=True))

    assert isinstance(events[0], Scanned)
    assert len(events[0].unreadable) == 1
    assert "shut" in events[0].unreadable[0]
    last = events[-1]
    assert isinstance(last, Finished)
    assert (last.report.n_papers, last.report.n_missing) == (2, 0)
    assert "shut" in last.report.notes[0]


def test_a_file_that_cannot_be_opened_is_a_failure_with_a_reason(
    library: Library, papers: Path, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_text_paper(papers / "a.txt", "hardness")
    write_text_paper(papers / "b.txt", "conductivity")

    def refuse(path: Path, place: scanning.Place) -> scanning.Place:
        if path.name == "b.txt":
            raise PermissionError(13, "Permission denied")
        return with_hash(path, place)

    with_hash = scanning.with_hash
    monkeypatch.setattr(pipeline, "with_hash", refuse)
    report = ingest(library, papers)

    assert [done.code for done in report.failed] == ["unreadable"]
    assert "Permission denied" in report.failed[0].message


def test_another_embedder_is_refused_with_the_remedy(
    open_library: Callable[..., Library], papers: Path, ingest: Ingest
) -> None:
    write_text_paper(papers / "a.txt", "hardness")
    ingest(open_library(), papers)
    other = open_library(embedder=TinyEmbedder("large", 32))

    with pytest.raises(IndexMismatch) as caught:
        ingest(other, papers)

    assert str(caught.value) == (
        "index was built with embedder 'tiny' (16), settings say 'large' (32). Run: elute reindex"
    )
    with pytest.raises(IndexMismatch):
        other.search("hardness")


def test_another_chunker_is_refused_with_the_remedy(
    library: Library, papers: Path, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_text_paper(papers / "a.txt", "hardness")
    ingest(library, papers)
    monkeypatch.setattr("ingest.fingerprint.CHUNKER", "windows-next")

    with pytest.raises(IndexMismatch, match="Run: elute reindex"):
        ingest(library, papers)


def test_an_embedder_that_fails_keeps_the_papers_done_before(
    open_library: Callable[..., Library], papers: Path, ingest: Ingest
) -> None:
    for i in range(4):
        write_text_paper(papers / f"{i}.txt", f"property {i}")

    class Failing(TinyEmbedder):
        def embed(self, texts):  # type: ignore[no-untyped-def]
            if self.n_embedded > 20:
                raise EmbedderError("the endpoint is gone")
            return super().embed(texts)

    library = open_library(embedder=Failing())
    with pytest.raises(EmbedderError, match="the endpoint is gone"):
        ingest(library, papers)
    done = library.papers()
    assert 0 < len(done) < 4
    queued = [s for s in library.catalog.files().values() if s.status is FileStatus.QUEUED]
    assert len(queued) == 4 - len(done)

    mended = open_library(embedder=TinyEmbedder())
    report = ingest(mended, papers)

    assert report.count(FileOutcome.UNCHANGED) == len(done)
    assert report.n_papers == 4
    assert mended.verify().ok


def test_an_ingest_abandoned_halfway_lets_go_of_the_lock(
    library: Library, papers: Path, ingest: Ingest
) -> None:
    for i in range(3):
        write_text_paper(papers / f"{i}.txt", f"property {i}")
    events = library.add(papers)
    for event in events:
        if isinstance(event, FileStarted):
            break

    events.close()  # type: ignore[attr-defined]

    assert ingest(library, papers).n_papers == 3


def test_what_a_walk_finds_is_sorted_and_each_file_stands_once(papers: Path) -> None:
    for name in ("b.txt", "a.PDF", "c.html", "d.docx"):
        write_text_paper(papers / name, "x")

    found = scanning.scan([papers, papers / "b.txt", papers])

    assert [path.name for path in found.files] == ["a.PDF", "b.txt", "c.html"]
    assert found.named == {papers / "b.txt"}


def test_an_executable_or_odd_mode_does_not_matter(
    library: Library, papers: Path, ingest: Ingest
) -> None:
    path = write_text_paper(papers / "a.txt", "hardness")
    path.chmod(stat.S_IRUSR)

    assert ingest(library, papers).n_papers == 1


def test_a_list_of_papers_in_the_folder_overrides_what_was_read(
    library: Library, papers: Path, ingest: Ingest
) -> None:
    write_pdf(papers / "x.pdf", article("Li", 2021, "conductivity"), author="Anna Li")
    (papers / "manifest.csv").write_text(
        "file,title,authors,year\nx.pdf,Garnets,Zoe da Silva;Anna Li,1999\n"
    )

    ingest(library, papers)

    (paper,) = library.papers()
    assert (paper.title, paper.authors, paper.year) == (
        "Garnets",
        ("Zoe da Silva", "Anna Li"),
        1999,
    )
    assert paper.key == "daSilva1999"


def test_a_list_corrected_later_corrects_the_paper_but_not_its_key(
    library: Library, papers: Path, ingest: Ingest, reads: list[str]
) -> None:
    write_pdf(papers / "x.pdf", article("Li", 2021, "conductivity"), author="Anna Li")
    ingest(library, papers)
    reads.clear()
    (papers / "manifest.csv").write_text("file,title,year\nx.pdf,Spinels and Granite,1999\n")

    report = ingest(library, papers)

    (paper,) = library.papers()
    assert (paper.key, paper.title, paper.year) == ("Li2021", "Spinels and Granite", 1999)
    assert [hit.paper_id for hit in library.catalog.search_papers(["granit"], 5)] == [
        paper.paper_id
    ]
    assert (report.count(FileOutcome.UNCHANGED), reads) == (1, [])
    generation = library.catalog.generation()
    ingest(library, papers)
    assert library.catalog.generation() == generation
    assert library.verify().ok


def test_a_damaged_line_in_a_list_is_a_note(library: Library, papers: Path, ingest: Ingest) -> None:
    write_text_paper(papers / "a.txt", "hardness")
    (papers / "manifest.csv").write_text("file,title\n,Nameless\n")

    report = ingest(library, papers)

    assert len(report.notes) == 1
    assert "manifest.csv" in report.notes[0]
    assert report.n_papers == 1
