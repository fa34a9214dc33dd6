"""Null model T against a plain twin, and against worlds of exchangeable times."""

from __future__ import annotations

from itertools import combinations, cycle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from null_models.test_opportunity import actions_of
from rasad.extend import TraceActions, check_null_model
from rasad.null_models.tails import (
    poisson_binomial_point,
    poisson_binomial_tail,
    poisson_tail,
)
from rasad.null_models.timing import ChosenPairs, Timing

SECOND = 1_000_000
WINDOW_S = 60
ACCOUNTS = 7
PAIRS = list(combinations(range(ACCOUNTS), 2))

Row = tuple[int, int, int]
"""Object, second and account."""
Cell = tuple[int, int]
"""Object and stretch."""


def chosen(pairs: list[tuple[int, int]], shares: list[float]) -> ChosenPairs:
    first, second = np.array(pairs, np.int32).reshape(-1, 2).T
    return ChosenPairs(
        first=np.ascontiguousarray(first),
        second=np.ascontiguousarray(second),
        share=np.array(shares, np.float64),
    )


class Plain:
    """The definition, pair of actions by pair of actions."""

    def __init__(
        self, actions: TraceActions, stretch_s: int, eta: float, shares: list[float]
    ) -> None:
        self.share = dict(zip(PAIRS, shares, strict=True))
        self.stratum = actions.stratum.tolist()
        self.eta = eta
        self.cells: dict[Cell, dict[int, int]] = {}
        for account, thing, time_us in zip(
            actions.account.tolist(),
            actions.object.tolist(),
            actions.time_us.tolist(),
            strict=True,
        ):
            second = time_us // SECOND
            stretch = second // stretch_s if stretch_s else 0
            self.cells.setdefault((thing, stretch), {})[account] = second
        self.base = {cell: self._base(cell) for cell in self.cells}

    def near(self, cell: Cell, pair: tuple[int, int]) -> bool:
        one, other = (self.cells[cell][account] for account in pair)
        return abs(one - other) <= WINDOW_S

    def background(
        self, cell: Cell, without: tuple[int, ...] = ()
    ) -> tuple[float, float]:
        """Return the pairs of others, and the close ones, less those set aside."""
        rest = sorted(set(self.cells[cell]) - set(without))
        weight = {pair: 1 - self.share[pair] for pair in combinations(rest, 2)}
        close = (w for pair, w in weight.items() if self.near(cell, pair))
        return sum(weight.values()), sum(close)

    def kind(self, cell: Cell) -> tuple[int, int]:
        born = min(stretch for thing, stretch in self.cells if thing == cell[0])
        age = cell[1] - born + 1
        return len(self.cells[cell]).bit_length(), age.bit_length()

    def _base(self, cell: Cell) -> float:
        every = [self.background(other) for other in self.cells]
        alike = [
            self.background(other)
            for other in self.cells
            if self.kind(other) == self.kind(cell)
        ]
        overall = sum(c for _, c in every) / max(sum(n for n, _ in every), 1.0)
        return (sum(c for _, c in alike) + overall) / (sum(n for n, _ in alike) + 1)

    def tempo(self, s: int, t: int) -> float:
        seen = likely = 0.0
        for cell, members in self.cells.items():
            n, close = self.background(cell)
            chance = (close + self.eta * self.base[cell]) / (n + self.eta)
            for pair in combinations(sorted(members), 2):
                if sorted(self.stratum[account] for account in pair) == sorted((s, t)):
                    seen += (1 - self.share[pair]) * self.near(cell, pair)
                    likely += (1 - self.share[pair]) * chance
        return (seen + self.eta) / (likely + self.eta)

    def chances(self, pair: tuple[int, int]) -> list[tuple[Cell, float, float]]:
        """Return the cells a pair shares, the chance in each, and pairs of others."""
        tempo = self.tempo(*(self.stratum[account] for account in pair))
        found = []
        for cell in sorted(self.cells):
            if set(pair) <= set(self.cells[cell]):
                n, close = self.background(cell, pair)
                pi = (close + self.eta * self.base[cell]) / (n + self.eta)
                found.append((cell, min(pi * tempo, 1.0), n))
        return found

    def hours(self, pair: tuple[int, int]) -> list[int]:
        return [
            min(self.cells[cell][account] for account in pair) // 3600
            for cell, _, _ in self.chances(pair)
            if self.near(cell, pair)
        ]


def plain_tail(chances: list[float], at_least: int) -> float:
    spread = np.ones(1)
    for chance in chances:
        spread = np.convolve(spread, [1 - chance, chance])
    return float(spread[at_least:].sum())


rows = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 5000), st.integers(0, ACCOUNTS - 1)),
    min_size=2,
    max_size=24,
) | st.lists(
    st.tuples(st.integers(0, 3), st.integers(3500, 3700), st.integers(0, ACCOUNTS - 1)),
    min_size=2,
    max_size=24,
)
some_shares = st.lists(
    st.sampled_from([0.0, 0.0, 0.0, 0.5, 1.0]),
    min_size=len(PAIRS),
    max_size=len(PAIRS),
)
some_strata = st.lists(st.integers(0, 1), min_size=ACCOUNTS, max_size=ACCOUNTS)


@pytest.mark.parametrize("stretch_s", [0, 900])
@settings(max_examples=40, deadline=None)
@given(table=rows, strata=some_strata, shares=some_shares)
def test_meetings_and_chances_are_those_of_the_definition(
    stretch_s: int, table: list[Row], strata: list[int], shares: list[float]
) -> None:
    actions = actions_of(table, strata)
    pairs = chosen(PAIRS, shares)
    fitted = Timing(stretch_s=stretch_s, shrinkage=5.0).fit(actions, WINDOW_S, pairs)
    met = fitted.meetings(pairs, threads=2)
    begin, chances = fitted.chances(pairs, met.shared, threads=2)
    plain = Plain(actions, stretch_s, 5.0, shares)
    for k, pair in enumerate(PAIRS):
        want = plain.chances(pair)
        hours = plain.hours(pair)
        assert met.shared[k] == len(want)
        assert met.observed[k] == len(hours)
        assert met.sessions[k] == len(set(hours))
        pi = [chance for _, chance, _ in want]
        got = chances[begin[k] : begin[k + 1]]
        np.testing.assert_allclose(got, pi, rtol=1e-9, atol=1e-12)
        assert met.expected[k] == pytest.approx(sum(pi), rel=1e-9, abs=1e-12)
        others = sum(n for _, _, n in want)
        assert met.others[k] == pytest.approx(others, rel=1e-9, abs=1e-9)


def crowd(seed: int, accounts: int, objects: int, audience: int) -> TraceActions:
    """Return objects a day apart, on which everybody acts at any time of two hours."""
    rng = np.random.default_rng(seed)
    table = [
        (thing, 86_400 * thing + int(second), int(account))
        for thing in range(objects)
        for account, second in zip(
            rng.choice(accounts, audience, replace=False),
            rng.integers(0, 7200, audience),
            strict=True,
        )
    ]
    return actions_of(table, [0] * accounts)


def everybody(accounts: int, *shares: float) -> ChosenPairs:
    """Return all pairs, their shares taken in turn."""
    pairs = list(combinations(range(accounts), 2))
    return chosen(
        pairs, [share for share, _ in zip(cycle(shares), pairs, strict=False)]
    )


@pytest.mark.parametrize("stretch_s", [0, 3600])
def test_exchangeable_times_give_a_uniform_p(stretch_s: int) -> None:
    actions = crowd(1, accounts=80, objects=60, audience=40)
    pairs = everybody(80, 0.0)
    fitted = Timing(stretch_s=stretch_s, shrinkage=50.0).fit(actions, 600, pairs)
    met = fitted.meetings(pairs, threads=1)
    begin, chances = fitted.chances(pairs, met.shared, threads=1)
    tail = poisson_binomial_tail(met.sessions, begin, chances)
    point = poisson_binomial_point(met.sessions, begin, chances)
    p = tail - np.random.default_rng(2).random(len(tail)) * point
    # 3160 uniform values: their mean has a standard error of 0.005, their share below
    # a tenth one of 0.0053.
    assert not np.isnan(met.p_value).any()
    assert abs(p.mean() - 0.5) < 0.02
    assert abs((p <= 0.1).mean() - 0.1) < 0.02


def test_small_tails_are_exact_and_large_ones_poisson() -> None:
    table = [
        (thing, 7200 * thing + (account if account < 2 else 20 * account), account)
        for thing in range(9)
        for account in range(20)
    ]
    actions = actions_of(table, [0] * 20)
    pairs = chosen([(0, 1), (0, 9)], [1.0, 0.0])
    fitted = Timing(stretch_s=0, shrinkage=5.0).fit(actions, 30, pairs)
    met = fitted.meetings(pairs, threads=1)
    begin, chances = fitted.chances(pairs, met.shared, threads=1)
    exact = plain_tail(chances[: begin[1]].tolist(), 9)
    assert met.sessions.tolist() == [9, 0]
    assert met.p_value[0] == pytest.approx(exact, rel=1e-9)
    assert met.p_value[0] < poisson_tail(met.sessions, met.expected)[0]
    assert met.p_value[1] == 1.0


def test_a_pair_that_is_the_audience_of_its_objects_is_not_tested() -> None:
    own = [(thing, 100 * thing, account) for thing in range(5) for account in (0, 1)]
    popular = [(9, 50 * account, account) for account in range(2, 12)]
    actions = actions_of(own + popular, [0] * 12)
    pairs = chosen([(0, 1), (2, 3)], [0.0, 0.0])
    fitted = Timing(stretch_s=0, shrinkage=50.0).fit(actions, WINDOW_S, pairs)
    met = fitted.meetings(pairs, threads=1)
    assert np.isnan(met.p_value).tolist() == [True, False]
    assert met.others.tolist() == [0.0, 28.0]


def test_a_ring_set_aside_is_no_audience_to_its_own_members() -> None:
    table = [(thing, 100 * thing, a) for thing in range(5) for a in range(9)]
    actions = actions_of(table, [0] * 9)
    for share, tested in ((0.0, True), (1.0, False)):
        pairs = everybody(9, share)
        fitted = Timing(stretch_s=0, shrinkage=50.0).fit(actions, WINDOW_S, pairs)
        met = fitted.meetings(pairs, threads=1)
        assert (~np.isnan(met.p_value)).all() == tested


def test_a_stratum_full_of_suspects_is_not_its_own_yardstick() -> None:
    """A ring that is a stratum of its own would otherwise be as close as it expects."""
    rng = np.random.default_rng(6)
    table = [
        (thing, 86_400 * thing + int(second), account)
        for thing in range(30)
        for account, second in enumerate(rng.integers(0, 7200, 40).tolist())
    ]
    table += [
        (thing, 86_400 * thing + 9, a) for thing in range(30) for a in range(36, 40)
    ]
    actions = actions_of(table, [0] * 36 + [1] * 4)
    ring = list(combinations(range(36, 40), 2))
    model = Timing(stretch_s=0, shrinkage=50.0)
    beside, within = (
        model.fit(actions, WINDOW_S, chosen(ring, [share] * 6)).meetings(
            chosen(ring, [share] * 6), threads=1
        )
        for share in (1.0, 0.0)
    )
    assert beside.expected.max() < 2
    assert within.expected.min() > 3 * beside.expected.max()


def test_meetings_do_not_depend_on_the_number_of_threads() -> None:
    actions = crowd(3, accounts=60, objects=50, audience=30)
    pairs = everybody(60, 0.0, 0.2, 0.4, 0.6, 0.8)
    fitted = Timing(stretch_s=3600, shrinkage=50.0).fit(actions, 600, pairs)
    one, three = (fitted.meetings(pairs, threads=n) for n in (1, 3))
    assert np.nanmin(one.p_value) < 0.05
    for name in vars(one):
        assert getattr(one, name).tobytes() == getattr(three, name).tobytes()


def test_it_states_its_assumption() -> None:
    model = Timing(stretch_s=0, shrinkage=50.0)
    check_null_model(model)
    assert model.assumption
