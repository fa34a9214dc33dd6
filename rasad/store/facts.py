"""Statements that add a batch of facts to what a case already holds.

A record that the case holds already is a duplicate and adds nothing. No key, index or
constraint is used: duplicates are found by an anti-join on the record's hash.
"""

from __future__ import annotations

from rasad.schema import columns
from rasad.store.sql import Step, quote, selected


def accepted_steps(posts: str) -> list[Step]:
    """Return the step that keeps the new post versions of a batch as `accepted`.

    Parameters
    ----------
    posts : str
        Name of the batch of posts.
    """
    sql = f"""
        CREATE OR REPLACE TEMP TABLE accepted AS
        SELECT * FROM {quote(posts)} AS batch
        WHERE NOT EXISTS (SELECT 1 FROM post WHERE post.record = batch.record)
        QUALIFY row_number() OVER (PARTITION BY record ORDER BY line) = 1
    """
    return [Step(name="find new post versions", sql=sql), _insert_posts()]


def _insert_posts() -> Step:
    names = selected(list(columns("post")))
    sql = f"INSERT INTO post ({names}) SELECT {names} FROM accepted"
    return Step(name="add post versions", sql=sql)


def action_steps(actions: str) -> list[Step]:
    """Return the step that adds the actions of the accepted post versions.

    Two versions of one post mostly show the same actions, which count once.
    """
    names = selected(list(columns("action")))
    sql = f"""
        INSERT INTO action ({names})
        SELECT DISTINCT {names} FROM {quote(actions)}
        WHERE record IN (SELECT record FROM accepted)
        EXCEPT
        SELECT {names} FROM action
        WHERE post IN (SELECT post FROM accepted)
    """
    return [Step(name="add actions", sql=sql)]


def account_steps(accounts: str) -> list[Step]:
    """Return the steps that keep, per account, the newest description."""
    newest = f"""
        CREATE OR REPLACE TEMP TABLE described AS
        SELECT * FROM (
          SELECT * FROM account
          UNION ALL BY NAME
          SELECT * FROM {quote(accounts)}
        )
        QUALIFY row_number() OVER (
          PARTITION BY account
          ORDER BY described_at DESC, record DESC, name, handle, description,
            language, created_at
        ) = 1
    """
    return [
        Step(name="find newest descriptions", sql=newest),
        Step(name="empty account", sql="DELETE FROM account"),
        Step(
            name="write accounts",
            sql="INSERT INTO account BY NAME SELECT * FROM described",
        ),
    ]
