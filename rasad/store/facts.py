"""Statements that add a batch of facts to what a case already holds.

A record that the case holds already is a duplicate and adds no row. No key, index or
constraint is used: duplicates are found by an anti-join on the record's hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rasad.errors import NotEnoughDataError
from rasad.schema import columns
from rasad.store.sql import Step, Store, quote, selected
from rasad.store.versions import (
    OF_REVISED,
    known_steps,
    redone_steps,
    revised_steps,
)

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
    add_accounts(store, tables["account"])
    return add_posts(store, tables)


def add_posts(store: DuckDBStore, tables: Mapping[str, pa.Table]) -> int:
    """Add a batch of facts but for accounts; return how many post versions were new.

    Parameters
    ----------
    store : DuckDBStore
        The store, inside a transaction.
    tables : mapping of str to pyarrow.Table
        As for `add_facts`.
    """
    with (
        store.lent(tables["post"], "batch_post") as posts,
        store.lent(tables["action"], "batch_action") as actions,
    ):
        steps = (
            *known_steps(posts),
            *accepted_steps(posts),
            *revised_steps(posts),
            *post_steps(posts),
            *action_steps(actions),
        )
        for step in steps:
            store.run(step)
        if store.rows("SELECT 1 FROM revised LIMIT 1"):
            for step in redone_steps(actions):
                store.run(step)
    store.insert("rejected", tables["rejected"])
    return int(store.rows("SELECT count(*) AS n FROM accepted")[0]["n"])


def add_new(store: DuckDBStore, tables: Mapping[str, pa.Table]) -> int:
    """Add posts of which the case holds no version, and return their number.

    Parameters
    ----------
    store : DuckDBStore
        The store, inside a transaction.
    tables : mapping of str to pyarrow.Table
        As for `add_posts`; `post` holds one version of each post.
    """
    posts, actions = columns("post"), selected(list(columns("action")))
    named = selected([name for name in posts if name != "current"])
    with (
        store.lent(tables["post"], "batch_post"),
        store.lent(tables["action"], "batch_action"),
    ):
        for step in (
            Step(
                name="add new posts",
                sql=f"INSERT INTO post ({named}, current) "
                f"SELECT {named}, true FROM batch_post",
            ),
            Step(
                name="add actions of new posts",
                sql=f"INSERT INTO action ({actions}) "
                f"SELECT {actions} FROM batch_action",
            ),
        ):
            store.run(step)
    store.insert("rejected", tables["rejected"])
    return int(tables["post"].num_rows)


def add_accounts(store: DuckDBStore, accounts: pa.Table) -> None:
    """Add descriptions of accounts, of which the newest of each stays.

    Parameters
    ----------
    store : DuckDBStore
        The store, inside a transaction.
    accounts : pyarrow.Table
        Rows of `account`, several of one account among them or not.
    """
    with store.lent(accounts, "batch_account") as name:
        for step in account_steps(name):
            store.run(step)


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
    """Return the step that names in `accepted` the versions that are not `known`.

    Parameters
    ----------
    posts : str
        Name of the batch of posts, each version of which is there once.
    """
    sql = f"""
        CREATE OR REPLACE TEMP TABLE accepted AS
        SELECT record, post FROM {quote(posts)} ANTI JOIN known USING (record, post)
    """
    return [Step(name="find new post versions", sql=sql)]


def post_steps(posts: str) -> list[Step]:
    """Return the step that adds the accepted post versions.

    Each is taken for the newest of its post; where there are several, that is settled
    once all are there.
    """
    names = selected([name for name in columns("post") if name != "current"])
    sql = f"""
        INSERT INTO post ({names}, current) SELECT {names}, true FROM {quote(posts)}
        WHERE record IN (SELECT record FROM accepted)
    """
    return [Step(name="add post versions", sql=sql)]


def action_steps(actions: str) -> list[Step]:
    """Return the step that adds the actions of posts with one version only."""
    names = selected(list(columns("action")))
    sql = f"""
        INSERT INTO action ({names}) SELECT {names} FROM {quote(actions)} AS batch
        WHERE record IN (SELECT record FROM accepted)
          AND NOT {OF_REVISED.format(table="batch")}
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
