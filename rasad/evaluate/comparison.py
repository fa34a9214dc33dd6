"""Rasad beside its rivals: paired differences over worlds, and where it loses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rasad.evaluate.metrics.catalogue import FIGURES
from rasad.evaluate.metrics.resampling import compared
from rasad.evaluate.scoring import KEPT, OURS

Row = Mapping[str, Any]

PAIRED = (
    *("average_precision", "average_precision_without_decoys"),
    *("recall_at_false_share_5", "listed_recall"),
)
"""Figures that are compared over operations, each the higher the better."""

MARGIN = 0.005
"""Difference of shares below which nobody loses."""


@dataclass(frozen=True, kw_only=True)
class Duel:
    """A figure by which methods are held against each other on one world.

    Parameters
    ----------
    figure : str
        Name in the catalogue.
    kinds : tuple of str
        Kinds of worlds on which it says something.
    margin : float
        Difference below which nobody loses.
    """

    figure: str
    kinds: tuple[str, ...]
    margin: float = MARGIN

    @property
    def sign(self) -> int:
        """1 if more is better, -1 if less is."""
        return -1 if FIGURES[self.figure].better == "low" else 1


FOUND = ("operation", "real")
OF_ORDER = (
    *("average_precision", "average_precision_without_decoys"),
    "recall_at_false_share_5",
)
"""Figures of the order of accounts; a method that only orders has no other."""

EVERYWHERE = ("operation", "decoys", "null", "real")
DUELS = (
    Duel(figure="average_precision", kinds=FOUND),
    Duel(figure="average_precision_without_decoys", kinds=("operation",)),
    Duel(figure="recall_at_false_share_5", kinds=FOUND),
    Duel(figure="listed_recall", kinds=FOUND),
    Duel(figure="listed_precision", kinds=FOUND),
    Duel(figure="edge_false_share", kinds=FOUND),
    Duel(figure="certified_ami_team", kinds=("operation",)),
    Duel(figure="groups_ami_team", kinds=("real",)),
    Duel(figure="alarms", kinds=EVERYWHERE, margin=0.5),
    Duel(figure="groups_false", kinds=EVERYWHERE, margin=0.5),
    Duel(figure="decoys_certified", kinds=("operation", "decoys"), margin=0.5),
)
"""What it may be beaten in; speed apart, which the table of costs shows."""


def differences(rows: Iterable[Row], worlds: Sequence[str]) -> list[dict[str, Any]]:
    """Return by how much Rasad is better than each rival, over some worlds.

    Parameters
    ----------
    rows : iterable of mapping
        Cells with `world`, `method` and `figures`.
    worlds : sequence of str
        Worlds with an operation: the campaigns that are drawn anew.

    Returns
    -------
    list of dict
        One per figure and rival: `figure`, `rival`, mean `gain` with `low` and `high`
        of 95 %, worlds `better`, `worse` and compared, `n`.
    """
    values = {(row["method"], row["world"]): row["figures"] for row in rows
              if "figures" in row}  # fmt: skip
    rivals = sorted({method for method, _ in values} - {OURS, KEPT})
    found = []
    for figure in PAIRED:
        ours = _column(values, OURS, worlds, figure)
        theirs = {rival: _column(values, rival, worlds, figure) for rival in rivals}
        theirs = {rival: column for rival, column in theirs.items()
                  if not np.isnan(ours - column).all()}  # fmt: skip
        for rival, one in compared(ours, theirs).items():
            found.append(
                {
                    "figure": figure,
                    "rival": rival,
                    "gain": one.gain.estimate,
                    "low": _known(one.gain.low),
                    "high": _known(one.gain.high),
                    "n": one.gain.n,
                    "better": one.better,
                    "worse": one.worse,
                }
            )
    return found


def _column(
    values: Mapping[tuple[str, str], Row],
    method: str,
    worlds: Sequence[str],
    figure: str,
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    cells = [values.get((method, world), {}).get(figure) for world in worlds]
    return np.array([np.nan if cell is None else cell for cell in cells], np.float64)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def losses(rows: Sequence[Row], kinds: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return every figure in which a rival beats Rasad on a world.

    Parameters
    ----------
    rows : sequence of mapping
        Cells with `world`, `method`, `status` and, if done, `figures`.
    kinds : mapping of str to str
        Kind of each world; others are left out.

    Returns
    -------
    list of dict
        One per world and figure: `world`, `figure`, `ours`, `best` rival with `theirs`,
        every rival that is `ahead`, and `beside`: what is known of that rival there
        that the figure does not say.

    Notes
    -----
    A rival that lists nobody has no alarms. It is no rival in alarms where there is
    somebody to be found and Rasad finds some: it is held against Rasad only if its
    recall is as high.
    """
    found = []
    for world, kind in kinds.items():
        of = {row["method"]: row for row in rows if row["world"] == world}
        ours = of.get(OURS, {}).get("figures")
        if ours is None:
            found += _unanswered(world, of)
            continue
        for duel in DUELS:
            if kind in duel.kinds and ours.get(duel.figure) is not None:
                found += _loss(world, duel, ours, of)
    return found


def _unanswered(world: str, of: Mapping[str, Row]) -> list[dict[str, Any]]:
    """Return that Rasad has no answer where others have one."""
    ahead = sorted(
        name for name, row in of.items() if "figures" in row and name != KEPT
    )
    if OURS not in of or not ahead:
        return []
    reason = str(of[OURS].get("reason"))
    return [{"world": world, "figure": "answer", "ours": reason, "ahead": ahead}]


def _loss(
    world: str, duel: Duel, ours: Row, of: Mapping[str, Row]
) -> list[dict[str, Any]]:
    own = ours[duel.figure]
    ahead = {
        name: row["figures"]
        for name, row in of.items()
        if name not in (OURS, KEPT)
        and "figures" in row
        and _beats(duel, ours, row["figures"])
    }
    if not ahead:
        return []
    best = max(ahead, key=lambda name: (duel.sign * ahead[name][duel.figure], name))
    return [
        {
            "world": world,
            "figure": duel.figure,
            "ours": own,
            "best": best,
            "theirs": ahead[best][duel.figure],
            "ahead": sorted(ahead),
            "beside": {"ours": _beside(ours), "theirs": _beside(ahead[best])},
        }
    ]


def _beats(duel: Duel, ours: Row, theirs: Row) -> bool:
    value = theirs.get(duel.figure)
    ordering = theirs.get("listed") is None and duel.figure not in OF_ORDER
    if value is None or ordering:
        return False
    gain: float = duel.sign * (value - ours[duel.figure])
    if gain <= duel.margin:
        return False
    if duel.sign > 0 or not ours.get("operators") or not ours.get("listed_recall"):
        return True
    recall, own = (float(each.get("listed_recall") or 0) for each in (theirs, ours))
    return recall >= own - MARGIN


BESIDE = ("listed_recall", "alarms", "decoy_alarms", "groups_certified", "groups_false")


def _beside(figures: Row) -> dict[str, float]:
    """Return what one should know of a method's list on a world."""
    return {name: figures[name] for name in BESIDE if figures.get(name) is not None}
