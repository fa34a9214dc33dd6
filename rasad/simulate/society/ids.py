"""Ids of posts and accounts: they carry their millisecond and never occur twice."""

from __future__ import annotations

import numpy as np

from rasad.simulate.snowflake import EPOCH_MS, TIME_SHIFT
from rasad.simulate.society.deeds import Bool, Int

ROUND = 1_000_000
"""Ids that end in so many noughts look as if a spreadsheet had rounded them."""

TIDY = 1 << 14


class Clerk:
    """Gives ids, and remembers those that may still be met.

    Parameters
    ----------
    start_ms : int
        Start of the world in milliseconds since 1970 UTC.
    rng : numpy.random.Generator
        Seeded source.

    Notes
    -----
    The lower 22 bits, which a platform fills with a worker and a sequence, are drawn,
    and drawn again where an id has been given before or looks rounded.

    Examples
    --------
    >>> clerk = Clerk(1_700_000_000_000, np.random.default_rng(1))
    >>> ids = clerk.issue(np.array([5, 5]))
    >>> clerk.moment(ids).tolist(), len(set(ids.tolist()))
    ([5, 5], 2)
    """

    def __init__(self, start_ms: int, rng: np.random.Generator) -> None:
        self._start_ms = start_ms
        self._rng = rng
        self._given = np.empty(0, np.int64)
        self._recent = np.empty(0, np.int64)

    def issue(self, at_ms: Int) -> Int:
        """Return an id for each moment, given in milliseconds since the start."""
        time = (at_ms + (self._start_ms - EPOCH_MS)) << TIME_SHIFT
        ids = time | self._rng.integers(0, 1 << TIME_SHIFT, len(time))
        while len(bad := np.flatnonzero(self._is_unusable(ids))):
            ids[bad] = time[bad] | self._rng.integers(0, 1 << TIME_SHIFT, len(bad))
        self._remember(ids)
        return ids

    def moment(self, ids: Int) -> Int:
        """Return milliseconds since the start of the world at which ids were given."""
        return np.asarray((ids >> TIME_SHIFT) - (self._start_ms - EPOCH_MS), np.int64)

    def forget_before(self, at_ms: int) -> None:
        """Forget ids of moments for which none is issued any more."""
        first = (at_ms + (self._start_ms - EPOCH_MS)) << TIME_SHIFT
        self._tidy()
        self._given = self._given[np.searchsorted(self._given, first) :]

    def _is_unusable(self, ids: Int) -> Bool:
        """Tell which ids were given before, here or elsewhere, or look rounded."""
        order = np.argsort(ids)
        ascending = ids[order]
        bad = ascending % ROUND == 0
        bad[1:] |= ascending[1:] == ascending[:-1]
        for known in (self._given, self._recent):
            if len(known):
                place = np.searchsorted(known, ascending)
                bad |= known[np.minimum(place, len(known) - 1)] == ascending
        unusable = np.empty(len(ids), np.bool_)
        unusable[order] = bad
        return unusable

    def _remember(self, ids: Int) -> None:
        self._recent = np.sort(np.concatenate([self._recent, ids]))
        if len(self._recent) > TIDY:
            self._tidy()

    def _tidy(self) -> None:
        both = np.concatenate([self._given, self._recent])
        both.sort()
        self._given, self._recent = both, np.empty(0, np.int64)
