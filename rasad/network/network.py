"""The network of kept pairs: rows of tables `pair`, `grp` and `member`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from rasad.config import Settings, digest
from rasad.network.edges import chosen, constant
from rasad.network.groups import Group, communities, group_id
from rasad.network.population import Population
from rasad.network.validation import Pairs, WindowTests
from rasad.store.sql import Store

KEPT = """
    WITH inside AS (
      SELECT account_a, account_b, min(first_at) AS first_at, max(last_at) AS last_at
      FROM edge WHERE window_s <= $longest GROUP BY ALL
    )
    SELECT pair.account_a, pair.account_b, pair.p_value, pair.best_trace,
      pair.best_window_s, pair.grade, best.lift, best.n_first, best.expected,
      best.n_pairs, best.n_a_first, best.n_b_first, inside.first_at, inside.last_at,
      pair.kept
    FROM pair
    JOIN edge AS best ON best.account_a = pair.account_a
      AND best.account_b = pair.account_b AND best.trace = pair.best_trace
      AND best.window_s = pair.best_window_s
    JOIN inside ON inside.account_a = pair.account_a
      AND inside.account_b = pair.account_b
    WHERE pair.kept OR pair.candidate
    ORDER BY pair.account_a, pair.account_b
"""


def pair_table(
    run_id: str,
    pairs: Pairs,
    tests: list[WindowTests],
    traces: list[str],
    people: Population,
) -> pa.Table:
    """Return the rows of table `pair`, by account ids."""
    n = len(pairs.key)
    accounts = max(len(people.accounts), 1)
    seen = pairs.best >= 0
    missing = pa.nulls(n, pa.float64())
    windows = np.array([test.window_s for test in tests] or [0], np.int32)
    carriers = np.array([test.trace for test in tests] or [0], np.int32)
    return pa.table(
        {
            "run_id": constant(run_id, n),
            "account_a": people.accounts.take(pa.array(pairs.key // accounts)),
            "account_b": people.accounts.take(pa.array(pairs.key % accounts)),
            "p_value": pa.array(pairs.p_value),
            "p_timing": missing,
            "q_value": pa.array(pairs.q_value),
            "e_value": missing,
            "lift_low": pa.array(pairs.lift_low, mask=~seen),
            "best_trace": chosen(traces, carriers[pairs.best], ~seen),
            "best_window_s": pa.array(windows[pairs.best], mask=~seen),
            "n_tests": pa.array(pairs.n_tests.astype(np.int32)),
            # What a kept pair means depends on both nulls; null model T has not spoken.
            "grade": chosen(["none", "shared_interest"], pairs.slow, pairs.kept),
            "kept": pa.array(pairs.kept),
            "candidate": pa.array(pairs.candidate),
        }
    )


@dataclass(frozen=True, kw_only=True)
class Network:
    """The kept pairs of a run, or its candidates, and the groups they form.

    `kept` are rows as in the query above, by account ids; `ids` are the groups' ids, in
    the order of `groups`.
    """

    kept: list[dict[str, Any]]
    accounts: list[str]
    groups: list[Group]
    ids: list[str]

    @property
    def above_chance(self) -> bool:
        """Whether pairs were kept; candidates are ranked, not certified."""
        return any(row["kept"] for row in self.kept)


def build_network(store: Store, settings: Settings) -> Network:
    """Read the kept pairs, or the candidates, and find their groups."""
    kept = store.rows(KEPT, longest=settings.validation.longest_window_s)
    accounts = sorted(
        {row["account_a"] for row in kept} | {row["account_b"] for row in kept},
        key=str.encode,
    )
    code = {account: place for place, account in enumerate(accounts)}
    groups = communities(
        np.array([code[row["account_a"]] for row in kept], np.int64),
        np.array([code[row["account_b"]] for row in kept], np.int64),
        np.log1p(np.array([row["lift"] for row in kept], np.float64)),
        resolution=settings.groups.resolution,
        seed=settings.groups.seed,
        min_size=settings.groups.min_size,
    )
    named = digest(settings)
    ids = [group_id([accounts[m] for m in g.members], named) for g in groups]
    return Network(kept=kept, accounts=accounts, groups=groups, ids=ids)


def evidence_of(row: dict[str, Any]) -> float:
    """Return -log10 p of a kept pair."""
    return float(-np.log10(row["p_value"]))


def group_rows(run_id: str, network: Network) -> list[dict[str, Any]]:
    """Return the rows of table `grp`, the strongest evidence first."""
    rows = [
        _group_row(run_id, grp, group, network)
        for grp, group in zip(network.ids, network.groups, strict=True)
    ]
    rows.sort(key=lambda row: (-row["strength"], row["grp"]))
    return [row | {"rank": rank} for rank, row in enumerate(rows, 1)]


def _group_row(run_id: str, grp: str, group: Group, network: Network) -> dict[str, Any]:
    inside = [network.kept[place] for place in group.pairs]
    grades = Counter(row["grade"] for row in inside if row["grade"])
    return {
        "run_id": run_id,
        "grp": grp,
        "size": len(group.members),
        "n_edges": len(inside),
        "traces": sorted({row["best_trace"] for row in inside}),
        "grade": min(grades, key=lambda g: (-grades[g], g)) if grades else None,
        "heldout_p": None,
        "replicated": False,
        "candidate": not network.above_chance,
        "first_at": min(row["first_at"] for row in inside),
        "last_at": max(row["last_at"] for row in inside),
        "strength": sum(evidence_of(row) for row in inside),
    }


def member_rows(run_id: str, network: Network) -> list[dict[str, Any]]:
    """Return the rows of table `member`."""
    return [
        {"run_id": run_id, "grp": grp} | row
        for grp, group in zip(network.ids, network.groups, strict=True)
        for row in _members([network.kept[place] for place in group.pairs])
    ]


def _members(inside: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add up the kept pairs of a group by account, in order of the ids."""
    sums: dict[str, list[float]] = {}
    for row in inside:
        for side in ("a", "b"):
            own = sums.setdefault(row[f"account_{side}"], [0.0, 0, 0, 0])
            own[0] += evidence_of(row)
            own[1] += 1
            own[2] += row[f"n_{side}_first"]
            own[3] += row["n_pairs"]
    return [
        {
            "account": account,
            "strength": strength,
            "n_edges": int(n_edges),
            "first_mover_share": first / together,
        }
        for account, (strength, n_edges, first, together) in sorted(
            sums.items(), key=lambda item: item[0].encode()
        )
    ]
