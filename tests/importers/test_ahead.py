"""Batches are made before their turn, in order, and not after an error."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.imports.generate import write
from rasad.case import open_case
from rasad.extend import Entry
from rasad.importers import facts, loading
from rasad.importers.loading import (
    AHEAD,
    LAST,
    LATER,
    Loading,
    ahead,
    stepping_back,
)
from rasad.importers.parts import parts_of
from rasad.importers.plan import plan
from rasad.schema import Record
from rasad.store import duckdb

ROWS = 8_500


def test_items_keep_their_order_and_few_are_made_early() -> None:
    made: list[int] = []

    def count() -> Iterator[int]:
        for number in range(50):
            made.append(number)
            yield number

    with stepping_back() as (thread, _):
        for taken, item in enumerate(ahead(count(), thread)):
            assert item == taken
            assert len(made) <= taken + 1 + AHEAD


def test_one_row_may_wait_for_another() -> None:
    with stepping_back() as (one, two):
        doubled = (2 * item for item in ahead(iter(range(40)), one))
        assert list(ahead(doubled, two)) == list(range(0, 80, 2))


def test_an_error_in_the_making_is_raised_where_the_item_was_due() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("no more")

    with stepping_back() as (thread, _):
        items = ahead(broken(), thread)
        assert next(items) == 1
        with pytest.raises(ValueError, match="no more"):
            next(items)


def test_nothing_is_made_after_an_error_of_who_takes() -> None:
    made: list[int] = []
    last = threading.Event()

    def slow() -> Iterator[int]:
        for number in range(1_000):
            made.append(number)
            yield number
            last.wait(0.01)

    with pytest.raises(RuntimeError), stepping_back() as (thread, _):
        for _ in ahead(slow(), thread):
            raise RuntimeError
    before = len(made)
    assert before <= 2 + AHEAD
    last.wait(0.05)
    assert len(made) == before


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priorities")
def test_threads_step_back_and_nobody_else_does() -> None:
    def now() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = now()
    with stepping_back() as threads:
        found = [thread.submit(now).result() for thread in threads]
    assert found == [min(before + by, 19) for by in (LAST, LATER)]
    assert now() == before


def test_who_hears_begins_with_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[threading.Thread] = []
    this = threading.current_thread
    monkeypatch.setattr(loading, "rehearse", lambda: loaded.append(this()))
    with stepping_back() as (hearing, _):
        assert [hearing.submit(this).result()] == loaded


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="has no such signals")
def test_ctrl_c_ends_an_import_whose_child_is_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    children: list[subprocess.Popen[bytes]] = []
    asked: list[float] = []

    class Watched(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **how: Any) -> None:
            super().__init__(*args, **how)
            children.append(self)

    def interrupt() -> None:
        asked.append(time.monotonic())
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    def silenced(*_: object) -> int:
        if children[-1].returncode is None and not timer.is_alive():
            children[-1].send_signal(signal.SIGSTOP)
            timer.start()
        return 0

    timer = threading.Timer(4, interrupt)
    path = tmp_path / "posts.csv"
    write(path, 150_000)
    planned = plan(path)
    monkeypatch.setattr(facts, "BATCH", 1)
    monkeypatch.setattr(subprocess, "Popen", Watched)
    monkeypatch.setattr(Loading, "_add", silenced)
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with (
            open_case(tmp_path / "case", create=True) as case,
            pytest.raises(KeyboardInterrupt),
        ):
            case.import_file(planned)
    finally:
        signal.signal(signal.SIGINT, usual)
    assert time.monotonic() - asked[0] < 20
    assert all(child.poll() is not None for child in children)


@pytest.mark.parametrize(("records", "bytes_"), [(30, 1 << 30), (1_000, 5_000)])
def test_a_batch_is_full_of_records_or_of_bytes(
    monkeypatch: pytest.MonkeyPatch, records: int, bytes_: int
) -> None:
    monkeypatch.setattr(facts, "BATCH", records)
    monkeypatch.setattr(facts, "BATCH_BYTES", bytes_)
    entries = [Entry(line, line, line + 1, record(line)) for line in range(95)]
    found = list(facts.batches(parts_of(entries, 10)))
    assert sum(batch.records for batch in found) == 95
    assert len(found) == 4
    assert all(len(batch.parts) == 3 for batch in found[:-1])


def record(number: int) -> Record:
    return Record(
        account="x:1",
        platform="x",
        created_at=number,
        precision="s",
        raw_time="",
        text="x" * 90,
    )


def test_a_large_file_of_long_texts_fits_into_the_memory_of_the_store(
    tmp_path: Path,
) -> None:
    """Fewer records than fill a batch hold more bytes than the store may use."""
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("account,time,text\n")
        file.writelines(
            f"{row % 7},{1_600_000_000 + row},{row} {'word ' * 5_900}\n"
            for row in range(ROWS)
        )
    assert ROWS < facts.BATCH
    assert path.stat().st_size > duckdb.MODEST
    mapping = {"account": "account", "time": "time", "text": "text"}
    with open_case(tmp_path / "case", create=True) as case:
        row = case.import_file(plan(path, mapping=mapping))
        assert row["accepted"] == ROWS
