"""Learns which sentence answers a question: the weights in agent/data/sentence_weights.tsv.

    python -m benchmarks.sentence_weights PATH [PATH ...]         learn, and measure what is learned
    python -m benchmarks.sentence_weights PATH ... --write FILE   also write the weights

Each PATH holds ``papers/`` and ``questions*.jsonl``; the example papers are always among them. A
sentence of a right page that holds a key of the answer is right. The weights make the right
sentences likely among all that were read (softmax over the sentences of a question, L2), where the
questions of each library together count alike. What is measured leaves papers out: no question is
scored by weights that saw a question on its papers.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agent.literature.evidence import (
    ANSWERING,
    COMPLETING,
    PAGES_READ,
    SIGNALS,
    signals,
)
from agent.literature.question import read_question
from benchmarks.literature import EXAMPLES
from benchmarks.matching import holds
from benchmarks.questions import Question, read_questions
from benchmarks.statistics import paired_difference
from benchmarks.systems import ingest_folder
from ingest import Library
from ingest.candidates import Candidate

FOLDS: Final = 9
L2: Final = 10.0
LEARNED: Final = (
    "window", "met", "window_met", "terms_found", "page", "kind", "form", "furniture", "cut",
)  # fmt: skip
UNIT: Final = 0.5  # the weight of "met", by which the others are scaled

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Case:
    """A question with the sentences that were read for it."""

    papers: frozenset[str]
    values: Floats  # shape (sentences, len(SIGNALS))
    right: NDArray[np.bool_]  # holds a key of the answer, on a right page
    page_right: NDArray[np.bool_]
    library: str = ""  # whose questions together count as much as another's


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.sentence_weights",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folders", nargs="*", type=Path, metavar="PATH")
    parser.add_argument("--write", type=Path, help="write the weights to this file")
    parser.add_argument("--keep", type=Path, help="keep the libraries here, use them again")
    options = parser.parse_args(argv)
    with ExitStack() as stack:
        data_dir = options.keep or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="elute-weights-"))
        )
        cases = [
            case
            for number, folder in enumerate([EXAMPLES, *options.folders])
            for case in _cases(folder, data_dir / str(number))
        ]
    print("\n".join(table(cases)))
    weights = learn(cases)
    lines = [f"{name}\t{weights[SIGNALS.index(name)]:.3f}" for name in SIGNALS if name in LEARNED]
    print("\n" + "\n".join(lines))
    if options.write:
        head = [
            "# Weights of what speaks for the sentence that answers a question; each signal is told"
            " in",
            "# agent/literature/evidence.py. Learned by: python -m benchmarks.sentence_weights",
        ]
        options.write.write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")
    return 0


def _cases(folder: Path, data_dir: Path) -> Iterator[Case]:
    with ingest_folder(folder / "papers", data_dir, chroma=False) as library:
        for path in sorted(folder.glob("questions*.jsonl")):
            for question in read_questions(path):
                if question.answerable and question.keys:
                    yield _case(question, library)


def _case(question: Question, library: Library) -> Case:
    retriever = library.retriever
    ranking = retriever.rank(retriever.query(question.text))
    candidates = retriever.candidates(ranking, ranking.pages[:PAGES_READ])
    places = [(candidate.paper.file, candidate.page) in question.pages for candidate in candidates]
    return Case(
        papers=frozenset(gold.file for gold in question.evidence),
        values=signals(candidates, read_question(question.text), ranking),
        right=np.array(
            [
                place and _holds_a_key(candidate, question)
                for place, candidate in zip(places, candidates, strict=True)
            ]
        ),
        page_right=np.array(places),
        library=str(library.settings.data_dir),
    )


def _holds_a_key(candidate: Candidate, question: Question) -> bool:
    return any(holds(candidate.text, key) for group in question.keys for key in group)


def learn(cases: Iterable[Case]) -> Floats:
    """Weights of SIGNALS under which the right sentences of ``cases`` are likeliest.

    Raises:
        ValueError: No case has a right sentence.
    """
    from scipy.optimize import minimize

    used = [case for case in cases if case.right.any()]
    if not used:
        raise ValueError("no question has a right sentence among those that were read")
    columns = [SIGNALS.index(name) for name in LEARNED]
    values = np.concatenate(
        [case.values[:, columns] - case.values[:, columns].mean(axis=0) for case in used]
    )
    spread = values.std(axis=0) + 1e-9
    values /= spread
    right = np.concatenate([case.right for case in used])
    counts = np.array([len(case.right) for case in used])
    starts = np.cumsum(counts) - counts
    case_of = np.repeat(np.arange(len(used)), counts)
    sizes = Counter(case.library for case in used)
    shares = np.array([len(used) / len(sizes) / sizes[case.library] for case in used])

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = values @ weights
        scores -= np.maximum.reduceat(scores, starts)[case_of]
        chances = np.exp(scores)
        chances /= np.add.reduceat(chances, starts)[case_of]
        of_right = np.where(right, chances, 0.0)
        sums = np.maximum(np.add.reduceat(of_right, starts), 1e-12)
        slope = -values.T @ (shares[case_of] * (of_right / sums[case_of] - chances))
        value = -(shares * np.log(sums)).sum() + 0.5 * L2 * weights @ weights
        return float(value), slope + L2 * weights

    found = minimize(loss, np.zeros(len(columns)), jac=True, method="L-BFGS-B").x / spread
    learned = np.zeros(len(SIGNALS))
    learned[columns] = found * UNIT / found[LEARNED.index("met")]
    return learned


def left_out(cases: Sequence[Case]) -> list[Floats]:
    """For each case the scores by weights that saw no question on its papers."""
    papers = sorted(set[str]().union(*(case.papers for case in cases)))
    fold_of = {paper: number % FOLDS for number, paper in enumerate(papers)}
    folds = [{fold_of[paper] for paper in case.papers} for case in cases]
    scores: list[list[Floats]] = [[] for _ in cases]
    for fold in range(FOLDS):
        if not any(fold in each for each in folds):
            continue
        weights = learn(case for case, each in zip(cases, folds, strict=True) if fold not in each)
        for number, case in enumerate(cases):
            if fold in folds[number]:
                scores[number].append(case.values @ weights)
    return [np.mean(each, axis=0) for each in scores]


def table(cases: Sequence[Case]) -> list[str]:
    """How well each way puts a right sentence, and a right page, first."""
    ways = {
        "by hand": [case.values @ COMPLETING for case in cases],
        "learned, papers left out": left_out(cases),
        "the file's, which may have seen them": [case.values @ ANSWERING for case in cases],
    }
    lines = [
        f"{len(cases)} questions",
        "",
        "| weights | MRR | first sentence right | in the first three | first page right |",
        "|---|---|---|---|---|",
    ]
    measured = {
        name: np.array([_measures(case, row) for case, row in zip(cases, scores, strict=True)])
        for name, scores in ways.items()
    }
    for name, figures in measured.items():
        lines.append(f"| {name} | " + " | ".join(f"{x:.3f}" for x in figures.mean(axis=0)) + " |")
    hand, learned = measured["by hand"], measured["learned, papers left out"]
    for column, name in ((0, "MRR"), (3, "first page right")):
        pairs = [
            [(float(value), 1.0) for value in figures[:, column]] for figures in (hand, learned)
        ]
        change = paired_difference(pairs[0], pairs[1])
        lines.append(
            f"\n{name}, learned less by hand: {change.value:+.3f}"
            f" ({change.interval.low:+.3f} to {change.interval.high:+.3f}, p {change.chance})"
        )
    return lines


def _measures(case: Case, scores: Floats) -> tuple[float, float, float, float]:
    order = np.argsort(-scores, kind="stable")
    right = case.right[order]
    reciprocal = 1 / (int(np.argmax(right)) + 1) if right.any() else 0.0
    return reciprocal, float(right[0]), float(right[:3].any()), float(case.page_right[order[0]])


if __name__ == "__main__":
    raise SystemExit(main())
