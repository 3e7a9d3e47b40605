from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from agent.answer import Claim, ClaimVerdict
from agent.plan import Alternative, Plan, Reading
from agent.session import Session
from agent.session_store import WITHHELD
from ingest.errors import IndexMismatch
from tests.ui.scripted import (
    ANSWERED,
    NOT_FOUND,
    NOTED,
    PAPER,
    REFUSED,
    ScriptedSession,
)
from ui.chat import APP
from ui.rooms.running import Run


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> ScriptedSession:
    """The app opens onto this session, over a library of one paper."""
    import streamlit

    streamlit.cache_resource.clear()
    streamlit.cache_data.clear()
    opened = ScriptedSession({})
    monkeypatch.setattr(Session, "open", classmethod(lambda cls, name, create: opened))
    monkeypatch.setattr("sys.argv", ["app.py", "--library", "oxides"])
    return opened


@pytest.fixture
def answers(session: ScriptedSession) -> dict[str, Any]:
    """What the session answers, by question."""
    return session.answers


def started(**query: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=30)
    app.query_params.update(query)
    return app.run()


def asked(app: AppTest, question: str) -> AppTest:
    return app.chat_input[0].set_value(question).run()


def shown(app: AppTest) -> str:
    """All text of the page, as letters."""
    kinds = (app.markdown, app.html, app.caption, app.info, app.warning, app.error)
    return "\n".join(str(part.value) for kind in kinds for part in kind).replace("\\", "")


def test_the_library_is_named_with_the_number_of_its_papers(answers: dict[str, Any]) -> None:
    app = started()

    assert not app.exception
    assert "<strong>oxides</strong> · 1 paper" in app.sidebar.html[0].value


def test_a_question_is_answered_with_its_citations_closed(answers: dict[str, Any]) -> None:
    app = asked(started(), "What does heating do?")

    assert not app.exception
    assert ANSWERED.text in shown(app)
    assert any("Mosquera2023, page 5" in box.label.replace("\\", "") for box in app.expander)
    assert "elute-quote" not in "".join(str(part.value) for part in app.main.html[1:])


def test_earlier_turns_stay(answers: dict[str, Any]) -> None:
    app = asked(asked(started(), "first?"), "second?")

    assert "first?" in shown(app)
    assert "second?" in shown(app)
    assert shown(app).count(ANSWERED.text) == 2


def test_a_further_answer_takes_one_run_of_the_page(
    answers: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[str] = []
    monkeypatch.setattr("ui.rooms.style.apply", lambda: runs.append("one"))
    app = asked(started(), "first?")
    runs.clear()

    asked(app, "second?")

    assert runs == ["one"]


def test_a_question_asked_while_another_is_answered_comes_next(session: ScriptedSession) -> None:
    app = asked(started(), "first?")
    here = app.session_state["visit"]
    here.run = Run(session, "second?")

    app = asked(app, "third?")

    assert session.asked[-1][0] == "third?"
    assert [turn.question for turn in here.turns] == ["first?", "second?", "third?"]
    assert shown(app).count(ANSWERED.text) == 3


def test_text_of_strangers_is_shown_letter_by_letter(answers: dict[str, Any]) -> None:
    text = "x$_2$ **a** :red[b] [c](http://d) <img src=x onerror=alert(1)> `e` # f ~~g~~"
    answers["q"] = ANSWERED.model_copy(update={"text": text})

    app = asked(started(), "q")

    (prose,) = [part.value for part in app.html if 'class="elute-answer"' in str(part.value)]
    assert "<img" not in prose
    assert "&lt;img src=x onerror=alert(1)&gt;" in prose


def test_a_question_with_markup_is_shown_letter_by_letter(answers: dict[str, Any]) -> None:
    app = asked(started(), "<script>alert(1)</script>")

    assert "<script>" not in shown(app).replace("<style>", "")


def test_each_claim_carries_its_verdict_and_the_reason_of_a_doubt(answers: dict[str, Any]) -> None:
    claims = (
        Claim(text="It doubles", verdict=ClaimVerdict.SUPPORTED, citations=(0,)),
        Claim(text="It triples", verdict=ClaimVerdict.UNSUPPORTED, citations=(0,), why="says 2"),
        Claim(text="It may", verdict=ClaimVerdict.PARTLY, citations=(0,), why="no modality"),
    )
    answers["q"] = ANSWERED.model_copy(update={"claims": claims})

    text = shown(asked(started(), "q"))

    assert "supported by its quote" in text
    assert "not supported by its quote" in text
    assert "[says 2]" in text
    assert "partly supported" in text
    assert "1 of 3 sentences supported" in text


def test_without_evidence_the_nearest_passages_are_called_unused(answers: dict[str, Any]) -> None:
    answers["Who won?"] = NOT_FOUND

    app = asked(started(), "Who won?")

    assert NOT_FOUND.text in shown(app)
    assert any("not used" in caption.value for caption in app.caption)


@pytest.mark.parametrize(
    "error", [IndexMismatch("index was built otherwise. Run: elute reindex"), RuntimeError("boom")]
)
def test_what_goes_wrong_while_asking_is_a_sentence(
    answers: dict[str, Any], error: Exception
) -> None:
    answers["q"] = error

    app = asked(started(), "q")

    assert not app.exception
    assert str(error).split(".")[0] in app.warning[0].value.replace("\\", "")
    assert any(button.label == "Ask again" for button in app.button)


def test_a_library_that_cannot_be_opened_is_a_sentence(
    answers: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(cls: type, name: str, create: bool) -> Session:
        raise IndexMismatch("index was built otherwise. Run: elute reindex")

    monkeypatch.setattr(Session, "open", classmethod(fail))

    app = started()

    assert not app.exception
    assert "elute reindex" in app.error[0].value
    assert not app.chat_input


def test_an_empty_library_teaches_what_to_do(
    answers: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.ui.scripted.ScriptedLibrary.papers", lambda self: [])

    app = started()

    assert not app.exception
    assert "Begin with your papers." in shown(app)
    assert "elute ingest ~/papers --library oxides" in shown(app)
    assert [b.label for b in app.main.button] == ["Add papers", "Look up a property"]


def test_a_question_drawn_from_the_papers_is_a_click_away(answers: dict[str, Any]) -> None:
    app = started()
    (suggested,) = [button for button in app.main.button if "band gap" in button.label]

    app = suggested.click().run()

    assert "What is the band gap of TiO2?" in shown(app)
    assert ANSWERED.text in shown(app)


def test_a_refusal_names_list_code_and_citation_and_echoes_nothing(
    answers: dict[str, Any],
) -> None:
    answers["how to make a listed thing"] = REFUSED

    app = asked(started(), "how to make a listed thing")

    card = next(part.value for part in app.html if "elute-card refused" in part.value)
    for part in ("us-csa", "Schedule I", "21 CFR 1308.11"):
        assert part in card
    assert "listed thing" not in shown(app)
    assert "a listed substance" not in shown(app)
    assert WITHHELD in shown(app)
    assert not [box for box in app.expander if "page" in box.label]


def test_an_answer_about_something_regulated_carries_the_gates_note(
    answers: dict[str, Any],
) -> None:
    answers["q"] = NOTED

    app = asked(started(), "q")

    assert "It is regulated" in next(p.value for p in app.html if "elute-card noted" in p.value)
    assert ANSWERED.text in shown(app)


def test_another_reading_is_one_click_away(session: ScriptedSession) -> None:
    plan = Plan(
        reading=Reading.LITERATURE,
        confidence=0.6,
        alternatives=(Alternative(reading=Reading.PROPERTY, confidence=0.3),),
    )
    session.answers["q"] = ANSWERED.model_copy(update={"plan": plan, "question": "q"})
    app = asked(started(), "q")

    next(b for b in app.button if b.label == "Look it up in tables instead").click().run()

    assert session.asked[-1] == ("q", None, Reading.PROPERTY)


def test_a_question_is_asked_of_the_chosen_papers_only(session: ScriptedSession) -> None:
    app = started()

    app.multiselect(key="scope-choice").set_value([PAPER.paper_id]).run()
    asked(app, "q")

    assert session.asked[-1][1] == [PAPER.paper_id]


def test_a_reload_keeps_the_session_and_another_visitor_has_his_own(
    answers: dict[str, Any],
) -> None:
    first = asked(started(), "first?")
    address = first.query_params["session"]

    again = started(session=address)
    other = started()

    assert "first?" in shown(again)
    assert ANSWERED.text in shown(again)
    assert ANSWERED.text not in shown(other)
    assert "first?" in [button.label for button in other.sidebar.button][-1]


def test_where_the_chat_is_shared_each_browser_lists_its_own_sessions(
    answers: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["app.py", "--library", "oxides", "--shared"])
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.cookies", {})

    mine = asked(started(), "first?").run()
    yours = started()

    assert "first?" in [button.label for button in mine.sidebar.button]
    assert "first?" not in [button.label for button in yours.sidebar.button]


def test_a_session_can_be_renamed_and_deleted(answers: dict[str, Any]) -> None:
    app = asked(started(), "first?")

    app = app.text_input[0].set_value("Oxides").run()
    renamed = [button.label for button in app.sidebar.button]
    app = next(b for b in app.button if b.label == "Delete this session").click().run()

    assert "Oxides" in renamed
    assert "Oxides" not in [button.label for button in app.sidebar.button]
    assert "first?" not in shown(app)


def test_long_sessions_show_their_last_turns_first(answers: dict[str, Any]) -> None:
    app = started()
    for number in range(8):
        app = asked(app, f"number {number}?")

    before = shown(app)
    app = app.button(key="earlier").click().run()

    assert "number 0?" not in before.split("number 1?")[0].split("sessions")[0]
    assert "number 7?" in before
    assert 'elute-question">number 0?' in shown(app)


def opened(question: str) -> AppTest:
    """The app after that question, with the first citation of the answer open."""
    app = asked(started(), question)
    address = app.query_params["session"]
    app.session_state[f"citation-{address}-0-1"] = True
    return app.run()


def test_an_open_citation_shows_quote_title_authors_and_year(answers: dict[str, Any]) -> None:
    text = shown(opened("q"))

    for part in ("doubles the vacancy", "Vacancies in hot oxides", "Ana Mosquera, Li Wei", "2023",
                 "10.1000/vac", "5 (printed 1235)"):  # fmt: skip
        assert part in text


def test_a_citation_whose_file_is_gone_still_shows_its_quote(answers: dict[str, Any]) -> None:
    app = opened("q")

    assert not app.exception
    assert "doubles the vacancy" in shown(app)
    assert "no longer where it was" in app.info[0].value


def test_a_file_that_has_become_something_else_is_a_sentence(
    answers: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "mosquera.pdf"
    changed.write_bytes(b"no longer a PDF")
    paper = PAPER.model_copy(update={"paths": (str(changed),)})
    monkeypatch.setattr("tests.ui.scripted.ScriptedLibrary.papers", lambda self: [paper])

    app = opened("q")

    assert not app.exception
    assert "mosquera.pdf" in app.warning[0].value.replace("\\", "")


def test_a_text_file_has_no_page_to_show(
    answers: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Heating to 900 K doubles the vacancy concentration.")
    paper = PAPER.model_copy(update={"paths": (str(note),)})
    monkeypatch.setattr("tests.ui.scripted.ScriptedLibrary.papers", lambda self: [paper])

    app = opened("q")

    assert any("text file" in caption.value for caption in app.caption)
