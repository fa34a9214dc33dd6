"""Which trace a method reads."""

from __future__ import annotations

import math

import pytest

from evaluate.baselines.small_worlds import layer, timeless, world
from rasad.evaluate.baselines.shown_traces import (
    HASHTAGS,
    LINK,
    MENTION,
    OBJECT,
    REPLY,
    REPOST,
    TEXT,
    posts,
    reposts,
    timed,
    trace,
)
from rasad.evaluate.contest import CannotJudge
from rasad.traces import TRACES


def test_the_names_are_those_of_the_traces() -> None:
    read = {REPOST, LINK, HASHTAGS, TEXT, REPLY, MENTION, OBJECT}
    assert {names[0] for names in read} <= set(TRACES)


def test_objects_stand_in_for_reposts_only_where_there_are_none() -> None:
    some, other = timeless([(0, 1)]), timeless([(1, 1)])
    assert reposts(world(2, repost=some, object=other)) is some
    assert reposts(world(2, repost=timeless([]), object=other)) is other
    assert reposts(world(2, link=some)) is None


def test_an_empty_trace_is_none() -> None:
    assert trace(world(1, link=timeless([])), LINK) is None


def test_only_known_times_are_read() -> None:
    mixed = layer([(0, 1, 5.0), (1, 2, math.nan), (2, 3, math.inf)])
    known = timed(mixed)
    assert known is not None
    assert known.account.tolist() == [0]
    assert timed(timeless([(0, 1)])) is None
    assert timed(None) is None


def test_a_post_in_several_traces_is_one_post() -> None:
    shown = world(
        2,
        link=layer([(1, 0, 9.0), (0, 0, 5.0), (0, 1, 5.0)]),
        hashtags=layer([(0, 0, 5.0), (0, 0, 6.0)]),
    )
    account, time_s = posts(shown)
    assert account.tolist() == [0, 0, 1]
    assert time_s.tolist() == [5.0, 6.0, 9.0]


def test_without_times_there_are_no_posts() -> None:
    with pytest.raises(CannotJudge, match="times"):
        posts(world(1, link=timeless([(0, 0)])))
