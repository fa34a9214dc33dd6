"""The actions of one trace as lists by object, and what accounts share in them.

Every count of co-actions starts from `Actions`, which `sort_actions` builds. Their
order is canonical, so no result can depend on the order of the input.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from rasad.kernels.lists import mark_firsts, misplaced, scatter, sort_lists
from rasad.kernels.measures import DAY_US
from rasad.kernels.shared import count_shared
from rasad.kernels.windows import account_index

SECOND_US = 1_000_000

LARGEST_TIME = 1 << 60
"""Beyond it the sum of two differences of times could leave 64 bits."""

LARGEST_CODE = np.iinfo(np.int32).max

Result = TypeVar("Result")

DTYPES = {
    "start": np.int64,
    "account": np.int32,
    "time_us": np.int64,
    "first": np.bool_,
    "post": np.int32,
}


@dataclass(frozen=True, kw_only=True)
class Actions:
    """The actions of one trace: for each object, its actions by time, then account.

    All arrays are contiguous; codes start at 0.

    Parameters
    ----------
    start : ndarray of int64, shape (n_objects + 1,)
        Object i has the actions `start[i]` to `start[i + 1] - 1`.
    account : ndarray of int32, shape (n,)
        Codes.
    time_us : ndarray of int64, shape (n,)
        Microseconds since 1970 UTC.
    first : ndarray of bool, shape (n,)
        Whether this is the account's first action on its unit.
    post : ndarray of int32, shape (n,) or (0,)
        Codes of distinct posts; empty where every action is a post of its own.
    n_accounts : int
        One more than the largest account code there can be.
    daily : bool
        Whether an object is a unit of its own on each UTC day.

    Raises
    ------
    ValueError
        If an array breaks these rules.
    """

    start: NDArray[np.int64]
    account: NDArray[np.int32]
    time_us: NDArray[np.int64]
    first: NDArray[np.bool_]
    post: NDArray[np.int32]
    n_accounts: int
    daily: bool

    def __post_init__(self) -> None:
        _check_arrays(self)
        if misplaced(self.start, self.account, self.time_us):
            raise ValueError("rows must be sorted by object, time and account")

    def __len__(self) -> int:
        return len(self.account)

    @property
    def n_objects(self) -> int:
        """Object codes, with or without actions."""
        return len(self.start) - 1

    @cached_property
    def object(self) -> NDArray[np.int32]:
        """The object of each action."""
        objects = np.arange(self.n_objects, dtype=np.int32)
        return np.repeat(objects, np.diff(self.start))

    @cached_property
    def unit(self) -> NDArray[np.int32]:
        """What tests take for an object: the object, or the object on one UTC day."""
        if not self.daily:
            return self.object
        changed = changes(self.object, self.time_us // DAY_US)
        return (np.cumsum(changed) - 1).astype(np.int32)

    def kept(self, rows: NDArray[np.bool_]) -> Actions:
        """Return the actions of some rows; an account stays or goes per object."""
        return replace(
            self,
            start=kept_starts(self.start, rows),
            account=self.account[rows],
            time_us=self.time_us[rows],
            first=self.first[rows],
            post=self.post[rows] if len(self.post) else self.post,
        )


class SharedUnits(NamedTuple):
    """How many units pairs of accounts share at any time, and how many each used.

    shared : int64, one entry per pair.
    degree : int64, one entry per account code: its distinct units.
    n_units : distinct units of the trace.
    """

    shared: NDArray[np.int64]
    degree: NDArray[np.int64]
    n_units: int


def sort_actions(
    account: NDArray[Any],
    object: NDArray[Any],
    time_us: NDArray[Any],
    post: NDArray[Any] | None,
    long_lived: bool,
) -> Actions:
    """Sort the actions of one trace and mark first actions.

    Parameters
    ----------
    account, object, post : ndarray of integers, shape (n,)
        Codes from 0, in any order of rows. Repeated rows count as often as they occur.
        Without `post`, every action is a post of its own.
    time_us : ndarray of integers, shape (n,)
        Microseconds since 1970 UTC.
    long_lived : bool
        Whether an object counts as new on each UTC day in tests.

    Returns
    -------
    Actions

    Raises
    ------
    ValueError
        If the lengths differ or a code does not fit.

    Notes
    -----
    A counting sort by object, O(n) where the rows come by time.

    Examples
    --------
    >>> column = np.array
    >>> actions = sort_actions(
    ...     column([1, 0]), column([0, 0]), column([5, 3]), None, long_lived=False,
    ... )
    >>> actions.account.tolist(), actions.first.tolist()
    ([0, 1], [True, True])
    """
    accounts, objects = _codes(account), _codes(object)
    posts = np.empty(0, np.int32) if post is None else _codes(post)
    times = np.ascontiguousarray(time_us, np.int64)
    if not len(accounts) == len(objects) == len(times):
        raise ValueError("account, object and time_us must be equally long")
    start = np.zeros(n_codes(objects) + 1, np.int64)
    np.cumsum(np.bincount(objects, minlength=len(start) - 1), out=start[1:])
    columns = (np.empty_like(accounts), np.empty_like(times), np.empty_like(posts))
    scatter(accounts, objects, times, posts, start[:-1].copy(), *columns)
    return listed(start, *columns, n_accounts=n_codes(accounts), daily=long_lived)


def listed(
    start: NDArray[np.int64],
    account: NDArray[np.int32],
    time_us: NDArray[np.int64],
    post: NDArray[np.int32],
    *,
    n_accounts: int,
    daily: bool,
    threads: int = 1,
) -> Actions:
    """Sort lists that hold the right rows, in place, and mark first actions."""
    first = np.empty(len(account), np.bool_)

    def finish(begin: int, end: int) -> None:
        part = start[begin : end + 1]
        sort_lists(part, account, time_us, post)
        met = np.full(n_accounts, -1, np.int32)
        mark_firsts(part, account, time_us, daily, met, first)

    over_lists(finish, start, threads)
    return Actions(
        start=start,
        account=account,
        time_us=time_us,
        first=first,
        post=post,
        n_accounts=n_accounts,
        daily=daily,
    )


def over_lists(
    work: Callable[[int, int], Result], start: NDArray[np.int64], threads: int
) -> list[Result]:
    """Do some work on all lists, each thread on a range with about as many rows.

    Parameters
    ----------
    work : callable
        Called with the first list of a range and the one after its last.
    start : ndarray of int64, shape (lists + 1,)
        Rows before each list, and all.
    threads : int
        Threads to use.

    Returns
    -------
    list
        What `work` returned, in the order of the ranges.

    Examples
    --------
    >>> over_lists(lambda first, end: (first, end), np.array([0, 3, 4, 6]), 2)
    [(0, 1), (1, 3)]
    """
    wanted = np.linspace(0, start[-1], threads + 1)[1:-1]
    bounds = [0, *np.searchsorted(start, wanted).tolist(), len(start) - 1]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, bounds[:-1], bounds[1:]))


def kept_starts(start: NDArray[np.int64], rows: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return where lists begin and end once only some of their rows are left.

    Examples
    --------
    >>> kept_starts(np.array([0, 2, 3]), np.array([True, False, True])).tolist()
    [0, 1, 2]
    """
    before = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(rows, out=before[1:])
    return before[start]


def account_rows(
    account: NDArray[np.int32], n_accounts: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return where each account's rows are listed, and the list, ascending.

    Examples
    --------
    >>> start, rows = account_rows(np.array([1, 0, 1], np.int32), 2)
    >>> start.tolist(), rows.tolist()
    ([0, 1, 3], [1, 0, 2])
    """
    start = np.zeros(n_accounts + 1, np.int64)
    rows = np.empty(len(account), np.int32)
    account_index(account, start, rows)
    return start, rows


def count_shared_units(
    actions: Actions,
    account_a: NDArray[np.int32],
    account_b: NDArray[np.int32],
    *,
    threads: int = 1,
) -> SharedUnits:
    """Count the units that given pairs of accounts share, however far apart in time.

    Parameters
    ----------
    actions : Actions
        Actions of one trace, none left out.
    account_a, account_b : ndarray of int32, shape (n_pairs,)
        Codes of accounts that occur in the actions.
    threads : int
        Threads to use.

    Returns
    -------
    SharedUnits

    Raises
    ------
    ValueError
        If a code does not occur.

    Examples
    --------
    >>> column = np.array
    >>> actions = sort_actions(
    ...     column([0, 1, 1]), column([0, 0, 1]), column([0, 9, 9]), None,
    ...     long_lived=False,
    ... )
    >>> pair = np.array([0], np.int32), np.array([1], np.int32)
    >>> count_shared_units(actions, *pair).shared.tolist()
    [1]
    """
    n_accounts = n_codes(actions.account)
    for codes in (account_a, account_b):
        if codes.min(initial=0) < 0 or n_codes(codes) > n_accounts:
            raise ValueError("account_a and account_b must be codes of these actions")
    firsts = np.flatnonzero(actions.first)
    start, rows = account_rows(actions.account[firsts], n_accounts)
    unit = actions.unit[firsts][rows]
    shared = np.zeros(len(account_a), np.int64)
    columns = (np.array_split(c, threads) for c in (account_a, account_b, shared))
    with ThreadPoolExecutor(threads) as pool:
        parts = [
            pool.submit(count_shared, start, unit, *part)
            for part in zip(*columns, strict=True)
        ]
    for part in parts:
        part.result()
    return SharedUnits(shared, np.diff(start), int(changes(actions.unit).sum()))


def n_codes(codes: NDArray[np.int32]) -> int:
    """Return one more than the largest code, 0 where there is none."""
    return int(codes.max(initial=-1)) + 1


def changes(*columns: NDArray[Any]) -> NDArray[np.bool_]:
    """Mark the first row and every row that differs from the one before."""
    changed = np.zeros(len(columns[0]), np.bool_)
    changed[:1] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return changed


def _codes(values: NDArray[Any]) -> NDArray[np.int32]:
    """Narrow codes to 32 bits, never wrapping."""
    if len(values) and not 0 <= values.min() <= values.max() < LARGEST_CODE:
        raise ValueError("codes must lie between 0 and 2**31 - 2")
    return np.ascontiguousarray(values, np.int32)


def _check_arrays(actions: Actions) -> None:
    n = len(actions.account)
    lengths = {"start": (actions.n_objects + 1,), "post": (len(actions.post),)}
    for name, dtype in DTYPES.items():
        column = getattr(actions, name)
        if column.dtype != dtype or column.shape != lengths.get(name, (n,)):
            raise ValueError(f"{name} must be {dtype.__name__}, as long as account")
        if not column.flags.c_contiguous:
            raise ValueError(f"{name} must be contiguous")
    if len(actions.post) not in (0, n):
        raise ValueError("post must be as long as account, or empty")
    if n_codes(_codes(actions.account)) > actions.n_accounts:
        raise ValueError("n_accounts must be above every account code")
    if n > LARGEST_CODE:
        raise ValueError("one trace can hold at most 2**31 - 1 actions")
    if n and max(-actions.time_us.min(), actions.time_us.max()) > LARGEST_TIME:
        raise ValueError("time_us must lie within 2**60 of 0")
    if actions.start[0] != 0 or actions.start[-1] != n:
        raise ValueError("start must begin with 0 and end with the number of rows")
    if np.any(actions.start[1:] < actions.start[:-1]):
        raise ValueError("start must not descend")
