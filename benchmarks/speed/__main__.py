"""Measure a plan and write its tables and its chart.

    python -m benchmarks.speed small
    python -m benchmarks.speed large --folder /a/large/disk --again rasad

Everything lands in the folder: the files of actions, `small.jsonl` with every single
measurement, the tables `small.md` and the chart `small.svg`, or `large…`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.speed.drivers import drivers
from benchmarks.speed.growth import drawing, growth_table
from benchmarks.speed.measure import FAILED
from benchmarks.speed.plan import PLANS, Benchmark, Plan
from benchmarks.speed.run import WRONG, Bench, BenchmarkError, Row, machine, run_plan
from benchmarks.speed.table import table

RESULTS = Path(__file__).with_name("results")

Measured = list[tuple[Benchmark, list[Row]]]


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("plan", choices=PLANS)
    parser.add_argument("--folder", type=Path, default=RESULTS, help="for all files")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit-mib", type=int, default=12_000, help="of any engine")
    parser.add_argument(
        "--only", nargs="+", default=[], help="parts of benchmark names"
    )
    parser.add_argument("--engines", nargs="+", help="leave the others out")
    parser.add_argument("--again", nargs="*", help="engines to measure anew; or all")
    parser.add_argument("--rasad", default="", help="the command of another build")
    return parser.parse_args(arguments)


def chosen(plan: Plan, only: Sequence[str], engines: Sequence[str] | None) -> Plan:
    """Return the part of a plan that was asked for."""
    kept = []
    for each in plan.benchmarks:
        entries = [e for e in each.entries if engines is None or e.driver in engines]
        if entries and (not only or any(part in each.name for part in only)):
            kept.append(Benchmark(**{**vars(each), "entries": tuple(entries)}))
    return Plan(plan.name, kept)


def report(bench: Bench, measured: Measured) -> str:
    """Return the page of all tables; draw the chart beside."""
    parts = [f"## Speed, {bench.plan.name}\n\n{machine()}, {bench.threads} threads\n"]
    parts += [
        table(each, rows, bench.limit_mib) for each, rows in measured if not each.chart
    ]
    grown = [(each, rows) for each, rows in measured if each.chart]
    if grown:
        parts.append(growth_table(grown))
        chart = bench.folder / f"{bench.plan.name}.svg"
        chart.write_text(drawing(grown), encoding="utf-8")
    return "\n".join(parts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write the tables; fail where answers differ."""
    given = options(arguments)
    again = frozenset(given.again or ())
    bench = Bench(
        folder=given.folder.resolve(),
        plan=chosen(PLANS[given.plan](), given.only, given.engines),
        engines=drivers(given.rasad),
        threads=given.threads,
        limit_mib=given.limit_mib,
        again=None if given.again == [] else again,
    )
    try:
        measured = run_plan(bench)
    except BenchmarkError as error:
        sys.exit(str(error))
    page = report(bench, measured)
    (bench.folder / f"{given.plan}.md").write_text(page, encoding="utf-8")
    print(page)
    states = {row["status"] for _, rows in measured for row in rows}
    return int(WRONG in states or FAILED in states)


if __name__ == "__main__":
    sys.exit(main())
