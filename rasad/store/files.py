"""Files that are either wholly there or not there at all."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rasad.errors import DiskFailedError, DiskFullError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass
class Arriving:
    """A file that is being written; it keeps no more than the name that it is given."""

    file: BinaryIO
    name: str = ""


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
    with arriving(path.parent, path.name) as new:
        new.name = path.name
        yield new.file


@contextmanager
def arriving(folder: Path, called: str) -> Iterator[Arriving]:
    """Write a file whose name is known only when all of it is written.

    Parameters
    ----------
    folder : pathlib.Path
        Where it is to be.
    called : str
        What it is called until then, and in messages.

    Yields
    ------
    Arriving
        To be written to, and given a name; without one nothing is kept.

    Raises
    ------
    DiskFullError, DiskFailedError
        If the disk cannot take it; the temporary file is gone then.
    """
    temporary = folder / f".{called}.{os.getpid()}.{threading.get_ident()}.part"
    try:
        with disk_errors(folder / called):
            with temporary.open("wb") as file:
                new = Arriving(file)
                yield new
                if new.name:
                    file.flush()
                    os.fsync(file.fileno())
            if new.name:
                temporary.replace(folder / new.name)
                sync_folder(folder)
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
