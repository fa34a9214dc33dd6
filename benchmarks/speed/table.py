"""Write what was measured as Markdown tables: seconds, ratios, memory, answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.speed.measure import OK, TIMED_OUT, TOO_LARGE
from benchmarks.speed.plan import Benchmark
from benchmarks.speed.run import MISSING, WRONG, Row

HEAD = ("engine", "seconds", "ratio", "peak MiB", "own MiB", "edges", "remarks")
BUSY = 0.2
"""Share of the time during which others may work before it is said."""

RIGHT = frozenset(HEAD[1:6])


def table(benchmark: Benchmark, rows: Sequence[Row], limit_mib: int) -> str:
    """Return one benchmark's table under its title."""
    first = rows[0]
    lines = [
        list(HEAD),
        ["---:" if name in RIGHT else "---" for name in HEAD],
        *(cells(benchmark, row, first, limit_mib) for row in rows),
    ]
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"### {benchmark.title}\n\n{body}\n"


def cells(benchmark: Benchmark, row: Row, first: Row, limit_mib: int) -> list[str]:
    """Return one row of a table."""
    if row["status"] not in (OK, WRONG):
        return [name(row), *[""] * 5, failure(benchmark, row, limit_mib)]
    ratio = row["seconds"] / first["seconds"] if first["status"] == OK else None
    return [
        name(row),
        f"{row['seconds']:,.2f}",
        "" if ratio is None else f"{ratio:,.2f}",
        f"{row['peak_mib']:,}",
        f"{row['own_mib']:,}",
        edges(row),
        remarks(row),
    ]


def name(row: Row) -> str:
    """Return what an entry is called."""
    parts = [row["title"], row["label"], "compiling first" if row["cold"] else ""]
    return ", ".join(part for part in parts if part)


def failure(benchmark: Benchmark, row: Row, limit_mib: int) -> str:
    """Say why there are no figures."""
    said = {
        TIMED_OUT: f"did not finish in {benchmark.timeout_s:,} s",
        TOO_LARGE: f"needs more than {limit_mib:,} MiB",
        MISSING: "not installed",
    }
    return said.get(row["status"], f"failed: {row['reason'][:80]}")


def edges(row: Row) -> str:
    """Return the number of edges, of each window where there are several."""
    return " + ".join(f"{a['edges']:,}" for a in row.get("answers", {}).values())


def remarks(row: Row) -> str:
    """Say what else a reader must know about a row."""
    said = row["said"]
    found = [f"WRONG: {row['reason']}"] if row["status"] == WRONG else []
    if len(row["steps"]) > 1:
        found += [f"{step} {seconds:,.2f} s" for step, seconds in row["steps"].items()]
    found += [shown(said[key]) for key, shown in NOTES.items() if said.get(key)]
    if row["others_s"] > BUSY * row["seconds"]:
        found.append(f"others used the machine for {row['others_s']:,.1f} s")
    return ", ".join(found)


NOTES: dict[str, Callable[[Any], str]] = {
    "mode": lambda mode: {"disk": "on disk"}.get(mode, f"in {mode}"),
    "co_actions": lambda count: f"{count:,} co-actions",
    "capped_objects": lambda count: f"{count:,} crowded objects thinned",
    "pairs_lost": lambda count: f"{count:,} co-actions lost to it",
}
"""What Rasad itself says about a run."""
