"""Room on the disk: asked for before a command begins, a little kept for its end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from rasad.errors import DiskFullError

BALLAST = "ballast"
"""A file of a case that holds nothing but room."""

BALLAST_BYTES = 8 << 20
"""Enough for lines of the journal and for what the store writes when it is closed."""

SPARE = 4
"""Times its size that must be free for the ballast to be made."""

BESIDE_PLAIN, BESIDE_PACKED = 0.05, 0.4
"""Bytes of the store for each byte of a file: the least that were measured, so that
what is refused would not have ended well. So little comes of the JSON of an interface,
seven thousand bytes a post; of tables it is half to three times their size."""

START = 16 << 20
"""Bytes that a case takes in any case."""


def keep_ballast(folder: Path) -> None:
    """Make a case's ballast where it is missing and the disk has room enough.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     keep_ballast(Path(folder))
    ...     give_up_ballast(Path(folder)), give_up_ballast(Path(folder))
    (True, False)
    """
    path = folder / BALLAST
    if path.exists() or shutil.disk_usage(folder).free < SPARE * BALLAST_BYTES:
        return
    try:
        with path.open("xb") as file:
            _fill(file.fileno())
    except OSError:
        # It is a comfort: a command that needs no room shall run without it.
        give_up_ballast(folder)


def _fill(descriptor: int) -> None:
    """Have the disk set room aside; a file of which nothing was written takes none."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, BALLAST_BYTES)
        return
    for _ in range(BALLAST_BYTES >> 20):
        os.write(descriptor, bytes(1 << 20))


def give_up_ballast(folder: Path) -> bool:
    """Give a case's ballast back to the disk; tell whether that made room."""
    with suppress(OSError):
        (folder / BALLAST).unlink()
        return True
    return False


def check_room(size: int, place: Path, name: str) -> None:
    """Refuse to begin what the disk clearly has no room for.

    Parameters
    ----------
    size : int
        Bytes that will be written at the very least.
    place : pathlib.Path
        An existing folder on the disk.
    name : str
        What would be written, as the subject of the sentence.

    Raises
    ------
    DiskFullError
        If fewer are free; nothing was written.

    Examples
    --------
    >>> check_room(1 << 60, Path(), "The import")
    Traceback (most recent call last):
    ...
    rasad.errors.DiskFullError: ...
    """
    free = shutil.disk_usage(place).free
    if free < size:
        raise DiskFullError(
            f"{name} needs about {_mebibytes(size)}, and the disk has "
            f"{_mebibytes(free)} left",
            "free some space or keep the case on another disk, and repeat the command; "
            "nothing was begun",
        )


def room_for(files: Mapping[Path, bool], kept: Path) -> int:
    """Return how many bytes importing files will take at the very least.

    Parameters
    ----------
    files : mapping of pathlib.Path to bool
        What is imported, and whether it is unpacked while it is read.
    kept : pathlib.Path
        The folder of evidence. A file of the size of a copy there is taken to be known.

    Returns
    -------
    int
        Bytes of the copies and of what the store grows; 0 if all files are known.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     new = Path(folder, "new.csv")
    ...     _ = new.write_bytes(bytes(1000))
    ...     room_for({new: False}, Path(folder, "evidence")) - START
    1050
    """
    known = {copy.stat().st_size for copy in kept.iterdir()} if kept.exists() else set()
    total = 0.0
    for file, packed in files.items():
        size = file.stat().st_size
        if size not in known:
            total += size * (1 + (BESIDE_PACKED if packed else BESIDE_PLAIN))
    return int(total) + START if total else 0


def _mebibytes(size: int) -> str:
    return f"{size / (1 << 20):,.0f} MiB"
