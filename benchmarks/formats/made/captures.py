"""What browsers captured with Zeeschuimer, and what 4CAT makes of that and exports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.formats.made.releases import stamp
from benchmarks.formats.made.sample import (
    SECOND,
    TEXTS,
    Sample,
    lines,
    person,
    snowflake,
    table,
)
from benchmarks.formats.made.tweets import V1_DATE

KEY = "3jzfcijpj2z2"
"""A record key of Bluesky but for its last character."""

Object = dict[str, Any]
Cells = dict[str, str]


def envelope(platform: str, n: int, data: Any) -> Object:
    return {
        "nav_index": "1:2:3",
        "item_id": str(n),
        "timestamp_collected": (SECOND + 100 + n) * 1000,
        "last_updated": (SECOND + 100 + n) * 1000,
        "source_platform": platform,
        "source_platform_url": f"https://{platform}/search",
        "source_url": f"https://{platform}/search",
        "user_agent": "Mozilla/5.0",
        "data": data,
    }


def kept(platform: str, n: int, data: Object) -> Object:
    """Return a line as 4CAT makes it of an envelope."""
    visit = envelope(platform, n, None)
    del visit["data"]
    return {**data, "__import_meta": visit}


def tweet(n: int, **members: Any) -> Object:
    legacy = {
        "id_str": snowflake(n),
        "created_at": stamp(n, V1_DATE),
        "conversation_id_str": snowflake(n),
        "full_text": TEXTS[n % len(TEXTS)],
        "user_id_str": person(n),
        "lang": "fa",
        "entities": {"hashtags": [{"text": "یک"}], "urls": [], "user_mentions": []},
    }
    who = {
        "rest_id": person(n),
        "core": {"screen_name": f"some_one_{n}", "name": "نام"},
    }
    return {
        "__typename": "Tweet",
        "rest_id": snowflake(n),
        "core": {"user_results": {"result": who}},
        "source": '<a href="https://a.example">A client</a>',
        "views": {"count": "5"},
        "legacy": legacy | members,
    }


def video(n: int) -> Object:
    return {
        "id": str(7_258_000_000_123_456_789 + n),
        "createTime": SECOND + n,
        "desc": f"{TEXTS[n % len(TEXTS)]} #یک",
        "textLanguage": "fa",
        "author": {"id": person(n), "uniqueId": f"some.one.{n}", "nickname": "نام"},
        "textExtra": [{"hashtagName": "یک"}],
        "challenges": [{"title": "یک"}],
        "music": {"id": "7000000000000000001"},
        "duetInfo": {"duetFromId": "0"},
    }


def photo(n: int) -> Object:
    return {
        "code": f"Code{n}",
        "pk": person(100 + n),
        "taken_at": SECOND + n,
        "user": {"pk": person(n), "username": f"some.one.{n}", "full_name": "نام"},
        "caption": {"text": f"{TEXTS[n % len(TEXTS)]} #یک"},
    }


def truth(n: int) -> Object:
    number = str(115_690_926_893_370_169 + n)
    return {
        "id": number,
        "created_at": stamp(n, "%Y-%m-%dT%H:%M:%S.345Z"),
        "uri": f"https://truthsocial.com/users/a/statuses/{number}",
        "account": {"id": person(n), "acct": f"some_one_{n}", "username": "a"},
        "content": f"<p>{TEXTS[n % len(TEXTS)]}</p>",
        "reblog": None,
        "quote_id": None,
        "group": None,
    }


POSTS: tuple[tuple[str, list[Object]], ...] = (
    (
        "twitter.com",
        [
            *(tweet(0), tweet(1), tweet(2)),
            tweet(3, retweeted_status_result={"result": tweet(-60)}),
        ],
    ),
    ("tiktok.com", [video(n) for n in range(4)]),
    ("instagram.com", [photo(n) for n in range(4)]),
    ("threads.net", [photo(n) for n in range(4)]),
    ("truthsocial.com", [truth(n) for n in range(4)]),
)
OTHER = "imgur.com"
"""A platform that is captured too, and has no accounts to compare."""


def captured(platform: str, posts: list[Object]) -> bytes:
    """Return captures of a platform, one of them twice, and one of another."""
    every = [*posts, posts[0]]
    return lines(
        [
            *(envelope(platform, n, one) for n, one in enumerate(every)),
            envelope(OTHER, 9, {"id": "a"}),
        ]
    )


def imported(platform: str, posts: list[Object]) -> bytes:
    every = [*posts, posts[0]]
    return lines(
        [
            *(kept(platform, n, one) for n, one in enumerate(every)),
            kept(OTHER, 9, {"id": "a"}),
        ]
    )


# --- tables of 4CAT ------------------------------------------------------------------


def row(n: int, **cells: str) -> Cells:
    plain = {
        "id": str(700 + n),
        "thread_id": "700",
        "timestamp": stamp(n, "%Y-%m-%d %H:%M:%S"),
        "unix_timestamp": str(SECOND + n),
        "body": TEXTS[n % len(TEXTS)],
        "author": f"some.one.{n}",
    }
    return plain | cells


def on_x(n: int, **cells: str) -> Cells:
    plain = row(
        n,
        id=snowflake(n),
        thread_id=snowflake(n),
        author=f"some_one_{n}",
        author_id=person(n),
        author_fullname="یک نام",
        source="A client",
        language_guess="fa",
        is_retweet="no",
        retweeted_user="",
        is_quote_tweet="no",
        quote_tweet_id="",
        is_reply="no",
        replied_author="",
        hashtags="یک,Two",
        urls="https://a.example/x?a=1,2,https://b.example/",
        mentions="friend",
        images="",
    )
    return plain | cells


def on_tiktok(n: int, **cells: str) -> Cells:
    plain = row(
        n,
        author_full="یک نام",
        author_id=person(n),
        diversification_labels="",
        challenges="یک",
        is_duet="no",
        hashtags="یک",
    )
    return plain | cells


def on_telegram(n: int, **cells: str) -> Cells:
    plain = row(
        n,
        id=f"a_channel-{15 + n}",
        thread_id="a_channel",
        author=str(1_234_567_890 + n),
        author_username=f"channel_{n}",
        author_name="",
        reply_to="",
        author_forwarded_from_name="",
        author_forwarded_from_username="",
        author_forwarded_from_id="",
        unix_timestamp_forwarded_from="",
        entities_mentioned="friend",
        entities_linked="",
        link_attached="https://a.example/x",
    )
    return plain | cells


def on_bluesky(n: int, **cells: str) -> Cells:
    plain = row(
        n,
        id=f"at://did:plc:one{n}/app.bsky.feed.post/{KEY}{'abcdefg'[n]}",
        thread_id="at://did:plc:one/app.bsky.feed.post/root",
        timestamp=str(SECOND + n),
        created_at=stamp(n, "%Y-%m-%dT%H:%M:%S+00:00"),
        author=f"some{n}.example",
        author_id=f"did:plc:one{n}",
        author_display_name="نام",
        quoted_post="",
        replied_to_post="",
        replies_allowed="True",
        tags="یک",
        links="https://a.example/x",
        mentions="",
        languages="fa",
    )
    del plain["unix_timestamp"]
    return plain | cells


REDACTED = {"author": "REDACTED", "author_id": "", "author_username": ""}

EXPORTED: tuple[tuple[str, Callable[..., Cells], Cells], ...] = (
    ("x", on_x, {"is_retweet": "yes", "retweeted_user": "other"}),
    ("tiktok", on_tiktok, {}),
    ("telegram", on_telegram, {"author_forwarded_from_id": "55"}),
    ("bluesky", on_bluesky, {"replied_to_post": "at://did:plc:two/a/b"}),
    ("other", row, {}),
)


def exported(make: Callable[..., Cells], last: Cells) -> bytes:
    """Return rows, one of them twice, and one whose author was taken out."""
    nobody = {name: cell for name, cell in REDACTED.items() if name in make(5)}
    return table(
        [make(0), make(1), make(2), make(3, **last), make(0), make(5) | nobody]
    )


FATES = {"accepted": 4, "duplicate": 1, "rejected": 1}

CAPTURES = (
    *(
        Sample(
            format="zeeschuimer",
            name=f"{platform}.ndjson",
            content=captured(platform, posts),
            **FATES,
        )
        for platform, posts in POSTS
    ),
    *(
        Sample(
            format="fourcat_ndjson",
            name=f"4cat-{platform}.ndjson",
            content=imported(platform, posts),
            **FATES,
        )
        for platform, posts in POSTS
    ),
    *(
        Sample(
            format="fourcat_csv",
            name=f"4cat-{platform}.csv",
            content=exported(make, last),
            **FATES,
        )
        for platform, make, last in EXPORTED
    ),
)
