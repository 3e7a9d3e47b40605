"""Weights of the sentence that answers, learned from what a library's own papers say twice.

A paper gives most of its findings in two places, in other words: in the abstract and in the
results, in the text and in a caption. A sentence with its numbers and brackets taken out is asked
like a question, and the sentences elsewhere in the paper that share a number and some words with it
are right. The weights start from those that ship (`evidence.ANSWERING`) and are held near them,
since such passages teach less than asked questions do: docs/retrieval.md has the trials.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agent.errors import TrainingError
from agent.literature.evidence import (
    ANSWERING,
    PAGES_READ,
    SIGNALS,
    is_furniture,
    read_weights,
    signals,
)
from agent.literature.question import read_question
from ingest.library import Library
from ingest.paper import Paper
from ingest.record import Record
from ingest.retrieval import Retriever
from ingest.shelf import Shelf
from ingest.terms import fold_terms

WEIGHTS_FILE: Final = "sentence_weights.tsv"  # in the library's folder

SEED: Final = 7
A_PAPER: Final = 40  # passages asked for at most
IN_ALL: Final = 400
LEAST: Final = 30  # passages below which nothing is learned
FOLDS: Final = 5  # groups of papers, each measured by weights that saw none of it
APART: Final = 3  # sentences around the asked one that do not count as another place
SHARED_WORDS: Final = 3
SAME_WORDS: Final = 0.8  # above this share of the shorter one's words it is the same sentence
COMMON: Final = 6  # a number in more sentences than this tells no two places
# How sharply the shipped weights tell sentences apart, as a softmax (the likeliest over 385 asked
# questions), and how hard the learned ones are held near them.
SHARPNESS: Final = 14.0
HOLD: Final = 100.0
DRAWS: Final = 2000

_NUMBER = re.compile(r"(?<![A-Za-z\d.])\d[\d,]*(?:\.\d+)?")
_BRACKETS = re.compile(r"\[[^\]]*\]|\([^)]*\)")
_YEAR = re.compile(r"(?:19|20)\d\d")

Floats = NDArray[np.float64]


class Training(Record):
    """What was learned, measured on papers left out, and whether it is used from now on."""

    n_papers: int
    n_passages: int
    before: float  # mean reciprocal rank of the first right sentence, by the weights that ship
    after: float
    low: float  # of the difference, middle 95 % of draws of passages
    high: float
    kept: bool
    weights: dict[str, float]


@dataclass(frozen=True, eq=False)
class Passage:
    """A sentence asked like a question, and the sentences that were read for it."""

    paper: str
    values: Floats  # shape (sentences, len(SIGNALS))
    right: NDArray[np.bool_]


def weights_of(library: Library) -> Floats:
    """The library's own weights; those that ship where it has none.

    Raises:
        TrainingError: Its file of weights cannot be read.
    """
    path = library.settings.folder / WEIGHTS_FILE
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return ANSWERING
    return _read(path, changed)


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Floats:
    try:
        return read_weights(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"{path} cannot be read ({error}). Run elute train again, or elute train --undo to go"
            " back to the weights that ship"
        ) from error


def forget(library: Library) -> bool:
    """Go back to the weights that ship; whether there were others."""
    path = library.settings.folder / WEIGHTS_FILE
    known = path.exists()
    path.unlink(missing_ok=True)
    return known


def train(library: Library) -> Training:
    """Learn weights from the library's papers; they are kept where they win on papers left out.

    Raises:
        TrainingError: The library is searched by words alone, or its papers say too little twice.
    """
    retriever = library.retriever.still()
    if library.embedder is None or retriever.shelf.matrix is None:
        raise TrainingError(
            f"library {library.settings.name!r} is searched by its words alone; the weights are of"
            " meaning, too. See: elute doctor"
        )
    passages = [each for each in _passages(retriever) if each.right.any()]
    papers = sorted({each.paper for each in passages})
    if len(passages) < LEAST or len(papers) < FOLDS:
        raise TrainingError(
            f"the papers of library {library.settings.name!r} say too little in two places to learn"
            f" from: {len(passages)} passages in {len(papers)} papers, where at least {LEAST} in"
            f" {FOLDS} are needed. The weights that ship stay in use"
        )
    fold_of = {paper: number % FOLDS for number, paper in enumerate(papers)}
    ranks = np.zeros((len(passages), 2))
    for fold in range(FOLDS):
        learned = learn([each for each in passages if fold_of[each.paper] != fold])
        for row, each in enumerate(passages):
            if fold_of[each.paper] == fold:
                ranks[row] = _rank(each, ANSWERING), _rank(each, learned)
    low, high = _interval(ranks[:, 1] - ranks[:, 0])
    weights = learn(passages)
    if low > 0:
        _write(library.settings.folder / WEIGHTS_FILE, weights)
    before, after = (float(value) for value in ranks.mean(axis=0))
    return Training(
        n_papers=len(papers),
        n_passages=len(passages),
        before=before,
        after=after,
        low=low,
        high=high,
        kept=low > 0,
        weights={name: round(float(weights[SIGNALS.index(name)]), 3) for name in _learned()},
    )


def _learned() -> tuple[str, ...]:
    """The signals that the shipped weights use."""
    return tuple(name for name, weight in zip(SIGNALS, ANSWERING, strict=True) if weight)


def _passages(retriever: Retriever) -> Iterator[Passage]:
    """Sentences of every paper that it says again elsewhere, the same for the same library."""
    chance = random.Random(SEED)
    shelf = retriever.shelf
    found = [(paper, row, right) for paper in shelf.papers for row, right in _twice(paper, shelf)]
    by_paper: dict[str, int] = {}
    chance.shuffle(found)
    asked = 0
    for paper, row, right in found:
        if asked == IN_ALL or by_paper.get(paper.paper_id, 0) == A_PAPER:
            continue
        text = _BRACKETS.sub(" ", _NUMBER.sub(" ", shelf.sentence(row)[2]))
        if len(fold_terms(text)) <= SHARED_WORDS:
            continue
        asked += 1
        by_paper[paper.paper_id] = by_paper.get(paper.paper_id, 0) + 1
        yield _passage(paper, row, right, text, retriever)


def _twice(paper: Paper, shelf: Shelf) -> Iterator[tuple[int, set[int]]]:
    """Rows of sentences with those of the sentences elsewhere that say the same."""
    span = shelf.spans[paper.paper_id]
    rows = [
        row
        for row in range(span.start, span.stop)
        if shelf.quotable[row] and not is_furniture(shelf.sentence(row)[2])
    ]
    numbers = {row: _numbers(shelf.sentence(row)[2]) for row in rows}
    words = {row: {term for term in shelf.sentence(row)[3] if term.isalpha()} for row in rows}
    holding: dict[str, list[int]] = {}
    for row in rows:
        for number in numbers[row]:
            holding.setdefault(number, []).append(row)
    for row in rows:
        others = {
            other
            for number in numbers[row]
            if len(holding[number]) <= COMMON
            for other in holding[number]
            if abs(other - row) > APART
        }
        right = {other for other in others if _say_alike(words[row], words[other])}
        if right:
            yield row, right


def _say_alike(one: set[str], other: set[str]) -> bool:
    shared = len(one & other)
    return SHARED_WORDS <= shared < SAME_WORDS * min(len(one), len(other))


def _numbers(text: str) -> set[str]:
    """Numbers of at least two digits that are no years."""
    found = {hit.group().replace(",", "") for hit in _NUMBER.finditer(text)}
    return {n for n in found if len(n.replace(".", "")) > 1 and not _YEAR.fullmatch(n)}


def _passage(paper: Paper, row: int, right: set[int], text: str, retriever: Retriever) -> Passage:
    ranking = retriever.rank(retriever.query(text[:500]))
    start = retriever.shelf.spans[paper.paper_id].start
    candidates = [
        each
        for each in retriever.candidates(ranking, ranking.pages[:PAGES_READ])
        if each.paper.paper_id != paper.paper_id or abs(start + each.ordinal - row) > APART
    ]
    return Passage(
        paper=paper.paper_id,
        values=signals(candidates, read_question(text), ranking),
        right=np.array(
            [
                each.paper.paper_id == paper.paper_id and start + each.ordinal in right
                for each in candidates
            ],
            dtype=bool,
        ),
    )


def learn(passages: Sequence[Passage]) -> Floats:
    """Weights of SIGNALS under which the right sentences are likely, near those that ship."""
    from scipy.optimize import minimize

    columns = [SIGNALS.index(name) for name in _learned()]
    shipped = SHARPNESS * ANSWERING[columns]
    values = np.concatenate(
        [each.values[:, columns] - each.values[:, columns].mean(axis=0) for each in passages]
    )
    right = np.concatenate([each.right for each in passages])
    counts = np.array([len(each.right) for each in passages])
    starts = np.cumsum(counts) - counts
    passage_of = np.repeat(np.arange(len(passages)), counts)

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = values @ weights
        scores -= np.maximum.reduceat(scores, starts)[passage_of]
        chances = np.exp(scores)
        chances /= np.add.reduceat(chances, starts)[passage_of]
        of_right = np.where(right, chances, 0.0)
        sums = np.maximum(np.add.reduceat(of_right, starts), 1e-12)
        away = weights - shipped
        slope = -values.T @ (of_right / sums[passage_of] - chances) + HOLD * away
        return float(-np.log(sums).sum() + 0.5 * HOLD * away @ away), slope

    found = minimize(loss, shipped, jac=True, method="L-BFGS-B").x / SHARPNESS
    learned = np.zeros(len(SIGNALS))
    learned[columns] = found
    return learned


def _rank(passage: Passage, weights: Floats) -> float:
    """One over the rank of the first right sentence."""
    order = np.argsort(-(passage.values @ weights), kind="stable")
    return 1 / (int(np.argmax(passage.right[order])) + 1)


def _interval(differences: Floats) -> tuple[float, float]:
    """The middle 95 % of the means of draws of ``differences`` with replacement."""
    drawn = np.random.default_rng(SEED).choice(differences, size=(DRAWS, len(differences)))
    low, high = np.quantile(drawn.mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


def _write(path: Path, weights: Floats) -> None:
    lines = [f"{name}\t{weights[SIGNALS.index(name)]:.3f}" for name in _learned()]
    head = "# Learned from this library's papers by: elute train. elute train --undo removes them."
    partial = path.with_suffix(".new")
    partial.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    partial.replace(path)
