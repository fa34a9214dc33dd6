"""Accounts alike: who could stand for whom in a crowd drawn at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.extend import TraceActions

QUARTER_US = 6 * 3_600_000_000
CLASSES = 10
"""Classes of activity, with equally many accounts in each."""

FEWEST_ALIKE = 20
"""Accounts alike below which rhythm, stratum, then the class need not agree."""

OUTNUMBERED = 3
"""Accounts alike for each member: crowds drawn from hardly more are all the same."""


@dataclass(frozen=True, kw_only=True)
class Pools:
    """Who may stand for each member, as rows of a sparse matrix.

    `share` is how many members there are for each account that may stand for them,
    where that is largest.
    """

    start: NDArray[np.int64]
    account: NDArray[np.int64]
    share: float


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Classes of accounts, from the finest to the coarsest.

    `levels` holds one int64 array per level with the class of each account, `activity`
    the actions of each.
    """

    levels: tuple[NDArray[np.int64], ...]
    activity: NDArray[np.int64]

    @classmethod
    def of(cls, actions: TraceActions) -> Alike:
        """Class accounts by activity, stratum and the time of day they mostly act."""
        n = len(actions.stratum)
        activity = np.bincount(actions.account, minlength=n)
        quarter = (actions.time_us // QUARTER_US) % 4
        rhythm = np.zeros((n, 4), np.int64)
        np.add.at(rhythm, (actions.account, quarter), 1)
        decile = _deciles(activity)
        stratum = decile * (int(actions.stratum.max(initial=0)) + 1) + actions.stratum
        fine = stratum * 4 + rhythm.argmax(axis=1)
        return cls(levels=(fine, stratum, decile), activity=activity)

    def pools(
        self, members: NDArray[np.int64], barred: NDArray[np.bool_]
    ) -> Pools | None:
        """Return who may stand for each member.

        Parameters
        ----------
        members : int64 array
            Account codes.
        barred : bool array
            Accounts that stand for nobody, members among them: whoever is found to be
            run with others would be compared with itself.

        Returns
        -------
        Pools or None
            None where some members have too few accounts like them.

        Notes
        -----
        Whoever has too few in its class is stood for by anybody at least as active:
        more actions are more chances to be close, so that errs towards the crowd.
        """
        chosen: list[NDArray[np.int64]] = [np.zeros(0, np.int64)] * len(members)
        largest = 0.0
        left = np.arange(len(members))
        for level in self.levels:
            free = np.bincount(level[~barred], minlength=int(level.max(initial=0)) + 1)
            wanted = np.bincount(level[members], minlength=len(free))
            enough = free >= np.maximum(FEWEST_ALIKE, OUTNUMBERED * wanted)
            able = enough[level[members[left]]]
            for place in left[able]:
                own = level[members[place]]
                chosen[place] = np.flatnonzero((level == own) & ~barred)
                largest = max(largest, wanted[own] / free[own])
            left = left[~able]
        for place in left:
            active = self.activity >= self.activity[members[place]]
            chosen[place] = np.flatnonzero(active & ~barred)
            if len(chosen[place]) < max(FEWEST_ALIKE, OUTNUMBERED * len(left)):
                return None
            largest = max(largest, len(left) / len(chosen[place]))
        start = np.cumsum([0, *(len(pool) for pool in chosen)]).astype(np.int64)
        return Pools(
            start=start,
            account=np.concatenate([np.zeros(0, np.int64), *chosen]),
            share=float(largest),
        )


def _deciles(activity: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the class of activity of each account; those that never act are none."""
    acting = np.sort(activity[activity > 0])
    if len(acting) == 0:
        return np.zeros(len(activity), np.int64)
    bounds = np.unique(acting[(np.arange(1, CLASSES) * len(acting)) // CLASSES])
    classes = np.searchsorted(bounds, activity, side="right") + 1
    return np.where(activity > 0, classes, 0)
