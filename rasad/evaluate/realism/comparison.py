"""A world beside two real sets: moments, distances and what gives it away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from rasad.evaluate.realism.distances import (
    TIMES,
    Band,
    Distance,
    bands,
    distance,
    generator,
)
from rasad.evaluate.realism.energy import energy_distance
from rasad.evaluate.realism.features import account_days, cascade_rows, per_source
from rasad.evaluate.realism.moments import DISTRIBUTIONS, MOMENTS, absent, samples
from rasad.evaluate.realism.real_sets import RealSet, Side
from rasad.evaluate.realism.sample import Distribution, Moment, Real, Sample
from rasad.evaluate.realism.two_sample import SHUFFLES, Rows, TwoSample, two_sample
from rasad.evaluate.realism.view import SECOND_US, View, cut, rounded

WORLD = "simulated"
FEWEST_SOURCES = 20
"""Accounts or objects below which no distance is given and no classifier trained."""

MOST_POINTS = 1000
"""Accounts of a set between which distances are taken; their square is memory."""


@dataclass(frozen=True, kw_only=True)
class MomentRow:
    """A moment of the world and of both real sets.

    Parameters
    ----------
    moment : Moment
        Which.
    found : mapping of str to Band
        By the name of a set; sets that do not give it are left out.
    absent : mapping of str to str
        By the name of a set, why it does not give it.
    """

    moment: Moment
    found: Mapping[str, Band]
    absent: Mapping[str, str]

    def inside(self, name: str) -> bool | None:
        """Tell whether the world lies in a real set's band; None if unknown."""
        world, real = self.found.get(WORLD), self.found.get(name)
        if world is None or real is None:
            return None
        if not np.isfinite([world.value, real.low, real.high]).all():
            return None
        return real.holds(world.value)


@dataclass(frozen=True, kw_only=True)
class DistanceRow:
    """How far a distribution is apart in two sets."""

    of: Distribution
    one: str
    two: str
    found: Distance


@dataclass(frozen=True, kw_only=True)
class ApartRow:
    """How well two sets can be told apart.

    `energy` is the energy coefficient of accounts' or objects' mean rows, with the
    p-value of its permutation test.
    """

    one: str
    two: str
    unit: str
    found: TwoSample
    energy: float
    energy_p: float


@dataclass(frozen=True, kw_only=True)
class SideComparison:
    """One side of a world beside the set it may be fitted to and the one that checks.

    `sizes` gives posts, accounts, days and the grain of times in seconds, by set.
    """

    side: Side
    fit: RealSet
    check: RealSet
    moments: list[MomentRow]
    distances: list[DistanceRow]
    tests: list[ApartRow]
    sizes: Mapping[str, Mapping[str, float]]


def compare_side(
    side: Side,
    world: View,
    pair: tuple[RealSet, RealSet],
    reals: tuple[View, View],
    seed: int = 1,
    times: int = TIMES,
    shuffles: int = SHUFFLES,
) -> SideComparison:
    """Compare one side of a world with its two real sets.

    Parameters
    ----------
    side : str
        `ordinary` or `operation`.
    world : View
        The accounts of that side.
    pair : (RealSet, RealSet)
        The set for fitting and the one for checking.
    reals : (View, View)
        What was read from them.
    seed, times, shuffles : int
        Of all random numbers; draws of each bootstrap; permutations of each test.
    """
    sizes = {
        name: _size(view)
        for name, view in zip(
            (WORLD, pair[0].name, pair[1].name), (world, *reals), strict=True
        )
    }
    views = alike(world, pair, reals)
    seen = {name: samples(view) for name, view in views.items()}
    return SideComparison(
        side=side,
        fit=pair[0],
        check=pair[1],
        moments=_moment_rows(views, seen, seed, times),
        distances=_distance_rows(views, seen, seed, times),
        tests=_apart_rows(views, pair[0].cascades, seed, (times, shuffles)),
        sizes=sizes,
    )


def alike(
    world: View, pair: tuple[RealSet, RealSet], reals: tuple[View, View]
) -> dict[str, View]:
    """Return the three views as if they had been collected alike.

    All times get the coarsest grain of the three. A real set that holds all posts of
    its accounts is cut into stretches as long as the world.
    """
    grain_us = max(view.grain_us for view in (world, *reals))
    found = {WORLD: rounded(world, grain_us)}
    for real, view in zip(pair, reals, strict=True):
        coarse = rounded(view, grain_us)
        whole = not real.cascades and "activity" not in view.lacks
        days = max(int(world.days), 1)
        found[real.name] = cut(coarse, days) if whole else coarse
    return found


def _size(view: View) -> dict[str, float]:
    return {
        "posts": len(view),
        "accounts": view.n_accounts,
        "days": view.days,
        "grain_s": view.grain_us / SECOND_US,
    }


def moment_bands(
    seen: Mapping[str, Sample], seed: int, times: int = TIMES
) -> dict[str, Band]:
    """Return every moment that the samples of a set give, with its band, by name."""
    found: dict[str, Band] = {}
    for of, drawn in seen.items():
        mine = [moment for moment in MOMENTS if moment.of == of]
        names = (moment.name for moment in mine)
        found |= zip(names, bands(drawn, mine, seed, times), strict=True)
    return found


def _moment_rows(
    views: Mapping[str, View],
    seen: Mapping[str, Mapping[str, Sample]],
    seed: int,
    times: int,
) -> list[MomentRow]:
    banded = {name: moment_bands(taken, seed, times) for name, taken in seen.items()}
    return [
        MomentRow(
            moment=moment,
            found={
                name: found[moment.name]
                for name, found in banded.items()
                if moment.name in found
            },
            absent={
                name: absent(view, moment.of)
                for name, view in views.items()
                if moment.of not in seen[name]
            },
        )
        for moment in MOMENTS
    ]


def _distance_rows(
    views: Mapping[str, View],
    seen: Mapping[str, Mapping[str, Sample]],
    seed: int,
    times: int,
) -> list[DistanceRow]:
    grain_s = max(view.grain_us for view in views.values()) / SECOND_US
    return [
        DistanceRow(
            of=of,
            one=one,
            two=two,
            found=distance(
                seen[one][name],
                seen[two][name],
                seed,
                _floor(of, grain_s),
                times,
            ),
        )
        for name, of in DISTRIBUTIONS.items()
        for one, two in combinations(views, 2)
        if _enough(seen[one].get(name)) and _enough(seen[two].get(name))
    ]


def _enough(seen: Sample | None) -> bool:
    return seen is not None and len(seen.sources()) >= FEWEST_SOURCES


def _floor(of: Distribution, grain_s: float) -> float | None:
    """Return the smallest value that is told from nought, for decades."""
    if not of.log:
        return None
    return max(grain_s, 1.0) if of.unit == "s" else 1.0


def _apart_rows(
    views: Mapping[str, View], cascades: bool, seed: int, often: tuple[int, int]
) -> list[ApartRow]:
    rows = []
    for one, two in combinations(views, 2):
        if not len(views[one]) or not len(views[two]):
            continue
        if cascades:
            first, second = (cascade_rows(views[name], seed) for name in (one, two))
        else:
            first, second = account_days(views[one], views[two], seed)
        if min(_n_sources(first), _n_sources(second)) >= FEWEST_SOURCES:
            unit = "reposts" if cascades else "account-days"
            rows.append(_apart_row((one, two), unit, first, second, seed, often))
    return rows


def _n_sources(rows: Rows) -> int:
    return len(np.unique(rows.source))


def _apart_row(
    names: tuple[str, str],
    unit: str,
    first: Rows,
    second: Rows,
    seed: int,
    often: tuple[int, int],
) -> ApartRow:
    times, shuffles = often
    one, two = (_some_points(per_source(rows), seed) for rows in (first, second))
    energy, energy_p = energy_distance(one, two, seed)
    return ApartRow(
        one=names[0],
        two=names[1],
        unit=unit,
        found=two_sample(first, second, seed, shuffles, times),
        energy=energy,
        energy_p=energy_p,
    )


def _some_points(points: Real, seed: int) -> Real:
    order = generator(seed, "points").permutation(len(points))[:MOST_POINTS]
    return points[np.sort(order)]
