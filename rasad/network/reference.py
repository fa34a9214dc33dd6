"""A reference crowd: ordinary accounts whose rates the case is compared with.

Its accounts are part of the population, on objects of their own: they say what chance
gives and stand for members in crowds, but are tested against nobody of the case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rasad.config import Settings
from rasad.extend import Trace, TraceActions
from rasad.kernels.measures import DAY_US
from rasad.network.actions import sort_actions
from rasad.network.calibration import Checked
from rasad.network.coaction import Limits, count_coactions
from rasad.network.first_actions import CountedTrace
from rasad.network.halves import TracePairs, testable_pairs
from rasad.network.pair_tests import fit_nulls, of_case
from rasad.network.population import (
    FEWEST_ALIKE,
    CodedTrace,
    Population,
    coded_trace,
)
from rasad.network.trace_tests import TestedTrace, null_tests, standing_out
from rasad.store.sql import Store

MINUTE_US = 60_000_000

EVERYBODY = "all accounts of the case"
"""What pairs are compared with where no background was given."""

FEWEST_MET = 20
"""Co-actions of a crowd below which nobody can tell how often chance gives one."""

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

HOUR_US, HOURS = 3_600_000_000, 24
SELDOM_AT = 0.1
"""Share of its mean activity below which a crowd says nothing of an hour of the day."""

MOST_STRANGE = 0.2
"""Share of the case's actions at such hours above which J is not used."""

SELDOM = 0.05
"""Share of actions on days without a crowd, from which that is said."""


def coded_crowd(store: Store, verb: str, people: Population) -> CodedTrace | None:
    """Read what the crowd did in one trace; None where it did nothing.

    Parameters
    ----------
    store : Store
        The tables of the crowd.
    verb : str
        The trace.
    people : Population
        The accounts of case and crowd.
    """
    coded = coded_trace(store, verb, people, key=0)
    kept = people.reference[coded.account]
    if not kept.any():
        return None
    return _only(coded, kept)


def on_days_of(case: CodedTrace, crowd: CodedTrace) -> CodedTrace:
    """Return what a crowd did on days on which the case acted.

    A crowd of a month would be thirty times as active as a case of a day, and stand for
    none of its members. Where the two share no day, all of it counts.
    """
    days = np.unique(case.time_us // DAY_US)
    kept = np.isin(crowd.time_us // DAY_US, days)
    return _only(crowd, kept) if kept.any() else crowd


def _only(coded: CodedTrace, kept: NDArray[np.bool_]) -> CodedTrace:
    return replace(
        coded,
        account=coded.account[kept],
        object=coded.object[kept],
        post=coded.post[kept],
        time_us=coded.time_us[kept],
    )


def to_the_minute(coded: CodedTrace) -> CodedTrace:
    """Cut times to minutes, where those of the case are."""
    return replace(coded, time_us=coded.time_us // MINUTE_US * MINUTE_US)


def crowd_trace(
    coded: CodedTrace,
    windows: list[int],
    trace: Trace,
    people: Population,
    settings: Settings,
    threads: int,
) -> CountedTrace:
    """Count who of the crowd co-acts.

    Parameters
    ----------
    coded : CodedTrace
        What it did.
    windows : list of int
        The windows that are computed.
    trace : Trace
        The trace.
    people, settings, threads
        The accounts, all settings, threads to use.
    """
    columns = coded.account, coded.object, coded.time_us, coded.post
    actions = sort_actions(*columns, trace.long_lived)
    chosen = settings.coaction
    eligible = coded.objects_per_account(len(people.accounts)) >= chosen.min_objects
    counted = count_coactions(
        actions,
        windows,
        threads=threads,
        eligible=eligible,
        account_hash=people.hashes,
        limits=Limits(
            untested_pairs=0, pairs=chosen.max_pairs, co_actions=chosen.max_co_actions
        ),
    )
    pairs, several = testable_pairs(counted, eligible)
    return CountedTrace(
        coded=coded, actions=actions, eligible=eligible, pairs=pairs, several=several
    )


def crowd_standing_out(
    trace: TracePairs, settings: Settings, threads: int
) -> NDArray[np.bool_]:
    """Mark the accounts of a crowd that stand out among its own.

    What they do is no part of the nulls that the gate makes of the crowd.

    Parameters
    ----------
    trace : TracePairs
        The crowd alone.
    settings, threads
        All settings; threads to use.
    """
    tests = [
        null_tests(
            trace.number,
            fit_nulls(trace.actions, window, *pairs, settings, threads, stretch),
            True,
            threads,
        )
        for window, pairs, stretch in zip(
            trace.windows_s, trace.pairs, trace.stretches_s, strict=True
        )
    ]
    n, able = len(trace.actions.stratum), int(trace.actions.eligible.sum())
    return standing_out(tests, n, able * (able - 1) // 2, settings.validation)


def without_thin(checked: list[Checked], tested: TestedTrace) -> list[Checked]:
    """Take back what was checked of null model J where the crowd cannot say chance.

    It hardly ever met in the window, or did nothing at the hours of the case.

    Parameters
    ----------
    checked : list of Checked
        p-values on data in which the nulls are true.
    tested : TestedTrace
        The tests of the trace, with the rates that were read off the crowd.
    """
    strange = at_strange_hours(tested.trace.actions) > MOST_STRANGE
    thin = {
        window.window_s
        for window in tested.windows
        if strange or window.fitted.opportunity.met < FEWEST_MET
    }
    return [
        replace(one, p_values=one.p_values[:0])
        if one.null_model == "opportunity" and one.window_s in thin
        else one
        for one in checked
    ]


def at_strange_hours(actions: TraceActions) -> float:
    """Return the share of the case's actions at hours of the day without crowd.

    Those are hours at which it does less than a tenth of what it does on average.

    Parameters
    ----------
    actions : TraceActions
        First actions of case and crowd.
    """
    hour = actions.time_us // HOUR_US % HOURS
    crowd = of_crowd(actions)
    counts = np.bincount(hour[crowd], minlength=HOURS)
    strange = counts < SELDOM_AT * counts.mean()
    return float(strange[hour[~crowd]].mean())


def of_crowd(actions: TraceActions) -> NDArray[np.bool_]:
    """Mark the actions of a reference crowd."""
    return ~of_case(actions, actions.account)


def background_rows(run_id: str, crowd: Store | None) -> list[dict[str, Any]]:
    """Return the rows of table `background`."""
    found = crowd.rows(SOURCES) if crowd else []
    return [{"run_id": run_id, **row} for row in found]


def compared_with(
    people: Population,
    sources: Sequence[Mapping[str, Any]],
    traces: Sequence[TracePairs],
) -> str:
    """Say which population pairs were compared with.

    Parameters
    ----------
    people : Population
        The accounts of case and crowd.
    sources : sequence of mappings
        Rows of table `background`.
    traces : sequence of TracePairs
        The traces of a run.
    """
    if not sources:
        return EVERYBODY
    names = [row["name"] for row in sources[:MOST_NAMED]]
    more = len(sources) - len(names)
    rest = f" and {more} more {'file' if more == 1 else 'files'}" if more else ""
    crowd, named = int(people.reference.sum()), ", ".join(names) + rest
    if not crowd:
        return f"{EVERYBODY}; those of the background ({named}) are among them"
    if all(trace.actions.reference is None for trace in traces):
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
