"""Tempo: whether an account is usually early among those who act on an object.

Accounts that follow a source closely are early on whatever it publishes, and therefore
close to each other without knowing of each other. Tempo is a stratum of both null
models, beside language and platform: such accounts are compared with each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rasad.extend import TraceActions

AUDIENCE = 5
"""Participants an object needs before being early on it means something."""

PRIOR = 3.0
"""Objects at an ordinary tempo that every account is taken to have beside its own."""

EARLY = (1.2, 1.8)
"""Mean -log rank above which an account is early, and very early; chance gives one."""


def tempo(actions: TraceActions, suspect: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return 0 for ordinary accounts, 1 for early and 2 for very early ones.

    Parameters
    ----------
    actions : TraceActions
        First actions of everybody.
    suspect : float64 array
        How far each action counts for nothing, from 0 to 1.

    Returns
    -------
    ndarray of int32, shape (n_accounts,)

    Notes
    -----
    The place of an account among the n participants of an object, as a share of them,
    is uniform for an account like any other, and minus its logarithm exponential with
    mean one. The mean over an account's objects, pulled towards one, is its tempo. What
    it does beside suspects does not enter it: a team that is early together would
    otherwise be a class of its own, and be compared with itself.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> unit, account = np.repeat(np.arange(30), 10), np.tile(np.arange(10), 30)
    >>> columns = {"object": unit, "account": account, "time_us": account}
    >>> tempo(SimpleNamespace(**columns, stratum=np.zeros(10)), np.zeros(300)).tolist()
    [2, 2, 1, 0, 0, 0, 0, 0, 0, 0]
    """
    unit = actions.object
    size = np.bincount(unit)
    enough = size[unit] >= AUDIENCE
    unit, time_us = unit[enough], actions.time_us[enough]
    lateness = -np.log((_earlier(unit, time_us) + 0.5) / size[unit])
    n, who = len(actions.stratum), actions.account[enough]
    counts = 1.0 - suspect[enough]
    total = np.bincount(who, lateness * counts, minlength=n)
    mean = (total + PRIOR) / (np.bincount(who, counts, minlength=n) + PRIOR)
    return np.searchsorted(EARLY, mean, side="right").astype(np.int32)


def _earlier(
    unit: NDArray[np.int32], time_us: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return how many acted on the same object before; those at one time share places.

    Times that were rounded to minutes say nothing of the order inside a minute.
    """
    new_unit = np.diff(unit, prepend=-1) != 0
    new = new_unit | (np.diff(time_us, prepend=time_us[:1]) != 0)
    place = np.arange(len(unit))
    first = np.flatnonzero(new)
    run = np.cumsum(new) - 1
    middle = (first + np.r_[first[1:], len(unit)] - 1) / 2
    begin = np.maximum.accumulate(np.where(new_unit, place, 0))
    return np.asarray(middle[run] - begin, np.float64)


def with_tempo(
    stratum: NDArray[np.int32],
    actions: TraceActions,
    suspect: NDArray[np.float64],
    share: float,
    most: int,
) -> NDArray[np.int32]:
    """Divide strata by tempo, where enough accounts are early.

    Parameters
    ----------
    stratum : int32 array
        Stratum of each account without tempo.
    actions : TraceActions
        First actions of everybody in one trace.
    suspect : float64 array
        How far each action counts for nothing, from 0 to 1.
    share : float
        Share of the trace's accounts below which a class joins the slower one.
    most : int
        Strata to make at most; beyond, the smallest lose their tempo.

    Returns
    -------
    ndarray of int32, shape (n_accounts,)
        Strata from 0 on, none empty.
    """
    here = np.bincount(actions.account, minlength=len(stratum)) > 0
    least = share * here.sum()
    tempi = len(EARLY) + 1
    code = stratum.astype(np.int64) * tempi + tempo(actions, suspect)
    for level in range(tempi - 1, 0, -1):
        counts = np.bincount(code[here], minlength=int(code.max(initial=0)) + 1)
        code -= (code % tempi == level) & (counts[code] < least)
    sizes = np.bincount(stratum[here], minlength=int(stratum.max(initial=0)) + 1)
    for smallest in np.argsort(sizes, kind="stable"):
        if len(np.unique(code)) <= most:
            break
        code[stratum == smallest] = smallest * tempi
    return np.asarray(np.unique(code, return_inverse=True)[1], np.int32)
