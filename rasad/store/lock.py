"""One writer per folder, and a name for whoever it is."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rasad.errors import CaseLockedError


@contextmanager
def held(path: Path, purpose: str) -> Iterator[None]:
    """Hold a lock file, or say who does.

    The operating system lets go of the lock when the process ends, however it ends, so
    a killed command never leaves a case locked.

    Raises
    ------
    CaseLockedError
        If another process holds it.
    """
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CaseLockedError(
                f"The folder {path.parent.name} is in use by {_holder(path)}",
                "wait until that command has ended",
            ) from error
        file.truncate(0)
        started = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
        json.dump({"pid": os.getpid(), "purpose": purpose, "started": started}, file)
        file.flush()
        yield
        file.truncate(0)


def _holder(path: Path) -> str:
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        return (
            f"process {note['pid']} (rasad {note['purpose']}, since {note['started']})"
        )
    except (ValueError, KeyError, OSError):
        return "another process"
