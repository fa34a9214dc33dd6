"""What is said of a file from which no post could be read.

A file may hold something else that is understood, such as accounts: then every record
is accounted for as what it is, and one sentence says so. Where records are merely
broken, or a mapping is wrong, the file is refused, so that it can be given again.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from rasad.errors import ImportFormatError
from rasad.store.sql import Store

UNDERSTOOD = ("no post", "no account")
"""How the reason begins where a record is something else, and known."""

MOST = 4
"""Different reasons that a sentence names."""

REASONS = """
    SELECT reason, count(*) AS n FROM rejected WHERE source_id = $id
    GROUP BY reason ORDER BY n DESC, reason
"""

Reasons = dict[str, int]


def check_usable(store: Store, row: dict[str, Any]) -> None:
    """Note that a file holds no posts, or refuse one of which nothing was understood.

    Parameters
    ----------
    store : Store
        Where its rejected records are.
    row : dict
        Its row of table `source`, whose notes are added to.

    Raises
    ------
    ImportFormatError
        If no record could be read, and most of them are not known as anything else.
    """
    if row["records"] > row["rejected"]:
        return
    found = store.rows(REASONS, id=row["source_id"])
    reasons = {one["reason"]: one["n"] for one in found}
    if not is_understood(reasons):
        raise _refusal(row["name"], reasons)
    notes = [*json.loads(row["notes"]), no_posts_said(reasons)]
    row["notes"] = json.dumps(notes, ensure_ascii=False)


def is_understood(reasons: Reasons) -> bool:
    """Tell whether most rejected records are known as something that is no post.

    Examples
    --------
    >>> is_understood({"no post: a user": 2, "not JSON": 1})
    True
    >>> is_understood({"it has no usable account": 2})
    False
    """
    known = sum(n for reason, n in reasons.items() if reason.startswith(UNDERSTOOD))
    return known > 0 and 2 * known >= sum(reasons.values())


def no_posts_said(reasons: Reasons) -> str:
    """Say what a file holds in the place of posts.

    Examples
    --------
    >>> no_posts_said({"no post: a user": 96})
    'It holds no posts. What its 96 records are: a user (96).'
    """
    kinds: Counter[str] = Counter()
    for reason, n in reasons.items():
        kinds[reason.removeprefix("no post: ").replace(": ", ", ")] += n
    total = sum(kinds.values())
    return f"It holds no posts. What its {total:,} records are: {_listed(kinds)}."


def _listed(kinds: Counter[str]) -> str:
    """Name the most frequent kinds, each with its number."""
    named = [f"{kind} ({n:,})" for kind, n in kinds.most_common(MOST)]
    if rest := kinds.total() - sum(n for _, n in kinds.most_common(MOST)):
        named.append(f"others ({rest:,})")
    return ", ".join(named)


def _refusal(name: str, reasons: Reasons) -> ImportFormatError:
    kinds: Counter[str] = Counter()
    for reason, n in reasons.items():
        # After a colon a reason may quote the file.
        kinds[reason.partition(":")[0]] += n
    if not kinds:
        return ImportFormatError(
            f"{name} holds no record", "give a file with at least one"
        )
    records = (
        "The one record" if kinds.total() == 1 else f"All {kinds.total():,} records"
    )
    return ImportFormatError(
        f"{records} of {name} had to be rejected, so nothing was imported. "
        f"What is wrong: {_listed(kinds)}",
        "see whether the file is whole and its columns are what their names say, or "
        "give --format or --map",
    )
