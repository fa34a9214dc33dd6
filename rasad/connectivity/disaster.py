"""The footprint of a natural disaster, told from that of an order.

An order ends at a border of provinces or countries, begins and ends at once, and is
lifted within hours. A storm or an earthquake hits what lies together, on both sides of
a border, one place after the other, and networks come back as they are mended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rasad.connectivity.alarms import Watched
from rasad.connectivity.change_points import onset
from rasad.connectivity.durations import HOUR_US
from rasad.connectivity.episodes import Episode
from rasad.connectivity.places import above
from rasad.connectivity.series import Int, Real

Site = tuple[float, float]
Links = npt.NDArray[np.bool_]

NEIGHBOURS = 6
LEAST_DEPTH = 0.3
"""Relative drop from which a single place counts as hit."""
LEAST_PLACES = 5
WHOLE = 0.8
"""Share of all places from which there is no footprint to look at."""
DRAWS = 999
LEVEL = 0.05
SLOW_US = 12 * HOUR_US
STEEP = 0.25
"""Share of the drop that an order, but no repair crew, gives back in one step."""


@dataclass(frozen=True, kw_only=True)
class Footprint:
    """Neighbouring places that were hit at the same time.

    Parameters
    ----------
    places : frozenset of str
        The places hit.
    regions : frozenset of str
        Provinces that hold them, ``"US/Louisiana"``.
    begin_us, end_us : int
        From the first to the last low measurement.
    disaster : bool
        Whether it is the footprint of a disaster.
    why : str
        What was seen.
    """

    places: frozenset[str]
    regions: frozenset[str]
    begin_us: int
    end_us: int
    disaster: bool
    why: str


@dataclass(frozen=True)
class _Hit:
    number: int
    episode: Episode


@dataclass(frozen=True)
class _Map:
    """All places of a source with their sites, and who is whose neighbour."""

    watched: Sequence[Watched]
    sites: Real
    links: Links

    def province(self, number: int) -> str:
        series = self.watched[number].series
        region = above(series) or series.region
        return f"{series.country}/{region}"


def footprints(
    watched: Sequence[Watched], sites: Mapping[str, Site]
) -> list[Footprint]:
    """Find places hit together, and tell which of them a disaster hit.

    Parameters
    ----------
    watched : sequence of Watched
        The finest places of one source and metric.
    sites : mapping of str to (float, float)
        Latitude and longitude of places, degrees.

    Returns
    -------
    list of Footprint
        In order of time. A place without a site takes no part.

    Notes
    -----
    Places are neighbours when one is among the six nearest of the other. Places hit are
    those with an episode at least 0.3 deep; those that are neighbours and overlap in
    time make one footprint. Of a footprint of at least five places that is not nearly
    the whole map these are asked: do the hit lie together (neighbouring pairs among
    them against 999 random placements), do borders not hold it (provinces hit in part,
    and pairs across their borders), did it move (onset against latitude and longitude,
    999 permutations), did it come back slowly (half the drop after twelve hours or
    later, or not yet, and never a quarter of it in one step). Disaster = together, over
    borders, and moving or slow.
    """
    located = [one for one in watched if one.series.place in sites]
    if len(located) <= LEAST_PLACES:
        return []
    where = np.array([sites[one.series.place] for one in located])
    chart = _Map(located, where, _neighbours(where))
    hits = [
        _Hit(number, episode)
        for number, one in enumerate(located)
        for episode in one.episodes
        if episode.depth >= LEAST_DEPTH
    ]
    found = [
        _judged(chart, members)
        for members in _together(chart, hits)
        if len({hit.number for hit in members}) >= LEAST_PLACES
    ]
    return sorted(found, key=lambda one: (one.begin_us, min(one.places)))


def _neighbours(sites: Real) -> Links:
    radians = np.radians(sites)
    near = np.stack(
        [
            np.cos(radians[:, 0]) * np.cos(radians[:, 1]),
            np.cos(radians[:, 0]) * np.sin(radians[:, 1]),
            np.sin(radians[:, 0]),
        ]
    )
    apart = -(near.T @ near)
    np.fill_diagonal(apart, np.inf)
    nearest = np.argsort(apart, axis=1, kind="stable")[:, :NEIGHBOURS]
    links = np.zeros(apart.shape, dtype=np.bool_)
    links[np.arange(len(sites))[:, None], nearest] = True
    return np.asarray(links | links.T)


def _together(chart: _Map, hits: Sequence[_Hit]) -> list[list[_Hit]]:
    """Join hits that are neighbours at the same time."""
    left = list(range(len(hits)))
    found = []
    while left:
        members, edge = [], [left.pop(0)]
        while edge:
            here = hits[edge.pop()]
            members.append(here)
            beside = [n for n in left if _touch(chart, here, hits[n])]
            edge += beside
            left = [n for n in left if n not in beside]
        found.append(members)
    return found


def _touch(chart: _Map, one: _Hit, other: _Hit) -> bool:
    near = one.number == other.number or bool(chart.links[one.number, other.number])
    a, b = one.episode, other.episode
    return near and a.begin_us < b.end_us and b.begin_us < a.end_us


def _judged(chart: _Map, members: Sequence[_Hit]) -> Footprint:
    numbers = sorted({hit.number for hit in members})
    hit = np.zeros(len(chart.watched), dtype=np.bool_)
    hit[numbers] = True
    said = [f"{len(numbers)} of {len(hit)} places were hit"]
    together = crossing = moved = slow = False
    if hit.mean() < WHOLE:
        together = _lie_together(chart, hit, said)
        crossing = _cross_borders(chart, hit, said)
        moved = _moved(chart, members, said)
        slow = _slow(chart, members, said)
    else:
        said.append("nearly the whole map, so that there is no footprint to read")
    disaster = together and crossing and (moved or slow)
    return Footprint(
        places=frozenset(chart.watched[n].series.place for n in numbers),
        regions=frozenset(chart.province(n) for n in numbers),
        begin_us=min(one.episode.begin_us for one in members),
        end_us=max(one.episode.end_us for one in members),
        disaster=disaster,
        why="; ".join(said),
    )


def _lie_together(chart: _Map, hit: Links, said: list[str]) -> bool:
    def pairs(marked: Links) -> int:
        return int(chart.links[np.ix_(marked, marked)].sum()) // 2

    dice = np.random.default_rng(len(hit))
    seen = pairs(hit)
    as_many = sum(pairs(dice.permutation(hit)) >= seen for _ in range(DRAWS))
    p_value = (1 + as_many) / (1 + DRAWS)
    said.append(f"they lie together (p = {p_value:.3f})")
    return p_value <= LEVEL


def _cross_borders(chart: _Map, hit: Links, said: list[str]) -> bool:
    provinces = np.array([chart.province(n) for n in range(len(hit))])
    touched = np.unique(provinces[hit])
    filled = {name: float(hit[provinces == name].mean()) for name in touched.tolist()}
    apart = provinces[:, None] != provinces[None, :]
    crossing = int((chart.links & apart & hit[:, None] & hit[None, :]).sum()) // 2
    parts = ", ".join(
        f"{name.partition('/')[2]} {int(hit[provinces == name].sum())} of "
        f"{int((provinces == name).sum())}"
        for name in sorted(filled)
    )
    partly = any(share < WHOLE for share in filled.values())
    if crossing and partly:
        said.append(
            f"borders do not hold them: {crossing} neighbouring pairs across a border "
            f"were hit together, and provinces only in part ({parts})"
        )
    else:
        said.append(f"they keep to provinces ({parts})")
    return bool(crossing) and partly


def _moved(chart: _Map, members: Sequence[_Hit], said: list[str]) -> bool:
    """Ask whether onsets follow a direction on the map."""
    begun = np.array([onset(one.episode).best_us for one in members], dtype=np.float64)
    begun /= HOUR_US
    where = chart.sites[[one.number for one in members]]
    spread = float(np.quantile(begun, 0.9) - np.quantile(begun, 0.1))
    if spread * HOUR_US < members[0].episode.series.step_us:
        said.append("all at once")
        return False
    flat = np.column_stack([np.ones(len(where)), where])
    solve = flat @ np.linalg.pinv(flat)

    def explained(times: Real) -> float:
        return float(((solve @ times - times.mean()) ** 2).sum())

    dice = np.random.default_rng(len(members))
    seen = explained(begun)
    as_much = sum(explained(dice.permutation(begun)) >= seen for _ in range(DRAWS))
    p_value = (1 + as_much) / (1 + DRAWS)
    follow = p_value <= LEVEL
    said.append(
        f"one after the other within {spread:.0f} h, "
        f"{'along a direction' if follow else 'in no direction'} (p = {p_value:.3f})"
    )
    return follow


def _slow(chart: _Map, members: Sequence[_Hit], said: list[str]) -> bool:
    """Ask whether the places hit came back as if they were mended."""
    times, mean = _mean_ratio(members)
    worst = int(np.argmin(mean))
    times, after, drop = times[worst:], mean[worst:], 1 - mean[worst]
    if drop <= 0:
        return False
    regained = float(after.max() - mean[worst]) / drop
    # What came back while nobody measured did not come back in one step.
    beside = np.diff(times) <= members[0].episode.series.step_us
    steepest = float(np.diff(after)[beside].max(initial=0.0)) / drop
    half = np.flatnonzero(after >= mean[worst] + drop / 2)
    hours = int(times[half[0]] - times[0]) / HOUR_US if len(half) else None
    late = hours is None or hours * HOUR_US >= SLOW_US
    slow = late and steepest < STEEP and regained >= 0.1
    if slow:
        when = "not yet by the end" if hours is None else f"after {hours:.0f} h"
        said.append(f"they came back slowly (half of the drop {when})")
    return slow


def _mean_ratio(members: Sequence[_Hit]) -> tuple[Int, Real]:
    """Return measured over expected of the places hit, averaged, from the first on.

    With the moments at which any of them was measured.
    """
    begin = min(one.episode.begin_us for one in members)
    times, ratios = [], []
    for one in members:
        series, expected = one.episode.series, one.episode.expected
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = one.episode.values / expected.middle
        told = np.isfinite(ratio) & (series.times_us >= begin)
        times.append(series.times_us[told])
        ratios.append(np.clip(ratio[told], 0, 1))
    every, place = np.unique(np.concatenate(times), return_inverse=True)
    total = np.bincount(place, np.concatenate(ratios))
    return every, np.asarray(total / np.bincount(place), dtype=np.float64)
