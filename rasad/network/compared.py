"""What a run compared with: rows of table `background`, and sentences for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rasad.kernels.measures import DAY_US
from rasad.network.halves import TracePairs
from rasad.network.population import FEWEST_ALIKE, Population
from rasad.network.reference import MOST_STRANGE, at_strange_hours, of_crowd
from rasad.store.sql import Store

EVERYBODY = "all accounts of the case"
"""What pairs are compared with where no background was given."""

MOST_NAMED = 3
SOURCES = """
    SELECT source_id, name, format, bytes, records, accepted, duplicate, filtered,
      rejected, stream_state
    FROM source ORDER BY name, source_id
"""
NONE_LEFT = (
    "All accounts of the background are in the case too, so that none is left to "
    "compare with: the accounts of the case are compared with each other."
)
UNLIKE = (
    "Chance is read off the background. If its accounts are not like ordinary ones of "
    "the case in language, interests, days and hours, those will look run together. "
    "That their interests are alike nothing in the data can check."
)

SELDOM = 0.05
"""Share of actions on days without a crowd, from which that is said."""


def background_rows(run_id: str, crowd: Store | None) -> list[dict[str, Any]]:
    """Return the rows of table `background`."""
    found = crowd.rows(SOURCES) if crowd else []
    return [{"run_id": run_id, **row} for row in found]


def compared_with(
    people: Population,
    sources: Sequence[Mapping[str, Any]],
    compared: bool,
) -> str:
    """Say which population pairs were compared with.

    Parameters
    ----------
    people : Population
        The accounts of case and crowd.
    sources : sequence of mappings
        Rows of table `background`.
    compared : bool
        Whether the crowd did anything in some trace.
    """
    if not sources:
        return EVERYBODY
    names = [row["name"] for row in sources[:MOST_NAMED]]
    more = len(sources) - len(names)
    rest = f" and {more} more {'file' if more == 1 else 'files'}" if more else ""
    crowd, named = int(people.reference.sum()), ", ".join(names) + rest
    if not crowd:
        return f"{EVERYBODY}; those of the background ({named}) are among them"
    if not compared:
        return f"{EVERYBODY}; the background ({named}) did nothing of the kind"
    accounts = "account" if crowd == 1 else "accounts"
    return f"{crowd:,} {accounts} of the background ({named})"


def crowd_warnings(people: Population, traces: Sequence[TracePairs]) -> list[str]:
    """Say what limits a comparison with a reference crowd that was given.

    Parameters
    ----------
    people : Population
        The accounts of case and crowd.
    traces : sequence of TracePairs
        The traces of a run.
    """
    if not people.reference.any():
        return [NONE_LEFT]
    said = [UNLIKE]
    if people.n_alone:
        said.append(
            f"{people.n_alone:,} accounts of the case are of a language and platform "
            f"that fewer than {FEWEST_ALIKE} accounts of the background have: they are "
            "held against the rates of all, and look run together if these are not "
            "theirs."
        )
    for trace in traces:
        said += _of_trace(trace)
    return said


def _of_trace(trace: TracePairs) -> list[str]:
    """Say where the crowd did nothing that could be compared with."""
    actions = trace.actions
    if actions.reference is None:
        return [
            f"Trace {trace.name}: the background did nothing of the kind, so the "
            "accounts of the case are compared with each other."
        ]
    crowd = of_crowd(actions)
    day = actions.time_us // DAY_US
    alone = float((~np.isin(day[~crowd], np.unique(day[crowd]))).mean())
    strange = at_strange_hours(actions)
    said = []
    if alone >= SELDOM:
        said.append(
            f"Trace {trace.name}: {alone:.0%} of what the case did falls on days on "
            "which the background did nothing; there its average counts."
        )
    if strange >= SELDOM:
        used = "" if strange <= MOST_STRANGE else ", so null model J is not used"
        said.append(
            f"Trace {trace.name}: {strange:.0%} of what the case did falls on hours of "
            f"the day at which the background hardly does anything{used}."
        )
    return said
