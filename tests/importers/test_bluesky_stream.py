"""Events of the stream: posts and reposts are kept, all others are accounted for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importers.direct import Direct, lines
from rasad.importers.atproto import key_us
from rasad.importers.bluesky import AppView, Jetstream
from rasad.importers.reader import inspect

Write = Callable[..., Path]

RECEIVED = 1_767_416_549_048_052
KEY = "3mbimxt4ro22z"
"""A record key made 0.14 s before a relay received it."""

KEYED = 1_767_416_548_908_672
DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
OTHER = "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb"
TARGET = f"at://{OTHER}/app.bsky.feed.post/3mb5xhh6ta22a"
ROOT = f"at://{OTHER}/app.bsky.feed.post/3mb5xhh6ta22b"
POST, REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"


def event(
    record: Any = None, collection: str = POST, commit: Any = None, **fields: Any
) -> dict[str, Any]:
    inside = {
        "rev": "3mbimxt55f22z",
        "operation": "create",
        "collection": collection,
        "rkey": KEY,
        "record": record,
        "cid": "bafyreia",
    }
    return {
        "did": DID,
        "time_us": RECEIVED,
        "kind": "commit",
        "commit": inside | (commit or {}),
    } | fields


def post(**fields: Any) -> dict[str, Any]:
    return {
        "$type": POST,
        "text": "سلام 😀 #ایران @a",
        "createdAt": "2026-01-03T05:02:29.551Z",
        "langs": ["fa", "en"],
    } | fields


def facet(start: int, **feature: str) -> dict[str, Any]:
    return {"index": {"byteStart": start, "byteEnd": start + 5}, "features": [feature]}


def quoting(uri: str) -> dict[str, Any]:
    return {"$type": "app.bsky.embed.record", "record": {"uri": uri, "cid": "b"}}


def test_a_post_reaches_its_fields(written: Write) -> None:
    record = post(
        facets=[
            facet(14, tag="ایران"),
            facet(9, uri="https://example.org/a?b=c"),
            facet(28, did=OTHER),
        ],
        tags=["دیگر"],
        embed={"external": {"uri": "https://example.org/card"}},
        reply={"parent": {"uri": TARGET}, "root": {"uri": ROOT}},
    )
    result = Direct(Jetstream(), written(lines([event(record, live=True)])))
    assert result.sniff.confidence == 1.0
    assert result.sniff.evidence == ("did", "time_us", "kind", "commit.collection")
    assert result.sniff.warnings == ()
    found = result.record
    assert found.account == f"bluesky:{DID}"
    assert (found.created_at, found.precision) == (RECEIVED, "us")
    assert found.raw_time == str(RECEIVED)
    assert found.post == f"at://{DID}/{POST}/{KEY}"
    assert (found.kind, found.reply_to, found.thread) == ("reply", TARGET, ROOT)
    assert found.text == "سلام 😀 #ایران @a"
    assert found.language == "fa"
    assert found.links == ("https://example.org/a?b=c", "https://example.org/card")
    assert found.hashtags == ("ایران", "دیگر")
    assert found.mentions == (OTHER,)


def test_a_repost_names_its_target(written: Write) -> None:
    record = {
        "subject": {"uri": TARGET, "cid": "b"},
        "via": {"uri": f"at://{OTHER}/{REPOST}/3mb6ajhaprv2a"},
        "createdAt": "2026-01-03T05:02:29.551Z",
    }
    odd = {"subject": "x"}
    events = [event(record, REPOST), event(odd, REPOST)]
    first, second = Direct(Jetstream(), written(lines(events))).records
    assert (first.kind, first.repost_of) == ("repost", TARGET)
    assert first.repost_of_account == OTHER
    assert first.post == f"at://{DID}/{REPOST}/{KEY}"
    assert (second.kind, second.repost_of, second.text) == ("repost", None, None)


@pytest.mark.parametrize(
    ("embed", "kind", "quoted"),
    [
        (quoting(TARGET), "quote", TARGET),
        ({"record": quoting(TARGET), "media": {"images": []}}, "quote", TARGET),
        (quoting(f"at://{OTHER}/app.bsky.graph.list/3mb5xhh6ta22a"), "post", None),
        ({"images": [{"alt": ""}]}, "post", None),
        ("odd", "post", None),
    ],
)
def test_only_posts_are_quoted(
    embed: Any, kind: str, quoted: str | None, written: Write
) -> None:
    found = Direct(Jetstream(), written(lines([event(post(embed=embed))]))).record
    assert (found.kind, found.quote_of) == (kind, quoted)


def test_a_card_beside_a_quoted_post_is_a_link(written: Write) -> None:
    card = {"external": {"uri": "https://example.org/card"}}
    embed = {"record": quoting(TARGET), "media": card}
    found = Direct(Jetstream(), written(lines([event(post(embed=embed))]))).record
    assert found.links == ("https://example.org/card",)


def test_not_stated_is_not_none(written: Write) -> None:
    events = [event(post()), event(post(facets=[]))]
    first, second = Direct(Jetstream(), written(lines(events))).records
    assert (first.links, first.hashtags, first.mentions) == (None, None, None)
    assert (second.links, second.hashtags, second.mentions) == ((), (), ())


def test_what_is_no_post_says_what_it_is(written: Write) -> None:
    events = [
        event(post()),
        event({"subject": TARGET}, "app.bsky.feed.like"),
        event({"subject": OTHER}, "app.bsky.graph.follow"),
        event({}, "app.bsky.graph.block"),
        event({}, "place.stream.broadcast.origin"),
        event(commit={"operation": "delete"}),
        {"did": DID, "time_us": RECEIVED, "kind": "identity", "identity": {}},
        {"did": DID, "time_us": RECEIVED, "kind": "account", "account": {}},
        {"did": DID, "time_us": RECEIVED, "kind": "sync"},
    ]
    result = Direct(Jetstream(), written(lines(events)))
    assert len(result.records) == 1
    assert result.reasons == [
        "no post: a like",
        "no post: a follow",
        "no post: a block",
        "no post: a record of another kind",
        "no post: a deletion",
        "no post: a change of handle",
        "no post: a change of an account's state",
        "no post: an event",
    ]


def test_members_of_other_types_cost_a_field_and_not_the_post(written: Write) -> None:
    odd = post(
        facets=[{"features": [{"tag": 5}, "x"]}, 7, {"index": {"byteStart": "a"}}],
        langs="fa",
        tags={"a": 1},
        reply="x",
        text=["a"],
        createdAt=5,
    )
    found = Direct(Jetstream(), written(lines([event(odd)]))).record
    assert (found.text, found.language, found.reply_to) == (None, None, None)
    assert found.hashtags == ()
    assert found.kind == "post"


def test_only_posts_without_account_time_or_record_are_rejected(written: Write) -> None:
    timeless = {"text": "x", "createdAt": "soon"}
    events = [
        event(post()),
        event(post(), did=7),
        event(timeless, time_us=None, commit={"rkey": "self"}),
        event("no record"),
        event(post(), commit={"rkey": None}),
    ]
    result = Direct(Jetstream(), written(lines(events)))
    assert result.reasons == [
        "it has no usable account",
        "it has no time that can be read",
        "it has no record",
    ]
    assert [one.post is None for one in result.records] == [False, True]


def test_the_next_clock_counts_where_one_is_missing(written: Write) -> None:
    unreceived = event(post(), time_us=None)
    unkeyed = event(post(), time_us="", commit={"rkey": "self"})
    path = written(lines([event(post()), unreceived, unkeyed]))
    first, second, third = Direct(Jetstream(), path).records
    assert (first.created_at, first.precision) == (RECEIVED, "us")
    assert (second.created_at, second.precision) == (KEYED, "us")
    assert second.raw_time == KEY
    assert (third.created_at, third.precision) == (1_767_416_549_551_000, "ms")
    assert third.raw_time == "2026-01-03T05:02:29.551Z"


def test_posts_that_were_dated_back_or_bridged_are_told(written: Write) -> None:
    back = event(post(createdAt="2019-01-01T00:00:00Z"))
    bridged = event(post(bridgyOriginalUrl="https://example.org/1"))
    result = Direct(Jetstream(), written(lines([event(post()), back, bridged])))
    assert result.says("In 1 of the first 3 posts the clocks")
    assert result.says("1 of the first 3 posts came over a bridge")


def test_keys_that_hold_no_time() -> None:
    assert key_us(KEY) == KEYED
    for key in (None, "", "self", "3mbimxt4ro22", "zzzzzzzzzzzzz", "2222222222222"):
        assert key_us(key) is None


def test_a_stream_that_stops_in_the_middle_is_told(written: Write) -> None:
    whole = lines([event(post()), event(post())])
    result = Direct(Jetstream(), written(whole[: len(whole) - 30]))
    assert len(result.records) == 1
    assert [reject.ends_early for reject in result.rejects] == [True]


def test_events_without_a_record_are_less_sure(written: Write) -> None:
    account = {"did": DID, "time_us": RECEIVED, "kind": "account"}
    sniff = Jetstream().sniff(inspect(written(lines([account]))))
    assert sniff is not None
    assert sniff.confidence == 0.8


def test_other_files_are_no_stream(written: Write) -> None:
    path = written(lines([{"did": DID, "kind": "commit"}, {"a": 1}]))
    assert Jetstream().sniff(inspect(path)) is None
    assert Jetstream().sniff(inspect(written("did,time_us,kind\na,b,commit\n"))) is None
    assert AppView().sniff(inspect(written(lines([event(post())])))) is None
