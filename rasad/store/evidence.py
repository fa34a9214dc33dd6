"""Copies of the files as received, named by their SHA-256 and never written again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from rasad.errors import EvidenceError
from rasad.store.files import arriving, is_part
from rasad.store.in_force import PURGE
from rasad.store.journal import Journal
from rasad.store.room import check_room

BLOCK = 1 << 20

HIDDEN = "privacy"
"""The event of a file in the journal of which only pseudonyms are kept."""


class Evidence:
    """The evidence folder of one case.

    Parameters
    ----------
    folder : pathlib.Path
        The folder; it must exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._added: dict[tuple[object, ...], str] = {}

    def path(self, source_id: str) -> Path:
        """Return where the copy of a source is kept."""
        return self.folder / source_id

    def add(self, original: Path) -> str:
        """Copy a file and return the SHA-256 of what was copied.

        An archive of many files is asked for once for each: what was copied before and
        is still the same file is not read again.
        """
        same = (str(original), *_state(original.stat()))
        if same not in self._added or not self.path(self._added[same]).exists():
            self._added[same] = self._held(original) or self._copied(original)
        return self._added[same]

    def _held(self, original: Path) -> str:
        """Return the id of a file that is here already, which needs no room."""
        if original.stat().st_size in self._sizes:
            with original.open("rb") as file, _reading(original.name):
                source_id = _digest(file)
            if self.path(source_id).exists():
                self.check(source_id)
                return source_id
        return ""

    @cached_property
    def _sizes(self) -> set[int]:
        """Sizes of copies: no file of another size is here already."""
        copies = [path for path in self.folder.iterdir() if not is_part(path)]
        return {path.stat().st_size for path in copies if path.exists()}

    def _copied(self, original: Path) -> str:
        """Copy and hash a file in one pass, and keep the copy if it is the file."""
        about = original.stat()
        check_room(about.st_size, self.folder, f"The copy of {original.name}")
        with (
            original.open("rb") as file,
            arriving(self.folder, self.folder.name) as copy,
        ):
            source_id = _copy(_blocks(file, original.name), copy.file)
            if not _is_still(file, about, source_id, original.name):
                raise EvidenceError(
                    f"{original.name} changed while it was copied",
                    "wait until nothing writes to it and repeat the command",
                )
            if self.path(source_id).exists():
                self.check(source_id)
                return source_id
            os.fchmod(copy.file.fileno(), 0o400)
            copy.name = source_id
        self._sizes.add(about.st_size)
        return source_id

    def check(self, source_id: str) -> None:
        """Make sure that a copy still is what was received.

        Raises
        ------
        EvidenceError
            If the copy is missing or one bit of it differs.
        """
        kept = self.path(source_id)
        if not kept.exists():
            raise EvidenceError(
                f"The evidence copy {source_id[:12]} is missing",
                "put the original file back under that name in the evidence folder",
            )
        if sha256(kept) != source_id:
            raise EvidenceError(
                f"The evidence copy {source_id[:12]} was changed",
                "replace it by the original file; findings from it cannot be trusted",
            )

    def drop(self, source_id: str) -> None:
        """Remove a copy that never became part of the case."""
        self.path(source_id).unlink(missing_ok=True)


def _state(about: os.stat_result) -> tuple[int, ...]:
    """Return what is another once a file is another, or written to."""
    return about.st_ino, about.st_mtime_ns, about.st_ctime_ns, about.st_size


def _is_still(
    file: BufferedReader, about: os.stat_result, source_id: str, name: str
) -> bool:
    """Tell whether a file that was read to its end is what was read.

    A new link to it changes its times too; so if they differ it is read once more. Who
    writes without a trace in its times, as into mapped memory, is not noticed. The copy
    has one hash all the same, and it is the copy that is analysed.
    """
    if _state(os.fstat(file.fileno())) == _state(about):
        return file.tell() == about.st_size
    with _reading(name):
        file.seek(0)
        return _digest(file) == source_id


@contextmanager
def _reading(name: str) -> Iterator[None]:
    """Say which file cannot be read: its disk is not the case's."""
    try:
        yield
    except OSError as error:
        raise EvidenceError(
            f"{name} cannot be read to its end ({error.strerror})",
            "look at the disk that it is on, or get the file again",
        ) from error


def _blocks(file: BinaryIO, name: str) -> Iterator[bytes]:
    """Yield the content of a file of somebody else's."""
    while True:
        with _reading(name):
            block = file.read(BLOCK)
        if not block:
            return
        yield block


def _copy(blocks: Iterable[bytes], copy: BinaryIO) -> str:
    """Write blocks, and return the SHA-256 of all as hexadecimal digits."""
    copied = hashlib.sha256()
    with ThreadPoolExecutor(1) as thread:
        for block in blocks:
            hashed = thread.submit(copied.update, block)
            copy.write(block)
            hashed.result()
    return copied.hexdigest()


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as file:
        return _digest(file)


def _digest(file: BufferedReader) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()


def verified(journal: Journal, evidence: Evidence) -> list[str]:
    """Check a journal's chain and the copies it names; return what was checked.

    Raises
    ------
    EvidenceError
        If anything is not what it was.
    """
    entries, copies = journal.entries(), journal.copies()
    for copy in copies:
        evidence.check(copy)
    purged = sum(entry["event"] == PURGE for entry in entries)
    after = f", or as {purged} purges left them" if purged else ""
    hidden = {one["body"]["name"] for one in entries if one["event"] == HIDDEN}
    kept = f"{len(hidden)} files have pseudonyms only; what was given is not kept"
    return [
        *([kept] if hidden else []),
        f"journal: {len(entries)} entries, chain unbroken",
        f"evidence: {len(copies)} copies, all as received{after}",
    ]
