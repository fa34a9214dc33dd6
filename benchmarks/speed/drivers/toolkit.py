"""The coordination network toolkit: write the table it reads, take what it found.

Neither is timed. Every row becomes a message of its own that reposts the object, so
its weight, messages of the first account, is the number of objects where an account
uses an object once. Its edges have a direction; one of the two is taken.
"""

from __future__ import annotations

import sqlite3
import sys

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.speed.drivers.database import connect
from benchmarks.speed.job import Job

MESSAGES = """
    COPY (
        SELECT file_row_number AS message_id, account_id AS user_id, '' AS username,
            object_id AS repost_id, '' AS reply_id, '' AS message, timestamp, '' AS urls
        FROM read_parquet('{file}', file_row_number = true)
    ) TO '{table}' (HEADER)
"""

EDGES = "SELECT user_1, user_2, weight FROM co_retweet_network WHERE user_1 < user_2"

BATCH = 500_000


def write(job: Job, table: str) -> None:
    """Write the actions as the messages that the toolkit reads."""
    with connect(job) as connection:
        connection.execute(MESSAGES.format(file=job.actions, table=table))


def take(job: Job, base: str) -> None:
    """Write the toolkit's edges as everybody else's are."""
    text = pa.string()
    schema = pa.schema(
        [("account_a", text), ("account_b", text), ("n_objects", pa.int64())]
    )
    connection = sqlite3.connect(base)
    with pq.ParquetWriter(job.edges(job.names[0]), schema) as writer:
        found = connection.execute(EDGES)
        while rows := found.fetchmany(BATCH):
            columns = zip(*rows, strict=True)
            writer.write_table(pa.table(list(map(list, columns)), schema=schema))
    connection.close()


def main() -> None:
    """Do what the second argument says for the job in the first."""
    job, task, path = Job.read(sys.argv[1]), sys.argv[2], sys.argv[3]
    {"write": write, "take": take}[task](job, path)


if __name__ == "__main__":
    main()
