"""Work on a small case in processes that are disturbed: refused calls, kills, no room.

`Workshop` starts one process that has loaded everything; it forks for each request, so
that a run costs a fraction of a second. Files are read there without the child process
for parsing, which has tests of its own.
"""

from __future__ import annotations

import gc
import hashlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from planted_ring import planted_shares, write_shares

import rasad.case
import rasad.importers.plan
from rasad.case import Case, open_case
from rasad.config import Calibration, Resources, Settings
from rasad.errors import RasadError, StoreDamagedError
from rasad.extend import Head, Sniff
from rasad.importers import IMPORTERS
from rasad.importers.look_child import seen
from rasad.importers.parsed import Reading
from rasad.importers.parts import parts_of
from rasad.importers.plan import plan
from rasad.importers.unpacking import Place, measured
from rasad.schema import TABLES
from rasad.store.evidence import sha256
from rasad.store.sql import ordered
from reliability.call_watch import Disturbance, Say, can_watch, watched

TESTS = Path(__file__).resolve().parents[1]
QUICK = Settings(calibration=Calibration(pairs=0))
FACTS = [name for name, table in TABLES.items() if table.TIER == "facts"]


@dataclass(frozen=True)
class Request:
    """A command on a case, and what disturbs it.

    `stages` follow the import: `detect`, `write` the tables, and `check` what is there
    before and after. `limit` is the size in bytes that no file can exceed, 0 for any.
    """

    case: str
    files: tuple[str, ...]
    stages: tuple[str, ...] = ()
    disturbance: Disturbance = Disturbance(0)
    limit: int = 0


@dataclass(frozen=True)
class Outcome:
    """How it ended: its status, the calls it made on the case, and what it said.

    `acknowledged` are sources and runs, as they came; a check finds what is `held` in
    the end and the digest of each of the `tables`, written files among them. `unclear`
    is an error that is none of ours.
    """

    status: int
    calls: int
    acknowledged: list[str]
    error: str = ""
    unclear: str = ""
    held: list[str] = field(default_factory=list)
    tables: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


def write_files(folder: Path, size: int) -> tuple[str, ...]:
    """Write two tables that have some rows in common, and this many together."""
    shares = planted_shares()
    kept = [share for share in shares if share[0].startswith("ring")]
    kept += shares[: size - len(kept)]
    half = len(kept) // 2
    return (
        str(write_shares(folder / "one.csv", kept[: half + 20])),
        str(write_shares(folder / "two.csv", kept[half:])),
    )


class Workshop:
    """Carries out requests, each in a process of its own."""

    def __init__(self, warm: bool = False) -> None:
        module = [sys.executable, "-m", "reliability.disturbed"]
        self._process = subprocess.Popen(
            [*module, *(["warm"] if warm else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=TESTS,
            text=True,
        )
        self.can_watch = json.loads(self._answer())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def carry_out(self, request: Request) -> Outcome:
        assert self._process.stdin is not None
        words = vars(request) | {"disturbance": vars(request.disturbance)}
        print(json.dumps(words), file=self._process.stdin, flush=True)
        return Outcome(**json.loads(self._answer()))

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@contextmanager
def read_here(head: Head, sniff: Sniff, _: str) -> Iterator[Reading]:
    """Read a file in this process, as its child would."""
    importer = IMPORTERS.find(sniff.importer)
    whole, _again = seen(head.path, head.member, sniff.importer, sniff.mapping)
    held = measured(Place(head.path, head.member))
    yield Reading(held, parts_of(importer.read(whole, sniff.mapping)), sniff)


def run(request: Request, tell: Callable[[dict[str, Any]], None]) -> None:
    """Do what is asked for; tell at once what is acknowledged, and what is wrong."""
    if request.limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (request.limit, request.limit))
    try:
        try:
            _opened(request, tell)
        except StoreDamagedError:
            # As the command line does: the store is rebuilt now.
            _opened(request, tell)
    except RasadError as error:
        tell({"error": str(error)})
    except BaseException:  # noqa: BLE001 - the test shall see it
        tell({"unclear": traceback.format_exc()})


def _opened(request: Request, tell: Callable[[dict[str, Any]], None]) -> None:
    notices: list[str] = []
    try:
        with open_case(
            Path(request.case),
            create=True,
            settings=QUICK,
            resources=Resources(threads=1),
        ) as case:
            notices = case.notices
            _stages(case, request, tell)
    finally:
        for notice in notices:
            tell({"notices": notice})


def _stages(
    case: Case, request: Request, tell: Callable[[dict[str, Any]], None]
) -> None:
    if "check" in request.stages:
        case.verify()
        tell({"held": held(case)})
    for file in request.files:
        tell({"acknowledged": case.import_file(plan(Path(file)))["source_id"]})
    tables = FACTS
    if "detect" in request.stages:
        tables = list(TABLES)
        tell({"acknowledged": case.detect()["run_id"]})
    if "write" in request.stages:
        case.export("parquet", case.out)
    if "check" in request.stages:
        tell({"tables": digests(case, tables)})


def held(case: Case) -> list[str]:
    """Return the ids of the sources and runs that the store has."""
    sql = "SELECT source_id AS id FROM source UNION ALL SELECT run_id FROM run"
    return [row["id"] for row in case.store.rows(sql)]


def digests(case: Case, tables: list[str]) -> dict[str, str]:
    """Return the SHA-256 of each table that has rows, and of each file in `out`."""
    found = {}
    for table in tables:
        rows = case.store.arrow(ordered(table))
        if len(rows):
            text = repr(rows.to_pydict()).encode()
            found[table] = hashlib.sha256(text).hexdigest()
    return found | {path.name: sha256(path) for path in sorted(case.out.iterdir())}


class Trial:
    """A command on a small case, disturbed again and again, and what it is if not."""

    def __init__(
        self, workshop: Workshop, folder: Path, size: int, stages: tuple[str, ...] = ()
    ) -> None:
        self.workshop, self.case, self.stages = workshop, folder / "case", stages
        self.files = write_files(folder, size)
        whole = self.disturbed(Disturbance(0))
        assert len(whole.acknowledged) >= len(self.files), whole
        self.calls, self.tables = whole.calls, self.checked().tables

    def disturbed(self, what: Disturbance, limit: int = 0) -> Outcome:
        """Begin with no case, and be disturbed."""
        shutil.rmtree(self.case, ignore_errors=True)
        return self._carry_out(Request("", (), self.stages, what, limit))

    def checked(self, stages: tuple[str, ...] | None = None) -> Outcome:
        """Open the case, look at all of it, and give the same command again."""
        asked = self.stages if stages is None else stages
        return self._carry_out(Request("", (), (*asked, "check")))

    def _carry_out(self, request: Request) -> Outcome:
        asked = replace(request, case=str(self.case), files=self.files)
        return self.workshop.carry_out(asked)

    def complaint(self, outcome: Outcome) -> str:
        """Say what is wrong after a disturbance; empty if nothing is."""
        if outcome.unclear:
            return f"unclear end: {outcome}"
        after = self.checked()
        if after.status or after.error or after.unclear:
            return f"inconsistent: {after}"
        if not set(outcome.acknowledged) <= set(after.held):
            return f"lost: {outcome} {after}"
        return "" if after.tables == self.tables else f"different: {after}"


def warm_up() -> None:
    """Load what is compiled, once for all processes to come."""
    said: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        files = write_files(Path(folder), 1_200)
        run(Request(f"{folder}/case", files, ("detect", "write")), said.append)
    assert sum("acknowledged" in words for words in said) == len(files) + 1, said


def answer(asked: Request) -> Outcome:
    """Carry out a request in a process of its own."""

    def work(say: Say) -> None:
        run(asked, lambda words: say(json.dumps(words).encode() + b"\n"))

    seen = watched(work, asked.case, asked.disturbance)
    words: dict[str, Any] = {"acknowledged": [], "notices": []}
    for line in seen.said.splitlines():
        for name, value in json.loads(line).items():
            if name in ("acknowledged", "notices"):
                words[name].append(value)
            else:
                words[name] = value
    return Outcome(seen.status, seen.calls, **words)


def put(value: object) -> None:
    """Say something to the test, in a line."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Answer requests until there are no more."""
    rasad.case.parsed = read_here  # type: ignore[assignment,attr-defined]
    for module in (rasad.case, rasad.importers.plan):
        module.looked = seen  # type: ignore[attr-defined]
    put(can_watch())
    if "warm" in sys.argv:
        warm_up()
    # Nobody looks for garbage in what each process shares with this one.
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        words = json.loads(line)
        what = Disturbance(**words.pop("disturbance"))
        put(vars(answer(Request(**words, disturbance=what))))
    gc.unfreeze()


if __name__ == "__main__":
    main()
