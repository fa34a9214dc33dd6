"""Pages that carry one source: what one site or account publishes, and little else."""

from __future__ import annotations

from rasad.evidence.explanations.explanation import (
    FEWEST,
    LONGEST_NAME,
    MOST,
    Counts,
    Explanation,
    Verdict,
    Weighed,
    by_share,
)
from rasad.store.sql import Store

FEWEST_OWN = 3
"""Posts of a member that lead somewhere without which nobody can say where most do."""

ONE_SOURCE = Explanation(
    id="one-source",
    title="Pages that carry one source",
    claim="Every member passes on what one site or account publishes and little else: "
    "these are pages of one outlet's or party's family, or pages of its readers.",
    question="How many of the shared posts, and how many of all the posts of each "
    "member, link to one site or repost one account?",
    fits_when=f"{MOST} % of at least {FEWEST} shared posts lead to one source, and "
    f"{MOST} % of the members are devoted to it: {MOST} % of all their posts that lead "
    f"anywhere, shared or not, lead there, and there are at least {FEWEST_OWN} such "
    "posts; or they are the source. Where too many sources are not in the data, or too "
    "many members have fewer posts, it stays insufficient.",
    leaves_open="whose pages these are, and whether they say so: a hidden network that "
    "pushes one source looks the same",
)

DEVOTION = """
    WITH passed AS (
      SELECT lead.grp, lead.account, count(*) AS n,
        count(*) FILTER (NOT lead.known) AS n_unknown, count(source.post) AS n_to_it
      FROM weighed_lead AS lead
      JOIN weighed_top AS top ON top.grp = lead.grp
      LEFT JOIN weighed_source AS source ON source.grp = lead.grp
        AND source.account = lead.account AND source.post = lead.post
        AND source.kind = top.top_source_is AND source.source = top.top_source
      GROUP BY lead.grp, lead.account
    ),
    counted AS (
      SELECT member.grp, coalesce(passed.n, 0) AS n,
        coalesce(passed.n_unknown, 0) AS n_unknown,
        coalesce(passed.n_to_it, 0) AS n_to_it,
        coalesce(top.top_source_is = 'account' AND top.top_source = member.account,
          false) AS is_it
      FROM weighed_member AS member
      JOIN weighed_top AS top ON top.grp = member.grp
      LEFT JOIN passed ON passed.grp = member.grp AND passed.account = member.account
    ),
    judged AS (
      SELECT *, n < $fewest AND NOT is_it AS too_few,
        is_it OR (n >= $fewest AND 100 * n_to_it >= $most * n) AS devoted,
        100 * (n_to_it + n_unknown) >= $most * n AS possible
      FROM counted
    ),
    people AS (
      SELECT grp, count(*) FILTER (devoted) AS n_devoted,
        count(*) FILTER (too_few) AS n_too_few,
        count(*) FILTER (possible AND NOT devoted AND NOT too_few) AS n_undecided,
        sum(n) AS n, sum(n_unknown) AS n_unknown, sum(n_to_it) AS n_to_it
      FROM judged GROUP BY grp
    )
    SELECT top.*, coalesce(people.n_devoted, 0) AS members_devoted,
      coalesce(people.n_too_few, 0) AS members_with_too_few_posts,
      coalesce(people.n_undecided, 0) AS members_undecided,
      coalesce(people.n, 0) AS posts_of_members_that_lead_anywhere,
      coalesce(people.n_unknown, 0) AS posts_of_members_of_unknown_source,
      coalesce(people.n_to_it, 0) AS posts_of_members_to_it
    FROM weighed_top AS top LEFT JOIN people ON people.grp = top.grp
    ORDER BY top.grp
"""


def weigh_source(store: Store) -> dict[str, Weighed]:
    """Hold each group against being pages that carry one source."""
    weighed = {}
    for row in store.rows(DEVOTION, fewest=FEWEST_OWN, most=MOST):
        source = row["top_source"]
        row["top_source"] = source and source[:LONGEST_NAME]
        weighed[row.pop("grp")] = _verdict(row), row
    return weighed


def _verdict(counts: Counts) -> Verdict:
    said = by_share(
        counts["posts_of_top_source"],
        counts["posts_of_unknown_source"],
        counts["shared_posts"],
    )
    if said != "fits":
        return said
    unknown = counts["members_with_too_few_posts"] + counts["members_undecided"]
    return by_share(counts["members_devoted"], unknown, counts["members"], fewest=2)
