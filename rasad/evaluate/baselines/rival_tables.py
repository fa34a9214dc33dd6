"""The tables that CooRTweet and the Coordination Network Toolkit write, as CSV.

Columns have their names. A cell that a spreadsheet would run as a formula gets an
apostrophe before it, as everywhere in Rasad; numbers are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from rasad.errors import ConfigError
from rasad.evaluate.baselines.coortweet import PostPairs
from rasad.evaluate.baselines.coortweet_network import Layer, Network
from rasad.evaluate.baselines.coortweet_stats import account_stats, group_stats
from rasad.evaluate.baselines.toolkit import DirectedNetwork, Messages
from rasad.exports.escape import inert_cell
from rasad.store.files import written_whole

ROWS = 1 << 16
"""Rows that are turned into text at a time."""

LATEST = 10
"""Messages of an account in the toolkit's table of nodes."""

EDGE_COLUMNS = (
    "weight",
    "avg_time_delta",
    "n_content_id",
    "n_content_id_y",
    "edge_symmetry_score",
    "weight_threshold",
    "true_n_content_id",
    "true_n_content_id_y",
    "true_symmetry",
)
"""What CooRTweet says of an edge, and at the end what it means to say."""


COORTWEET_TABLES = ("account_stats", "coordinated_pairs", "edges", "group_stats")
TOOLKIT_TABLES = ("edges", "nodes")


def refuse_overwriting(
    inputs: Iterable[Path], folder: Path, tables: Iterable[str]
) -> None:
    """Refuse to write a table where one of the inputs stands.

    Raises
    ------
    ConfigError
        If a file to be written is one of the inputs, by whatever name.
    """
    read = {path.resolve() for path in inputs}
    for name in tables:
        path = folder / f"{name}.csv"
        if path.resolve() in read or (
            path.exists() and any(one.exists() and path.samefile(one) for one in read)
        ):
            raise ConfigError(
                f"A result would replace an input: {path}",
                "give another folder to --out",
            )


def write_coortweet(
    network: Network,
    folder: Path,
    fast_window_s: float | None = None,
    edges: NDArray[np.int64] | None = None,
) -> list[Path]:
    """Write pairs, edges, objects and accounts of a network.

    Parameters
    ----------
    network : Network
        The network.
    folder : Path
        Is made if need be; files of the same names are replaced.
    fast_window_s : float, optional
        The narrower window, which names a column.
    edges : int64, optional
        Places of the edges that are written and count, as a `Subgraph` has them; all
        if not given. The pairs are written whole.

    Returns
    -------
    list of Path
        `account_stats.csv`, `coordinated_pairs.csv`, `edges.csv`, `group_stats.csv`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # One table at a time is made and forgotten: of many pairs, each is large.
    makers: tuple[Callable[[], Iterable[pa.Table]], ...] = (
        lambda: [_account_table(network, edges)],
        lambda: _pair_tables(network.pairs, fast_window_s),
        lambda: [_edge_table(network, edges)],
        lambda: [_group_table(network, edges)],
    )
    return [
        _written(folder / f"{name}.csv", make())
        for name, make in zip(COORTWEET_TABLES, makers, strict=True)
    ]


def write_toolkit(
    made: DirectedNetwork, messages: Messages, folder: Path
) -> list[Path]:
    """Write edges and nodes of one of the toolkit's networks.

    Returns
    -------
    list of Path
        `edges.csv` and `nodes.csv`; the nodes are all accounts of the table.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = _directed_table(made), _node_table(messages)
    return [
        _written(folder / f"{name}.csv", [table], quoted=True)
        for name, table in zip(TOOLKIT_TABLES, tables, strict=True)
    ]


def _written(path: Path, blocks: Iterable[pa.Table], quoted: bool = False) -> Path:
    options = pa_csv.WriteOptions(
        include_header=False, quoting_style="all_valid" if quoted else "needed"
    )
    with written_whole(path) as file:
        for at, block in enumerate(blocks):
            if at == 0:
                quote = '"' if quoted else ""
                names = (f"{quote}{name}{quote}" for name in block.column_names)
                file.write((",".join(names) + "\n").encode())
            pa_csv.write_csv(block, file, options)
    return path


def _inert(texts: Sequence[str]) -> pa.Array:
    return pa.array([inert_cell(text) for text in texts], pa.string())


def _pair_tables(pairs: PostPairs, fast_window_s: float | None) -> Iterator[pa.Table]:
    shares = pairs.shares
    objects, contents, accounts = map(
        _inert, (shares.objects, shares.contents, shares.accounts)
    )
    for at in range(0, max(len(pairs), 1), ROWS):
        older, newer = pairs.older[at : at + ROWS], pairs.newer[at : at + ROWS]
        columns = {
            "object_id": objects.take(pa.array(shares.object[older])),
            "content_id": contents.take(pa.array(shares.content[older])),
            "content_id_y": contents.take(pa.array(shares.content[newer])),
            "time_delta": pa.array(pairs.gaps(slice(at, at + ROWS))),
            "account_id": accounts.take(pa.array(shares.account[older])),
            "account_id_y": accounts.take(pa.array(shares.account[newer])),
        }
        if pairs.fast is not None:
            flags = pairs.fast[at : at + ROWS].astype(np.int8)
            columns[f"time_window_{fast_window_s or 0:g}"] = pa.array(flags)
        yield pa.table(columns)


def _edge_table(network: Network, edges: NDArray[np.int64] | None) -> pa.Table:
    full, fast = network.full, network.fast
    accounts = _inert(network.pairs.shares.accounts)
    columns = {
        "from": accounts.take(pa.array(full.account)),
        "to": accounts.take(pa.array(full.account_y)),
    }
    for name in EDGE_COLUMNS:
        if fast is None:
            columns[name] = pa.array(_edge_column(full, name))
            continue
        part = np.full(len(full), np.nan)
        part[network.place_of(fast)] = _edge_column(fast, name)
        columns[f"{name}_full"] = pa.array(_edge_column(full, name))
        columns[f"{name}_fast"] = pa.array(part, from_pandas=True)
    whole = pa.table(columns)
    return whole if edges is None else whole.take(pa.array(edges))


def _edge_column(layer: Layer, name: str) -> NDArray[np.float64] | NDArray[np.int64]:
    if name == "weight_threshold":
        return layer.over.astype(np.int64)
    column: NDArray[np.float64] = getattr(layer, name)
    return column


def _group_table(network: Network, edges: NDArray[np.int64] | None) -> pa.Table:
    found = group_stats(network, edges)
    return pa.table(
        {
            "object_id": _inert([name for name, _ in found]),
            "num_accounts": pa.array([count for _, count in found], pa.int64()),
        }
    )


def _account_table(network: Network, edges: NDArray[np.int64] | None) -> pa.Table:
    stats = account_stats(network, "none", edges)
    full = "" if network.fast is None else "_full"
    columns = {
        "account_id": _inert(network.pairs.shares.accounts).take(
            pa.array(stats.account)
        ),
        f"avg_time_delta{full}": pa.array(stats.avg_time_delta),
        f"avg_edge_symmetry_score{full}": pa.array(stats.avg_edge_symmetry_score),
    }
    if network.fast is not None:
        for name in ("avg_time_delta_fast", "avg_edge_symmetry_score_fast"):
            columns[name] = pa.array(getattr(stats, name), from_pandas=True)
    columns["unique_shares_count"] = pa.array(stats.unique_shares_count)
    return pa.table(columns)


def _directed_table(made: DirectedNetwork) -> pa.Table:
    users = _inert(made.users)
    return pa.table(
        {
            "source": users.take(pa.array(made.source)),
            "target": users.take(pa.array(made.target)),
            "weight": pa.array(made.weight),
            "edge_type": pa.array([made.kind] * len(made), pa.string()),
        }
    )


def _node_table(messages: Messages) -> pa.Table:
    """Return every account with its greatest user name and its latest messages."""
    latest = _latest(messages)
    names = [""] * len(messages.users)
    for user, name in zip(messages.user, messages.names, strict=True):
        names[user] = max(names[user], name)
    posted = np.flatnonzero(np.bincount(messages.user, minlength=len(messages.users)))
    texts = [[messages.texts[row] for row in latest[user]] for user in posted]
    columns = {
        "Id": _inert([messages.users[user] for user in posted]),
        "username": _inert([names[user] for user in posted]),
    }
    for at in range(LATEST):
        column = [rows[at] if at < len(rows) else "" for rows in texts]
        columns[f"message_{at}"] = _inert(column)
    return pa.table(columns)


def _latest(messages: Messages) -> list[list[int]]:
    """Return the rows of each account's latest messages; of equal times the later."""
    order = np.lexsort((np.arange(len(messages)), messages.time_s))[::-1]
    latest: list[list[int]] = [[] for _ in messages.users]
    for row in order:
        if len(latest[messages.user[row]]) < LATEST:
            latest[messages.user[row]].append(int(row))
    return latest
