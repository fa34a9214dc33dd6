"""Null model J, opportunity: what acting in the same minutes would make two share.

Each pair's chances are its actual actions in equal or neighbouring time bins. What a
chance is worth is read off the whole population in those minutes, so that daily rhythm,
holidays and whatever was popular just then are conditioned on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaln, logit, xlogy

from rasad.extend import TraceActions
from rasad.kernels.exposure import count_close, count_own, expect, remove_pairs
from rasad.null_models.parts import in_parts
from rasad.null_models.pull import HOURS, Pull
from rasad.null_models.tails import SMALLEST_P

SUSPECT_FROM = 2
"""Objects a pair must share to be suspected: one co-action is never remarkable."""

ALTERNATIVE = 30.0
"""How many times as often as chance a pair is taken to co-act when it is operated."""

PRIOR = 0.002
"""Share of co-acting pairs taken to be operated before anything is known of them."""


@dataclass(frozen=True, kw_only=True)
class Opportunity:
    """The closed-form null with neighbour-bin exposure and strata.

    Parameters
    ----------
    bin_s : int
        Width of a time bin in seconds; a longer window widens it to itself.
    shrinkage : float
        Pseudo-exposures by which a bin's rate is pulled to its strata's mean.
    rounds : int
        How often pairs that stand out are taken out of the background, so that an
        operation does not hide behind the rate it made itself; 0 for never.

    Notes
    -----
    For accounts i, j of strata s, s' and a window of D seconds

        mu = sum over b, b' in {b-1, b, b+1} of a[i, b] a[j, b'] k[b, b', s, s'],
        k = (C + v k_mean) / (E + v),

    with a the first actions per bin, C the pairs of first actions on one object within
    D, E all pairs of first actions by different accounts, and v the shrinkage. Counting
    equal bins only makes pairs at a boundary look impossible. C begins with one
    co-action of each pair, shared out among its bins: a team of hundreds makes most of
    the co-actions of its minutes, and would look like what everybody does in them, but
    it is few of the pairs. In each round after that C loses the co-actions of a pair in
    proportion to `operated`, given the rates of the round before. k_mean is the ratio
    of the sums of C and E over all bins, and is pulled by v towards that over all
    strata.

    With a reference crowd C and E are the crowd's. Where it did little, that it never
    met says little, and the pair's own co-actions, which are no part of C, would look
    impossible. So every rate is at least (C + 5) / (E + 5 / k), with k what it is
    pulled to, and the rate over all strata (C + 1) / E. A bin is pulled to the rate of
    its hour of the day, and that to the rate of its strata: a crowd that acts by day
    says little of the night.
    """

    bin_s: int
    shrinkage: float
    rounds: int
    name: str = "opportunity"
    title: str = "J, opportunity"
    assumption: str = (
        "Given when each account acts and what is popular in those minutes, two "
        "accounts of the same language and platform choose their objects independently."
    )

    def fit(
        self, actions: TraceActions, window_s: int, seen: SeenPairs, threads: int
    ) -> FittedOpportunity:
        """Read the rates of one trace and window off the population.

        Parameters
        ----------
        actions : TraceActions
            First actions of everybody.
        window_s : int
            The window in seconds.
        seen : SeenPairs
            Pairs that co-act, out of which those that stand out are taken. Of a
            reference crowd its own pairs count, of everybody those of everybody.
        threads : int
            Threads to use; they change no digit.
        """
        background = _background(actions, max(self.bin_s, window_s), window_s)
        several = seen.n_first >= SUSPECT_FROM
        if actions.reference is not None:
            several &= actions.reference[seen.first] & actions.reference[seen.second]
        if not self.rounds or not several.any():
            return background.fitted(self.shrinkage)
        first, second = seen.first[several], seen.second[several]
        n_first = seen.n_first[several]
        once = background.without(first, second, 1 - 1 / n_first)
        fitted = once.fitted(self.shrinkage)
        for _ in range(self.rounds):
            share = operated(n_first, fitted.expected(first, second, threads))
            fitted = background.without(first, second, share).fitted(self.shrinkage)
        return fitted


@dataclass(frozen=True, kw_only=True)
class SeenPairs:
    """Pairs of account codes and the number of objects their first actions share."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    n_first: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Background:
    """Co-actions and chances of whoever says what chance gives, by bin and strata.

    `actions` are theirs on objects that several used, `action_bin` the bin of each.
    `everybody` are the rows of whoever may be tested, `hour` the hour of the day of
    each bin. `same` and `later` are the counts of `count_close`, `chances` those of
    `_chances`.
    """

    actions: TraceActions
    action_bin: NDArray[np.int32]
    window_s: int
    everybody: Rows
    hour: NDArray[np.int64] | None
    same: NDArray[np.float64]
    later: NDArray[np.float64]
    chances: tuple[NDArray[np.int64], NDArray[np.int64]]

    def fitted(self, shrinkage: float) -> FittedOpportunity:
        """Return rates, each bin's pulled towards the mean of its strata."""
        # Two actions in one bin have no order: add both, and halve what was doubled.
        paired = self.same + self.same.transpose(0, 2, 1)
        diagonal = np.arange(paired.shape[1])
        paired[:, diagonal, diagonal] /= 2
        same, later = self.chances
        pull = Pull(shrinkage, self.hour)
        met = self.same.sum(), self.later.sum()
        return FittedOpportunity(
            rows=self.everybody,
            stratum=self.actions.stratum,
            same=pull.rates(paired, same, pull.overall(met[0], _once(same))),
            later=pull.rates(self.later, later, pull.overall(met[1], later.sum())),
            met=float(sum(met)),
        )

    def without(
        self,
        first: NDArray[np.int32],
        second: NDArray[np.int32],
        share: NDArray[np.float64],
    ) -> Background:
        """Return the background with a share of each pair's co-actions taken out."""
        actions = self.actions
        start, order = actions.by_account
        same, later = self.same.copy(), self.later.copy()
        remove_pairs(
            first,
            second,
            share,
            start,
            actions.object[order],
            actions.time_us[order],
            self.action_bin[order],
            actions.stratum,
            self.window_s * 1_000_000,
            same,
            later,
        )
        # Shares are rounded: what is all taken out must not end below nothing.
        return replace(self, same=np.maximum(same, 0), later=np.maximum(later, 0))


@dataclass(frozen=True, kw_only=True)
class Rows:
    """First actions per account and bin, as rows of a sparse matrix."""

    bin_time: NDArray[np.int64]
    action_bin: NDArray[np.int32]
    start: NDArray[np.int64]
    row_bin: NDArray[np.int32]
    row_n: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class FittedOpportunity:
    """Rates of one trace and window, ready to say what a pair would share by chance.

    `met` are the co-actions that they were read off.
    """

    rows: Rows
    stratum: NDArray[np.int32]
    same: NDArray[np.float64]
    later: NDArray[np.float64]
    met: float

    def expected(
        self, first: NDArray[np.int32], second: NDArray[np.int32], threads: int
    ) -> NDArray[np.float64]:
        """Return the expectation of each pair of account codes, shape (m,)."""
        out = np.zeros(len(first), np.float64)

        def work(at: slice) -> None:
            expect(
                first[at],
                second[at],
                self.rows.start,
                self.rows.row_bin,
                self.rows.row_n,
                self.rows.bin_time,
                self.stratum,
                self.same,
                self.later,
                out[at],
            )

        # Each part begins with zeros for every bin and stratum, and a pair costs more
        # than sixteen of them: no part has so few pairs that the zeros cost most.
        zeros = self.same.shape[0] * self.same.shape[1]
        in_parts(work, len(first), threads, least=1 + zeros // 16)
        return out


def lift(
    observed: NDArray[np.int64], expected: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return (observed + 1/2) / (expected + 1/2), for display."""
    return np.asarray((observed + 0.5) / (expected + 0.5), np.float64)


def operated(
    observed: NDArray[np.int64], expected: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how likely each pair is no ordinary one, were one in 500 not.

    Chance gives a Poisson count; a pair that is run as one is given a geometric count
    whose mean is thirty times what chance gives.

    Examples
    --------
    >>> operated(np.array([1, 6]), np.array([1.0, 0.1])).round(3)
    array([0., 1.])
    """
    mean = ALTERNATIVE * np.maximum(expected, SMALLEST_P)
    chance = xlogy(observed, expected) - expected - gammaln(observed + 1)
    other = xlogy(observed, mean / (1 + mean)) - np.log1p(mean)
    return np.asarray(expit(other - chance + logit(PRIOR)), np.float64)


def suspicion(
    observed: NDArray[np.int64], expected: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return `operated`, and 0 for pairs that share too little to be suspected.

    Examples
    --------
    >>> suspicion(np.array([1, 6]), np.array([0.001, 0.1])).round(3)
    array([0., 1.])
    """
    return np.where(observed >= SUSPECT_FROM, operated(observed, expected), 0.0)


def _background(actions: TraceActions, bin_s: int, window_s: int) -> Background:
    everybody = _rows(actions, bin_s, _bins(actions, bin_s))
    crowd, rows, hour = actions, everybody, None
    if actions.reference is not None:
        crowd = actions.crowd
        rows = _rows(crowd, bin_s, everybody.bin_time)
        hour = everybody.bin_time * bin_s // 3_600 % HOURS
    shared = crowd.shared
    action_bin = _bin_of(shared, bin_s, everybody.bin_time)
    same, later = count_close(
        shared.object,
        shared.time_us,
        action_bin,
        shared.stratum[shared.account],
        window_s * 1_000_000,
        len(everybody.bin_time),
        _n_strata(crowd),
    )
    return Background(
        actions=shared,
        action_bin=action_bin,
        window_s=window_s,
        everybody=everybody,
        hour=hour,
        same=same.astype(np.float64),
        later=later.astype(np.float64),
        chances=_chances(rows, crowd),
    )


def _n_strata(actions: TraceActions) -> int:
    return int(actions.stratum.max(initial=0)) + 1


def _bins(actions: TraceActions, bin_s: int) -> NDArray[np.int64]:
    """Return the numbers of the time bins that hold an action, ascending."""
    return np.unique(actions.time_us // (bin_s * 1_000_000)).astype(np.int64)


def _bin_of(
    actions: TraceActions, bin_s: int, bin_time: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Return the place of each action's bin among those that hold one."""
    places = np.searchsorted(bin_time, actions.time_us // (bin_s * 1_000_000))
    return places.astype(np.int32)


def _rows(actions: TraceActions, bin_s: int, bin_time: NDArray[np.int64]) -> Rows:
    """Count first actions per account and time bin."""
    inverse = _bin_of(actions, bin_s, bin_time)
    n_bins = max(len(bin_time), 1)
    cells, counts = np.unique(
        actions.account.astype(np.int64) * n_bins + inverse, return_counts=True
    )
    start = np.zeros(len(actions.stratum) + 1, np.int64)
    np.cumsum(np.bincount(cells // n_bins, minlength=len(start) - 1), out=start[1:])
    return Rows(
        bin_time=bin_time,
        action_bin=inverse,
        start=start,
        row_bin=(cells % n_bins).astype(np.int32),
        row_n=counts.astype(np.int64),
    )


def _chances(
    rows: Rows, actions: TraceActions
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count all pairs of first actions by different accounts, by bin and strata."""
    n_bins, n_strata = len(rows.bin_time), _n_strata(actions)
    total = np.zeros((n_bins, n_strata), np.int64)
    np.add.at(total, (rows.action_bin, actions.stratum[actions.account]), 1)
    own_same, own_later = np.zeros_like(total), np.zeros_like(total)
    count_own(
        rows.start,
        rows.row_bin,
        rows.row_n,
        rows.bin_time,
        actions.stratum,
        own_same,
        own_later,
    )
    diagonal = np.arange(n_strata)
    same = total[:, :, None] * total[:, None, :]
    same[:, diagonal, diagonal] = total * (total - 1) // 2 - own_same
    following = np.zeros_like(total)
    if n_bins > 1:
        adjacent = np.diff(rows.bin_time) == 1
        following[:-1][adjacent] = total[1:][adjacent]
    later = total[:, :, None] * following[:, None, :]
    later[:, diagonal, diagonal] -= own_later
    return same, later


def _once(chances: NDArray[np.int64]) -> int:
    """Sum chances that stand under both orders of two strata."""
    return int(np.triu(chances.sum(axis=0)).sum())
