"""Pairs with nearly the same count and expectation, counted together.

Reference: W. DuMouchel, D. Pregibon, "Empirical Bayes screening for multi-item
associations", KDD 2001.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FEWEST_PAIRS = 200
"""Pairs from which a distribution of ratios is fitted; fewer say too little."""

SMALLEST_EXPECTED = 1e-10
"""Expectations below count as this one: no lift depends on how much below."""

PER_OCTAVE = 8
"""Squashed cells in a doubling of the expectation, and of counts above 64."""

COUNTED_SINGLY = 64
"""Counts up to this one have cells, and nodes of interpolation, of their own."""


def squashed(
    observed: NDArray[np.int64], expected: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return count, expectation and number of pairs of each cell that has any.

    Parameters
    ----------
    observed : int64 array
        Co-actions of each pair; pairs with none are passed over.
    expected : float64 array
        How many chance gives.

    Examples
    --------
    >>> count, middle, pairs = squashed(np.array([1, 1, 0, 7]), np.ones(4))
    >>> count.tolist(), pairs.tolist()
    ([1.0, 7.0], [2.0, 1.0])
    """
    lowest = np.log2(SMALLEST_EXPECTED)
    octaves = np.log2(np.maximum(expected, SMALLEST_EXPECTED)) - lowest
    column = (octaves * PER_OCTAVE).astype(np.int64)
    above = np.log2(np.maximum(observed, COUNTED_SINGLY) / COUNTED_SINGLY)
    row = np.clip(observed, 0, COUNTED_SINGLY)
    row += np.ceil(above * PER_OCTAVE).astype(np.int64)
    width = int(column.max(initial=0)) + 1
    pairs = np.bincount(row * width + column)
    pairs[:width] = 0
    cell = np.flatnonzero(pairs)
    row, column = cell // width, cell % width
    beyond = np.maximum(row - COUNTED_SINGLY - 0.5, 0) / PER_OCTAVE
    count = np.rint(np.minimum(row, COUNTED_SINGLY) * 2.0**beyond)
    middle = 2.0 ** (lowest + (column + 0.5) / PER_OCTAVE)
    return count, middle, pairs[cell].astype(np.float64)
