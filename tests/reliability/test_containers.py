"""Packed files that are cut or changed: no crash, hang, silence or file outside."""

from __future__ import annotations

import gzip
import os
import random
import signal
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import zstandard

from rasad.case import open_case
from rasad.errors import ImportFormatError, RasadError
from rasad.importers.plan import files_in, plan
from rasad.importers.unpacking import GZIP, Place, is_packed, measured, opened
from reliability import in_process
from reliability.generated_containers import (
    archive,
    container,
    mutated,
    with_header,
)
from reliability.generated_files import table_text
from reliability.sizes import CASES, CONTAINERS, CUT_FILES, seeds
from reliability.test_generated_files import accounted

PARTS = 4
PATIENCE = 30
"""Seconds after which reading a file of some kilobytes hangs."""

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = ("os.mkdir", "os.rename", "os.link", "os.symlink", "os.truncate", "os.chmod")
Counted = Callable[[str], None]
watching: list[list[str]] = []


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Note what is opened for writing, or changed by name."""
    if watching and (
        (event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES)
        or event in CHANGES
    ):
        watching[-1].append(f"{event} {arguments[0]!r}")


sys.addaudithook(watch)


@contextmanager
def file_of(content: bytes, folder: Path) -> Iterator[Path]:
    """Write a file that is gone afterwards.

    To write one file over and over makes some file systems wait for the disk.
    """
    path = folder / "packed"
    path.write_bytes(content)
    try:
        yield path
    finally:
        path.unlink()


@contextmanager
def nothing_is_written() -> Iterator[None]:
    """Fail where a file is opened for writing, or where it takes too long."""

    def hung(*_: object) -> None:
        raise AssertionError("it hangs")

    before = signal.signal(signal.SIGALRM, hung)
    watching.append([])
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        written = watching.pop()
    assert written == []


def whole_gzip(packed: bytes) -> bytes | None:
    """Unpack by another way, which believes checksums alone; None if one is wrong."""
    found = b""
    while packed.strip(b"\0"):
        unpacker = zlib.decompressobj(31)
        try:
            found += unpacker.decompress(packed)
        except zlib.error:
            return None
        if not unpacker.eof:
            return None
        packed = unpacker.unused_data
    return found


def whole_zstd(packed: bytes) -> bytes | None:
    """Unpack by another way, which is silent about a cut and about nothing else."""
    unpacker = zstandard.ZstdDecompressor(max_window_size=1 << 31)
    try:
        return unpacker.stream_reader(packed, read_across_frames=True).read()
    except zstandard.ZstdError:
        return None


def contradicted(path: Path, member: str, found: bytes) -> bool:
    """Tell whether a checksum says that this is not what was packed."""
    packed = path.read_bytes()
    if member:
        with zipfile.ZipFile(path) as listed:
            about = listed.getinfo(member)
        return (zlib.crc32(found), len(found)) != (about.CRC, about.file_size)
    way = whole_gzip if packed.startswith(GZIP) else whole_zstd
    return found != way(packed)


def state_of(place: Place) -> str:
    """Unpack a file and return its state, or what is wrong with that."""
    try:
        held = measured(place)
        with opened(place) as file:
            found = file.read()
    except ImportFormatError:
        return "refused"
    if len(found) != held.size:
        return "two sizes"
    complete = is_packed(place.path) and held.state == "complete"
    if complete and contradicted(place.path, place.member, found):
        return "silent"
    return held.state


def read(path: Path) -> str:
    """Read all there is in a container; say what became of it."""
    try:
        places = [Place(file, member) for file, member in in_process.files_in(path)]
    except ImportFormatError as error:
        return "refused" if error.todo and "\n" not in str(error) else "unclear"
    states = {state_of(place) for place in places}
    if wrong := states & {"silent", "two sizes"}:
        return min(wrong)
    became = {accounted(place) for place in places}
    if wrong := became - {"read", "rejected", "refused"}:
        return min(wrong)
    return "complete" if states == {"complete"} else "reported"


@pytest.mark.parametrize("part", range(PARTS))
def test_no_mutated_container_is_silent_or_writes_or_hangs(
    part: int, tmp_path: Path, counted: Counted
) -> None:
    became: Counter[str] = Counter()
    for seed in seeds(CONTAINERS, part, PARTS):
        dice = random.Random(seed)
        content = mutated(dice, container(dice).packed)
        try:
            with file_of(content, tmp_path) as path, nothing_is_written():
                found = read(path)
        except Exception as error:
            raise AssertionError(f"container of seed {seed}") from error
        assert found in ("complete", "reported", "refused"), f"{found}: seed {seed}"
        became[found] += 1
    assert min(became.values()) > became.total() / 50, became
    counted(f"mutated containers, part {part}: {became.total()}, {dict(became)}")


def test_whole_containers_are_complete(tmp_path: Path) -> None:
    path = tmp_path / "packed"
    for seed in range(100):
        whole = container(random.Random(seed))
        path.write_bytes(whole.packed)
        for name, inside in whole.inside.items():
            with opened(Place(path, name)) as file:
                assert file.read() == inside, f"seed {seed}"
            assert measured(Place(path, name)).state == "complete", f"seed {seed}"


def in_one_frame(inside: bytes, checked: bool = False) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=checked).compress(inside)


def zipped(inside: bytes) -> bytes:
    return archive(random.Random(len(inside)), {"folder/posts.csv": inside})


ONE: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "gzip with a header": with_header,
    "zstd": in_one_frame,
    "zstd with a checksum": partial(in_one_frame, checked=True),
    "zip": zipped,
}
"""Ways of packing that have one end. Cut between two frames, a file is whole."""


@pytest.mark.parametrize("kind", ONE)
def test_a_file_cut_at_any_byte_is_never_whole(
    kind: str, tmp_path: Path, counted: Counted
) -> None:
    cuts = 0
    for seed in range(CUT_FILES):
        inside = b"account,time\n" + table_text(random.Random(seed)).encode()[:4096]
        packed = ONE[kind](inside)
        for size in range(1, len(packed)):
            with file_of(packed[:size], tmp_path) as path:
                assert not is_silent(path, inside), f"seed {seed}, byte {size}"
            cuts += 1
    counted(f"{kind}: {CUT_FILES} files cut at each of {cuts} bytes, 0 silent")


def is_silent(path: Path, inside: bytes) -> bool:
    """Tell whether a file that was cut is taken for a whole one."""
    try:
        ((file, member),) = in_process.files_in(path)
        if not is_packed(file):
            # So few bytes are left that nothing tells what it was.
            in_process.plan(file, member)
            return True
    except ImportFormatError:
        return False
    held = measured(Place(path, member))
    with opened(Place(path, member)) as stream:
        found = stream.read()
    return held.state == "complete" or found != inside[: held.size]


def test_mutated_containers_in_a_case_leave_it_whole(
    tmp_path: Path, counted: Counted
) -> None:
    became: Counter[str] = Counter()
    path = tmp_path / "packed"
    with open_case(tmp_path / "case", create=True) as case:
        for seed in seeds(CASES):
            dice = random.Random(seed)
            path.write_bytes(mutated(dice, container(dice).packed))
            try:
                for file, member in files_in([path]):
                    row = case.import_file(plan(file, member=member))
                    became[row["stream_state"]] += 1
            except RasadError:
                became["refused"] += 1
        case.verify()
        named = {row["evidence"] for row in case.store.rows("FROM source")}
    kept = {copy.name for copy in (tmp_path / "case" / "evidence").iterdir()}
    assert kept == named
    assert {one.name for one in tmp_path.iterdir()} == {"case", "packed"}
    counted(f"{CASES} mutated containers in a case, {dict(became)}")
