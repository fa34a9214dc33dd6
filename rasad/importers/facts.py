"""From entries of a file to rows of the fact tables, in batches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pyarrow as pa

from rasad.extend import Entry, Reject, Trace
from rasad.schema import Record, columns

BATCH = 50_000
ARROW = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP": pa.timestamp("us"),
}
_encode = msgspec.json.Encoder().encode


@dataclass
class Batch:
    """Rows of the fact tables as columns, and what the spans added up to.

    `posts` and `actions` are not yet checked against what the case holds; an action
    carries the record it came from. `spans` counts bytes by header, blank and record.
    """

    posts: dict[str, list[Any]]
    accounts: dict[str, list[Any]]
    actions: dict[str, list[Any]]
    rejected: dict[str, list[Any]]
    spans: dict[str, int] = field(
        default_factory=lambda: {"header": 0, "blank": 0, "record": 0}
    )
    records: int = 0
    ends_early: bool = False

    @classmethod
    def empty(cls) -> Batch:
        """Return a batch without rows."""
        return cls(
            posts=_lists("post"),
            accounts=_lists("account"),
            actions=_lists("action") | {"record": []},
            rejected=_lists("rejected"),
        )

    def tables(self) -> dict[str, pa.Table]:
        """Return the rows of tables `post`, `account`, `action` and `rejected`."""
        rows = {
            "post": self.posts,
            "account": self.accounts,
            "action": self.actions,
            "rejected": self.rejected,
        }
        return {name: _arrow(name, lists) for name, lists in rows.items()}


def batches(
    entries: Iterable[Entry], source_id: str, traces: Mapping[str, Trace]
) -> Iterator[Batch]:
    """Turn the entries of one file into batches of rows.

    Parameters
    ----------
    entries : iterable of Entry
        What an importer yields.
    source_id : str
        SHA-256 of the file.
    traces : mapping of str to Trace
        The traces whose objects become actions.
    """
    batch = Batch.empty()
    for entry in entries:
        _account_for(batch, entry)
        if isinstance(entry.outcome, Record):
            _add_record(batch, entry, entry.outcome, source_id, traces)
        elif isinstance(entry.outcome, Reject):
            _add_reject(batch, entry, entry.outcome, source_id)
        if batch.records >= BATCH:
            yield batch
            batch = Batch.empty()
    yield batch


def record_hash(record: Record, post: str) -> str:
    """Return the hash that names a post version.

    What describes the account, and how exactly the time was written, is left out: a
    post does not change because its author was renamed.
    """
    content = (
        record.platform,
        post,
        record.account,
        record.kind,
        record.created_at,
        record.text,
        record.language,
        record.repost_of,
        record.repost_of_account,
        record.reply_to,
        record.quote_of,
        record.thread,
        record.community,
        record.client,
        record.truncated,
        record.links,
        record.hashtags,
        record.mentions,
        record.objects,
    )
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


def _arrow(table: str, lists: dict[str, list[Any]]) -> pa.Table:
    types = columns(table) | {"record": "VARCHAR"}
    return pa.table({k: pa.array(v, ARROW[types[k]]) for k, v in lists.items()})


def _lists(table: str) -> dict[str, list[Any]]:
    return {name: [] for name in columns(table)}


def _account_for(batch: Batch, entry: Entry) -> None:
    outcome = entry.outcome
    kind = outcome if isinstance(outcome, str) else "record"
    batch.records += kind == "record"
    if entry.byte_start is not None and entry.byte_end is not None:
        batch.spans[kind] += entry.byte_end - entry.byte_start


def _add_reject(batch: Batch, entry: Entry, reject: Reject, source_id: str) -> None:
    batch.ends_early |= reject.ends_early
    _append(
        batch.rejected,
        source_id=source_id,
        line=entry.line,
        byte_start=entry.byte_start,
        byte_end=entry.byte_end,
        reason=reject.reason,
        preview=safe_preview(reject.preview),
    )


def _add_record(
    batch: Batch,
    entry: Entry,
    record: Record,
    source_id: str,
    traces: Mapping[str, Trace],
) -> None:
    post = post_id(record)
    version = record_hash(record, post)
    _add_post(batch, entry, record, source_id, post, version)
    _add_account(batch, record, version)
    for name, trace in traces.items():
        for value in trace.objects(record):
            _append(
                batch.actions,
                account=record.account,
                verb=name,
                object=f"{name}:{value}",
                acted_at=record.created_at,
                post=post,
                precision=record.precision,
                record=version,
            )


def _add_post(
    batch: Batch,
    entry: Entry,
    record: Record,
    source_id: str,
    post: str,
    version: str,
) -> None:
    _append(
        batch.posts,
        post=post,
        platform=record.platform,
        account=record.account,
        kind=record.kind,
        created_at=record.created_at,
        precision=record.precision,
        text=record.text,
        language=record.language,
        repost_of=record.repost_of,
        reply_to=record.reply_to,
        quote_of=record.quote_of,
        thread=record.thread,
        community=record.community,
        client=record.client,
        truncated=record.truncated,
        source_id=source_id,
        line=entry.line,
        byte_start=entry.byte_start,
        byte_end=entry.byte_end,
        record=version,
    )


def _add_account(batch: Batch, record: Record, version: str) -> None:
    _append(
        batch.accounts,
        account=record.account,
        platform=record.platform,
        handle=record.handle,
        name=record.name,
        created_at=record.account_created_at,
        language=record.account_language,
        description=record.description,
        described_at=record.created_at,
        record=version,
    )


def _append(lists: dict[str, list[Any]], **values: Any) -> None:
    for name, value in values.items():
        lists[name].append(value)
