"""Packed files: what is inside is read like any file, and damage is never silent."""

from __future__ import annotations

import gzip
import json
import os
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from rasad.errors import ImportFormatError
from rasad.extend import Head
from rasad.importers.archives import FREE
from rasad.importers.plan import files_in, plan
from rasad.importers.reader import inspect, rows
from rasad.importers.unpacking import (
    MOST_MEMBERS,
    Place,
    measured,
    members,
    opened,
)

TABLE = "account,time,text\n" + "".join(
    f"a{n % 7},2024-03-01T10:{n % 60:02}:00Z,سلام {n}\n" for n in range(400)
)
CONTENT = TABLE.encode()
Pack = Callable[[bytes, Path], Path]


def gzipped(content: bytes, folder: Path) -> Path:
    path = folder / "posts.gz"
    path.write_bytes(gzip.compress(content))
    return path


def zstd(content: bytes, folder: Path) -> Path:
    path = folder / "posts.zst"
    path.write_bytes(zstandard.ZstdCompressor().compress(content))
    return path


def zipped(content: bytes, folder: Path) -> Path:
    path = folder / "posts.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../etc/posts.csv", content)
        archive.writestr("__MACOSX/._posts.csv", b"litter")
    return path


PACKS: dict[str, Pack] = {"gzip": gzipped, "zstd": zstd, "zip": zipped}


def place_of(path: Path) -> Place:
    return Place(path, (members(path) or [""])[0])


def accounted(head: Head) -> tuple[int, int]:
    """Return records and bytes of a file, whose spans follow each other."""
    at = records = 0
    for _, start, end, outcome in rows(head):
        assert start == at
        assert end is not None
        at = end
        records += isinstance(outcome, list)
    return records, at


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_what_is_inside_is_read_like_any_file(pack: Pack, tmp_path: Path) -> None:
    plain = tmp_path / "posts.csv"
    plain.write_bytes(CONTENT)
    head, unpacked = inspect(pack(CONTENT, tmp_path)), inspect(plain)
    assert (head.columns, head.rows) == (unpacked.columns, unpacked.rows)
    assert list(rows(head)) == list(rows(unpacked))
    assert accounted(head) == (400, len(CONTENT))
    held = measured(Place(head.path, head.member))
    assert (held.size, held.state) == (len(CONTENT), "complete")


def test_several_frames_and_members_are_one_stream(tmp_path: Path) -> None:
    half = len(CONTENT) // 2
    for name, pack in (("a.gz", gzip.compress), ("b.zst", _frame)):
        path = tmp_path / name
        path.write_bytes(pack(CONTENT[:half]) + pack(CONTENT[half:]))
        with opened(Place(path)) as file:
            assert file.read() == CONTENT


def _frame(content: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(content)


def test_a_window_of_two_gigabytes_is_read(tmp_path: Path) -> None:
    settings = zstandard.ZstdCompressionParameters(window_log=31, enable_ldm=True)
    path = tmp_path / "dump.zst"
    packer = zstandard.ZstdCompressor(compression_params=settings).compressobj()
    path.write_bytes(packer.compress(CONTENT) + packer.flush())
    assert measured(Place(path)).size == len(CONTENT)


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_a_file_that_is_cut_anywhere_says_so(pack: Pack, tmp_path: Path) -> None:
    path = pack(TABLE[:600].encode(), tmp_path)
    whole = path.read_bytes()
    for size in range(5, len(whole)):
        path.write_bytes(whole[:size])
        try:
            place = place_of(path)
        except ImportFormatError:
            assert pack is zipped
            continue
        held = measured(place)
        assert held.state != "complete"
        with opened(place) as file:
            content = file.read()
        assert len(content) == held.size
        assert TABLE[:600].encode().startswith(content)


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_changed_bytes_are_an_error_or_damage_or_the_same_content(
    pack: Pack, tmp_path: Path
) -> None:
    path = pack(CONTENT, tmp_path)
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            place = place_of(path)
            held = measured(place)
            with opened(place) as file:
                content = file.read()
        except ImportFormatError:
            continue
        assert len(content) == held.size
        unpacked = content != path.read_bytes()
        # A zstd frame has no checksum unless its writer asked for one.
        if held.state == "complete" and unpacked and pack is not zstd:
            assert content == CONTENT


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_a_bomb_is_refused_at_once(pack: Pack, tmp_path: Path) -> None:
    path = pack(b"0" * (4 * FREE), tmp_path)
    began = time.process_time()
    with pytest.raises(ImportFormatError, match="200 times as large"):
        measured(place_of(path))
    assert time.process_time() - began < 5


def test_an_archive_of_several_files_is_several_sources(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    line = json.dumps({"account": "a", "time": "2024-03-01T10:00:00Z", "text": "x"})
    with zipfile.ZipFile(path, "w") as archive:
        archive.mkdir("folder")
        archive.writestr("folder/posts.csv", CONTENT)
        archive.writestr("more.jsonl", line)
    assert files_in([path]) == [(path, "folder/posts.csv"), (path, "more.jsonl")]
    first, second = (plan(file, member=part) for file, part in files_in([path]))
    assert first.name == "export.zip: folder/posts.csv"
    assert second.head.container == "jsonl"
    with pytest.raises(ImportFormatError, match="holds 2 files"):
        inspect(path)


def test_a_folder_gives_its_files_by_name(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", ".hidden", "inner/c.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(CONTENT)
    found = [path.name for path, _ in files_in([tmp_path])]
    assert found == ["a.csv", "b.csv", "c.csv"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(ImportFormatError, match="no file"):
        files_in([tmp_path / "empty"])


def zip_of(folder: Path, **changes: int) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w", changes.get("method", 0)) as archive:
        archive.writestr("a.csv", CONTENT)
    return path


def test_archives_that_cannot_be_read_are_refused_in_a_sentence(
    tmp_path: Path,
) -> None:
    unusual = zip_of(tmp_path, method=zipfile.ZIP_BZIP2)
    with pytest.raises(ImportFormatError, match="unusual way"):
        members(unusual)
    locked = zip_of(tmp_path)
    content = bytearray(locked.read_bytes())
    content[content.index(b"PK\1\2") + 8] |= 1
    locked.write_bytes(content)
    with pytest.raises(ImportFormatError, match="encrypted"):
        members(locked)
    empty = tmp_path / "empty.zip"
    zipfile.ZipFile(empty, "w").close()
    with pytest.raises(ImportFormatError, match="nothing inside"):
        members(empty)


def test_parquet_is_not_read_packed_and_archives_of_thousands_are_refused(
    tmp_path: Path,
) -> None:
    inner = tmp_path / "a.parquet"
    pq.write_table(pa.table({"account": ["a"], "time": [1], "text": ["x"]}), inner)
    with pytest.raises(ImportFormatError, match="cannot be read packed"):
        inspect(gzipped(inner.read_bytes(), tmp_path))
    many = tmp_path / "many.zip"
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(MOST_MEMBERS + 1):
            archive.writestr(f"{number}.csv", b"")
    with pytest.raises(ImportFormatError, match="2,001 files"):
        members(many)


def test_a_frame_without_a_sum_is_unchecked_and_nothing_else_is(tmp_path: Path) -> None:
    path = tmp_path / "a"
    checked = zstandard.ZstdCompressor(write_checksum=True).compress(CONTENT)
    aside = b"\x50\x2a\x4d\x18\x05\0\0\0aside"
    for packed, unchecked in (
        (_frame(CONTENT), True),
        (checked, False),
        (checked + aside + checked, False),
        (checked + _frame(CONTENT), True),
        (gzip.compress(CONTENT) + bytes(2_000), False),
    ):
        path.write_bytes(packed)
        held = measured(Place(path))
        assert (held.state, held.unchecked) == ("complete", unchecked)


def test_the_sum_of_a_header_and_the_length_of_a_member_are_checked(
    tmp_path: Path,
) -> None:
    head = b"\x1f\x8b\x08\x02\0\0\0\0\0\x03"
    body = gzip.compress(CONTENT, mtime=0)[10:]
    path = tmp_path / "a"
    for sum_, state in ((zlib.crc32(head) & 0xFFFF, "complete"), (1, "damaged")):
        path.write_bytes(head + sum_.to_bytes(2, "little") + body)
        assert measured(Place(path)).state == state
    archive = bytearray(zip_of(tmp_path).read_bytes())
    archive[archive.index(b"PK\1\2") + 24] ^= 1
    path.write_bytes(archive)
    assert measured(Place(path, "a.csv")).state == "damaged"


def test_an_archive_whose_last_comment_is_cut_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"a comment"
    whole = path.read_bytes()
    assert members(path) == ["a.csv"]
    path.write_bytes(whole[:-1])
    with pytest.raises(ImportFormatError, match="damaged zip"):
        members(path)


def test_the_list_of_an_archive_is_read_once_however_many_files_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(50):
            archive.writestr(f"فایل {number}.csv", CONTENT)
    listings = []
    listed = zipfile.ZipFile.infolist

    def counted(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
        listings.append(archive)
        return listed(archive)

    monkeypatch.setattr(zipfile.ZipFile, "infolist", counted)
    for name in members(path):
        place = Place(path, name)
        assert measured(place).size == len(CONTENT)
        with opened(place) as file:
            assert file.read() == CONTENT
    assert len(listings) == 1


def test_a_file_without_a_name_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", CONTENT)
    content = path.read_bytes().replace(b"a.csv", b"\0.csv")
    path.write_bytes(content)
    with pytest.raises(ImportFormatError, match="damaged zip"):
        members(path)


def test_files_that_are_a_bomb_together_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.csv", bytes(FREE // 2))
    with pytest.raises(ImportFormatError, match="200 times as large"):
        members(path)


def test_a_bomb_shows_while_it_is_read_whatever_comes_after(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    zeros = gzip.compress(bytes(FREE))
    path.write_bytes(zeros * 2 + os.urandom(1 << 20))
    with (
        pytest.raises(ImportFormatError, match="200 times as large"),
        opened(Place(path)) as file,
    ):
        while file.read(1 << 20):
            pass
