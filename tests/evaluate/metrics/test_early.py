"""How soon operations are named, in hours and posts, and at what price."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rasad.errors import ConfigError
from rasad.evaluate.metrics.early import (
    DAY_S,
    HOUR_S,
    Cut,
    Posts,
    false_alarms,
    first_warnings,
)

# Accounts 0-2 operation 0, 3-4 operation 1, 5 ordinary, 6 a decoy.
OPERATION = np.array([0, 0, 0, 1, 1, -1, -1])
POSTS = Posts(
    account=np.array([0, 1, 0, 3, 5, 2, 4, 6]),
    time_s=np.array([0.0, 1.0, 2.0, 5.0, 5.0, 8.0, 30.0, 4.0]) * HOUR_S,
)


def cut(hour: float, *named: int) -> Cut:
    return Cut(time_s=hour * HOUR_S, named=np.isin(np.arange(7), named))


def test_by_hand() -> None:
    cuts = [cut(1, 5), cut(2, 0, 5), cut(10, 0, 1, 6), cut(40, 0, 1, 2, 3)]
    found = first_warnings(cuts, OPERATION, POSTS)
    assert found.hours.tolist() == [2.0, 35.0]
    assert found.posts.tolist() == [3, 2]
    assert found.named.tolist() == [True, True]
    two = first_warnings(cuts, OPERATION, POSTS, least=2)
    assert two.hours[0] == 10.0
    assert two.posts[0] == 4
    assert math.isnan(two.hours[1])
    assert math.isnan(two.posts[1])
    assert two.missed_posts.tolist() == [4, 2]
    assert two.named.tolist() == [True, False]


def test_time_and_posts_count_from_the_begin() -> None:
    begin = np.array([1.5, 6.0]) * HOUR_S
    found = first_warnings([cut(4, 1), cut(40, 3)], OPERATION, POSTS, begin_s=begin)
    assert found.hours.tolist() == [2.5, 34.0]
    assert found.posts.tolist() == [1, 1]


def test_an_operation_that_is_dropped_again_was_named() -> None:
    found = first_warnings([cut(3, 0), cut(4)], OPERATION, POSTS)
    assert found.hours[0] == 3.0


def test_an_operation_named_before_it_begins_has_hours_below_nought() -> None:
    # Not hidden: whoever is named before acting as one was named for something else.
    begin = np.array([9.0, 0.0]) * HOUR_S
    found = first_warnings([cut(3, 0)], OPERATION, POSTS, begin_s=begin)
    assert found.hours[0] == -6.0
    assert found.posts[0] == 0


def test_nothing_to_find_and_nothing_said() -> None:
    nobody = np.full(7, -1)
    assert len(first_warnings([cut(1, 0)], nobody, POSTS).hours) == 0
    never = first_warnings([], OPERATION, POSTS)
    assert np.isnan(never.hours).all()
    assert never.missed_posts.tolist() == [4, 2]
    silent = Posts(account=np.zeros(0, np.int64), time_s=np.zeros(0))
    found = first_warnings([cut(1, 0)], OPERATION, silent)
    assert np.isnan(found.hours).all()
    assert found.named.tolist() == [True, False]
    empty = false_alarms([], OPERATION < 0, 0.0)
    assert math.isnan(empty.per_million)


def test_an_account_that_is_named_often_is_one_alarm() -> None:
    cuts = [cut(24, 5, 0), cut(48, 5), cut(72, 5, 6, 0)]
    alarms = false_alarms(cuts, OPERATION < 0, 0.0)
    assert (alarms.accounts, alarms.account_days) == (2, 2 * 3.0)
    assert alarms.per_million == pytest.approx(1e6 / 3)
    ordinary = false_alarms(cuts, np.arange(7) == 5, DAY_S)
    assert (ordinary.accounts, ordinary.account_days) == (1, 2.0)


def test_cuts_are_in_order() -> None:
    with pytest.raises(ConfigError, match="order of time"):
        first_warnings([cut(2), cut(1)], OPERATION, POSTS)
    with pytest.raises(ConfigError, match="order of time"):
        false_alarms([cut(2), cut(1)], OPERATION < 0, 0.0)
    with pytest.raises(ConfigError, match="before the watch"):
        false_alarms([cut(1)], OPERATION < 0, 2 * HOUR_S)
