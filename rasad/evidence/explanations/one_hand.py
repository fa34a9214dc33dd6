"""One hand: posts that come at once, as a tool sends them, or strictly in turn."""

from __future__ import annotations

from scipy.stats import poisson

from rasad.evidence.explanations.explanation import (
    MOST,
    Counts,
    Explanation,
    Verdict,
    Weighed,
    most,
)
from rasad.store.sql import Store

AT_ONCE_S = 1
"""Posts so close are one command to a tool, give or take a tick of the clock."""

HASTY_S = 3.5
"""Nobody leaves one page, opens another and posts there so soon: three seconds by a
clock of whole ones."""

FEWEST_GAPS, FEWEST_OCCASIONS = 6, 3
ALPHA = 0.01

ONE_HAND = Explanation(
    id="one-hand",
    title="One person who posts on several pages",
    claim="One person, or one tool, puts the same posts on several pages; the accounts "
    "are places to post on, and not people who agreed.",
    question="Do the members' posts come at once, as a tool sends them, or strictly in "
    "turn, as somebody does who can only be on one page at a time?",
    fits_when="Gaps lie between the first posts of members who follow each other on an "
    f"object, known to the second. With {FEWEST_GAPS} or more on {FEWEST_OCCASIONS} "
    f"occasions it fits when {MOST} % of them are of {AT_ONCE_S} second at most; or "
    f"when gaps of less than {HASTY_S:g} seconds are so few that members who do not "
    f"wait for each other would leave as few with a chance of {ALPHA:g} at most; and "
    f"{MOST} % of the members are beside such gaps. It stays insufficient where none "
    "would have been too few to tell.",
    leaves_open="whose pages these are, and whether they say so: one operator of "
    "hidden accounts works in the same way",
)

# Each account's first post of an occasion; a gap that several objects show counts once,
# with the smallest chance that any of them gives it.
GAPS = """
    WITH turn AS (
      SELECT grp, object, occasion, account, min(at_us) AS at_us,
        min_by(post, (at_us, post)) AS post
      FROM weighed_act GROUP BY grp, object, occasion, account
      HAVING bool_and(to_second)
    ),
    step AS (
      SELECT grp, account, post, at_us, lag(account) OVER following AS before,
        lag(post) OVER following AS post_before,
        at_us - lag(at_us) OVER following AS gap_us, count(*) OVER everyone AS n,
        max(at_us) OVER everyone - min(at_us) OVER everyone AS range_us,
        first((account, post)) OVER following AS opening
      FROM turn
      WINDOW everyone AS (PARTITION BY grp, object, occasion),
        following AS (PARTITION BY grp, object, occasion ORDER BY at_us, account)
    ),
    gap AS (
      SELECT grp, before, account, min(gap_us) AS gap_us, min(opening) AS opening, min(
        1 - pow(greatest(1 - $hasty_us / greatest(range_us, 1), 0), n - 2)) AS chance
      FROM step WHERE before IS NOT NULL
      GROUP BY grp, before, post_before, account, post
    ),
    counted AS (
      SELECT grp, count(*) AS n, count(*) FILTER (gap_us <= $at_once_us) AS n_at_once,
        count(*) FILTER (gap_us <= $hasty_us) AS n_hasty,
        count(DISTINCT opening) AS n_occasions,
        CAST(sum(CAST(round(1000 * chance) AS BIGINT)) AS BIGINT) AS thousandths
      FROM gap GROUP BY grp
    ),
    side AS (
      SELECT grp, before AS account, gap_us FROM gap
      UNION ALL SELECT grp, account, gap_us FROM gap
    ),
    placed AS (
      SELECT grp, count(DISTINCT account) AS n, count(DISTINCT account)
        FILTER (gap_us <= $at_once_us) AS n_at_once
      FROM side GROUP BY grp
    ),
    people AS (SELECT grp, count(*) AS n FROM weighed_member GROUP BY grp)
    SELECT weighed_group.grp, coalesce(people.n, 0) AS members,
      coalesce(placed.n, 0) AS members_beside_a_gap,
      coalesce(placed.n_at_once, 0) AS members_at_once,
      coalesce(counted.n_occasions, 0) AS occasions, coalesce(counted.n, 0) AS gaps,
      coalesce(counted.n_at_once, 0) AS gaps_at_once,
      coalesce(counted.n_hasty, 0) AS gaps_too_short_for_a_hand,
      coalesce(counted.thousandths, 0) AS thousandths_too_short_if_nobody_waits
    FROM weighed_group
    LEFT JOIN people ON people.grp = weighed_group.grp
    LEFT JOIN counted ON counted.grp = weighed_group.grp
    LEFT JOIN placed ON placed.grp = weighed_group.grp
    ORDER BY weighed_group.grp
"""


def weigh_hand(store: Store) -> dict[str, Weighed]:
    """Hold each group against one person, or one tool, behind all its posts.

    Notes
    -----
    Of n members who post independently, given the first and the last, n - 2 fall
    between: each gap is shorter than h with a chance of 1 - (1 - h / range)^(n - 2)
    where they fall evenly. Simulated, it is a tenth less where they gather around the
    middle, and more where they crowd together early or in bursts.
    """
    values = {"at_once_us": AT_ONCE_S * 1e6, "hasty_us": HASTY_S * 1e6}
    rows = store.rows(GAPS, **values)
    return {row.pop("grp"): (_verdict(row), row) for row in rows}


def _verdict(counts: Counts) -> Verdict:
    if counts["gaps"] < FEWEST_GAPS or counts["occasions"] < FEWEST_OCCASIONS:
        return "insufficient"
    if most(counts["gaps_at_once"], counts["gaps"]):
        everywhere = most(counts["members_at_once"], counts["members"])
        return "fits" if everywhere else "does not fit"
    expected = counts["thousandths_too_short_if_nobody_waits"] / 1000
    if poisson.cdf(counts["gaps_too_short_for_a_hand"], expected) <= ALPHA:
        everywhere = most(counts["members_beside_a_gap"], counts["members"])
        return "fits" if everywhere else "does not fit"
    # Not even none would have been a surprise.
    unknown = poisson.cdf(0, expected) > ALPHA
    return "insufficient" if unknown else "does not fit"
