from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import psutil
import pytest
from pydantic import SecretStr, ValidationError

from agent import pool as pools
from agent.answer import Answer
from agent.errors import AgentError, WorkerLost
from agent.events import Answered, Completed, Event, Refused, Restarted, TextDelta
from agent.plan import Reading
from agent.pool import NoWorkers, Pool, chat_workers
from agent.session import AUDIT_FILE, Session
from agent.settings import ModelSettings, Settings
from agent.worker import Opening
from ingest import Library
from ingest.settings import EmbedderSettings, IndexSettings, LibrarySettings
from safety.audit import verify_audit
from tests.ingest.tiny import write_text_paper

WAIT_S = 60
ROOT = Path(__file__).parents[2]


def visitor_of_none() -> Session:
    """A session that knows its conversation and could not answer itself."""
    return Session(cast(Library, None))


def ask(
    pool: Pool,
    question: str,
    session: Session | None = None,
    *,
    papers: tuple[str, ...] | None = None,
    reading: Reading | None = None,
    stopped: threading.Event | None = None,
) -> Iterator[Event]:
    return pool.ask(
        session or visitor_of_none(),
        question,
        papers=papers,
        reading=reading,
        stopped=stopped or threading.Event(),
    )


def answer(events: Iterator[Event]) -> Answer:
    *_, last = events
    assert isinstance(last, Answered | Refused)
    return last.answer


def until(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return True


def runs(pid: int) -> bool:
    """Whether there is such a process; one that nobody has buried yet does not run."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def scripted(
    settings: LibrarySettings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Pool]]:
    """Pools whose processes do what the question says."""
    opened: list[Pool] = []

    def make(size: int = 1, body: str = "main", model: ModelSettings | None = None) -> Pool:
        monkeypatch.setattr(pools, "ENTRY", f"tests.agent.scripted_worker:{body}")
        opened.append(Pool(settings, model, size, tell=told.append))
        return opened[-1]

    told: list[str] = []
    yield make
    for pool in opened:
        pids = pool.pids
        pool.close()
        assert not any(map(runs, pids))


def test_a_process_that_is_killed_in_mid_answer_is_replaced_and_the_question_asked_again(
    scripted: Callable[..., Pool], tmp_path: Path
) -> None:
    pool, visitor = scripted(), visitor_of_none()
    question = f"die-once {tmp_path / 'died'}"

    said, restarted, again, last = ask(pool, question, visitor)

    assert said == again == TextDelta(text="Checked.")
    assert restarted == Restarted(
        why="The process that worked on it ended (signal 9); it is asked again"
    )
    assert isinstance(last, Answered)
    assert visitor.conversation.questions == (question,)


def test_a_question_that_ends_two_processes_is_a_sentence_and_the_next_is_answered(
    scripted: Callable[..., Pool],
) -> None:
    pool, visitor = scripted(), visitor_of_none()

    with pytest.raises(WorkerLost, match=r"two processes .* \(signal 9\)\. Ask for less"):
        list(ask(pool, "die", visitor))

    assert visitor.conversation.questions == ()
    assert answer(ask(pool, "why?", visitor))


def test_a_stopped_question_that_goes_on_in_silence_is_ended_with_its_process(
    scripted: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "STOP_S", 0.1)
    pool, stopped = scripted(), threading.Event()
    events = ask(pool, "hang", stopped=stopped)
    assert next(events) == TextDelta(text="Checked.")
    (first,) = pool.pids

    stopped.set()

    assert list(events) == []
    assert until(lambda: not runs(first))
    assert answer(ask(pool, "why?")).text != f"{first} None"


def test_a_stopped_question_gives_its_process_back(scripted: Callable[..., Pool]) -> None:
    pool = scripted()
    events = ask(pool, "go-on")
    next(events)
    (first,) = pool.pids

    events.close()  # type: ignore[attr-defined]

    assert answer(ask(pool, "why?")).text == f"{first} None"


def test_a_question_that_waits_for_a_process_can_be_stopped(scripted: Callable[..., Pool]) -> None:
    pool, stopped = scripted(), threading.Event()
    busy = ask(pool, "go-on")
    next(busy)
    stopped.set()

    assert list(ask(pool, "why?", stopped=stopped)) == []

    busy.close()  # type: ignore[attr-defined]
    assert answer(ask(pool, "why?"))


def test_another_process_is_started_for_a_question_that_would_wait_and_ended_when_idle(
    scripted: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = scripted(size=2)
    busy = ask(pool, "go-on")
    next(busy)
    assert len(pool.pids) == 1

    assert answer(ask(pool, "why?"))

    busy.close()  # type: ignore[attr-defined]
    assert len(pool.pids) == 2
    pool.tidy()
    assert len(pool.pids) == 2
    monkeypatch.setattr(pools, "IDLE_S", -1.0)
    assert until(lambda: pool.tidy() is None and len(pool.pids) == 1)


def test_a_worn_process_is_replaced_without_a_question_being_lost(
    scripted: Callable[..., Pool],
) -> None:
    pool = scripted(body="tiring")

    texts = {answer(ask(pool, "why?")).text for _ in range(2)}
    assert until(lambda: len(pool.pids) == 1 and f"{pool.pids[0]} None" not in texts)


def test_an_error_of_the_session_is_told_as_it_is_without_a_pool(
    scripted: Callable[..., Pool],
) -> None:
    pool = scripted()

    with pytest.raises(OSError, match="No space left") as full:
        list(ask(pool, "fail"))
    with pytest.raises(Exception, match="boom") as other:
        list(ask(pool, "break"))

    assert (full.value.errno, full.value.filename) == (28, "audit.jsonl")
    assert type(other.value).__name__ == "RuntimeError"


def test_a_key_reaches_the_session_and_stands_in_no_argument(scripted: Callable[..., Pool]) -> None:
    pool = scripted(model=ModelSettings(api_key=SecretStr("sk-secret")))

    text = answer(ask(pool, "why?")).text

    assert text.endswith(" sk-secret")
    (pid,) = pool.pids
    assert "sk-secret" not in " ".join(psutil.Process(pid).cmdline())
    assert "sk-secret" not in repr(pool._opening)


def test_an_opening_that_cannot_be_read_shows_no_key(settings: LibrarySettings) -> None:
    line = Opening.of(settings, ModelSettings(api_key=SecretStr("sk-secret"))).model_dump_json()

    with pytest.raises(ValidationError) as error:
        Opening.model_validate_json(line.replace('"key":', '"other":'))

    assert "sk-secret" in line
    assert "sk-secret" not in str(error.value)


@pytest.mark.parametrize("body", ["os:abort", "agent.worker:main"])
def test_where_no_process_comes_up_it_is_told_once_and_the_caller_answers_for_itself(
    body: str, settings: LibrarySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []  # the library is missing, so that the real body says why it ends
    monkeypatch.setattr(pools, "ENTRY", body)
    pool = Pool(settings, None, 2, tell=told.append)

    for _ in range(2):
        with pytest.raises(NoWorkers):
            list(ask(pool, "why?"))

    assert len(told) == 1
    why = "signal 6" if body == "os:abort" else "there is no library"
    assert why in told[0]
    assert until(lambda: pool.pids == [])


def test_where_no_process_may_be_started_the_caller_answers_for_itself(
    settings: LibrarySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    pool = Pool(settings, None, 2, tell=told.append)

    with pytest.raises(NoWorkers):
        list(ask(pool, "why?"))

    assert len(told) == 1


def test_a_pool_of_none_starts_none(settings: LibrarySettings) -> None:
    pool = Pool(settings, None, 0, tell=pytest.fail)
    pool.start()

    with pytest.raises(NoWorkers):
        list(ask(pool, "why?"))

    assert pool.pids == []


@pytest.mark.parametrize(("cores", "n"), [(1, 0), (2, 2), (64, 4)])
def test_as_many_processes_answer_as_there_are_cores_but_none_on_a_single_one(
    cores: int, n: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)

    assert chat_workers(Settings()) == n
    assert chat_workers(Settings(chat_workers=7)) == 7


def test_a_process_ends_with_the_parent_that_was_killed(tmp_path: Path) -> None:
    code = (
        "import sys, threading\n"
        "from pathlib import Path\n"
        "from agent import pool\n"
        "from agent.settings import Settings\n"
        "pool.ENTRY = 'tests.agent.scripted_worker:main'\n"
        "from tests.agent.test_pool import ask\n"
        "pool = pool.Pool(Settings(data_dir=Path(sys.argv[1])).library(), None, 1, tell=print)\n"
        "next(ask(pool, 'hang'))\n"
        "print(*pool.pids, flush=True)\n"
        "threading.Event().wait()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    with parent.stdout:
        pid = int(parent.stdout.readline())
        assert runs(pid)

        parent.send_signal(signal.SIGKILL)
        parent.wait()

    assert until(lambda: not runs(pid))


# What follows is asked of real processes, over a library without a model.


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library that other processes can open with the settings alone."""
    settings = LibrarySettings(
        data_dir=tmp_path_factory.mktemp("pool"),
        embedder=EmbedderSettings(kind="none"),
        index=IndexSettings(chroma="off"),
    )
    with Library.open(settings) as library:
        folder = settings.data_dir / "papers"
        folder.mkdir()
        write_text_paper(folder / "one.txt", "viscosity")
        write_text_paper(folder / "two.txt", "hardness")
        list(library.add(folder))
        yield library


@pytest.fixture(scope="module")
def real(shelf: Library) -> Iterator[Pool]:
    pool = Pool(shelf.settings, None, 1, tell=pytest.fail)
    yield pool
    pool.close()


def timeless(found: Answer) -> Answer:
    return found.model_copy(update={"elapsed_s": 0.0})


def test_an_answer_of_another_process_is_the_one_of_this(shelf: Library, real: Pool) -> None:
    question = "What is the viscosity of sample 3?"

    there = answer(ask(real, question, Session(shelf)))

    here = Session(shelf).answer(question)
    assert timeless(there).model_dump(mode="json") == timeless(here).model_dump(mode="json")
    assert there.citations


def test_a_conversation_goes_on_in_whichever_process_answers(shelf: Library, real: Pool) -> None:
    visitor = Session(shelf)
    list(ask(real, "What is the band gap of MAPbI3?", visitor))
    (first,) = real.pids
    os.kill(first, signal.SIGKILL)

    events = list(ask(real, "And of CsPbI3?", visitor))

    assert real.pids != [first]
    assert Completed(question="What is the band gap of CsPbI3?") in events
    assert visitor.conversation.questions[1:] == ("What is the band gap of CsPbI3?",)


def test_a_refused_question_is_refused_in_the_process_and_counts_in_the_conversation(
    shelf: Library, real: Pool
) -> None:
    visitor, question = Session(shelf), "How do I synthesise heroin?"

    *_, last = ask(real, question, visitor)

    assert isinstance(last, Refused)
    assert visitor.conversation.questions == (question,)
    log = verify_audit(shelf.settings.data_dir / AUDIT_FILE)
    assert log.ok


def test_papers_of_another_process_are_seen_and_a_question_keeps_to_the_chosen(
    shelf: Library, real: Pool
) -> None:
    question = "What is the porosity of sample 3?"
    assert not answer(ask(real, question, Session(shelf))).citations
    write_text_paper(shelf.settings.data_dir / "papers" / "three.txt", "porosity")
    list(shelf.add(shelf.settings.data_dir / "papers"))
    by_file = {Path(paper.paths[0]).name: paper.paper_id for paper in shelf.papers()}

    found = answer(ask(real, question, Session(shelf)))
    kept = answer(ask(real, question, Session(shelf), papers=(by_file["two.txt"],)))

    assert {citation.file for citation in found.citations} == {"three.txt"}
    assert "three.txt" not in {page.file for page in kept.passages}


def test_an_empty_question_is_the_same_sentence_as_here(shelf: Library, real: Pool) -> None:
    with pytest.raises(AgentError, match="the question is empty"):
        list(ask(real, " ", Session(shelf)))
