"""A small table in which a ring goes dark for half a day, and nobody else does."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from planted_ring import NEW_YEAR, Share

from rasad.config import Calibration, Coaction, Settings

DAY, HOUR = 86_400, 3_600
DAYS = 34
DARK = NEW_YEAR + 28 * DAY, NEW_YEAR + 28 * DAY + 12 * HOUR
"""Begin and end of the outage, seconds since 1970 UTC."""

QUICK = Settings(
    coaction=Coaction(windows_s=(60,)), calibration=Calibration(pairs=20_000)
)


def moment(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%MZ}"


OUTAGE = f"{moment(DARK[0])}/{moment(DARK[1])}/0.95"


def dark_shares(
    ring: int = 28, ordinary: int = 110, dark: bool = True, seed: int = 5
) -> list[Share]:
    """Return shares of a ring that acts together, and of accounts that do not.

    Parameters
    ----------
    ring, ordinary : int
        How many accounts.
    dark : bool
        Whether the ring loses what it would have done in the outage.
    seed : int
        The same seed, the same shares.
    """
    draw = random.Random(seed)
    shares: list[Share] = []
    for n in range(ordinary):
        shares += [
            share for _ in range(4 * DAYS) for share in [_everyday(f"user{n:03}", draw)]
        ]
    for task in range(2 * DAYS):
        start = NEW_YEAR + draw.randrange(DAYS * DAY)
        shares += [
            (f"ring{n:02}", f"task{task:03}", start + draw.randrange(30))
            for n in range(ring)
            if draw.random() < 0.8
        ]
    for n in range(ring):
        shares += [_everyday(f"ring{n:02}", draw) for _ in range(DAYS)]
    return sorted(
        {one for one in shares if not (dark and _lost(one))},
        key=lambda share: (share[2], share),
    )


def _everyday(who: str, draw: random.Random) -> Share:
    second = draw.randrange(DAYS * DAY)
    thing = second // (6 * HOUR) * 20 + draw.randrange(20)
    return who, f"item{thing:05}", NEW_YEAR + second


def _lost(share: Share) -> bool:
    return share[0].startswith("ring") and DARK[0] <= share[2] < DARK[1]
