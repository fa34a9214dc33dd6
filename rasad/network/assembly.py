"""Confirmed groups put together: who belongs, who is copied, which pairs show it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.config import Settings
from rasad.network.confirmation import HeldOut
from rasad.network.first_movers import Lead, leads
from rasad.network.groups import communities
from rasad.network.halves import TracePairs
from rasad.network.validation import Pairs

FEWEST_TIES = 2
"""Members of a confirmed group that an account must be tied to in order to join."""

SHARE_TIED = 0.25
"""Share of the members that it must be tied to."""


@dataclass(frozen=True, kw_only=True)
class Assembled:
    """A group: its members, who is copied by it, and its held-out tests if confirmed.

    `found` is its number among the groups that were found on half of the objects.
    """

    members: NDArray[np.int64]
    copied: NDArray[np.int64]
    lead: Lead
    tests: HeldOut | None = None
    found: int | None = None


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """What becomes of the pairs and groups of a run.

    `supporting` marks pairs, by their place in `Pairs`, that join two members of a
    confirmed group without being kept by themselves.
    """

    groups: list[Assembled]
    supporting: NDArray[np.bool_]
    candidate: NDArray[np.bool_]
    kept: NDArray[np.bool_]


def assemble(
    pairs: Pairs, found: list[HeldOut], traces: list[TracePairs], settings: Settings
) -> Assembly:
    """Put confirmed groups together and mark the pairs that show them.

    Parameters
    ----------
    pairs : Pairs
        All tested pairs.
    found : list of HeldOut
        Groups found, confirmed or not.
    traces : list of TracePairs
        The traces of the run.
    settings : Settings
        All settings.
    """
    n = len(traces[0].actions.stratum) if traces else 1
    taken = np.zeros(n, np.bool_)
    groups = []
    for number, tests in enumerate(found, 1):
        if tests.confirmed:
            group = _confirmed(number, tests, pairs, traces, taken, settings)
            if len(group.members) >= settings.groups.min_size:
                taken[group.members] = taken[group.copied] = True
                groups.append(group)
    shown = pairs.kept | (pairs.candidate & (not groups))
    groups += _others(pairs, shown, traces, taken, settings)
    supporting = np.zeros(len(pairs.key), np.bool_)
    for group in (one for one in groups if one.tests):
        supporting |= _inside(pairs, group.members, n)
    supporting &= (pairs.p_value <= settings.groups.largest_p) & ~pairs.kept
    supporting &= pairs.best >= 0
    return Assembly(
        groups=groups,
        supporting=supporting,
        candidate=shown & ~pairs.kept,
        kept=pairs.kept,
    )


def _others(
    pairs: Pairs,
    shown: NDArray[np.bool_],
    traces: list[TracePairs],
    taken: NDArray[np.bool_],
    settings: Settings,
) -> list[Assembled]:
    """Return the communities of the pairs outside confirmed groups."""
    n = len(taken)
    first, second = pairs.key // n, pairs.key % n
    rest = np.flatnonzero(shown & ~taken[first] & ~taken[second])
    chosen = settings.groups
    found = communities(
        first[rest],
        second[rest],
        np.log1p(pairs.lift[rest]),
        resolution=chosen.resolution,
        seed=chosen.seed,
        min_size=chosen.min_size,
    )
    longest = settings.validation.longest_window_s
    groups = []
    for group in found:
        lead = leads(traces, group.members, longest)
        members = group.members[~lead.always]
        if len(members) >= chosen.min_size:
            copied = group.members[lead.always]
            groups.append(Assembled(members=members, copied=copied, lead=lead))
    return groups


def _confirmed(
    number: int,
    tests: HeldOut,
    pairs: Pairs,
    traces: list[TracePairs],
    taken: NDArray[np.bool_],
    settings: Settings,
) -> Assembled:
    """Leave out who is copied, and take in who is tied to several members."""
    longest = settings.validation.longest_window_s
    found = tests.members[~taken[tests.members]]
    joined = np.union1d(found, _tied(pairs, found, taken))
    lead = leads(traces, joined, longest)
    return Assembled(
        members=joined[~lead.always],
        copied=joined[lead.always],
        lead=lead,
        tests=tests,
        found=number,
    )


def _tied(
    pairs: Pairs, members: NDArray[np.int64], taken: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the accounts that kept pairs join to enough members."""
    n = len(taken)
    member = np.zeros(n, np.bool_)
    member[members] = True
    first, second = pairs.key[pairs.kept] // n, pairs.key[pairs.kept] % n
    outside = np.r_[second[member[first]], first[member[second]]]
    ties = np.bincount(outside[~member[outside]], minlength=n)
    enough = max(FEWEST_TIES, SHARE_TIED * len(members))
    return np.flatnonzero((ties >= enough) & ~taken)


def _inside(pairs: Pairs, members: NDArray[np.int64], n: int) -> NDArray[np.bool_]:
    member = np.zeros(n, np.bool_)
    member[members] = True
    return np.asarray(member[pairs.key // n] & member[pairs.key % n])
