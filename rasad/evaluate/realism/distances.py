"""How far apart two distributions are, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rasad.evaluate.realism.sample import Codes, Moment, Real, Sample

LEVEL = 0.95
"""Share of the bootstrap's draws that a band covers."""

TINY = 1e-9
"""Differences of shares below this come from rounding."""

TIMES = 200
"""Draws of a bootstrap."""


@dataclass(frozen=True, kw_only=True)
class Band:
    """A number and the band in which it would lie if the data were drawn again.

    `low` and `high` are NaN where there are too few sources to say.
    """

    value: float
    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Tell whether the band holds another number; a band of NaN holds nothing."""
        return bool(self.low <= value <= self.high)


@dataclass(frozen=True, kw_only=True)
class Distance:
    """How far two distributions are apart.

    Parameters
    ----------
    ks : Band
        Largest difference of their distribution functions, 0 to 1.
    wasserstein : Band
        Area between them: how far values must move on average, in their unit or in
        decades.
    """

    ks: Band
    wasserstein: Band


def bands(
    seen: Sample, moments: Sequence[Moment], seed: int, times: int = TIMES
) -> list[Band]:
    """Return moments of one sample with the bands of a bootstrap.

    Parameters
    ----------
    seen : Sample
        Of the distribution that all the moments sum up.
    moments : sequence of Moment
        Which.
    seed, times : int
        Which random numbers, and how many draws.

    Notes
    -----
    Sources are drawn with replacement, so that an account keeps all its values. The
    percentiles of the draws are moved by the median error of the draws: a statistic
    such as a share of the busiest months is larger in a draw, which holds accounts
    twice, than in the data.
    """
    rng = generator(seed, f"band of {moments[0].of}")
    drawn = [
        [moment.statistic(seen.values, weights) for moment in moments]
        for weights in seen.redrawn(rng, times)
    ]
    return [
        centred(moment.value(seen), np.array([row[place] for row in drawn]))
        for place, moment in enumerate(moments)
    ]


def generator(seed: int, part: str) -> np.random.Generator:
    """Return random numbers of a part's own."""
    return np.random.default_rng([seed, *part.encode()])


def centred(value: float, drawn: Real) -> Band:
    """Return a number with the percentiles of its draws, moved to have it as median.

    Examples
    --------
    >>> centred(2.0, np.arange(101.0))
    Band(value=2.0, low=-45.5, high=49.5)
    """
    known = drawn[np.isfinite(drawn)]
    if len(known) < 2 or not np.isfinite(value):
        return Band(value=value, low=float("nan"), high=float("nan"))
    tail = (1 - LEVEL) / 2
    low, middle, high = np.quantile(known, [tail, 0.5, 1 - tail])
    shift = value - middle
    return Band(value=value, low=float(low + shift), high=float(high + shift))


class Merged:
    """Two samples on one line, so that new weights need no new sorting.

    Parameters
    ----------
    one, two : Sample
        Both hold something.
    floor : float, optional
        Values are compared as decades, those below the floor as the floor.
    """

    def __init__(self, one: Sample, two: Sample, floor: float | None = None) -> None:
        self.one, self.two = one, two
        both = np.concatenate([one.values, two.values])
        if floor is not None:
            both = np.log10(np.maximum(both, floor))
        self.order: Codes = np.argsort(both, kind="stable")
        line = both[self.order]
        # Only after the last of equal values have both functions taken their step.
        self.steps: Codes = np.flatnonzero(np.diff(line, append=np.inf) > 0)
        self.widths: Real = np.diff(line[self.steps])

    def distances(self, first: Real, second: Real) -> tuple[float, float]:
        """Return KS and Wasserstein distance for weights of both samples' values."""
        if first.sum() <= 0 or second.sum() <= 0:
            return float("nan"), float("nan")
        signed = np.concatenate([first / first.sum(), -second / second.sum()])
        apart = np.abs(np.cumsum(signed[self.order])[self.steps])
        # Rounding of sums of weights must not look like a difference.
        apart = np.where(apart < TINY, 0.0, apart)
        return float(apart.max()), float(apart[:-1] @ self.widths)

    def redrawn(
        self, rng: np.random.Generator, times: int
    ) -> Iterator[tuple[float, float]]:
        """Yield both distances for as many draws of either sample's sources."""
        firsts, seconds = self.one.redrawn(rng, times), self.two.redrawn(rng, times)
        for first, second in zip(firsts, seconds, strict=True):
            yield self.distances(first, second)


def distance(
    one: Sample,
    two: Sample,
    seed: int,
    floor: float | None = None,
    times: int = TIMES,
) -> Distance:
    """Return how far two distributions are apart, with bands.

    Parameters
    ----------
    one, two : Sample
        Both hold something.
    seed : int
        Of the bootstrap.
    floor : float, optional
        Smallest value that can be told from nought; the Wasserstein distance is then
        in decades. In the values' unit if left out.
    times : int
        Draws of the bootstrap.

    Examples
    --------
    >>> from rasad.evaluate.realism.sample import sample
    >>> one, two = sample(np.arange(3), np.arange(3)), sample(np.ones(3), np.arange(3))
    >>> found = distance(one, two, seed=1)
    >>> round(found.ks.value, 3), round(found.wasserstein.value, 3)
    (0.333, 0.667)
    """
    merged = Merged(one, two, floor)
    ks, area = merged.distances(one.weights(), two.weights())
    rng = generator(seed, "distance")
    drawn = np.array(list(merged.redrawn(rng, times)))
    return Distance(
        ks=_from_nought(ks, drawn[:, 0]), wasserstein=_from_nought(area, drawn[:, 1])
    )


def _from_nought(value: float, drawn: Real) -> Band:
    """Return a band that does not reach below nought, as no distance does."""
    found = centred(value, drawn)
    return Band(value=value, low=max(found.low, 0.0), high=found.high)
