"""A small table in which a ring is planted, every number of it known."""

from __future__ import annotations

import csv
import random
from pathlib import Path

NEW_YEAR = 1_704_067_200
"""2024-01-01 00:00:00 UTC."""

Share = tuple[str, str, int]
"""Account, object and second."""


def planted_shares() -> list[Share]:
    """Return shares of 150 ordinary accounts and a ring of 8 that acts together."""
    draw = random.Random(7)  # a fixed world: the same shares in every test
    shares = []
    for n in range(150):
        for _ in range(20):
            second = NEW_YEAR + draw.randrange(5 * 86_400)
            # What is new is shared: an object lives for about two hours.
            thing = (second - NEW_YEAR) // 7_200 * 10 + draw.randrange(10)
            shares.append((f"user{n:03}", f"item{thing:04}", second))
    for task in range(12):
        start = NEW_YEAR + draw.randrange(5 * 86_400)
        shares += [
            (f"ring{n}", f"task{task:02}", start + draw.randrange(30)) for n in range(8)
        ]
    return sorted(set(shares), key=lambda share: (share[2], share))


def write_shares(path: Path, shares: list[Share]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["account", "object", "time"])
        writer.writerows(shares)
    return path
