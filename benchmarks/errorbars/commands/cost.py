"""What testing ten million pairs takes: seconds and memory of each null model."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.errorbars.events import Events
from benchmarks.errorbars.models import (
    Question,
    asked,
    chosen_pairs,
    fitted_opportunity,
    fitted_timing,
    opportunity_p,
    passes,
    timing_p,
)
from benchmarks.errorbars.options import threads_option
from benchmarks.errorbars.report import Report
from benchmarks.errorbars.rules import Pairs, close_pairs
from benchmarks.errorbars.worlds.table import DAY, Int, Real, dice

PAIRS = 10_000_000
PARTICIPANTS = 20
SPREAD_S = 2_400.0
PAIRS_PER_OBJECT = 130
"""Pairs of an object's twenty participants that are within the hour, about."""

ACTIONS_PER_ACCOUNT = 50
WINDOW_S = 3_600
DAYS = 14
WARM = 20_000
"""Pairs of a first, small run, in which everything is compiled."""


@dataclass
class Watch:
    """Seconds of each phase."""

    phases: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure what is done inside."""
        begin = perf_counter()
        yield
        self.phases[name] = round(perf_counter() - begin, 2)


def ask_j(question: Question, threads: int, watch: Watch) -> Real:
    """Fit null model J, and return the p-value of every pair."""
    with watch.phase("fit"):
        fitted = fitted_opportunity(question, threads)
    with watch.phase("expectations and tails"):
        return opportunity_p(question, fitted, threads)


def ask_t(question: Question, threads: int, watch: Watch) -> Real:
    """Fit null model T, and return the p-value of every pair."""
    # Which pairs stand out is J's to say, and no part of what T costs.
    expected = fitted_opportunity(question, threads).expected(
        question.first, question.second, threads
    )
    with watch.phase("fit"):
        pairs = chosen_pairs(question, expected)
        fitted = fitted_timing(question, pairs)
    with watch.phase("expectations and tails"):
        return timing_p(fitted, pairs, threads)


MODELS: dict[str, Callable[[Question, int, Watch], Real]] = {"J": ask_j, "T": ask_t}
"""The null models by their letters."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--models", nargs="+", default=list(MODELS), choices=MODELS)
    parser.add_argument("--seconds", type=float, help="target: of each, at most")
    parser.add_argument("--gib", type=float, help="target: of memory, at most")
    threads_option(parser, 2)


def run(given: argparse.Namespace) -> Report:
    """Measure each null model in a process of its own."""
    events, pairs = random_pairs(given.pairs, given.seed)
    report = Report(
        f"{len(pairs.first):,} pairs that co-act within {WINDOW_S} s, by "
        f"{len(events.names):,} accounts in {len(events):,} random first actions; "
        f"{given.threads} threads"
    )
    with tempfile.TemporaryDirectory(prefix="errorbars-") as folder:
        path = Path(folder, "question.npz")
        save(path, events, pairs)
        found = {name: apart(name, path, given.threads) for name in given.models}
    head = (
        "null model",
        "fit s",
        "expectations and tails s",
        "s",
        "peak GiB",
        "M pairs/s",
    )
    report.table((*head, "pass BH 5 %"), [line(name, f) for name, f in found.items()])
    report.remarks.append(
        "Peak memory is that of the whole process, its pairs and actions included."
    )
    report.figures["models"] = found
    for name, figures in found.items():
        add_targets(report, name, figures, given)
    return report


def add_targets(
    report: Report, name: str, figures: dict[str, Any], given: argparse.Namespace
) -> None:
    """Add the targets that were given."""
    limits = (("seconds", "s", given.seconds), ("peak_gib", "GiB", given.gib))
    for key, unit, most in limits:
        if most is not None:
            said = f"{name}: {figures[key]:.1f} {unit} (at most {most:g} {unit})"
            report.target(said, figures[key] <= most)


def line(name: str, figures: dict[str, Any]) -> list[Any]:
    """Return one line of the table."""
    phases, seconds = figures["phases"], figures["seconds"]
    return [
        name,
        *(round(value, 1) for value in phases.values()),
        round(seconds, 1),
        round(figures["peak_gib"], 2),
        round(figures["pairs"] / max(seconds, 1e-9) / 1e6, 2),
        figures["passing"],
    ]


def random_pairs(n_pairs: int, seed: int) -> tuple[Events, Pairs]:
    """Draw random actions, and return pairs that co-act in them, so many at most.

    Objects are born evenly over the days; twenty accounts, drawn at random, share each
    within about an hour.
    """
    rng = dice(seed, "cost")
    n_things = max(n_pairs // PAIRS_PER_OBJECT, 1) + 1
    n = n_things * PARTICIPANTS
    n_accounts = max(n // ACTIONS_PER_ACCOUNT, PARTICIPANTS)
    thing = np.repeat(np.arange(n_things), PARTICIPANTS)
    begin = rng.uniform(0, DAYS * DAY, n_things)
    second = begin[thing] + rng.exponential(SPREAD_S, n)
    events = Events(
        account=rng.integers(0, n_accounts, n),
        thing=thing,
        second=second.astype(np.int64),
        names=np.arange(n_accounts).astype("<U10"),
        n_things=n_things,
    ).firsts()
    pairs = close_pairs(events, WINDOW_S)
    some = slice(n_pairs)
    return events, Pairs(pairs.first[some], pairs.second[some], pairs.weight[some])


def save(path: Path, events: Events, pairs: Pairs) -> None:
    """Write actions and pairs for the process that is measured."""
    np.savez(
        path,
        account=events.account,
        thing=events.thing,
        second=events.second,
        first=pairs.first,
        other=pairs.second,
        weight=pairs.weight,
    )


def question_of(columns: dict[str, Int]) -> Question:
    """Return what the null models are asked."""
    n_accounts = int(columns["account"].max()) + 1
    events = Events(
        account=columns["account"],
        thing=columns["thing"],
        second=columns["second"],
        names=np.zeros(n_accounts, "<U1"),
        n_things=int(columns["thing"].max()) + 1,
    )
    pairs = Pairs(columns["first"], columns["other"], columns["weight"])
    return asked(events, pairs, WINDOW_S, np.zeros(n_accounts, np.int64))


def apart(name: str, path: Path, threads: int) -> dict[str, Any]:
    """Measure one model in a process that does nothing else."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measured, name, path, threads).result()


def measured(name: str, path: Path, threads: int) -> dict[str, Any]:
    """Ask one model about all pairs; return seconds, peak memory and what passes."""
    small, few = random_pairs(WARM, 1)
    warm = asked(small, few, WINDOW_S, np.zeros(len(small.names), np.int64))
    MODELS[name](warm, threads, Watch())
    with np.load(path) as kept:
        question = question_of({key: kept[key] for key in kept.files})
    watch = Watch()
    p_value = MODELS[name](question, threads, watch)
    tested = p_value[~np.isnan(p_value)]
    return {
        "pairs": len(p_value),
        "phases": watch.phases,
        "seconds": round(sum(watch.phases.values()), 2),
        "peak_gib": peak_gib(),
        "passing": int(passes(tested, question.possible).sum()),
    }


def peak_gib() -> float:
    """Return the most memory that this process had, by the kernel's own record."""
    for row in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if row.startswith("VmHWM"):
            return round(int(row.split()[1]) / 2**20, 2)
    return 0.0
