"""First movers: accounts that a group may copy without their knowing.

Whoever is copied by fifty accounts co-acts with all of them, and so is found with them.
It is named beside the group, not in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.extend import TraceActions
from rasad.kernels.crowds import count_leads
from rasad.network.halves import TracePairs
from rasad.null_models.tails import poisson_binomial_tail

NEARLY_ALWAYS = 0.8
"""Share of shared objects on which a first mover acts before all others."""

LARGEST_P = 1e-3
"""Chance at which somebody of the group leads that often, if all led equally often."""


@dataclass(frozen=True, kw_only=True)
class Lead:
    """How often each member acts with others, and before all of them; by member."""

    members: NDArray[np.int64]
    close: NDArray[np.int64]
    first: NDArray[np.int64]
    p_value: NDArray[np.float64]

    @property
    def leading(self) -> NDArray[np.int64]:
        """Return the members that nearly always lead."""
        return self.members[self.always]

    @property
    def following(self) -> NDArray[np.int64]:
        """Return the other members."""
        return self.members[~self.always]

    @property
    def always(self) -> NDArray[np.bool_]:
        """Mark the members that nearly always lead."""
        often = self.first >= NEARLY_ALWAYS * np.maximum(self.close, 1)
        return often & (self.p_value * len(self.members) <= LARGEST_P)


@dataclass(frozen=True, kw_only=True)
class _Counts:
    """What `Lead` says of a group, while its traces are gone through.

    `parts` are, by trace, the place of the acting member and the chance that it leads.
    """

    close: NDArray[np.int64]
    first: NDArray[np.int64]
    parts: list[tuple[NDArray[np.int64], NDArray[np.float64]]]


def leads(
    traces: Sequence[TracePairs], groups: Sequence[NDArray[np.int64]], window_s: int
) -> list[Lead]:
    """Count how often each member of some groups acts first.

    Parameters
    ----------
    traces : sequence of TracePairs
        The traces of a run; gone through once, one after the other.
    groups : sequence of int64 arrays
        Account codes of each group's members, ascending.
    window_s : int
        How far apart two actions in a row may lie to belong to one occasion.

    Notes
    -----
    Under the null each of the m members who act on one occasion is first with
    probability 1/m, so that the number of leads is Poisson-binomial. Acting first at
    the same stated time as another is no lead.
    """
    if not groups:
        return []
    found = [
        _Counts(
            close=np.zeros(len(members), np.int64),
            first=np.zeros(len(members), np.int64),
            parts=[],
        )
        for members in groups
    ]
    for trace in traces:
        for members, counts in zip(groups, found, strict=True):
            _count(trace.actions.shared, members, window_s * 1_000_000, counts)
    return [_lead(*one) for one in zip(groups, found, strict=True)]


def _count(
    actions: TraceActions,
    members: NDArray[np.int64],
    window_us: int,
    counts: _Counts,
) -> None:
    place = np.full(len(actions.stratum), -1, np.int64)
    place[members] = np.arange(len(members))
    who = place[actions.account]
    acted = np.flatnonzero(who >= 0)
    share = np.zeros(len(acted))
    count_leads(
        acted, who, actions.object, actions.time_us, window_us,
        counts.close, counts.first, share,
    )  # fmt: skip
    counts.parts.append((who[acted][share > 0], share[share > 0]))


def _lead(members: NDArray[np.int64], counts: _Counts) -> Lead:
    owner = np.concatenate([part[0] for part in counts.parts])
    chance = np.concatenate([part[1] for part in counts.parts])
    begin = np.zeros(len(members) + 1, np.int64)
    np.cumsum(np.bincount(owner, minlength=len(members)), out=begin[1:])
    ordered = chance[np.argsort(owner, kind="stable")]
    return Lead(
        members=members,
        close=counts.close,
        first=counts.first,
        p_value=poisson_binomial_tail(counts.first, begin, ordered),
    )
