"""A purge on the disk is undone or completed, wherever it was interrupted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from rasad.store.evidence import Evidence
from rasad.store.folder import BACKGROUND
from rasad.store.in_force import PURGE, Tombstones, in_force, tombstone
from rasad.store.journal import Journal
from rasad.store.purge import (
    EVIDENCE,
    commit,
    finish,
    prepare_staging,
    stage_journal,
)

OLD, NEW = b"marked and kept", b"kept"
BROUGHT = ("original", "rewritten")
"""Files beside a case; those of the background lie in the case around it."""


class KilledError(BaseException):
    """Stands for a kill: nothing catches it."""


def make(folder: Path) -> str:
    """Make what a case folder holds of one source, and return its id."""
    for name in (EVIDENCE, "out", "cache"):
        (folder / name).mkdir(parents=True)
    original = folder.parent / "original"
    original.write_bytes(OLD)
    copy = Evidence(folder / EVIDENCE).add(original)
    Journal(folder / "journal.jsonl").append("import", {"source_id": copy})
    for name in ("case.duckdb", "case.duckdb.wal", "case.duckdb.damaged-1"):
        (folder / name).write_bytes(OLD)
    (folder / "out" / "post.parquet").write_bytes(OLD)
    (folder / "cache" / "deep").mkdir()
    (folder / "cache" / "deep" / "counts").write_bytes(OLD)
    return copy


def stage(folder: Path, was: str, later: bool = False) -> None:
    staging = prepare_staging(folder, later)
    original = folder.parent / "rewritten"
    original.write_bytes(NEW)
    now = Evidence(staging / EVIDENCE).add(original)
    sources = [{"was": was, "now": {"source_id": now}}]
    body: dict[str, Any] = {"salt": "00", "tombstones": [], "sources": sources}
    lines = Journal(folder / "journal.jsonl").entries()
    stage_journal(folder, body, lines)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("journal.jsonl", *BROUGHT)
    }


def test_what_was_not_decided_is_thrown_away(tmp_path: Path) -> None:
    case = tmp_path / "case"
    was = make(case)
    before = contents(case)
    stage(case, was)
    finish(case, BACKGROUND)
    assert contents(case) == before
    assert Journal(case / "journal.jsonl").copies() == [was]


def test_what_was_decided_is_done(tmp_path: Path) -> None:
    case = tmp_path / "case"
    stage(case, make(case))
    commit(case)
    finish(case, BACKGROUND)
    assert list(contents(case).values()) == [NEW]
    (now,) = Journal(case / "journal.jsonl").copies()
    Evidence(case / EVIDENCE).check(now)


def interrupted(
    monkeypatch: pytest.MonkeyPatch, at: int, work: Callable[[], None]
) -> int:
    """Do something until before a change of the disk; return how many there were."""
    calls = 0

    def counted(original: Callable[..., Any]) -> Callable[..., Any]:
        def before(*args: Any, **words: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == at:
                raise KilledError
            return original(*args, **words)

        return before

    with monkeypatch.context() as patch:
        for name in ("unlink", "rename", "replace", "rmdir", "mkdir"):
            patch.setattr(os, name, counted(getattr(os, name)))
        with suppress(KilledError):
            work()
    return calls


def test_interrupted_at_any_change_it_is_as_before_or_wholly_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = []
    for at in range(1, 200):
        case, inner = (
            tmp_path / f"{at}" / "case",
            tmp_path / f"{at}" / "case" / BACKGROUND,
        )
        ids = make(case), make(inner)
        before = contents(case)

        def work(case: Path = case, inner: Path = inner, ids: Any = ids) -> None:
            stage(case, ids[0])
            stage(inner, ids[1], later=True)
            commit(case)
            finish(case, BACKGROUND)

        calls = interrupted(monkeypatch, at, work)
        # The background may be opened first, which must decide nothing.
        finish(inner, BACKGROUND)
        finish(case, BACKGROUND)
        after = contents(case)
        if set(after.values()) == {NEW}:
            outcomes.append(True)
            assert len(after) == 2
        else:
            outcomes.append(False)
            assert {k: v for k, v in after.items() if ".part" not in k} == before
        shutil.rmtree(case)
        if calls < at:
            break
    assert outcomes == sorted(outcomes)
    assert set(outcomes) == {True, False}
    assert len(outcomes) > 20


def test_a_source_that_was_purged_twice_is_what_it_became_last() -> None:
    told = [
        {"event": "import", "body": {"source_id": "a", "name": "x"}},
        {
            "event": PURGE,
            "body": {"sources": [{"was": "a", "now": {"source_id": "b"}}]},
        },
        {
            "event": PURGE,
            "body": {"sources": [{"was": "b", "now": {"source_id": "c"}}]},
        },
    ]
    assert in_force(told)[0]["body"] == {"source_id": "c"}


def test_what_is_imported_after_a_purge_stays_even_if_it_is_the_old_file() -> None:
    told = [
        {"event": "import", "body": {"source_id": "a"}},
        {"event": PURGE, "body": {"sources": [{"was": "a", "now": None}]}},
        {"event": "import", "body": {"source_id": "a"}},
    ]
    assert [entry["event"] for entry in in_force(told)] == [PURGE, "import"]


def test_tombstones_tell_nothing_without_their_salt() -> None:
    names = [f"x:{number}" for number in range(1000)]
    marks = [tombstone("ab" * 32, name) for name in names]
    entries = [{"event": PURGE, "body": {"salt": "ab" * 32, "tombstones": marks}}]
    assert all(map(Tombstones(entries).holds, names))
    assert not set(marks) & {tombstone("cd" * 32, name) for name in names}
