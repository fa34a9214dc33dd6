"""Which pairs share more objects than a null model of one trace allows.

Two rivals differ in their null models alone: both give a pair a p-value that depends on
what the accounts share and on how many objects each used, and both correct for all
pairs of accounts of the trace.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rasad.evaluate.baselines.answers import Edges, edges_of
from rasad.evaluate.baselines.bipartite import (
    SharedCounts,
    Uses,
    pairs_to_go_through,
    shared_counts,
)
from rasad.evaluate.contest import CannotJudge, Codes, Real
from rasad.network.multiplicity import benjamini_hochberg

Correction = Literal["fdr", "bonferroni"]

MOST_EDGES = 20_000_000
"""Small p-values above which nothing is validated; each takes about 140 bytes."""

Tail = Callable[[Codes, Codes, Codes], Real]
"""Gives p-values from what pairs share and from the places of both accounts' degrees
among the distinct ones, the smaller first; equal cases come once."""


@dataclass(frozen=True, kw_only=True)
class Validated:
    """What a null model says of one trace.

    Parameters
    ----------
    surprise : float64 array of (n_accounts,)
        Largest -log10 p of each account's pairs, 0 where it shares nothing.
    edges : Edges
        Pairs that stay after correction, weighing -log10 p.
    """

    surprise: Real
    edges: Edges


def degrees(uses: Uses) -> tuple[Codes, Codes]:
    """Return the distinct numbers of objects used, and each account's place there."""
    found, place = np.unique(uses.degree, return_inverse=True)
    return found, place


def validated(
    uses: Uses, tail: Tail, alpha: float, correction: Correction
) -> Validated:
    """Test every pair that shares an object.

    Parameters
    ----------
    uses : Uses
        The trace.
    tail : callable
        The null model.
    alpha : float
        Share of false edges, or chance of a single one, that is accepted.
    correction : {"fdr", "bonferroni"}
        Benjamini and Hochberg's, or alpha over the number of tests. Tests are all
        n(n-1)/2 pairs of the n accounts that act in the trace: those that share nothing
        have p = 1.

    Raises
    ------
    CannotJudge
        If there is too much to go through or to keep.
    """
    n = int((uses.degree > 0).sum())
    tests = n * (n - 1) // 2
    # No larger p can be validated, as no more pairs than these can be.
    rank = min(pairs_to_go_through(uses), tests) if correction == "fdr" else 1
    place = degrees(uses)[1]
    surprise, kept = np.zeros(uses.n_accounts), _Small()
    for block in shared_counts(uses):
        p = _p_values(block, place, tail)
        worth = -np.log10(p)
        np.maximum.at(surprise, block.first, worth)
        np.maximum.at(surprise, block.second, worth)
        kept.add(block, p, p * tests <= alpha * rank)
    first, second, p = kept.joined()
    if correction == "fdr":
        stay = benjamini_hochberg(p, tests) <= alpha
        first, second, p = first[stay], second[stay], p[stay]
    return Validated(surprise=surprise, edges=edges_of(first, second, -np.log10(p)))


class _Small:
    """Pairs whose p-value is small enough to wait for the correction."""

    def __init__(self) -> None:
        nothing = np.zeros(0, np.int64)
        self._parts: list[tuple[Codes, Codes, Real]] = [(nothing, nothing, np.zeros(0))]
        self._many = 0

    def add(self, block: SharedCounts, p: Real, chosen: NDArray[np.bool_]) -> None:
        self._many += int(chosen.sum())
        if self._many > MOST_EDGES:
            raise CannotJudge(
                f"It gives more than {MOST_EDGES:,} pairs of accounts a small p-value, "
                "which is too many to keep."
            )
        self._parts.append((block.first[chosen], block.second[chosen], p[chosen]))

    def joined(self) -> tuple[Codes, Codes, Real]:
        first, second, p = zip(*self._parts, strict=True)
        return np.concatenate(first), np.concatenate(second), np.concatenate(p)


def _p_values(block: SharedCounts, place: Codes, tail: Tail) -> Real:
    """Ask for each distinct case once."""
    one, two = place[block.first], place[block.second]
    width = int(place.max(initial=0)) + 1
    case = block.shared * width + np.minimum(one, two)
    case = case * width + np.maximum(one, two)
    cases, back = np.unique(case, return_inverse=True)
    rest, high = np.divmod(cases, width)
    shared, low = np.divmod(rest, width)
    return tail(shared, low, high)[back]
