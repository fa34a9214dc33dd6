"""Which questions are put to which engines, small and large.

A benchmark is a table: its entries answer one question, or questions that share a
window, and every answer must be the same. The first entry is the one that the others
are compared with.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MINUTE, HOUR, DAY = 60, 3600, 86_400
LADDER = (10, 60, 600, 3600)
WINDOWS = (10, 60, 600, HOUR, DAY)
NEVER = 10**12
"""More pairs than any file here has: nothing is thinned."""

UNITS = ((1_000_000, "m"), (1_000, "k"))


@dataclass(frozen=True, kw_only=True)
class Data:
    """A file that the generator makes: its name, its options, its rows."""

    name: str
    options: tuple[str, ...]
    actions: int


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row of a table: an engine and how it is asked.

    A `cold` engine starts with nothing compiled.
    """

    driver: str
    label: str = ""
    windows: tuple[int, ...] = (MINUTE,)
    memory: str = ""
    max_pairs: int = NEVER
    cold: bool = False

    @property
    def key(self) -> str:
        """Return a name for the entry within its benchmark."""
        parts = [self.driver, self.label, "cold" if self.cold else ""]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """One table: a file, a threshold, and who is asked."""

    name: str
    title: str
    data: Data
    entries: tuple[Entry, ...]
    timeout_s: int
    min_objects: int = 2
    chart: bool = False


@dataclass(frozen=True)
class Plan:
    """All benchmarks of one size; the chart shows those that are marked.

    Short runs are made as often as `short_runs` says, by every engine.
    """

    name: str
    benchmarks: list[Benchmark] = field(default_factory=list)
    short_runs: int = 1


def size(count: int) -> str:
    """Write 3000000 as 3m."""
    for unit, letter in UNITS:
        if count >= unit and count % unit == 0:
            return f"{count // unit}{letter}"
    return str(count)


def world(actions: int, profile: str = "repost", base: int = 0) -> Data:
    """Return a file of cascades; with a base, of the density of that size."""
    options = ("--actions", str(actions), "--profile", profile)
    name = f"{profile}-{size(actions)}"
    if base:
        return Data(
            name=f"{name}-as-{size(base)}",
            options=(*options, "--base", str(base)),
            actions=actions,
        )
    return Data(name=name, options=options, actions=actions)


def burst(actors: int) -> Data:
    """Return a file in which everybody acts on one object within a minute."""
    return Data(
        name=f"burst-{size(actors)}",
        options=("--burst", str(actors), "--within", str(MINUTE)),
        actions=actors,
    )


def spread(actors: int) -> Data:
    """Return a file in which somebody acts on one object every minute."""
    return Data(
        name=f"spread-{size(actors)}",
        options=("--spread", str(actors), "--apart", str(MINUTE)),
        actions=actors,
    )


RASAD = (Entry(driver="rasad"),)
COLD = (Entry(driver="rasad", cold=True),)
SORTS = (Entry(driver="sort"), Entry(driver="sort-stored"))
DUCKDB = tuple(
    Entry(driver=name)
    for name in ("duckdb-slots", "duckdb-slots-count", "duckdb", "duckdb-count")
)
FRAMES = tuple(Entry(driver=name) for name in ("polars-slots", "polars", "pandas"))


def compared(data: Data, others: tuple[Entry, ...], timeout_s: int) -> Benchmark:
    """Compare engines on pairs within a minute on at least two objects."""
    return Benchmark(
        name=f"compare-{data.name}",
        title=f"{data.actions:,} actions ({data.name}), 60 s, two objects or more",
        data=data,
        entries=(*RASAD, *SORTS, *others),
        timeout_s=timeout_s,
    )


def unlimited(data: Data, timeout_s: int) -> Benchmark:
    """Compare engines on pairs at any distance in time."""
    entries = [
        Entry(driver=name, windows=())
        for name in ("rasad", "scipy", "duckdb-count", "polars")
    ]
    return Benchmark(
        name=f"unlimited-{data.name}",
        title=f"{data.actions:,} actions ({data.name}), any time, two objects or more",
        data=data,
        entries=tuple(entries),
        timeout_s=timeout_s,
    )


def ladder(data: Data, timeout_s: int) -> Benchmark:
    """Compare four windows in one run with the largest alone."""
    return Benchmark(
        name=f"ladder-{data.name}",
        title=f"{data.actions:,} actions ({data.name}), four windows and one",
        data=data,
        entries=(
            Entry(driver="rasad", label="3,600 s alone", windows=LADDER[-1:]),
            Entry(driver="rasad", label="10, 60, 600 and 3,600 s", windows=LADDER),
        ),
        timeout_s=timeout_s,
    )


def bounded(data: Data, memory: str, timeout_s: int) -> Benchmark:
    """Compare with reading and sorting, and with little memory."""
    told = f"told {memory}"
    return Benchmark(
        name=f"bounded-{data.name}",
        title=f"{data.actions:,} actions ({data.name}), 60 s, two objects or more",
        data=data,
        entries=(
            Entry(driver="rasad"),
            Entry(driver="rasad", label=told, memory=memory),
            *SORTS,
            Entry(driver="sort-stored", label=told, memory=memory),
        ),
        timeout_s=timeout_s,
    )


def single(data: Data, others: tuple[str, ...], timeout_s: int) -> Benchmark:
    """Compare engines on one object, where every co-action is an edge."""
    return Benchmark(
        name=data.name,
        title=f"One object, {data.actions:,} actors ({data.name}), 60 s, one object",
        data=data,
        entries=tuple(Entry(driver=name) for name in ("rasad", *others)),
        min_objects=1,
        timeout_s=timeout_s,
    )


def crowd(actors: int, timeout_s: int, max_pairs: int = 0) -> Benchmark:
    """Measure a burst that must be thinned, by default to what a user would get."""
    limit = f"a limit of {max_pairs:,}" if max_pairs else "the default limit"
    return Benchmark(
        name=f"crowd-{size(actors)}",
        title=f"One object, {actors:,} actors within a minute, {limit}",
        data=burst(actors),
        entries=(Entry(driver="rasad", max_pairs=max_pairs),),
        min_objects=1,
        timeout_s=timeout_s,
    )


def growth(
    base: int, sizes: tuple[int, ...], windows: tuple[int, ...], timeout_s: int
) -> list[Benchmark]:
    """Measure Rasad on files of one density, from small to large."""
    entries = tuple(
        Entry(driver="rasad", label=f"{window} s", windows=(window,))
        for window in windows
    )
    return [
        Benchmark(
            name=f"growth-{size(actions)}",
            title=f"Growth: {actions:,} actions as dense as {base:,}",
            data=world(actions, base=base),
            entries=entries,
            timeout_s=timeout_s,
            chart=True,
        )
        for actions in sizes
    ]


def small() -> Plan:
    """Return what fits into two minutes on two cores."""
    tiny, million = world(100_000), world(1_000_000)
    toolkit = (Entry(driver="toolkit"),)
    return Plan(
        "small",
        [
            compared(tiny, (*COLD, *DUCKDB, *FRAMES, *toolkit), 60),
            compared(million, (*DUCKDB, *FRAMES[:2]), 60),
            compared(world(300_000, "hashtag"), DUCKDB[:2], 60),
            unlimited(tiny, 60),
            ladder(million, 60),
            bounded(million, "512MiB", 60),
            single(burst(1_000), ("duckdb", "toolkit"), 60),
            single(spread(64_000), ("duckdb-slots",), 60),
            crowd(100_000, 60, max_pairs=1_000_000),
            *growth(100_000, (100_000, 300_000, 1_000_000), (60, 3600), 60),
        ],
    )


def large() -> Plan:
    """Return what takes hours, most of them those of others."""
    million, ten, hundred = (world(n * 1_000_000) for n in (1, 10, 100))
    toolkit = (Entry(driver="toolkit"),)
    sizes = tuple(n * 1_000_000 for n in (1, 3, 10, 30, 100))
    return Plan(
        "large",
        [
            compared(million, (*COLD, *DUCKDB, *FRAMES, *toolkit), 600),
            compared(ten, (*COLD, *DUCKDB, *FRAMES, *toolkit), 1800),
            compared(world(10_000_000, "hashtag"), DUCKDB[:2], 1800),
            unlimited(million, 600),
            ladder(ten, 1800),
            bounded(hundred, "3GiB", 3600),
            single(burst(8_000), ("duckdb-count", "duckdb", "toolkit"), 900),
            single(spread(64_000), ("duckdb-slots", "duckdb-count", "toolkit"), 900),
            crowd(1_000_000, 900),
            *growth(1_000_000, sizes, WINDOWS, 3600),
        ],
        short_runs=5,
    )


PLANS = {"small": small, "large": large}
