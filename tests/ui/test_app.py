from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from agent.session import Session
from ingest.errors import IndexMismatch, LibraryMissing
from tests.ui.scripted import (
    ANSWERED,
    NOT_FOUND,
    NOTED,
    PAPER,
    REFUSED,
    ScriptedSession,
)
from ui.chat import APP


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The app opens onto a session that answers from this table."""
    import streamlit

    streamlit.cache_resource.clear()
    table: dict[str, Any] = {}
    session = ScriptedSession(table)
    monkeypatch.setattr(Session, "open", classmethod(lambda cls, name: session))
    monkeypatch.setattr("sys.argv", ["app.py", "--library", "oxides"])
    return table


def started() -> AppTest:
    return AppTest.from_file(str(APP), default_timeout=30).run()


def shown(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in app.markdown).replace("\\", "")


def test_the_library_and_its_papers_are_named(answers: dict[str, Any]) -> None:
    app = started()

    assert not app.exception
    assert "oxides" in app.sidebar.markdown[0].value
    assert app.sidebar.markdown[0].value.endswith("· 1 paper")
    assert PAPER.key in app.sidebar.markdown[1].value


def test_a_question_is_answered_with_its_citations_closed(answers: dict[str, Any]) -> None:
    app = started().chat_input[0].set_value("What does heating do?").run()

    assert not app.exception
    assert ANSWERED.text in shown(app)
    assert any("Mosquera2023 page 5" in box.label.replace("\\", "") for box in app.expander)
    assert "doubles\nthe vacancy" not in shown(app)
    assert [message.name for message in app.chat_message] == ["user", "assistant"]


def test_earlier_turns_stay(answers: dict[str, Any]) -> None:
    app = started().chat_input[0].set_value("first?").run()

    app = app.chat_input[0].set_value("second?").run()

    assert "first?" in shown(app)
    assert "second?" in shown(app)
    assert len(app.chat_message) == 4


def test_text_of_a_paper_is_shown_letter_by_letter(answers: dict[str, Any]) -> None:
    text = "x$_2$ **a** :red[b] [c](http://d) <img src=x> `e` # f ~~g~~"
    answers["q"] = ANSWERED.model_copy(update={"text": text})

    app = started().chat_input[0].set_value("q").run()

    (markdown,) = [part.value for part in app.markdown if "img" in str(part.value)]
    assert markdown.replace("\\", "") == text
    assert "\\$" in markdown
    assert "\\<" in markdown
    assert "\\:red\\[" in markdown


def test_without_evidence_the_nearest_passages_are_called_unused(answers: dict[str, Any]) -> None:
    answers["Who won?"] = NOT_FOUND

    app = started().chat_input[0].set_value("Who won?").run()

    assert NOT_FOUND.text in shown(app)
    assert any("not used" in caption.value for caption in app.caption)


@pytest.mark.parametrize(
    "error", [IndexMismatch("index was built otherwise. Run: elute reindex"), RuntimeError("boom")]
)
def test_what_goes_wrong_while_asking_is_a_sentence(
    answers: dict[str, Any], error: Exception
) -> None:
    answers["q"] = error

    app = started().chat_input[0].set_value("q").run()

    assert not app.exception
    assert str(error).split(".")[0] in app.warning[0].value.replace("\\", "")


def test_a_library_that_cannot_be_opened_is_a_sentence(
    answers: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(cls: type, name: str) -> Session:
        raise IndexMismatch("index was built otherwise. Run: elute reindex")

    monkeypatch.setattr(Session, "open", classmethod(fail))

    app = started()

    assert not app.exception
    assert "elute reindex" in app.error[0].value
    assert not app.chat_input


@pytest.mark.parametrize("missing", [True, False], ids=["no-library", "no-papers"])
def test_an_empty_library_teaches_what_to_do(
    answers: dict[str, Any], monkeypatch: pytest.MonkeyPatch, missing: bool
) -> None:
    def fail(cls: type, name: str) -> Session:
        raise LibraryMissing(f"there is no library {name!r}")

    if missing:
        monkeypatch.setattr(Session, "open", classmethod(fail))
    else:
        monkeypatch.setattr("tests.ui.scripted.ScriptedLibrary.papers", lambda self: [])

    app = started()

    assert not app.exception
    assert any("elute ingest ~/papers --library oxides" in part.value for part in app.markdown)
    assert app.button[0].label == "Look again"


def test_a_refusal_says_why_and_shows_nothing_else(answers: dict[str, Any]) -> None:
    answers["q"] = REFUSED

    app = started().chat_input[0].set_value("q").run()

    assert app.error[0].value.replace("\\", "") == REFUSED.text
    assert [box.label for box in app.expander] == ["Papers"]


def test_an_answer_about_something_regulated_carries_the_gates_note(
    answers: dict[str, Any],
) -> None:
    answers["q"] = NOTED

    app = started().chat_input[0].set_value("q").run()

    assert "regulated" in app.info[0].value
    assert ANSWERED.text in shown(app)


def opened(question: str) -> AppTest:
    """The app after that question, with the first citation of the answer open."""
    app = started().chat_input[0].set_value(question).run()
    app.session_state["citation-0-0"] = True
    return app.run()


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
