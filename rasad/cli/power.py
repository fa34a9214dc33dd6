"""The command that hides rings in a copy of a case and says how many are found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import Any

import click

from rasad.cli.group import main
from rasad.cli.printing import echo_json
from rasad.config import Resources
from rasad.evaluate.power import AT_ONCE, RINGS, Request, duration, power
from rasad.exports.wording import counted
from rasad.options import as_json, machine_options, one_case
from rasad.simulate.ring import RingDesign
from rasad.terminal import complain, progress_bar, show_line, show_table
from rasad.traces import TRACES

COLUMNS = [
    "accounts",
    "tasks a day",
    "rings",
    "certified",
    "share",
    "from",
    "to",
    "members",
    "listed",
    "pairs kept",
    "s",
]
HIDES_BETTER = (
    "A ring that works otherwise is not covered: one that hides better may stay unseen."
)


def _numbers(
    kind: Callable[[str], float],
) -> Callable[[click.Context, click.Parameter, str], tuple[Any, ...]]:
    """Read several numbers, separated by commas."""

    def read(_: click.Context, __: click.Parameter, value: str) -> tuple[Any, ...]:
        try:
            return tuple(dict.fromkeys(kind(part) for part in value.split(",")))
        except ValueError as error:
            raise click.BadParameter(
                f"{value!r} is no list of numbers like 10,15,30"
            ) from error

    return read


SHARE = click.FloatRange(0, 1)
DESIGN = RingDesign()


@main.command("power")
@one_case
@click.option(
    "--ring",
    default="15",
    show_default=True,
    callback=_numbers(int),
    help="Accounts of a ring; several like 10,15,30.",
)
@click.option(
    "--per-day",
    default="2",
    show_default=True,
    callback=_numbers(float),
    help="Joint tasks a day; several like 1,2,4.",
)
@click.option(
    "--compliance",
    type=SHARE,
    default=DESIGN.compliance,
    show_default=True,
    help="Chance that a member carries a task out.",
)
@click.option(
    "--lag",
    type=click.FloatRange(0),
    default=DESIGN.lag_s,
    show_default=True,
    help="Median seconds from an order to its execution.",
)
@click.option(
    "--own",
    type=SHARE,
    default=DESIGN.own_share,
    show_default=True,
    help="Share of tasks on objects of the ring's own; the rest is on popular ones.",
)
@click.option(
    "--active",
    type=SHARE,
    default=DESIGN.active_share,
    show_default=True,
    help="Share of the days on which a ring is active.",
)
@click.option(
    "--camouflage",
    type=SHARE,
    default=DESIGN.camouflage,
    show_default=True,
    help="Share of an ordinary account's life that each member repeats.",
)
@click.option(
    "--rings",
    type=click.IntRange(1),
    default=RINGS,
    show_default=True,
    help="Rings of each kind.",
)
@click.option(
    "--at-once",
    type=click.IntRange(1),
    default=AT_ONCE,
    show_default=True,
    help="Rings in one detection, at most.",
)
@click.option(
    "--trace", help="Trace in which rings act; the one with most shared objects."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@machine_options
@as_json
def power_command(
    case: Path,
    ring: tuple[int, ...],
    per_day: tuple[float, ...],
    compliance: float,
    lag: float,
    own: float,
    active: float,
    camouflage: float,
    rings: int,
    at_once: int,
    trace: str | None,
    seed: int,
    threads: int,
    memory: str,
    as_json: bool,
) -> None:
    """Hide rings in a copy of a case and say what share of them is found.

    The case itself is not changed. Each kind of ring takes two detections or more.

    Example: rasad power posts.rasad --ring 15 --per-day 2
    """
    designs = [
        RingDesign(
            members=members,
            tasks_per_day=tasks,
            compliance=compliance,
            lag_s=lag,
            own_share=own,
            active_share=active,
            camouflage=camouflage,
        )
        for members, tasks in product(ring, per_day)
    ]
    request = Request(
        designs=designs, rings=rings, at_once=at_once, trace=trace, seed=seed
    )
    resources = Resources(threads=threads, memory=memory)
    with (
        progress_bar() as progress,
        closing(
            power(
                case,
                request,
                TRACES,
                resources=resources,
                progress=progress,
                say=complain,
            )
        ) as answers,
    ):
        if as_json:
            echo_json(list(answers))
        else:
            _show(answers)


def _show(answers: Iterable[Mapping[str, Any]]) -> None:
    """Say each answer when it is known: whoever stops early keeps what there is."""
    shown = []
    for answer in answers:
        for line in sentences(answer):
            show_line(line)
        shown.append(answer)
    if len(shown) > 1:
        show_table("Rings found", [_row(answer) for answer in shown], COLUMNS)
    show_line(HIDES_BETTER)


def _row(answer: Mapping[str, Any]) -> dict[str, Any]:
    kept = f"{answer['kept_pairs'] / answer['possible_pairs']:.0%}"
    values = (
        answer["members"],
        answer["tasks_per_day"],
        answer["rings"],
        answer["certified"],
        f"{answer['share']:.2f}",
        f"{answer['share_low']:.2f}",
        f"{answer['share_high']:.2f}",
        f"{_members(answer):.0%}",
        answer["listed"],
        kept,
        answer["seconds"],
    )
    return dict(zip(COLUMNS, values, strict=True))


def sentences(answer: Mapping[str, Any]) -> list[str]:
    """Say in words what was found of one kind of ring.

    Parameters
    ----------
    answer : mapping
        What `rasad.evaluate.power.power` yields.
    """
    tasks = answer["tasks_per_day"]
    said = [
        f"Of {counted(answer['rings'], 'injected ring')} of {answer['members']} "
        "accounts with "
        f"{tasks:g} joint task{'' if tasks == 1 else 's'} a day (trace "
        f"{answer['trace']}, "
        f"compliance {answer['compliance']:g}, median lag {answer['lag_s']:g} s): "
        f"{answer['certified']} certified, share {answer['share']:.2f} (95 % interval "
        f"{answer['share_low']:.2f} to {answer['share_high']:.2f}); "
        f"{_members(answer):.0%} of all members in certified groups; "
        f"{answer['listed']} listed as groups; {answer['kept_pairs']:,} of "
        f"{answer['possible_pairs']:,} pairs kept; "
        f"{counted(answer['runs'], 'detection')}, "
        f"{duration(answer['seconds'])}."
    ]
    return [*said, *_frontier(answer), *_gate(answer)]


def _members(answer: Mapping[str, Any]) -> float:
    return float(answer["certified_members"] / (answer["rings"] * answer["members"]))


def _frontier(answer: Mapping[str, Any]) -> list[str]:
    """Say how much the frontier asks of a pair, and how much these pairs did."""
    needed = [
        f"{n} at {lift} times chance"
        for lift, n in answer["frontier"].items()
        if n is not None
    ]
    if not needed:
        return []
    return [
        f"Two members carried out {answer['together']:.1f} tasks together, of "
        f"{answer['tasks']:.1f} on {answer['days']} days. To be kept, a pair must act "
        f"together in so many hours: {', '.join(needed)}."
    ]


def _gate(answer: Mapping[str, Any]) -> list[str]:
    """Say where nothing could be certified, whatever was hidden."""
    gone = sum(answer["calibration"].get(x, 0) for x in ("refused", "uncalibrated"))
    if gone:
        return [
            f"In {gone} of {answer['runs']} detections no test was trusted on these "
            "data, so nothing could be certified. That none is found there means that "
            "the tests could not be calibrated, not that rings are too quiet."
        ]
    if answer["untrusted"]:
        return [
            f"In {answer['untrusted']} of {answer['runs']} detections no window of "
            f"trace {answer['trace']} that may certify was trusted. Rings in it cannot "
            "be certified there, however loud; choose another with --trace."
        ]
    return []
