"""How many co-actions a trace has, and what is left out when they would not fit.

Counting is linear in the actions, whatever the number of co-actions. Crowded objects
are thinned by account, all others stay whole. Which accounts stay depends on their ids
alone, so the same accounts stay whatever else is in the data.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rasad.kernels.windows import pairs_by_list
from rasad.network.actions import SECOND_US, Actions, over_lists

GAP_EDGES_S = (0, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600)
"""Edges of the histogram of gaps; they double beyond the last."""


def gap_histogram(
    actions: Actions, longest_s: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the post pairs of different accounts by gap, right-closed.

    Parameters
    ----------
    actions : Actions
        Actions of one trace.
    longest_s : int
        Largest gap in seconds.

    Returns
    -------
    edges : ndarray of int64, shape (n + 1,)
        Seconds: fixed, doubling beyond an hour, ending with the largest gap itself.
    counts : ndarray of int64, shape (n,)
        Post pairs above an edge (the first bin includes it) and up to the next.
    """
    edges = _gap_edges_s(longest_s)
    gaps_us = (edges[1:] * SECOND_US).tolist()
    below = np.array([0, *pairs_up_to(actions, gaps_us)], np.int64)
    return edges, below[1:] - below[:-1]


def pairs_up_to(
    actions: Actions, gaps_us: Sequence[int], threads: int = 1
) -> list[int]:
    """Count the post pairs of different accounts at most each gap apart.

    Parameters
    ----------
    actions : Actions
        Actions of one trace.
    gaps_us : sequence of int
        Largest gaps in microseconds, included.
    threads : int
        Threads to use.
    """
    return [int(pairs_per_object(actions, gap, threads).sum()) for gap in gaps_us]


def thinned(
    actions: Actions, gap_us: int, max_pairs: int, account_hash: NDArray[np.uint64]
) -> tuple[Actions, int, int]:
    """Thin the most crowded objects by account until about `max_pairs` stay.

    With c the largest number for which the sum over objects of min(co-actions, c) is
    at most `max_pairs`, an object with P > c co-actions keeps the accounts whose hash
    is below sqrt(c / P) of 2**64. A pair stays when both its accounts do, so about c
    of the object's co-actions stay.

    Parameters
    ----------
    actions : Actions
        Actions of one trace.
    gap_us : int
        The longest window, microseconds.
    max_pairs : int
        Post pairs of different accounts inside it that may stay.
    account_hash : ndarray of uint64, shape (n_accounts,)
        A hash of each account's id.

    Returns
    -------
    actions : Actions
        What stays; the same object when all of it does.
    n_capped : int
        Objects that were thinned.
    n_lost : int
        Post pairs lost by that, exactly.
    """
    pairs = pairs_per_object(actions, gap_us)
    before = int(pairs.sum())
    if before <= max_pairs:
        return actions, 0, 0
    cap = crowding_cap([pairs], max_pairs)
    stay = thinned_to(actions, pairs, cap, account_hash)
    lost = before - pairs_up_to(stay, [gap_us])[0]
    return stay, int(np.count_nonzero(pairs > cap)), lost


def thinned_to(
    actions: Actions,
    pairs: NDArray[np.int64],
    cap: int,
    account_hash: NDArray[np.uint64],
) -> Actions:
    """Thin the objects that have more than `cap` of the given co-actions."""
    crowded = pairs > cap
    # Division and root are correctly rounded everywhere, so this bound is the same too.
    bound = np.sqrt(cap / np.maximum(pairs, cap + 1)) * 2.0**64
    low_hash = account_hash[actions.account] < bound.astype(np.uint64)[actions.object]
    return actions.kept(~crowded[actions.object] | low_hash)


def pairs_per_object(
    actions: Actions, gap_us: int, threads: int = 1
) -> NDArray[np.int64]:
    """Count the post pairs of different accounts at most a gap apart, per object."""
    lists = actions.start, actions.account, actions.time_us
    return pairs_in_lists(*lists, actions.n_accounts, gap_us, threads)


def pairs_in_lists(
    start: NDArray[np.int64],
    account: NDArray[np.int32],
    time_us: NDArray[np.int64],
    n_accounts: int,
    gap_us: int,
    threads: int,
) -> NDArray[np.int64]:
    """Count the post pairs per list; unlike those of `Actions`, lists are not checked.

    Parameters
    ----------
    start : ndarray of int64, shape (lists + 1,)
        List i has the rows `start[i]` to `start[i + 1] - 1`, by time.
    account, time_us : ndarray of int32 and int64, shape (n,)
        Codes below `n_accounts`, and microseconds.
    n_accounts : int
        One more than the largest code there can be.
    gap_us : int
        Largest gap in microseconds, included.
    threads : int
        Threads to use.

    Returns
    -------
    ndarray of int64, shape (lists,)

    Examples
    --------
    >>> one_list = np.array([0, 3]), np.array([0, 1, 2], np.int32), np.array([0, 5, 9])
    >>> pairs_in_lists(*one_list, 3, 5, 1).tolist()
    [2]
    """
    pairs = np.zeros(len(start) - 1, np.int64)

    def count(first: int, end: int) -> None:
        inside = np.zeros(n_accounts, np.int32)
        part = start[first : end + 1]
        pairs_by_list(part, account, time_us, gap_us, inside, pairs[first:end])

    over_lists(count, start, threads)
    return pairs


def crowding_cap(pairs: Sequence[NDArray[np.int64]], max_pairs: int) -> int:
    """Return the largest cap for which the sum of min(pairs, cap) fits."""
    low, high = 0, max(int(part.max(initial=0)) for part in pairs)
    while low < high:
        middle = (low + high + 1) // 2
        if sum(int(np.minimum(part, middle).sum()) for part in pairs) <= max_pairs:
            low = middle
        else:
            high = middle - 1
    return low


def _gap_edges_s(longest_s: int) -> NDArray[np.int64]:
    edges = list(GAP_EDGES_S)
    while edges[-1] < longest_s:
        edges.append(2 * edges[-1])
    inside = [edge for edge in edges if edge < longest_s]
    return np.array([*inside, longest_s], np.int64)
