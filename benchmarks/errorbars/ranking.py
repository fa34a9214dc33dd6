"""How good an order of accounts is when it is known which are operated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.errorbars.worlds.table import Bool, Real


@dataclass(frozen=True)
class Ranking:
    """An order of labelled accounts, cut between different scores only.

    Parameters
    ----------
    found, alarms : float64 arrays
        At each cut, from the highest score down: operated and ordinary accounts above.
    operated : int
        Operated accounts in all, those that were never scored included.
    """

    found: Real
    alarms: Real
    operated: int

    @property
    def average_precision(self) -> float:
        """The sum of precision times the gain in recall, over all cuts."""
        gain = np.diff(self.found, prepend=0) / max(self.operated, 1)
        shown = np.maximum(self.found + self.alarms, 1)
        return float((gain * self.found / shown).sum())

    def recall_at(self, alarms: int) -> float:
        """Return the largest recall at no more false alarms than these."""
        able = self.found[self.alarms <= alarms]
        return float(able.max(initial=0) / max(self.operated, 1))

    def curve(self, points: int = 10) -> list[dict[str, float]]:
        """Return recall and precision at cuts that divide the recall evenly."""
        rows = []
        for part in range(1, points + 1):
            enough = np.flatnonzero(self.found >= part / points * self.operated)
            if len(enough):
                cut = enough[0]
                shown = self.found[cut] + self.alarms[cut]
                rows.append(
                    {
                        "recall": float(self.found[cut] / self.operated),
                        "precision": float(self.found[cut] / shown),
                        "false_alarms": int(self.alarms[cut]),
                    }
                )
        return rows


def ranked(score: Real, operated: Bool) -> Ranking:
    """Order accounts by score, the highest first; equal scores stand together.

    Parameters
    ----------
    score : float64 array
        Of each labelled account; minus infinity or NaN where it has none.
    operated : bool array
        The truth.

    Examples
    --------
    >>> ranking = ranked(np.array([3.0, 2.0, 2.0]), np.array([True, True, False]))
    >>> ranking.recall_at(0), round(ranking.average_precision, 3)
    (0.5, 0.833)
    """
    score = np.where(np.isnan(score), -np.inf, score)
    known = np.flatnonzero(score > -np.inf)
    order = known[np.argsort(-score[known], kind="stable")]
    last = np.ones(len(order), np.bool_)
    last[:-1] = score[order][1:] != score[order][:-1]
    found = np.cumsum(operated[order])[last].astype(np.float64)
    shown = np.arange(1, len(order) + 1)[last]
    return Ranking(found, shown - found, int(operated.sum()))
