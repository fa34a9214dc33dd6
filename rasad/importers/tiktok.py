"""Videos that TikTok's Research API gives, as JSON or as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rasad.extend import Entry, Head, Sniff
from rasad.importers.cells import (
    clean_id,
    damage_warning,
    parse_list_cell,
    plain_names,
    unusable,
)
from rasad.importers.members import items_at
from rasad.importers.named import named_entries
from rasad.importers.objects import flattened
from rasad.importers.provisional import PROVISIONAL
from rasad.importers.times import read_time
from rasad.schema import Record

VIDEOS = ("create_time", "video_description", "region_code", "username")
COMMENTS = ("create_time", "video_id", "parent_comment_id", "text")

HANDLES = (
    "TikTok names accounts by handles, which people change: one account may appear as "
    "several."
)
NO_AUTHORS = (
    "TikTok takes the authors out of comments: none of them can be imported, and who "
    "comments together cannot be told."
)


class Video(NamedTuple):
    """The columns that are used, by their names in the API."""

    id: str | None
    username: str | None
    create_time: str | None
    video_description: str | None
    hashtag_names: str | None
    video_mention_list: str | None
    video_id: str | None
    parent_comment_id: str | None
    text: str | None


PLACES = (
    *(("*",), ("data", "*")),
    *(("data", "videos", "*"), ("data", "comments", "*")),
    *(("videos", "*"), ("comments", "*")),
)
"""Where answers of the API, and lists of records, hold them."""

WANTED = tuple((name,) for name in Video._fields)


class TikTokResearch:
    """Reads videos of the Research API; comments come without authors."""

    name = "tiktok_research"
    title = "TikTok Research API (videos)"
    support = (
        "It holds videos with descriptions and hashtags; duets, stitches and links are "
        "not stated, accounts have handles only, and comments have no authors."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise the columns of videos, or of comments."""
        rows = _first_rows(head)
        names = {name for row in rows for name in row}
        found = [one for one in (VIDEOS, COMMENTS) if names.issuperset(one)]
        if not found:
            return None
        said = damage_warning("id", (row.get("id") for row in rows))
        said += damage_warning("video_id", (row.get("video_id") for row in rows))
        return Sniff(
            importer=self.name,
            confidence=1.0,
            evidence=found[0],
            warnings=(
                PROVISIONAL,
                HANDLES if "username" in names else NO_AUTHORS,
                *said,
            ),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per span."""
        return named_entries(head, WANTED, _make, PLACES)


def _first_rows(head: Head) -> list[dict[str, str | None]]:
    """Return the first records by plain names, also those inside of pages."""
    if not head.items:
        names = plain_names(head)
        return [dict(zip(names, row, strict=True)) for row in head.rows]
    found: list[dict[str, str | None]] = []
    for item in head.items:
        videos, comments = (
            items_at(item.value, "videos"),
            items_at(item.value, "comments"),
        )
        found += map(flattened, videos or comments or (item.value,))
    return found


def _make(values: Sequence[str | None]) -> Record | str:
    video = Video._make(values)
    handle = (video.username or "").strip().lstrip("@")
    target = clean_id(video.video_id)
    if not handle and video.video_id:
        return "no account: TikTok takes the authors out of comments"
    if not video.create_time:
        return "no post: neither a video nor a comment"
    if not handle:
        return unusable("username", video.username)
    created_at, precision = read_time(video.create_time)
    return Record(
        account="tiktok:" + handle.lower(),
        platform="tiktok",
        created_at=created_at,
        precision=precision,
        raw_time=video.create_time,
        post=clean_id(video.id),
        kind="reply" if target else "post",
        handle=handle,
        text=video.text if target else video.video_description,
        reply_to=clean_id(video.parent_comment_id) or target,
        thread=target,
        hashtags=parse_list_cell(video.hashtag_names),
        mentions=parse_list_cell(video.video_mention_list),
    )
