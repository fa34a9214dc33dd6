"""Compiled loops on whole groups: the objects on which members are close in time.

Actions are first actions sorted by (unit, time).
"""

from __future__ import annotations

import numpy as np
from numba import njit

MOST_REFUSED = 1_000
"""Draws of accounts that are in a crowd already, after which it is drawn anew."""

MOST_ATTEMPTS = 100


@njit(cache=True, nogil=True)
def close_units(places, unit, time_us, window_us):
    """Count the units on which two of the given actions lie within the window.

    Parameters
    ----------
    places : int64 array
        Places of the actions, ascending; no account has two on one unit.
    unit, time_us : arrays of n
        By place.
    window_us : int
        Largest gap, inclusive.
    """
    found = 0
    last = -1
    for at in range(1, len(places)):
        x, y = places[at - 1], places[at]
        near = time_us[y] - time_us[x] <= window_us
        if near and unit[x] == unit[y] and unit[x] != last:
            found += 1
            last = unit[x]
    return found


@njit(cache=True, nogil=True)
def draw_crowds(pool_start, pool, start, place, unit, time_us, window_us, rng, found):
    """Count `close_units` for crowds in which each member is replaced by one alike.

    Parameters
    ----------
    pool_start, pool : int64 arrays
        Accounts that may stand for each member, as rows of a sparse matrix; more of
        them than members.
    start, place : int64 arrays
        Actions by account: where each account's begin, and their places.
    unit, time_us : arrays of n
        By place.
    window_us : int
        Largest gap, inclusive.
    rng : numpy.random.Generator
        Draws who stands for each member.
    found : int64 array
        Receives the count of each crowd. Nobody is in a crowd twice.

    Returns
    -------
    bool
        Whether all could be drawn: pools can overlap so much that hardly any choice
        leaves somebody for every member.
    """
    size = len(pool_start) - 1
    drawn = np.full(len(start) - 1, -1, np.int64)
    crowd = np.empty(size, np.int64)
    places = np.empty(64, np.int64)
    attempt = 0
    for d in range(len(found)):
        most = attempt + MOST_ATTEMPTS
        while attempt < most and not draw_one(
            pool_start, pool, rng, drawn, attempt, crowd
        ):
            attempt += 1
        if attempt == most:
            return False
        attempt += 1
        n = 0
        for m in range(size):
            for at in range(start[crowd[m]], start[crowd[m] + 1]):
                if n == len(places):
                    places = np.concatenate((places, np.empty(n, np.int64)))
                places[n] = place[at]
                n += 1
        places[:n].sort()
        found[d] = close_units(places[:n], unit, time_us, window_us)
    return True


@njit(cache=True, nogil=True)
def draw_one(pool_start, pool, rng, drawn, attempt, crowd):
    """Draw who stands for each member; say whether somebody was left for all.

    `drawn` holds the last attempt in which each account was drawn.
    """
    for m in range(len(crowd)):
        many = pool_start[m + 1] - pool_start[m]
        for _ in range(MOST_REFUSED):
            one = pool[pool_start[m] + int(rng.random() * many)]
            if drawn[one] != attempt:
                break
        if drawn[one] == attempt:
            return False
        drawn[one] = attempt
        crowd[m] = one
    return True


@njit(cache=True, nogil=True)
def close_outsiders(known, begin, stop, time_us, window_us):
    """Count the pairs of outsiders of one cell, and the close ones among them.

    `known` marks actions of accounts that are no outsiders: members, and whoever is
    probably run together with one.
    """
    others = 0
    close = 0
    low = begin
    near = 0
    for p in range(begin, stop):
        while time_us[p] - time_us[low] > window_us:
            near -= not known[low]
            low += 1
        if not known[p]:
            others += 1
            close += near
            near += 1
    return others * (others - 1) // 2, close


@njit(cache=True, nogil=True)
def crowd_chances(
    member, known, stratum, cell_begin, cell_unit, time_us, window_us, base, tempo,
    weight, unit_of, chance, hit_us, shared, outside,
):  # fmt: skip
    """Say, unit by unit, how likely two members are close and whether they are.

    Parameters
    ----------
    member, known : bool arrays of n
        Actions of members; of members and of whoever is probably run with one.
    stratum : int32 array of n
        Stratum of each acting account.
    cell_begin : int64 array of n_cells + 1
        Where each cell's actions begin.
    cell_unit : array of n_cells
        Unit of each cell, ascending.
    time_us : int64 array of n
        Times.
    window_us : int
        Largest gap, inclusive.
    base, tempo, weight
        As for pairs, see `rasad.kernels.timing.meet`.
    unit_of : int64 array
        Receives the units on which two members share a cell, in order.
    chance : float64 array
        Receives the chance that two of them are close.
    hit_us : int64 array
        Receives the time at which two are first close, -1 where none are.
    shared, outside : int64 arrays
        Receive the members' actions in shared cells, and the outsiders'.

    Returns
    -------
    int
        How many units were written.

    Notes
    -----
    With m members in a cell the number of close pairs is taken for Poisson, so that at
    least one is close with probability 1 - exp(-sum of the pairs' chances).
    """
    n = 0
    places = np.empty(64, np.int64)
    for c in range(len(cell_begin) - 1):
        begin, stop = cell_begin[c], cell_begin[c + 1]
        m = 0
        for p in range(begin, stop):
            if member[p]:
                if m == len(places):
                    places = np.concatenate((places, np.empty(m, np.int64)))
                places[m] = p
                m += 1
        if m < 2:
            continue
        others, close = close_outsiders(known, begin, stop, time_us, window_us)
        pi = (close + weight * base[c]) / (others + weight)
        rate = 0.0
        hit = -1
        for x in range(m):
            for y in range(x + 1, m):
                a, b = places[x], places[y]
                rate += min(pi * tempo[stratum[a], stratum[b]], 1.0)
                if hit < 0 and time_us[b] - time_us[a] <= window_us:
                    hit = time_us[a]
        if n == 0 or unit_of[n - 1] != cell_unit[c]:
            unit_of[n], chance[n], hit_us[n] = cell_unit[c], 0.0, -1
            shared[n], outside[n] = 0, 0
            n += 1
        chance[n - 1] = 1.0 - (1.0 - chance[n - 1]) * np.exp(-rate)
        if hit_us[n - 1] < 0:
            hit_us[n - 1] = hit
        shared[n - 1] += m
        for p in range(begin, stop):
            outside[n - 1] += not known[p]
    return n


@njit(cache=True, nogil=True)
def count_leads(places, who, unit, time_us, window_us, close, first, share):
    """Count on how many occasions each member acts, and on how many before all others.

    An occasion is a run of members' actions on one unit, each within the window of the
    one before.

    Parameters
    ----------
    places : int64 array of m
        Places of the members' actions, ascending.
    who : int64 array of n
        Number of the acting member, by place.
    unit, time_us : arrays of n
        By place.
    window_us : int
        Largest gap between two actions in a row, inclusive.
    close, first : int64 arrays of n_members
        Receive the occasions with others, and those with a lead.
    share : float64 array of m
        Receives one over the members on the occasion; 0 for actions that stand alone.
    """
    begin = 0
    n = len(places)
    for at in range(1, n + 1):
        if at < n:
            x, y = places[at - 1], places[at]
            if unit[x] == unit[y] and time_us[y] - time_us[x] <= window_us:
                continue
        size = at - begin
        if size > 1:
            for p in range(begin, at):
                close[who[places[p]]] += 1
                share[p] = 1.0 / size
            if time_us[places[begin]] < time_us[places[begin + 1]]:
                first[who[places[begin]]] += 1
        begin = at
