"""Polars: join the actions with themselves on the object, filter, count.

`join_asof` finds one partner per action and so cannot answer; `join_where` gives the
same plan as a join and a filter. With `slots` the join is on the object and a slot of
time, as in DuckDB's variant. The streaming engine is used.
"""

from __future__ import annotations

import sys
from typing import Any

import polars as pl

from benchmarks.speed.job import Job


def pairs(actions: Any, window: int | None, slots: bool) -> Any:
    """Return account, account and object for each pair inside the window."""
    on = ["thing"]
    left = right = actions
    if slots and window:
        on = ["thing", "slot"]
        slot = pl.col("second") // window
        left = actions.with_columns(slot=slot)
        moved = [actions.with_columns(slot=slot + step) for step in (-1, 0, 1)]
        right = pl.concat(moved)
    met = left.join(right, on=on, suffix="_b").filter(
        pl.col("account") < pl.col("account_b")
    )
    if window is not None:
        met = met.filter((pl.col("second") - pl.col("second_b")).abs() <= window)
    return met.select("account", "account_b", "thing")


def main() -> None:
    """Answer the job in the first argument."""
    job, slots = Job.read(sys.argv[1]), "slots" in sys.argv[2:]
    actions = pl.scan_parquet(job.actions).select(
        account="account_id", thing="object_id", second="timestamp"
    )
    for name, window in zip(job.names, job.windows or (None,), strict=True):
        edges = (
            pairs(actions, window, slots)
            .unique()
            .group_by("account", "account_b")
            .agg(n_objects=pl.len())
            .filter(pl.col("n_objects") >= job.min_objects)
            .rename({"account": "account_a"})
        )
        edges.collect(engine="streaming").write_parquet(job.edges(name))


if __name__ == "__main__":
    main()
