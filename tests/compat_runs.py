"""Runs of `rasad compat`, and what they leave."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from click.testing import CliRunner, Result

from rasad.cli import main

SHARES = "object_id,account_id,content_id,timestamp_share\n"
KEYS = ["pairs", "accounts", "edges", "max_weight", "sum_weight"]


def compat(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["compat", *map(str, arguments)])


def counts(*arguments: object) -> list[int]:
    """Return the five numbers that `--json` prints, and nothing else."""
    result = compat(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert list(found) == KEYS
    return list(found.values())


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
