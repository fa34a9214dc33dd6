"""The expectation: rhythm in the place's clock, honest width, no memory of outages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from connectivity.drawn_series import DAY, HOUR, daily, hourly, rhythm, steady

from rasad.connectivity.alarms import watch
from rasad.connectivity.seasonal import expectation


def test_nothing_is_predicted_before_three_days_and_everything_after() -> None:
    expected, _ = expectation(hourly(rhythm(6)))
    known = np.isfinite(expected.middle)
    assert not known[: 3 * 24].any()
    assert known[3 * 24 :].all()


def test_a_nightly_dip_is_rhythm_and_no_outage() -> None:
    values = rhythm(8)
    expected, _ = expectation(hourly(values))
    assert np.nanmax(np.abs(expected.middle / values - 1)[4 * 24 :]) < 0.08
    assert not watch(hourly(values)).episodes


def test_the_same_dip_at_another_hour_is_an_outage() -> None:
    values = rhythm(30)
    night = values[25 * 24 + 3 : 25 * 24 + 7].copy()
    assert night.mean() < 85
    values[25 * 24 + 14 : 25 * 24 + 18] = night
    found = watch(hourly(values)).episodes
    assert [(one.first, one.last) for one in found] == [(25 * 24 + 14, 25 * 24 + 17)]


def test_the_interval_holds_what_it_promises() -> None:
    inside, width = [], []
    for seed in range(8):
        values = rhythm(45, seed, noise=0.03)
        expected, _ = expectation(hourly(values))
        later = slice(30 * 24, None)
        inside.append(
            (values >= expected.low)[later] & (values <= expected.high)[later]
        )
        width.append(np.log(expected.high / expected.low)[later].mean())
    assert np.mean(inside) >= 0.998
    assert np.mean(width) < 1.6 * 2 * 3.29 * 0.03


def test_little_history_makes_the_interval_wider() -> None:
    values = rhythm(40, noise=0.02)
    expected, _ = expectation(hourly(values))
    width = np.log(expected.high / expected.low)
    assert width[4 * 24 : 5 * 24].mean() > 1.5 * width[35 * 24 : 36 * 24].mean()


def test_a_quiet_weekend_is_learnt() -> None:
    values = rhythm(56, noise=0.01)
    days = np.arange(len(values)) // 24
    values = np.where(days % 7 >= 5, values * 0.7, values)
    found = watch(hourly(values, reading="usage")).episodes
    assert all(one.first < 21 * 24 for one in found)
    expected, _ = expectation(hourly(values, reading="usage"))
    saturday = slice(54 * 24, 55 * 24)
    assert np.abs(expected.middle / values - 1)[saturday].max() < 0.1


def test_the_clock_is_the_places_own_across_summer_time() -> None:
    # Paris puts its clocks forward on 29 March 2020; people get up by the clock.
    start = 1_583_020_800_000_000
    times = start + np.arange(24 * 50) * HOUR
    local = (times // HOUR + 1 + (times >= 1_585_443_600_000_000)) % 24
    values = np.where((local >= 1) & (local < 7), 60.0, 100.0)
    one = replace(hourly(values), times_us=times, zone="Europe/Paris")
    # One in the morning of Monday there is an hour earlier by UTC than it used to be.
    shifted = 28 * 24 + 23
    for zone, says in (("Europe/Paris", 60.0), ("UTC", 100.0)):
        expected, _ = expectation(replace(one, zone=zone))
        assert expected.middle[shifted] == pytest.approx(says, rel=0.01)


def test_a_long_outage_does_not_become_its_own_expectation() -> None:
    values = rhythm(60)
    values[20 * 24 :] *= 0.05
    (found,) = watch(hourly(values)).episodes
    assert (found.first, found.last) == (20 * 24, 60 * 24 - 1)
    assert found.open
    assert not found.settled
    assert found.expected.middle[-12] > 70


def test_a_shallow_new_level_is_accepted_after_four_weeks_and_said_so() -> None:
    values = rhythm(80)
    values[20 * 24 :] *= 0.75
    (found,) = watch(hourly(values)).episodes
    assert found.settled
    assert 27 * 24 <= found.last - found.first <= 31 * 24


def test_slow_decline_is_no_outage() -> None:
    values = steady(400, noise=0.02) * np.exp(-np.arange(400) / 200)
    assert not watch(daily(values, reading="usage")).episodes


def test_gaps_are_neither_zero_nor_outage() -> None:
    values = rhythm(30)
    values[20 * 24 : 22 * 24] = np.nan
    assert not watch(hourly(values)).episodes
    kept = np.isfinite(values)
    one = hourly(values)
    absent = replace(one, times_us=one.times_us[kept], values=values[kept])
    assert not watch(absent).episodes


def test_darkness_before_and_after_a_gap_is_one_outage() -> None:
    values = rhythm(30)
    values[20 * 24 : 23 * 24] *= 0.05
    values[21 * 24 : 22 * 24] = np.nan
    (found,) = watch(hourly(values)).episodes
    assert (found.first, found.last) == (20 * 24, 23 * 24 - 1)


def test_rare_users_who_happen_to_be_none_are_no_outage() -> None:
    dice = np.random.default_rng(3)
    values = dice.poisson(2.0, 400).astype(np.float64)
    assert (values == 0).any()
    assert not watch(daily(values, reading="usage")).episodes


def test_a_share_of_few_tests_tells_nothing() -> None:
    share = np.full(60, 0.1)
    share[40] = 1.0
    tests = np.full(60, 500.0)
    tests[40] = 3
    few = daily(share, reading="anomalies", out_of=tests)
    assert not watch(few).episodes
    many = daily(share, reading="anomalies", out_of=np.full(60, 500.0))
    assert len(watch(many).episodes) == 1


@pytest.mark.parametrize("n", [0, 1, 5])
def test_a_series_too_short_to_watch_shows_nothing(n: int) -> None:
    watched = watch(hourly(rhythm(3)[:n]))
    assert not watched.episodes
    assert np.isnan(watched.expected.low).all()


def test_a_step_longer_than_a_day_is_watched_too() -> None:
    values = steady(60, noise=0.01)
    values[50:52] *= 0.2
    weekly = daily(values, reading="usage", step_us=7 * DAY)
    weekly = replace(weekly, times_us=weekly.times_us[0] + np.arange(60) * 7 * DAY)
    assert [(e.first, e.last) for e in watch(weekly).episodes] == [(50, 51)]


def test_after_months_of_darkness_the_expectation_still_stands() -> None:
    values = steady(500, noise=0.02)
    values[100:400] *= 0.02
    (found,) = watch(daily(values)).episodes
    assert (found.first, found.last) == (100, 399)
    assert found.expected.middle[390] > 7000
