"""Counts over few people, which are not published, nor what would give them back."""

from __future__ import annotations

from rasad.store.sql import Step, Store, quote

SMALLEST = 10
"""People below which a count is not shown."""

ABOUT_GROUPS = ("finding", "explanation", "heldout")

COUNTS = (
    ("run", "n_accounts"),
    ("run", "n_eligible"),
    ("trace_run", "n_accounts"),
    ("trace_run", "n_eligible"),
)
"""Counts over people, the most wanted first."""


def hide_small(store: Store) -> None:
    """Take small counts over people out of a store, and what would give them back.

    Notes
    -----
    A group of fewer is left out, with all that is said of it. Another count is shown
    only if it differs from each that is shown, and from the members of all groups
    together, by nobody or by enough: no difference of published counts is a small one.
    The number of possible pairs goes with the number of accounts that it would give
    back.
    """
    for number, sql in enumerate(_statements(), 1):
        store.run(Step(name=f"hide small counts, step {number}", sql=sql))
    shown = [row["n"] for row in store.rows("SELECT sum(size) AS n FROM grp")]
    shown = [int(count) for count in shown if count is not None]
    for table, column in COUNTS:
        _hide(store, table, column, shown)
    sql = "UPDATE run SET n_possible_pairs = NULL WHERE n_eligible IS NULL"
    store.run(Step(name="hide what gives a count back", sql=sql))


def _statements() -> list[str]:
    of_no_group = "grp NOT IN (SELECT grp FROM grp)"
    return [
        f"DELETE FROM grp WHERE size < {SMALLEST}",
        *(f"DELETE FROM {quote(table)} WHERE {of_no_group}" for table in ABOUT_GROUPS),
        f"DELETE FROM heldout WHERE size < {SMALLEST}",
        # These are other counts over nearly the same people as those of the group.
        "UPDATE heldout SET size = NULL, tested = NULL",
        # Pointers name pairs, and counts of explanations are over members.
        "UPDATE finding SET rows = '[]'",
        "UPDATE explanation SET counts = '{}'",
    ]


def _hide(store: Store, table: str, column: str, shown: list[int]) -> None:
    """Hide the values of a column that may not be shown, and note those that are."""
    name = quote(column)
    found = f"SELECT DISTINCT {name} AS n FROM {quote(table)} ORDER BY n DESC"
    hidden = []
    for row in store.rows(found):
        if row["n"] is None:
            continue
        if row["n"] >= SMALLEST and all(_apart(row["n"], other) for other in shown):
            shown.append(row["n"])
        else:
            hidden.append(row["n"])
    sql = f"UPDATE {quote(table)} SET {name} = NULL WHERE {name} IN (SELECT unnest($n))"
    store.run(Step(name=f"hide {column} of {table}", sql=sql, values={"n": hidden}))


def _apart(one: int, other: int) -> bool:
    return one == other or abs(one - other) >= SMALLEST
