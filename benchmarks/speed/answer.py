"""Read the edges an engine wrote: how many, their sum, and digests to compare.

Accounts are compared as text, because engines hold them in different types; a pair
counts the same in either order. Digests do not depend on the order of rows.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import duckdb

from benchmarks.speed.job import Job

TURNED = {
    "n_posts_a": "n_posts_b",
    "n_posts_b": "n_posts_a",
    "n_a_first": "n_b_first",
    "n_b_first": "n_a_first",
}
"""Columns that change places when the accounts of a pair do."""

COUNTS = ("n_first", "n_posts_a", "n_posts_b", "n_pairs", "n_a_first", "n_b_first")

SUMMARY = """
    WITH edge AS (
        SELECT *, account_a::VARCHAR AS x, account_b::VARCHAR AS y, x > y AS turned
        FROM read_parquet('{path}')
    )
    SELECT count(*) AS edges, coalesce(sum(n_objects), 0)::BIGINT AS sum_objects,
        bit_xor(hash(least(x, y), greatest(x, y), n_objects::BIGINT)) AS digest,
        {attributes} AS attributes
    FROM edge
"""


def summary(path: str) -> dict[str, Any]:
    """Return what all engines must agree on; no digest of attributes without them."""
    with duckdb.connect() as connection:
        edges = connection.read_parquet(path)
        attributes = "NULL"
        if "n_pairs" in edges.columns:
            types = dict(zip(edges.columns, map(str, edges.types), strict=True))
            attributes = f"bit_xor(hash(least(x, y), greatest(x, y), {values(types)}))"
        sql = SUMMARY.format(path=path, attributes=attributes)
        names = ("edges", "sum_objects", "digest", "attributes")
        row = connection.execute(sql).fetchall()[0]
    found = dict(zip(names, row, strict=True))
    # JSON has no whole numbers this large.
    return {**found, "digest": str(row[2]), "attributes": row[3] and str(row[3])}


def values(types: dict[str, str]) -> str:
    """Return the attributes of an edge as SQL, in the order of the accounts' text."""
    counts = [
        f"(CASE WHEN turned THEN {TURNED.get(name, name)} ELSE {name} END)::BIGINT"
        for name in COUNTS
    ]
    moments = [
        f"epoch({name})::BIGINT"
        if types[name].startswith("TIME")
        else f"{name}::BIGINT"
        for name in ("first_at", "last_at")
    ]
    return ", ".join([*counts, *moments, "round(median_gap_s * 10)::BIGINT"])


def main() -> None:
    """Print what the edges of the job in the first argument are, by window."""
    job = Job.read(sys.argv[1])
    print(json.dumps({name: summary(str(job.edges(name))) for name in job.names}))


if __name__ == "__main__":
    main()
