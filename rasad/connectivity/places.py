"""From counties to provinces to countries: series of larger places from their parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from rasad.connectivity.series import Real, Series, failed_share

Kin = tuple[str, str, str, str, int]

USUAL = 0.75
"""Quantile of its values that a place usually has: less than half of them are dark."""


def kin(series: Series) -> Kin:
    """Return what series must share to be parts of one whole."""
    measured = (series.source, series.metric, series.reading)
    return (series.country, *measured, series.step_us)


def depth_of(series: Series) -> int:
    """Return 0 for a country, 1 for a province, 2 for a county.

    Examples
    --------
    >>> one = Series("IR", "Tehran/Rey", "x", "up", "usage", 1, np.array([0]),
    ...     np.array([1.0]))
    >>> depth_of(one), above(one)
    (2, 'Tehran')
    """
    return series.region.count("/") + 1 if series.region else 0


def above(series: Series) -> str:
    """Return the region around a series' place, nothing for a province."""
    return series.region.rpartition("/")[0]


def with_wholes(series: Sequence[Series]) -> list[Series]:
    """Return the series and those of the larger places that their parts make up.

    Parameters
    ----------
    series : sequence of Series
        Regions are written ``"Province/County"``.

    Returns
    -------
    list of Series
        Those given, and one for each province and country that has at least two parts
        and no series of its own.

    Examples
    --------
    >>> two = [Series("IR", name, "x", "up", "reachability", 1, np.arange(2),
    ...     np.array([value, 100.0])) for name, value in (("A", 0.0), ("B", 50.0))]
    >>> [(one.place, one.values.tolist()) for one in with_wholes(two)][-1]
    ('IR', [25.0, 100.0])
    """
    every = list(series)
    deepest = max((depth_of(one) for one in every), default=0)
    for depth in range(deepest, 0, -1):
        known = {(kin(one), one.region) for one in every}
        parts: dict[tuple[Kin, str], list[Series]] = {}
        for one in every:
            if depth_of(one) == depth:
                parts.setdefault((kin(one), above(one)), []).append(one)
        every += [
            whole(several, key[1])
            for key, several in parts.items()
            if key not in known and len(several) > 1
        ]
        every += [
            replace(alone[0], region=key[1])
            for key, alone in parts.items()
            if key not in known and len(alone) == 1 and depth > 1
        ]
    return every


def whole(parts: Sequence[Series], region: str) -> Series:
    """Return the series of a place from those of its parts.

    Parameters
    ----------
    parts : sequence of Series
        Of the same source and metric, at least one.
    region : str
        Name of the larger place; empty for the country.

    Notes
    -----
    Reachability is the mean over parts, each as heavy as the places it stands for;
    users are added up; of failed tests counts are added up. Where a part was not
    measured it is taken to have kept the share of its usual value (third quartile) that
    those measured kept, so that a gap in one county is no step in the mean of the
    country, neither by day nor in the dark.
    """
    times = np.unique(np.concatenate([part.times_us for part in parts]))
    weights = np.array([part.weight for part in parts])
    tests = None
    if parts[0].reading == "anomalies" and all(p.out_of is not None for p in parts):
        tests = _aligned(
            times, ((p.times_us, p.out_of) for p in parts if p.out_of is not None)
        )
        shares = _aligned(times, ((p.times_us, failed_share(p)) for p in parts))
        mean = _pooled(shares, np.where(np.isfinite(shares), tests, 0.0))
    else:
        values = _aligned(times, ((part.times_us, part.values) for part in parts))
        mean = _mean(values, weights)
    if parts[0].reading == "usage":
        mean = mean * weights.sum()
    return replace(
        parts[0],
        region=region,
        times_us=times,
        values=mean,
        out_of=None if tests is None else np.nansum(tests, axis=0),
        weight=float(weights.sum()),
    )


def _aligned(times: np.ndarray, parts: Iterable[tuple[np.ndarray, Real]]) -> Real:
    """Return one row per part, NaN where it was not measured."""
    rows = []
    for own, values in parts:
        row = np.full(len(times), np.nan)
        row[np.searchsorted(times, own)] = values
        rows.append(row)
    return np.array(rows)


def _pooled(shares: Real, tests: Real) -> Real:
    """Return failed tests of all parts over all of their tests, NaN without tests."""
    total = tests.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((np.nan_to_num(shares) * tests).sum(axis=0) / total)


def _mean(values: Real, weights: Real) -> Real:
    """Return the weighted mean of every column, as if all parts had been measured."""
    seen = np.isfinite(values)
    usual = weights * np.array([_usual(row) for row in values])
    heavy = (weights[:, None] * seen).sum(axis=0)
    lit = (usual[:, None] * seen).sum(axis=0)
    total = (weights[:, None] * np.where(seen, values, 0.0)).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        kept = total / lit * usual.sum() / weights.sum()
        mean = np.where((lit > 0) & ~seen.all(axis=0), kept, total / heavy)
    # Less than half measured is no measurement of the whole.
    return np.asarray(
        np.where((heavy > 0) & (heavy * 2 >= weights.sum()), mean, np.nan)
    )


def _usual(row: Real) -> float:
    known = row[np.isfinite(row)]
    return float(np.quantile(known, USUAL)) if len(known) else 0.0
