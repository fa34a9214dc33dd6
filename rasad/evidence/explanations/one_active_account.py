"""One very active account: a star around it, and nothing left without it."""

from __future__ import annotations

from rasad.evidence.explanations.explanation import (
    Counts,
    Explanation,
    Verdict,
    Weighed,
)
from rasad.store.sql import Store

TIMES_MORE = 5
FEWEST_MEMBERS = 4

ONE_ACTIVE_ACCOUNT = Explanation(
    id="one-active-account",
    title="One very active account",
    claim="One account posts so much that it meets the others by being always there; "
    "the others have nothing to do with each other.",
    question="What is left of the group without its most connected account, and how "
    "much more than the others does that account post?",
    fits_when="Without the member of most pairs, fewer than half of the pairs are left "
    "and fewer than half of the other members have one; and that member has at least "
    f"{TIMES_MORE} times the posts of the middle one of the others. A group of fewer "
    f"than {FEWEST_MEMBERS} members decides nothing.",
)

HUBS = """
    WITH side AS (
      SELECT grp, account_a AS account FROM weighed_pair
      UNION ALL SELECT grp, account_b FROM weighed_pair
    ),
    posted AS (
      SELECT grp, account, count(*) AS n FROM weighed_own GROUP BY grp, account
    ),
    degree AS (
      SELECT side.grp, side.account, count(*) AS n_pairs,
        coalesce(any_value(posted.n), 0) AS n_posts
      FROM side LEFT JOIN posted
        ON posted.grp = side.grp AND posted.account = side.account
      GROUP BY side.grp, side.account
    ),
    hub AS (
      SELECT * FROM degree QUALIFY row_number() OVER (
        PARTITION BY grp ORDER BY n_pairs DESC, n_posts DESC, account) = 1
    ),
    others AS (
      SELECT degree.grp, quantile_disc(degree.n_posts, 0.5) AS middle
      FROM degree JOIN hub ON hub.grp = degree.grp AND hub.account <> degree.account
      GROUP BY degree.grp
    ),
    rest AS (
      SELECT pair.* FROM weighed_pair AS pair JOIN hub ON hub.grp = pair.grp
        AND hub.account NOT IN (pair.account_a, pair.account_b)
    ),
    held AS (
      SELECT grp, count(DISTINCT account) AS n FROM (
        SELECT grp, account_a AS account FROM rest
        UNION ALL SELECT grp, account_b FROM rest
      ) GROUP BY grp
    ),
    pairs AS (SELECT grp, count(*) AS n FROM weighed_pair GROUP BY grp),
    pairs_left AS (SELECT grp, count(*) AS n FROM rest GROUP BY grp),
    people AS (SELECT grp, count(*) AS n FROM weighed_member GROUP BY grp)
    SELECT weighed_group.grp, coalesce(people.n, 0) AS members,
      coalesce(pairs.n, 0) AS pairs, coalesce(pairs_left.n, 0) AS pairs_without_it,
      coalesce(held.n, 0) AS members_paired_without_it,
      coalesce(hub.n_posts, 0) AS its_posts,
      coalesce(others.middle, 0) AS posts_of_middle_other
    FROM weighed_group
    LEFT JOIN people ON people.grp = weighed_group.grp
    LEFT JOIN pairs ON pairs.grp = weighed_group.grp
    LEFT JOIN pairs_left ON pairs_left.grp = weighed_group.grp
    LEFT JOIN held ON held.grp = weighed_group.grp
    LEFT JOIN hub ON hub.grp = weighed_group.grp
    LEFT JOIN others ON others.grp = weighed_group.grp
    ORDER BY weighed_group.grp
"""


def weigh_hub(store: Store) -> dict[str, Weighed]:
    """Hold each group against one very active account."""
    return {row.pop("grp"): (_verdict(row), row) for row in store.rows(HUBS)}


def _verdict(counts: Counts) -> Verdict:
    if counts["members"] < FEWEST_MEMBERS or not counts["pairs"]:
        return "insufficient"
    others = counts["members"] - 1
    apart = (
        2 * counts["pairs_without_it"] < counts["pairs"]
        and 2 * counts["members_paired_without_it"] < others
    )
    busy = counts["its_posts"] >= TIMES_MORE * max(counts["posts_of_middle_other"], 1)
    return "fits" if apart and busy else "does not fit"
