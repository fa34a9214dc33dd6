"""A storm is told from an order by its footprint."""

from __future__ import annotations

import numpy as np
from connectivity.drawn_series import hourly, rhythm

from rasad.connectivity.disaster import Site
from rasad.connectivity.outages import Findings, detect
from rasad.connectivity.series import Series

SIDE = 9
"""Counties lie on a grid; a border runs between columns 4 and 5."""


def county(row: int, column: int) -> str:
    return f"{'West' if column < 5 else 'East'}/{row}-{column}"


def mapped(falls: dict[tuple[int, int], np.ndarray], country: str = "US") -> Findings:
    series: list[Series] = []
    sites: dict[str, Site] = {}
    for row in range(SIDE):
        for column in range(SIDE):
            values = rhythm(12, seed=SIDE * row + column) * falls.get(
                (row, column), 1.0
            )
            region = county(row, column)
            series.append(hourly(values, country=country, region=region))
            sites[f"{country}/{region}"] = (30.0 + row, -95.0 + column)
    return detect(series, sites)


def mended(begin: int, days: float) -> np.ndarray:
    """The share left of a network that falls at an hour and is mended in days."""
    hours = np.arange(12 * 24) - begin
    return np.asarray(np.where(hours < 0, 1.0, 1 - 0.85 * np.exp(-hours / (24 * days))))


def ordered(begin: int, end: int) -> np.ndarray:
    """The share left of a network that is switched off and on."""
    hours = np.arange(12 * 24)
    return np.asarray(np.where((hours >= begin) & (hours < end), 0.05, 1.0))


def storm() -> dict[tuple[int, int], np.ndarray]:
    """A storm that crosses the border on its way north."""
    return {
        (row, column): mended(200 + 2 * row, 2.0)
        for row in range(5)
        for column in range(3, 7)
    }


def test_a_storm_is_a_disaster_on_both_sides_of_the_border_and_no_shutdown() -> None:
    found = mapped(storm())
    kinds = {one.kind for one in found.outages}
    assert kinds == {"disaster"}
    regions = {one.place.split("/")[1] for one in found.outages if not one.national}
    assert regions == {"West", "East"}
    why = found.outages[0].why
    for said in ("lie together", "across a border", "along a direction", "slowly"):
        assert said in why


def test_one_province_switched_off_is_an_order() -> None:
    off = {
        (row, column): ordered(200, 230) for row in range(SIDE) for column in range(5)
    }
    found = mapped(off)
    assert not any(mark.disaster for mark in found.footprints)
    (mark,) = found.footprints
    assert "keep to provinces" in mark.why
    kinds = {one.place: one.kind for one in found.outages}
    assert kinds["US/West"] == "regional_outage"
    assert "disaster" not in kinds.values()


def test_a_country_switched_off_is_a_shutdown_whatever_its_shape() -> None:
    off = {
        (row, column): ordered(200, 230)
        for row in range(SIDE)
        for column in range(SIDE)
    }
    found = mapped(off, "IR")
    (national,) = [one for one in found.outages if one.national]
    assert national.kind == "shutdown"
    assert not any(mark.disaster for mark in found.footprints)


def test_a_patch_over_a_border_switched_off_and_on_at_once_is_no_disaster() -> None:
    patch = {
        (row, column): ordered(200, 230) for row in range(5) for column in range(3, 7)
    }
    (mark,) = mapped(patch).footprints
    assert not mark.disaster
    assert "all at once" in mark.why


def test_places_hit_here_and_there_make_no_footprint() -> None:
    dice = np.random.default_rng(2)
    here_and_there = {(1, 1): 0, (1, 7): 0, (4, 4): 0, (7, 1): 0, (7, 7): 0}
    falls = {at: ordered(200 + int(dice.integers(20)), 240) for at in here_and_there}
    assert mapped(falls).footprints == []


def test_without_sites_nothing_is_called_a_disaster() -> None:
    series = [
        hourly(rhythm(12, seed=n) * mended(200, 2.0), region=county(*at), country="US")
        for n, at in enumerate(storm())
    ]
    assert "disaster" not in {one.kind for one in detect(series).outages}


def test_the_order_of_places_changes_nothing() -> None:
    falls = storm()
    backwards = dict(reversed(falls.items()))
    one, other = mapped(falls), mapped(backwards)
    assert [each.row() for each in one.outages] == [
        each.row() for each in other.outages
    ]
