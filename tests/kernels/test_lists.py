"""Sorting of lists against a stable sort of all rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad.kernels.lists import misplaced, sort_lists
from rasad.kernels.measures import INSERTION

ROWS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5)), max_size=200)


@given(
    lists=st.lists(ROWS, max_size=3),
    in_time=st.booleans(),
    with_posts=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_lists_are_sorted_by_time_then_account_and_equal_rows_keep_their_order(
    lists: list[list[tuple[int, int]]], in_time: bool, with_posts: bool
) -> None:
    if in_time:
        lists = [sorted(rows, key=lambda row: row[0]) for rows in lists]
    start = np.cumsum([0, *map(len, lists)]).astype(np.int64)
    time, account = np.array(sum(lists, []), np.int64).reshape(-1, 2).T
    number = np.repeat(np.arange(len(lists)), np.diff(start))
    order = np.lexsort((account, time, number))
    columns = account.astype(np.int32), np.ascontiguousarray(time)
    post = np.arange(len(time) if with_posts else 0, dtype=np.int32)
    sort_lists(start, *columns, post)
    assert columns[0].tolist() == account[order].tolist()
    assert columns[1].tolist() == time[order].tolist()
    assert not with_posts or post.tolist() == order.tolist()
    assert not misplaced(start, *columns)


@pytest.mark.parametrize("tied", [1, INSERTION, INSERTION + 1, 500])
def test_what_is_tied_is_sorted_however_long_it_is(tied: int) -> None:
    account = np.arange(2 * tied, dtype=np.int32)[::-1].copy()
    time = np.repeat(np.array([5, 9]), tied)
    post = np.arange(2 * tied, dtype=np.int32)
    sort_lists(np.array([0, 2 * tied]), account, time, post)
    assert account.tolist() == [*range(tied, 2 * tied), *range(tied)]
    assert post.tolist() == [*reversed(range(tied)), *reversed(range(tied, 2 * tied))]
