"""Early warning: which operations a method names before which day, at which price."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rasad.evaluate.answer_files import listed, read_answer
from rasad.evaluate.contest import Shown
from rasad.evaluate.metrics.early import DAY_S, Cut, Posts, false_alarms, first_warnings
from rasad.evaluate.metrics.ranking import Bool
from rasad.evaluate.metrics.truth import Truth, read_truth
from rasad.evaluate.rounds import Round
from rasad.evaluate.scoring import KEPT, OURS, screened
from rasad.evaluate.shown import read_shown
from rasad.evaluate.worlds import World

LEAST = 3
"""Accounts of a team that must be named at one cut: fewer may be luck."""


def early_rows(
    round_: Round, cuts: Sequence[tuple[float, World]], methods: Sequence[str]
) -> list[dict[str, Any]]:
    """Return how soon each method names the teams of one world.

    Parameters
    ----------
    round_ : Round
        Revealed.
    cuts : sequence of (float, World)
        One world as it is known before ever later days, by day; the last is whole.
    methods : sequence of str
        Methods with an answer on every cut.

    Returns
    -------
    list of dict
        One per method: `teams`, `named` of them at all, the shares `by_day`, median
        `hours` and `posts` until named, and `alarms_per_million` account-days.
    """
    if not cuts:
        return []
    last = cuts[-1][1].name
    whole = read_shown(round_.world(last) / "shown")
    truth = read_truth(round_.truth(last)).aligned(whole.accounts)
    posts = _posts(whole)
    first = posts.time_s.min() if len(posts.time_s) else 0.0
    begin = float(np.floor(first / DAY_S) * DAY_S)
    return [
        {"method": method}
        | _row(
            [
                Cut(
                    time_s=begin + day * DAY_S,
                    named=_named(round_, world, method, whole),
                )
                for day, world in cuts
            ],
            truth,
            posts,
            begin,
        )
        for method in methods
    ]


def _posts(shown: Shown) -> Posts:
    """Return who acted when: one row per account and time, whatever the trace."""
    layers = list(shown.layers.values())
    account = np.concatenate([np.zeros(0, np.int64), *(x.account for x in layers)])
    time_s = np.concatenate([np.zeros(0), *(x.time_s for x in layers)])
    both = np.unique(np.stack([account.astype(np.float64), time_s]), axis=1)
    return Posts(account=both[0].astype(np.int64), time_s=both[1])


def _named(round_: Round, world: World, method: str, whole: Shown) -> Bool:
    """Return whom a method names at a cut, in the codes of the whole world."""
    shown = read_shown(round_.world(world.name) / "shown")
    answer = read_answer(round_.answer(world.name, OURS if method == KEPT else method))
    outcome = (screened(answer) if method == KEPT else answer).outcome
    place = {name: code for code, name in enumerate(whole.accounts)}
    named = np.zeros(whole.n_accounts, np.bool_)
    for code in np.flatnonzero(listed(outcome)):
        if shown.accounts[code] in place:
            named[place[shown.accounts[code]]] = True
    return named


def _row(cuts: list[Cut], truth: Truth, posts: Posts, begin: float) -> dict[str, Any]:
    warned = first_warnings(cuts, truth.team_code, posts, least=LEAST)
    teams = len(warned.time_s)
    alarms = false_alarms(cuts, truth.ordinary, begin)
    return {
        "teams": teams,
        "named": int(warned.named.sum()),
        "by_day": [
            [(cut.time_s - begin) / DAY_S, float((warned.time_s <= cut.time_s).mean())]
            for cut in cuts
            if teams
        ],
        "hours": _median(warned.hours),
        "posts": _median(warned.posts),
        "alarms": alarms.accounts,
        "alarms_per_million": round(alarms.per_million, 3),
    }


def _median(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float | None:
    """Return the median over what was named, None if nothing was."""
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else None
