"""Plain twins of the co-action kernels: every pair of rows, no cleverness."""

from __future__ import annotations

from itertools import combinations
from statistics import median
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One action."""

    account: int
    object: int
    time_us: int
    post: int
    unit: int = 0
    first: bool = False


DAY_US = 86_400_000_000

Measures = tuple[Any, ...]


def prepared(rows: list[Row], *, long_lived: bool = False) -> list[Row]:
    """Sort rows, number their units and mark first actions."""
    by_place = sorted(rows, key=lambda r: (r.object, r.time_us, r.account, r.post))
    days = [(r.object, r.time_us // DAY_US if long_lived else 0) for r in by_place]
    number = {day: i for i, day in enumerate(sorted(set(days)))}
    met: set[tuple[int, int]] = set()
    done = []
    for row, day in zip(by_place, days, strict=True):
        unit = number[day] if long_lived else row.object
        first = (unit, row.account) not in met
        met.add((unit, row.account))
        done.append(row._replace(unit=unit, first=first))
    return done


def post_pairs(rows: list[Row], window_us: int) -> list[tuple[Row, Row]]:
    """Return the post pairs of different accounts within a window, a before b."""
    return [
        (x, y) if x.account < y.account else (y, x)
        for x, y in combinations(rows, 2)
        if x.account != y.account
        and x.object == y.object
        and abs(x.time_us - y.time_us) <= window_us
    ]


def co_actions(
    rows: list[Row], windows_us: list[int]
) -> list[tuple[int, int, int, Measures]]:
    """Return (place of window, a, b, measures) for all co-acting pairs, sorted."""
    found = []
    for place, window in enumerate(windows_us):
        grouped: dict[tuple[int, int], list[tuple[Row, Row]]] = {}
        for x, y in post_pairs(rows, window):
            grouped.setdefault((x.account, y.account), []).append((x, y))
        found += [(place, a, b, measures(pairs)) for (a, b), pairs in grouped.items()]
    return sorted(found)


def measures(pairs: list[tuple[Row, Row]]) -> Measures:
    """Return the measures of one pair of accounts in the order of `Coactions`."""
    times = [time for x, y in pairs for time in (x.time_us, y.time_us)]
    first = {x.unit for x, y in pairs if x.first and y.first and x.unit == y.unit}
    gaps = sorted(abs(x.time_us - y.time_us) for x, y in pairs)
    return (
        len({x.object for x, _ in pairs}),
        len(first),
        len({x.post for x, _ in pairs}),
        len({y.post for _, y in pairs}),
        len(pairs),
        min(times),
        max(times),
        float(median(gaps)),
        sum(x.time_us < y.time_us for x, y in pairs),
        sum(y.time_us < x.time_us for x, y in pairs),
    )
