"""Rows that repeat another or lack an object, and what is missing."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evaluate.plain_coortweet import Cells, rows_of, shares_of
from rasad.evaluate.baselines.shares import repeats, with_missing, without_duplicates

CELLS = st.lists(
    st.tuples(
        st.sampled_from(["x", "y", None]),
        st.sampled_from(["a", None]),
        st.sampled_from(["p", "q", None]),
        st.sampled_from([0.0, -0.0, 1.0, math.nan]),
    ),
    max_size=30,
)


@given(CELLS)
def test_repeats_are_rows_that_stood_there_before(cells: Cells) -> None:
    seen: set[tuple[object, ...]] = set()
    expected = []
    for item, account, post, time in cells:
        row = (item, account, post, "NaN" if math.isnan(time) else time)
        expected.append(item is not None and row in seen)
        seen.add(row)
    shares = shares_of(rows_of(cells))
    assert repeats(shares).tolist() == expected
    left = without_duplicates(shares)
    assert len(left.object) == len(cells) - sum(expected) - sum(
        row[0] is None for row in cells
    )
    assert not repeats(left).any()


def test_the_first_of_equal_rows_stays() -> None:
    cells: Cells = [("x", "b", "p", 1.0), ("x", "a", "p", 1.0), ("x", "b", "p", 1.0)]
    assert without_duplicates(shares_of(rows_of(cells))).account.tolist() == [1, 0]


def test_what_is_missing_comes_before_all_others() -> None:
    shares = with_missing(shares_of(rows_of([("x", None, "p", 0.0)])))
    assert shares.missing
    assert (shares.accounts, shares.account.tolist()) == (["NA"], [0])
    assert (shares.objects, shares.object.tolist()) == (["NA", "x"], [1])


def test_a_whole_table_stays_as_it_is() -> None:
    shares = shares_of(rows_of([("x", "a", "p", 0.0)]))
    assert with_missing(shares) is shares
    assert np.array_equal(without_duplicates(shares).object, shares.object)
