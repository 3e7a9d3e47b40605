from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from ui.doctor import OURS, check_package

Elute = Callable[..., Result]


def checks(elute: Elute, *flags: str) -> dict[str, dict[str, str]]:
    found = json.loads(elute("doctor", "--json", *flags).stdout)
    return {check["name"]: check for check in found["checks"]}


@pytest.mark.parametrize("name", OURS)
def test_our_packages_are_ours(name: str) -> None:
    check = check_package(name)

    assert check.status == "ok", check.found


@pytest.mark.parametrize("name", OURS)
def test_a_package_of_the_same_name_elsewhere_is_found_out(name: str, tmp_path: Path) -> None:
    check = check_package(name, ours=tmp_path)

    assert check.status == "broken"
    assert "another package" in check.found
    assert check.remedy is not None


def test_a_package_that_wrote_into_ours_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "ui.doctor.metadata.packages_distributions", lambda: {"safety": ["elute", "safety"]}
    )

    assert check_package("safety").status == "broken"
    assert check_package("ingest").status == "ok"


def test_a_fresh_machine_is_healthy_and_told_what_to_do(elute: Elute, home: Path) -> None:
    result = elute("doctor")

    assert result.exit_code == 0
    assert "elute ingest FOLDER" in result.stdout
    assert not (home / "data").exists()


def test_every_check_that_is_broken_has_a_remedy_or_says_it_itself(
    elute: Elute, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ELUTE_EMBEDDER__FOLDER", str(tmp_path))

    result = elute("doctor")
    embedder = checks(elute)["embedder"]

    assert result.exit_code == 1
    assert embedder["status"] == "broken"
    assert "embedder.folder" in (embedder["remedy"] or embedder["found"])


def test_a_data_folder_that_cannot_be_written_is_broken(
    elute: Elute, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELUTE_DATA_DIR", "/proc/elute")

    check = checks(elute)["data folder"]

    assert check["status"] == "broken"
    assert "ELUTE_DATA_DIR" in check["remedy"]


def test_a_wrong_setting_is_a_finding_not_a_crash(
    elute: Elute, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELUTE_WORKERS", "0")

    result = elute("doctor")

    assert result.exit_code == 1
    assert "ELUTE_WORKERS" in result.stdout


def test_the_endpoint_of_the_model_is_named_and_its_key_is_not(
    elute: Elute, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")

    output = elute("doctor").stdout

    assert "http://127.0.0.1:1/v1" in output
    assert "sk-secret" not in output


def test_a_library_made_by_another_embedder_is_found_out(
    elute: Elute, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    (home / "papers").mkdir()
    (home / "papers/a.txt").write_text("Oxides lose oxygen when they are heated above 900 K.")
    monkeypatch.setenv("ELUTE_EMBEDDER__KIND", "none")
    elute("ingest", str(home / "papers"))
    healthy = checks(elute)["index"]
    monkeypatch.delenv("ELUTE_EMBEDDER__KIND")

    mixed = checks(elute)["index"]

    assert healthy["status"] == "ok"
    assert mixed["status"] == "broken"
    assert "elute reindex" in mixed["remedy"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("0", "one after another: chat_workers is 0"),
        ("1", "another process"),
        ("3", "up to 3 other"),
    ],
)
def test_it_says_how_many_processes_answer_in_the_chat(
    elute: Elute, home: Path, monkeypatch: pytest.MonkeyPatch, wanted: str, found: str
) -> None:
    monkeypatch.setenv("ELUTE_CHAT_WORKERS", wanted)

    assert found in checks(elute)["chat"]["found"]
