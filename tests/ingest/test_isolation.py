from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from ingest import isolation
from ingest.boxes import quote_boxes
from ingest.isolation import Method, read_isolated, read_many, render_isolated
from ingest.paper import ReadOutcome
from ingest.pdf import read_paper
from ingest.settings import ReaderSettings

PAPERS = Path(__file__).parents[2] / "examples" / "papers"
GARNET = PAPERS / "garnet-activation-energy.pdf"
SETTINGS = ReaderSettings()
METHODS: list[Method] = ["fork", "spawn"] if sys.platform == "linux" else ["spawn"]
FAULTY = "tests.ingest.faulty:"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the faults are POSIX signals")


@pytest.mark.parametrize("method", METHODS)
def test_a_child_gives_what_the_reader_gives(method: Method) -> None:
    paper = read_isolated(GARNET, SETTINGS, method=method)

    assert paper == read_paper(GARNET, SETTINGS)


@pytest.mark.parametrize(
    ("reader", "outcome", "words"),
    [
        ("abort", ReadOutcome.CRASHED, "SIGABRT"),
        ("segfault", ReadOutcome.CRASHED, "SIGSEGV"),
        ("raises", ReadOutcome.CRASHED, "KeyError: 'no such font'"),
        ("leave", ReadOutcome.CRASHED, "exit code 3"),
        ("hang", ReadOutcome.LIMIT_TIME, "takes more than 0.5 s"),
        ("hang_deaf", ReadOutcome.LIMIT_TIME, "takes more than 0.5 s"),
        ("eat_memory", ReadOutcome.LIMIT_MEMORY, "needs more than 512 MB"),
        ("babble", ReadOutcome.LIMIT_SIZE, "gives more than 1 MB of text"),
    ],
)
@pytest.mark.parametrize("method", METHODS)
def test_a_failing_reader_costs_one_file(
    method: Method, reader: str, outcome: ReadOutcome, words: str
) -> None:
    if method == "spawn" and reader in ("segfault", "leave", "hang_deaf"):
        pytest.skip("a second's start each, and the same way out as the others")
    settings = ReaderSettings(
        timeout_s=0.5 if "hang" in reader else 60, memory_mb=512, max_text_mb=1
    )

    paper = read_isolated(GARNET, settings, reader=FAULTY + reader, method=method)

    assert paper.outcome == outcome
    assert words in paper.message
    assert repr(GARNET.name) in paper.message


def test_a_reader_that_spins_meets_its_cpu_limit() -> None:
    settings = ReaderSettings(cpu_s=1, timeout_s=60)

    paper = read_isolated(GARNET, settings, reader=FAULTY + "spin")

    assert paper.outcome == ReadOutcome.LIMIT_TIME
    assert "(1 s of CPU)" in paper.message


@pytest.mark.parametrize("method", METHODS)
def test_every_file_has_a_child_of_its_own(method: Method) -> None:
    papers = list(read_many([GARNET] * 3, SETTINGS, 2, reader=FAULTY + "echo", method=method))

    children = {paper.engine for _, paper in papers}
    assert len(children) == 3
    assert str(os.getpid()) not in children


def test_many_files_come_back_each_with_its_paper() -> None:
    paths = sorted(PAPERS.glob("*.pdf"))

    papers = dict(read_many(paths, SETTINGS, 3))

    assert set(papers) == set(paths)
    assert all(paper.outcome == ReadOutcome.OK for paper in papers.values())
    assert papers[GARNET].metadata.first_surname == "Plata-Rueda"


def test_crashes_among_many_files_lose_no_other(tmp_path: Path) -> None:
    names = ["a", "abort", "b", "hang", "c", "raise", "d"]
    settings = ReaderSettings(timeout_s=1.0)

    found = {
        path.stem: paper.outcome
        for path, paper in read_many(
            [tmp_path / f"{name}.pdf" for name in names], settings, 2, reader=FAULTY + "by_name"
        )
    }

    assert found == {
        "a": "ok",
        "abort": "crashed",
        "b": "ok",
        "hang": "limit_time",
        "c": "ok",
        "raise": "crashed",
        "d": "ok",
    }


def test_no_more_files_are_asked_for_than_the_consumer_keeps_up_with(tmp_path: Path) -> None:
    asked = []

    def paths() -> object:
        for i in range(100):
            asked.append(i)
            yield tmp_path / f"{i}.pdf"

    results = read_many(paths(), SETTINGS, 2, reader=FAULTY + "echo")  # type: ignore[arg-type]
    next(results)
    results.close()  # type: ignore[attr-defined]

    assert len(asked) <= 6


@pytest.mark.parametrize("method", METHODS)
def test_giving_up_does_not_wait_for_a_hanging_reader(method: Method, tmp_path: Path) -> None:
    paths = [tmp_path / "a.pdf", tmp_path / "hang.pdf"]
    results = read_many(paths, SETTINGS, 2, reader=FAULTY + "by_name", method=method)
    next(results)

    started = time.monotonic()
    results.close()  # type: ignore[attr-defined]

    assert time.monotonic() - started < 20  # its time limit is 120 s


def test_many_threads_may_read_at_once(tmp_path: Path) -> None:
    found: dict[str, str] = {}

    def work(name: str) -> None:
        paper = read_isolated(tmp_path / name, SETTINGS, reader=FAULTY + "echo")
        found[name] = paper.text

    threads = [threading.Thread(target=work, args=(f"{i}.pdf",)) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {f"{i}.pdf": f"{i}.pdf" for i in range(12)}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks readers")
def test_a_killed_reader_process_is_started_again(tmp_path: Path) -> None:
    read_isolated(tmp_path / "a.pdf", SETTINGS, reader=FAULTY + "echo")
    process = isolation._server._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    paper = read_isolated(tmp_path / "b.pdf", SETTINGS, reader=FAULTY + "echo")

    assert paper.text == "b.pdf"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks readers")
def test_a_reader_process_killed_at_work_loses_nothing(tmp_path: Path) -> None:
    read_isolated(tmp_path / "a.pdf", SETTINGS, reader=FAULTY + "echo")
    server = isolation._server._process
    assert server is not None
    papers = []
    thread = threading.Thread(
        target=lambda: papers.append(
            read_isolated(tmp_path / "b.pdf", SETTINGS, reader=FAULTY + "dawdle")
        )
    )

    thread.start()
    while not psutil.Process(server.pid).children():
        time.sleep(0.01)
    os.kill(server.pid, signal.SIGKILL)
    thread.join()

    assert papers[0].text == "b.pdf"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks readers")
def test_nothing_is_left_running_when_the_server_ends(tmp_path: Path) -> None:
    read_isolated(tmp_path / "a.pdf", SETTINGS, reader=FAULTY + "echo")
    server = isolation._server._process
    assert server is not None
    tree = psutil.Process(server.pid)

    isolation._server.close()

    assert not psutil.pid_exists(server.pid) or tree.status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("method", METHODS)
def test_a_page_is_drawn_in_a_child(method: Method) -> None:
    paper = read_paper(GARNET, SETTINGS)
    quote = paper.pages[0].text.split("\n")[-1][:80]
    boxes = quote_boxes(GARNET, 1, quote)

    picture = render_isolated(GARNET, 1, SETTINGS, boxes=boxes, scale=0.5, method=method)

    assert boxes
    assert picture.startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="has 3 pages, no page 9"):
        render_isolated(GARNET, 9, SETTINGS, method=method)
