"""Bluesky, Mastodon and Truth Social."""

from __future__ import annotations

from typing import Any

from benchmarks.formats.made.captures import truth
from benchmarks.formats.made.releases import stamp
from benchmarks.formats.made.sample import SECOND, TEXTS, Sample, document, lines, table

POST, REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
LIKE = "app.bsky.feed.like"
KEYS = "abcdefg"
TARGET = f"at://did:plc:{'b' * 24}/{POST}/3mb5xhh6ta22a"

Object = dict[str, Any]


def did(n: int) -> str:
    return "did:plc:" + KEYS[n] * 24


def uri(n: int, collection: str = POST) -> str:
    return f"at://{did(n)}/{collection}/3mbimxt4ro22{KEYS[n]}"


def record(n: int, **members: Any) -> Object:
    plain = {
        "$type": POST,
        "text": TEXTS[n % len(TEXTS)],
        "createdAt": stamp(n, "%Y-%m-%dT%H:%M:%S.551Z"),
        "langs": ["fa"],
        "tags": ["یک"],
    }
    return plain | members


def event(n: int, inside: Any, collection: str = POST) -> Object:
    commit = {
        "rev": "3mbimxt55f22z",
        "operation": "create",
        "collection": collection,
        "rkey": f"3mbimxt4ro22{KEYS[n]}",
        "record": inside,
        "cid": "bafyreia",
    }
    time = (SECOND + n) * 1_000_000 + 345_678
    return {"did": did(n), "time_us": time, "kind": "commit", "commit": commit}


def stream() -> bytes:
    """Return posts, a repost and a duplicate; a like and a new handle are no posts."""
    subject = {"subject": {"uri": TARGET, "cid": "b"}}
    created = {"createdAt": stamp(3, "%Y-%m-%dT%H:%M:%S.551Z")}
    return lines(
        [
            *(event(n, record(n)) for n in range(3)),
            event(3, subject | created, REPOST),
            event(0, record(0)),
            event(4, subject | created, LIKE),
            {"did": did(5), "time_us": SECOND * 10**6, "kind": "identity"},
        ]
    )


def view(n: int, **members: Any) -> Object:
    author = {
        "did": did(n),
        "handle": f"some{n}.example",
        "displayName": "نام",
        "createdAt": "2024-05-06T07:08:09.123Z",
    }
    plain = {
        "uri": uri(n),
        "cid": "bafyreia",
        "author": author,
        "record": record(n),
        "indexedAt": stamp(n, "%Y-%m-%dT%H:%M:%S.999Z"),
        "likeCount": 3,
    }
    return plain | members


GONE = {"uri": uri(6), "notFound": True, "$type": "app.bsky.feed.defs#notFoundPost"}


def feed() -> bytes:
    """Return a feed in which a post was passed on and one can be seen no more."""
    by = {"did": did(5), "handle": "other.example", "displayName": "Other"}
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": by}
    passed = reason | {"indexedAt": stamp(9, "%Y-%m-%dT%H:%M:%S.000Z")}
    shown = [{"post": view(n)} for n in range(3)]
    more = [{"post": view(3), "reason": passed}, {"post": view(0)}, {"post": GONE}]
    return document({"feed": [*shown, *more], "cursor": "c"}, indent=1)


def twitwi(n: int, **cells: str) -> dict[str, str]:
    plain = {
        "cid": "bafyreia",
        "did": f"3mbimxt4ro22{KEYS[n]}",
        "uri": uri(n),
        "url": f"https://bsky.app/profile/some{n}.example/post/x",
        "timestamp_utc": str(SECOND + n),
        "local_time": stamp(n, "%Y-%m-%dT%H:%M:%S"),
        "user_did": did(n),
        "user_handle": f"some{n}.example",
        "user_diplay_name": "نام",
        "user_langs": "fa",
        "original_text": TEXTS[n % len(TEXTS)],
        "text": TEXTS[n % len(TEXTS)],
        "to_post_uri": "",
        "to_root_post_uri": "",
        "quoted_uri": "",
        "repost_by_user_did": "",
        "repost_by_user_handle": "",
        "repost_timestamp_utc": "",
        "links": "https://a.example/x",
        "hashtags": "یک",
        "mentioned_user_dids": "",
        "match_query": "1",
    }
    return plain | cells


def twitwi_table() -> bytes:
    passed = {"repost_by_user_did": did(5), "repost_timestamp_utc": str(SECOND + 9)}
    return table(
        [
            *(twitwi(n) for n in range(3)),
            *(twitwi(3, **passed), twitwi(0), twitwi(4, match_query="0")),
        ]
    )


def status(n: int, **members: Any) -> Object:
    host = "home.example"
    who = {
        "id": str(9_007_199_254_740_993 + n),
        "username": f"someone{n}",
        "acct": f"someone{n}",
        "display_name": "یک نام",
        "url": f"https://{host}/@someone{n}",
        "created_at": "2022-11-05T00:00:00.000Z",
        "note": "<p>about</p>",
    }
    plain = {
        "id": str(115_690_926_893_370_169 + n),
        "created_at": stamp(n, "%Y-%m-%dT%H:%M:%S.551Z"),
        "uri": f"https://{host}/users/someone{n}/statuses/{n}",
        "url": f"https://{host}/@someone{n}/{n}",
        "account": who,
        "content": f'<p>{TEXTS[n % len(TEXTS)]} <a href="https://a.example/x">a</a></p>',
        "spoiler_text": "",
        "language": "fa",
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "reblog": None,
        "card": None,
        "media_attachments": [],
        "tags": [{"name": "یک", "url": f"https://{host}/tags/1"}],
        "mentions": [],
    }
    return plain | members


def statuses() -> list[Object]:
    """Return posts, a boost and a duplicate; an account alone is no post."""
    boost = status(3, reblog=status(6), content="", tags=[])
    return [*map(status, range(3)), boost, status(0), status(0)["account"]]


FATES = {"accepted": 4, "duplicate": 1, "rejected": 1}

NETWORKS = (
    Sample(
        format="bsky_jetstream",
        name="jetstream.jsonl",
        content=stream(),
        accepted=4,
        duplicate=1,
        rejected=2,
    ),
    Sample(format="bsky_appview", name="feed.json", content=feed(), **FATES),
    Sample(
        format="bsky_appview",
        name="posts.jsonl",
        content=lines([*(view(n) for n in range(4)), view(0), GONE]),
        **FATES,
    ),
    Sample(
        format="bsky_twitwi_csv",
        name="minet-bluesky.csv",
        content=twitwi_table(),
        **FATES,
    ),
    Sample(
        format="mastodon", name="timeline.json", content=document(statuses()), **FATES
    ),
    Sample(
        format="mastodon", name="statuses.jsonl", content=lines(statuses()), **FATES
    ),
    Sample(
        format="mastodon",
        name="truths.jsonl",
        content=lines([*map(truth, range(4)), truth(0)]),
        accepted=4,
        duplicate=1,
    ),
)
