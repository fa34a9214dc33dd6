"""Groups found on one half: a ring is confirmed, chance is not, and none is shared."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from network.worlds import (
    NOBODY,
    PEOPLE,
    RING,
    SMALL,
    WINDOW_S,
    hashes_of,
    numbered,
    on_same_posts,
    people_rows,
    ring_rows,
    ring_world,
    trace_of,
)
from rasad.config import Groups, Settings
from rasad.network import heldout
from rasad.network.confirmation import Confirmation, HalfTests, HeldOut, held_out
from rasad.network.halves import TracePairs
from rasad.network.heldout import Crowds, Showing

SETTINGS = Settings()
PAIRS_TOO = replace(SETTINGS, groups=Groups(fewest_certified=2))


def confirmed(
    traces: list[TracePairs],
    *,
    trusted: bool = True,
    threads: int = 1,
    settings: Settings = SETTINGS,
) -> Confirmation:
    n = len(traces[0].actions.stratum)
    passed = frozenset((one.number, WINDOW_S) for one in traces if trusted)
    eligible = np.ones((len(traces), n), np.bool_)
    return held_out(traces, eligible, passed, hashes_of(n), settings, threads)


@cache
def ring() -> Confirmation:
    return confirmed([ring_world()])


def half_tests(found: Confirmation) -> HalfTests:
    assert found.tests is not None
    return found.tests


def test_a_planted_ring_is_found_and_confirmed() -> None:
    found = [group for group in ring().groups if group.confirmed]
    assert [group.members.tolist() for group in found] == [RING.tolist()]
    (one,) = found
    assert one.q_value < 1e-3
    assert 1 < one.fragility <= one.showings[0].observed == 30
    assert one.stability > 0.9


def test_nothing_is_confirmed_where_the_gate_refused() -> None:
    refused = confirmed([ring_world()], trusted=False)
    assert [group.members.tolist() for group in refused.groups] == [RING.tolist()]
    assert not any(group.confirmed for group in refused.groups)
    assert [group.p_value for group in refused.groups] == [1.0]


def test_groups_of_two_are_not_tested() -> None:
    rows = people_rows(1, 400, objects=240, audience=40, at_once=20)
    traces = on_same_posts(trace_of(rows, 400), copies=3)
    with_pairs = confirmed(traces, settings=PAIRS_TOO).groups
    assert {len(group.members) for group in with_pairs} == {2}
    assert confirmed(traces).groups == []


def test_confirmation_does_not_depend_on_the_number_of_threads() -> None:
    two = confirmed([ring_world()], threads=2)
    assert [one.p_value for one in ring().groups] == [one.p_value for one in two.groups]
    fragility = [one.fragility for one in ring().groups]
    assert fragility == [one.fragility for one in two.groups]


def test_what_the_same_posts_show_in_three_traces_confirms_nobody() -> None:
    """Nobody knows anybody, but a link, a text and a tag of one post count as three.

    Were halves drawn trace by trace, the posts that find a pair in one trace would
    confirm it in another: drawn so, with these seeds, 11 groups of 18 were confirmed.
    """
    found = 0
    for seed in (1, 5) if SMALL else range(8):
        rows = people_rows(seed, 400, objects=240, audience=40, at_once=20)
        traces = on_same_posts(trace_of(rows, 400), copies=3)
        groups = confirmed(traces, settings=PAIRS_TOO).groups
        found += len(groups)
        assert not any(group.confirmed for group in groups)
    assert found >= (5 if SMALL else 20)


OTHERS = [np.array([600, 601, 602]), np.array([3, 9, 20, 50, 60, 80])]


def test_a_group_shows_the_same_whatever_else_is_tested() -> None:
    tests = half_tests(ring())
    group = OTHERS[1]
    (alone,) = tests.show(group)
    for before in OTHERS:
        tests.show(before)
        (after,) = tests.show(group)
        assert after.p_crowd == alone.p_crowd
        assert after.crowds.counts.tolist() == alone.crowds.counts.tolist()


def test_the_order_of_accounts_does_not_decide_who_is_drawn() -> None:
    """The same accounts under other codes have the same source of chance."""
    tests = half_tests(ring())
    moved = replace(tests, hashes=tests.hashes.copy())
    moved.hashes[OTHERS[1]] = moved.hashes[OTHERS[1][::-1]]
    (one,), (other,) = tests.show(OTHERS[1]), moved.show(OTHERS[1])
    assert one.crowds.counts.tolist() == other.crowds.counts.tolist()


def test_the_number_of_a_trace_does_not_decide_who_is_drawn() -> None:
    tests = half_tests(ring())
    (alone,) = tests.show(OTHERS[1])
    elsewhere = replace(tests, where=[replace(tests.where[0], trace=4)])
    (again,) = elsewhere.show(OTHERS[1])
    assert again.crowds.counts.tolist() == alone.crowds.counts.tolist()


@pytest.mark.parametrize("what", ["group", "seed", "trace", "window"])
def test_every_group_and_occasion_has_its_own_source_of_chance(what: str) -> None:
    tests = half_tests(ring())
    occasion = tests.where[0]
    other = {
        "group": replace(tests, hashes=tests.hashes + np.uint64(1)),
        "seed": replace(tests, seed=1),
        "trace": replace(tests, where=[replace(occasion, name="other")]),
        "window": replace(tests, where=[replace(occasion, window_s=61)]),
    }[what]
    (one,), (another,) = tests.show(OTHERS[1]), other.show(OTHERS[1])
    assert one.observed == another.observed
    assert one.crowds.counts.tolist() != another.crowds.counts.tolist()


def test_a_trace_in_which_a_group_does_nothing_changes_no_other() -> None:
    more = confirmed([ring_world(), numbered(quiet(), 1)])
    assert [one.members.tolist() for one in more.groups] == [RING.tolist()]
    (one,), (two,) = ring().groups, more.groups
    assert two.showings[0].p_crowd == one.showings[0].p_crowd
    assert two.showings[0].p_timing == one.showings[0].p_timing


def test_a_trace_without_windows_says_nothing() -> None:
    """Its times are too coarse for all of them, while another trace's are not."""
    none = replace(
        numbered(ring_world(), 1), windows_s=(), stretches_s=(), pairs=(), several=()
    )
    (one,), (two,) = ring().groups, confirmed([ring_world(), none]).groups
    assert two.p_value == one.p_value


def quiet() -> TracePairs:
    """Return a trace in which only people act, among as many accounts."""
    return trace_of(people_rows(8, 600, objects=30, audience=60), 606)


def test_members_are_tested_again_as_they_are_asked_for() -> None:
    (group,) = ring().groups
    again = ring().again(group, RING[:4])
    assert again.members.tolist() == RING[:4].tolist()
    assert again.showings[0].observed == 30
    assert (again.confirmed, again.q_value) == (False, 1.0)
    same = ring().again(group, group.members)
    assert same.p_value == group.p_value


def test_nothing_found_is_nothing_to_test_again() -> None:
    nothing = confirmed([quiet()])
    assert nothing.groups == []
    assert nothing.tests is None
    (group,) = ring().groups
    with pytest.raises(ValueError, match="no group was found"):
        nothing.again(group, group.members)


def group_of(p_value: float) -> HeldOut:
    (one,) = ring().groups
    return replace(one, p_value=p_value, showings=())


def test_q_values_are_corrected_over_all_groups_anew() -> None:
    groups = [group_of(p) for p in (0.01, 0.04, 0.9, 0.03)]
    first = ring().revised(groups)
    assert [one.q_value for one in first.groups] == pytest.approx(
        [0.04, 0.16 / 3, 0.9, 0.16 / 3]
    )
    assert [one.confirmed for one in first.groups] == [True, False, False, False]
    groups[2] = group_of(0.001)
    second = first.revised(groups)
    assert [one.confirmed for one in second.groups] == [True] * 4


def showing(
    window_s: int,
    p_crowd: float,
    p_timing: float,
    counts: NDArray[np.int64],
    strict: bool = True,
) -> Showing:
    return Showing(
        trace=0,
        window_s=window_s,
        observed=5,
        expected_crowd=0.0,
        expected_timing=0.0,
        p_crowd=p_crowd,
        p_timing=p_timing,
        testable=not np.isnan(p_timing),
        outsiders=1.0,
        crowds=Crowds(counts=counts, share=0.0, strict=strict),
        chances=np.full(5, 0.01),
        sessions=5,
    )


NOT = float("nan")


@pytest.mark.parametrize(
    ("tests", "p_value"),
    [
        ([(60, 0.01, 0.03)], 0.03),
        ([(60, 0.03, 0.01)], 0.03),
        ([(60, NOT, 0.01)], 0.01),
        ([(60, 0.01, NOT)], 0.01),
        ([(600, 0.01, NOT)], 1.0),
        ([(600, 0.01, 0.02)], 0.02),
        ([(60, 0.01, NOT), (600, 1e-9, NOT)], 0.01),
        ([(60, NOT, NOT)], 1.0),
        ([], 1.0),
    ],
)
def test_both_tests_confirm_or_the_one_that_can_be_made(
    tests: list[tuple[int, float, float]], p_value: float
) -> None:
    counts = np.zeros(1, np.int64)

    class Scripted(HalfTests):
        def show(
            self, members: NDArray[np.int64], beside: NDArray[np.int64] | None = None
        ) -> tuple[Showing, ...]:
            return tuple(showing(*one, counts) for one in tests)

    half = half_tests(ring())
    scripted = Scripted(
        where=half.where, barred=half.barred, hashes=half.hashes, seed=half.seed
    )
    again = replace(ring(), tests=scripted).again(ring().groups[0], RING)
    assert again.p_value == pytest.approx(p_value)


def test_loose_crowds_confirm_nothing_alone() -> None:
    class Scripted(HalfTests):
        def show(
            self, members: NDArray[np.int64], beside: NDArray[np.int64] | None = None
        ) -> tuple[Showing, ...]:
            counts, strict = np.zeros(1, np.int64), len(members) != 2
            return (showing(60, 0.01, NOT if strict else 0.02, counts, strict=False),)

    half = half_tests(ring())
    scripted = Scripted(
        where=half.where, barred=half.barred, hashes=half.hashes, seed=half.seed
    )
    found = replace(ring(), tests=scripted)
    alone = found.again(ring().groups[0], RING)
    beside = found.again(ring().groups[0], RING[:2])
    assert alone.p_value == 1.0
    assert beside.p_value == pytest.approx(0.02)


def test_the_half_that_confirms_does_not_choose_what_is_found() -> None:
    """A single co-action used to count for pairs that have another one over there."""
    world = ring_world()
    every = replace(world, several=world.pairs)
    one, two = confirmed([world]), confirmed([every])
    assert [group.p_value for group in one.groups] == [
        group.p_value for group in two.groups
    ]
    rows = np.flatnonzero(world.half)
    alone = replace(
        world,
        actions=replace(
            world.actions,
            account=world.actions.account[rows],
            object=world.actions.object[rows],
            time_us=world.actions.time_us[rows],
        ),
        post=world.post[rows],
        half=world.half[rows],
    )
    assert [group.members.tolist() for group in confirmed([alone]).groups] == [
        group.members.tolist() for group in one.groups
    ]


@pytest.fixture
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw fewer crowds: large groups have many crews, each with crowds of its own."""
    monkeypatch.setattr(heldout, "DRAWS", 1_000)


def beside_people(members: NDArray[np.int64]) -> TracePairs:
    """Return people who act at any time, and a group that acts as one on 60 objects."""
    rows = people_rows(5, PEOPLE, objects=120, audience=60)
    rows += ring_rows(6, members, lambda thing: thing % 4 < 2)
    return trace_of(rows, int(members.max()) + 1)


@pytest.mark.usefixtures("few_draws")
@pytest.mark.parametrize("size", [31, 90])
def test_a_large_group_is_confirmed_by_its_crews(size: int) -> None:
    large = np.arange(PEOPLE, PEOPLE + size)
    (one,) = (g for g in confirmed([beside_people(large)]).groups if g.confirmed)
    assert np.isin(large, one.members).all()
    assert len(one.members) <= size + 1
    assert len(one.crew) in (3, 10)
    assert np.isin(one.crew, one.members).all()
    assert one.q_value < 0.01
    assert one.fragility >= 1


@pytest.mark.usefixtures("few_draws")
def test_a_group_whose_closeness_is_no_surprise_is_confirmed_by_threes() -> None:
    """Among 28 who choose the same two are close within a minute on every object."""
    team = np.arange(PEOPLE, PEOPLE + 28)
    (one,) = (g for g in confirmed([beside_people(team)]).groups if g.confirmed)
    tests = half_tests(confirmed([beside_people(team)]))
    (whole,) = tests.show(one.members)
    assert whole.p_timing > 0.1
    assert np.isin(team, one.members).all()
    assert len(one.crew) == 3
    assert one.raised == pytest.approx(2 * 9 / 5)
    assert one.p_value < 0.01


@pytest.mark.usefixtures("few_draws")
def test_a_team_of_which_few_see_to_each_task_is_confirmed_whole() -> None:
    """Two of three by lot seldom meet where four of a dozen do each task."""
    rng = np.random.default_rng(8)
    rows = people_rows(5, PEOPLE, objects=120, audience=60)
    team = np.arange(PEOPLE, PEOPLE + 12)
    for thing in (one for one in range(120) if one % 4 < 2):
        moment = 10_800 * thing + int(rng.integers(7000))
        some = rng.choice(team, 4, replace=False).tolist()
        rows += [(thing, moment + 5 * n, account) for n, account in enumerate(some)]
    tests = half_tests(confirmed([trace_of(rows, PEOPLE + 12)]))
    judged = tests.judge(team, 1.0)
    assert len(judged.crew) == 12
    assert judged.raised == 2
    assert judged.p_value < 0.01
    assert tests.judge(np.arange(12), 1.0).p_value > 0.05


@pytest.mark.usefixtures("few_draws")
def test_a_team_confirms_no_large_group_of_others() -> None:
    """Of a group of ninety fifteen act as one: most crews hold two or three of them."""
    team = np.arange(PEOPLE, PEOPLE + 15)
    tests = half_tests(confirmed([beside_people(team)]))
    mixture = np.concatenate([np.arange(75), team])
    crews = [tests.show(crew, mixture) for crew in np.array_split(mixture[::-1], 9)]
    assert min(one.p_crowd for (one,) in crews) < 1e-3
    assert tests.judge(team, 1.0).p_value < 0.01
    assert tests.judge(np.arange(90), 1.0).p_value > 0.05


@pytest.mark.usefixtures("few_draws")
def test_the_others_of_a_large_group_are_no_outsiders() -> None:
    large = np.arange(PEOPLE, PEOPLE + 90)
    tests = half_tests(confirmed([beside_people(large)]))
    few = replace(tests, where=[replace(tests.where[0], pairs=NOBODY)])
    crew = large[:10]
    (alone,), (beside,) = few.show(crew), few.show(crew, large)
    assert beside.outsiders < alone.outsiders
    assert beside.p_timing < alone.p_timing
