"""How what is reposted, tagged or linked spreads: audiences, delays, half-lives."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from rasad.evaluate.realism.rhythm import hours_at
from rasad.evaluate.realism.sample import Distribution, Moment, Sample, sample
from rasad.evaluate.realism.view import (
    DAY_US,
    SECOND_US,
    UNKNOWN,
    Codes,
    Real,
    Trace,
    View,
    persons,
)
from rasad.evaluate.realism.weighted import (
    gini,
    mean,
    quantile,
    share_below,
    tail_exponent,
    top_share,
)

AUDIENCE = 10
"""Accounts below which nothing is said of how an object spreads."""

FOLLOWED_DAYS = 2
"""Days from its first repost on for which an object is followed. Later reposts are left
out, and so are objects too young to be followed so long: worlds are short."""

COMMONEST = 10
"""Objects of a stretch that count as its commonest."""

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400


class Cascades(NamedTuple):
    """Reposts of objects that were followed long enough, by object and time.

    Equally long arrays: place of the object, from 0 on; seconds since the object's
    first repost; hour of the day, from the start of the night. An account counts once
    per object, when first.
    """

    object: Codes
    delay_s: Real
    hour: Codes


def cascades(view: View) -> Cascades:
    """Return the reposts of objects with an audience, in their first two days."""
    entire = view.whole or view
    trace = first_actions(entire.traces["repost"])
    place, begin = _since_first(trace)
    length_us = FOLLOWED_DAYS * DAY_US
    kept = (trace.time_us - begin <= length_us) & (begin <= entire.last_us - length_us)
    size = np.bincount(place[kept], minlength=len(place))
    kept &= size[place] >= AUDIENCE
    return Cascades(
        object=np.unique(place[kept], return_inverse=True)[1].astype(np.int64),
        delay_s=(trace.time_us - begin)[kept] / SECOND_US,
        hour=hours_at(entire, trace.time_us[kept]),
    )


def first_actions(trace: Trace) -> Trace:
    """Return the first action of each account on each object, by object and time."""
    order = np.lexsort((trace.account, trace.time_us, trace.object))
    ordered = trace.at(order)
    key = ordered.object * (ordered.account.max(initial=0) + 1) + ordered.account
    first = np.unique(key, return_index=True)[1]
    return ordered.at(np.sort(first))


def _since_first(trace: Trace) -> tuple[Codes, Codes]:
    """Return the place of each action's object, and that object's first moment."""
    new = np.diff(trace.object, prepend=UNKNOWN) != 0
    place = np.cumsum(new) - 1
    return place, trace.time_us[new][place]


def delays(view: View) -> Sample:
    """Return the seconds from an object's first repost to each later one."""
    found = cascades(view)
    later = np.diff(found.object, prepend=UNKNOWN) == 0
    return sample(found.delay_s[later], found.object[later])


def half_times(view: View) -> Sample:
    """Return the seconds in which half of an object's audience had come."""
    found = cascades(view)
    first, size = np.unique(found.object, return_index=True, return_counts=True)[1:]
    return sample(found.delay_s[first + size // 2], np.arange(len(first)))


def peaks(view: View) -> Sample:
    """Return the share of an object's audience that came in its busiest hour."""
    found = cascades(view)
    n = int(found.object.max(initial=-1)) + 1
    hours = FOLLOWED_DAYS * 24 + 1
    hour = (found.delay_s // HOUR_S).astype(np.int64)
    counts = np.bincount(found.object * hours + hour, minlength=n * hours)
    table = counts.reshape(n, hours)
    return sample(table.max(axis=1) / table.sum(axis=1), np.arange(n))


def delays_since_written(view: View) -> Sample:
    """Return the seconds from the writing of a post to each repost of it."""
    delay_us = view.time_us - view.original_us
    known = (view.original_us != UNKNOWN) & (delay_us >= 0)
    return sample(delay_us[known] / SECOND_US, persons(view)[known])


def audiences(view: View, name: str) -> Sample:
    """Return the accounts that used each object of a trace, in each stretch."""
    trace = first_actions(view.traces[name])
    objects, counts = np.unique(trace.object, return_counts=True)
    return sample(counts, np.arange(len(objects)))


def commonest(view: View, name: str) -> Sample:
    """Return 1 for each use of one of the commonest objects of its stretch, else 0.

    Uses of an object are the accounts that used it. Ten objects of many stretches
    together would have a small share only because there are many.
    """
    trace = first_actions(view.traces[name])
    first, counts = np.unique(trace.object, return_index=True, return_counts=True)[1:]
    stretch = view.stretch[trace.account[first]]
    order = np.lexsort((-counts, stretch))
    place = np.arange(len(order)) - np.searchsorted(stretch[order], stretch[order])
    common = np.empty(len(order), np.bool_)
    common[order] = place < COMMONEST
    return sample(common, np.arange(len(order)), mass=counts.astype(np.float64))


def again(view: View) -> Sample:
    """Return 1 for each action on an object by an account that had acted on it."""
    trace = view.traces["repost"]
    order = np.lexsort((trace.time_us, trace.account, trace.object))
    ordered = trace.at(order)
    same = np.diff(ordered.object, prepend=UNKNOWN) == 0
    same &= np.diff(ordered.account, prepend=UNKNOWN) == 0
    return sample(same, ordered.object)


CASCADES = (
    Distribution(
        name="delay",
        title="time from the first repost of a post to a later one, within two days",
        unit="s",
        drawn="reposted posts",
        take=delays,
        needs=("objects", "audience"),
        log=True,
    ),
    Distribution(
        name="half_time",
        title="time in which half of the reposts of the first two days came",
        unit="s",
        drawn="reposted posts",
        take=half_times,
        needs=("objects", "audience"),
        log=True,
    ),
    Distribution(
        name="peak",
        title="share of a post's reposts in its busiest hour",
        unit="share",
        drawn="reposted posts",
        take=peaks,
        needs=("objects", "audience"),
    ),
    Distribution(
        name="delay_written",
        title="time from the writing of a post to a repost of it",
        unit="s",
        drawn="accounts",
        take=delays_since_written,
        needs=("originals",),
        log=True,
    ),
    Distribution(
        name="again",
        title="whether an account reposts what it had reposted already",
        unit="0 or 1",
        drawn="reposted posts",
        take=again,
        needs=("objects", "audience"),
    ),
    Distribution(
        name="audience",
        title="accounts of the set that reposted a post",
        unit="accounts",
        drawn="reposted posts",
        take=partial(audiences, name="repost"),
        needs=("objects", "audience", "every_object"),
        log=True,
    ),
    Distribution(
        name="tag_audience",
        title="accounts of the set that used a hashtag",
        unit="accounts",
        drawn="hashtags",
        take=partial(audiences, name="tag"),
        needs=("kinds", "tags", "every_tag"),
        log=True,
    ),
    Distribution(
        name="tag_common",
        title="whether a use of a hashtag is of one of the ten commonest",
        unit="0 or 1",
        drawn="hashtags",
        take=partial(commonest, name="tag"),
        needs=("kinds", "tags", "every_tag"),
    ),
    Distribution(
        name="domain_audience",
        title="accounts of the set that linked to a site",
        unit="accounts",
        drawn="sites",
        take=partial(audiences, name="domain"),
        needs=("links", "domains", "every_tag"),
        log=True,
    ),
    Distribution(
        name="domain_common",
        title="whether a use of a site is of one of the ten commonest",
        unit="0 or 1",
        drawn="sites",
        take=partial(commonest, name="domain"),
        needs=("links", "domains", "every_tag"),
    ),
)

CASCADES_MOMENTS = (
    Moment(
        name="tag_gini",
        title="Concentration of accounts on hashtags (Gini)",
        unit="0 to 1",
        of="tag_audience",
        statistic=gini,
    ),
    Moment(
        name="tag_top_10",
        title="Share of uses that the ten commonest hashtags have",
        unit="share",
        of="tag_common",
        statistic=mean,
    ),
    Moment(
        name="domain_gini",
        title="Concentration of accounts on linked sites (Gini)",
        unit="0 to 1",
        of="domain_audience",
        statistic=gini,
    ),
    Moment(
        name="domain_top_10",
        title="Share of uses that the ten commonest sites have",
        unit="share",
        of="domain_common",
        statistic=mean,
    ),
    Moment(
        name="audience_gini",
        title="Concentration of reposts on posts (Gini)",
        unit="0 to 1",
        of="audience",
        statistic=gini,
    ),
    Moment(
        name="audience_top_1",
        title="Share of reposts that the most reposted hundredth of posts has",
        unit="share",
        of="audience",
        statistic=top_share(0.01),
    ),
    Moment(
        name="audience_once",
        title="Share of reposted posts that one account of the set reposted",
        unit="share",
        of="audience",
        statistic=share_below(2),
    ),
    Moment(
        name="again_share",
        title="Share of reposts that repeat the account's own",
        unit="share",
        of="again",
        statistic=mean,
    ),
    Moment(
        name="delay_median",
        title="Time from the first repost to a later one, median",
        unit="s",
        of="delay",
        statistic=quantile(0.5),
    ),
    Moment(
        name="delay_below_1_min",
        title="Reposts less than a minute after the first repost, share",
        unit="share",
        of="delay",
        statistic=share_below(MINUTE_S),
    ),
    Moment(
        name="delay_below_1_h",
        title="Reposts less than an hour after the first repost, share",
        unit="share",
        of="delay",
        statistic=share_below(HOUR_S),
    ),
    Moment(
        name="delay_below_1_day",
        title="Reposts less than a day after the first, of two days, share",
        unit="share",
        of="delay",
        statistic=share_below(DAY_S),
    ),
    Moment(
        name="delay_tail",
        title="Tail exponent of times from the first repost, from an hour (Hill)",
        unit="exponent",
        of="delay",
        statistic=tail_exponent(HOUR_S),
    ),
    Moment(
        name="half_time",
        title="Time in which half of a post's reposts came, median",
        unit="s",
        of="half_time",
        statistic=quantile(0.5),
    ),
    Moment(
        name="peak",
        title="Share of a post's reposts in its busiest hour, median",
        unit="share",
        of="peak",
        statistic=quantile(0.5),
    ),
    Moment(
        name="written_median",
        title="Time from the writing of a post to a repost, median",
        unit="s",
        of="delay_written",
        statistic=quantile(0.5),
    ),
    Moment(
        name="written_below_1_min",
        title="Reposts less than a minute after the writing, share",
        unit="share",
        of="delay_written",
        statistic=share_below(MINUTE_S),
    ),
    Moment(
        name="written_below_1_h",
        title="Reposts less than an hour after the writing, share",
        unit="share",
        of="delay_written",
        statistic=share_below(HOUR_S),
    ),
    Moment(
        name="written_below_1_day",
        title="Reposts less than a day after the writing, share",
        unit="share",
        of="delay_written",
        statistic=share_below(DAY_S),
    ),
)
