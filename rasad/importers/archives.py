"""Zip archives: what their list of files says, and the bytes of one file in them.

The list is read once and checked before anything in it is used: it is short enough to
be held, every file lies inside of the archive, and no two share a byte.
"""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, cast

from rasad.errors import ImportFormatError

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
LARGE_END = b"PK\x06\x06"

HEADER = struct.Struct("<4s22xHH")
"""What comes before each file: the magic, and the lengths of its name and its extra."""

END = 22
LARGE = 56 + 20
"""Bytes with which an archive ends without a comment, and those before them if it is a
large one."""

LONGEST_END = END + (1 << 16)
"""Bytes in which an archive ends, with the longest comment."""

LONGEST_LIST = 1 << 22
"""Bytes of a list of files: twice as long as that of all the files which are read."""

ENCRYPTED, UTF_8 = 0x1, 0x800
"""Marks of a file in the list."""

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
UNREADABLE = (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError)

UNPACK = "unpack it and import what is inside"
RATIO, FREE = 200, 1 << 26
"""How many times its size a file may hold, and bytes that may be unpacked without a
question. Exports of posts are packed to a tenth or a thirtieth."""


def listed(path: Path) -> list[zipfile.ZipInfo]:
    """Return what is in an archive; it is listed once, however often it is asked.

    Raises
    ------
    ImportFormatError
        If the archive is damaged, or its list is too long.
    """
    about = path.stat()
    return _listed_once(path, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=4)
def _listed_once(path: Path, *_: int) -> list[zipfile.ZipInfo]:
    _check_end(path)
    try:
        with zipfile.ZipFile(path) as archive:
            inside, end = archive.infolist(), archive.start_dir
    except UNREADABLE as error:
        raise damaged(path) from error
    # Where a file says that it lies outside of the archive, or where another one is,
    # reading it depends on luck.
    places = sorted((one.header_offset, one.compress_size) for one in inside)
    ends = [*(begin for begin, _ in places[1:]), end]
    apart = all(
        begin >= 0 and begin + HEADER.size + size <= after
        for (begin, size), after in zip(places, ends, strict=bool(places))
    )
    if not apart or not all(one.filename for one in inside):
        raise damaged(path)
    return inside


def _check_end(path: Path) -> None:
    """Refuse an archive whose last comment is cut, or whose list is very long."""
    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, LARGE + LONGEST_END), os.SEEK_END)
        end = file.read()
    begin = end.rfind(EMPTY_ZIP)
    if begin < 0 or begin + END > len(end):
        raise damaged(path)
    size, _, comment = struct.unpack("<IIH", end[begin + 12 : begin + END])
    if begin + END + comment > len(end):
        raise damaged(path)
    large = end[max(begin - LARGE, 0) : begin]
    if len(large) == LARGE and large.startswith(LARGE_END):
        size = int.from_bytes(large[40:48], "little")
    if size > LONGEST_LIST:
        raise ImportFormatError(
            f"{path.name} lists more files than are read packed",
            "unpack it and give the folder",
        )


def check_total(path: Path, inside: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse an archive whose files are a bomb together, though none is by itself.

    No file can be unpacked to more than it says here: what follows is not read.
    """
    size = sum(one.file_size for one in inside)
    packed = sum(one.compress_size for one in inside)
    if size > FREE and size > RATIO * packed:
        raise bomb(path.name)


def check_method(path: Path, member: zipfile.ZipInfo) -> None:
    """Refuse a file that is encrypted, or packed as no exports are."""
    if member.flag_bits & ENCRYPTED:
        raise ImportFormatError(f"{path.name} is encrypted", UNPACK)
    if member.compress_type not in METHODS:
        raise ImportFormatError(f"{path.name} is packed in an unusual way", UNPACK)


def inside(file: BinaryIO, path: Path, name: str) -> BinaryIO:
    """Open a file in an archive that is open; it ends where it says that it does.

    The library would read the whole list anew for each file.

    Raises
    ------
    ImportFormatError
        If there is no such file, or not where the list says.
    """
    about = next((one for one in listed(path) if one.filename == name), None)
    if about is None:
        raise damaged(path)
    file.seek(about.header_offset)
    begin = file.read(HEADER.size)
    if len(begin) < HEADER.size or not begin.startswith(ZIP):
        raise damaged(path)
    _, named, extra = HEADER.unpack(begin)
    coding = "utf-8" if about.flag_bits & UTF_8 else "cp437"
    if file.read(named).decode(coding, "replace") != about.orig_filename:
        raise damaged(path)
    file.seek(extra, os.SEEK_CUR)
    try:
        return cast(BinaryIO, zipfile.ZipExtFile(file, "r", about))
    except UNREADABLE as error:
        raise damaged(path) from error


def damaged(path: Path) -> ImportFormatError:
    """Say that an archive is damaged."""
    return ImportFormatError(f"{path.name} is a damaged zip archive", "fetch it again")


def bomb(name: str) -> ImportFormatError:
    """Say that something unpacks to more than any export of posts does."""
    return ImportFormatError(
        f"{name} is more than {RATIO} times as large unpacked",
        "if that is right, unpack it yourself and import what is inside",
    )
