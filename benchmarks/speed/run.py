"""Run a plan, one entry after another; what was measured before is not run again."""

from __future__ import annotations

import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.speed.drivers import PEERS, Driver
from benchmarks.speed.job import ROOT, Job, Step, Steps, ours
from benchmarks.speed.measure import FAILED, OK, Limits, Run, measure
from benchmarks.speed.plan import Benchmark, Data, Entry, Plan, world

Row = dict[str, Any]

SHORT_S = 20
"""Runs that take no longer may be repeated, and the fastest counts: what a machine does
beside for half a second is much of a short run, and nothing of a long one."""

MISSING, WRONG = "missing", "wrong"
UNTIMED = Limits(seconds=3600, mib=12_000)
NEEDED = {"data": 16, "work": 250}
"""Bytes of disk per action: of a file, and of the largest while an engine works."""


FIRST = Benchmark(
    name="first", title="", data=world(10_000), entries=(), timeout_s=3600
)
"""What is asked before anything is measured."""


class BenchmarkError(Exception):
    """Something outside of what is measured went wrong."""


@dataclass
class Bench:
    """Where files lie, what an engine may use, and what is known already.

    `again` names the engines that are measured anew; None stands for all. `warm` are
    the ways of asking for which everything has been compiled.
    """

    folder: Path
    plan: Plan
    engines: dict[str, Driver]
    threads: int = 2
    limit_mib: int = 12_000
    again: frozenset[str] | None = frozenset()
    say: Callable[[str], None] = print
    known: dict[str, Row] = field(default_factory=dict)
    warm: set[tuple[str, ...]] = field(default_factory=set)

    @property
    def log(self) -> Path:
        """Return the file that every measurement is appended to."""
        return self.folder / f"{self.plan.name}.jsonl"

    def path(self, data: Data) -> Path:
        """Return where a file of actions lies."""
        return self.folder / "data" / f"{data.name}.parquet"

    def load(self) -> None:
        """Read what was measured before on this machine."""
        if self.log.exists():
            rows = map(json.loads, self.log.read_text(encoding="utf-8").splitlines())
            self.known = {
                row["key"]: row for row in rows if row["machine"] == machine()
            }

    def keep(self, row: Row) -> None:
        """Remember a measurement, here and in the file."""
        self.known[row["key"]] = row
        with self.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def stale(self, key: str, driver: str) -> bool:
        """Tell whether an entry must be measured."""
        again = self.again is None or driver in self.again
        status = self.known.get(key, {}).get("status", MISSING)
        return again or status in (MISSING, FAILED)


def machine() -> str:
    """Say which machine this is, as far as times depend on it."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    models = [
        line.split(":")[1].strip() for line in text.splitlines() if "model name" in line
    ]
    gib = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    name = (models or [platform.machine()])[0]
    return f"{name}, {os.cpu_count()} cores, {gib:.0f} GiB"


def run_plan(bench: Bench) -> list[tuple[Benchmark, list[Row]]]:
    """Measure all that is not known yet and return every table's rows."""
    bench.load()
    (bench.folder / "data").mkdir(parents=True, exist_ok=True)
    check_space(bench)
    return [(each, run_benchmark(bench, each)) for each in bench.plan.benchmarks]


def check_space(bench: Bench) -> None:
    """Say how much disk a plan needs; refuse to begin without it."""
    files = {each.data.name: each.data for each in bench.plan.benchmarks}.values()
    absent = [data.actions for data in files if not bench.path(data).exists()]
    needed = NEEDED["data"] * sum(absent)
    needed += NEEDED["work"] * max(data.actions for data in files)
    free = shutil.disk_usage(bench.folder).free
    amounts = f"{needed / 2**30:.1f} GiB in {bench.folder}, {free / 2**30:.1f} are free"
    bench.say(f"This needs up to {amounts}.")
    if free < needed:
        raise BenchmarkError("There is too little room: name another --folder.")


def run_benchmark(bench: Bench, benchmark: Benchmark) -> list[Row]:
    """Return one table's rows in order, measuring what is not known."""
    rows = []
    for entry in benchmark.entries:
        key = f"{benchmark.name}/{entry.key}"
        if bench.stale(key, entry.driver):
            bench.keep({"key": key, **run_entry(bench, benchmark, entry)})
            bench.say(f"  {key}: {brief(bench.known[key])}")
        rows.append(bench.known[key])
    return compared(rows)


def brief(row: Row) -> str:
    """Say in a few words how an entry went."""
    if row["status"] != OK:
        return f"{row['status']} {row.get('reason', '')}".strip()
    return f"{row['seconds']:.2f} s, {row['peak_mib']:,} MiB"


def run_entry(bench: Bench, benchmark: Benchmark, entry: Entry) -> Row:
    """Put the question to one engine, again if it is short; return the fastest run."""
    driver = bench.engines[entry.driver]
    common: Row = {"driver": driver.name, "title": driver.title, "label": entry.label}
    common |= {"cold": entry.cold, "machine": machine()}
    if not driver.available:
        return {**common, "status": MISSING}
    common["near_per_action"] = make(bench, benchmark.data).get("near_per_action")
    warm_up(bench, entry)
    wanted = 1 if entry.cold else bench.plan.short_runs
    runs: list[Row] = []
    while not (runs and "answers" in runs[-1]):
        last = len(runs) == wanted - 1
        run, compiled = run_once(bench, benchmark, entry, last)
        if run["status"] != OK:
            return {**common, **run}
        if entry.cold or not compiled:
            runs.append(run)
    fastest = min(runs, key=lambda run: run["seconds"])
    most = {name: max(run[name] for run in runs) for name in ("peak_mib", "own_mib")}
    checked = {"answers": runs[-1]["answers"], "runs": len(runs)}
    return {**common, **fastest, **most, **checked}


def warm_up(bench: Bench, entry: Entry) -> None:
    """Put a small question first, so that no long run is lost to compiling."""
    way = (entry.driver, entry.memory, "window" if entry.windows else "")
    if (
        bench.engines[entry.driver].compiles
        and not entry.cold
        and way not in bench.warm
    ):
        bench.warm.add(way)
        make(bench, FIRST.data)
        run_once(bench, FIRST, entry)


def make(bench: Bench, data: Data) -> Row:
    """Make a file of actions unless it is there; return what the generator said."""
    path = bench.path(data)
    told = path.with_suffix(".json")
    if not path.exists():
        bench.say(f"  making {path.name}")
        command = ours("generate", str(path), *data.options)
        printed = untimed(Step("make", command), dict(os.environ)).printed
        told.write_text(printed or "{}", encoding="utf-8")
    return spoken(told.read_text(encoding="utf-8")) if told.exists() else {}


def run_once(
    bench: Bench, benchmark: Benchmark, entry: Entry, last: bool = True
) -> tuple[Row, bool]:
    """Put the question once; tell also whether anything had to be compiled.

    The answer is read after the last run, and after one that is too long to be made
    again: short runs follow each other, so that all but the first find memory that the
    machine has at hand.
    """
    with workplace(bench, entry.cold) as (out, environment):
        job = Job(
            actions=str(bench.path(benchmark.data).resolve()),
            out=str(out),
            windows=entry.windows,
            min_objects=benchmark.min_objects,
            threads=bench.threads,
            memory=entry.memory,
            max_pairs=entry.max_pairs,
        )
        cache = Path(environment["NUMBA_CACHE_DIR"])
        before = compiled_files(cache)
        driver = bench.engines[entry.driver]
        limits = Limits(benchmark.timeout_s, bench.limit_mib)
        row = answered(driver.steps(job), job, driver, limits, environment, last)
        return row, compiled_files(cache) != before


@contextmanager
def workplace(bench: Bench, cold: bool) -> Iterator[tuple[Path, dict[str, str]]]:
    """Lend an empty folder, and an environment in which code is compiled or not."""
    with tempfile.TemporaryDirectory(dir=bench.folder, prefix="work-") as name:
        out, empty = Path(name, "edges"), Path(name, "cache")
        out.mkdir()
        empty.mkdir()
        warm = os.environ.get("NUMBA_CACHE_DIR", str(bench.folder / "numba"))
        yield (
            out,
            {
                **os.environ,
                "NUMBA_CACHE_DIR": str(empty) if cold else warm,
                "POLARS_MAX_THREADS": str(bench.threads),
            },
        )


def compiled_files(cache: Path) -> int:
    """Count what the compiler keeps in a folder."""
    return sum(1 for _ in cache.rglob("*.nb*")) if cache.is_dir() else 0


def answered(
    steps: Steps,
    job: Job,
    driver: Driver,
    limits: Limits,
    environment: dict[str, str],
    last: bool,
) -> Row:
    """Run the steps of a job, and read the answer unless it is put again."""
    if driver.needs:  # only those see the peers' packages
        environment = {**environment, "PYTHONPATH": str(PEERS)}
    for step in steps.before:
        untimed(step, environment)
    row = timed(steps.timed, limits, environment)
    if row["status"] != OK or not (last or row["seconds"] > SHORT_S):
        return row
    if not driver.exact:
        return {**row, "answers": {}}
    for step in steps.after:
        untimed(step, environment)
    read = untimed(Step("answer", ours("answer", job.text())), environment)
    return {**row, "answers": json.loads(read.printed)}


def timed(steps: Iterable[Step], limits: Limits, environment: dict[str, str]) -> Row:
    """Measure steps one after another; they share the limit of time."""
    runs: dict[str, Run] = {}
    for step in steps:
        os.sync()  # nobody pays for what others left to write
        runs[step.name] = run = measure(step.command, limits, environment, ROOT)
        limits = replace(limits, seconds=limits.seconds - run.seconds)
        if run.status != OK:
            break
    return {
        "status": run.status,
        "reason": reason(run),
        "seconds": round(sum(run.seconds for run in runs.values()), 3),
        "cpu_s": round(sum(run.cpu_s for run in runs.values()), 3),
        "others_s": round(sum(run.others_s for run in runs.values()), 3),
        "peak_mib": max(run.peak_mib for run in runs.values()),
        "own_mib": max(run.own_mib for run in runs.values()),
        "steps": {name: run.seconds for name, run in runs.items()},
        "said": spoken(run.printed),
    }


def reason(run: Run) -> str:
    """Return the last words of a command that did not end well."""
    if run.status == OK:
        return ""
    lines = run.complained.strip().splitlines() or [""]
    return lines[-1][:200]


def spoken(printed: str) -> Row:
    """Return the JSON object that a command printed, if that is what it did."""
    try:
        found = json.loads(printed)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def untimed(step: Step, environment: dict[str, str]) -> Run:
    """Run a step that must work."""
    run = measure(step.command, UNTIMED, environment, ROOT)
    if run.status != OK:
        raise BenchmarkError(
            f"{step.name} did not work ({run.status}): {run.complained}"
        )
    return run


def compared(rows: list[Row]) -> list[Row]:
    """Mark rows whose answer differs from that of the first that has one."""
    first: dict[tuple[str, str], Any] = {}
    marked = []
    for row in rows:
        wrong = [
            f"{name} of {window}: {answer[name]}, not {first[window, name]}"
            for window, answer in row.get("answers", {}).items()
            for name in ("edges", "sum_objects", "digest", "attributes")
            if answer[name] is not None
            and first.setdefault((window, name), answer[name]) != answer[name]
        ]
        marked.append({**row, "status": WRONG, "reason": wrong[0]} if wrong else row)
    return marked
