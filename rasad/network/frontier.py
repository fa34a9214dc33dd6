"""The detectability frontier: how much an operation must leave behind to be found."""

from __future__ import annotations

from typing import Any

import numpy as np

from rasad.config import Validation
from rasad.null_models.tails import poisson_tail

LIFTS = (3.0, 10.0, 30.0, 100.0, 1000.0)
MOST = 10_000
"""Co-actions beyond which a pair counts as never found."""


def frontier_rows(
    run_id: str, m: int, n_tests: int, settings: Validation
) -> list[dict[str, Any]]:
    """Return the rows of table `frontier`.

    Parameters
    ----------
    run_id : str
        Run.
    m : int
        Pairs that are corrected for.
    n_tests : int
        Tests per pair that are combined.
    settings : Validation
        What a kept pair has to reach.

    Notes
    -----
    A pair that co-acts `lift` times as often as chance is found for certain when its
    p-value alone passes the correction: P(Poisson(S / lift) >= S) <= q / (m n_tests).
    The bound beside it is S = lift ln(m / q) / (lift ln lift - lift + 1), from the
    large-deviation rate of the Poisson distribution.
    """
    level = settings.q / max(m * n_tests, 1)
    return [
        {
            "run_id": run_id,
            "lift": lift,
            "co_actions": co_actions(lift, level),
            "bound": float(
                lift * np.log(max(m, 1) / settings.q) / (lift * np.log(lift) - lift + 1)
            ),
            "n_tests": n_tests,
        }
        for lift in LIFTS
    ]


def co_actions(lift: float, level: float) -> int | None:
    """Return the fewest co-actions with a tail of at most the level, None beyond all.

    Examples
    --------
    >>> co_actions(100.0, 0.05 / 3.1e7), co_actions(1.0, 1e-9)
    (6, None)
    """
    counts = np.arange(1, MOST + 1)
    enough = np.flatnonzero(poisson_tail(counts, counts / lift) <= level)
    return int(counts[enough[0]]) if len(enough) else None
