"""One wire story: the same words, each account with a link to its own newsroom."""

from __future__ import annotations

from rasad.evidence.explanations.explanation import (
    FEWEST,
    MOST,
    Counts,
    Explanation,
    Verdict,
    Weighed,
    by_share,
    most,
)
from rasad.store.sql import Store

FEWEST_LINKED = 3
"""Posts with a link without which nobody can say which site is an account's own."""

WIRE_STORY = Explanation(
    id="wire-story",
    title="One wire story",
    claim="The accounts belong to different newsrooms that print the stories of one "
    "agency, each with a link to its own site.",
    question="How many of the shared posts repeat the words of another member, and "
    "does each member link to a site of its own that others know too?",
    fits_when=f"{MOST} % of at least {FEWEST} shared posts repeat the words of another "
    f"member; {MOST} % of these link to their account's own site, which is where at "
    f"least {FEWEST_LINKED} of its posts and {MOST} % of those with a link lead; "
    f"{MOST} % of the members have one, and there are at least two such sites, {MOST} "
    "or more for 100 such members. Accounts of no group must link to half of the sites "
    "too; if they do not it stays insufficient, because sites can be made up.",
)

WORDS = """
    WITH same AS (SELECT DISTINCT grp, account, post FROM weighed_text),
    linked AS (
      SELECT same.grp, same.account, same.post, weighed_site.site
      FROM same JOIN weighed_site ON weighed_site.grp = same.grp
        AND weighed_site.account = same.account AND weighed_site.post = same.post
    ),
    leads AS (
      SELECT grp, account, site, count(*) AS n FROM linked
      GROUP BY grp, account, site
      QUALIFY row_number() OVER (PARTITION BY grp, account ORDER BY n DESC, site) = 1
    ),
    own AS (
      SELECT leads.* FROM leads JOIN (
        SELECT grp, account, count(DISTINCT post) AS n FROM linked
        GROUP BY grp, account
      ) AS whole ON whole.grp = leads.grp AND whole.account = leads.account
      WHERE leads.n >= $fewest AND 100 * leads.n >= $most * whole.n
    ),
    known AS (
      SELECT DISTINCT substr(object, 8) AS site FROM action
      WHERE verb = 'domain' AND substr(object, 8) IN (SELECT site FROM own)
        AND account NOT IN (SELECT account FROM member)
    ),
    posts AS (
      SELECT grp, count(*) AS n, count(*) FILTER (has_text) AS n_text
      FROM weighed_post GROUP BY grp
    ),
    sayings AS (SELECT grp, count(*) AS n FROM same GROUP BY grp),
    links AS (
      SELECT grp, count(*) AS n FROM (SELECT DISTINCT grp, account, post FROM linked)
      GROUP BY grp
    ),
    sites AS (
      SELECT own.grp, sum(own.n) AS n_posts, count(*) AS n_members,
        count(DISTINCT own.site) AS n, count(DISTINCT known.site) AS n_known
      FROM own LEFT JOIN known ON known.site = own.site GROUP BY own.grp
    ),
    people AS (SELECT grp, count(*) AS n FROM weighed_member GROUP BY grp)
    SELECT weighed_group.grp, coalesce(posts.n, 0) AS shared_posts,
      coalesce(posts.n_text, 0) AS posts_with_text,
      coalesce(sayings.n, 0) AS posts_of_same_words,
      coalesce(links.n, 0) AS same_words_with_site,
      coalesce(sites.n_posts, 0) AS same_words_to_own_site,
      coalesce(people.n, 0) AS members,
      coalesce(sites.n_members, 0) AS members_with_own_site,
      coalesce(sites.n, 0) AS own_sites,
      coalesce(sites.n_known, 0) AS own_sites_linked_by_outsiders
    FROM weighed_group
    LEFT JOIN posts ON posts.grp = weighed_group.grp
    LEFT JOIN sayings ON sayings.grp = weighed_group.grp
    LEFT JOIN links ON links.grp = weighed_group.grp
    LEFT JOIN sites ON sites.grp = weighed_group.grp
    LEFT JOIN people ON people.grp = weighed_group.grp
    ORDER BY weighed_group.grp
"""


def weigh_wire(store: Store) -> dict[str, Weighed]:
    """Hold each group against one wire story."""
    rows = store.rows(WORDS, fewest=FEWEST_LINKED, most=MOST)
    return {row.pop("grp"): (_verdict(row), row) for row in rows}


def _verdict(counts: Counts) -> Verdict:
    posts, same = counts["shared_posts"], counts["posts_of_same_words"]
    said = by_share(same, posts - counts["posts_with_text"], posts)
    if said != "fits":
        return said
    unlinked = same - counts["same_words_with_site"]
    linked = by_share(counts["same_words_to_own_site"], unlinked, same, fewest=1)
    if linked != "fits":
        return linked
    return _own_sites(counts)


def _own_sites(counts: Counts) -> Verdict:
    """Decide whether the members are as many newsrooms."""
    owners, sites = counts["members_with_own_site"], counts["own_sites"]
    if sites < 2 or not most(owners, counts["members"]) or not most(sites, owners):
        return "does not fit"
    known = 2 * counts["own_sites_linked_by_outsiders"] >= sites
    return "fits" if known else "insufficient"
