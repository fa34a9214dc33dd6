"""Makes one world in a process of its own: a case to look into, and a truth to seal.

python -m rasad.evaluate.workshop ORDER.json
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import pyarrow.parquet as pq

from rasad.case import Case, open_case
from rasad.config import Resources
from rasad.evaluate.alter import coarsen, lose
from rasad.evaluate.metrics.truth import OPERATOR
from rasad.evaluate.sealing import write_json
from rasad.evaluate.shown import show, without_times, write_shown
from rasad.evaluate.worlds import Recorded, Simulated, World, world_of_json
from rasad.importers.plan import plan
from rasad.simulate.society.scenario import Scenario, read_scenario
from rasad.simulate.society.world import write_world

CASE, SHOWN, MADE, TRUTH = "case", "shown", "made.json", "truth.csv"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to make.

    Parameters
    ----------
    world : World
        Which one.
    scale : float
        Of the round; 1 is 300,000 ordinary accounts.
    seed : int or None
        Which of all such worlds; None for one that nobody makes.
    data : str
        Folder of recorded worlds; empty if there is none.
    folder : str
        Takes `case`, `shown` and `made.json`.
    truth : str
        File that takes the truth: not inside `folder`.
    memory : str
        That the import may use.
    """

    world: World
    scale: float
    seed: int | None
    data: str
    folder: str
    truth: str
    memory: str


def make(order: Order) -> dict[str, Any]:
    """Make a world, import it, and return how large it is and how long it took."""
    folder = Path(order.folder)
    begin = perf_counter()
    files, columns = _files(order, folder / "posts")
    made = perf_counter()
    case_folder = folder / CASE
    with open_case(
        case_folder,
        purpose="evaluate",
        create=True,
        resources=Resources(threads=1, memory=order.memory),
    ) as case:
        for path in files:
            case.import_file(plan(path, mapping=columns))
        shown = show(case.store)
        counts = _counts(case)
    if isinstance(order.world.made, Simulated) and order.world.made.timeless:
        shown = without_times(shown)
    write_shown(shown, folder / SHOWN)
    shutil.rmtree(folder / "posts", ignore_errors=True)
    return {
        "made_s": round(made - begin, 2),
        "imported_s": round(perf_counter() - made, 2),
        "shown_accounts": shown.n_accounts,
        "shown_actions": {name: len(layer) for name, layer in shown.layers.items()},
        **counts,
    }


def _counts(case: Case) -> dict[str, Any]:
    sql = """
        SELECT count(*) AS posts, count(DISTINCT account) AS accounts,
          min(created_at)::VARCHAR AS first_at, max(created_at)::VARCHAR AS last_at
        FROM post WHERE current
    """
    return case.store.rows(sql)[0]


def _files(order: Order, posts: Path) -> tuple[list[Path], dict[str, str] | None]:
    """Return the files of a world and how to read them; the truth is written."""
    made = order.world.made
    if isinstance(made, Simulated):
        return _simulated(order, made, posts), None
    source = Path(order.data, made.file)
    labels = Path(order.data, made.labels) if made.labels else None
    rows = _labels(made, labels) if labels else [("account", "label")]
    Path(order.truth).write_bytes(csv_bytes(rows))
    return [source], dict(made.columns) or None


def _simulated(order: Order, made: Simulated, folder: Path) -> list[Path]:
    """Let a world happen and take from it what is not to be seen."""
    scenario = scenario_of(made, order.scale)
    seed = order.seed or 0
    write_world(scenario, folder, seed=seed)
    shutil.move(folder / TRUTH, order.truth)
    files = sorted((folder / "posts").glob("day-*.parquet"))
    files = files[: made.until_day]
    if made.missing:
        lose(files, made.missing, seed)
    if made.rounded_s:
        coarsen(files, made.rounded_s)
    return files


def scenario_of(made: Simulated, scale: float) -> Scenario:
    """Return the scenario of a world at its size, with what is other in it."""
    scenario = read_scenario(made.scenario).at_scale(scale * made.share)
    other: dict[str, Any] = dict(made.operation)
    return replace(
        scenario,
        days=made.days,
        operations=tuple(replace(each, **other) for each in scenario.operations),
    )


def _labels(made: Recorded, path: Path) -> list[tuple[str, ...]]:
    """Return the lines of a truth file: a label, or a role and cluster, per account."""
    pairs = sorted(set(_two_columns(path, made.account, made.label)))
    named = [(f"generic:{name}", label) for name, label in pairs]
    if not made.operated:
        clusters = [(name, OPERATOR, label) for name, label in named]
        return [("account", "role", "team"), *clusters]
    marked = [(name, str(int(label == made.operated))) for name, label in named]
    return [("account", "label"), *marked]


def _two_columns(path: Path, one: str, other: str) -> Iterable[tuple[str, str]]:
    if path.suffix == ".parquet":
        table = pq.read_table(path, columns=[one, other])
        return zip(table[one].to_pylist(), table[other].to_pylist(), strict=True)
    with path.open(encoding="utf-8", newline="") as file:
        return [(row[one], row[other]) for row in csv.DictReader(file)]


def csv_bytes(rows: Iterable[tuple[str, ...]]) -> bytes:
    r"""Write a truth file.

    Examples
    --------
    >>> csv_bytes([("account", "label"), ("generic:a", "1")])
    b'account,label\ngeneric:a,1\n'
    """
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue().encode()


def main(path: Path) -> None:
    """Carry out the order that a file holds."""
    values = json.loads(path.read_text(encoding="utf-8"))
    order = Order(**values | {"world": world_of_json(values["world"])})
    write_json(Path(order.folder, MADE), make(order))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
