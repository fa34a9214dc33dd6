"""The arrays that the co-action kernels take, fill and work in."""

from __future__ import annotations

import secrets
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ACCOUNT_A, ACCOUNT_B, N_OBJECTS, N_FIRST, N_POSTS_A, N_POSTS_B = range(6)
N_PAIRS, FIRST_US, LAST_US, GAP_TWICE, N_A_FIRST, N_B_FIRST = range(6, 12)
N_MEASURES = 12
"""Columns of a measured row; `GAP_TWICE` is twice the median gap, so a whole number."""

POSITION, LEFT, RIGHT, ORDINAL = range(4)
"""Columns of an account's entries; together they fill a quarter of a cache line."""

TIME_US, POST_FIRST = range(2)
"""Columns of a row's facts; they lie together because they are needed together."""


HASHED = 1 << 14
"""Counters by hash, a power of two; they fill a part of the second fastest memory."""


class ActionLists(NamedTuple):
    """Actions sorted by (object, time), one entry per action.

    account : int32 codes, in the order in which pairs are reported.
    slot : int32, where the account has its counter. Where all accounts are indexed,
        busy ones come first, so that the counters in use lie close together.
    after : int32, the next row of the list by another account, or its end. An account
        that repeats itself is passed over in one step.
    fact : int64, shape (n, 2). `TIME_US` is the time, microseconds. `POST_FIRST` is
        twice the number of the post among those of its account, and one more where
        this is the account's first action on its unit.
    """

    account: NDArray[np.int32]
    slot: NDArray[np.int32]
    after: NDArray[np.int32]
    fact: NDArray[np.int64]


class AccountRows(NamedTuple):
    """The rows of each account, ascending, and what lies in the window of each.

    start : int64, one more than accounts; account a owns entries start[a]:start[a + 1].
        Where not every account's rows are needed, the others own none.
    entry : int32, shape (n, 4). `POSITION` is the row; rows `LEFT` to `RIGHT` - 1 are
    on its object and within the longest window of it; `ORDINAL` numbers its object
    among those of the account.
    slot : int32 per account, where it has its counter.
    """

    start: NDArray[np.int64]
    entry: NDArray[np.int32]
    slot: NDArray[np.int32]


class Question(NamedTuple):
    """What is asked of the actions.

    windows_us : int64 ascending, shape (w,); the last is the window of the rows.
    least : objects that a pair must share inside a window to be reported there.
    daily : an object counts as new on each UTC day where first actions are compared.
    """

    windows_us: NDArray[np.int64]
    least: int
    daily: bool


class Workspace(NamedTuple):
    """Memory of one thread, reused from call to call; `make_workspace` builds it."""

    stamp: NDArray[np.int64]  # shape (1,), the last stamp given out
    counter: NDArray[np.uint32]  # shape (slots, 2): stamp, objects
    hashed: NDArray[np.uint32]  # the same by hash, for accounts that meet few others
    owner: NDArray[np.int32]  # the slot that each of these counts
    key: NDArray[np.uint64]  # shape (1,), of the hash; nothing depends on it but time
    touched: NDArray[np.int32]  # partners that reached the least number of objects
    seen_object: NDArray[np.uint8]  # marks per object of a, all zero between pairs
    seen_post: NDArray[np.uint8]  # marks per post, all zero between pairs
    number: NDArray[np.int32]  # partner of each collected post pair
    own: NDArray[np.int32]  # entry of account a
    other: NDArray[np.int32]  # row of account b
    gap: NDArray[np.int64]  # their distance in time
    slot: NDArray[np.int64]  # post pairs by partner
    order: NDArray[np.int64]  # post pairs of one partner by gap


class Output(NamedTuple):
    """Where measured pairs go.

    rows : int64, shape (w, room, N_MEASURES), by (a, b) in each window.
    filled : int64, shape (w,), rows filled per window.
    """

    rows: NDArray[np.int64]
    filled: NDArray[np.int64]


def make_workspace(
    n_accounts: int, n_objects: int, n_posts: int, room: int
) -> Workspace:
    """Return an empty workspace for post pairs of up to `room` rows at a time.

    `n_objects` and `n_posts` are the most objects and posts of any one account.
    """
    return Workspace(
        stamp=np.zeros(1, np.int64),
        counter=np.zeros((n_accounts, 2), np.uint32),
        hashed=np.zeros((HASHED, 2), np.uint32),
        owner=np.zeros(HASHED, np.int32),
        key=np.array([secrets.randbits(64)], np.uint64),
        touched=np.zeros(n_accounts + 1, np.int32),
        seen_object=np.zeros(n_objects, np.uint8),
        seen_post=np.zeros(n_posts, np.uint8),
        number=np.zeros(room, np.int32),
        own=np.zeros(room, np.int32),
        other=np.zeros(room, np.int32),
        gap=np.zeros(room, np.int64),
        slot=np.zeros(room, np.int64),
        order=np.zeros(room, np.int64),
    )
