"""The commands that repeat another tool's computation."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

import click
import numpy as np
from numpy.typing import NDArray

from rasad.cli.group import main
from rasad.cli.printing import echo_json
from rasad.evaluate.baselines import coortweet, coortweet_network, toolkit
from rasad.evaluate.baselines.coortweet_network import Network
from rasad.evaluate.baselines.coortweet_stats import subgraph
from rasad.evaluate.baselines.differences import (
    coortweet_differences,
    rows_sentence,
    time_sentence,
    toolkit_differences,
)
from rasad.evaluate.baselines.rival_files import read_messages, read_shares
from rasad.evaluate.baselines.rival_tables import (
    COORTWEET_TABLES,
    TOOLKIT_TABLES,
    refuse_overwriting,
    write_coortweet,
    write_toolkit,
)
from rasad.evaluate.baselines.shares import without_duplicates
from rasad.importers.mapping import read_mapping
from rasad.options import as_json, many_files
from rasad.terminal import complain, show_line, show_table

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
    help="Whether one side of a pair must take part often enough, or both. It is "
    "asked once: accounts that lose pairs by it may be left below.",
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
@click.option(
    "--subgraph",
    "number",
    type=click.IntRange(0, 3),
    default=0,
    show_default=True,
    help="Edges to keep: 0 all, 1 those over the quantile, 2 those over the fast "
    "window's quantile, 3 all among the accounts of 2 and their neighbours.",
)
@click.option(
    "--drop-duplicates",
    is_flag=True,
    help="Leave out rows that repeat another in all four columns, and rows without "
    "an object.",
)
@click.option(
    "--loops",
    is_flag=True,
    help="Keep pairs of one account, of one post, and of an object with the post "
    "that has its id; what is missing is then a value like others.",
)
@rival_options
def coortweet_command(
    files: tuple[Path, ...],
    window: float,
    min_participation: int,
    participation: coortweet.Participation,
    edge_weight: float,
    fast_window: float | None,
    number: Literal[0, 1, 2, 3],
    drop_duplicates: bool,
    loops: bool,
    mapping: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Count post pairs and weigh edges as the R package CooRTweet does.

    Reads its long table: object_id, account_id, content_id, timestamp_share. The
    account may be named id_user or id_account, as in older tables.

    Example: rasad compat coortweet shares.csv --window 60 --out network
    """
    if number > 1 and fast_window is None:
        raise click.UsageError(f"--subgraph {number} needs --fast-window")
    if out:
        refuse_overwriting(files, out, COORTWEET_TABLES)
    table = read_shares(files, read_mapping(mapping) if mapping else None)
    _warn_of_milliseconds(table.time_s, window)
    pairs = coortweet.detect_groups(
        without_duplicates(table) if drop_duplicates else table,
        window,
        min_participation,
        loops=loops,
        participation=participation,
    )
    if fast_window is not None:
        pairs = coortweet.flag_speed_share(pairs, fast_window, min_participation)
    made = coortweet_network.coordinated_network(pairs, edge_weight)
    edges = subgraph(made, number).edges if number else None
    written = write_coortweet(made, out, fast_window, edges) if out else []
    found = coortweet_network.summary(made, edges)
    if as_json:
        echo_json(found)
        return
    said = coortweet_differences(made, min_participation, participation)
    rows = rows_sentence(table, drop_duplicates)
    _show("CooRTweet", found, _strongest_edges(made, edges), written)
    _show_differences([rows, *said] if rows else said)


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
    "--min-participation",
    "min_edge_weight",
    type=click.IntRange(0),
    default=2,
    show_default=True,
    help="Weight below which an edge is left out; one option with two names. The "
    "toolkit asks nothing else of an account.",
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
@click.option("--loops", is_flag=True, help="Keep edges from an account to itself.")
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
    repost_id, reply_id, message, timestamp, urls; or its SQLite database.

    Edges are directed: two accounts can have two. Pairs are the pairs of messages
    behind the edges that are kept.

    Example: rasad compat cnt messages.csv --network co_link --window 60
    """
    if out:
        refuse_overwriting(files, out, TOOLKIT_TABLES)
    messages = read_messages(files, read_mapping(mapping) if mapping else None)
    _warn_of_milliseconds(messages.time_s, window)
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
    found = toolkit.summary(made)
    if as_json:
        echo_json(found)
        return
    title = f"Coordination Network Toolkit, {kind}"
    _show(title, found, _heaviest_edges(made), written)
    _show_differences(
        toolkit_differences(made, loops=loops, min_edge_weight=min_edge_weight)
    )


def _warn_of_milliseconds(time_s: NDArray[np.float64], window: float) -> None:
    sentence = time_sentence(time_s, window)
    if sentence:
        complain(sentence)


def _show(
    title: str,
    found: dict[str, int],
    edges: list[dict[str, Any]],
    written: list[Path],
) -> None:
    show_table(title, [found], list(found))
    if edges:
        show_table(f"Heaviest edges ({len(edges)})", edges, list(edges[0]))
    for path in written:
        show_line(str(path))


def _show_differences(sentences: list[str]) -> None:
    show_line("Where Rasad's own numbers differ, and why")
    for sentence in sentences:
        show_line(f"* {sentence}")


def _strongest_edges(
    made: Network, edges: NDArray[np.int64] | None
) -> list[dict[str, Any]]:
    layer, names = made.full, made.pairs.shares.accounts
    chosen = np.arange(len(layer)) if edges is None else edges
    heaviest = chosen[(-layer.weight[chosen]).argsort(kind="stable")[:SHOWN]]
    return [
        {
            "from": names[layer.account[at]],
            "to": names[layer.account_y[at]],
            "weight": int(layer.weight[at]),
            "avg_time_delta": float(layer.avg_time_delta[at]),
            "edge_symmetry_score": float(layer.edge_symmetry_score[at]),
            "true_symmetry": float(layer.true_symmetry[at]),
        }
        for at in heaviest
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
