"""Where posts lead: to the sites that they link, or the account whose post they repeat.

A post *leads* somewhere when its source is known, or when it has one that nobody can
tell: the author of a repost is not in the data, a link was shortened, or there is no
text in which a link could be seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rasad.evidence.explanations.shared_posts import SITE_VALUES, held, linked_sites
from rasad.store.sql import Step, Store

# The author of a repost: who wrote the original, where the data hold it, or else
# whoever has the handle that the text begins with.
SOURCES = f"""
    CREATE OR REPLACE TEMP TABLE weighed_source AS
    WITH original AS (
      SELECT post, min(account) AS account FROM post
      WHERE post IN (SELECT repost_of FROM weighed_own) GROUP BY post
    ),
    named AS (
      SELECT lower(handle) AS handle, min(account) AS account FROM account
      WHERE lower(handle) IN (SELECT reposted FROM weighed_own) GROUP BY lower(handle)
    ),
    linked AS ({linked_sites("weighed_own")}),
    source AS (
      SELECT grp, account, post, 'site' AS kind, site AS source FROM linked
      UNION ALL
      SELECT own.grp, own.account, own.post, 'account',
        coalesce(original.account, named.account, '@' || own.reposted)
      FROM weighed_own AS own
      LEFT JOIN original ON original.post = own.repost_of
      LEFT JOIN named ON named.handle = own.reposted
      WHERE own.is_repost
    )
    SELECT * FROM source WHERE source IS NOT NULL
"""
LEADS = """
    CREATE OR REPLACE TEMP TABLE weighed_lead AS
    WITH known AS (SELECT DISTINCT grp, account, post FROM weighed_source),
    acted AS (
      SELECT account, post, bool_or(verb = 'link') AS linked FROM action
      WHERE account IN (SELECT account FROM weighed_member) GROUP BY account, post
    )
    SELECT own.grp, own.account, own.post, known.post IS NOT NULL AS known
    FROM weighed_own AS own
    LEFT JOIN known ON known.grp = own.grp AND known.account = own.account
      AND known.post = own.post
    LEFT JOIN acted ON acted.account = own.account AND acted.post = own.post
    WHERE known.post IS NOT NULL OR own.is_repost OR acted.linked
      OR (acted.post IS NOT NULL AND NOT own.has_text)
"""
TOP = """
    CREATE OR REPLACE TEMP TABLE weighed_top AS
    WITH top AS (
      SELECT source.grp, source.kind, source.source, count(*) AS n
      FROM weighed_source AS source
      JOIN weighed_post AS shown ON shown.grp = source.grp
        AND shown.account = source.account AND shown.post = source.post
      GROUP BY source.grp, source.kind, source.source
      QUALIFY row_number() OVER (
        PARTITION BY source.grp ORDER BY n DESC, source.kind, source.source) = 1
    ),
    posts AS (
      SELECT shown.grp, count(*) AS n, count(*) FILTER (NOT lead.known) AS n_unknown
      FROM weighed_post AS shown
      LEFT JOIN weighed_lead AS lead ON lead.grp = shown.grp
        AND lead.account = shown.account AND lead.post = shown.post
      GROUP BY shown.grp
    ),
    people AS (SELECT grp, count(*) AS n FROM weighed_member GROUP BY grp)
    SELECT weighed_group.grp, coalesce(posts.n, 0) AS shared_posts,
      coalesce(posts.n_unknown, 0) AS posts_of_unknown_source,
      coalesce(top.n, 0) AS posts_of_top_source, top.kind AS top_source_is,
      top.source AS top_source, coalesce(people.n, 0) AS members
    FROM weighed_group
    LEFT JOIN posts ON posts.grp = weighed_group.grp
    LEFT JOIN top ON top.grp = weighed_group.grp
    LEFT JOIN people ON people.grp = weighed_group.grp
"""
TABLES = {
    "weighed_source": Step(name="sources of posts", sql=SOURCES, values=SITE_VALUES),
    "weighed_lead": Step(name="posts that lead somewhere", sql=LEADS),
    "weighed_top": Step(name="top sources", sql=TOP),
}


@contextmanager
def sources(store: Store) -> Iterator[None]:
    """Hold what members' posts lead to, and the source to which most shared ones do.

    Table `weighed_source` has a row per post and known source, `weighed_lead` one per
    post that leads somewhere, `weighed_top` one per group. The first two are of all
    that members ever posted; the counts of the third are of shared posts.
    """
    with held(store, TABLES):
        yield
