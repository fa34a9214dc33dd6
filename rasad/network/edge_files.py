"""Edges straight from tables of who did what when, without a case: files in, files out.

The way for data too large for a case, and for whoever wants counts and no tests. It is
the sweep of a case, so the counts are the same. What does not fit into the memory that
it is given waits in files beside the results.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
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
from rasad.errors import ConfigError, DiskFullError, NotEnoughDataError
from rasad.extend import Progress, no_progress
from rasad.importers.columns import Table, action_table
from rasad.kernels.interning import hash_texts
from rasad.memory import amount, give_back, written
from rasad.network.actions import SECOND_US
from rasad.network.capping import crowding_cap, pairs_up_to, thinned_to
from rasad.network.coaction import Limits
from rasad.network.edge_writer import EdgeWriter
from rasad.network.interning import Interner, texts_of
from rasad.network.object_lists import ListedActions, list_by_object
from rasad.network.pruning import labels, prune
from rasad.network.ranged_sweep import INDEXED_BYTES, Sweep
from rasad.network.reading import degree_pruned, read_actions
from rasad.network.shelf import Shelf
from rasad.network.sweep import TooManyPairsError
from rasad.store.files import sweep as sweep_parts
from rasad.store.lock import held

WITHOUT_END_US = 1 << 62
"""A window, in microseconds, that no two times are apart."""

LONGEST_S = 10_000_000_000
"""Three hundred years: no two times are further apart."""

MOST_OBJECTS = 1 << 30

PROGRAM_BYTES = 384 << 20
"""Memory of the program itself, its libraries and the batches in hand."""

ROW_BYTES = 20
"""Bytes of a row that waits in a file."""

LEAST_ROOM = 64 << 20
"""Bytes without which there is no use in trying."""

LOCK = ".rasad-edges.lock"
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

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        windows = list(self.windows_s)
        if windows != sorted(set(windows)) or not all(
            0 <= window <= LONGEST_S for window in windows
        ):
            raise ConfigError(
                f"Windows must ascend and lie between 0 and {LONGEST_S:,} seconds",
                "ask for one without end if that is too short",
            )
        if not 1 <= self.least <= MOST_OBJECTS:
            raise ConfigError(
                f"A pair cannot be asked for {self.least:,} objects",
                f"ask for 1 to {MOST_OBJECTS:,}",
            )

    @property
    def windows_us(self) -> NDArray[np.int64]:
        """The windows in microseconds."""
        if not self.windows_s:
            return np.array([WITHOUT_END_US], np.int64)
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
    tell: Callable[[str], None] = lambda line: None,
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
    tell : callable
        Called before anything is read with one line, where rows may wait on disk.

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
    _refuse_own_input(files, folder, request.names)
    tables = [action_table(path, request.mapping) for path in files]
    folder.mkdir(parents=True, exist_ok=True)
    report = Report()
    with _workplace(folder) as work:
        if needed := _disk_need(tables, room):
            tell(_checked(needed, work))
        job = _Job(request, resources.threads, room, work, report)
        job.read(tables, progress)
        job.prune()
        job.sweep(folder, progress)
    return {**report.values, "seconds": report.seconds}


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """Lock a folder, sweep what a killed run left, and give room for what waits."""
    with held(folder / LOCK, "edges"):
        sweep_parts(folder)
        for left in folder.glob(f".{WAITING}*"):
            shutil.rmtree(left, ignore_errors=True)
        with TemporaryDirectory(prefix=f".{WAITING}", dir=folder) as work:
            yield Path(work)


def _refuse_own_input(files: Sequence[Path], folder: Path, names: list[str]) -> None:
    results = {(folder / f"edge_{name}.parquet").resolve() for name in names}
    for path in files:
        if path.resolve() in results:
            raise ConfigError(
                f"{path.name} would be replaced by a result", "name another folder"
            )


def _disk_need(tables: Sequence[Table], room: int) -> int:
    """Return how much may wait on disk, where the files say how long they are.

    Pieces wait twice where there is little memory: as they are read, and by object.
    """
    rows = sum(table.rows or 0 for table in tables)
    needed = 2 * ROW_BYTES * rows
    return needed if max(needed, rows * INDEXED_BYTES) > room else 0


def _checked(needed: int, work: Path) -> str:
    """Refuse to begin what the disk cannot take; else say what it may have to."""
    free = shutil.disk_usage(work).free
    if needed > free:
        raise DiskFullError(
            f"The run needs up to {written(needed)} of disk; {written(free)} are free",
            "give more with --memory, or free some space",
        )
    return f"Up to {written(needed)} may wait on disk; {written(free)} are free."


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
            using = self.pieces, self.room, self.threads
            coded = read_actions(tables, *using, progress)
            give_back()
        tally = coded.tally
        self.report.values |= {
            "rows": tally.rows,
            "actions": tally.read,
            "accounts": len(coded.accounts),
            "rejected": dict(sorted(tally.rejected.items())),
        }
        if not tally.read:
            reasons = (f"{n:,}: {why}" for why, n in sorted(tally.rejected.items()))
            raise NotEnoughDataError(
                f"No row can be used ({'; '.join(reasons) or 'there is none'})",
                "check the columns and how times are written",
            )
        with self.report.timed("list"):
            degrees = degree_pruned(coded, self.request.least, self.threads)
            self.accounts = coded.accounts
            using = self.parts, self.room // 2, self.threads
            self.listed = list_by_object(coded, degrees, *using)
            give_back()

    def prune(self) -> None:
        """Drop rows without company, and order the accounts that are left by id."""
        longest_us, least = int(self.request.windows_us[-1]), self.request.least
        n = len(self.listed.codes)
        with self.report.timed("prune"), ThreadPoolExecutor(1) as pool:
            objects = prune(self.listed, longest_us, least, self.threads, n)
            packed = pool.submit(self.listed.pack)
            live = np.flatnonzero(objects)
            live = live[self.accounts.order(self.listed.codes[live])]
            self.ids = self.accounts.ids(self.listed.codes[live])
            self.label = labels(live.astype(np.int32), n)
            packed.result()
        self.report.values["live_actions"] = self.listed.n_rows

    def sweep(self, folder: Path, progress: Progress) -> None:
        """Write all pairs; where there are too many, sample objects and begin again."""
        limits, longest_us = self.request.limits, int(self.request.windows_us[-1])
        pairs = self.listed.pairs(longest_us, self.threads)
        walked = sum(int(part.sum()) for part in pairs)
        self.report.values |= {"co_actions": walked, "capped_objects": 0}
        self.report.values["pairs_lost"] = 0
        most = limits.pairs if walked > limits.pairs else None
        if walked > limits.co_actions or not self._written(folder, most, progress):
            with self.report.timed("sample"):
                lost, capped = self._thinned()
            self.report.values |= {"capped_objects": capped, "pairs_lost": lost}
            self.prune()
            self._write(folder, None, progress)
        self._tell()

    def _written(self, folder: Path, most: int | None, progress: Progress) -> bool:
        """Write all pairs unless there are too many; say whether they are written."""
        try:
            self._write(folder, most, progress)
        except TooManyPairsError:
            return False
        return True

    def _thinned(self) -> tuple[int, int]:
        """Thin every part by one cap; return pairs lost and objects thinned."""
        longest_us = int(self.request.windows_us[-1])
        pairs = list(self.listed.pairs(longest_us, self.threads))
        cap = crowding_cap(pairs, self.request.limits.pairs)
        hashes = self._hashes()[self.label]
        stay = 0
        for place, actions in enumerate(self.listed.actions()):
            thin = thinned_to(actions, pairs[place], cap, hashes)
            stay += pairs_up_to(thin, [longest_us], self.threads)[0]
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
            room=self._left(),
        )

    def _left(self) -> int:
        """Return the bytes that are left beside the ids and labels of accounts."""
        held = self.accounts.bytes() + self.ids.nbytes + self.label.nbytes
        return max(self.room - int(held), LEAST_ROOM)

    def _write(self, folder: Path, most: int | None, progress: Progress) -> None:
        give_back()
        with (
            self.report.timed("sweep"),
            EdgeWriter(folder, self.ids, self.request.names) as writer,
        ):
            for block in self._swept().blocks(progress, most):
                writer.write(block)
        self.report.values |= writer.sums

    def _tell(self) -> None:
        spilled = self.pieces.spilled + self.parts.spilled
        self.report.values |= {
            "live_accounts": len(self.ids),
            "mode": "disk" if spilled else "memory",
            "spilled_bytes": spilled,
        }
