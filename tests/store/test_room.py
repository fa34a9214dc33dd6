"""Room on the disk: what is refused before it begins, and what is kept for the end."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import NamedTuple

import pytest

from rasad.case import investigate, open_case
from rasad.errors import DiskFailedError, DiskFullError
from rasad.importers.plan import check_space, plan
from rasad.store import room
from rasad.store.files import disk_errors, written_whole
from rasad.store.folder import prepare
from rasad.store.journal import Journal
from rasad.store.lock import held
from rasad.store.room import BALLAST, BALLAST_BYTES, START, check_room, room_for


class Usage(NamedTuple):
    free: int


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Bytes that every disk says it has left; the last counts."""
    said = [1 << 40]
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(said[-1]))
    return said


def test_an_import_without_room_is_refused_before_it_begins(
    planted: Path, tmp_path: Path, free: list[int]
) -> None:
    with open_case(tmp_path / "c", create=True) as case:
        free.append(START)
        with pytest.raises(
            DiskFullError,
            match=r"needs about 16 MiB, and the disk has 16 MiB left: free .* nothing",
        ):
            investigate([plan(planted)], case)
        assert list((tmp_path / "c" / "evidence").iterdir()) == []
        free.append(START * 2)
        investigate([plan(planted)], case)
        # What the case holds already needs no room.
        free.append(0)
        investigate([plan(planted)], case)


def test_a_copy_without_room_is_refused_too(
    planted: Path, tmp_path: Path, free: list[int]
) -> None:
    with open_case(tmp_path / "c", create=True) as case:
        free.append(1000)
        with pytest.raises(DiskFullError, match=r"The copy of planted\.csv needs"):
            case.import_file(plan(planted))


def test_a_packed_file_needs_more_room_than_a_plain_one(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for path in (one, two):
        path.write_bytes(bytes(10_000))
    kept = tmp_path / "evidence"
    assert room_for({one: False}, kept) == START + 10_500
    assert room_for({one: False, two: True}, kept) == START + 24_500
    kept.mkdir()
    (kept / "copy").write_bytes(bytes(10_000))
    assert room_for({one: False, two: True}, kept) == 0


def test_members_of_an_archive_count_once(
    planted: Path, tmp_path: Path, free: list[int]
) -> None:
    free.append(START + 3 * planted.stat().st_size)
    prepare(tmp_path / "c", create=True)
    check_space([plan(planted)] * 5, tmp_path / "c")
    check_room(free[-1], tmp_path, "The import")
    with pytest.raises(DiskFullError):
        check_room(free[-1] + 1, tmp_path, "The import")


def test_a_case_keeps_a_ballast_that_really_takes_room(
    tmp_path: Path, free: list[int]
) -> None:
    with open_case(tmp_path / "c", create=True):
        about = (tmp_path / "c" / BALLAST).stat()
    assert about.st_size == BALLAST_BYTES
    assert about.st_blocks * 512 >= BALLAST_BYTES
    free.append(BALLAST_BYTES)
    with open_case(tmp_path / "little", create=True):
        assert not (tmp_path / "little" / BALLAST).exists()


def test_where_room_cannot_be_set_aside_at_once_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "posix_fallocate")
    room.keep_ballast(tmp_path)
    assert (tmp_path / BALLAST).stat().st_size == BALLAST_BYTES


def refuse(error: int, times: int) -> object:
    """Return an fsync that fails so many times."""
    left, fsync = [times], os.fsync

    def failing(descriptor: int) -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise OSError(error, os.strerror(error))
        fsync(descriptor)

    return failing


def test_a_line_of_the_journal_takes_the_place_of_the_ballast(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append("settings", {})
    room.keep_ballast(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse(errno.ENOSPC, 1))
        journal.append("import", {})
    assert not (tmp_path / BALLAST).exists()
    assert [entry["event"] for entry in journal.entries()] == ["settings", "import"]
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse(errno.ENOSPC, 1))
        with pytest.raises(DiskFullError, match=r"while writing journal\.jsonl"):
            journal.append("detect", {})


def test_a_full_disk_ends_the_ballast_and_the_next_command_makes_it_again(
    tmp_path: Path,
) -> None:
    ballast = tmp_path / "c" / BALLAST
    with pytest.raises(DiskFullError), open_case(tmp_path / "c", create=True):
        raise DiskFullError("The disk is full", "free some space")
    assert not ballast.exists()
    with open_case(tmp_path / "c"):
        assert ballast.exists()


def test_a_failing_disk_is_one_sentence_and_any_other_error_its_own(
    tmp_path: Path,
) -> None:
    with (
        pytest.raises(DiskFailedError, match=r"an error while writing out\.bin"),
        disk_errors(tmp_path / "out.bin"),
    ):
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    with pytest.raises(PermissionError), disk_errors(tmp_path / "out.bin"):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def test_a_name_that_the_disk_refuses_is_one_sentence_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_names(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", refuse_names)
    monkeypatch.setattr(Path, "replace", refuse_names)
    with (
        pytest.raises(DiskFullError, match=r"full while writing a\.txt"),
        written_whole(tmp_path / "a.txt") as file,
    ):
        file.write(b"whole")
    assert list(tmp_path.iterdir()) == []


def test_a_lock_holds_on_a_disk_that_cannot_take_its_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_bytes(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", refuse_bytes)
    monkeypatch.setattr(os, "ftruncate", refuse_bytes)
    with held(tmp_path / "case.lock", "import"):
        assert (tmp_path / "case.lock").exists()
