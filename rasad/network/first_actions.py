"""First actions of a trace, divided into halves and strata: ready for tests."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rasad.config import Settings
from rasad.extend import TraceActions
from rasad.network.actions import Actions
from rasad.network.calibration import SHORT_S
from rasad.network.halves import Both, PostHalves, TracePairs, unit_hashes
from rasad.network.population import MOST_STRATA, CodedTrace, Population
from rasad.network.suspects import suspect_actions
from rasad.network.tempo import with_tempo


@dataclass(frozen=True, kw_only=True)
class CountedTrace:
    """What a case, or a reference crowd, did in one trace, and who co-acts.

    Parameters
    ----------
    coded : CodedTrace
        The actions as codes.
    actions : Actions
        The same, sorted.
    eligible : bool array
        Who can be tested.
    pairs, several : tuples of (int32 array, int32 array)
        For each window, who of them co-acts, and who does on two test objects or more.
    """

    coded: CodedTrace
    actions: Actions
    eligible: NDArray[np.bool_]
    pairs: tuple[Both, ...]
    several: tuple[Both, ...]


def trace_pairs(
    named: tuple[int, str],
    windows: tuple[int, ...],
    case: CountedTrace,
    crowd: CountedTrace | None,
    halves: PostHalves,
    people: Population,
    settings: Settings,
    threads: int,
) -> TracePairs:
    """Return first actions, halves and testable pairs of a trace.

    Parameters
    ----------
    named : (int, str)
        Number and name of the trace.
    windows : tuple of int
        The windows that are computed.
    case, crowd : CountedTrace
        What the case did, and a reference crowd where there is one.
    halves : PostHalves
        The halves of posts so far; those of this trace are added.
    people, settings, threads
        The accounts, all settings, threads to use.
    """
    firsts, post = _with_posts(case, halves, people)
    pairs, several = case.pairs, case.several
    if crowd is not None:
        others, other_post = _with_posts(crowd, halves, people)
        firsts = firsts.beside(others, people.reference)
        post = np.concatenate([post, other_post])
        pairs, several = both(pairs, crowd.pairs), both(several, crowd.several)
    suspect = np.zeros(len(firsts.account))
    for at in [at for at, window in enumerate(windows) if window <= SHORT_S][-1:]:
        suspect = suspect_actions(firsts, windows[at], several[at], settings, threads)
    share = settings.opportunity.stratum_share
    stratum = with_tempo(firsts.stratum, firsts, suspect, share, MOST_STRATA)
    return TracePairs(
        number=named[0],
        name=named[1],
        actions=replace(firsts, stratum=stratum),
        windows_s=windows,
        stretches_s=(settings.timing.stretch_s,) * len(windows),
        pairs=pairs,
        several=several,
        post=post,
        half=halves.of(post),
    )


def both(case: tuple[Both, ...], crowd: tuple[Both, ...]) -> tuple[Both, ...]:
    """Return the pairs of case and crowd, window by window, the case's first."""
    return tuple(
        (np.concatenate([a[0], b[0]]), np.concatenate([a[1], b[1]]))
        for a, b in zip(case, crowd, strict=True)
    )


def _with_posts(
    counted: CountedTrace, halves: PostHalves, people: Population
) -> tuple[TraceActions, NDArray[np.uint64]]:
    """Return first actions and the post of each, and give these posts a half."""
    actions, coded = counted.actions, counted.coded
    every = coded.post_hash[actions.post]
    objects = coded.object_hash[actions.object]
    halves.add(every, unit_hashes(objects, actions.time_us, actions.daily))
    firsts = TraceActions(
        account=actions.account[actions.first],
        object=actions.unit[actions.first],
        time_us=actions.time_us[actions.first],
        eligible=counted.eligible,
        stratum=people.stratum,
    )
    return firsts, _first_posts(actions, every)


def _first_posts(actions: Actions, post: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the post of each first action.

    Of posts by one account on one object at one time, the one with the smallest hash
    stands for all, so that no order of rows chooses.
    """
    new = np.diff(actions.object, prepend=-1) != 0
    new |= np.diff(actions.account, prepend=-1) != 0
    new |= np.diff(actions.time_us, prepend=actions.time_us[:1]) != 0
    begin = np.flatnonzero(new)
    lowest = np.minimum.reduceat(post, begin)
    return np.repeat(lowest, np.diff(np.r_[begin, len(post)]))[actions.first]
