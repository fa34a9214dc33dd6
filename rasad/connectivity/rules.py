"""The hard rules of the group-level join: what is never answered, and to nobody.

A regime could ask which accounts kept posting while a country was dark. So nothing here
speaks of one account; groups are large, and were fixed before anything went dark; and
no question can be put so that two answers differ by a few people. Each rule is a
function that refuses, and each has a test that tries to get round it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from rasad.connectivity.expectation import Real
from rasad.errors import RefusedError

SMALLEST = 25
"""Accounts below which an aggregate is not shown, and neither is what is left of it."""

LEAST_ACTIVE = 10
"""Accounts of it that must have been active in the 28 days before the cut."""

ROUNDED = 5
"""Every count that leaves this stage is a multiple of this."""

BIN_US = 3_600_000_000
"""Shortest stretch of time that is ever counted: an hour, in microseconds."""

MOST_QUERIES = 20
"""Different questions that one case answers."""


@dataclass(frozen=True)
class Cell:
    """An aggregate: how many accounts it holds, and how many of them were active."""

    accounts: int
    active: int

    @property
    def large(self) -> bool:
        """Whether it may be shown."""
        return self.accounts >= SMALLEST and self.active >= LEAST_ACTIVE

    @property
    def empty(self) -> bool:
        """Whether there is nobody in it, so that nothing can be told of anybody."""
        return self.accounts == 0


def showable(shown: Iterable[Cell], left: Iterable[Cell]) -> bool:
    """Tell whether aggregates may be shown, and with them what they leave over.

    Parameters
    ----------
    shown : iterable of Cell
        Aggregates that are shown.
    left : iterable of Cell
        What can be computed from them and from totals that are known: all accounts of
        the case without them. Empty, or as large as what is shown.

    Examples
    --------
    >>> group, control = Cell(30, 20), Cell(400, 200)
    >>> showable([group, control], [Cell(0, 0)])
    True
    >>> showable([group, control], [Cell(3, 3)])
    False
    """
    return all(cell.large for cell in shown) and all(
        cell.empty or cell.large for cell in left
    )


def rounded(counts: Real) -> Real:
    """Return counts to the nearest five.

    Examples
    --------
    >>> rounded(np.array([2.0, 3.0, 7.0, 8.0])).tolist()
    [0.0, 5.0, 5.0, 10.0]
    """
    return np.asarray(ROUNDED * np.floor(counts / ROUNDED + 0.5), np.float64)


def check_frozen(until_us: int, onset_us: int) -> None:
    """Refuse a group whose membership could have learned from the outage.

    Parameters
    ----------
    until_us : int
        Posts before this moment made the group, in microseconds since 1970 UTC.
    onset_us : int
        Earliest onset that is asked for.

    Raises
    ------
    RefusedError
        If the cut comes after the onset.
    """
    if until_us > onset_us:
        raise RefusedError(
            "The groups were frozen on posts from after the outage began",
            "freeze them with --until at the onset or before",
        )


def check_apart(
    asked: Mapping[str, Set[int]], answered: Mapping[str, Set[int]]
) -> None:
    """Refuse groups that differ by a few accounts from others asked for.

    Parameters
    ----------
    asked : mapping of str to set of int
        Codes of members, by group.
    answered : mapping of str to set of int
        The same of every group that this case has ever answered for.

    Raises
    ------
    RefusedError
        If two groups are neither equal nor 25 accounts apart.

    Examples
    --------
    >>> check_apart({"a": {1, 2}}, {"a": {1, 2}})
    """
    every = [*asked.values(), *answered.values()]
    for members in asked.values():
        for others in every:
            if 0 < len(members ^ others) < SMALLEST:
                raise RefusedError(
                    f"Two groups of this case differ by fewer than {SMALLEST} "
                    "accounts, and two answers would tell what these few did",
                    "keep to the groups that were frozen first",
                )


def check_number(queries: Set[str], new: str) -> None:
    """Refuse one more question when a case has answered enough.

    Parameters
    ----------
    queries : set of str
        Hashes of the questions that were answered.
    new : str
        Hash of this one; to repeat an old one costs nothing.

    Raises
    ------
    RefusedError
        If it would be one too many.
    """
    if new not in queries and len(queries) >= MOST_QUERIES:
        raise RefusedError(
            f"This case has answered {MOST_QUERIES} different questions on groups "
            "and outages",
            "repeat one of them; many answers together tell of fewer accounts",
        )


def who_stayed_on() -> NoReturn:
    """Refuse to compare a group with the country that was dark (D2).

    There is nothing to call it with: it may be answered only for a group that a panel
    has graded as undisclosed central operation, and this version has no panel.
    Activists with satellite links show the same sign as an operation with privileged
    access.

    Raises
    ------
    RefusedError
        Always.
    """
    raise RefusedError(
        "Whether a group stayed on while a country was dark is not answered",
        "it needs a panel's grade, and this version has no panel",
    )
