"""Telegram, by its own program and by Telethon; dumps of Reddit."""

from __future__ import annotations

from typing import Any

import zstandard

from benchmarks.formats.made.releases import stamp
from benchmarks.formats.made.sample import SECOND, TEXTS, Sample, document, lines

CHAT = 1_234_567_890
Object = dict[str, Any]


def message(n: int, **members: Any) -> Object:
    text = TEXTS[n % len(TEXTS)]
    plain = {
        "id": 10 + n,
        "type": "message",
        "date": stamp(n + 12_600, "%Y-%m-%dT%H:%M:%S"),
        "date_unixtime": str(SECOND + n),
        "from": "یک نام",
        "from_id": f"user{777 + n}",
        "text": [text, {"type": "link", "text": "https://a.example/x"}],
        "text_entities": [
            {"type": "plain", "text": text},
            {"type": "link", "text": "https://a.example/x"},
        ],
    }
    return plain | members


def messages() -> list[Object]:
    """Return messages, a forward, an answer and a duplicate; a service message."""
    joined = {"id": 30, "type": "service", "action": "join_group_by_link"}
    return [
        *(message(0), message(1)),
        *(message(2, forwarded_from="کانال دیگر"), message(3, reply_to_message_id=10)),
        message(0),
        joined | {"date": stamp(9, "%Y-%m-%dT%H:%M:%S"), "actor": "x"},
    ]


def chat(number: int = CHAT) -> Object:
    head = {"name": "کانال", "type": "public_supergroup", "id": number}
    return head | {"messages": messages()}


def whole_account() -> Object:
    """Return two chats of an account; a message of one is none of the other."""
    return {
        "about": "Here is the data you requested.",
        "chats": {"about": "", "list": [chat()]},
        "left_chats": {"about": "", "list": [chat(CHAT + 1)]},
    }


def telethon(n: int, **members: Any) -> Object:
    plain = {
        "_": "Message",
        "id": 10 + n,
        "peer_id": {"_": "PeerChannel", "channel_id": CHAT},
        "date": stamp(n, "%Y-%m-%dT%H:%M:%S+00:00"),
        "message": TEXTS[n % len(TEXTS)],
        "out": False,
        "from_id": {"_": "PeerUser", "user_id": 777 + n},
        "fwd_from": None,
        "reply_to": None,
        "entities": [],
        "views": 5,
        "forwards": 1,
        "edit_date": None,
    }
    return plain | members


def of_4cat(n: int) -> Object:
    """Return a message as 4CAT keeps it: no types in lists, times as fractions."""
    return {
        "id": 10 + n,
        "peer_id": {"_type": "PeerChannel", "channel_id": CHAT},
        "date": float(SECOND + n),
        "message": TEXTS[n % len(TEXTS)],
        "from_id": None,
        "fwd_from": None,
        "reply_to": None,
        "entities": None,
        "action": None,
        "_chat": {"id": CHAT, "username": "a_channel", "title": "کانال"},
        "_sender": None,
    }


def collected() -> list[Object]:
    source = {"_": "PeerChannel", "channel_id": CHAT + 7}
    forward = {"_": "MessageFwdHeader", "from_id": source, "channel_post": 3}
    answer = {"_": "MessageReplyHeader", "reply_to_msg_id": 10}
    service = telethon(9) | {"_": "MessageService", "action": {"_": "MessageActionX"}}
    return [
        *(telethon(0), telethon(1)),
        *(telethon(2, fwd_from=forward), telethon(3, reply_to=answer)),
        *(telethon(0), service),
    ]


def comment(n: int, **members: Any) -> Object:
    plain = {
        "id": f"dk{n}",
        "author": f"some_one_{n}",
        "author_fullname": f"t2_{n}",
        "body": TEXTS[n % len(TEXTS)],
        "created_utc": SECOND + n,
        "link_id": "t3_6n1",
        "parent_id": "t3_6n1",
        "subreddit": "iran",
        "subreddit_id": "t5_1",
        "score": 3,
        "permalink": f"/r/iran/comments/6n1/a/dk{n}/",
        "edited": False,
        "retrieved_on": SECOND + 100,
    }
    return plain | members


def submission(n: int, **members: Any) -> Object:
    plain = {
        "id": f"6n{n}",
        "author": f"some_one_{n}",
        "title": TEXTS[n % len(TEXTS)],
        "selftext": "",
        "url": "https://a.example/x",
        "domain": "a.example",
        "is_self": False,
        "created_utc": str(SECOND + n),
        "subreddit": "iran",
        "subreddit_id": "t5_1",
        "score": 3,
        "permalink": f"/r/iran/comments/6n{n}/a/",
        "retrieved_on": SECOND + 100,
    }
    return plain | members


def comments() -> bytes:
    gone = comment(4, author="[deleted]", body="[removed]")
    return lines([*map(comment, range(4)), comment(0), gone])


def submissions() -> bytes:
    crosspost = submission(3, crosspost_parent="t3_5a")
    ruled = submission(4, author="AutoModerator")
    return lines([*map(submission, range(3)), crosspost, submission(0), ruled])


def long_window(content: bytes) -> bytes:
    """Pack as the public dumps are packed, with a window of 2 GiB."""
    asked = zstandard.ZstdCompressionParameters.from_level(
        3, window_log=31, write_checksum=True
    )
    return zstandard.ZstdCompressor(compression_params=asked).compress(content)


FATES = {"accepted": 4, "duplicate": 1, "rejected": 1}

CHATS = (
    Sample(
        format="tg_desktop",
        name="result.json",
        content=document(chat(), indent=1),
        **FATES,
    ),
    Sample(
        format="tg_desktop",
        name="account-result.json",
        content=document(whole_account(), indent=1),
        accepted=8,
        duplicate=2,
        rejected=2,
    ),
    Sample(
        format="tg_telethon", name="telethon.jsonl", content=lines(collected()), **FATES
    ),
    Sample(
        format="tg_telethon",
        name="4cat-telegram.ndjson",
        content=lines([*map(of_4cat, range(4)), of_4cat(0)]),
        accepted=4,
        duplicate=1,
    ),
    Sample(format="reddit_dump", name="RC_2023-11.ndjson", content=comments(), **FATES),
    Sample(
        format="reddit_dump",
        name="RC_2023-11.zst",
        content=long_window(comments()),
        **FATES,
    ),
    Sample(
        format="reddit_dump",
        name="RS_2023-11.zst",
        content=long_window(submissions()),
        **FATES,
    ),
)
