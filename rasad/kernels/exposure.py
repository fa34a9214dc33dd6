"""Compiled loops of null model J: co-actions, chances to co-act, expectations.

All arrays are contiguous. `bin` is an index into the sorted distinct time bins that
hold an action; `bin_time` gives each its number, so that two indexes are neighbours
exactly when their numbers differ by one.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def count_close(unit, time_us, bins, stratum, window_us, n_bins, n_strata):
    """Count pairs of first actions on one unit within the window.

    Two pointers and running counts by stratum: O(actions x strata), whatever the
    number of pairs. An account acts first on a unit once, so a pair is never an
    account with itself.

    Parameters
    ----------
    unit, time_us, bins, stratum : arrays of n
        First actions sorted by unit, then time; `bins` is the index of the time bin and
        `stratum` the acting account's.
    window_us : int
        Largest gap, inclusive; at most the width of a bin.
    n_bins, n_strata : int
        Sizes of the result.

    Returns
    -------
    same, later : int64 arrays of (n_bins, n_strata, n_strata)
        Pairs by bin of the earlier action, its stratum and the later one's; `same` with
        both in one bin, `later` with the second in a later bin.
    """
    same = np.zeros((n_bins, n_strata, n_strata), np.int64)
    later = np.zeros((n_bins, n_strata, n_strata), np.int64)
    inside = np.zeros(n_strata, np.int64)
    across = np.zeros(n_strata, np.int64)
    n = len(unit)
    edge = 0
    end = 0
    for p in range(n):
        # inside holds the strata of (p, edge), across those of [edge, end).
        if edge == p:
            if end > p:
                across[stratum[p]] -= 1
            edge = p + 1
            inside[:] = 0
        else:
            inside[stratum[p]] -= 1
        if end < edge:
            end = edge
            across[:] = 0
        while edge < n and unit[edge] == unit[p] and bins[edge] == bins[p]:
            if time_us[edge] - time_us[p] > window_us:
                break
            if edge < end:
                across[stratum[edge]] -= 1
            else:
                end += 1
            inside[stratum[edge]] += 1
            edge += 1
        while end < n and unit[end] == unit[p]:
            if time_us[end] - time_us[p] > window_us:
                break
            across[stratum[end]] += 1
            end += 1
        b, s = bins[p], stratum[p]
        for other in range(n_strata):
            same[b, s, other] += inside[other]
            later[b, s, other] += across[other]
    return same, later


@njit(cache=True, nogil=True)
def count_own(start, row_bin, row_n, bin_time, stratum, own_same, own_later):
    """Count pairs of actions by one account, which are no chance for two accounts.

    Adds to `own_same` and `own_later`, int64 arrays of (n_bins, n_strata).
    """
    for a in range(len(start) - 1):
        s = stratum[a]
        for i in range(start[a], start[a + 1]):
            b = row_bin[i]
            own_same[b, s] += row_n[i] * (row_n[i] - 1) // 2
            if i + 1 < start[a + 1]:
                c = row_bin[i + 1]
                if bin_time[c] - bin_time[b] == 1:
                    own_later[b, s] += row_n[i] * row_n[i + 1]


@njit(cache=True, nogil=True)
def expect(first, second, start, row_bin, row_n, bin_time, stratum, same, later, out):
    """Sum the rate over a pair's actual chances: its actions in equal or next bins.

    mu = sum over bins b, b' with |b - b'| <= 1 of n_first[b] n_second[b'] rate[b, b'].
    What an action of the second account is worth is worked out once for a run of pairs
    with one first account and one stratum of the second, so that a pair takes O(actions
    of the second). A pair's sum has one order wherever it stands: any split over
    threads gives the same digits.

    Parameters
    ----------
    first, second : int32 arrays of m
        The accounts of each pair; fastest where `first` ascends.
    start, row_bin, row_n : arrays
        Actions per account and bin, as rows of a sparse matrix; row_n as int64.
    bin_time, stratum : arrays
        Number of each bin, stratum of each account.
    same, later : float64 arrays of (n_bins, n_strata, n_strata)
        Rates; `same` is symmetric in the strata, `later` has the earlier one first.
    out : float64 array of m
        Receives the expectations.
    """
    n_bins, n_strata = same.shape[:2]
    worth = np.zeros((n_strata, n_bins), np.float64)
    known_for = np.full(n_strata, -1, np.int64)
    for k in range(len(first)):
        a, b = first[k], second[k]
        s = stratum[b]
        if known_for[s] != a:
            if known_for[s] >= 0:
                _forget(known_for[s], start, row_bin, worth[s])
            _add_worth(
                a, s, start, row_bin, row_n, bin_time, stratum, same, later, worth[s]
            )
            known_for[s] = a
        mu = 0.0
        for j in range(start[b], start[b + 1]):
            mu += row_n[j] * worth[s, row_bin[j]]
        out[k] = mu


@njit(cache=True, nogil=True)
def _add_worth(
    account, other, start, row_bin, row_n, bin_time, stratum, same, later, worth
):
    """Add what one action of stratum `other` is worth in each bin, by this account."""
    s, last = stratum[account], len(worth) - 1
    for i in range(start[account], start[account + 1]):
        x, n = row_bin[i], row_n[i]
        worth[x] += n * same[x, s, other]
        if x < last and bin_time[x + 1] - bin_time[x] == 1:
            worth[x + 1] += n * later[x, s, other]
        if x > 0 and bin_time[x] - bin_time[x - 1] == 1:
            worth[x - 1] += n * later[x - 1, other, s]


@njit(cache=True, nogil=True)
def _forget(account, start, row_bin, worth):
    """Set what the account's actions made worth something to zero."""
    for i in range(start[account], start[account + 1]):
        x = row_bin[i]
        worth[max(x - 1, 0) : x + 2] = 0.0


@njit(cache=True, nogil=True)
def remove_pairs(
    first,
    second,
    weight,
    start,
    unit,
    time_us,
    bins,
    stratum,
    window_us,
    same,
    later,
):
    """Take a share of chosen pairs' co-actions out of the counts of all co-actions.

    A pair's co-actions are found by merging its two sorted lists of units.

    Parameters
    ----------
    first, second : int32 arrays of m
        The accounts of each pair.
    weight : float64 array of m
        Share of the pair's co-actions to take out.
    start, unit, time_us, bins : arrays
        First actions by account, then unit; `start` has where each account's begin.
    stratum : int32 array
        Stratum of each account.
    window_us : int
        Largest gap, inclusive.
    same, later : float64 arrays of (n_bins, n_strata, n_strata)
        As `count_close` gives them; changed.
    """
    for k in range(len(first)):
        a, b = first[k], second[k]
        i, j = start[a], start[b]
        while i < start[a + 1] and j < start[b + 1]:
            if unit[i] < unit[j]:
                i += 1
            elif unit[i] > unit[j]:
                j += 1
            else:
                x, y, sx, sy = i, j, stratum[a], stratum[b]
                if time_us[x] > time_us[y]:
                    x, y, sx, sy = j, i, stratum[b], stratum[a]
                if time_us[y] - time_us[x] <= window_us:
                    if bins[x] == bins[y]:
                        same[bins[x], sx, sy] -= weight[k]
                    else:
                        later[bins[x], sx, sy] -= weight[k]
                i += 1
                j += 1
