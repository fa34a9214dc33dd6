"""From the actions of a case to what every method is shown, and back from a folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rasad.evaluate.contest import Layer, Shown
from rasad.store.sql import Store

LEAST_OBJECTS = 2
"""Distinct objects of a trace that an account needs to be shown in it."""

ACCOUNTS, ACTIONS = "accounts.parquet", "actions.parquet"

ELIGIBLE = """
    SELECT verb, account FROM action
    GROUP BY verb, account HAVING count(DISTINCT object) >= $least
"""
NAMES = f"SELECT DISTINCT account FROM ({ELIGIBLE}) ORDER BY account"
VERBS = f"SELECT DISTINCT verb FROM ({ELIGIBLE}) ORDER BY verb"
OF_VERB = f"""
    SELECT account, object, epoch_us(acted_at) AS at_us
    FROM action JOIN ({ELIGIBLE}) USING (verb, account) WHERE verb = $verb
    ORDER BY account, object, at_us, post
"""


def show(store: Store, least: int = LEAST_OBJECTS) -> Shown:
    """Return what a case's actions show.

    Parameters
    ----------
    store : Store
        The tables of a case; only `action` is read.
    least : int
        Distinct objects of a trace that an account needs to be shown in it: the floor
        that is the same for all. Its actions in other traces are left out there.

    Returns
    -------
    Shown
        Accounts by their UTF-8 bytes, actions by account, object and time.
    """
    names = store.arrow(NAMES, least=least)["account"].combine_chunks()
    verbs = store.arrow(VERBS, least=least)["verb"].to_pylist()
    layers = {
        verb: _layer(store.arrow(OF_VERB, least=least, verb=verb), names)
        for verb in verbs
    }
    return Shown(accounts=names.to_pylist(), layers=layers)


def _layer(table: pa.Table, names: pa.Array) -> Layer:
    coded = table["object"].combine_chunks().dictionary_encode()
    microseconds = pc.cast(table["at_us"], pa.float64()).to_numpy(zero_copy_only=False)
    return Layer(
        account=_codes(pc.index_in(table["account"].combine_chunks(), names)),
        object=_codes(coded.indices),
        time_s=np.asarray(microseconds / 1e6, np.float64),
        n_objects=len(coded.dictionary),
    )


def without_times(shown: Shown) -> Shown:
    """Return the same actions as if nobody had written down when they were.

    Examples
    --------
    >>> layer = Layer(
    ...     account=np.array([0]), object=np.array([0]), time_s=np.array([5.0]),
    ...     n_objects=1,
    ... )
    >>> blind = without_times(Shown(accounts=["a"], layers={"link": layer}))
    >>> blind.layers["link"].time_s
    array([nan])
    """
    layers = {
        name: Layer(
            account=layer.account,
            object=layer.object,
            time_s=np.full(len(layer), np.nan),
            n_objects=layer.n_objects,
        )
        for name, layer in shown.layers.items()
    }
    return Shown(accounts=shown.accounts, layers=layers)


def has_times(shown: Shown) -> bool:
    """Tell whether any action has a time."""
    return any(not np.isnan(layer.time_s).all() for layer in shown.layers.values())


def write_shown(shown: Shown, folder: Path) -> None:
    """Write what is shown into a folder, as two Parquet files."""
    folder.mkdir(parents=True, exist_ok=True)
    names = pa.array(shown.accounts, pa.string())
    pq.write_table(pa.table({"account": names}), folder / ACCOUNTS)
    parts = [_rows(name, layer) for name, layer in shown.layers.items()]
    rows = pa.concat_tables(parts) if parts else _rows("", _nothing())
    pq.write_table(rows, folder / ACTIONS, compression="zstd")


def _rows(name: str, layer: Layer) -> pa.Table:
    return pa.table(
        {
            "trace": pa.repeat(pa.scalar(name, pa.string()), len(layer)),
            "account": pa.array(layer.account, pa.int64()),
            "object": pa.array(layer.object, pa.int64()),
            "time_s": pa.array(layer.time_s, pa.float64()),
        }
    )


def _nothing() -> Layer:
    none = np.zeros(0, np.int64)
    return Layer(account=none, object=none, time_s=none.astype(float), n_objects=0)


def read_shown(folder: Path) -> Shown:
    """Read what `write_shown` has written."""
    accounts = pq.read_table(folder / ACCOUNTS)["account"].to_pylist()
    rows = pq.read_table(folder / ACTIONS)
    coded = rows["trace"].combine_chunks().dictionary_encode()
    place, names = _codes(coded.indices), coded.dictionary.to_pylist()
    whole = {name: rows[name].to_numpy() for name in ("account", "object", "time_s")}
    layers = {}
    for code, name in enumerate(names):
        of = place == code
        thing = whole["object"][of]
        layers[name] = Layer(
            account=whole["account"][of],
            object=thing,
            time_s=whole["time_s"][of],
            n_objects=int(thing.max(initial=-1)) + 1,
        )
    return Shown(accounts=accounts, layers=layers)


def _codes(column: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.asarray(column.to_numpy(zero_copy_only=False), np.int64)
