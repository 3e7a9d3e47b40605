from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.rooms.folders import OutsideError, folders, inside, papers_under


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder that is allowed, beside one that is not, with links between them."""
    allowed, other = tmp_path / "allowed", tmp_path / "other"
    (allowed / "sub" / "deep").mkdir(parents=True)
    other.mkdir()
    inside_it = ("a.pdf", "sub/b.txt", "sub/deep/c.md", "notes.docx", ".hidden.pdf")
    for place in (*(allowed / name for name in inside_it), other / "secret.pdf"):
        place.write_text("x")
    (allowed / "out").symlink_to(other)
    (allowed / "out.pdf").symlink_to(other / "secret.pdf")
    (allowed / "sub" / "loop").symlink_to(allowed)
    return allowed


def test_folders_are_listed_without_those_that_lead_out(root: Path) -> None:
    assert folders(root) == ["sub"]
    assert folders(root, "sub") == ["deep", "loop"]


def test_papers_are_found_in_subfolders_and_never_outside(root: Path) -> None:
    found = [path.name for path in papers_under(root, "")]

    assert sorted(found) == ["a.pdf", "b.txt", "c.md"]


@pytest.mark.parametrize("relative", ["..", "../other", "out", "sub/../..", "/etc", "no", "a\0b"])
def test_a_way_out_is_a_sentence(root: Path, relative: str) -> None:
    with pytest.raises(OutsideError, match="folder"):
        inside(root, relative)


@given(st.lists(st.sampled_from(["..", ".", "sub", "out", "deep", "loop", "/", "~"]), max_size=6))
def test_no_way_of_steps_leaves_the_allowed_folder(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    base = tmp_path_factory.getbasetemp() / "steps"
    root = base / "allowed"
    if not base.exists():
        (root / "sub" / "deep").mkdir(parents=True)
        (root / "out").symlink_to(base)
        (root / "sub" / "loop").symlink_to(root)

    try:
        reached = inside(root, "/".join(steps))
    except OutsideError:
        return

    assert reached == root.resolve() or root.resolve() in reached.parents
