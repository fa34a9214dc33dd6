"""Videos as the website of TikTok gives them to a browser, captured by Zeeschuimer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasad.extend import Reject
from rasad.importers.members import id_at, items_at, member, number_at, text_at
from rasad.importers.objects import refused
from rasad.importers.times import TimeError, read_time
from rasad.schema import Item, Record

PLATFORM = "tiktok"


def captured_video(item: Item) -> Record | Reject:
    """Turn a video into a record; one that shows another beside it quotes that one."""
    video = item.value
    author = member(video, "author")
    handle = text_at(author, "uniqueId") or text_at(video, "author") or None
    account = id_at(author, "id") or id_at(video, "authorId") or _lower(handle)
    if account is None:
        return refused("it has no usable account", item)
    raw = number_at(video, "createTime") or ""
    try:
        created_at, precision = read_time(raw)
    except TimeError as error:
        return refused(str(error), item)
    duet = _duet(video)
    return Record(
        account=f"{PLATFORM}:{account}",
        platform=PLATFORM,
        created_at=created_at,
        precision=precision,
        raw_time=raw,
        post=id_at(video, "id"),
        kind="quote" if duet else "post",
        handle=handle,
        name=text_at(author, "nickname") or text_at(video, "nickname") or None,
        description=text_at(author, "signature") or None,
        text=text_at(video, "desc"),
        language=text_at(video, "textLanguage") or None,
        quote_of=duet,
        hashtags=_hashtags(video),
        mentions=_named(items_at(video, "textExtra"), "userUniqueId"),
    )


def _lower(handle: str | None) -> str | None:
    return handle.lower() if handle else None


def _duet(video: Any) -> str | None:
    """Return the video that is shown beside this one; TikTok writes 0 for none."""
    number = id_at(video, "duetInfo", "duetFromId")
    return number if number and number.strip("0") else None


def _hashtags(video: Any) -> tuple[str, ...] | None:
    """Return the tags of the text, and those that TikTok lists beside it."""
    marked = _named(items_at(video, "textExtra"), "hashtagName")
    listed = _named(items_at(video, "challenges"), "title")
    if marked is None and listed is None:
        return None
    return tuple(dict.fromkeys((*(marked or ()), *(listed or ()))))


def _named(values: tuple[Any, ...] | None, name: str) -> tuple[str, ...] | None:
    if values is None:
        return None
    found = (text_at(one, name) for one in values if isinstance(one, Mapping))
    return tuple(filter(None, found))
