"""Results of a round as `results.json` holds them, made up for tests of the page."""

from __future__ import annotations

from typing import Any

from rasad.evaluate.comparison import differences, losses
from rasad.evaluate.metrics.catalogue import FIGURES

HOSTILE = '<script>alert("x")</script> \u202ehttps://evil.example/ \x00'

METHODS = ("rasad", "rival", "orders")
WORLDS = {
    "army": ("operation", "whole"),
    "crowd": ("real", "whole"),
    "benign": ("decoys", "whole"),
    "empty": ("null", "whole"),
    "two-halves": ("real", "apart"),
    "kinds": ("real", "clusters"),
    "unknown": ("real", "nothing"),
}


def figures(value: float, **other: float | None) -> dict[str, float | None]:
    """Return every figure with one value, but for some."""
    return {**dict.fromkeys(FIGURES, value), "listed_per_1000": value, **other}


def cell(world: str, method: str, **other: Any) -> dict[str, Any]:
    """Return a cell that is done."""
    return {
        "world": world,
        "method": method,
        "status": "done",
        "reason": None,
        "limit": None,
        "seconds": 1.25,
        "cpu_s": 1.0,
        "peak_mib": 321,
        "answer": "0" * 64,
        "figures": figures(0.5),
        "why": {},
        "curve": [[0.0, 1.0], [0.5, 0.75], [1.0, 0.25]],
        "promise": None,
        "remarks": {},
        **other,
    }


def without(row: dict[str, Any], **other: Any) -> dict[str, Any]:
    """Return a cell that has no answer."""
    gone = ("figures", "why", "curve", "promise", "remarks", "answer", "cpu_s")
    return {key: row[key] for key in row if key not in gone} | other


def a_round() -> dict[str, Any]:
    """Return a round in which everything that can happen does."""
    cells = [cell(world, method) for world in WORLDS for method in METHODS]
    of = {(row["world"], row["method"]): row for row in cells}
    of["army", "rival"]["figures"] = figures(0.75)
    of["empty", "rasad"]["figures"] = figures(0.0)
    of["empty", "rival"]["figures"] = figures(7.0)
    of["benign", "rasad"]["remarks"] = {
        "groups": [
            {"group": 1, "certified": True, "fits": ["open-call"], "undisclosed": False}
        ]
    }
    of["army", "rasad"]["promise"] = {
        "error": 0.01,
        "levels": [{"level": 0.05, "edges": 100, "false": 4, "share": 0.04}],
    }
    ordering = figures(0.5, listed=None, alarms=None, listed_per_1000=None, groups=0)
    for world in WORLDS:
        of[world, "orders"]["figures"] = ordering
    of["crowd", "orders"] = without(
        of["crowd", "orders"], status="failed", reason=HOSTILE, limit="time"
    )
    of["unknown", "orders"] = without(
        of["unknown", "orders"], status="cannot", reason="no time at all"
    )
    rows = list(of.values())
    return {
        "suite": "test",
        "title": HOSTILE,
        "scale": 0.05,
        "part_of_a_round": [],
        "limits": {"seconds": 600, "memory": 3 << 30},
        "versions": {"rasad": "1.2.3", "numpy": "2.0"},
        "checked": [f"{HOSTILE} is what was committed"],
        "methods": [
            {
                "name": name,
                "title": f"{name.title()} {HOSTILE}",
                "paper": HOSTILE,
                "needs_time": True,
                "only_ranks": name == "orders",
            }
            for name in METHODS
        ],
        "worlds": [_world(name, *kind) for name, kind in WORLDS.items()],
        "absent": [{"world": "lost", "reason": HOSTILE}],
        "cells": rows,
        "differences": differences(rows, ["army", "crowd"]),
        "losses": losses(rows, {name: kind for name, (kind, _) in WORLDS.items()}),
        "early": _early(),
        "curves": _curves(),
    }


def _world(name: str, kind: str, scored: str) -> dict[str, Any]:
    return {
        "name": name,
        "title": f"World {name} {HOSTILE}",
        "kind": kind,
        "scored": scored,
        "part": "main",
        "axis": "",
        "at": 0.0,
        "methods": [],
        "sealed": kind != "real",
        "seed": None if kind == "real" else 5,
        "salt": "ab" * 32,
        "commitment": "cd" * 32,
        "size": {
            "posts": 1000,
            "accounts": 100,
            "first_at": "2024-03-01 00:00:00",
            "last_at": "2024-03-05 00:00:00",
            "shown_accounts": 90,
            "shown_actions": {"repost": 500, HOSTILE: 20},
        },
    }


def _early() -> list[dict[str, Any]]:
    return [
        {
            "method": method,
            "teams": 4,
            "named": 3 if method == "rasad" else 0,
            "by_day": [[2.0, 0.0], [7.0, 0.75]],
            "hours": 120.0 if method == "rasad" else None,
            "posts": 300.0 if method == "rasad" else None,
            "alarms": 0,
            "alarms_per_million": 0.0,
        }
        for method in METHODS[:2]
    ]


def _curves() -> list[dict[str, Any]]:
    points = [[0.1, 0.0], [0.4, 0.5], [0.8, None]]
    rows: list[dict[str, Any]] = [
        {"axis": "compliance", "method": method, "figure": figure, "points": points}
        for method in METHODS[:2]
        for figure in ("recall_at_false_share_5", "listed_recall")
    ]
    line = {"low": points, "high": points, "points": points}
    return [
        *rows,
        {"axis": "compliance", "method": "frontier", "figure": "frontier", **line},
    ]
