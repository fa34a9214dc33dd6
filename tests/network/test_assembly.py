"""Confirmed groups as they are written: who joins, who is left out, who was tested."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from network.worlds import (
    RING,
    WINDOW_S,
    Row,
    hashes_of,
    ring_world,
    ring_world_rows,
    trace_of,
)
from rasad.config import Groups, Settings
from rasad.network.assembly import Assembly, assemble
from rasad.network.confirmation import Confirmation, HalfTests, held_out
from rasad.network.halves import TracePairs
from rasad.network.heldout import Crowds, Showing
from rasad.network.pair_tests import fit_nulls
from rasad.network.trace_tests import null_tests
from rasad.network.validation import GRADES, Pairs, combine
from rasad.network.window_tests import WindowTests

SETTINGS = Settings()
N = 40
A, B = [0, 1, 2, 3], [10, 11, 12, 13, 14, 15]
Pair = tuple[int, int]


def pairs_of(ties: Collection[Pair], n: int = N) -> Pairs:
    """Return pairs that are kept, so many that none could be by chance."""
    key = np.array(sorted(a * n + b for a, b in ties), np.int64)
    many = np.full(len(key), 9, np.int64)
    small, large = np.full(len(key), 1e-12), np.full(len(key), 18.0)
    test = WindowTests(
        trace=0,
        window_s=WINDOW_S,
        trusted=True,
        alone=False,
        shape=np.inf,
        key=key,
        n_first=many,
        sessions=many,
        expected=small,
        expected_timing=small,
        p_value=small,
        p_timing=small,
        e_value=large,
        lift=large,
        lift_low=large,
    )
    return combine([test], np.ones((1, n), np.bool_), SETTINGS.validation)


def ties(one: list[int], other: list[int]) -> set[Pair]:
    return {(min(a, b), max(a, b)) for a in one for b in other if a != b}


@dataclass(frozen=True, kw_only=True)
class Scripted(HalfTests):
    """Says of members what the test wants; anybody else passes with 1e-4."""

    p_values: dict[tuple[int, ...], float] = field(default_factory=dict)

    def show(
        self, members: NDArray[np.int64], beside: NDArray[np.int64] | None = None
    ) -> tuple[Showing, ...]:
        p_value = self.p_values.get(tuple(members.tolist()), 1e-4)
        return (
            Showing(
                trace=0,
                window_s=WINDOW_S,
                observed=9,
                expected_crowd=0.0,
                expected_timing=0.0,
                p_crowd=p_value,
                p_timing=p_value,
                testable=True,
                outsiders=1.0,
                crowds=Crowds(counts=np.zeros(10, np.int64), share=0.0, strict=True),
                chances=np.full(9, 0.01),
                sessions=9,
            ),
        )


def confirmation(
    groups: list[list[int]],
    p_values: dict[tuple[int, ...], float] | None = None,
    settings: Settings = SETTINGS,
) -> Confirmation:
    """Return groups that were found, and the tests that are asked again."""
    tests = Scripted(
        where=[],
        barred=np.zeros(N, np.bool_),
        hashes=hashes_of(N),
        seed=1,
        p_values=p_values or {},
    )
    nothing = Confirmation(groups=[], tests=tests, settings=settings)
    shown = [tests.judge(np.array(one, np.int64), stability=0.5) for one in groups]
    return nothing.revised(shown)


def silent() -> TracePairs:
    """Return a trace in which nobody leads, because nobody acts twice together."""
    return trace_of([(a, 7200 * a, a) for a in range(N)], N)


def assembled(
    pairs: Collection[Pair], found: Confirmation, settings: Settings = SETTINGS
) -> Assembly:
    out = assemble(pairs_of(pairs), found, [silent()], settings)
    check(out)
    return out


def check(out: Assembly) -> None:
    """Whoever is written was tested or joined, and is in one certified group only."""
    certified = [one for one in out.groups if one.tests]
    everybody: list[int] = []
    for one in certified:
        assert one.tests is not None
        assert one.found is not None
        assert one.tests.confirmed
        assert np.isin(one.tests.members, one.members).all()
        assert out.found[one.found - 1] is one.tests
        everybody += one.members.tolist() + one.copied.tolist()
    assert len(everybody) == len(set(everybody))
    assert sum(one.confirmed for one in out.found) == len(certified)


def certified(out: Assembly) -> list[list[int]]:
    return [one.members.tolist() for one in out.groups if one.tests]


def others(out: Assembly) -> list[list[int]]:
    return [one.members.tolist() for one in out.groups if not one.tests]


@pytest.mark.parametrize(
    ("tied", "joins"), [([0], False), ([0, 1], True), ([0, 1, 2, 3], True)]
)
def test_who_is_tied_to_two_members_joins(tied: list[int], joins: bool) -> None:
    out = assembled(ties(A, A) | ties(tied, [20]), confirmation([A]))
    assert certified(out) == [A + [20] * joins]


@pytest.mark.parametrize(("size", "joins"), [(8, True), (9, False)])
def test_who_is_tied_to_few_of_many_does_not_join(size: int, joins: bool) -> None:
    members = list(range(size))
    out = assembled(
        ties(members, members) | ties([0, 1], [20]), confirmation([members])
    )
    assert certified(out) == [members + [20] * joins]


def test_who_is_tied_to_two_groups_joins_the_one_with_more_of_it() -> None:
    between = ties([0, 1], [20]) | ties(B[:2], [20])
    out = assembled(ties(A, A) | ties(B, B) | between, confirmation([A, B]))
    # Half of four members and a third of six.
    assert certified(out) == [[*A, 20], B]


@pytest.mark.parametrize("first", [A, B])
def test_no_group_takes_the_members_of_another(first: list[int]) -> None:
    """A pair of one tied to most of the other used to be taken, and tested by none."""
    between = ties([0, 1], B[:4])
    groups = sorted([A, B], key=lambda group: group != first)
    out = assembled(ties(A, A) | between, confirmation(groups))
    assert sorted(certified(out)) == [A, B]


def test_groups_that_are_not_confirmed_take_nobody() -> None:
    found = confirmation([A, B], {tuple(B): 0.9})
    out = assembled(ties(A, A) | ties(B, B) | ties(B, [20]), found)
    assert certified(out) == [A]
    # Their pairs are kept all the same, and make a group that is not certified.
    assert others(out) == [[*B, 20]]
    assert [one.confirmed for one in out.found] == [True, False]


def test_who_joins_is_no_part_of_what_was_tested() -> None:
    found = confirmation([A], {tuple(A): 2e-5, (*A, 20): 0.9})
    out = assembled(ties(A, A) | ties(A, [20]), found)
    (group,) = out.groups
    assert group.tests is not None
    assert (group.members.tolist(), group.tests.members.tolist()) == ([*A, 20], A)
    assert group.tests.p_value == pytest.approx(2e-5, rel=1e-6)
    assert group.tests.stability == 0.5


def led_by(leader: int, members: list[int]) -> list[Row]:
    """Return forty objects on which one account acts, and then all others."""
    rng = np.random.default_rng(2)
    return [
        (thing, 7200 * thing + (0 if one == leader else 5 + int(rng.integers(20))), one)
        for thing in range(40)
        for one in members
    ]


def assembled_with_leader(
    p_values: dict[tuple[int, ...], float],
    joined: Collection[Pair] = (),
    settings: Settings = SETTINGS,
    members: list[int] = A,
) -> Assembly:
    """Assemble a group whose first member always acts before all others."""
    trace = trace_of(led_by(0, members), N)
    found = confirmation([members], p_values, settings)
    pairs = pairs_of(ties(members, members) | set(joined))
    out = assemble(pairs, found, [trace], settings)
    check(out)
    return out


def test_who_is_copied_is_written_beside_the_group_and_not_tested_with_it() -> None:
    out = assembled_with_leader({})
    assert certified(out) == [[1, 2, 3]]
    (group,) = out.groups
    assert group.copied.tolist() == [0]
    assert group.lead.members.tolist() == A
    assert group.found == 1


def test_a_group_that_fails_without_whom_it_copies_is_not_certified() -> None:
    out = assembled_with_leader({(1, 2, 3): 0.5})
    assert certified(out) == []
    (tests,) = out.found
    assert (tests.confirmed, tests.fragility) == (False, 0)
    assert tests.members.tolist() == [1, 2, 3]
    # Its pairs are shown, and who is copied is named beside them.
    assert others(out) == [[1, 2, 3]]
    assert out.groups[0].copied.tolist() == [0]


def test_who_joins_stays_where_another_is_copied() -> None:
    out = assembled_with_leader({}, ties([1, 2], [20]))
    assert certified(out) == [[1, 2, 3, 20]]
    assert out.groups[0].copied.tolist() == [0]


@pytest.mark.parametrize(
    ("grade", "joins"), [("slow", True), ("shared_interest", False)]
)
def test_pairs_that_may_share_an_interest_join_nobody(grade: str, joins: bool) -> None:
    pairs = pairs_of(ties(A, A) | ties([1, 2], [20]))
    of_20 = pairs.key % N == 20
    pairs.grade[of_20] = GRADES.index(grade)
    out = assemble(pairs, confirmation([A], {}), [trace_of(led_by(30, A), N)], SETTINGS)
    assert (20 in certified(out)[0]) == joins


@pytest.mark.parametrize("smallest", [2, 3, 4])
def test_too_few_members_are_not_certified(smallest: int) -> None:
    settings = replace(SETTINGS, groups=Groups(min_size=smallest))
    out = assembled_with_leader({}, settings=settings)
    assert certified(out) == ([[1, 2, 3]] if smallest < 4 else [])
    assert len(others(out)) == 0


@pytest.mark.parametrize("smallest", [2, 3, 4])
def test_fewer_members_than_are_certified_are_shown_all_the_same(smallest: int) -> None:
    settings = replace(SETTINGS, groups=Groups(fewest_certified=smallest))
    out = assembled_with_leader({}, settings=settings)
    too_few = smallest > 3
    assert certified(out) == ([] if too_few else [[1, 2, 3]])
    assert others(out) == ([[1, 2, 3]] if too_few else [])


def test_two_of_whom_one_copies_the_other_are_no_group() -> None:
    out = assembled_with_leader({}, members=[0, 1])
    assert out.groups == []
    assert [one.confirmed for one in out.found] == [False]


def test_pairs_that_support_a_group_are_not_kept_by_themselves() -> None:
    pairs = pairs_of(ties(A, A) | ties(A, [20]) | ties([20], [30]))
    weak = replace(pairs, kept=pairs.kept & (pairs.key // N != 0))
    out = assemble(weak, confirmation([A]), [silent()], SETTINGS)
    check(out)
    # Account 20 is still tied to three of four, and joins.
    assert certified(out) == [[*A, 20]]
    marked = weak.key[out.supporting]
    assert set(zip((marked // N).tolist(), (marked % N).tolist(), strict=True)) == (
        ties([0], [1, 2, 3, 20])
    )
    assert not (out.supporting & out.kept).any()


def test_nothing_found_leaves_the_pairs() -> None:
    nothing = Confirmation(groups=[], tests=None, settings=SETTINGS)
    out = assembled(ties(A, A), nothing)
    assert (certified(out), others(out)) == ([], [A])
    assert out.found == []


def test_the_ring_is_certified_without_the_source_that_it_follows() -> None:
    """The whole way, on data: found, confirmed, tested as it is written."""
    source = 606
    rows = ring_world_rows()
    moments = {thing: second for thing, second, one in rows if one == RING[0]}
    rows += [(thing, second - 40, source) for thing, second in moments.items()]
    trace = trace_of(rows, source + 1)
    eligible = np.ones((1, source + 1), np.bool_)
    hashes = hashes_of(source + 1)
    passed = frozenset({(0, WINDOW_S)})
    found = held_out([trace], eligible, passed, hashes, SETTINGS, 1)
    stretch = trace.stretches_s[0]
    fitted = fit_nulls(trace.actions, WINDOW_S, *trace.pairs[0], SETTINGS, 1, stretch)
    tests = [null_tests(0, fitted, True, 1)]
    pairs = combine(tests, eligible, SETTINGS.validation)
    out = assemble(pairs, found, [trace], SETTINGS)
    check(out)
    assert certified(out) == [RING.tolist()]
    assert out.groups[0].copied.tolist() == [source]
    assert found.groups[0].members.tolist() == [*RING.tolist(), source]
    assert out.found[0].members.tolist() == RING.tolist()


def test_the_ring_needs_nobody_to_join() -> None:
    trace = ring_world()
    n = len(trace.actions.stratum)
    eligible = np.ones((1, n), np.bool_)
    passed = frozenset({(0, WINDOW_S)})
    found = held_out([trace], eligible, passed, hashes_of(n), SETTINGS, 1)
    inside = list(combinations(RING.tolist(), 2))
    out = assemble(pairs_of(inside, n), found, [trace], SETTINGS)
    check(out)
    assert certified(out) == [RING.tolist()]
    # The same members on the same half have the same p-value.
    assert out.found[0].p_value == found.groups[0].p_value
