from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from ingest.errors import EmbedderError, LibraryMissing
from tests.ui.scripted import ANSWERED, CITATION, NOTED, REFUSED, ScriptedSession

Elute = Callable[..., Result]

FIELDS = [
    "question", "status", "text", "planner", "model", "elapsed_s", "verdict",
    "citations", "claims", "passages", "tools", "plan", "usage", "notes",
]  # fmt: skip


def test_an_answer_prints_its_prose_then_quotes_with_page_and_file_then_references(
    elute: Elute, scripted: dict[str, Any]
) -> None:
    result = elute("ask", "What does heating do?")

    assert result.exit_code == 0
    prose, quotes, references = result.stdout.split("\n\n")
    assert prose == ANSWERED.text
    assert quotes.splitlines() == [
        "Quotes",
        "  Mosquera2023 page 5, printed 1235 · mosquera.pdf",
        "    “Heating to 900 K doubles the vacancy concentration.”",
    ]
    assert "doi:10.1000/vac" in references


def test_words_of_a_question_need_no_quotation_marks(
    elute: Elute, scripted: dict[str, Any]
) -> None:
    result = elute("ask", "Who", "won?")

    assert result.exit_code == 4


def test_without_evidence_the_nearest_passages_are_shown_as_unused_and_the_code_is_4(
    elute: Elute, scripted: dict[str, Any]
) -> None:
    result = elute("ask", "Who won?")

    assert result.exit_code == 4
    assert "Nearest passages, not used:\n  Mosquera2023 page 5" in result.stdout
    assert "References" not in result.stdout


def test_the_json_of_an_answer_has_the_promised_fields_in_order(
    elute: Elute, scripted: dict[str, Any]
) -> None:
    result = elute("ask", "What does heating do?", "--json")

    found = json.loads(result.stdout)
    assert list(found) == FIELDS
    assert found["status"] == "answered"
    assert found["text"] == ANSWERED.text
    assert found["citations"] == [
        {
            "key": "Mosquera2023",
            "file": "mosquera.pdf",
            "page": 5,
            "printed_page": "1235",
            "quote": CITATION.quote,
            "box": [10.0, 20.5, 300.0, 44.0],
        }
    ]
    assert found["passages"] == [{"file": "mosquera.pdf", "page": 5, "score": 0.9, "rank": 1}]
    assert [found[name] for name in ("model", "verdict", "tools", "plan")] == [None] * 4


def test_the_json_of_a_question_without_evidence_cites_nothing_and_exits_with_4(
    elute: Elute, scripted: dict[str, Any]
) -> None:
    result = elute("ask", "Who won?", "--json")

    found = json.loads(result.stdout)
    assert result.exit_code == 4
    assert (found["status"], found["citations"]) == ("no_evidence", [])


def test_json_stays_one_line_whatever_line_separators_a_paper_holds(
    elute: Elute, scripted: dict[str, Any]
) -> None:
    scripted["q"] = ANSWERED.model_copy(update={"text": "a\u2028b\x85c\x1b[2Jd"})

    result = elute("ask", "q", "--json")

    assert len(result.stdout.splitlines()) == 1
    assert json.loads(result.stdout)["text"] == "a\u2028b\x85c\x1b[2Jd"


def test_an_escape_sequence_in_a_paper_does_not_reach_the_terminal(
    elute: Elute, scripted: dict[str, Any]
) -> None:
    quote = CITATION.model_copy(update={"quote": "a\x1b]0;title\x07 b\x9b2J"})
    scripted["q"] = ANSWERED.model_copy(update={"text": "x\x1b[2Jy", "citations": (quote,)})

    result = elute("ask", "q")

    assert not {"\x1b", "\x07", "\x9b"} & set(result.stdout)


def test_brackets_and_tags_of_a_paper_are_printed_as_they_stand(
    elute: Elute, scripted: dict[str, Any]
) -> None:
    scripted["q"] = ANSWERED.model_copy(update={"text": "[bold]x[/bold] [12] :smile: <b>"})

    assert "[bold]x[/bold] [12] :smile: <b>" in elute("ask", "q").stdout


def test_an_empty_question_is_a_sentence_and_code_2(elute: Elute, scripted: dict[str, Any]) -> None:
    result = elute("ask", "  ")

    assert result.exit_code == 2
    assert result.stderr.startswith("elute: the question is empty")
    assert result.stdout == ""


@pytest.mark.parametrize("arguments", [[], ["q", "--batch", "f"]], ids=["neither", "both"])
def test_a_question_or_a_batch_one_of_the_two(
    elute: Elute, scripted: dict[str, Any], arguments: list[str]
) -> None:
    assert elute("ask", *arguments).exit_code == 2


def batch(home: Path, *lines: bytes) -> str:
    path = home / "batch.jsonl"
    path.write_bytes(b"\n".join(lines))
    return str(path)


def test_a_batch_prints_one_object_a_line_with_its_id_over_one_session(
    elute: Elute, scripted: dict[str, Any], home: Path
) -> None:
    path = batch(
        home, b'{"id": "a", "question": "What?"}', b"", b'{"id": 7, "question": "Who won?"}', b""
    )

    result = elute("ask", "--batch", path, "--json")

    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [(o["id"], o["status"]) for o in found] == [("a", "answered"), (7, "no_evidence")]
    assert list(found[0]) == ["id", *FIELDS]
    assert ScriptedSession.opened == 1
    assert ScriptedSession.freshened == 2  # no line is an earlier turn of the next


@pytest.mark.parametrize(
    ("line", "id_", "word"),
    [
        pytest.param(b"{", None, "JSON", id="no-json"),
        pytest.param(b"[" * 100_000, None, "JSON", id="deeply-nested"),
        pytest.param(b"[1]", None, "object", id="a-list"),
        pytest.param(b'{"question": "x"}', None, "'id'", id="no-id"),
        pytest.param(b'{"id": 3}', 3, "'question'", id="no-question"),
        pytest.param(b'{"id": 3, "question": 5}', 3, "text", id="a-number"),
        pytest.param(b'{"id": 3, "question": " "}', 3, "empty", id="blank"),
        pytest.param(b'{"id": 3, "question": "\xff"}', None, "UTF-8", id="latin-1"),
        pytest.param(b'{"id": NaN, "question": "x"}', None, "NaN", id="nan"),
        pytest.param(b'{"id": 3, "question": "embedder"}', 3, "no model", id="error"),
        pytest.param(b'{"id": 3, "question": "defect"}', 3, "defect", id="defect"),
    ],
)
def test_a_bad_line_of_a_batch_says_so_and_the_others_go_on(
    elute: Elute, scripted: dict[str, Any], home: Path, line: bytes, id_: object, word: str
) -> None:
    scripted["embedder"] = EmbedderError("there is no model file")
    scripted["defect"] = RuntimeError("boom")
    path = batch(home, line, b'{"id": "z", "question": "What?"}')

    result = elute("ask", "--batch", path, "--json")

    bad, good = (json.loads(line) for line in result.stdout.splitlines())
    assert (bad["id"], bad["line"], bad["status"]) == (id_, 1, None)
    assert word in bad["error"]
    assert (good["id"], good["status"]) == ("z", "answered")
    assert result.exit_code == 1
    assert "1 of 2 lines" in result.stderr


def test_a_byte_order_mark_before_a_batch_does_no_harm(
    elute: Elute, scripted: dict[str, Any], home: Path
) -> None:
    path = batch(home, b'\xef\xbb\xbf{"id": 1, "question": "What?"}\r')

    assert elute("ask", "--batch", path, "--json").exit_code == 0


def test_a_batch_is_read_from_standard_input(elute: Elute, scripted: dict[str, Any]) -> None:
    result = elute("ask", "--batch", "-", "--json", input='{"id": 1, "question": "What?"}\n')

    assert json.loads(result.stdout)["id"] == 1


def test_a_batch_without_json_reads_as_text(
    elute: Elute, scripted: dict[str, Any], home: Path
) -> None:
    path = batch(home, b'{"id": 1, "question": "What?"}', b"{}")

    result = elute("ask", "--batch", path)

    assert "[1] What?" in result.stdout
    assert ANSWERED.text in result.stdout
    assert "line 2 has no 'id'" in result.stdout


@pytest.mark.parametrize("make", ["missing", "folder", "empty"])
def test_an_unusable_batch_file_is_a_sentence_and_code_2(
    elute: Elute, scripted: dict[str, Any], home: Path, make: str
) -> None:
    path = home / make
    if make == "folder":
        path.mkdir()
    elif make == "empty":
        path.write_bytes(b"\n\n")

    result = elute("ask", "--batch", str(path), "--json")

    assert result.exit_code == 2
    assert str(path) in result.stderr


def test_the_nearest_passages_are_listed(elute: Elute, scripted: dict[str, Any]) -> None:
    result = elute("search", "vacancy", "concentration")

    assert result.exit_code == 0
    assert "1. Mosquera2023 page 5 · mosquera.pdf" in result.stdout
    assert "Heating to 900 K doubles the vacancy" in result.stdout


def test_the_json_of_a_search_has_rank_page_and_text(
    elute: Elute, scripted: dict[str, Any]
) -> None:
    found = json.loads(elute("search", "vacancy", "--json").stdout)

    assert found["query"] == "vacancy"
    assert found["passages"][0]["page"] == 5
    assert found["passages"][0]["rank"] == 1


def test_a_search_that_finds_nothing_exits_with_4(elute: Elute, scripted: dict[str, Any]) -> None:
    assert elute("search", "nothing").exit_code == 4


@pytest.mark.parametrize(
    ("error", "code", "word"),
    [
        (LibraryMissing("no library 'x'. Run: elute ingest DIR --library x"), 1, "no library 'x'"),
        (OSError(errno.ENOSPC, "No space left on device", "/d"), 1, "disk is full ('/d')"),
        (PermissionError(errno.EACCES, "Permission denied", "/d"), 1, "permissions"),
        (OSError(errno.EROFS, "Read-only file system", "/d"), 1, "Read-only"),
        (MemoryError(), 1, "memory"),
        (KeyboardInterrupt(), 130, "stopped"),
        (ZeroDivisionError("division by zero"), 1, "--debug"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_what_goes_wrong_is_a_sentence_and_a_code_not_a_traceback(
    elute: Elute, scripted: dict[str, Any], error: BaseException, code: int, word: str
) -> None:
    scripted["q"] = error

    result = elute("ask", "q")

    assert result.exit_code == code
    assert word in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("how", ["flag", "environment"])
def test_a_traceback_is_shown_when_asked_for(
    elute: Elute, scripted: dict[str, Any], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    scripted["q"] = ZeroDivisionError("division by zero")
    if how == "environment":
        monkeypatch.setenv("ELUTE_DEBUG", "1")

    result = elute(*(["--debug"] if how == "flag" else []), "ask", "q")

    assert result.exit_code == 1
    assert "Traceback" in result.stderr


def test_a_refused_question_prints_why_and_exits_with_3(
    elute: Elute, scripted: dict[str, Any]
) -> None:
    scripted["q"] = REFUSED

    text, found = elute("ask", "q"), json.loads(elute("ask", "q", "--json").stdout)

    assert text.exit_code == 3
    assert text.stdout == REFUSED.text + "\n"
    assert found["status"] == "refused"
    assert found["citations"] == []
    assert (found["verdict"]["decision"], len(found["verdict"]["hits"])) == ("block", 1)
    assert "level" not in found["verdict"]["hits"][0]


def test_an_answer_about_something_regulated_carries_the_gates_note(
    elute: Elute, scripted: dict[str, Any]
) -> None:
    scripted["q"] = NOTED

    result = elute("ask", "q")

    assert result.exit_code == 0
    assert result.stdout.startswith("Note: It is regulated (us-csa).\n\n" + ANSWERED.text)


@pytest.mark.parametrize("given", [["--preset", "thorough"], []], ids=["asked for", "not"])
def test_a_preset_of_the_command_line_beats_that_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, given: list[str]
) -> None:
    from agent.settings import Settings
    from ui import ask as asking

    monkeypatch.setenv("ELUTE_MODEL__PRESET", "compare")
    opened: list[Settings] = []

    def open_session(name: str, *, settings: Settings | None = None, **_: Any) -> Any:
        opened.append(settings or Settings.load())
        raise LibraryMissing("no library")

    monkeypatch.setattr("agent.session.Session.open", open_session)
    with pytest.raises(LibraryMissing):
        asking.open_session("default", *given[1:])

    assert opened[0].model.preset == (given[1] if given else "compare")


def test_a_preset_that_there_is_not_is_a_usage_error(
    elute: Elute, scripted: dict[str, Any]
) -> None:
    result = elute("ask", "Who won?", "--preset", "careful")

    assert result.exit_code == 2
    assert "thorough" in result.stderr
