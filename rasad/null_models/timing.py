"""Null model T, timing given choice: how close two users of one object act by chance.

What two accounts chose is taken as given; only *when* they acted is tested, against the
times of everybody else who chose the same. Shared interests and popularity therefore
cannot make a pair stand out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rasad.extend import TraceActions
from rasad.kernels.exposure import count_close
from rasad.kernels.timing import (
    aside_by_strata,
    count_neighbours,
    fill_chances,
    likely_by_strata,
    meet,
    set_aside,
)
from rasad.null_models.parts import in_parts
from rasad.null_models.tails import poisson_binomial_tail, poisson_tail

SCREEN = 1e-3
"""Poisson tails below this are computed exactly; larger ones decide nothing."""

FEWEST_OTHERS = 20
"""Pairs of ordinary participants per shared cell below which two are the audience."""

WHOLE = 0
"""Length of a stretch that stands for an object's whole life."""


@dataclass(frozen=True, kw_only=True)
class ChosenPairs:
    """Pairs of account codes, and how far each is left out of the background.

    `share` is 1 for a pair that is certainly run as one and 0 for an ordinary pair.
    """

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    share: NDArray[np.float64]

    def __getitem__(self, at: Any) -> ChosenPairs:
        return ChosenPairs(
            first=self.first[at], second=self.second[at], share=self.share[at]
        )


@dataclass(frozen=True, kw_only=True)
class Meetings:
    """What the timing of each pair shows; all arrays have one entry per pair.

    Parameters
    ----------
    observed, sessions, shared : int64 arrays
        Cells in which the two are close, distinct hours in which they are, cells that
        they share.
    expected : float64 array
        What chance would make of `observed`.
    others : float64 array
        Pairs of ordinary participants besides the two in those cells.
    p_value : float64 array
        P(at least `sessions`); NaN where there are too few others to compare with.
    """

    observed: NDArray[np.int64]
    sessions: NDArray[np.int64]
    shared: NDArray[np.int64]
    expected: NDArray[np.float64]
    others: NDArray[np.float64]
    p_value: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Timing:
    """The null of exchangeable times, within objects or within stretches of them.

    Parameters
    ----------
    stretch_s : int
        Times are exchangeable inside stretches of this many seconds, so that anything
        slower is conditioned away; 0 for an object's whole life.
    shrinkage : float
        Pseudo-pairs by which an object's share of close pairs is pulled towards that of
        objects alike.

    Notes
    -----
    Two participants of cell o lie within the window with probability

        pi = r (C + eta pi_class) / (N + eta),

    with N the pairs of the cell's *other* participants, C the close ones among them,
    pi_class the share in cells of similar size and age, eta the shrinkage, and r how
    much more often accounts of these two strata are close than any two. Pairs that are
    set aside count neither in C nor in N. The number of cells in which a pair is close
    is Poisson-binomial under the null.

    With stretches this is the interval jitter of Amarasingham, Harrison, Hatsopoulos
    and Geman, Journal of Neurophysiology 107, 2012.
    """

    stretch_s: int
    shrinkage: float
    name: str = "timing"
    title: str = "T, timing given choice"
    assumption: str = (
        "Given what two accounts chose, they act at times drawn from those of "
        "everybody who chose the same, each at its usual tempo."
    )

    def fit(
        self, actions: TraceActions, window_s: int, aside: ChosenPairs
    ) -> FittedTiming:
        """Read the chances of one trace and window off the other participants.

        Parameters
        ----------
        actions : TraceActions
            First actions of everybody; a reference crowd's are no part of it.
        window_s : int
            The window in seconds.
        aside : ChosenPairs
            Pairs that may be left out of the background.
        """
        whole, actions = len(actions.tested.account), actions.tested.shared
        cells = _cells(actions, self.stretch_s, alone=len(actions.account) < whole)
        window_us = window_s * 1_000_000
        degree = np.zeros(len(cells.cell), np.int64)
        close = np.zeros(len(cells.size), np.float64)
        count_neighbours(cells.cell, actions.time_us, window_us, degree, close)
        background = _Background.of(actions, cells, degree, close)
        set_aside(
            aside.first, aside.second, aside.share, cells.start, cells.unit,
            cells.place, actions.time_us, cells.cell, window_us,
            background.cell_pairs, background.cell_close,
            background.own_pairs, background.own_close,
        )  # fmt: skip
        base = _base(cells, background)
        return FittedTiming(
            actions=actions,
            window_us=window_us,
            cells=cells,
            background=background,
            base=base,
            tempo=_tempo(
                actions, cells, window_us, base, self.shrinkage, background, aside
            ),
            shrinkage=self.shrinkage,
        )


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Cells of first actions, and the actions of each account in order of units.

    `cell` is the cell of each action; `begin`, `size` and `kind` have one entry per
    cell, `start` one per account, `place` and `unit` one per action by account.
    `alone` says that there are cells, not listed, on objects that one account used.
    """

    cell: NDArray[np.int64]
    begin: NDArray[np.int64]
    size: NDArray[np.int64]
    kind: NDArray[np.int64]
    start: NDArray[np.int64]
    place: NDArray[np.int64]
    unit: NDArray[np.int32]
    alone: bool


@dataclass(frozen=True, kw_only=True)
class _Background:
    """Close pairs of everybody, and what of them is set aside."""

    degree: NDArray[np.int64]
    close: NDArray[np.float64]
    cell_pairs: NDArray[np.float64]
    cell_close: NDArray[np.float64]
    own_pairs: NDArray[np.float64]
    own_close: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        actions: TraceActions,
        cells: Cells,
        degree: NDArray[np.int64],
        close: NDArray[np.float64],
    ) -> _Background:
        """Return a background of which nothing is set aside yet."""
        n, n_cells = len(actions.account), len(cells.size)
        return cls(
            degree=degree,
            close=close,
            cell_pairs=np.zeros(n_cells),
            cell_close=np.zeros(n_cells),
            own_pairs=np.zeros(n),
            own_close=np.zeros(n),
        )


@dataclass(frozen=True, kw_only=True)
class FittedTiming:
    """Chances of one trace and window, ready to say how close a pair would be."""

    actions: TraceActions
    window_us: int
    cells: Cells
    background: _Background
    base: NDArray[np.float64]
    tempo: NDArray[np.float64]
    shrinkage: float

    def meetings(self, pairs: ChosenPairs, threads: int) -> Meetings:
        """Test pairs of accounts.

        Parameters
        ----------
        pairs : ChosenPairs
            The pairs, with the same shares as those set aside.
        threads : int
            Threads to use; they change no digit.
        """
        m = len(pairs.first)
        observed, sessions, shared = (np.zeros(m, np.int64) for _ in range(3))
        expected, others = np.zeros(m), np.zeros(m)

        def work(at: slice) -> None:
            out = observed[at], sessions[at], expected[at], shared[at], others[at]
            arguments = *self._arguments(pairs[at]), *out
            meet(*arguments)

        in_parts(work, m, threads)
        p_value = poisson_tail(sessions, expected)
        exact = np.flatnonzero(p_value < SCREEN)
        begin, chances = self.chances(pairs[exact], shared[exact], threads)
        p_value[exact] = poisson_binomial_tail(
            sessions[exact], begin, chances, threads=threads
        )
        p_value[others < FEWEST_OTHERS * np.maximum(shared, 1)] = np.nan
        return Meetings(
            observed=observed,
            sessions=sessions,
            shared=shared,
            expected=expected,
            others=others,
            p_value=p_value,
        )

    def chances(
        self, pairs: ChosenPairs, shared: NDArray[np.int64], threads: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return every pair's chances one by one: where each pair's begin, and all."""
        begin = np.zeros(len(shared) + 1, np.int64)
        np.cumsum(shared, out=begin[1:])
        chances = np.zeros(begin[-1])

        def work(at: slice) -> None:
            arguments = *self._arguments(pairs[at]), begin[at], chances
            fill_chances(*arguments)

        in_parts(work, len(shared), threads)
        return begin, chances

    def _arguments(self, pairs: ChosenPairs) -> Any:
        cells, back = self.cells, self.background
        return (
            pairs.first, pairs.second, pairs.share, cells.start, cells.unit,
            cells.place, self.actions.time_us, cells.cell, self.actions.stratum,
            self.window_us, cells.size, back.close, back.degree, back.cell_pairs,
            back.cell_close, back.own_pairs, back.own_close, self.base, self.tempo,
            self.shrinkage,
        )  # fmt: skip


def _cells(actions: TraceActions, stretch_s: int, alone: bool) -> Cells:
    """Divide first actions into cells, and sort them by account and unit."""
    unit, time_us = actions.object, actions.time_us
    same_unit = np.diff(unit, prepend=-1) == 0
    stretch = _stretches(time_us, stretch_s)
    same = same_unit & (np.diff(stretch, prepend=stretch[:1]) == 0)
    cell = np.cumsum(~same) - 1
    head = np.flatnonzero(~same)
    size = np.diff(np.r_[head, len(unit)])
    born = np.maximum.accumulate(np.where(same_unit, 0, np.arange(len(unit))))
    age = stretch[head] - stretch[born[head]]
    start, order = actions.by_account
    return Cells(
        cell=cell,
        begin=head,
        size=size,
        # Cells alike: of about the same size, and about as long after the first one.
        kind=_magnitude(size) * 64 + _magnitude(age + 1),
        start=start,
        place=order,
        unit=unit[order],
        alone=alone,
    )


def _stretches(time_us: NDArray[Any], stretch_s: int) -> NDArray[np.int64]:
    if stretch_s == WHOLE:
        return np.zeros(len(time_us), np.int64)
    return np.asarray(time_us // (stretch_s * 1_000_000), np.int64)


def _magnitude(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of binary digits, less one, of positive values."""
    return np.asarray(np.frexp(values.astype(np.float64))[1] - 1, np.int64)


def _base(cells: Cells, back: _Background) -> NDArray[np.float64]:
    """Return the share of close pairs in cells alike, without those set aside."""
    pairs = cells.size * (cells.size - 1) / 2 - back.cell_pairs
    close = np.maximum(back.close - back.cell_close, 0)
    # Cells that are not listed are one kind, the first, in which nobody met.
    unlisted = np.zeros(int(cells.alone), np.int64)
    kinds, place = np.unique(np.r_[unlisted, cells.kind], return_inverse=True)
    place = place[len(unlisted) :]
    by_kind = np.bincount(place, np.maximum(pairs, 0), len(kinds))
    near = np.bincount(place, close, len(kinds))
    overall = near.sum() / max(by_kind.sum(), 1.0)
    return np.asarray(((near + overall) / (by_kind + 1.0))[place], np.float64)


def _tempo(
    actions: TraceActions,
    cells: Cells,
    window_us: int,
    base: NDArray[np.float64],
    shrinkage: float,
    back: _Background,
    aside: ChosenPairs,
) -> NDArray[np.float64]:
    """Return how often accounts of two strata are close, as a ratio to all pairs.

    Pairs that are set aside count neither as close nor as likely to be: a stratum that
    an operation fills would otherwise be compared with itself.
    """
    n_strata = int(actions.stratum.max(initial=0)) + 1
    strata = actions.stratum[actions.account]
    none = np.zeros(len(strata), np.int32)
    near, _ = count_close(
        cells.cell, actions.time_us, none, strata, window_us, 1, n_strata
    )
    left = np.maximum(cells.size * (cells.size - 1) / 2 - back.cell_pairs, 0)
    close = np.clip(back.close - back.cell_close, 0, left)
    chance = (close + shrinkage * base) / (left + shrinkage)
    likely = likely_by_strata(cells.cell, strata, chance, n_strata)
    observed = near[0] + near[0].T * (1.0 - np.eye(n_strata))
    aside_by_strata(
        aside.first, aside.second, aside.share, cells.start, cells.unit, cells.place,
        actions.time_us, cells.cell, actions.stratum, window_us, chance, observed,
        likely,
    )  # fmt: skip
    ratio = (np.maximum(observed, 0) + shrinkage) / (np.maximum(likely, 0) + shrinkage)
    return np.asarray(ratio, np.float64)
