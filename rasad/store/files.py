"""Files that are either wholly there or not there at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from rasad.errors import DiskFailedError, DiskFullError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Write a file under a temporary name; give it its name when it is on the disk.

    Raises
    ------
    DiskFullError, DiskFailedError
        If the disk cannot take it; the temporary file is gone then.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with written_whole(Path(folder, "a.txt")) as file:
    ...         _ = file.write(b"whole")
    ...     Path(folder, "a.txt").read_bytes()
    b'whole'
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with disk_errors(path):
            with temporary.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def is_part(path: Path) -> bool:
    """Tell whether a file is one that never got its name."""
    return path.name.startswith(".") and path.name.endswith(".part")


def sweep(folder: Path) -> None:
    """Remove files that a killed command left without their name."""
    for path in folder.iterdir():
        if is_part(path):
            path.unlink(missing_ok=True)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn a full or failing disk into one sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskFullError(
                f"The disk is full while writing {path.name}",
                "free some space and repeat the command",
            ) from error
        if error.errno == errno.EIO:
            raise disk_failed(f"while writing {path.name}") from error
        raise


def disk_failed(when: str) -> DiskFailedError:
    """Return the error of a disk that cannot read or write what it should."""
    return DiskFailedError(
        f"The disk reports an error {when}",
        "look at its health and its cable, save the case elsewhere, and repeat the "
        "command",
    )


def sync_folder(folder: Path) -> None:
    """Make sure that a new name in a folder survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
