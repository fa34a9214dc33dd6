from __future__ import annotations

import errno
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from rasad.errors import ConfigError, DiskFullError
from rasad.simulate import DemoWorld, write_demo
from rasad.simulate import world as world_module
from rasad.simulate.ledger import Draft, Ledger
from rasad.simulate.world import in_order
from simulate.reading import ReadBack

SMALL = DemoWorld(ordinary=60, operators=(4, 4, 4), fans=5, days=2)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    one = write_demo(tmp_path / "one", SMALL)
    two = write_demo(tmp_path / "two", SMALL)
    assert one.archive.read_bytes() == two.archive.read_bytes()
    assert one.truth.read_bytes() == two.truth.read_bytes()


def test_another_seed_gives_another_world(tmp_path: Path) -> None:
    one = write_demo(tmp_path / "one", SMALL)
    two = write_demo(tmp_path / "two", replace(SMALL, seed=7))
    assert one.archive.read_bytes() != two.archive.read_bytes()
    assert one.truth.read_bytes() != two.truth.read_bytes()


def test_files_are_replaced_not_added_to(tmp_path: Path) -> None:
    first = write_demo(tmp_path, SMALL).archive.read_bytes()
    assert write_demo(tmp_path, SMALL).archive.read_bytes() == first


def test_the_default_world_has_the_promised_size(world: ReadBack) -> None:
    assert 25_000 <= world.written.n_posts <= 30_000
    assert world.written.n_posts == len(world.rows)
    assert world.written.n_accounts == 855


def test_roles_and_teams_are_counted_as_set(world: ReadBack) -> None:
    assert world.written.roles == {"ordinary": 800, "operator": 30, "fan": 25}
    assert Counter(team for _, team in world.truth.values()) == {
        "": 800,
        "fast_repost": 12,
        "template_text": 10,
        "slow_reply": 8,
        "fan_club": 25,
    }


def test_every_account_of_the_truth_posts_and_nobody_else(world: ReadBack) -> None:
    assert set(world.truth) == {row["userid"] for row in world.rows}


def test_a_world_without_teams_and_club_is_ordinary(quiet_world: ReadBack) -> None:
    assert quiet_world.written.roles == {"ordinary": 60}
    assert {role for role, _ in quiet_world.truth.values()} == {"ordinary"}
    assert len(quiet_world.rows) > 100


def test_a_team_can_be_left_out(tmp_path: Path) -> None:
    written = write_demo(tmp_path, replace(SMALL, operators=(4, 0, 4)))
    assert written.roles == {"ordinary": 60, "operator": 8, "fan": 5}
    truth = written.truth.read_text(encoding="utf-8")
    assert "fast_repost" in truth
    assert "template_text" not in truth


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"ordinary": 5}, "ordinary is below 12"),
        ({"operators": (1, 2)}, "operators needs 3"),
        ({"fans": -1}, "negative"),
        ({"operators": (1, -2, 3)}, "negative"),
        ({"days": 0}, "days"),
        ({"days": 400}, "days"),
        ({"posts_per_day": 0.0}, "posts_per_day"),
        ({"hashed_share": 1.5}, "hashed_share"),
        ({"start": date(2015, 1, 1)}, "start"),
        ({"seed": -1}, "seed"),
    ],
)
def test_a_world_out_of_range_is_refused(wrong: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        DemoWorld(**wrong)


def test_a_full_disk_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(world_module, "write_archive", full)
    with pytest.raises(DiskFullError, match="make room"):
        write_demo(tmp_path, SMALL)


def test_other_trouble_with_the_folder_is_not_hidden(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(FileExistsError):
        write_demo(tmp_path / "taken", SMALL)


def test_posts_are_ordered_and_targets_follow_them() -> None:
    ledger = Ledger()
    late = ledger.add(Draft(0, 900, "post"))
    early = ledger.add(Draft(1, 100, "post"))
    ledger.add(Draft(2, 950, "repost", target=late))
    ledger.add(Draft(2, 300, "repost", target=early))
    ledger.add(Draft(2, 400, "repost", target=early))
    ledger.add(Draft(3, 5_000, "post"))
    drafts = in_order(ledger, end_ms=1_000)
    assert [(draft.at_ms, draft.kind, draft.target) for draft in drafts] == [
        (100, "post", -1),
        (300, "repost", 0),
        (900, "post", -1),
        (950, "repost", 2),
    ]


def test_a_world_can_start_on_any_day(tmp_path: Path) -> None:
    start = date(2025, 7, 2)
    written = write_demo(tmp_path, replace(SMALL, start=start, days=1))
    lines = written.archive.read_text(encoding="utf-8").splitlines()[1:]
    assert all("2025-07-02 " in line for line in lines)
    assert all(int(a[:19]) < int(b[:19]) for a, b in pairwise(lines))
