"""Versions of one post: all are kept, one is shown, and together they act once.

A post is one account's post of one id. Files may hold it in several versions: edited,
collected twice, or with times of different exactness. What is decided here follows from
the set of versions alone, so that files in any order and division give the same.
"""

from __future__ import annotations

from rasad.schema import PRECISIONS
from rasad.store.sql import Step, Store, quote

EXACTNESS = f"array_position({list(PRECISIONS)}, precision)"
"""Place of a precision among all, the finest first."""

NEWEST = f"""
    edition IS NULL, length(edition) DESC, edition DESC,
    greatest(edited_at, collected_at) DESC NULLS LAST,
    coalesce(truncated, false), text IS NULL, {EXACTNESS}, created_at, record
"""
"""Order of the versions of one post: the one to show comes first.

A later edit has the greater id. Else the version that is known to be the post's at the
latest moment is the newest: of two dates, of its edit and of its collection, the later
one counts. Where no file states either, a whole text goes before a part of it.
"""

OF_REVISED = """
    EXISTS (SELECT 1 FROM revised
      WHERE revised.post = {table}.post AND revised.account = {table}.account)
"""


SEVERAL = """
    WITH several AS (
      SELECT account, post, count(*) AS n,
        max(created_at) - min(created_at) > INTERVAL 1 DAY AS far
      FROM post WHERE post IN (SELECT post FROM post WHERE NOT current)
      GROUP BY account, post HAVING n > 1
    )
    SELECT count(*) AS n_posts, coalesce(sum(n), 0)::BIGINT AS n_versions,
      count(*) FILTER (far) AS n_far
    FROM several
"""


def in_several_versions(store: Store) -> dict[str, int]:
    """Count the posts that are held in several versions.

    Returns
    -------
    dict of str to int
        `n_posts`, their `n_versions`, and of how many posts these state times more than
        a day apart, `n_far`: those may be no versions of one post at all.
    """
    return store.rows(SEVERAL)[0]


def known_steps(posts: str) -> list[Step]:
    """Return the step that puts into `known` what the case holds of a batch's posts.

    Parameters
    ----------
    posts : str
        Name of the batch of posts.
    """
    # A hash stands for the post's id too, which lets the engine skip most of `post`.
    sql = f"""
        CREATE OR REPLACE TEMP TABLE known AS
        SELECT record, post, account, precision, collected_at FROM post
        WHERE post IN (SELECT post FROM {quote(posts)})
    """
    return [Step(name="find known posts", sql=sql)]


def revised_steps(posts: str) -> list[Step]:
    """Return the steps that name in `revised` the posts with several versions.

    They follow `known` and `accepted`, and come before the batch is added. A version
    that is known already counts where it says more: when it was last seen, or how
    exactly its time is meant, which are no part of what makes a version.

    Parameters
    ----------
    posts : str
        Name of the batch of posts, each version of which is there once.
    """
    finer = EXACTNESS.replace("precision", "batch.precision")
    known_finer = EXACTNESS.replace("precision", "known.precision")
    refreshed = f"""
        CREATE OR REPLACE TEMP TABLE refreshed AS
        SELECT batch.record, batch.post, batch.account,
          greatest(batch.collected_at, known.collected_at) AS collected_at,
          CASE WHEN {finer} < {known_finer} THEN batch.precision
            ELSE known.precision END AS precision
        FROM {quote(posts)} AS batch
        JOIN known ON known.record = batch.record AND known.post = batch.post
        WHERE {finer} < {known_finer} OR batch.collected_at > known.collected_at
          OR (batch.collected_at IS NOT NULL AND known.collected_at IS NULL)
    """
    revised = f"""
        CREATE OR REPLACE TEMP TABLE revised AS
        WITH fresh AS (
          SELECT account, post FROM {quote(posts)}
          WHERE record IN (SELECT record FROM accepted)
        )
        SELECT account, post FROM fresh GROUP BY ALL HAVING count(*) > 1
        UNION SELECT account, post FROM fresh SEMI JOIN known USING (account, post)
        UNION SELECT account, post FROM refreshed
    """
    refresh = """
        UPDATE post SET collected_at = refreshed.collected_at,
          precision = refreshed.precision
        FROM refreshed
        WHERE post.record = refreshed.record AND post.post = refreshed.post
    """
    return [
        Step(name="find what duplicates add", sql=refreshed),
        Step(name="find revised posts", sql=revised),
        Step(name="add what duplicates say", sql=refresh),
    ]


def redone_steps(actions: str) -> list[Step]:
    """Return the steps that do the actions of revised posts anew, each once.

    An action is done at the earliest of the most exact times that versions with it
    state: a link that an edit added is shared when that version was written, where
    it has a time of its own. The steps follow once the batch is in the case.

    Parameters
    ----------
    actions : str
        Name of the batch of actions, with the record each came from.
    """
    names = "account, verb, object, post, acted_at, precision"
    redone = f"""
        CREATE OR REPLACE TEMP TABLE redone AS
        SELECT {names} FROM (
          SELECT {names} FROM action WHERE {OF_REVISED.format(table="action")}
          UNION ALL
          SELECT {names} FROM {quote(actions)} AS batch
          WHERE {OF_REVISED.format(table="batch")}
        )
        QUALIFY row_number() OVER (
          PARTITION BY account, verb, object, post ORDER BY {EXACTNESS}, acted_at
        ) = 1
    """
    forget = f"DELETE FROM action WHERE {OF_REVISED.format(table='action')}"
    return [
        Step(name="find actions of revised posts", sql=redone),
        Step(name="drop actions of revised posts", sql=forget),
        Step(
            name="add actions of revised posts",
            sql="INSERT INTO action BY NAME SELECT * FROM redone",
        ),
        *current_steps(),
    ]


def current_steps() -> list[Step]:
    """Return the steps that mark the newest version of each post in `revised`."""
    newest = f"""
        CREATE OR REPLACE TEMP TABLE newest AS
        SELECT record, post FROM post
        WHERE {OF_REVISED.format(table="post")}
        QUALIFY row_number() OVER (PARTITION BY account, post ORDER BY {NEWEST}) = 1
    """
    marked = f"""
        UPDATE post SET current = record IN (SELECT record FROM newest)
        WHERE {OF_REVISED.format(table="post")}
    """
    return [
        Step(name="find newest versions", sql=newest),
        Step(name="mark newest versions", sql=marked),
    ]


def orphaned_steps() -> list[Step]:
    """Return the steps that mark a version of each post whose newest was deleted."""
    orphaned = """
        CREATE OR REPLACE TEMP TABLE revised AS
        SELECT account, post FROM post GROUP BY ALL HAVING NOT bool_or(current)
    """
    return [Step(name="find posts without their newest", sql=orphaned)] + (
        current_steps()
    )
