"""How the rules planner reads other people's requests: ``python -m benchmarks.routing``."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from agent.entities import read_entities
from agent.intents import IntentClassifier, utterances
from agent.plan import Reading
from ingest.embedding import Embedder, open_embedder
from ingest.settings import EmbedderSettings

ROUTING = Path(__file__).parents[1] / "tests" / "data" / "routing.jsonl"
STEPS = (0.0, 0.5, 0.8, 0.95, 1.01)


def score(embedder: Embedder | None, label: str) -> None:
    rows = [json.loads(line) for line in ROUTING.read_text("utf-8").splitlines()]
    classifier = IntentClassifier(utterances(), embedder=embedder)
    asked, right, within = Counter[str](), Counter[str](), Counter[str]()
    bands: list[tuple[float, bool]] = []
    misses = []
    for row in rows:
        read = classifier.read(read_entities(row["request"]))
        first, second = read[0][0], read[1][0]
        wanted = row["reading"]
        asked[wanted] += 1
        right[wanted] += first == wanted
        within[wanted] += wanted in (first, second)
        bands.append((read[0][1], first == wanted))
        if first != wanted:
            misses.append(f"{row['id']} {first.value}" + ("" if second == wanted else " *"))
    n = len(rows)
    print(f"\n**{label}**: {n} requests\n")
    print("| reading | requests | right | within two |\n|---|---|---|---|")
    for reading in Reading:
        print(f"| {reading.value} | {asked[reading]} | {right[reading]} | {within[reading]} |")
    n_right, n_within = right.total(), within.total()
    print(f"| all | {n} | {n_right} ({n_right / n:.1%}) | {n_within} ({n_within / n:.1%}) |")
    print("\n| confidence | requests | right |\n|---|---|---|")
    for low, high in pairwise(STEPS):
        held = [ok for sure, ok in bands if low <= sure < high]
        if held:
            print(f"| {low:.2f}-{min(high, 1):.2f} | {len(held)} | {sum(held) / len(held):.0%} |")
    print("\nMisses, and as what they were read (* not within two): " + ", ".join(misses))


def main(argv: Sequence[str] | None = None) -> int:
    argparse.ArgumentParser(prog="python -m benchmarks.routing", description=__doc__).parse_args(
        argv
    )
    score(open_embedder(EmbedderSettings()), "with the packaged embedder")
    score(None, "by letters and cues alone")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
