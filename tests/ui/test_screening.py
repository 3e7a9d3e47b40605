from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from safety.audit import AuditLog
from safety.substance import Decision, Verdict

Elute = Callable[..., Result]

FIELDS = ["query", "decision", "hits", "unread", "reason"]
HIT = ["name", "list", "edition", "schedule", "jurisdiction", "citation", "how", "score"]


def test_a_listed_substance_is_named_with_its_list_and_the_code_is_3(elute: Elute) -> None:
    result = elute("screen", "mustard", "gas")

    assert result.exit_code == 3
    assert result.stdout.startswith("block  mustard gas\n")
    assert "cwc Schedule 1.A" in result.stdout


def test_an_ordinary_substance_passes(elute: Elute) -> None:
    result = elute("screen", "acetic acid")

    assert result.exit_code == 0
    assert result.stdout == "allow  acetic acid\n"


def test_the_json_of_a_verdict_has_the_promised_fields(elute: Elute) -> None:
    result = elute("screen", "OC(=O)CCCO", "--json")

    found = json.loads(result.stdout)
    assert result.exit_code == 3
    assert list(found) == FIELDS
    assert (found["query"], found["decision"]) == ("OC(=O)CCCO", "block")
    assert list(found["hits"][0]) == HIT
    assert found["hits"][0]["how"] == "structure"


@pytest.mark.parametrize(
    "arguments", [[], ["water", "--batch", "x"], ["--batch", "x", "--file", "y"]]
)
def test_a_text_or_a_batch_or_a_file_one_of_the_three(elute: Elute, arguments: list[str]) -> None:
    assert elute("screen", *arguments).exit_code == 2


def test_a_batch_screens_queries_and_asks_the_gate_about_prompts(
    elute: Elute, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def check(requests: list[str]) -> list[Verdict]:
        asked.extend(requests)
        return [Verdict(decision=Decision.BLOCK, reason="the policy says no") for _ in requests]

    monkeypatch.setattr("safety.check_requests", check, raising=False)
    path = home / "batch.jsonl"
    path.write_text(
        '{"id": "a", "query": "water"}\n{"id": "b", "prompt": "a request"}\n'
        '{"id": "c"}\n{"id": "d", "query": "mustard gas"}\n'
    )

    result = elute("screen", "--batch", str(path), "--json")

    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["id"] for row in rows] == ["a", "b", "c", "d"]
    assert [row["decision"] for row in rows] == ["allow", "block", None, "block"]
    assert "'query' or 'prompt'" in rows[2]["error"]
    assert asked == ["a request"]
    assert result.exit_code == 1


def test_a_batch_of_good_lines_exits_with_3_where_one_is_listed(elute: Elute, home: Path) -> None:
    path = home / "batch.jsonl"
    path.write_text('{"id": 1, "query": "water"}\n{"id": 2, "query": "mustard gas"}\n')

    assert elute("screen", "--batch", str(path)).exit_code == 3


def test_a_library_of_structures_is_counted_and_what_is_listed_is_shown(
    elute: Elute, home: Path
) -> None:
    path = home / "library.smi"
    path.write_text("CCO ethanol\n\nOC(=O)CCCO number 7\nc1ccccc1\n")

    text = elute("screen", "--file", str(path))
    rows = [
        json.loads(line)
        for line in elute("screen", "--file", str(path), "--json").stdout.splitlines()
    ]

    assert text.exit_code == 3
    assert "line 3 (number 7)" in text.stdout
    assert "ethanol" not in text.stdout
    assert "3 structures: 1 block, 0 warn, 2 allow." in text.stdout
    assert [(row["line"], row["id"], row["decision"]) for row in rows] == [
        (1, "ethanol", "allow"),
        (3, "number 7", "block"),
        (4, 4, "allow"),
    ]


def test_a_line_that_is_no_structure_is_not_free_to_pass(elute: Elute, home: Path) -> None:
    path = home / "library.smi"
    path.write_text("CCO\nC1CC three-ring\n")

    result = elute("screen", "--file", str(path))

    assert result.exit_code == 3
    assert "line 2 (three-ring)" in result.stdout
    assert "not readable: C1CC" in result.stdout
    assert "1 warn, 1 allow" in result.stdout


@pytest.mark.parametrize("flag", ["--batch", "--file"])
def test_a_file_that_is_not_there_is_a_sentence_and_code_2(
    elute: Elute, home: Path, flag: str
) -> None:
    result = elute("screen", flag, str(home / "nowhere"))

    assert result.exit_code == 2
    assert "nowhere" in result.stderr


def test_the_lists_are_told_with_edition_and_coverage(elute: Elute) -> None:
    text = elute("lists").stdout
    rows = json.loads(elute("lists", "--json").stdout)["lists"]

    assert {"us-csa", "cwc"} <= {row["id"] for row in rows}
    for row in rows:
        assert row["edition"] in text
        assert row["n_covered"] <= row["n_regulation"]


def test_a_whole_log_verifies_and_a_changed_one_does_not(elute: Elute, home: Path) -> None:
    path = home / "data" / "audit.jsonl"
    path.parent.mkdir()
    log = AuditLog(path)
    for text in ("one", "two", "three"):
        log.append(
            point="request",
            tool=None,
            intent="facts",
            text=text,
            verdict=Verdict(decision=Decision.ALLOW),
        )
    whole = elute("audit", "verify")
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([lines[0], *lines[2:]]))

    changed = elute("audit", "verify")

    assert whole.exit_code == 0
    assert " records; whole." in whole.stdout
    assert changed.exit_code == 1
    assert "broken at line 2" in changed.stdout


def test_a_log_that_is_not_there_is_a_sentence(elute: Elute) -> None:
    result = elute("audit", "verify")

    assert result.exit_code == 1
    assert "audit.jsonl" in result.stderr
