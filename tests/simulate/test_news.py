from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from simulate.reading import ReadBack, list_cell


def test_many_accounts_answer_the_news_within_minutes(world: ReadBack) -> None:
    answers: dict[str, list[datetime]] = defaultdict(list)
    users: dict[str, set[str]] = defaultdict(set)
    for row in world.rows:
        for link in list_cell(row["urls"]):
            if "example.net" in link:
                answers[link].append(datetime.fromisoformat(row["tweet_time"]))
                users[link].add(row["userid"])
    assert len(answers) == 3
    for link, times in answers.items():
        assert len(users[link]) > 15
        half = sorted(times)[len(times) // 2]
        assert half - min(times) < timedelta(minutes=30)


def test_the_news_seizes_each_account_once(world: ReadBack) -> None:
    shared = [
        (row["userid"], link)
        for row in world.rows
        for link in list_cell(row["urls"])
        if "example.net" in link and row["is_retweet"] == "false"
    ]
    assert len(shared) == len(set(shared))


def test_a_short_world_has_no_news(quiet_world: ReadBack) -> None:
    links = [link for row in quiet_world.rows for link in list_cell(row["urls"])]
    assert links
    assert not [link for link in links if "example.net" in link]
