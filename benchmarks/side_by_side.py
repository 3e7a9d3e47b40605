"""elute beside its peers: the same PDFs, the same questions, one run, no language model.

    python -m benchmarks.side_by_side                     the example papers
    python -m benchmarks.side_by_side --corpus PATH       PATH/papers with PATH/questions*.jsonl

Peers: BM25 over pages and over chunks of 5,000 characters; LangChain's usual recipe
(RecursiveCharacterTextSplitter 1000/200, Chroma, EnsembleRetriever with BM25) with the same
embedder; paper-qa with its own sparse embedding, and its chunks with the same embedder. Each runs
in a process of its own, paper-qa in an environment of its own as well, which is made the first time
and needs a package index; LangChain's parts come with ``pip install -e '.[bench]'``. Answers of
peers are the three sentences that one picker takes from their ten best chunks.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.literature import EXAMPLES, example_questions, labels_of
from benchmarks.matching import ENGINES, PageTexts, same_key
from benchmarks.peers import PEERS, make, pick
from benchmarks.questions import Question, read_questions
from benchmarks.scores import Checks, Cited, Given, score
from benchmarks.statistics import bootstrap_interval, ratio
from benchmarks.systems import ingest_folder

OURS: Final = "elute"
SYSTEMS: Final = (OURS, *PEERS)
SHOWN: Final = (
    "grounded", "strict grounded", "page hit@1", "page hit@5", "page hit@10", "cited pages right",
    "silence precision", "silence recall",
)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    papers, sets = _sets(options.corpus)
    everything = [question for questions in sets.values() for question in questions]
    if options.only:  # the child that measures one system
        said = _measure(options.only, papers, everything, options.work)
        (options.work / "said.json").write_text(json.dumps(said), encoding="utf-8")
        return 0
    names = options.systems.split(";") if options.systems else SYSTEMS
    with tempfile.TemporaryDirectory(prefix="elute-bench-") as folder:
        work = options.keep or Path(folder)
        found = {name: run for name in names if (run := _run(name, options.corpus, work))}
        if options.keep:
            (options.keep / "side_by_side.json").write_text(json.dumps(found), encoding="utf-8")
    labels = labels_of(options.corpus) if options.corpus else {}
    checks = Checks(PageTexts(papers), labels)
    for name, questions in sets.items():
        print(_table(name, questions, found, checks))
    print(_costs(found))
    return 0 if OURS in found or OURS not in names else 1  # a peer may not be installed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.side_by_side",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--corpus", type=Path, help="a folder with papers/ and questions")
    parser.add_argument("--systems", help=f"only these, with ';' between: {'; '.join(SYSTEMS)}")
    parser.add_argument("--keep", type=Path, help="keep answers and environments here")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    return parser


def _sets(corpus: Path | None) -> tuple[Path, dict[str, tuple[Question, ...]]]:
    if corpus is None:
        return EXAMPLES / "papers", example_questions()
    files = ("questions.jsonl", "questions_hard.jsonl")
    return corpus / "papers", {
        Path(name).stem: read_questions(corpus / name)
        for name in files
        if (corpus / name).is_file()
    }


def _run(name: str, corpus: Path | None, work: Path) -> dict[str, Any] | None:
    """What one system answered, measured in a process of its own; None where it failed."""
    folder = (work / name.replace(",", "").replace(" ", "-")).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "benchmarks.side_by_side", "--only", name, "--work", folder]
    command += ["--corpus", corpus] if corpus else []
    print(f"{name} ...", file=sys.stderr, flush=True)
    run = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if run.returncode:
        print(f"\n{name}: not measured: {run.stderr.strip().splitlines()[-1]}")
        return None
    said: dict[str, Any] = json.loads((folder / "said.json").read_text(encoding="utf-8"))
    return said


def _measure(name: str, papers: Path, questions: Sequence[Question], work: Path) -> dict[str, Any]:
    memory: float | None = None
    if name == OURS:
        ingest_s, answers = _ask_ours(papers, questions, work)
    else:
        made = make(name, papers, questions, work)
        pick(made, questions[0])  # warm
        answers = [pick(made, question) for question in questions]
        ingest_s, memory = made.ingest_cpu_s, made.memory_mb
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "answers": answers,
        "ingest_cpu_s": ingest_s,
        "memory_mb": used if memory is None else memory,
        "disk_mb": sum(p.stat().st_size for p in work.rglob("*") if p.is_file()) / 1e6,
    }


def _ask_ours(
    papers: Path, questions: Sequence[Question], work: Path
) -> tuple[float, list[dict[str, Any]]]:
    from agent import Session

    def cpu() -> float:
        import resource

        spent = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(one.ru_utime + one.ru_stime for one in spent)

    began = cpu()
    answers = []
    with ingest_folder(papers, work) as library:
        ingest_s = cpu() - began
        Session(library).answer(questions[0].text)  # warm
        for question in questions:
            started = time.process_time()
            answer = Session(library).answer(question.text)
            answers.append(
                {
                    "id": question.id,
                    "text": answer.text,
                    "silent": answer.status != "answered",
                    "refused": answer.status == "refused",
                    "citations": [
                        {"file": c.file, "pages": [c.page], "quote": c.quote, "key": c.key}
                        for c in answer.citations
                    ],
                    "ranked": [(page.file, page.page) for page in answer.passages],
                    "cpu_seconds": time.process_time() - started,
                }
            )
    return ingest_s, answers


def _given(answer: Mapping[str, Any]) -> Given:
    """An answer whose citations of several pages are one of each, for the measures of pages."""
    cited = [
        Cited(one["file"], page, one["quote"], one.get("key"))
        for one in answer["citations"]
        for page in one["pages"]
    ]
    ranked = dict.fromkeys((file, page) for file, page in answer["ranked"])
    return Given(
        id=answer["id"],
        text=answer["text"],
        silent=answer["silent"],
        refused=answer["refused"],
        citations=tuple(cited),
        ranked=tuple(ranked),
        cpu_seconds=answer["cpu_seconds"],
    )


def _table(
    title: str,
    questions: Sequence[Question],
    found: Mapping[str, Mapping[str, Any]],
    checks: Checks,
) -> str:
    ids = {question.id for question in questions}
    columns = {}
    for name, said in found.items():
        answers = [answer for answer in said["answers"] if answer["id"] in ids]
        cells = score(questions, [_given(answer) for answer in answers], checks)
        column = {}
        for measure in SHOWN:
            counted = sum(count for _, count in cells[measure])
            span = bootstrap_interval(cells[measure]) if counted else None
            column[measure] = f"{ratio(cells[measure]):.2f} ({span})" if counted else "-"
        columns[name] = {**column, **_of_citations(answers, checks)}
    rows = list(next(iter(columns.values()))) if columns else []
    lines = ["", f"**{title}**: {len(questions)} questions", ""]
    lines += [f"| measure | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    lines += [f"| {row} | {' | '.join(c[row] for c in columns.values())} |" for row in rows]
    return "\n".join(lines)


def _of_citations(answers: Sequence[Mapping[str, Any]], checks: Checks) -> dict[str, str]:
    """What is counted by citation, whatever number of pages it names."""
    cited = [one for answer in answers for one in answer["citations"]]
    stands = [
        any(
            checks.pages.stands(one["quote"], one["file"], page, engine)
            for page in one["pages"]
            for engine in ENGINES
        )
        for one in cited
    ]
    labels = checks.labels
    keyed = [
        same_key(one["key"], labels[one["file"]])
        for one in cited
        if one.get("key") and one["file"] in labels
    ]
    n_pages = sum(len(one["pages"]) for one in cited)
    return {
        "pages per citation": f"{n_pages / len(cited):.2f}" if cited else "-",
        "quotes on a cited page": f"{sum(stands) / len(stands):.2f}" if stands else "-",
        "citation keys right": f"{sum(keyed) / len(keyed):.2f}" if keyed else "-",
    }


def _costs(found: Mapping[str, Mapping[str, Any]]) -> str:
    lines = ["", "**Cost**", "", f"| | {' | '.join(found)} |", "|---" * (len(found) + 1) + "|"]
    for name, key, form in (
        ("ingest, CPU s", "ingest_cpu_s", ".1f"),
        ("memory, MB", "memory_mb", ".0f"),
        ("disk, MB", "disk_mb", ".1f"),
    ):
        lines.append(f"| {name} | {' | '.join(f'{said[key]:{form}}' for said in found.values())} |")
    medians = [_median([a["cpu_seconds"] for a in said["answers"]]) for said in found.values()]
    lines.append(f"| question, CPU ms, median | {' | '.join(f'{1000 * m:.1f}' for m in medians)} |")
    return "\n".join(lines)


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


if __name__ == "__main__":
    raise SystemExit(main())
