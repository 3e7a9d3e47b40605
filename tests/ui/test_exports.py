from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Elute = Callable[..., Result]

TEXT = """Vacancies in hot oxides

Ana Mosquera
2023

Heating the oxide to 900 K doubles the concentration of oxygen vacancies. The effect is reversible.
"""
QUESTION = "What does heating the oxide to 900 K do to the concentration of oxygen vacancies?"


@pytest.fixture
def paper(home: Path, elute: Elute, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One paper, ingested."""
    monkeypatch.setenv("ELUTE_EMBEDDER__KIND", "none")
    monkeypatch.setenv("ELUTE_INDEX__CHROMA", "off")
    path = home / "papers" / "hot.txt"
    path.parent.mkdir()
    path.write_text(TEXT)
    assert elute("ingest", str(path.parent)).exit_code == 0
    return path


def test_papers_are_exported_in_each_form(elute: Elute, paper: Path) -> None:
    bib = elute("papers", "export")
    ris = elute("papers", "export", "--format", "ris")
    (item,) = json.loads(elute("papers", "export", "-f", "csl-json").stdout)

    assert bib.exit_code == 0
    assert f"{{{item['id']}," in bib.stdout
    assert f"ID  - {item['id']}" in ris.stdout


def test_papers_are_exported_to_a_file_that_is_not_there_yet(
    elute: Elute, paper: Path, home: Path
) -> None:
    target = home / "refs.bib"

    first = elute("papers", "export", "--output", str(target))
    second = elute("papers", "export", "--output", str(target))

    assert first.exit_code == 0
    assert "@misc{" in target.read_text()
    assert second.exit_code == 2
    assert "is there already" in second.stderr


def test_a_key_that_is_not_there_is_a_sentence(elute: Elute, paper: Path) -> None:
    result = elute("papers", "export", "Nobody1999")

    assert result.exit_code == 1
    assert "Nobody1999" in result.stderr


def test_an_answer_is_written_bundled_and_checked_until_its_paper_changes(
    elute: Elute, paper: Path, home: Path
) -> None:
    markdown, bundle = home / "a.md", home / "a.json"

    asked = elute("ask", QUESTION, "--export", str(markdown), "--bundle", str(bundle))
    good = elute("verify-answer", str(bundle))
    paper.write_text(TEXT.replace("900 K", "800 K"))
    bad = elute("verify-answer", str(bundle), "--json")

    assert asked.exit_code == 0, asked.output
    assert "> “Heating the oxide to 900 K" in markdown.read_text(encoding="utf-8")
    assert good.exit_code == 0, good.output
    assert "the answer stands." in good.stdout
    report = json.loads(bad.stdout)
    assert bad.exit_code == 1
    assert report["ok"] is False
    assert report["papers"][0]["state"] == "changed"
    assert report["quotes"][0]["state"] == "gone"


def test_a_moved_paper_is_looked_for_where_it_is_said_to_be(
    elute: Elute, paper: Path, home: Path
) -> None:
    bundle = home / "bundles" / "a.json"
    bundle.parent.mkdir()
    elute("ask", QUESTION, "--bundle", str(bundle))
    (home / "elsewhere").mkdir()
    paper.rename(home / "elsewhere" / "hot.txt")

    lost = elute("verify-answer", str(bundle), "--json")
    found = elute("verify-answer", str(bundle), "--papers", str(home / "elsewhere"), "--json")

    assert json.loads(lost.stdout)["papers"][0]["state"] == "missing"
    assert json.loads(found.stdout)["papers"][0]["state"] == "moved"
    assert (lost.exit_code, found.exit_code) == (1, 0)


def test_of_a_refused_request_no_file_is_written(elute: Elute, paper: Path, home: Path) -> None:
    result = elute("ask", "How is mustard gas made?", "--export", str(home / "a.md"))

    assert result.exit_code == 3
    assert "no file was written" in result.stderr
    assert not (home / "a.md").exists()


@pytest.mark.parametrize(
    "flags", [("--export", "a.docx"), ("--export", "a.md", "--plan-only")], ids=["suffix", "plan"]
)
def test_what_cannot_be_written_is_said_before_anything_is_loaded(
    elute: Elute, flags: tuple[str, ...]
) -> None:
    result = elute("ask", QUESTION, *flags)

    assert result.exit_code == 2


def test_what_is_no_bundle_is_a_sentence(elute: Elute, home: Path) -> None:
    (home / "x.json").write_text("[]")

    result = elute("verify-answer", str(home / "x.json"))

    assert result.exit_code == 2
    assert "is no bundle" in result.stderr


def test_values_are_set_side_by_side(elute: Elute, paper: Path, home: Path) -> None:
    (paper.parent / "gap.txt").write_text("Gaps\n\nThe band gap of ZnO is 3.37 eV at 300 K.\n")
    elute("ingest", str(paper.parent))

    text = elute("compare", "band gap of ZnO")
    table = elute("compare", "band gap of ZnO", "--format", "csv")
    (row,) = json.loads(elute("compare", "band gap of ZnO", "--json").stdout)["rows"]
    file = elute("compare", "band gap of ZnO", "--output", str(home / "gaps.md"))
    nothing = elute("compare", "viscosity of honey")

    assert text.exit_code == 0, text.output
    assert "band gap, ZnO (300 K): 3.37 eV" in text.stdout
    assert table.stdout.splitlines()[0].startswith("property,material,condition,value")
    assert (row["value"], row["unit"], row["citation"]["page"]) == (3.37, "eV", 1)
    assert file.exit_code == 0
    assert "| band gap | ZnO | 300 K | 3.37 eV |" in (home / "gaps.md").read_text("utf-8")
    assert nothing.exit_code == 4


def test_a_comparison_of_what_may_not_be_asked_is_refused(elute: Elute, paper: Path) -> None:
    assert elute("compare", "synthesis yield and route of sarin").exit_code == 3
