"""The axes on which tokens are kept: those along which the example papers' tokens vary most.

    python -m benchmarks.token_axes                 writes ingest/data/token_axes.npy
    python -m benchmarks.token_axes --papers PATH   from the papers in a folder of your own

Made anew from other papers, libraries must be indexed again (`elute reindex --all`), and
`ingest.tokens.TOKENS` be given another name.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.systems import ingest_folder
from ingest.embedding import PackagedEmbedder
from ingest.tokens import AXES
from ingest.vectors import unit_rows

ROOT: Final = Path(__file__).parents[1]
EVERY: Final = 2  # of the tokens: neighbours say much the same


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.token_axes", description=__doc__)
    parser.add_argument("--papers", type=Path, default=ROOT / "examples" / "papers")
    parser.add_argument("--out", type=Path, default=ROOT / "ingest" / "data" / "token_axes.npy")
    options = parser.parse_args(argv)
    with (
        tempfile.TemporaryDirectory(prefix="elute-bench-") as folder,
        ingest_folder(options.papers, Path(folder), chroma=False) as library,
    ):
        embedder = library.embedder
        if not isinstance(embedder, PackagedEmbedder):
            raise SystemExit("the packaged embedder is needed: see elute doctor")
        shelf = library.retriever.shelf
        texts = [shelf.sentence(row)[2] for row in range(len(shelf.page_of))]
        tokens = unit_rows(embedder.last_layer(texts))[::EVERY]
    # No mean is taken off: cosines are kept, not distances from the middle.
    _, vectors = np.linalg.eigh((tokens.T @ tokens / len(tokens)).astype(np.float64))
    np.save(options.out, np.ascontiguousarray(vectors[:, ::-1][:, :AXES]).astype(np.float16))
    print(f"{options.out}: {AXES} axes from {len(tokens):,} tokens of {len(texts):,} sentences")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
