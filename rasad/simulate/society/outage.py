"""Blackouts: what people of a country wanted to post while it was off the network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rasad.simulate.population import UTC_OFFSETS
from rasad.simulate.rhythm import HOUR_MS
from rasad.simulate.society.deeds import Bool, Int, Real
from rasad.simulate.society.people import People
from rasad.simulate.society.scenario import Blackout
from rasad.simulate.society.wording import language_codes


class Outages:
    """Which posts of which accounts get out.

    Parameters
    ----------
    blackouts : sequence of Blackout
        Outages of any countries, in any order.
    people : People
        Whom they may concern.

    Notes
    -----
    The home country of a blackout is whoever writes its language and lives in the first
    time zone of that language. There, cohorts whose connection is `home` lose a share
    of their posts hour by hour. It is `depth` from the first hour to the last, and then
    falls to nought in a straight line: down at once, up slowly. Cohorts whose
    connection is `dark` lose all until the last hour, wherever they live, and then
    share the recovery; `whitelisted` and `abroad` lose nothing.
    """

    def __init__(self, blackouts: Sequence[Blackout], people: People) -> None:
        self._blackouts = list(blackouts)
        kinds = np.array([cohort.connection for cohort in people.cohorts])
        connection = kinds[people.cohort]
        self._dark: Bool = connection == "dark"
        self._concerned = [
            self._dark
            | (
                (connection == "home")
                & (people.language == language_codes([blackout.language])[0])
                & (people.zone == UTC_OFFSETS[blackout.language][0])
            )
            for blackout in self._blackouts
        ]

    def passes(self, account: Int, at_ms: Int, rng: np.random.Generator) -> Bool:
        """Draw which posts of some accounts, at some moments, get out."""
        kept = np.ones(len(account), np.bool_)
        for blackout, concerned in zip(self._blackouts, self._concerned, strict=True):
            lost = np.where(concerned[account], losses(blackout, at_ms), 0.0)
            down = lost >= blackout.depth
            lost = np.where(self._dark[account] & down & (lost > 0), 1.0, lost)
            kept &= rng.random(len(account)) >= lost
        return kept


def losses(blackout: Blackout, at_ms: Int) -> Real:
    """Return the share of posts that is lost in the hour of each moment."""
    hour = at_ms // HOUR_MS + 0.5
    end = blackout.start_h + blackout.hours
    recovered = np.clip((hour - end) / max(blackout.recovery_h, 1e-9), 0.0, 1.0)
    share = blackout.depth * (1 - recovered)
    return np.where(hour < blackout.start_h, 0.0, share)
