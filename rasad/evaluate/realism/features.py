"""What a classifier sees: an account's day, or an action in a cascade, as a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from rasad.evaluate.realism.cascades import cascades
from rasad.evaluate.realism.content import own, word_counts
from rasad.evaluate.realism.distances import generator
from rasad.evaluate.realism.rhythm import (
    HOUR_US,
    MINUTE_S,
    gaps_of,
    hour_of,
    session_of,
)
from rasad.evaluate.realism.togetherness import earlier_within
from rasad.evaluate.realism.two_sample import Rows
from rasad.evaluate.realism.view import (
    DAY_US,
    QUOTE,
    REPLY,
    REPOST,
    SECOND_US,
    Bool,
    Codes,
    Real,
    View,
)
from rasad.evaluate.realism.weighted import NIGHT_HOURS

RECENT_S = 600
"""Seconds before a repost in which others are counted."""

MOST_ROWS = 4000
"""Rows of a set that the classifier gets."""

ROWS_PER_SOURCE = 5
"""Rows of one account or object, so that no busy one stands for the set."""


class _Days:
    """Posts of a view by account and day.

    Parameters
    ----------
    view : View
        With at least one post.
    """

    def __init__(self, view: View) -> None:
        self.view = view
        day = view.time_us // DAY_US
        new = np.diff(view.account, prepend=-1) != 0
        new |= np.diff(day, prepend=day[:1]) != 0
        self.of = np.cumsum(new) - 1
        self.first = np.flatnonzero(new)
        self.n = len(self.first)
        self.posts = np.bincount(self.of, minlength=self.n)

    def share(self, marked: Bool, among: Bool | None = None) -> Real:
        """Return the share of marked posts of each day, among some of its posts."""
        chosen = np.ones(len(self.of), np.bool_) if among is None else among
        whole = np.bincount(self.of[chosen], minlength=self.n)
        part = np.bincount(self.of[chosen & marked], minlength=self.n)
        return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)

    def mean(self, value: Real, among: Bool) -> Real:
        """Return the mean of some posts' values on each day."""
        count = np.bincount(self.of[among], minlength=self.n)
        total = np.bincount(self.of[among], value[among], minlength=self.n)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)


Feature = tuple[str, tuple[str, ...], Callable[[_Days], Real]]


def _posts(days: _Days) -> Real:
    return np.asarray(np.log10(days.posts), np.float64)


def _sessions(days: _Days) -> Real:
    session = session_of(days.view)
    last = np.r_[days.first[1:], len(session)] - 1
    count = session[last] - session[days.first] + 1
    return np.asarray(np.log10(count), np.float64)


def _span(days: _Days) -> Real:
    time_us = days.view.time_us
    last = np.r_[days.first[1:], len(time_us)] - 1
    return np.asarray((time_us[last] - time_us[days.first]) / HOUR_US, np.float64)


def _inside(days: _Days) -> tuple[Real, Bool]:
    """Return gaps to the post before, and which of them lie within a day."""
    gap_s, later = gaps_of(days.view)
    inside = later.copy()
    inside[days.first] = False
    return gap_s, inside


def _gap(days: _Days) -> Real:
    gap_s, inside = _inside(days)
    return days.mean(_log(gap_s, days.view), inside)


def _quick(days: _Days) -> Real:
    gap_s, inside = _inside(days)
    return days.share(np.asarray(gap_s < MINUTE_S, np.bool_), inside)


def _hour(days: _Days) -> Real:
    everything = np.ones(len(days.of), np.bool_)
    return days.mean(hour_of(days.view).astype(np.float64), everything)


def _night(days: _Days) -> Real:
    return days.share(hour_of(days.view) < NIGHT_HOURS)


def _words(days: _Days) -> Real:
    counts = word_counts(days.view)
    return days.mean(counts.astype(np.float64), own(days.view) & (counts > 0))


FEATURES: tuple[Feature, ...] = (
    ("posts (log)", ("activity",), _posts),
    ("sessions (log)", ("activity",), _sessions),
    ("hours from first to last post", ("activity",), _span),
    ("mean gap (log s)", ("activity",), _gap),
    ("share of gaps below a minute", ("activity",), _quick),
    ("mean hour", (), _hour),
    ("share in the night", (), _night),
    ("share of reposts", ("kinds",), lambda d: d.share(d.view.kind == REPOST)),
    ("share of replies", ("replies",), lambda d: d.share(d.view.kind == REPLY)),
    ("share of quotes", ("quotes",), lambda d: d.share(d.view.kind == QUOTE)),
    (
        "share of own posts with a link",
        ("kinds", "links"),
        lambda d: d.share(d.view.linked, own(d.view)),
    ),
    (
        "share of own posts with a hashtag",
        ("kinds", "tags"),
        lambda d: d.share(d.view.tagged, own(d.view)),
    ),
    ("mean words of own posts", ("kinds", "texts"), _words),
)
"""Features of an account's day: name, what they need, and how they are taken."""


def account_days(one: View, two: View, seed: int) -> tuple[Rows, Rows]:
    """Return the account-days of two views with the features that both can give.

    Where one of them is a sample of posts, a day of the other is one post too: a share
    of reposts is 0 or 1 where a day has one post, whoever wrote it.
    """
    if one.missing(("activity",)) or two.missing(("activity",)):
        one, two = one_a_day(one, seed), one_a_day(two, seed)
    usable = [
        feature
        for feature in FEATURES
        if not one.missing(feature[1]) and not two.missing(feature[1])
    ]
    return _day_rows(one, usable, seed), _day_rows(two, usable, seed)


def one_a_day(view: View, seed: int) -> View:
    """Return a view with one post of each account's day, drawn by lot."""
    days = _Days(view).of
    order = generator(seed, "one a day").permutation(len(view))
    chosen = np.sort(order[np.unique(days[order], return_index=True)[1]])
    return replace(
        view,
        account=view.account[chosen],
        time_us=view.time_us[chosen],
        kind=view.kind[chosen],
        linked=view.linked[chosen],
        tagged=view.tagged[chosen],
        text=[view.text[row] for row in chosen.tolist()] if len(view.text) else (),
        original_us=view.original_us[chosen],
        source=view.source[chosen],
    )


def _day_rows(view: View, features: list[Feature], seed: int) -> Rows:
    days = _Days(view)
    return some(
        Rows(
            names=[name for name, _, _ in features],
            values=np.column_stack([take(days) for _, _, take in features]),
            source=view.person[view.account[days.first]],
        ),
        seed,
    )


CASCADE_FEATURES = (
    "time since the first repost (log s)",
    "time since the repost before (log, mean gap of the cascade = 0)",
    "time to the repost after (log, mean gap of the cascade = 0)",
    "share of the cascade in the ten minutes before",
    "hour",
)


def cascade_rows(view: View, seed: int) -> Rows:
    """Return the later reposts of every cascade, with features of time and order.

    How many reposts there are is no feature, nor what follows from it: that was
    decided by whoever collected the cascades.
    """
    found = cascades(view)
    first = np.diff(found.object, prepend=-1) != 0
    size = np.bincount(found.object, minlength=1)
    last = np.zeros(len(size))
    np.maximum.at(last, found.object, found.delay_s)
    usual = (last / np.maximum(size - 1, 1))[found.object]
    before = np.where(first, np.nan, np.diff(found.delay_s, prepend=0.0))
    after = np.r_[before[1:], np.nan] if len(before) else before
    recent = earlier_within(found.object, found.delay_s, RECENT_S)
    columns = (
        _log(found.delay_s, view),
        _log(before, view) - _log(usual, view),
        _log(after, view) - _log(usual, view),
        recent / np.maximum(size[found.object] - 1, 1),
        found.hour.astype(np.float64),
    )
    return some(
        Rows(
            names=CASCADE_FEATURES,
            values=np.column_stack(columns)[~first],
            source=found.object[~first],
        ),
        seed,
    )


def _log(seconds: Real, view: View) -> Real:
    """Return decades; less than the grain of the times is no time at all."""
    grain_s = max(view.grain_us / SECOND_US, 1.0)
    return np.asarray(np.log10(np.maximum(seconds, grain_s)), np.float64)


def some(rows: Rows, seed: int) -> Rows:
    """Return a few rows of each source, and no more than `MOST_ROWS` altogether."""
    rng = generator(seed, "rows of a set")
    order = rng.permutation(len(rows))
    by_source = order[np.argsort(rows.source[order], kind="stable")]
    source = rows.source[by_source]
    new = np.diff(source, prepend=-1) != 0
    begin = np.flatnonzero(new)[np.cumsum(new) - 1] if len(new) else new
    few = by_source[np.arange(len(source)) - begin < ROWS_PER_SOURCE]
    return rows.at(np.sort(rng.permutation(few)[:MOST_ROWS]))


def per_source(rows: Rows) -> Real:
    """Return the mean row of each source; NaN where none has a value."""
    codes: Codes = np.unique(rows.source, return_inverse=True)[1]
    known = np.isfinite(rows.values)
    n = int(codes.max(initial=-1)) + 1
    total, count = np.zeros((n, len(rows.names))), np.zeros((n, len(rows.names)))
    np.add.at(total, codes, np.where(known, rows.values, 0.0))
    np.add.at(count, codes, known)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
