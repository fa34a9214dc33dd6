from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from itertools import combinations

import numpy as np
import pytest

from rasad.simulate.snowflake import milliseconds
from simulate.reading import ReadBack, Row, list_cell

Seen = dict[str, dict[str, int]]


def first_actions(rows: Iterable[Row], thing: Callable[[Row], str]) -> Seen:
    """Return the first time in ms of every account on every object."""
    seen: Seen = defaultdict(dict)
    for row in rows:
        if key := thing(row):
            at_ms = int(milliseconds(np.array([int(row["tweetid"])]))[0])
            seen[key].setdefault(row["userid"], at_ms)
    return seen


def pair_counts(seen: Seen, window_s: int) -> Counter[tuple[str, str]]:
    """Count objects on which two accounts acted within a window."""
    counts: Counter[tuple[str, str]] = Counter()
    for acts in seen.values():
        for (a, at_a), (b, at_b) in combinations(sorted(acts.items()), 2):
            counts[a, b] += abs(at_a - at_b) <= window_s * 1000
    return counts


def by_team(world: ReadBack, counts: Counter[tuple[str, str]]) -> Counter[str]:
    """Count pairs that share at least three objects, by what the two are."""
    pairs: Counter[str] = Counter()
    for (a, b), n in counts.items():
        if n >= 3:
            same = world.truth[a] == world.truth[b]
            pairs[(world.truth[a][1] or "ordinary") if same else "mixed"] += 1
    return pairs


def repost(row: Row) -> str:
    return row["retweet_tweetid"]


def reply(row: Row) -> str:
    return row["in_reply_to_tweetid"]


def link(row: Row) -> str:
    own = row["is_retweet"] == "false"
    return " ".join(list_cell(row["urls"])) if own else ""


def tag_sequence(row: Row) -> str:
    tags = list_cell(row["hashtags"])
    return " ".join(tags) if len(tags) > 1 and row["is_retweet"] == "false" else ""


@pytest.mark.parametrize(
    ("thing", "window_s", "team", "least"),
    [
        (repost, 60, "fast_repost", 60),
        (link, 600, "template_text", 40),
        (tag_sequence, 600, "template_text", 40),
        (reply, 600, "slow_reply", 14),
        (tag_sequence, 600, "fan_club", 200),
    ],
)
def test_teams_show_in_their_own_trace(
    world: ReadBack, thing: Callable[[Row], str], window_s: int, team: str, least: int
) -> None:
    counts = pair_counts(first_actions(world.rows, thing), window_s)
    assert by_team(world, counts)[team] >= least


def test_the_slow_team_does_not_show_within_a_minute(world: ReadBack) -> None:
    counts = pair_counts(first_actions(world.rows, reply), 60)
    assert by_team(world, counts)["slow_reply"] <= 4


@pytest.mark.parametrize("thing", [repost, link, tag_sequence, reply])
def test_ordinary_pairs_rarely_share_three_objects_within_a_minute(
    world: ReadBack, thing: Callable[[Row], str]
) -> None:
    pairs = by_team(world, pair_counts(first_actions(world.rows, thing), 60))
    assert pairs["ordinary"] <= 10
    assert pairs["mixed"] <= 5


def test_operators_live_as_ordinary_accounts_too(world: ReadBack) -> None:
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for row in world.of_role("operator"):
        kind = "repost" if repost(row) else "reply" if reply(row) else "post"
        kinds[world.truth[row["userid"]][1]][kind] += 1
    assert set(kinds) == {"fast_repost", "template_text", "slow_reply"}
    assert all(min(kind.values()) > 30 for kind in kinds.values())


def test_teams_speak_their_languages(world: ReadBack) -> None:
    spoken: dict[str, set[str]] = defaultdict(set)
    for row in world.of_role("operator"):
        spoken[world.truth[row["userid"]][1]].add(row["account_language"])
    assert spoken == {
        "fast_repost": {"fa"},
        "template_text": {"fa", "en"},
        "slow_reply": {"ru"},
    }


def test_accounts_of_a_team_were_made_within_a_short_time(world: ReadBack) -> None:
    made = {row["userid"]: row["account_creation_date"] for row in world.rows}
    days = {
        team: np.array(
            [made[user] for user, (_, name) in world.truth.items() if name == team],
            dtype="datetime64[D]",
        )
        for team in ("fast_repost", "slow_reply", "")
    }
    spread = {
        team: np.subtract(*np.percentile(dates.astype(np.int64), [75, 25]))
        for team, dates in days.items()
    }
    assert spread["fast_repost"] < 0.2 * spread[""]
    assert spread["slow_reply"] < 0.2 * spread[""]


def test_the_audience_finds_posts_of_the_team(world: ReadBack) -> None:
    owners = {row["tweetid"]: row["userid"] for row in world.rows}
    outside = [
        row
        for row in world.of_role("ordinary")
        if repost(row) and world.truth[owners[repost(row)]][1] == "fast_repost"
    ]
    assert len(outside) > 20
