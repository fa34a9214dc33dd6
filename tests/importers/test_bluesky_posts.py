"""Posts as Bluesky's servers and twitwi's tables give them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importers.direct import Direct, lines
from rasad.importers.bluesky import AppView, Jetstream, TwitwiBluesky
from rasad.importers.reader import inspect

Write = Callable[..., Path]

KEY = "3mbimxt4ro22z"
KEYED = 1_767_416_548_908_672
SECOND = 1_767_416_549
DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
OTHER = "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb"
URI = f"at://{DID}/app.bsky.feed.post/{KEY}"
TARGET = f"at://{OTHER}/app.bsky.feed.post/3mb5xhh6ta22a"


def view(record: Any = None, **fields: Any) -> dict[str, Any]:
    plain = {
        "$type": "app.bsky.feed.post",
        "text": "خبر تازه",
        "createdAt": "2026-01-03T05:02:29.551Z",
        "langs": ["fa"],
    }
    return {
        "uri": URI,
        "cid": "bafyreia",
        "author": {
            "did": DID,
            "handle": "someone.example",
            "displayName": "نام",
            "createdAt": "2024-05-06T07:08:09.123Z",
        },
        "record": plain | (record or {}),
        "indexedAt": "2026-01-03T05:02:30.000Z",
        "likeCount": 3,
    } | fields


def reposting(**reason: Any) -> dict[str, Any]:
    by = {"did": OTHER, "handle": "other.example", "displayName": "Other"}
    indexed = {"indexedAt": "2026-01-04T00:00:00.500Z"}
    return {"$type": "app.bsky.feed.defs#reasonRepost", "by": by} | indexed | reason


def test_a_post_reaches_its_fields(written: Write) -> None:
    result = Direct(AppView(), written(lines([view()])))
    assert (result.sniff.confidence, result.sniff.warnings) == (1.0, ())
    found = result.record
    assert found.account == f"bluesky:{DID}"
    assert (found.created_at, found.precision, found.raw_time) == (KEYED, "us", KEY)
    assert (found.post, found.kind, found.text) == (URI, "post", "خبر تازه")
    assert (found.handle, found.name) == ("someone.example", "نام")
    assert found.account_created_at == 1_714_979_289_123_000
    assert found.language == "fa"
    assert Jetstream().sniff(result.head) is None


def test_a_dump_of_the_sdk_is_read_too(written: Write) -> None:
    record = {
        "py_type": "app.bsky.feed.post",
        "text": "a",
        "created_at": "2026-01-03T05:02:29.551Z",
        "facets": [
            {
                "index": {"byte_start": 9, "byte_end": 12},
                "features": [{"tag": "دو", "py_type": "app.bsky.richtext.facet#tag"}],
            },
            {
                "index": {"byte_start": 1, "byte_end": 4},
                "features": [{"tag": "یک", "py_type": "app.bsky.richtext.facet#tag"}],
            },
        ],
        "reply": {"parent": {"uri": TARGET}, "root": {"uri": TARGET}},
    }
    author = {"did": DID, "handle": "handle.invalid", "display_name": "N"}
    one = view(uri=f"at://{DID}/app.bsky.feed.post/self", author=author)
    one |= {"record": record, "indexed_at": "2026-01-03T05:02:30Z", "indexedAt": None}
    found = Direct(AppView(), written(lines([one | {"4CAT_metadata": {}}]))).record
    assert (found.created_at, found.precision) == (1_767_416_549_551_000, "ms")
    assert (found.handle, found.name) == (None, "N")
    assert found.hashtags == ("یک", "دو")
    assert (found.kind, found.reply_to) == ("reply", TARGET)


@pytest.mark.parametrize("place", ["", "posts", "feed", "thread"])
def test_posts_are_found_in_lists_searches_feeds_and_threads(
    place: str, written: Write
) -> None:
    shown: Any = view()
    if place == "feed":
        shown = {"post": view(), "reply": {"parent": view(uri=TARGET)}}
    if place == "thread":
        shown = {"uri": URI, "depth": 0, "value": {"post": view()}}
    whole: Any = {place: [shown, shown], "cursor": "c"} if place else [shown, shown]
    result = Direct(AppView(), written(json.dumps(whole, indent=1)))
    assert [one.post for one in result.records] == [URI, URI]
    assert result.rejects == []


def test_a_repost_in_a_feed_is_of_who_passed_it_on(written: Write) -> None:
    own = f"at://{OTHER}/app.bsky.feed.repost/3mb6ajhaprv2a"
    feed = [
        {"post": view(), "reason": reposting()},
        {"post": view(), "reason": reposting(uri=own)},
        {"post": view(), "reason": {"$type": "app.bsky.feed.defs#reasonPin"}},
        {"post": view(), "reason": reposting(by={"handle": "x"})},
    ]
    result = Direct(AppView(), written(json.dumps({"feed": feed})))
    first, second, pinned = result.records
    assert first.account == second.account == f"bluesky:{OTHER}"
    assert (first.kind, first.repost_of) == ("repost", URI)
    assert first.repost_of_account == DID
    assert (first.created_at, first.precision) == (1_767_484_800_500_000, "ms")
    assert (first.post, second.post) == (None, own)
    assert second.precision == "us"
    assert first.text == "خبر تازه"
    assert (first.handle, first.name) == ("other.example", "Other")
    assert (pinned.kind, pinned.account) == ("post", f"bluesky:{DID}")
    assert result.reasons == ["it has no usable account"]


def test_what_is_no_post_says_what_it_is(written: Write) -> None:
    shown = [
        *[view()] * 3,
        {"uri": URI, "notFound": True},
        {"post": {"uri": URI, "blocked": True}},
        view(uri=f"at://{DID}/app.bsky.graph.list/{KEY}"),
        view(uri=None, author={}),
        view({"createdAt": 5}, uri=None, indexedAt="soon"),
    ]
    result = Direct(AppView(), written(lines(shown)))
    assert len(result.records) == 3
    assert result.reasons == [
        "no post: deleted, hidden or blocked",
        "no post: deleted, hidden or blocked",
        "no post: a list",
        "it has no usable account",
        "it has no time that can be read",
    ]


def test_an_author_is_found_in_the_address(written: Write) -> None:
    odd = view(author={"did": 5, "handle": 7}) | {"record": 7}
    result = Direct(AppView(), written(lines([view(), odd])))
    assert result.records[1].account == f"bluesky:{DID}"
    assert (result.records[1].handle, result.records[1].text) == (None, None)


def test_clocks_that_disagree_are_told(written: Write) -> None:
    back = view({"createdAt": "2015-01-01T00:00:00Z"})
    assert Direct(AppView(), written(lines([back]))).says("In 1 of the first 1 posts")


def test_a_cut_feed_is_told(written: Write) -> None:
    whole = json.dumps({"feed": [{"post": view()}] * 3})
    result = Direct(AppView(), written(whole[: len(whole) - 50]))
    assert len(result.records) == 2
    assert result.rejects[-1].ends_early


# --- twitwi's tables -----------------------------------------------------------------

COLUMNS = [
    *("cid", "did", "uri", "url", "timestamp_utc", "local_time", "user_did"),
    *("user_handle", "text", "original_text", "user_diplay_name", "user_langs"),
    *("user_timestamp_utc", "to_post_uri", "to_root_post_uri", "repost_by_user_did"),
    *("repost_by_user_handle", "repost_timestamp_utc", "quoted_uri", "links"),
    *("mentioned_user_dids", "hashtags", "collected_via", "match_query"),
]


def row(**cells: str) -> list[str]:
    plain = {
        "cid": "bafyreia",
        "did": KEY,
        "uri": URI,
        "timestamp_utc": str(SECOND),
        "local_time": "2026-01-03T08:32:29.551000",
        "user_did": DID,
        "user_handle": "someone.example",
        "text": "متن https://example.org/a — quoted words",
        "original_text": "متن",
        "user_diplay_name": "نام",
        "user_langs": "fa|en",
        "user_timestamp_utc": "1714979289",
        "match_query": "1",
    } | cells
    return [plain.get(name, "") for name in COLUMNS]


def test_a_row_reaches_its_fields(written: Write) -> None:
    cells = row(
        links="https://example.org/a,http://b|https://example.org/c",
        hashtags="ایران|خبر",
        mentioned_user_dids=OTHER,
        to_post_uri=TARGET,
        to_root_post_uri=TARGET,
    )
    header = [f" {name.upper()} " for name in COLUMNS]
    result = Direct(TwitwiBluesky(), written([header, cells]))
    assert (result.sniff.confidence, result.sniff.warnings) == (1.0, ())
    found = result.record
    assert found.account == f"bluesky:{DID}"
    assert (found.created_at, found.precision) == (KEYED, "us")
    assert (found.post, found.text) == (URI, "متن")
    assert (found.kind, found.reply_to, found.thread) == ("reply", TARGET, TARGET)
    assert found.links == (
        "https://example.org/a,http://b",
        "https://example.org/c",
    )
    assert (found.hashtags, found.mentions) == (("ایران", "خبر"), (OTHER,))
    assert (found.handle, found.name) == ("someone.example", "نام")
    assert (found.language, found.account_created_at) == ("fa", 1_714_979_289_000_000)


def test_rows_that_repost_quote_or_came_along(written: Write) -> None:
    repost = {"repost_by_user_did": OTHER, "repost_by_user_handle": "other.example"}
    timed = {"repost_timestamp_utc": str(SECOND + 9)}
    table = [
        row(**repost, **timed),
        row(quoted_uri=TARGET),
        row(quoted_uri=f"at://{OTHER}/app.bsky.graph.list/x"),
        row(match_query="0", collected_via="quote"),
        row(user_did=""),
        row(**repost),
        row(uri="", timestamp_utc=""),
    ]
    result = Direct(TwitwiBluesky(), written([COLUMNS, *table]))
    first, second, third = result.records
    assert (first.kind, first.account) == ("repost", f"bluesky:{OTHER}")
    assert (first.repost_of, first.repost_of_account) == (URI, DID)
    assert (first.created_at, first.precision) == ((SECOND + 9) * 1_000_000, "s")
    assert (first.handle, first.post, first.links) == ("other.example", None, None)
    assert (second.kind, second.quote_of, second.links) == ("quote", TARGET, ())
    assert (third.kind, third.quote_of) == ("post", None)
    assert result.reasons == [
        "no post of its own: it came along with another",
        "it has no usable account",
        "it has no time that can be read",
        "it has no time that can be read",
    ]


def test_the_stated_time_counts_without_a_key(written: Write) -> None:
    other = f"at://{DID}/app.bsky.feed.post/self"
    found = Direct(TwitwiBluesky(), written([COLUMNS, row(uri=other)])).record
    assert (found.created_at, found.precision) == (SECOND * 1_000_000, "s")


def test_the_same_posts_as_json_are_read(written: Write) -> None:
    one = dict(zip(COLUMNS, row(), strict=True))
    path = written(lines([one | {"hashtags": ["یک", "دو"], "quoted_uri": None}]))
    found = Direct(TwitwiBluesky(), path).record
    assert found.hashtags == ("یک", "دو")
    assert found.kind == "post"


def test_a_table_of_twitter_posts_is_none_of_bluesky(written: Write) -> None:
    path = written("id,timestamp_utc,user_id,text\n1,2,3,4\n")
    assert TwitwiBluesky().sniff(inspect(path)) is None
    assert AppView().sniff(inspect(path)) is None
