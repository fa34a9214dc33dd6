"""Crews: a few members drawn by lot, where all of them together would show nothing.

The statistic of a group is the number of objects on which two members are close. Among
thirty accounts two are close on nearly everything, whoever they are, so that a group
that size shows nothing by it. Three of its members do, unless only few of a team see to
each task; then more of them are needed to see anything.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SMALL = 9
"""Members up to whom a group is only tested whole."""

LARGEST = 30
"""Members up to whom a group is tested whole at all."""

TEN, THREE = 10, 3
"""Members of a crew."""

MOST = 9
"""Crews of one size that are drawn at most."""

Crew = NDArray[np.int64]


def divisions(
    members: NDArray[np.int64], hashes: NDArray[np.uint64]
) -> list[list[Crew]]:
    """Divide a group into the crews by which it is tested, in each way that is tried.

    A small group is its only crew; one of medium size is tested whole and by threes, a
    large one by tens and by threes.

    Parameters
    ----------
    members : int64 array
        Account codes, ascending.
    hashes : uint64 array
        A hash of each account's id: whose are alike is chance, and the same always.

    Returns
    -------
    list of lists of int64 arrays
        Crews of one way are disjoint, each ascending.

    Examples
    --------
    >>> hashes = np.arange(100, dtype=np.uint64)[::-1]
    >>> [[len(crew) for crew in way] for way in divisions(np.arange(50), hashes)]
    [[10, 10, 10, 10, 10], [3, 3, 3, 3, 3, 3, 3, 3, 3]]
    >>> [[len(crew) for crew in way] for way in divisions(np.arange(12), hashes)]
    [[12], [3, 3, 3, 3]]
    >>> [[len(crew) for crew in way] for way in divisions(np.arange(9), hashes)]
    [[9]]
    """
    if len(members) <= SMALL:
        return [[members]]
    drawn = members[np.argsort(hashes[members], kind="stable")]
    whole = [members] if len(members) <= LARGEST else _dealt(drawn, TEN)
    return [whole, _dealt(drawn, THREE)]


def _dealt(drawn: NDArray[np.int64], size: int) -> list[Crew]:
    many = min(MOST, len(drawn) // size)
    return [np.sort(drawn[n * size : (n + 1) * size]) for n in range(many)]


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
