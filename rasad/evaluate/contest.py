"""What every method is shown and what it answers: the same for Rasad and its rivals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Real = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Layer:
    """The actions of one trace, all of them; equally long arrays.

    Parameters
    ----------
    account, object : int64 array
        Codes from 0.
    time_s : float64 array
        Seconds since 1970 UTC, or NaN throughout where there are no times.
    n_objects : int
        Codes of objects lie below this.
    """

    account: Codes
    object: Codes
    time_s: Real
    n_objects: int

    def __len__(self) -> int:
        return len(self.account)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a method sees of a world: actions by trace, and no truth.

    Parameters
    ----------
    accounts : list of str
        Name of each account code; only accounts that are eligible for somebody.
    layers : mapping of str to Layer
        Traces by the names that `rasad.traces` gives them, such as `repost`, `link`,
        `hashtags`, `reply`, `text`, `object`.
    """

    accounts: list[str]
    layers: Mapping[str, Layer]

    @property
    def n_accounts(self) -> int:
        """How many accounts there are."""
        return len(self.accounts)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a method says.

    Parameters
    ----------
    score : float64 array of (n_accounts,)
        The higher, the more suspicious; NaN where the method says nothing.
    first, second : int64 arrays
        Ends of its edges, the smaller code first, each pair once; empty if it has none.
    weight : float64 array
        Of each edge; the higher, the surer.
    group : int64 array of (n_accounts,)
        Number of the group, -1 for none.
    certified : int64 array, optional
        Numbers of the groups that the method vouches for; all of them if left out.
    """

    score: Real
    first: Codes
    second: Codes
    weight: Real
    group: Codes
    certified: Codes | None = None


def outcome_complaints(
    outcome: Outcome, n_accounts: int, q_value: Real | None = None
) -> list[str]:
    """Return how an outcome breaks the contract; nothing if it keeps it.

    Examples
    --------
    >>> none = np.zeros(0, np.int64)
    >>> outcome_complaints(Outcome(
    ...     score=np.zeros(3), first=none, second=none, weight=np.zeros(0),
    ...     group=np.array([0, 0, -1]), certified=np.array([4]),
    ... ), 3)
    ['it certifies a group that has no member']
    """
    if not len(outcome.score) == len(outcome.group) == n_accounts:
        return ["scores or groups are not one per account"]
    first, second, weight = outcome.first, outcome.second, outcome.weight
    q_value = weight if q_value is None else q_value
    if not len(first) == len(second) == len(weight) == len(q_value):
        return ["ends, weights and q-values of edges are not equally many"]
    members = outcome.group[outcome.group >= 0]
    certified = members[:0] if outcome.certified is None else outcome.certified
    wrong = {
        "an edge has an end that is no account": (first < 0) | (second >= n_accounts),
        "an edge does not have the smaller code first": first >= second,
        "a pair has two edges": _repeated(first * n_accounts + second),
        "a group has a number below -1": outcome.group < -1,
        "it certifies a group that has no member": ~np.isin(certified, members),
    }
    return [complaint for complaint, where in wrong.items() if where.any()]


def _repeated(values: Codes) -> NDArray[np.bool_]:
    return np.asarray(np.unique(values, return_counts=True)[1] > 1)


class CannotJudge(Exception):
    """A method cannot do a world; its text is the reason, a sentence for people."""


class Method(Protocol):
    """One way to find accounts run as one, with defaults that see no labels."""

    @property
    def name(self) -> str:
        """A permanent id like `pacheco-cosine`."""
        ...

    @property
    def title(self) -> str:
        """What it is called for people."""
        ...

    @property
    def paper(self) -> str:
        """Where its rule is published."""
        ...

    @property
    def needs_time(self) -> bool:
        """Whether it can do nothing without times."""
        ...

    def judge(self, shown: Shown) -> Outcome:
        """Judge a world.

        Raises
        ------
        CannotJudge
            If it cannot, with the reason.
        """
        ...
