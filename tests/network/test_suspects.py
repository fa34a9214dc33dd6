"""Suspects: boosters who are always early are not excused by being early together."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from network.worlds import WINDOW_S, Row, ring_world, trace_of
from rasad.config import Settings
from rasad.network.halves import Both, TracePairs
from rasad.network.pair_tests import PairTests, fit_nulls, meetings, opportunity_model
from rasad.network.population import MOST_STRATA
from rasad.network.suspects import suspect_actions
from rasad.network.tempo import tempo, with_tempo
from rasad.null_models.opportunity import SUSPECT_FROM, SeenPairs, operated

SETTINGS = Settings()
PEOPLE, BOOSTERS, BOOSTED = 1500, 30, 40
BIRD = PEOPLE + BOOSTERS
"""An account that follows a source closely, and acts beside no booster."""


def boosting_rows(
    boosters: int = BOOSTERS, together: int = BOOSTERS // 2, boosted: int = BOOSTED
) -> list[Row]:
    """Return posts, some of which boosters share together, within a minute.

    Their own audience comes after them, so that they are early, and always together.
    The boosters do something else now and then; the bird is there for all the rest.
    """
    rng = np.random.default_rng(0)
    rows = []
    for post in range(150):
        start = 21_600 * post
        crowd = rng.choice(PEOPLE, 60, replace=False).tolist()
        if post >= boosted:
            crowd += (PEOPLE + rng.choice(boosters, 1)).tolist()
            rows.append((post, start + 60, PEOPLE + boosters))
        rows += [(post, start + 120 + int(rng.exponential(7200)), a) for a in crowd]
        if post < boosted:
            those = PEOPLE + rng.choice(boosters, together, replace=False)
            rows += [(post, start + int(rng.integers(60)), int(a)) for a in those]
    return rows


@cache
def boosting() -> TracePairs:
    return trace_of(boosting_rows(), BIRD + 1)


def suspects_of(trace: TracePairs) -> NDArray[np.float64]:
    return suspect_actions(trace.actions, WINDOW_S, trace.several[0], SETTINGS, 1)


@cache
def suspects() -> NDArray[np.float64]:
    return suspects_of(boosting())


def boosters_tested(trace: TracePairs, suspect: NDArray[np.float64]) -> PairTests:
    """Return the tests of pairs of boosters, in strata divided by tempo."""
    actions, (first, second) = trace.actions, trace.pairs[0]
    share = SETTINGS.opportunity.stratum_share
    stratum = with_tempo(actions.stratum, actions, suspect, share, MOST_STRATA)
    fitted = fit_nulls(
        replace(actions, stratum=stratum), WINDOW_S, first, second, SETTINGS, 1, 21_600
    )
    bird = len(actions.stratum) - 1
    both = (first >= PEOPLE) & (first < bird) & (second >= PEOPLE) & (second < bird)
    return fitted.tests(threads=1)[both]


def test_boosters_are_seen_by_their_timing_although_they_are_early() -> None:
    tests = boosters_tested(boosting(), suspects())
    assert len(tests.p_timing) == BOOSTERS * (BOOSTERS - 1) // 2
    assert (tests.p_timing <= 1e-4).all()


def test_a_dozen_boosters_are_a_class_of_their_own_unless_suspects_are_known() -> None:
    """Tempo alone makes them a stratum, and as close as that stratum is."""
    trace = trace_of(boosting_rows(12, 6, 20), PEOPLE + 12 + 1)
    suspect = suspects_of(trace)
    blind = boosters_tested(trace, np.zeros(len(suspect)))
    seeing = boosters_tested(trace, suspect)
    assert len(blind.p_value) == len(seeing.p_value) == 12 * 11 // 2
    assert (blind.p_value <= 1e-4).sum() == 0
    # J sees one pair in eight; T's median falls by more than ten.
    assert (seeing.p_value <= 1e-4).sum() > 5
    assert np.median(seeing.p_timing) < np.median(blind.p_timing) / 10


def test_a_bird_that_is_beside_no_suspect_is_still_early() -> None:
    actions = boosting().actions
    nobody = np.zeros(len(actions.account))
    assert tempo(actions, nobody)[BIRD] == tempo(actions, suspects())[BIRD] == 2
    assert suspects()[actions.account == BIRD].max() < 0.01


def test_boosters_are_no_longer_all_very_early() -> None:
    actions = boosting().actions
    boosters = slice(PEOPLE, BIRD)
    before = tempo(actions, np.zeros(len(actions.account)))[boosters]
    after = tempo(actions, suspects())[boosters]
    assert (before == 2).all()
    assert (after <= before).all()
    assert after.sum() < before.sum() - 5


def test_only_what_boosters_do_together_is_suspect() -> None:
    actions, suspect = boosting().actions, suspects()
    booster = (actions.account >= PEOPLE) & (actions.account < BIRD)
    together = booster & (actions.object < BOOSTED)
    assert suspect[together].mean() > 0.5
    assert suspect[booster & ~together].max() < 0.01
    # Nobody else but who comes within a minute of them, and hardly.
    assert suspect[~booster].max() < 0.05
    assert (suspect >= 0).all()
    assert (suspect <= 1).all()


def plain_suspects(trace: TracePairs, several: Both) -> NDArray[np.float64]:
    """Add up the shares of close partners, action by action, to one at most."""
    actions, (first, second) = trace.actions, several
    observed, _ = meetings(actions, WINDOW_S, first, second, 1)
    seen = SeenPairs(first=first, second=second, n_first=observed)
    fitted = opportunity_model(SETTINGS).fit(actions, WINDOW_S, seen, 1)
    shares = operated(observed, fitted.expected(first, second, 1))
    share: dict[tuple[int, int], float] = {
        (int(a), int(b)): float(s)
        for a, b, n, s in zip(first, second, observed, shares, strict=True)
        if n >= SUSPECT_FROM
    }
    total = np.zeros(len(actions.account))
    for x, (one, thing, at) in enumerate(
        zip(actions.account, actions.object, actions.time_us, strict=True)
    ):
        near = (actions.object == thing) & (
            np.abs(actions.time_us - at) <= WINDOW_S * 1_000_000
        )
        for other in actions.account[near].tolist():
            pair = min(int(one), other), max(int(one), other)
            total[x] += share.get(pair, 0.0)
    return np.minimum(total, 1.0)


def test_an_action_is_as_suspect_as_the_partners_beside_it() -> None:
    ring = ring_world()
    want = plain_suspects(ring, ring.several[0])
    np.testing.assert_allclose(suspects_of(ring), want, atol=1e-12)
    assert want.max() == 1.0
    assert np.median(want) == 0.0


def test_nobody_who_was_close_but_once_is_suspect() -> None:
    ring = ring_world()
    once = trace_of([(0, a, a) for a in range(20)], 20)
    assert suspects_of(once).tolist() == [0.0] * 20
    none = suspect_actions(
        ring.actions, WINDOW_S, (np.zeros(0, np.int32),) * 2, SETTINGS, 1
    )
    assert none.tolist() == [0.0] * len(ring.actions.account)
