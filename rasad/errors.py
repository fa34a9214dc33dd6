"""What can go wrong, each as one sentence in three parts.

Every error says what was wrong, where, and what to do next. The command line prints
it without a traceback; a library caller can catch the class or the built-in that it
resembles.
"""

from __future__ import annotations

from pathlib import Path

from rasad.printable import printable


class RasadError(Exception):
    """Base of every error that a user can mend.

    Parameters
    ----------
    what : str
        What happened and where, without a full stop.
    todo : str
        What to do about it, without a full stop.

    Examples
    --------
    >>> print(RasadError("The file is empty", "give a file with at least one row"))
    The file is empty: give a file with at least one row.
    """

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(what, todo)
        self.what = what
        self.todo = todo

    def __str__(self) -> str:
        # Names of files and columns may hold line ends, and are of strangers.
        return printable(f"{self.what}: {self.todo}.")


class ConfigError(RasadError, ValueError):
    """A setting is unknown, of the wrong type or out of range."""


class ImportFormatError(RasadError, ValueError):
    """A file cannot be read as any known format."""


class MappingError(RasadError, ValueError):
    """A column mapping is incomplete or names columns that do not exist."""


class CaseError(RasadError):
    """A case folder is missing, foreign, damaged or newer than this program."""


class CaseLockedError(CaseError):
    """Another process holds the case, or its store."""


class StoreError(RasadError):
    """The store refused a statement, or is damaged."""


class StoreDamagedError(StoreError):
    """The store's file is not what was written; it can be rebuilt.

    Parameters
    ----------
    what, todo : str
        As for every error.
    path : pathlib.Path or None
        The store's file.
    """

    def __init__(self, what: str, todo: str, path: Path | None = None) -> None:
        super().__init__(what, todo)
        self.path = path


class EvidenceError(RasadError):
    """An evidence copy or the journal is not what it was."""


class DiskError(RasadError, OSError):
    """The disk cannot do what it is asked for."""


class DiskFullError(DiskError):
    """The disk cannot take what has to be written."""


class DiskFailedError(DiskError):
    """The disk reports an error while it reads or writes."""


class NotEnoughDataError(RasadError):
    """There is nothing to analyse; the tables stay as they were."""


class MemoryLimitError(RasadError, MemoryError):
    """A run cannot keep within the memory that it was given."""


class RefusedError(RasadError):
    """A question is answered to nobody: the answer could harm people."""
