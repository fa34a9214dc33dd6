"""Tables that 4CAT exports, of whatever platform.

Repost targets are lost in them, authors may be pseudonyms, and one of two columns of
times may be in the zone of the server on which 4CAT ran.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rasad.extend import Entry, Head, Sniff
from rasad.importers.atproto import clock, clock_warnings, key_clock, uri_of
from rasad.importers.cells import clean_id, damage_warning, plain_names
from rasad.importers.fourcat_columns import REDACTED, WANTED, Row, is_hashed
from rasad.importers.fourcat_rows import (
    BLUESKY,
    INSTAGRAM,
    OTHER,
    TELEGRAM,
    THREADS,
    TIKTOK,
    TRUTH,
    X,
    record_of,
)
from rasad.importers.named import named_entries, sampled
from rasad.importers.times import TimeError, read_time
from rasad.importers.x_posts import FURTHEST_US, QUARTER_US, post_warnings
from rasad.schema import Record

CORE = ("id", "thread_id", "timestamp", "body")
AUTHORS = ("author", "account_username")
UNIX = "unix_timestamp"

MARKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (X, ("retweeted_user",)),
    (X, ("is_retweet", "is_quote_tweet")),
    (TIKTOK, ("diversification_labels",)),
    (TIKTOK, ("tiktok_url",)),
    (TIKTOK, ("is_comment_on_comment", "post_id")),
    (TELEGRAM, ("author_forwarded_from_name",)),
    (BLUESKY, ("replies_allowed",)),
    (THREADS, ("is_paid_partnership", "quotes")),
    (INSTAGRAM, ("num_likes", "num_media")),
    (INSTAGRAM, ("num_likes", "usertags")),
    (TRUTH, ("reblogs_count", "account_username")),
)
"""The columns that show a platform, the surest first."""

NO_TARGETS = (
    "4CAT's table does not say which post a repost repeats: reposts are compared by "
    "their text and author, which is weaker. Export NDJSON from 4CAT instead."
)
PSEUDONYMS = (
    "The authors are pseudonyms made with a secret of one export: they match inside of "
    "this file only, so do not put it into a case with another one."
)
NO_AUTHORS = "4CAT took the authors out: such posts cannot be imported."
UNKNOWN = (
    "The columns do not show the platform: accounts are kept apart from those of "
    "known platforms."
)
HANDLES = (
    "Accounts are named by handles, which people change: one account may appear as "
    "several."
)


class FourCatTable:
    """Reads the tables that 4CAT exports."""

    name = "fourcat_csv"
    title = "4CAT export (CSV)"
    support = (
        "It holds what 4CAT puts into columns: of a repost on X only the author and "
        "text of its original, weaker evidence than the id in the NDJSON export."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise the common core, and the platform by its own columns."""
        names = set(plain_names(head))
        author = next((name for name in AUTHORS if name in names), None)
        if not names.issuperset(CORE) or author is None:
            return None
        platform, marks = _platform(names)
        rows = [Row._make(cells) for cells in sampled(head, WANTED)]
        times = (UNIX,) if UNIX in names else ()
        return Sniff(
            importer=self.name,
            confidence=1.0 if marks or times else 0.8,
            evidence=(*CORE[:3], *times, CORE[3], author, *marks),
            warnings=(*_platform_warnings(platform, rows), *_warnings(platform, rows)),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per row."""
        platform, _ = _platform(set(plain_names(head)))

        def make(values: Sequence[str | None]) -> Record | str:
            return record_of(Row._make(values), platform)

        return named_entries(head, WANTED, make)


def _platform(names: set[str]) -> tuple[str, tuple[str, ...]]:
    """Return the platform of a table and the columns that show it."""
    found = (one for one in MARKS if names.issuperset(one[1]))
    return next(found, (OTHER, ()))


def _platform_warnings(platform: str, rows: Sequence[Row]) -> tuple[str, ...]:
    if platform == X:
        posts = ((clean_id(row.id), row.unix or row.stamp) for row in rows)
        ids = {"id": [row.id for row in rows]}
        return (NO_TARGETS, *post_warnings(posts, ids))
    if platform == BLUESKY:
        clocks = [[*key_clock(uri_of(row.id).key), *clock(row.created)] for row in rows]
        return clock_warnings(clocks)
    said = () if platform != OTHER else (UNKNOWN,)
    return (*said, *damage_warning("id", (row.id for row in rows)), *_zones(rows))


def _warnings(platform: str, rows: Sequence[Row]) -> tuple[str, ...]:
    """Return sentences on the authors."""
    names = [name for row in rows for name in (row.author_id, row.author) if name]
    said = damage_warning("author_id", (row.author_id for row in rows))
    if any(map(is_hashed, names)):
        said += (PSEUDONYMS,)
    if REDACTED in names:
        said += (NO_AUTHORS,)
    if platform != TELEGRAM and not any(row.author_id for row in rows):
        said += (HANDLES,)
    return said


# --- clocks --------------------------------------------------------------------------


def _zones(rows: Sequence[Row]) -> tuple[str, ...]:
    """Say which of the two columns of times is read, and where they disagree."""
    local = sum(_is_local(row) for row in rows)
    said: tuple[str, ...] = ()
    if local:
        said += (
            f"{local} of the first {len(rows)} rows only have a time without a zone, "
            "which 4CAT may have written in that of its server; it is read as UTC.",
        )
    hours = Counter(gap for row in rows if (gap := _gap(row)))
    for gap, count in hours.most_common(1):
        said += (
            f"In {count} of the first {len(rows)} rows the times in timestamp and "
            f"unix_timestamp lie {abs(gap) / 4:g} hours apart, as the zone of 4CAT's "
            "server makes them: unix_timestamp is taken; check one post whose time "
            "you know.",
        )
    return said


def _is_local(row: Row) -> bool:
    stated = not row.unix and not row.created and bool(row.stamp)
    return stated and not (row.stamp or "").replace(".", "").isdigit()


def _gap(row: Row) -> int:
    """Return by how many quarter hours the two times differ, 0 if by something else."""
    try:
        unix, stamp = read_time(row.unix or "")[0], read_time(row.stamp or "")[0]
    except TimeError:
        return 0
    quarters, rest = divmod(stamp - unix, QUARTER_US)
    return quarters if not rest and abs(stamp - unix) <= FURTHEST_US else 0
