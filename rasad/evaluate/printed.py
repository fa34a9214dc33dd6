"""The results of a round as rows for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasad.evaluate.metrics.catalogue import FIGURES
from rasad.evaluate.report.cells import cell_of

COLUMNS = ["world", "method", "result", "beside it", "seconds", "MiB"]
LOST_COLUMNS = ["world", "figure", "Rasad", "best rival", "its figure", "ahead"]


def table_rows(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a row for every cell of the large table, world by world."""
    worlds = {
        world["name"]: world for world in results["worlds"] if world["part"] == "main"
    }
    order = {method["name"]: place for place, method in enumerate(results["methods"])}
    place = {name: number for number, name in enumerate(worlds)}
    cells = [row for row in results["cells"] if row["world"] in worlds]
    cells.sort(key=lambda row: (place[row["world"]], order[row["method"]]))
    return [_row(row, worlds[row["world"]]) for row in cells]


def _row(row: Mapping[str, Any], world: Mapping[str, Any]) -> dict[str, Any]:
    cell = cell_of(row, world["kind"], world["scored"])
    return {
        "world": row["world"],
        "method": row["method"],
        "result": cell.first,
        "beside it": cell.second or cell.why,
        "seconds": row["seconds"],
        "MiB": row["peak_mib"],
    }


def lost_rows(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a row for every figure in which a rival is ahead of Rasad."""
    return [
        {
            "world": loss["world"],
            "figure": FIGURES[loss["figure"]].title
            if loss["figure"] in FIGURES
            else loss["figure"],
            "Rasad": loss["ours"],
            "best rival": loss.get("best", ""),
            "its figure": loss.get("theirs"),
            "ahead": len(loss["ahead"]),
        }
        for loss in results["losses"]
    ]
