"""Hashes that name posts and their versions, for whole columns of records.

`rasad.importers.identity` says what they are, record by record; these are the same.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rasad.importers.identity import post_id, record_hash
from rasad.importers.json_rows import JsonRows
from rasad.kernels.blake2b import digests
from rasad.kernels.layout import hex_column, is_known
from rasad.schema.record_columns import Columns

ALWAYS = (
    *("account", "kind", "created_at", "text", "language"),
    *("repost_of", "repost_of_account", "reply_to", "quote_of", "thread"),
    *("community", "client", "truncated"),
    *("links", "hashtags", "mentions", "objects"),
)
"""What every version is told by, beside platform and post."""

TOGETHER = 1 << 12
"""Records whose texts are written at once: they stay in the memory that is near."""

WITHOUT_ID = ("platform", "account", "raw_time", "kind", "text", "objects")
"""What a post is told by that has no id."""


def post_ids(columns: Columns) -> pa.Array:
    """Return the native id of each post, or a hash where the file has none."""
    if columns.are_few:
        return pa.array([*map(post_id, columns.records)], pa.string())
    ids = columns.table["post"]
    missing = pc.fill_null(pc.equal(ids, ""), True)
    rows = pc.indices_nonzero(missing)
    if len(rows) == 0:
        return ids
    some = columns.table.select(list(WITHOUT_ID)).take(rows)
    json = JsonRows(len(rows))
    json.sequence(some.columns)
    return pc.replace_with_mask(ids, missing, hex_column(digests(json.texts())))


def record_hashes(columns: Columns, posts: pa.Array) -> bytes:
    """Return the hash that names each post version, one after another.

    Parameters
    ----------
    columns : Columns
        Records.
    posts : pyarrow.Array
        What `post_ids` returned.
    """
    if columns.are_few:
        named = zip(columns.records, posts.to_pylist(), strict=True)
        return bytes.fromhex("".join([record_hash(*one) for one in named]))
    return b"".join(
        _hashes(columns.table.slice(begin, TOGETHER), posts.slice(begin, TOGETHER))
        for begin in range(0, len(columns), TOGETHER)
    )


def _hashes(table: pa.RecordBatch, posts: pa.Array) -> bytes:
    json = JsonRows(len(posts))
    for number, column in enumerate([table["platform"], posts, *_always(table)]):
        json.same(b"," if number else b"[")
        json.column(column)
    _add_sites(json, table)
    _add_edits(json, table)
    json.same(b"]")
    return digests(json.texts())


def _always(table: pa.RecordBatch) -> list[pa.Array]:
    return [table[name] for name in ALWAYS]


def _add_sites(json: JsonRows, table: pa.RecordBatch) -> None:
    """Add what came later: files without it are the same records as before."""
    sites = table["sites"]
    if sites.null_count < len(sites):
        json.optional(b",", [sites], b"", is_known(sites))


def _add_edits(json: JsonRows, table: pa.RecordBatch) -> None:
    edits = [table["edition"], table["edited_at"]]
    told = is_known(edits[0]) | is_known(edits[1])
    if np.any(told):
        json.optional(b',{"edit":[', edits, b"]}", told)
