"""Late interaction: each word of a question meets the word of a sentence that is nearest to it.

The packaged model gives a vector for every token in its context; their mean is the sentence's
vector, in which a rare word of a long sentence drowns. Kept beside it are the tokens themselves,
on the 96 axes along which the tokens of the example papers vary most (`benchmarks.token_axes`
makes them), a byte a number. The cut costs nothing: docs/retrieval.md has the trial.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ingest.vectors import unit_rows

# Bumped when the same text would give other token vectors: the index must then be rebuilt.
TOKENS: Final = "tokens-96-1"

AXES: Final = 96
_AXES_FILE: Final = Path(__file__).parent / "data" / "token_axes.npy"
_STEPS: Final = 254.0  # a number in [-0.5, 0.5] to a byte; 0.2 % lie beyond and are clipped
_ONE_THREAD: Final = 200_000  # multiplications that OpenBLAS makes in one thread, and some to spare

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class TokenVectors:
    """The tokens of some texts, one text after the other."""

    counts: NDArray[np.uint16]  # tokens of each text; a text without any has 0
    ids: NDArray[np.uint16]  # of each token, in the model's vocabulary
    codes: NDArray[np.int8]  # shape (tokens, AXES)

    def __len__(self) -> int:
        return len(self.counts)

    def of(self, rows: Sequence[int]) -> TokenVectors:
        """The tokens of some of the texts, in the order of ``rows``."""
        ends = np.cumsum(self.counts, dtype=np.int64)
        pieces = [np.arange(ends[row] - self.counts[row], ends[row]) for row in rows]
        tokens = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int64)
        return TokenVectors(self.counts[list(rows)], self.ids[tokens], self.codes[tokens])


@runtime_checkable
class TokenEmbedder(Protocol):
    """An embedder that also gives the vectors behind a text's vector."""

    def embed_tokens(self, texts: Sequence[str]) -> tuple[Floats, TokenVectors]:
        """The texts' vectors as ``embed`` gives them, and their tokens."""


@lru_cache(maxsize=1)
def _axes() -> Floats:
    axes: Floats = np.load(_AXES_FILE).astype(np.float32)
    return axes


def encode(hidden: Floats) -> NDArray[np.int8]:
    """Token vectors as the model gives them, shape (n, 384), to codes of shape (n, AXES)."""
    # One row after the other in one thread, as in `ingest.vectors.cosines`.
    projected = unit_rows(np.einsum("nd,da->na", unit_rows(hidden), _axes()))
    codes: NDArray[np.int8] = np.clip(np.rint(projected * _STEPS), -127, 127).astype(np.int8)
    return codes


def joined(parts: Iterable[TokenVectors]) -> TokenVectors:
    """Several texts' tokens in one."""
    parts = list(parts)
    if not parts:
        return TokenVectors(
            np.zeros(0, np.uint16), np.zeros(0, np.uint16), np.zeros((0, AXES), np.int8)
        )
    return TokenVectors(
        np.concatenate([part.counts for part in parts]),
        np.concatenate([part.ids for part in parts]),
        np.concatenate([part.codes for part in parts]),
    )


def nearest(question: TokenVectors, texts: TokenVectors) -> Floats:
    """For each text and token of ``question``, the cosine of the text's nearest token.

    Returns:
        Shape (texts, tokens of the question); -1 where a text has no token.
    """
    best = np.full((len(texts), len(question.codes)), -1.0, dtype=np.float32)
    filled = np.flatnonzero(texts.counts)
    if not len(filled) or not len(question.codes):
        return best
    starts = np.cumsum(texts.counts, dtype=np.int64) - texts.counts
    best[filled] = np.maximum.reduceat(_products(texts.codes, question.codes), starts[filled])
    best[filled] /= _STEPS * _STEPS
    return best


def _products(codes: NDArray[np.int8], asked: NDArray[np.int8]) -> Floats:
    """Scalar products of all rows of ``codes`` with those of ``asked``: whole numbers, exactly.

    No sum of AXES products of two bytes is beyond what a float32 holds exactly, so the result is
    the same in whatever order a processor adds.
    """
    wanted = np.ascontiguousarray(asked.T, dtype=np.float32)
    products = np.empty((len(codes), len(asked)), dtype=np.float32)
    # In pieces so small that BLAS does not wake its threads, which spin while they wait.
    step = max(1, _ONE_THREAD // wanted.size)
    with np.errstate(invalid="ignore"):  # raised by some processors' BLAS without a reason
        for start in range(0, len(codes), step):
            some = codes[start : start + step].astype(np.float32)
            np.matmul(some, wanted, out=products[start : start + step])
    return products


def rarities(question: TokenVectors, parts: Sequence[TokenVectors]) -> Floats:
    """A weight for each token of ``question``, that of a token in few texts most; sum 1.

    Args:
        question: One text.
        parts: Texts, those of a page together.
    """
    n_texts = sum(map(len, parts))
    held = np.zeros(len(question.ids), dtype=np.int64)
    wanted, places = np.unique(question.ids, return_inverse=True)
    if len(wanted) and parts:
        ids = np.concatenate([part.ids for part in parts])
        ends = np.cumsum(np.concatenate([part.counts for part in parts]), dtype=np.int64)
        # Which of the tokens stand where, and in how many texts each.
        at = np.minimum(np.searchsorted(wanted, ids), len(wanted) - 1)
        hits = np.flatnonzero(wanted[at] == ids)
        text_of = np.searchsorted(ends, hits, side="right")
        texts_by_token = np.unique(at[hits] * (n_texts + 1) + text_of) // (n_texts + 1)
        held = np.bincount(texts_by_token, minlength=len(wanted))[places]
    weights = np.log(1 + n_texts / (1 + held.astype(np.float32)))
    total = float(weights.sum())
    return np.asarray(weights / total if total else weights, dtype=np.float32)
