"""Import a made archive beside two plain readers, and print the table.

The jobs take turns, each in a process of its own, and the fastest round of each counts.
On a machine that others use, seconds tell little: the processor time of the busier
process is what two free cores would take.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.imports.generate import write
from benchmarks.imports.job import JOBS

Figures = dict[str, Any]

NAMES = {
    "csv": "Python's `csv.reader`, nothing kept",
    "duckdb": "DuckDB's `read_csv` into a table",
    "rasad": "import into a case",
}
UNITS = {"k": 1_000, "m": 1_000_000}


def main() -> None:
    """Read the options, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports")
    parser.add_argument("--rows", type=rows, default="1m", help="default: 1m")
    parser.add_argument("--rounds", type=int, default=3, help="default: 3")
    parser.add_argument("--jobs", nargs="+", choices=JOBS, default=list(JOBS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "posts.csv"
        write(path, options.rows)
        size = path.stat().st_size / 1e6
        print(f"{options.rows:,} rows, {size:,.0f} MB, {options.rounds} rounds\n")
        best = measured(path, options.jobs, options.rounds)
    print(table(best))


def rows(text: str) -> int:
    """Read a number of rows such as `200k` or `10m`."""
    unit = UNITS.get(text[-1:].lower(), 1)
    return int(text[:-1] if unit > 1 else text) * unit


def measured(path: Path, jobs: list[str], rounds: int) -> dict[str, Figures]:
    """Do all jobs in turn, again and again; return the fastest round of each."""
    best: dict[str, Figures] = {}
    for _ in range(rounds):
        for job in jobs:
            found = done(job, path)
            if job not in best or busier(found) < busier(best[job]):
                best[job] = found
    if len({found["rows"] for found in best.values()}) > 1:
        raise SystemExit(f"the jobs do not agree on the number of rows: {best}")
    return best


def done(job: str, path: Path) -> Figures:
    """Do one job in a process and an empty folder of its own."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        command = [sys.executable, "-m", "benchmarks.imports.job", job, str(path)]
        command.append(folder)
        ended = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: Figures = json.loads(ended.stdout)
    return figures


def busier(found: Figures) -> float:
    """Return the processor time of the busier of the two processes."""
    return float(max(found["cpu_s"], found["reader_cpu_s"]))


def table(best: dict[str, Figures]) -> str:
    """Return the figures as Markdown; ratios are rows a second over those of csv."""
    lines = [
        "| job | rows/s | ratio | processor s | of the reader | ratio by processor | "
        "peak MiB | of the reader |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for job, found in best.items():
        base = best.get("csv", found)
        cells = (
            NAMES[job],
            f"{found['rows'] / found['seconds']:,.0f}",
            f"{base['seconds'] / found['seconds']:.2f}",
            f"{found['cpu_s']:.1f}",
            f"{found['reader_cpu_s']:.1f}",
            f"{busier(base) / busier(found):.2f}",
            str(found["peak_mib"]),
            str(found["reader_peak_mib"]),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
