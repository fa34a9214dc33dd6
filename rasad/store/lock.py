"""One writer per folder, and a name for whoever it is."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rasad.errors import CaseLockedError
from rasad.store.files import disk_errors


@contextmanager
def held(path: Path, purpose: str) -> Iterator[None]:
    """Hold a lock file, or say who does.

    The operating system lets go of the lock when the process ends, however it ends, so
    a killed command never leaves a case locked.

    Raises
    ------
    CaseLockedError
        If another process holds it.
    DiskFullError, DiskFailedError
        If there is no lock file yet and the disk cannot take one.
    """
    with disk_errors(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CaseLockedError(
                f"The folder {path.parent.name} is in use by {_holder(path)}",
                "wait until that command has ended",
            ) from error
        _note(descriptor, purpose)
        yield
        with suppress(OSError):
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _note(descriptor: int, purpose: str) -> None:
    """Write who holds the lock; it holds on a disk that cannot take that, too."""
    started = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    note = {"pid": os.getpid(), "purpose": purpose, "started": started}
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps(note).encode())


def _holder(path: Path) -> str:
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        return (
            f"process {note['pid']} (rasad {note['purpose']}, since {note['started']})"
        )
    except (ValueError, KeyError, OSError):
        return "another process"
