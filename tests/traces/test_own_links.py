"""A link to the post that holds it is no object: everybody's post has its own."""

from __future__ import annotations

from typing import Any

import pytest

from rasad.schema import Record
from rasad.schema.record_columns import Columns, columns_of
from rasad.traces import TRACES

X = "1234567890123456789"
EDIT = "1234567890999999999"
BSKY = "at://did:plc:abc/app.bsky.feed.post/3kdgeujwlq32y"
TOOT = "https://one.example/users/ann/statuses/109876543210"
ELSEWHERE = "https://news.example/a"


def post(platform: str, name: str, *links: str, **more: Any) -> Record:
    fields: dict[str, Any] = {
        "account": f"{platform}:ann",
        "platform": platform,
        "created_at": 0,
        "precision": "s",
        "raw_time": "",
        "post": name,
        "links": links,
    }
    return Record(**fields | more)


OWN = [
    post("twitter", X, f"https://twitter.com/ann/status/{X}/photo/1"),
    post("twitter", X, f"https://x.com/i/web/status/{X}?s=20"),
    post("twitter", X, f"x.com/i/status/{EDIT}", edition=EDIT),
    post("twitter", X, f"https://x.com/ann/status/{X}/video/1", edition=EDIT),
    post("generic", X, f"https://mobile.twitter.com/ann/status/{X}"),
    post("twitter", X, text=f"look https://twitter.com/ann/status/{X}", links=None),
    post("mastodon", TOOT, "https://one.example/@ann/109876543210"),
    post("mastodon", TOOT, TOOT),
    post("truthsocial", "112233445566", "https://truthsocial.com/@ann/112233445566"),
    post("bluesky", BSKY, "https://bsky.app/profile/ann.example/post/3kdgeujwlq32y"),
    post("telegram", "tg:123:7", "https://t.me/c/123/7"),
    post("telegram", "tg:123:7", "https://t.me/s/TheNews/7", handle="TheNews"),
    post("reddit", "t3_1abcde", "https://www.reddit.com/r/x/comments/1abcde/slug/"),
    post("tiktok", X, f"https://www.tiktok.com/@ann/video/{X}"),
    post("instagram", "CxYz12-ab", "https://www.instagram.com/p/CxYz12-ab/"),
    post("facebook", "77_10161234567", "https://www.facebook.com/a/posts/10161234567"),
]

OTHERS = [
    post("twitter", X, f"https://twitter.com/ann/status/{EDIT}/photo/1"),
    post("twitter", X, f"https://news.example/{X}"),
    post("twitter", X, f"https://example.com/?to=x.com/i/status/{X}"),
    post("mastodon", TOOT, "https://two.example/@ann/109876543210"),
    post("telegram", "tg:123:7", "https://t.me/other/7", handle="TheNews"),
    post("telegram", "tg:123:7", "https://t.me/c/124/7"),
    post("generic", "7", "https://t.me/c/124/7"),
    post("generic", "abc", "https://www.reddit.com/comments/abc"),
    post("reddit", "t3_1abcde", "https://www.reddit.com/r/x/comments/1abcdf/slug/"),
    post("twitter", "", f"https://x.com/i/status/{X}"),
]


def objects(record: Record) -> list[str]:
    """Return links and sites, which both ways of finding them must agree on."""
    found: list[str] = []
    columns = Columns(columns_of([record]))
    for name in ("link", "domain"):
        one_by_one = TRACES[name].objects(record)
        together = TRACES[name].shared(columns)  # type: ignore[attr-defined]
        assert list(one_by_one) == together.value.to_pylist()
        found += one_by_one
    return found


@pytest.mark.parametrize("record", OWN, ids=lambda record: record.platform)
def test_a_post_does_not_share_itself(record: Record) -> None:
    assert objects(record) == []


@pytest.mark.parametrize("record", OWN[:2], ids=["a picture", "the post"])
def test_what_stands_beside_it_is_shared(record: Record) -> None:
    more = Record(
        **{name: getattr(record, name) for name in Record.__struct_fields__}
        | {"links": (*(record.links or ()), ELSEWHERE)}
    )
    assert objects(more) == ["news.example/a", "news.example"]


@pytest.mark.parametrize("record", OTHERS)
def test_links_to_other_posts_and_places_stay(record: Record) -> None:
    assert TRACES["link"].objects(record)
    assert objects(record)


def test_many_posts_together_keep_their_own_links_apart() -> None:
    columns = Columns(columns_of([*OWN, *OTHERS, *OWN]))
    shared = TRACES["link"].shared(columns)  # type: ignore[attr-defined]
    places = range(len(OWN), len(OWN) + len(OTHERS))
    assert shared.row.tolist() == list(places)
