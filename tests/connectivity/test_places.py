"""Counties, provinces, countries."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from connectivity.drawn_series import hourly

from rasad.connectivity.places import with_wholes


def test_counties_make_provinces_and_these_a_country() -> None:
    parts = [
        hourly(np.full(4, value), region=name)
        for name, value in (("A/1", 100.0), ("A/2", 40.0), ("B/1", 10.0))
    ]
    wholes = {one.region: one for one in with_wholes(parts)}
    assert set(wholes) == {"A/1", "A/2", "B/1", "A", "B", ""}
    assert wholes["A"].values.tolist() == [70.0] * 4
    assert wholes["A"].weight == 2
    assert wholes["B"].values.tolist() == [10.0] * 4
    # Every county is as heavy as any other: this is no mean of two provinces.
    assert wholes[""].values.tolist() == [50.0] * 4


def test_a_series_that_the_source_gives_is_not_made_again() -> None:
    parts = [hourly(np.ones(3), region=name) for name in ("A", "B", "")]
    assert len(with_wholes(parts)) == 3


def test_a_gap_in_one_county_is_no_step_in_the_country() -> None:
    high, low = np.full(6, 100.0), np.full(6, 20.0)
    high[2] = np.nan
    parts = [hourly(high, region="A"), hourly(low, region="B"), hourly(low, region="C")]
    country = with_wholes(parts)[-1]
    assert np.ptp(country.values) < 1e-9


def test_less_than_half_measured_is_a_gap_of_the_country() -> None:
    gap = np.full(6, 100.0)
    gap[2] = np.nan
    parts = [hourly(gap, region=name) for name in "ABC"]
    parts.append(hourly(np.full(6, 100.0), region="D"))
    country = with_wholes(parts)[-1]
    assert np.isnan(country.values).tolist() == [False, False, True] + 3 * [False]


def test_users_add_up_and_failed_tests_are_weighed_by_their_number() -> None:
    users = [
        hourly(np.full(3, value), region=name, reading="usage")
        for name, value in (("A", 10.0), ("B", 30.0))
    ]
    assert with_wholes(users)[-1].values.tolist() == [40.0] * 3
    shares = [
        hourly(
            np.full(3, share), region=name, reading="anomalies", out_of=np.full(3, of)
        )
        for name, share, of in (("A", 0.5, 100.0), ("B", 0.1, 300.0))
    ]
    country = with_wholes(shares)[-1]
    assert np.allclose(country.values, 0.2)
    assert country.out_of is not None
    assert country.out_of.tolist() == [400.0] * 3


def test_parts_of_other_times_are_aligned() -> None:
    one = hourly(np.full(4, 10.0), region="A")
    other = hourly(np.full(4, 20.0), region="B")
    late = replace(other, times_us=other.times_us + 2 * other.step_us)
    country = with_wholes([one, late])[-1]
    assert len(country.times_us) == 6
    assert np.allclose(country.values, 15.0)


def test_different_sources_and_countries_are_kept_apart() -> None:
    parts = [
        hourly(np.ones(3), region="A"),
        hourly(np.ones(3), region="B", source="other"),
        hourly(np.ones(3), region="C", country="IQ"),
    ]
    assert len(with_wholes(parts)) == 3
