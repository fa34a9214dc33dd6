"""Posts of X as its website has them: parts that move, ids that browsers round."""

from __future__ import annotations

from typing import Any

import pytest

from importers.x_reading import MOMENT_MS, snowflake
from rasad.extend import Reject
from rasad.importers.x_captured import captured_post
from rasad.schema import Item, Record

BIG = str(2**53 + 1)
POST, ORIGINAL = snowflake(), snowflake(MOMENT_MS - 60_000)
STATED = "Fri Jul 14 02:40:12 +0000 2017"
JOINED = "Thu Jun 07 06:36:05 +0000 2012"

NEW_USER = {
    "rest_id": BIG,
    "core": {"screen_name": "Some_One", "name": "نام", "created_at": JOINED},
    "legacy": {"description": "دربارهٔ من"},
}
OLD_USER = {
    "rest_id": BIG,
    "legacy": {
        "screen_name": "Some_One",
        "name": "نام",
        "created_at": JOINED,
        "description": "دربارهٔ من",
    },
}


def legacy(**members: Any) -> dict[str, Any]:
    plain = {
        "id_str": POST,
        "created_at": STATED,
        "conversation_id_str": "55",
        "full_text": "متن &amp; https://t.co/a",
        "user_id_str": BIG,
        "lang": "fa",
        "entities": {
            "hashtags": [{"text": "یک"}],
            "urls": [{"url": "https://t.co/a", "expanded_url": "https://a.example/x"}],
            "user_mentions": [{"id_str": "12", "screen_name": "friend"}],
        },
    }
    return plain | members


def tweet(user: Any = NEW_USER, **members: Any) -> dict[str, Any]:
    plain = {
        "__typename": "Tweet",
        "rest_id": POST,
        "id": int(POST) // 1000 * 1000,
        "core": {"user_results": {"result": user}},
        "source": '<a href="https://a.example">A client</a>',
        "legacy": legacy(),
    }
    return plain | members


def record(value: Any) -> Record:
    found = captured_post(Item(value, (), {}))
    assert isinstance(found, Record)
    return found


EXPECTED = Record(
    account=f"twitter:{BIG}",
    platform="twitter",
    created_at=MOMENT_MS * 1000,
    precision="ms",
    raw_time=STATED,
    post=POST,
    handle="Some_One",
    name="نام",
    account_created_at=1_339_050_965_000_000,
    description="دربارهٔ من",
    text="متن & https://t.co/a",
    language="fa",
    thread="55",
    client="A client",
    links=("https://a.example/x",),
    hashtags=("یک",),
    mentions=("12",),
)


@pytest.mark.parametrize("user", [NEW_USER, OLD_USER])
def test_a_post_reaches_its_fields_wherever_x_puts_the_account(user: Any) -> None:
    assert record(tweet(user)) == EXPECTED
    assert record({"tweet": tweet(user), "__typename": "Limited"}) == EXPECTED


def test_a_repost_shows_the_whole_original() -> None:
    other = {"rest_id": "77", "core": {"screen_name": "friend"}}
    original = tweet(other, rest_id=ORIGINAL, legacy=legacy(user_id_str="77"))
    for result in (original, {"tweet": original}):
        inner = legacy(
            full_text="RT @friend: متن…",
            entities={},
            retweeted_status_result={"result": result},
        )
        found = record(tweet(legacy=inner))
        assert (found.kind, found.repost_of) == ("repost", ORIGINAL)
        assert found.repost_of_account == "77"
        assert (found.text, found.truncated) == (EXPECTED.text, False)
        assert found.links == EXPECTED.links


def test_a_repost_whose_original_is_hidden_is_a_repost() -> None:
    text = "RT @friend: متن…"
    results: list[Any] = [{}, {"result": {"tombstone": {}}}, {"result": None}]
    for result in results:
        inner = legacy(full_text=text, retweeted_status_result=result)
        found = record(tweet(legacy=inner))
        assert (found.kind, found.repost_of) == ("repost", None)
        assert (found.text, found.truncated) == (text, True)


def test_quotes_and_replies() -> None:
    quoted = {"result": {"tweet": {"rest_id": ORIGINAL}}}
    assert record(tweet(quoted_status_result=quoted)).quote_of == ORIGINAL
    hidden = tweet(
        quoted_status_result={"result": {"tombstone": {}}},
        legacy=legacy(is_quote_status=True, quoted_status_id_str=ORIGINAL),
    )
    assert (record(hidden).kind, record(hidden).quote_of) == ("quote", ORIGINAL)
    reply = record(tweet(legacy=legacy(in_reply_to_status_id_str=ORIGINAL)))
    assert (reply.kind, reply.reply_to) == ("reply", ORIGINAL)


def test_long_texts_are_whole_in_an_object_of_their_own() -> None:
    whole = {"text": "بلند " * 99, "entity_set": {"hashtags": [{"text": "دو"}]}}
    note = {"note_tweet_results": {"result": whole}}
    found = record(tweet(note_tweet=note))
    assert (found.text, found.hashtags) == ("بلند " * 99, ("دو",))


def test_a_missing_account_is_recovered_as_far_as_can_be() -> None:
    own = {"expanded_url": "https://x.com/Some_One/status/1/photo/1"}
    taken = {
        "expanded_url": "https://x.com/other/status/2/photo/1",
        "source_status_id_str": "2",
    }
    inner = legacy(extended_entities={"media": [5, taken, own]})
    cores: list[Any] = [None, {}, {"user_results": {}}]
    for core in cores:
        found = record(tweet(legacy=inner, core=core))
        assert found.account == f"twitter:{BIG}"
        assert (found.handle, found.name) == ("Some_One", None)


def test_whatever_is_missing_costs_only_its_field() -> None:
    found = record({"rest_id": POST, "core": tweet()["core"]})
    assert (found.account, found.created_at) == (EXPECTED.account, EXPECTED.created_at)
    assert (found.text, found.links, found.hashtags) == (None, None, None)
    odd = dict.fromkeys(("entities", "full_text", "lang", "extended_entities"), 5)
    found = record(tweet(legacy=legacy(**odd), source=[], note_tweet=1))
    assert (found.text, found.links, found.language) == (None, None, None)


def test_the_older_form_with_the_account_beside_the_post() -> None:
    user = {"id_str": BIG, "screen_name": "Some_One", "name": "نام"}
    inner = legacy(retweeted_status_id_str=ORIGINAL)
    old = {"id": POST, "type": "adaptive", "legacy": inner, "user": user}
    found = record(old)
    assert (found.post, found.handle, found.name) == (POST, "Some_One", "نام")
    assert (found.kind, found.repost_of) == ("repost", ORIGINAL)


def test_what_is_no_post() -> None:
    reasons: dict[str, list[Any]] = {
        "no post: a notice that a post is not shown": [
            {"__typename": "TweetUnavailable"},
            {"tombstone": {"text": {}}},
        ],
        "no post: neither text nor id of a post": [{}, {"id": 5}],
        "it has no usable user id": [{"rest_id": POST}],
        "it has no time": [{"rest_id": "5", "legacy": {"user_id_str": "5"}}],
    }
    for reason, values in reasons.items():
        for value in values:
            found = captured_post(Item(value, (), {}))
            assert isinstance(found, Reject)
            assert found.reason == reason
