"""Public sets of questions to short texts: nDCG@10 of the ranked list beside that of BM25.

A set is a folder with ``corpus.jsonl`` (``doc``, ``text``) and ``questions.jsonl`` as the other
series read them; a row may carry graded ``qrels``, else the documents of its evidence count 1.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from agent import Session
from benchmarks.statistics import Cell, bootstrap_interval, paired_difference, ratio
from benchmarks.systems import BM25, ingest_folder

TOP: Final = 10


@dataclass(frozen=True)
class Asked:
    """One question of a set and what is relevant to it."""

    text: str
    relevance: Mapping[str, float]  # document to grade, above 0 only


def ndcg(ranked: Sequence[str], relevance: Mapping[str, float], top: int = TOP) -> float:
    """Normalised discounted cumulative gain of the first ``top`` documents, gain 2^grade - 1."""
    best = sorted(relevance.values(), reverse=True)[:top]
    grades = [relevance.get(document, 0.0) for document in list(dict.fromkeys(ranked))[:top]]
    return _gain(grades) / _gain(best) if best else float("nan")


def _gain(grades: Sequence[float]) -> float:
    return float(sum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades)))


def measure_sets(folder: Path, data_dir: Path, *, answers: bool) -> list[str]:
    """The tables of every set in ``folder``.

    Args:
        folder: Holds one folder a set.
        data_dir: Where libraries and texts are put.
        answers: Also measure the ranked list that comes with each answer, which costs an answer.
    """
    sets = sorted(path.parent for path in folder.glob("*/corpus.jsonl"))
    return [_measure(path, data_dir, answers=answers) for path in sets]


def _measure(folder: Path, data_dir: Path, *, answers: bool) -> str:
    texts = {row["doc"]: row["text"] for row in _rows(folder / "corpus.jsonl")}
    asked = [
        Asked(row["question"], row.get("qrels") or {e["doc"]: 1.0 for e in row["evidence"]})
        for row in _rows(folder / "questions.jsonl")
        if row["answerable"]
    ]
    where = data_dir / "texts" / folder.name
    where.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (where / f"{name}.txt").write_text(text, encoding="utf-8")
    lists = {"BM25": _by_bm25(texts, asked)}
    with ingest_folder(where, data_dir, name=f"set-{folder.name}", chroma=False) as library:
        retriever = library.retriever
        lists["elute, retriever"] = [
            [page.paper.file.removesuffix(".txt") for page in ranking.pages[:TOP]]
            for ranking in (retriever.rank(retriever.query(each.text)) for each in asked)
        ]
        if answers:
            lists["elute, with the answer"] = [
                [
                    page.file.removesuffix(".txt")
                    for page in Session(library).answer(each.text).passages
                ]
                for each in asked
            ]
    return _table(folder.name, len(texts), asked, lists)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]


def _by_bm25(texts: Mapping[str, str], asked: Sequence[Asked]) -> list[list[str]]:
    names, index = list(texts), BM25(texts.values())
    lists = []
    for each in asked:
        order = np.argsort(-index.scores(each.text), kind="stable")[:TOP]
        lists.append([names[row] for row in order])
    return lists


def _table(
    name: str, n_texts: int, asked: Sequence[Asked], lists: Mapping[str, Sequence[Sequence[str]]]
) -> str:
    lines = [
        "",
        f"**{name}**: {len(asked)} questions, {n_texts:,} texts",
        "",
        f"| ranked by | nDCG@{TOP} | 95 % interval | first right | less BM25 | p |",
        "|---|---|---|---|---|---|",
    ]
    floor: list[Cell] = []
    for system, ranked in lists.items():
        cells = [(ndcg(row, each.relevance), 1.0) for row, each in zip(ranked, asked, strict=True)]
        first = sum(
            bool(set(row[:1]) & set(each.relevance))
            for row, each in zip(ranked, asked, strict=True)
        )
        floor = floor or cells
        change = paired_difference(floor, cells)
        interval = bootstrap_interval(cells)
        lines.append(
            f"| {system} | {ratio(cells):.3f} | {interval.low:.3f}-{interval.high:.3f}"
            f" | {first / len(asked):.2f} | {change.value:+.3f} | {change.chance} |"
        )
    return "\n".join(lines)
