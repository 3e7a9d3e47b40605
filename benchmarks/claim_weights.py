"""Learns what the alarms of the claim checker are worth: ``python -m benchmarks.claim_weights``.

A logistic regression over the kinds of alarms (`agent.literature.weighing`), on all sets of claims
but the part that is held back. Rows on which the alarms were written count less, since there they
look better than they are. Prints what claims left out of the learning give, with all claims of a
quote left out together, at several bars; ``--write`` writes the weights with the chosen bar.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agent.literature.alarms import alarms
from agent.literature.statement import read_statement
from agent.literature.weighing import EXACT, features, kept_share
from agent.tools.substance_keys import substance_keys
from benchmarks.claims import CLAIMS, FRESH, SECOND, THIRD, part_of

WEIGHTS: Final = Path(__file__).parents[1] / "agent" / "data" / "claim_weights.json"
SEEN: Final = 0.3  # what a row counts that alarms were written on
FOLDS: Final = 10
BARS: Final = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
BAR: Final = 0.5

Matrix = NDArray[np.float64]


def read_rows() -> list[tuple[dict[str, Any], dict[str, float]]]:
    """The rows that may be learned from, with what is weighed of each."""
    found = []
    for path in (CLAIMS, SECOND, THIRD):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if path == THIRD and row["part"] == "held back":
                continue
            said = read_statement(row["claim"], substance_keys, quoted=False)
            quoted = read_statement("\n".join(row["quotes"]), substance_keys, quoted=True)
            copied = " ".join(said.text.split()).rstrip(" .") in " ".join(quoted.text.split())
            raised = [] if copied else list(alarms(said, quoted))
            row["raised"] = {one.kind for one in raised}
            found.append((row, features(raised, kept_share(said, quoted))))
    return found


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.claim_weights", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the packaged weights")
    options = parser.parse_args(argv)
    rows = read_rows()
    columns = sorted({name for _, given in rows for name in given})
    matrix = np.array([[given.get(name, 0.0) for name in columns] for _, given in rows])
    altered = np.array([not row["true"] for row, _ in rows])
    fresh = np.array([part_of(row) in FRESH for row, _ in rows])
    quotes = [json.dumps(row["quotes"]) for row, _ in rows]
    groups = np.array([sorted(set(quotes)).index(one) for one in quotes])
    worth = np.where(fresh, 1.0, SEEN)
    exact = np.array([bool(row["raised"] & EXACT) for row, _ in rows])
    silent = np.array([not row["raised"] for row, _ in rows])
    odds = _left_out(matrix, altered, worth, groups)
    print("| bar | fresh rows: true, marked | altered, marked | others: true | altered |")
    print("|---|---|---|---|---|")
    for bar in BARS:
        marked = (exact | (odds >= bar)) & ~silent
        cells = [
            f"{100 * marked[chosen].mean():.1f} %"
            for part in (fresh, ~fresh)
            for chosen in (part & ~altered, part & altered)
        ]
        print(f"| {bar} | {' | '.join(cells)} |")
    learned = _learn(matrix, altered, worth)
    weights = dict(zip(columns, (round(float(one), 2) for one in learned.coef_[0]), strict=True))
    kept = weights.pop("kept")
    record = {
        "start": round(float(learned.intercept_[0]), 2),
        "kinds": dict(sorted(weights.items(), key=lambda pair: -pair[1])),
        "kept": kept,
        "bar": BAR,
    }
    if options.write:
        WEIGHTS.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    print(json.dumps(record, indent=1))
    return 0


def _learn(matrix: Matrix, altered: NDArray[np.bool_], worth: Matrix) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=1.0, max_iter=3000).fit(matrix, altered, sample_weight=worth)


def _left_out(
    matrix: Matrix, altered: NDArray[np.bool_], worth: Matrix, groups: NDArray[np.int64]
) -> Matrix:
    """The probability of each row, learned without any row of its quotes."""
    from sklearn.model_selection import GroupKFold

    found = np.zeros(len(altered))
    for learn, score in GroupKFold(FOLDS).split(matrix, altered, groups):
        model = _learn(matrix[learn], altered[learn], worth[learn])
        found[score] = model.predict_proba(matrix[score])[:, 1]
    return found


if __name__ == "__main__":
    raise SystemExit(main())
