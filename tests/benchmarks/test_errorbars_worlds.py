"""Worlds are the same every time, hold what was planted, and look like life."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from benchmarks.errorbars.worlds.decoys import DECOYS, DecoyWorld, write_decoy
from benchmarks.errorbars.worlds.ordinary import Ordinary, null_world
from benchmarks.errorbars.worlds.planted import Orders, camouflage
from benchmarks.errorbars.worlds.ring import (
    COPIED_FROM_S,
    COPIED_TO_S,
    MEMBERS,
    RING,
    SOCKS,
    VICTIM,
    with_framing,
    with_ring,
)
from benchmarks.errorbars.worlds.scenario import (
    BOTS,
    FANS,
    TABLE,
    Scenario,
    scenario_world,
)
from benchmarks.errorbars.worlds.table import (
    DAY,
    HOUR,
    START,
    Actions,
    World,
    dice,
    first_actions,
)

SMALL = Ordinary(seed=3, accounts=600, actions=12_000, communities=5)
TINY = Ordinary(seed=3, accounts=150, actions=1_500, days=4)


@pytest.fixture(scope="module")
def world() -> World:
    return null_world(SMALL)


def near(world: World, codes: list[int], within: int) -> int:
    """Count objects on which at least two of some accounts act close to each other."""
    mine = world.actions.at(np.isin(world.actions.account, codes))
    times: dict[int, list[int]] = {}
    for second, thing in zip(mine.second.tolist(), mine.thing.tolist(), strict=True):
        times.setdefault(thing, []).append(second)
    return sum(
        any(b - a <= within for a, b in zip(t, t[1:], strict=False))
        for t in times.values()
    )


def same(one: World, other: World) -> bool:
    return all(map(np.array_equal, one.actions, other.actions))


def test_the_same_seed_gives_the_same_world() -> None:
    assert same(null_world(TINY), null_world(TINY))
    assert not same(null_world(TINY), null_world(Ordinary(**{**vars(TINY), "seed": 4})))


def test_a_null_world_is_as_large_as_planned_and_in_order(world: World) -> None:
    second, account, thing = world.actions
    assert len(second) == SMALL.actions
    assert (np.diff(second) >= 0).all()
    assert second.min() >= 0
    assert second.max() < SMALL.days * DAY
    assert len(world.accounts) == SMALL.accounts
    assert account.max() < SMALL.accounts
    assert len(np.unique(account * world.next_thing + thing)) == len(second)
    assert set(world.accounts.role) == {"ordinary"}


def test_some_accounts_do_much_and_most_do_little(world: World) -> None:
    done = np.sort(np.bincount(world.actions.account, minlength=SMALL.accounts))
    assert done[-6:].sum() > 0.06 * done.sum()
    assert np.median(done) < 0.6 * done.mean()


def test_days_have_nights_and_communities_have_hours_of_their_own(world: World) -> None:
    at = world.actions
    local = (at.second / HOUR + world.accounts.zone[at.account]) % 24
    by_hour = np.bincount(local.astype(np.int64), minlength=24)
    assert by_hour[2:5].mean() < 0.25 * by_hour[18:22].mean()


def test_cascades_are_early_heavy(world: World) -> None:
    at = world.actions
    begin = np.full(world.next_thing, SMALL.days * DAY)
    np.minimum.at(begin, at.thing, at.second)
    delay = at.second - begin[at.thing]
    later = delay[delay > 0]
    assert np.mean(later < 6 * HOUR) > 2 * np.mean(later > DAY)


def test_interest_decides_and_not_alone(world: World) -> None:
    home = world.accounts.community[world.actions.account]
    order = np.argsort(world.actions.thing, kind="stable")
    thing, home = world.actions.thing[order], home[order]
    together = thing[1:] == thing[:-1]
    alike = np.mean(home[1:][together] == home[:-1][together])
    by_chance = (np.bincount(home) / len(home)) @ (np.bincount(home) / len(home))
    assert 3 * by_chance < alike < 0.95


def test_early_accounts_are_early(world: World) -> None:
    at = world.actions
    begin = np.full(world.next_thing, SMALL.days * DAY)
    np.minimum.at(begin, at.thing, at.second)
    soon = at.second - begin[at.thing] < 600
    early = world.accounts.early[at.account]
    shared = np.bincount(at.thing)[at.thing] >= 4
    assert soon[shared & early].mean() > 1.5 * soon[shared & ~early].mean()


def test_news_reaches_many_within_minutes(world: World) -> None:
    at = world.actions
    popular = np.flatnonzero(np.bincount(at.thing) > 15)
    times = [at.second[at.thing == thing] for thing in popular]
    middle = [np.subtract(*np.quantile(each, [0.75, 0.25])) for each in times]
    assert sum(half < 20 * 60 for half in middle) >= 3


def test_a_ring_acts_together_and_lives_apart(world: World) -> None:
    ring = with_ring(world, Orders(lag_s=10))
    members = ring.accounts.members(RING).tolist()
    assert len(members) == MEMBERS
    tasks = 2 * SMALL.days
    assert near(ring, members, 60) >= 0.8 * tasks
    before = ring.actions.at(ring.actions.account < SMALL.accounts)
    spilled = len(before.second) - SMALL.actions
    assert 2 * SMALL.days < spilled < 8 * SMALL.days
    done = np.bincount(ring.actions.account, minlength=len(ring.accounts))[members]
    assert (done > 0.6 * tasks).all()
    assert done.max() > tasks + 5


def test_camouflage_alone_brings_no_members_together(world: World) -> None:
    codes = SMALL.accounts + np.arange(MEMBERS)
    life = camouflage(world, codes, dice(1, "life"))
    alone = World(seed=1, days=14, actions=life, accounts=world.accounts)
    ordered = World(
        seed=1,
        days=14,
        actions=first_actions(alone.actions, 14),
        accounts=world.accounts,
    )
    assert set(life.account) == set(codes)
    assert near(ordered, codes.tolist(), 60) <= 3


def test_a_slow_ring_is_slow(world: World) -> None:
    fast, slow = (with_ring(world, Orders(lag_s=lag)) for lag in (10, 600))
    members = fast.accounts.members(RING).tolist()
    assert near(slow, members, 10) < near(fast, members, 10)


def test_a_victim_is_copied_after_the_fact(world: World) -> None:
    framed = with_framing(world, socks=5)
    at, truth = framed.actions, framed.accounts
    (victim,) = truth.members(VICTIM)
    assert truth.role[victim] == VICTIM
    assert set(world.accounts.role) == {"ordinary"}
    seen = {t: s for s, a, t in zip(*at, strict=True) if a == victim}
    for sock in truth.members(SOCKS):
        copied = at.at(at.account == sock)
        late = copied.second - np.array([seen[t] for t in copied.thing])
        assert late.min() >= COPIED_FROM_S
        assert late.max() <= COPIED_TO_S
        assert len(copied.second) >= 0.95 * len(seen)


def test_a_scenario_holds_teams_bots_and_fans() -> None:
    plan = Ordinary(seed=2, accounts=400, actions=8_000, days=5, spread=1.0)
    scenario = Scenario(
        orders=Orders(tasks_per_day=5, compliance=0.9, lag_s=20),
        recall=1.0,
        operators=6,
        bots=8,
        fans=20,
    )
    made = scenario_world(plan, scenario)
    truth = made.accounts
    roles = {role: int((truth.role == role).sum()) for role in set(truth.role.tolist())}
    assert roles == {"ordinary": 400, "operator": 24, "bot": 8, "fan": 20}
    for number in range(1, 5):
        team = truth.members(f"team {number}").tolist()
        assert len(team) == 6
        assert near(made, team, 60) > 15
    assert near(made, truth.members(BOTS).tolist(), 60) > 90
    assert near(made, truth.members(FANS).tolist(), 600) > 10
    assert (np.diff(made.actions.second) >= 0).all()
    assert same(made, scenario_world(plan, scenario))


def test_the_table_has_the_rows_of_the_prototype() -> None:
    assert [row.name for row in TABLE] == [
        "10 min, 0.5, 10",
        "30 min, 0.5, 10",
        "2 min, 0.2, 3",
        "10 min, 0.2, 3",
        "30 min, 0.2, 3",
    ]
    assert [row.recall for row in TABLE] == [1.0, 1.0, 0.76, 0.63, 0.42]


def test_a_file_holds_the_actions_and_the_truth_the_accounts(tmp_path: Path) -> None:
    world = with_ring(null_world(TINY), Orders(), members=4)
    mapping = world.write(tmp_path / "world.parquet", "language")
    table = pq.read_table(tmp_path / "world.parquet")
    assert set(mapping.values()) == set(table.column_names)
    assert table["when"].to_pylist() == (START + world.actions.second).tolist()
    assert set(table["spoken"].to_pylist()) <= {"en", "fa", "ru", "ar"}
    world.write_truth(tmp_path / "truth.csv")
    with (tmp_path / "truth.csv").open() as file:
        truth = {row["account"]: row["team"] for row in csv.DictReader(file)}
    assert len(truth) == len(world.accounts) == TINY.accounts + 4
    assert sorted(truth) == sorted(set(world.names))
    ring = {account for account, team in truth.items() if team == RING}
    assert ring == set(world.names[world.accounts.members(RING)])
    assert set(table["who"].to_pylist()) <= set(truth)


def test_first_actions_are_the_first() -> None:
    columns = ([50, 10, 30, -5, 99 * DAY], [1, 1, 2, 1, 1], [7, 7, 7, 8, 9])
    actions = Actions(*(np.array(column) for column in columns))
    second, account, thing = first_actions(actions, 2)
    assert second.tolist() == [10, 30]
    assert account.tolist() == [1, 2]
    assert thing.tolist() == [7, 7]


@pytest.mark.parametrize("name", DECOYS)
def test_a_decoy_says_what_it_is(tmp_path: Path, name: str) -> None:
    decoy = DECOYS[name]
    plan = DecoyWorld(decoy=decoy, seed=5, ordinary=40, days=3)
    archive, members = write_decoy(plan, tmp_path)
    with archive.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    mine = [row for row in rows if row["userid"] in members]
    assert len(members) == decoy.size
    assert {row["userid"] for row in rows} > members
    if decoy.client:
        assert {row["tweet_client_name"] for row in mine} == {decoy.client}
    with (tmp_path / "decoy_truth.csv").open() as file:
        truth = {row["account"]: row["explanation"] for row in csv.DictReader(file)}
    assert {account for account, said in truth.items() if said} == members
    assert set(truth.values()) == {"", decoy.explanation}
    again = tmp_path / "again"
    again.mkdir()
    assert write_decoy(plan, again)[0].read_bytes() == archive.read_bytes()


def test_outlets_print_one_text_on_sites_of_their_own(tmp_path: Path) -> None:
    plan = DecoyWorld(decoy=DECOYS["newsroom"], seed=5, ordinary=40, days=2)
    archive, members = write_decoy(plan, tmp_path)
    with archive.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if "//outlet-" in row["urls"]]
    printed = [row for row in rows if row["userid"] in members]
    assert {row["userid"] for row in printed} == members
    # A few readers link to what they read, in words of their own.
    read = [row for row in rows if row["userid"] not in members]
    assert 0 < len(read) < len(printed)
    assert not {row["tweet_text"] for row in read} & {
        row["tweet_text"] for row in printed
    }
    sites: dict[str, set[str]] = {}
    for row in printed:
        site = row["urls"].split("/")[2]
        sites.setdefault(row["userid"], set()).add(site)
    assert all(len(own) == 1 for own in sites.values())
    assert len(set.union(*sites.values())) == len(members)


def test_a_scheduler_posts_at_fixed_minutes(tmp_path: Path) -> None:
    plan = DecoyWorld(decoy=DECOYS["scheduler"], seed=5, ordinary=40, days=3)
    archive, _ = write_decoy(plan, tmp_path)
    with archive.open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if "almanac.example" in row["urls"] and row["is_retweet"] == "false"
        ]
    assert rows
    assert {row["tweet_time"][-2:] for row in rows} <= {"00", "30"}
