from __future__ import annotations

import json
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.session_store import (
    WITHHELD,
    SessionMissing,
    SessionStore,
    Turn,
    TurnState,
    new_session_id,
)
from tests.ui.scripted import ANSWERED, REFUSED


def turn(question: str = "What does heating do?") -> Turn:
    return Turn(
        question=question, state=TurnState.DONE, answer=ANSWERED, asked_at=datetime.now(UTC)
    )


@pytest.fixture
def store(tmp_path: Path) -> SessionStore:
    return SessionStore(tmp_path / "data" / "sessions.db")


def test_turns_come_back_as_they_were_in_another_process(store: SessionStore) -> None:
    kept = [store.add("one", "oxides", turn()), store.add("one", "oxides", turn("second?"))]

    again = SessionStore(store.path)

    assert again.turns("one") == tuple(kept) == (turn_like(kept[0]), turn_like(kept[1]))


def turn_like(kept: Turn) -> Turn:
    return Turn.model_validate_json(kept.model_dump_json())


def test_nothing_is_written_before_the_first_turn(store: SessionStore) -> None:
    assert store.sessions("oxides") == ()
    assert store.turns("one") == ()
    assert not store.path.exists()


def test_sessions_of_a_library_are_listed_last_used_first(store: SessionStore) -> None:
    store.add("one", "oxides", turn("first?"))
    store.add("two", "oxides", turn("second?"))
    store.add("three", "sulfides", turn("third?"))
    store.add("one", "oxides", turn("fourth?"))

    listed = store.sessions("oxides")

    assert [(one.id, one.title, one.n_turns) for one in listed] == [
        ("one", "first?", 2),
        ("two", "second?", 1),
    ]


def test_a_refused_request_is_kept_nowhere_in_its_words(store: SessionStore) -> None:
    words = "how is the forbidden thing made"
    answer = REFUSED.model_copy(
        update={
            "question": words,
            "verdict": REFUSED.verdict.model_copy(update={"query": words, "unread": (words,)})
            if REFUSED.verdict
            else None,
        }
    )

    kept = store.add("one", "oxides", turn(words).model_copy(update={"answer": answer}))

    assert kept.question == WITHHELD
    assert store.sessions("oxides")[0].title == WITHHELD
    held = b"".join(path.read_bytes() for path in store.path.parent.iterdir())
    assert words.encode() not in held
    assert b"us-csa" in held


def test_a_deleted_session_is_gone_from_the_file(store: SessionStore) -> None:
    store.add("one", "oxides", turn("a question about vanadium?"))

    store.delete("one")

    assert store.sessions("oxides") == ()
    assert store.turns("one") == ()
    assert b"vanadium" not in store.path.read_bytes()


def test_a_session_takes_a_new_title_and_keeps_it_where_none_is_given(store: SessionStore) -> None:
    store.add("one", "oxides", turn())

    store.rename("one", "  Vacancies \n in oxides ")
    store.rename("one", "   ")

    assert store.session("one").title == "Vacancies in oxides"


def test_an_export_holds_every_turn(store: SessionStore) -> None:
    store.add("one", "oxides", turn())

    found = json.loads(store.export("one"))

    assert found["title"] == "What does heating do?"
    assert found["turns"][0]["answer"]["citations"][0]["quote"] == ANSWERED.citations[0].quote


def test_a_session_that_is_not_there_is_a_sentence(store: SessionStore) -> None:
    with pytest.raises(SessionMissing, match="no such session"):
        store.export("nowhere")


def test_two_writers_at_once_lose_no_turn(store: SessionStore) -> None:
    def write(session: str) -> None:
        for number in range(10):
            SessionStore(store.path).add(session, "oxides", turn(f"{session} {number}"))

    threads = [threading.Thread(target=write, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for name in ("one", "two"):
        said = [one.question for one in store.turns(name)]
        assert said == [f"{name} {number}" for number in range(10)]


def test_ids_are_long_enough_that_nobody_guesses_one() -> None:
    assert len({new_session_id() for _ in range(100)}) == 100
    assert all(len(new_session_id()) >= 16 for _ in range(5))


def test_each_owner_sees_only_the_sessions_that_are_his(store: SessionStore) -> None:
    store.add("mine", "oxides", turn(), owner="me")
    store.add("yours", "oxides", turn(), owner="you")
    store.add("nobodys", "oxides", turn())

    listed = {whose: [one.id for one in store.sessions("oxides", owner=whose)]
              for whose in ("me", "you", "")}  # fmt: skip

    assert listed == {"me": ["mine"], "you": ["yours"], "": ["nobodys"]}


def test_a_file_from_before_sessions_had_owners_is_read(store: SessionStore) -> None:
    store.add("one", "oxides", turn())
    with sqlite3.connect(store.path) as connection:
        connection.execute("ALTER TABLE sessions DROP COLUMN owner")
    connection.close()

    store.add("two", "oxides", turn())

    assert {one.id for one in store.sessions("oxides")} == {"one", "two"}
