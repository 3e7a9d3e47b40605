"""The claim checker on the frozen claims and on a second set: how many of each kind it marks.

``python -m benchmarks.claims`` prints a table for each set, with the rows that the checker was
developed on and those that were kept back; ``--misses`` lists those of the former that come out
wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from agent.answer import ClaimVerdict
from agent.literature.claims import check_claim
from agent.tools.substance_keys import substance_keys

_DATA: Final = Path(__file__).parents[1] / "tests" / "data"
CLAIMS: Final = _DATA / "claims.jsonl"
SECOND: Final = _DATA / "claims_second.jsonl"  # by other hands, with its parts written in it
THIRD: Final = _DATA / "claims_third.jsonl"  # free claims, each batch scored before it was read
PARTS: Final = ("developed on", "looked at later", "never looked at")
SECOND_PARTS: Final = ("developed on", "looked at later", "held back")
THIRD_PARTS: Final = ("first batch", "second batch", "held back")
FRESH: Final = ("never looked at", "held back", "first batch", "second batch")  # no alarm was
# written on these rows


@dataclass(frozen=True)
class Outcome:
    """One row and what the checker made of it."""

    row: dict[str, Any]
    marked: bool
    why: str
    milliseconds: float

    @property
    def right(self) -> bool:
        """Whether a true claim is shown plain, or an altered one marked."""
        return self.marked is not bool(self.row["true"])


def part_of(row: dict[str, Any]) -> str:
    """The part a row belongs to, by a hash of its quotes, so that twins stay together."""
    if "part" in row:
        return str(row["part"])
    digest = hashlib.sha256(json.dumps(row["quotes"], ensure_ascii=False).encode()).digest()
    return PARTS[0] if digest[0] % 2 == 0 else PARTS[1 + digest[1] % 2]


def check_rows(
    closeness: Callable[[str, str], float] | None = None, path: Path = CLAIMS
) -> list[Outcome]:
    """Every row of a set, checked."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    check_claim("Water boils.", ["Water boils at 100 °C."], substance_keys=substance_keys)
    found = []
    for row in rows:
        started = time.perf_counter()
        check = check_claim(
            row["claim"], row["quotes"], substance_keys=substance_keys, closeness=closeness
        )
        spent = 1000 * (time.perf_counter() - started)
        found.append(Outcome(row, check.verdict != ClaimVerdict.SUPPORTED, check.why, spent))
    return found


def share_marked(outcomes: Sequence[Outcome], *, true: bool) -> float:
    """The share of the true or the altered claims that are marked."""
    chosen = [one for one in outcomes if one.row["true"] is true]
    return sum(one.marked for one in chosen) / len(chosen)


def table(outcomes: Sequence[Outcome], parts: Sequence[str] = PARTS) -> list[str]:
    """Marked of all by kind, a column for each part."""
    lines = [f"{'':24}" + "".join(f"{part:>18}" for part in (*parts, "all"))]
    for true in (True, False):
        kinds = Counter(one.row["kind"] for one in outcomes if one.row["true"] is true)
        lines.append(f"{'true, marked' if true else 'altered, marked'}")
        for kind in (*(kind for kind, _ in kinds.most_common()), "all"):
            cells = []
            for part in (*parts, "all"):
                chosen = [
                    one
                    for one in outcomes
                    if one.row["true"] is true
                    and kind in (one.row["kind"], "all")
                    and part in (part_of(one.row), "all")
                ]
                marked = sum(one.marked for one in chosen)
                share = f"{100 * marked / len(chosen):.1f} %" if chosen and kind == "all" else ""
                cells.append(f"{marked}/{len(chosen)} {share}".rstrip())
            lines.append(f"  {kind:22}" + "".join(f"{cell:>18}" for cell in cells))
    return lines


def _packaged_closeness() -> Callable[[str, str], float] | None:
    from ingest.embedding import open_embedder
    from ingest.settings import EmbedderSettings

    embedder = open_embedder(EmbedderSettings())
    if embedder is None:
        return None

    def closeness(left: str, right: str) -> float:
        vectors = embedder.embed([left, right])
        return float(vectors[0] @ vectors[1])

    return closeness


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.claims", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list rows that come out wrong")
    options = parser.parse_args(argv)
    closeness = _packaged_closeness()
    for title, path, parts in (
        ("frozen claims", CLAIMS, PARTS),
        ("second set", SECOND, SECOND_PARTS),
        ("third set", THIRD, THIRD_PARTS),
    ):
        runs = {"with": check_rows(closeness, path), "without": check_rows(None, path)}
        for name, outcomes in runs.items():
            times = sorted(one.milliseconds for one in outcomes)
            median, slow = statistics.median(times), times[len(times) * 99 // 100]
            print(f"\n{title}, {name} the packaged embedder")
            print("\n".join(table(outcomes, parts)))
            print(f"median {median:.1f} ms a claim, 99th percentile {slow:.1f} ms")
        if options.misses:
            for one in runs["with"]:
                if not one.right and part_of(one.row) != parts[2]:
                    print(f"{one.row['id']} {one.row['kind']}: {one.row['claim']} | {one.why}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
