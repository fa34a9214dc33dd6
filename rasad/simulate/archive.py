"""Writes a world as a file in the schema of the information-operations archive."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rasad.simulate.ledger import NO_TARGET, Draft
from rasad.simulate.population import Population
from rasad.simulate.profiles import Profile

COLUMNS = (
    "tweetid",
    "userid",
    "user_display_name",
    "user_screen_name",
    "user_reported_location",
    "user_profile_description",
    "user_profile_url",
    "follower_count",
    "following_count",
    "account_creation_date",
    "account_language",
    "tweet_language",
    "tweet_text",
    "tweet_time",
    "tweet_client_name",
    "in_reply_to_userid",
    "in_reply_to_tweetid",
    "quoted_tweet_tweetid",
    "is_retweet",
    "retweet_userid",
    "retweet_tweetid",
    "latitude",
    "longitude",
    "quote_count",
    "reply_count",
    "like_count",
    "retweet_count",
    "hashtags",
    "urls",
    "user_mentions",
    "poll_choices",
)
"""The 31 columns of the archive, in its order."""

LONGEST_REPOST = 140
LIKES_PER_REPOST = 2


@dataclass(frozen=True)
class Chronicle:
    """A finished world: posts by time, with an id each, and the profiles.

    `drafts[i].target` is a position in `drafts`; `ids[i]` is the id of `drafts[i]`.
    """

    start_ms: int
    drafts: list[Draft]
    ids: list[int]
    profiles: list[Profile]


def write_archive(path: Path, chronicle: Chronicle) -> None:
    """Write the posts, by time, one row each."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows(chronicle))


def write_truth(path: Path, population: Population, profiles: list[Profile]) -> None:
    """Write the role and team of every account, in order of the account's bytes."""
    named = sorted(
        (f"twitter:{profile.userid}".encode(), role, team)
        for profile, role, team in zip(
            profiles, population.role, population.team, strict=True
        )
    )
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("account", "role", "team"))
        writer.writerows(
            (account.decode(), role, team) for account, role, team in named
        )


def rows(chronicle: Chronicle) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each post in the order of `COLUMNS`."""
    answers = Counter(
        (draft.kind, draft.target)
        for draft in chronicle.drafts
        if draft.target != NO_TARGET
    )
    for position, draft in enumerate(chronicle.drafts):
        reposts = answers["repost", position]
        yield (
            str(chronicle.ids[position]),
            *_profile_cells(chronicle.profiles[draft.account]),
            *_post_cells(chronicle, draft),
            *_target_cells(chronicle, draft),
            "absent",
            "absent",
            str(answers["quote", position]),
            str(answers["reply", position]),
            str(LIKES_PER_REPOST * reposts),
            str(reposts),
            *_entity_cells(chronicle, draft),
            "",
        )


def text_of(chronicle: Chronicle, draft: Draft) -> str:
    """Return the text as the platform shows it: prefixes, tags and links included."""
    if draft.kind == "repost":
        target = chronicle.drafts[draft.target]
        name = chronicle.profiles[target.account].screen_name
        full = f"RT @{name}: {text_of(chronicle, target)}"
        short = len(full) <= LONGEST_REPOST
        return full if short else full[: LONGEST_REPOST - 1] + "…"
    parts = [draft.text, *(f"#{tag}" for tag in draft.tags), *draft.links]
    if draft.kind == "reply":
        target = chronicle.drafts[draft.target]
        parts.insert(0, f"@{chronicle.profiles[target.account].screen_name}")
    return " ".join(parts)


def _profile_cells(profile: Profile) -> tuple[str, ...]:
    return (
        profile.userid,
        profile.display_name,
        profile.screen_name,
        profile.location,
        profile.description,
        "",
        str(profile.followers),
        str(profile.following),
        _clock(profile.created_ms).strftime("%Y-%m-%d"),
        profile.language,
    )


def _post_cells(chronicle: Chronicle, draft: Draft) -> tuple[str, ...]:
    about = chronicle.drafts[draft.target] if draft.kind == "repost" else draft
    return (
        chronicle.profiles[about.account].language,
        text_of(chronicle, draft),
        _clock(chronicle.start_ms + draft.at_ms).strftime("%Y-%m-%d %H:%M"),
        chronicle.profiles[draft.account].client,
    )


def _target_cells(chronicle: Chronicle, draft: Draft) -> tuple[str, ...]:
    """Return the six cells from `in_reply_to_userid` to `retweet_tweetid`."""
    post, owner = "", ""
    if draft.target != NO_TARGET:
        post = str(chronicle.ids[draft.target])
        owner = chronicle.profiles[chronicle.drafts[draft.target].account].userid
    replied = (owner, post) if draft.kind == "reply" else ("", "")
    quoted = post if draft.kind == "quote" else ""
    reposted = (owner, post) if draft.kind == "repost" else ("", "")
    return (*replied, quoted, str(draft.kind == "repost").lower(), *reposted)


def _entity_cells(chronicle: Chronicle, draft: Draft) -> tuple[str, str, str]:
    """Return hashtags, links and mentions; a repost shows what its cut text holds."""
    mentions: list[str] = []
    if draft.kind in ("repost", "reply"):
        author = chronicle.drafts[draft.target].account
        mentions = [chronicle.profiles[author].userid]
    source = chronicle.drafts[draft.target] if draft.kind == "repost" else draft
    text = text_of(chronicle, draft)
    # Where the text is cut, nobody can tell what its last word was.
    shown = text.split()[: -1 if text.endswith("…") else None]
    tags = [tag for tag in source.tags if f"#{tag}" in shown]
    links = [link for link in source.links if link in shown]
    return str(tags), str(links), f"[{', '.join(mentions)}]"


def _clock(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1000, UTC)
