"""The compiled loops on whole groups against their definitions."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kernels.few_actions import ACCOUNTS, ROWS, Row
from rasad.kernels.crowds import (
    close_outsiders,
    close_units,
    count_leads,
    crowd_chances,
    draw_crowds,
)

WINDOWS = st.integers(0, 4)


def columns(rows: list[Row]) -> tuple[NDArray[np.int64], ...]:
    unit, time, account = np.array(rows, np.int64).reshape(-1, 3).T.copy()
    return unit, time, account


def plain_close(rows: list[Row], members: set[int], window: int) -> int:
    acted = [row for row in rows if row[2] in members]
    return len(
        {
            x[0]
            for x, y in combinations(acted, 2)
            if x[0] == y[0] and abs(x[1] - y[1]) <= window
        }
    )


@given(rows=ROWS, members=st.sets(st.integers(0, ACCOUNTS - 1)), window=WINDOWS)
@settings(max_examples=60, deadline=None)
def test_units_on_which_two_are_close_are_counted_once(
    rows: list[Row], members: set[int], window: int
) -> None:
    unit, time, account = columns(rows)
    places = np.flatnonzero(np.isin(account, sorted(members)))
    assert close_units(places, unit, time, window) == plain_close(rows, members, window)


def plain_crowd(pools: list[list[int]], rng: np.random.Generator) -> list[int]:
    """Draw one of each pool, again where that one has been drawn before."""
    crowd: list[int] = []
    for pool in pools:
        one = pool[int(rng.random() * len(pool))]
        while one in crowd:
            one = pool[int(rng.random() * len(pool))]
        crowd.append(one)
    return crowd


def drawn(
    rows: list[Row], pools: list[list[int]], window: int, seed: int, draws: int
) -> list[int]:
    """Return what the compiled loop counts for each crowd."""
    unit, time, account = columns(rows)
    place = np.argsort(account, kind="stable")
    start = np.searchsorted(account[place], np.arange(ACCOUNTS + 1))
    begin = np.r_[0, np.cumsum([len(pool) for pool in pools])].astype(np.int64)
    pool = np.concatenate(pools).astype(np.int64)
    rng, found = np.random.default_rng(seed), np.zeros(draws, np.int64)
    draw_crowds(begin, pool, start, place, unit, time, window, rng, found)
    return found.tolist()


@given(
    rows=ROWS,
    # One more to choose from than members: there is always somebody left.
    pools=st.integers(1, 4).flatmap(
        lambda members: st.lists(
            st.lists(
                st.integers(0, ACCOUNTS - 1),
                min_size=members + 1,
                max_size=ACCOUNTS,
                unique=True,
            ),
            min_size=members,
            max_size=members,
        )
    ),
    window=WINDOWS,
    seed=st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_a_crowd_has_one_of_each_pool_and_nobody_twice(
    rows: list[Row], pools: list[list[int]], window: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    crowds = [plain_crowd(pools, rng) for _ in range(5)]
    assert all(len(set(crowd)) == len(pools) for crowd in crowds)
    want = [plain_close(rows, set(crowd), window) for crowd in crowds]
    assert drawn(rows, pools, window, seed, draws=5) == want


def test_a_crowd_as_large_as_its_pool_is_everybody() -> None:
    """Drawn twice, somebody would be missing, and with them their unit."""
    everybody = list(range(ACCOUNTS))
    pairs = list(combinations(everybody, 2))
    rows = [(unit, 0, account) for unit, pair in enumerate(pairs) for account in pair]
    counts = drawn(rows, [everybody] * ACCOUNTS, 0, seed=1, draws=20)
    assert counts == [len(pairs)] * 20


def test_everybody_is_drawn_equally_often() -> None:
    """Units tell who was drawn: account a acts on it beside account 5, always there."""
    n = ACCOUNTS - 1
    rows = sorted((unit, 0, one) for unit in range(n) for one in (unit, n))
    rows += [(n + k, 0, one) for k in range(10) for one in (0, n)]
    counts = np.array(drawn(rows, [[n], list(range(n))], 0, seed=2, draws=2000))
    share = (counts == 11).mean()
    # Five standard errors of a share of 2,000.
    assert abs(share - 1 / n) < 5 * math.sqrt(0.16 / 2000)
    assert set(counts.tolist()) == {1, 11}


def test_a_crowd_may_act_more_often_than_there_is_room_for_at_first() -> None:
    n = 150
    unit = np.repeat(np.arange(n), 2)
    time, place = np.zeros(2 * n, np.int64), np.r_[0 : 2 * n : 2, 1 : 2 * n : 2]
    start, pools = np.array([0, n, 2 * n]), np.array([0, 1, 2])
    found, rng = np.zeros(1, np.int64), np.random.default_rng(3)
    assert draw_crowds(pools, pools[:2], start, place, unit, time, 0, rng, found)
    assert found.tolist() == [n]


def test_members_who_leave_nobody_for_each_other_have_no_crowd() -> None:
    """Three members and two accounts used to be drawn for without end."""
    unit, time = np.arange(2), np.zeros(2, np.int64)
    start, place = np.array([0, 1, 2]), np.arange(2)
    begin, pool = np.array([0, 2, 4, 6]), np.array([0, 1] * 3)
    found, rng = np.zeros(5, np.int64), np.random.default_rng(4)
    assert not draw_crowds(begin, pool, start, place, unit, time, 0, rng, found)


@given(
    actions=st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=15),
    begin=st.integers(0, 3),
    window=WINDOWS,
)
@settings(max_examples=60, deadline=None)
def test_only_outsiders_make_the_background(
    actions: list[tuple[int, bool]], begin: int, window: int
) -> None:
    actions.sort()
    time = np.array([t for t, _ in actions], np.int64)
    member = np.array([inside for _, inside in actions], np.bool_)
    begin = min(begin, len(actions))
    others = [t for t, inside in actions[begin:] if not inside]
    close = sum(abs(a - b) <= window for a, b in combinations(others, 2))
    got = close_outsiders(member, begin, len(actions), time, window)
    assert got == (len(others) * (len(others) - 1) // 2, close)


@given(
    rows=ROWS,
    members=st.sets(st.integers(0, ACCOUNTS - 1)),
    window=WINDOWS,
    allies=st.sets(st.integers(0, ACCOUNTS - 1)),
    stretch=st.sampled_from([4, 100]),
)
@settings(max_examples=60, deadline=None)
def test_chances_of_a_crowd_are_those_of_the_definition(
    rows: list[Row], members: set[int], allies: set[int], window: int, stretch: int
) -> None:
    unit, time, account = columns(rows)
    member = np.isin(account, sorted(members))
    known = np.isin(account, sorted(members | allies))
    stratum = (account % 2).astype(np.int32)
    cells: dict[tuple[int, int], list[int]] = {}
    for p, (thing, at, _) in enumerate(rows):
        cells.setdefault((thing, at // stretch), []).append(p)
    base = np.linspace(0.1, 0.4, len(cells))
    tempo, weight = np.array([[1.0, 0.5], [0.5, 3.0]]), 2.0
    want: dict[int, tuple[float, int, int, int]] = {}
    for number, ((thing, _), places) in enumerate(cells.items()):
        inside = [p for p in places if member[p]]
        times = [time[p] for p in places if not known[p]]
        if len(inside) < 2:
            continue
        close = sum(abs(a - b) <= window for a, b in combinations(times, 2))
        pairs = math.comb(len(times), 2)
        pi = (close + weight * base[number]) / (pairs + weight)
        rate = sum(
            min(pi * tempo[stratum[a], stratum[b]], 1.0)
            for a, b in combinations(inside, 2)
        )
        hits = [
            time[a] for a, b in combinations(inside, 2) if time[b] - time[a] <= window
        ]
        none, hit, shared, outside = want.get(thing, (1.0, -1, 0, 0))
        if hit < 0 and hits:
            hit = min(hits)
        inside_now, outside_now = shared + len(inside), outside + len(times)
        want[thing] = none * math.exp(-rate), hit, inside_now, outside_now
    begin = np.array([*(p[0] for p in cells.values()), len(rows)], np.int64)
    unit_of_cell = np.array([thing for thing, _ in cells], np.int64)
    unit_of, hit_us, shared_of, outside_of = np.zeros((4, len(cells)), np.int64)
    chance = np.zeros(len(cells))
    n = crowd_chances(
        member, known, stratum, begin, unit_of_cell, time, window, base, tempo, weight,
        unit_of, chance, hit_us, shared_of, outside_of,
    )  # fmt: skip
    assert unit_of[:n].tolist() == list(want)
    np.testing.assert_allclose(chance[:n], [1 - none for none, *_ in want.values()])
    counted = zip(hit_us[:n], shared_of[:n], outside_of[:n], strict=True)
    assert list(counted) == [tuple(rest) for _, *rest in want.values()]


@given(rows=ROWS, members=st.sets(st.integers(0, ACCOUNTS - 1)), window=WINDOWS)
@settings(max_examples=60, deadline=None)
def test_leads_are_first_places_on_occasions_with_others(
    rows: list[Row], members: set[int], window: int
) -> None:
    unit, time, account = columns(rows)
    who = np.full(ACCOUNTS, -1)
    who[sorted(members)] = np.arange(len(members))
    occasions: list[list[Row]] = []
    for row in (row for row in rows if row[2] in members):
        last = occasions[-1][-1] if occasions else None
        if last and last[0] == row[0] and row[1] - last[1] <= window:
            occasions[-1].append(row)
        else:
            occasions.append([row])
    together = [occasion for occasion in occasions if len(occasion) > 1]
    acting = [row[2] for occasion in together for row in occasion]
    leading = [
        occasion[0][2] for occasion in together if occasion[0][1] < occasion[1][1]
    ]
    places = np.flatnonzero(np.isin(account, sorted(members)))
    close, first = np.zeros((2, len(members)), np.int64)
    share = np.zeros(len(places))
    count_leads(places, who[account], unit, time, window, close, first, share)
    assert close.tolist() == [acting.count(a) for a in sorted(members)]
    assert first.tolist() == [leading.count(a) for a in sorted(members)]
    alone = [1 / len(o) if len(o) > 1 else 0.0 for o in occasions for _ in o]
    assert share.tolist() == pytest.approx(alone)
