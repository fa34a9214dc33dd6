from __future__ import annotations

from rasad.simulate.fan_club import tags_of_the_day
from rasad.simulate.vocabulary import CALL_NOTE
from simulate.reading import ReadBack, list_cell

CLUB = "KettleChoir"


def test_every_day_has_tags_of_its_own() -> None:
    days = [tags_of_the_day(number) for number in range(20)]
    assert len(set(days)) == 20
    assert all(len(set(tags)) == 3 for tags in days)


def test_the_hour_is_announced_in_public_before_it_comes(world: ReadBack) -> None:
    calls = [row for row in world.rows if row["tweet_text"].startswith(CALL_NOTE["en"])]
    assert len(calls) == 14
    assert all("13:00" <= row["tweet_time"][11:] < "13:11" for row in calls)
    assert len({row["userid"] for row in calls}) == 1


def test_members_post_what_was_announced_within_minutes(world: ReadBack) -> None:
    called, sung = {}, 0
    for row in world.of_role("fan"):
        tags = list_cell(row["hashtags"])
        if CLUB not in tags or row["is_retweet"] == "true":
            continue
        day, clock = row["tweet_time"].split()
        if clock < "18:00":
            called[day] = tags
        else:
            assert tags == called[day]
            sung += clock < "18:15"
    assert sung > 150


def test_members_say_openly_that_they_belong(world: ReadBack) -> None:
    assert all(
        f"#{CLUB}" in row["user_profile_description"] for row in world.of_role("fan")
    )
    assert not any(
        f"#{CLUB}" in row["user_profile_description"]
        for row in world.of_role("operator")
    )
