"""A share button: a page wrote the words, and strangers pressed it too."""

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

HOUR_US = 3_600_000_000
FEWEST_STRANGERS = 5
FEWEST_HOURS = 3

SHARE_BUTTON = Explanation(
    id="share-button",
    title="A share button",
    claim="A page wrote the words and offered them to every reader; the members "
    "pressed its button, as strangers did at other hours.",
    question="How many of the shared posts say what accounts of no group also "
    "published at other hours, with a link or the name of an outlet?",
    fits_when="A text is a button's when outsiders, more than an hour before or after "
    f"the members, published it too: at least {FEWEST_STRANGERS}, no fewer than the "
    f"members who did, and in at least {FEWEST_HOURS} different hours. It fits when "
    f"{MOST} % of at least {FEWEST} shared posts say such a text and hold a link or a "
    f"mention. Without texts, or with fewer than {FEWEST_OUTSIDERS} outsiders in the "
    "data, it stays insufficient.",
)

# Hours in which a member said it, and those beside them, do not count: the accounts of
# an operation that are in no group would be there too.
BUTTONS = """
    WITH phrase AS (
      SELECT grp, object, count(DISTINCT account) AS n_members
      FROM weighed_text GROUP BY grp, object
    ),
    members_hour AS (
      SELECT DISTINCT grp, object, at_us // $hour + beside AS hour_of_use
      FROM weighed_text CROSS JOIN (SELECT unnest([-1, 0, 1]) AS beside)
    ),
    said AS (
      SELECT object, account, min(at_us) // $hour AS hour_of_use FROM weighed_crowd
      WHERE object IN (SELECT object FROM phrase)
      GROUP BY object, account
    ),
    by_hour AS (
      SELECT object, hour_of_use, count(*) AS n FROM said GROUP BY object, hour_of_use
    ),
    apart AS (
      SELECT phrase.grp, phrase.object, sum(by_hour.n) AS n_strangers,
        count(*) AS n_hours
      FROM phrase JOIN by_hour ON by_hour.object = phrase.object
      ANTI JOIN members_hour ON members_hour.grp = phrase.grp
        AND members_hour.object = phrase.object
        AND members_hour.hour_of_use = by_hour.hour_of_use
      GROUP BY phrase.grp, phrase.object
    ),
    button AS (
      SELECT phrase.grp, phrase.object, coalesce(apart.n_strangers, 0) AS n_strangers,
        coalesce(apart.n_strangers >= greatest($strangers, phrase.n_members)
          AND apart.n_hours >= $hours, false) AS offered
      FROM phrase LEFT JOIN apart
        ON apart.grp = phrase.grp AND apart.object = phrase.object
    ),
    pointed AS (
      SELECT DISTINCT account, post FROM action
      WHERE verb IN ('link', 'mention') AND post IN (SELECT post FROM weighed_text)
    ),
    pressed AS (
      SELECT said.grp, count(*) AS n_same, count(*) FILTER (said.offered) AS n,
        count(*) FILTER (said.offered AND pointed.post IS NOT NULL) AS n_pointed
      FROM (
        SELECT said.grp, said.account, said.post, bool_or(button.offered) AS offered
        FROM weighed_text AS said JOIN button ON button.grp = said.grp
          AND button.object = said.object
        GROUP BY said.grp, said.account, said.post
      ) AS said
      LEFT JOIN pointed ON pointed.account = said.account AND pointed.post = said.post
      GROUP BY said.grp
    ),
    phrases AS (
      SELECT grp, count(*) AS n, count(*) FILTER (offered) AS n_offered,
        sum(n_strangers) AS n_strangers
      FROM button GROUP BY grp
    ),
    posts AS (
      SELECT grp, count(*) AS n, count(*) FILTER (has_text) AS n_text
      FROM weighed_post GROUP BY grp
    )
    SELECT weighed_group.grp, coalesce(posts.n, 0) AS shared_posts,
      coalesce(posts.n_text, 0) AS posts_with_text,
      coalesce(pressed.n_same, 0) AS posts_of_same_words,
      coalesce(pressed.n, 0) AS posts_of_a_button,
      coalesce(pressed.n_pointed, 0) AS posts_of_a_button_with_link_or_mention,
      coalesce(phrases.n, 0) AS texts,
      coalesce(phrases.n_offered, 0) AS texts_of_a_button,
      coalesce(phrases.n_strangers, 0) AS outsiders_at_other_hours,
      weighed_group.outsiders AS outsiders_in_data
    FROM weighed_group
    LEFT JOIN posts ON posts.grp = weighed_group.grp
    LEFT JOIN pressed ON pressed.grp = weighed_group.grp
    LEFT JOIN phrases ON phrases.grp = weighed_group.grp
    ORDER BY weighed_group.grp
"""


def weigh_button(store: Store) -> dict[str, Weighed]:
    """Hold each group against a share button."""
    rows = store.rows(
        BUTTONS, hour=HOUR_US, strangers=FEWEST_STRANGERS, hours=FEWEST_HOURS
    )
    return {row.pop("grp"): (_verdict(row), row) for row in rows}


def _verdict(counts: Counts) -> Verdict:
    posts = counts["shared_posts"]
    unread = posts - counts["posts_with_text"]
    said = by_share(counts["posts_of_same_words"], unread, posts)
    if said != "fits" or counts["outsiders_in_data"] < FEWEST_OUTSIDERS:
        return said if said == "does not fit" else "insufficient"
    pressed = counts["posts_of_a_button_with_link_or_mention"]
    return by_share(pressed, unread, posts)
