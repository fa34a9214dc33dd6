"""Edges straight from tables of who did what when, without a case: files in, files out.

The way for data too large for a case, and for whoever wants counts and no tests. It is
the sweep of a case, so the counts are the same. What does not fit into the memory that
it is given waits in files beside the results.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rasad.config import Resources
from rasad.errors import DiskFullError, NotEnoughDataError
from rasad.extend import Progress, no_progress
from rasad.importers.columns import Table, action_table
from rasad.kernels.interning import hash_texts
from rasad.kernels.windows import pairs_in_lists
from rasad.memory import amount, written
from rasad.network.capping import (
    crowding_cap,
    pairs_per_object,
    pairs_up_to,
    thinned_to,
)
from rasad.network.coaction import SECOND_US, Limits
from rasad.network.edge_writer import EdgeWriter
from rasad.network.interning import Interner, text_order, texts_of
from rasad.network.object_lists import ListedActions, list_by_object
from rasad.network.pruning import labels, prune
from rasad.network.ranged_sweep import Sweep
from rasad.network.reading import degree_pruned, read_actions
from rasad.network.shelf import Shelf

UNLIMITED = 1 << 62
"""A window, in microseconds, that no two times are apart."""

PROGRAM_BYTES = 320 << 20
"""Memory of the program itself, its libraries and the batch in hand."""

ROW_BYTES = 20
"""Bytes of a row that waits in a file."""

LEAST_ROOM = 64 << 20
"""Bytes without which there is no use in trying."""

WAITING = "rasad-waiting-"
"""Beginning of the name of the folder for what has to wait."""

LIMITS = Limits(pairs=50_000_000, co_actions=4_000_000_000)
"""Edges that are listed, and co-actions that are walked, before objects are sampled."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked of some files.

    Parameters
    ----------
    windows_s : sequence of int
        Windows in seconds, ascending; empty for one without end.
    least : int
        Objects that a pair must share inside a window.
    mapping : mapping, optional
        Columns by role, where their names do not say it.
    limits : Limits
        When the most crowded objects are sampled.
    """

    windows_s: Sequence[int] = (60,)
    least: int = 2
    mapping: Mapping[str, str] | None = None
    limits: Limits = LIMITS

    @property
    def windows_us(self) -> NDArray[np.int64]:
        """The windows in microseconds."""
        if not self.windows_s:
            return np.array([UNLIMITED], np.int64)
        return np.array(self.windows_s, np.int64) * SECOND_US

    @property
    def names(self) -> list[str]:
        """The name of each window."""
        return [f"{window}s" for window in self.windows_s] or ["unlimited"]


@dataclass
class Report:
    """What was done, as plain values for `--json`."""

    values: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Measure a stage."""
        begin = perf_counter()
        yield
        self.seconds[stage] = round(perf_counter() - begin, 3)


def write_edges(
    files: Sequence[Path],
    folder: Path,
    request: Request,
    resources: Resources | None = None,
    progress: Progress = no_progress,
) -> dict[str, Any]:
    """Write `edge_<window>.parquet` into a folder, sorted by account_a and account_b.

    Parameters
    ----------
    files : sequence of pathlib.Path
        Parquet or delimited files with an account, an object and a time in every row.
        Rows count as often as they occur, also the same file given twice.
    folder : pathlib.Path
        Made if need be; files of these names are replaced.
    request : Request
        Windows, threshold, columns and limits.
    resources : Resources, optional
        Memory and threads.
    progress : callable
        Called with stage, steps done and all steps.

    Returns
    -------
    dict
        Rows read and rejected by reason, live rows, accounts, edges and sums per
        window, what was sampled, seconds by stage, bytes that waited in files.

    Raises
    ------
    MappingError, ImportFormatError, NotEnoughDataError, MemoryLimitError, DiskFullError
        Before anything is written, or with nothing half-written left.
    """
    resources = resources or Resources()
    room = max(amount(resources.memory) - PROGRAM_BYTES, LEAST_ROOM)
    tables = [action_table(path, request.mapping) for path in files]
    folder.mkdir(parents=True, exist_ok=True)
    report = Report()
    with _workplace(folder) as work:
        _check_disk(tables, room, work)
        job = _Job(request, resources.threads, room, work, report)
        job.read(tables, progress)
        job.prune()
        job.limit()
        job.sweep(folder, progress)
    return {**report.values, "seconds": report.seconds}


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """Give a folder for what has to wait; sweep what a killed run left in it."""
    for left in folder.glob(f".{WAITING}*"):
        shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=f".{WAITING}", dir=folder) as work:
        yield Path(work)


def _check_disk(tables: Sequence[Table], room: int, work: Path) -> None:
    """Refuse to begin what the disk cannot take, where the files say how long they are.

    Pieces wait twice where there is little memory: as they are read, and by object.
    """
    needed = 2 * ROW_BYTES * sum(table.rows or 0 for table in tables)
    free = shutil.disk_usage(work).free
    if needed > room and needed > free:
        raise DiskFullError(
            f"The run needs up to {written(needed)} of disk; {written(free)} are free",
            "give more with --memory, or free some space",
        )


class _Job:
    """The stages of one run, in their order, and what each leaves for the next."""

    listed: ListedActions
    accounts: Interner
    ids: pa.Array
    label: NDArray[np.int32]

    def __init__(
        self, request: Request, threads: int, room: int, work: Path, report: Report
    ) -> None:
        self.request = request
        self.threads = threads
        self.room = room
        self.report = report
        self.pieces = Shelf(work, "piece", limit=room)
        self.parts = Shelf(work, "part", limit=room // 2)

    def read(self, tables: Sequence[Table], progress: Progress) -> None:
        """Read the files, drop what cannot matter, and list the rest by object."""
        with self.report.timed("read"):
            coded = read_actions(tables, self.pieces, self.room, progress)
        tally = coded.tally
        self.report.values |= {
            "rows": tally.read + sum(tally.rejected.values()),
            "actions": tally.read,
            "rejected": dict(sorted(tally.rejected.items())),
        }
        if not tally.read:
            raise NotEnoughDataError(
                "No row has an account, an object and a time", "check the columns"
            )
        with self.report.timed("list"):
            degrees = degree_pruned(coded, self.request.least)
            self.accounts = coded.accounts
            half = self.room // 2
            self.listed = list_by_object(coded, degrees, self.parts, half)

    def prune(self) -> None:
        """Drop rows without company, and order the accounts that are left by id."""
        longest_us, least = int(self.request.windows_us[-1]), self.request.least
        n = len(self.listed.codes)
        with self.report.timed("prune"):
            objects = prune(self.listed, longest_us, least, self.threads, n)
            live = np.flatnonzero(objects)
            ids = self.accounts.ids(self.listed.codes[live])
            order = text_order(ids)
            self.ids = ids.take(pa.array(order))
            self.label = labels(live[order].astype(np.int32), n)
        self.report.values["live_actions"] = self.listed.n_rows

    def limit(self) -> None:
        """Sample the most crowded objects where there would be too much to list."""
        with self.report.timed("limit"):
            lost, capped = self._thinned() if self._too_many() else (0, 0)
        self.report.values |= {"capped_objects": capped, "pairs_lost": lost}
        if capped:
            self.prune()

    def _too_many(self) -> bool:
        limits, longest_us = self.request.limits, int(self.request.windows_us[-1])
        walked = sum(
            pairs_in_lists(actions.start, actions.time_us, longest_us)
            for actions in self.listed.actions()
        )
        self.report.values["co_actions"] = walked
        if walked <= limits.pairs:
            return False
        return walked > limits.co_actions or self._swept().count() > limits.pairs

    def _thinned(self) -> tuple[int, int]:
        """Thin every part by one cap; return pairs lost and objects thinned."""
        longest_us = int(self.request.windows_us[-1])
        pairs = [pairs_per_object(a, longest_us) for a in self.listed.actions()]
        cap = crowding_cap(pairs, self.request.limits.pairs)
        hashes = self._hashes()[self.label]
        stay = 0
        for place, actions in enumerate(self.listed.actions()):
            thin = thinned_to(actions, pairs[place], cap, hashes)
            stay += pairs_up_to(thin, [longest_us])[0]
            self.listed.replace(place, thin)
        lost = sum(int(part.sum()) for part in pairs) - stay
        return lost, sum(int(np.count_nonzero(part > cap)) for part in pairs)

    def _hashes(self) -> NDArray[np.uint64]:
        """Hash the ids of the live accounts, the same in every run and every file."""
        hashes = np.empty(len(self.ids), np.uint64)
        hash_texts(texts_of(self.ids), 0, hashes)
        return hashes

    def _swept(self) -> Sweep:
        return Sweep(
            actions=self.listed,
            label=self.label,
            n_accounts=len(self.ids),
            windows_us=self.request.windows_us,
            least=self.request.least,
            threads=self.threads,
            room=self.room,
        )

    def sweep(self, folder: Path, progress: Progress) -> None:
        """Write all pairs, window by window, as the sweep finds them."""
        with (
            self.report.timed("sweep"),
            EdgeWriter(folder, self.ids, self.request.names) as writer,
        ):
            for block in self._swept().blocks(progress):
                writer.write(block)
        spilled = self.pieces.spilled + self.parts.spilled
        self.report.values |= {
            "accounts": len(self.accounts),
            "live_accounts": len(self.ids),
            **writer.sums,
            "mode": "disk" if spilled else "memory",
            "spilled_bytes": spilled,
        }
