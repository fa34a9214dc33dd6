"""Packed files as streams: gzip, zstd and zip, never written to a path.

What is inside is read as it is unpacked. A file says of itself how large it is and
whether it is whole; neither is believed.
"""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Literal, cast

from rasad.errors import ImportFormatError
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

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"

FREE = 1 << 26
RATIO = 200
"""Bytes that may be unpacked without a question, and how many times its size a file may
hold beyond. Exports of posts are packed to a tenth or a thirtieth."""

BLOCK = 1 << 18
PART = 1 << 14
"""Bytes that are unpacked at once."""

LONGEST_END = 22 + (1 << 16)
"""Bytes in which an archive ends, with the longest comment."""

ENCRYPTED = 0x1
MOST_MEMBERS = 2_000
"""Files in an archive; finding each takes as long as there are files."""

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
FIRST = 1 << 16
"""Bytes at the start of a file that are looked at to tell what it is."""

UNPACK = "unpack it and import what is inside"
SAVE = "save the table as CSV in UTF-8 or as Parquet"

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a workbook begins that is older than 2007, or encrypted."""

WORKBOOK = ("xl/workbook.xml", "xl/workbook.bin", "META-INF/manifest.xml")
"""A file that is in each workbook of a kind: of Excel's two, and of LibreOffice's."""

UNREADABLE = (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError)
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
    return not {one.filename for one in _listed(path)}.isdisjoint(WORKBOOK)


def check_parts(path: Path) -> None:
    """Unpack every part of a workbook once, and refuse one that is damaged or a bomb.

    Raises
    ------
    ImportFormatError
        If a part is not whole, or larger than any table's is.
    """
    if not is_packed(path):
        return
    for one in _listed(path):
        _check_member(path, one)
        if (
            not one.is_dir()
            and _unpacked(Place(path, one.filename)).state != "complete"
        ):
            raise _damaged(path)


def members(path: Path) -> list[str]:
    """Return the names of the files inside a zip archive; none of another file.

    A workbook counts as one file, though it is a zip archive.

    Raises
    ------
    ImportFormatError
        If the archive is damaged, holds nothing, or something that cannot be read.
    """
    with path.open("rb") as file:
        begin = file.read(FIRST)
    if not begin.startswith((ZIP, EMPTY_ZIP)) or is_workbook(path):
        return []
    inside = [one for one in _listed(path) if not one.is_dir()]
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
    for one in wanted:
        _check_member(path, one)
    names = [one.filename for one in wanted]
    if len(set(names)) < len(names):
        raise ImportFormatError(
            f"{path.name} holds two files of one name", "unpack it and import the files"
        )
    return names


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
    with _raw(place) as stream:
        yield io.BufferedReader(_Followed(stream), BLOCK) if packed else stream


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
    packed, size = _packed_size(place), 0
    with _raw(place) as stream:
        followed = _Followed(stream)
        buffer = bytearray(BLOCK)
        while read := followed.readinto(memoryview(buffer)):
            size += read
            if size > FREE and size > RATIO * packed:
                raise ImportFormatError(
                    f"{place.name} is more than {RATIO} times as large unpacked",
                    "if that is right, unpack it yourself and import what is inside",
                )
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
    read.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._block = memoryview(b"")
        self.state: State = "complete"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._block and self.state == "complete":
            self._block = memoryview(self._next())
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
def _raw(place: Place) -> Iterator[BinaryIO]:
    """Open a file without care for damage."""
    with place.path.open("rb", buffering=BLOCK) as file:
        kind = _kind(file.read(4))
        file.seek(0)
        if kind == ZIP:
            with _inside(file, place) as inside:
                yield inside
        elif kind == GZIP:
            yield cast(BinaryIO, Frames(file, GZIP_FILE))
        elif kind == ZSTD:
            yield cast(BinaryIO, Frames(file, ZSTD_FILE))
        else:
            yield file


def _inside(file: BinaryIO, place: Place) -> BinaryIO:
    """Open a file inside an archive."""
    try:
        return cast(BinaryIO, zipfile.ZipFile(file).open(place.member))
    except (*UNREADABLE, KeyError, RuntimeError) as error:
        raise _damaged(place.path) from error


def _kind(begin: bytes) -> bytes:
    for magic in (GZIP, ZSTD, ZIP):
        if begin.startswith(magic):
            return magic
    return b""


def _packed_size(place: Place) -> int:
    if not place.member:
        return place.path.stat().st_size
    return _listed_member(place).compress_size


def _listed_member(place: Place) -> zipfile.ZipInfo:
    inside = _listed(place.path)
    (one,) = (one for one in inside if one.filename == place.member)
    return one


def _listed(path: Path) -> list[zipfile.ZipInfo]:
    about = path.stat()
    return _listed_once(path, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=4)
def _listed_once(path: Path, *_: int) -> list[zipfile.ZipInfo]:
    """List an archive once, however many of its files are read."""
    try:
        with zipfile.ZipFile(path) as archive:
            listed, end = archive.infolist(), archive.start_dir
    except UNREADABLE as error:
        raise _damaged(path) from error
    # Where a file says that it lies outside of the archive, reading it depends on luck.
    if _is_cut(path) or any(
        not 0 <= one.header_offset <= end - one.compress_size for one in listed
    ):
        raise _damaged(path)
    return listed


def _is_cut(path: Path) -> bool:
    """Tell whether the comment that ends an archive is shorter than it says."""
    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, LONGEST_END), os.SEEK_END)
        end = file.read()
    begin = end.rfind(EMPTY_ZIP)
    said = int.from_bytes(end[begin + 20 : begin + 22], "little")
    return begin + 22 + said > len(end)


def _damaged(path: Path) -> ImportFormatError:
    return ImportFormatError(f"{path.name} is a damaged zip archive", "fetch it again")


def _is_litter(name: str) -> bool:
    return name.startswith(LITTER[0]) or name.rpartition("/")[2] in LITTER[1:]


def _check_member(path: Path, member: zipfile.ZipInfo) -> None:
    if member.flag_bits & ENCRYPTED:
        raise ImportFormatError(f"{path.name} is encrypted", UNPACK)
    if member.compress_type not in METHODS:
        raise ImportFormatError(f"{path.name} is packed in an unusual way", UNPACK)
