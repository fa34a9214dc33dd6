"""Groups among coded accounts of one operation, beside plain Leiden.

    python benchmarks/cases/ira.py DATA/ira_posts_dev.parquet

Prints records accepted and duplicate, accounts reached, adjusted Rand index and
weighted purity of the groups against `account_category`, and the same for Leiden on
pairs with at least two shared objects in 60 seconds. All accounts here belong to the
operation: no figure below says anything about false alarms.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from rasad.case import Case, investigate, open_case
from rasad.importers.plan import plan
from rasad.network.groups import communities

PLAIN = """
    SELECT account_a, account_b, sum(n_objects) AS n
    FROM edge WHERE window_s = 60
    GROUP BY ALL HAVING sum(n_objects) >= 2
    ORDER BY account_a, account_b
"""


def categories(path: Path) -> dict[str, str]:
    """Return the category that people gave each account."""
    table = pq.read_table(path, columns=["author_id", "account_category"])
    pairs = zip(*(table[name].to_pylist() for name in table.column_names), strict=True)
    return {f"generic:{account}": category for account, category in set(pairs)}


def adjusted_rand(groups: list[int], truth: list[str]) -> float:
    """Return the adjusted Rand index (Hubert and Arabie 1985)."""

    def pairs(counts: Counter[object]) -> float:
        return sum(n * (n - 1) / 2 for n in counts.values())

    both = pairs(Counter(zip(groups, truth, strict=True)))
    one, other = pairs(Counter(groups)), pairs(Counter(truth))
    chance = one * other / (len(truth) * (len(truth) - 1) / 2)
    return (both - chance) / ((one + other) / 2 - chance)


def weighted_purity(groups: list[int], truth: list[str]) -> float:
    """Return sum(n p^2) / sum(n p) over groups of size n and largest share p."""
    members: dict[int, Counter[str]] = {}
    for group, category in zip(groups, truth, strict=True):
        members.setdefault(group, Counter())[category] += 1
    shares = [(c.total(), max(c.values()) / c.total()) for c in members.values()]
    return sum(n * p * p for n, p in shares) / sum(n * p for n, p in shares)


def plain_leiden(case: Case) -> dict[str, int]:
    """Return communities of the fixed rule that most tools ship."""
    rows = case.store.rows(PLAIN)
    names = sorted({row[side] for row in rows for side in ("account_a", "account_b")})
    code = {name: place for place, name in enumerate(names)}

    def column(name: str) -> NDArray[np.int64]:
        return np.array([code[row[name]] for row in rows], np.int64)

    found = communities(
        column("account_a"),
        column("account_b"),
        np.array([float(row["n"]) for row in rows]),
        resolution=1.0,
        seed=1,
        min_size=2,
    )
    return {
        names[member]: place
        for place, group in enumerate(found)
        for member in group.members
    }


def report(name: str, found: dict[str, int], truth: dict[str, str]) -> None:
    """Print one line of figures."""
    known = sorted(account for account in found if account in truth)
    groups = [found[account] for account in known]
    labels = [truth[account] for account in known]
    biggest = max(Counter(groups).values(), default=0)
    print(
        f"{name}: {len(known)} of {len(truth)} accounts reached, "
        f"{len(set(groups))} groups (largest {biggest}), "
        f"ARI {adjusted_rand(groups, labels):.3f}, "
        f"weighted purity {weighted_purity(groups, labels):.3f}"
    )


def main(path: Path) -> None:
    """Investigate the file and print the figures."""
    truth = categories(path)
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        with open_case(Path(folder, "case"), create=True) as case:
            (source,), run, _ = investigate([plan(path)], case)
            seconds = time.monotonic() - started
            members = case.store.rows("SELECT grp, account FROM member")
            ids = {grp: n for n, grp in enumerate(sorted({m["grp"] for m in members}))}
            found = {m["account"]: ids[m["grp"]] for m in members}
            print(
                f"{source['records']} records: {source['accepted']} accepted, "
                f"{source['duplicate']} duplicate, {source['rejected']} rejected; "
                f"{seconds:.0f} s"
            )
            report("Rasad", found, truth)
            report("plain Leiden, 2 objects in 60 s", plain_leiden(case), truth)
            share = max(Counter(truth.values()).values()) / len(truth)
            print(f"largest category alone: purity {share:.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
