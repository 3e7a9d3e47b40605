"""Learns how people ask to be told how: the weights in safety/data/request_weights.tsv.

    python -m benchmarks.request_weights                  learn, and measure what is learned
    python -m benchmarks.request_weights --write FILE     also write the weights

It learns from the wordings of benchmarks/request_wordings.txt and from the requests of
tests/safety/data/requests.jsonl that name a listed substance or a class. What is measured leaves
batches out: no request is scored by weights that saw a request of its batch.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.safety import REQUESTS
from safety.intent import Intent, read_intent, spelt_out
from safety.leaning import SURE, features
from safety.lexicon import S

WORDINGS: Final = Path(__file__).with_name("request_wordings.txt")
L2: Final = 0.5
LEAST: Final = 2  # requests that a pair of words stands in; a word may stand in one
KEPT: Final = 0.05  # weights nearer to nought are left out, but for words that are known so
CUTS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_WORDINGS: Final = "wordings"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A request with a mark where the substance stands."""

    marked: str
    asks_how: bool
    by_pattern: bool
    """Whether the patterns see it already."""
    batch: str


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.request_weights",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rows", type=Path, default=REQUESTS, help="other requests to learn from")
    parser.add_argument("--write", type=Path, help="write the weights to this file")
    options = parser.parse_args(argv)
    cases = [*wordings(), *requests(options.rows)]
    print("\n".join(table(cases)))
    weights = learn(cases)
    print(f"\n{len(weights)} weights of {len(cases)} requests")
    if options.write:
        head = [
            "# How far a word, a pair of words (< and > are the ends), a beginning of a word",
            "# (abcde-) or two signs of a script without spaces (~ab) speaks for being told how;",
            "# S is the substance, 0 a number, <> is added to every sum.",
            "# Learned by: python -m benchmarks.request_weights",
        ]
        lines = [f"{name}\t{weight:.2f}" for name, weight in sorted(weights.items())]
        options.write.write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")
    return 0


def wordings(path: Path = WORDINGS) -> list[Case]:
    """The requests of a file of wordings, about no substance."""
    cases = []
    for line in path.read_text(encoding="utf-8").splitlines():
        sign, _, words = line.partition(" ")
        if sign in ("+", "-"):
            marked = spelt_out(words.replace("{}", S))
            cases.append(_case(marked, sign == "+", _WORDINGS))
    return cases


def requests(path: Path = REQUESTS) -> list[Case]:
    """The requests that name something blocked, as the gate marks them."""
    from safety.asking import marked_readings
    from safety.screening import default_screener

    cases = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        if row.get("conversation"):
            continue
        screening = default_screener().examine(row["request"], described=True)
        for marked in marked_readings(screening)[:1]:
            batch = str(row.get("batch", 1))
            cases.append(_case(marked, row["expect"] == "refuse", batch))
    return cases


def _case(marked: str, asks_how: bool, batch: str) -> Case:
    return Case(marked, asks_how, read_intent(marked).rank >= Intent.STRUCTURE.rank, batch)


def learn(cases: Sequence[Case]) -> dict[str, float]:
    """The weights of the features, and under ``<>`` what is added to every sum."""
    from scipy.optimize import minimize

    found = [features(case.marked) for case in cases]
    counts = Counter(name for each in found for name in each)
    names = sorted(name for name, count in counts.items() if count >= LEAST or " " not in name)
    values = _matrix(found, {name: at for at, name in enumerate(names)})
    right = np.array([case.asks_how for case in cases], dtype=np.float64)

    def loss(weights: Floats) -> tuple[float, Floats]:
        sums = values @ weights[:-1] + weights[-1]
        off = 1.0 / (1.0 + np.exp(-sums)) - right
        value = (np.logaddexp(0.0, sums) - right * sums).sum()
        value += 0.5 * L2 * weights[:-1] @ weights[:-1]
        slope = np.append(values.T @ off + L2 * weights[:-1], off.sum())
        return float(value), slope

    start = np.zeros(len(names) + 1)
    learned = minimize(loss, start, jac=True, method="L-BFGS-B").x
    weights = {
        name: round(float(weight), 2)
        for name, weight in zip(names, learned[:-1], strict=True)
        if abs(weight) >= KEPT or (counts[name] >= LEAST and name.isalpha())
    }
    return {"<>": round(float(learned[-1]), 2), **weights}


def _matrix(found: Iterable[set[str]], columns: dict[str, int]) -> Any:
    from scipy.sparse import csr_matrix

    rows: list[int] = []
    at: list[int] = []
    n_rows = 0
    for row, names in enumerate(found):
        own = [columns[name] for name in sorted(names) if name in columns]
        rows += [row] * len(own)
        at += own
        n_rows = row + 1
    return csr_matrix((np.ones(len(rows)), (rows, at)), shape=(n_rows, len(columns)))


def sums(cases: Sequence[Case], weights: dict[str, float]) -> Floats:
    """What the weights say of each request."""
    return np.array(
        [
            weights["<>"] + sum(weights.get(name, 0.0) for name in features(case.marked))
            for case in cases
        ]
    )


def table(cases: Sequence[Case]) -> list[str]:
    """How requests of batches that were kept out are read: the share seen, and how many wrongly."""
    lines = [
        "| learned from | kept out | rows | ask how | patterns | words |"
        + "".join(f" either, > {cut} |" for cut in CUTS),
        "|---|---|---:|---:|---:|---:|" + "---:|" * len(CUTS),
    ]
    batches = sorted({case.batch for case in cases} - {_WORDINGS})
    for source, used in (
        ("requests", [case for case in cases if case.batch != _WORDINGS]),
        ("requests, wordings", cases),
    ):
        for batch in batches:
            kept_out = [case for case in cases if case.batch == batch]
            said = sums(kept_out, learn([case for case in used if case.batch != batch]))
            how = np.array([case.asks_how for case in kept_out])
            seen = np.array([case.by_pattern for case in kept_out])
            reads = (seen, said > SURE, *(seen | (said > cut) for cut in CUTS))
            cells = [f"{100 * r[how].mean():.1f} %, {int(r[~how].sum())}" for r in reads]
            lines.append(
                f"| {source} | batch {batch} | {len(how)} | {how.sum()} | {' | '.join(cells)} |"
            )
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
