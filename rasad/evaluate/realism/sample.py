"""A distribution as it was seen: values, and what each is a draw of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.evaluate.realism.view import View
from rasad.evaluate.realism.weighted import Statistic

Codes = NDArray[np.int64]
Real = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Values in ascending order; `sample` puts them so.

    Parameters
    ----------
    values : float64 array of (n,)
        What was seen.
    source : int64 array of (n,)
        Code of the account, object or group from which each value comes. A bootstrap
        draws sources, since the values of one are not independent.
    other : int64 array of (n,), optional
        A second source, where a value belongs to a pair of accounts.
    mass : float64 array of (n,), optional
        How often each value was seen; once if left out.
    """

    values: Real
    source: Codes
    other: Codes | None = None
    mass: Real | None = None

    def __len__(self) -> int:
        return len(self.values)

    def sources(self) -> Codes:
        """Return the codes of all sources, once each."""
        if self.other is None:
            return np.unique(self.source)
        return np.unique(np.concatenate([self.source, self.other]))

    def weights(self, drawn: Real | None = None) -> Real:
        """Return the weight of each value.

        Parameters
        ----------
        drawn : float64 array, optional
            How often each source was drawn, by code; all once if left out. A pair
            counts as often as both of its accounts were drawn together.
        """
        mass = np.ones(len(self)) if self.mass is None else self.mass
        if drawn is None:
            return mass
        weights = mass * drawn[self.source]
        return weights if self.other is None else weights * drawn[self.other]

    def redrawn(self, rng: np.random.Generator, times: int) -> Iterator[Real]:
        """Yield weights as many times, each after the sources were drawn anew."""
        codes = self.sources()
        for _ in range(times):
            counts = np.bincount(rng.integers(0, len(codes), len(codes)))
            drawn = np.zeros(int(codes[-1]) + 1)
            drawn[codes[: len(counts)]] = counts
            yield self.weights(drawn)


def sample(
    values: NDArray[np.generic],
    source: Codes,
    other: Codes | None = None,
    mass: Real | None = None,
) -> Sample:
    """Put values into ascending order, equal ones by source.

    Examples
    --------
    >>> sample(np.array([3, 1]), np.array([0, 1])).values.tolist()
    [1.0, 3.0]
    """
    order = np.lexsort((source, values))
    return Sample(
        values=np.asarray(values, np.float64)[order],
        source=source[order],
        other=None if other is None else other[order],
        mass=None if mass is None else mass[order],
    )


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """A quantity whose distribution is compared, and how it is taken from a view.

    Parameters
    ----------
    name : str
        Permanent id.
    title : str
        What a value is, for people.
    unit : str
        Unit of a value.
    drawn : str
        What a bootstrap draws: accounts, objects or groups.
    needs : tuple of str
        Keys of `NEEDS` without which it cannot be had.
    log : bool
        Distances are in decades, since values span several.
    take : callable
        From a view to a sample.
    """

    name: str
    title: str
    unit: str
    drawn: str
    take: Callable[[View], Sample]
    needs: tuple[str, ...] = ()
    log: bool = False


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One number of a world, and how it is taken.

    Parameters
    ----------
    name : str
        Permanent id.
    title : str
        What the number says, for people.
    unit : str
        Its unit.
    of : str
        Name of the distribution that it sums up.
    statistic : callable
        From ascending values and their weights to the number.
    """

    name: str
    title: str
    unit: str
    of: str
    statistic: Statistic

    def value(self, seen: Sample) -> float:
        """Return the number for a sample of its distribution; NaN if it is empty."""
        return self.statistic(seen.values, seen.weights())
