"""How long a question waits: cold by the command line, warm over many papers, many at once.

    python -m benchmarks.latency                       100 papers made of the example papers
    python -m benchmarks.latency --corpus PATH         of PATH/papers too, PATH/questions*.jsonl
    python -m benchmarks.latency --keep FOLDER         keep the library in FOLDER, use it again

The library holds the papers themselves and copies of them in which a third of the longer words are
exchanged for other words of the same papers, rendered by typst, a page to a page. Each question is
asked once, in a conversation of its own, as a visitor of the chat asks it (`Session.fresh`).
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from agent import Session
from benchmarks.systems import ingest_folder
from ingest import Library

EXAMPLES: Final = Path(__file__).parents[1] / "examples"
EXCHANGED: Final = 0.33  # of the words of five letters and more
COLD_QUESTION: Final = "What is the band gap of anatase?"
_WORD: Final = re.compile(r"[a-z]{5,}")


def main(argv: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    papers = [EXAMPLES / "papers"]
    questions = read_texts(EXAMPLES / "questions.jsonl")
    if options.corpus:
        papers.append(options.corpus / "papers")
        for path in sorted(options.corpus.glob("questions*.jsonl")):
            questions += read_texts(path)
    with ExitStack() as stack:
        folder = options.keep or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="elute-bench-"))
        )
        make_papers(papers, folder / "papers", options.papers)
        library = stack.enter_context(
            ingest_folder(folder / "papers", folder / "data", name="default", chroma=False)
        )
        n_papers, n_pages = len(library.papers()), library.catalog.n_pages()
        print(f"{n_papers} papers, {n_pages} pages, {len(questions)} questions\n")
        if options.cold:
            print_cold(folder / "data", options.cold)
        print_warm(library, questions)
        if options.visitors > 1:
            print_crowd(library, questions, options.visitors)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.latency",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--corpus", type=Path, help="a folder with papers/ and questions")
    parser.add_argument("--papers", type=int, default=100, help="how many the library holds")
    parser.add_argument("--visitors", type=int, default=20, help="who ask at once; 0: nobody")
    parser.add_argument("--cold", type=int, default=5, help="starts of the command line; 0: none")
    parser.add_argument("--keep", type=Path, help="keep the library in this folder, use it again")
    return parser


def read_texts(path: Path) -> list[str]:
    """The questions of a JSON-lines file, in words."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines if line.strip()]


# ------------------------------------------------------------------------------------- measuring


def print_cold(data: Path, n: int) -> None:
    """The CPU of whole processes that answer one question."""
    environment = {**os.environ, "ELUTE_DATA_DIR": str(data)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", "from ui.cli import main; main()", "ask", COLD_QUESTION]
    cpu = []
    for _ in range(n + 1):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"elute ask ended with exit code {process.returncode}")
        cpu.append(usage.ru_utime + usage.ru_stime)
    rest = sorted(cpu[1:])  # the first may write compiled modules
    print(f"elute ask, a new process   CPU s: median {median(rest):.2f}, least {rest[0]:.2f}")


def print_warm(library: Library, questions: Sequence[str]) -> None:
    """Wall and CPU time of each question, one after the other."""
    session = settled_session(library)
    walls, cpus = [], []
    for question in questions:
        started, began = time.perf_counter(), time.process_time()
        session.fresh().answer(question)
        walls.append(1000 * (time.perf_counter() - started))
        cpus.append(1000 * (time.process_time() - began))
    for name, values in (("wall", walls), ("CPU", cpus)):
        print(f"a question, warm           {name} ms: {spread(values)}")


def print_crowd(library: Library, questions: Sequence[str], visitors: int) -> None:
    """The same questions, asked by that many threads at once."""
    session = settled_session(library)
    together = threading.Barrier(visitors)

    def visit(number: int) -> list[float]:
        waited = []
        together.wait()
        for question in questions[number::visitors]:
            started = time.perf_counter()
            session.fresh().answer(question)
            waited.append(1000 * (time.perf_counter() - started))
        return waited

    started, began = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(visitors) as pool:
        walls = [one for waited in pool.map(visit, range(visitors)) for one in waited]
    seconds, cpu = time.perf_counter() - started, time.process_time() - began
    print(f"{visitors} visitors at once        wall ms: {spread(walls)}")
    print(
        f"  together                 {len(questions) / seconds:.1f} questions a second,"
        f" {cpu / seconds:.2f} CPUs busy"
    )


def settled_session(library: Library) -> Session:
    """A session that has loaded all it needs, as the chat has when a visitor comes."""
    session = Session(library)
    session.fresh().answer(COLD_QUESTION)
    gc.collect()
    gc.freeze()
    return session


def spread(values: Sequence[float]) -> str:
    """The middle and the far end of some times."""
    ends = quantiles(values, n=100, method="inclusive")
    return f"p50 {ends[49]:.0f}, p95 {ends[94]:.0f}, p99 {ends[98]:.0f}, most {max(values):.0f}"


# ----------------------------------------------------------------------------------- the papers


def make_papers(sources: Sequence[Path], folder: Path, n: int) -> None:
    """Fill ``folder`` with ``n`` papers: those of ``sources``, then copies in changed words."""
    from benchmarks.matching import PageTexts

    folder.mkdir(parents=True, exist_ok=True)
    files = [path for source in sources for path in sorted(source.glob("*.pdf"))][:n]
    texts = {path: PageTexts(path.parent).pages(path.name, "pdfium") for path in files}
    known = sorted({w for pages in texts.values() for page in pages for w in _WORD.findall(page)})
    for path in files:
        if not (folder / path.name).exists():
            shutil.copyfile(path, folder / path.name)
    for number in range(len(files), n):
        path = files[number % len(files)]
        target = folder / f"{path.stem}-{number // len(files)}.pdf"
        if not target.exists():
            target.write_bytes(render(changed(texts[path], known, seed=number)))


def changed(pages: Sequence[str], words: Sequence[str], seed: int) -> list[str]:
    """Pages in which some words are others, each wherever it stands."""
    chance = random.Random(seed)
    others: dict[str, str] = {}

    def other(match: re.Match[str]) -> str:
        word = match.group()
        if word not in others:
            others[word] = chance.choice(words) if chance.random() < EXCHANGED else word
        return others[word]

    return [_WORD.sub(other, page) for page in pages]


def render(pages: Sequence[str]) -> bytes:
    """Plain pages as PDF."""
    import typst

    written = []
    for page in pages:
        lines = page.replace("\ufffe", "-").replace("\x02", "-").splitlines()
        said = [json.dumps(line, ensure_ascii=False) for line in lines if line.strip()]
        written.append("\n".join(f"#text({line}) \\" for line in said))
    source = "#set page(height: auto)\n#set text(size: 9pt)\n" + "\n#pagebreak()\n".join(written)
    return bytes(
        typst.compile(source.encode(), format="pdf", ignore_system_fonts=True, pdf_tags=False)
    )


if __name__ == "__main__":
    raise SystemExit(main())
