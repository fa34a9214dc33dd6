"""Auto-posters: feed readers and schedulers, whose times agree by themselves."""

from __future__ import annotations

from rasad.evidence.explanations.explanation import (
    LONGEST_NAME,
    MOST,
    Counts,
    Explanation,
    Verdict,
    Weighed,
    by_share,
)
from rasad.evidence.explanations.posting_clock import (
    FEWEST_TIMES,
    FULLEST,
    LONGEST_RUN,
)
from rasad.evidence.explanations.program_signs import (
    DECISIVE,
    FEWEST_CLIENTS,
    FEWEST_DAYS,
    FEWEST_LAGS,
    FEWEST_PAGES,
    PROMPT_S,
    SAME_LAG_S,
    SIGNS,
    SILENCE_H,
    signs,
)
from rasad.store.sql import Store

AUTO_POSTER = Explanation(
    id="auto-poster",
    title="Programs that post by themselves",
    claim="Programs post on these accounts, such as feed readers and schedulers; their "
    "times agree because the programs' clocks or feeds do.",
    question="On how many of the members does what they post look like a program: by "
    "clock, by haste, by nights without sleep, by client?",
    fits_when=f"It fits when {MOST} % of the members, two at least, show a sign. Over "
    f"all their posts: {MOST} % of {FEWEST_TIMES} or more distinct times in the same "
    f"{FULLEST} of sixty seconds, or minutes of the hour no more than {LONGEST_RUN} of "
    "which stand side by side, where less than half of everybody else's are; or "
    f"{MOST} % of {FEWEST_CLIENTS} or more posts sent by a client in which nobody "
    f"types. Where {MOST} % of all posts are shared: {MOST} % of {FEWEST_LAGS} or more "
    f"lags behind the first member within {SAME_LAG_S} seconds of the middle one; "
    f"or {MOST} % of {FEWEST_PAGES} or more pages of a feed, {MOST} % of them within "
    f"{PROMPT_S} seconds, where outsiders link to a quarter of the pages, or no fewer "
    f"outsiders than members to the site; or, over {FEWEST_DAYS} days or more, at most "
    f"a tenth of the time in silences of more than {SILENCE_H} hours. It stays "
    "insufficient while times, lags and clients of too many members cannot be tested.",
    leaves_open="who set the programs up, and whether they say so: a hidden botnet "
    "looks the same",
)

COUNTS = """
    WITH member_sign AS (
      SELECT grp, account, bool_or(found) AS found,
        bool_or(sign IN (SELECT unnest($decisive))) AS tested
      FROM weighed_sign GROUP BY grp, account
    ),
    people AS (
      SELECT people.grp, count(*) AS n, count(*) FILTER (said.found) AS n_program,
        count(*) FILTER (NOT coalesce(said.found OR said.tested, false)) AS n_untested
      FROM weighed_member AS people LEFT JOIN member_sign AS said
        ON said.grp = people.grp AND said.account = people.account
      GROUP BY people.grp
    ),
    client AS (
      SELECT grp, client FROM weighed_own WHERE client IS NOT NULL GROUP BY grp, client
      QUALIFY row_number() OVER (PARTITION BY grp ORDER BY count(*) DESC, client) = 1
    )
    SELECT weighed_group.grp, coalesce(people.n, 0) AS members,
      coalesce(people.n_program, 0) AS members_with_a_sign,
      coalesce(people.n_untested, 0) AS members_untested,
      coalesce(seconds.n, 0) AS posts_elsewhere_to_the_second,
      coalesce(seconds.n_fullest, 0) AS elsewhere_in_fullest_seconds,
      coalesce(minutes.n, 0) AS posts_elsewhere_to_the_minute,
      coalesce(minutes.n_fullest, 0) AS elsewhere_in_fullest_minutes,
      coalesce(feed.n, 0) AS pages, coalesce(feed.n_known, 0) AS pages_outsiders_link,
      coalesce(feed.n_strangers, 0) AS outsiders_linking_top_site,
      left(client.client, $longest) AS most_used_client
    FROM weighed_group
    LEFT JOIN people ON people.grp = weighed_group.grp
    LEFT JOIN weighed_elsewhere AS seconds ON seconds.grp = weighed_group.grp
      AND seconds.sign = 'fixed_seconds'
    LEFT JOIN weighed_elsewhere AS minutes ON minutes.grp = weighed_group.grp
      AND minutes.sign = 'fixed_minutes'
    LEFT JOIN weighed_feed AS feed ON feed.grp = weighed_group.grp
    LEFT JOIN client ON client.grp = weighed_group.grp
    ORDER BY weighed_group.grp
"""
BY_SIGN = """
    SELECT grp, sign, count(*) AS tested, count(*) FILTER (found) AS found
    FROM weighed_sign GROUP BY grp, sign ORDER BY grp, sign
"""


def weigh_programs(store: Store) -> dict[str, Weighed]:
    """Hold each group against programs that post by themselves."""
    with signs(store):
        rows = store.rows(COUNTS, decisive=list(DECISIVE), longest=LONGEST_NAME)
        seen = {(row["grp"], row["sign"]): row for row in store.rows(BY_SIGN)}
    weighed = {}
    for row in rows:
        grp = row.pop("grp")
        for sign in SIGNS:
            said = seen.get((grp, sign), {"tested": 0, "found": 0})
            row[f"{sign}_tested"], row[f"{sign}_found"] = said["tested"], said["found"]
        weighed[grp] = _verdict(row), row
    return weighed


def _verdict(counts: Counts) -> Verdict:
    return by_share(
        counts["members_with_a_sign"],
        counts["members_untested"],
        counts["members"],
        fewest=2,
    )
