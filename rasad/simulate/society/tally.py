"""Counts what was drawn, and what became of it; the two sides always agree."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from rasad.simulate.society.deeds import KINDS, Bool, Deeds
from rasad.simulate.society.people import People


class Tally:
    """Numbers of posts of a world: drawn, dropped by reason, written.

    Parameters
    ----------
    people : People
        Whose posts are counted by role.
    """

    def __init__(self, people: People) -> None:
        self.roles = sorted({cohort.role for cohort in people.cohorts})
        places = [self.roles.index(cohort.role) for cohort in people.cohorts]
        self._role = np.array(places)[people.cohort]
        self._written = np.zeros((len(self.roles), len(KINDS)), np.int64)
        self.accounts = np.bincount(self._role, minlength=len(self.roles))
        self.drawn = 0
        self.dropped: Counter[str] = Counter()

    def draw(self, count: int) -> None:
        """Count posts that somebody means to write."""
        self.drawn += count

    def keep(self, kept: Bool, reason: str) -> Bool:
        """Count those that are not kept, and return who is."""
        lost = len(kept) - int(np.count_nonzero(kept))
        if lost:
            self.dropped[reason] += lost
        return kept

    def write(self, rows: Deeds) -> None:
        """Count posts that are written."""
        cell = self._role[rows.account] * len(KINDS) + rows.kind
        held = np.bincount(cell, minlength=self._written.size)
        self._written += held.reshape(self._written.shape)

    @property
    def written(self) -> int:
        """All posts that were written."""
        return int(self._written.sum())

    def as_json(self) -> dict[str, Any]:
        """Return all numbers, roles in order."""
        posts = {
            role: dict(zip(KINDS, row.tolist(), strict=True))
            for role, row in zip(self.roles, self._written, strict=True)
        }
        return {
            "accounts": dict(zip(self.roles, self.accounts.tolist(), strict=True)),
            "posts": posts,
            "drawn": self.drawn,
            "dropped": dict(sorted(self.dropped.items())),
            "written": self.written,
        }
