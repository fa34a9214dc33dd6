"""Posts of X as its two interfaces give them, and as four tools tabulate them."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.formats.made.releases import stamp
from benchmarks.formats.made.sample import (
    SECOND,
    TEXTS,
    Sample,
    document,
    lines,
    person,
    snowflake,
    table,
)

V1_DATE = "%a %b %d %H:%M:%S +0000 %Y"
V2_DATE = "%Y-%m-%dT%H:%M:%S.000Z"
NOTHING: dict[str, list[Any]] = {"hashtags": [], "urls": [], "user_mentions": []}

Object = dict[str, Any]
Cells = dict[str, str]


# --- version 2 -----------------------------------------------------------------------


def post(n: int, **members: Any) -> Object:
    plain = {
        "id": snowflake(n),
        "author_id": person(n),
        "created_at": stamp(n, V2_DATE),
        "text": TEXTS[n % len(TEXTS)],
        "conversation_id": snowflake(n),
        "lang": "fa",
        "source": "A client",
        "edit_history_tweet_ids": [snowflake(n)],
        "public_metrics": {"like_count": 3, "retweet_count": 0},
        "entities": {
            "hashtags": [{"start": 0, "end": 3, "tag": "یک"}],
            "urls": [{"url": "https://t.co/a", "expanded_url": "https://a.example/x"}],
            "mentions": [{"username": "friend", "id": "5"}],
        },
    }
    return plain | members


def user(n: int) -> Object:
    return {
        "id": person(n),
        "username": f"some_one_{n}",
        "name": "یک نام",
        "description": "دربارهٔ من",
        "created_at": "2012-06-07T06:36:05.000Z",
    }


def reference(what: str) -> Object:
    return {"referenced_tweets": [{"type": what, "id": snowflake(-60)}]}


def pages() -> list[Object]:
    """Return two pages of posts, the second of which repeats one and has a user."""
    carried = {
        "users": [user(n) for n in range(5)],
        "tweets": [post(-60, author_id="5")],
    }
    about = {"includes": carried, "meta": {"result_count": 3}, "__twarc": {"url": "u"}}
    first = [post(0), post(1, **reference("retweeted")), post(2)]
    second = [post(3, **reference("replied_to")), post(0), user(9)]
    return [{"data": first} | about, {"data": second} | about]


def flattened() -> list[Object]:
    """Return flattened posts, and a disconnection that a stream puts between."""
    posts = [post(n, author=user(n), __twarc={"url": "u"}) for n in range(4)]
    return [*posts, posts[0], {"errors": [{"title": "gone"}], "__twarc": {"url": "u"}}]


# --- version 1.1 ---------------------------------------------------------------------


def tweet(n: int, **members: Any) -> Object:
    plain = {
        "created_at": stamp(n, V1_DATE),
        "id": int(snowflake(n)),
        "id_str": snowflake(n),
        "full_text": TEXTS[n % len(TEXTS)],
        "truncated": False,
        "source": '<a href="https://a.example" rel="nofollow">A client</a>',
        "in_reply_to_status_id_str": None,
        "user": {
            "id": int(person(n)),
            "id_str": person(n),
            "screen_name": f"Some_One_{n}",
            "name": "یک نام",
            "description": "دربارهٔ من",
            "created_at": "Thu Jun 07 06:36:05 +0000 2012",
        },
        "entities": NOTHING | {"hashtags": [{"text": "یک"}]},
        "lang": "fa",
    }
    return plain | members


def stream() -> list[Object]:
    """Return posts, a repost, a duplicate, and a deletion between them."""
    deletion = {"delete": {"status": {"id_str": "5", "user_id_str": "6"}}}
    repost = tweet(3, retweeted_status=tweet(-60), full_text="RT @Some_One_0: words…")
    return [tweet(0), tweet(1), deletion, tweet(2), repost, tweet(0)]


# --- tables --------------------------------------------------------------------------


def twarc(n: int, **cells: str) -> Cells:
    plain = {
        "id": snowflake(n),
        "conversation_id": snowflake(n),
        "referenced_tweets.replied_to.id": "",
        "referenced_tweets.retweeted.id": "",
        "referenced_tweets.quoted.id": "",
        "author_id": person(n),
        "in_reply_to_user_id": "",
        "retweeted_user_id": "",
        "created_at": stamp(n, V2_DATE),
        "text": TEXTS[n % len(TEXTS)].replace("\n", r"\n"),
        "lang": "fa",
        "source": "A client",
        "entities.hashtags": json.dumps(["#یک", "#Two"], ensure_ascii=False),
        "entities.mentions": '["@friend"]',
        "entities.urls": '["https://a.example/x"]',
        "author.created_at": "2012-06-07T06:36:05.000Z",
        "author.username": f"some_one_{n}",
        "author.name": "یک نام",
        "author.description": "دربارهٔ من",
        "__twarc.retrieved_at": "2023-12-01T00:00:00+00:00",
    }
    return plain | {name.replace("__", "."): cell for name, cell in cells.items()}


def twitwi(n: int, **cells: str) -> Cells:
    plain = {
        "id": snowflake(n),
        "timestamp_utc": str(SECOND + n),
        "local_time": stamp(n, "%Y-%m-%dT%H:%M:%S"),
        "user_screen_name": f"Some_One_{n}",
        "text": TEXTS[n % len(TEXTS)] + " #two #یک",
        "lang": "fa",
        "to_userid": "",
        "to_tweetid": "",
        "source_name": "A client",
        "user_id": person(n),
        "user_name": "یک نام",
        "user_description": "دربارهٔ من",
        "user_timestamp_utc": "1339050965",
        "collected_via": "search",
        "retweeted_id": "",
        "retweeted_user": "",
        "retweeted_user_id": "",
        "quoted_id": "",
        "links": "https://a.example|https://b.example/?q=1,2",
        "mentioned_names": "friend",
        "mentioned_ids": "5",
        "hashtags": "two|یک",
    }
    return plain | cells


def tcat(n: int, **cells: str) -> Cells:
    plain = {
        "id": snowflake(n),
        "time": str(SECOND + n),
        "created_at": stamp(n, "%Y-%m-%d %H:%M:%S"),
        "from_user_name": f"Some_One_{n}",
        "text": TEXTS[n % len(TEXTS)],
        "lang": "fa",
        "to_user_name": "",
        "in_reply_to_status_id": "",
        "quoted_status_id": "",
        "source": '<a href="https://a.example" rel="nofollow">A client</a>',
        "from_user_id": person(n),
        "from_user_realname": "یک نام",
        "from_user_created_at": "2012-06-07 06:36:05",
        "urls": "https://t.co/a",
        "urls_expanded": "https://a.example/x",
        "urls_followed": "",
        "mentions": "friend",
        "hashtags": "یک; Two",
    }
    return plain | cells


FATES = {"accepted": 4, "duplicate": 1, "rejected": 1}

TWEETS = (
    Sample(format="twarc2_json", name="pages.jsonl", content=lines(pages()), **FATES),
    Sample(
        format="twarc2_json",
        name="flattened.jsonl",
        content=lines(flattened()),
        **FATES,
    ),
    Sample(format="x_v11_json", name="stream.jsonl", content=lines(stream()), **FATES),
    Sample(
        format="x_v11_json",
        name="search.json",
        content=document({"statuses": stream(), "search_metadata": {}}, indent=1),
        **FATES,
    ),
    Sample(
        format="twarc_csv",
        name="twarc.csv",
        content=table(
            [
                *(twarc(0), twarc(1), twarc(2)),
                twarc(3) | {"referenced_tweets.retweeted.id": snowflake(-60)},
                *(twarc(0), twarc(4, author_id="8.98926E+17")),
            ]
        ),
        **FATES,
    ),
    Sample(
        format="twitwi_csv",
        name="minet.csv",
        content=table(
            [
                *(twitwi(0), twitwi(1), twitwi(2)),
                twitwi(3, retweeted_id=snowflake(-60), retweeted_user="other"),
                *(twitwi(0), twitwi(4, collected_via="quote")),
            ]
        ),
        **FATES,
    ),
    Sample(
        format="tcat_csv",
        name="tcat.csv",
        content=table(
            [
                *(tcat(0), tcat(1), tcat(2), tcat(3, text="RT @other: words here")),
                *(tcat(0), tcat(4, from_user_id="")),
            ]
        ),
        **FATES,
    ),
)
