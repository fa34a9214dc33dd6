"""The interval of the average precision draws teams, since accounts are not alone."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rasad.evaluate.contest import Codes, Real
from rasad.evaluate.metrics.blocks import average_precision_interval
from rasad.evaluate.metrics.ranking import Bool, ranked

TEAMS, SIZE, CROWD = 16, 8, 300


def world(rng: np.random.Generator, teams: int = TEAMS) -> tuple[Real, Bool, Codes]:
    """Return a world in which a team is found well or hardly at all, as one."""
    found = rng.normal(1.5, 1.2, teams)
    operators = np.repeat(found, SIZE) + rng.normal(0, 0.3, teams * SIZE)
    score = np.concatenate([operators, rng.normal(0, 1, CROWD)])
    team = np.repeat(np.arange(teams), SIZE)
    return (
        score,
        np.arange(len(score)) < teams * SIZE,
        np.concatenate([team, np.full(CROWD, -1)]),
    )


def test_coverage_of_teams_and_of_accounts() -> None:
    # Truth: the mean figure of 1000 worlds. Sixteen teams cover at most about as much
    # as a t interval of 16 units, P(|t| <= z sqrt(15 / 16)) = 0.924; the figure is not
    # linear in teams, which costs some more. Of 80 worlds the share has a sd of 0.03.
    rng = np.random.default_rng(8)
    truth = np.mean([ranked(*world(rng)[:2]).average_precision for _ in range(1000)])
    teams: list[bool] = []
    accounts: list[bool] = []
    for _ in range(80):
        score, operated, team = world(rng)
        alone = np.full(len(team), -1)
        for block, hits in ((team, teams), (alone, accounts)):
            found = average_precision_interval(score, operated, block, draws=80)
            hits.append(bool(found.low <= truth <= found.high))
    assert 0.924 - 0.05 - 3 * 0.03 < np.mean(teams) <= 0.95 + 3 * 0.03
    # Accounts of a team fall together: 8 of them tell little more than one. Measured
    # on 400 worlds: 0.58, with a sd of 0.055 for 80.
    assert np.mean(accounts) < 0.75


def test_the_estimate_is_that_of_the_ranking() -> None:
    score, operated, team = world(np.random.default_rng(1))
    score[::7] = math.nan
    score = score.round(1)
    for prevalence in (None, 0.01):
        found = average_precision_interval(
            score, operated, team, prevalence=prevalence, draws=20
        )
        plain = ranked(score, operated).average_precision_at(prevalence)
        assert found.estimate == pytest.approx(plain, abs=1e-12)
        assert found.low <= found.high
        assert found.n == TEAMS
        assert found.kind == "percentile"


def test_neither_order_nor_numbers_of_blocks_matter_to_the_estimate() -> None:
    score, operated, team = world(np.random.default_rng(2))
    order = np.random.default_rng(3).permutation(len(score))
    renamed = np.where(team >= 0, (team + 1) * 2**50, -1)
    one = average_precision_interval(score, operated, team, draws=20)
    other = average_precision_interval(
        score[order], operated[order], renamed[order], draws=20
    )
    assert one.estimate == pytest.approx(other.estimate, abs=1e-12)
    monotone = average_precision_interval(np.exp(score), operated, team, draws=20)
    assert (one.low, one.high) == (monotone.low, monotone.high)


def test_the_same_seed_gives_the_same_interval() -> None:
    score, operated, team = world(np.random.default_rng(4))
    one, same, other = (
        average_precision_interval(score, operated, team, draws=50, seed=seed)
        for seed in (0, 0, 1)
    )
    assert one == same
    assert one.low != other.low


def test_benign_instances_are_drawn_as_wholes() -> None:
    # All operators stand below a decoy of 50 that comes whole or not at all.
    score = np.concatenate([np.full(50, 9.0), np.full(10, 5.0), np.full(50, 1.0)])
    operated = (np.arange(110) >= 50) & (np.arange(110) < 60)
    own = np.where(operated, np.arange(110), -1)
    decoy = np.where(np.arange(110) < 50, 1000, own)
    whole = average_precision_interval(score, operated, decoy, draws=300)
    apart = average_precision_interval(score, operated, own, draws=300)
    assert whole.high - whole.low > 2 * (apart.high - apart.low)


def test_one_team_has_a_figure_and_no_interval() -> None:
    found = average_precision_interval(*world(np.random.default_rng(5), teams=1))
    assert 0 <= found.estimate <= 1
    assert found.n == 1
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_nobody() -> None:
    none = np.zeros(0)
    found = average_precision_interval(
        none, none.astype(np.bool_), none.astype(np.int64)
    )
    assert found.n == 0
    assert math.isnan(found.estimate)
    crowd = average_precision_interval(
        np.ones(3), np.zeros(3, np.bool_), np.full(3, -1)
    )
    assert math.isnan(crowd.estimate)
    everybody = average_precision_interval(
        np.array([1.0, math.nan]), np.ones(2, np.bool_), np.array([0, 1]), draws=100
    )
    assert (everybody.estimate, everybody.low, everybody.high) == (0.5, 0.0, 1.0)
