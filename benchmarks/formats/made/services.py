"""TikTok, YouTube and Meta by their interfaces, CrowdTangle, two listening services."""

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

SCORE = "Overperforming Score (weighted  —  Likes 1x Shares 1x Comments 1x )"
ISO = "%Y-%m-%dT%H:%M:%SZ"
Object = dict[str, Any]
Cells = dict[str, str]


# --- TikTok --------------------------------------------------------------------------


def video(n: int, **members: Any) -> Object:
    plain = {
        "id": 7_258_000_000_123_456_789 + n,
        "video_description": f"{TEXTS[n % len(TEXTS)]} #یک",
        "create_time": SECOND + n,
        "region_code": "IR",
        "username": f"some.one.{n}",
        "hashtag_names": ["یک", "two"],
        "video_mention_list": ["other.one"],
        "effect_ids": ["1"],
        "music_id": 7_000_000_000_000_000_001,
        "share_count": 5,
        "view_count": 50,
        "like_count": 4,
        "comment_count": 3,
        "voice_to_text": "",
        "is_stem_verified": False,
        "video_duration": 10,
    }
    return plain | members


def remark(n: int) -> Object:
    return {
        "id": 7_258_000_000_999_999_999 + n,
        "video_id": 7_258_000_000_123_456_789,
        "text": TEXTS[n % len(TEXTS)],
        "parent_comment_id": 7_258_000_000_123_456_789,
        "create_time": SECOND + n,
        "like_count": 1,
        "reply_count": 0,
    }


def videos() -> list[Object]:
    return [*map(video, range(4)), video(0), video(4, username="")]


def as_cells(value: Object) -> Cells:
    return {
        name: json.dumps(one, ensure_ascii=False) if isinstance(one, list) else str(one)
        for name, one in value.items()
    }


# --- YouTube -------------------------------------------------------------------------


def comment(n: int, name: str = "", **snippet: Any) -> Object:
    plain = {
        "channelId": "UC-of-the-video",
        "videoId": "vid_1",
        "textDisplay": f"{TEXTS[n % len(TEXTS)]}<br>more",
        "textOriginal": f"{TEXTS[n % len(TEXTS)]}\nmore",
        "authorDisplayName": f"@someone{n}",
        "authorChannelId": {"value": f"UC{n:010}"},
        "likeCount": 1,
        "publishedAt": stamp(n, ISO),
        "updatedAt": stamp(n, ISO),
    }
    return {
        "kind": "youtube#comment",
        "etag": "x",
        "id": name or f"Ug{n}",
        "snippet": plain | snippet,
    }


def thread(n: int) -> Object:
    answer = comment(n + 10, f"Ug{n}.a", parentId=f"Ug{n}")
    snippet = {"videoId": "vid_1", "topLevelComment": comment(n), "totalReplyCount": 1}
    return {
        "kind": "youtube#commentThread",
        "id": f"Ug{n}",
        "snippet": snippet,
        "replies": {"comments": [answer]},
    }


def threads() -> bytes:
    every = [thread(0), thread(1), thread(0)]
    page = {"kind": "youtube#commentThreadListResponse", "items": every}
    return document(page, indent=1)


def comments() -> bytes:
    nobody = comment(4, authorChannelId=None, authorDisplayName="")
    return lines([*(comment(n) for n in range(4)), comment(0), nobody])


def data_tools() -> bytes:
    """Return a table in which quotes stand behind backslashes."""
    names = "id,replyCount,likeCount,publishedAt,authorName,text,authorChannelId,"
    names += "authorChannelUrl,isReply,isReplyTo,isReplyToName"
    said = [(n, f'"said \\"{n}\\", twice"') for n in (0, 1, 2, 3, 0)]
    rows = [
        f"Ug{n},0,1,{stamp(n, '%Y-%m-%d %H:%M:%S')},@someone{n},{text},UC{n:010},"
        f"http://www.youtube.com/@someone{n},1,Ug9,other"
        for n, text in said
    ]
    return "\n".join([names, *rows, ""]).encode()


# --- Meta ----------------------------------------------------------------------------


def shared(n: int, **members: Any) -> Object:
    owner = {
        "id": 963_780_000_123_456_789 + n,
        "type": "page",
        "name": "صفحه",
        "username": f"a.page.{n}",
    }
    plain = {
        "id": 10_160_000_000_000_001 + n,
        "creation_time": stamp(n, "%Y-%m-%dT%H:%M:%S+0000"),
        "modified_time": stamp(n, "%Y-%m-%dT%H:%M:%S+0000"),
        "text": TEXTS[n % len(TEXTS)],
        "lang": "fa",
        "post_owner": owner,
        "surface": {"id": owner["id"], "name": "صفحه", "type": "page"},
        "shared_post_id": None,
        "is_branded_content": False,
        "link_url": "https://a.example/x",
        "statistics": {"views": 10, "reactions": 1},
        "mcl_url": "https://www.facebook.com/x",
        "match_type": "text",
    }
    return plain | members


def answered(n: int, **members: Any) -> Object:
    owner = {"id": 963_780_000_123_456_789 + n, "name": "نام", "username": f"p.{n}"}
    plain = {
        "id": 20_160_000_000_000_001 + n,
        "post_id": 10_160_000_000_000_001,
        "parent_id": None,
        "text": TEXTS[n % len(TEXTS)],
        "creation_time": stamp(n, "%Y-%m-%dT%H:%M:%S+0000"),
        "owner": owner | {"type": "profile"},
    }
    return plain | members


def of_meta() -> list[Object]:
    page = {"post_owner": {"id": 5, "name": "صفحه"}, "creation_time": None}
    again = shared(3, shared_post_id=10_160_000_000_000_009)
    return [*map(shared, range(3)), again, shared(0), shared(4, **page)]


def flat(value: Object) -> Cells:
    cells: Cells = {}
    for name, one in value.items():
        inside = one if isinstance(one, dict) else None
        pairs = inside.items() if inside else [("", one)]
        for inner, two in pairs:
            dotted = f"{name}.{inner}" if inner else name
            cells[dotted] = "" if two is None else str(two)
    return cells


def meta_table() -> bytes:
    rows = list(map(flat, of_meta()))
    names = dict.fromkeys(rows[0], "")
    return table([names | row for row in rows])


# --- CrowdTangle ---------------------------------------------------------------------


def facebook(n: int, **cells: str) -> Cells:
    page = str(145_547_835_465_271 + n)
    plain = {
        "Page Name": "صفحه",
        "User Name": f"a.page.{n}",
        "Facebook Id": page,
        "Page Category": "NEWS_SITE",
        "Page Admin Top Country": "US",
        "Page Created": "2009-01-02 03:04:05 EST",
        "Likes at Posting": "10",
        "Followers at Posting": "12",
        "Post Created": stamp(n - 18_000, "%Y-%m-%d %H:%M:%S EST"),
        "Post Created Date": stamp(n - 18_000, "%Y-%m-%d"),
        "Post Created Time": stamp(n - 18_000, "%H:%M:%S"),
        "Type": "Link",
        "Total Interactions": "1,234",
        "URL": f"https://www.facebook.com/{page}/posts/{2_100_804_073_272_961 + n}",
        "Message": TEXTS[n % len(TEXTS)],
        "Link": "https://short.example/1",
        "Final Link": "https://a.example/long",
        "Image Text": "",
        "Link Text": "a title",
        "Description": "",
        "Sponsor Id": "",
        "Sponsor Name": "",
        SCORE: "-1.5",
    }
    return plain | cells


def instagram(n: int, **cells: str) -> Cells:
    plain = {
        "Account": "نام",
        "User Name": f"some.one.{n}",
        "Followers at Posting": "12",
        "Post Created": stamp(n - 18_000, "%Y-%m-%d %H:%M:%S EST"),
        "Type": "Photo",
        "Total Interactions": "1,234",
        "Likes": "5",
        "Comments": "6",
        "Views": "0",
        "URL": f"https://www.instagram.com/p/CODE{n}/",
        "Link": f"https://www.instagram.com/p/CODE{n}/",
        "Photo": "https://a.example/photo.jpg",
        "Title": "",
        "Description": TEXTS[n % len(TEXTS)],
        SCORE: "-1.5",
    }
    return plain | cells


# --- listening services --------------------------------------------------------------


def melt(n: int, **cells: str) -> Cells:
    day = stamp(n, "%d-%b-%Y")
    plain = {
        "Date": f"{day} {stamp(n, '%I:%M%p')}",
        "Headline": "",
        "URL": f"https://twitter.com/some_one_{n}/status/{snowflake(n)}",
        "Opening Text": "",
        "Hit Sentence": TEXTS[n % len(TEXTS)].replace("\n", " ").replace('"', "'"),
        "Source": "Twitter",
        "Influencer": "Some One",
        "Country": "Iran",
        "Language": "Persian",
        "Reach": "10",
        "Sentiment": "Neutral",
        "Key Phrases": "",
        "Input Name": "",
        "Keywords": "",
        "Twitter Authority": "1",
        "Tweet Id": snowflake(n),
        "Twitter Id": person(n),
        "Twitter Client": "A client",
        "Twitter Screen Name": f"@some_one_{n}",
        "User Profile Url": "",
        "Twitter Bio": "درباره",
        "Twitter Followers": "3",
        "Twitter Following": "4",
        "Alternate Date Format": stamp(n, "%d-%b-%y"),
        "Time": stamp(n, "%I:%M %p"),
        "State": "",
        "City": "",
        "Document Tags": "",
    }
    return plain | cells


NOBODY = dict.fromkeys(
    ("Influencer", "Twitter Id", "Tweet Id", "Twitter Screen Name"), ""
)
ARTICLE = NOBODY | {"URL": "https://news.example/a", "Source": "A paper"}


def mentions() -> list[Cells]:
    return [*map(melt, range(4)), melt(0), melt(4, **ARTICLE)]


def brand(n: int, **cells: str) -> Cells:
    plain = {
        "Query Id": "1",
        "Query Name": "a query",
        "Date": stamp(n, "%Y-%m-%d %H:%M:%S.0"),
        "Title": "",
        "Snippet": TEXTS[n % len(TEXTS)],
        "Full Text": TEXTS[n % len(TEXTS)],
        "Url": f"https://twitter.com/some_one_{n}/statuses/{snowflake(n)}",
        "Domain": "twitter.com",
        "Sentiment": "neutral",
        "Page Type": "twitter",
        "Thread Entry Type": "post",
        "Language": "fa",
        "Country Code": "IRN",
        "Account Type": "individual",
        "Added": stamp(n + 60, "%Y-%m-%d %H:%M:%S.0"),
        "Author": f"some_one_{n}",
        "Mentioned Authors": "@friend",
        "Thread Author": "",
        "X Author ID": person(n),
        "X Followers": "5",
        "Bluesky Author Id": "",
    }
    return plain | cells


PREAMBLE = b'"Report:","Bulk Mentions Download"\n"Brand:","a brand"\n\n'


def brandwatch() -> bytes:
    nobody = {"Author": "", "X Author ID": "", "Url": "https://news.example/a"}
    unknown = nobody | {"Domain": "news.example", "Page Type": "news"}
    posts = [*map(brand, range(3)), brand(3, **{"Thread Entry Type": "share"})]
    return PREAMBLE + table([*posts, brand(0), brand(4, **unknown)])


FATES = {"accepted": 4, "duplicate": 1, "rejected": 1}

SERVICES = (
    Sample(
        format="tiktok_research",
        name="videos.json",
        content=document({"data": {"videos": videos(), "cursor": 100}}, indent=1),
        **FATES,
    ),
    Sample(
        format="tiktok_research",
        name="videos.csv",
        content=table(list(map(as_cells, videos()))),
        **FATES,
    ),
    Sample(
        format="tiktok_research",
        name="comments.json",
        content=document({"data": {"comments": list(map(remark, range(3)))}}),
        accepted=0,
        rejected=3,
    ),
    Sample(
        format="youtube_api",
        name="threads.json",
        content=threads(),
        accepted=4,
        duplicate=2,
    ),
    Sample(format="youtube_api", name="comments.jsonl", content=comments(), **FATES),
    Sample(
        format="youtube_api",
        name="data-tools.csv",
        content=data_tools(),
        accepted=4,
        duplicate=1,
    ),
    Sample(
        format="mcl",
        name="mcl-posts.json",
        content=document({"data": of_meta(), "paging": {}}, indent=1),
        **FATES,
    ),
    Sample(format="mcl", name="mcl-posts.csv", content=meta_table(), **FATES),
    Sample(
        format="mcl",
        name="mcl-comments.jsonl",
        content=lines([*map(answered, range(4)), answered(0), answered(4, owner=None)]),
        **FATES,
    ),
    Sample(
        format="crowdtangle_fb",
        name="facebook.csv",
        content=table(
            [*map(facebook, range(4)), facebook(0), facebook(4, **{"Facebook Id": ""})]
        ),
        **FATES,
    ),
    Sample(
        format="crowdtangle_ig",
        name="instagram.csv",
        content=table(
            [*map(instagram, range(4)), instagram(0), instagram(4, **{"User Name": ""})]
        ),
        **FATES,
    ),
    Sample(
        format="meltwater", name="meltwater.csv", content=table(mentions()), **FATES
    ),
    Sample(
        format="meltwater",
        name="meltwater-utf16.csv",
        content=b"\xff\xfe" + table(mentions(), "\t").decode().encode("utf-16-le"),
        **FATES,
    ),
    Sample(format="brandwatch", name="brandwatch.csv", content=brandwatch(), **FATES),
)
