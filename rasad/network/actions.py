"""The actions of one trace as checked, sorted arrays, and what accounts share in them.

Every count of co-actions starts from `Actions`, which `sort_actions` builds. Their
order is canonical, so no result can depend on the order of the input.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rasad.kernels.coaction import count_shared
from rasad.kernels.windows import account_index

DAY_US = 86_400_000_000

LARGEST_TIME = 1 << 61
"""Beyond it the difference of two times could leave 64 bits."""

LARGEST_CODE = np.iinfo(np.int32).max

DTYPES = {
    "account": np.int32,
    "object": np.int32,
    "time_us": np.int64,
    "post": np.int32,
    "unit": np.int32,
    "first": np.bool_,
}


@dataclass(frozen=True, kw_only=True)
class Actions:
    """The actions of one trace, checked, sorted by (object, time, account, post).

    All arrays are contiguous and have one entry per action; codes start at 0.

    Parameters
    ----------
    account, object : ndarray of int32
        Codes. Account codes are in the order of the ids' UTF-8 bytes.
    time_us : ndarray of int64
        Microseconds since 1970 UTC.
    post : ndarray of int32
        Codes of distinct posts.
    unit : ndarray of int32
        What tests take for an object: the object, or the object on one UTC day. Never
        descends, and belongs to one object.
    first : ndarray of bool
        Whether this is the account's first action on its unit.

    Raises
    ------
    ValueError
        If an array breaks these rules.
    """

    account: NDArray[np.int32]
    object: NDArray[np.int32]
    time_us: NDArray[np.int64]
    post: NDArray[np.int32]
    unit: NDArray[np.int32]
    first: NDArray[np.bool_]

    def __post_init__(self) -> None:
        _check_arrays(self)
        _check_order(self)
        if not np.array_equal(self.first, _first_flags(self.account, self.unit)):
            raise ValueError("first must mark each account's first action on each unit")

    def __len__(self) -> int:
        return len(self.account)

    def kept(self, rows: NDArray[np.bool_]) -> Actions:
        """Return the actions of some rows; an account stays or goes per object."""
        chosen = {item.name: getattr(self, item.name)[rows] for item in fields(self)}
        return replace(self, **chosen)


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
    post: NDArray[Any],
    long_lived: bool,
) -> Actions:
    """Sort the actions of one trace and mark first actions.

    Parameters
    ----------
    account, object, post : ndarray of integers, shape (n,)
        Codes from 0, in any order of rows. Repeated rows count as often as they occur.
    time_us : ndarray of integers, shape (n,)
        Microseconds since 1970 UTC.
    long_lived : bool
        Whether an object counts as new on each UTC day in tests.

    Returns
    -------
    Actions
        Where an account's earliest actions tie, the smallest post code is the first.

    Raises
    ------
    ValueError
        If the lengths differ or a code does not fit.

    Examples
    --------
    >>> column = np.array
    >>> actions = sort_actions(
    ...     column([1, 0]), column([0, 0]), column([5, 3]), column([0, 1]),
    ...     long_lived=False,
    ... )
    >>> actions.account.tolist(), actions.first.tolist()
    ([0, 1], [True, True])
    """
    order = np.lexsort((post, account, time_us, object))
    accounts, objects, posts = (_codes(c)[order] for c in (account, object, post))
    times = np.asarray(time_us, np.int64)[order]
    unit = _day_units(objects, times) if long_lived else objects
    return Actions(
        account=accounts,
        object=objects,
        time_us=times,
        post=posts,
        unit=unit,
        first=_first_flags(accounts, unit),
    )


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
    ...     column([0, 1, 1]), column([0, 0, 1]), column([0, 9, 9]), column([0, 1, 2]),
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
    return SharedUnits(shared, np.diff(start), int(_changes(actions.unit).sum()))


def n_codes(codes: NDArray[np.int32]) -> int:
    """Return one more than the largest code, 0 where there is none."""
    return int(codes.max(initial=-1)) + 1


def _codes(values: NDArray[Any]) -> NDArray[np.int32]:
    """Narrow codes to 32 bits, never wrapping."""
    if len(values) and not 0 <= values.min() <= values.max() < LARGEST_CODE:
        raise ValueError("codes must lie between 0 and 2**31 - 2")
    return np.asarray(values, np.int32)


def _changes(*columns: NDArray[Any]) -> NDArray[np.bool_]:
    """Mark the first row and every row that differs from the one before."""
    changed = np.zeros(len(columns[0]), np.bool_)
    changed[:1] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return changed


def _day_units(
    object: NDArray[np.int32], time_us: NDArray[np.int64]
) -> NDArray[np.int32]:
    changed = _changes(object, time_us // DAY_US)
    return (np.cumsum(changed) - 1).astype(np.int32)


def _first_flags(
    account: NDArray[np.int32], unit: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Mark each account's first row on each unit; rows are sorted within units."""
    _, rows = account_rows(account, n_codes(account))
    first = np.zeros(len(account), np.bool_)
    first[rows] = _changes(account[rows], unit[rows])
    return first


def _check_arrays(actions: Actions) -> None:
    for name, dtype in DTYPES.items():
        column = getattr(actions, name)
        if column.dtype != dtype or column.shape != (len(actions.account),):
            raise ValueError(f"{name} must be {dtype.__name__}, as long as account")
        if not column.flags.c_contiguous:
            raise ValueError(f"{name} must be contiguous")
    for name in ("account", "object", "post", "unit"):
        _codes(getattr(actions, name))
    if len(actions) > LARGEST_CODE:
        raise ValueError("one trace can hold at most 2**31 - 1 actions")
    if len(actions) and np.abs(actions.time_us).max() > LARGEST_TIME:
        raise ValueError("time_us must lie within 2**61 of 0")


def _check_order(actions: Actions) -> None:
    """Compare each row with the one before, key by key."""
    tied = np.ones(max(len(actions) - 1, 0), np.bool_)
    for name in ("object", "time_us", "account", "post"):
        step = np.diff(getattr(actions, name).astype(np.int64, copy=False))
        if np.any(tied & (step < 0)):
            raise ValueError("rows must be sorted by object, time, account and post")
        tied &= step == 0
    unit_step = np.diff(actions.unit)
    new_object = np.diff(actions.object) != 0
    if np.any(unit_step < 0) or np.any(new_object & (unit_step == 0)):
        raise ValueError("unit must never descend and must belong to one object")
