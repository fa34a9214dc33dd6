"""DuckDB as everybody would set it up for a job: threads, memory, room to spill."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.speed.job import Job

MEMORY = "10GiB"
"""What DuckDB may use where the job says nothing; beyond it goes to disk."""


def connect(job: Job, file: str = ":memory:") -> duckdb.DuckDBPyConnection:
    """Open a database whose order of rows does not matter."""
    return duckdb.connect(
        file,
        config={
            "threads": job.threads,
            "memory_limit": job.memory or MEMORY,
            "temp_directory": str(Path(job.out, "spilled")),
            "max_temp_directory_size": "30GiB",
            "preserve_insertion_order": False,
        },
    )
