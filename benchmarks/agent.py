"""How soon a session says something, and when it is done: ``python -m benchmarks.agent``.

Over the example papers, warm, with the rules planner; and what a chat model adds when it answers at
once (a scripted one on loopback). CPU times stand beside wall times: they do not depend on what
else the machine does.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agent import Session
from ingest import Library
from tests.model_server import ModelServer, Reply, calls

EXAMPLES = Path(__file__).parents[1] / "examples" / "papers"
QUESTIONS = {
    "papers": "Which two values are reported for the activation energy of lithium-ion conduction?",
    "papers, another": "What band gap does MAPbI3 have?",
    "no evidence": "Who won the world cup in 2018?",
    "conversion": "convert 5 eV to kJ/mol",
    "property": "boiling point of glycerol",
    "descriptor": "TPSA of ibuprofen",
    "features": "magpie vector of Fe2O3",
    "regulated": "is phosgene a controlled chemical?",
    "refused": "How can I make heroin?",
}
REPEATS = 5
CONVERT = calls(("convert_units", {"value": 5, "from_unit": "eV", "to_unit": "kJ/mol"}))


def main(argv: Sequence[str] | None = None) -> int:
    argparse.ArgumentParser(prog="python -m benchmarks.agent", description=__doc__).parse_args(argv)
    with example_library() as library:
        print("| question | first event, ms | end, ms | end, CPU ms |\n|---|---|---|---|")
        worst = (0.0, 0.0)
        for name, question in QUESTIONS.items():
            first, end, cpu = timed(lambda: Session(library), question)
            worst = max(worst[0], first), max(worst[1], end)
            print(f"| {name} | {first:.0f} | {end:.0f} | {cpu:.0f} |")
        print(f"| slowest (median of {REPEATS} each) | {worst[0]:.0f} | {worst[1]:.0f} | |")
        with ModelServer(then=_reply) as server:
            session = Session(library, model=server.settings())
            first, end, cpu = timed(lambda: session, QUESTIONS["conversion"])
            print(f"| conversion, by a model | {first:.0f} | {end:.0f} | {cpu:.0f} |")
            tokens = session.answer(QUESTIONS["conversion"]).usage
            assert tokens is not None
            print(f"\nA model reads {tokens.tokens_in:,} tokens for the conversion.")
    return 0


def _reply(body: dict[str, Any]) -> Reply:
    return "5 eV is 482.4 kJ/mol." if body["messages"][-1]["role"] == "tool" else CONVERT


def timed(session: Callable[[], Session], question: str) -> tuple[float, float, float]:
    """Median milliseconds to the first event and to the end, and CPU milliseconds, warm."""
    rows = []
    for turn in range(REPEATS + 1):
        opened = session()
        started, cpu = time.perf_counter(), time.process_time()
        first = 0.0
        for _ in opened.ask(question):
            first = first or time.perf_counter() - started
        if turn:  # the first one loads tables
            spent = time.process_time() - cpu
            rows.append((first, time.perf_counter() - started, spent))
    return tuple(1e3 * statistics.median(column) for column in zip(*rows, strict=True))


@contextmanager
def example_library() -> Iterator[Library]:
    with tempfile.TemporaryDirectory() as folder, Library.open(data_dir=folder) as library:
        for _ in library.add(EXAMPLES):
            pass
        yield library


if __name__ == "__main__":
    raise SystemExit(main())
