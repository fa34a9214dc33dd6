"""Rows of the fact tables from records as columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rasad.extend import Trace
from rasad.importers.coverage import masks_in
from rasad.importers.described import newest
from rasad.importers.record_names import post_ids, record_hashes
from rasad.kernels.blake2b import DIGEST
from rasad.kernels.layout import hex_column
from rasad.schema import PRECISION_US, columns
from rasad.schema.record_columns import Columns

DESCRIBED = {
    "created_at": "account_created_at",
    "language": "account_language",
    "described_at": "created_at",
}
"""What a record calls those columns of table `account` that it has other names for."""

BETWEEN = pa.scalar(":", pa.string())
"""What stands between a trace and a value in the name of an object."""

ARROW = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP": pa.timestamp("us"),
}

Ints = NDArray[np.int64]


class Located(NamedTuple):
    """Records, and where each stands: line, first byte and byte after the last."""

    records: pa.RecordBatch
    line: pa.Array
    start: pa.Array
    end: pa.Array


def fact_tables(
    found: Located, source_id: str, traces: Mapping[str, Trace]
) -> dict[str, pa.Table]:
    """Return the rows of tables `post`, `account` and `action`, and what is stated.

    Parameters
    ----------
    found : Located
        Records of one file.
    source_id : str
        Its id.
    traces : mapping of str to Trace
        The traces whose objects become actions.

    Returns
    -------
    dict of str to pyarrow.Table
        Of posts that are the same the first is there, with what its repetitions add.
        An action carries the record it came from, and the place of its post. Of an
        account only descriptions are there that may be its newest. `stated` says of
        each post which fields its record holds.
    """
    every = Columns(found.records)
    names = post_ids(every)
    hashes = record_hashes(every, names)
    versions = hex_column(hashes)
    accounts = _accounts(found.records, versions)
    first = _first(hashes)
    if len(first) < len(names):
        rows = pa.array(first)
        found = Located(*(column.take(rows) for column in found))
        found = found._replace(records=_with_repetitions(found, every, hashes, first))
        names, versions = names.take(rows), versions.take(rows)
    posts = _posts(found, names, versions, source_id)
    stated = {"record": versions, "stated": masks_in(found.records)}
    return {
        "post": posts,
        "account": accounts,
        "action": _actions(Columns(found.records), posts, traces),
        "stated": pa.table(stated),
    }


def _first(hashes: bytes) -> Ints:
    """Return where each version comes first, ascending."""
    halves = np.frombuffer(hashes, np.uint64).reshape(-1, DIGEST // 8)
    if len(np.unique(halves[:, 0])) == len(halves):
        return np.arange(len(halves))
    seen: dict[bytes, int] = {}
    for row, version in enumerate(_split(hashes)):
        seen.setdefault(version, row)
    return np.array(list(seen.values()), np.int64)


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + DIGEST] for at in range(0, len(hashes), DIGEST)]


def _with_repetitions(
    found: Located, every: Columns, hashes: bytes, first: Ints
) -> pa.RecordBatch:
    """Return the first record of each version, with what its repetitions add.

    That is what makes no version of its own: how exactly the time is known, and when
    the post was last seen so.
    """
    versions = _split(hashes)
    places = {versions[row]: place for place, row in enumerate(first.tolist())}
    precisions = found.records["precision"].to_pylist()
    collected = found.records["collected_at"].to_pylist()
    told = (every.table[name].to_pylist() for name in ("precision", "collected_at"))
    for version, precision, seen in zip(versions, *told, strict=True):
        at = places[version]
        precisions[at] = min(precisions[at], precision, key=PRECISION_US.__getitem__)
        collected[at] = max(filter(None, (collected[at], seen)), default=None)
    changed = {
        "precision": pa.array(precisions, pa.string()),
        "collected_at": pa.array(collected, pa.int64()),
    }
    names = found.records.schema.names
    return pa.RecordBatch.from_arrays(
        [changed.get(name, found.records[name]) for name in names],
        schema=found.records.schema,
    )


def as_table(table: str, values: Mapping[str, Any]) -> pa.Table:
    """Return columns of Python values, or of Arrow arrays, as a table has them.

    Those with a dictionary stay what they are.
    """
    types = columns(table) | {"record": "VARCHAR", "place": "BIGINT"}
    return pa.table(
        {name: _as(ARROW[types[name]], column) for name, column in values.items()}
    )


def _as(kind: pa.DataType, column: Any) -> pa.Array:
    if not isinstance(column, pa.Array):
        return pa.array(column, kind)
    is_it = column.type == kind or pa.types.is_dictionary(column.type)
    return column if is_it else column.cast(kind)


def _posts(
    found: Located, names: pa.Array, versions: pa.Array, source_id: str
) -> pa.Table:
    held = {
        "post": names,
        "record": versions,
        "source_id": pa.repeat(source_id, len(names)),
        "line": found.line,
        "byte_start": found.start,
        "byte_end": found.end,
    }
    wanted = [name for name in columns("post") if name != "current"]
    return as_table(
        "post",
        {name: held[name] if name in held else found.records[name] for name in wanted},
    )


def _accounts(records: pa.RecordBatch, versions: pa.Array) -> pa.Table:
    """Return the rows of table `account`; older ones than the newest are left out."""
    rows = pa.array(newest(records["account"], records["created_at"]))
    return as_table(
        "account",
        {
            name: versions.take(rows)
            if name == "record"
            else records[DESCRIBED.get(name, name)].take(rows)
            for name in columns("account")
        },
    )


def _actions(
    records: Columns, posts: pa.Table, traces: Mapping[str, Trace]
) -> pa.Table:
    """Return the rows of table `action`; each repeats columns of its post."""
    rows: list[Ints] = [np.empty(0, np.int64)]
    objects = [pa.array([], pa.string())]
    for name, trace in traces.items():
        row, value = _shared(records, trace)
        verb = pa.scalar(name, pa.string())
        rows.append(row)
        objects.append(pc.binary_join_element_wise(verb, value, BETWEEN))
    # Values that many rows repeat stand once, and each row says which it has.
    verbs = np.repeat(np.arange(len(traces)), [len(row) for row in rows[1:]])
    places = np.concatenate(rows)
    of_post = pa.array(places, pa.int32())
    repeated = {
        name: pa.DictionaryArray.from_arrays(of_post, posts[name].combine_chunks())
        for name in ("account", "post", "precision", "record")
    }
    return as_table(
        "action",
        repeated
        | {
            "verb": pa.DictionaryArray.from_arrays(
                pa.array(verbs, pa.int8()), pa.array([*traces], pa.string())
            ),
            "object": pa.concat_arrays(objects),
            "acted_at": posts["created_at"].combine_chunks().take(of_post),
            "place": pa.array(places),
        },
    )


def _shared(records: Columns, trace: Trace) -> tuple[Ints, pa.Array]:
    """Return the values that posts share, and the place of each one's post.

    A trace that knows nothing of columns is shown the records one by one.
    """
    of_columns = None if records.are_few else getattr(trace, "shared", None)
    if of_columns:
        row, value = of_columns(records)
        return row, value
    found = [
        (row, value)
        for row, record in enumerate(records.records)
        if record.kind in trace.kinds
        for value in trace.objects(record)
    ]
    rows = np.array([row for row, _ in found], np.int64)
    return rows, pa.array([value for _, value in found], pa.string())
