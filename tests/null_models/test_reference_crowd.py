"""Null models with a reference crowd: chance is the crowd's, whatever the case does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from null_models.test_opportunity import NOBODY, SECOND, actions_of, observed_pairs
from rasad.extend import TraceActions
from rasad.null_models.opportunity import (
    SUSPECT_FROM,
    FittedOpportunity,
    Opportunity,
    SeenPairs,
    operated,
)
from rasad.null_models.pull import PSEUDO
from rasad.null_models.timing import ChosenPairs, Timing

Row = tuple[int, int, int]
"""Object, second and account."""

Pair = tuple[int, int]

CASE, CROWD = 5, 5
"""Accounts 0 to 4 are the case, 5 to 9 the crowd."""

SHRINKAGE = 5.0


def with_crowd(rows: Sequence[Row], strata: list[int], n_case: int) -> TraceActions:
    """Make first actions of accounts of which those from `n_case` on are a crowd.

    Whatever number an object has in `rows`, that of the crowd is another one.
    """
    apart = [
        (thing + (1_000_000 if who >= n_case else 0), second, who)
        for thing, second, who in rows
    ]
    actions = actions_of(apart, strata)
    return replace(actions, reference=np.arange(len(strata)) >= n_case)


def fitted(
    actions: TraceActions,
    window_s: int = 30,
    bin_s: int = 60,
    shrinkage: float = SHRINKAGE,
    seen: SeenPairs = NOBODY,
    rounds: int = 0,
) -> FittedOpportunity:
    model = Opportunity(bin_s=bin_s, shrinkage=shrinkage, rounds=rounds)
    return model.fit(actions, window_s, seen, threads=1)


def expected(model: FittedOpportunity, pairs: Sequence[Pair]) -> NDArray[np.float64]:
    first, second = (np.array(side, np.int32) for side in zip(*pairs, strict=True))
    return model.expected(first, second, threads=2)


def seen_pairs(counts: Mapping[Pair, int]) -> SeenPairs:
    return SeenPairs(
        first=np.array([a for a, _ in counts], np.int32),
        second=np.array([b for _, b in counts], np.int32),
        n_first=np.array(list(counts.values()), np.int64),
    )


class Slow:
    """The definition, action by action: C and E of the crowd, chances of anybody.

    `left_out` is the share of each crowd pair's co-actions that does not count.
    """

    def __init__(
        self, actions: TraceActions, window_s: int, bin_s: int, left_out: Any = None
    ) -> None:
        columns = actions.account, actions.object, actions.time_us // SECOND
        self.rows = list(zip(*(column.tolist() for column in columns), strict=True))
        self.stratum = actions.stratum.tolist()
        self.bin_s = max(bin_s, window_s)
        self.close: dict[Any, float] = {}
        self.chances: dict[Any, int] = {}
        assert actions.reference is not None
        crowd = [row for row in self.rows if actions.reference[row[0]]]
        for x, y in combinations(crowd, 2):
            where = self.cell(x, y)
            if x[0] == y[0] or where is None:
                continue
            self.chances[where] = self.chances.get(where, 0) + 1
            if x[1] == y[1] and abs(x[2] - y[2]) <= window_s:
                pair = min(x[0], y[0]), max(x[0], y[0])
                counts = 1 - (left_out or {}).get(pair, 0.0)
                self.close[where] = self.close.get(where, 0) + counts

    def cell(self, x: Any, y: Any) -> tuple[Any, ...] | None:
        (a, _, t), (b, _, u) = sorted((x, y), key=lambda row: row[2] // self.bin_s)
        lag = u // self.bin_s - t // self.bin_s
        if lag > 1:
            return None
        sides = self.stratum[a], self.stratum[b]
        return t // self.bin_s, lag, tuple(sorted(sides)) if lag == 0 else sides

    def rate(self, where: tuple[Any, ...]) -> float:
        def total(counts: Mapping[Any, float], start: int, stop: int) -> float:
            alike = where[start:stop]
            return sum(n for key, n in counts.items() if key[start:stop] == alike)

        def pulled(close: float, chances: float, rate: float) -> float:
            plain = (close + SHRINKAGE * rate) / (chances + SHRINKAGE)
            return max(plain, (close + PSEUDO) / (chances + PSEUDO / rate))

        overall = (total(self.close, 1, 2) + 1) / max(total(self.chances, 1, 2), 1)

        def at_hour(counts: Mapping[Any, float]) -> float:
            return sum(
                n
                for key, n in counts.items()
                if key[1:] == where[1:] and self.hour(key) == self.hour(where)
            )

        strata = total(self.close, 1, 3), total(self.chances, 1, 3)
        hour = at_hour(self.close), at_hour(self.chances)
        here = self.close.get(where, 0), self.chances.get(where, 0)
        return pulled(*here, pulled(*hour, pulled(*strata, overall)))

    def hour(self, where: tuple[Any, ...]) -> int:
        return int(where[0]) * self.bin_s // 3_600 % 24

    def expected(self, pair: Pair) -> float:
        one, other = ([row for row in self.rows if row[0] == who] for who in pair)
        cells = [self.cell(x, y) for x, y in product(one, other)]
        return sum(self.rate(where) for where in cells if where is not None)


rows_of_all = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 400), st.integers(0, CASE + CROWD - 1)),
    min_size=2,
    max_size=45,
)
strata_of_all = st.lists(
    st.integers(0, 2), min_size=CASE + CROWD, max_size=CASE + CROWD
)
PAIRS = [*combinations(range(CASE), 2), *combinations(range(CASE, CASE + CROWD), 2)]


@pytest.mark.parametrize("window_s", [0, 30, 90])
@settings(max_examples=50, deadline=None)
@given(table=rows_of_all, strata=strata_of_all)
def test_expectations_are_those_of_the_definition_with_the_crowd_s_rates(
    window_s: int, table: list[Row], strata: list[int]
) -> None:
    actions = with_crowd(table, strata, CASE)
    got = expected(fitted(actions, window_s), PAIRS)
    slow = Slow(actions, window_s, bin_s=60)
    want = [slow.expected(pair) for pair in PAIRS]
    np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-15)


@settings(max_examples=40, deadline=None)
@given(table=rows_of_all, strata=strata_of_all, rounds=st.integers(1, 3))
@example(
    table=[(thing, 0, who) for thing in (0, 1) for who in (5, 6)],
    strata=[0] * (CASE + CROWD),
    rounds=1,
)
def test_of_the_crowd_what_stands_out_is_taken_out_as_the_definition_says(
    table: list[Row], strata: list[int], rounds: int
) -> None:
    actions = with_crowd(table, strata, CASE)
    counts = observed_pairs(actions, 30)
    got = expected(fitted(actions, 30, seen=seen_pairs(counts), rounds=rounds), PAIRS)
    suspects = {
        pair: np.array([n])
        for pair, n in counts.items()
        if n >= SUSPECT_FROM and min(pair) >= CASE
    }
    once = {pair: float(1 - 1 / n[0]) for pair, n in suspects.items()}
    slow = Slow(actions, 30, bin_s=60, left_out=once)
    for _ in range(rounds):
        left_out = {
            pair: float(operated(n, np.array([slow.expected(pair)]))[0])
            for pair, n in suspects.items()
        }
        slow = Slow(actions, 30, bin_s=60, left_out=left_out)
    want = [slow.expected(pair) for pair in PAIRS]
    # What is left of counts that cancel is right to the digits of the counts.
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(table=rows_of_all, strata=strata_of_all, more=rows_of_all)
def test_what_others_of_the_case_do_changes_no_expectation(
    table: list[Row], strata: list[int], more: list[Row]
) -> None:
    few = with_crowd(table, strata, CASE)
    others = [row for row in more if 2 <= row[2] < CASE]
    # They act as one, on everything, as often as they like.
    others += [(9, second, who) for second in range(0, 400, 7) for who in (2, 3, 4)]
    many = with_crowd([*table, *others], strata, CASE)
    one, other = (
        expected(
            fitted(actions, seen=seen_pairs(observed_pairs(actions, 30)), rounds=2),
            [(0, 1), *combinations(range(CASE, CASE + CROWD), 2)],
        )
        for actions in (few, many)
    )
    np.testing.assert_allclose(other, one, rtol=1e-9, atol=1e-12)


def ordinary_rows(seed: int, accounts: range, each: int) -> list[Row]:
    """Return accounts that share what is new in the minutes in which they act."""
    rng = np.random.default_rng(seed)
    seconds = rng.integers(0, 86_400, (len(accounts), each)).tolist()
    return [
        (second // 600 * 3 + int(rng.integers(3)), second, who)
        for who, acts in zip(accounts, seconds, strict=True)
        for second in acts
    ]


def ring_rows(accounts: range, tasks: int) -> list[Row]:
    """Return accounts that act as one within seconds, once in half an hour."""
    return [
        (500_000 + task, 1_800 * task + 60 + place, who)
        for task in range(tasks)
        for place, who in enumerate(accounts)
    ]


def test_co_actions_of_the_case_are_no_part_of_the_rates() -> None:
    crowd = ordinary_rows(1, range(20, 140), 15)
    ring = ring_rows(range(2, 20), 40)
    strata = [0] * 140
    calm = with_crowd([*crowd, *ordinary_rows(2, range(2), 15)], strata, 20)
    wild = with_crowd([*crowd, *ordinary_rows(2, range(2), 15), *ring], strata, 20)
    one, other = (
        expected(
            fitted(actions, 60, 900, 500.0, seen_pairs(observed_pairs(actions, 60)), 5),
            [(0, 1)],
        )[0]
        for actions in (calm, wild)
    )
    assert one == pytest.approx(other, rel=1e-12)
    # Where everybody is compared with everybody, what the ring does does count.
    everybody = replace(wild, reference=None)
    (compared,) = expected(fitted(everybody, 60, 900, 500.0), [(0, 1)])
    assert compared != pytest.approx(one, rel=0.1)


@pytest.mark.parametrize("case_stratum", [1, 2])
def test_a_stratum_without_crowd_is_held_against_the_overall_rate(
    case_stratum: int,
) -> None:
    # Of the crowd, six act in one bin, three of them on one thing: 3 of 15 pairs.
    crowd = [(0, 10, 2), (0, 11, 3), (0, 12, 4), (1, 13, 5), (2, 14, 6), (3, 15, 7)]
    case = [(0, 30, 0), (1, 31, 0), (2, 32, 1)]
    strata = [case_stratum, case_stratum, 0, 0, 0, 1, 1, 0]
    actions = with_crowd([*crowd, *case], strata, 2)
    slow = Slow(actions, 30, bin_s=60)
    (got,) = expected(fitted(actions), [(0, 1)])
    assert got == pytest.approx(slow.expected((0, 1)), rel=1e-12)
    if case_stratum == 2:
        assert got == pytest.approx(2 * (3 + 1) / 15, rel=1e-12)
    else:
        # The only pair of this stratum is not close, which says little.
        assert 0 < got < 2 * (3 + 1) / 15


def test_minutes_without_crowd_have_the_mean_rate_and_never_none() -> None:
    crowd = [(thing, 5 * thing + who, who) for thing in range(6) for who in (2, 3, 4)]
    late = [(0, 86_400, 0), (0, 86_401, 1)]
    actions = with_crowd([*crowd, *late], [0] * 5, 2)
    slow = Slow(actions, 30, bin_s=60)
    mean = sum(slow.close.values()) / sum(slow.chances.values())
    (got,) = expected(fitted(actions), [(0, 1)])
    assert got == pytest.approx(slow.expected((0, 1)), rel=1e-12)
    assert mean < got < 1.05 * mean


def test_an_operation_inside_the_crowd_does_not_become_the_rate() -> None:
    crowd = ordinary_rows(3, range(4, 204), 20)
    case = ordinary_rows(4, range(4), 20)
    strata = [0] * 220
    clean = with_crowd([*crowd, *case], strata, 4)
    # The same ring, acting on its own and as one.
    ring = ring_rows(range(204, 220), 40)
    alone = [(600_000 + 97 * place + n, s, w) for place, (n, s, w) in enumerate(ring)]
    joined = with_crowd([*crowd, *case, *ring], strata, 4)
    apart = with_crowd([*crowd, *case, *alone], strata, 4)
    pairs = list(combinations(range(4), 2))

    def total(actions: TraceActions, rounds: int) -> float:
        seen = seen_pairs(observed_pairs(actions, 60))
        model = fitted(actions, 60, 900, 500.0, seen, rounds)
        return float(expected(model, pairs).sum())

    assert total(joined, 0) > 1.3 * total(clean, 0)
    assert total(joined, 0) > 1.3 * total(apart, 0)
    # What is left in the end is what would be there if its members never met.
    assert total(joined, 5) == pytest.approx(total(apart, 5), rel=0.02)


def test_a_pair_of_the_case_that_stands_out_is_taken_out_of_nothing() -> None:
    rows = [*ordinary_rows(5, range(12, 80), 15), *ring_rows(range(12), 30)]
    actions = with_crowd(rows, [0] * 80, 12)
    counts = observed_pairs(actions, 60)
    crowd_only = {pair: n for pair, n in counts.items() if min(pair) >= 12}
    assert len(crowd_only) < len(counts)
    every, own = (
        fitted(actions, 60, 900, 500.0, seen_pairs(seen), 5)
        for seen in (counts, crowd_only)
    )
    for rates in ("same", "later"):
        assert getattr(every, rates).tobytes() == getattr(own, rates).tobytes()


def test_the_number_of_threads_changes_no_digit() -> None:
    actions = with_crowd(ordinary_rows(6, range(90), 15), [0, 1, 2] * 30, 30)
    seen = seen_pairs(observed_pairs(actions, 60))
    model = Opportunity(bin_s=900, shrinkage=500.0, rounds=3)
    pairs = [side.astype(np.int32) for side in np.triu_indices(90, 1)]
    one, two = (
        model.fit(actions, 60, seen, threads=n).expected(pairs[0], pairs[1], n)
        for n in (1, 2)
    )
    assert one.tobytes() == two.tobytes()


@pytest.mark.parametrize("lag", [0, 1])
def test_a_crowd_that_never_meets_does_not_make_meeting_impossible(lag: int) -> None:
    # Thousands of chances without a co-action: rare, but how rare is not known.
    crowd = [(who, 10, who) for who in range(2, 102)]
    crowd += [(1_000 + who, 70, who) for who in range(2, 102)]
    case = [(0, 20, 0), (0, 20 + 60 * lag, 1)]
    actions = with_crowd([*crowd, *case], [0] * 102, 2)
    assert expected(fitted(actions), [(0, 1)])[0] > 0


@pytest.mark.parametrize("spread_s", [60, 21_600])
def test_null_model_t_of_the_case_knows_nothing_of_the_crowd(spread_s: int) -> None:
    rng = np.random.default_rng(8)

    def audience(things: range, who: range, spread: int) -> list[Row]:
        return [
            (thing, 10_800 * thing + int(second), int(account))
            for thing in things
            for account, second in zip(
                rng.choice(who, 12, replace=False),
                rng.integers(0, spread, 12),
                strict=True,
            )
        ]

    case = audience(range(20), range(30), 7_200)
    crowd = audience(range(60), range(30, 90), spread_s)
    first, second = (side.astype(np.int32) for side in np.triu_indices(30, 1))
    aside = ChosenPairs(first=first, second=second, share=np.zeros(len(first)))
    model = Timing(stretch_s=21_600, shrinkage=50.0)
    alone, beside = (
        model.fit(actions, 60, aside).meetings(aside, threads=1).expected
        for actions in (
            actions_of(case, [0] * 30),
            with_crowd(case + crowd, [0] * 90, 30),
        )
    )
    np.testing.assert_allclose(beside, alone, rtol=1e-9)
