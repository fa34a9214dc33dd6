"""When and how often accounts post: activity, gaps, sessions, hours and weekdays."""

from __future__ import annotations

import numpy as np

from rasad.evaluate.realism.sample import Distribution, Moment, Sample, sample
from rasad.evaluate.realism.view import (
    DAY_US,
    SECOND_US,
    Bool,
    Codes,
    Real,
    View,
    persons,
)
from rasad.evaluate.realism.weighted import (
    DAY_HOURS,
    NIGHT_HOURS,
    REST_DAYS,
    WEEK_DAYS,
    evenness,
    gini,
    mean,
    quantile,
    quantile_ratio,
    quietest,
    runs,
    share_below,
    shares_of,
    top_share,
)

HOUR_US = 3600 * SECOND_US
MINUTE_S = 60
SESSION_S = 1800
"""Seconds of silence that end a session."""

FEWEST_GAPS = 10
"""Gaps below which an account's burstiness says nothing."""

EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday, Monday being 0."""


def posts_per_account(view: View) -> Sample:
    """Return the posts of each account that posted at all."""
    return sample(np.bincount(view.account, minlength=view.n_accounts), view.person)


def posts_per_day(view: View) -> Sample:
    """Return the posts of each account on each day on which it posted."""
    account, _, counts = _account_days(view)
    return sample(counts, view.person[account])


def active_days(view: View) -> Sample:
    """Return the share of days on which each account posted."""
    account = _account_days(view)[0]
    days = np.bincount(account, minlength=view.n_accounts)
    return sample(days / max(view.days, 1.0), view.person)


def gaps(view: View) -> Sample:
    """Return the seconds between consecutive posts of an account."""
    gap_s, later = gaps_of(view)
    return sample(gap_s[later], persons(view)[later])


def gaps_of(view: View) -> tuple[Real, Bool]:
    """Return the seconds since the account's post before, and where there is one."""
    gap_s = np.diff(view.time_us, prepend=0) / SECOND_US
    later = np.diff(view.account, prepend=-1) == 0
    return gap_s, later


def session_of(view: View) -> Codes:
    """Return the session of each post; codes from 0 on."""
    gap_s, later = gaps_of(view)
    return np.cumsum(~later | (gap_s > SESSION_S)) - 1


def session_posts(view: View) -> Sample:
    """Return the posts of each session."""
    session = session_of(view)
    first = np.unique(session, return_index=True)[1]
    return sample(np.bincount(session), persons(view)[first])


def burstiness(view: View) -> Sample:
    """Return the burstiness of each account with enough gaps.

    Notes
    -----
    With r the standard deviation of an account's n gaps over their mean,
    B = (√(n+1) r - √(n-1)) / ((√(n+1) - 2) r + √(n-1)): -1 for a clock, 0 for chance,
    1 for one burst, whatever n is (Kim and Jo, Physical Review E 94, 2016).
    """
    gap_s, later = gaps_of(view)
    who, gap_s = view.account[later], gap_s[later]
    n = np.bincount(who, minlength=view.n_accounts)
    enough = n >= FEWEST_GAPS
    count = np.maximum(n, 1)
    average = np.bincount(who, gap_s, view.n_accounts) / count
    spread = np.bincount(who, (gap_s - average[who]) ** 2, view.n_accounts) / count
    enough &= average > 0
    n, ratio = n[enough], np.sqrt(spread[enough]) / average[enough]
    plus, minus = np.sqrt(n + 1), np.sqrt(n - 1)
    value = (plus * ratio - minus) / ((plus - 2) * ratio + minus)
    return sample(value, view.person[enough])


def hours(view: View) -> Sample:
    """Return the hour of each post, counted from the start of the crowd's night."""
    return sample(hour_of(view), view.source)


def hour_of(view: View) -> Codes:
    """Return the hour of each post; 0 begins the quietest six hours of the set."""
    return hours_at(view, view.time_us)


def hours_at(view: View, time_us: Codes) -> Codes:
    """Return the hour of moments, as `hour_of` counts them for the view's posts."""
    hour = view.time_us // HOUR_US % DAY_HOURS
    start = _quiet_start(hour, DAY_HOURS, NIGHT_HOURS)
    return (time_us // HOUR_US - start) % DAY_HOURS


def weekdays(view: View) -> Sample:
    """Return the weekday of each post, counted from the two quietest in a row.

    Days beyond the last whole week would make their weekdays look busy.
    """
    entire = view.whole or view
    weeks_us = int(entire.days) // WEEK_DAYS * WEEK_DAYS * DAY_US
    inside = entire.time_us < entire.first_us + weeks_us
    return sample(weekday_of(entire)[inside], entire.source[inside])


def weekday_of(view: View) -> Codes:
    """Return the weekday of each post; 0 and 1 are the set's days of rest."""
    day = (view.time_us // DAY_US + EPOCH_WEEKDAY) % WEEK_DAYS
    return (day - _quiet_start(day, WEEK_DAYS, REST_DAYS)) % WEEK_DAYS


def _quiet_start(part: Codes, parts: int, quiet: int) -> int:
    """Return where the quietest neighbours of a circle begin."""
    share = shares_of(parts, part.astype(np.float64), np.ones(len(part)))
    return int(np.argmin(runs(share, quiet)))


def _account_days(view: View) -> tuple[Codes, Codes, Codes]:
    """Return account, day and number of posts of each day with posts."""
    day = view.time_us // DAY_US
    span = int(day.max() - day.min()) + 1
    key = view.account * span + day - day.min()
    codes, counts = np.unique(key, return_counts=True)
    account, at = np.divmod(codes, span)
    return account, at + day.min(), counts


RHYTHM = (
    Distribution(
        name="posts_per_account",
        title="posts of an account that posted at all",
        unit="posts",
        drawn="accounts",
        take=posts_per_account,
        needs=("activity",),
        log=True,
    ),
    Distribution(
        name="posts_per_day",
        title="posts of an account on a day on which it posted",
        unit="posts",
        drawn="accounts",
        take=posts_per_day,
        needs=("activity",),
        log=True,
    ),
    Distribution(
        name="active_days",
        title="share of days on which an account posted",
        unit="share",
        drawn="accounts",
        take=active_days,
        needs=("activity",),
    ),
    Distribution(
        name="gap",
        title="time between two posts of an account that follow one another",
        unit="s",
        drawn="accounts",
        take=gaps,
        needs=("activity",),
        log=True,
    ),
    Distribution(
        name="session_posts",
        title="posts without a silence of 30 minutes between them",
        unit="posts",
        drawn="accounts",
        take=session_posts,
        needs=("activity",),
        log=True,
    ),
    Distribution(
        name="burstiness",
        title="burstiness of an account with at least ten gaps",
        unit="-1 to 1",
        drawn="accounts",
        take=burstiness,
        needs=("activity",),
    ),
    Distribution(
        name="hour",
        title="hour of a post, from the start of the quietest six",
        unit="h",
        drawn="accounts or cascades",
        take=hours,
    ),
    Distribution(
        name="weekday",
        title="weekday of a post, from the quietest two in a row",
        unit="day",
        drawn="accounts or cascades",
        take=weekdays,
    ),
)

RHYTHM_MOMENTS = (
    Moment(
        name="posts_median",
        title="Posts of an account that posted at all, median",
        unit="posts",
        of="posts_per_account",
        statistic=quantile(0.5),
    ),
    Moment(
        name="posts_iqr_ratio",
        title="Posts of an account, upper over lower quartile",
        unit="ratio",
        of="posts_per_account",
        statistic=quantile_ratio(0.75, 0.25),
    ),
    Moment(
        name="posts_p90_p50",
        title="Posts of an account, 90th percentile over median",
        unit="ratio",
        of="posts_per_account",
        statistic=quantile_ratio(0.9, 0.5),
    ),
    Moment(
        name="posts_gini",
        title="Concentration of posts on accounts (Gini)",
        unit="0 to 1",
        of="posts_per_account",
        statistic=gini,
    ),
    Moment(
        name="posts_top_1",
        title="Share of posts by the busiest hundredth of accounts",
        unit="share",
        of="posts_per_account",
        statistic=top_share(0.01),
    ),
    Moment(
        name="posts_per_day",
        title="Posts of an account on a day on which it posts, mean",
        unit="posts",
        of="posts_per_day",
        statistic=mean,
    ),
    Moment(
        name="active_days",
        title="Share of days on which an account posts, mean",
        unit="share",
        of="active_days",
        statistic=mean,
    ),
    Moment(
        name="gap_median",
        title="Time between two posts of an account, median",
        unit="s",
        of="gap",
        statistic=quantile(0.5),
    ),
    Moment(
        name="gap_below_1_min",
        title="Gaps between posts of an account below a minute, share",
        unit="share",
        of="gap",
        statistic=share_below(MINUTE_S),
    ),
    Moment(
        name="gap_below_30_min",
        title="Gaps between posts of an account below half an hour, share",
        unit="share",
        of="gap",
        statistic=share_below(SESSION_S),
    ),
    Moment(
        name="burstiness",
        title="Burstiness of an account, median",
        unit="-1 to 1",
        of="burstiness",
        statistic=quantile(0.5),
    ),
    Moment(
        name="session_posts",
        title="Posts of a session, mean",
        unit="posts",
        of="session_posts",
        statistic=mean,
    ),
    Moment(
        name="session_single",
        title="Share of sessions with one post",
        unit="share",
        of="session_posts",
        statistic=share_below(2),
    ),
    Moment(
        name="hour_evenness",
        title="Evenness of the hours of the day (entropy)",
        unit="0 to 1",
        of="hour",
        statistic=evenness(DAY_HOURS),
    ),
    Moment(
        name="night_share",
        title="Share of posts in the six quietest hours in a row",
        unit="share",
        of="hour",
        statistic=quietest(DAY_HOURS, NIGHT_HOURS),
    ),
    Moment(
        name="rest_share",
        title="Share of posts on the two quietest weekdays in a row",
        unit="share",
        of="weekday",
        statistic=quietest(WEEK_DAYS, REST_DAYS),
    ),
)
