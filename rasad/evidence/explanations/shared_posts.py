"""What the rules look at: the posts by which members of a group acted together.

A *shared post* holds an action whose nearest action of another member on the same
object lies within the window of the group's pairs in that trace. An *occasion* is a run
of such actions on one object, none further from the next than the window. *Outsiders*
are accounts of no group at all: another group may be the rest of the same operation.

Everything is kept in temporary tables by group. Values are bound; no query enumerates
the pairs of a popular object, and outsiders are counted once for all groups.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from rasad.evidence.nearest import NEAREST
from rasad.network.network import SHOWN
from rasad.store.sql import Step, Store, quote

SITE = r"^(?:https?://)?(?:www\.)?([^/:?#]+)"
"""The site of a link."""

ADDRESS = r"^(?:(?:https?://|www\.)[^/:?#\s]+\.[a-z]|[^/:?#\s]+\.[a-z]{2,}/)"
"""An object of a bare table, in lower case, that is a link."""

REPOSTED = r"^[\s\"'“]*RT\s+@(\w+)"
"""Whom a repost repeats, where the file keeps that in the text alone."""

GROUPS = """
    CREATE OR REPLACE TEMP TABLE weighed_group AS
    SELECT asked.grp, everyone.outsiders
    FROM (SELECT DISTINCT unnest($groups) AS grp) AS asked
    CROSS JOIN (
      SELECT count(DISTINCT account) AS outsiders FROM action
      WHERE account NOT IN (SELECT account FROM member)
    ) AS everyone
"""
MEMBERS = """
    CREATE OR REPLACE TEMP TABLE weighed_member AS
    SELECT DISTINCT grp, account FROM member
    WHERE grp IN (SELECT grp FROM weighed_group)
"""
PAIRS = f"""
    CREATE OR REPLACE TEMP TABLE weighed_pair AS
    SELECT a.grp, pair.account_a, pair.account_b, pair.best_trace AS trace,
      pair.best_window_s AS window_s
    FROM pair
    JOIN weighed_member AS a ON a.account = pair.account_a
    JOIN weighed_member AS b ON b.account = pair.account_b AND b.grp = a.grp
    WHERE {SHOWN}
"""
# All that members ever posted; two versions of a post are one.
OWN = """
    CREATE OR REPLACE TEMP TABLE weighed_own AS
    SELECT weighed_member.grp, post.account, post.post,
      min(epoch_us(post.created_at)) AS at_us,
      bool_and(post.precision IN ('us', 'ms', 's')) AS to_second,
      bool_and(post.precision IN ('us', 'ms', 's', 'min')) AS to_minute,
      min(post.client) AS client, bool_or(post.text IS NOT NULL) AS has_text,
      bool_or(post.kind = 'repost') AS is_repost, min(post.repost_of) AS repost_of,
      min(nullif(lower(regexp_extract(post.text, $reposted, 1)), ''))
        FILTER (post.kind = 'repost') AS reposted
    FROM post JOIN weighed_member ON weighed_member.account = post.account
    GROUP BY weighed_member.grp, post.account, post.post
"""
ACTS = f"""
    CREATE OR REPLACE TEMP TABLE weighed_act AS
    WITH carried AS (
      SELECT grp, trace, max(window_s) * 1000000::BIGINT AS window_us
      FROM weighed_pair WHERE trace IS NOT NULL GROUP BY grp, trace
    ),
    acted AS (
      SELECT carried.grp, action.account, action.verb, action.object, action.post,
        epoch_us(action.acted_at) AS at_us, carried.window_us,
        action.precision IN ('us', 'ms', 's') AS to_second
      FROM action
      JOIN weighed_member ON weighed_member.account = action.account
      JOIN carried ON carried.grp = weighed_member.grp AND carried.trace = action.verb
    ),
{NEAREST},
    together AS (
      SELECT *, lag(at_us) OVER (
        PARTITION BY grp, object ORDER BY at_us, account, post) AS last_us
      FROM near WHERE least(since_us, until_us) <= window_us
    )
    SELECT grp, account, verb, object, post, at_us, to_second,
      count(*) FILTER (last_us IS NULL OR at_us - last_us > window_us) OVER (
        PARTITION BY grp, object ORDER BY at_us, account, post
        ROWS UNBOUNDED PRECEDING) AS occasion
    FROM together
"""
POSTS = """
    CREATE OR REPLACE TEMP TABLE weighed_post AS
    WITH acted AS (
      SELECT grp, account, post, min(at_us) AS at_us FROM weighed_act
      GROUP BY grp, account, post
    )
    SELECT acted.grp, acted.account, acted.post, acted.at_us,
      coalesce(own.has_text, false) AS has_text,
      coalesce(own.is_repost, false) AS is_repost, own.repost_of, own.reposted
    FROM acted LEFT JOIN weighed_own AS own ON own.grp = acted.grp
      AND own.account = acted.account AND own.post = acted.post
"""


def linked_sites(posts: str) -> str:
    """Return the query of the sites that the posts of a table lead to.

    A post may lead to several; an object of a bare table may be a link too. The query
    asks for `grp`, `account`, `post` and `site`, each once.

    Parameters
    ----------
    posts : str
        Name of a table with a row per group, account and post.
    """
    return f"""
    SELECT DISTINCT shown.grp, shown.account, shown.post,
      CASE WHEN action.verb = 'domain' THEN substr(action.object, 8)
        ELSE lower(regexp_extract(substr(action.object, 8), $site, 1)) END AS site
    FROM {quote(posts)} AS shown
    JOIN action ON action.account = shown.account AND action.post = shown.post
    WHERE action.verb = 'domain' OR (action.verb = 'object'
      AND regexp_matches(lower(substr(action.object, 8)), $address))
"""


SITE_VALUES = {"site": SITE, "address": ADDRESS}
"""What `linked_sites` needs to tell links and their sites."""

SITES = f"""
    CREATE OR REPLACE TEMP TABLE weighed_site AS
    {linked_sites("weighed_post")}
"""
TEXTS = """
    CREATE OR REPLACE TEMP TABLE weighed_text AS
    WITH said AS (
      SELECT DISTINCT shown.grp, shown.account, shown.post, shown.at_us, action.object
      FROM weighed_post AS shown
      JOIN action ON action.account = shown.account AND action.post = shown.post
      WHERE action.verb = 'text'
    ),
    repeated AS (
      SELECT grp, object FROM said
      GROUP BY grp, object HAVING count(DISTINCT account) >= 2
    )
    SELECT said.* FROM said
    JOIN repeated ON repeated.grp = said.grp AND repeated.object = said.object
"""
# An outsider counts once per object and UTC day, however often it repeats itself.
CROWD = """
    CREATE OR REPLACE TEMP TABLE weighed_crowd AS
    SELECT object, account, min(epoch_us(acted_at)) AS at_us
    FROM action
    WHERE object IN (
        SELECT object FROM weighed_act UNION SELECT object FROM weighed_text)
      AND account NOT IN (SELECT account FROM member)
    GROUP BY object, account, epoch_us(acted_at) // 86400000000
"""
DERIVED = {
    "weighed_member": Step(name="members", sql=MEMBERS),
    "weighed_pair": Step(name="pairs", sql=PAIRS),
    "weighed_own": Step(
        name="posts of members", sql=OWN, values={"reposted": REPOSTED}
    ),
    "weighed_act": Step(name="actions together", sql=ACTS),
    "weighed_post": Step(name="shared posts", sql=POSTS),
    "weighed_site": Step(name="sites linked", sql=SITES, values=SITE_VALUES),
    "weighed_text": Step(name="texts repeated", sql=TEXTS),
    "weighed_crowd": Step(name="outsiders", sql=CROWD),
}
"""The tables that are derived from the groups asked for, in their order."""


@contextmanager
def prepared(store: Store, groups: Sequence[str]) -> Iterator[None]:
    """Hold the temporary tables for some groups.

    Parameters
    ----------
    store : Store
        The tables.
    groups : sequence of str
        Ids of the groups that will be weighed.
    """
    asked = Step(name="groups", sql=GROUPS, values={"groups": list(groups)})
    with held(store, {"weighed_group": asked, **DERIVED}):
        yield


@contextmanager
def held(store: Store, steps: Mapping[str, Step]) -> Iterator[None]:
    """Make temporary tables, each named by its key, and drop them afterwards."""
    made: list[str] = []
    try:
        for table, step in steps.items():
            store.run(step)
            made.append(table)
        yield
    finally:
        for table in made:
            store.run(Step(name=f"drop {table}", sql=f"DROP TABLE {quote(table)}"))
