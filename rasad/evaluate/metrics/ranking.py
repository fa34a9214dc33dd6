"""How good an order of accounts is when it is known which are operated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.errors import ConfigError
from rasad.evaluate.contest import Real

Bool = NDArray[np.bool_]

ROUNDING = 1e-9
"""Slack in counts for shares such as 0.05 that a double cannot hold exactly."""


@dataclass(frozen=True)
class Ranking:
    """An order of labelled accounts, cut between different scores only.

    Parameters
    ----------
    found, alarms : float64 arrays
        At each cut, from the highest score down: operated and ordinary accounts above.
    operated, ordinary : int
        How many there are in all, those that were never scored included.

    Notes
    -----
    Operated accounts that were never scored count as missed. What cannot be said, such
    as a recall where nobody is operated, is NaN and never nought.

    Real crowds hold far fewer operated accounts than test worlds. Most figures take a
    `prevalence` pi, the share of operated accounts that is thought realistic, and let
    every ordinary account stand for

        w = operated (1 - pi) / (pi ordinary)

    of its kind, which leaves recall as it is and makes precision
    found / (found + w alarms). Where w is large, a cut without a single alarm is
    flattered: alarms rarer than one in `ordinary` were never seen.
    """

    found: Real
    alarms: Real
    operated: int
    ordinary: int

    @property
    def average_precision(self) -> float:
        """The sum of precision times the gain in recall, over all cuts."""
        return self.average_precision_at(None)

    @property
    def roc_auc(self) -> float:
        """The chance that an operated account stands above an ordinary one.

        Equal scores count a half, and accounts that were never scored stand together
        below all others. Misleading where activity alone separates the two kinds: it
        counts order far down the list, which nobody reads. Never to be shown alone.
        """
        if not self.operated or not self.ordinary:
            return float("nan")
        recall = np.concatenate([[0.0], self.found, [self.operated]]) / self.operated
        alarms = np.concatenate([[0.0], self.alarms, [self.ordinary]]) / self.ordinary
        return float((np.diff(alarms) * (recall[1:] + recall[:-1])).sum() / 2)

    @property
    def best_f1(self) -> float:
        """The largest F1 of any cut: an oracle's, since the truth chooses the cut."""
        if not self.operated:
            return float("nan")
        f1 = 2 * self.found / (self.found + self.alarms + self.operated)
        return float(f1.max(initial=0))

    def average_precision_at(self, prevalence: float | None) -> float:
        """Return the average precision at a prevalence.

        Parameters
        ----------
        prevalence : float or None
            Share of operated accounts, between 0 and 1; None for that of the world.

        Returns
        -------
        float
            Sum over cuts of (recall - recall before) found / (found + w alarms), with
            w of the class's notes; NaN where nobody is operated, or where a prevalence
            is asked for and nobody is ordinary.

        Examples
        --------
        >>> truth = np.array([True, False, True, False])
        >>> ranking = ranked(np.array([4.0, 3, 2, 1]), truth)
        >>> round(ranking.average_precision_at(None), 4)
        0.8333
        >>> round(ranking.average_precision_at(0.01), 4)  # an alarm counts 99 times
        0.5099
        """
        if not self.operated:
            return float("nan")
        gain = np.diff(self.found, prepend=0) / self.operated
        # Cuts without any account, as when worlds are drawn anew, gain nothing.
        shown = np.maximum(self._shown(prevalence), np.finfo(np.float64).tiny)
        return float((gain * self.found / shown).sum())

    def precision_at(self, k: float, prevalence: float | None = None) -> float:
        """Return the share of operated accounts among the first k.

        Parameters
        ----------
        k : float
            Length of the list. With a prevalence it is that of the list in a world
            with the same operated accounts and w times as many ordinary ones.
        prevalence : float, optional
            Share of operated accounts; that of the world if left out.

        Returns
        -------
        float
            Of equal scores at the end of the list, as many of each kind are taken as
            are expected if chance chooses. A list that ends earlier is judged by what
            it has; NaN if nobody is shown.

        Examples
        --------
        >>> ranking = ranked(np.array([3.0, 2, 2]), np.array([True, True, False]))
        >>> ranking.precision_at(1), ranking.precision_at(2), ranking.precision_at(9)
        (1.0, 0.75, 0.6666666666666666)
        """
        shown = self._shown(prevalence)
        length = float(np.minimum(k, shown[-1])) if len(shown) else 0.0
        return self._found(length, shown) / length if length > 0 else float("nan")

    def recall_at_length(self, k: float) -> float:
        """Return the share of all operated accounts among the first k.

        Equal scores at the end of the list count as in `precision_at`.
        """
        if not self.operated:
            return float("nan")
        return self._found(float(k), self._shown(None)) / self.operated

    def recall_at_false_share(
        self, share: float = 0.05, prevalence: float | None = None
    ) -> float:
        """Return the largest recall of a cut with so small a share of false alarms.

        Parameters
        ----------
        share : float
            Largest false discovery share, alarms / (found + alarms).
        prevalence : float, optional
            Share of operated accounts; that of the world if left out.

        Examples
        --------
        >>> truth = np.array([True, False, True, True])
        >>> ranking = ranked(np.array([4.0, 3, 2, 1]), truth)
        >>> ranking.recall_at_false_share(0.05), ranking.recall_at_false_share(0.25)
        (0.3333333333333333, 1.0)
        """
        if not self.operated or np.isnan(self.weight_of_ordinary(prevalence)):
            return float("nan")
        shown = self._shown(prevalence)
        able = self.found[shown - self.found <= share * shown + ROUNDING]
        return float(able.max(initial=0) / self.operated)

    def recall_at_alarms(self, alarms: float) -> float:
        """Return the largest recall at no more false alarms than these."""
        if not self.operated:
            return float("nan")
        able = self.found[self.alarms <= alarms]
        return float(able.max(initial=0) / self.operated)

    def curve(
        self, points: int = 10, prevalence: float | None = None
    ) -> list[dict[str, float]]:
        """Return recall and precision at cuts that divide the recall evenly.

        Parameters
        ----------
        points : int
            How many parts; parts of the recall that no cut reaches have no row.
        prevalence : float, optional
            Share of operated accounts; that of the world if left out.

        Returns
        -------
        list of dict
            `recall`, `precision` and `false_alarms` (in this world) of each cut.

        Examples
        --------
        >>> ranking = ranked(np.array([2.0, 1.0]), np.array([False, True]))
        >>> ranking.curve(1)
        [{'recall': 1.0, 'precision': 0.5, 'false_alarms': 1}]
        """
        if not self.operated:
            return []
        shown, rows = self._shown(prevalence), []
        for part in range(1, points + 1):
            enough = np.flatnonzero(self.found >= part * self.operated / points)
            if len(enough):
                cut = enough[0]
                rows.append(
                    {
                        "recall": float(self.found[cut] / self.operated),
                        "precision": float(self.found[cut] / shown[cut]),
                        "false_alarms": int(self.alarms[cut]),
                    }
                )
        return rows

    def weight_of_ordinary(self, prevalence: float | None) -> float:
        """Return how many ordinary accounts each of them stands for at a prevalence.

        Raises
        ------
        ConfigError
            If the prevalence is not between 0 and 1.

        Examples
        --------
        >>> ranking = ranked(np.array([2.0, 1.0]), np.array([True, False]))
        >>> ranking.weight_of_ordinary(0.01)
        99.0
        """
        if prevalence is None:
            return 1.0
        if not 0 < prevalence < 1:
            raise ConfigError(
                f"A prevalence of {prevalence} is not between 0 and 1",
                "give the share of operated accounts, such as 0.01",
            )
        if not self.ordinary:
            return float("nan")
        return self.operated * (1 - prevalence) / (prevalence * self.ordinary)

    def _shown(self, prevalence: float | None) -> Real:
        """Return how many accounts stand above each cut, ordinary ones weighted."""
        return self.found + self.weight_of_ordinary(prevalence) * self.alarms

    def _found(self, length: float, shown: Real) -> float:
        """Return how many operated accounts a list of a length is expected to hold."""
        at, found = np.append(0.0, shown), np.append(0.0, self.found)
        return float(np.interp(length, at, found))


def ranked(score: Real, positive: Bool) -> Ranking:
    """Order accounts by score, the highest first; equal scores stand together.

    Parameters
    ----------
    score : float64 array of (n,)
        Of each labelled account; minus infinity or NaN where it has none.
    positive : bool array of (n,)
        The truth.

    Examples
    --------
    >>> ranking = ranked(np.array([3.0, 2.0, 2.0]), np.array([True, True, False]))
    >>> ranking.recall_at_alarms(0), round(ranking.average_precision, 3)
    (0.5, 0.833)
    """
    known = np.flatnonzero(score > -np.inf)
    order = known[np.argsort(-score[known], kind="stable")]
    last = np.ones(len(order), np.bool_)
    last[:-1] = score[order][1:] != score[order][:-1]
    found = np.cumsum(positive[order])[last].astype(np.float64)
    shown = np.arange(1, len(order) + 1)[last]
    operated = int(positive.sum())
    return Ranking(found, shown - found, operated, len(positive) - operated)
