"""Rings as facts of a case: names, times and posts, put in as an importer would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rasad.config import Settings
from rasad.errors import ConfigError, NotEnoughDataError
from rasad.evaluate.shared_fields import (
    Fields,
    check_makable,
    known_objects,
    new_object,
    record,
)
from rasad.extend import Entry, Trace
from rasad.importers.facts import batches
from rasad.importers.parts import parts_of
from rasad.network.ladder import served
from rasad.network.population import ACCOUNTS, coded_trace, population
from rasad.schema import PRECISION_US, Record
from rasad.simulate.ring import CaseActions, RingActions
from rasad.store.duckdb import DuckDBStore
from rasad.store.facts import add_facts
from rasad.store.sql import Step, Store

LABEL = "injected"
SECOND_US = 1_000_000

HELD = """
    SELECT verb, sum(n)::BIGINT AS n,
      coalesce(sum(n) FILTER (several), 0)::BIGINT AS shared
    FROM (
      SELECT verb, count(*) AS n, min(account) <> max(account) AS several
      FROM action GROUP BY verb, object
    )
    GROUP BY verb ORDER BY verb
"""
OBJECTS = "SELECT DISTINCT object FROM action WHERE verb = $verb ORDER BY object"
TAKEN = """
    SELECT 1 FROM action
    WHERE contains(lower(account), $label) OR contains(lower(object), $label)
      OR contains(lower(post), $label)
    UNION ALL
    SELECT 1 FROM post
    WHERE contains(lower(account), $label) OR contains(lower(post), $label)
    LIMIT 1
"""
WITHDRAWN = (
    "DELETE FROM action WHERE starts_with(post, $label)",
    "DELETE FROM account WHERE contains(account, $label)",
    "DELETE FROM post WHERE starts_with(post, $label)",
)


@dataclass(frozen=True, kw_only=True)
class Host:
    """One trace of a case, ready to have rings put into it.

    Parameters
    ----------
    trace : Trace
        The trace in which rings act.
    actions : CaseActions
        What the case holds of it.
    accounts : pyarrow.Table
        Account, platform and language by code, of the whole case.
    objects : pyarrow.Array
        Objects by code.
    precision : str
        How exact most times of the trace are.
    label : str
        A word that occurs in no name of the case and begins every new one.
    """

    trace: Trace
    actions: CaseActions
    accounts: pa.Table
    objects: pa.Array
    precision: str
    label: str

    def members(self, number: int, ring: RingActions) -> list[str]:
        """Return the ids of a ring's members, each on the platform of its model."""
        platforms = self.accounts["platform"].take(pa.array(ring.like)).to_pylist()
        return [
            f"{platform}:{self.label}-ring-{number}-account-{place}"
            for place, platform in enumerate(platforms, 1)
        ]


def choose_trace(
    store: Store, traces: Mapping[str, Trace], wanted: str | None = None
) -> Trace:
    """Return the trace in which rings are to act.

    Without a wish it is the one with most actions on objects that several accounts
    share: texts are many, and nearly all of them are written once. Traces of
    long-lived objects, like sites, come last.

    Raises
    ------
    NotEnoughDataError
        If the case holds no action.
    ConfigError
        If it holds none of the wanted trace, or nobody can make records of it.
    """
    rows = {row["verb"]: row for row in store.rows(HELD) if row["verb"] in traces}
    if not rows:
        raise NotEnoughDataError(
            "The case holds no action", "import a file before measuring power"
        )
    if wanted is not None and wanted not in rows:
        raise ConfigError(
            f"The case holds no action of trace {wanted!r}",
            "use one of " + ", ".join(rows),
        )

    def rank(name: str) -> tuple[bool, int, int]:
        return not traces[name].long_lived, rows[name]["shared"], rows[name]["n"]

    chosen = traces[wanted or max(rows, key=rank)]
    check_makable(chosen)
    return chosen


def read_host(store: Store, trace: Trace, settings: Settings) -> Host:
    """Read one trace of a case.

    Raises
    ------
    NotEnoughDataError
        If its times are too coarse for any window in which a group may be confirmed.
    """
    people = population(store, settings.opportunity.stratum_share)
    coded = coded_trace(store, trace.name, people, key=0)
    _, windows = served(coded.precisions, None, settings.coaction)
    longest = settings.validation.longest_window_s
    if not any(window <= longest for window in windows):
        raise NotEnoughDataError(
            f"The times of trace {trace.name} are too coarse: no window of at most "
            f"{longest} s can be computed, so nothing could be certified",
            "import times to the minute or better",
        )
    return Host(
        trace=trace,
        actions=CaseActions.of(
            coded.account.astype(np.int64),
            coded.object.astype(np.int64),
            coded.time_us // SECOND_US,
        ),
        accounts=store.arrow(ACCOUNTS),
        objects=store.arrow(OBJECTS, verb=trace.name)["object"].combine_chunks(),
        precision=max(coded.precisions, key=lambda one: coded.precisions[one]),
        label=_free_label(store),
    )


def _free_label(store: Store) -> str:
    """Return a word that nothing in the case is called, not even in part."""
    words = (LABEL if n == 1 else f"{LABEL}{n}" for n in count(1))
    return next(word for word in words if not store.rows(TAKEN, label=word))


def inject(
    store: DuckDBStore,
    host: Host,
    rings: Mapping[int, RingActions],
    traces: Mapping[str, Trace],
) -> None:
    """Put rings into a case as posts, through every trace, like an importer's.

    Parameters
    ----------
    store : DuckDBStore
        The tables of a copy.
    host : Host
        What the rings were made for.
    rings : mapping of int to RingActions
        Rings by number; at least one.
    traces : mapping of str to Trace
        All traces: a post that shares a link names a site too.

    Raises
    ------
    ConfigError
        If the case does not keep what the trace's objects were made of.
    """
    codes = np.unique(np.concatenate([~one.object for one in rings.values()]))
    codes = codes[codes >= 0]
    fields = known_objects(store, host.trace, host.objects.take(pa.array(codes)))
    known = dict(zip(codes.tolist(), fields, strict=True))
    records = (
        made
        for number, ring in rings.items()
        for made in _records(host, number, ring, known)
    )
    entries = (Entry(line, None, None, one) for line, one in enumerate(records, 1))
    with store.transaction():
        for batch in batches(parts_of(entries)):
            tables = batch.tables(host.label, traces)
            # An ordinary account that shares one thing more is described as before.
            new = pc.match_substring(tables["account"]["account"], f":{host.label}-")
            add_facts(store, tables | {"account": tables["account"].filter(new)})


def withdraw(store: DuckDBStore, host: Host) -> None:
    """Take every injected post out again."""
    with store.transaction():
        for sql in WITHDRAWN:
            values = {"label": host.label}
            store.run(Step(name="withdraw rings", sql=sql, values=values))


def _records(
    host: Host, number: int, ring: RingActions, known: Mapping[int, Fields | None]
) -> Iterator[Record]:
    """Make the records of one ring, in the order of its rows."""
    own = ring.like[np.maximum(ring.account, 0)]
    models = np.where(ring.account < 0, ~ring.account, own)
    like = host.accounts.take(pa.array(models)).to_pydict()
    members = host.members(number, ring)
    times = _times_us(host, number, ring)
    rows = zip(ring.account.tolist(), ring.object.tolist(), times.tolist(), strict=True)
    for row, (account, thing, time_us) in enumerate(rows):
        name = f"{host.label}ring{number}task{thing + 1}"
        fields = new_object(host.trace, name) if thing >= 0 else known[~thing]
        if fields is None:
            continue
        language = like["language"][row]
        yield record(
            account=members[account] if account >= 0 else like["account"][row],
            platform=like["platform"][row],
            language=None if language == "und" else language,
            created_at=time_us,
            precision=host.precision,
            raw_time=str(time_us),
            post=f"{host.label}-{number}-{row}",
            **fields,
        )


def _times_us(host: Host, number: int, ring: RingActions) -> NDArray[np.int64]:
    """Return times as exact as those of the case, in microseconds."""
    unit = PRECISION_US[host.precision]
    exact = ring.second * SECOND_US
    if unit < SECOND_US:
        rng = np.random.default_rng([number, len(ring), *b"parts of seconds"])
        exact = exact + rng.integers(0, SECOND_US // unit, len(ring)) * unit
    return np.asarray(exact // unit * unit, np.int64)
