"""DuckDB: pairs from a self-join with a range condition, grouped by pair.

With `slots`, time is cut into slots as long as the window, and a row meets the rows of
its own slot and of both neighbours: what someone who knows databases would write. With
`attributes`, an edge gets every column that Rasad's has; else the number of objects.
Each window of a ladder is a query of its own.
"""

from __future__ import annotations

import sys

from benchmarks.speed.drivers.database import connect
from benchmarks.speed.job import Job

COLUMNS = "account_id AS account, object_id AS thing, timestamp AS second"

BARE = "CREATE VIEW actions AS SELECT {columns} FROM read_parquet('{file}')"

NUMBERED = """
    CREATE TABLE actions AS
    SELECT {columns}, file_row_number AS post, row_number() OVER (
            PARTITION BY account_id, object_id ORDER BY timestamp, file_row_number
        ) = 1 AS first
    FROM read_parquet('{file}', file_row_number = true)
"""
"""Attributes need to know one post from another, and first actions."""

MEET = """
    SELECT x.account AS a, y.account AS b, x.thing AS thing {more}
    FROM {left} x JOIN {right} y
        ON x.thing = y.thing {slot} AND x.account < y.account {range}
"""

MORE = """
    , x.post AS post_a, y.post AS post_b, x.second AS second_a, y.second AS second_b,
    abs(x.second - y.second) AS gap,
    CASE WHEN x.first AND y.first THEN x.thing END AS first_thing
"""

SLOTTED = "(SELECT *, second // {window} AS slot FROM actions)"

SPREAD = """
    (SELECT *, unnest([second // {window} - 1, second // {window},
        second // {window} + 1]) AS slot FROM actions)
"""

COUNT = """
    SELECT a AS account_a, b AS account_b, count(*) AS n_objects
    FROM (SELECT DISTINCT a, b, thing FROM ({meet}))
    GROUP BY ALL HAVING n_objects >= {least}
"""
"""Faster here than count(DISTINCT thing)."""

ATTRIBUTES = """
    WITH near AS MATERIALIZED ({meet}), kept AS ({count}), chosen AS (
        SELECT near.* FROM near JOIN kept ON a = account_a AND b = account_b
    )
    SELECT a AS account_a, b AS account_b, count(DISTINCT thing) AS n_objects,
        count(DISTINCT first_thing) AS n_first,
        count(DISTINCT post_a) AS n_posts_a, count(DISTINCT post_b) AS n_posts_b,
        count(*) AS n_pairs, min(least(second_a, second_b)) AS first_at,
        max(greatest(second_a, second_b)) AS last_at, median(gap) AS median_gap_s,
        count(*) FILTER (second_a < second_b) AS n_a_first,
        count(*) FILTER (second_b < second_a) AS n_b_first
    FROM chosen GROUP BY ALL
"""
"""Edges first: most pairs meet once and need no median."""


def query(job: Job, window: int | None, slots: bool, attributes: bool) -> str:
    """Return the question about one window, or none, as SQL."""
    near = f"AND y.second BETWEEN x.second - {window} AND x.second + {window}"
    slots = slots and bool(window)
    meet = MEET.format(
        more=MORE if attributes else "",
        left=SLOTTED.format(window=window) if slots else "actions",
        right=SPREAD.format(window=window) if slots else "actions",
        slot="AND x.slot = y.slot" if slots else "",
        range=near if window is not None else "",
    )
    count = COUNT.format(
        meet="FROM near" if attributes else meet, least=job.min_objects
    )
    return ATTRIBUTES.format(meet=meet, count=count) if attributes else count


def main() -> None:
    """Answer the job in the first argument; the others are variants."""
    job, variants = Job.read(sys.argv[1]), sys.argv[2:]
    slots, attributes = "slots" in variants, "attributes" in variants
    with connect(job) as connection:
        actions = NUMBERED if attributes else BARE
        connection.execute(actions.format(columns=COLUMNS, file=job.actions))
        for name, window in zip(job.names, job.windows or (None,), strict=True):
            sql = query(job, window, slots, attributes)
            connection.execute(f"COPY ({sql}) TO '{job.edges(name)}'")


if __name__ == "__main__":
    main()
