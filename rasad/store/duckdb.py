"""The embedded store: DuckDB 2, opened in one place, able to touch one file only.

The store is a cache that can be rebuilt from the evidence copies and the journal. It is
opened with file access, extensions and further configuration switched off, because the
values in it were written by the people under investigation.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import duckdb
import pyarrow as pa

from rasad.config import Resources
from rasad.errors import (
    CaseLockedError,
    DiskError,
    DiskFullError,
    StoreDamagedError,
    StoreError,
)
from rasad.memory import amount, written
from rasad.schema import LINK_RULES, TABLES, columns
from rasad.store.files import disk_failed
from rasad.store.sql import Step, create_steps, ordered, quote, selected

SHARE = 0.4
"""Share of a run's memory that the engine may take; arrays take the rest."""

MUCH, MODEST = 1 << 26, 250_000_000
"""Bytes of a file from which one adds much, and of memory that the engine takes then.
It is enough: all queries of an import are about one batch."""

STREAMED = 1 << 18
"""Rows of a batch of a streamed result."""

OLDEST = (2, 0)
"""Below this version DuckDB lost acknowledged rows on a full disk."""

COLUMNS = """
    SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal
    ORDER BY table_name, column_index
"""

FULL = ("No space left", "File too large", "Disk quota exceeded")
FAILED = ("Input/output error", "fsync failed")
FORBIDDEN = ("Permission denied", "Read-only file system")
"""What the engine's errors hold when the disk is full, fails or may not be written."""

DAMAGE = (
    duckdb.IOException,
    duckdb.SerializationException,
    duckdb.FatalException,
    duckdb.InternalException,
)
"""Errors after which the file, or the engine's picture of it, cannot be trusted."""


NO_DAMAGE = (duckdb.ConnectionException, duckdb.OutOfMemoryException)
"""Errors of opening a file that say nothing of it; a damaged log has many others."""


class DuckDBStore:
    """All tables of a case in one file.

    Parameters
    ----------
    path : pathlib.Path or None
        The database file; None keeps everything in memory.
    resources : Resources, optional
        Memory and threads the engine may use.

    Examples
    --------
    >>> with DuckDBStore(None) as store:
    ...     store.rows("SELECT count(*) AS n FROM edge")
    [{'n': 0}]
    """

    def __init__(self, path: Path | None, resources: Resources | None = None) -> None:
        self.path = path
        self._resources = resources or Resources()
        self._connection = _connect(path, self._resources)
        try:
            self._make_tables()
        except BaseException:
            # The engine keeps a file that anybody holds, with all that is wrong of it.
            self.close()
            raise

    def _make_tables(self) -> None:
        """Make what is missing; refuse tables that another version of this made."""
        if not self._held().keys() >= TABLES.keys():
            with self.transaction():
                for step in create_steps():
                    self.run(step)
        held = self._held()
        for table in TABLES:
            if held[table] != list(columns(table)):
                raise StoreDamagedError(
                    f"Table {table} of the store was made by another version",
                    "repeat the command: the store is rebuilt from the evidence",
                    self.path,
                )

    def _held(self) -> dict[str, list[str]]:
        """Return the columns of every table that the file holds."""
        held: dict[str, list[str]] = {}
        for row in self.rows(COLUMNS):
            held.setdefault(row["table_name"], []).append(row["column_name"])
        return held

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write everything to the file and let go of it."""
        self._connection.close()

    def run(self, step: Step) -> None:
        """Run a statement for its effect."""
        with _wrapped(step.name, self.path):
            self._connection.execute(step.sql, dict(step.values) or None)

    def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        """Run a query and return its rows as dictionaries."""
        with _wrapped("answer a query", self.path):
            result = self._connection.execute(sql, values or None)
            names = [item[0] for item in result.description or ()]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def arrow(self, sql: str, **values: Any) -> pa.Table:
        """Run a query and return its result as an Arrow table."""
        with _wrapped("answer a query", self.path):
            return self._connection.sql(sql, params=values or None).to_arrow_table()

    def stream(self, sql: str, **values: Any) -> Iterator[pa.RecordBatch]:
        """Run a query and yield its result in batches, never all at once.

        No other query may run meanwhile.
        """
        with _wrapped("answer a query", self.path):
            result = self._connection.sql(sql, params=values or None)
            yield from result.to_arrow_reader(STREAMED)

    def batches(self, table: str, size: int = 100_000) -> Iterator[pa.RecordBatch]:
        """Read a table in the order of its key, in batches."""
        with _wrapped(f"read {table}", self.path):
            yield from self._connection.sql(ordered(table)).to_arrow_reader(size)

    def arrow_schema(self, table: str) -> pa.Schema:
        """Return the Arrow schema in which a table is read."""
        empty = f"SELECT * FROM {quote(table)} LIMIT 0"
        return self.arrow(empty).schema

    def insert(self, table: str, content: pa.Table) -> None:
        """Append rows whose columns are the table's, in any order."""
        if not content.num_rows:
            return
        names = list(columns(table))
        with _wrapped(f"insert into {table}", self.path), self.lent(content) as source:
            chosen = selected(names)
            sql = f"INSERT INTO {quote(table)} ({chosen}) SELECT {chosen} FROM {source}"
            self._connection.execute(sql)

    @contextmanager
    def lent(self, content: pa.Table, name: str = "lent") -> Iterator[str]:
        """Let queries read an Arrow table under a name, which is yielded."""
        loan = _Loan(content)
        try:
            with _wrapped("take a table", self.path):
                self._connection.register(name, loan)
            yield name
        except StoreError as error:
            if loan.interrupted:
                raise KeyboardInterrupt from error
            raise
        finally:
            loan.content = None
            # An engine that met a full disk refuses this too; there is a first error.
            with suppress(duckdb.Error):
                self._connection.unregister(name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside happen wholly or not at all."""
        self.run(Step(name="begin", sql="BEGIN TRANSACTION"))
        try:
            yield
        except BaseException:
            # An engine that met a full disk refuses this too, and has undone all.
            with suppress(duckdb.Error):
                self._connection.execute("ROLLBACK")
            raise
        self.run(Step(name="commit", sql="COMMIT"))

    @contextmanager
    def adding(self, size: int) -> Iterator[None]:
        """Make everything that comes of a file happen wholly or not at all.

        Parameters
        ----------
        size : int
            Bytes of the file. A large one is added with one thread and little memory:
            rows are prepared by others meanwhile, and of what it wrote the engine would
            keep as much in memory as it may.
        """
        modest = self.path is not None and size >= MUCH
        if modest:
            # A commit of much goes to the tables, not to a log that they are made from.
            self._reopen(_modest(self._resources), checkpoint_threshold="1MiB")
        try:
            with self.transaction():
                yield
        except (StoreError, DiskError):
            # An engine that failed is left as it is; the command ends.
            raise
        except BaseException:
            if modest:
                self._reopen(self._resources)
            raise
        if modest:
            self._reopen(self._resources)

    def _reopen(self, resources: Resources, **settings: str) -> None:
        """Go on with other resources; what is written stays what it is."""
        try:
            with _wrapped("reopen the store", self.path):
                self._connection.close()
            self._connection = _connect(self.path, resources, **settings)
        except KeyboardInterrupt:
            # Whoever is stopped here still asks what the store holds.
            with suppress(StoreError):
                self._connection = _connect(self.path, self._resources)
            raise


def _modest(resources: Resources) -> Resources:
    most = min(amount(resources.memory), int(MODEST / SHARE))
    return Resources(memory=written(most), threads=1)


class _Loan:
    """Stands for a table while it is lent.

    Inside a transaction the engine holds what was registered until the commit, also
    after it was taken back; so it gets this, which can let go of the table.
    """

    def __init__(self, content: pa.Table) -> None:
        self.content: pa.Table | None = content
        self.interrupted = False

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hand out the rows, as Arrow's stream interface has it.

        The engine makes an error of its own of whatever is raised here.
        """
        if self.content is None:
            raise StoreError("A table was read after its time", "report this")
        try:
            return self.content.__arrow_c_stream__(requested_schema)
        except KeyboardInterrupt:
            self.interrupted = True
            raise


def _connect(
    path: Path | None, resources: Resources, **further: str
) -> duckdb.DuckDBPyConnection:
    version = tuple(int(part) for part in duckdb.__version__.split(".")[:2])
    if version < OLDEST:
        raise StoreError(
            f"DuckDB {duckdb.__version__} is too old", "install 2.0 or newer"
        )
    settings: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "allow_unsigned_extensions": "false",
        "memory_limit": written(int(amount(resources.memory) * SHARE)),
        "threads": str(resources.threads),
        "preserve_insertion_order": "false",
        **further,
    }
    if path is not None:
        settings["temp_directory"] = str(path.with_suffix(".spill"))
    with _wrapped("open the store", path, opening=True):
        connection = duckdb.connect(str(path or ":memory:"), config=settings)
        connection.execute("SET lock_configuration = true")
    return connection


@contextmanager
def _wrapped(doing: str, path: Path | None, opening: bool = False) -> Iterator[None]:
    """Turn an engine error into ours; the only place where that happens."""
    try:
        yield
    except duckdb.Error as error:
        # The engine's text can quote values; its first line names the cause.
        cause = str(error).splitlines()[0]
        if any(words in cause for words in FULL):
            raise DiskFullError(
                "The disk is full while writing the store of the case",
                "free some space and repeat the command",
            ) from error
        if any(words in cause for words in FAILED):
            raise disk_failed("in the store of the case") from error
        if "lock on file" in cause:
            raise CaseLockedError(
                "The store of the case is open in another program",
                "close it there; tables to look at are in the case's out folder",
            ) from error
        if any(words in cause for words in FORBIDDEN):
            raise StoreError(
                "The store of the case cannot be opened for writing",
                "see who may write to the folder of the case and the files in it",
            ) from error
        if _is_damage(error, cause, opening):
            raise StoreDamagedError(
                f"The store is damaged ({cause})",
                "repeat the command: the store is rebuilt from the evidence",
                path,
            ) from error
        raise StoreError(
            f"The store could not {doing} ({cause})",
            "give it more with --memory, or report this",
        ) from error


def _is_damage(error: duckdb.Error, cause: str, opening: bool) -> bool:
    """Tell whether an error means that the file is not what was written."""
    if isinstance(error, DAMAGE) or "Corrupt database file" in cause:
        return True
    return opening and not isinstance(error, NO_DAMAGE)


def readable(path: Path, resources: Resources) -> DuckDBStore:
    """Open a store and read from it: damage may show only then.

    Raises
    ------
    StoreDamagedError
        If it cannot be read, or other rules for links made it.
    """
    store = DuckDBStore(path, resources)
    try:
        _check_rules(path, store.rows("SELECT * FROM source"))
    except BaseException:
        store.close()
        raise
    return store


def _check_rules(path: Path, sources: list[dict[str, Any]]) -> None:
    """Refuse objects that were made of links by other rules."""
    if any(source["link_rules"] != LINK_RULES for source in sources):
        raise StoreDamagedError(
            "The store was made by other rules for links",
            "repeat the command: the store is rebuilt from the evidence",
            path,
        )
