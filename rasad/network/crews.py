"""Crews: a few members drawn by lot, where a group is too large to be tested whole.

The statistic of a group is the number of objects on which two members are close. Among
three hundred accounts two are close on nearly everything, whoever they are, so that a
large group shows nothing by it. Ten of its members do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LARGEST = 30
"""Members up to whom a group is tested whole."""

SIZE = 10
MOST = 9
"""Members of a crew, and crews that are drawn at most."""


def crews(
    members: NDArray[np.int64], hashes: NDArray[np.uint64]
) -> list[NDArray[np.int64]]:
    """Divide a large group into crews; a small one is its only crew.

    Parameters
    ----------
    members : int64 array
        Account codes, ascending.
    hashes : uint64 array
        A hash of each account's id: whose are alike is chance, and the same always.

    Returns
    -------
    list of int64 arrays
        Disjoint, each ascending.

    Examples
    --------
    >>> hashes = np.arange(100, dtype=np.uint64)[::-1]
    >>> [len(crew) for crew in crews(np.arange(50), hashes)]
    [10, 10, 10, 10, 10]
    >>> [len(crew) for crew in crews(np.arange(30), hashes)]
    [30]
    """
    if len(members) <= LARGEST:
        return [members]
    drawn = members[np.argsort(hashes[members], kind="stable")]
    many = min(MOST, len(members) // SIZE)
    return [np.sort(drawn[n * SIZE : (n + 1) * SIZE]) for n in range(many)]


def majority(p_values: list[float]) -> tuple[int, float]:
    """Return the crew that decides, and how much its p-value is raised for it.

    More than half of the crews must stand out: of m crews the k-th smallest p-value
    decides, k being m // 2 + 1, and counts m / k times.

    Notes
    -----
    m p_(k) / k is a p-value however the crews depend on each other: Rüger, Das maximale
    Signifikanzniveau des Tests "Lehne H0 ab, wenn k unter n gegebenen Tests zur
    Ablehnung führen", Metrika 25, 1978.

    Examples
    --------
    >>> majority([0.9, 0.001, 0.01])
    (2, 1.5)
    >>> majority([0.2])
    (0, 1.0)
    """
    least = len(p_values) // 2 + 1
    decides = int(np.argsort(p_values, kind="stable")[least - 1])
    return decides, len(p_values) / least
