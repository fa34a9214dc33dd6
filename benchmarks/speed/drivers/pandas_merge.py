"""pandas: merge the actions with themselves on the object, filter, count.

This is what a first script does. Every pair on an object is made before the filter.
"""

from __future__ import annotations

import sys
from typing import Any

import pandas as pd

from benchmarks.speed.job import Job


def counted(actions: Any, window: int | None, least: int) -> Any:
    """Return the edges of one window."""
    met = actions.merge(actions, on="object_id")
    met = met[met.account_id_x < met.account_id_y]
    if window is not None:
        met = met[(met.timestamp_x - met.timestamp_y).abs() <= window]
    pair = ["account_id_x", "account_id_y"]
    counts = met.groupby(pair).object_id.nunique()
    kept = counts[counts >= least].reset_index()
    return kept.set_axis(["account_a", "account_b", "n_objects"], axis=1)


def main() -> None:
    """Answer the job in the first argument."""
    job = Job.read(sys.argv[1])
    actions = pd.read_parquet(job.actions)
    for name, window in zip(job.names, job.windows or (None,), strict=True):
        counted(actions, window, job.min_objects).to_parquet(job.edges(name))


if __name__ == "__main__":
    main()
