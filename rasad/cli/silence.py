"""The commands that freeze groups and hold them against outages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from rasad.cli.connectivity import connectivity, minute
from rasad.cli.printing import echo_json
from rasad.config import Resources
from rasad.connectivity.answers import Answer
from rasad.connectivity.audit import Freeze
from rasad.connectivity.rules import BIN_US
from rasad.connectivity.silence import Event
from rasad.evaluate.joining import freeze, join, refuse_who_stayed_on
from rasad.exports.wording import counted, decimal, p_value
from rasad.options import as_json, machine_options, one_case
from rasad.terminal import progress_bar, show_line, show_table

COLUMNS = ["group", "accounts", "verdict", "p", "p matched", "e", "why"]


def _moment_us(value: str) -> int:
    """Read a moment with its distance from UTC, as microseconds since 1970."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(
            f"{value!r} is no moment like 2026-01-08T16:30Z"
        ) from error
    if moment.tzinfo is None:
        raise click.BadParameter(f"{value!r} does not say its zone; write Z for UTC")
    return round(moment.timestamp()) * 1_000_000


def _until(_: click.Context, __: click.Parameter, value: str) -> int:
    return _moment_us(value)


def _outages(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> list[tuple[int, int, float | None]]:
    return [_outage(value) for value in values]


def _outage(value: str) -> tuple[int, int, float | None]:
    """Read begin, end and, if it is given, depth of an outage."""
    begin, _, rest = value.partition("/")
    end, _, depth = rest.partition("/")
    if not end:
        raise click.BadParameter(f"{value!r} is no outage like START/END")
    first, last = _moment_us(begin), _moment_us(end)
    if last <= first:
        raise click.BadParameter(f"{value!r} ends before it begins")
    try:
        share = float(depth) if depth else None
    except ValueError as error:
        raise click.BadParameter(f"{depth!r} is no depth from 0 to 1") from error
    if share is not None and not 0 <= share <= 1:
        raise click.BadParameter(f"{depth!r} is no depth from 0 to 1")
    return first, last, share


@connectivity.command("freeze")
@one_case
@click.option(
    "--until",
    required=True,
    callback=_until,
    metavar="MOMENT",
    help="Cut, like 2026-01-08T16:00Z: only posts from before it make the groups.",
)
@machine_options
@as_json
def freeze_command(
    case: Path, until: int, threads: int, memory: str, as_json: bool
) -> None:
    """Fix the certified groups of a case as they were before an outage.

    The journal keeps their hashes, and nobody's name.

    Example: rasad connectivity freeze posts.rasad --until 2026-01-08T16:00Z
    """
    resources = Resources(threads=threads, memory=memory)
    with progress_bar() as progress:
        frozen = freeze(case, until, resources=resources, progress=progress)
    if as_json:
        echo_json(_frozen_row(frozen))
        return
    show_line(
        f"{counted(len(frozen.groups), 'group')} frozen on posts from before "
        f"{minute(until)} UTC; {frozen.n_suppressed} certified but too small."
    )


@connectivity.command("join")
@one_case
@click.option(
    "--outage",
    "outages",
    multiple=True,
    callback=_outages,
    metavar="START/END[/DEPTH]",
    help="An outage, like 2026-01-08T16:30Z/2026-01-28T00:00Z/0.95; may be given "
    "several times. Without it, the national shutdowns in the case.",
)
@click.option(
    "--country",
    default="",
    help="Country that was dark, like IR, to look up its holidays.",
)
@click.option(
    "--stayed-on",
    is_flag=True,
    help="Ask for D2, whether a group stayed on; always refused.",
)
@machine_options
@as_json
def join_command(
    case: Path,
    outages: list[tuple[int, int, float | None]],
    country: str,
    stayed_on: bool,
    threads: int,
    memory: str,
    as_json: bool,
) -> None:
    """Ask whether frozen groups fell silent in outages. Answers on groups only.

    Nothing can be asked of an account, a language, a place or a topic. Every question
    is noted in the journal of the case, which answers twenty different ones.

    Example: rasad connectivity join posts.rasad --outage
    2026-01-08T16:30Z/2026-01-28T00:00Z --country IR
    """
    events = [
        Event(first // BIN_US, -(-last // BIN_US), country.upper(), depth)
        for first, last, depth in outages
    ]
    if stayed_on:
        refuse_who_stayed_on(case, events)
    resources = Resources(threads=threads, memory=memory)
    with progress_bar() as progress:
        joined = join(case, events, resources=resources, progress=progress)
    if as_json:
        echo_json([answer.row() for answer in joined.answers])
        return
    _show(joined.answers)
    show_line(f"Read {joined.page}")


def _show(answers: list[Answer]) -> None:
    rows = [_short_row(answer) for answer in answers]
    show_table("Groups and outages", rows, COLUMNS)
    for answer in answers:
        for rival in answer.join.rivals:
            show_line(f"{answer.grp[:12]}: {rival.name}: {rival.fit}, {rival.why}.")
    show_line("Whether a group stayed on (D2) is not answered: there is no panel.")


def _short_row(answer: Answer) -> dict[str, Any]:
    given = answer.join
    return {
        "group": answer.grp[:12],
        "accounts": f"about {answer.size}",
        "verdict": given.verdict.replace("_", " "),
        "p": "" if given.p_value is None else p_value(given.p_value),
        "p matched": "" if given.p_matched is None else p_value(given.p_matched),
        "e": decimal(given.e_value),
        "why": given.why,
    }


def _frozen_row(frozen: Freeze) -> dict[str, Any]:
    return {
        "until": datetime.fromtimestamp(frozen.until_us / 1e6, UTC).replace(
            tzinfo=None
        ),
        "run_id": frozen.run_id,
        "groups": list(frozen.groups),
        "n_suppressed": frozen.n_suppressed,
    }
