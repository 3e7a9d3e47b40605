from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest.library import Library
from ingest.settings import IndexSettings, LibrarySettings
from tests.ingest.tiny import TinyEmbedder, write_text_paper

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")

N_POINTS = 30
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def run() -> Iterator[Callable[[LibrarySettings, Path, int], int]]:
    """Ingests in a process that is killed before the n-th statement; returns how many there were.

    0 means it was killed.
    """
    server = subprocess.Popen(
        [sys.executable, "-c", "from tests.ingest.crashing import serve; serve()"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None

    def go(settings: LibrarySettings, papers: Path, kill_at: int) -> int:
        counted = settings.data_dir.with_suffix(".count")
        request = {
            "settings": settings.model_dump_json(),
            "papers": str(papers),
            "kill_at": kill_at,
            "counted": str(counted),
        }
        server.stdin.write(json.dumps(request) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        assert code in (0, -signal.SIGKILL)
        return int(counted.read_text()) if code == 0 else 0

    yield go
    server.stdin.close()
    server.wait(timeout=30)
    server.stdout.close()


def at(settings: LibrarySettings, folder: Path) -> LibrarySettings:
    return settings.model_copy(update={"data_dir": folder})


def state(settings: LibrarySettings) -> tuple[object, ...]:
    """All that readers see, in a form that does not depend on when or in which order it came."""
    with Library.open(settings, embedder=TinyEmbedder()) as library:
        assert library.verify().problems == ()
        catalog = library.catalog
        papers = {paper.paper_id: paper for paper in library.papers()}
        vectors = catalog.vectors("sentence")
        return (
            {i: (paper.key, paper.paths, paper.page_count) for i, paper in papers.items()},
            {i: catalog.text(i) for i in papers},
            {i: catalog.chunks(i) for i in papers},
            {i: vectors.matrix[vectors.spans[i]].tobytes() for i in papers},
            {h.paper_id for h in catalog.search_papers(["measur"], 100)},
            {path: file.status for path, file in catalog.files().items()},
        )


def test_killed_at_any_statement_of_a_first_ingest_nothing_is_lost_or_doubled(
    settings: LibrarySettings,
    papers: Path,
    tmp_path: Path,
    run: Callable[[LibrarySettings, Path, int], int],
) -> None:
    for i in range(3):
        write_text_paper(papers / f"{i}.txt", f"property {i}", n=4)
    shutil.copy(papers / "0.txt", papers / "twin.txt")
    whole = at(settings, tmp_path / "whole")
    n_statements = run(whole, papers, -1)
    expected = state(whole)
    assert n_statements > 100

    for kill_at in np.linspace(1, n_statements, N_POINTS).astype(int).tolist():
        killed = at(settings, tmp_path / f"killed-{kill_at}")
        assert run(killed, papers, kill_at) == 0
        state(killed)  # what is there already is whole

        assert run(killed, papers, -1) > 0

        assert state(killed) == expected, f"killed before statement {kill_at}"
        shutil.rmtree(killed.data_dir)


def test_killed_at_any_statement_of_a_second_ingest_old_or_new_is_seen_whole(
    settings: LibrarySettings,
    papers: Path,
    tmp_path: Path,
    run: Callable[[LibrarySettings, Path, int], int],
) -> None:
    for i in range(4):
        write_text_paper(papers / f"{i}.txt", f"property {i}", n=3)
    first = at(settings, tmp_path / "first")
    run(first, papers, -1)
    before = state(first)
    write_text_paper(papers / "0.txt", "another property", n=5)  # changed
    (papers / "1.txt").rename(papers / "moved.txt")
    (papers / "2.txt").unlink()
    write_text_paper(papers / "new.txt", "a new property", n=3)
    whole = at(settings, tmp_path / "whole")
    shutil.copytree(first.data_dir, whole.data_dir)
    n_statements = run(whole, papers, -1)
    with Library.open(whole, embedder=TinyEmbedder()) as library:
        expected = {paper.paper_id: paper.key for paper in library.papers()}
    n_before = len(before[0])  # type: ignore[arg-type]

    for kill_at in np.linspace(1, n_statements, N_POINTS).astype(int).tolist():
        killed = at(settings, tmp_path / f"killed-{kill_at}")
        shutil.copytree(first.data_dir, killed.data_dir)
        assert run(killed, papers, kill_at) == 0
        with Library.open(killed, embedder=TinyEmbedder()) as library:
            assert library.catalog.problems() == []
            assert len(library.papers()) >= n_before - 1

        assert run(killed, papers, -1) > 0

        with Library.open(killed, embedder=TinyEmbedder()) as library:
            assert {paper.paper_id: paper.key for paper in library.papers()} == expected
            assert library.verify().problems == ()
        shutil.rmtree(killed.data_dir)


def test_an_ingest_with_chroma_killed_while_it_writes_is_whole_after_the_next(
    settings: LibrarySettings, papers: Path
) -> None:
    # Real processes, the real reader and Chroma, killed by the clock.
    mirrored = settings.model_copy(update={"index": IndexSettings(), "lock_wait_s": 30})
    for i in range(30):
        write_text_paper(papers / f"{i}.txt", f"property {i}", n=30)
    program = (
        "import sys\n"
        "from ingest.library import Library\n"
        "from ingest.settings import LibrarySettings\n"
        "from tests.ingest.tiny import TinyEmbedder\n"
        "settings = LibrarySettings.model_validate_json(sys.argv[1])\n"
        "library = Library.open(settings, embedder=TinyEmbedder())\n"
        "for event in library.add(sys.argv[2]):\n"
        "    print(event.kind, flush=True)\n"
    )
    command = [sys.executable, "-c", program, mirrored.model_dump_json(), str(papers)]
    for n_files, then_s in ((1, 0.0), (30, 0.0), (30, 0.5), (30, 1.5)):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        n_done = 0
        while n_done < n_files:
            line = process.stdout.readline()
            assert line, f"the ingest ended by itself after {n_done} files"
            n_done += line.startswith("file_done")
        time.sleep(then_s)  # the moment of the kill: Chroma is being written after the last file
        process.kill()
        process.wait()
        process.stdout.close()
        with Library.open(mirrored, embedder=TinyEmbedder()) as library:
            assert library.catalog.problems() == []

    with Library.open(mirrored, embedder=TinyEmbedder()) as library:
        list(library.add(papers))
        assert library.verify().problems == ()
        assert len(library.papers()) == 30
