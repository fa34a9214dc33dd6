"""Confirmed groups put together: who belongs, who is copied, which pairs show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rasad.config import Settings
from rasad.network.confirmation import Confirmation, HeldOut
from rasad.network.first_movers import Lead, leads
from rasad.network.groups import communities
from rasad.network.halves import TracePairs
from rasad.network.validation import GRADES, Pairs

FEWEST_TIES = 2
"""Members of a confirmed group that an account must be tied to in order to join."""

SHARE_TIED = 0.25
"""Share of the members that it must be tied to."""


@dataclass(frozen=True, kw_only=True)
class Assembled:
    """A group: its members, who is copied by it, and its held-out tests if confirmed.

    `found` is its number among the groups that were found on half of the posts. Members
    that `tests` does not have joined later.
    """

    members: NDArray[np.int64]
    copied: NDArray[np.int64]
    lead: Lead
    tests: HeldOut | None = None
    found: int | None = None


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """What becomes of the pairs and groups of a run.

    `found` is every group that was found; where it was confirmed, with its tests
    without those that it copies. `supporting` marks pairs, by their place in `Pairs`,
    that join two members of a confirmed group without being kept by themselves.
    """

    groups: list[Assembled]
    found: list[HeldOut]
    supporting: NDArray[np.bool_]
    candidate: NDArray[np.bool_]
    kept: NDArray[np.bool_]


def assemble(
    pairs: Pairs,
    confirmation: Confirmation,
    traces: Sequence[TracePairs],
    settings: Settings,
) -> Assembly:
    """Put confirmed groups together and mark the pairs that show them.

    Parameters
    ----------
    pairs : Pairs
        All tested pairs.
    confirmation : Confirmation
        Groups found, confirmed or not.
    traces : sequence of TracePairs
        The traces of the run.
    settings : Settings
        All settings.
    """
    n = len(traces[0].actions.stratum) if len(traces) else 1
    revised, groups = _certified(pairs, confirmation, traces, n, settings)
    taken = np.zeros(n, np.bool_)
    for group in groups:
        taken[group.members] = taken[group.copied] = True
    shown = pairs.kept | (pairs.candidate & (not groups))
    groups += _others(pairs, shown, traces, taken, settings)
    supporting = np.zeros(len(pairs.key), np.bool_)
    for group in (one for one in groups if one.tests):
        supporting |= _inside(pairs, group.members, n)
    supporting &= (pairs.p_value <= settings.groups.largest_p) & ~pairs.kept
    supporting &= pairs.best >= 0
    return Assembly(
        groups=groups,
        found=revised,
        supporting=supporting,
        candidate=shown & ~pairs.kept,
        kept=pairs.kept,
    )


def _certified(
    pairs: Pairs,
    confirmation: Confirmation,
    traces: Sequence[TracePairs],
    n: int,
    settings: Settings,
) -> tuple[list[HeldOut], list[Assembled]]:
    """Return the confirmed groups with those that joined and without those they copy.

    Whoever joins was not tested with the group; whoever is copied was.
    """
    found = confirmation.groups
    chosen = [number for number, one in enumerate(found) if one.confirmed]
    joining = _joining(pairs, [found[number].members for number in chosen], n)
    together = [
        np.union1d(found[number].members, joined)
        for number, joined in zip(chosen, joining, strict=True)
    ]
    ahead = leads(traces, together, settings.validation.longest_window_s)
    final, led = list(found), dict(zip(chosen, ahead, strict=True))
    for number in chosen:
        left = np.setdiff1d(found[number].members, led[number].leading)
        final[number] = _final(found[number], left, confirmation, settings)
    revised = [
        one if number in led else replace(one, confirmed=False, fragility=0)
        for number, one in enumerate(confirmation.revised(final).groups)
    ]
    groups = [
        Assembled(
            members=led[number].following,
            copied=led[number].leading,
            lead=led[number],
            tests=one,
            found=number + 1,
        )
        for number, one in enumerate(revised)
        if one.confirmed
    ]
    return revised, groups


def _final(
    found: HeldOut,
    left: NDArray[np.int64],
    confirmation: Confirmation,
    settings: Settings,
) -> HeldOut:
    """Test again who is left without those that the group copies.

    Where too few are left nothing is: such a group cannot be confirmed.
    """
    if len(left) == len(found.members):
        return found
    chosen = settings.groups
    if len(left) < max(chosen.min_size, chosen.fewest_certified):
        return replace(found, p_value=1.0)
    return confirmation.again(found, left)


def _others(
    pairs: Pairs,
    shown: NDArray[np.bool_],
    traces: Sequence[TracePairs],
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
    for lead in leads(traces, [group.members for group in found], longest):
        members = lead.following
        if len(members) >= chosen.min_size:
            groups.append(Assembled(members=members, copied=lead.leading, lead=lead))
    return groups


def _joining(
    pairs: Pairs, groups: list[NDArray[np.int64]], n: int
) -> list[NDArray[np.int64]]:
    """Return, for each group, the accounts that kept pairs join to enough members.

    Pairs of which nobody can tell slow coordination from shared interest join nobody.

    A member of one group joins no other; whoever is tied to several joins the one with
    the largest share of members tied to it.
    """
    owner, share = np.full(n, -1), np.zeros(n)
    known = pairs.kept & (pairs.grade != GRADES.index("shared_interest"))
    first, second = pairs.key[known] // n, pairs.key[known] % n
    for number, members in enumerate(groups):
        member = np.zeros(n, np.bool_)
        member[members] = True
        tied = np.r_[second[member[first]], first[member[second]]]
        ties = np.bincount(tied, minlength=n)
        own = ties / len(members)
        better = (ties >= FEWEST_TIES) & (own >= SHARE_TIED) & (own > share)
        owner[better], share[better] = number, own[better]
    for members in groups:
        owner[members] = -1
    return [np.flatnonzero(owner == number) for number in range(len(groups))]


def _inside(pairs: Pairs, members: NDArray[np.int64], n: int) -> NDArray[np.bool_]:
    member = np.zeros(n, np.bool_)
    member[members] = True
    return np.asarray(member[pairs.key // n] & member[pairs.key % n])
