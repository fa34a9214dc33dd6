"""Compiled loops of null model T: how close in time the users of one object act.

Actions are first actions sorted by (unit, time). A *cell* is a run of them on one unit
and, where times are compared inside stretches only, in one stretch of time. Everybody's
times are exchangeable within a cell under the null.
"""

from __future__ import annotations

import numpy as np
from numba import njit

HOUR_US = 3_600_000_000


@njit(cache=True, nogil=True)
def count_neighbours(cell, time_us, window_us, degree, close):
    """Count, for each action, the others of its cell within the window.

    Parameters
    ----------
    cell, time_us : int64 arrays of n
        Cell of each action, ascending, and its time, ascending within a cell.
    window_us : int
        Largest gap, inclusive.
    degree : int64 array of n
        Receives the number of others within the window.
    close : float64 array of n_cells
        Receives the pairs within the window.
    """
    n = len(cell)
    low = 0
    high = 0
    for p in range(n):
        while cell[low] != cell[p] or time_us[p] - time_us[low] > window_us:
            low += 1
        high = max(high, p)
        while (
            high + 1 < n
            and cell[high + 1] == cell[p]
            and time_us[high + 1] - time_us[p] <= window_us
        ):
            high += 1
        degree[p] = high - low
        close[cell[p]] += high - p


@njit(cache=True, nogil=True)
def next_shared(unit, i, end_i, j, end_j):
    """Return the next places at which two sorted lists of units agree."""
    while i < end_i and j < end_j and unit[i] != unit[j]:
        if unit[i] < unit[j]:
            i += 1
        else:
            j += 1
    return i, j


@njit(cache=True, nogil=True)
def count_meetings(
    first, second, start, unit, place, time_us, window_us, observed, sessions
):
    """Count the units on which two accounts are close, and the hours in which they are.

    Parameters
    ----------
    first, second : int32 arrays of m
        Accounts of each pair.
    start, unit, place : arrays
        Actions by account, then unit: where each account's begin, the unit, and the
        place of the action in the arrays sorted by unit.
    time_us : int64 array of n
        By place.
    window_us : int
        Largest gap, inclusive.
    observed, sessions : int64 arrays of m
        Receive the units, and the distinct hours of the earlier actions.
    """
    hours = np.empty(64, np.int64)
    for k in range(len(first)):
        i, end_i = start[first[k]], start[first[k] + 1]
        j, end_j = start[second[k]], start[second[k] + 1]
        n = 0
        while True:
            i, j = next_shared(unit, i, end_i, j, end_j)
            if i >= end_i or j >= end_j:
                break
            x, y = time_us[place[i]], time_us[place[j]]
            if abs(x - y) <= window_us:
                if n == len(hours):
                    hours = np.concatenate((hours, np.empty(n, np.int64)))
                hours[n] = min(x, y) // HOUR_US
                n += 1
            i += 1
            j += 1
        observed[k] = n
        sessions[k] = distinct(hours, n)


@njit(cache=True, nogil=True)
def distinct(values, n):
    """Count the distinct ones among the first n values, which are sorted in place."""
    values[:n].sort()
    many = min(n, 1)
    for at in range(1, n):
        many += values[at] != values[at - 1]
    return many


@njit(cache=True, nogil=True)
def set_aside(
    first, second, share, start, unit, place, time_us, cell, window_us,
    cell_pairs, cell_close, own_pairs, own_close,
):  # fmt: skip
    """Add up, by cell and by action, the pairs that are no part of the background.

    Parameters
    ----------
    first, second, start, unit, place, time_us, window_us
        As in `count_meetings`.
    share : float64 array of m
        Share of the pair that is left out of the background; 0 for none.
    cell : int64 array of n
        Cell of each action, by place.
    cell_pairs, cell_close : float64 arrays of n_cells
        Receive the pairs, and the close ones among them.
    own_pairs, own_close : float64 arrays of n
        The same by action.
    """
    for k in range(len(first)):
        if share[k] <= 0.0:
            continue
        i, end_i = start[first[k]], start[first[k] + 1]
        j, end_j = start[second[k]], start[second[k] + 1]
        while True:
            i, j = next_shared(unit, i, end_i, j, end_j)
            if i >= end_i or j >= end_j:
                break
            x, y = place[i], place[j]
            if cell[x] == cell[y]:
                cell_pairs[cell[x]] += share[k]
                own_pairs[x] += share[k]
                own_pairs[y] += share[k]
                if abs(time_us[x] - time_us[y]) <= window_us:
                    cell_close[cell[x]] += share[k]
                    own_close[x] += share[k]
                    own_close[y] += share[k]
            i += 1
            j += 1


@njit(cache=True, nogil=True)
def aside_by_strata(
    first, second, share, start, unit, place, time_us, cell, stratum, window_us,
    chance, near, likely,
):  # fmt: skip
    """Take pairs that are no part of the background out of sums by strata.

    Parameters
    ----------
    first, second, share, start, unit, place, time_us, cell, window_us
        As in `set_aside`.
    stratum : int32 array
        Stratum of each account.
    chance : float64 array of n_cells
        Share of close pairs.
    near, likely : float64 arrays of (n_strata, n_strata)
        Close pairs, and as many as chance would make; symmetric. Changed.
    """
    for k in range(len(first)):
        if share[k] <= 0.0:
            continue
        s, t = stratum[first[k]], stratum[second[k]]
        i, end_i = start[first[k]], start[first[k] + 1]
        j, end_j = start[second[k]], start[second[k] + 1]
        by_chance = 0.0
        close = 0
        while True:
            i, j = next_shared(unit, i, end_i, j, end_j)
            if i >= end_i or j >= end_j:
                break
            x, y = place[i], place[j]
            if cell[x] == cell[y]:
                by_chance += chance[cell[x]]
                close += abs(time_us[x] - time_us[y]) <= window_us
            i += 1
            j += 1
        near[s, t] -= share[k] * close
        likely[s, t] -= share[k] * by_chance
        if s != t:
            near[t, s] -= share[k] * close
            likely[t, s] -= share[k] * by_chance


@njit(cache=True, nogil=True)
def chance_of(
    x, y, near, share, c, size, close, degree,
    cell_pairs, cell_close, own_pairs, own_close, base, weight,
):  # fmt: skip
    """Return how likely two actions of a cell lie within the window, and by how many.

    The share of close pairs among the cell's other participants, without those set
    aside, pulled towards the share in cells alike. The second number is how many pairs
    of others there are.
    """
    everyone = size[c] * (size[c] - 1) / 2 - cell_pairs[c]
    of_x = size[c] - 1 - own_pairs[x]
    of_y = size[c] - 1 - own_pairs[y]
    others = max(everyone - of_x - of_y + 1.0 - share, 0.0)
    around = close[c] - cell_close[c]
    around -= degree[x] - own_close[x] + degree[y] - own_close[y]
    around += near * (1.0 - share)
    # Shares are rounded: nothing must end below nothing, nor close pairs above pairs.
    around = min(max(around, 0.0), others)
    return (around + weight * base[c]) / (others + weight), others


@njit(cache=True, nogil=True)
def meet(
    first, second, share, start, unit, place, time_us, cell, stratum, window_us,
    size, close, degree, cell_pairs, cell_close, own_pairs, own_close,
    base, tempo, weight, observed, sessions, expected, shared, others,
):  # fmt: skip
    """Count each pair's close meetings, and add up what chance would make of them.

    Parameters
    ----------
    first, second, share, start, unit, place, time_us, cell, window_us
        As in `set_aside`.
    stratum : int32 array
        Stratum of each account.
    size : int64 array of n_cells
        Actions by cell.
    close, degree : arrays
        As `count_neighbours` gives them.
    cell_pairs, cell_close, own_pairs, own_close : float64 arrays
        As `set_aside` gives them.
    base : float64 array of n_cells
        Share of close pairs in cells alike.
    tempo : float64 array of (n_strata, n_strata)
        How many times as often as others two accounts of these strata are close.
    weight : float
        Pseudo-pairs by which a cell is pulled towards cells alike.
    observed, sessions, shared : int64 arrays of m
        Receive the cells in which the two are close, the distinct hours in which they
        are, and the cells they share.
    expected, others : float64 arrays of m
        Receive the sum of chances, and the pairs of other participants behind them.
    """
    hours = np.empty(64, np.int64)
    for k in range(len(first)):
        a, b = first[k], second[k]
        i, end_i, j, end_j = start[a], start[a + 1], start[b], start[b + 1]
        factor = tempo[stratum[a], stratum[b]]
        mu = 0.0
        behind = 0.0
        n = 0
        s = 0
        while True:
            i, j = next_shared(unit, i, end_i, j, end_j)
            if i >= end_i or j >= end_j:
                break
            x, y = place[i], place[j]
            c = cell[x]
            if c == cell[y]:
                near = abs(time_us[x] - time_us[y]) <= window_us
                chance, left = chance_of(
                    x, y, near, share[k], c, size, close, degree,
                    cell_pairs, cell_close, own_pairs, own_close, base, weight,
                )  # fmt: skip
                mu += min(chance * factor, 1.0)
                behind += left
                n += 1
                if near:
                    if s == len(hours):
                        hours = np.concatenate((hours, np.empty(s, np.int64)))
                    hours[s] = min(time_us[x], time_us[y]) // HOUR_US
                    s += 1
            i += 1
            j += 1
        observed[k], expected[k], shared[k], others[k] = s, mu, n, behind
        sessions[k] = distinct(hours, s)


@njit(cache=True, nogil=True)
def fill_chances(
    first, second, share, start, unit, place, time_us, cell, stratum, window_us,
    size, close, degree, cell_pairs, cell_close, own_pairs, own_close,
    base, tempo, weight, begin, chances,
):  # fmt: skip
    """Write each pair's chances one by one, from `begin` on; see `meet`."""
    for k in range(len(first)):
        a, b = first[k], second[k]
        i, end_i, j, end_j = start[a], start[a + 1], start[b], start[b + 1]
        factor = tempo[stratum[a], stratum[b]]
        n = begin[k]
        while True:
            i, j = next_shared(unit, i, end_i, j, end_j)
            if i >= end_i or j >= end_j:
                break
            x, y = place[i], place[j]
            c = cell[x]
            if c == cell[y]:
                near = abs(time_us[x] - time_us[y]) <= window_us
                chance, _ = chance_of(
                    x, y, near, share[k], c, size, close, degree,
                    cell_pairs, cell_close, own_pairs, own_close, base, weight,
                )  # fmt: skip
                chances[n] = min(chance * factor, 1.0)
                n += 1
            i += 1
            j += 1


@njit(cache=True, nogil=True)
def likely_by_strata(cell, stratum, chance, n_strata):
    """Add up, by strata, how many pairs of each cell would be close by chance.

    Parameters
    ----------
    cell : int64 array of n
        Cell of each action, ascending.
    stratum : int32 array of n
        Stratum of the acting account.
    chance : float64 array of n_cells
        Share of close pairs.
    n_strata : int
        Size of the result.

    Returns
    -------
    float64 array of (n_strata, n_strata)
        Symmetric; a pair of two strata counts on both sides of the diagonal.
    """
    likely = np.zeros((n_strata, n_strata))
    members = np.zeros(n_strata, np.int64)
    n = len(cell)
    p = 0
    while p < n:
        c = cell[p]
        members[:] = 0
        while p < n and cell[p] == c:
            members[stratum[p]] += 1
            p += 1
        for s in range(n_strata):
            if members[s]:
                likely[s, s] += chance[c] * members[s] * (members[s] - 1) / 2
                for t in range(s + 1, n_strata):
                    likely[s, t] += chance[c] * members[s] * members[t]
    for s in range(n_strata):
        for t in range(s):
            likely[s, t] = likely[t, s]
    return likely
