"""First actions of a few accounts on a few units, for kernels and their twins."""

from __future__ import annotations

from hypothesis import strategies as st

ACCOUNTS = 6
Row = tuple[int, int, int]
"""Unit, time and account."""


def first_actions(rows: list[Row]) -> list[Row]:
    first: dict[tuple[int, int], int] = {}
    for unit, time, account in rows:
        first[unit, account] = min(time, first.get((unit, account), time))
    return sorted((unit, time, account) for (unit, account), time in first.items())


ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 12), st.integers(0, ACCOUNTS - 1)),
    max_size=30,
).map(first_actions)
