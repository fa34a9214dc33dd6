"""How time and memory grow with the number of actions: one table and one drawing."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.speed.chart import Points, exponent, growth
from benchmarks.speed.measure import OK
from benchmarks.speed.plan import Benchmark
from benchmarks.speed.run import Row

Measured = Sequence[tuple[Benchmark, Sequence[Row]]]
Lines = dict[str, Points]


def lines(measured: Measured, column: str) -> Lines:
    """Return actions and a column of the measurements, a line for every window."""
    found: dict[str, list[tuple[float, float]]] = {}
    for benchmark, rows in measured:
        for row in rows:
            if row["status"] == OK:
                point = (float(benchmark.data.actions), float(row[column]))
                found.setdefault(row["label"], []).append(point)
    return {label: line for label, line in found.items() if len(line) > 1}


def growth_table(measured: Measured) -> str:
    """Return seconds and MiB by actions and window, and the exponents below."""
    windows = [row["label"] for row in measured[0][1]]
    body = [
        ["actions", "co-actions per action", *windows],
        ["---:"] * (len(windows) + 2),
        *(sizes(each, rows) for each, rows in measured),
        *exponents(measured, windows),
    ]
    title = "### Growth at fixed density: seconds and peak MiB"
    return title + "\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in body) + "\n"


def sizes(benchmark: Benchmark, rows: Sequence[Row]) -> list[str]:
    """Return one size: its actions, its density within a minute, and every run."""
    density = rows[0].get("near_per_action")
    return [
        f"{benchmark.data.actions:,}",
        "" if density is None else f"{density:.2f}",
        *map(cell, rows),
    ]


def cell(row: Row) -> str:
    """Return what one run took, or how it ended."""
    if row["status"] != OK:
        return str(row["status"])
    return f"{row['seconds']:,.2f} s, {row['peak_mib']:,}"


def exponents(measured: Measured, windows: Sequence[str]) -> list[list[str]]:
    """Return rows that tell how steeply the lines rise."""
    seconds, memory = lines(measured, "seconds"), lines(measured, "peak_mib")
    steep = {
        "exponent of time": {w: exponent(line) for w, line in seconds.items()},
        "… over the last step": {w: exponent(x[-2:]) for w, x in seconds.items()},
        "exponent of memory": {w: exponent(line) for w, line in memory.items()},
    }
    return [
        [name, "", *(f"{found[w]:.2f}" if w in found else "" for w in windows)]
        for name, found in steep.items()
    ]


def drawing(measured: Measured) -> str:
    """Return the chart of time and memory as SVG."""
    return growth(
        {
            "Seconds": lines(measured, "seconds"),
            "Peak memory in MiB": lines(measured, "peak_mib"),
        }
    )
