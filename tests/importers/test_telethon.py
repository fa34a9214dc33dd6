"""Messages of Telethon and of 4CAT: real targets, places in halves of UTF-16."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importers.direct import Direct, lines
from rasad.importers.reader import inspect
from rasad.importers.telegram import TelegramDesktop
from rasad.importers.telethon import Telethon

Write = Callable[..., Path]

SECOND = 1_673_082_977
CHANNEL = {"_": "PeerChannel", "channel_id": 1_234_567_890}
USER = {"_": "PeerUser", "user_id": 777}


def message(**fields: Any) -> dict[str, Any]:
    return {
        "_": "Message",
        "id": 10,
        "peer_id": CHANNEL,
        "date": "2023-01-07T09:16:17+00:00",
        "message": "متن",
        "out": False,
        "from_id": USER,
        "fwd_from": None,
        "reply_to": None,
        "entities": [],
        "edit_date": None,
    } | fields


def kept(**fields: Any) -> dict[str, Any]:
    """A message as 4CAT keeps it: no types in lists, times as fractions."""
    return {
        "id": 10,
        "peer_id": {"_type": "PeerChannel", "channel_id": 1_234_567_890},
        "date": float(SECOND),
        "message": "متن",
        "from_id": None,
        "fwd_from": None,
        "reply_to": None,
        "entities": None,
        "action": None,
        "_chat": {"id": 1_234_567_890, "username": "a_channel", "title": "کانال"},
        "_sender": None,
    } | fields


def part(text: str, word: str, **fields: Any) -> dict[str, Any]:
    """Say where a word stands, in halves of UTF-16."""
    before = text[: text.index(word)]
    place = {"offset": units(before), "length": units(word)}
    return place | fields


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_a_message_reaches_its_fields(written: Write) -> None:
    result = Direct(Telethon(), written(lines([message()])))
    assert (result.sniff.confidence, result.sniff.warnings) == (1.0, ())
    found = result.record
    assert found.account == "telegram:user777"
    assert (found.created_at, found.precision) == (SECOND * 1_000_000, "s")
    assert found.raw_time == "2023-01-07T09:16:17+00:00"
    assert (found.post, found.community) == ("tg:1234567890:10", "1234567890")
    assert (found.kind, found.text) == ("post", "متن")
    assert (found.links, found.hashtags, found.mentions) == ((), (), ())
    assert TelegramDesktop().sniff(result.head) is None


def test_places_after_an_emoji_are_right(written: Write) -> None:
    text = "😀😀 #خبر از @someone در example.org/a و اینجا از او"
    entities = [
        part(text, "#خبر", _="MessageEntityHashtag"),
        part(text, "@someone", _="MessageEntityMention"),
        part(text, "example.org/a", _="MessageEntityUrl"),
        part(text, "اینجا", _="MessageEntityTextUrl", url="https://example.org/b"),
        part(text, "او", _="MessageEntityMentionName", user_id=2**53 + 1),
        part(text, "#خبر", _="MessageEntityBold"),
        {"_": "MessageEntityHashtag", "offset": "x", "length": 2},
        7,
    ]
    button = {"_": "KeyboardButtonUrl", "text": "x", "url": "https://example.org/c"}
    markup = {"rows": [{"buttons": [button, {"text": "y"}]}]}
    one = message(message=text, entities=entities, reply_markup=markup)
    found = Direct(Telethon(), written(lines([one]))).record
    assert found.hashtags == ("#خبر",)
    assert found.mentions == ("@someone", f"user{2**53 + 1}")
    assert found.links == (
        "example.org/a",
        "https://example.org/b",
        "https://example.org/c",
    )


def test_without_types_parts_are_told_by_their_looks(written: Write) -> None:
    text = "😀 #خبر از @someone در https://example.org/a و اینجا"
    entities = [
        part(text, "#خبر"),
        part(text, "@someone"),
        part(text, "https://example.org/a"),
        part(text, "اینجا", url="https://example.org/b"),
        part(text, "از"),
    ]
    found = Direct(Telethon(), written(lines([kept(message=text, entities=entities)])))
    assert found.record.hashtags == ("#خبر",)
    assert found.record.mentions == ("@someone",)
    assert found.record.links == ("https://example.org/a", "https://example.org/b")


def test_a_channels_post_is_the_channels(written: Write) -> None:
    result = Direct(Telethon(), written(lines([kept()])))
    assert "_chat" in result.sniff.evidence
    found = result.record
    assert found.account == "telegram:channel1234567890"
    assert (found.handle, found.name) == ("a_channel", "کانال")
    assert (found.created_at, found.precision) == (SECOND * 1_000_000, "s")
    assert found.links == ()


def test_a_sender_has_handle_and_name(written: Write) -> None:
    sender = {"id": 777, "username": "some_one", "first_name": "یک", "last_name": "نام"}
    messages = [
        kept(_sender=sender),
        kept(_sender=sender, from_id={"_type": "PeerUser", "user_id": 778}),
        kept(_sender={"_type": "Channel", "id": 99, "title": "t", "username": None}),
    ]
    first, second, third = Direct(Telethon(), written(lines(messages))).records
    assert first.account == "telegram:user777"
    assert (first.handle, first.name) == ("some_one", "یک نام")
    assert (second.account, second.handle) == ("telegram:user778", None)
    assert (third.account, third.handle, third.name) == (
        "telegram:channel99",
        None,
        "t",
    )


@pytest.mark.parametrize(
    ("forward", "target", "account"),
    [
        (
            {"from_id": {"_": "PeerChannel", "channel_id": 55}, "channel_post": 8},
            "tg:55:8",
            "channel55",
        ),
        ({"from_id": {"_": "PeerUser", "user_id": 5}}, None, "user5"),
        ({"from_id": None, "from_name": "یک نام"}, None, "یک نام"),
        ({"channel_id": 55, "channel_post": 8}, "tg:55:8", "channel55"),
        ({"from_id": {"user": {"id": 5, "username": "x"}}}, None, "user5"),
        ({"from_id": 5, "channel_post": 8}, None, "user5"),
        ({}, None, None),
    ],
)
def test_forwards_name_their_origin(
    forward: dict[str, Any], target: str | None, account: str | None, written: Write
) -> None:
    found = Direct(Telethon(), written(lines([message(fwd_from=forward)]))).record
    assert found.kind == "repost"
    assert (found.repost_of, found.repost_of_account) == (target, account)


@pytest.mark.parametrize(
    ("fields", "kind", "answered", "thread"),
    [
        ({"reply_to": {"reply_to_msg_id": 3}}, "reply", "tg:1234567890:3", None),
        (
            {"reply_to": {"reply_to_msg_id": 3, "reply_to_top_id": 2}},
            "reply",
            "tg:1234567890:3",
            "tg:1234567890:2",
        ),
        (
            {"reply_to": {"reply_to_msg_id": 2, "forum_topic": True}},
            "post",
            None,
            "tg:1234567890:2",
        ),
        (
            {
                "reply_to": {
                    "reply_to_msg_id": 3,
                    "reply_to_peer_id": {"channel_id": 55},
                }
            },
            "reply",
            "tg:55:3",
            None,
        ),
        ({"reply_to_msg_id": 3}, "reply", "tg:1234567890:3", None),
        ({"reply_to": {"story_id": 3}}, "post", None, None),
        ({"reply_to": "x"}, "post", None, None),
    ],
)
def test_answers_name_what_they_answer(
    fields: dict[str, Any],
    kind: str,
    answered: str | None,
    thread: str | None,
    written: Write,
) -> None:
    found = Direct(Telethon(), written(lines([message(**fields)]))).record
    assert (found.kind, found.reply_to, found.thread) == (kind, answered, thread)


def test_authors_of_private_chats(written: Write) -> None:
    messages = [
        message(peer_id=USER, from_id=None),
        message(peer_id=USER, from_id=None, out=True),
        message(peer_id={"_": "PeerChat", "chat_id": 5}, from_id=USER),
        message(peer_id=-1001234567890, from_id=777),
    ]
    result = Direct(Telethon(), written(lines(messages)))
    assert [(one.account, one.post) for one in result.records] == [
        ("telegram:user777", "tg:user777:10"),
        ("telegram:user777", "tg:chat5:10"),
        ("telegram:user777", "tg:1234567890:10"),
    ]
    assert result.reasons == ["it has no usable account"]


def test_what_is_no_message_says_what_it_is(written: Write) -> None:
    messages = [
        *[message()] * 4,
        {"_": "MessageService", "id": 1, "action": {}},
        {"_": "MessageEmpty", "id": 2},
        kept(action={"_type": "MessageActionChatAddUser"}),
        message(date=None),
        message(date="yesterday"),
    ]
    result = Direct(Telethon(), written(lines(messages)))
    assert len(result.records) == 4
    assert result.reasons == [
        "no post: a service message",
        "no post: an empty message",
        "no post: a service message",
        "it has no time",
        "its time is not written as a time",
    ]


def test_members_of_other_types_cost_a_field_and_not_the_post(written: Write) -> None:
    odd = message(message=7, entities="x", reply_markup=[], fwd_from=5, id=None)
    bare = {name: message()[name] for name in ("_", "peer_id", "date", "message")}
    second, third = Direct(Telethon(), written(lines([odd, bare]))).records
    assert (second.text, second.post, second.kind) == (None, None, "post")
    assert (second.links, third.links) == ((), None)
    assert third.account == "telegram:channel1234567890"


def test_times_without_a_zone_are_told(written: Write) -> None:
    naive = message(date="2023-01-07 09:16:17")
    result = Direct(Telethon(), written(lines([naive])))
    assert result.says("no zone")
    assert result.record.created_at == SECOND * 1_000_000


def test_lists_and_cut_lists_are_read(written: Write) -> None:
    whole = json.dumps({"messages": [message(), message(id=11)]}, indent=1)
    assert len(Direct(Telethon(), written(whole)).records) == 2
    cut = Direct(Telethon(), written(json.dumps([message()] * 3)[:-20]))
    assert len(cut.records) == 2
    assert cut.rejects[-1].ends_early


def test_a_message_is_the_same_from_both_programs(written: Write) -> None:
    export = {
        "type": "public_supergroup",
        "id": 1_234_567_890,
        "messages": [
            {
                "id": 10,
                "type": "message",
                "date_unixtime": str(SECOND),
                "from_id": "user777",
                "text": "متن",
                "text_entities": [{"type": "plain", "text": "متن"}],
            }
        ],
    }
    one = Direct(Telethon(), written(lines([message()]), "a")).record
    other = Direct(TelegramDesktop(), written(json.dumps(export), "b")).record
    same = ("account", "post", "created_at", "kind", "text", "community", "links")
    assert [getattr(one, name) for name in same] == [
        getattr(other, name) for name in same
    ]


def test_other_objects_are_no_messages(written: Write) -> None:
    path = written(lines([{"message": "x", "date": 1, "peer_id": 5}]))
    assert Telethon().sniff(inspect(path)) is None
