"""Series of several files put together, and what they contradict each other in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rasad.connectivity.series import Int, Real, Series

Key = tuple[str, str, str, str]


class Together:
    """The series of files that were read, joined where they measured the same."""

    def __init__(self) -> None:
        self._known: dict[Key, list[Series]] = {}

    @property
    def series(self) -> list[Series]:
        """All series, in the order of their names and steps."""
        return [
            one
            for key in sorted(self._known)
            for one in sorted(self._known[key], key=lambda one: one.step_us)
        ]

    def add(self, called: str, series: Sequence[Series]) -> list[str]:
        """Take the series of one more file.

        Parameters
        ----------
        called : str
            What a person calls the file.
        series : sequence of Series
            What it holds. Of a moment that an earlier file measured too, the earlier
            value stands; a moment without a value there takes it from here. Series of
            another step stay apart: an hour and a day are no two of a kind.

        Returns
        -------
        list of str
            How many values earlier files had already, and how many of them differ.
        """
        again = other = 0
        for one in series:
            held = self._known.setdefault(
                (one.place, one.source, one.metric, one.reading), []
            )
            place = next((n for n, had in enumerate(held) if _alike(had, one)), None)
            if place is None:
                held.append(one)
                continue
            same, differ = _compared(held[place], one)
            again, other = again + same + differ, other + differ
            held[place] = _joined(held[place], one)
        return _notes(called, again, other)


def _notes(called: str, again: int, other: int) -> list[str]:
    if not again:
        return []
    differ = (
        f"; {other:,} of them differ, and the earlier file stands. Two instruments "
        "need metrics, or sources, of their own"
        if other
        else ""
    )
    return [f"{called}: earlier files hold {again:,} of its values{differ}."]


def _alike(one: Series, other: Series) -> bool:
    """Tell whether two series have one step; a single value has any."""
    single = len(one.times_us) == 1 or len(other.times_us) == 1
    return single or one.step_us == other.step_us


def _compared(first: Series, second: Series) -> tuple[int, int]:
    """Return how many values of the second are in the first, and how many differ."""
    _, here, there = np.intersect1d(
        first.times_us, second.times_us, return_indices=True
    )
    one, other = first.values[here], second.values[there]
    told = np.isfinite(one) & np.isfinite(other)
    same = int((one[told] == other[told]).sum())
    return same, int(told.sum()) - same


def _joined(first: Series, second: Series) -> Series:
    empty = ~np.isfinite(first.values)
    kept = ~(empty & np.isin(first.times_us, _told(second)))
    new = ~np.isin(second.times_us, first.times_us[kept])
    times = np.concatenate([first.times_us[kept], second.times_us[new]])
    order = np.argsort(times, kind="stable")
    longer = max(first, second, key=lambda one: len(one.times_us))
    out_of = None
    if first.out_of is not None or second.out_of is not None:
        out_of = np.concatenate([_tests(first)[kept], _tests(second)[new]])[order]
    values = np.concatenate([first.values[kept], second.values[new]])[order]
    return replace(longer, times_us=times[order], values=values, out_of=out_of)


def _told(one: Series) -> Int:
    """Return the moments of which a series holds a value."""
    return one.times_us[np.isfinite(one.values)]


def _tests(one: Series) -> Real:
    """Return numbers of tests, NaN where the file does not tell them."""
    return np.full(len(one.values), np.nan) if one.out_of is None else one.out_of
