"""The network of a run: rows of tables `grp`, `member`, `heldout`, `first_mover`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from rasad.config import Settings, digest
from rasad.network.assembly import Assembled, Assembly
from rasad.network.confirmation import HeldOut
from rasad.network.edges import or_none
from rasad.network.groups import group_id
from rasad.network.population import Population
from rasad.store.sql import Store

SHOWN = "(pair.kept OR pair.candidate OR pair.supporting)"
"""Pairs that make up what is shown, as a part of queries."""

KEPT = f"""
    WITH inside AS (
      SELECT account_a, account_b, min(first_at) AS first_at, max(last_at) AS last_at
      FROM edge WHERE window_s <= $longest GROUP BY ALL
    )
    SELECT pair.account_a, pair.account_b, pair.p_value, pair.best_trace,
      pair.best_window_s, pair.grade, best.lift, best.n_first, best.expected,
      best.n_pairs, best.n_a_first, best.n_b_first,
      coalesce(inside.first_at, best.first_at) AS first_at,
      coalesce(inside.last_at, best.last_at) AS last_at,
      pair.kept, pair.supporting
    FROM pair
    JOIN edge AS best ON best.account_a = pair.account_a
      AND best.account_b = pair.account_b AND best.trace = pair.best_trace
      AND best.window_s = pair.best_window_s
    LEFT JOIN inside ON inside.account_a = pair.account_a
      AND inside.account_b = pair.account_b
    WHERE {SHOWN}
    ORDER BY pair.account_a, pair.account_b
"""


@dataclass(frozen=True, kw_only=True)
class NamedGroup:
    """A group by account ids: its members, those of them that joined, and its pairs.

    `first_movers` holds, for each account that it copies, on how many objects the
    account is close to it, on how many it was first, and the chance of that.
    """

    grp: str
    members: list[str]
    inside: list[dict[str, Any]]
    joined: frozenset[str] = frozenset()
    tests: HeldOut | None = None
    found: int | None = None
    first_movers: tuple[tuple[str, int, int, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Network:
    """The pairs that are shown, and the groups they form; certified ones come first."""

    kept: list[dict[str, Any]]
    groups: list[NamedGroup]

    @property
    def above_chance(self) -> bool:
        """Whether anything stands out; candidates are ranked, not certified."""
        certified = any(group.tests for group in self.groups)
        return certified or any(row["kept"] for row in self.kept)


def build_network(
    store: Store, assembly: Assembly, settings: Settings, people: Population
) -> Network:
    """Name the groups, and give each the pairs inside it.

    Parameters
    ----------
    store : Store
        Holds tables `pair` and `edge`.
    assembly : Assembly
        The groups.
    settings : Settings
        All settings.
    people : Population
        Ids of the account codes.
    """
    kept = store.rows(KEPT, longest=settings.validation.longest_window_s)
    ids = [people.accounts.take(g.members).to_pylist() for g in assembly.groups]
    place = {account: at for at, members in enumerate(ids) for account in members}
    inside: list[list[dict[str, Any]]] = [[] for _ in ids]
    for row in kept:
        at = place.get(row["account_a"], -1)
        if at >= 0 and at == place.get(row["account_b"], -2):
            inside[at].append(row)
    named = digest(settings)
    groups = [
        NamedGroup(
            grp=group_id(members, named),
            members=members,
            joined=_joined(group, people),
            inside=rows,
            tests=group.tests,
            found=group.found,
            first_movers=_first_movers(group, people),
        )
        for group, members, rows in zip(assembly.groups, ids, inside, strict=True)
    ]
    return Network(kept=kept, groups=groups)


def _joined(group: Assembled, people: Population) -> frozenset[str]:
    """Return the members that were not part of what was tested."""
    if group.tests is None:
        return frozenset()
    later = np.setdiff1d(group.members, group.tests.members)
    return frozenset(people.accounts.take(later).to_pylist())


def _first_movers(
    group: Assembled, people: Population
) -> tuple[tuple[str, int, int, float], ...]:
    lead = group.lead
    accounts = people.accounts.take(group.copied).to_pylist()
    return tuple(
        (account, int(lead.close[at]), int(lead.first[at]), float(lead.p_value[at]))
        for account, at in zip(accounts, np.flatnonzero(lead.always), strict=True)
    )


def evidence_of(row: dict[str, Any]) -> float:
    """Return -log10 p of a kept pair."""
    return float(-np.log10(row["p_value"]))


def group_rows(run_id: str, network: Network) -> list[dict[str, Any]]:
    """Return the rows of table `grp`: certified first, then by strength of evidence."""
    candidate = not network.above_chance
    rows = [_group_row(run_id, group, candidate) for group in network.groups]
    rows.sort(key=lambda row: (not row["replicated"], -row["strength"], row["grp"]))
    return [row | {"rank": rank} for rank, row in enumerate(rows, 1)]


def _group_row(run_id: str, group: NamedGroup, candidate: bool) -> dict[str, Any]:
    inside = group.inside
    grades = Counter(row["grade"] for row in inside if row["grade"] != "none")
    return {
        "run_id": run_id,
        "grp": group.grp,
        "size": len(group.members),
        "n_edges": len(inside),
        "traces": sorted({row["best_trace"] for row in inside}),
        "grade": _grade(group, grades),
        "candidate": candidate,
        "first_at": min((row["first_at"] for row in inside), default=None),
        "last_at": max((row["last_at"] for row in inside), default=None),
        "strength": float(sum(evidence_of(row) for row in inside)),
        **_heldout(group),
    }


def _grade(group: NamedGroup, grades: Counter[str]) -> str:
    """Return the grade of a group: what its tests together mean."""
    if group.tests:
        known = not np.isnan(group.tests.p_timing)
        return "tight" if known else "closed_ring"
    return min(grades, key=lambda g: (-grades[g], g)) if grades else "none"


def _heldout(group: NamedGroup) -> dict[str, Any]:
    if group.tests is None:
        return {
            "heldout_p": None,
            "heldout_crowd_p": None,
            "heldout_timing_p": None,
            "heldout_q": None,
            "replicated": False,
            "stability": None,
            "fragility": None,
        }
    tests = group.tests
    return {
        "heldout_p": tests.p_value,
        "heldout_crowd_p": or_none(tests.p_crowd),
        "heldout_timing_p": or_none(tests.p_timing),
        "heldout_q": tests.q_value,
        "replicated": True,
        "stability": tests.stability,
        "fragility": tests.fragility,
    }


def member_rows(run_id: str, network: Network) -> list[dict[str, Any]]:
    """Return the rows of table `member`."""
    return [
        {"run_id": run_id, "grp": group.grp} | row
        for group in network.groups
        for row in _members(group)
    ]


def _members(group: NamedGroup) -> list[dict[str, Any]]:
    """Add up the pairs of a group by account, in order of the ids."""
    sums: dict[str, list[float]] = {
        account: [0.0, 0, 0, 0] for account in group.members
    }
    for row in group.inside:
        for side in ("a", "b"):
            own = sums[row[f"account_{side}"]]
            own[0] += evidence_of(row)
            own[1] += 1
            own[2] += row[f"n_{side}_first"]
            own[3] += row["n_pairs"]
    return [
        {
            "account": account,
            "strength": float(strength),
            "n_edges": int(n_edges),
            "first_mover_share": first / together if together else None,
            "joined": account in group.joined,
        }
        for account, (strength, n_edges, first, together) in sorted(
            sums.items(), key=lambda item: item[0].encode()
        )
    ]


def heldout_rows(
    run_id: str,
    network: Network,
    found: list[HeldOut],
    traces: list[str],
) -> list[dict[str, Any]]:
    """Return the rows of table `heldout`, also for groups that were not confirmed."""
    ids = {group.found: group.grp for group in network.groups}
    return [
        {
            "run_id": run_id,
            "found": number,
            "grp": ids.get(number),
            "size": len(tests.members),
            "tested": len(tests.crew),
            "trace": traces[one.trace],
            "window_s": one.window_s,
            "n_objects": one.observed,
            "expected_crowd": or_none(one.expected_crowd),
            "p_crowd": or_none(one.p_crowd),
            "expected_timing": one.expected_timing,
            "p_timing": or_none(one.p_timing),
            "outsiders": one.outsiders,
            "p_value": tests.p_value,
            "q_value": tests.q_value,
            "confirmed": tests.confirmed,
        }
        for number, tests in enumerate(found, 1)
        for one in tests.showings
    ]


def first_mover_rows(run_id: str, network: Network) -> list[dict[str, Any]]:
    """Return the rows of table `first_mover`: who is copied by which group."""
    names = ("account", "n_objects", "n_first", "p_value")
    return [
        {"run_id": run_id, "grp": group.grp, **dict(zip(names, mover, strict=True))}
        for group in network.groups
        for mover in group.first_movers
    ]
