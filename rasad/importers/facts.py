"""From entries of a file to rows of the fact tables, in batches."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import msgspec
import pyarrow as pa

from rasad.extend import Entry, Reject, Trace
from rasad.schema import KINDS, Record, columns

BATCH = 50_000
ARROW = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP": pa.timestamp("us"),
}
DESCRIBED = {
    "created_at": "account_created_at",
    "language": "account_language",
    "described_at": "created_at",
}
"""What a record calls those columns of table `account` that it has other names for."""

Place = tuple[int, int | None, int | None]

_content = attrgetter(
    *("account", "kind", "created_at", "text", "language"),
    *("repost_of", "repost_of_account", "reply_to", "quote_of", "thread"),
    *("community", "client", "truncated"),
    *("links", "hashtags", "mentions", "objects"),
)
_encode = msgspec.json.Encoder().encode


@dataclass
class Batch:
    """Records that were read, rejects as columns, and what the spans added up to.

    `places` are line, first byte and byte after the last of each record in `made`.
    `spans` counts bytes by header, blank and record.
    """

    made: list[Record] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    rejected: dict[str, list[Any]] = field(
        default_factory=lambda: {name: [] for name in columns("rejected")}
    )
    spans: dict[str, int] = field(
        default_factory=lambda: {"header": 0, "blank": 0, "record": 0}
    )
    records: int = 0
    ends_early: bool = False

    def tables(
        self, source_id: str, traces: Mapping[str, Trace]
    ) -> dict[str, pa.Table]:
        """Return the rows of tables `post`, `account`, `action` and `rejected`.

        Posts and actions are not yet checked against what the case holds; of posts that
        are the same the first is there. An action carries the record it came from. Of
        an account only those descriptions are there that may be its newest.

        Parameters
        ----------
        source_id : str
            Id of the file.
        traces : mapping of str to Trace
            The traces whose objects become actions.
        """
        names = list(map(post_id, self.made))
        versions = list(map(record_hash, self.made, names))
        first = _first(versions)
        made = [self.made[row] for row in first]
        posts = _posts(
            made,
            {
                "post": [names[row] for row in first],
                "record": [versions[row] for row in first],
                **_places([self.places[row] for row in first]),
            },
            source_id,
        )
        rejected = {"source_id": [source_id] * len(self.rejected["line"])}
        return {
            "post": posts,
            "account": _accounts(self.made, versions),
            "action": _actions(made, posts, traces),
            "rejected": _arrow("rejected", self.rejected | rejected),
        }


def batches(entries: Iterable[Entry]) -> Iterator[Batch]:
    """Gather the entries of one file into batches.

    Parameters
    ----------
    entries : iterable of Entry
        What an importer yields.
    """
    batch = Batch()
    for entry in entries:
        outcome, start, end = entry.outcome, entry.byte_start, entry.byte_end
        kind = outcome if isinstance(outcome, str) else "record"
        if start is not None and end is not None:
            batch.spans[kind] += end - start
        if kind != "record":
            continue
        batch.records += 1
        if isinstance(outcome, Record):
            batch.made.append(outcome)
            batch.places.append((entry.line, start, end))
        elif isinstance(outcome, Reject):
            _add_reject(batch, entry, outcome)
        if batch.records >= BATCH:
            yield batch
            batch = Batch()
    yield batch


def record_hash(record: Record, post: str) -> str:
    """Return the hash that names a post version.

    What describes the account, and how exactly the time was written, is left out: a
    post does not change because its author was renamed.
    """
    content = (record.platform, post, *_content(record))
    # Files that state no sites are the same records as before sites could be stated.
    return _digest(content if record.sites is None else (*content, record.sites))


def post_id(record: Record) -> str:
    """Return the native id, or a hash where the file has none."""
    if record.post:
        return record.post
    return _digest(
        (
            record.platform,
            record.account,
            record.raw_time,
            record.kind,
            record.text,
            record.objects,
        )
    )


def safe_preview(raw: str, length: int = 120) -> str:
    """Return the start of a raw record with every control character made visible.

    Examples
    --------
    >>> safe_preview("a" + chr(27) + "[31m")
    'a⟦U+001B⟧[31m'
    """
    shown = "".join(
        char if char.isprintable() else f"⟦U+{ord(char):04X}⟧" for char in raw[:length]
    )
    return shown + ("…" if len(raw) > length else "")


def _digest(content: tuple[Any, ...]) -> str:
    return hashlib.blake2b(_encode(content), digest_size=16).hexdigest()


def _arrow(table: str, lists: Mapping[str, Any]) -> pa.Table:
    """Return columns of Python values, or of Arrow arrays, as the table has them."""
    types = columns(table) | {"record": "VARCHAR"}
    return pa.table(
        {
            name: values
            if isinstance(values, pa.Array)
            else pa.array(values, ARROW[types[name]])
            for name, values in lists.items()
        }
    )


def _add_reject(batch: Batch, entry: Entry, reject: Reject) -> None:
    batch.ends_early |= reject.ends_early
    lists = batch.rejected
    lists["line"].append(entry.line)
    lists["byte_start"].append(entry.byte_start)
    lists["byte_end"].append(entry.byte_end)
    lists["reason"].append(reject.reason)
    lists["preview"].append(safe_preview(reject.preview))


def _first(versions: list[str]) -> list[int]:
    """Return where each version comes first."""
    rows: dict[str, int] = {}
    for row, version in enumerate(versions):
        rows.setdefault(version, row)
    return list(rows.values())


def _places(places: list[Place]) -> dict[str, tuple[int | None, ...]]:
    lines, starts, ends = zip(*places, strict=True) if places else ((), (), ())
    return {"line": lines, "byte_start": starts, "byte_end": ends}


def _posts(made: list[Record], apart: Mapping[str, Any], source_id: str) -> pa.Table:
    """Return the rows of table `post`; `apart` are columns that no record holds."""
    source = pa.repeat(source_id, len(made))
    held = {"source_id": source, **apart}
    return _arrow(
        "post",
        {
            name: held[name] if name in held else list(map(attrgetter(name), made))
            for name in columns("post")
        },
    )


def _accounts(made: list[Record], versions: list[str]) -> pa.Table:
    """Return the rows of table `account`; older ones than the newest are left out.

    A version says nothing of how its author is described, so there may be several.
    """
    newest: dict[str, tuple[tuple[int, str], list[Record]]] = {}
    for record, version in zip(made, versions, strict=True):
        when = record.created_at, version
        known = newest.get(record.account)
        if known is None or when > known[0]:
            newest[record.account] = when, [record]
        elif when == known[0]:
            known[1].append(record)
    kept = [(one, when[1]) for when, ones in newest.values() for one in ones]
    return _arrow(
        "account",
        {
            name: [version for _, version in kept]
            if name == "record"
            else [getattr(one, DESCRIBED.get(name, name)) for one, _ in kept]
            for name in columns("account")
        },
    )


def _actions(
    made: list[Record], posts: pa.Table, traces: Mapping[str, Trace]
) -> pa.Table:
    """Return the rows of table `action`; each repeats columns of its post."""
    feeds = {
        kind: [
            (name, f"{name}:", trace.objects)
            for name, trace in traces.items()
            if kind in trace.kinds
        ]
        for kind in KINDS
    }
    rows, verbs, objects = array("q"), [], []
    for row, record in enumerate(made):
        for name, prefix, find in feeds[record.kind]:
            for value in find(record):
                rows.append(row)
                verbs.append(name)
                objects.append(prefix + value)
    places = pa.Array.from_buffers(pa.int64(), len(rows), [None, pa.py_buffer(rows)])
    repeated = ("account", "created_at", "post", "precision", "record")
    account, acted_at, post, precision, record = (
        posts[name].combine_chunks().take(places) for name in repeated
    )
    return _arrow(
        "action",
        {
            "account": account,
            "verb": verbs,
            "object": objects,
            "acted_at": acted_at,
            "post": post,
            "precision": precision,
            "record": record,
        },
    )
