"""The linear loops over windows against their definitions."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad.kernels.windows import account_index, pairs_by_list

FAR = 1 << 53
MOMENTS = st.sampled_from([0, 1, 2, 3, 7, 8, 20, FAR, FAR + 1, -FAR])
ROWS = st.lists(st.tuples(st.integers(0, 3), MOMENTS, st.integers(0, 2)), max_size=20)
WINDOWS = st.sampled_from([0, 1, 5, 1000, 4 * FAR])


@given(rows=ROWS.map(sorted), window=WINDOWS)
@settings(max_examples=100, deadline=None)
def test_pairs_are_counted_without_being_made(
    rows: list[tuple[int, int, int]], window: int
) -> None:
    thing, time, account = np.array(rows, np.int64).reshape(-1, 3).T
    near = abs(time[:, None] - time[None, :]) <= window
    same = thing[:, None] == thing[None, :]
    others = account[:, None] != account[None, :]
    expected = np.triu(near & same & others, k=1)
    start = np.searchsorted(thing, np.arange(5)).astype(np.int64)
    pairs, inside = np.zeros(4, np.int64), np.zeros(3, np.int32)
    lists = start, account.astype(np.int32), np.ascontiguousarray(time)
    pairs_by_list(*lists, window, inside, pairs)
    assert pairs.tolist() == [expected[thing == code].sum() for code in range(4)]
    assert not inside.any()


@given(codes=st.lists(st.integers(0, 5), max_size=20))
@settings(max_examples=40, deadline=None)
def test_every_account_finds_its_rows_in_ascending_order(codes: list[int]) -> None:
    account = np.array(codes, np.int32)
    start, rows = np.zeros(7, np.int64), np.empty(len(codes), np.int32)
    account_index(account, start, rows)
    assert start[0] == 0
    for code in range(6):
        owned = rows[start[code] : start[code + 1]]
        assert owned.tolist() == np.flatnonzero(account == code).tolist()
