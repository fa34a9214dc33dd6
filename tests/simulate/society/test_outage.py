from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rasad.simulate.society.cast import Stage
from rasad.simulate.society.deeds import REPLY, Deeds, Int, Originals
from rasad.simulate.society.outage import losses
from rasad.simulate.society.rows import deeds, originals
from rasad.simulate.society.scenario import Blackout
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

DARK_H = range(30, 40)
OUT = Blackout(start_h=30, hours=10, depth=0.9, recovery_h=20, language="fa")


def during(rows: Deeds) -> int:
    hour = rows.at_ms // HOUR_MS
    return int(((hour >= DARK_H.start) & (hour < DARK_H.stop)).sum())


def test_it_goes_down_at_once_and_up_slowly() -> None:
    hours = np.array([29, 30, 39, 45, 55, 59, 60])
    lost = losses(OUT, hours * HOUR_MS)
    assert lost[:3].tolist() == [0.0, 0.9, 0.9]
    assert lost[3:6].tolist() == pytest.approx([0.6525, 0.2025, 0.0225])
    assert lost[6] == 0.0
    sudden = replace(OUT, recovery_h=0)
    assert losses(sudden, np.array([39, 40]) * HOUR_MS).tolist() == [0.9, 0.0]


def test_it_thins_the_crowd_at_home_and_nobody_else() -> None:
    plan = replace(SMALL, ordinary=replace(PLAN, accounts=3_000, posts_per_day=6.0))
    history, usual = lived(plan)
    _, dark = lived(replace(plan, blackouts=(OUT,)))
    speaks = history.people.language_names == "fa"
    home = np.flatnonzero(speaks & (history.people.zone == 3.5))
    elsewhere = np.flatnonzero(~(speaks & (history.people.zone == 3.5)))
    share = during(of(dark, home)) / during(of(usual, home))
    assert 0.05 < share < 0.2
    assert 0.95 < during(of(dark, elsewhere)) / during(of(usual, elsewhere)) < 1.05


@pytest.mark.parametrize(
    ("connection", "language", "least", "most"),
    [
        ("home", "fa", 0.02, 0.2),
        ("home", "en", 1, 1),
        ("dark", "fa", 0, 0),
        ("dark", "en", 0, 0),
        ("whitelisted", "fa", 1, 1),
        ("abroad", "fa", 1, 1),
    ],
)
def test_a_cohort_has_its_own_connection(
    connection: str, language: str, least: float, most: float
) -> None:
    def hourly(stage: Stage, members: Int) -> Deeds:
        at_ms = stage.day * DAY_MS + np.arange(24).repeat(len(members)) * HOUR_MS
        return deeds(at_ms, np.tile(members, 24), text=1)

    people = cohort(40, connection=connection, language=language)  # type: ignore[arg-type]
    troupe = Script(people, acts=hourly)
    history, rows = lived(staged(silent(blackouts=(OUT,)), [troupe]))
    share = during(of(rows, troupe.members)) / (40 * len(DARK_H))
    assert least <= share <= most
    before = of(rows, troupe.members).at_ms < DARK_H.start * HOUR_MS
    assert before.sum() == 40 * DARK_H.start
    lost = history.tally.dropped["lost in a blackout"]
    assert (lost > 0) == (share < 1)


def test_nobody_answers_what_did_not_get_out() -> None:
    def post(stage: Stage, members: Int) -> Originals:
        at_ms = stage.day * DAY_MS + np.full(20, 8 * HOUR_MS)
        given = stage.new_posts(at_ms)
        known.append(given)
        return originals(at_ms, members[:20], given, text=1, community=0)

    def answer(stage: Stage, members: Int) -> Deeds:
        at_ms = stage.day * DAY_MS + np.full(20, 22 * HOUR_MS)
        given, source = known[-1], members[:20]
        return deeds(at_ms, members[20:], REPLY, target=given, source=source, text=2)

    known: list[Int] = []
    troupe = Script(cohort(40), post, answer)
    dark = replace(OUT, start_h=31, hours=4, recovery_h=0)
    history, rows = lived(staged(silent(blackouts=(dark,)), [troupe]))
    own = of(rows, troupe.members)
    replies = own.at(own.kind == REPLY)
    out = len(own.at_ms) - len(replies.at_ms) - 2 * 20
    assert out < 10
    assert len(replies.at_ms) == 2 * 20 + out
    assert history.tally.dropped["the target was dropped"] == 20 - out
