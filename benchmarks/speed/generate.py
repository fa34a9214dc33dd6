"""Make files of actions that are as hard as real ones, of any size, in little memory.

    python -m benchmarks.speed.generate reposts.parquet --actions 10m
    python -m benchmarks.speed.generate burst.parquet --burst 8k --within 60

Rows are (account_id, object_id, timestamp): scrambled 63-bit integers, as platforms
hand out, and whole seconds; they are sorted by time. The same options give the same
rows.

Objects are made a few millions of actions at a time and thrown into one heap per slice
of time; the heaps are sorted and written one after another. So a hundred million rows
take no more memory than ten.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.speed.cascades import (
    DAY,
    PROFILES,
    Actions,
    World,
    cascades,
    object_sizes,
    planted,
)

BEGIN = 1_700_000_000
"""The first second of every file."""

CHUNK = 2_000_000
"""Actions that are made, or sorted, at a time."""

SPARE = 1.25
"""Actions made per action wanted: repeats and late ones are thrown away."""

NEAR_S = 60
"""Seconds within which the summary counts co-actions."""

ROW = np.dtype([("second", "<u4"), ("account", "<u4"), ("thing", "<u4")])

UNITS = {"k": 1_000, "m": 1_000_000}


@dataclass(frozen=True)
class Summary:
    """What a file holds.

    `near_per_action` is the number of co-actions within a minute per action, expected
    after the surplus was thrown away at random.
    """

    actions: int
    accounts: int
    objects: int
    largest_object: int
    days: int
    near_per_action: float


class Made(NamedTuple):
    """What the heaps hold before the surplus goes."""

    near: int
    total: int


def write_world(world: World, path: Path) -> Summary:
    """Write the actions of a world, sorted by time, and return what they are."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        heaps = Heaps(Path(folder), world)
        made = fill(heaps, world)
        if made.total < world.actions:
            raise ValueError(f"only {made.total} of {world.actions} actions were made")
        tally = Tally(world)
        write_rows(path, (tally.seen(rows) for rows in thinned(heaps, world)))
    kept = world.actions / made.total
    return tally.summary(near_per_action=kept * made.near / made.total)


def fill(heaps: Heaps, world: World) -> Made:
    """Make every action of a world and throw it on the heap of its slice of time."""
    near = total = 0
    sizes = object_sizes(world, round(world.actions * SPARE))
    for number, (low, high) in enumerate(chunks(sizes)):
        made = cascades(world, sizes[low:high], low, number)
        near += co_actions(made, NEAR_S)
        total += heaps.throw(made)
    made = planted(world)
    return Made(near + co_actions(made, NEAR_S), total + heaps.throw(made))


def chunks(sizes: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Split objects into ranges with about equally many actions."""
    ends = np.cumsum(sizes)
    wanted = np.arange(CHUNK, ends[-1] + CHUNK, CHUNK)
    cuts = np.unique(np.minimum(np.searchsorted(ends, wanted) + 1, len(sizes)))
    yield from zip([0, *cuts[:-1].tolist()], cuts.tolist(), strict=True)


def co_actions(actions: Actions, within_s: int) -> int:
    """Count pairs of actions on one object that are at most so far apart."""
    if not len(actions.thing):
        return 0
    # One sorted number per action, objects further apart than any window.
    apart = int(actions.second.max()) + within_s + 1
    place = np.sort((actions.thing - actions.thing.min()) * apart + actions.second)
    after = np.searchsorted(place, place + within_s, side="right")
    return int(after.sum() - len(place) * (len(place) + 1) // 2)


class Heaps:
    """Files of unsorted actions, one per slice of time."""

    def __init__(self, folder: Path, world: World) -> None:
        self.count = 2 * math.ceil(world.actions / CHUNK)
        self.width = math.ceil(world.days * DAY / self.count)
        self.paths = [folder / f"{number}.bin" for number in range(self.count)]

    def throw(self, actions: Actions) -> int:
        """Throw actions on their heaps; return how many there were."""
        order = np.argsort(actions.second, kind="stable")
        rows = np.empty(len(order), ROW)
        for name, column in zip(ROW.names or (), actions, strict=True):
            rows[name] = column[order]
        edges = np.arange(self.count + 1, dtype=np.int64) * self.width
        cuts = np.searchsorted(rows["second"], edges)
        for path, low, high in zip(self.paths, cuts[:-1], cuts[1:], strict=True):
            with path.open("ab") as file:
                rows[low:high].tofile(file)
        return len(rows)

    def sizes(self) -> list[int]:
        """Return the rows on each heap."""
        return [path.stat().st_size // ROW.itemsize for path in self.paths]

    def read(self, number: int) -> NDArray[Any]:
        """Return the rows of one heap, in the order they were thrown."""
        return np.fromfile(self.paths[number], ROW)


def thinned(heaps: Heaps, world: World) -> Iterator[NDArray[Any]]:
    """Yield as many rows as wanted, by time; each row had the same chance to stay."""
    dice = world.dice("surplus")
    left, wanted = sum(heaps.sizes()), world.actions
    for number, size in enumerate(heaps.sizes()):
        stay = int(dice.hypergeometric(wanted, left - wanted, size)) if size else 0
        left, wanted = left - size, wanted - stay
        rows = heaps.read(number)
        chosen = rows[np.sort(dice.choice(size, stay, replace=False))]
        yield chosen[np.argsort(chosen["second"], kind="stable")]


class Tally:
    """Counts of what passes by on its way into a file."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rows = 0
        self.uses = np.zeros(world.things, np.uint32)
        self.active = np.zeros(world.accounts, np.bool_)

    def seen(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Count rows and hand them on."""
        self.rows += len(rows)
        self.uses += np.bincount(rows["thing"], minlength=len(self.uses)).astype("u4")
        self.active[rows["account"]] = True
        return rows

    def summary(self, near_per_action: float) -> Summary:
        """Return what passed by."""
        return Summary(
            actions=self.rows,
            accounts=int(self.active.sum()),
            objects=int((self.uses > 0).sum()),
            largest_object=int(self.uses.max()),
            days=self.world.days,
            near_per_action=round(near_per_action, 3),
        )


def write_burst(path: Path, actors: int, within_s: int, seed: int = 7) -> None:
    """Write one object on which everybody acts within so many seconds."""
    dice = np.random.default_rng(seed)
    write_single(path, np.sort(dice.integers(0, within_s + 1, actors)))


def write_spread(path: Path, actors: int, apart_s: int) -> None:
    """Write one object on which somebody acts every so many seconds, once each."""
    write_single(path, np.arange(actors) * apart_s)


def write_single(path: Path, seconds: NDArray[np.int64]) -> None:
    """Write actions of different accounts on one object."""
    rows = np.zeros(len(seconds), ROW)
    rows["second"], rows["account"] = seconds, np.arange(len(seconds))
    write_rows(path, iter([rows]))


def write_rows(path: Path, parts: Iterator[NDArray[Any]]) -> None:
    """Write rows as Parquet, codes scrambled to ids."""
    names = ("account_id", "object_id", "timestamp")
    schema = pa.schema([(name, pa.int64()) for name in names])
    unready = path.with_name(path.name + ".part")
    with pq.ParquetWriter(unready, schema, compression="zstd") as writer:
        for rows in parts:
            ids = (scrambled(rows["account"], 1), scrambled(rows["thing"], 2))
            columns = (*ids, rows["second"].astype(np.int64) + BEGIN)
            writer.write_table(pa.table(dict(zip(names, columns, strict=True))))
    unready.replace(path)


def scrambled(code: NDArray[np.uint32], salt: int) -> NDArray[np.int64]:
    """Return different 63-bit ids for different codes, without any order left."""
    # Odd factors and shifts to the right lose no bit, so no two codes meet.
    mask = np.uint64((1 << 63) - 1)
    word = code.astype(np.uint64) + np.uint64(salt << 40)
    for factor in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB):
        word = (word ^ (word >> np.uint64(30))) * np.uint64(factor) & mask
    return (word ^ (word >> np.uint64(31))).astype(np.int64)


def number(text: str) -> int:
    """Read 300000, 300k or 3m."""
    scale = UNITS.get(text[-1:].lower(), 1)
    return round(float(text.rstrip("kKmM")) * scale)


def main() -> None:
    """Write the file that the options describe and print what it holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--actions", type=number, default=1_000_000)
    parser.add_argument("--profile", choices=PROFILES, default="repost")
    parser.add_argument("--base", type=number, help="size whose density is kept")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--burst", type=number, help="actors on one object at once")
    parser.add_argument("--within", type=int, default=60, help="seconds of the burst")
    parser.add_argument("--spread", type=number, help="actors one after another")
    parser.add_argument("--apart", type=int, default=60, help="seconds between them")
    options = parser.parse_args()
    if options.burst:
        write_burst(options.path, options.burst, options.within, options.seed)
    elif options.spread:
        write_spread(options.path, options.spread, options.apart)
    else:
        profile, base = PROFILES[options.profile], options.base or options.actions
        world = World(options.actions, profile, base, options.seed)
        print(json.dumps(asdict(write_world(world, options.path))))


if __name__ == "__main__":
    main()
