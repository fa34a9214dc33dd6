"""Exports of Telegram's desktop program, of one chat and of a whole account."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importers.direct import Direct, lines
from rasad.importers.reader import inspect
from rasad.importers.telegram import TelegramDesktop
from rasad.importers.telegram_names import peer_of

Write = Callable[..., Path]

SECOND = 1_673_082_977
CHAT = 1_234_567_890


def message(**fields: Any) -> dict[str, Any]:
    return {
        "id": 10,
        "type": "message",
        "date": "2023-01-07T12:46:17",
        "date_unixtime": str(SECOND),
        "from": "یک نام",
        "from_id": "user777",
        "text": "متن",
        "text_entities": [{"type": "plain", "text": "متن"}],
    } | fields


def chat(*messages: Any, **fields: Any) -> dict[str, Any]:
    head = {"name": "کانال", "type": "public_supergroup", "id": CHAT}
    return head | fields | {"messages": list(messages)}


def exported(whole: Any) -> str:
    return json.dumps(whole, ensure_ascii=False, indent=1)


def test_a_message_reaches_its_fields(written: Write) -> None:
    entities = [
        {"type": "hashtag", "text": "#خبر"},
        {"type": "plain", "text": " 😀 ببین "},
        {"type": "link", "text": "example.org/a"},
        {"type": "text_link", "text": "اینجا", "href": "https://example.org/b"},
        {"type": "mention", "text": "@someone"},
        {"type": "mention_name", "text": "نام", "user_id": 2**53 + 1},
        {"type": "bold", "text": "!"},
    ]
    buttons = [[{"type": "url", "text": "x", "data": "https://example.org/c"}]]
    one = message(text_entities=entities, inline_bot_buttons=buttons)
    result = Direct(TelegramDesktop(), written(exported(chat(one))))
    assert (result.sniff.confidence, result.sniff.warnings) == (1.0, ())
    found = result.record
    assert found.account == "telegram:user777"
    assert (found.created_at, found.precision) == (SECOND * 1_000_000, "s")
    assert found.raw_time == str(SECOND)
    assert (found.post, found.community) == (f"tg:{CHAT}:10", str(CHAT))
    assert found.text == "#خبر 😀 ببین example.org/aاینجا@someoneنام!"
    assert found.links == (
        "example.org/a",
        "https://example.org/b",
        "https://example.org/c",
    )
    assert found.hashtags == ("#خبر",)
    assert found.mentions == ("@someone", f"user{2**53 + 1}")
    assert (found.name, found.handle, found.kind) == ("یک نام", None, "post")


def test_text_of_every_form_is_read(written: Write) -> None:
    mixed = ["یک ", {"type": "link", "text": "https://example.org"}, " دو", 5]
    messages = [
        message(text=mixed, text_entities=None),
        message(text="ساده", text_entities=None),
        message(text="ساده", text_entities=[]),
        message(text="", text_entities=[]),
        message(text=7, text_entities="x"),
    ]
    found = Direct(TelegramDesktop(), written(exported(chat(*messages)))).records
    assert [one.text for one in found] == [
        "یک https://example.org دو",
        "ساده",
        "ساده",
        "",
        None,
    ]
    assert [one.links for one in found] == [
        ("https://example.org",),
        None,
        (),
        (),
        None,
    ]


def test_escapes_that_are_no_json_are_mended(written: Write) -> None:
    content = exported(chat(message(text_entities=[{"type": "plain", "text": "aXb"}])))
    found = Direct(TelegramDesktop(), written(content.replace("aXb", r"a\x0Bb"))).record
    assert found.text == "a\x0bb"


def test_forwards_and_answers_decide_the_kind(written: Write) -> None:
    messages = [
        message(forwarded_from="کانال دیگر", reply_to_message_id=3),
        message(forwarded_from=None),
        message(reply_to_message_id=3),
        message(reply_to_message_id=3, reply_to_peer_id="channel55"),
    ]
    found = Direct(TelegramDesktop(), written(exported(chat(*messages)))).records
    assert [one.kind for one in found] == ["repost", "repost", "reply", "reply"]
    assert [one.repost_of_account for one in found[:2]] == ["کانال دیگر", None]
    assert all(one.repost_of is None for one in found)
    assert [one.reply_to for one in found[2:]] == [f"tg:{CHAT}:3", "tg:55:3"]


@pytest.mark.parametrize(
    ("fields", "author", "account", "post"),
    [
        ({"type": "public_channel"}, None, f"channel{CHAT}", f"tg:{CHAT}:10"),
        ({"type": "private_channel"}, "channel9", "channel9", f"tg:{CHAT}:10"),
        ({"type": "private_group"}, "user5", "user5", f"tg:chat{CHAT}:10"),
        ({"type": "personal_chat"}, "user5", "user5", f"tg:user{CHAT}:10"),
        ({"id": -1001234567890}, "user5", "user5", f"tg:{CHAT}:10"),
        ({"id": -55}, "user5", "user5", "tg:chat55:10"),
        ({"id": None}, "user5", "user5", None),
        ({"type": None}, 8589935000, "8589935000", f"tg:{CHAT}:10"),
    ],
)
def test_chats_and_authors_have_one_name(
    fields: dict[str, Any],
    author: Any,
    account: str,
    post: str | None,
    written: Write,
) -> None:
    whole = chat(message(from_id=author), **fields)
    found = Direct(TelegramDesktop(), written(exported(whole))).record
    assert (found.account, found.post) == (f"telegram:{account}", post)


def test_numbers_for_bots_are_undone() -> None:
    assert peer_of(-1001234567890) == peer_of("-1001234567890") == "channel1234567890"
    assert (peer_of(-5), peer_of(5), peer_of("channel5")) == (
        "chat5",
        "user5",
        "channel5",
    )
    odd: list[Any] = [None, True, 1.5, "x", "", [], {}]
    assert [peer_of(one) for one in odd] == [None] * 7


def test_a_whole_account_keeps_its_chats_apart(written: Write) -> None:
    whole = {
        "about": "Here is the data",
        "personal_information": {"user_id": 1, "first_name": "x", "phone_number": "1"},
        "contacts": {"about": "a", "list": [{"user_id": 2, "date": "2023-01-01"}]},
        "chats": {
            "about": "chats",
            "list": [
                chat(message(), message(id=11), name="یک", id=1, type="public_channel"),
                chat(message(), id=2, type="personal_chat", name=None),
                chat(id=3),
            ],
        },
        "left_chats": {"about": "left", "list": [chat(message(), id=4)]},
    }
    result = Direct(TelegramDesktop(), written(exported(whole)))
    posts = [one.post for one in result.records]
    assert posts == ["tg:1:10", "tg:1:11", "tg:user2:10", "tg:4:10"]
    assert [one.community for one in result.records] == ["1", "1", "user2", "4"]
    assert result.rejects == []
    assert result.says("private chats")


def test_what_is_no_message_says_what_it_is(written: Write) -> None:
    messages = [
        *[message()] * 3,
        {"id": 1, "type": "service", "date_unixtime": "1", "actor_id": "user1"},
        {"id": 2, "type": "unsupported"},
        message(type="story"),
        message(from_id=None),
        message(date_unixtime="soon"),
        message(date_unixtime=None, date=None),
    ]
    result = Direct(TelegramDesktop(), written(exported(chat(*messages))))
    assert len(result.records) == 3
    assert result.reasons == [
        "no post: a service message",
        "no post: an unsupported message",
        "no post: not a message",
        "it has no usable account",
        "its time is not written as a time",
        "it has no time",
    ]


def test_local_times_of_old_exports_are_told(written: Write) -> None:
    old = message(from_id=777)
    del old["date_unixtime"]
    result = Direct(TelegramDesktop(), written(exported(chat(old))))
    assert result.sniff.confidence == 0.8
    assert result.says("1 of the first 1 messages state the local time")
    assert result.record.created_at == 1_673_095_577_000_000
    assert result.record.raw_time == "2023-01-07T12:46:17"
    assert result.record.account == "telegram:777"


def test_an_export_on_one_line_is_read(written: Write) -> None:
    result = Direct(TelegramDesktop(), written(json.dumps(chat(message()))))
    assert result.record.post == f"tg:{CHAT}:10"
    odd = written(json.dumps(chat(message(), type={"a": []}, name=[])))
    assert Direct(TelegramDesktop(), odd).record.post == f"tg:{CHAT}:10"


def test_a_cut_export_is_told(written: Write) -> None:
    whole = exported(chat(message(), message(id=11), message(id=12)))
    result = Direct(TelegramDesktop(), written(whole[: whole.index('"id": 12,') + 30]))
    assert [one.post for one in result.records] == [f"tg:{CHAT}:10", f"tg:{CHAT}:11"]
    assert result.rejects[-1].ends_early


def test_other_messages_are_no_export(written: Write) -> None:
    other = {"messages": [{"id": 1, "type": "message", "body": "x"}]}
    assert TelegramDesktop().sniff(inspect(written(exported(other)))) is None
    assert TelegramDesktop().sniff(inspect(written(lines([message()])))) is None
