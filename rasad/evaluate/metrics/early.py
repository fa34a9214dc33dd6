"""How soon an operation is named, and how many others are named in the meantime."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rasad.errors import ConfigError
from rasad.evaluate.contest import Codes, Real
from rasad.evaluate.metrics.ranking import Bool

HOUR_S = 3_600.0
DAY_S = 86_400.0
MILLION = 1e6


@dataclass(frozen=True, kw_only=True)
class Cut:
    """What a method says when it is shown what happened up to a moment.

    Parameters
    ----------
    time_s : float
        The moment, in seconds since 1970 UTC.
    named : bool array of (n_accounts,)
        Accounts that it certifies or lists then.
    """

    time_s: float
    named: Bool


@dataclass(frozen=True, kw_only=True)
class Posts:
    """Who posted when; equally long arrays.

    Parameters
    ----------
    account : int64 array
        Code of the account.
    time_s : float64 array
        Seconds since 1970 UTC, not NaN.
    """

    account: Codes
    time_s: Real


@dataclass(frozen=True, kw_only=True)
class Warnings:
    """How soon each operation was named; one entry per operation.

    Parameters
    ----------
    time_s : float64 array
        Moment of the first cut that names enough of it, NaN if none does.
    hours : float64 array
        From its begin until then, NaN if never named. Known only to the distance of the
        cuts: it could have been named at any moment since the one before.
    posts : float64 array
        Posts that its accounts wrote from its begin until then, NaN if never named.
    missed_posts : int64 array
        Posts from its begin on that came before it was named; all of them if never.
    """

    time_s: Real
    hours: Real
    posts: Real
    missed_posts: Codes

    @property
    def named(self) -> Bool:
        """Operations that were named at all."""
        return ~np.isnan(self.time_s)


def first_warnings(
    cuts: Sequence[Cut],
    operation: Codes,
    posts: Posts,
    *,
    begin_s: Real | None = None,
    least: int = 1,
) -> Warnings:
    """Find out when each operation was first named.

    Parameters
    ----------
    cuts : sequence of Cut
        By time.
    operation : int64 array of (n_accounts,)
        Operation or team from 0 without gaps, -1 for none.
    posts : Posts
        Of everybody; those of others are left aside.
    begin_s : float64 array of (n_operations,), optional
        When each began to act as one; its first post if left out, which is too early
        where accounts slept or lived as ordinary ones first.
    least : int
        How many of its accounts are to be named at one cut; one may be luck.

    Raises
    ------
    ConfigError
        If the cuts are not in order of time.

    Examples
    --------
    >>> cuts = [Cut(time_s=t * 3600.0, named=np.array([t > 1, False])) for t in (1, 2)]
    >>> posts = Posts(account=np.array([0, 0, 0]), time_s=np.array([0.0, 60.0, 9000.0]))
    >>> found = first_warnings(cuts, np.array([0, -1]), posts)
    >>> found.hours.tolist(), found.posts.tolist()
    ([2.0], [2.0])
    """
    _check(cuts)
    n = int(operation.max(initial=-1)) + 1
    time_s = np.full(n, np.nan)
    for cut in reversed(cuts):
        whose = operation[cut.named]
        enough = np.bincount(whose[whose >= 0], minlength=n) >= max(least, 1)
        time_s[enough] = cut.time_s
    whose = operation[posts.account]
    whose, moment = whose[whose >= 0], posts.time_s[whose >= 0]
    begin = _first_posts(whose, moment, n) if begin_s is None else begin_s
    until = np.where(np.isnan(time_s), np.inf, time_s)
    counted = (moment >= begin[whose]) & (moment <= until[whose])
    written = np.bincount(whose[counted], minlength=n)
    return Warnings(
        time_s=time_s,
        hours=(time_s - begin) / HOUR_S,
        posts=np.where(np.isnan(time_s), np.nan, written),
        missed_posts=written,
    )


def _first_posts(whose: Codes, moment: Real, n: int) -> Real:
    first = np.full(n, np.inf)
    np.minimum.at(first, whose, moment)
    first[np.isinf(first)] = np.nan
    return first


@dataclass(frozen=True, kw_only=True)
class FalseAlarms:
    """Accounts that were wrongly named, and how long they were watched.

    Parameters
    ----------
    accounts : int
        Different accounts named at any cut though they are among the watched.
    account_days : float
        Watched accounts times days from the begin of the watch to the last cut.
    """

    accounts: int
    account_days: float

    @property
    def per_million(self) -> float:
        """False alarms per million account-days; NaN where nobody was watched."""
        if not self.account_days > 0:
            return float("nan")
        return MILLION * self.accounts / self.account_days


def false_alarms(cuts: Sequence[Cut], watched: Bool, begin_s: float) -> FalseAlarms:
    """Count accounts that are named though they should not be.

    Parameters
    ----------
    cuts : sequence of Cut
        By time.
    watched : bool array of (n_accounts,)
        Accounts whose naming is an alarm: the ordinary ones, or the decoys.
    begin_s : float
        When the watch began, in seconds since 1970 UTC.

    Returns
    -------
    FalseAlarms
        An account named at many cuts is one alarm: somebody looks at it once.

    Raises
    ------
    ConfigError
        If the cuts are not in order of time, or the first lies before the begin.

    Examples
    --------
    >>> named = np.array([True, False])
    >>> cuts = [Cut(time_s=86_400.0 * day, named=named) for day in (1, 2)]
    >>> false_alarms(cuts, np.array([True, True]), 0.0).per_million
    250000.0
    """
    _check(cuts)
    if cuts and cuts[0].time_s < begin_s:
        raise ConfigError(
            "A cut lies before the watch began", "give a begin before the first cut"
        )
    named = np.zeros(len(watched), np.bool_)
    for cut in cuts:
        named |= cut.named
    days = (cuts[-1].time_s - begin_s) / DAY_S if cuts else 0.0
    return FalseAlarms(
        accounts=int((named & watched).sum()), account_days=int(watched.sum()) * days
    )


def _check(cuts: Sequence[Cut]) -> None:
    times = [cut.time_s for cut in cuts]
    if times != sorted(times):
        raise ConfigError("The cuts are not in order of time", "sort them by time")
