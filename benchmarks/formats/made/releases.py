"""Releases of operations on X: the platform's archive, and three cuts of one list."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from datetime import UTC, datetime

from benchmarks.formats.made.sample import (
    SECOND,
    TEXTS,
    Sample,
    person,
    snowflake,
    table,
)


def words(text: str) -> list[str]:
    return text.split()


ARCHIVE = words(
    "tweetid userid user_display_name user_screen_name user_reported_location "
    "user_profile_description user_profile_url follower_count following_count "
    "account_creation_date account_language tweet_language tweet_text tweet_time "
    "tweet_client_name in_reply_to_userid in_reply_to_tweetid quoted_tweet_tweetid "
    "is_retweet retweet_userid retweet_tweetid latitude longitude quote_count "
    "reply_count like_count retweet_count hashtags urls user_mentions poll_choices"
)
USERS = ARCHIVE[1:11]
CLEMSON = words(
    "external_author_id author content region language publish_date harvested_date "
    "following followers updates post_type account_type retweet account_category "
    "new_june_2018 alt_external_id tweet_id article_url tco1_step1 tco2_step1 "
    "tco3_step1"
)
BY_AUTHOR = words(
    "author_id content region language publish_date harvested_date following "
    "followers updates post_type retweet"
)


def stamp(n: int, form: str) -> str:
    return datetime.fromtimestamp(SECOND + n, UTC).strftime(form)


def hashed(n: int) -> str:
    """Return an id as the archive hides it, with signs that are no letters."""
    return base64.b64encode(hashlib.sha256(str(n).encode()).digest()).decode()


def tweet(n: int, **cells: str) -> dict[str, str]:
    plain = {
        "tweetid": snowflake(n),
        "userid": hashed(n),
        "user_display_name": hashed(n),
        "user_screen_name": hashed(n),
        "follower_count": "12.0",
        "account_creation_date": "2016-04-27",
        "account_language": "fa",
        "tweet_language": "fa",
        "tweet_text": TEXTS[n % len(TEXTS)],
        "tweet_time": stamp(n, "%Y-%m-%d %H:%M"),
        "tweet_client_name": "A client",
        "is_retweet": "False",
        "latitude": "absent",
        "hashtags": "['یک', 'two']",
        "urls": "[https://a.example/x]",
        "user_mentions": "[5]",
    }
    return dict.fromkeys(ARCHIVE, "") | plain | cells


def archive() -> bytes:
    """Return tweets, among them a repost, an answer, a duplicate and a lost id."""
    repost = {"is_retweet": "True", "retweet_tweetid": snowflake(-60)}
    return table(
        [
            *map(tweet, range(3)),
            tweet(3, **repost, tweet_text="RT @other: words…"),
            tweet(4, in_reply_to_tweetid=snowflake(-30), in_reply_to_userid="5"),
            tweet(0),
            tweet(5, userid="8.98926E+17"),
        ]
    )


def zipped(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as members:
        members.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


def users() -> bytes:
    return table([{name: tweet(n)[name] for name in USERS} for n in range(3)])


def troll(n: int, **cells: str) -> dict[str, str]:
    plain = {
        "external_author_id": "906000000000000000",
        "author": f"SOME_ONE_{n}",
        "author_id": f"some_one_{n}",
        "content": f"{TEXTS[n % len(TEXTS)]} https://t.co/Ab{n}",
        "region": "Unknown",
        "language": "English",
        "publish_date": "11/14/2023 22:13",
        "harvested_date": "11/14/2023 22:14",
        "following": "1",
        "followers": "2",
        "updates": "3",
        "retweet": "0",
        "account_category": "NewsFeed",
        "account_type": "Right",
        "new_june_2018": "0",
        "alt_external_id": person(n),
        "tweet_id": snowflake(n),
        "article_url": f"http://twitter.com/{person(n)}/statuses/{snowflake(n)}",
        "tco1_step1": "https://a.example/x",
    }
    return plain | cells


def clemson(columns: list[str]) -> bytes:
    """Return posts, a repost, a duplicate, and one whose author is not stated."""
    names = ("author", "author_id", "external_author_id", "alt_external_id")
    nobody = dict.fromkeys((*names, "article_url"), "")
    posts = [*map(troll, range(3)), troll(3, retweet="1", post_type="RETWEET")]
    posts += [troll(0), troll(4, **nobody)]
    return table([{name: one.get(name, "") for name in columns} for one in posts])


def nbc(n: int, **cells: str) -> dict[str, str]:
    plain = {
        "user_id": person(n),
        "user_key": f"some_one_{n}",
        "created_at": str((SECOND + n) * 1000),
        "created_str": stamp(n, "%Y-%m-%d %H:%M:%S"),
        "retweet_count": "",
        "retweeted": "",
        "favorite_count": "",
        "text": TEXTS[n % len(TEXTS)],
        "tweet_id": snowflake(n),
        "source": '<a href="https://a.example">A client</a>',
        "hashtags": '["یک","two"]',
        "expanded_urls": '["https://a.example/x"]',
        "posted": "POSTED",
        "mentions": "[]",
        "retweeted_status_id": "",
        "in_reply_to_status_id": "",
    }
    return plain | cells


NBC = table(
    [
        *map(nbc, range(3)),
        nbc(3, retweeted_status_id=snowflake(-60)),
        nbc(0),
        nbc(4, user_id="", user_key=""),
    ]
)

FATES = {"accepted": 4, "duplicate": 1, "rejected": 1}

RELEASES = (
    Sample(
        format="x_io_tweets",
        name="iran_112023_tweets_csv_hashed.csv",
        content=archive(),
        accepted=5,
        duplicate=1,
        rejected=1,
    ),
    Sample(
        format="x_io_tweets",
        name="iran_112023_tweets_csv_hashed.zip",
        content=zipped("iran_112023_tweets_csv_hashed.csv", archive()),
        accepted=5,
        duplicate=1,
        rejected=1,
    ),
    Sample(
        format="x_io_users",
        name="iran_112023_users_csv_hashed.csv",
        content=users(),
        accepted=0,
        rejected=3,
    ),
    Sample(
        format="clemson_ira",
        name="IRAhandle_tweets_1.csv",
        content=clemson(CLEMSON),
        **FATES,
    ),
    Sample(
        format="clemson_ira",
        name="IRAhandle_first_columns.csv",
        content=clemson(CLEMSON[:15]),
        **FATES,
    ),
    Sample(
        format="clemson_ira",
        name="by_author.csv",
        content=clemson(BY_AUTHOR),
        **FATES,
    ),
    Sample(format="nbc_ira", name="nbc_tweets.csv", content=NBC, **FATES),
)
