"""Files that were left out of an import, in the journal and in the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from rasad.store.journal import Journal
from rasad.store.sql import Step

if TYPE_CHECKING:
    from rasad.store.duckdb import DuckDBStore

EVENT = "left_out"
"""The event in the journal, and the table."""

LISTED = "SELECT name, bytes, reason FROM left_out ORDER BY name, reason"

Row = dict[str, Any]


def keep_left_out(store: DuckDBStore, journal: Journal, rows: Iterable[Row]) -> None:
    """Write down files that were left out; what is known already is not repeated.

    Parameters
    ----------
    store : DuckDBStore
        The tables of the case.
    journal : Journal
        Of the same case; it hears of them first.
    rows : iterable of dict
        Rows of table `left_out`.
    """
    known = {_key(row) for row in store.rows(LISTED)}
    new = {_key(row): row for row in rows if _key(row) not in known}
    if new:
        told = [new[key] for key in sorted(new)]
        journal.append(EVENT, {EVENT: told})
        _insert(store, told)


def restore_left_out(store: DuckDBStore, entries: Sequence[Mapping[str, Any]]) -> None:
    """Bring the table to what the journal says.

    Parameters
    ----------
    store : DuckDBStore
        The tables of the case.
    entries : sequence of dict
        Entries of its journal.
    """
    bodies = (entry["body"] for entry in entries if entry["event"] == EVENT)
    told = {_key(row): row for body in bodies for row in body[EVENT]}
    held = {_key(row) for row in store.rows(LISTED)}
    if held != told.keys():
        store.run(Step(name="empty left_out", sql="DELETE FROM left_out"))
        _insert(store, [told[key] for key in sorted(told)])


def _insert(store: DuckDBStore, rows: list[Row]) -> None:
    if rows:
        columns = {name: [row[name] for row in rows] for name in ("name", "reason")}
        sizes = pa.array([row["bytes"] for row in rows], pa.int64())
        store.insert(EVENT, pa.table({**columns, "bytes": sizes}))


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["name"], row["reason"]
