"""Whole numbers for texts, so that only input and output handle texts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NONE = -1
"""Code of a text that is missing."""

Ints = NDArray[np.int32]


class Codes:
    """Numbers texts in the order in which they come.

    Examples
    --------
    >>> codes = Codes()
    >>> [codes.of(text) for text in ("b", "a", None, "b")]
    [0, 1, -1, 0]
    >>> codes.sorted(np.array([0, 1, -1, 0]))
    (array([ 1,  0, -1,  1], dtype=int32), ['a', 'b'])
    """

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._codes)

    def of(self, text: str | None) -> int:
        """Return the number of a text; a new text gets the next one."""
        if text is None:
            return NONE
        return self._codes.setdefault(text, len(self._codes))

    def sorted(self, given: NDArray[np.int64]) -> tuple[Ints, list[str]]:
        """Return numbers in the order of code points for those given, and the texts.

        Parameters
        ----------
        given : int64 numbers that `of` returned

        Returns
        -------
        tuple of int32 array, list of str
            The new numbers, and every text at its new number.
        """
        texts = sorted(self._codes)
        place = np.full(len(texts) + 1, NONE, np.int32)  # the last is for NONE
        for new, text in enumerate(texts):
            place[self._codes[text]] = new
        return place[given], texts


def grouped(codes: Ints) -> NDArray[np.int64]:
    """Return the order that puts equal codes together, first come first.

    Examples
    --------
    >>> grouped(np.array([5, 2, 5, 2], np.int32))
    array([0, 2, 1, 3])
    """
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    return np.argsort(first[inverse], kind="stable")


def distinct(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers that occur, ascending.

    By sorting: where nearly all numbers differ, `numpy.unique` looks them up in a table
    and takes thirty times as long.

    Examples
    --------
    >>> distinct(np.array([3, 1, 3]))
    array([1, 3])
    """
    ordered = np.sort(numbers)
    new = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    found: NDArray[np.int64] = ordered[new]
    return found
