from __future__ import annotations

import json
import multiprocessing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from safety.audit import AuditLog, verify_audit
from safety.errors import AuditError
from safety.substance import Decision, Verdict

VERDICT = Verdict(decision=Decision.ALLOW)


def write(path: Path, n: int) -> None:
    for i in range(n):
        AuditLog(path).append(
            point="request", tool=None, intent="facts", text=f"question {i}", verdict=VERDICT
        )


def test_a_log_follows_from_its_first_line_to_its_last(tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"

    write(log, 5)

    report = verify_audit(log)
    assert report.ok
    assert report.n_records == 6  # the first line begins the log


@pytest.mark.parametrize("line", [1, 3, 5])
def test_a_changed_line_breaks_the_chain_there(tmp_path: Path, line: int) -> None:
    log = tmp_path / "audit.jsonl"
    write(log, 5)
    lines = log.read_text(encoding="utf-8").splitlines()
    record = json.loads(lines[line])
    lines[line] = json.dumps({**record, "decision": "block"}, sort_keys=True)

    log.write_text("\n".join(lines) + "\n", encoding="utf-8")

    report = verify_audit(log)
    assert not report.ok
    assert report.broken_at == line + 1


@pytest.mark.parametrize("line", [0, 2, 4])
def test_a_dropped_line_breaks_the_chain(tmp_path: Path, line: int) -> None:
    log = tmp_path / "audit.jsonl"
    write(log, 5)
    lines = log.read_text(encoding="utf-8").splitlines()

    del lines[line]
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert not verify_audit(log).ok


def test_a_torn_last_line_is_closed_off_and_the_chain_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    write(log, 2)
    whole = log.read_bytes()
    log.write_bytes(whole[:-20])
    assert verify_audit(log).ok

    write(log, 2)

    report = verify_audit(log)
    assert report.ok
    assert report.n_torn == 1


def test_a_line_that_nobody_owns_up_to_breaks_the_chain(tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    write(log, 2)
    with log.open("ab") as file:
        file.write(b"not a record\n")
    write(log, 1)

    assert not verify_audit(log).ok


def test_processes_that_write_at_once_keep_one_chain(tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write, args=(log, 20)) for _ in range(4)]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    report = verify_audit(log)
    assert report.ok
    assert report.n_records == 81


def test_there_is_no_report_on_a_missing_log(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="cannot read"):
        verify_audit(tmp_path / "none.jsonl")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255))
@example(place=9, byte=9)  # a space turned into a tab: the same values in other bytes
def test_no_byte_can_be_changed_unseen(tmp_path: Path, place: int, byte: int) -> None:
    log = tmp_path / "audit.jsonl"
    if not log.exists():
        write(log, 3)
    whole = log.read_bytes()
    place %= len(whole)
    changed = whole[:place] + bytes([byte]) + whole[place + 1 :]
    (tmp_path / "changed.jsonl").write_bytes(changed)

    report = verify_audit(tmp_path / "changed.jsonl")

    # A lost last line feed looks like a crash; everything else is seen.
    assert report.ok == (changed == whole) or place == len(whole) - 1
