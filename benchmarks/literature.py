"""Answers over papers: grounded, page found, quotes, keys, silence, each with its interval.

    python -m benchmarks.literature                       the example papers
    python -m benchmarks.literature --corpus PATH         PATH/papers with PATH/questions*.jsonl
    python -m benchmarks.literature --corpus PATH --system bm25-1      the floor, one sentence
    python -m benchmarks.literature --corpus PATH --json A.json        keep what was measured
    python -m benchmarks.literature --compare A.json B.json            the same questions, paired
    python -m benchmarks.literature --sets PATH           public sets: PATH/*/corpus.jsonl

A folder of questions has ``papers/``, files of questions and, for citation keys, a
``manifest.csv`` with the columns ``file`` and ``label``.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.matching import PageTexts
from benchmarks.questions import Question, read_questions
from benchmarks.scores import Checks, Given, score
from benchmarks.statistics import (
    Cell,
    bootstrap_interval,
    paired_difference,
    quantile_interval,
    ratio,
)
from benchmarks.systems import PageBM25, ask_elute, ingest_folder

EXAMPLES: Final = Path(__file__).parents[1] / "examples"
SYSTEMS: Final = ("elute", "lexical", "bm25-1", "bm25-5")


@dataclass(frozen=True)
class Series:
    """Questions over one folder of papers, and what a system answered."""

    name: str
    questions: tuple[Question, ...]
    given: tuple[Given, ...]
    cells: dict[str, list[Cell]]
    ingest_seconds: float | None


def main(argv: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    if options.compare:
        _print_comparison(*(json.loads(path.read_text("utf-8")) for path in options.compare))
        return 0
    with ExitStack() as stack:
        data_dir = options.keep or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="elute-bench-"))
        )
        if options.sets:
            from benchmarks.rank_sets import measure_sets

            print("\n".join(measure_sets(options.sets, data_dir, answers=options.answers)))
        series: list[Series] = []
        if options.corpus:
            papers = options.corpus / "papers"
            sets = {
                Path(name).stem: read_questions(options.corpus / name)
                for name in options.questions.split(",")
            }
            labels = labels_of(options.corpus)
            series += measure(
                papers, sets, labels, options.system, data_dir / "corpus", model=options.embedder
            )
        if options.examples or not (options.corpus or options.sets):
            folder = data_dir / "examples"  # a library apart
            series += measure(
                EXAMPLES / "papers",
                example_questions(),
                {},
                options.system,
                folder,
                model=options.embedder,
            )
    for each in series:
        print(table(each))
        if options.failures:
            print(_failures(each))
    if options.json:
        options.json.write_text(json.dumps(_kept(series, options.system), indent=1), "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.literature",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--corpus", type=Path, help="a folder with papers/ and questions")
    parser.add_argument(
        "--questions",
        default="questions.jsonl,questions_hard.jsonl",
        help="files of the corpus, with commas between",
    )
    parser.add_argument("--examples", action="store_true", help="the example papers, too")
    parser.add_argument("--sets", type=Path, help="a folder of public sets: ranking only")
    parser.add_argument(
        "--answers", action="store_true", help="with --sets: also rank by the answers' own lists"
    )
    parser.add_argument("--system", choices=SYSTEMS, default="elute")
    parser.add_argument("--embedder", type=Path, help="folder of another copy of the embedder")
    parser.add_argument("--json", type=Path, help="keep what was measured in this file")
    parser.add_argument("--keep", type=Path, help="keep the library in this folder, use it again")
    parser.add_argument("--failures", action="store_true", help="list what was not right")
    parser.add_argument("--compare", type=Path, nargs=2, metavar=("A", "B"))
    return parser


def example_questions() -> dict[str, tuple[Question, ...]]:
    questions = read_questions(EXAMPLES / "questions.jsonl")
    return {
        f"examples, {wording}": tuple(q for q in questions if q.wording == wording)
        for wording in ("plain", "hard")
    }


def labels_of(corpus: Path) -> dict[str, str]:
    manifest = corpus / "manifest.csv"
    if not manifest.is_file():
        return {}
    with manifest.open(encoding="utf-8", newline="") as opened:
        return {row["file"]: row["label"] for row in csv.DictReader(opened)}


def measure(
    papers: Path,
    sets: Mapping[str, tuple[Question, ...]],
    labels: Mapping[str, str],
    system: str,
    data_dir: Path,
    *,
    model: Path | None = None,
) -> list[Series]:
    """Ask one system the questions of each set over one folder of papers."""
    checks = Checks(PageTexts(papers), labels)
    seconds: float | None = None
    answers: dict[str, list[Given]] = {}
    started = time.perf_counter()
    if system.startswith("bm25"):
        floor = PageBM25(papers, checks.pages)
        for name, questions in sets.items():
            answers[name] = floor.ask(questions, sentences=int(system.removeprefix("bm25-")))
    else:
        lexical = system == "lexical"
        with ingest_folder(papers, data_dir, lexical=lexical, model=model) as library:
            seconds = time.perf_counter() - started
            for name, questions in sets.items():
                answers[name] = ask_elute(library, questions)
    return [
        Series(
            name=name,
            questions=questions,
            given=tuple(answers[name]),
            cells=score(questions, answers[name], checks),
            ingest_seconds=seconds,
        )
        for name, questions in sets.items()
    ]


def table(series: Series) -> str:
    """The figures of one series as a Markdown table."""
    n_answerable = sum(question.answerable for question in series.questions)
    lines = [
        "",
        f"**{series.name}**: {len(series.questions)} questions, {n_answerable} answerable",
        "",
        "| measure | value | 95 % interval | counted |",
        "|---|---|---|---|",
    ]
    for name, cells in series.cells.items():
        counted = sum(count for _, count in cells)
        if counted:
            form = ".0f" if name == "answer characters" else ".2f"
            interval = bootstrap_interval(cells)
            span = f"{interval.low:{form}}-{interval.high:{form}}"
            lines.append(f"| {name} | {ratio(cells):{form}} | {span} | {counted:.0f} |")
    for name, times in (
        ("question, warm", [1000 * given.seconds for given in series.given]),
        ("question, CPU", [1000 * given.cpu_seconds for given in series.given]),
    ):
        for quantile in (0.5, 0.95):
            value, interval = quantile_interval(times, quantile)
            span = f"{interval.low:.0f}-{interval.high:.0f}"
            lines.append(
                f"| {name}, p{100 * quantile:.0f} | {value:.0f} ms | {span} | {len(times)} |"
            )
    if series.ingest_seconds is not None:
        lines.append(f"| ingest | {series.ingest_seconds:.1f} s | | |")
    return "\n".join(lines)


def _failures(series: Series) -> str:
    lines = ["", f"What was not right in {series.name}:"]
    for row, (question, given) in enumerate(zip(series.questions, series.given, strict=True)):
        wrong = [
            name
            for name in ("grounded", "strict grounded", "page hit@1", "silence recall")
            if series.cells[name][row] == (0.0, 1.0)
        ]
        if wrong:
            cited = ", ".join(f"{c.file} {c.page}" for c in given.citations) or "-"
            gold = ", ".join(f"{file} {page}" for file, page in sorted(question.pages)) or "-"
            lines += [
                f"- {question.id} ({question.type}; not {', '.join(wrong)}): {question.text}",
                f"  wanted {list(question.keys)} on {gold}; cited {cited}",
                f"  {given.text}",
            ]
    return "\n".join(lines)


def _kept(series: Sequence[Series], system: str) -> dict[str, Any]:
    return {
        "system": system,
        "series": {
            each.name: {
                "ingest_seconds": each.ingest_seconds,
                "ids": [question.id for question in each.questions],
                "cells": each.cells,
                "given": [asdict(given) for given in each.given],
            }
            for each in series
        },
    }


def _print_comparison(first: Mapping[str, Any], second: Mapping[str, Any]) -> None:
    """The paired differences of two kept runs, for the questions that both were asked."""
    for name, ours in first["series"].items():
        theirs = second["series"].get(name)
        if theirs is None:
            continue
        shared = [id_ for id_ in ours["ids"] if id_ in set(theirs["ids"])]
        rows = [{id_: row for row, id_ in enumerate(run["ids"])} for run in (ours, theirs)]
        print(f"\n**{name}**: {len(shared)} questions, {first['system']} to {second['system']}\n")
        print("| measure | first | second | difference | 95 % interval | p |")
        print("|---|---|---|---|---|---|")
        for measure_name in ours["cells"]:
            if measure_name not in theirs["cells"]:
                continue
            a = [ours["cells"][measure_name][rows[0][id_]] for id_ in shared]
            b = [theirs["cells"][measure_name][rows[1][id_]] for id_ in shared]
            if not sum(count for _, count in a) or not sum(count for _, count in b):
                continue
            found = paired_difference(a, b)
            print(
                f"| {measure_name} | {ratio(a):.2f} | {ratio(b):.2f} | {found.value:+.2f}"
                f" | {found.interval.low:+.2f} to {found.interval.high:+.2f} | {found.chance} |"
            )


if __name__ == "__main__":
    raise SystemExit(main())
