"""How sure the average precision is within one world, drawing teams anew."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rasad.evaluate.contest import Codes, Real
from rasad.evaluate.metrics.clusters import partition
from rasad.evaluate.metrics.intervals import NAN, Interval
from rasad.evaluate.metrics.ranking import Bool, Ranking

FEWEST_TEAMS = 2
"""Teams below which there is no spread between them to draw from."""


def average_precision_interval(
    score: Real,
    positive: Bool,
    block: Codes,
    *,
    prevalence: float | None = None,
    level: float = 0.95,
    draws: int = 500,
    seed: int = 0,
) -> Interval:
    """Return an interval of the average precision within one world.

    Parameters
    ----------
    score : float64 array of (n,)
        Of each labelled account, NaN where it has none.
    positive : bool array of (n,)
        Operated accounts.
    block : int64 array of (n,)
        Team or benign instance from 0, -1 for accounts that stand for themselves.
    prevalence : float, optional
        As for `Ranking.average_precision_at`.
    level, draws, seed
        As for `bootstrap_interval`.

    Returns
    -------
    Interval
        By percentiles; `n` counts the blocks that hold operated accounts. The ends are
        NaN if there are fewer than two of them.

    Notes
    -----
    Blocks with operated accounts and all others are drawn with replacement, each as
    many as there are, so that every draw has operated accounts. It says how the figure
    may differ in another world of the same making, not in another kind of world.

    Few teams say little of their spread. In worlds where teams of eight are found well
    or badly as one, intervals of 95 % covered the true mean in 72 % of worlds with
    three teams, 83 % with five, 89 % with eight, 95 % with sixteen and 92 % with
    thirty (400 worlds each). Drawing accounts instead covered it in 49 to 65 %.

    Examples
    --------
    >>> interval = average_precision_interval(
    ...     np.array([4.0, 3.0, 2.0, 1.0]), np.array([True, True, False, False]),
    ...     np.array([0, 1, -1, -1]), draws=50,
    ... )
    >>> interval.estimate, interval.low, interval.high, interval.n
    (1.0, 1.0, 1.0, 2)
    """
    blocks = _Blocks(score, positive, block)
    found = blocks.ranking(blocks.all_once())
    estimate = found.average_precision_at(prevalence)
    low = high = NAN
    if len(blocks.team) >= FEWEST_TEAMS:
        rng = np.random.default_rng([seed, *b"blocks"])
        drawn = [
            blocks.ranking(blocks.draw(rng)).average_precision_at(prevalence)
            for _ in range(draws)
        ]
        low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]).tolist()
    return Interval(
        estimate=estimate,
        low=low,
        high=high,
        level=level,
        n=len(blocks.team),
        kind="percentile",
    )


@dataclass(frozen=True)
class _Kind:
    """Accounts of one kind in the order of their scores, never scored ones last.

    `block` is that of each account; `above` says how many stand above each cut.
    """

    block: Codes
    above: Codes

    def drawn(self, taken: Codes) -> tuple[Real, int]:
        """Return how many stand above each cut, and how many there are in all."""
        total = np.concatenate([[0], np.cumsum(taken[self.block])])
        return total[self.above].astype(np.float64), int(total[-1])


class _Blocks:
    """Blocks of accounts, to be drawn and put in order quickly.

    Parameters
    ----------
    score, positive, block
        As for `average_precision_interval`.
    """

    def __init__(self, score: Real, positive: Bool, block: Codes) -> None:
        known = score > -np.inf
        heights, at = np.unique(-score[known], return_inverse=True)
        # Whoever was never scored stands in a last place, which is no cut.
        place = np.full(len(score), len(heights))
        place[known] = at
        _, number = np.unique(partition(block), return_inverse=True)
        held = np.zeros(int(number.max(initial=-1)) + 1, np.bool_)
        held[number[positive]] = True
        self.team, self.other = np.flatnonzero(held), np.flatnonzero(~held)
        self.operated = _kind(place[positive], number[positive], len(heights))
        self.ordinary = _kind(place[~positive], number[~positive], len(heights))

    def all_once(self) -> Codes:
        """Return a draw that takes each block once."""
        return np.ones(len(self.team) + len(self.other), np.int64)

    def draw(self, rng: np.random.Generator) -> Codes:
        """Return how often each block is taken."""
        taken = self.all_once()
        for blocks in (self.team, self.other):
            if len(blocks):
                chosen = rng.integers(0, len(blocks), len(blocks))
                taken[blocks] = np.bincount(chosen, minlength=len(blocks))
        return taken

    def ranking(self, taken: Codes) -> Ranking:
        """Return the order of the accounts of a draw."""
        found, operated = self.operated.drawn(taken)
        alarms, ordinary = self.ordinary.drawn(taken)
        return Ranking(found, alarms, operated, ordinary)


def _kind(place: Codes, block: Codes, cuts: int) -> _Kind:
    order = np.argsort(place, kind="stable")
    above = np.searchsorted(place[order], np.arange(cuts), "right")
    return _Kind(block[order], above)
