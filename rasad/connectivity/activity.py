"""Hourly sums of active accounts, counted in the store and never account by account.

Ids go into a query to say who belongs to which aggregate, and only sums come out. What
is read of a post is who wrote it, when, where and in which language: never the program
it was sent with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rasad.connectivity.expectation import DAY, HISTORY, Bool, Int, Real
from rasad.connectivity.matched_controls import draw_controls
from rasad.connectivity.rules import BIN_US, LEAST_ACTIVE, SMALLEST, Cell, showable
from rasad.connectivity.silence import Counts
from rasad.errors import NotEnoughDataError
from rasad.schema.record import PRECISION_US
from rasad.store.duckdb import DuckDBStore

GROUP, CONTROL, FIRST_DRAW = 0, 1, 2

COARSE_SHARE = 0.01
"""Share of posts known only to the day above which hours mean nothing."""

WIDTH = " ".join(f"WHEN '{name}' THEN {us}" for name, us in PRECISION_US.items())
END = f"epoch_us({{time}}) + CASE precision {WIDTH} END"
"""Microsecond after the last at which something may have happened.

What is known only to the day or hour of an onset may come from after it.
"""
BEFORE = f"""
    WITH early AS (
      SELECT account, platform, epoch_us(created_at) AS us,
        split_part(lower(language), '-', 1) AS language
      FROM post WHERE {END.format(time="created_at")} <= $until
    ), busy AS (
      SELECT account, count(DISTINCT us // $bin)::DOUBLE AS active
      FROM early WHERE us >= $since GROUP BY account
    )
    SELECT account, platform, coalesce(language, 'und') AS language, active
    FROM (
      SELECT account, platform, language, count(*) AS n FROM early GROUP BY ALL
    ) LEFT JOIN busy USING (account)
    QUALIFY row_number() OVER (
      PARTITION BY account ORDER BY language IS NULL, n DESC, language, platform
    ) = 1
    ORDER BY account
"""
HOURS = """
    WITH active AS (
      SELECT DISTINCT place, epoch_us(created_at) // $bin AS hour
      FROM post JOIN known USING (account)
    )
    SELECT cell, hour, count(*) AS n FROM active JOIN belongs USING (place)
    GROUP BY ALL
"""
COLLECTED = """
    SELECT epoch_us(created_at) // $bin AS hour, count(*) AS n,
      count(*) FILTER (precision = 'day') AS coarse
    FROM post GROUP BY ALL ORDER BY hour
"""


@dataclass(frozen=True)
class Society:
    """Everybody who posted before a cut, by place in one sorted list of ids.

    Parameters
    ----------
    accounts : pyarrow.Array
        Ids, sorted by their UTF-8 bytes.
    declared : ndarray of int64, shape (n,)
        Which language and platform each uses most.
    active : ndarray of float64, shape (n,)
        Hours with a post in the 28 days before the cut.
    """

    accounts: pa.Array
    declared: Int
    active: Real

    def places(self, members: pa.Array) -> Int:
        """Return the places of some ids."""
        found = pc.index_in(members, value_set=self.accounts)
        return np.sort(np.asarray(found.drop_null().to_numpy(), np.int64))

    def cell(self, places: Int) -> Cell:
        """Return how large an aggregate is."""
        return Cell(len(places), int((self.active[places] > 0).sum()))


def society(store: DuckDBStore, until_us: int) -> Society:
    """Read who posted before a cut.

    Parameters
    ----------
    store : DuckDBStore
        The tables.
    until_us : int
        The cut, microseconds since 1970 UTC.
    """
    since = until_us - HISTORY * BIN_US
    table = store.arrow(BEFORE, bin=BIN_US, since=since, until=until_us)
    pairs = zip(
        table["language"].to_pylist(), table["platform"].to_pylist(), strict=True
    )
    kinds: dict[tuple[str, str], int] = {}
    declared = [kinds.setdefault(pair, len(kinds)) for pair in pairs]
    active = table["active"].fill_null(0.0).to_numpy()
    return Society(
        accounts=table["account"].combine_chunks(),
        declared=np.array(declared, np.int64),
        active=np.asarray(active, np.float64),
    )


def collected(store: DuckDBStore) -> tuple[int, Bool]:
    """Return the first hour of the data and in which hours posts were collected.

    A day and more without any post of anybody is a gap, not silence.

    Returns
    -------
    start_hour : int
        Hours since 1970 UTC.
    known : ndarray of bool, shape (n,)

    Raises
    ------
    NotEnoughDataError
        If there are no posts, or their times are known only to the day.
    """
    table = store.arrow(COLLECTED, bin=BIN_US)
    hours = np.asarray(table["hour"].to_numpy(), np.int64)
    if not len(hours):
        raise NotEnoughDataError("The case holds no post", "import a file first")
    coarse, n = (int(np.sum(table[name].to_numpy())) for name in ("coarse", "n"))
    if coarse > COARSE_SHARE * n:
        raise NotEnoughDataError(
            "The times of the posts are known only to the day",
            "import times to the hour or better",
        )
    known = np.ones(int(hours[-1] - hours[0]) + 1, np.bool_)
    for before, after in zip(hours[:-1].tolist(), hours[1:].tolist(), strict=True):
        if after - before > DAY:
            known[before - hours[0] + 1 : after - hours[0]] = False
    return int(hours[0]), known


def control_of(people: Society, group: Int, groups: Sequence[Int]) -> Int:
    """Return the population of the language and platform that a group declares.

    Members of large groups are no part of it. Those of small ones are: without them
    the difference to the whole would show what a few accounts did.

    Parameters
    ----------
    people : Society
        Everybody.
    group : ndarray of int64
        Places of its members.
    groups : sequence of ndarray of int64
        Places of the members of every group that is large enough to be shown.
    """
    kinds = np.bincount(people.declared[group])
    same = people.declared == kinds.argmax()
    for members in groups:
        same[members] = False
    return np.flatnonzero(same).astype(np.int64)


def computable(
    groups: Mapping[str, Int], controls: Mapping[str, Int]
) -> dict[str, Int]:
    """Return all aggregates that the answers of one question tell of.

    Who has a sum of a group and one of its control has that of both. If these of two
    questions differ by three accounts, what the three did is known, however far apart
    the groups and the controls are.

    Parameters
    ----------
    groups, controls : mapping of str to ndarray of int64
        Places of members, and those of the control of each group.

    Returns
    -------
    dict of str to ndarray of int64
        Groups, controls, each group with its control, all groups together, and these
        with each control.

    Examples
    --------
    >>> told = computable({"a": np.array([1, 2])}, {"a": np.array([3])})
    >>> {name: places.tolist() for name, places in told.items()}  # doctest: +ELLIPSIS
    {'all': [1, 2], 'a': [1, 2], 'a control': [3], 'a and control': [1, 2, 3], ...}
    """
    none = np.zeros(0, np.int64)
    everyone = reduce(np.union1d, groups.values(), none)
    found = {"all": everyone}
    for name, members in groups.items():
        control = controls[name]
        found[name], found[f"{name} control"] = members, control
        found[f"{name} and control"] = np.union1d(members, control)
        found[f"all and control of {name}"] = np.union1d(everyone, control)
    return found


def may_be_shown(
    people: Society, group: Int, control: Int, groups: Sequence[Int]
) -> bool:
    """Tell whether a group and its control, and all that they leave over, are large."""
    everybody = np.ones(len(people.accounts), np.bool_)
    everybody[group] = everybody[control] = False
    beside = everybody.copy()
    for members in groups:
        beside[members] = False
    left = [people.cell(np.flatnonzero(mask)) for mask in (everybody, beside)]
    return showable([people.cell(group), people.cell(control)], left)


def counts_of(
    store: DuckDBStore, people: Society, group: Int, control: Int, seed: int
) -> Counts:
    """Count active accounts by the hour, of a group, its control and matched draws.

    Parameters
    ----------
    store : DuckDBStore
        The tables.
    people : Society
        Everybody.
    group, control : ndarray of int64
        Places of their accounts.
    seed : int
        Seed of the draws.

    Raises
    ------
    ValueError
        If an aggregate is too small; callers have refused before.
    """
    if min(len(group), len(control)) < SMALLEST:
        raise ValueError("an aggregate is too small")
    if not people.cell(group).large:
        raise ValueError(f"fewer than {LEAST_ACTIVE} accounts were active")
    start, known = collected(store)
    drawn = draw_controls(people.active[group], people.active[control], seed)
    draws = [control[one] for one in drawn] if drawn is not None else []
    cells = [group, control, *draws]
    sums = np.zeros((len(cells), len(known)))
    place = np.concatenate(cells)
    cell = np.repeat(np.arange(len(cells)), [len(one) for one in cells])
    needed = np.unique(place)
    named = pa.table(
        {"account": people.accounts.take(pa.array(needed)), "place": needed}
    )
    belongs = pa.table({"place": place, "cell": cell})
    with store.lent(named, "known"), store.lent(belongs, "belongs"):
        found = store.arrow(HOURS, bin=BIN_US)
    at = cast(Int, found["hour"].to_numpy()) - start
    sums[found["cell"].to_numpy(), at] = found["n"].to_numpy()
    return Counts(start, sums[GROUP], sums[CONTROL], sums[FIRST_DRAW:], known)
