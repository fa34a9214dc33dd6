"""A whole world as columns: what is drawn, when, by whom, and that it adds up."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rasad.simulate.society.cast import Stage
from rasad.simulate.society.deeds import (
    POST,
    QUOTE,
    REPLY,
    REPOST,
    Deeds,
    Int,
    Originals,
)
from rasad.simulate.society.history import History
from rasad.simulate.society.rows import deeds, originals
from rasad.simulate.society.scenario import read_scenario
from rasad.simulate.society.wording import free_text, language_codes
from simulate.society.small_worlds import (
    DAY_MS,
    HOUR_MS,
    PLAN,
    SMALL,
    Script,
    cohort,
    lived,
    of,
    silent,
    staged,
)

BUSY = replace(SMALL, ordinary=replace(PLAN, posts_per_day=8.0, news_per_day=2.0))


@pytest.fixture(scope="module")
def busy() -> tuple[History, Deeds]:
    return lived(BUSY)


def moments(history: History, posts: Int) -> Int:
    return np.asarray((posts >> 22) + 1_288_834_974_657 - history.start_ms)


def test_every_draw_is_written_carried_or_dropped_with_a_reason() -> None:
    history = History(replace(read_scenario("decoys").at_scale(0.002), days=4), 3)
    for rows in history.days():
        tally = history.tally
        dropped = sum(tally.dropped.values())
        assert len(rows.post)
        assert tally.drawn == tally.written + dropped + history.waiting
    dropped = sum(history.tally.dropped.values())
    assert history.tally.drawn == history.tally.written + dropped
    assert history.tally.dropped["after the end"] > 0


def test_the_numbers_written_are_those_of_the_rows(
    busy: tuple[History, Deeds],
) -> None:
    history, rows = busy
    told = history.tally.as_json()
    kinds = np.bincount(rows.kind, minlength=4).tolist()
    assert list(told["posts"]["ordinary"].values()) == kinds
    assert told["written"] == len(rows.post)


def test_the_same_seed_gives_the_same_world_and_another_one_does_not() -> None:
    first, again, other = (lived(SMALL, seed)[1] for seed in (7, 7, 8))
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert len(first.post) != len(other.post) or (first.post != other.post).any()


def test_ids_are_unique_ascend_and_carry_their_moment(
    busy: tuple[History, Deeds],
) -> None:
    history, rows = busy
    assert (np.diff(rows.post) > 0).all()
    assert (moments(history, rows.post) == rows.at_ms).all()
    assert rows.at_ms.min() >= 0
    assert rows.at_ms.max() < BUSY.days * DAY_MS


def test_reactions_follow_their_target_by_someone_else(
    busy: tuple[History, Deeds],
) -> None:
    history, rows = busy
    aimed = rows.at(rows.kind != POST)
    assert (aimed.target > 0).all()
    assert (moments(history, aimed.target) < aimed.at_ms).all()
    assert (aimed.source != aimed.account).all()
    assert (rows.target[rows.kind == POST] == -1).all()


def test_nobody_reposts_a_post_twice(busy: tuple[History, Deeds]) -> None:
    _, rows = busy
    done = rows.at(rows.kind == REPOST)
    pairs = np.stack([done.account, done.target], axis=1)
    assert len(np.unique(pairs, axis=0)) == len(pairs) > 1_000


def test_reposts_repeat_the_words_of_their_target(busy: tuple[History, Deeds]) -> None:
    _, rows = busy
    place = np.searchsorted(rows.post, rows.target)
    place = np.minimum(place, len(rows.post) - 1)
    held = (rows.kind == REPOST) & (rows.post[place] == rows.target)
    assert held.sum() > 1_000
    for name in ("text", "link", "tags", "account"):
        said = getattr(rows, "source" if name == "account" else name)[held]
        assert (said == getattr(rows, name)[place[held]]).all()


def test_kinds_come_in_the_planned_shares() -> None:
    _, rows = lived(replace(BUSY, ordinary=replace(BUSY.ordinary, accounts=3_000)))
    share = np.bincount(rows.kind, minlength=4) / len(rows.kind)
    for kind, planned in ((REPOST, 0.4), (QUOTE, 0.05), (REPLY, 0.2)):
        assert share[kind] == pytest.approx(planned, abs=0.05)


def test_days_follow_the_clock_of_where_people_live() -> None:
    history, rows = lived(replace(SMALL, ordinary=replace(PLAN, accounts=3_000)))
    here = np.flatnonzero(history.people.zone == 3.5)
    local = (of(rows, here).at_ms / HOUR_MS + 3.5) % 24
    count = np.bincount(local.astype(np.int64), minlength=24)
    assert count[2:5].mean() < 0.25 * count[18:22].mean()


def test_sleepers_and_purged_accounts_are_silent_outside_their_days() -> None:
    def every_day(stage: Stage, members: Int) -> Deeds:
        at_ms = stage.day * DAY_MS + 5 * HOUR_MS + np.arange(len(members))
        return deeds(at_ms, members, text=1)

    woken = Script(cohort(20, per_day=5.0, first_day=2, last_day=3), acts=every_day)
    history, rows = lived(staged(silent(days=6), [woken]))
    day = of(rows, woken.members).at_ms // DAY_MS
    assert set(day.tolist()) == {2, 3}
    assert history.tally.dropped["the account is not there"] >= 4 * 20


def test_what_lies_on_the_next_day_is_written_there_and_not_after_the_end() -> None:
    def late(stage: Stage, members: Int) -> Deeds:
        at_ms = (stage.day + 1) * DAY_MS + HOUR_MS + np.arange(len(members))
        return deeds(at_ms, members, text=stage.day + 10)

    troupe = Script(cohort(), acts=late)
    history, rows = lived(staged(silent(), [troupe]))
    own = of(rows, troupe.members)
    assert sorted(set(zip(own.at_ms // DAY_MS, own.text, strict=True))) == [
        (1, 10),
        (2, 11),
    ]
    assert history.tally.dropped["after the end"] >= 5


def test_what_was_never_to_be_written_is_dropped_once() -> None:
    def far(stage: Stage, members: Int) -> Deeds:
        return deeds(stage.day * DAY_MS + np.full(5, 50 * DAY_MS), members, text=1)

    history, rows = lived(staged(silent(), [Script(cohort(), acts=far)]))
    tally = history.tally
    assert tally.drawn == len(rows.post) + sum(tally.dropped.values())
    assert 15 <= tally.dropped["after the end"] < 20


def test_a_teams_posts_stand_on_the_board_and_can_be_acted_on() -> None:
    def post(stage: Stage, members: Int) -> Originals:
        at_ms = stage.day * DAY_MS + 9 * HOUR_MS + np.arange(2)
        return originals(
            at_ms,
            members[:2],
            stage.new_posts(at_ms),
            text=free_text(stage.rng("words"), language_codes(["fa", "fa"])),
            community=stage.community[members[:2]],
            fitness=0.0,
        )

    def repost(stage: Stage, members: Int) -> Deeds:
        row = np.flatnonzero(np.isin(stage.board.account, members))
        row = row[stage.board.at_ms[row] >= stage.day * DAY_MS][:1]
        who, board = members[2:], stage.board
        at_ms = board.at_ms[row] + 60_000 + np.arange(len(who))
        twice = np.concatenate([at_ms, at_ms + 5_000])
        return deeds(
            twice,
            np.concatenate([who, who]),
            REPOST,
            target=board.post[row],
            source=board.account[row],
            text=board.text[row],
        )

    troupe = Script(cohort(6), post, repost)
    history, rows = lived(staged(silent(), [troupe]))
    own = of(rows, troupe.members)
    kinds = np.bincount(own.kind, minlength=2)
    assert kinds.tolist() == [2 * 3, 4 * 3]
    assert np.isin(own.target[own.kind == REPOST], own.post).all()
    assert history.tally.dropped["reposted before"] == 4 * 3
    # Nobody finds by chance what has no fitness.
    assert not np.isin(
        rows.target[~np.isin(rows.account, troupe.members)], own.post
    ).any()


def test_posts_about_what_never_got_out_or_is_not_yet_there_are_dropped() -> None:
    def post(stage: Stage, members: Int) -> Originals:
        # The world ends before the second of them.
        at_ms = stage.day * DAY_MS + np.array([8, 80]) * HOUR_MS
        post = stage.new_posts(at_ms)
        known.append(post)
        return originals(at_ms, members[:2], post, text=1, community=0)

    def act(stage: Stage, members: Int) -> Deeds:
        there, never = known[-1]
        at_ms = stage.day * DAY_MS + np.array([9, 7, 9]) * HOUR_MS
        return deeds(
            at_ms,
            members[2:5],
            [REPLY, REPLY, REPLY],
            target=[there, there, never],
            source=members[:1],
            text=2,
        )

    known: list[Int] = []
    troupe = Script(cohort(), post, act)
    history, rows = lived(staged(silent(days=1), [troupe]))
    own = of(rows, troupe.members)
    assert own.kind.tolist() == [POST, REPLY]
    assert own.account[1] == troupe.members[2]
    # The third answers a post of the day after the last, which is before its target.
    assert history.tally.dropped["before its target"] == 2


def test_a_team_that_gives_a_post_twice_is_an_error() -> None:
    def twice(stage: Stage, members: Int) -> Deeds:
        at_ms = np.full(2, stage.day * DAY_MS + HOUR_MS)
        return deeds(at_ms, members[:2], post=stage.new_posts(at_ms)[:1], text=1)

    with pytest.raises(ValueError, match="given twice"):
        lived(staged(silent(), [Script(cohort(), acts=twice)]))


def test_the_stage_shows_the_last_two_days_and_popular_posts() -> None:
    seen: list[tuple[int, int, float]] = []

    def look(stage: Stage, members: Int) -> Deeds:
        at_ms = np.full(400, stage.day * DAY_MS + 20 * HOUR_MS)
        row = stage.popular("fa", at_ms, stage.rng("look"))
        board = stage.board
        assert (stage.language[board.account[row]] == "fa").all()
        assert (board.at_ms[row] < at_ms).all()
        assert (np.diff(board.at_ms) >= 0).all()
        noticed = np.median(board.fitness[row]) / np.median(board.fitness)
        seen.append((int(board.at_ms.min()), int(board.at_ms.max()), noticed))
        none = stage.popular("fa", np.array([-5 * DAY_MS]), stage.rng("none"))
        assert none.tolist() == [-1]
        return deeds(np.empty(0, np.int64), [])

    lived(staged(BUSY, [Script(cohort(), acts=look)]))
    for day, (first, last, noticed) in enumerate(seen):
        assert (day - 2) * DAY_MS <= first < last < (day + 1) * DAY_MS
        assert noticed > 2


@pytest.mark.parametrize(
    "changes",
    [
        {"repost_share": 0.0, "reply_share": 0.0, "quote_share": 0.0},
        {"repost_share": 0.999, "reply_share": 0.0, "quote_share": 0.0},
        {"link_share": 0.0, "tag_share": 0.0, "stock_share": 1.0},
        {"follow_share": 1.0, "homophily": 0.0},
        {"follow_share": 0.0, "homophily": 1.0, "decay": 10.0, "sigma": 0.0},
        {"news_per_day": 20.0, "news_reach": 1.0, "session_posts": 1.0},
        {"posts_per_day": 60.0, "fitness_tail": 0.1, "session_gap_s": 20_000.0},
    ],
)
def test_extreme_plans_add_up(changes: dict[str, Any]) -> None:
    plan = replace(PLAN, accounts=120, **changes)
    history, rows = lived(replace(SMALL, days=1, ordinary=plan))
    dropped = sum(history.tally.dropped.values())
    assert history.tally.drawn == len(rows.post) + dropped
    done = rows.kind == REPOST
    assert done.any() == (plan.repost_share > 0)


def test_one_account_per_community_is_enough() -> None:
    plan = replace(PLAN, accounts=120)
    object.__setattr__(plan, "accounts", 12)
    history, rows = lived(replace(SMALL, days=2, ordinary=plan))
    assert len(history.people) == 12
    assert len(rows.post) > 0


def test_memory_does_not_grow_with_days() -> None:
    tracemalloc.start()
    try:
        days = History(replace(BUSY, days=12), 1).days()
        held = [tracemalloc.get_traced_memory()[0] for _ in days]
    finally:
        tracemalloc.stop()
    assert held[11] < 1.2 * held[5]
