"""Edges as Parquet files, written as they come and whole or not at all."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from rasad.network.sweep import Block
from rasad.store.files import written_whole

GROUP_ROWS = 1 << 17
"""Edges that are held before they are written."""

DICTIONARY_BYTES = 1 << 16
"""Size above which a column's dictionary is given up: a larger one takes a fifth longer
and saves a twentieth of the file."""

SCHEMA = pa.schema(
    [
        ("account_a", pa.large_string()),
        ("account_b", pa.large_string()),
        ("n_objects", pa.int64()),
        ("n_first", pa.int64()),
        ("n_posts_a", pa.int64()),
        ("n_posts_b", pa.int64()),
        ("n_pairs", pa.int64()),
        ("first_at", pa.timestamp("us")),
        ("last_at", pa.timestamp("us")),
        ("median_gap_s", pa.float64()),
        ("n_a_first", pa.int64()),
        ("n_b_first", pa.int64()),
    ]
)
"""Columns of an edge, named and measured as in table `edge`."""


class EdgeWriter:
    """Writes blocks of edges, one file per window, under its name when it is whole.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder.
    ids : pyarrow.Array
        The ids of the accounts by code.
    names : list of str
        The name of each window.
    """

    def __init__(self, folder: Path, ids: pa.Array, names: list[str]) -> None:
        self._ids = ids
        self._paths = [folder / f"edge_{name}.parquet" for name in names]
        self._names = names
        self._held: list[list[pa.Table]] = [[] for _ in names]
        self._stack = ExitStack()
        self.edges = [0] * len(names)
        self.objects = [0] * len(names)
        self.pairs = [0] * len(names)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._files = [self._opened(stack, path) for path in self._paths]
            self._stack = stack.pop_all()
        return self

    def _opened(self, stack: ExitStack, path: Path) -> pq.ParquetWriter:
        file = stack.enter_context(written_whole(path))
        how = {"compression": "snappy", "dictionary_pagesize_limit": DICTIONARY_BYTES}
        return stack.enter_context(pq.ParquetWriter(file, SCHEMA, **how))

    def __exit__(self, *error: Any) -> None:
        with self._stack:
            if error[0] is not None:
                raise error[1]
            for window, held in enumerate(self._held):
                if held:
                    self._put(window, pa.concat_tables(held))

    def write(self, block: Block) -> None:
        """Write the edges of each window."""
        for window, columns in enumerate(block):
            if len(columns["account_a"]):
                self._add(window, columns)

    def _add(self, window: int, columns: dict[str, NDArray[Any]]) -> None:
        self.edges[window] += len(columns["account_a"])
        self.objects[window] += int(columns["n_objects"].sum(dtype="int64"))
        self.pairs[window] += int(columns["n_pairs"].sum())
        self._held[window].append(self._table(columns))
        if sum(map(len, self._held[window])) >= GROUP_ROWS:
            self._put_groups(window)

    def _table(self, columns: dict[str, NDArray[Any]]) -> pa.Table:
        values = {
            **columns,
            "account_a": self._ids.take(pa.array(columns["account_a"])),
            "account_b": self._ids.take(pa.array(columns["account_b"])),
            "first_at": columns["first_us"],
            "last_at": columns["last_us"],
            "median_gap_s": columns["median_gap_us"] / 1e6,
        }
        arrays = [pa.array(values[item.name]).cast(item.type) for item in SCHEMA]
        return pa.Table.from_arrays(arrays, schema=SCHEMA)

    def _put_groups(self, window: int) -> None:
        """Write what fills groups of rows, and hold the rest.

        However blocks come, groups end at the same rows, and so no byte depends on
        the memory or the threads that there were.
        """
        table = pa.concat_tables(self._held[window])
        whole = len(table) // GROUP_ROWS * GROUP_ROWS
        self._held[window] = [table.slice(whole)] if whole < len(table) else []
        self._put(window, table.slice(0, whole))

    def _put(self, window: int, table: pa.Table) -> None:
        for begin in range(0, len(table), GROUP_ROWS):
            group = table.slice(begin, GROUP_ROWS).combine_chunks()
            self._files[window].write_table(group, row_group_size=GROUP_ROWS)

    @property
    def sums(self) -> dict[str, dict[str, int]]:
        """Edges, and the sums of their objects and post pairs, by window."""
        counted = {
            "edges": self.edges,
            "sum_objects": self.objects,
            "sum_pairs": self.pairs,
        }
        return {
            name: dict(zip(self._names, values, strict=True))
            for name, values in counted.items()
        }
