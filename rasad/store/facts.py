"""Statements that add a batch of facts to what a case already holds.

A record that the case holds already is a duplicate and adds nothing. No key, index or
constraint is used: duplicates are found by an anti-join on the record's hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rasad.errors import NotEnoughDataError
from rasad.schema import columns
from rasad.store.sql import Step, Store, quote, selected

if TYPE_CHECKING:
    import pyarrow as pa

    from rasad.store.duckdb import DuckDBStore


def add_facts(store: DuckDBStore, tables: Mapping[str, pa.Table]) -> int:
    """Add a batch of facts and return how many post versions were new.

    Parameters
    ----------
    store : DuckDBStore
        The store, inside a transaction.
    tables : mapping of str to pyarrow.Table
        Rows of `post` (no two of one record), `action` (with the record each came
        from), `account` and `rejected`.
    """
    with (
        store.lent(tables["post"], "batch_post") as posts,
        store.lent(tables["action"], "batch_action") as actions,
        store.lent(tables["account"], "batch_account") as accounts,
    ):
        steps = (
            *accepted_steps(posts),
            *action_steps(actions),
            *account_steps(accounts),
        )
        for step in steps:
            store.run(step)
    store.insert("rejected", tables["rejected"])
    return int(store.rows("SELECT count(*) AS n FROM accepted")[0]["n"])


def holds_posts(store: Store) -> bool:
    """Tell whether there is anything to analyse."""
    return bool(store.rows("SELECT 1 FROM post LIMIT 1"))


def facts_hash(store: Store) -> str:
    """Return the SHA-256 over the sorted accepted records.

    Raises
    ------
    NotEnoughDataError
        If there is none.
    """
    records = store.arrow("SELECT record FROM post ORDER BY record")["record"]
    if len(records) == 0:
        raise NotEnoughDataError(
            "The case holds no post", "import a file before looking for groups"
        )
    whole = hashlib.sha256()
    for chunk in records.chunks:
        whole.update("\n".join(chunk.to_pylist()).encode() + b"\n")
    return whole.hexdigest()


def accepted_steps(posts: str) -> list[Step]:
    """Return the steps that add new post versions and name them in `accepted`.

    Parameters
    ----------
    posts : str
        Name of the batch of posts, each version of which is there once.
    """
    # A hash stands for the post's id too, which lets the engine skip most of `post`.
    new = f"""
        CREATE OR REPLACE TEMP TABLE accepted AS
        SELECT record, post FROM {quote(posts)} AS batch
        WHERE NOT EXISTS (
          SELECT 1 FROM post
          WHERE post.record = batch.record AND post.post = batch.post
        )
    """
    names = selected(list(columns("post")))
    added = f"""
        INSERT INTO post ({names}) SELECT {names} FROM {quote(posts)}
        WHERE record IN (SELECT record FROM accepted)
    """
    return [
        Step(name="find new post versions", sql=new),
        Step(name="add post versions", sql=added),
    ]


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
          WHERE account IN (SELECT account FROM {quote(accounts)})
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
        Step(
            name="drop what is described anew",
            sql="DELETE FROM account WHERE account IN (SELECT account FROM described)",
        ),
        Step(
            name="write accounts",
            sql="INSERT INTO account BY NAME SELECT * FROM described",
        ),
    ]
