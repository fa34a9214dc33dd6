"""What posts are and hold, and how accounts were made."""

from __future__ import annotations

import numpy as np

from rasad.evaluate.realism.rhythm import EPOCH_WEEKDAY
from rasad.evaluate.realism.sample import Distribution, Moment, Sample, sample
from rasad.evaluate.realism.view import (
    DAY_US,
    QUOTE,
    REPLY,
    REPOST,
    UNKNOWN,
    Bool,
    View,
    persons,
)
from rasad.evaluate.realism.weighted import (
    REST_DAYS,
    WEEK_DAYS,
    busiest_months,
    mean,
    on_full_days,
    quantile,
    quietest,
    share_below,
)
from rasad.traces.normalise import MENTION_TOKEN, URL_TOKEN

BATCH = 5
"""Accounts made on a day that look like a batch."""

FEWEST_POSTS = 5
"""Posts below which an account's share of reposts says nothing."""


def own(view: View) -> Bool:
    """Return which posts hold their author's own words."""
    return np.asarray(view.kind != REPOST, np.bool_)


def reposts(view: View) -> Sample:
    """Return 1 for each post that reposts, else 0."""
    return sample(view.kind == REPOST, view.source)


def replies(view: View) -> Sample:
    """Return 1 for each post that replies, else 0."""
    return sample(view.kind == REPLY, view.source)


def quotes(view: View) -> Sample:
    """Return 1 for each post that quotes, else 0."""
    return sample(view.kind == QUOTE, view.source)


def links(view: View) -> Sample:
    """Return 1 for each own post that holds a link, else 0."""
    return sample(view.linked[own(view)], view.source[own(view)])


def tags(view: View) -> Sample:
    """Return 1 for each own post that holds a hashtag, else 0."""
    return sample(view.tagged[own(view)], view.source[own(view)])


def repost_shares(view: View) -> Sample:
    """Return the share of reposts of each account with enough posts."""
    n = np.bincount(view.account, minlength=view.n_accounts)
    reposted = np.bincount(view.account, view.kind == REPOST, view.n_accounts)
    enough = n >= FEWEST_POSTS
    return sample(reposted[enough] / n[enough], view.person[enough])


def words(view: View) -> Sample:
    """Return the words of each own post that says something beside links."""
    counts = word_counts(view)
    said = own(view) & (counts > 0)
    return sample(counts[said], view.source[said])


def word_counts(view: View) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the words of each post without links and mentions."""
    lengths = (len(words_of(text)) for text in view.text)
    return np.fromiter(lengths, np.int64, len(view.text))


def words_of(text: str) -> list[str]:
    """Return the words of a text in the form for matching.

    Examples
    --------
    >>> words_of("⟨@⟩ the tap drips ⟨url⟩")
    ['the', 'tap', 'drips']
    """
    if URL_TOKEN in text:
        text = text.replace(URL_TOKEN, " ")
    return text.replace(MENTION_TOKEN, " ").split()


def creations(view: View) -> Sample:
    """Return the day on which each account was made, in days since 1970."""
    people = np.unique(view.person, return_index=True)[1]
    made = view.created_us[people]
    known = made != UNKNOWN
    return sample(made[known] // DAY_US, view.person[people][known])


def creation_weekdays(view: View) -> Sample:
    """Return the weekday on which each account was made, Monday being 0."""
    made = creations(view)
    day = made.values.astype(np.int64) + EPOCH_WEEKDAY
    return sample(day % WEEK_DAYS, made.source)


def ages(view: View) -> Sample:
    """Return how old an account is when it posts, in days."""
    made = view.created_us[view.account]
    known = made != UNKNOWN
    age = np.maximum(view.time_us[known] // DAY_US - made[known] // DAY_US, 0)
    return sample(age, persons(view)[known])


CONTENT = (
    Distribution(
        name="repost",
        title="whether a post reposts",
        unit="0 or 1",
        drawn="accounts",
        take=reposts,
        needs=("kinds",),
    ),
    Distribution(
        name="reply",
        title="whether a post replies",
        unit="0 or 1",
        drawn="accounts",
        take=replies,
        needs=("kinds", "replies"),
    ),
    Distribution(
        name="quote",
        title="whether a post quotes",
        unit="0 or 1",
        drawn="accounts",
        take=quotes,
        needs=("kinds", "quotes"),
    ),
    Distribution(
        name="link",
        title="whether an own post holds a link",
        unit="0 or 1",
        drawn="accounts",
        take=links,
        needs=("kinds", "links"),
    ),
    Distribution(
        name="tag",
        title="whether an own post holds a hashtag",
        unit="0 or 1",
        drawn="accounts",
        take=tags,
        needs=("kinds", "tags"),
    ),
    Distribution(
        name="repost_share",
        title="share of reposts of an account with at least five posts",
        unit="share",
        drawn="accounts",
        take=repost_shares,
        needs=("kinds", "activity"),
    ),
    Distribution(
        name="words",
        title="words of an own post, links and mentions apart",
        unit="words",
        drawn="accounts",
        take=words,
        needs=("kinds", "texts"),
        log=True,
    ),
    Distribution(
        name="created",
        title="day on which an account was made",
        unit="day",
        drawn="accounts",
        take=creations,
        needs=("created",),
    ),
    Distribution(
        name="created_weekday",
        title="weekday on which an account was made",
        unit="day",
        drawn="accounts",
        take=creation_weekdays,
        needs=("created",),
    ),
    Distribution(
        name="age",
        title="age of an account when it posts",
        unit="days",
        drawn="accounts",
        take=ages,
        needs=("created",),
        log=True,
    ),
)

CONTENT_MOMENTS = (
    Moment(
        name="repost_share",
        title="Share of posts that repost",
        unit="share",
        of="repost",
        statistic=mean,
    ),
    Moment(
        name="reply_share",
        title="Share of posts that reply",
        unit="share",
        of="reply",
        statistic=mean,
    ),
    Moment(
        name="quote_share",
        title="Share of posts that quote",
        unit="share",
        of="quote",
        statistic=mean,
    ),
    Moment(
        name="never_repost",
        title="Share of accounts with five posts or more that never repost",
        unit="share",
        of="repost_share",
        statistic=share_below(1e-9),
    ),
    Moment(
        name="link_share",
        title="Share of own posts with a link",
        unit="share",
        of="link",
        statistic=mean,
    ),
    Moment(
        name="tag_share",
        title="Share of own posts with a hashtag",
        unit="share",
        of="tag",
        statistic=mean,
    ),
    Moment(
        name="words",
        title="Words of an own post, median",
        unit="words",
        of="words",
        statistic=quantile(0.5),
    ),
    Moment(
        name="created_3_months",
        title="Share of accounts made in the three busiest months",
        unit="share",
        of="created",
        statistic=busiest_months,
    ),
    Moment(
        name="created_in_batches",
        title="Share of accounts made on days on which five or more were",
        unit="share",
        of="created",
        statistic=on_full_days(BATCH),
    ),
    Moment(
        name="created_on_rest_days",
        title="Share of accounts made on the two quietest weekdays in a row",
        unit="share",
        of="created_weekday",
        statistic=quietest(WEEK_DAYS, REST_DAYS),
    ),
    Moment(
        name="age_median",
        title="Age of an account when it posts, median",
        unit="days",
        of="age",
        statistic=quantile(0.5),
    ),
)
