"""Real crowds in which nobody is known to be operated: what is shown all the same."""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow.parquet as pq

from benchmarks.errorbars.detection import FoundGroup, How, detected
from benchmarks.errorbars.events import (
    Events,
    labels_of,
    read_events,
    write_rows_of,
)
from benchmarks.errorbars.options import data_option, how
from benchmarks.errorbars.report import Report
from benchmarks.errorbars.rules import close_pairs

MINUTE = 60
RULES = {
    "2 objects within 60 s": (60, 1, 2),
    "2 objects in the same minute": (0, MINUTE, 2),
    "3 objects in the same minute": (0, MINUTE, 3),
    "5 objects in the same minute": (0, MINUTE, 5),
}
"""Fixed rules: distance, seconds of its unit, objects."""


@dataclass(frozen=True)
class Crowd:
    """A file, its columns by role, and labels of which only the ordinary ones stay.

    `aim` is what certified groups must be: none at all, or explained every one.
    """

    name: str
    events: str
    mapping: Mapping[str, str]
    labels: str | None = None
    aim: Literal["none", "explained"] | None = None


ALL = (
    Crowd(
        "Weibo, a quarter",
        "weibo_reposts_quarter.parquet",
        {"account": "account", "object": "source_id", "time": "date"},
        aim="none",
    ),
    Crowd(
        "German elections",
        "parity/coortweet_german.parquet",
        {
            "account": "account_id",
            "object": "url_id",
            "time": "timestamp",
            "site": "domain_id",
        },
        aim="explained",
    ),
    Crowd(
        "World B, ordinary",
        "worldB_coretweet_events.parquet",
        {"account": "account", "object": "object", "time": "time_utc"},
        labels="worldB_labels.csv",
    ),
)
CROWDS = {crowd.name: crowd for crowd in ALL}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    data_option(parser)
    parser.add_argument("--only", nargs="+", default=list(CROWDS), choices=CROWDS)


def run(given: argparse.Namespace) -> Report:
    """Detect in each crowd, and hold it beside fixed rules."""
    report = Report(f"Crowds of {given.data}")
    crowds, reasons, groups = [], [], []
    for crowd in (CROWDS[name] for name in given.only):
        with crowd_file(crowd, given.data) as path:
            figures = one_crowd(crowd, path, How(**how(given)))
        report.figures[crowd.name] = figures
        crowds += lines(crowd, figures)
        reasons += counted(crowd, figures)
        groups += [
            (crowd.name, each["size"], ", ".join(each["explanations"]) or "none")
            for each in figures["certified"]
        ]
        add_target(report, crowd, figures)
    head = ("crowd", "by", "groups", "accounts", "per 1,000 accounts")
    report.table(head, crowds)
    if groups:
        report.table(("crowd", "explanation", "certified groups it fits"), reasons)
        report.table(("certified group in", "members", "explanations that fit"), groups)
    else:
        report.remarks.append("No group is certified in any crowd.")
    return report


@contextmanager
def crowd_file(crowd: Crowd, data: Path) -> Iterator[Path]:
    """Lend a crowd's file; where there are labels, a copy with the ordinary half."""
    if crowd.labels is None:
        yield data / crowd.events
        return
    labels = labels_of(data / crowd.labels)
    ordinary = [account for account, operated in labels.items() if not operated]
    table = pq.read_table(data / crowd.events)
    with tempfile.TemporaryDirectory(prefix="errorbars-") as folder:
        path = Path(folder, "ordinary.parquet")
        yield write_rows_of(table, crowd.mapping["account"], ordinary, path)


def one_crowd(crowd: Crowd, path: Path, how: How) -> dict[str, Any]:
    """Return what Rasad and the fixed rules show of a crowd."""
    roles = ("account", "object", "time")
    events = read_events(path, *(crowd.mapping[role] for role in roles))
    with detected(path, crowd.mapping, how) as found:
        groups = found.groups()
        kept = found.kept_accounts()
        seconds = found.import_s + found.detect_s
        pairs = len(found.kept_pairs())
    certified = [group for group in groups if group.certified]
    inside = frozenset(account for group in certified for account in group.members)
    return {
        "accounts": len(events.names),
        "kept_pairs": pairs,
        "kept_accounts": len(kept),
        "groups": sum(not group.candidate for group in groups),
        "certified": [described(group) for group in certified],
        "certified_accounts": len(inside),
        "rules": ruled(events),
        "seconds": seconds,
    }


def described(group: FoundGroup) -> dict[str, Any]:
    """Return the size of a group and the explanations that fit."""
    return {"size": len(group.members), "explanations": list(group.explanations)}


def ruled(events: Events) -> dict[str, int]:
    """Return how many accounts each fixed rule shows."""
    return {
        name: len(close_pairs(events, within, unit).at_least(objects).accounts)
        for name, (within, unit, objects) in RULES.items()
    }


def lines(crowd: Crowd, figures: dict[str, Any]) -> list[Any]:
    """Return the lines of a crowd."""
    thousand = figures["accounts"] / 1000
    kept, certified = figures["kept_accounts"], figures["certified_accounts"]
    ours = [
        (crowd.name, "certified", len(figures["certified"]), certified),
        (crowd.name, "kept pairs", figures["groups"], kept),
    ]
    theirs = [(crowd.name, name, None, n) for name, n in figures["rules"].items()]
    return [(*line, (line[3] or 0) / thousand) for line in [*ours, *theirs]]


def explained(figures: dict[str, Any]) -> int:
    """Return how many certified groups some explanation fits."""
    return sum(bool(each["explanations"]) for each in figures["certified"])


def counted(crowd: Crowd, figures: dict[str, Any]) -> list[Any]:
    """Return how many certified groups of a crowd each explanation fits."""
    fits = Counter(e for each in figures["certified"] for e in each["explanations"])
    some = ("any of them", explained(figures))
    return [(crowd.name, *line) for line in [*sorted(fits.items()), some]]


def add_target(report: Report, crowd: Crowd, figures: dict[str, Any]) -> None:
    """Add what the certified groups of a crowd must be."""
    n, some = len(figures["certified"]), explained(figures)
    if crowd.aim == "none":
        report.target(f"{crowd.name}: {n} certified groups (none)", n == 0)
    if crowd.aim == "explained":
        said = f"{crowd.name}: {some} of {n} certified groups explained (all)"
        report.target(said, some == n)
