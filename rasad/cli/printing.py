"""Results on standard output: a table for people, JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from rasad.terminal import show_table


def show(
    rows: Sequence[Mapping[str, Any]], as_json: bool, title: str, names: list[str]
) -> None:
    """Print rows: all of them as JSON, or chosen columns as a table."""
    if as_json:
        echo_json(rows)
    else:
        show_table(title, rows, names)


def echo_json(content: object) -> None:
    """Print one JSON document and nothing else; times are in UTC."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() + "Z" if isinstance(value, datetime) else str(value)
