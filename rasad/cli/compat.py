"""The commands that repeat another tool's computation."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from rasad.cli.group import main
from rasad.cli.printing import echo_json
from rasad.evaluate.baselines import coortweet, coortweet_network, toolkit
from rasad.evaluate.baselines.coortweet_network import Network
from rasad.evaluate.baselines.differences import (
    coortweet_differences,
    toolkit_differences,
)
from rasad.evaluate.baselines.rival_files import read_messages, read_shares
from rasad.evaluate.baselines.rival_tables import write_coortweet, write_toolkit
from rasad.importers.mapping import read_mapping
from rasad.options import as_json, many_files
from rasad.terminal import show_line, show_table

SHOWN = 20
"""Edges that people are shown."""

Command = TypeVar("Command", bound=Callable[..., Any])


def _finite(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    """Refuse what is no length of time, and no number."""
    if value is not None and not (math.isfinite(value) and value >= 0):
        raise click.BadParameter(f"{value:g} is not a number from 0 on")
    return value


def _share(_: click.Context, __: click.Parameter, value: float) -> float:
    if not 0 <= value <= 1:
        raise click.BadParameter(f"{value:g} is not between 0 and 1")
    return value


def rival_options(command: Command) -> Command:
    """Add the options that both commands have."""
    for option in (
        click.option("--loops", is_flag=True, help="Keep pairs of one account."),
        click.option(
            "--map",
            "mapping",
            help="Columns by role (object=COL,time=COL,...) or a TOML file with them.",
        ),
        click.option(
            "--out",
            type=click.Path(path_type=Path),
            help="Folder for the tables that the tool writes.",
        ),
        as_json,
    ):
        command = option(command)
    return command


@main.group("compat")
def compat() -> None:
    """Repeat what another tool computes, number for number.

    Example: rasad compat coortweet shares.csv
    """


@compat.command("coortweet")
@many_files
@click.option(
    "--window",
    type=float,
    default=10,
    show_default=True,
    callback=_finite,
    help="Longest gap in seconds.",
)
@click.option(
    "--min-participation",
    type=click.IntRange(0),
    default=2,
    show_default=True,
    help="Rows that an account needs.",
)
@click.option(
    "--participation",
    type=click.Choice(["shipped", "documented"]),
    default="shipped",
    show_default=True,
    help="Whether one side of a pair must take part often enough, or both.",
)
@click.option(
    "--edge-weight",
    type=float,
    default=0.5,
    show_default=True,
    callback=_share,
    help="Quantile of the weights above which an edge is marked.",
)
@click.option(
    "--fast-window",
    type=float,
    callback=_finite,
    help="Narrower window, in seconds, whose pairs are flagged.",
)
@rival_options
def coortweet_command(
    files: tuple[Path, ...],
    window: float,
    min_participation: int,
    participation: coortweet.Participation,
    edge_weight: float,
    fast_window: float | None,
    loops: bool,
    mapping: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Count post pairs and weigh edges as the R package CooRTweet does.

    Reads its long table: object_id, account_id, content_id, timestamp_share.

    Example: rasad compat coortweet shares.csv --window 60 --out network
    """
    shares = read_shares(files, read_mapping(mapping) if mapping else None)
    pairs = coortweet.detect_groups(
        shares, window, min_participation, loops=loops, participation=participation
    )
    if fast_window is not None:
        pairs = coortweet.flag_speed_share(pairs, fast_window, min_participation)
    made = coortweet_network.coordinated_network(pairs, edge_weight)
    written = write_coortweet(made, out, fast_window) if out else []
    _conclude(
        "CooRTweet",
        coortweet_network.summary(made),
        _strongest_edges(made),
        written,
        coortweet_differences(made, min_participation),
        as_json,
    )


@compat.command("cnt")
@many_files
@click.option(
    "--network",
    "kind",
    type=click.Choice(toolkit.KINDS),
    default="co_retweet",
    show_default=True,
    help="Which of the six networks.",
)
@click.option(
    "--window",
    type=float,
    default=1,
    show_default=True,
    callback=_finite,
    help="Longest gap in seconds. The toolkit's command line says 1, its README 60.",
)
@click.option(
    "--min-edge-weight",
    type=click.IntRange(0),
    default=2,
    show_default=True,
    help="Weight below which an edge is left out.",
)
@click.option(
    "--similarity",
    type=float,
    default=0.8,
    show_default=True,
    callback=_share,
    help="Least Jaccard similarity of words, for co_similar_tweet.",
)
@click.option(
    "--min-document-size",
    type=float,
    default=1,
    show_default=True,
    callback=_finite,
    help="Words below which a text is like no other, for co_similar_tweet.",
)
@rival_options
def cnt_command(
    files: tuple[Path, ...],
    kind: toolkit.Kind,
    window: float,
    min_edge_weight: int,
    similarity: float,
    min_document_size: float,
    loops: bool,
    mapping: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Weigh directed edges as the Coordination Network Toolkit does.

    Reads its table of eight columns by their places: message_id, user_id, username,
    repost_id, reply_id, message, timestamp, urls.

    Example: rasad compat cnt messages.csv --network co_link --window 60
    """
    messages = read_messages(files, read_mapping(mapping) if mapping else None)
    made = toolkit.network(
        messages,
        kind,
        window,
        min_edge_weight,
        loops=loops,
        similarity=similarity,
        min_document_size=min_document_size,
    )
    written = write_toolkit(made, messages, out) if out else []
    _conclude(
        f"Coordination Network Toolkit, {kind}",
        toolkit.summary(made),
        _heaviest_edges(made),
        written,
        toolkit_differences(made),
        as_json,
    )


def _conclude(
    title: str,
    summary: dict[str, int],
    edges: list[dict[str, Any]],
    written: list[Path],
    differences: list[str],
    as_json: bool,
) -> None:
    if as_json:
        echo_json(summary)
        return
    show_table(title, [summary], list(summary))
    if edges:
        show_table(f"Heaviest edges ({len(edges)})", edges, list(edges[0]))
    for path in written:
        show_line(str(path))
    show_line("Where Rasad's own numbers differ, and why")
    for sentence in differences:
        show_line(f"* {sentence}")


def _strongest_edges(made: Network) -> list[dict[str, Any]]:
    layer, names = made.full, made.pairs.shares.accounts
    return [
        {
            "from": names[layer.account[at]],
            "to": names[layer.account_y[at]],
            "weight": int(layer.weight[at]),
            "avg_time_delta": float(layer.avg_time_delta[at]),
            "edge_symmetry_score": float(layer.edge_symmetry_score[at]),
            "true_symmetry": float(layer.true_symmetry[at]),
        }
        for at in (-layer.weight).argsort(kind="stable")[:SHOWN]
    ]


def _heaviest_edges(made: toolkit.DirectedNetwork) -> list[dict[str, Any]]:
    return [
        {
            "source": made.users[made.source[at]],
            "target": made.users[made.target[at]],
            "weight": int(made.weight[at]),
        }
        for at in (-made.weight).argsort(kind="stable")[:SHOWN]
    ]
