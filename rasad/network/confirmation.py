"""Groups found on half of the posts, and what the other half says of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rasad.config import Settings, Validation
from rasad.network.calibration import SHORT_S
from rasad.network.carriers import MOST_REMOVED
from rasad.network.crews import Crew, divisions, majority
from rasad.network.finding import FindingNetwork, stability
from rasad.network.halves import TracePairs, number_of
from rasad.network.heldout import Showing, show, timing_tail
from rasad.network.multiplicity import cauchy_combination
from rasad.network.occasions import Occasion, occasions
from rasad.network.validation import correct
from rasad.network.waiting import Room


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """A group found on one half, with its tests on the other.

    Parameters
    ----------
    members : int64 array
        Account codes, ascending.
    crew : int64 array
        Those of them whose tests decide: all, or a crew of them.
    raised : float
        How much their p-value counts for being chosen among crews and ways to divide.
    showings : tuple of Showing
        What each trace and short window shows of the crew on the half that confirms.
    p_crowd, p_timing : float
        Both tests over all of them; NaN where none could be made.
    p_value : float
        The larger of both, raised. Where nobody is like the members, that of their
        timing; where the group is its objects' audience, that of crowds, in windows of
        at most a minute. One where neither can be tested.
    q_value : float
        Corrected over all groups found.
    confirmed : bool
        Whether the group is confirmed.
    fragility : int
        Objects of the confirming half that must go before it is no longer confirmed;
        0 where it is not.
    stability : float
        Mean overlap (Jaccard) with the best match under other seeds and resolutions.
    """

    members: NDArray[np.int64]
    crew: NDArray[np.int64]
    raised: float
    showings: tuple[Showing, ...]
    p_crowd: float
    p_timing: float
    p_value: float
    q_value: float
    confirmed: bool
    fragility: int
    stability: float


@dataclass(frozen=True, kw_only=True)
class _Verdict:
    """The crew that decides, what it counts, and what it shows."""

    crew: Crew
    raised: float
    showings: tuple[Showing, ...]

    @property
    def p_value(self) -> float:
        return self.raised * _p_value(self.showings)


@dataclass(frozen=True, kw_only=True)
class HalfTests:
    """Tests groups on the half that confirms.

    Parameters
    ----------
    where : list of Occasion
        Every trace and short window that the gate let pass.
    barred : bool array
        Accounts of groups that were found: none of them stands for another's member.
    hashes : uint64 array
        A hash of each account's id, whatever else the case holds.
    seed : int
        Seed of the crowds.
    """

    where: list[Occasion]
    barred: NDArray[np.bool_]
    hashes: NDArray[np.uint64]
    seed: int

    def show(
        self, members: NDArray[np.int64], beside: NDArray[np.int64] | None = None
    ) -> tuple[Showing, ...]:
        """Return what each occasion shows of a group, or of a crew beside the others.

        Every group has a source of chance of its own on every occasion, so that what it
        shows does not depend on the other groups.
        """
        seed = [self.seed, int(np.bitwise_xor.reduce(self.hashes[members]))]
        return tuple(
            show(
                one,
                members,
                self.barred,
                np.random.default_rng([*seed, number_of(one.name), one.window_s]),
                beside,
            )
            for one in self.where
        )

    def judge(self, members: NDArray[np.int64], stability: float) -> HeldOut:
        """Test a group in each way; no correction over groups is made yet."""
        ways = divisions(members, self.hashes)
        verdicts = [self._verdict(members, crews) for crews in ways]
        best = min(verdicts, key=lambda one: one.p_value)
        raised = best.raised * len(ways)
        return HeldOut(
            members=members,
            crew=best.crew,
            raised=raised,
            showings=best.showings,
            p_crowd=_combined(best.showings, "p_crowd"),
            p_timing=_combined(best.showings, "p_timing"),
            p_value=min(raised * _p_value(best.showings), 1.0),
            q_value=1.0,
            confirmed=False,
            fragility=0,
            stability=stability,
        )

    def _verdict(self, members: NDArray[np.int64], crews: list[Crew]) -> _Verdict:
        """Return what more than half of some crews show."""
        shown = [self.show(crew, members) for crew in crews]
        decides, raised = majority([_p_value(showings) for showings in shown])
        return _Verdict(crew=crews[decides], raised=raised, showings=shown[decides])


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """Groups found on one half, tested on the other.

    `tests` is what tested them; None where nothing was found.
    """

    groups: list[HeldOut]
    tests: HalfTests | None
    settings: Settings

    def again(self, group: HeldOut, members: NDArray[np.int64]) -> HeldOut:
        """Test other members in a group's place; `revised` corrects the p-value."""
        if self.tests is None:
            raise ValueError("no group was found, so none can be tested again")
        return self.tests.judge(members, group.stability)

    def revised(self, groups: list[HeldOut]) -> Confirmation:
        """Correct over all groups anew, some of them with other members."""
        return replace(self, groups=_corrected(groups, self.settings.validation))


def held_out(
    traces: Sequence[TracePairs],
    eligible: NDArray[np.bool_],
    trusted: frozenset[tuple[int, int]],
    hashes: NDArray[np.uint64],
    settings: Settings,
    threads: int,
    room: Room | None = None,
) -> Confirmation:
    """Find groups on one half of the posts and confirm them on the other.

    Parameters
    ----------
    traces : sequence of TracePairs
        The traces of a run; gone through twice, one after the other.
    eligible : bool array of (n_traces, n_accounts)
        Who could be tested where.
    trusted : set of (trace, window)
        Tests that the calibration gate let pass; others confirm nothing.
    hashes : uint64 array
        A hash of each account's id, whatever else the case holds.
    settings : Settings
        All settings.
    threads : int
        Threads to use; they change no digit.
    room : Room, optional
        Where tests wait; in memory if there is none.

    Returns
    -------
    Confirmation
        Groups by first member.
    """
    network = FindingNetwork.of(
        traces, eligible, trusted, settings, threads, room or Room()
    )
    found = network.groups()
    groups = [one for one in found if len(one) >= settings.groups.fewest_certified]
    if not groups:
        return Confirmation(groups=[], tests=None, settings=settings)
    barred = np.zeros(eligible.shape[1], np.bool_)
    barred[np.concatenate(found)] = True
    halves = HalfTests(
        where=occasions(traces, trusted, network.likely, settings),
        barred=barred,
        hashes=hashes,
        seed=settings.groups.seed,
    )
    others = network.alternatives()
    shown = [halves.judge(members, stability(members, others)) for members in groups]
    corrected = _corrected(shown, settings.validation)
    return Confirmation(groups=corrected, tests=halves, settings=settings)


def _corrected(groups: list[HeldOut], settings: Validation) -> list[HeldOut]:
    """Return the groups with q-values, over all that were found."""
    p_values = np.array([group.p_value for group in groups])
    q_values = correct(p_values, len(p_values), settings)
    passed = q_values <= settings.q
    limit = float(p_values[passed].max(initial=0.0))
    return [
        replace(
            group,
            q_value=float(q),
            confirmed=bool(confirmed),
            fragility=_fragility(group, limit) if confirmed else 0,
        )
        for group, q, confirmed in zip(groups, q_values, passed, strict=True)
    ]


def _fragility(group: HeldOut, limit: float) -> int:
    """Return how many objects must go before the p-value exceeds the limit."""
    removed = 0
    left = group.showings
    while removed < MOST_REMOVED and group.raised * _p_value(left) <= limit:
        removed += 1
        left = tuple(_without(one, removed) for one in group.showings)
    return removed


def _without(showing: Showing, removed: int) -> Showing:
    """Return what an occasion would show without some of the objects."""
    observed = max(showing.observed - removed, 0)
    sessions = max(showing.sessions - removed, 0)
    return replace(
        showing,
        observed=observed,
        sessions=sessions,
        p_crowd=showing.crowds.tail(observed),
        p_timing=timing_tail(showing.chances, sessions, showing.testable),
    )


def _p_value(showings: tuple[Showing, ...]) -> float:
    """Return what confirms a group: both tests, or one where the other cannot be made.

    Crowds alone confirm in windows of at most a minute only, and only strict ones: time
    of day or language alone can bring accounts together.
    """
    crowd = _combined(showings, "p_crowd")
    timing = _combined(showings, "p_timing")
    if np.isnan(timing):
        short = [
            one for one in showings if one.window_s <= SHORT_S and one.crowds.strict
        ]
        crowd = _combined(short, "p_crowd")
    either = np.fmax(crowd, timing)
    return 1.0 if np.isnan(either) else float(either)


def _combined(showings: Iterable[Showing], test: str) -> float:
    return cauchy_combination(np.array([getattr(one, test) for one in showings]))
