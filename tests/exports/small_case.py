"""A small case written by hand: twelve accounts, two groups, three scripts.

Five accounts share Persian posts with the same links, three publish one English text,
four go about their day. Edges are counted here by going through all pairs, so that a
dossier's numbers have something to be compared with.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

import pyarrow as pa

from rasad.config import Settings, digest, to_dict
from rasad.schema import TABLES, columns
from rasad.store.duckdb import DuckDBStore

Row = dict[str, Any]

START = datetime(2024, 3, 5, 14, 0, 0)
WINDOWS = (60, 600)
GAP_BOUNDS = (0, 1, 10, 60, 600, 3600)
SHA = "ab" * 32
RUN = "run0" * 4

PERSIAN = (
    "@rooz_99 این خبر را می‌خوانید؟ https://news.example/a/{0} #اعتراضات #Iran ۱۴۰۲"
)
ENGLISH = "Everyone must read this today! https://story.example/{0} #story @desk"
HEBREW = "שלום לכולם, זה חשוב מאוד {0}"

ROSE = [f"x:rose{n}" for n in range(5)]
TULIP = [f"x:tulip{n}" for n in range(3)]
ORDINARY = [f"x:plain{n}" for n in range(4)]


@dataclass
class Small:
    """What goes into the tables; tests change it before `store` fills them."""

    names: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str | None] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)
    file_name: str = "posts.csv"
    truth: bool = False
    groups: bool = True
    precision: str = "s"
    team: str = "rose"
    reason: str = "the time cannot be read"
    warning: str = "Uncalibrated, rank only."
    actions: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        for story in range(6):
            for place, account in enumerate(ROSE):
                self.act(
                    account,
                    "link",
                    f"https://news.example/a/{story}",
                    story * 3600 + place * (story + 3),
                    PERSIAN.format(story),
                    "fa",
                )
        for story in range(4):
            for place, account in enumerate(TULIP):
                self.act(
                    account,
                    "text",
                    f"hash{story}",
                    1800 + story * 7200 + place * 4,
                    ENGLISH.format(story),
                    "en",
                )
        for place, account in enumerate(ORDINARY):
            for story in range(3):
                self.act(
                    account,
                    "link",
                    f"https://news.example/a/{story + place % 2}",
                    story * 5000 + place * 777,
                    HEBREW.format(place),
                    "he",
                )

    def act(
        self, account: str, verb: str, value: str, second: int, text: str, language: str
    ) -> None:
        """Add one action and the post that shows it."""
        self.actions.append(
            {
                "account": account,
                "verb": verb,
                "value": value,
                "acted_at": START + timedelta(seconds=second),
                "post": f"p{len(self.actions)}",
                "text": text,
                "language": language,
            }
        )

    def store(self) -> DuckDBStore:
        """Return a store in memory that holds this case."""
        store = DuckDBStore(None)
        for table, rows in self.tables().items():
            fill(store, table, rows)
        return store

    def tables(self) -> dict[str, list[Row]]:
        """Return the rows of every table."""
        edges = self.edges()
        pairs = self.pairs(edges)
        return {
            "source": [self.source()],
            "account": [self.account(name) for name in ROSE + TULIP + ORDINARY],
            "post": [self.post(n, action) for n, action in enumerate(self.actions)],
            "action": [self.action(action) for action in self.actions],
            "rejected": [self.rejected(line) for line in (7, 9)],
            "truth": self.truths() if self.truth else [],
            "run": [self.run(pairs)],
            "trace_run": self.trace_runs(),
            "gap": self.gaps(),
            "edge": edges,
            "pair": pairs,
            **self.claims(edges, pairs),
        }

    # --- facts ------------------------------------------------------------------------

    def source(self) -> Row:
        n = len(self.actions)
        return {
            "source_id": SHA,
            "evidence": SHA,
            "member": "",
            "name": self.file_name,
            "format": "generic",
            "bytes": 5000,
            "records": n + 3,
            "accepted": n,
            "duplicate": 1,
            "filtered": 0,
            "rejected": 2,
            "header_bytes": 40,
            "blank_bytes": 2,
            "record_bytes": 4958,
            "stream_state": "complete",
            "notes": json.dumps(["Times carry no zone and were read as UTC."]),
        }

    def account(self, account: str) -> Row:
        return {
            "account": account,
            "platform": "x",
            "handle": account[2:],
            "name": self.names.get(account, "نام " + account[-1]),
            "created_at": START - timedelta(days=90),
            "description": self.names.get(account, "about"),
        }

    def post(self, line: int, action: Row) -> Row:
        return {
            "post": action["post"],
            "platform": "x",
            "account": action["account"],
            "kind": "post",
            "created_at": action["acted_at"],
            "precision": self.precision,
            "text": self.texts.get(action["account"], action["text"]),
            "language": action["language"],
            "truncated": False,
            "source_id": SHA,
            "line": line + 2,
            "record": f"r{line:04}",
            "current": True,
        }

    def object(self, action: Row) -> str:
        value = self.objects.get(action["value"], action["value"])
        return f"{action['verb']}:{value}"

    def action(self, action: Row) -> Row:
        kept = ("account", "verb", "acted_at", "post")
        row = {name: action[name] for name in kept}
        return row | {"object": self.object(action), "precision": self.precision}

    def rejected(self, line: int) -> Row:
        return {
            "source_id": SHA,
            "line": line,
            "reason": self.reason,
            "preview": "x",
        }

    def truths(self) -> list[Row]:
        roles: dict[str, tuple[str, str | None]] = {}
        roles |= dict.fromkeys(ROSE, ("operator", self.team))
        roles |= dict.fromkeys(TULIP, ("fan", "tulip"))
        roles |= dict.fromkeys(ORDINARY, ("ordinary", None))
        return [
            {"account": account, "role": role, "team": team}
            for account, (role, team) in roles.items()
        ]

    # --- measures ---------------------------------------------------------------------

    def run(self, pairs: Sequence[Row]) -> Row:
        said = [self.warning]
        if not self.groups:
            said.append("No pair stands out above chance.")
        return {
            "run_id": RUN,
            "version": "0.1.0",
            "settings": json.dumps(to_dict(Settings())),
            "digest": digest(Settings()),
            "facts": "cd" * 32,
            "n_posts": len(self.actions),
            "n_accounts": 12,
            "n_eligible": 12,
            "n_possible_pairs": 66,
            "first_at": START,
            "last_at": max(action["acted_at"] for action in self.actions),
            "calibration": "uncalibrated",
            "warnings": json.dumps(said),
        }

    def trace_runs(self) -> list[Row]:
        common = {"run_id": RUN, "n_actions": 42, "n_accounts": 12, "n_eligible": 12}
        return [
            common
            | {
                "trace": trace,
                "window_s": window,
                "precision": self.precision,
                "computed": window != 10,
                "reason": "times are no finer than min" if window == 10 else None,
                "n_capped_objects": 3 if trace == "link" else 0,
                "n_pairs_lost": 17 if trace == "link" else 0,
                "untested_left_out": False,
            }
            for trace in ("text", "link")
            for window in (10, *WINDOWS)
        ]

    def post_pairs(self, verb: str) -> list[tuple[str, str, Row, Row]]:
        """Return all pairs of actions of different accounts on one object."""
        return [
            (
                min(one["account"], other["account"]),
                max(one["account"], other["account"]),
                one,
                other,
            )
            for one, other in combinations(self.actions, 2)
            if one["verb"] == other["verb"] == verb
            and one["value"] == other["value"]
            and one["account"] != other["account"]
        ]

    def gaps(self) -> list[Row]:
        return [
            {
                "run_id": RUN,
                "trace": verb,
                "low_s": low,
                "high_s": high,
                "n_pairs": sum(
                    low < gap(one, other) <= high or low == 0 == gap(one, other)
                    for _, _, one, other in self.post_pairs(verb)
                ),
            }
            for verb in ("text", "link")
            for low, high in zip(GAP_BOUNDS, GAP_BOUNDS[1:], strict=False)
        ]

    def edges(self) -> list[Row]:
        rows = []
        for verb in ("text", "link"):
            for window in WINDOWS:
                met: dict[tuple[str, str], list[tuple[Row, Row]]] = defaultdict(list)
                for a, b, one, other in self.post_pairs(verb):
                    if gap(one, other) <= window:
                        met[a, b].append((one, other))
                rows += [edge(verb, window, *who, met[who]) for who in sorted(met)]
        return rows

    def pairs(self, edges: Sequence[Row]) -> list[Row]:
        best: dict[tuple[str, str], Row] = {}
        for row in edges:
            who = row["account_a"], row["account_b"]
            if who not in best or row["p_value"] < best[who]["p_value"]:
                best[who] = row
        return [
            {
                "run_id": RUN,
                "account_a": a,
                "account_b": b,
                "p_value": row["p_value"] * 2,
                "q_value": 0.0123456,
                "lift_low": row["lift_low"],
                "best_trace": row["trace"],
                "best_window_s": row["window_s"],
                "n_tests": 2,
                "kept": self.groups and a[:4] == b[:4] and "plain" not in a,
            }
            for (a, b), row in sorted(best.items())
        ]

    # --- claims -----------------------------------------------------------------------

    def claims(
        self, edges: Sequence[Row], pairs: Sequence[Row]
    ) -> Mapping[str, list[Row]]:
        if not self.groups:
            return {"grp": [], "member": [], "finding": []}
        best = {
            (row["account_a"], row["account_b"], row["trace"], row["window_s"]): row
            for row in edges
        }
        grp, member, finding = [], [], []
        for rank, (name, accounts) in enumerate((("aa11", ROSE), ("bb22", TULIP)), 1):
            inside = [
                best[
                    p["account_a"], p["account_b"], p["best_trace"], p["best_window_s"]
                ]
                for p in pairs
                if p["account_a"] in accounts and p["account_b"] in accounts
            ]
            grp.append(group(name, rank, accounts, inside))
            member += members(name, accounts, inside)
            finding.append(claim(name, accounts, inside, pairs))
        return {"grp": grp, "member": member, "finding": finding}


def gap(one: Row, other: Row) -> float:
    """Return the seconds between two actions."""
    seconds: float = (one["acted_at"] - other["acted_at"]).total_seconds()
    return abs(seconds)


def edge(verb: str, window: int, a: str, b: str, met: Sequence[tuple[Row, Row]]) -> Row:
    """Return a row of table `edge` from the post pairs of two accounts."""
    actions = [action for both in met for action in both]
    times = sorted(action["acted_at"] for action in actions)
    gaps = sorted(gap(*both) for both in met)
    n = len({one["value"] for one, _ in met})
    ahead = [min(both, key=lambda act: act["acted_at"])["account"] for both in met]
    ties = sum(gap(*both) == 0 for both in met)
    return {
        "run_id": RUN,
        "account_a": a,
        "account_b": b,
        "trace": verb,
        "window_s": window,
        "n_objects": n,
        "n_first": n,
        "n_posts_a": len({act["post"] for act in actions if act["account"] == a}),
        "n_posts_b": len({act["post"] for act in actions if act["account"] == b}),
        "n_pairs": len(met),
        "expected": 0.125 * window / 60,
        "lift": (n + 0.5) / (0.125 * window / 60 + 0.5),
        "lift_low": n / (0.5 + window / 60),
        "p_value": 10.0 ** (-2 * n) * window / 60,
        "q_value": 0.0123456,
        "first_at": times[0],
        "last_at": times[-1],
        "median_gap_s": (gaps[(len(gaps) - 1) // 2] + gaps[len(gaps) // 2]) / 2,
        "n_a_first": ahead.count(a) - ties,
        "n_b_first": ahead.count(b),
    }


def group(name: str, rank: int, accounts: Sequence[str], inside: Sequence[Row]) -> Row:
    """Return a row of table `grp`."""
    return {
        "run_id": RUN,
        "grp": name * 4,
        "size": len(accounts),
        "n_edges": len(inside),
        "traces": sorted({row["trace"] for row in inside}),
        "replicated": False,
        "first_at": min(row["first_at"] for row in inside),
        "last_at": max(row["last_at"] for row in inside),
        "rank": rank,
        "strength": 100.0 / rank,
    }


def members(name: str, accounts: Sequence[str], inside: Sequence[Row]) -> list[Row]:
    """Return rows of table `member`."""
    return [
        {
            "run_id": RUN,
            "grp": name * 4,
            "account": account,
            "strength": 12.5,
            "n_edges": sum(account in (r["account_a"], r["account_b"]) for r in inside),
            "first_mover_share": 1.0 if place == 0 else 0.25,
        }
        for place, account in enumerate(accounts)
    ]


def claim(
    name: str, accounts: Sequence[str], inside: Sequence[Row], pairs: Sequence[Row]
) -> Row:
    """Return a row of table `finding`."""
    traces = sorted(row["trace"] for row in inside)
    smallest = min(p["p_value"] for p in pairs if p["account_a"] in accounts)
    return {
        "run_id": RUN,
        "finding": "f" + name * 3,
        "grp": name * 4,
        "rule": "coordinated-group",
        "verdict": "insufficient",
        "counts": json.dumps(
            {
                "size": len(accounts),
                "n_edges": len(inside),
                "n_possible": len(accounts) * (len(accounts) - 1) // 2,
                "observed": sum(row["n_first"] for row in inside),
                "expected": sum(row["expected"] for row in inside),
                "smallest_p": smallest,
                "traces": {trace: traces.count(trace) for trace in set(traces)},
            }
        ),
        "rows": json.dumps([]),
        "innocent": json.dumps(["Fans who answered an open call."]),
    }


def fill(store: DuckDBStore, table: str, rows: Sequence[Row]) -> None:
    """Insert rows given as dictionaries; columns that are missing become NULL."""
    if not rows:
        return
    assert table in TABLES
    schema = store.arrow_schema(table)
    store.insert(
        table,
        pa.table(
            {
                name: pa.array([row.get(name) for row in rows], schema.field(name).type)
                for name in columns(table)
            }
        ),
    )
