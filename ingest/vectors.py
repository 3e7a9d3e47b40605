"""Arithmetic on rows of unit vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def unit_rows(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """``matrix`` with each row scaled to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = (matrix / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled


def cosines(matrix: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosine of each row of ``matrix`` with ``vector``, all of length 1.

    Without BLAS, whose threads spin while they wait and cost several times the CPU of the work;
    einsum is as fast here, in one thread.
    """
    result: NDArray[np.float32] = np.einsum("ij,j->i", matrix, vector)
    return result
