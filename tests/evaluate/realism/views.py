"""Views made by hand, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from rasad.evaluate.realism.view import (
    DAY_US,
    POST,
    SECOND_US,
    UNKNOWN,
    Trace,
    View,
)

START_US = 19_723 * DAY_US
"""2024-01-01, a Monday."""


def make_view(
    account: ArrayLike,
    time_s: ArrayLike,
    *,
    kind: Sequence[int] | int = POST,
    text: Sequence[str] | None = None,
    linked: Sequence[bool] | bool = False,
    tagged: Sequence[bool] | bool = False,
    original_s: Sequence[float] | None = None,
    created_day: Sequence[int] | None = None,
    reposts: Sequence[tuple[int, int, float]] = (),
    tags: Sequence[tuple[int, int, float]] = (),
    days: int = 30,
    grain_us: int = 1,
    lacks: Mapping[str, str] | None = None,
) -> View:
    """Make a view of rows in any order; seconds count from 2024-01-01."""
    order = np.lexsort((np.array(time_s, float), np.array(account, int)))
    n = len(order)

    def column(values: object, kind: type) -> np.ndarray:
        return np.broadcast_to(np.asarray(values, kind), n)[order].copy()

    codes = column(account, np.int64)
    n_accounts = int(codes.max(initial=-1)) + 1
    said = text or [""] * n
    made = [UNKNOWN] * n_accounts if created_day is None else created_day
    created = np.array(made, np.int64)
    written: ArrayLike = [UNKNOWN] * n if original_s is None else original_s
    return View(
        account=codes,
        time_us=_us(time_s)[order],
        kind=column(kind, np.int64),
        linked=column(linked, np.bool_),
        tagged=column(tagged, np.bool_),
        text=[said[row] for row in order.tolist()],
        original_us=_us(written)[order],
        created_us=np.where(created == UNKNOWN, UNKNOWN, created * DAY_US),
        source=codes,
        person=np.arange(n_accounts),
        stretch=np.zeros(n_accounts, np.int64),
        traces={
            "repost": _trace(reposts),
            "tag": _trace(tags),
            "domain": _trace(()),
        },
        first_us=START_US,
        last_us=START_US + days * DAY_US,
        grain_us=grain_us,
        days=float(days),
        lacks=lacks or {},
    )


def _us(seconds: ArrayLike) -> np.ndarray:
    known = np.array(seconds, float)
    return np.where(
        known == UNKNOWN, UNKNOWN, START_US + np.rint(known * SECOND_US)
    ).astype(np.int64)


def _trace(rows: Sequence[tuple[int, int, float]]) -> Trace:
    account, object, time_s = zip(*rows, strict=True) if rows else ((), (), ())
    return Trace(np.array(account, np.int64), np.array(object, np.int64), _us(time_s))


def cascade(
    object: int, delays_s: Sequence[float], start_s: float = 0.0
) -> list[tuple[int, int, float]]:
    """Return reposts of one object, each by another account."""
    return [(who, object, start_s + d) for who, d in enumerate(delays_s)]


def with_reposts(rows: Sequence[tuple[int, int, float]], days: int = 30) -> View:
    """Return a view in which every post is a repost."""
    accounts, _, times = zip(*rows, strict=True)
    return make_view(accounts, times, kind=1, reposts=rows, days=days)


def ordinary_life(
    seed: int, accounts: int = 120, days: int = 14, gap_s: float = 120.0
) -> View:
    """Return sessions of accounts that differ in activity, at waking hours."""
    rng = np.random.default_rng(seed)
    rate = rng.lognormal(0.0, 0.8, accounts)
    sessions = rng.poisson(rate * days)
    who = np.repeat(np.arange(accounts), sessions)
    start = rng.integers(0, days, len(who)) * 86_400.0
    start += rng.normal(15, 3, len(who)) % 24 * 3600
    size = rng.geometric(0.4, len(who))
    session = np.repeat(np.arange(len(who)), size)
    account = who[session]
    since = np.cumsum(rng.exponential(gap_s, len(account)))
    since -= since[np.cumsum(size) - size][session]
    time_s = np.minimum(start[session] + since, days * 86_400 - 1)
    kind = (rng.random(len(account)) < 0.4).astype(int)
    view = make_view(account, time_s, kind=kind.tolist(), days=days)
    return replace(view, linked=rng.random(len(account)) < 0.2)
