"""What a store holds: an overview of it, and the part that was computed."""

from __future__ import annotations

from typing import Any

from rasad.schema import TABLES
from rasad.store.left_out import LISTED
from rasad.store.sql import Step, Store, quote

DERIVED = [
    name
    for name, table in TABLES.items()
    if table.TIER != "facts" and name not in ("judgement", "outage")
]
"""Tables that follow from facts and settings, and are computed anew when these change.
"""


def contents(store: Store) -> dict[str, Any]:
    """Return sources, files left out, the rows by table, the run and the groups.

    Examples
    --------
    >>> from rasad.store.duckdb import DuckDBStore
    >>> with DuckDBStore(None) as store:
    ...     contents(store)["tables"][0]
    {'table': 'source', 'rows': 0}
    """
    rows = store.rows
    counts = [
        {"table": table, **rows(f"SELECT count(*) AS rows FROM {quote(table)}")[0]}
        for table in TABLES
    ]
    return {
        "sources": rows("SELECT * FROM source ORDER BY source_id"),
        "left_out": rows(LISTED),
        "tables": counts,
        "runs": rows("SELECT * FROM run"),
        "groups": rows("SELECT * FROM grp ORDER BY rank"),
    }


def empty_derived(store: Store) -> None:
    """Delete all that was computed; what it was computed from has changed."""
    for table in DERIVED:
        store.run(Step(name=f"empty {table}", sql=f"DELETE FROM {quote(table)}"))
