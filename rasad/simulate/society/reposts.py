"""Remembers who has reposted what, since nobody can repost a post twice."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from rasad.simulate.society.deeds import Bool, Int

DAYS = 4
"""Days for which reposts are remembered; older posts are not reposted at all."""

_ODD = np.uint64(0x9E3779B97F4A7C15)
_OTHER = np.uint64(0xC2B2AE3D27D4EB4F)

Keys = NDArray[np.uint64]


class Reposts:
    """Reposts of the last days, as hashes of who and what."""

    def __init__(self) -> None:
        self._days: deque[Keys] = deque(maxlen=DAYS)

    def repeated(self, account: Int, target: Int) -> Bool:
        """Tell which reposts were made on a day before, or stand earlier in the rows.

        Parameters
        ----------
        account, target : int64 arrays of (n,)
            Who, and which post.

        Notes
        -----
        Equal pairs have equal hashes of 64 bits; that different ones do too happens
        once in many millions of worlds, and costs one repost.
        """
        keys = _keys(account, target)
        order = np.argsort(keys)
        ascending = keys[order]
        again = np.zeros(len(keys), np.bool_)
        again[1:] = ascending[1:] == ascending[:-1]
        # Within a run of equal keys, the first row comes first.
        run = again.copy()
        run[:-1] |= again[1:]
        equal = order[run]
        order[run] = equal[np.lexsort((equal, keys[equal]))]
        for known in self._days:
            place = np.searchsorted(known, ascending)
            held = known[np.minimum(place, len(known) - 1)] if len(known) else known
            again |= (held == ascending) if len(known) else False
        told = np.empty(len(keys), np.bool_)
        told[order] = again
        return told

    def remember(self, account: Int, target: Int) -> None:
        """Remember the reposts of a day, and forget those of five days ago."""
        self._days.append(np.sort(_keys(account, target)))


def _keys(account: Int, target: Int) -> Keys:
    mixed = target.astype(np.uint64) * _ODD
    mixed ^= mixed >> np.uint64(32)
    mixed += account.astype(np.uint64) * _OTHER
    mixed ^= mixed >> np.uint64(29)
    return np.asarray(mixed * _ODD, np.uint64)
