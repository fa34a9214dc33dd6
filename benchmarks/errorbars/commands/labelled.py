"""Accounts of real operations among ordinary ones: what is found, at which price."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.errorbars.detection import Detection, How, detected, plain
from benchmarks.errorbars.events import Events, labels_of, read_events
from benchmarks.errorbars.options import data_option, how
from benchmarks.errorbars.report import Cell, Report
from benchmarks.errorbars.rules import close_pairs
from benchmarks.errorbars.worlds.table import Bool, Real
from rasad.evaluate.metrics.ranking import Ranking, ranked

COLUMNS = {"account": "account", "object": "object", "time": "time_utc"}
MINUTE = 60
K = (2, 3, 5)
ALARMS = (20, 69, 139)
RECALL_C8, ALARMS_C8 = 0.42, 69
"""At the recall of the fixed rule, half of its false alarms."""


@dataclass(frozen=True)
class Labelled:
    """A world of the shared data; `mixed` says whether its halves may be compared."""

    name: str
    events: str
    labels: str
    mixed: bool = True


WORLDS = (
    Labelled("C8", "worldC8_events.parquet", "worldC8_labels.csv"),
    Labelled("C3", "worldC3_events.parquet", "worldC3_labels.csv"),
    Labelled("B", "worldB_coretweet_events.parquet", "worldB_labels.csv", mixed=False),
)


@dataclass(frozen=True)
class Truth:
    """Labelled accounts; the events that they are part of."""

    names: list[str]
    operated: Bool
    events: Events

    def codes(self) -> dict[str, int]:
        """Return the place of each labelled account."""
        return {name: place for place, name in enumerate(self.names)}

    def of_events(self, values: Real) -> Real:
        """Return a value of each account of the events for the labelled ones."""
        place = {name: code for code, name in enumerate(self.events.names.tolist())}
        rows = np.array([place.get(name, -1) for name in self.names])
        return np.where(rows >= 0, values[rows], np.nan)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    data_option(parser)
    parser.add_argument(
        "--worlds", nargs="+", default=[w.name for w in WORLDS], metavar="NAME"
    )


def run(given: argparse.Namespace) -> Report:
    """Detect in each labelled world, and hold it beside simple rules."""
    report = Report(f"Labelled worlds of {given.data}")
    for world in WORLDS:
        if world.name in given.worlds:
            one_world(report, world, given)
    return report


def one_world(report: Report, world: Labelled, given: argparse.Namespace) -> None:
    """Add one world's figures."""
    path = given.data / world.events
    truth = read_truth(given.data / world.labels, read_events(path, *COLUMNS.values()))
    with detected(path, COLUMNS, How(**how(given))) as found:
        kept, score = found.kept_accounts(), pair_scores(found, truth)
        seconds = found.import_s + found.detect_s
    flagged = {"Rasad, kept pairs": chosen(truth, kept), **fixed_rules(truth)}
    counts = {name: counted(rows, truth.operated) for name, rows in flagged.items()}
    table = [
        (world.name, name, *(row[key] for key in ("recall", "alarms", "rate")))
        + ((row["precision"],) if world.mixed else (None,))
        for name, row in counts.items()
    ]
    head = ("world", "accounts of", "recall", "false alarms", "rate", "precision")
    report.table(head, table)
    figures: dict[str, Any] = {"accounts": counts, "seconds": seconds}
    if world.mixed:
        figures["scores"] = add_scores(report, world, truth, score)
        targets(report, world, counts["Rasad, kept pairs"], figures["scores"])
    report.figures[world.name] = figures


def read_truth(path: Path, events: Events) -> Truth:
    """Read the labels of a world."""
    labels = labels_of(path)
    names = sorted(labels)
    return Truth(names, np.array([labels[name] == 1 for name in names]), events)


def pair_scores(found: Detection, truth: Truth) -> Real:
    """Return the largest -log10 p-value of any pair of each labelled account."""
    table = found.arrow(
        """
        SELECT account, max(-log10(greatest(p_value, 1e-300))) AS score FROM (
          SELECT account_a AS account, p_value FROM pair
          UNION ALL SELECT account_b, p_value FROM pair
        ) WHERE p_value IS NOT NULL GROUP BY account ORDER BY account
        """
    )
    place, score = truth.codes(), np.full(len(truth.names), np.nan)
    rows = zip(table["account"].to_pylist(), table["score"].to_pylist(), strict=True)
    for account, value in rows:
        if plain(account) in place:
            score[place[plain(account)]] = value
    return score


def chosen(truth: Truth, accounts: frozenset[str]) -> Bool:
    """Mark the labelled accounts that are among these."""
    return np.array([name in accounts for name in truth.names], np.bool_)


def fixed_rules(truth: Truth) -> dict[str, Bool]:
    """Mark the accounts with at least k objects in the same minute as another's."""
    most = truth.of_events(most_together(truth.events))
    return {f"{k} objects in the same minute": most >= k for k in K}


def most_together(events: Events) -> Real:
    """Return the most objects that each account shares with one other in a minute."""
    pairs = close_pairs(events, 0, MINUTE)
    most = np.zeros(len(events.names))
    np.maximum.at(most, pairs.first, pairs.weight)
    np.maximum.at(most, pairs.second, pairs.weight)
    return most


def counted(rows: Bool, operated: Bool) -> dict[str, float]:
    """Return recall, false alarms and precision of some accounts."""
    found, alarms = int((rows & operated).sum()), int((rows & ~operated).sum())
    return {
        "found": found,
        "alarms": alarms,
        "recall": found / max(int(operated.sum()), 1),
        "rate": alarms / max(int((~operated).sum()), 1),
        "precision": found / max(found + alarms, 1),
    }


def add_scores(
    report: Report, world: Labelled, truth: Truth, score: Real
) -> dict[str, Any]:
    """Add average precision and recall at some false alarms for each score."""
    events = truth.events.firsts()
    n = len(events.names)
    done = np.bincount(events.account, minlength=n)
    used = np.bincount(events.thing, minlength=events.n_things)
    popularity = np.bincount(events.account, used[events.thing], n) / np.maximum(
        done, 1
    )
    scores = {
        "Rasad, smallest p of its pairs": score,
        "objects in the same minute": truth.of_events(most_together(truth.events)),
        "activity count": truth.of_events(done.astype(np.float64)),
        "object popularity": truth.of_events(popularity),
    }
    rankings = {name: ranked(row, truth.operated) for name, row in scores.items()}
    head = (
        "world",
        "accounts by",
        "avg precision",
        *(f"recall at {a}" for a in ALARMS),
    )
    rows: list[Any] = [
        (world.name, name, each.average_precision, *map(each.recall_at_alarms, ALARMS))
        for name, each in rankings.items()
    ]
    report.table(head, rows)
    best = rankings["Rasad, smallest p of its pairs"]
    head = ("world", "recall", "precision", "false alarms")
    report.table(head, [curve_row(world.name, each) for each in best.curve()])
    return {name: ranking_figures(each) for name, each in rankings.items()}


def curve_row(name: str, point: dict[str, float]) -> list[Cell]:
    """Return one line of the curve."""
    return [name, point["recall"], point["precision"], point["false_alarms"]]


def ranking_figures(ranking: Ranking) -> dict[str, Any]:
    """Return a ranking's figures as JSON has them."""
    return {
        "average_precision": ranking.average_precision,
        "recall_at": {
            str(alarms): ranking.recall_at_alarms(alarms) for alarms in ALARMS
        },
        "curve": ranking.curve(),
    }


def targets(
    report: Report,
    world: Labelled,
    kept: dict[str, float],
    scores: dict[str, Any],
) -> None:
    """Add the target of world C8, for kept pairs and for the order of accounts."""
    if world.name != "C8":
        return
    wanted = f"(at least {RECALL_C8} with at most {ALARMS_C8} false alarms)"
    report.target(
        f"C8, kept pairs: recall {kept['recall']:.2f} with {kept['alarms']} false "
        f"alarms {wanted}",
        kept["recall"] >= RECALL_C8 and kept["alarms"] <= ALARMS_C8,
    )
    recall = scores["Rasad, smallest p of its pairs"]["recall_at"][str(ALARMS_C8)]
    report.target(
        f"C8, accounts by p: recall {recall:.2f} at {ALARMS_C8} false alarms {wanted}",
        recall >= RECALL_C8,
    )
