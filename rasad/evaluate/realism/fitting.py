"""Looks for the knobs of a model with which its moments come nearest to real ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from rasad.errors import ConfigError, NotEnoughDataError
from rasad.evaluate.realism.distances import Band
from rasad.extend import Progress, no_progress

Knobs = Mapping[str, float]
Make = Callable[[Knobs], Mapping[str, float]]

NEAR = 0.1
"""A moment is as near as a model needs to come when it is this share of itself off."""

NORMAL = 1.96
"""Half of a 95 % band, in standard deviations."""

SHRINK = 0.5
"""By how much each round narrows the box around the best point so far."""


@dataclass(frozen=True, kw_only=True)
class Knob:
    """A number of the model that may be turned.

    Parameters
    ----------
    name : str
        Its name in the plan.
    low, high : float
        Bounds of the search, both allowed.
    log : bool
        Factors matter, not differences.
    """

    name: str
    low: float
    high: float
    log: bool = False

    def at(self, place: float) -> float:
        """Return the value at a place from 0 to 1.

        Examples
        --------
        >>> Knob(name="n", low=1, high=100, log=True).at(0.5)
        10.0
        """
        if self.log:
            return float(f"{self.low * (self.high / self.low) ** place:.4g}")
        return float(f"{self.low + (self.high - self.low) * place:.4g}")

    def place(self, value: float) -> float:
        """Return where a value lies, from 0 to 1; values outside are at the edge."""
        inside = min(max(value, self.low), self.high)
        if self.log:
            return math.log(inside / self.low) / math.log(self.high / self.low)
        return (inside - self.low) / (self.high - self.low)


@dataclass(frozen=True, kw_only=True)
class Target:
    """A real moment, and the distance from it that counts as one."""

    moment: str
    value: float
    scale: float


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A point of the search: its knobs, its moments and how far off they are."""

    knobs: Knobs
    moments: Mapping[str, float]
    loss: float


@dataclass(frozen=True, kw_only=True)
class Fit:
    """The end of a search.

    Parameters
    ----------
    start, best : Tried
        The knobs as they were, and the best that was found.
    tried : list of Tried
        All points, in order.
    targets : list of Target
        What was aimed at.
    """

    start: Tried
    best: Tried
    tried: list[Tried]
    targets: list[Target]

    def rows(self) -> list[dict[str, str | float | None]]:
        """Return each target with the moment before and after the fit."""
        return [
            {
                "moment": target.moment,
                "real": target.value,
                "counts_as_one": target.scale,
                "before": self.start.moments.get(target.moment),
                "after": self.best.moments.get(target.moment),
            }
            for target in self.targets
        ]


def targets(real: Mapping[str, Band], moments: Sequence[str]) -> list[Target]:
    """Return what to aim at: moments of a real set that have a band.

    Notes
    -----
    The scale is the standard error and a tenth of the value, added in squares: with
    hundreds of thousands of posts the error alone would have a model hit one moment to
    the third digit at the cost of all others.
    """
    found = []
    for name in moments:
        band = real.get(name)
        if band is None or not np.isfinite([band.value, band.low, band.high]).all():
            continue
        error = (band.high - band.low) / 2 / NORMAL
        scale = math.hypot(error, NEAR * abs(band.value))
        if scale > 0:
            found.append(Target(moment=name, value=band.value, scale=scale))
    return found


def loss(moments: Mapping[str, float], aims: Sequence[Target]) -> float:
    """Return by how many scales moments are off on average; infinite if one is missing.

    Examples
    --------
    >>> aims = [Target(moment="a", value=1.0, scale=0.5)]
    >>> loss({"a": 2.0}, aims), loss({}, aims)
    (2.0, inf)
    """
    off = [
        abs(moments.get(aim.moment, math.inf) - aim.value) / aim.scale for aim in aims
    ]
    total = float(np.mean(off))
    return total if math.isfinite(total) else math.inf


def search(
    make: Make,
    knobs: Sequence[Knob],
    aims: Sequence[Target],
    start: Knobs,
    *,
    rounds: int = 3,
    each: int = 12,
    seed: int = 1,
    progress: Progress = no_progress,
) -> Fit:
    """Turn the knobs within their bounds and keep the best point.

    Parameters
    ----------
    make : callable
        Makes a world with some knobs and returns its moments. A `ConfigError` says
        that no world has these knobs.
    knobs : sequence of Knob
        What may be turned.
    aims : sequence of Target
        What is aimed at.
    start : mapping of str to float
        The knobs as they are now; tried first.
    rounds, each : int
        Rounds, and points of each.
    seed : int
        Of the points.
    progress : callable
        Told the stage, points tried and points in all.

    Raises
    ------
    NotEnoughDataError
        If there is nothing to aim at.

    Notes
    -----
    Simulated method of moments: the knobs are those whose world has the moments of the
    data (McFadden, Econometrica 57, 1989), here by the mean absolute distance, which
    one hopeless moment does not rule. The points of a round are a scrambled Sobol
    sequence in a box; every round halves the box around the best point so far.
    """
    if not aims:
        raise NotEnoughDataError(
            "No moment can be aimed at", "give a real set that has some of them"
        )
    total = 1 + rounds * each
    begin = _try(make, start, aims)
    tried, best = [begin], begin
    progress("fit", 1, total)
    width = 1.0
    for number in range(rounds):
        middle = np.array([knob.place(best.knobs[knob.name]) for knob in knobs])
        low = np.clip(middle - width / 2, 0.0, 1.0 - width)
        for place in _points(len(knobs), each, seed + number):
            at = zip(knobs, low + width * place, strict=True)
            point = {knob.name: knob.at(float(where)) for knob, where in at}
            tried.append(_try(make, {**start, **point}, aims))
            best = min(best, tried[-1], key=lambda point: point.loss)
            progress("fit", len(tried), total)
        width *= SHRINK
    return Fit(start=begin, best=best, tried=tried, targets=list(aims))


def _points(
    dimensions: int, count: int, seed: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return points of the unit cube that fill it evenly."""
    # A power of two is drawn, as the sequence demands, and its beginning used.
    power = max(count - 1, 0).bit_length()
    drawn = qmc.Sobol(dimensions, rng=np.random.default_rng(seed)).random_base2(power)
    return np.asarray(drawn[:count], np.float64)


def _try(make: Make, knobs: Knobs, aims: Sequence[Target]) -> Tried:
    try:
        moments = make(knobs)
    except ConfigError:
        return Tried(knobs=dict(knobs), moments={}, loss=math.inf)
    return Tried(knobs=dict(knobs), moments=dict(moments), loss=loss(moments, aims))
