"""What is lost of a world before anybody sees it: posts, and the exactness of times.

Works on files in the schema of the archive, whose ids hold the millisecond. Where times
are made coarser the ids must not tell them, so all ids of a world are renumbered
together and go on naming the same posts.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from rasad.simulate.snowflake import EPOCH_MS, TIME_SHIFT, milliseconds

POST, CLOCK = "tweetid", "tweet_time"
IDS = (POST, "in_reply_to_tweetid", "quoted_tweet_tweetid", "retweet_tweetid")
MINUTE_S, HOUR_S = 60, 3_600
FIRST_ID = 1_000_000
"""Where ids begin that hold no time; those that do are far larger."""


def lose(files: list[Path], share: float, seed: int) -> None:
    """Drop a share of posts at random, in place.

    Parameters
    ----------
    files : list of pathlib.Path
        Parquet files of one world, in their order.
    share : float
        From 0 to 1.
    seed : int
        Which posts.
    """
    rng = np.random.default_rng([seed, *b"missing"])
    for path in files:
        table = pq.read_table(path)
        kept = rng.random(len(table)) >= share
        pq.write_table(table.filter(pa.array(kept)), path)


def coarsen(files: list[Path], step_s: int) -> None:
    """Round times down to so many seconds, in place.

    Parameters
    ----------
    files : list of pathlib.Path
        Parquet files of one world.
    step_s : int
        Below a minute ids keep the rounded time; from a minute on they hold none, and
        the time stated is what is left.
    """
    known = np.unique(np.concatenate([_ids(pq.read_table(path)) for path in files]))
    names = _numbered(known, step_s)
    for path in files:
        table = pq.read_table(path)
        for column in IDS:
            cells = _renamed(table[column], known, names)
            table = table.set_column(table.column_names.index(column), column, cells)
        if step_s >= HOUR_S:
            hour = pc.utf8_slice_codeunits(pc.cast(table[CLOCK], pa.string()), 0, 13)
            cells = pc.binary_join_element_wise(hour, ":00", "")
            table = table.set_column(table.column_names.index(CLOCK), CLOCK, cells)
        pq.write_table(table, path)


def _ids(table: pa.Table) -> NDArray[np.int64]:
    """Return every id that a file names."""
    columns = [_numbers(table[column]).drop_null() for column in IDS]
    parts = [np.asarray(column.to_numpy(), np.int64) for column in columns]
    return np.unique(np.concatenate(parts))


def _numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return ids as numbers, NULL where a cell is empty."""
    text = pc.cast(column, pa.string())
    empty = pc.equal(text, "")
    return pc.cast(pc.if_else(empty, None, text), pa.int64())


def _numbered(known: NDArray[np.int64], step_s: int) -> NDArray[np.int64]:
    """Return a new id for each, in the same order.

    Examples
    --------
    >>> _numbered(np.array([5, 9]), 60).tolist()
    [1000000, 1000001]
    """
    if step_s >= MINUTE_S:
        return FIRST_ID + np.arange(len(known))
    step = step_s * 1000
    rounded = milliseconds(known) // step * step
    place = np.arange(len(known)) - np.searchsorted(rounded, rounded)
    return ((rounded - EPOCH_MS) << TIME_SHIFT) | place


def _renamed(
    column: pa.ChunkedArray, known: NDArray[np.int64], names: NDArray[np.int64]
) -> pa.Array:
    numbers = _numbers(column)
    given = np.asarray(pc.is_valid(numbers).to_numpy(), np.bool_)
    old = np.asarray(pc.fill_null(numbers, 0).to_numpy(), np.int64)
    new = names[np.searchsorted(known, old).clip(max=max(len(known) - 1, 0))]
    return pc.cast(pa.array(new, pa.int64(), mask=~given), pa.string())
