from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Elute = Callable[..., Result]

FIRST = """Vacancies in hot oxides
Ana Mosquera
2023

Heating the oxide to 900 K doubles the concentration of oxygen vacancies. The effect is reversible.
"""


@pytest.fixture(autouse=True)
def lexical(monkeypatch: pytest.MonkeyPatch) -> None:
    """No model: these tests are about the doors."""
    monkeypatch.setenv("ELUTE_EMBEDDER__KIND", "none")


@pytest.fixture
def folder(home: Path) -> Path:
    """A folder with one paper that can be read and one file that cannot."""
    papers = home / "papers"
    papers.mkdir()
    (papers / "first.txt").write_text(FIRST)
    (papers / "broken.pdf").write_bytes(b"<html>not a PDF</html>")
    return papers


def test_every_file_has_its_outcome_and_a_failure_its_reason(elute: Elute, folder: Path) -> None:
    result = elute("ingest", str(folder))

    lines = result.stdout.splitlines()
    assert result.exit_code == 5
    assert any(line.startswith("added") and "first.txt" in line for line in lines)
    assert any(line.startswith("failed") and "broken.pdf" in line for line in lines)
    assert any(re.fullmatch(r"2 files in \d+\.\d s: 1 added, 1 failed\.", x) for x in lines)
    assert any(line.startswith("Library 'default' holds 1 paper, 1 page") for line in lines)


def test_an_ingest_of_good_files_exits_with_0_and_again_finds_nothing_to_do(
    elute: Elute, folder: Path
) -> None:
    (folder / "broken.pdf").unlink()

    first, again = elute("ingest", str(folder)), elute("ingest", str(folder))

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert ": 1 unchanged." in again.stdout


def test_the_report_as_json_is_one_object_with_each_file(elute: Elute, folder: Path) -> None:
    result = elute("ingest", str(folder), "--json", "--library", "other")

    report = json.loads(result.stdout)
    assert result.exit_code == 5
    assert report["library"] == "other"
    assert report["counts"]["added"] == report["counts"]["failed"] == 1
    outcomes = {Path(row["path"]).name: row["outcome"] for row in report["files"]}
    assert outcomes == {"first.txt": "added", "broken.pdf": "failed"}


def test_papers_whose_files_are_gone_are_retired_when_asked_for(elute: Elute, folder: Path) -> None:
    elute("ingest", str(folder))
    (folder / "first.txt").rename(folder.parent / "elsewhere.txt")
    (folder / "second.txt").write_text(FIRST.replace("900 K", "800 K"))

    kept = elute("ingest", str(folder))
    pruned = elute("ingest", str(folder), "--prune")

    assert "--prune retires" in kept.stdout
    assert "1 retired" in pruned.stdout


@pytest.mark.parametrize("make", ["missing", "empty"])
def test_a_folder_without_papers_is_a_sentence_and_code_2(
    elute: Elute, home: Path, make: str
) -> None:
    folder = home / make
    if make == "empty":
        folder.mkdir()

    result = elute("ingest", str(folder))

    assert result.exit_code == 2
    assert str(folder) in result.stderr
    assert "Traceback" not in result.output


def test_papers_are_listed_as_text_and_as_json(elute: Elute, folder: Path) -> None:
    elute("ingest", str(folder))

    text, found = elute("papers"), json.loads(elute("papers", "--json").stdout)

    assert "first.txt" in text.stdout
    (paper,) = found["papers"]
    assert paper["file"] == "first.txt"
    assert text.stdout.startswith(paper["key"] + ":")


def key_of_the_paper(elute: Elute, *flags: str) -> str:
    (paper,) = json.loads(elute("papers", "--json", *flags).stdout)["papers"]
    return str(paper["key"])


def test_a_paper_is_taken_out_and_back(elute: Elute, folder: Path) -> None:
    elute("ingest", str(folder))
    key = key_of_the_paper(elute)

    removed = elute("papers", "rm", key, "--yes")
    gone = elute("papers")
    restored = elute("papers", "restore", key)

    assert f"elute papers restore {key}" in removed.stdout
    assert gone.stdout == ""
    assert restored.exit_code == 0
    assert key_of_the_paper(elute) == key


@pytest.mark.parametrize("where", ["before", "after"])
def test_the_library_may_be_named_before_or_after_the_subcommand(
    elute: Elute, folder: Path, where: str
) -> None:
    elute("ingest", str(folder), "--library", "other")
    key = key_of_the_paper(elute, "--library", "other")
    name = ["--library", "other"]

    command = ["papers", *name, "rm", key] if where == "before" else ["papers", "rm", key, *name]
    result = elute(*command, "--yes")

    assert result.exit_code == 0
    assert "--library other" in result.stdout


@pytest.mark.parametrize("reply", ["n\n", ""], ids=["no", "nobody-there"])
def test_a_paper_stays_unless_its_removal_is_confirmed(
    elute: Elute, folder: Path, reply: str
) -> None:
    elute("ingest", str(folder))
    key = key_of_the_paper(elute)

    result = elute("papers", "rm", key, input=reply)

    assert result.exit_code == 1
    assert key_of_the_paper(elute) == key


def test_a_key_that_is_not_there_is_a_sentence(elute: Elute, folder: Path) -> None:
    elute("ingest", str(folder))

    result = elute("papers", "rm", "Nobody1999", "--yes")

    assert result.exit_code == 1
    assert "Nobody1999" in result.stderr


@pytest.mark.parametrize(
    "command", [["papers"], ["ask", "x"], ["search", "x"], ["verify"], ["reindex"]]
)
def test_a_library_that_is_not_there_is_a_sentence_and_is_not_made(
    elute: Elute, home: Path, command: list[str]
) -> None:
    result = elute(*command, "--library", "nowhere")

    assert result.exit_code == 1
    assert "nowhere" in result.stderr
    assert "elute ingest" in result.stderr
    assert not (home / "data").exists()


def test_a_name_that_is_no_folder_name_is_refused(elute: Elute, folder: Path) -> None:
    result = elute("ingest", str(folder), "--library", "../up")

    assert result.exit_code == 2
    assert "'../up'" in result.stderr


def test_a_wrong_setting_is_a_sentence_and_code_2(
    elute: Elute, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELUTE_READER__TIMEOUT_S", "soon")

    result = elute("ingest", str(folder))

    assert result.exit_code == 2
    assert "ELUTE_READER__TIMEOUT_S" in result.stderr


def test_a_damaged_catalog_is_a_sentence(elute: Elute, folder: Path, home: Path) -> None:
    catalog = home / "data/libraries/default/catalog.db"
    catalog.parent.mkdir(parents=True)
    catalog.write_bytes(b"this is not a database, it is some text" * 200)

    result = elute("papers")

    assert result.exit_code == 1
    assert "catalog" in result.stderr
    assert "Traceback" not in result.output


def test_a_whole_library_verifies_and_a_lost_file_is_a_problem_with_its_remedy(
    elute: Elute, folder: Path
) -> None:
    elute("ingest", str(folder))
    well = elute("verify")
    (folder / "first.txt").unlink()

    lost = elute("verify")
    found = json.loads(elute("verify", "--json").stdout)

    assert (well.exit_code, lost.exit_code) == (0, 1)
    assert "all is well" in well.stdout
    assert "first.txt" in lost.stdout
    assert "--prune" in lost.stdout
    assert (found["ok"], len(found["problems"])) == (False, 1)


def test_reindex_leaves_alone_what_is_right_unless_all_is_asked_for(
    elute: Elute, folder: Path
) -> None:
    elute("ingest", str(folder))

    nothing, everything = elute("reindex"), elute("reindex", "--all")

    assert "index is as it should be" in nothing.stdout
    assert "1 paper reindexed" in everything.stdout


def test_a_library_made_by_another_embedder_is_a_sentence_until_it_is_reindexed(
    elute: Elute, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elute("ingest", str(folder))
    monkeypatch.setenv("ELUTE_EMBEDDER__KIND", "packaged")
    (folder / "second.txt").write_text(FIRST.replace("900 K", "800 K"))

    refused = elute("ingest", str(folder))
    reindexed = elute("reindex")

    assert refused.exit_code == 1
    assert "Run: elute reindex" in refused.stderr
    assert reindexed.exit_code == 0
    assert elute("ingest", str(folder)).exit_code == 5  # the file that is no PDF is still there


def test_a_library_searched_by_words_alone_says_so(elute: Elute, folder: Path) -> None:
    elute("ingest", str(folder))

    result = elute("search", "oxygen vacancies")

    assert "900 K" in result.stdout
    assert "lexical only" in result.stderr


def test_where_text_would_go_is_said_before_it_goes(
    elute: Elute, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELUTE_EMBEDDER__KIND", "openai")
    monkeypatch.setenv("ELUTE_EMBEDDER__BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("ELUTE_EMBEDDER__API_KEY", "sk-secret")

    result = elute("ingest", str(folder))

    assert "is sent to http://127.0.0.1:9/v1" in result.stderr.splitlines()[0]
    assert result.exit_code == 1
    assert "sk-secret" not in result.output


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc here")
def test_a_data_folder_that_cannot_be_written_is_a_sentence(
    elute: Elute, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELUTE_DATA_DIR", "/proc/elute")

    result = elute("ingest", str(folder))

    assert result.exit_code == 1
    assert "ELUTE_DATA_DIR" in result.stderr
    assert "Traceback" not in result.output


def test_a_second_ingest_says_who_holds_the_library(
    elute: Elute, folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.lock import WriteLock

    monkeypatch.setenv("ELUTE_LOCK_WAIT_S", "0.1")
    lock = WriteLock(home / "data/libraries/default/writer.lock")
    assert list(lock.acquire(0)) == []

    result = elute("ingest", str(folder))
    lock.release()

    assert result.exit_code == 1
    assert f"process {os.getpid()}" in result.stderr
    assert elute("ingest", str(folder)).exit_code == 5


def test_keys_come_from_a_reference_managers_export(elute: Elute, folder: Path, home: Path) -> None:
    (home / "my.bib").write_text("@misc{vac23, title = {Hot}, file = {:papers/first.txt:TXT}}")

    result = elute("ingest", "--bib", str(home / "my.bib"))

    assert result.exit_code == 0, result.output
    assert key_of_the_paper(elute) == "vac23"


def test_an_ingest_without_a_folder_and_a_list_is_a_usage_error(elute: Elute) -> None:
    assert elute("ingest").exit_code == 2


def test_a_list_that_is_missing_is_a_sentence_and_code_2(elute: Elute, folder: Path) -> None:
    result = elute("ingest", str(folder), "--bib", "nowhere.bib")

    assert result.exit_code == 2
    assert "nowhere.bib" in result.stderr


def test_an_ingest_that_goes_online_says_where(
    elute: Elute, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELUTE_CROSSREF__BASE_URL", "http://127.0.0.1:9")

    online = elute("ingest", str(folder), "--online")
    offline = elute("ingest", str(folder))

    assert "http://127.0.0.1:9" in online.stderr
    assert "127.0.0.1" not in offline.stderr
