"""A copy of a case to try things on; the case itself is locked and never changed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rasad.errors import CaseError, DiskFullError
from rasad.store.files import disk_errors, is_part
from rasad.store.folder import BACKGROUND
from rasad.store.lock import held

PREFIX = "copy-"
FILES = ("case.toml", "journal.jsonl", "case.duckdb", "case.duckdb.wal")
GROWTH = 3.0
"""A copy in which detection has run may take so many times its size at the start."""

ROOM = 64 << 20
"""Bytes that it takes in any case."""


@contextmanager
def working_copy(folder: Path, purpose: str) -> Iterator[Path]:
    """Lend a copy of a case, inside its cache folder; it is gone at the end.

    Evidence is not copied but pointed to: it is read only if the copy's store must be
    rebuilt. A copy that a killed command left is removed.

    Parameters
    ----------
    folder : pathlib.Path
        The case, which stays locked until the copy is gone.
    purpose : str
        What a second command is told about this one.

    Raises
    ------
    CaseError
        If it is no case, or somebody else holds it.
    DiskFullError
        If the disk has no room for a copy and what is computed in it.
    """
    if not (folder / "case.toml").is_file():
        raise CaseError(f"There is no case {folder}", "import a file into it first")
    with held(folder / "case.lock", purpose):
        cache = folder / "cache"
        cache.mkdir(exist_ok=True, mode=0o700)
        for left in cache.glob(f"{PREFIX}*"):
            shutil.rmtree(left)
        _check_room(folder, cache)
        with tempfile.TemporaryDirectory(prefix=PREFIX, dir=cache) as scratch:
            copy = Path(scratch, "case")
            with disk_errors(copy):
                _copy(folder, copy)
            yield copy


def _check_room(folder: Path, place: Path) -> None:
    size = sum(path.stat().st_size for path in _copied(folder))
    if (folder / BACKGROUND).is_dir():
        size += sum(path.stat().st_size for path in _copied(folder / BACKGROUND))
    needed, free = int(GROWTH * size) + ROOM, shutil.disk_usage(place).free
    if free < needed:
        raise DiskFullError(
            f"A copy of {folder.name} and what is computed in it may take "
            f"{needed >> 20:,} MiB, and the disk has {free >> 20:,} MiB left",
            "free some space and repeat the command",
        )


def _copied(folder: Path) -> list[Path]:
    """Return the files of a case that a copy needs, without its evidence."""
    counts = (folder / "cache").glob("*.parquet")
    named = (folder / name for name in FILES)
    return [path for path in (*named, *counts) if path.is_file() and not is_part(path)]


def _copy(folder: Path, copy: Path) -> None:
    for part in ("cache", "evidence"):
        (copy / part).mkdir(parents=True, mode=0o700)
    for path in _copied(folder):
        shutil.copyfile(path, copy / path.relative_to(folder))
    for path in (folder / "evidence").glob("[!.]*"):
        (copy / "evidence" / path.name).symlink_to(path.resolve())
    if (folder / BACKGROUND).is_dir():
        _copy(folder / BACKGROUND, copy / BACKGROUND)
