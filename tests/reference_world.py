"""A ring and nothing else, as in a takedown, and ordinary accounts from elsewhere."""

from __future__ import annotations

import random

from planted_ring import NEW_YEAR, Share

from rasad.config import Coaction, Settings

DAY = 86_400
QUICK = Settings(coaction=Coaction(windows_s=(10, 60)))
"""Two windows are enough to see what a background does, and take half the time."""

RING = [f"generic:ring{n:02}" for n in range(12)]


def ring_shares() -> list[Share]:
    """Return twelve accounts that act as one within half a minute, twelve times."""
    draw = random.Random(3)
    shares: list[Share] = []
    for task in range(12):
        start = NEW_YEAR + draw.randrange(5 * DAY)
        shares += [
            (f"ring{n:02}", f"task{task:02}", start + draw.randrange(30))
            for n in range(12)
        ]
    return shares


def ordinary_shares(
    prefix: str, accounts: int, seed: int, each: int = 20, at_once: int = 10
) -> list[Share]:
    """Return accounts that share what is new; of that there are ten things at once."""
    draw = random.Random(seed)
    shares = []
    for n in range(accounts):
        for _ in range(each):
            second = draw.randrange(5 * DAY)
            thing = second // 7_200 * at_once + draw.randrange(at_once)
            shares.append((f"{prefix}{n:03}", f"item{thing:04}", NEW_YEAR + second))
    return sorted(set(shares), key=lambda share: (share[2], share))


def to_the(seconds: int, shares: list[Share]) -> list[Share]:
    """Return the same with times that were rounded."""
    return [(who, thing, at // seconds * seconds) for who, thing, at in shares]
