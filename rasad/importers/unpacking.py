"""Packed files as streams: gzip, zstd and zip, never written to a path.

What is inside is read as it is unpacked. A file says of itself how large it is and
whether it is whole; neither is believed.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, cast

from rasad.errors import ImportFormatError
from rasad.importers import archives
from rasad.importers.archives import EMPTY_ZIP, FREE, RATIO, ZIP
from rasad.importers.archives import UNPACK as UNPACK
from rasad.importers.packed_frames import (
    GZIP_FILE,
    ZSTD_FILE,
    DamagedError,
    EndsEarlyError,
    Frames,
)
from rasad.importers.packed_frames import (
    ZSTD as ZSTD,
)

State = Literal["complete", "ended_early", "damaged"]

GZIP = b"\x1f\x8b"

BLOCK = 1 << 18
PART = 1 << 14
"""Bytes that are unpacked at once."""

MOST_MEMBERS = 2_000
"""Files in an archive, each of which is read by a process of its own."""

FIRST = 1 << 16
"""Bytes at the start of a file that are looked at to tell what it is."""

SAVE = "save the table as CSV in UTF-8 or as Parquet"

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a workbook begins that is older than 2007, or encrypted."""

WORKBOOK = ("xl/workbook.xml", "xl/workbook.bin", "META-INF/manifest.xml")
"""A file that is in each workbook of a kind: of Excel's two, and of LibreOffice's."""

LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db")
"""What systems put into archives beside what people do."""


@dataclass(frozen=True)
class Place:
    """A file, or a file inside an archive.

    Parameters
    ----------
    path : Path
        The file.
    member : str
        Name of the file inside it, where it is a zip archive.
    """

    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        """Return what a person calls it."""
        return f"{self.path.name}: {self.member}" if self.member else self.path.name


@dataclass(frozen=True)
class Measured:
    """How many bytes a file holds when it is unpacked, and whether it is whole.

    What is `unchecked` has no sum of its own to tell that.
    """

    size: int
    state: State
    unchecked: bool = False


def is_packed(path: Path) -> bool:
    """Tell whether a file is one that is unpacked while it is read."""
    with path.open("rb") as file:
        return _kind(file.read(4)) != b""


def is_workbook(path: Path) -> bool:
    """Tell whether a file is a workbook of Excel or LibreOffice, or was meant to be.

    Raises
    ------
    ImportFormatError
        If it is a damaged zip archive.
    """
    with path.open("rb") as file:
        begin = file.read(len(OLD_OFFICE))
    if not begin.startswith(ZIP):
        return begin == OLD_OFFICE
    return not {one.filename for one in archives.listed(path)}.isdisjoint(WORKBOOK)


def check_parts(path: Path) -> None:
    """Unpack every part of a workbook once, and refuse one that is damaged or a bomb.

    Raises
    ------
    ImportFormatError
        If a part is not whole, or larger than any table's is.
    """
    if not is_packed(path):
        return
    inside = archives.listed(path)
    archives.check_total(path, inside)
    for one in inside:
        archives.check_method(path, one)
        if (
            not one.is_dir()
            and _unpacked(Place(path, one.filename)).state != "complete"
        ):
            raise archives.damaged(path)


def members(path: Path) -> list[str]:
    """Return the names of the files inside a zip archive; none of another file.

    A workbook counts as one file, though it is a zip archive.

    Raises
    ------
    ImportFormatError
        If the archive is damaged, holds nothing or something that cannot be read, or
        is a bomb.
    """
    with path.open("rb") as file:
        begin = file.read(FIRST)
    if not begin.startswith((ZIP, EMPTY_ZIP)) or is_workbook(path):
        return []
    inside = [one for one in archives.listed(path) if not one.is_dir()]
    wanted = [one for one in inside if not _is_litter(one.filename)]
    if not wanted:
        raise ImportFormatError(
            f"{path.name} is a zip archive with nothing inside", "give another file"
        )
    if len(wanted) > MOST_MEMBERS:
        raise ImportFormatError(
            f"{path.name} holds {len(wanted):,} files",
            f"unpack it and give the folder; up to {MOST_MEMBERS:,} are read packed",
        )
    archives.check_total(path, wanted)
    for one in wanted:
        archives.check_method(path, one)
    names = [one.filename for one in wanted]
    if len(set(names)) < len(names):
        raise ImportFormatError(
            f"{path.name} holds two files of one name", "unpack it and import the files"
        )
    return names


def litter(path: Path) -> list[str]:
    """Return the names of the files in a zip archive that systems put there."""
    with path.open("rb") as file:
        packed = file.read(len(ZIP)) == ZIP
    inside = archives.listed(path) if packed else []
    names = [one.filename for one in inside if not one.is_dir()]
    return sorted({name for name in names if _is_litter(name)})[:MOST_MEMBERS]


def only_member(path: Path) -> str:
    """Return the name of the one file in a zip archive; empty for another file.

    Raises
    ------
    ImportFormatError
        If it is a workbook, or the archive cannot be read or holds several.
    """
    if is_workbook(path):
        raise ImportFormatError(f"{path.name} is a workbook", SAVE)
    names = members(path)
    if len(names) > 1:
        raise ImportFormatError(
            f"{path.name} holds {len(names)} files",
            "unpack it and give one of them; rasad import reads all of them",
        )
    return names[0] if names else ""


@contextmanager
def opened(place: Place) -> Iterator[BinaryIO]:
    """Open a file for reading from its start, unpacked if it is packed.

    Notes
    -----
    Reading ends where a damaged stream can be followed no further, without an error:
    `measured` says that it did.
    """
    packed = is_packed(place.path)
    with _raw(place) as (stream, consumed):
        if packed:
            followed = _Followed(stream, consumed, place.name)
            yield io.BufferedReader(followed, BLOCK)
        else:
            yield stream


def measured(place: Place) -> Measured:
    """Unpack a file once and return how large and how whole it is.

    A workbook is as large as it is packed: its parts are no file of anybody's.

    Raises
    ------
    ImportFormatError
        If it unpacks to more than any export of posts does.
    """
    if not is_packed(place.path) or is_workbook(place.path):
        return Measured(place.path.stat().st_size, "complete")
    return _unpacked(place)


def _unpacked(place: Place) -> Measured:
    size = 0
    with _raw(place) as (stream, consumed):
        followed = _Followed(stream, consumed, place.name)
        buffer = bytearray(BLOCK)
        while read := followed.readinto(memoryview(buffer)):
            size += read
    state = followed.state
    if place.member and state == "complete" and size != _listed_member(place).file_size:
        state = "damaged"
    return Measured(size, state, isinstance(stream, Frames) and stream.unchecked)


def check_whole(place: Place) -> None:
    """Refuse a packed file that cannot be unpacked to its end.

    For whoever counts rows and keeps no account of where bytes went.

    Raises
    ------
    ImportFormatError
        If it is damaged, ends early or is a bomb.
    """
    if is_packed(place.path) and measured(place).state != "complete":
        raise ImportFormatError(
            f"{place.name} is damaged or ends early",
            "fetch it again; rasad import reads what is there and says so",
        )


class _Followed(io.RawIOBase):
    """A stream that ends where it cannot be followed, and remembers why.

    It is unpacked in blocks of one size, so that it ends at the same byte however it is
    read. A bomb is an error as soon as it shows, whoever reads it.
    """

    def __init__(
        self, stream: BinaryIO, consumed: Callable[[], int], name: str
    ) -> None:
        self._stream, self._consumed, self._name = stream, consumed, name
        self._block = memoryview(b"")
        self._given = 0
        self.state: State = "complete"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._block and self.state == "complete":
            self._block = memoryview(self._next())
            self._given += len(self._block)
            if self._given > FREE and self._given > RATIO * self._consumed():
                raise archives.bomb(self._name)
        part = self._block[: len(buffer)]
        buffer[: len(part)] = part
        self._block = self._block[len(part) :]
        return len(part)

    def _next(self) -> bytes:
        try:
            # What is there already is given before the place of damage is met.
            return cast(io.BufferedReader, self._stream).read1(PART)
        except (EOFError, EndsEarlyError):
            self.state = "ended_early"
        except (zlib.error, zipfile.BadZipFile, DamagedError):
            self.state = "damaged"
        return b""


@contextmanager
def _raw(place: Place) -> Iterator[tuple[BinaryIO, Callable[[], int]]]:
    """Open a file without care for damage; lend with it how far its bytes are used."""
    with place.path.open("rb", buffering=BLOCK) as file:
        kind, begin = _kind(file.read(4)), 0
        file.seek(0)
        stream: BinaryIO = file
        if kind == ZIP:
            stream = archives.inside(file, place.path, place.member)
            begin = file.tell()
        elif kind == GZIP:
            stream = cast(BinaryIO, Frames(file, GZIP_FILE))
        elif kind == ZSTD:
            stream = cast(BinaryIO, Frames(file, ZSTD_FILE))
        yield stream, lambda: file.tell() - begin


def _kind(begin: bytes) -> bytes:
    for magic in (GZIP, ZSTD, ZIP):
        if begin.startswith(magic):
            return magic
    return b""


def _listed_member(place: Place) -> zipfile.ZipInfo:
    inside = archives.listed(place.path)
    (one,) = (one for one in inside if one.filename == place.member)
    return one


def _is_litter(name: str) -> bool:
    return name.startswith(LITTER[0]) or name.rpartition("/")[2] in LITTER[1:]
