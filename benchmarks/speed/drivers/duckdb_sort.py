"""DuckDB: read the file and sort it by object and time, which everybody has to do.

With `stored` the sorted rows go into a table of a database file, else nowhere.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.speed.drivers.database import connect
from benchmarks.speed.job import Job

BATCH = 1_000_000


def main() -> None:
    """Sort the file of the job in the first argument."""
    job, variants = Job.read(sys.argv[1]), sys.argv[2:]
    sql = f"SELECT * FROM read_parquet('{job.actions}') ORDER BY object_id, timestamp"
    if "stored" in variants:
        with connect(job, str(Path(job.out, "sorted.db"))) as connection:
            connection.execute(f"CREATE TABLE sorted AS {sql}")
    else:
        with connect(job) as connection:
            for _ in connection.sql(sql).to_arrow_reader(BATCH):
                pass  # as soon as a batch is here, it may go


if __name__ == "__main__":
    main()
