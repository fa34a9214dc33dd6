"""Blocks of services: tests that fail far more often than before, and than elsewhere.

An anomaly is no confirmed block: what is told here is that more tests fail in one place
than its own past and the other places of the same source explain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from rasad.connectivity.anomaly_rates import (
    ERRORS,
    FEWEST,
    LEVEL,
    Rates,
    common_shift,
    memory,
    odds,
    ordinary,
    rates,
)
from rasad.connectivity.change_points import Moment
from rasad.connectivity.durations import DAY_US
from rasad.connectivity.episodes import Episode, Expected
from rasad.connectivity.fusion import fused, sources
from rasad.connectivity.outage import Outage
from rasad.connectivity.series import Real, Series

RISES = np.log([1.5, 2.0, 4.0, 8.0])
"""Rises of the odds that are bet on, in equal parts."""

YEARS = 10.0
"""Years of data, over all series together, in which one false alarm is allowed."""

REMEMBERED = 180
"""Errors from which it is learnt for how long they depend on each other."""

OVER = 100.0
"""Evidence, as an e-value, from which a block has ended."""

LEAST_RISE = 0.05
"""Rise of the share of failed tests below which a change is not called a block."""

SETTLED_US = 180 * DAY_US
"""Time after which a block's level is taken for the new usual one."""

SUPPORT = 1.92
"""Fall of the log-likelihood that bounds a 95 % interval of one parameter."""

METHOD = "beta-binomial"


@dataclass
class Found:
    """A run in which more tests fail; places are those of the measurements told of."""

    first: int
    low: int
    high: int
    evidence: float
    last: int = -1
    end_low: int = -1
    end_high: int = -1
    settled: bool = False


@dataclass
class _Walk:
    """One series, walked through measurement by measurement."""

    own: Rates
    shift: Real
    threshold: float
    odds: Real = field(init=False)
    trusted: list[int] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    usual: Real = field(init=False)
    found: list[Found] = field(default_factory=list)

    def __post_init__(self) -> None:
        n = len(self.own.tests)
        self.odds, self.usual = odds(self.own.share), np.full(n, np.nan)
        self._forget()

    def _forget(self) -> None:
        self.sums = np.zeros(len(RISES))
        self.bets: list[Real] = []
        self.since = len(self.trusted)
        self.level, self.back, self.backs = np.nan, 0.0, list[float]()

    def run(self) -> list[Found]:
        """Return every run, in order of time."""
        for place in range(len(self.odds)):
            if len(self.trusted) < FEWEST:
                self._trust(place)
            elif self._inside:
                self._leave(place)
            else:
                self._enter(place)
        return self.found

    @property
    def _inside(self) -> bool:
        return bool(self.found) and self.found[-1].last < 0

    def _trust(self, place: int) -> None:
        if len(self.trusted) >= LEVEL:
            self.errors.append(self.odds[place] - self._level())
        self.trusted.append(place)

    def _level(self) -> float:
        return float(np.median(self.odds[self.trusted[-LEVEL:]]))

    def _bets(self, place: int, level: float, rises: Real) -> Real:
        """Return log e-values of rises of the odds, each within what errors share."""
        recent = np.array(self.errors[-ERRORS:] or [0.0])
        tests = self.own.tests[self.trusted[-ERRORS:]]
        model = ordinary(level, recent, tests, float(self.shift[place]))
        self.usual[place] = 1 / (1 + np.exp(-model.odds))
        counts = float(self.own.failed[place]), float(self.own.tests[place])
        usual, *others = model.log_likelihood(*counts, np.r_[0.0, rises])
        shared = memory(np.array(self.errors[-REMEMBERED:] or [0.0]))
        return np.asarray((np.array(others) - usual) / shared)

    def _enter(self, place: int) -> None:
        """Add up the evidence that a block has begun."""
        bets = self._bets(place, self._level(), RISES)
        if len(self.errors) < FEWEST:
            # Nobody knows yet how far ordinary days are from each other.
            self._trust(place)
            return
        self.bets.append(bets)
        # Shiryaev-Roberts: one unit is put on a beginning at every step.
        self.sums = np.logaddexp(self.sums, 0.0) + bets
        evidence = float(np.logaddexp.reduce(self.sums) - np.log(len(RISES)))
        if evidence < np.log(self.threshold):
            self._trust(place)
            return
        self._begin(place, evidence)

    def _begin(self, place: int, evidence: float) -> None:
        bets = np.array(self.bets)[:, int(np.argmax(self.sums))]
        after = np.cumsum(bets[::-1])[::-1]
        good = np.flatnonzero(after >= after.max() - SUPPORT)
        at = [
            place - len(bets) + 1 + int(n) for n in (np.argmax(after), *good[[0, -1]])
        ]
        # What was trusted since is part of the block.
        kept = [one for one in self.trusted if one < at[0]]
        lost = len(self.trusted) - len(kept)
        self.trusted = kept
        self.errors = self.errors[: max(len(self.errors) - lost, 0)]
        self.found.append(Found(at[0], at[1], at[2], evidence))
        self.level, self.backs, self.back = self._level(), [], 0.0
        for one in range(at[0], place + 1):
            self._leave(one)

    def _leave(self, place: int) -> None:
        """Add up the evidence that a block has ended."""
        block = self.found[-1]
        if block.last >= 0:
            return
        so_far = self.odds[block.first : place + 1]
        rise = float(np.median(so_far)) - self.level - max(float(self.shift[place]), 0)
        (bet,) = self._bets(place, self.level, np.array([max(rise, RISES[0])]))
        self.backs.append(-float(bet))
        self.back = float(np.logaddexp(self.back, 0.0)) - float(bet)
        times = self.own.times_us
        if self.back >= np.log(OVER):
            self._end(place)
        elif times[place] - times[block.first] >= SETTLED_US:
            block.last, block.settled = place, True
            block.end_low = block.end_high = place
            # The level of the block is the usual one from here on.
            self.trusted += range(max(block.first, place - LEVEL + 1), place + 1)
            self._forget()

    def _end(self, place: int) -> None:
        block = self.found[-1]
        after = np.cumsum(np.array(self.backs)[::-1])[::-1]
        good = np.flatnonzero(after >= after.max() - SUPPORT)
        first = place - len(self.backs) + 1
        best = max(first + int(np.argmax(after)), block.first + 1)
        block.last = best - 1
        block.end_low = max(first + int(good[0]), block.first + 1) - 1
        block.end_high = max(first + int(good[-1]), best) - 1
        self._forget()
        for one in range(best, place + 1):
            self._trust(one)


def blocks(series: Sequence[Series]) -> list[Outage]:
    """Find blocks of services in series of failed tests.

    Parameters
    ----------
    series : sequence of Series
        Those with reading *anomalies* and numbers of tests are looked at, others left
        alone. Other countries of the same source and metric are the controls; where
        there are none, other metrics of the same place and source.

    Returns
    -------
    list of Outage
        Kind *block*, by place and time.

    Notes
    -----
    Failed tests of a measurement are beta-binomial around the place's usual odds, which
    rise with those of the controls, so that a fault of the instrument that hits all of
    them is no block. Every measurement is bet on at odds 1.5, 2, 4 and 8 times as high,
    and bets are added up as an e-detector (Shin, Ramdas, Rinaldo, E-detectors: a
    nonparametric framework for sequential change detection, New England Journal of
    Statistics in Data Science 2, 2024). An alarm at c comes once in c measurements or
    more if nothing changes; c is as many as all series have in ten years. Errors that
    last D measurements have their bets taken to the power 1 / D: by Hölder's inequality
    the product of D interleaved processes, each to that power, is an e-process again.
    An end is where the evidence that odds are usual again reaches 100. Rises of less
    than five points in a hundred are left out: a site more on a list makes as much.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> shares = np.r_[np.full(90, 0.1), np.full(30, 0.4), np.full(30, 0.1)]
    >>> tests = np.full(150, 500.0)
    >>> measured = Series("IR", "", "ooni", "dns", "anomalies", DAY_US,
    ...     np.arange(150) * DAY_US, rng.binomial(500, shares) / tests, out_of=tests)
    >>> [(one.kind, one.started_us // DAY_US, one.ended_us // DAY_US)
    ...     for one in blocks([measured])]
    [('block', 90, 120)]
    """
    counted = [
        rates(one)
        for one in series
        if one.reading == "anomalies" and one.out_of is not None
    ]
    places: dict[str, list[_Seen]] = {}
    for run in (run for own in counted for run in _walked(own, counted)):
        if run.rise >= LEAST_RISE:
            places.setdefault(run.episode.series.place, []).append(run)
    found = [row for place in sorted(places) for row in _rows(places[place])]
    return sorted(found, key=lambda one: (one.place, one.started_us, one.sources))


@dataclass(frozen=True)
class _Seen:
    """A run as an episode, with its moments and what was said against it."""

    episode: Episode
    begin: Moment
    end: Moment | None
    n_controls: int
    of_countries: bool
    usual: float
    share: float

    @property
    def rise(self) -> float:
        """How much larger the share of failed tests is than usual."""
        return self.share - self.usual


def _walked(own: Rates, counted: Sequence[Rates]) -> list[_Seen]:
    controls, of_countries = _controls(own, counted)
    shift, n = common_shift(own.times_us, controls)
    per_year = 365 * DAY_US / max(own.series.step_us, 1)
    walk = _Walk(own, shift, max(YEARS * per_year * len(counted), 1.0))
    seen = []
    for run in walk.run():
        last = len(own.tests) - 1 if run.last < 0 else run.last
        expected = _expected(own, walk.usual)
        places = own.places
        episode = Episode(
            own.series, expected, int(places[run.first]), int(places[last]), run.settled
        )
        within = slice(run.first, last + 1)
        seen.append(
            _Seen(
                episode=episode,
                begin=_begin_of(own, run),
                end=_end_of(own, run),
                n_controls=int(np.median(n[within])),
                of_countries=of_countries,
                usual=float(np.nanmedian(walk.usual[within])),
                share=float(np.median(own.share[within])),
            )
        )
    return seen


def _controls(own: Rates, counted: Sequence[Rates]) -> tuple[list[Rates], bool]:
    """Return what the same faults would hit, and whether these are other countries."""
    one = own.series
    alike = [each for each in counted if each.series.source == one.source]
    elsewhere = [
        each
        for each in alike
        if each.series.metric == one.metric and each.series.country != one.country
    ]
    if elsewhere:
        return elsewhere, True
    beside = [
        each
        for each in alike
        if each.series.place == one.place and each.series.metric != one.metric
    ]
    return beside, False


def _expected(own: Rates, usual: Real) -> Expected:
    """Return the share of tests that should pass, for all places of the series."""
    middle = np.full(len(own.series.times_us), np.nan)
    middle[own.places] = 1 - usual
    return Expected(middle=middle, low=middle, high=middle)


def _begin_of(own: Rates, run: Found) -> Moment:
    times = own.times_us
    before = times[run.low - 1] + own.series.step_us if run.low else times[run.low]
    return Moment(
        best_us=int(times[run.first]),
        # Nobody measured in a gap: it may have begun there.
        low_us=int(min(before, times[run.low])),
        high_us=int(times[run.high]) + own.series.step_us,
    )


def _end_of(own: Rates, run: Found) -> Moment | None:
    if run.last < 0 or run.settled:
        return None
    times, step = own.times_us, own.series.step_us
    return Moment(
        best_us=int(times[run.last]) + step,
        low_us=int(times[run.end_low]),
        high_us=int(times[run.end_high + 1]) + step,
    )


def _rows(runs: Sequence[_Seen]) -> list[Outage]:
    """Return the blocks of one place; runs that begin together are one."""
    by_episode: Mapping[int, _Seen] = {id(run.episode): run for run in runs}
    rows = []
    for group in fused([run.episode for run in runs]):
        every = [by_episode[id(episode)] for episode in group]
        rows.append(_row(every))
    return rows


def _row(every: Sequence[_Seen]) -> Outage:
    lead = every[0]
    shown = sources([one.episode for one in every])
    end = lead.end
    return Outage(
        place=lead.episode.series.place,
        kind="block",
        started_us=lead.begin.best_us,
        started_low_us=lead.begin.low_us,
        started_high_us=lead.begin.high_us,
        ended_us=end.best_us if end else None,
        ended_low_us=end.low_us if end else None,
        ended_high_us=end.high_us if end else None,
        severity=lead.episode.severity,
        depth=max(one.episode.depth for one in every),
        sources=shown,
        confirmed=len(shown) > 1,
        method=METHOD,
        why=_why(every, len(shown)),
        episodes=tuple(one.episode for one in every),
    )


def _why(every: Sequence[_Seen], n_sources: int) -> str:
    told = "; ".join(
        f"{one.episode.series.metric} ({one.episode.series.source}): {one.share:.0%} "
        f"of tests fail, usual are {one.usual:.0%}"
        for one in every
    )
    lead = every[0]
    if not lead.n_controls:
        against = "nothing else was measured: a fault of the tests would look the same"
    elif lead.of_countries:
        against = f"held against the same days elsewhere, countries: {lead.n_controls}"
    else:
        against = (
            "held against other tests of the same place, as no other country was "
            f"given, kinds: {lead.n_controls}"
        )
    agree = f", and {n_sources} independent sources agree" if n_sources > 1 else ""
    ended = "" if lead.end else "; nothing in the data shows its end"
    return f"{told}; {against}{agree}{ended}. An anomaly is no confirmed block."
