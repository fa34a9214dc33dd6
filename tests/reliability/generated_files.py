"""Small files of every format, packed, ended and damaged in every way that is known."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable
from typing import Any

import zstandard

WORDS = (
    "salt",
    "سلام",
    "مرحبا",
    "a,b",
    'say "x"',
    "=1+1",
    "<b>bold</b>",
    "\u202eabc",
    "🙂",
)
Dice = random.Random


def sentence(dice: Dice) -> str:
    text = " ".join(dice.choices(WORDS, k=dice.randint(0, 6)))
    return text + dice.choice(
        ["", "\nmore", " https://example.invalid/a?b=1,2", " #tag"]
    )


def number(dice: Dice) -> int:
    """Return an id as platforms give them, most above 2^53."""
    return dice.choice([dice.randint(1, 10**6), dice.randint(2**53, 2**62)])


def stamp(dice: Dice) -> str:
    day, hour = dice.randint(1, 28), dice.randint(0, 23)
    return f"2024-03-{day:02}T{hour:02}:{dice.randint(0, 59):02}:07.000Z"


def tweet_v2(dice: Dice) -> dict[str, Any]:
    return {
        "id": str(number(dice)),
        "author_id": str(number(dice)),
        "created_at": stamp(dice),
        "text": sentence(dice),
        "edit_history_tweet_ids": ["1"],
        "referenced_tweets": [{"type": "retweeted", "id": str(number(dice))}],
    }


def tweet_v1(dice: Dice) -> dict[str, Any]:
    return {
        "id_str": str(number(dice)),
        "created_at": "Fri Jul 14 02:40:12 +0000 2017",
        "full_text": sentence(dice),
        "user": {"id_str": str(number(dice)), "screen_name": "name"},
        "entities": {"hashtags": [{"text": "سلام"}], "urls": []},
    }


def telegram(dice: Dice) -> dict[str, Any]:
    return {
        "id": dice.randint(1, 10**6),
        "type": "message",
        "date": "2024-03-01T10:00:00",
        "date_unixtime": str(1_700_000_000 + dice.randint(0, 10**6)),
        "from": "name",
        "from_id": f"user{number(dice)}",
        "text": [sentence(dice), {"type": "bold", "text": "x"}],
        "text_entities": [],
    }


def toot(dice: Dice) -> dict[str, Any]:
    return {
        "id": str(number(dice)),
        "uri": f"https://example.invalid/{number(dice)}",
        "created_at": stamp(dice),
        "content": f"<p>{sentence(dice)}</p>",
        "reblog": None,
        "account": {"acct": "a@example.invalid", "uri": "https://example.invalid/a"},
    }


def comment(dice: Dice) -> dict[str, Any]:
    return {
        "id": "abc",
        "author": dice.choice(["a", "b", "[deleted]"]),
        "subreddit": "s",
        "body": sentence(dice),
        "created_utc": 1_700_000_000,
        "link_id": "t3_x",
        "parent_id": "t3_x",
    }


def video(dice: Dice) -> dict[str, Any]:
    return {
        "id": number(dice),
        "create_time": 1_700_000_000,
        "video_description": sentence(dice),
        "region_code": "IR",
        "username": "u",
        "hashtag_names": ["سلام"],
    }


def stranger(dice: Dice) -> Any:
    """Return a value that no format has."""
    return dice.choice([None, 1, "x", [], {}, {"a": {"b": [1, {"c": 2}]}}, [[{}]]])


OBJECTS: tuple[Callable[[Dice], Any], ...] = (
    *(tweet_v2, tweet_v1, telegram, toot, comment, video),
    stranger,
)


def json_text(dice: Dice) -> str:
    """Return lines, a page, a list or a chat, of one kind and seldom of several."""
    kind = dice.choice(OBJECTS)
    values = [
        (kind if dice.random() < 0.95 else stranger)(dice)
        for _ in range(dice.choice([0, 1, 2, 5, 12, 30]))
    ]
    ascii_only, indent = dice.random() < 0.5, dice.choice([None, 1])

    def written(value: Any, indent: int | None = indent) -> str:
        return json.dumps(value, ensure_ascii=ascii_only, indent=indent)

    ways: list[Callable[[], str]] = [
        lambda: "".join(written(value, None) + "\n" for value in values),
        lambda: "".join(written({"data": [v], "n": 1}, None) + "\n" for v in values),
        lambda: written(values),
        lambda: written({"data": values, "meta": {}}),
        lambda: written({"name": "c", "type": "x", "id": 1, "messages": values}),
        lambda: written({"chats": {"list": [{"id": 1, "messages": values}]}}),
        lambda: "\n".join(map(written, values)),
    ]
    return dice.choice(ways)()


TABLES: tuple[tuple[str, ...], ...] = (
    ("account", "time", "text", "object"),
    ("object_id", "account_id", "content_id", "timestamp_share"),
    ("tweetid", "userid", "tweet_time", "tweet_text", "is_retweet", "retweet_tweetid"),
    ("tweetid", "userid", "account_creation_date", "user_display_name"),
    ("id", "thread_id", "timestamp", "unix_timestamp", "body", "author"),
    ("Facebook Id", "Post Created", "Total Interactions", "Final Link", "Message"),
    ("Query Id", "Query Name", "Full Text", "Thread Entry Type", "Page Type", "Date"),
    ("a", "b"),
)


def cell(dice: Dice, column: str) -> str:
    plain = column.casefold()
    if dice.random() < 0.03:
        return dice.choice(["", "nan", "8.98926E+17", "[]", "\\", "'"])
    if "time" in plain or "date" in plain or plain == "post created":
        return stamp(dice)
    if plain.endswith("id") or plain in ("account", "author"):
        return str(number(dice))
    return sentence(dice)


def table_text(dice: Dice) -> str:
    columns, mark = dice.choice(TABLES), dice.choice(",,,\t;|")
    many = dice.choice([0, 1, 5, 12, 30])
    rows = [[cell(dice, one) for one in columns] for _ in range(many)]
    preamble = "Report:\n\n" if dice.random() < 0.1 else ""
    return preamble + "".join(
        mark.join(f'"{c.replace(chr(34), chr(34) * 2)}"' for c in row) + "\n"
        for row in [list(columns), *rows]
    )


def encoded(dice: Dice, text: str) -> bytes:
    ended = text.replace("\n", dice.choice(["\n", "\n", "\r\n", "\r"]))
    ways: list[Callable[[], bytes]] = [
        ended.encode,
        ended.encode,
        lambda: ended.encode("utf-8-sig"),
        lambda: ended.encode(),
        lambda: b"\xff\xfe" + ended.encode("utf-16-le"),
    ]
    return dice.choice(ways)()


def packed(dice: Dice, content: bytes) -> bytes:
    def archive() -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as members:
            members.writestr("../a.csv", content)
        return file.getvalue()

    ways: list[Callable[[], bytes]] = [
        lambda: content,
        lambda: content,
        lambda: gzip.compress(content),
        lambda: zstandard.ZstdCompressor().compress(content),
        archive,
    ]
    return dice.choice(ways)()


def damaged(dice: Dice, content: bytes) -> bytes:
    """Cut, change, repeat or leave out some bytes; more often than not, do nothing."""
    if dice.random() < 0.6:
        return content
    at = dice.randrange(len(content) + 1)
    end = min(at + dice.randint(1, 40), len(content))
    ways: list[Callable[[], bytes]] = [
        lambda: content[:at],
        lambda: content[:at] + content[end:],
        lambda: content[:end] + content[at:],
        lambda: content[:at] + dice.randbytes(3) + content[end:],
        lambda: content[:at] + b"\0" + content[at:],
        lambda: content[:at] + b'"' + content[at:],
    ]
    return dice.choice(ways)()


def generated(seed: int) -> bytes:
    """Return the bytes of a file; the same seed gives the same."""
    dice = Dice(seed)
    text = dice.choice([json_text, table_text])(dice)
    content = encoded(dice, text)
    if dice.random() < 0.5:
        return packed(dice, damaged(dice, content))
    return damaged(dice, packed(dice, content))
