from __future__ import annotations

import contextlib
import io
import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import benchmarks.__main__ as bench
from benchmarks import literature, local_model
from benchmarks.matching import PageTexts
from benchmarks.questions import read_questions
from benchmarks.rank_sets import measure_sets, ndcg
from benchmarks.systems import BM25, PageBM25
from tests.example_library import ROOT

EXAMPLES = ROOT / "examples"


def test_a_rare_word_decides_among_texts() -> None:
    index = BM25(["the garnet conducts", "the garnet melts", "the spinel conducts and conducts"])

    assert int(np.argmax(index.scores("Does garnet melt?"))) == 1
    assert int(np.argmax(index.scores("conducting spinels"))) == 2
    assert index.scores("perovskite").tolist() == [0, 0, 0]


def test_the_floor_quotes_sentences_of_pages_and_cites_them() -> None:
    pages = PageTexts(EXAMPLES / "papers")
    questions = read_questions(EXAMPLES / "questions.jsonl")[:6]

    given = PageBM25(EXAMPLES / "papers", pages).ask(questions, sentences=2)

    assert [each.id for each in given] == [question.id for question in questions]
    for each in given:
        assert len(each.citations) == 2
        assert len(set(each.ranked)) == len(each.ranked) == 10
        assert all(pages.stands(c.quote, c.file, c.page, "pdfium") for c in each.citations)
        assert {c.place for c in each.citations} <= set(each.ranked)


@pytest.mark.parametrize(
    ("ranked", "relevance", "value"),
    [
        (["a", "b"], {"a": 1}, 1.0),
        (["b", "a"], {"a": 1}, 0.6309),  # 1 / log2(3)
        (["b", "c"], {"a": 1}, 0.0),
        (["a", "a", "b"], {"a": 1, "b": 1}, 1.0),  # named twice, counted once
        (["b", "a"], {"a": 2, "b": 1}, 0.7967),  # (1 + 3/log2 3) / (3 + 1/log2 3)
    ],
)
def test_ndcg_is_what_its_definition_says(
    ranked: list[str], relevance: dict[str, float], value: float
) -> None:
    assert ndcg(ranked, relevance) == pytest.approx(value, abs=1e-4)


def test_a_small_set_is_ranked_by_bm25_and_by_elute(tmp_path: Path) -> None:
    folder = tmp_path / "sets" / "metals"
    folder.mkdir(parents=True)
    metals = {"iron": "rusts in damp air", "gold": "is yellow and does not tarnish",
              "lead": "is soft and heavy"}  # fmt: skip
    (folder / "corpus.jsonl").write_text(
        "\n".join(
            json.dumps({"doc": name, "text": f"{name.title()} is a metal. {name.title()} {fact}."})
            for name, fact in metals.items()
        ),
        "utf-8",
    )
    (folder / "questions.jsonl").write_text(
        "\n".join(
            json.dumps(
                {"id": name, "question": f"What {fact}?", "answerable": True,
                 "evidence": [{"doc": name}]}
            )
            for name, fact in metals.items()
        ),
        "utf-8",
    )  # fmt: skip

    (table,) = measure_sets(tmp_path / "sets", tmp_path / "data", answers=True)

    assert "**metals**: 3 questions, 3 texts" in table
    rows = [line.split("|") for line in table.splitlines() if "1.000-1.000" in line]
    assert [row[1].strip() for row in rows] == [
        "BM25",
        "elute, retriever",
        "elute, with the answer",
    ]


@pytest.fixture(scope="module")
def floors(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """The floor measured on the example papers with one sentence and with five; what was said."""
    folder = tmp_path_factory.mktemp("floors")
    files = tuple(folder / f"{system}.json" for system in ("bm25-1", "bm25-5"))
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        for file in files:
            assert literature.main(["--system", file.stem, "--json", str(file), "--failures"]) == 0
    return files[0], files[1], said.getvalue()


def test_two_kept_runs_are_compared_question_by_question(
    floors: tuple[Path, Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, _ = floors

    assert literature.main(["--compare", str(first), str(second)]) == 0

    compared = capsys.readouterr().out
    assert "bm25-1 to bm25-5" in compared
    line = next(line for line in compared.splitlines() if line.startswith("| page hit@5"))
    assert "| +0.00 | +0.00 to +0.00 | 1.000 |" in line


def test_a_table_gives_each_figure_with_its_interval(floors: tuple[Path, Path, str]) -> None:
    said = floors[2]

    line = next(line for line in said.splitlines() if line.startswith("| grounded"))
    value, span, counted = (part.strip() for part in line.split("|")[2:5])
    low, high = (float(part) for part in span.split("-"))
    assert low <= float(value) <= high
    assert counted == "47"
    assert said.count("**examples, plain**") == 2
    assert "What was not right in examples, hard:" in said


def test_a_folder_of_papers_and_questions_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "salt.txt").write_text(
        "On salt\n\nSodium chloride melts at 1074 K under one bar. It is cubic at any heat.",
        "utf-8",
    )
    row = {
        "id": "s",
        "type": "number",
        "question": "At which temperature does NaCl melt?",
        "keys": [["1074"]],
        "answerable": True,
        "evidence": [{"doc": "salt.txt", "page": 1, "quote": "melts at 1074 K", "ok_pages": [1]}],
    }
    (tmp_path / "asked.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    (tmp_path / "manifest.csv").write_text("file,label\nsalt.txt,Salt2020\n", "utf-8")

    code = literature.main(
        ["--corpus", str(tmp_path), "--questions", "asked.jsonl", "--system", "bm25-1"]
    )

    said = capsys.readouterr().out
    assert code == 0
    assert "**asked**: 1 questions, 1 answerable" in said
    assert "| grounded | 1.00 | 1.00-1.00 | 1 |" in said


def test_every_series_is_found_by_its_main() -> None:
    names = bench.series_names()

    assert "literature" in names
    assert not {"__main__", "statistics", "matching"} & set(names)


@pytest.mark.parametrize("name", bench.series_names())
def test_every_series_says_how_it_is_called(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        import_module(f"benchmarks.{name}").main(["--help"])

    assert stop.value.code == 0
    assert f"benchmarks.{name}" in capsys.readouterr().out


def test_a_folder_goes_to_the_series_that_take_one() -> None:
    assert {"--corpus", "--sets", "--json"} <= bench.taken_options("literature")


def test_an_unknown_series_is_named_with_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as stop:
        bench.main(["literatur"])

    assert stop.value.code == 2
    assert "no series literatur; there are" in capsys.readouterr().err


def test_the_local_model_is_skipped_with_the_reason_where_its_packages_are_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(local_model, "PACKAGES", ("no_such_server", "no_such_model"))

    assert local_model.main([]) == 0
    assert "skipped: no_such_server and no_such_model not installed" in capsys.readouterr().out


def test_questions_are_spread_evenly_over_a_set() -> None:
    assert local_model.spread(range(10), 3) == [0, 3, 6]
    assert local_model.spread(range(2), 3) == [0, 1]
