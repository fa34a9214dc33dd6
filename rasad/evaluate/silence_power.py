"""How long and deep an outage must be, and how large a group, for D1 to be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rasad.connectivity.differences import log_of
from rasad.connectivity.expectation import Int, Real, Windows, expected
from rasad.connectivity.silence import LEVEL
from rasad.evaluate.metrics.intervals import wilson_interval
from rasad.simulate.blackout import HourlyPlan, hourly_world


@dataclass(frozen=True, kw_only=True)
class Grid:
    """What is tried: every length with every depth and size, in so many worlds."""

    hours: Sequence[int] = (6, 24, 120)
    depths: Sequence[float] = (0.3, 0.5, 0.7, 0.9)
    sizes: Sequence[int] = (25, 50, 100, 200)
    worlds: int = 200


HISTORY_WEEKS = 5


def silence_power(
    grid: Grid, plan: HourlyPlan | None = None, seed: int = 1
) -> list[dict[str, Any]]:
    """Measure in what share of worlds D1 stands out from that of quiet worlds.

    Parameters
    ----------
    grid : Grid
        What to try.
    plan : HourlyPlan, optional
        Everything else about the worlds.
    seed : int
        Of the first world.

    Returns
    -------
    list of dict
        `group`, `hours`, `depth`, `power` with `power_low` and `power_high` (95 %).

    Notes
    -----
    The critical value is the 5 % quantile of D1 in as many other worlds in which
    nothing happens: as if there were so many placebo dates. A blackout takes each
    active account of an hour with chance `depth`.

    Examples
    --------
    >>> tiny = Grid(hours=(24,), depths=(0.9,), sizes=(200,), worlds=20)
    >>> silence_power(tiny)[0]["power"]
    1.0
    """
    base = plan or HourlyPlan()
    rows = []
    for size in grid.sizes:
        for hours in grid.hours:
            worlds = _Worlds(replace(base, group=size), hours, grid.worlds, seed)
            rows += [worlds.row(depth) for depth in grid.depths]
    return rows


class _Worlds:
    """Quiet worlds of one size and length, and where blackouts would begin in them."""

    def __init__(self, plan: HourlyPlan, hours: int, n: int, seed: int) -> None:
        weeks = HISTORY_WEEKS + -(-hours // 168)
        begin = (HISTORY_WEEKS - 1) * 168 + 16
        self.plan = replace(
            plan, weeks=weeks, begin=begin, hours=hours, draws=0, depth=0.0
        )
        self.n, self.seed = n, seed
        worlds = [hourly_world(self.plan, seed + place) for place in range(2 * n)]
        self.group, self.hoped = self._summed(np.stack([one.group for one in worlds]))
        seen, hoped = self._summed(np.stack([one.control for one in worlds]))
        self.control = log_of(seen, hoped)

    def _summed(self, counts: Real) -> tuple[Real, Real]:
        """Return what was seen and what was to be expected, per world."""
        row: Int = np.arange(len(counts))
        known = np.ones(counts.shape[1], np.bool_)
        onset = np.full(len(counts), self.plan.begin)
        windows = Windows(counts, known, row, onset, self.plan.hours)
        return windows.seen(), expected(windows)

    def row(self, depth: float) -> dict[str, Any]:
        """Return the power at one depth."""
        dice = np.random.default_rng([self.seed, round(1_000 * depth)])
        quiet = log_of(self.group, self.hoped) - self.control
        critical = float(np.quantile(quiet[self.n :], LEVEL))
        left = dice.binomial(self.group.astype(np.int64), 1 - depth).astype(np.float64)
        dark = log_of(left, self.hoped) - self.control
        found = int((dark[: self.n] < critical).sum())
        low, high = wilson_interval(found, self.n)
        return {
            "group": self.plan.group,
            "hours": self.plan.hours,
            "depth": depth,
            "power": found / self.n,
            "power_low": low,
            "power_high": high,
        }
