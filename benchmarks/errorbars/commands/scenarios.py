"""How many operators are found, and how many edges are false, by every rule."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.errorbars.detection import Detection, How, detected_world, plain
from benchmarks.errorbars.events import of_world
from benchmarks.errorbars.known import has
from benchmarks.errorbars.models import passes
from benchmarks.errorbars.options import (
    detection_options,
    how,
    ordinary,
    world_options,
)
from benchmarks.errorbars.report import Report
from benchmarks.errorbars.rules import (
    Pairs,
    close_pairs,
    coortweet_pairs,
    cosine_pairs,
)
from benchmarks.errorbars.worlds.scenario import (
    TABLE,
    Scenario,
    large,
    scenario_world,
)
from benchmarks.errorbars.worlds.table import Int, World

WINDOWS_S = (60, 600, 3600)
NULLS = {"J": "p_value", "T": "p_timing"}
"""Column of table `edge` with the p-value of each null model alone."""

Q = 0.05
MOST_FALSE = 0.01
RULE_OBJECTS, RULE_S = 5, 60
TOP_SHARE = 0.005
COMBINED, SHIPPED = "combined", "combined, as shipped"
TOLD = "[validation]\nstrata_tell_interests = true\n"
"""Settings for worlds whose strata are the communities, as in the prototype's."""


@dataclass(frozen=True)
class Score:
    """What a rule's edges are worth.

    `false` is the share with an end that is ordinary, `between` the share whose ends
    were both planted and have nothing to do with each other, as members of two teams.
    """

    edges: int
    recall: float
    false: float
    between: float


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    world_options(parser, large(1))
    parser.set_defaults(strata="community")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--rows", type=int, nargs="+", default=[1, 2, 3, 4, 5], help="of the table"
    )
    detection_options(parser)


def run(given: argparse.Namespace) -> Report:
    """Detect in the world of each row, and hold rules beside it."""
    report = Report(
        f"Scenarios among {given.accounts:,} ordinary accounts, strata: "
        f"{given.strata}, seed {given.seed}"
    )
    for number in given.rows:
        scenario = TABLE[number - 1]
        begin = perf_counter()
        world = scenario_world(ordinary(given, given.seed), scenario)
        scores = scored(world, given)
        add_row(report, number, scenario, scores, perf_counter() - begin)
    return report


def add_row(
    report: Report,
    number: int,
    scenario: Scenario,
    scores: dict[str, Score],
    seconds: float,
) -> None:
    """Add one row of the table, by every rule."""
    head = (
        "lag, compliance, tasks",
        "edges by",
        "edges",
        "recall",
        "false edges",
        "between teams",
    )
    rows = [
        (scenario.name, name, score.edges, score.recall, score.false, score.between)
        for name, score in scores.items()
    ]
    report.table(head, rows)
    figures: dict[str, Any] = {name: vars(score) for name, score in scores.items()}
    report.figures[f"row {number}"] = {
        "scenario": scenario.name,
        "prototype": scenario.recall,
        "seconds": round(seconds, 1),
        "rules": figures,
    }
    ours = scores[COMBINED]
    report.target(
        f"{scenario.name}: recall {ours.recall:.2f} (at least {scenario.recall:.2f}, "
        f"the prototype's), {ours.false:.2%} false edges (at most {MOST_FALSE:.0%}); "
        f"{ours.between:.2%} join two teams",
        ours.recall >= scenario.recall and ours.false <= MOST_FALSE,
    )


def scored(world: World, given: argparse.Namespace) -> dict[str, Score]:
    """Return the score of every rule on one world."""
    chosen = How(**how(given))
    with detected_world(world, given.strata, chosen) as found:
        ours = {name: judged(world, *ends) for name, ends in tested(found, world)}
        shipped = judged(world, *kept_pairs(found, world))
    ours |= {COMBINED: shipped}
    if given.strata == "community" and not given.settings:
        told = How(threads=chosen.threads, settings=TOLD)
        with detected_world(world, given.strata, told) as found:
            ours |= {
                SHIPPED: shipped,
                COMBINED: judged(world, *kept_pairs(found, world)),
            }
    return ours | {name: judged(world, p.first, p.second) for name, p in ruled(world)}


def kept_pairs(found: Detection, world: World) -> tuple[Int, Int]:
    """Return the pairs that are kept, all tests together."""
    sql = "SELECT account_a, account_b FROM pair WHERE kept"
    return Codes(world.names).ends(found.arrow(sql))


def tested(found: Detection, world: World) -> Iterator[tuple[str, tuple[Int, Int]]]:
    """Yield the edges of each test by itself."""
    codes = Codes(world.names)
    possible = int(found.run["n_possible_pairs"])
    for letter, column in NULLS.items():
        # A column's name cannot be bound; these are our own.
        sql = (
            f"SELECT account_a, account_b, {column} AS p FROM edge "
            f"WHERE window_s = $w AND {column} IS NOT NULL"
        )
        for window in WINDOWS_S if has("edge", column) else ():
            table = found.arrow(sql, w=window)
            kept = passes(table["p"].to_numpy(), possible, Q)
            yield f"{letter}, {window} s", codes.ends(table.filter(pa.array(kept)))


def ruled(world: World) -> Iterator[tuple[str, Pairs]]:
    """Yield the edges of the rules that need no null model."""
    events = of_world(world)
    fixed = close_pairs(events, RULE_S).at_least(RULE_OBJECTS)
    yield f"{RULE_OBJECTS} objects within {RULE_S} s", fixed
    yield f"TF-IDF cosine, top {TOP_SHARE:.1%}", cosine_pairs(events, TOP_SHARE)
    other = coortweet_pairs(events, RULE_S, 1 - TOP_SHARE)
    yield f"CooRTweet, {RULE_S} s, top {TOP_SHARE:.1%}", other


class Codes:
    """Finds the code of an account by its id."""

    def __init__(self, names: NDArray[np.str_]) -> None:
        self.order = np.argsort(names)
        self.sorted = names[self.order]

    def of(self, column: pa.ChunkedArray) -> Int:
        """Return the codes of ids as the store has them."""
        ids = np.array([plain(account) for account in column.to_pylist()], "<U16")
        return np.asarray(self.order[np.searchsorted(self.sorted, ids)], np.int64)

    def ends(self, table: pa.Table) -> tuple[Int, Int]:
        """Return the codes of both ends of edges."""
        return self.of(table["account_a"]), self.of(table["account_b"])


def judged(world: World, first: Int, second: Int) -> Score:
    """Return recall of operators and shares of false edges.

    An edge is right where both ends are of one team, both feed bots or both fans.
    Methods 2.13 calls one false that joins neither of these, which is an edge of an
    ordinary account; its appendix all that are not right. Teams of one shift push the
    same popular objects in the same hour, so both are told.
    """
    team, role = world.accounts.team, world.accounts.role
    alike = (team[first] == team[second]) & (team[first] != "")
    ordinary = (team[first] == "") | (team[second] == "")
    right = alike & (role[first] == "operator")
    found = np.unique(np.concatenate([first[right], second[right]]))
    operators = int((role == "operator").sum())
    return Score(
        edges=len(first),
        recall=len(found) / max(operators, 1),
        false=float(ordinary.sum() / max(len(first), 1)),
        between=float((~alike & ~ordinary).sum() / max(len(first), 1)),
    )
