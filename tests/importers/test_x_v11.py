"""Posts of the API version 1.1: whole texts, targets, and what streams put between."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importers.x_reading import MOMENT_MS, Reading, lines, snowflake
from rasad.importers.reader import inspect
from rasad.importers.x_v11 import TweetsV11

Write = Callable[..., Path]

STATED = "Fri Jul 14 02:40:12 +0000 2017"
NOTHING: dict[str, list[Any]] = {"hashtags": [], "urls": [], "user_mentions": []}


def user(number: int = 2**53 + 1, **members: Any) -> dict[str, Any]:
    plain = {
        "id": number,
        "id_str": str(number),
        "screen_name": "Some_One",
        "name": "یک نام",
        "lang": "fa",
        "description": "دربارهٔ من",
        "created_at": "Thu Jun 07 06:36:05 +0000 2012",
    }
    return plain | members


def tweet(ms: int = MOMENT_MS, **members: Any) -> dict[str, Any]:
    """A post of an invented account; every member can be set."""
    plain = {
        "created_at": STATED,
        "id": int(snowflake(ms)),
        "id_str": snowflake(ms),
        "full_text": "متن\nسطر دوم &amp; 😀",
        "truncated": False,
        "source": '<a href="https://a.example" rel="nofollow">A client</a>',
        "in_reply_to_status_id_str": None,
        "user": user(),
        "entities": NOTHING,
        "lang": "fa",
    }
    return plain | members


def read(path: Path) -> Reading:
    return Reading(TweetsV11(), path)


def test_a_post_reaches_its_fields(written: Write) -> None:
    entities = {
        "hashtags": [{"text": "یک"}, {"text": "Two"}],
        "urls": [
            {"url": "https://t.co/a", "expanded_url": "https://a.example/x"},
            {"url": "https://t.co/b"},
            {"url": "https://t.co/c", "expanded_url": None},
        ],
        "user_mentions": [{"id_str": "9007199254740993"}, {"screen_name": "bob"}],
    }
    result = read(written(lines(tweet(entities=entities))))
    record = result.record
    assert (result.sniff.confidence, result.sniff.warnings) == (1.0, ())
    assert record.account == "twitter:9007199254740993"
    assert (record.created_at, record.precision) == (MOMENT_MS * 1000, "ms")
    assert (record.raw_time, record.post) == (STATED, snowflake())
    assert record.text == "متن\nسطر دوم & 😀"
    assert (record.handle, record.name) == ("Some_One", "یک نام")
    assert (record.kind, record.language, record.client) == ("post", "fa", "A client")
    assert (record.account_language, record.description) == ("fa", "دربارهٔ من")
    assert record.account_created_at == 1_339_050_965_000_000
    assert record.links == ("https://a.example/x", "https://t.co/b", "https://t.co/c")
    assert record.hashtags == ("یک", "Two")
    assert record.mentions == ("9007199254740993", "bob")
    assert not record.truncated


def test_a_repost_shows_its_original_whole(written: Write) -> None:
    original = tweet(
        MOMENT_MS - 60_000,
        user=user(5),
        full_text=None,
        text="متن بریده…",
        truncated=True,
        extended_tweet={
            "full_text": "متن کامل اصلی",
            "entities": NOTHING | {"hashtags": [{"text": "کامل"}]},
        },
    )
    repost = tweet(
        full_text="RT @other: متن بر…",
        truncated=False,
        retweeted_status=original,
        quoted_status_id_str="77",
    )
    record = read(written(lines(repost))).record
    assert (record.kind, record.repost_of) == ("repost", original["id_str"])
    assert (record.repost_of_account, record.quote_of) == ("5", "77")
    assert (record.text, record.truncated) == ("متن کامل اصلی", False)
    assert (record.hashtags, record.links) == (("کامل",), ())
    assert record.account == "twitter:9007199254740993"


@pytest.mark.parametrize(
    ("members", "kind", "targets"),
    [
        ({"quoted_status_id_str": "6"}, "quote", ("6", None)),
        ({"quoted_status_id": 2**60 + 1}, "quote", (str(2**60 + 1), None)),
        ({"quoted_status": {"id_str": "6"}}, "quote", ("6", None)),
        ({"is_quote_status": True}, "quote", (None, None)),
        (
            {"quoted_status_id_str": "6", "in_reply_to_status_id_str": "7"},
            "quote",
            ("6", "7"),
        ),
        ({"in_reply_to_status_id_str": "7"}, "reply", (None, "7")),
        ({"in_reply_to_user_id_str": "7"}, "reply", (None, None)),
        ({"in_reply_to_status_id_str": "9.1E+17"}, "post", (None, None)),
        ({"retweeted_status": None, "quoted_status": []}, "post", (None, None)),
    ],
)
def test_targets_decide_the_kind(
    members: dict[str, Any],
    kind: str,
    targets: tuple[str | None, str | None],
    written: Write,
) -> None:
    record = read(written(lines(tweet(**members)))).record
    assert (record.kind, (record.quote_of, record.reply_to)) == (kind, targets)


def test_a_cut_text_is_marked_and_its_way_out_is_no_link(written: Write) -> None:
    rest = f"https://twitter.com/i/web/status/{snowflake()}"
    urls = [{"expanded_url": rest}, {"expanded_url": "https://a.example"}]
    cut = tweet(text="بریده…", truncated=True, entities=NOTHING | {"urls": urls})
    del cut["full_text"]
    hashed = "https://twitter.com/hlwMC0/web/mstEVJ/5MeUSG"
    cut["entities"]["urls"].append({"expanded_url_h": hashed})
    other = NOTHING | {"urls": [{"expanded_url": rest + "0"}]}
    whole = tweet(extended_tweet={"full_text": "همه"}, entities=other)
    bare = tweet(full_text="RT @a: بریده…")
    first, second, third = read(written(lines(cut, whole, bare))).records
    assert (first.truncated, first.links) == (True, ("https://a.example",))
    assert (second.truncated, second.text) == (False, "همه")
    assert second.links == (rest + "0",)
    assert (third.kind, third.truncated) == ("post", True)


def test_messages_of_a_stream_are_no_posts(written: Write) -> None:
    messages = [
        {"delete": {"status": {"id": 1, "id_str": "1", "user_id_str": "3"}}},
        {"limit": {"track": 5}},
        {"scrub_geo": {"user_id": 1}},
        {"status_withheld": {"id": 1}},
        {"user_withheld": {"id": 1}},
        {"warning": {"code": "FALLING_BEHIND"}},
        {"disconnect": {"code": 4}},
        {"errors": [{"code": 88}]},
        user(followers_count=4),
        {"friends": [1, 2]},
    ]
    result = read(written(lines(*messages, tweet()) + "\n"))
    assert result.sniff.confidence == 1.0
    assert len(result.records) == 1
    assert result.reasons == [
        "no post: a deletion",
        "no post: a notice that posts were left out",
        "no post: a removal of places",
        "no post: a notice of a withheld post",
        "no post: a notice of a withheld account",
        "no post: a message of the stream",
        "no post: a message of the stream",
        "no post: an error message",
        "no post: a user",
        "it has no usable user id",
    ]
    assert [entry.outcome for entry in result.entries[-1:]] == ["blank"]


def test_missing_and_odd_members_cost_only_themselves(written: Write) -> None:
    odd = tweet(
        full_text=["no text"],
        source=5,
        lang=None,
        entities={"urls": "none", "hashtags": [5, {"text": 6}], "user_mentions": None},
        retweeted_status="5",
        extended_tweet=[],
        user=user(screen_name=None, name=7, created_at="long ago", description=[]),
    )
    bare = {"id_str": "12", "user": {"id": 2**60 + 3}, "created_at": STATED}
    _, first, second = read(written(lines(tweet(), odd, bare))).records
    assert (first.kind, first.text, first.client) == ("post", None, None)
    assert (first.links, first.hashtags, first.mentions) == (None, (), None)
    assert (first.handle, first.name, first.language) == (None, None, None)
    assert (first.account_created_at, first.description) == (None, None)
    assert second.account == f"twitter:{2**60 + 3}"
    assert (second.post, second.precision, second.text) == ("12", "s", None)
    assert (second.links, second.handle) == (None, None)


def test_only_posts_without_account_or_time_are_rejected(written: Write) -> None:
    result = read(
        written(
            lines(
                tweet(),
                tweet(user={"id": 9.06e17, "screen_name": "a"}),
                tweet(user={"id": 906_000_000_000_000_000}),
                tweet(user=None),
                tweet(user=True, id_str=None),
                tweet(id=12, id_str="12", created_at=None),
                tweet(created_at=None),
                tweet(created_at=1_500_000_012_000),
                tweet(text="", full_text=None),
            )
        )
    )
    assert result.reasons == [
        "the last digits of its user id are lost",
        "the last digits of its user id are lost",
        "it has no usable user id",
        "it has no usable user id",
        "it has no time",
    ]
    assert [one.created_at for one in result.records] == [MOMENT_MS * 1000] * 4
    assert [one.raw_time for one in result.records] == [
        *(STATED, snowflake(), "1500000012000", STATED),
    ]
    assert result.records[-1].text == ""
    assert "Column user.id holds ids" in result.sniff.warnings[0]


def test_hashed_ids_are_ids_and_hidden_names_are_none(written: Write) -> None:
    hashed = {
        "id_str_h": "vDrqI0+V/xRf==",
        "text_m": "RT @un: QQ : کوتاه",
        "created_at": STATED,
        "timestamp_ms": str(MOMENT_MS),
        "in_reply_to_status_id_str_h": "",
        "user": {"id_h": "Gpi_u-N", "id_str_h": "Gpi_u-N", "screen_name_h": "yR"},
        "entities": {
            "urls": [{"expanded_url_h": "https://a.example/XQ", "url_h": "t"}],
            "user_mentions": [{"id_str_h": "Se4", "screen_name_h": "QQ"}],
            "hashtags": [],
        },
        "retweeted_status": {
            "id_str_h": "orig",
            "text_m": "کامل",
            "user": {"id_str_h": "Se4"},
        },
    }
    quote = hashed | {"retweeted_status": None, "quoted_status_id_str_h": "q"}
    result = read(written(lines(hashed, quote)))
    first, second = result.records
    assert (first.account, first.post) == ("twitter:Gpi_u-N", "vDrqI0+V/xRf==")
    assert (first.created_at, first.precision) == (MOMENT_MS * 1000, "ms")
    assert (first.handle, first.name) == (None, None)
    assert (first.kind, first.text) == ("repost", "کامل")
    assert (first.repost_of, first.repost_of_account) == ("orig", "Se4")
    assert (first.links, first.mentions) == (None, None)
    assert (second.kind, second.quote_of, second.reply_to) == ("quote", "q", None)
    assert (second.links, second.mentions) == (("https://a.example/XQ",), ("Se4",))
    assert "2 of the first 2 posts are hashed" in result.sniff.warnings[0]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([tweet(), tweet(MOMENT_MS + 5)], indent=2),
        json.dumps({"search_metadata": {"count": 2}, "statuses": [tweet(), tweet()]}),
        json.dumps(tweet(), indent=1) + "\n" + json.dumps(tweet(), indent=1),
        "\ufeff" + lines(tweet(), tweet()),
        lines({"statuses": [tweet(), tweet()], "search_metadata": {}}),
    ],
)
def test_lists_answers_and_loose_objects_are_read(content: str, written: Write) -> None:
    result = read(written(content))
    assert [one.account for one in result.records] == ["twitter:9007199254740993"] * 2
    assert result.rejects == []


def test_one_object_in_a_file(written: Write) -> None:
    assert read(written(json.dumps(tweet(), indent=2))).record.text


def test_a_file_that_ends_early_says_so(written: Write) -> None:
    content = lines(tweet(), tweet())
    result = read(written(content[:-40]))
    assert len(result.records) == 1
    assert result.rejects[0].ends_early


def test_other_formats_are_left_alone(written: Write) -> None:
    weibo = {"id": 1, "idstr": "1", "text": "a", "user": {"id": 1, "screen_name": "b"}}
    mastodon = {"id": "1", "uri": "u", "account": {"id": "1"}, "content": "a"}
    v2 = {"id": "1", "text": "a", "author_id": "1", "author": {"username": "b"}}
    captured = {"item_id": "1", "data": {"legacy": {"full_text": "a"}, "user": {}}}
    for value in (weibo, mastodon, v2, captured):
        assert TweetsV11().sniff(inspect(written(lines(value)))) is None


def test_a_file_without_posts_says_what_it_holds(written: Write) -> None:
    result = read(written(lines({"delete": {"status": {}}}, user(followers_count=4))))
    assert result.records == []
    assert result.reasons == ["no post: a deletion", "no post: a user"]
    table = {"screen_name": "a", "text": "b", "time": "2020-01-01", "limit": 3}
    assert TweetsV11().sniff(inspect(written(lines(table)))) is None


def test_mostly_foreign_objects_are_recognised_with_less_trust(written: Write) -> None:
    foreign = {"id": "1", "account": {"id": "1"}, "content": "a"}
    result = read(written(lines(tweet(), foreign, foreign)))
    assert result.sniff.confidence == 0.5
    assert len(result.records) == 1
