"""What an ingest costs: CPU a chunk without embedding, a second run, disk, memory, opening.

    python -m benchmarks.ingest                  the example papers
    python -m benchmarks.ingest --corpus PATH    the papers in PATH/papers, or in PATH itself

CPU seconds are of a process from its start to its end with everything it started (readers, Chroma),
so they hold on a busy machine too. Embedding is what is spent inside the embedder.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ingest import Finished, IndexSettings, Library, LibrarySettings
from ingest.embedding import Embedder

EXAMPLES: Final = Path(__file__).parents[1] / "examples" / "papers"
MB: Final = 1024 * 1024


class TimedEmbedder:
    """An embedder that counts the CPU it takes."""

    destination: str | None = None

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.name = embedder.name
        self.dimension = embedder.dimension
        self.cpu_s = 0.0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The embedder's vectors."""
        started = time.process_time()
        vectors = self._embedder.embed(texts)
        self.cpu_s += time.process_time() - started
        return vectors


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ingest",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--corpus", type=Path, help="a folder of papers, or one with papers/ in it")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.child:
        start_cpu_s = time.process_time()
        print(json.dumps({"start_cpu_s": start_cpu_s, **run_here(**json.loads(options.child))}))
        return 0
    papers = options.corpus or EXAMPLES
    papers = papers / "papers" if (papers / "papers").is_dir() else papers
    with tempfile.TemporaryDirectory(prefix="elute-bench-") as folder:
        print_report(papers, Path(folder))
    return 0


def print_report(papers: Path, folder: Path) -> None:
    with_chroma = {"data_dir": str(folder / "whole"), "papers": str(papers), "chroma": "embedded"}
    first = run_in_process("ingest", **with_chroma)
    again = run_in_process("ingest", **with_chroma)
    plain = run_in_process(
        "ingest", data_dir=str(folder / "plain"), papers=str(papers), chroma="off"
    )
    opened = run_in_process("open", **with_chroma)
    n = first["n_chunks"]
    rest = first["cpu_s"] - first["embedding_cpu_s"]
    without = plain["cpu_s"] - plain["embedding_cpu_s"]
    catalog = folder / "whole" / "libraries" / "default" / "catalog.db"
    chroma = size_of(catalog.with_name("chroma"))
    rows: list[tuple[str, str]] = [
        ("papers / pages / chunks", f"{first['n_papers']} / {first['n_pages']} / {n}"),
        ("first run, CPU s", f"{first['cpu_s']:.2f}"),
        ("  of which embedding, CPU s", f"{first['embedding_cpu_s']:.2f}"),
        ("everything but embedding, CPU ms a chunk", f"{1000 * rest / n:.2f}"),
        ("  the same without Chroma", f"{1000 * without / n:.2f}"),
        ("same folder again, CPU s", f"{again['cpu_s']:.2f}"),
        ("  share of the first run's CPU", f"{again['cpu_s'] / first['cpu_s']:.2%}"),
        ("  of which start of Python and imports, CPU s", f"{again['start_cpu_s']:.2f}"),
        ("  share without start and imports", f"{work(again) / work(first):.2%}"),
        ("catalog, kB a chunk", f"{catalog.stat().st_size / 1000 / n:.1f}"),
        ("Chroma, kB a chunk", f"{chroma / 1000 / n:.1f}"),
        ("largest process of the first run, MB", f"{first['peak_mb']:.0f}"),
        ("opening and reading all vectors, CPU s", f"{opened['open_cpu_s']:.3f}"),
    ]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"{name:<{width}}  {value}")


def work(run: dict[str, Any]) -> float:
    """CPU seconds of a run, without those before its first line of work."""
    return float(run["cpu_s"] - run["start_cpu_s"])


def run_in_process(task: str, **arguments: str) -> dict[str, Any]:
    """What a fresh process did, with its CPU and peak memory."""
    request = json.dumps({"task": task, **arguments})
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.ingest", "--child", request],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)  # with what the process itself waited for
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode:
        raise SystemExit(f"the run ended with exit code {process.returncode}")
    found: dict[str, Any] = json.loads(out)
    found["cpu_s"] = usage.ru_utime + usage.ru_stime
    found["peak_mb"] = usage.ru_maxrss * 1024 / MB
    return found


def run_here(task: str, data_dir: str, papers: str, chroma: str) -> dict[str, float]:
    """One task, in this process."""
    settings = LibrarySettings.model_validate(
        {"data_dir": data_dir, "index": IndexSettings.model_validate({"chroma": chroma})}
    )
    if task == "open":
        started = time.process_time()
        with Library.open(settings) as library:
            rows = len(library.catalog.vectors("sentence"))
        return {"open_cpu_s": time.process_time() - started, "n_vectors": rows}
    with Library.open(settings) as library:
        embedder = library.embedder
    if embedder is None:
        raise SystemExit(f"there is no embedder to measure: {library.embedder_problem}")
    timed = TimedEmbedder(embedder)
    with Library.open(settings, embedder=timed) as library:
        last = list(library.add(papers))[-1]
    assert isinstance(last, Finished)
    report = last.report
    return {
        "n_papers": report.n_papers,
        "n_pages": report.n_pages,
        "n_chunks": report.n_chunks,
        "embedding_cpu_s": timed.cpu_s,
    }


def size_of(folder: Path) -> int:
    """Bytes of the files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


if __name__ == "__main__":
    raise SystemExit(main())
