"""A reference crowd: ordinary accounts whose rates the case is compared with.

Its accounts are part of the population, on objects of their own: they say what chance
gives and stand for members in crowds, but are tested against nobody of the case.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rasad.config import Settings
from rasad.extend import Trace, TraceActions
from rasad.kernels.measures import DAY_US
from rasad.network.actions import sort_actions
from rasad.network.calibration import Checked
from rasad.network.first_actions import CountedTrace
from rasad.network.halves import TracePairs, co_acting
from rasad.network.pair_tests import fit_nulls, of_case
from rasad.network.population import (
    CodedTrace,
    Population,
    coded_trace,
)
from rasad.network.trace_tests import TestedTrace, null_tests, standing_out
from rasad.store.sql import Store

MINUTE_US = 60_000_000

FEWEST_MET = 20
"""Co-actions of a crowd below which nobody can tell how often chance gives one."""

HOUR_US, HOURS = 3_600_000_000, 24
SELDOM_AT = 0.1
"""Share of its mean activity below which a crowd says nothing of an hour of the day."""

MOST_STRANGE = 0.2
"""Share of the case's actions at such hours above which J is not used."""


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
    least = settings.coaction.min_objects
    eligible = coded.objects_per_account(len(people.accounts)) >= least
    pairs, several = co_acting(
        actions, windows, eligible, people.hashes, settings, threads
    )
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
        if strange or window.fitted.met < FEWEST_MET
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
