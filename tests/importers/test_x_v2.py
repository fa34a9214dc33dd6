"""Posts of the API version 2: pages, streams and flattened lines give one record."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importers.x_reading import MOMENT_MS, Reading, lines, snowflake
from rasad.importers.reader import inspect
from rasad.importers.x_v2 import PostsV2

Write = Callable[..., Path]

STATED = "2017-07-14T02:40:12.000Z"
BIG = str(2**60 + 1)
ORIGINAL = snowflake(MOMENT_MS - 60_000)
USERS = [
    {
        "id": BIG,
        "username": "Some_One",
        "name": "یک نام",
        "description": "دربارهٔ &amp; من",
        "created_at": "2012-06-07T06:36:05.000Z",
    },
    {"id": "5", "username": "other", "name": "Other"},
]


def post(**members: Any) -> dict[str, Any]:
    plain = {
        "id": snowflake(),
        "author_id": BIG,
        "created_at": STATED,
        "text": "متن\nسطر دوم &lt;😀",
        "conversation_id": "33",
        "lang": "fa",
        "source": "A client",
        "edit_history_tweet_ids": [snowflake()],
        "public_metrics": {"like_count": 3},
    }
    return plain | members


def page(*posts: Any, **members: Any) -> dict[str, Any]:
    carried = {"users": USERS, "tweets": [original()]}
    about = {"meta": {"result_count": len(posts)}, "__twarc": {"version": "2"}}
    return {"data": list(posts), "includes": carried} | about | members


def original(**members: Any) -> dict[str, Any]:
    plain = {
        "id": ORIGINAL,
        "author_id": "5",
        "created_at": STATED,
        "text": "متن کامل اصلی",
        "entities": {"hashtags": [{"tag": "کامل"}]},
    }
    return plain | members


def repost(**members: Any) -> dict[str, Any]:
    names = {"mentions": [{"username": "Other", "id": "5"}]}
    plain = {
        "text": "RT @Other: متن کا…",
        "referenced_tweets": [{"type": "retweeted", "id": ORIGINAL}],
        "entities": names,
    }
    return post(**(plain | members))


def read(path: Path) -> Reading:
    return Reading(PostsV2(), path)


def test_a_post_reaches_its_fields(written: Write) -> None:
    entities = {
        "hashtags": [{"tag": "یک"}, {"tag": "Two"}],
        "urls": [
            {"url": "u", "expanded_url": "e", "unwound_url": "https://a.example/x"},
            {"url": "u", "expanded_url": "https://b.example"},
            {"url": "https://t.co/c"},
            {"expanded_url": "https://x.com/a/photo/1", "media_key": "3_1"},
            {"expanded_url": "https://x.com/a/video/1", "display_url": "pic.x.com/q"},
        ],
        "mentions": [
            {"username": "bob", "id": "9007199254740993"},
            {"username": "other"},
            {"username": "unknown"},
        ],
    }
    result = read(written(lines(page(post(entities=entities)))))
    record = result.record
    assert (result.sniff.confidence, result.sniff.warnings) == (1.0, ())
    assert (record.account, record.post) == (f"twitter:{BIG}", snowflake())
    assert (record.created_at, record.precision) == (MOMENT_MS * 1000, "ms")
    assert record.raw_time == STATED
    assert record.text == "متن\nسطر دوم <😀"
    assert (record.handle, record.name) == ("Some_One", "یک نام")
    assert record.description == "دربارهٔ & من"
    assert record.account_created_at == 1_339_050_965_000_000
    assert (record.kind, record.language, record.client) == ("post", "fa", "A client")
    assert record.thread == "33"
    assert record.links == (
        *("https://a.example/x", "https://b.example", "https://t.co/c"),
    )
    assert record.hashtags == ("یک", "Two")
    assert record.mentions == ("9007199254740993", "5", "unknown")


def test_what_is_not_stated_and_what_is_none(written: Write) -> None:
    silent = post(id=snowflake(low=1))
    result = read(written(lines(page(silent, post(entities={"annotations": []})))))
    first, second = result.records
    assert (first.links, first.hashtags, first.mentions) == (None, None, None)
    assert (second.links, second.hashtags, second.mentions) == ((), (), ())


def test_a_repost_shows_its_original_whole(written: Write) -> None:
    record = read(written(lines(page(repost())))).record
    assert (record.kind, record.repost_of) == ("repost", ORIGINAL)
    assert record.repost_of_account == "5"
    assert (record.text, record.truncated) == ("متن کامل اصلی", False)
    assert (record.hashtags, record.mentions) == (("کامل",), ())


@pytest.mark.parametrize(
    ("mentions", "account"),
    [
        ([{"username": "OTHER", "id": "5"}], "5"),
        ([{"username": "other"}], "5"),
        ([{"username": "someone", "id": "8"}], "other"),
        ([], "other"),
        (None, "other"),
    ],
)
def test_a_repost_without_its_original_stays_cut(
    mentions: Any, account: str, written: Write
) -> None:
    carried = {"users": USERS}
    bare = repost(entities={"mentions": mentions})
    record = read(written(lines(page(bare, includes=carried)))).record
    assert (record.kind, record.repost_of) == ("repost", ORIGINAL)
    assert (record.text, record.truncated) == ("RT @Other: متن کا…", True)
    assert record.repost_of_account == account


def test_long_texts_are_whole_in_an_object_of_their_own(written: Write) -> None:
    note = {"text": "دراز", "entities": {"hashtags": [{"tag": "دراز"}]}}
    long = post(text="در…", note_tweet=note, entities={"hashtags": []})
    record = read(written(lines(page(long)))).record
    assert (record.text, record.hashtags) == ("دراز", ("دراز",))


@pytest.mark.parametrize(
    ("members", "kind", "targets"),
    [
        ({"referenced_tweets": [{"type": "quoted", "id": "6"}]}, "quote", ("6", None)),
        (
            {
                "referenced_tweets": [
                    {"type": "quoted", "id": "6"},
                    {"type": "replied_to", "id": "7"},
                ]
            },
            "quote",
            ("6", "7"),
        ),
        (
            {"referenced_tweets": [{"type": "replied_to", "id": 2**60 + 1}]},
            "reply",
            (None, BIG),
        ),
        ({"in_reply_to_user_id": "7"}, "reply", (None, None)),
        ({"referenced_tweets": "none"}, "post", (None, None)),
        ({"referenced_tweets": [5, {"id": "6"}]}, "post", (None, None)),
    ],
)
def test_targets_decide_the_kind(
    members: dict[str, Any],
    kind: str,
    targets: tuple[str | None, str | None],
    written: Write,
) -> None:
    record = read(written(lines(page(post(**members))))).record
    assert (record.kind, (record.quote_of, record.reply_to)) == (kind, targets)


def test_pages_streams_and_flattened_lines_give_the_same(written: Write) -> None:
    paged = read(written(lines(page(repost())))).record
    carried = page()["includes"]
    streamed = {"data": repost(), "includes": carried, "matching_rules": [{"id": 1}]}
    assert read(written(lines(streamed))).record == paged
    target = {"type": "retweeted"} | original() | {"author": USERS[1]}
    flat = repost(author=USERS[0], referenced_tweets=[target], __twarc={})
    assert read(written(lines(flat))).record == paged
    assert read(written(json.dumps([flat, flat], indent=2))).records == [paged, paged]


def test_a_page_as_one_document_lacks_only_what_is_carried_along(
    written: Write,
) -> None:
    result = read(written(json.dumps(page(post(), repost()), indent=2)))
    first, second = result.records
    assert (first.account, first.handle) == (f"twitter:{BIG}", None)
    assert (second.kind, second.truncated) == ("repost", True)
    assert "authors of 2 of the first 2 posts" in result.sniff.warnings[0]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"id": "1", "name": "a", "username": "b"}, "a user"),
        ({"start": "s", "end": "e", "tweet_count": 3}, "a count of posts"),
        ({"id": "1", "name": "a", "owner_id": "2", "member_count": 1}, "a list"),
        (
            {"id": "1", "dm_conversation_id": "2", "text": "secret"},
            "a direct message",
        ),
        ({"id": "1", "creator_id": "2", "state": "live"}, "a conversation in sound"),
    ],
)
def test_what_is_no_post_says_what_it_is(
    value: dict[str, Any], reason: str, written: Write
) -> None:
    result = read(written(lines(page(value))))
    assert result.sniff.confidence == 1.0
    assert result.reasons == [f"no post: {reason}"]
    flattened = read(written(lines(value | {"__twarc": {}}, post(author=USERS[0]))))
    assert flattened.reasons == [f"no post: {reason}"]


def test_compliance_events_and_empty_pages_are_no_posts(written: Write) -> None:
    event = {"id": "1", "action": "delete", "created_at": STATED, "reason": "protected"}
    assert read(written(lines(event))).reasons == ["no post: a compliance event"]
    result = read(
        written(
            lines(
                page(post()),
                {"meta": {"result_count": 0}, "__twarc": {}},
                page(),
                {"errors": [{"title": "ConnectionException"}]},
            )
        )
    )
    assert len(result.records) == 1
    assert result.reasons == [
        "no post: a page without posts",
        "no post: a page without posts",
        "no post: an error message",
    ]


def test_missing_and_odd_members_cost_only_themselves(written: Write) -> None:
    odd = post(
        text=5,
        source=[],
        lang=None,
        conversation_id={},
        entities={"urls": [3, {"url": 4}], "hashtags": "none", "mentions": [None]},
        note_tweet="long",
        author="me",
    )
    users = [*USERS, "nobody", {"username": "no id"}, {"id": BIG, "username": 5}]
    bare = {"id": "12", "author_id": "9", "created_at": STATED, "text": ""}
    broken = page(post(), odd, bare, includes={"users": users, "tweets": "none"})
    result = read(written(lines(broken, page(odd, includes=[]))))
    _, first, second, third = result.records
    assert (first.kind, first.text, first.client) == ("post", None, None)
    assert (first.links, first.hashtags, first.mentions) == ((), (), ())
    assert (first.handle, first.name, first.thread) == (None, None, None)
    assert (second.account, second.handle, second.text) == ("twitter:9", None, "")
    assert second.precision == "s"
    assert third.account == f"twitter:{BIG}"


def test_only_posts_without_account_or_time_are_rejected(written: Write) -> None:
    result = read(
        written(
            lines(
                page(
                    post(),
                    post(author_id=9.06e17),
                    post(author_id="906000000000000000"),
                    post(author_id=None),
                    post(author_id=2**60 + 3),
                    post(id="12", created_at=None),
                    post(created_at=None),
                )
            )
        )
    )
    assert [one.account for one in result.records] == [
        *(f"twitter:{BIG}", f"twitter:{2**60 + 3}", f"twitter:{BIG}"),
    ]
    assert result.reasons == [
        "the last digits of its author_id are lost",
        "the last digits of its author_id are lost",
        "it has no usable author_id",
        "it has no time",
    ]
    assert result.records[-1].raw_time == snowflake()
    assert "Column author_id holds ids" in result.sniff.warnings[0]


def test_an_author_inside_a_post_is_enough(written: Write) -> None:
    inside = post(author=USERS[0])
    del inside["author_id"]
    assert read(written(lines(inside))).record.account == f"twitter:{BIG}"


def test_a_line_that_ends_early_says_so(written: Write) -> None:
    content = lines(page(post()), page(post()))
    result = read(written(content[:-60]))
    assert len(result.records) == 1
    assert result.rejects[0].ends_early


def test_other_formats_are_left_alone(written: Write) -> None:
    mcl = {"id": "1", "post_id": "2", "text": "a", "author_id": ""}
    cases: list[Any] = [
        {"data": [mcl], "paging": {}},
        {"source_platform": "twitter.com", "item_id": "1", "data": post()},
        {"id": "1", "id_str": "1", "text": "a", "user": {"id_str": "1"}},
        {"data": {"videos": [{"id": "1", "username": "a", "name": "b"}]}},
        {"id": "1", "username": "a", "name": "b", "time": "2020-01-01"},
        {"id": "1", "author_id": "2", "text": "a", "time": "2020-01-01"},
    ]
    for value in cases:
        assert PostsV2().sniff(inspect(written(lines(value)))) is None


def test_mostly_foreign_objects_are_recognised_with_less_trust(written: Write) -> None:
    foreign = {"id": "1", "account": {"id": "1"}, "content": "a"}
    result = read(written(lines(post(author=USERS[0]), foreign, foreign)))
    assert result.sniff.confidence == 0.5
    assert result.reasons == ["it has no usable author_id"] * 2
