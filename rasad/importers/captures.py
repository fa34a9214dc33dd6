"""What a browser captured from websites: which platforms are read, and by what.

Zeeschuimer writes each post as the website had it, with what it knows of the visit
around it; 4CAT moves the post out and the rest into a member of it. The visit is the
researcher's: nothing of it reaches a record, a reject or a warning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from rasad.extend import Entry, Head, Reject
from rasad.importers.mastodon_posts import TRUTH as TRUTH_PLATFORM
from rasad.importers.mastodon_posts import TRUTH_HOST, platform_of, status_record
from rasad.importers.members import id_at, member, number_at, text_at
from rasad.importers.meta_captured import instagram_post, threads_post
from rasad.importers.objects import LINES, WHOLE, refused, spans
from rasad.importers.provisional import PROVISIONAL
from rasad.importers.tiktok_captured import captured_video
from rasad.importers.x_captured import as_v11, captured_post
from rasad.importers.x_posts import post_warnings
from rasad.schema import Item, Record

X, TIKTOK, INSTAGRAM = "twitter.com", "tiktok.com", "instagram.com"
THREADS, TRUTH = "threads.net", "truthsocial.com"

LATER = {"x.com": X, "threads.com": THREADS}
"""Names that platforms took on later."""

UNCHECKED = frozenset({INSTAGRAM, THREADS, TRUTH})
"""Platforms whose fields are not settled."""

NAMED_BY_ID = {TIKTOK: "TikTok", INSTAGRAM: "Instagram", THREADS: "Threads"}
"""Platforms of which other formats only have handles."""

NO_CAPTURE = "not of the form of this format"
UNREAD = "a platform that is not read: "
LONGEST_NAME = 40

LIST = (("*",),)
"""Where the captured posts are if a program has put all lines into one list."""

SUPPORT = (
    "It is an opportunistic capture of what somebody scrolled past: absence is not "
    "evidence, and how often a post appears says nothing."
)


class Capture(NamedTuple):
    """A captured post, apart from the visit in which it was seen.

    `seen_at` is when that was, in microseconds since 1970 UTC.
    """

    platform: str
    item: Item
    seen_at: int | None = None


Find = Callable[[Item], Capture | None]
"""Finds the captured post in a line, or None where there is none."""


def _truth_post(item: Item) -> Record | Reject:
    """Turn a status of Truth Social into a record, also one without an address."""
    status = item.value
    if platform_of(status) != TRUTH_PLATFORM:
        status = {**status, "url": f"https://{TRUTH_HOST}/"}
    return status_record(item._replace(value=status))


READERS: dict[str, Callable[[Item], Record | Reject]] = {
    X: captured_post,
    TIKTOK: captured_video,
    INSTAGRAM: instagram_post,
    THREADS: threads_post,
    TRUTH: _truth_post,
}
"""What turns a post of each platform into a record."""


def platform_name(stated: str | None) -> str:
    """Return how a platform is called here.

    Examples
    --------
    >>> platform_name("www.X.com"), platform_name(None)
    ('twitter.com', 'not stated')
    """
    name = (stated or "").strip().lower().removeprefix("www.")
    return LATER.get(name, name[:LONGEST_NAME]) or "not stated"


def capture_entries(head: Head, find: Find) -> Iterator[Entry]:
    """Yield one entry per line, without a preview of lines that cannot be taken apart.

    Such a line may begin with the address that the researcher visited.
    """
    paths = WHOLE if head.container == LINES else LIST
    for line, start, end, outcome in spans(head, paths):
        if isinstance(outcome, Item):
            found = find(outcome)
            taken = _taken(found) if found else Reject(NO_CAPTURE, "")
            yield Entry(line, start, end, taken)
        elif isinstance(outcome, Reject):
            hidden = Reject(outcome.reason, "", outcome.ends_early)
            yield Entry(line, start, end, hidden)
        else:
            yield Entry(line, start, end, outcome)


def _taken(capture: Capture) -> Record | Reject:
    reader = READERS.get(capture.platform)
    if reader is None:
        return refused(UNREAD + capture.platform, capture.item)
    try:
        record = reader(capture.item)
        if isinstance(record, Record):
            return replace(record, collected_at=capture.seen_at)
        return record
    except (LookupError, TypeError, ValueError, AttributeError):
        return refused(NO_CAPTURE, capture.item)


def found_in(head: Head, find: Find) -> list[Capture]:
    """Return the captured posts among the first items, for sniffing."""
    return [found for item in head.items if (found := find(item))]


def capture_warnings(captures: Sequence[Capture]) -> tuple[str, ...]:
    """Return sentences on the platforms, ids and times of the first posts."""
    seen = {capture.platform for capture in captures}
    said = _unread(captures)
    if seen & UNCHECKED:
        said = (PROVISIONAL, *said)
    if named := [name for host, name in NAMED_BY_ID.items() if host in seen]:
        said += (
            f"Accounts of {' and '.join(named)} are named by their ids; tables that "
            "have handles only name the same accounts differently.",
        )
    return said + _x_warnings(captures)


def _unread(captures: Sequence[Capture]) -> tuple[str, ...]:
    counts = Counter(one.platform for one in captures if one.platform not in READERS)
    if not counts:
        return ()
    return (
        f"{counts.total()} of the first {len(captures)} posts come from platforms that "
        f"are not read: {', '.join(sorted(counts))}.",
    )


def _x_warnings(captures: Sequence[Capture]) -> tuple[str, ...]:
    posts = [
        as_v11(one.item.value)
        for one in captures
        if one.platform == X and isinstance(one.item.value, Mapping)
    ]
    return post_warnings(
        ((id_at(post, "id_str"), text_at(post, "created_at")) for post in posts),
        {"rest_id": [number_at(post, "id_str") for post in posts]},
    )


def inside(around: Any, name: str) -> Mapping[str, Any] | None:
    """Return an object that stands in another."""
    found = member(around, name)
    return found if isinstance(found, Mapping) else None
