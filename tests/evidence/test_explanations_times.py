"""Rules that look at when and how much: programs, public calls, one busy account."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from exports.small_case import Row

from evidence.decoys import (
    DAY,
    DAYS,
    HOUR,
    MINUTE,
    World,
    covert,
    crowd,
    feed,
    named,
    schedule,
    star,
    storm,
)
from rasad.evidence.explanations import weigh
from rasad.schema import Record

NAME = "auto-poster"


def judged(world: World, grp: str, name: str) -> Row:
    """Weigh one group by one rule."""
    with world.store() as store:
        return next(row for row in weigh(store, [grp]) if row["explanation"] == name)


def populated(seed: int = 11) -> World:
    world = World(draw=random.Random(seed))
    crowd(world)
    return world


def changed(world: World, change: Callable[[Record], dict[str, Any]]) -> World:
    """Change every record of a world."""
    world.records = [
        msgspec.structs.replace(one, **change(one)) for one in world.records
    ]
    return world


# --- programs: clocks ----------------------------------------------------------------


def clocked(second_of: Callable[[random.Random, int], float], n: int = 40) -> World:
    """Let members meet on tags at times within random hours."""
    world = populated()
    members = named("tick", 5)
    for turn in range(n):
        start = turn * 6 * HOUR
        for who in members:
            at_s = start + second_of(world.draw, turn)
            tags = ("Tick", f"Turn{turn}")
            world.post(who, at_s, text=f"{who} in turn {turn}", hashtags=tags)
    world.group("tick", members, "hashtags")
    return world


@pytest.mark.parametrize(
    ("second_of", "sign", "verdict"),
    [
        (lambda draw, n: n * 7 % 60 * MINUTE + draw.randrange(4), "seconds", "fits"),
        (lambda draw, n: 15 * MINUTE + draw.randrange(60), "minutes", "fits"),
        (lambda draw, n: n % 4 * 15 * MINUTE + draw.randrange(60), "minutes", "fits"),
        (lambda draw, n: draw.lognormvariate(4.6, 0.8), "minutes", "does not fit"),
        (lambda draw, n: draw.randrange(HOUR), "minutes", "does not fit"),
    ],
    ids=["seconds", "minute", "four minutes", "after the hour", "any time"],
)
def test_a_clock_is_told_from_people(
    second_of: Callable[[random.Random, int], float], sign: str, verdict: str
) -> None:
    row = judged(clocked(second_of), "tick", "auto-poster")
    assert row["counts"][f"fixed_{sign}_tested"] == 5
    assert row["counts"][f"fixed_{sign}_found"] == (5 if verdict == "fits" else 0)
    assert row["verdict"] == verdict


@pytest.mark.parametrize("precision", ["hour", "day"])
def test_coarse_times_cannot_show_a_clock(precision: str) -> None:
    world = populated()
    schedule(world)
    row = judged(changed(world, lambda _: {"precision": precision}), "schedule", NAME)
    assert row["counts"]["fixed_minutes_tested"] == 0
    assert row["verdict"] == "insufficient"


def test_minutes_suffice_where_seconds_are_missing() -> None:
    world = populated()
    schedule(world)
    minute = 60_000_000

    def rounded(one: Record) -> dict[str, Any]:
        return {"precision": "min", "created_at": one.created_at // minute * minute}

    row = judged(changed(world, rounded), "schedule", NAME)
    assert row["counts"]["fixed_seconds_tested"] == 0
    assert row["counts"]["constant_lag_tested"] == 0
    assert row["verdict"] == "fits"


@pytest.mark.parametrize("step_s", [60, 600])
def test_times_that_a_file_rounds_are_nobodys_habit(step_s: int) -> None:
    """A file may claim seconds and hold minutes, or claim minutes and hold less."""
    world = populated()
    covert(world)

    def rounded(one: Record) -> dict[str, Any]:
        step = step_s * 1_000_000
        return {"created_at": one.created_at // step * step}

    row = judged(changed(world, rounded), "covert", NAME)
    assert row["counts"]["fixed_seconds_tested"] == 0
    assert row["counts"]["constant_lag_tested"] == 0
    assert row["verdict"] != "fits"
    assert (row["counts"]["fixed_minutes_tested"] == 0) == (step_s == 600)


def test_without_anybody_else_rounding_cannot_be_told() -> None:
    world = World()
    schedule(world)
    row = judged(world, "schedule", NAME)
    assert row["counts"]["posts_elsewhere_to_the_second"] == 0
    assert row["verdict"] == "insufficient"


def test_a_task_by_the_clock_in_a_life_without_one_is_no_program() -> None:
    world = clocked(lambda draw, n: 15 * MINUTE + draw.randrange(60))
    for who in named("tick", 5):
        for n in range(40):
            at_s = world.draw.randrange(DAYS * DAY)
            world.post(who, at_s, text=f"{who} had tea number {n}")
    assert judged(world, "tick", NAME)["verdict"] == "does not fit"


# --- programs: haste, nights, clients ------------------------------------------------


def following(lag: Callable[[int, int], int], breakfasts: int = 0) -> World:
    """Let members repeat texts, each some seconds after the first of them."""
    world = populated()
    members = named("lag", 4)
    for turn in range(30):
        start = world.draw.randrange(DAYS * DAY)
        for place, who in enumerate(members):
            tags = ("Lag", f"Turn{turn}")
            at_s = start + lag(place, turn)
            world.post(who, at_s, text=f"{who} in turn {turn}", hashtags=tags)
    for who in members:
        for n in range(breakfasts):
            at_s = world.draw.randrange(DAYS * DAY)
            world.post(who, at_s, text=f"{who} had breakfast {n}")
    world.group("lag", members, "hashtags")
    return world


@pytest.mark.parametrize(
    ("lag", "breakfasts", "found"),
    [
        (lambda place, turn: place * 90 + turn % 2, 0, 4),
        (lambda place, turn: place * 90 + turn % 2, 20, 0),
        (lambda place, turn: (place * 37 + turn * 53) % 300, 0, 0),
    ],
    ids=["constant", "constant in an ordinary life", "varying"],
)
def test_constant_lags_of_accounts_that_do_nothing_else(
    lag: Callable[[int, int], int], breakfasts: int, found: int
) -> None:
    row = judged(following(lag, breakfasts), "lag", NAME)
    assert row["counts"]["constant_lag_tested"] == 4
    assert row["counts"]["constant_lag_found"] == found
    assert row["verdict"] == ("fits" if found else "does not fit")


def without_readers(world: World) -> None:
    world.records = [
        one for one in world.records if "daily" not in str(one.links) or in_feed(one)
    ]


def with_breakfasts(world: World) -> None:
    for bot in named("feed", 6):
        for n in range(20):
            at_s = world.draw.randrange(DAYS * DAY)
            world.post(bot, at_s, text=f"{bot} had breakfast {n}")


def with_omissions(world: World) -> None:
    world.records = [
        one for place, one in enumerate(world.records) if not in_feed(one) or place % 3
    ]


def in_feed(one: Record) -> bool:
    return one.account.startswith("x:feed")


def as_it_is(world: World) -> None:
    """Leave the feed alone."""


@pytest.mark.parametrize(
    ("change", "found"),
    [(as_it_is, 6), (without_readers, 0), (with_breakfasts, 0), (with_omissions, 0)],
)
def test_a_feed_is_public_and_its_followers_do_nothing_else(
    change: Callable[[World], None], found: int
) -> None:
    world = populated()
    feed(world)
    change(world)
    row = judged(world, "feed", NAME)
    assert row["counts"]["one_feed_found"] == found
    assert row["verdict"] == ("fits" if found else "does not fit")


@pytest.mark.parametrize(("every_h", "found"), [(2, 4), (7, 0)])
def test_nights_without_sleep(every_h: int, found: int) -> None:
    world = populated()
    members = named("awake", 4)
    for turn in range(DAYS * 24 // every_h):
        start = turn * every_h * HOUR + world.draw.randrange(50 * MINUTE)
        for who in members:
            at_s = start + world.draw.randrange(8 * MINUTE)
            tags = ("Awake", f"Turn{turn}")
            world.post(who, at_s, text=f"{who} in turn {turn}", hashtags=tags)
    world.group("awake", members, "hashtags")
    row = judged(world, "awake", NAME)
    assert row["counts"]["no_night_tested"] == 4
    assert row["counts"]["no_night_found"] == found
    assert row["verdict"] == ("fits" if found else "does not fit")


@pytest.mark.parametrize(
    ("client", "found"),
    [
        ("dlvr.it", 15),
        ("Weather Bot", 15),
        ("My RSS reader", 15),
        ("Tweetbot for iOS", 0),
        ("Twitter Web Client", 0),
        ("Feedly", 0),
    ],
)
def test_clients_in_which_nobody_types(client: str, found: int) -> None:
    world = populated()
    covert(world)
    row = judged(changed(world, lambda _: {"client": client}), "covert", NAME)
    assert row["counts"]["program_client_tested"] == 15
    assert row["counts"]["program_client_found"] == found
    assert row["counts"]["most_used_client"] == client
    assert row["verdict"] == ("fits" if found else "does not fit")


# --- a public call -------------------------------------------------------------------


def odd_call(world: World, **given: Any) -> Row:
    storm(world, **given)
    return judged(world, "storm", "open-call")


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ({}, "fits"),
        ({"hour": 20.5}, "fits"),
        ({"hour": 18.3}, "does not fit"),
        ({"passing": 2}, "does not fit"),
        ({"lead": 0.5}, "does not fit"),
    ],
    ids=["called", "half hour", "odd hour", "nobody heard", "too late"],
)
def test_a_call_is_early_public_and_for_an_hour(given: Row, verdict: str) -> None:
    assert odd_call(populated(), **given)["verdict"] == verdict


def test_profiles_that_name_the_hashtag_stand_for_those_who_passed_it_on() -> None:
    world = populated()
    fans = {"description": "Member of #KettleChoir, کر کتری"}
    world.profiles = dict.fromkeys(named("storm", 15), fans)
    row = odd_call(world, passing=0)
    assert row["counts"]["tag_in_profiles"] == "kettlechoir"
    assert row["counts"]["members_naming_the_tag"] == 15
    assert row["counts"]["objects_outsiders_joined"] == 0
    assert row["verdict"] == "fits"


def test_outsiders_who_join_within_the_hour_make_a_call_public() -> None:
    world = populated()
    for day in range(DAYS):
        for other in range(10):
            at_s = day * DAY + 18 * HOUR + 30 * other
            tags = ("KettleChoir", f"storm{day}")
            world.post(f"plain{other}", at_s, text=f"{other} too", hashtags=tags)
    row = odd_call(world, passing=0)
    assert row["counts"]["most_outsiders_in_the_hour"] == 10
    assert row["verdict"] == "fits"


def test_an_object_that_is_always_in_use_is_no_call() -> None:
    """Who works by the hour on what is popular anyway answers nobody."""
    world = populated()
    for day in range(DAYS):
        for other in range(120):
            at_s = day * DAY + other * 12 * MINUTE
            tags = ("KettleChoir", f"storm{day}")
            world.post(f"plain{other}", at_s, text=f"{other} too", hashtags=tags)
    row = odd_call(world, passing=0)
    assert row["counts"]["objects_used_hours_before"] == DAYS
    assert row["counts"]["objects_outsiders_joined"] == 0
    assert row["verdict"] == "does not fit"


def test_what_came_before_the_data_cannot_be_ruled_out() -> None:
    world = World()
    storm(world, passing=0)
    start = min(one.created_at for one in world.records if "sings" in str(one.text))
    world.records = [
        one for one in world.records if start <= one.created_at < start + HOUR * 10**6
    ]
    row = judged(world, "storm", "open-call")
    assert row["counts"]["posts_before_whose_burst_data_begin"] > 6
    assert row["verdict"] == "insufficient"


def test_counts_of_calls_are_empty_where_times_rule_them_out() -> None:
    counts = odd_call(populated(), hour=18.3)["counts"]
    assert counts["bursts_at_announced_hours"] == 0
    assert counts["posts_called_for"] is None


# --- one very active account ---------------------------------------------------------


def test_what_is_left_without_the_hub_is_counted() -> None:
    world = populated()
    star(world)
    row = judged(world, "star", "one-active-account")
    assert row["counts"] == {
        "members": 7,
        "pairs": 6,
        "pairs_without_it": 0,
        "members_paired_without_it": 0,
        "its_posts": 230,
        "posts_of_middle_other": 5,
    }
    assert row["verdict"] == "fits"


def test_a_ring_with_a_busy_account_does_not_fall_apart() -> None:
    world = populated()
    star(world)
    world.pairs = []
    world.members = []
    world.group("star", named("star", 7), "link")
    row = judged(world, "star", "one-active-account")
    assert row["counts"]["pairs_without_it"] == 15
    assert row["verdict"] == "does not fit"


def test_a_star_whose_hub_is_not_busy_is_no_accident() -> None:
    world = populated()
    star(world)
    world.records = [one for one in world.records if "busy" not in str(one.text)]
    for leaf in named("star", 7)[1:]:
        for n in range(3):
            world.post(leaf, n * HOUR, text=f"{leaf} alone {n}")
    row = judged(world, "star", "one-active-account")
    assert row["counts"]["its_posts"] == 30
    assert row["verdict"] == "does not fit"


def test_three_accounts_are_too_few_for_a_star() -> None:
    world = populated()
    star(world, size=3)
    row = judged(world, "star", "one-active-account")
    assert row["counts"]["pairs_without_it"] == 0
    assert row["verdict"] == "insufficient"
