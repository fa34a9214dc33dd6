"""Cascades: reposts are seen and passed on, from generation to generation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rasad.simulate.society.cast import Stage
from rasad.simulate.society.deeds import REPOST, Deeds, Int, Originals
from rasad.simulate.society.history import History
from rasad.simulate.society.rows import deeds, originals
from simulate.society.small_worlds import (
    DAY_MS,
    HOUR_MS,
    PLAN,
    SMALL,
    Script,
    cohort,
    lived,
    of,
    staged,
)

TEAM = 40
BUSY = replace(PLAN, posts_per_day=8.0, news_per_day=0.0)


def world(share: float, days: int = 3) -> tuple[History, Deeds]:
    plan = replace(BUSY, pass_on_share=share)
    return lived(replace(SMALL, days=days, ordinary=plan))


def cascade_sizes(share: float) -> Int:
    _, rows = world(share)
    done = rows.at(rows.kind == REPOST)
    return np.sort(np.unique(done.target, return_counts=True)[1])


def test_the_more_is_passed_on_the_fewer_posts_hold_the_reposts() -> None:
    none, some, most = (cascade_sizes(share) for share in (0.0, 0.4, 0.8))
    assert len(most) < len(some) < len(none)
    # The largest tenth of the cascades.
    parts = [sizes[-len(sizes) // 10 :].sum() / sizes.sum() for sizes in (none, most)]
    assert parts[1] > parts[0] + 0.05


def unseen(hour: int, day: int = 0) -> tuple[Script, list[Int]]:
    """Return a team whose post nobody comes across, and that reposts it itself."""
    known: list[Int] = []

    def post(stage: Stage, members: Int) -> Originals:
        once = int(stage.day == day)
        at_ms = np.full(once, (stage.day * 24 + hour - 1) * HOUR_MS)
        made = originals(
            at_ms,
            members[: len(at_ms)],
            stage.new_posts(at_ms),
            text=1,
            community=stage.community[members[: len(at_ms)]],
            fitness=np.zeros(len(at_ms)),
        )
        known.extend([made.post] if len(at_ms) else [])
        return made

    def act(stage: Stage, members: Int) -> Deeds:
        if stage.day != day:
            return deeds(np.empty(0, np.int64), [])
        at_ms = (stage.day * 24 + hour) * HOUR_MS + 60_000 * np.arange(1, TEAM)
        return deeds(
            at_ms, members[1:], REPOST, target=known[0], source=members[:1], text=1
        )

    return Script(cohort(TEAM), post, act), known


def strangers(share: float, hour: int, day: int = 0) -> Deeds:
    """Return who else reposts what only a team has shown."""
    script, known = unseen(hour, day)
    plan = replace(BUSY, accounts=600, pass_on_share=share)
    _, rows = lived(staged(replace(SMALL, ordinary=plan), [script]))
    about = rows.at((rows.kind == REPOST) & (rows.target == known[0]))
    assert len(of(about, script.members).account) == TEAM - 1
    return about.at(~np.isin(about.account, script.members))


def test_what_nobody_comes_across_is_passed_on_after_a_team_reposts_it() -> None:
    assert len(strangers(0.0, hour=12).account) == 0
    seen = strangers(0.6, hour=12)
    assert len(seen.account) > 3
    assert seen.at_ms.min() > 12 * HOUR_MS


def test_an_evening_is_passed_on_the_next_morning() -> None:
    seen = strangers(0.9, hour=21)
    assert (seen.at_ms >= DAY_MS).any()


def after_neighbours(share: float) -> float:
    """Return the share of reposts that follow one of the same community."""
    plan = replace(BUSY, accounts=3_000, pass_on_share=share)
    history, rows = lived(replace(SMALL, days=1, ordinary=plan))
    done = rows.at(rows.kind == REPOST)
    community = history.people.community[done.account]
    both = np.stack([done.target, community], axis=1)
    return 1 - len(np.unique(both, axis=0)) / len(both)


def test_what_is_passed_on_was_reposted_in_the_community_before() -> None:
    assert after_neighbours(0.9) > after_neighbours(0.0) + 0.04


@pytest.mark.parametrize("share", [0.0, 0.95])
def test_extreme_shares_add_up(share: float) -> None:
    history, rows = world(share, days=1)
    dropped = sum(history.tally.dropped.values())
    assert history.tally.drawn == len(rows.post) + dropped
