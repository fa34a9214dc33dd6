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
"""Accounts alike below which rhythm, then the stratum, no longer has to agree."""


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Classes of accounts, from the finest to the coarsest.

    `levels` holds one int64 array per level with the class of each account.
    """

    levels: tuple[NDArray[np.int64], ...]

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
        return cls(levels=(stratum * 4 + rhythm.argmax(axis=1), stratum, decile))

    def pools(
        self, members: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return who may stand for each member: where each one's begin, and all.

        Members themselves are among them only where nobody else is alike.
        """
        outside = np.ones(len(self.levels[0]), np.bool_)
        outside[members] = False
        found = [self._pool(member, outside) for member in members]
        sizes = [len(pool) for pool in found]
        return np.r_[0, np.cumsum(sizes)].astype(np.int64), np.concatenate(found)

    def _pool(self, member: np.int64, outside: NDArray[np.bool_]) -> NDArray[np.int64]:
        for level in self.levels:
            pool = np.flatnonzero((level == level[member]) & outside)
            if len(pool) >= FEWEST_ALIKE:
                return pool
        return pool if len(pool) else np.array([member])


def _deciles(activity: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the class of activity of each account; those that never act are none."""
    acting = np.sort(activity[activity > 0])
    if len(acting) == 0:
        return np.zeros(len(activity), np.int64)
    bounds = np.unique(acting[(np.arange(1, CLASSES) * len(acting)) // CLASSES])
    classes = np.searchsorted(bounds, activity, side="right") + 1
    return np.where(activity > 0, classes, 0)
