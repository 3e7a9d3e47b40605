"""How papers are read: pages a CPU second, sentences found again on their page, citation keys.

    python -m benchmarks.reading                  the example papers and made title pages
    python -m benchmarks.reading --corpus PATH    the papers in PATH/papers, or in PATH itself

Speed: pages a CPU second of the text alone (pypdf, pdfium), of a read paper (text in reading order,
cleaned, with metadata) and of the same in children under limits, the start of the reader process
included. The engines take turns and the best turn counts, so that a busy machine favours none.

Sentences: those of 40 characters and more, looked for on their page in the text that pypdf reads,
and pdftotext where it is installed, white space and hyphens aside.

Keys: against the column ``label`` of ``manifest.csv`` in PATH, with a bootstrap interval; and on
title pages that typst sets in sixteen layouts with names that are hard to cite.
"""

from __future__ import annotations

import argparse
import csv
import logging
import re
import resource
import shutil
import subprocess
import tempfile
import time
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pypdf
import pypdfium2

from benchmarks.statistics import bootstrap_interval, ratio
from ingest import isolation
from ingest.metadata import citation_key
from ingest.paper import ReadPaper
from ingest.pdf import read_paper
from ingest.settings import ReaderSettings

EXAMPLES: Final = Path(__file__).parents[1] / "examples" / "papers"
SETTINGS: Final = ReaderSettings()
TURNS: Final = 3
SENTENCE_CHARS: Final = 40
NAMES: Final = 12  # of the hard ones, in every layout
Cell = tuple[float, float]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.reading",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--corpus", type=Path, help="a folder of papers, or one with papers/ in it")
    options = parser.parse_args(argv)
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    corpus: Path = options.corpus or EXAMPLES
    folder = corpus / "papers" if (corpus / "papers").is_dir() else corpus
    paths = sorted(folder.glob("*.pdf"))
    if not paths:
        parser.error(f"no PDF in {str(folder)!r}")
    papers = {path: read_paper(path, SETTINGS) for path in paths}
    print_speed(paths)
    print_found(papers)
    if (corpus / "manifest.csv").is_file():
        print_keys(corpus / "manifest.csv", papers)
    print_made_keys()
    return 0


# -------------------------------------------------------------------------------------- speed


def print_speed(paths: Sequence[Path]) -> None:
    engines: dict[str, Callable[[Sequence[Path]], int]] = {
        "pypdf, text": pypdf_pages,
        "pdfium, text": pdfium_pages,
        "read, cleaned, metadata": read_pages,
        "the same in children": isolated_pages,
    }
    best: dict[str, float] = {}
    for _ in range(TURNS):
        for name, read in engines.items():
            started = cpu_s()
            n_pages = read(paths)
            best[name] = max(best.get(name, 0.0), n_pages / (cpu_s() - started))
    print(f"{'pages a CPU second':32}{'':>8}{'x pypdf':>10}")
    for name, rate in best.items():
        print(f"{name:32}{rate:8.0f}{rate / best['pypdf, text']:10.1f}")


def cpu_s() -> float:
    """CPU seconds of this process and of the children that have ended."""
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def pypdf_pages(paths: Sequence[Path]) -> int:
    texts = [page.extract_text() for path in paths for page in pypdf.PdfReader(path).pages]
    return len(texts)


def pdfium_pages(paths: Sequence[Path]) -> int:
    n_pages = 0
    for path in paths:
        document = pypdfium2.PdfDocument(path)
        for index in range(len(document)):
            document[index].get_textpage().get_text_range()
        n_pages += len(document)
    return n_pages


def read_pages(paths: Sequence[Path]) -> int:
    return sum(len(read_paper(path, SETTINGS).pages) for path in paths)


def isolated_pages(paths: Sequence[Path]) -> int:
    n_pages = sum(len(paper.pages) for _, paper in isolation.read_many(paths, SETTINGS, 2))
    isolation.stop()  # its CPU counts when it has ended
    return n_pages


# ---------------------------------------------------------------------------- sentences found


def print_found(papers: dict[Path, ReadPaper]) -> None:
    cells: dict[str, list[Cell]] = {}
    for path, paper in papers.items():
        texts = {"pypdf": [page.extract_text() for page in pypdf.PdfReader(path).pages]}
        if shutil.which("pdftotext"):
            texts |= {f"pdftotext{kind}": pdftotext(path, kind) for kind in ("", " -raw")}
        streams = {name: [bare(text) for text in pages] for name, pages in texts.items()}
        found: dict[str, int] = dict.fromkeys([*streams, "any of them"], 0)
        n_sentences = 0
        for index, page in enumerate(paper.pages):
            for sentence in sentences(page.text):
                n_sentences += 1
                wanted = bare(sentence)
                there = [n for n, pages in streams.items() if wanted in pages[index : index + 1][0]]
                for name in there:
                    found[name] += 1
                found["any of them"] += bool(there)
        for name, n_found in found.items():
            cells.setdefault(name, []).append((n_found, n_sentences))
    print(f"\n{'sentences found on their page by':32}{'':>8}{'95 %':>14}")
    for name, rows in cells.items():
        print(f"{name:32}{ratio(rows):8.3f}{bootstrap_interval(rows)!s:>14}")


def sentences(text: str) -> list[str]:
    parts = (
        part for line in text.split("\n") for part in re.split(r"(?<=[.!?])\s+(?=[A-Z])", line)
    )
    return [part for part in parts if len(part) >= SENTENCE_CHARS]


def pdftotext(path: Path, kind: str) -> list[str]:
    run = subprocess.run(
        ["pdftotext", *kind.split(), "-enc", "UTF-8", str(path), "-"],
        capture_output=True,
        check=True,
    )
    return run.stdout.decode("utf-8", "replace").split("\f")


def bare(text: str) -> str:
    """Text without what two readers may write differently: white space, hyphens, ligatures."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s\-\u00ad‐-―−]+", "", text).casefold()


# --------------------------------------------------------------------------------------- keys


def print_keys(manifest: Path, papers: dict[Path, ReadPaper]) -> None:
    with manifest.open(encoding="utf-8", newline="") as file:
        labels = {row["file"]: row["label"] for row in csv.DictReader(file)}
    cells: list[Cell] = []
    wrong = []
    for path, paper in papers.items():
        key = citation_key(paper.metadata, path.name)
        if path.name in labels:
            cells.append((key == labels[path.name], 1))
            if key != labels[path.name]:
                wrong.append(f"  {path.name}: {key}, not {labels[path.name]}")
    n_right = sum(right for right, _ in cells)
    print(f"\ncitation keys: {n_right:.0f} of {len(cells)}, 95 % {bootstrap_interval(cells)}")
    for line in wrong:
        print(line)


def print_made_keys() -> None:
    try:
        from tests.ingest import title_pages
    except ImportError:
        print("\nmade title pages: not measured, typst is not installed")
        return
    titles: list[Cell] = []
    keys: list[Cell] = []
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="elute-bench-") as folder:
        for number, layout in enumerate(title_pages.LAYOUTS):
            n = len(title_pages.NAMES)
            for name in (title_pages.NAMES[(number + 3 * i) % n] for i in range(NAMES)):
                path = Path(folder) / "download.pdf"
                path.write_bytes(title_pages.render(layout, name))
                metadata = read_paper(path, SETTINGS).metadata
                keys.append((citation_key(metadata, path.name) == name.key, 1))
                titles.append(
                    ((metadata.title or "").casefold() == title_pages.TITLE.casefold(), 1)
                )
    print(
        f"\nmade title pages: {len(keys)} in {len(title_pages.LAYOUTS)} layouts "
        f"({time.perf_counter() - started:.0f} s)"
    )
    print(f"{'citation key right':32}{ratio(keys):8.3f}{bootstrap_interval(keys)!s:>14}")
    print(f"{'title right':32}{ratio(titles):8.3f}{bootstrap_interval(titles)!s:>14}")


if __name__ == "__main__":
    raise SystemExit(main())
