from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from urllib.parse import urlsplit

import numpy as np
import pytest

from rasad.simulate.archive import COLUMNS
from rasad.simulate.snowflake import milliseconds
from rasad.simulate.vocabulary import neutral_words, words
from simulate.reading import ReadBack, Row, list_cell

HASH = re.compile(r"[A-Za-z0-9+/]{43}=")
LINK = re.compile(r"https?://\S+")
RESERVED = re.compile(r"(^|\.)(example|test|example\.(org|com|net))$")


def own_words(row: Row) -> list[str]:
    """Return the words of a text without hashtags, links and handles."""
    kept = [
        part for part in row["tweet_text"].split() if not part.startswith(("#", "@"))
    ]
    return words(LINK.sub(" ", " ".join(kept)))


def by_id(world: ReadBack) -> dict[str, Row]:
    return {row["tweetid"]: row for row in world.rows}


def test_the_file_has_the_columns_of_the_archive_in_order(world: ReadBack) -> None:
    header = world.written.archive.read_text(encoding="utf-8").split("\n", 1)[0]
    assert header.split(",") == list(COLUMNS)
    assert len(COLUMNS) == 31
    assert all(None not in row.values() for row in world.rows)


def test_no_two_posts_share_an_id(world: ReadBack) -> None:
    assert len({row["tweetid"] for row in world.rows}) == len(world.rows)


def test_ids_decode_to_the_printed_minute(world: ReadBack) -> None:
    ids = np.array([int(row["tweetid"]) for row in world.rows], dtype=np.int64)
    for row, at_ms in zip(world.rows, milliseconds(ids).tolist(), strict=True):
        shown = datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M")
        assert row["tweet_time"] == shown


def test_rows_ascend_by_time(world: ReadBack) -> None:
    ids = np.array([int(row["tweetid"]) for row in world.rows], dtype=np.int64)
    assert (np.diff(milliseconds(ids)) >= 0).all()


def test_posts_lie_inside_the_days_of_the_world(world: ReadBack) -> None:
    times = [row["tweet_time"] for row in world.rows]
    assert min(times) >= "2024-03-01 00:00"
    assert max(times) < "2024-03-15 00:00"


def test_reposts_name_a_post_of_the_file_and_its_author(world: ReadBack) -> None:
    posts = by_id(world)
    reposts = [row for row in world.rows if row["is_retweet"] == "true"]
    assert len(reposts) > 5_000
    for row in reposts:
        target = posts[row["retweet_tweetid"]]
        assert row["retweet_userid"] == target["userid"] != row["userid"]
        assert int(row["tweetid"]) > int(row["retweet_tweetid"])
        assert list(row["user_mentions"][1:-1].split(", ")) == [target["userid"]]


def test_the_text_of_a_repost_repeats_its_original(world: ReadBack) -> None:
    posts, cut = by_id(world), 0
    for row in world.rows:
        if row["is_retweet"] == "true":
            target = posts[row["retweet_tweetid"]]
            full = f"RT @{target['user_screen_name']}: {target['tweet_text']}"
            text = row["tweet_text"]
            assert len(text) <= 140
            assert full.startswith(text.removesuffix("…"))
            cut += text != full
    assert cut > 0


def test_everything_else_repeats_nothing(world: ReadBack) -> None:
    for row in world.rows:
        if row["is_retweet"] != "true":
            assert row["is_retweet"] == "false"
            assert row["retweet_tweetid"] == row["retweet_userid"] == ""


def test_replies_and_quotes_name_an_earlier_post(world: ReadBack) -> None:
    posts, seen = by_id(world), Counter[str]()
    for row in world.rows:
        for column in ("in_reply_to_tweetid", "quoted_tweet_tweetid"):
            if row[column]:
                seen[column] += 1
                assert int(posts[row[column]]["tweetid"]) < int(row["tweetid"])
        if row["in_reply_to_tweetid"]:
            target = posts[row["in_reply_to_tweetid"]]
            assert row["in_reply_to_userid"] == target["userid"]
            assert row["tweet_text"].startswith(f"@{target['user_screen_name']} ")
    assert min(seen["in_reply_to_tweetid"], seen["quoted_tweet_tweetid"]) > 500


def test_nobody_reposts_a_post_twice(world: ReadBack) -> None:
    deeds = Counter(
        (row["userid"], row["retweet_tweetid"])
        for row in world.rows
        if row["retweet_tweetid"]
    )
    assert max(deeds.values()) == 1


def test_counts_are_those_of_the_file(world: ReadBack) -> None:
    found = Counter(row["retweet_tweetid"] for row in world.rows)
    assert all(int(row["retweet_count"]) == found[row["tweetid"]] for row in world.rows)


def test_texts_hold_neutral_words_only(world: ReadBack) -> None:
    known = neutral_words()
    for row in world.rows:
        if row["is_retweet"] == "false":
            assert set(own_words(row)) <= known


def test_hashtags_and_links_of_the_cells_stand_in_the_text(world: ReadBack) -> None:
    tagged = 0
    for row in world.rows:
        shown = row["tweet_text"].split()
        tags, links = list_cell(row["hashtags"]), list_cell(row["urls"])
        assert all(f"#{tag}" in shown for tag in tags)
        assert all(link in shown for link in links)
        tagged += bool(tags)
    assert tagged > 1_000


def test_links_lead_to_reserved_domains_only(world: ReadBack) -> None:
    found = [link for row in world.rows for link in LINK.findall(row["tweet_text"])]
    hosts = {urlsplit(link.rstrip("…")).hostname or "" for link in found}
    whole = {
        urlsplit(link).hostname or ""
        for row in world.rows
        for link in list_cell(row["urls"])
    }
    assert len(whole) >= 5
    assert all(RESERVED.search(host) for host in whole)
    # A cut repost may show the beginning of a host, and nothing else.
    assert all(any(full.startswith(host) for full in whole) for host in hosts)


def test_hashed_accounts_hide_id_and_names_alike(world: ReadBack) -> None:
    accounts = {row["userid"]: row for row in world.rows}
    hashed = [row for row in accounts.values() if HASH.fullmatch(row["userid"])]
    assert 0.2 < len(hashed) / len(accounts) < 0.4
    for row in hashed:
        assert row["user_display_name"] == row["user_screen_name"] == row["userid"]
        assert len(row["userid"]) == 44


def test_open_ids_are_decimal_and_decode_to_the_creation_date(world: ReadBack) -> None:
    accounts = {row["userid"]: row for row in world.rows}
    shown = {row for row in accounts if not HASH.fullmatch(row)}
    assert shown
    for userid in shown:
        made = milliseconds(np.array([int(userid)], dtype=np.int64))[0]
        date = datetime.fromtimestamp(int(made) / 1000, UTC).strftime("%Y-%m-%d")
        assert accounts[userid]["account_creation_date"] == date


def test_handles_and_ids_are_unique(world: ReadBack) -> None:
    accounts = {row["userid"]: row["user_screen_name"] for row in world.rows}
    assert len(set(accounts.values())) == len(accounts)


def test_every_profile_says_that_it_is_simulated(world: ReadBack) -> None:
    assert all(
        row["user_profile_description"].endswith("simulated") for row in world.rows
    )


def test_names_are_written_in_persian_too(world: ReadBack) -> None:
    assert any(
        re.search("[\u0600-\u06ff]", row["user_display_name"]) for row in world.rows
    )


@pytest.mark.parametrize("column", ["latitude", "longitude"])
def test_places_are_absent(world: ReadBack, column: str) -> None:
    assert {row[column] for row in world.rows} == {"absent"}


def test_four_languages_are_mixed(world: ReadBack) -> None:
    spoken = Counter(row["tweet_language"] for row in world.rows)
    assert set(spoken) == {"fa", "en", "ru", "ar"}
    assert min(spoken.values()) > 0.05 * len(world.rows)
