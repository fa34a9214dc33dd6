"""Accounts alike: who could stand for whom in a crowd drawn at random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rasad.extend import TraceActions

QUARTER_US = 6 * 3_600_000_000
CLASSES = 10
"""Classes of activity, with equally many accounts in each."""

WIDEST = 1.5
"""How many times as active the most active of a class is at most: in the top tenth some
do a hundred times what others do."""

FEWEST_ALIKE = 20
"""Accounts alike below which less has to agree."""

OUTNUMBERED = 3
"""Accounts alike for each member: crowds drawn from hardly more are all the same."""


@dataclass(frozen=True, kw_only=True)
class Pools:
    """Who may stand for each member, as rows of a sparse matrix.

    `share` is how many members there are for each account that may stand for them,
    where that is largest; `strict` says that stratum and time of day agree for all, and
    that nobody is stood for by accounts much less active.
    """

    start: NDArray[np.int64]
    account: NDArray[np.int64]
    share: float
    strict: bool


class Level(NamedTuple):
    """What has to agree: a class by account, and activity or at least as much of it.

    A `strict` level keeps stratum and time of day, and activity within narrow bounds.
    """

    of: NDArray[np.int64]
    at_least: bool
    strict: bool


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Classes of accounts, from the finest level to the coarsest.

    `activity` holds the actions of each account.
    """

    levels: tuple[Level, ...]
    activity: NDArray[np.int64]

    @classmethod
    def of(cls, actions: TraceActions) -> Alike:
        """Class accounts by activity, stratum and the time of day they mostly act."""
        n = len(actions.stratum)
        activity = np.bincount(actions.account, minlength=n)
        quarter = (actions.time_us // QUARTER_US) % 4
        rhythm = np.zeros((n, 4), np.int64)
        np.add.at(rhythm, (actions.account, quarter), 1)
        habit = actions.stratum * np.int64(4) + rhythm.argmax(axis=1)
        apart = int(habit.max(initial=0)) + 1
        tenth = _tenths(activity)[0] * apart
        levels = (
            Level(_as_active(activity) * apart + habit, at_least=False, strict=True),
            Level(habit, at_least=True, strict=True),
            Level(tenth + habit, at_least=False, strict=False),
            Level(tenth + actions.stratum, at_least=False, strict=False),
            Level(tenth, at_least=False, strict=False),
            Level(np.zeros(n, np.int64), at_least=True, strict=False),
        )
        return cls(levels=levels, activity=activity)

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
        Whoever has too few as active as itself is stood for by anybody at least as
        active of its stratum and time of day: more actions are more chances to be
        close. After that anybody of its tenth will do, then stratum and time of day
        need not agree. That makes the most active, and those who share an unusual
        stratum or time, look closer than they are: such pools are not strict.
        """
        chosen: list[NDArray[np.int64]] = [np.zeros(0, np.int64)] * len(members)
        largest, strict = 0.0, True
        left = np.arange(len(members))
        for level in self.levels:
            wanted = np.bincount(
                level.of[members[left] if level.at_least else members],
                minlength=int(level.of.max(initial=0)) + 1,
            )
            still = []
            # Members of one class have one pool.
            pools: dict[tuple[int, int], NDArray[np.int64]] = {}
            for place in left:
                member = members[place]
                least = int(self.activity[member]) if level.at_least else 0
                key = int(level.of[member]), least
                if key not in pools:
                    pools[key] = self._pool(level, *key, barred)
                pool = pools[key]
                here = wanted[level.of[member]]
                if len(pool) < max(FEWEST_ALIKE, OUTNUMBERED * here):
                    still.append(place)
                    continue
                chosen[place] = pool
                largest = max(largest, here / len(pool))
                strict &= level.strict
            left = np.array(still, np.int64)
        if len(left):
            return None
        start = np.cumsum([0, *(len(pool) for pool in chosen)]).astype(np.int64)
        return Pools(
            start=start,
            account=np.concatenate([np.zeros(0, np.int64), *chosen]),
            share=float(largest),
            strict=strict,
        )

    def _pool(
        self, level: Level, own: int, least: int, barred: NDArray[np.bool_]
    ) -> NDArray[np.int64]:
        able = (level.of == own) & ~barred & (self.activity >= least)
        return np.flatnonzero(able)


def kinds(actions: TraceActions) -> NDArray[np.int64]:
    """Return classes of accounts by activity, in tenths, and stratum.

    They are large enough that most accounts have others to exchange days with.
    """
    activity = np.bincount(actions.account, minlength=len(actions.stratum))
    n_strata = int(actions.stratum.max(initial=0)) + 1
    kind = _tenths(activity)[0] * n_strata + actions.stratum
    return np.asarray(kind, np.int64)


def _tenths(
    activity: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the tenth of each account, 0 where it never acts, and each one's least."""
    acting = np.sort(activity[activity > 0])
    tenths = (np.arange(CLASSES if len(acting) else 0) * len(acting)) // CLASSES
    least = np.unique(acting[tenths])
    return np.searchsorted(least, activity, side="right"), least


def _as_active(activity: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return classes of accounts that are about as active; 0 for those that never act.

    Tenths of the accounts, divided where the most active does more than `WIDEST` times
    what the least active does.
    """
    tenth, least = _tenths(activity)
    lowest = np.r_[1, least][tenth]
    step = np.floor(np.log(np.maximum(activity, 1) / lowest) / np.log(WIDEST))
    classes = np.unique(np.stack([tenth, step]), axis=1, return_inverse=True)[1] + 1
    return np.asarray(np.where(activity > 0, classes, 0), np.int64)
