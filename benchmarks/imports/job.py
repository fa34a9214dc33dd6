"""One measured job in a process of its own: its figures as JSON, nothing else.

python -m benchmarks.imports.job csv posts.csv FOLDER
"""

from __future__ import annotations

import csv
import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

import duckdb

from rasad.case import open_case
from rasad.importers.plan import plan


def bare_csv(path: Path, folder: Path) -> int:
    """Read every cell of a file with Python's reader, and keep none."""
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def duckdb_csv(path: Path, folder: Path) -> int:
    """Load a file into a table of DuckDB, all cells as text, wrong rows left out."""
    with duckdb.connect(str(folder / "plain.duckdb")) as connection:
        connection.execute("SET threads = 2")
        connection.execute(
            "CREATE TABLE t AS SELECT * FROM read_csv($path, all_varchar = true, "
            "ignore_errors = true)",
            {"path": str(path)},
        )
        found = connection.execute("SELECT count(*) FROM t").fetchone()
        return int(found[0]) if found else 0


def rasad_import(path: Path, folder: Path) -> int:
    """Import a file into a new case, evidence copy and journal included."""
    with open_case(folder / "case", create=True) as case:
        return int(case.import_file(plan(path))["records"])


JOBS: dict[str, Callable[[Path, Path], int]] = {
    "csv": bare_csv,
    "duckdb": duckdb_csv,
    "rasad": rasad_import,
}


def main() -> None:
    """Do one job; processor time and memory of the reader are those of children."""
    job, path, folder = sys.argv[1:]
    begin, busy = perf_counter(), process_time()
    rows = JOBS[job](Path(path), Path(folder))
    seconds, cpu_s = perf_counter() - begin, process_time() - busy
    own = resource.getrusage(resource.RUSAGE_SELF)
    reader = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = {
        "rows": rows,
        "seconds": seconds,
        "cpu_s": cpu_s,
        "reader_cpu_s": reader.ru_utime + reader.ru_stime,
        "peak_mib": own.ru_maxrss // 1024,
        "reader_peak_mib": reader.ru_maxrss // 1024,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
