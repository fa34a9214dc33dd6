"""Time exact co-actions against the same question put to DuckDB as a self-join.

Both get the same arrays in memory and must return the same numbers; each runs in a
process of its own, so that the peak of its memory is its own. Times mean little on
another machine, their ratio more.

    python benchmarks/speed/coaction.py --actions 300000
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from time import perf_counter
from typing import Any, NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray

from rasad.network.coaction import (
    Actions,
    Coactions,
    count_coactions,
    sort_actions,
)

SECOND = 1_000_000
DAYS = 30
NO_LIMIT = 1 << 62


class Profile(NamedTuple):
    """How popular objects are and how long they are used.

    `objects` per action, Zipf exponent, share of the largest object, median seconds
    after an object's first action, whether an account uses an object once only.
    """

    objects: float
    exponent: float
    largest: float
    median_s: float
    once: bool


PROFILES = {
    "repost": Profile(0.25, 0.85, 1.5e-3, 3600.0, True),
    "hashtag": Profile(0.02, 1.0, 8e-3, 6 * 3600.0, False),
}

JOIN = """
    WITH near AS (
        SELECT x.account AS a, y.account AS b, x.object AS object, x.post AS post_a,
            y.post AS post_b, x.time_us AS time_a, y.time_us AS time_b,
            abs(x.time_us - y.time_us) AS gap,
            CASE WHEN x.first AND y.first AND x.unit = y.unit THEN x.unit END AS unit
        FROM actions x JOIN actions y
            ON x.object = y.object AND x.account < y.account
            AND y.time_us BETWEEN x.time_us - $longest AND x.time_us + $longest
    )
    SELECT window_s, a, b, count(DISTINCT object) AS n_objects,
        count(DISTINCT unit) AS n_first, count(DISTINCT post_a) AS n_posts_a,
        count(DISTINCT post_b) AS n_posts_b, count(*) AS n_pairs,
        min(least(time_a, time_b)) AS first_us,
        max(greatest(time_a, time_b)) AS last_us,
        median(gap) AS median_gap_us, count(*) FILTER (time_a < time_b) AS n_a_first,
        count(*) FILTER (time_b < time_a) AS n_b_first
    FROM near JOIN (SELECT unnest($windows) AS window_s)
        ON gap <= window_s::BIGINT * 1000000
    GROUP BY ALL
"""

SUMS = ("n_objects", "n_first", "n_posts_a", "n_posts_b", "n_pairs", "n_a_first")


def popularity(n: int, profile: Profile, rng: np.random.Generator) -> NDArray[Any]:
    """Draw the size of each object from a Zipf-Mandelbrot law; they sum to about n."""
    rank = np.arange(int(n * profile.objects))
    low, high = 1e-3, float(len(rank))
    for _ in range(60):
        shift = (low * high) ** 0.5
        weight = (rank + shift) ** -profile.exponent
        share = weight[0] / weight.sum()
        low, high = (shift, high) if share > profile.largest else (low, shift)
    return np.asarray(rng.poisson(weight * (n / weight.sum())))


def make_actions(n: int, profile: Profile, seed: int = 7) -> Actions:
    """Make actions: cascades with heavy-tailed delays, echoes, and uneven accounts."""
    rng = np.random.default_rng(seed)
    sizes = popularity(n, profile, rng)
    thing = np.repeat(np.arange(len(sizes)), sizes)
    total = len(thing)
    n_accounts = max(n // 6, 2)
    account = (n_accounts * rng.random(total) ** 3).astype(np.int64)
    begin = rng.uniform(0, DAYS * 86_400, len(sizes))
    pace = profile.median_s * np.exp(rng.normal(0, 1, len(sizes)))
    second = begin[thing] + pace[thing] * np.exp(rng.normal(0, 1.6, total))
    echo = np.flatnonzero(rng.random(total) < 0.15)
    first = np.cumsum(sizes) - sizes
    source = first[thing[echo]] + (rng.random(len(echo)) * sizes[thing[echo]])
    delay = rng.exponential(25, len(echo))
    second[echo] = second[source.astype(np.int64)] + delay
    kept = np.arange(total)
    if profile.once:
        key = account * len(sizes) + thing
        kept = np.sort(np.unique(key, return_index=True)[1])
    time_us = second[kept].astype(np.int64) * SECOND
    post = np.arange(len(kept))
    return sort_actions(account[kept], thing[kept], time_us, post, False)


def run_rasad(actions: Actions, windows: list[int], threads: int) -> dict[str, Any]:
    """Time the kernel; compiling happens before."""
    n = int(actions.account.max()) + 1
    eligible, hashes = np.ones(n, np.bool_), np.zeros(n, np.uint64)

    def count(rows: Actions) -> Coactions:
        return count_coactions(
            rows,
            windows,
            eligible=eligible,
            account_hash=hashes,
            threads=threads,
            max_untested_pairs=NO_LIMIT,
            max_pairs=NO_LIMIT,
        )

    count(actions.kept(actions.object < 2))
    begin = perf_counter()
    found = count(actions)
    seconds = perf_counter() - begin
    columns = {name: getattr(found, name) for name in SUMS}
    sums = {name: int(c.sum(dtype=np.int64)) for name, c in columns.items()}
    sums["median_gap_us"] = int(found.median_gap_us.sum())
    pairs = int(found.gap_counts.sum())
    return {"seconds": seconds, "edges": len(found), "sums": sums, "co_actions": pairs}


def run_duckdb(actions: Actions, windows: list[int], threads: int) -> dict[str, Any]:
    """Time the self-join with a range condition, grouped by pair and window."""
    import pyarrow as pa

    names = ("account", "object", "time_us", "post", "unit", "first")
    table = pa.table({name: getattr(actions, name) for name in names})
    with duckdb.connect(config={"threads": threads}) as connection:
        connection.register("lent", table)
        connection.execute("CREATE TABLE actions AS SELECT * FROM lent")
        values = {"longest": windows[-1] * SECOND, "windows": windows}
        begin = perf_counter()
        connection.execute(f"CREATE TABLE edges AS {JOIN}", values)  # noqa: S608 - ours
        seconds = perf_counter() - begin
        columns = ", ".join(f"sum({name})::BIGINT" for name in (*SUMS, "median_gap_us"))
        query = f"SELECT count(*), {columns} FROM edges"  # noqa: S608 - names above
        edges, *sums = connection.execute(query).fetchall()[0]
    named = dict(zip((*SUMS, "median_gap_us"), sums, strict=True))
    return {"seconds": seconds, "edges": edges, "sums": named}


def measure(options: argparse.Namespace) -> None:
    """Run one engine in this process and print what it took as JSON."""
    actions = make_actions(options.actions, PROFILES[options.profile])
    run = {"rasad": run_rasad, "duckdb": run_duckdb}[options.engine]
    result = run(actions, options.windows, options.threads)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({**result, "n_actions": len(actions), "peak_mib": peak // 1024}))


def in_own_process(options: argparse.Namespace, profile: str, engine: str) -> Any:
    """Measure one engine in a process of its own."""
    command = [sys.executable, __file__, "--engine", engine, "--profile", profile]
    command += ["--actions", str(options.actions), "--threads", str(options.threads)]
    command += ["--windows", *map(str, options.windows)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def compare(options: argparse.Namespace) -> None:
    """Print one line per profile and engine; the numbers must agree."""
    print(f"windows {options.windows} s, {options.threads} threads")
    print("profile    engine     actions  co-actions       edges  seconds  per M   MiB")
    for profile in options.profiles:
        results = {e: in_own_process(options, profile, e) for e in options.engines}
        millions = results["rasad"]["co_actions"] / 1e6
        for engine, r in results.items():
            print(
                f"{profile:10} {engine:8} {r['n_actions']:>9,} {millions * 1e6:>11,.0f}"
                f" {r['edges']:>11,} {r['seconds']:>8.2f}"
                f" {r['seconds'] / millions:>6.3f} {r['peak_mib']:>5}"
            )
        if "duckdb" in results:
            fast, slow = results["rasad"], results["duckdb"]
            if fast["sums"] != slow["sums"]:
                sys.exit(f"the engines disagree: {fast['sums']} {slow['sums']}")
            ratio = slow["seconds"] / fast["seconds"]
            print(f"{profile:10} same numbers; DuckDB took {ratio:.1f} times as long")


def main() -> None:
    """Read the options and compare, or measure one engine."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--actions", type=int, default=300_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--windows", type=int, nargs="+", default=[10, 60, 600, 3600])
    parser.add_argument("--profiles", nargs="+", default=list(PROFILES))
    parser.add_argument("--engines", nargs="+", default=["rasad", "duckdb"])
    parser.add_argument("--engine", help=argparse.SUPPRESS)
    parser.add_argument("--profile", help=argparse.SUPPRESS)
    options = parser.parse_args()
    measure(options) if options.engine else compare(options)


if __name__ == "__main__":
    main()
