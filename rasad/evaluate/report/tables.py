"""What the page shows, as plain tables: everything is computed from the results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasad.evaluate.comparison import BESIDE
from rasad.evaluate.metrics.catalogue import FIGURES
from rasad.evaluate.report.cells import READING, Cell, cell_of, figure, share
from rasad.evaluate.scoring import KEPT, OURS

Row = Mapping[str, Any]

DETAILS: Mapping[str, tuple[str, ...]] = {
    "accounts by score": (
        *("average_precision", "average_precision_low", "average_precision_high"),
        *("average_precision_without_decoys", "average_precision_1_in_100"),
        *("average_precision_1_in_1000", "precision_at_20", "precision_at_100"),
        *("recall_at_false_share_5", "precision_at_budget", "recall_at_budget"),
        *("precision_at_operators", "best_f1"),
    ),
    "accounts listed, and groups": (
        *("listed", "listed_precision", "listed_recall", "alarms", "decoy_alarms"),
        *("groups", "groups_certified", "groups_false", "decoys_certified"),
        *("certified_weighted_precision", "certified_ari_team", "certified_ami_team"),
        *("groups_ari_team", "groups_ami_team", "teams_matched"),
    ),
    "edges": (
        *("edges", "edges_team", "edges_operation", "edges_decoy", "edges_false"),
        *("edge_false_share", "edge_false_share_with_decoys"),
        *("operators_with_right_edge", "edge_precision_at_budget"),
    ),
}
"""Figures of a world's own section, by table."""

ANSWER = "an answer at all"


def main_worlds(results: Row) -> list[Row]:
    """Return the worlds of the large table."""
    return [world for world in results["worlds"] if world["part"] == "main"]


def titles(results: Row) -> dict[str, str]:
    """Return the title of each method."""
    return {method["name"]: method["title"] for method in results["methods"]}


def matrix(results: Row) -> dict[str, Any]:
    """Return the large table: methods down, worlds across.

    Returns
    -------
    dict
        `heads`, one per world, and `rows`, each with `name`, `title`, `ours` and
        `cells`; a cell is a `Cell` and whether it is the best of its column. `oracle`
        has a `Cell` per world.
    """
    worlds = main_worlds(results)
    cells = {(row["world"], row["method"]): row for row in results["cells"]}
    columns = []
    for world in worlds:
        column = {
            method["name"]: cell_of(
                cells.get((world["name"], method["name"])),
                world["kind"],
                world["scored"],
            )
            for method in results["methods"]
        }
        columns.append((column, _best(column)))
    heads = [
        {
            "name": world["name"],
            "title": world["title"],
            "says": READING[_reading(world)],
        }
        for world in worlds
    ]
    rows = [
        {
            "name": method["name"],
            "title": method["title"],
            "ours": method["name"] in (OURS, KEPT),
            "cells": [
                {"cell": column[method["name"]], "best": method["name"] in best}
                for column, best in columns
            ],
        }
        for method in results["methods"]
    ]
    oracle = [_oracle(results, world) for world in worlds]
    return {"heads": heads, "rows": rows, "oracle": oracle}


def _oracle(results: Row, world: Row) -> Cell:
    """Return the best cut of the best method: what nobody can choose without truth."""
    named = titles(results)
    found = [
        (row["figures"]["best_f1"], named[row["method"]])
        for row in results["cells"]
        if row["world"] == world["name"]
        and row.get("figures", {}).get("best_f1") is not None
    ]
    if not found:
        return Cell(first="")
    value, method = max(found)
    return Cell(first=f"F1 {share(value)}", second=method, value=value)


def _reading(world: Row) -> str:
    kind: str = world["kind"] if world["scored"] == "whole" else world["scored"]
    return kind


def _best(column: Mapping[str, Cell]) -> frozenset[str]:
    """Return who has the best value of a column; nobody where all are alike."""
    values = {name: cell.value for name, cell in column.items()
              if cell.value is not None}  # fmt: skip
    if len(set(values.values())) < 2:
        return frozenset()
    best = max(values.values())
    return frozenset(name for name, value in values.items() if value == best)


def details(results: Row, world: str) -> list[dict[str, Any]]:
    """Return the tables of one world, each with heads and one row per method."""
    rows = [row for row in results["cells"] if row["world"] == world]
    named = titles(results)
    shown = []
    for title, names in DETAILS.items():
        able = [name for name in names if _anybody(rows, name)]
        if not able:
            continue
        shown.append(
            {
                "title": title,
                "heads": [
                    {"title": FIGURES[name].title, "oracle": FIGURES[name].oracle}
                    for name in able
                ],
                "rows": [
                    {
                        "title": named[row["method"]],
                        "ours": row["method"] in (OURS, KEPT),
                        "cells": [figure(name, row["figures"][name]) for name in able],
                    }
                    for row in rows
                    if "figures" in row
                ],
            }
        )
    return shown


def _anybody(rows: Sequence[Row], name: str) -> bool:
    return any(row.get("figures", {}).get(name) is not None for row in rows)


def reasons(results: Row, world: str) -> list[dict[str, str]]:
    """Return who has no figures on a world, and the whole reason."""
    named = titles(results)
    return [
        {"title": named[row["method"]], "reason": str(row.get("reason") or "")}
        for row in results["cells"]
        if row["world"] == world and "figures" not in row
    ]


def loss_rows(results: Row) -> list[dict[str, Any]]:
    """Return where Rasad loses, in words."""
    named = titles(results)
    worlds = {world["name"]: world["title"] for world in results["worlds"]}
    return [_loss(loss, named, worlds) for loss in results["losses"]]


def _loss(
    loss: Row, named: Mapping[str, str], worlds: Mapping[str, str]
) -> dict[str, Any]:
    name = loss["figure"]
    told = {"world": worlds[loss["world"]], "ahead": [named[m] for m in loss["ahead"]]}
    if name not in FIGURES:
        return told | {"figure": ANSWER, "ours": loss["ours"], "theirs": "", "best": ""}
    return told | {
        "figure": FIGURES[name].title,
        "ours": figure(name, loss["ours"]),
        "theirs": figure(name, loss["theirs"]),
        "best": named[loss["best"]],
        "beside": {
            side: [
                f"{FIGURES[key].title} {figure(key, loss['beside'][side][key])}"
                for key in BESIDE
                if key in loss["beside"][side]
            ]
            for side in ("ours", "theirs")
        },
    }


def difference_table(results: Row) -> dict[str, Any]:
    """Return by how much Rasad is better than each rival over the operations."""
    named = titles(results)
    heads = list(dict.fromkeys(row["figure"] for row in results["differences"]))
    cells = {(row["figure"], row["rival"]): row for row in results["differences"]}
    rivals = [
        method["name"]
        for method in results["methods"]
        if any(rival == method["name"] for _, rival in cells)
    ]
    return {
        "n": max((row["n"] for row in results["differences"]), default=0),
        "heads": [FIGURES[head].title for head in heads],
        "rows": [
            {
                "title": named[rival],
                "cells": [_difference(cells.get((head, rival))) for head in heads],
            }
            for rival in rivals
        ],
    }


def _difference(row: Row | None) -> dict[str, Any]:
    if row is None:
        return {"gain": "", "interval": "", "worse": False}
    low, high = row["low"], row["high"]
    around = "" if low is None else f"{low:+.2f} to {high:+.2f}; "
    count = f"{row['better']} better, {row['worse']} worse"
    return {
        "gain": f"{row['gain']:+.2f}",
        "interval": around + count,
        "worse": row["gain"] < 0,
    }


def cost_rows(results: Row) -> dict[str, Any]:
    """Return seconds and memory of every cell of the large table."""
    worlds = main_worlds(results)
    cells = {(row["world"], row["method"]): row for row in results["cells"]}
    rows = [
        {
            "title": method["title"],
            "ours": method["name"] in (OURS, KEPT),
            "cells": [_cost(cells.get((w["name"], method["name"]))) for w in worlds],
        }
        for method in results["methods"]
        if method["name"] != KEPT
    ]
    return {"heads": [world["name"] for world in worlds], "rows": rows}


def _cost(row: Row | None) -> str:
    if row is None:
        return ""
    return f"{row['seconds']:,.1f} s, {row['peak_mib']:,} MiB"


def promise_rows(results: Row) -> list[dict[str, Any]]:
    """Return how promised false-discovery rates were kept, by world and method."""
    named = titles(results)
    return [
        {
            "world": row["world"],
            "title": named[row["method"]],
            "error": share(row["promise"]["error"]),
            "levels": [
                f"{level['level']:.2f}: {level['false']:,} of {level['edges']:,} false"
                for level in row["promise"]["levels"]
            ],
        }
        for row in results["cells"]
        if row.get("promise")
    ]


def early_table(results: Row) -> list[dict[str, Any]]:
    """Return the early-warning task, a row per method."""
    named = titles(results)
    return [
        {
            "title": named[row["method"]],
            "ours": row["method"] in (OURS, KEPT),
            "named": f"{row['named']} of {row['teams']}",
            "hours": "–" if row["hours"] is None else f"{row['hours']:,.0f}",
            "posts": "–" if row["posts"] is None else f"{row['posts']:,.0f}",
            "alarms": f"{row['alarms']:,}",
            "per_million": f"{row['alarms_per_million']:,.0f}",
        }
        for row in results["early"]
    ]


def explained_rows(results: Row) -> list[dict[str, Any]]:
    """Return what Rasad says of the groups that it certifies, world by world."""
    rows = []
    for row in results["cells"]:
        groups = row.get("remarks", {}).get("groups", [])
        certified = [group for group in groups if group["certified"]]
        if row["method"] == OURS and certified:
            rows.append(
                {
                    "world": row["world"],
                    "certified": len(certified),
                    "explained": sum(bool(group["fits"]) for group in certified),
                    "undisclosed": sum(group["undisclosed"] for group in certified),
                }
            )
    return rows
