"""The toolkit's SQLite database, read as it is and never written to.

Only two of its tables say what the data are: `edge`, one row for each message, and
`message_url`, one for each message and link. The networks it holds are not looked at.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from rasad.errors import ImportFormatError
from rasad.evaluate.baselines.rival_rows import Cells, unreadable
from rasad.importers.containers import check_readable, first_bytes
from rasad.importers.unpacking import Place

MAGIC = b"SQLite format 3\0"

MESSAGES = """
    SELECT rowid, message_id, user_id, username, repost_id, reply_id, message,
        timestamp, NULL
    FROM edge ORDER BY rowid
"""
LINKS = "SELECT rowid, message_id, user_id, url, timestamp FROM message_url ORDER BY 1"


def is_database(path: Path) -> bool:
    """Tell whether a file is a SQLite database.

    Raises
    ------
    ImportFormatError
        If it is missing, a folder, empty or not readable.
    """
    check_readable(path)
    return first_bytes(Place(path)).startswith(MAGIC)


def message_rows(path: Path) -> Iterator[tuple[int, Cells]]:
    """Yield the messages of a database as rows of the toolkit's table, without links.

    Yields
    ------
    tuple of int, list of str or None
        The number of the row, and eight cells.

    Raises
    ------
    ImportFormatError
        If it cannot be read, or is not the toolkit's.
    """
    return _rows(path, "edge", MESSAGES)


def link_rows(path: Path) -> Iterator[tuple[int, Cells]]:
    """Yield the links of a database: message, account, link and time.

    Yields
    ------
    tuple of int, list of str or None
        The number of the row, and four cells.

    Raises
    ------
    ImportFormatError
        If it cannot be read, or is not the toolkit's.
    """
    return _rows(path, "message_url", LINKS)


def _rows(path: Path, table: str, query: str) -> Iterator[tuple[int, Cells]]:
    try:
        with closing(_opened(path)) as database:
            _check_table(path, database, table)
            for number, *values in database.execute(query):
                yield number, [_text(value, path, number) for value in values]
    except sqlite3.Error as error:
        raise ImportFormatError(
            f"{path.name} cannot be read as the toolkit's database ({error})",
            "make it anew with the toolkit's release 1.5, or give its CSV file",
        ) from error


def _opened(path: Path) -> sqlite3.Connection:
    """Open a database that is left exactly as it is.

    The toolkit's databases keep a write-ahead log, for which SQLite makes two files
    even to read. Where there is no log, nothing is pending, and none need be made.
    """
    log = path.with_name(f"{path.name}-wal")
    pending = log.exists() and log.stat().st_size > 0
    mode = "mode=ro" if pending else "mode=ro&immutable=1"
    database = sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True)
    # A foreign file may name functions in views and indexes; none are to run.
    database.execute("PRAGMA trusted_schema = OFF")
    return database


def _check_table(path: Path, database: sqlite3.Connection, table: str) -> None:
    """Accept a plain table only: a view could compute for ever."""
    found = database.execute(
        "SELECT 1 FROM sqlite_master "
        "WHERE type = 'table' AND rootpage > 0 AND name = ?",
        [table],
    )
    if found.fetchone() is None:
        raise ImportFormatError(
            f"{path.name} is a SQLite database without the toolkit's table {table}",
            "give a database that the toolkit made, or a CSV file",
        )


def _text(value: object, path: Path, number: int) -> str | None:
    if isinstance(value, bytes):
        raise unreadable(path, number, "a cell holds bytes instead of text")
    return None if value is None else str(value)
