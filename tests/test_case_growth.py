"""A case that grows: only what new facts touch is counted, to the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from planted_ring import planted_shares, write_shares

from rasad.case import investigate, open_case
from rasad.importers.plan import plan
from rasad.network import trace_analysis
from rasad.network.coaction import Coactions, count_coactions

EXPORTED = ("edge", "pair", "grp", "member", "finding", "trace_run", "gap")


def grow(folder: Path, *files: Path) -> dict[str, bytes]:
    """Investigate files in a case and return the bytes of its tables."""
    with open_case(folder, create=True) as case:
        investigate([plan(path) for path in files], case)
    return {n: (folder / "out" / f"{n}.parquet").read_bytes() for n in EXPORTED}


@pytest.fixture
def recounted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Accounts that were counted, and all accounts, of every count there was."""
    seen: list[tuple[int, int]] = []
    count = count_coactions

    def counted(*args: Any, **options: Any) -> Coactions:
        found = count(*args, **options)
        seen.append((found.n_recounted, len(options["eligible"])))
        return found

    monkeypatch.setattr(trace_analysis, "count_coactions", counted)
    return seen


def test_a_file_more_recounts_only_the_accounts_in_it(
    tmp_path: Path, recounted: list[tuple[int, int]]
) -> None:
    shares = planted_shares()
    few = {"user003", "user004", "ring1"}
    later = [share for share in shares if share[0] in few][::3]
    earlier = [share for share in shares if share not in later]
    one = write_shares(tmp_path / "one.csv", earlier)
    two = write_shares(tmp_path / "two.csv", later)
    grow(tmp_path / "growing.rasad", one)
    grown = grow(tmp_path / "growing.rasad", two)
    assert recounted == [(158, 158), (len(few), 158)]
    assert grown == grow(tmp_path / "at once.rasad", one, two)
    assert recounted[-1] == (158, 158)


def test_new_accounts_and_new_settings_are_counted_too(
    tmp_path: Path, recounted: list[tuple[int, int]]
) -> None:
    shares = planted_shares()
    one = write_shares(tmp_path / "one.csv", [s for s in shares if s[0] != "aaa"])
    newcomer = [("aaa", thing, second + 1) for _, thing, second in shares[:40]]
    two = write_shares(tmp_path / "two.csv", newcomer)
    grow(tmp_path / "growing.rasad", one)
    grown = grow(tmp_path / "growing.rasad", two)
    assert recounted[1] == (1, 159)
    assert grown == grow(tmp_path / "at once.rasad", one, two)


def test_a_lost_or_damaged_cache_costs_time_and_nothing_else(
    tmp_path: Path, recounted: list[tuple[int, int]]
) -> None:
    shares = planted_shares()
    one = write_shares(tmp_path / "one.csv", shares[:-30])
    two = write_shares(tmp_path / "two.csv", shares[-30:])
    folder = tmp_path / "growing.rasad"
    grow(folder, one)
    for kept in (folder / "cache").iterdir():
        kept.write_bytes(b"nonsense")
    grown = grow(folder, two)
    assert recounted[1] == (158, 158)
    assert grown == grow(tmp_path / "at once.rasad", one, two)


def test_what_was_counted_before_an_interruption_is_not_counted_again(
    tmp_path: Path,
    recounted: list[tuple[int, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = write_shares(tmp_path / "one.csv", planted_shares())
    folder = tmp_path / "case.rasad"

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(trace_analysis, "trace_pairs", interrupted)
        with pytest.raises(KeyboardInterrupt):
            grow(folder, path)
    resumed = grow(folder, path)
    assert recounted == [(158, 158), (0, 158)]
    assert resumed == grow(tmp_path / "other.rasad", path)
