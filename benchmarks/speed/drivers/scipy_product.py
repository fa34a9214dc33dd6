"""SciPy: time ignored, pairs are the product of a sparse matrix with its transpose.

B has a row per account, a column per object, and a one where the account acted on it.
B · Bᵀ holds the objects that two accounts share. It is made in blocks of rows of about
equal work, because as a whole it would not fit.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy import sparse

from benchmarks.speed.job import Job

WORK = 50_000_000
"""Products per block."""


def blocks(matrix: Any) -> Iterator[tuple[int, int]]:
    """Split the rows into ranges of about equal work."""
    work = np.cumsum(matrix @ np.asarray(matrix.sum(axis=0)).ravel().astype(np.int64))
    cuts = np.searchsorted(work, np.arange(WORK, work[-1] + WORK, WORK)) + 1
    ends = np.unique(np.minimum(cuts, matrix.shape[0])).tolist()
    yield from zip([0, *ends[:-1]], ends, strict=True)


def edges(matrix: Any, accounts: Any, least: int) -> Iterator[Any]:
    """Yield the pairs of each block that share enough objects."""
    turned = matrix.T.tocsr()
    for low, high in blocks(matrix):
        shared = (matrix[low:high] @ turned).tocoo()
        row = shared.row + low
        kept = (shared.data >= least) & (row < shared.col)
        yield pa.table(
            {
                "account_a": accounts[row[kept]],
                "account_b": accounts[shared.col[kept]],
                "n_objects": shared.data[kept],
            }
        )


def main() -> None:
    """Answer the job in the first argument."""
    job = Job.read(sys.argv[1])
    table = pq.read_table(job.actions, columns=["account_id", "object_id"])
    accounts, row = np.unique(table["account_id"].to_numpy(), return_inverse=True)
    things, column = np.unique(table["object_id"].to_numpy(), return_inverse=True)
    ones = np.ones(len(row), np.int32)
    matrix = sparse.csr_array((ones, (row, column)), shape=(len(accounts), len(things)))
    matrix.sum_duplicates()
    matrix.data[:] = 1
    parts = edges(matrix, accounts, job.min_objects)
    first = next(parts)
    with pq.ParquetWriter(job.edges(job.names[0]), first.schema) as writer:
        writer.write_table(first)
        for part in parts:
            writer.write_table(part)


if __name__ == "__main__":
    main()
