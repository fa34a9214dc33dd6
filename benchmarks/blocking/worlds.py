"""Worlds of failed tests in three countries, with a block, a fault or nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rasad.connectivity.durations import DAY_US
from rasad.connectivity.outage import Outage
from rasad.connectivity.series import Series

DAYS, BEGIN, LENGTH = 400, 200, 20
COUNTRIES = ("AA", "BB", "CC")


def world(
    seed: int,
    blocked: float = 0.0,
    fault: float = 0.0,
    alike: float = 0.0,
    length: int = LENGTH,
) -> list[Series]:
    """Return failed tests of three countries.

    Parameters
    ----------
    seed : int
        Which world.
    blocked, fault : float
        How much the log odds of a failed test rise, in the first country or in all.
    alike : float
        How much of its error each day keeps of the day before.
    length : int
        Days that it lasts.
    """
    rng = np.random.default_rng([11, seed])
    made = []
    for country in COUNTRIES:
        odds = np.full(DAYS, rng.uniform(-3.0, -0.5))
        odds += related(rng, alike)
        odds[BEGIN : BEGIN + length] += fault + blocked * (country == "AA")
        tests = rng.integers(100, 2000, DAYS)
        share = 1 / (1 + np.exp(-odds))
        failed = rng.binomial(tests, rng.beta(49 * share, 49 * (1 - share)))
        made.append(
            Series(
                *(country, "", "ooni", "dns anomalies", "anomalies", DAY_US),
                np.arange(DAYS) * DAY_US,
                failed / tests,
                out_of=tests.astype(np.float64),
            )
        )
    return made


def related(rng: np.random.Generator, alike: float) -> npt.NDArray[np.float64]:
    """Errors of 0.15, each of which keeps so much of the one before."""
    new = rng.normal(0, 0.15 * np.sqrt(1 - alike**2), DAYS)
    errors = np.zeros(DAYS)
    for day in range(1, DAYS):
        errors[day] = alike * errors[day - 1] + new[day]
    return errors


def planted(found: Sequence[Outage], length: int = LENGTH) -> list[Outage]:
    """Those that overlap what was planted."""
    last = (BEGIN + length) * DAY_US
    return [
        one
        for one in found
        if one.place == "AA"
        and one.started_us < last
        and (one.ended_us is None or one.ended_us > BEGIN * DAY_US)
    ]
