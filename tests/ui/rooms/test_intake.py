from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.library import Library
from ui.rooms.intake import KINDS, MAX_UPLOAD_MB, Intake, UploadRefused, checked_kind, safe_stem

PDF = b"%PDF-1.7\n..."


@given(st.text(max_size=300))
def test_no_name_of_an_upload_is_a_path(name: str) -> None:
    stem = safe_stem(name)

    assert stem
    assert len(stem) <= 60
    assert not set(stem) & set('/\\.:\0\n*?"<>|')
    assert Path("folder", f"{stem}.pdf").parent == Path("folder")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.pdf", "/etc/x.pdf", "C:\\x\\y.pdf", "..pdf", "con.pdf", "a\0b.pdf"]
)
def test_an_upload_lands_in_a_folder_of_its_bytes_whatever_its_name(
    library: Library, tmp_path: Path, name: str
) -> None:
    place = Intake(library, tmp_path / "uploads").keep(name, PDF)

    assert place.resolve().is_relative_to((tmp_path / "uploads").resolve())
    assert len(place.parent.name) == 64
    assert place.read_bytes() == PDF


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        pytest.param("run.exe", PDF, "is no PDF", id="another-kind"),
        pytest.param("paper", PDF, "is no PDF", id="no-kind"),
        pytest.param("a.pdf", b"<html>", "named like a PDF", id="no-pdf"),
        pytest.param("a.txt", b"ab\0cd", "named like a text", id="no-text"),
        pytest.param("a.pdf", b"", "empty", id="empty"),
        pytest.param("a.pdf", PDF + bytes(MAX_UPLOAD_MB * 1_000_000), "larger", id="too-large"),
    ],
)
def test_what_is_no_paper_is_refused_in_a_sentence(name: str, content: bytes, why: str) -> None:
    with pytest.raises(UploadRefused, match=why):
        checked_kind(name, content)


def test_each_kind_that_is_offered_is_taken() -> None:
    for kind in KINDS:
        assert checked_kind(f"a.{kind.upper()}", PDF if kind == "pdf" else b"text") == kind


def test_files_are_read_in_and_their_state_is_told(library: Library, tmp_path: Path) -> None:
    intake = Intake(library, tmp_path / "uploads")
    good = intake.keep("oxides.txt", b"Oxides\n\nThe band gap of TiO2 is 3.0 eV.\n")
    broken = intake.keep("broken.pdf", PDF)

    batch = intake.add([good, broken])
    thread = intake._thread
    assert thread is not None
    thread.join(timeout=60)

    states = {file.name: file.state for file in batch.files.values()}
    assert states == {"oxides.txt": "added", "broken.pdf": "failed"}
    assert batch.ended
    assert not intake.is_working
    assert all(file.done == 1.0 for file in batch.files.values())
    assert any(file.message for file in batch.files.values() if file.state == "failed")
    assert [paper.file for paper in library.papers()] == ["oxides.txt"]
