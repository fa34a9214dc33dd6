"""Makes a world of any size and writes it day by day, in bounded memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from rasad.errors import ConfigError
from rasad.simulate.society.deeds import Deeds
from rasad.simulate.society.faces import make_faces
from rasad.simulate.society.folder import Folder, settings_of
from rasad.simulate.society.history import History
from rasad.simulate.society.scenario import Scenario
from rasad.simulate.society.tables import ENCODED, Scribe, answers_of

ROWS_PER_GROUP = 1 << 18
DICTIONARY_BYTES = 1 << 28
"""Above this, a column is not written by codes; no day comes near."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class World:
    """A world that was written.

    Parameters
    ----------
    posts : list of pathlib.Path
        One file of posts per day.
    truth : pathlib.Path
        Role and team of each account.
    summary : pathlib.Path
        Settings and counts.
    counts : dict
        What `summary` holds beside the settings.
    """

    posts: list[Path]
    truth: Path
    summary: Path
    counts: dict[str, Any]


def write_world(
    scenario: Scenario,
    out: Path,
    *,
    seed: int = 1,
    threads: int = 1,
    progress: Progress | None = None,
) -> World:
    """Make a world and write it.

    Parameters
    ----------
    scenario : Scenario
        What is planned.
    out : pathlib.Path
        Folder, which is made. One that holds this very world is written anew.
    seed : int
        Not below nought; the same seed gives the same bytes.
    threads : int
        One makes the days; if there are more, that many write them.
    progress : callable, optional
        Told the name of the stage, days made, and days in all.

    Raises
    ------
    ConfigError
        If the folder holds anything else, or the seed is below nought.
    DiskFullError
        If the disk cannot take the files.

    Examples
    --------
    >>> import tempfile
    >>> from rasad.simulate.society.scenario import OrdinaryPlan
    >>> small = Scenario(days=1, ordinary=OrdinaryPlan(accounts=120, communities=12))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     world = write_world(small, Path(folder) / "world")
    ...     world.counts["accounts"]
    {'ordinary': 120}
    """
    if seed < 0:
        raise ConfigError(f"The seed is {seed}", "give a number not below nought")
    folder = Folder(out, settings_of(scenario, seed))
    folder.open()
    history = History(scenario, seed)
    faces = make_faces(history.people, history.start_ms, seed)
    folder.write_truth(history.people, faces.userid.to_pylist())
    scribe = Scribe(faces, history.people.language, history.start_ms)
    days = history.days()
    with _pens(threads) as write:
        for number in range(1, scenario.days + 1):
            write(_write_day, folder, folder.day(number), scribe, next(days))
            if progress:
                progress("days", number, scenario.days)
    # Only after the last day is everything counted.
    next(days, None)
    counts = history.tally.as_json()
    folder.close(counts)
    return World(
        posts=[folder.finished_day(number) for number in range(1, scenario.days + 1)],
        truth=folder.truth,
        summary=folder.summary,
        counts=counts,
    )


@contextmanager
def _pens(threads: int) -> Iterator[Callable[..., None]]:
    """Give a way to run work beside what goes on, as many pieces as threads at most."""
    if threads < 2:
        yield lambda work, *what: work(*what)
        return
    running: deque[Future[None]] = deque()

    def start(work: Callable[..., None], *what: Any) -> None:
        if len(running) >= threads:
            running.popleft().result()
        running.append(pool.submit(work, *what))

    with ThreadPoolExecutor(threads) as pool:
        try:
            yield start
            while running:
                running.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _write_day(folder: Folder, path: Path, scribe: Scribe, rows: Deeds) -> None:
    """Write the posts of a day, some hundred thousand at a time."""
    answers = answers_of(rows)
    with folder.replacing(path) as part, _parquet(part) as write:
        # A day without any post is a file with columns and no row.
        for begin in range(0, max(len(rows.post), 1), ROWS_PER_GROUP):
            some = np.arange(begin, min(begin + ROWS_PER_GROUP, len(rows.post)))
            counted = {name: count[some] for name, count in answers.items()}
            write(scribe.table(rows.at(some), counted))


@contextmanager
def _parquet(path: Path) -> Iterator[Callable[[Any], None]]:
    """Give a way to write tables into one file, each as a group of rows."""
    writers: list[Any] = []

    def write(table: Any) -> None:
        if not writers:
            writers.append(
                pq.ParquetWriter(
                    path,
                    table.schema,
                    compression="zstd",
                    compression_level=1,
                    use_dictionary=sorted(ENCODED),
                    dictionary_pagesize_limit=DICTIONARY_BYTES,
                    # Readers get plain text, however it is kept here.
                    store_schema=False,
                    write_statistics=False,
                )
            )
        writers[0].write_table(table, row_group_size=ROWS_PER_GROUP)

    try:
        yield write
    finally:
        for writer in writers:
            writer.close()
