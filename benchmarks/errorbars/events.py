"""Tables of account, object and time as codes, wherever they come from."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.errorbars.worlds.table import Int, World


@dataclass(frozen=True, kw_only=True)
class Events:
    """Who acts on what and when.

    Parameters
    ----------
    account, thing : int64 arrays
        Codes; the first points into `names`.
    second : int64 array
        Seconds.
    names : str array
        Ids of accounts.
    n_things : int
        Distinct objects.
    """

    account: Int
    thing: Int
    second: Int
    names: NDArray[np.str_]
    n_things: int

    def __len__(self) -> int:
        return len(self.account)

    def firsts(self) -> Events:
        """Return the first action of each account on each object, by time."""
        order = np.lexsort((self.thing, self.account, self.second))
        key = self.account[order] * self.n_things + self.thing[order]
        rows = order[np.sort(np.unique(key, return_index=True)[1])]
        return Events(
            account=self.account[rows],
            thing=self.thing[rows],
            second=self.second[rows],
            names=self.names,
            n_things=self.n_things,
        )


def of_world(world: World) -> Events:
    """Return the actions of a simulated world."""
    return Events(
        account=world.actions.account,
        thing=world.actions.thing,
        second=world.actions.second,
        names=world.names,
        n_things=world.next_thing,
    )


def read_events(path: Path, account: str, thing: str, time: str) -> Events:
    """Read a Parquet file; rows that lack any of the three are left out."""
    table = pq.read_table(path, columns=[account, thing, time])
    if is_text(table[time].type):
        times = as_times(table[time])
        table = table.set_column(table.column_names.index(time), time, times)
    for name in (account, thing, time):
        table = table.filter(pc.is_valid(table[name]))
    who, names = coded(table[account])
    what, things = coded(table[thing])
    return Events(
        account=who,
        thing=what,
        second=seconds(table[time]),
        names=names,
        n_things=len(things),
    )


def coded(column: pa.ChunkedArray) -> tuple[Int, NDArray[np.str_]]:
    """Return codes for texts or numbers, and the text of each code."""
    encoded = pc.cast(column, pa.string()).combine_chunks().dictionary_encode()
    codes = encoded.indices.to_numpy().astype(np.int64)
    return codes, np.array(encoded.dictionary.to_pylist())


def is_text(kind: pa.DataType) -> bool:
    """Tell whether a column holds text."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def as_times(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return texts as times; NULL where they state no whole time."""
    written = "%Y-%m-%d %H:%M:%S"
    return pc.strptime(column, format=written, unit="s", error_is_null=True)


def seconds(column: pa.ChunkedArray) -> Int:
    """Return times or numbers as seconds."""
    if pa.types.is_timestamp(column.type):
        column = pc.cast(pc.cast(column, pa.timestamp("us")), pa.int64())
        return np.asarray(column.to_numpy() // 1_000_000, np.int64)
    return np.asarray(column.to_numpy(), np.float64).astype(np.int64)


def labels_of(path: Path) -> dict[str, int]:
    """Return 1 for each operated account of a world and 0 for each ordinary one."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["account"]: int(row["coordinated"]) for row in csv.DictReader(file)}


def write_rows_of(
    table: pa.Table, column: str, accounts: Iterable[str], path: Path
) -> Path:
    """Write the rows of some accounts, which stand in a column, as Parquet."""
    chosen = pa.array(sorted(accounts), pa.string())
    named = pc.cast(table[column], pa.string())
    pq.write_table(table.filter(pc.is_in(named, value_set=chosen)), path)
    return path
