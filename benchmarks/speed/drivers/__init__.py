"""The engines: for each, the commands that answer a job.

An engine writes `edge_<window>.parquet` for every window, with at least `account_a`,
`account_b` and `n_objects`. Writing is part of what is timed, except for the toolkit,
whose result is its own database.
"""

from __future__ import annotations

import importlib.util
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

from benchmarks.speed.job import Job, Step, Steps, ours

PEERS = Path(sys.prefix, "peers")
"""Where `make bench` puts the other tools, apart from what Rasad runs with."""


@dataclass(frozen=True, kw_only=True)
class Driver:
    """How to put a job to an engine.

    `needs` are the packages without which it is left out; `exact` is false where only
    time and memory are of interest, because it has no edges. One that `compiles` does
    so at its first run, which is not the one to measure.
    """

    name: str
    title: str
    steps: Callable[[Job], Steps]
    needs: tuple[str, ...] = ()
    exact: bool = True
    compiles: bool = False

    @property
    def available(self) -> bool:
        """Tell whether its packages are installed."""
        return all(installed(name) for name in self.needs)


def installed(name: str) -> bool:
    """Tell whether a package can be imported, here or among the peers."""
    return bool(
        importlib.util.find_spec(name) or PathFinder.find_spec(name, [str(PEERS)])
    )


def script(module: str, *variant: str) -> Callable[[Job], Steps]:
    """Return the steps of an engine that is one module of this folder."""

    def steps(job: Job) -> Steps:
        command = ours(f"drivers.{module}", job.text(), *variant)
        return Steps([Step(module, command)])

    return steps


def rasad(command: str) -> Callable[[Job], Steps]:
    """Return the steps of Rasad, whose command may be that of another build."""

    def steps(job: Job) -> Steps:
        windows = ",".join(map(str, job.windows)) or "unlimited"
        columns = "account=account_id,object=object_id,time=timestamp"
        options = [job.actions, "--out", job.out, "--map", columns]
        options += ["--windows", windows, "--min-objects", str(job.min_objects)]
        options += ["--threads", str(job.threads), "--json"]
        if job.memory:
            options += ["--memory", job.memory]
        if job.max_pairs:
            options += ["--max-pairs", str(job.max_pairs)]
            options += ["--max-co-actions", str(job.max_pairs)]
        words = shlex.split(command) if command else [sys.executable, "-m", "rasad"]
        return Steps([Step("edges", [*words, "edges", *options])])

    return steps


def toolkit(job: Job) -> Steps:
    """Return the steps of the coordination network toolkit, by its own command."""
    table, base = (str(Path(job.out, name)) for name in ("toolkit.csv", "toolkit.db"))
    command = [sys.executable, "-m", "coordination_network_toolkit", base]
    question = ["--time_window", str(max(job.windows, default=0))]
    question += ["--min_edge_weight", str(job.min_objects)]
    question += ["--n_cpus", str(job.threads)]
    return Steps(
        before=[Step("write", ours("drivers.toolkit", job.text(), "write", table))],
        timed=[
            Step("read", [*command, "preprocess", table]),
            Step("edges", [*command, "compute", "co_retweet", *question]),
        ],
        after=[Step("take", ours("drivers.toolkit", job.text(), "take", base))],
    )


def drivers(rasad_command: str = "") -> dict[str, Driver]:
    """Return every engine by name."""
    found = (
        Driver(name="rasad", title="Rasad", steps=rasad(rasad_command), compiles=True),
        Driver(
            name="duckdb",
            title="DuckDB, self-join, all attributes",
            steps=script("duckdb_join", "attributes"),
        ),
        Driver(
            name="duckdb-count",
            title="DuckDB, self-join, counts only",
            steps=script("duckdb_join"),
        ),
        Driver(
            name="duckdb-slots",
            title="DuckDB, join on slots of time, all attributes",
            steps=script("duckdb_join", "slots", "attributes"),
        ),
        Driver(
            name="duckdb-slots-count",
            title="DuckDB, join on slots of time, counts only",
            steps=script("duckdb_join", "slots"),
        ),
        Driver(
            name="polars",
            title="Polars, join and filter, counts only",
            steps=script("polars_join"),
            needs=("polars",),
        ),
        Driver(
            name="polars-slots",
            title="Polars, join on slots of time, counts only",
            steps=script("polars_join", "slots"),
            needs=("polars",),
        ),
        Driver(
            name="pandas",
            title="pandas, merge and filter, counts only",
            steps=script("pandas_merge"),
            needs=("pandas",),
        ),
        Driver(
            name="toolkit",
            title="coordination network toolkit",
            steps=toolkit,
            needs=("coordination_network_toolkit", "twarc"),
        ),
        Driver(
            name="scipy",
            title="SciPy, B · Bᵀ by blocks, counts only",
            steps=script("scipy_product"),
        ),
        Driver(
            name="sort",
            title="DuckDB reads and sorts the file, rows thrown away",
            steps=script("duckdb_sort"),
            exact=False,
        ),
        Driver(
            name="sort-stored",
            title="DuckDB reads, sorts and stores the file",
            steps=script("duckdb_sort", "stored"),
            exact=False,
        ),
    )
    return {driver.name: driver for driver in found}
