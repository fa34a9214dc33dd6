"""Whole worlds of posts: an operation that is dark with its country, or is not."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rasad.case import open_case
from rasad.config import Calibration, Coaction, Settings
from rasad.connectivity.durations import HOUR_US
from rasad.connectivity.silence import Event
from rasad.errors import RasadError
from rasad.evaluate.joining import freeze, join
from rasad.importers.plan import plan
from rasad.simulate.society.scenario import Scenario, read_scenario
from rasad.simulate.society.world import write_world

SCENARIO = Path(__file__).with_name("operation.toml")
CONNECTIONS = ("dark", "abroad")
"""Of the operation: off with its country, or not concerned by the blackout."""

QUICK = Settings(
    coaction=Coaction(windows_s=(60,)), calibration=Calibration(pairs=20_000)
)


def page(n: int, folder: Path | None) -> list[str]:
    """Run worlds of both kinds and return the report, line by line."""
    scenario = read_scenario(SCENARIO)
    lines = []
    for connection in CONNECTIONS:
        operations = tuple(
            replace(one, connection=connection) for one in scenario.operations
        )
        changed = replace(scenario, operations=operations)
        for seed in range(1, n + 1):
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                lines.append(
                    f"{connection}, seed {seed}: {told(changed, seed, scratch)}"
                )
    return lines


def told(scenario: Scenario, seed: int, scratch: str) -> str:
    """Make one world, freeze its groups at the onset, and say what the join answers."""
    case, event = Path(scratch, "case"), event_of(scenario)
    world = write_world(scenario, Path(scratch, "world"), seed=seed)
    with open_case(case, create=True, settings=QUICK) as opened:
        for path in world.posts:
            opened.import_file(plan(path))
    try:
        freeze(case, event.begin * HOUR_US)
        joined = join(case, [event])
    except RasadError as error:
        return str(error)
    return "; ".join(
        f"about {one.size} accounts, {one.join.verdict}, "
        f"D1 {silence.d1 if silence.d1 is not None else 'withheld'}, "
        f"p {silence.p_placebo} ({silence.n_apart} windows apart), "
        f"p matched {silence.p_matched}"
        for one in joined.answers
        for silence in one.join.silences
    )


def event_of(scenario: Scenario) -> Event:
    """Return a scenario's blackout in hours since 1970."""
    (blackout,) = scenario.blackouts
    first = datetime(*scenario.start.timetuple()[:3], tzinfo=UTC)
    begin = int(first.timestamp()) // 3_600 + int(blackout.start_h)
    return Event(begin, begin + int(blackout.hours), "IR", blackout.depth)
