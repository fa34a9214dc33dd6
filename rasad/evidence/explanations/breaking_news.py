"""Breaking news: everybody shared it in that hour, the members in the middle."""

from __future__ import annotations

from rasad.evidence.explanations.explanation import (
    FEWEST,
    FEWEST_OUTSIDERS,
    MOST,
    Counts,
    Explanation,
    Verdict,
    Weighed,
    by_share,
)
from rasad.store.sql import Store

HALF_HOUR_US = 1_800_000_000
TIMES_MORE = 3
"""How many outsiders there must be for each member."""

BREAKING_NEWS = Explanation(
    id="breaking-news",
    title="Breaking news",
    claim="Something happened, everybody shared it at once, and the members are a few "
    "among many who did.",
    question="On how many occasions did far more accounts of no group than members "
    "share the same object within the same hour, some of them before the members?",
    fits_when=f"An occasion is news when at least {FEWEST_OUTSIDERS} outsiders, and "
    f"{TIMES_MORE} for each member, shared the object within half an hour of the "
    "middle member, and at least as many outsiders as members did so before that "
    f"member. It fits when {MOST} % of at least {FEWEST} shared posts have no part in "
    f"any other occasion. Fewer than {FEWEST_OUTSIDERS} outsiders in the data decide "
    "nothing.",
)

# Members count by the middle of them: those who start something come before everybody,
# those whom news reaches come among the others. What lies between two moments is the
# difference of what came so far: one sort answers for all groups.
OCCASIONS = """
    WITH occasion AS (
      SELECT grp, object, occasion, count(DISTINCT account) AS n_members,
        quantile_disc(at_us, 0.5) AS at_us
      FROM weighed_act GROUP BY grp, object, occasion
    ),
    moment AS (
      SELECT * FROM (VALUES ('before', -$half::BIGINT, 0), ('now', 0::BIGINT, 2),
        ('after', $half::BIGINT, 2)) AS moment(name, shift_us, place)
    ),
    in_time AS (
      SELECT object, at_us, 1 AS place, 1 AS outsider, NULL AS grp, NULL AS occasion,
        NULL AS n_members, NULL AS name
      FROM weighed_crowd
      UNION ALL
      SELECT object, at_us + shift_us, place, 0, grp, occasion, n_members, name
      FROM occasion CROSS JOIN moment
    ),
    so_far AS (
      SELECT *, sum(outsider) OVER (PARTITION BY object ORDER BY at_us, place
        ROWS UNBOUNDED PRECEDING) AS outsiders
      FROM in_time
    ),
    counted AS (
      SELECT grp, object, occasion, any_value(n_members) AS n_members,
        max(outsiders) FILTER (name = 'now')
          - max(outsiders) FILTER (name = 'before') AS n_before,
        max(outsiders) FILTER (name = 'after')
          - max(outsiders) FILTER (name = 'before') AS n_beside
      FROM so_far WHERE grp IS NOT NULL GROUP BY grp, object, occasion
    ),
    judged AS (
      SELECT grp, object, occasion, n_members, n_beside,
        n_beside >= greatest($fewest, $times * n_members) AND n_before >= n_members
          AS news
      FROM counted
    ),
    shared AS (
      SELECT act.grp, act.account, act.post, bool_and(judged.news) AS news
      FROM weighed_act AS act
      JOIN judged ON judged.grp = act.grp AND judged.object = act.object
        AND judged.occasion = act.occasion
      GROUP BY act.grp, act.account, act.post
    ),
    posts AS (
      SELECT grp, count(*) AS shared_posts, count(*) FILTER (news) AS posts_on_news
      FROM shared GROUP BY grp
    ),
    occasions AS (
      SELECT grp, count(*) AS occasions, count(*) FILTER (news) AS occasions_of_news,
        sum(n_members) AS members_on_occasions, sum(n_beside) AS outsiders_within_hour
      FROM judged GROUP BY grp
    )
    SELECT weighed_group.grp, coalesce(shared_posts, 0) AS shared_posts,
      coalesce(posts_on_news, 0) AS posts_on_news,
      coalesce(occasions, 0) AS occasions,
      coalesce(occasions_of_news, 0) AS occasions_of_news,
      coalesce(members_on_occasions, 0) AS members_on_occasions,
      coalesce(outsiders_within_hour, 0) AS outsiders_within_hour,
      weighed_group.outsiders AS outsiders_in_data
    FROM weighed_group
    LEFT JOIN posts ON posts.grp = weighed_group.grp
    LEFT JOIN occasions ON occasions.grp = weighed_group.grp
    ORDER BY weighed_group.grp
"""


def weigh_news(store: Store) -> dict[str, Weighed]:
    """Hold each group against breaking news."""
    rows = store.rows(
        OCCASIONS, half=HALF_HOUR_US, fewest=FEWEST_OUTSIDERS, times=TIMES_MORE
    )
    return {row.pop("grp"): (_verdict(row), row) for row in rows}


def _verdict(counts: Counts) -> Verdict:
    if counts["outsiders_in_data"] < FEWEST_OUTSIDERS:
        return "insufficient"
    return by_share(counts["posts_on_news"], 0, counts["shared_posts"])
