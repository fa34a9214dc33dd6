"""The compiled loops of null model T against their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kernels.few_actions import ACCOUNTS, ROWS, Row
from rasad.kernels.timing import aside_by_strata

STRETCH = 6
Pair = tuple[int, int, float]
"""Two accounts, and the share of them that is set aside."""

PAIRS = st.lists(
    st.tuples(
        st.integers(0, ACCOUNTS - 2),
        st.integers(1, ACCOUNTS - 1),
        st.sampled_from([0.0, 0.25, 1.0]),
    ).filter(lambda pair: pair[0] < pair[1]),
    max_size=8,
)
STRATA = st.lists(st.integers(0, 2), min_size=ACCOUNTS, max_size=ACCOUNTS)
Sums = NDArray[np.float64]


def left(
    rows: list[Row],
    pairs: list[Pair],
    strata: list[int],
    window: int,
    chance: NDArray[np.float64],
) -> tuple[Sums, Sums]:
    """Return what the compiled loop leaves of sums that were zero."""
    unit, time, account = np.array(rows, np.int64).reshape(-1, 3).T.copy()
    cell = cells(rows)
    place = np.argsort(account, kind="stable")
    start = np.searchsorted(account[place], np.arange(ACCOUNTS + 1))
    first, second = np.array([pair[:2] for pair in pairs], np.int32).reshape(-1, 2).T
    share = np.array([pair[2] for pair in pairs], np.float64)
    near, likely = np.zeros((2, 3, 3))
    aside_by_strata(
        first.copy(), second.copy(), share, start, unit[place], place, time, cell,
        np.array(strata, np.int32), window, chance, near, likely,
    )  # fmt: skip
    return near, likely


def cells(rows: list[Row]) -> NDArray[np.int64]:
    """Number the runs of actions on one unit and in one stretch."""
    order = sorted({(unit, time // STRETCH) for unit, time, _ in rows})
    return np.array([order.index((u, t // STRETCH)) for u, t, _ in rows], np.int64)


def plain(
    rows: list[Row],
    pairs: list[Pair],
    strata: list[int],
    window: int,
    chance: NDArray[np.float64],
) -> tuple[Sums, Sums]:
    """Go through every pair of actions, and put it down for both orders of strata."""
    cell, near, likely = cells(rows).tolist(), np.zeros((3, 3)), np.zeros((3, 3))
    for a, b, share in pairs:
        for x, (_, at, one) in enumerate(rows):
            for y, (_, then, other) in enumerate(rows):
                if (one, other) != (a, b) or cell[x] != cell[y]:
                    continue
                for where in {(strata[a], strata[b]), (strata[b], strata[a])}:
                    near[where] -= share * (abs(at - then) <= window)
                    likely[where] -= share * chance[cell[x]]
    return near, likely


@given(rows=ROWS, pairs=PAIRS, strata=STRATA, window=st.integers(0, 4))
@settings(max_examples=80, deadline=None)
def test_pairs_are_taken_out_of_the_sums_of_their_strata(
    rows: list[Row], pairs: list[Pair], strata: list[int], window: int
) -> None:
    chance = np.linspace(0.1, 0.7, 12)
    got = left(rows, pairs, strata, window, chance)
    for sums, want in zip(got, plain(rows, pairs, strata, window, chance), strict=True):
        np.testing.assert_allclose(sums, want, atol=1e-12)
        assert (sums == sums.T).all()


def test_a_pair_that_shares_a_unit_but_no_stretch_takes_nothing_out() -> None:
    rows = [(0, STRETCH - 1, 0), (0, STRETCH, 1)]
    near, likely = left(rows, [(0, 1, 1.0)], [0] * ACCOUNTS, 4, np.full(2, 0.5))
    assert near.tolist() == likely.tolist() == np.zeros((3, 3)).tolist()


@pytest.mark.parametrize(("strata", "where"), [([0, 0], [(0, 0)]), ([0, 2], [(0, 2)])])
def test_a_pair_counts_once_in_each_order(
    strata: list[int], where: list[tuple[int, int]]
) -> None:
    rows = [(0, 0, 0), (0, 1, 1), (1, 0, 0), (1, 5, 1)]
    near, likely = left(rows, [(0, 1, 0.5)], strata + [1] * 3, 2, np.array([0.2, 0.4]))
    want_near, want_likely = np.zeros((2, 3, 3))
    for s, t in where:
        want_near[s, t] = want_near[t, s] = -0.5
        want_likely[s, t] = want_likely[t, s] = -0.5 * (0.2 + 0.4)
    np.testing.assert_allclose(near, want_near)
    np.testing.assert_allclose(likely, want_likely)
