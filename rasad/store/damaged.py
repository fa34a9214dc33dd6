"""A store that cannot be read: kept under another name, to make room for a new one."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from rasad.store.files import disk_errors, sync_folder

LOG = ".wal"
"""Ending of the log that the engine keeps beside its file."""


def set_aside(path: Path) -> str:
    """Rename a damaged store and its log, and return the new name.

    Parameters
    ----------
    path : pathlib.Path
        The store's file, which nothing holds open. It, or its log, may be missing.

    Raises
    ------
    DiskFullError, DiskFailedError
        If the disk cannot take new names.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Path(folder, "case.duckdb.wal").touch()
    ...     kept = set_aside(Path(folder, "case.duckdb"))
    ...     kept, [file.name for file in Path(folder).iterdir()]
    ('case.duckdb.damaged-1', ['case.duckdb.damaged-1.wal'])
    """
    taken = {kept.name.removesuffix(LOG) for kept in path.parent.iterdir()}
    names = (f"{path.name}.damaged-{number}" for number in count(1))
    name = next(name for name in names if name not in taken)
    with disk_errors(path):
        for ending in ("", LOG):
            damaged = path.with_name(path.name + ending)
            if damaged.exists():
                damaged.rename(path.with_name(name + ending))
        sync_folder(path.parent)
    return name
