"""Posts in two halves: one half a post, whatever it brings to which trace."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from numpy.typing import NDArray

from network.worlds import hashes_of, people_rows, ring_world, trace_of
from rasad.kernels.measures import DAY_US
from rasad.network.actions import sort_actions
from rasad.network.coaction import Coactions, count_coactions
from rasad.network.halves import (
    PostHalves,
    mixed,
    number_of,
    unit_hashes,
)
from rasad.network.halves import testable_pairs as pairs_to_test

Hashes = NDArray[np.uint64]


def hashes(values: list[int] | NDArray[np.int64]) -> Hashes:
    return mixed(np.asarray(values, np.int64).astype(np.uint64))


def objects(values: NDArray[np.int64], trace: int = 0) -> Hashes:
    """Return hashes of test objects, other ones in every trace."""
    at = np.zeros(len(values), np.int64)
    return unit_hashes(hashes(values + 10**6 * trace), at, daily=False)


def three_traces(seed: int) -> list[tuple[Hashes, Hashes]]:
    """Return posts and their test objects; every post has one to three in a trace."""
    rng = np.random.default_rng(seed)
    rows = []
    for trace in range(3):
        post = np.repeat(rng.permutation(400)[:300], rng.integers(1, 4, 300))
        rows.append((hashes(post), objects(rng.integers(0, 120, len(post)), trace)))
    return rows


def test_a_post_is_on_one_half_in_every_trace_and_on_every_object() -> None:
    halves, said = PostHalves(), dict[int, bool]()
    for post, unit in three_traces(1):
        halves.add(post, unit)
        for one, finding in zip(post.tolist(), halves.of(post).tolist(), strict=True):
            assert said.setdefault(one, finding) == finding
    assert 0 < sum(said.values()) < len(said) == len(halves.post)
    assert (np.diff(halves.post.astype(object)) > 0).all()


def test_posts_on_one_object_are_on_one_half() -> None:
    things = np.random.default_rng(2).integers(0, 50, 2000)
    halves = PostHalves()
    post = hashes(np.arange(2000))
    halves.add(post, objects(things))
    finding = halves.of(post)
    for thing in range(50):
        assert len(set(finding[things == thing].tolist())) == 1


def test_posts_that_share_all_their_objects_are_on_one_half() -> None:
    """Three tags that always come together count as one object, not as three."""
    post = np.repeat(np.arange(600), 3)
    tags = 3 * (post % 40) + np.tile(np.arange(3), 600)
    halves = PostHalves()
    halves.add(hashes(post), objects(tags))
    finding = halves.of(hashes(np.arange(600)))
    for campaign in range(40):
        assert len(set(finding[campaign::40].tolist())) == 1


def test_the_order_of_rows_decides_nothing() -> None:
    one, other, rng = PostHalves(), PostHalves(), np.random.default_rng(3)
    for post, unit in three_traces(3):
        one.add(post, unit)
        order = rng.permutation(len(post))
        other.add(post[order], unit[order])
    assert one.post.tolist() == other.post.tolist()
    assert one.finding.tolist() == other.finding.tolist()


def test_more_traces_change_no_half_that_was_given() -> None:
    halves = PostHalves()
    (post, unit), *rest = three_traces(4)
    halves.add(post, unit)
    before = halves.of(post).tolist()
    for more in rest:
        halves.add(*more)
        assert halves.of(post).tolist() == before


@pytest.mark.parametrize("per_post", [1, 3])
def test_the_split_is_fair(per_post: int) -> None:
    n = 20_000
    post = np.repeat(np.arange(n), per_post)
    halves = PostHalves()
    halves.add(hashes(post), objects(np.arange(n * per_post)))
    # Five standard errors of a share of 20,000.
    assert abs(halves.finding.mean() - 0.5) < 5 * 0.5 / sqrt(n)


def test_neighbouring_objects_are_not_neighbours_in_halves() -> None:
    """Of objects in a row as many are with the next as are not."""
    n = 20_000
    post = hashes(np.arange(n))
    halves = PostHalves()
    halves.add(post, objects(np.arange(n)))
    finding = halves.of(post)
    assert abs((finding[1:] == finding[:-1]).mean() - 0.5) < 5 * 0.5 / sqrt(n)


def test_a_long_lived_object_is_divided_by_days() -> None:
    days = np.repeat(np.arange(2000), 2)
    time_us = days * DAY_US + np.tile([0, DAY_US - 1], 2000)
    same = hashes(np.zeros(4000, np.int64))
    daily = unit_hashes(same, time_us, daily=True)
    assert (daily[::2] == daily[1::2]).all()
    assert len(np.unique(daily)) == 2000
    assert len(np.unique(unit_hashes(same, time_us, daily=False))) == 1
    assert abs((daily & np.uint64(1)).mean() - 0.5) < 5 * 0.5 / sqrt(2000)


def test_mixing_is_the_last_step_of_splitmix64() -> None:
    # The first numbers of SplitMix64 with seed 1234567, as published with it.
    steps = 0x9E3779B97F4A7C15 * np.arange(1, 4, dtype=object) + 1234567
    seeds = np.array([int(step) % 2**64 for step in steps], np.uint64)
    assert mixed(seeds).tolist() == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


def test_a_name_stands_for_one_number() -> None:
    assert number_of("links") == number_of("links") != number_of("texts")


def test_finding_and_confirming_share_the_actions_out() -> None:
    world = ring_world()
    finding, confirming = world.finding, world.confirming
    assert len(finding.account) + len(confirming.account) == len(world.half)
    assert set(finding.object.tolist()).isdisjoint(confirming.object.tolist())
    whole = world.actions.where(np.ones(len(world.half), np.bool_))
    for name in ("account", "object", "time_us"):
        column = getattr(whole, name)
        assert getattr(finding, name).tolist() == column[world.half].tolist()
        assert getattr(confirming, name).tolist() == column[~world.half].tolist()
    assert finding.stratum is confirming.stratum is world.actions.stratum


def counted(windows_s: tuple[int, ...]) -> Coactions:
    actions = trace_of(people_rows(5, 30, objects=40, audience=20), 30).actions
    columns = actions.account, actions.object, actions.time_us
    return count_coactions(
        sort_actions(*columns, None, long_lived=False),
        windows_s,
        eligible=actions.eligible,
        account_hash=hashes_of(30),
    )


def test_testable_pairs_are_those_of_eligible_accounts_window_by_window() -> None:
    windows = 60, 600
    coactions = counted(windows)
    eligible = np.arange(30) % 3 > 0
    pairs, several = pairs_to_test(coactions, eligible)
    assert len(pairs) == len(several) == len(windows)
    for place in range(len(windows)):
        at = coactions.window_slice(place)
        rows = zip(
            *(
                column[at].tolist()
                for column in (
                    coactions.account_a,
                    coactions.account_b,
                    coactions.n_first,
                )
            ),
            strict=True,
        )
        able = [(a, b, n) for a, b, n in rows if a % 3 and b % 3]
        assert list(zip(*pairs[place], strict=True)) == [(a, b) for a, b, _ in able]
        often = [(a, b) for a, b, n in able if n >= 2]
        assert list(zip(*several[place], strict=True)) == often
        assert 0 < len(often) < len(able)
