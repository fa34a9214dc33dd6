"""What a case knows already: taken over only where it is still true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kernels.plain_coaction import Row

from network.test_coaction import ROWS, as_rows, counted, hashes, sorted_actions
from rasad.network.coaction import Coactions, Limits
from rasad.network.known_pairs import PairCache

N = 6
ACCOUNTS = pa.array([f"x:{code}" for code in range(N)], pa.large_string())


def prints(rows: list[Row]) -> np.ndarray:
    """Return a number per account that changes with its rows."""
    own: list[list[Any]] = [[] for _ in range(N)]
    for row in rows:
        own[row.account].append(row)
    return np.array([hash(tuple(sorted(part))) % 2**63 for part in own], np.uint64)


def count(rows: list[Row], **options: Any) -> Coactions:
    known = {"eligible": np.ones(N, np.bool_), "account_hash": hashes(N)}
    return counted(sorted_actions(rows), [10, 60], **known, **options)


@given(old=ROWS, new=ROWS, pairs=st.sampled_from([5, 10_000]))
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_counting_what_changed_is_counting_everything(
    tmp_path: Path, old: list[Row], new: list[Row], pairs: int
) -> None:
    limits = Limits(pairs=pairs)
    before, after = count(old, limits=limits), count(old + new, limits=limits)
    cache = PairCache(tmp_path, "object", "settings")
    answered = before.answers(daily=False)
    if answered is None:
        return
    cache.save(ACCOUNTS, prints(old), answered, before.pairs)
    known = PairCache.of(tmp_path, "object", "settings").load(
        ACCOUNTS, prints(old + new)
    )
    assert known is not None
    assert known.changed.tolist() == (prints(old) != prints(old + new)).tolist()
    again = count(old + new, limits=limits, known=known)
    assert as_rows(again) == as_rows(after)
    same_question = answered == after.answers(daily=False)
    assert (again.n_recounted < N) == (same_question and not known.changed.all())


def saved(folder: Path) -> PairCache:
    rows = [Row(0, 0, 0, 0), Row(1, 0, 5, 1)]
    cache = PairCache(folder, "object", "settings")
    found = count(rows)
    cache.save(ACCOUNTS, prints(rows), found.answers(daily=False) or {}, found.pairs)
    return cache


def test_accounts_that_came_and_went_move_the_codes(tmp_path: Path) -> None:
    saved(tmp_path)
    moved = pa.array(["x:1", "x:2", "y:new"], pa.large_string())
    own = prints([Row(0, 0, 0, 0), Row(1, 0, 5, 1)])
    known = PairCache.of(tmp_path, "object", "settings").load(
        moved, np.array([own[1], own[2], 7], np.uint64)
    )
    assert known is not None
    assert known.changed.tolist() == [False, False, True]
    assert len(known.columns["n_pairs"]) == 0  # its other account is gone


@pytest.mark.parametrize("what", ["pairs", "accounts"])
def test_damage_is_no_answer(tmp_path: Path, what: str) -> None:
    cache = saved(tmp_path)
    assert cache.load(ACCOUNTS, prints([])) is not None
    path = tmp_path / f"object-{what}.parquet"
    content = bytearray(path.read_bytes())
    content[40] ^= 0xFF
    path.write_bytes(bytes(content))
    assert cache.load(ACCOUNTS, prints([])) is None
    path.write_bytes(b"")
    assert cache.load(ACCOUNTS, prints([])) is None


def test_files_of_two_runs_or_other_settings_do_not_fit(tmp_path: Path) -> None:
    cache = saved(tmp_path)
    kept = (tmp_path / "object-pairs.parquet").read_bytes()
    saved(tmp_path)
    (tmp_path / "object-pairs.parquet").write_bytes(kept)
    assert cache.load(ACCOUNTS, prints([])) is None
    saved(tmp_path)
    other = PairCache.of(tmp_path, "object", "other settings")
    assert other.load(ACCOUNTS, prints([])) is None


def test_sampled_counts_answer_nothing_again() -> None:
    rows = [Row(a, 0, a, a) for a in range(N)]
    thin = count(rows, limits=Limits(pairs=3, co_actions=3))
    assert thin.n_capped_objects == 1
    assert thin.answers(daily=False) is None
