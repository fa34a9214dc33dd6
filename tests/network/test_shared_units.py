"""How many units pairs of accounts share at any time: against sets of units."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernels.plain_coaction import Row

from network.test_coaction import ROWS, crowd, sorted_actions
from rasad.network.actions import count_shared_units


@given(rows=ROWS, long_lived=st.booleans(), threads=st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_shared_units_ignore_time(
    rows: list[Row], long_lived: bool, threads: int
) -> None:
    actions = sorted_actions(rows, long_lived=long_lived)
    n = int(actions.account.max(initial=-1)) + 1
    used = [set(actions.unit[actions.account == a].tolist()) for a in range(n)]
    a, b = (side.ravel().astype(np.int32) for side in np.indices((n, n)))
    shared, degree, n_units = count_shared_units(actions, a, b, threads=threads)
    expected = [len(used[x] & used[y]) for x, y in zip(a, b, strict=True)]
    assert shared.tolist() == expected
    assert degree.tolist() == [len(units) for units in used]
    assert n_units == len(set().union(*used))


def test_shared_units_of_an_unknown_account_are_refused() -> None:
    wrong = np.array([7], np.int32)
    with pytest.raises(ValueError, match="must be codes"):
        count_shared_units(crowd(3), wrong, wrong)
