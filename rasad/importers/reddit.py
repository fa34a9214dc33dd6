"""Reddit comments and submissions as the public dumps hold them, one object a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rasad.extend import Entry, Head, Reject, Sniff
from rasad.importers.members import id_at, items_at, member, number_at, text_at
from rasad.importers.objects import object_entries, refused
from rasad.importers.optional_times import us_in
from rasad.importers.provisional import PROVISIONAL
from rasad.importers.times import Instant, TimeError, read_time
from rasad.schema import Item, Record

SIGNATURE = ("created_utc", "author", "subreddit")
CONTENT = ("body", "title", "selftext")
PLACES = (("*",), ("data", "*"))
"""Where other collections than lines keep their records."""

NOBODY = frozenset({"", "[deleted]", "[removed]"})
GONE = frozenset({"[deleted]", "[removed]", "[deleted by user]"})
"""What stands in place of a text that its author or a moderator took away."""

BY_RULE = "automoderator"


class RedditDump:
    """Reads dumps of comments and submissions."""

    name = "reddit_dump"
    title = "Reddit comments and submissions (dumps)"
    support = (
        "It holds comments, links and crossposts with whole seconds; what was deleted "
        "before it was collected has no author and cannot be compared."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise objects with author, subreddit, time and a text."""
        found = sum(_is_reddit(item.value) for item in head.items)
        if not found:
            return None
        return Sniff(
            importer=self.name,
            confidence=1.0 if 2 * found >= len(head.items) else 0.6,
            evidence=SIGNATURE,
            warnings=(PROVISIONAL,),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per span."""
        return object_entries(head, _take, PLACES)


def _is_reddit(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and all(key in value for key in SIGNATURE)
        and any(key in value for key in CONTENT)
    )


def _take(item: Item) -> Record | Reject:
    value = item.value
    author = (text_at(value, "author") or "").strip()
    if author in NOBODY:
        return refused("no account: its author is deleted or not stated", item)
    if author.lower() == BY_RULE:
        return refused("no account: AutoModerator writes by a community's rules", item)
    if not any(key in value for key in CONTENT):
        return refused("no post: neither a comment nor a submission", item)
    try:
        created = _time(value)
    except TimeError as error:
        return refused(str(error), item)
    made = _comment if "body" in value else _submission
    return made(value, author, created)


def _time(value: Any) -> Instant:
    return read_time(number_at(value, "created_utc") or "")


def _common(value: Any, author: str, created: Instant) -> dict[str, Any]:
    """Return what comments and submissions have in common.

    An account is its name: names are never changed or given again, and the id that
    some dumps add is missing from older ones.
    """
    return {
        "account": "reddit:" + author.lower(),
        "platform": "reddit",
        "created_at": created[0],
        "precision": created[1],
        "raw_time": number_at(value, "created_utc") or "",
        "handle": author,
        "account_created_at": us_in(number_at(value, "author_created_utc")),
        "community": text_at(value, "subreddit") or None,
        "edited_at": us_in(number_at(value, "edited")),
        "collected_at": _retrieved(value),
    }


def _retrieved(value: Any) -> int | None:
    names = ("retrieved_on", "retrieved_utc")
    return us_in(next(filter(None, (number_at(value, name) for name in names)), None))


def _comment(value: Any, author: str, created: Instant) -> Record:
    thread = id_at(value, "link_id")
    return Record(
        **_common(value, author, created),
        post=_full("t1_", id_at(value, "id")),
        kind="reply",
        text=_kept(text_at(value, "body")),
        reply_to=id_at(value, "parent_id") or thread,
        thread=thread,
    )


def _submission(value: Any, author: str, created: Instant) -> Record:
    original = id_at(value, "crosspost_parent")
    parents = items_at(value, "crosspost_parent_list") or ()
    reposted = text_at(parents[0], "author") if parents else None
    return Record(
        **_common(value, author, created),
        post=_full("t3_", id_at(value, "id")),
        kind="repost" if original or parents else "post",
        text=_title_and_text(value),
        repost_of=original
        or (parents and _full("t3_", id_at(parents[0], "id")))
        or None,
        repost_of_account=None if reposted in NOBODY else reposted,
        links=_links(value),
    )


def _full(prefix: str, identifier: str | None) -> str | None:
    """Return an id as other posts refer to it."""
    if identifier is None or identifier.startswith(prefix):
        return identifier
    return prefix + identifier


def _kept(text: str | None) -> str | None:
    return None if text is not None and text.strip() in GONE else text


def _title_and_text(value: Any) -> str | None:
    parts = (_kept(text_at(value, "title")), _kept(text_at(value, "selftext")))
    stated = [part for part in parts if part is not None]
    return "\n".join(part for part in stated if part) if stated else None


def _links(value: Any) -> tuple[str, ...] | None:
    """Return what a submission links to; of one that is text, the text says."""
    url = text_at(value, "url") or ""
    own = f"/comments/{id_at(value, 'id')}/"
    if member(value, "is_self") is True or own in url:
        return None
    return (url,) if url.startswith(("http://", "https://")) else None
