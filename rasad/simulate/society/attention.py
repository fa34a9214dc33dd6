"""What people find when they look: something recent, and something much noticed."""

from __future__ import annotations

import numpy as np

from rasad.simulate.society.clock import PATIENCES
from rasad.simulate.society.deeds import NOTHING, Int, Real
from rasad.simulate.society.sorting import order_of, places_in

BIN_MS = 60_000
"""Births are kept apart by the minute."""

AGES = np.array(
    [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512]
    + [768, 1024, 1536, 2048, 3072, 4320]
)
"""Edges of classes of age in minutes; within a class, fitness alone decides."""

SOONEST_MS = 2_000
CHUNK = 1 << 14


class Fading:
    """How attention fades with age, for each class of patience.

    Parameters
    ----------
    decay : float
        Exponent d.

    Notes
    -----
    What is t minutes old is worth (1 + t / s)^-d to somebody of patience s. The kernel
    is averaged over each class of age.
    """

    def __init__(self, decay: float) -> None:
        inside = (np.arange(16) + 0.5) / 16
        age = AGES[:-1, None] + np.diff(AGES)[:, None] * inside
        kernel = (1 + age / PATIENCES[:, None, None]) ** -decay
        self.worth = kernel.mean(axis=2)
        """Shape (classes of patience, classes of age)."""


class Shelf:
    """Objects to choose from: in groups, each born at some time and of some fitness.

    Parameters
    ----------
    born_ms : int64 array of (n,)
        Ascending.
    group : int64 array of (n,)
        From 0.
    fitness : float64 array of (n,)
        Not below nought; nought is never chosen.
    groups : int
        How many groups there are.
    """

    def __init__(self, born_ms: Int, group: Int, fitness: Real, groups: int) -> None:
        self._order = order_of(group)
        self._born = born_ms[self._order]
        self._base = int(born_ms[0]) // BIN_MS if len(born_ms) else 0
        last = int(born_ms[-1]) // BIN_MS if len(born_ms) else 0
        self._bins = last - self._base + 1
        cell = group * self._bins + born_ms // BIN_MS - self._base
        held = np.bincount(cell, minlength=groups * self._bins)
        self._start = np.concatenate(([0], np.cumsum(held)))
        self._weight = np.concatenate(([0.0], np.cumsum(fitness[self._order])))
        self._below = self._weight[self._start]

    def choose(
        self,
        group: Int,
        at_ms: Int,
        patience: Int,
        fading: Fading,
        rng: np.random.Generator,
    ) -> Int:
        """Return for each moment the row of an object that was born before, else -1.

        Parameters
        ----------
        group, at_ms, patience : int64 arrays of (m,)
            Where somebody looks, when, and with what class of patience.
        fading : Fading
            How attention fades.
        rng : numpy.random.Generator
            Seeded source.

        Notes
        -----
        The chance of an object is its fitness times what its age is worth. First the
        class of age is drawn, then the object within it. What was not yet born is
        drawn again from all that is at least a minute old.
        """
        chosen = np.full(len(group), NOTHING, np.int64)
        for begin in range(0, len(group), CHUNK):
            part = slice(begin, begin + CHUNK)
            chosen[part] = self._choose(
                group[part], at_ms[part], fading.worth[patience[part]], rng
            )
        return chosen

    def _choose(
        self, group: Int, at_ms: Int, worth: Real, rng: np.random.Generator
    ) -> Int:
        place = self._draw(group, at_ms, worth, rng.random((2, len(group))), AGES)
        again = np.flatnonzero((place < 0) | self._unborn(place, at_ms))
        older = AGES.copy()
        older[0] = 1  # an empty class of age
        draws = rng.random((2, len(again)))
        place[again] = self._draw(
            group[again], at_ms[again], worth[again], draws, older
        )
        gone = (place < 0) | self._unborn(place, at_ms)
        return np.where(gone, NOTHING, self._order[place] if len(self._order) else 0)

    def _unborn(self, place: Int, at_ms: Int) -> np.ndarray:
        if not len(self._born):
            return np.ones(len(place), np.bool_)
        return np.asarray(self._born[place] > at_ms - SOONEST_MS)

    def _draw(self, group: Int, at_ms: Int, worth: Real, draws: Real, ages: Int) -> Int:
        """Return places in the order of groups, -1 where there is nothing."""
        now = at_ms // BIN_MS - self._base + 1
        edge = np.clip(now[:, None] - ages, 0, self._bins)
        cell = group[:, None] * self._bins + edge
        below = self._below[cell]
        weight = (below[:, :-1] - below[:, 1:]) * worth
        ladder = np.cumsum(weight, axis=1)
        total = ladder[:, -1]
        age = (ladder <= (draws[0] * total)[:, None]).sum(axis=1)
        age = np.minimum(age, weight.shape[1] - 1)
        row = np.arange(len(group))
        low, high = below[row, age + 1], below[row, age]
        place = places_in(self._weight, low + draws[1] * (high - low)) - 1
        # Rounding may lead one place beyond the class.
        first, end = self._start[cell[row, age + 1]], self._start[cell[row, age]]
        place = np.clip(place, first, np.maximum(end - 1, first))
        return np.where((total > 0) & (end > first), place, NOTHING)
