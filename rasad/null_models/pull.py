"""Rates that little is known of, pulled towards those of more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

HOURS = 24
PSEUDO = 5.0
"""Co-actions, at the rate that a rate is pulled to, that are added where a crowd says
what chance gives: what it did not do it might have done."""


@dataclass(frozen=True)
class Pull:
    """How rates that little is known of are pulled towards others.

    `shrinkage` are pseudo-exposures. Where a reference crowd says what chance gives,
    `hour` has the hour of the day of each bin, and rates err upwards.
    """

    shrinkage: float
    hour: NDArray[np.int64] | None

    def overall(self, close: float, chances: int) -> float:
        """Return co-actions per chance over all bins and strata."""
        return (close + (self.hour is not None)) / max(chances, 1)

    def rates(
        self,
        close: NDArray[np.float64],
        chances: NDArray[np.int64],
        overall: float,
    ) -> NDArray[np.float64]:
        """Return co-actions per chance, pulled towards the mean of the strata.

        That in turn is pulled towards the mean of all: where hardly any two of two
        strata act in the same minutes, that none of them is close says little.
        """
        everywhere = close.sum(axis=0), chances.sum(axis=0)
        mean = self._towards(np.float64(overall), *everywhere)
        if self.hour is None:
            return self._towards(mean, close, chances)
        near, able = np.zeros((2, HOURS, *mean.shape))
        np.add.at(near, self.hour, close)
        np.add.at(able, self.hour, chances)
        return self._towards(self._towards(mean, near, able)[self.hour], close, chances)

    def _towards(
        self,
        rate: NDArray[np.float64] | np.float64,
        close: NDArray[np.float64],
        chances: NDArray[Any],
    ) -> NDArray[np.float64]:
        pulled = (close + self.shrinkage * rate) / (chances + self.shrinkage)
        if self.hour is not None:
            pulled = np.maximum(pulled, (close + PSEUDO) / (chances + PSEUDO / rate))
        return np.asarray(pulled, np.float64)
