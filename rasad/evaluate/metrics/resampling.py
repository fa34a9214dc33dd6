"""Methods compared over campaigns: intervals and tests, paired, and no stars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rasad.evaluate.contest import Real
from rasad.evaluate.metrics.blocks import average_precision_interval
from rasad.evaluate.metrics.intervals import (
    DRAWS,
    Interval,
    bootstrap_interval,
    paired_bootstrap,
    paired_differences,
    wilson_interval,
)
from rasad.evaluate.metrics.signed_ranks import ROUNDING, holm, wilcoxon_signed_rank

__all__ = [
    "Comparison",
    "Interval",
    "average_precision_interval",
    "bootstrap_interval",
    "compared",
    "holm",
    "paired_bootstrap",
    "paired_differences",
    "wilcoxon_signed_rank",
    "wilson_interval",
]

FEW_CAMPAIGNS = 26
"""Campaigns up to which a test says little, and intervals are to be shown instead."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One method against another over campaigns.

    Parameters
    ----------
    gain : Interval
        Mean difference, ours less theirs, and its interval over campaigns.
    better, worse : int
        Campaigns on which ours is the larger, the smaller.
    p_value, p_corrected : float
        Wilcoxon's, and after Holm's correction over all rivals of the table.
    """

    gain: Interval
    better: int
    worse: int
    p_value: float
    p_corrected: float

    @property
    def few(self) -> bool:
        """Whether there are so few campaigns that only the interval is to be shown."""
        return self.gain.n <= FEW_CAMPAIGNS


def compared(
    ours: Real, rivals: Mapping[str, Real], *, draws: int = DRAWS, seed: int = 0
) -> dict[str, Comparison]:
    """Compare a method with each of its rivals on the same campaigns.

    Parameters
    ----------
    ours : float64 array of (n_campaigns,)
        A figure, the larger the better; NaN where there is none.
    rivals : mapping of str to float64 array of (n_campaigns,)
        The same figure of each rival on the same campaigns.
    draws, seed : int
        Of the bootstrap.

    Examples
    --------
    >>> ours = np.array([0.5, 0.9, 0.7, 0.6])
    >>> found = compared(ours, {"a": ours - 0.1, "b": ours + 0.1}, draws=100)
    >>> found["a"].better, found["b"].worse, found["a"].p_corrected, found["a"].few
    (4, 4, 0.25, True)
    """
    difference = {
        name: paired_differences(ours, theirs) for name, theirs in rivals.items()
    }
    p_value = np.array([wilcoxon_signed_rank(each) for each in difference.values()])
    return {
        name: Comparison(
            gain=paired_bootstrap(ours, rivals[name], draws=draws, seed=seed),
            better=int((each > ROUNDING).sum()),
            worse=int((each < -ROUNDING).sum()),
            p_value=float(one),
            p_corrected=float(corrected),
        )
        for (name, each), one, corrected in zip(
            difference.items(), p_value, holm(p_value), strict=True
        )
    }
