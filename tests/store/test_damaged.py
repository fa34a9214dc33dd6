"""Damaged stores: kept under another name, reported, and rebuilt by nobody's hand."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from rasad.case import open_case
from rasad.errors import (
    DiskFailedError,
    DiskFullError,
    StoreDamagedError,
    StoreError,
)
from rasad.importers.plan import plan
from rasad.store import duckdb as engine
from rasad.store.damaged import set_aside
from rasad.store.duckdb import DuckDBStore
from rasad.store.sql import Step


def test_a_damaged_store_and_its_log_are_kept_and_never_overwritten(
    tmp_path: Path,
) -> None:
    store, log = tmp_path / "case.duckdb", tmp_path / "case.duckdb.wal"
    for number in (1, 2):
        store.write_text(f"store {number}")
        log.write_text(f"log {number}")
        assert set_aside(store) == f"case.duckdb.damaged-{number}"
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept == {
        "case.duckdb.damaged-1": "store 1",
        "case.duckdb.damaged-1.wal": "log 1",
        "case.duckdb.damaged-2": "store 2",
        "case.duckdb.damaged-2.wal": "log 2",
    }


def test_a_log_that_is_damaged_is_damage_and_memory_is_not(tmp_path: Path) -> None:
    path = tmp_path / "case.duckdb"
    with DuckDBStore(path) as store:
        store.run(Step(name="write", sql="INSERT INTO truth VALUES ('a', 'b', 'c')"))
        log = (tmp_path / "case.duckdb.wal").read_bytes()
    for at in range(20, len(log), 97):
        changed = bytearray(log)
        changed[at] ^= 1
        (tmp_path / "case.duckdb.wal").write_bytes(changed)
        with suppress(StoreDamagedError):
            DuckDBStore(path).close()
    with pytest.raises(StoreError) as caught, engine._wrapped("x", path, opening=True):
        raise duckdb.OutOfMemoryException("no more")
    assert not isinstance(caught.value, StoreDamagedError)


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        ("IO Error: Could not write: No space left on device", DiskFullError),
        ("IO Error: Could not write: Input/output error", DiskFailedError),
        ("FATAL Error: fsync failed!", DiskFailedError),
        ("Corrupt database file: computed checksum 1", StoreDamagedError),
        ("IO Error: Cannot open file: Permission denied", StoreError),
        ("Binder Error: no such column", StoreError),
    ],
)
def test_what_the_engine_says_becomes_an_error_that_says_what_to_do(
    tmp_path: Path, cause: str, kind: type[Exception]
) -> None:
    with pytest.raises(kind) as caught, engine._wrapped("x", tmp_path / "s"):
        raise duckdb.Error(cause)
    assert type(caught.value) is kind


def test_a_case_with_damage_says_so_and_goes_on(planted: Path, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    with open_case(folder, create=True) as case:
        case.import_file(plan(planted))
    (folder / "case.duckdb").write_bytes(b"nonsense" * 10_000)
    with open_case(folder) as case:
        assert case.notices == [
            "The store was damaged; what it was is kept as case.duckdb.damaged-1.",
            "Sources read again from the evidence: 1.",
        ]
    with open_case(folder) as case:
        assert case.notices == []
    assert (folder / "case.duckdb.damaged-1").read_bytes() == b"nonsense" * 10_000


def test_a_command_that_meets_damage_half_way_begins_again(
    planted: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "c"
    with open_case(folder, create=True) as case:
        case.import_file(plan(planted))
    store = folder / "case.duckdb"
    content = bytearray(store.read_bytes())
    # The blocks of the largest table, which opening does not read.
    for at in range(len(content) // 4, len(content), 4096):
        content[at] ^= 0x55
    store.write_bytes(content)
    command = [sys.executable, "-m", "rasad", "export", str(folder), "--format", "csv"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "It is rebuilt from the evidence, which takes time." in done.stderr
    assert "kept as case.duckdb.damaged-1" in done.stderr
    assert "Sources read again from the evidence: 1." in done.stderr
    assert len((folder / "out" / "post.csv").read_text().splitlines()) == 3097


def test_a_copy_stays_when_it_is_unknown_whether_the_store_has_it(
    planted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log can hold a commit of which the disk said that it failed."""
    folder = tmp_path / "c"

    def failing(*_: object) -> None:
        raise DiskFailedError("The disk reports an error", "look at it")

    with open_case(folder, create=True) as case:
        monkeypatch.setattr("rasad.case.check_balance", failing)
        with pytest.raises(DiskFailedError):
            case.import_file(plan(planted))
        monkeypatch.undo()
    assert len(list((folder / "evidence").iterdir())) == 1
    with open_case(folder) as case:
        case.import_file(plan(planted))
        case.verify()
