"""YouTube comments: answers of the Data API, and tables of YouTube Data Tools."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rasad.extend import Entry, Head, Reject, Sniff
from rasad.importers.cells import clean_id, plain_names, unusable
from rasad.importers.html import plain_text
from rasad.importers.members import id_at, member, text_at
from rasad.importers.named import named_entries, sampled
from rasad.importers.objects import PLACES, object_entries, refused, spans
from rasad.importers.optional_times import clock_remarks, us_in
from rasad.importers.times import TimeError, read_time
from rasad.schema import Item, Record

THREAD, COMMENT = "youtube#commentThread", "youtube#comment"
TABLE = ("id", "isreplyto", "authorname", "publishedat")

FIRST = ("snippet", "topLevelComment")
OTHERS = ("replies", "comments", "*")
AROUND: tuple[tuple[str, ...], ...] = ((), ("*",), ("items", "*"))
INSIDE = tuple((*outer, *inner) for outer in AROUND for inner in (FIRST, OTHERS))
"""Where the comments are of which a thread consists."""

SUBSET = (
    "A thread holds some of its replies only; whoever fetched the threads alone does "
    "not have the others."
)
NO_VIDEO = (
    "The table does not say which video was commented; import the tables of different "
    "videos knowing that who comments together can only be told of replies."
)

_CHANNEL = re.compile(r"youtube\.com/(?:channel/)?(UC[\w-]{10,40}|@[^/?#\s]+)")


class Row(NamedTuple):
    """The columns that are used of YouTube Data Tools' comments."""

    id: str | None
    isreplyto: str | None
    authorname: str | None
    publishedat: str | None
    text: str | None
    authorchannelid: str | None
    authorchannelurl: str | None


WANTED = tuple((name,) for name in Row._fields)


class YouTube:
    """Reads comments and threads of comments."""

    name = "youtube_api"
    title = "YouTube comments (Data API, YouTube Data Tools)"
    support = (
        "It holds comments, not the videos themselves: who comments under the same "
        "videos with the same words can be compared, links and reposts hardly."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise what the API calls a comment or a thread, or the columns."""
        if set(plain_names(head)).issuperset(TABLE):
            return Sniff(
                importer=self.name,
                confidence=1.0,
                evidence=TABLE,
                warnings=(*_clock_said(head), NO_VIDEO),
            )
        kinds = [text_at(item.value, "kind") for item in head.items]
        found = sum(kind in (THREAD, COMMENT) for kind in kinds)
        if not found:
            return None
        return Sniff(
            importer=self.name,
            confidence=1.0 if 2 * found >= len(kinds) else 0.6,
            evidence=("kind",),
            warnings=(SUBSET,) if THREAD in kinds else (),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per span; replies inside a thread have spans of their own."""
        if set(plain_names(head)).issuperset(TABLE):
            return named_entries(head, WANTED, _from_row)
        return object_entries(head, _take, INSIDE if _of_threads(head) else PLACES)


def _clock_said(head: Head) -> tuple[str, ...]:
    rows = sampled(head, (("publishedat",),))
    return clock_remarks("publishedAt", (row[0] for row in rows))


def _of_threads(head: Head) -> bool:
    """Tell whether comments may be looked for inside of threads without missing any.

    What is beside the places where one looks in a document or page is skipped, so all
    of them must hold threads only. A line that is no page stays a whole.
    """
    outcomes = (span.outcome for span in spans(head, PLACES))
    items = (one for one in outcomes if isinstance(one, Item))
    return all(not item.path or _is_thread(item.value) for item in items)


def _is_thread(value: Any) -> bool:
    return isinstance(member(value, *FIRST), Mapping)


def _take(item: Item) -> Record | Reject:
    value = member(item.value, *FIRST) if _is_thread(item.value) else item.value
    kind = text_at(value, "kind")
    snippet = member(value, "snippet")
    if kind not in (COMMENT, None) or not isinstance(snippet, Mapping):
        return refused(f"no post: a {kind}" if kind else "no post: no comment", item)
    channel = _channel(snippet)
    if channel is None:
        return refused("it has no usable author", item)
    raw_time = text_at(snippet, "publishedAt") or ""
    try:
        created_at, precision = read_time(raw_time)
    except TimeError as error:
        return refused(str(error), item)
    video = id_at(snippet, "videoId") or id_at(item.beside, "snippet", "videoId")
    shown = text_at(snippet, "authorDisplayName")
    return Record(
        account="youtube:" + channel,
        platform="youtube",
        created_at=created_at,
        precision=precision,
        raw_time=raw_time,
        post=id_at(value, "id"),
        kind="reply",
        handle=shown if shown and shown.startswith("@") else None,
        name=shown or None,
        text=_text(snippet),
        edited_at=_edited(snippet),
        reply_to=id_at(snippet, "parentId") or video,
        thread=video,
        community=id_at(snippet, "channelId"),
    )


def _edited(snippet: Any) -> int | None:
    """Return when a comment was changed; one that never was repeats its first time."""
    changed = text_at(snippet, "updatedAt")
    return us_in(changed) if changed != text_at(snippet, "publishedAt") else None


def _channel(snippet: Any) -> str | None:
    """Return the author's channel, which older answers only give as an address."""
    stated = id_at(snippet, "authorChannelId", "value")
    return stated or _in_address(text_at(snippet, "authorChannelUrl"))


def _in_address(address: str | None) -> str | None:
    found = _CHANNEL.search(address or "")
    return found[1] if found else None


def _text(snippet: Any) -> str | None:
    """Return what was written, else what is shown without its HTML."""
    original = text_at(snippet, "textOriginal")
    shown = text_at(snippet, "textDisplay")
    if original is not None or shown is None:
        return original
    return plain_text(shown)


def _from_row(values: Sequence[str | None]) -> Record | str:
    row = Row._make(values)
    name = (row.authorname or "").strip()
    channel = clean_id(row.authorchannelid) or _in_address(row.authorchannelurl)
    if not (channel or name):
        return unusable("author", row.authorchannelid)
    created_at, precision = read_time(row.publishedat or "")
    return Record(
        # Without a channel, the name people see has to do.
        account="youtube:" + (channel or name.lower()),
        platform="youtube",
        created_at=created_at,
        precision=precision,
        raw_time=row.publishedat or "",
        post=clean_id(row.id),
        kind="reply",
        handle=name if name.startswith("@") else None,
        name=name or None,
        text=row.text,
        reply_to=clean_id(row.isreplyto),
    )
