"""Which columns of sources and groups are printed, and how groups are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rasad.terminal import show_line, show_table

SOURCE_COLUMNS = [
    "name",
    "format",
    "records",
    "accepted",
    "duplicate",
    "filtered",
    "rejected",
    "bytes",
    "stream_state",
]
GROUP_COLUMNS = [
    "rank",
    "grp",
    "size",
    "n_edges",
    "replicated",
    "grade",
    "traces",
    "first_at",
    "last_at",
]
LEFT_OUT_COLUMNS = ["name", "bytes", "reason"]
MOST_LEFT_OUT = 50
"""Files that are named, of those that were not imported."""


def show_left_out(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print files that were given and not imported, and how many there are."""
    if rows:
        title = f"Left out ({len(rows):,})"
        show_table(title, rows[:MOST_LEFT_OUT], LEFT_OUT_COLUMNS)
    if len(rows) > MOST_LEFT_OUT:
        show_line(f"{len(rows) - MOST_LEFT_OUT:,} more: rasad info --json names all.")


def show_groups(run: dict[str, Any], groups: list[dict[str, Any]]) -> None:
    """Print the strongest groups, or candidates, and what to beware of."""
    certain = not any(row["candidate"] for row in groups)
    title = "Groups ({}), strongest first" if certain else "Candidates ({}), no group"
    show_table(title.format(len(groups)), groups[:20], GROUP_COLUMNS)
    for warning in json.loads(run["warnings"]):
        show_line(warning)
