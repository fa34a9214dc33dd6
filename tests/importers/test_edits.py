"""What each format says of edits: a new id, a mark, or when a post was seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rasad.importers import IMPORTERS
from rasad.importers.editions import editions
from rasad.schema import Record

from .direct import Direct, lines
from .x_reading import MOMENT_MS, snowflake

Write = Callable[..., Path]

FIRST, SECOND = snowflake(MOMENT_MS), snowflake(MOMENT_MS + 60_000)
BOTH = [FIRST, SECOND]
WHEN, LATER = 1_700_000_000, 1_700_000_060
US = 1_000_000


def record_of(written: Write, name: str, content: Any) -> Record:
    return Direct(IMPORTERS.find(name), written(content)).record


def v2(**more: Any) -> dict[str, Any]:
    post = {"id": SECOND, "author_id": "7", "text": "words", **more}
    return {"data": [post], "includes": {}, "__twarc": {"retrieved_at": "2023-11-14"}}


def v11(**more: Any) -> dict[str, Any]:
    return {
        "id_str": SECOND,
        "created_at": "Fri Jul 14 02:41:12 +0000 2017",
        "full_text": "words",
        "user": {"id_str": "7", "screen_name": "ann"},
        **more,
    }


def captured(**more: Any) -> dict[str, Any]:
    tweet = {
        "rest_id": SECOND,
        "legacy": {"full_text": "words", "user_id_str": "7", "entities": {}},
        **more,
    }
    return {
        "source_platform": "x.com",
        "item_id": SECOND,
        "timestamp_collected": LATER * 1000,
        "data": tweet,
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("twarc2_json", v2(edit_history_tweet_ids=BOTH)),
        ("x_v11_json", v11(edit_history={"initial_tweet_id": FIRST})),
        ("x_v11_json", v11(edit_control={"edit_tweet_ids": BOTH})),
        (
            "zeeschuimer",
            captured(edit_control={"edit_control_initial": {"edit_tweet_ids": BOTH}}),
        ),
        (
            "zeeschuimer",
            captured(edit_control={"initial_tweet_id": FIRST, "is_edit_eligible": 1}),
        ),
    ],
)
def test_an_edit_on_x_is_its_post_and_keeps_its_own_id(
    written: Write, name: str, value: Any
) -> None:
    record = record_of(written, name, lines([value]))
    assert (record.post, record.edition) == (FIRST, SECOND)
    # Its own id says when it was written.
    assert record.created_at == (MOMENT_MS + 60_000) * 1000


def test_a_table_names_all_edits_in_one_cell(written: Write) -> None:
    names = ["id", "author_id", "created_at", "referenced_tweets.retweeted.id", "text"]
    names += ["edit_history_tweet_ids", "__twarc.retrieved_at"]
    row = [SECOND, "7", "2017-07-14T02:41:12.000Z", "", "words"]
    row += [f'["{FIRST}", "{SECOND}"]', "2023-11-14T00:00:00Z"]
    record = record_of(written, "twarc_csv", [names, row])
    assert (record.post, record.edition) == (FIRST, SECOND)
    assert record.collected_at == 1_699_920_000 * US


def test_the_first_version_and_a_post_without_edits_have_one_id(
    written: Write,
) -> None:
    first = record_of(
        written, "twarc2_json", lines([v2(id=FIRST, edit_history_tweet_ids=BOTH)])
    )
    assert (first.post, first.edition) == (FIRST, None)
    assert first.collected_at == 1_699_920_000 * US
    alone = record_of(written, "twarc2_json", lines([v2()]))
    assert (alone.post, alone.edition) == (SECOND, None)


def test_a_history_that_is_no_list_of_ids_says_nothing() -> None:
    assert editions("12", ["x", 7, None, "8.9E+17"]) == ("12", None)
    assert editions(None, ["1"]) == (None, None)
    assert editions("a12", ["1"]) == ("a12", None)


MASTODON = {
    "id": "1",
    "uri": "https://one.example/users/ann/statuses/1",
    "created_at": "2023-11-14T22:13:20.000Z",
    "edited_at": "2023-11-14T22:14:20.000Z",
    "content": "<p>words</p>",
    "reblog": None,
    "account": {"acct": "ann", "url": "https://one.example/@ann"},
}
DESKTOP = {
    "id": 5,
    "type": "message",
    "date": "2023-11-14T22:13:20",
    "date_unixtime": str(WHEN),
    "edited_unixtime": str(LATER),
    "from_id": "channel9",
    "text": "words",
}
TELETHON = {
    "_": "Message",
    "id": 5,
    "peer_id": {"channel_id": 9},
    "date": "2023-11-14T22:13:20+00:00",
    "edit_date": "2023-11-14T22:14:20+00:00",
    "message": "words",
    "entities": [],
}
REDDIT = {
    "id": "a",
    "author": "ann",
    "body": "words",
    "created_utc": WHEN,
    "edited": LATER,
    "subreddit": "s",
    "link_id": "t3_b",
    "retrieved_on": LATER + 1,
}
YOUTUBE = {
    "kind": "youtube#comment",
    "id": "a",
    "snippet": {
        "authorChannelId": {"value": "UC1"},
        "textOriginal": "words",
        "videoId": "v",
        "publishedAt": "2023-11-14T22:13:20Z",
        "updatedAt": "2023-11-14T22:14:20Z",
    },
}
META = {
    "id": "1",
    "creation_time": "2023-11-14T22:13:20+00:00",
    "modified_time": "2023-11-14T22:14:20+00:00",
    "text": "words",
    "post_owner": {"id": "2"},
    "surface": {"id": "2"},
    "mcl_url": "https://www.facebook.com/1",
}
KEY = "3kdgeujwlq32y"
STREAM = {
    "did": "did:plc:a",
    "time_us": LATER * US,
    "kind": "commit",
    "commit": {
        "operation": "update",
        "collection": "app.bsky.feed.post",
        "rkey": KEY,
        "record": {"text": "words", "createdAt": "2023-11-14T22:13:20Z"},
    },
}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mastodon", lines([MASTODON])),
        (
            "tg_desktop",
            lines([{"id": 9, "type": "public_channel", "messages": [DESKTOP]}]),
        ),
        ("tg_telethon", lines([TELETHON])),
        ("reddit_dump", lines([REDDIT])),
        ("youtube_api", lines([YOUTUBE])),
        ("mcl", lines([META])),
        ("bsky_jetstream", lines([STREAM])),
    ],
)
def test_a_mark_says_when_an_edit_was_written(
    written: Write, name: str, content: str
) -> None:
    record = record_of(written, name, content)
    assert record.edited_at == LATER * US
    assert record.edition is None
    assert record.created_at != record.edited_at


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tg_telethon", TELETHON | {"edit_hide": True}),
        ("reddit_dump", REDDIT | {"edited": False}),
        ("reddit_dump", REDDIT | {"edited": True}),
        (
            "youtube_api",
            YOUTUBE
            | {"snippet": YOUTUBE["snippet"] | {"updatedAt": "2023-11-14T22:13:20Z"}},  # type: ignore[operator]
        ),
        ("mcl", META | {"modified_time": META["creation_time"]}),
        (
            "bsky_jetstream",
            STREAM | {"commit": STREAM["commit"] | {"operation": "create"}},  # type: ignore[operator]
        ),
    ],
)
def test_what_is_no_edit_has_no_mark(written: Write, name: str, value: Any) -> None:
    assert record_of(written, name, lines([value])).edited_at is None


def test_a_dump_and_a_capture_say_when_a_post_was_seen(written: Write) -> None:
    dump = record_of(written, "reddit_dump", lines([REDDIT]))
    assert dump.collected_at == (LATER + 1) * US
    assert record_of(written, "zeeschuimer", lines([captured()])).collected_at == (
        LATER * US
    )
