"""Which rows have company, against looking at every pair of rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad.kernels.pruning import Columns, live_round

FAR = 1 << 59
MOMENTS = st.sampled_from([0, 1, 2, 3, 7, 8, 20, FAR, -FAR])
ROWS = st.lists(st.tuples(st.integers(0, 1), MOMENTS, st.integers(0, 3)), max_size=24)
WINDOWS = st.sampled_from([0, 1, 5, 1000, 1 << 62])


@given(
    rows=ROWS.map(sorted), window=WINDOWS, enough=st.lists(st.booleans(), min_size=4)
)
@settings(max_examples=200, deadline=None)
def test_rows_stay_that_have_company_and_only_those(
    rows: list[tuple[int, int, int]], window: int, enough: list[bool]
) -> None:
    thing, time, account = np.array(rows, np.int64).reshape(-1, 3).T
    able = np.array(enough[:4])[account]
    near = abs(time[:, None] - time[None, :]) <= window
    same = thing[:, None] == thing[None, :]
    others = account[:, None] != account[None, :]
    live = able & (near & same & others & able[None, :]).any(axis=1)
    begins = np.searchsorted(thing, [0, 1, 2]).astype(np.int64)
    first = np.arange(len(rows)) % 2 == 0
    number = np.arange(len(rows), dtype=np.int32)
    columns = Columns(account.astype(np.int32), time.copy(), first, number)
    start, stop = begins[:-1].copy(), begins[1:].copy()
    objects, met = np.zeros(4, np.uint32), np.full(4, -1, np.int32)
    company = np.empty(max(len(rows), 1), np.bool_)
    lists, asked = (columns, start, stop, 0, 2), (window, np.array(enough[:4]))
    left = live_round(*lists, *asked, objects, met, company)
    assert left == live.sum()
    kept = np.concatenate([number[a:b] for a, b in zip(start, stop, strict=True)])
    assert kept.tolist() == np.flatnonzero(live).tolist()
    for code in range(4):
        on = {int(thing[row]) for row in np.flatnonzero(live & (account == code))}
        assert objects[code] == len(on)
