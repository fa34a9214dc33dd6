"""What share of planted rings would be found in a case, with the case's own settings.

Nobody can say what a case hides, but everybody can hide something in a copy of it and
look. Rings are put in, the same detection runs, and how many of them it certifies is
counted, with an interval.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from rasad.case import Case, open_case
from rasad.config import Resources
from rasad.errors import ConfigError
from rasad.evaluate.injection import Host, choose_trace, inject, read_host, withdraw
from rasad.evaluate.metrics.intervals import wilson_interval
from rasad.evaluate.working_copy import working_copy
from rasad.exports.wording import counted
from rasad.extend import Progress, Trace, no_progress
from rasad.simulate.ring import RingActions, RingDesign, make_ring, working_days
from rasad.store.sql import Store

RINGS = 10
AT_ONCE = 5
MOST_AT_ONCE = 0.1
"""Share of the case that is injected at once, unless one ring is more."""

LARGEST_RING = 0.25
"""Share of the case, by accounts or actions, that no ring may exceed: it would be what
others are compared with."""

RUN_S, ACTION_S = 5.0, 0.0005
"""Rough seconds of a detection, and of each action in it, before one has run."""

GROUPS = "SELECT grp, size, replicated FROM grp ORDER BY rank"
MEMBERS = "SELECT grp, account FROM member"
KEPT = "SELECT account_a, account_b FROM pair WHERE kept"
FRONTIER = "SELECT lift, co_actions FROM frontier ORDER BY lift"
TRUSTED = """
    SELECT 1 FROM edge
    WHERE trace = $trace AND window_s <= $longest AND q_value IS NOT NULL LIMIT 1
"""

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Room:
    """How much there is of a case, in the trace in which rings act.

    `days` are those on which a ring can act.
    """

    accounts: int
    actions: int
    days: int

    @classmethod
    def of(cls, host: Host) -> Room:
        """Return the room in a case."""
        return cls(
            accounts=len(host.accounts),
            actions=len(host.actions),
            days=len(working_days(host.actions)),
        )

    def deeds(self, design: RingDesign) -> float:
        """Return how often a ring acts for its tasks, on average."""
        tasks = self.days * design.active_share * design.tasks_per_day
        return tasks * design.compliance * design.members

    def taken_by(self, design: RingDesign) -> float:
        """Return how much of the case a ring is, by accounts or by actions.

        Examples
        --------
        >>> room = Room(accounts=1_000, actions=20_000, days=10)
        >>> room.taken_by(RingDesign(members=15, tasks_per_day=2))
        0.015
        """
        return max(design.members / self.accounts, self.deeds(design) / self.actions)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is to be measured.

    Parameters
    ----------
    designs : sequence of RingDesign
        Each gets an answer of its own.
    rings : int
        Rings of each design.
    at_once : int
        Rings in one run at most; all that are injected at once stay below a tenth of
        the case, or are one ring.
    trace : str, optional
        The trace in which rings act.
    seed : int
        Seed of the rings.
    """

    designs: Sequence[RingDesign]
    rings: int = RINGS
    at_once: int = AT_ONCE
    trace: str | None = None
    seed: int = 1

    def batch(self, design: RingDesign, room: Room) -> int:
        """Return how many rings of a design go into one run."""
        most = int(MOST_AT_ONCE / room.taken_by(design))
        return max(min(self.at_once, self.rings, most), 1)

    def n_runs(self, room: Room) -> int:
        """Return how many detections it takes."""
        return sum(
            -(-self.rings // self.batch(design, room)) for design in self.designs
        )


@dataclass(kw_only=True)
class Tally:
    """What the runs of one design gave."""

    certified: int = 0
    members: int = 0
    listed: int = 0
    kept_pairs: int = 0
    tasks: int = 0
    together: float = 0.0
    runs: int = 0
    untrusted: int = 0
    calibration: Counter[str] = field(default_factory=Counter)
    frontier: dict[str, int | None] = field(default_factory=dict)


def power(
    folder: Path,
    request: Request,
    traces: Mapping[str, Trace],
    *,
    resources: Resources | None = None,
    progress: Progress = no_progress,
    say: Say = lambda line: None,
) -> Generator[dict[str, Any], None, None]:
    """Measure how many injected rings would be found in a case.

    Parameters
    ----------
    folder : pathlib.Path
        The case. It is locked meanwhile and never changed.
    request : Request
        What to inject.
    traces : mapping of str to Trace
        All traces, as the case's importers used them.
    resources : Resources, optional
        Memory and threads to use.
    progress : Progress
        Told how far a detection is.
    say : callable
        Told how long it will take.

    Yields
    ------
    dict
        One per design: the design; `trace`; `days` on which a ring can act, `tasks` per
        ring, `together`, the tasks that two members both carried out; `rings`,
        `at_once`, `runs`; `certified`, `share` with `share_low` and `share_high`;
        `certified_members`, those of all rings who are in certified groups that are
        mostly their ring; `listed`; `kept_pairs` of `possible_pairs`; `frontier`, the
        co-actions that a pair needs by lift; `calibration`, runs by what the gate said;
        `untrusted`, runs in which no window of the trace could certify; `seconds`.

    Raises
    ------
    CaseError
        If it is no case.
    NotEnoughDataError
        If the case holds nothing to hide a ring in.
    ConfigError
        If a ring is too large for the case, or the trace cannot be used.
    DiskFullError
        If there is no room for a copy.
    """
    with (
        working_copy(folder, "power") as copy,
        open_case(
            copy, purpose="power", resources=resources, progress=progress
        ) as case,
    ):
        trace = choose_trace(case.store, traces, request.trace)
        host = read_host(case.store, trace, case.settings)
        room = Room.of(host)
        for design in request.designs:
            _check_size(design, room, trace)
        clock = Clock(request.n_runs(room), _guess_s(case.store), say)
        for design in request.designs:
            yield _measured(case, host, design, request, traces, clock)


class Clock:
    """Says how long it will take: roughly at first, then by what one run took.

    Parameters
    ----------
    n_runs : int
        Runs to come.
    guess_s : float
        Seconds that a run may take.
    say : callable
        Told.
    """

    def __init__(self, n_runs: int, guess_s: float, say: Say) -> None:
        self.left = n_runs
        self.say = say
        self.known = False
        roughly = duration(n_runs * guess_s)
        say(f"{counted(n_runs, 'detection')}, roughly {roughly} in all.")

    def tick(self, seconds: float) -> None:
        """Count a run that has ended."""
        self.left -= 1
        if not self.known and self.left:
            left = duration(self.left * seconds)
            self.say(f"The first took {duration(seconds)}: about {left} to go.")
        self.known = True


def duration(seconds: float) -> str:
    """Return a duration in words.

    Examples
    --------
    >>> duration(42.4), duration(600), duration(90_000)
    ('42 s', '10 min', '25 h')
    """
    for unit, name in ((7_200, "h"), (120, "min")):
        if seconds >= unit:
            return f"{seconds / (3_600 if name == 'h' else 60):.0f} {name}"
    return f"{seconds:.0f} s"


def _guess_s(store: Store) -> float:
    return RUN_S + ACTION_S * float(
        store.rows("SELECT count(*) AS n FROM action")[0]["n"]
    )


def _check_size(design: RingDesign, room: Room, trace: Trace) -> None:
    """Refuse a ring that would be a large part of the case."""
    if room.taken_by(design) <= LARGEST_RING:
        return
    most = int(LARGEST_RING * room.accounts)
    if design.members > most:
        raise ConfigError(
            f"A ring of {design.members} is more than a quarter of the "
            f"{room.accounts:,} accounts of the case, which it would be compared with",
            f"take at most {most}" if most >= 2 else "import more accounts",
        )
    raise ConfigError(
        f"A ring of {design.members} with {design.tasks_per_day:g} tasks a day acts "
        f"{room.deeds(design):,.0f} times, more than a quarter as often as all "
        f"accounts of the case together in trace {trace.name}",
        "take fewer tasks or members, or another trace",
    )


def _measured(
    case: Case,
    host: Host,
    design: RingDesign,
    request: Request,
    traces: Mapping[str, Trace],
    clock: Clock,
) -> dict[str, Any]:
    """Inject all rings of a design, batch by batch, and say what was found."""
    begin, tally = perf_counter(), Tally()
    room = Room.of(host)
    at_once = request.batch(design, room)
    for first in range(1, request.rings + 1, at_once):
        started = perf_counter()
        rings = {
            number: make_ring(host.actions, design, request.seed, number)
            for number in range(first, min(first + at_once, request.rings + 1))
        }
        inject(case.store, host, rings, traces)
        run = case.detect()
        _count(case, host, rings, run, tally)
        withdraw(case.store, host)
        clock.tick(perf_counter() - started)
    low, high = wilson_interval(tally.certified, request.rings)
    return {
        **asdict(design),
        "trace": host.trace.name,
        "days": room.days,
        "tasks": tally.tasks / request.rings,
        "together": tally.together / request.rings,
        "rings": request.rings,
        "at_once": at_once,
        "runs": tally.runs,
        "certified": tally.certified,
        "share": tally.certified / request.rings,
        "share_low": low,
        "share_high": high,
        "certified_members": tally.members,
        "listed": tally.listed,
        "kept_pairs": tally.kept_pairs,
        "possible_pairs": request.rings * design.members * (design.members - 1) // 2,
        "frontier": tally.frontier,
        "calibration": dict(sorted(tally.calibration.items())),
        "untrusted": tally.untrusted,
        "seconds": round(perf_counter() - begin, 1),
    }


def _count(
    case: Case,
    host: Host,
    rings: Mapping[int, RingActions],
    run: Mapping[str, Any],
    tally: Tally,
) -> None:
    """Add what one run found of its rings."""
    store = case.store
    ring_of = {
        account: number
        for number, ring in rings.items()
        for account in host.members(number, ring)
    }
    _count_groups(store, rings, ring_of, tally)
    for row in store.rows(KEPT):
        ends = {ring_of.get(row["account_a"]), ring_of.get(row["account_b"])}
        tally.kept_pairs += len(ends) == 1 and None not in ends
    longest = case.settings.validation.longest_window_s
    tally.untrusted += not store.rows(TRUSTED, trace=host.trace.name, longest=longest)
    tally.calibration[run["calibration"]] += 1
    tally.runs += 1
    tally.frontier = {
        f"{row['lift']:g}": row["co_actions"] for row in store.rows(FRONTIER)
    }


def _count_groups(
    store: Store,
    rings: Mapping[int, RingActions],
    ring_of: Mapping[str, int],
    tally: Tally,
) -> None:
    inside: Counter[tuple[str, int]] = Counter(
        (row["grp"], ring_of[row["account"]])
        for row in store.rows(MEMBERS)
        if row["account"] in ring_of
    )
    groups = store.rows(GROUPS)
    for number, ring in rings.items():
        tally.tasks += ring.n_tasks
        tally.together += ring.together
        found = {row["grp"]: inside[row["grp"], number] for row in groups}
        mostly = [row for row in groups if 2 * found[row["grp"]] > row["size"]]
        certified = [row for row in mostly if row["replicated"]]
        half = {grp for grp, n in found.items() if 2 * n >= len(ring.like)}
        tally.members += sum(found[row["grp"]] for row in certified)
        tally.listed += any(row["grp"] in half for row in mostly)
        tally.certified += any(row["grp"] in half for row in certified)
